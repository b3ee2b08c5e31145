//! XEP-0115: Entity Capabilities. What the programs of our contacts can do, asked once per program and remembered.
//!
//! A presence names a program by a hash over what it can do. Whoever asks a device of that name can check the answer against the
//! hash, so one good answer is good for everybody who shows the same name (§5.4), and no answer that does not fit is remembered: it
//! would be one contact's way to speak for another. Nobody is asked who may not know that we are here.

use crate::cx::Cx;
use crate::feature::Feature;
use crate::inbound::PresenceStanza;
use crate::io::WriteToken;
use crate::requests::IqError;
use crate::spec::Spec;
use model::{Applied, BareJid, Jid, Map, Saved, Set, Write};
use sha1::{Digest, Sha1};
use sha2::Sha256;
use stanza::{Element, base64, ns};

/// Where to find out what we are; names our program together with the hash.
const NODE: &str = "goldcrest:web";
/// So many devices are asked at a time.
const AT_ONCE: usize = 4;
/// So many programs are remembered.
const MAX_KNOWN: usize = 200;
/// So many devices may wait to be asked.
const MAX_WAITING: usize = 1_000;
/// More devices of one contact than this are not worth remembering.
const MAX_DEVICES: usize = 32;
/// Who has given so many answers that did not fit is not asked again.
const MAX_LIES: u8 = 3;
/// Longer names are nobody's.
const MAX_WORDS: usize = 256;

/// Which program runs on which device, and what it can do.
#[derive(Default)]
pub(crate) struct Caps {
    /// By hash, oldest first: whether it understands chat states.
    known: Vec<(String, bool)>,
    /// What each device said of itself, by contact.
    devices: Map<BareJid, Map<String, String>>,
    waiting: Vec<Jid>,
    asked: Vec<Asked>,
    lies: Map<BareJid, u8>,
}

/// Who was asked about which hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    device: Jid,
    hash: String,
}

impl From<Asked> for crate::requests::Pending {
    fn from(asked: Asked) -> Self {
        Self::Caps(asked)
    }
}

impl Feature for Caps {
    type Pending = Asked;
    const SPEC: Spec =
        Spec::xep(115, "Entity Capabilities", "1.6.0", "crates/engine/src/features/xep0115_caps.rs");
    const DISCO: &'static [&'static str] = &[ns::CAPS];

    fn on_restore(&mut self, cx: &mut Cx, saved: &Saved) {
        self.known.clone_from(&saved.capabilities);
        for device in saved.devices.iter().filter(|_| !saved.shared) {
            self.note(cx, &device.jid, device.caps.clone());
        }
    }

    fn on_resumed(&mut self, cx: &mut Cx) {
        self.ask(cx);
    }

    fn on_offline(&mut self, cx: &mut Cx) {
        self.devices.clear();
        self.waiting.clear();
        self.asked.clear();
        cx.understands_typing.clear();
    }

    fn on_leave(&mut self) {
        *self = Self::default();
    }

    fn on_presence(&mut self, cx: &mut Cx, presence: &PresenceStanza) {
        let from = &presence.from;
        if cx.account.as_ref() == Some(from.bare()) {
            return;
        }
        match presence.kind.as_deref() {
            None => self.note(cx, from, words(&presence.element)),
            Some("unavailable" | "error") if from.resource().is_none() => {
                self.devices.remove(from.bare());
                cx.understands_typing.remove(from.bare());
            }
            Some("unavailable" | "error") => self.note(cx, from, None),
            Some(_) => {}
        }
        self.ask(cx);
    }

    fn on_committed(&mut self, cx: &mut Cx, _: WriteToken, _: &Applied) {
        // Somebody who waits may be a friend since.
        self.ask(cx);
    }

    fn on_reply(&mut self, cx: &mut Cx, asked: Asked, reply: Result<&Element, IqError>) {
        self.asked.retain(|other| *other != asked);
        if let Ok(query) = reply.map(|iq| iq.find("query", ns::DISCO_INFO)) {
            match query.filter(|query| is_about(query, &asked.hash)) {
                Some(query) => self.learn(cx, asked.hash, query),
                None => *self.lies.get_or_insert_with(asked.device.bare().clone(), || 0) += 1,
            }
        }
        self.ask(cx);
    }
}

impl Caps {
    /// A device shows this program now, or none.
    fn note(&mut self, cx: &mut Cx, device: &Jid, words: Option<String>) {
        let (bare, resource) = (device.bare(), device.resource().unwrap_or_default());
        let devices = self.devices.get_or_insert_with(bare.clone(), Map::default);
        match words {
            Some(words) if devices.len() < MAX_DEVICES || devices.contains_key(resource) => {
                let is_new = self.known.iter().all(|(hash, _)| *hash != hash_of(&words));
                if is_new && self.waiting.len() < MAX_WAITING && !self.waiting.contains(device) {
                    self.waiting.push(device.clone());
                }
                devices.insert(resource.to_owned(), words);
            }
            _ => drop(devices.remove(resource)),
        }
        if devices.is_empty() {
            self.devices.remove(bare);
        }
        self.judge(cx, bare);
    }

    fn knows(&self, hash: &str) -> Option<bool> {
        self.known.iter().find(|(known, _)| known == hash).map(|(_, typing)| *typing)
    }

    /// Whether one of somebody's devices understands chat states.
    fn judge(&self, cx: &mut Cx, who: &BareJid) {
        let mut devices = self.devices.get(who).into_iter().flat_map(Map::values);
        if devices.any(|words| self.knows(hash_of(words)) == Some(true)) {
            cx.understands_typing.insert(who.clone());
        } else {
            cx.understands_typing.remove(who);
        }
    }

    /// Asks those who wait, one for each hash and a few at a time.
    fn ask(&mut self, cx: &mut Cx) {
        if cx.bound.is_none() {
            return;
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.retain(|device| {
            let shown = self.devices.get(device.bare());
            let Some(words) = shown.and_then(|shown| shown.get(device.resource().unwrap_or_default())) else {
                return false;
            };
            let hash = hash_of(words).to_owned();
            let lies = self.lies.get(device.bare()).is_some_and(|lies| *lies >= MAX_LIES);
            if lies || self.knows(&hash).is_some() {
                return false;
            }
            let is_asked = self.asked.iter().any(|asked| asked.hash == hash);
            if is_asked || self.asked.len() >= AT_ONCE || !cx.may_know_us(device.bare()) {
                return true;
            }
            // Node and hash as the device wrote them, joined by a number sign (§6.2).
            let mut words = words.splitn(3, ' ').skip(1);
            let (ver, node) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let query = Element::new("query", ns::DISCO_INFO).attr("node", [node, "#", ver].concat());
            let asked = Asked { device: device.clone(), hash };
            self.asked.push(asked.clone());
            cx.ask_device(device, query, asked);
            false
        });
        self.waiting = waiting;
    }

    fn learn(&mut self, cx: &mut Cx, hash: String, query: &Element) {
        let mut features = query.find_all("feature", ns::DISCO_INFO);
        let typing = features.any(|feature| feature.get("var") == Some(ns::CHAT_STATES));
        if self.known.len() >= MAX_KNOWN {
            self.known.remove(0);
        }
        self.known.push((hash, typing));
        cx.write(Write::Capabilities(self.known.clone()));
        let people: Vec<BareJid> = self.devices.keys().cloned().collect();
        for who in &people {
            self.judge(cx, who);
        }
    }
}

/// What a presence says about its program: algorithm, hash and node, between spaces.
pub(crate) fn words(presence: &Element) -> Option<String> {
    let caps = presence.find("c", ns::CAPS)?;
    let (algorithm, ver, node) = (caps.get("hash")?, caps.get("ver")?, caps.get("node")?);
    // A name from before version 1.4 has no algorithm and cannot be checked (§11). Of the others these are in use.
    let known = matches!(algorithm, "sha-1" | "sha-256") && !ver.contains(' ');
    Some([algorithm, " ", ver, " ", node].concat()).filter(|words| known && words.len() <= MAX_WORDS)
}

/// Algorithm and hash: what makes two programs the same.
fn hash_of(words: &str) -> &str {
    words.match_indices(' ').nth(1).and_then(|(at, _)| words.get(..at)).unwrap_or(words)
}

/// The element that our presence carries.
pub(crate) fn ours() -> Element {
    Element::new("c", ns::CAPS).attr("hash", "sha-1").attr("node", NODE).attr("ver", our_hash())
}

/// The node under which others ask what it means.
pub(crate) fn node() -> String {
    [NODE, "#", &our_hash()].concat()
}

fn our_hash() -> String {
    let text = described(&super::xep0030_disco::info()).unwrap_or_default();
    base64::encode(Sha1::digest(text))
}

/// True if an answer is what the hash was made of.
fn is_about(query: &Element, hash: &str) -> bool {
    let Some((algorithm, ver)) = hash.split_once(' ') else { return false };
    let Some(text) = described(query) else { return false };
    let digest = if algorithm == "sha-1" {
        base64::encode(Sha1::digest(text))
    } else {
        base64::encode(Sha256::digest(text))
    };
    digest == ver
}

/// Between and after what is put together. Both sort before all that XML can hold, so that the whole sorts as its parts do.
const JOINT: &str = "\0";
const END: &str = "\u{1}";

/// The text of which the hash is made (§5.1); `None` for an answer that could be made of two different sets (§5.4, 3.1–3.5).
fn described(query: &Element) -> Option<String> {
    let attr = |element: &Element, name| element.get(name).unwrap_or_default().to_owned();
    let identity = |element: &Element| {
        ["category", "type", "xml:lang", "name"].map(|name| attr(element, name)).join(JOINT) + END
    };
    let mut text = in_order(&mut query.find_all("identity", ns::DISCO_INFO).map(identity))?;
    let feature = |element: &Element| attr(element, "var") + END;
    text += &in_order(&mut query.find_all("feature", ns::DISCO_INFO).map(feature))?;
    let mut forms = Vec::new();
    for form in query.find_all("x", ns::DATA_FORMS) {
        let (mut kind, mut fields) = (String::new(), Vec::new());
        for field in form.find_all("field", ns::DATA_FORMS) {
            let values = field.find_all("value", ns::DATA_FORMS).map(|value| value.text() + END);
            let values = in_order(&mut { values })?;
            match field.get("var") {
                Some("FORM_TYPE") if field.get("type") == Some("hidden") => kind += &values,
                var => fields.push([var.unwrap_or_default(), END, &values].concat()),
            }
        }
        match kind.matches(END).count() {
            // A form without a type of its own does not count (3.6).
            0 => {}
            1 if forms.iter().all(|form: &String| !form.starts_with(&kind)) => {
                forms.push(kind + &in_order(&mut fields.into_iter())?);
            }
            _ => return None,
        }
    }
    text += &in_order(&mut forms.into_iter())?;
    // One that has the separator in it could pass for two.
    (!text.contains('<')).then(|| text.replace(END, "<").replace(JOINT, "/"))
}

/// In order and in a row; `None` if one is there twice.
fn in_order(parts: &mut dyn Iterator<Item = String>) -> Option<String> {
    let mut sorted = Set::default();
    for part in parts {
        if !sorted.insert(part) {
            return None;
        }
    }
    Some(sorted.into_keys().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(inner: &str) -> Element {
        Element::parse(&format!("<query xmlns='{}'>{inner}</query>", ns::DISCO_INFO)).unwrap()
    }

    /// §5.2 and §5.3.
    #[test]
    fn the_examples_of_the_standard() {
        let features = "<feature var='http://jabber.org/protocol/muc'/><feature var='http://jabber.org/protocol/caps'/>\
            <feature var='http://jabber.org/protocol/disco#items'/><feature var='http://jabber.org/protocol/disco#info'/>";
        let simple = format!("<identity category='client' name='Exodus 0.9.1' type='pc'/>{features}");
        assert!(is_about(&query(&simple), "sha-1 QgayPKawpkPSDYmwT/WM94uAlu0="));
        assert!(!is_about(&query(&simple.replace("0.9.1", "0.9.2")), "sha-1 QgayPKawpkPSDYmwT/WM94uAlu0="));
        let complex = format!(
            "<identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>\
             <identity xml:lang='el' category='client' name='\u{3a8} 0.11' type='pc'/>{features}\
             <x xmlns='jabber:x:data' type='result'>\
             <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>\
             <field var='ip_version'><value>ipv6</value><value>ipv4</value></field><field var='os'><value>Mac</value></field>\
             <field var='os_version'><value>10.5.1</value></field><field var='software'><value>Psi</value></field>\
             <field var='software_version'><value>0.11</value></field></x>"
        );
        assert!(is_about(&query(&complex), "sha-1 q07IKJEyjvHSyhy//CH0CxmKi8w="));
    }

    /// §5.4: what could stand for two different programs is no proof of either.
    #[test]
    fn ambiguous_answers_are_not_believed() {
        let form = "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>a</value></field></x>";
        for inner in [
            "<feature var='a'/><feature var='a'/>".to_owned(),
            "<identity category='c' type='t'/><identity category='c' type='t'/>".to_owned(),
            "<feature var='a&lt;b'/>".to_owned(),
            format!("{form}{form}"),
            form.replace("<value>a", "<value>b</value><value>a"),
        ] {
            assert_eq!(described(&query(&inner)), None, "{inner}");
        }
        assert_eq!(described(&query(form)).as_deref(), Some("a<"));
        let shown = form.replace("type='hidden'", "");
        assert_eq!(described(&query(&format!("{shown}{shown}"))).as_deref(), Some(""), "of no type (3.6)");
    }

    #[test]
    fn our_own_answer_fits_our_own_presence() {
        let ours = ours();
        let hash = format!("sha-1 {}", ours.get("ver").unwrap());
        assert!(is_about(&super::super::xep0030_disco::info(), &hash));
        assert_eq!(node(), format!("{}#{}", ours.get("node").unwrap(), ours.get("ver").unwrap()));
    }

    #[test]
    fn a_program_is_named_by_algorithm_and_hash() {
        let presence = |attrs: &str| {
            Element::parse(&format!(
                "<presence xmlns='jabber:client'><c xmlns='{}' {attrs}/></presence>",
                ns::CAPS
            ))
        };
        let words = |attrs: &str| words(&presence(attrs).unwrap());
        assert_eq!(words("hash='sha-1' ver='x=' node='a b#c'").as_deref(), Some("sha-1 x= a b#c"));
        assert_eq!(hash_of("sha-1 x= a b#c"), "sha-1 x=");
        for bad in ["ver='0.9' node='old'", "hash='md5' ver='x' node='y'", "hash='sha-1' ver='x y' node='z'"]
        {
            assert_eq!(words(bad), None, "{bad}");
        }
        assert_eq!(words(&format!("hash='sha-1' ver='x' node='{}'", "y".repeat(300))), None);
    }
}
