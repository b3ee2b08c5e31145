//! A server in miniature, without IO: frames in, frames out. Speaks RFC 7395, SCRAM, bind, XEP-0077, XEP-0198 and
//! answers rosters and pings. Its SASL2 is in [`super::mini_sasl2`].

use super::mini_sasl2::{Sasl2, Tokens, failure};
use super::{Archive, Pep, World, pbkdf2};
use crate::session::scram::mechanism;
use hmac::{Hmac, KeyInit, Mac};
use model::{Hash, WallMs};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use stanza::{Element, base64, ns};
use std::collections::VecDeque;

/// What the server is like.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing a server may do or not")]
pub struct ServerOptions {
    /// SASL mechanisms it offers.
    pub mechanisms: Vec<&'static str>,
    /// The account's password.
    pub password: &'static str,
    /// Whether it has XEP-0198.
    pub acks: bool,
    /// Whether it lets streams be taken up again.
    pub resume: bool,
    /// Whether it has XEP-0352.
    pub csi: bool,
    /// The payload of the register form it answers with (inside the query); `None`: no sign-up.
    pub register: Option<String>,
    /// Items of the roster, as XML.
    pub roster: String,
    /// Claims success with a wrong signature.
    pub lies: bool,
    /// PBKDF2 iterations.
    pub iterations: u32,
    /// Whether it has XEP-0313.
    pub archive: bool,
    /// Whether that archive looks for texts (XEP-0431).
    pub fulltext: bool,
    /// Whether it keeps a node of the account's own to itself (XEP-0060 publish-options).
    pub discreet: bool,
    /// Who is bound already stays, and who comes is refused the place.
    pub keeps_old: bool,
    /// The salt.
    pub salt: &'static str,
    /// Added to its first SCRAM message, such as the attribute of XEP-0474.
    pub scram_extension: String,
    /// Whether it speaks XEP-0388, too.
    pub sasl2: Option<Sasl2>,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            mechanisms: vec!["SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN"],
            password: "secret",
            acks: true,
            resume: false,
            csi: true,
            register: Some("<username/><password/>".to_owned()),
            roster: String::new(),
            lies: false,
            iterations: 4096,
            archive: false,
            fulltext: false,
            discreet: true,
            keeps_old: false,
            salt: "salt",
            scram_extension: String::new(),
            sasl2: None,
        }
    }
}

/// The server's side of one stream.
pub struct MiniServer {
    /// What it is like.
    pub options: ServerOptions,
    /// Stanzas it received after `<enable/>`.
    pub handled: u32,
    /// Everything it received and did not answer itself.
    pub inbox: Vec<Element>,
    /// Where it was asked to bind, each time.
    pub resources: Vec<String>,
    /// Stops answering.
    pub frozen: bool,
    /// The name of the stream it keeps.
    pub stream: Option<String>,
    /// How often it was taken up again.
    pub resumptions: u32,
    /// What the account has published.
    pub pep: Pep,
    /// How many streams it let be taken up; no two have the same name.
    pub streams: u32,
    /// Its archive.
    pub archive: Archive,
    /// What it sent on it and the client has not acknowledged, and how much it has.
    unacked: VecDeque<String>,
    acked: u32,
    /// Its clock.
    pub now: WallMs,
    /// The user agents that logged in by XEP-0388, oldest first.
    pub agents: Vec<String>,
    /// Carbons were asked for along with the log-in.
    pub carbons: bool,
    pub(super) tokens: Tokens,
    /// The request of XEP-0388 under way.
    pub(super) request: Option<Element>,
    pub(super) authenticated: bool,
    /// Derived once: it takes a while.
    salted: Option<(Hash, Vec<u8>)>,
    scram: Option<(Hash, String, String)>,
}

impl MiniServer {
    /// A fresh stream.
    pub fn new(options: ServerOptions) -> Self {
        Self {
            options,
            handled: 0,
            inbox: Vec::new(),
            resources: Vec::new(),
            frozen: false,
            stream: None,
            resumptions: 0,
            streams: 0,
            pep: Pep::default(),
            archive: Archive::default(),
            unacked: VecDeque::new(),
            acked: 0,
            now: 0,
            agents: Vec::new(),
            carbons: false,
            tokens: Tokens::default(),
            request: None,
            authenticated: false,
            salted: None,
            scram: None,
        }
    }

    /// Opens the socket the world waits for and talks until both are silent.
    pub fn accept(&mut self, world: &mut World) {
        self.open(world);
        self.talk(world);
    }

    /// Opens the socket the world waits for, and says nothing yet.
    pub fn open(&mut self, world: &mut World) {
        self.hang_up();
        world.input(crate::Input::Opened);
    }

    /// Takes a message of somebody in, as a server does: archives it, and sends it if there is a stream.
    ///
    /// # Panics
    /// If it is no XML.
    pub fn receive(&mut self, world: &mut World, message: &str) {
        let mut message = Element::parse(message).expect("a message");
        let with = message.get("from").unwrap_or_default().to_owned();
        let id = self.archive.keep(&with, &message, world.now.wall_ms);
        let stanza_id = Element::new("stanza-id", ns::SID).attr("id", id).attr("by", "alice@example.org");
        message.push(stanza_id);
        self.deliver(world, &message.to_xml());
    }

    /// The socket is gone.
    pub fn hang_up(&mut self) {
        self.authenticated = false;
        self.request = None;
    }

    /// Sends a stanza, over as many sockets as it takes.
    pub fn deliver(&mut self, world: &mut World, xml: &str) {
        if self.stream.is_some() {
            self.unacked.push_back(xml.to_owned());
        }
        if world.socket.is_some() {
            world.frame(xml);
        }
    }

    /// Asks what the client has.
    pub fn ask(&mut self, world: &mut World) {
        world.frame("<r xmlns='urn:xmpp:sm:3'/>");
        self.talk(world);
    }

    /// The socket is gone: whoever comes next has to prove who they are.
    pub fn log_out(&mut self) {
        self.authenticated = false;
    }

    /// Forgets the stream, as after a restart.
    pub fn forget(&mut self) {
        self.stream = None;
        self.unacked.clear();
    }

    /// Answers everything sent, until both are silent.
    pub fn talk(&mut self, world: &mut World) {
        self.now = world.now.wall_ms;
        loop {
            let sent = world.take_sent();
            if sent.is_empty() || self.frozen {
                return;
            }
            for text in sent {
                for answer in self.answers(&text) {
                    if world.socket.is_some() {
                        world.frame(&answer);
                    }
                }
            }
        }
    }

    /// The server's answers to one frame.
    ///
    /// # Panics
    /// If the client sends something that is not XML.
    pub fn answers(&mut self, frame: &str) -> Vec<String> {
        self.answer(&Element::parse(frame).expect("the client speaks XML"))
    }

    fn answer(&mut self, element: &Element) -> Vec<String> {
        match (element.name(), element.ns()) {
            ("open", ns::FRAMING) => vec![
                "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='example.org' version='1.0'/>".into(),
                self.features(),
            ],
            ("auth", ns::SASL) => self.auth(element.get("mechanism").unwrap_or_default(), &element.text()),
            ("authenticate", ns::SASL2) => self.authenticate(element),
            ("response", ns::SASL | ns::SASL2) => self.response(element),
            ("enable", ns::SM) => {
                self.handled = 0;
                self.acked = 0;
                self.forget();
                self.streams += 1;
                self.stream = (self.options.resume && element.get("resume").is_some())
                    .then(|| format!("stream-{}", self.streams));
                let resume = self.stream.as_ref().map(|id| format!("id='{id}' resume='true'"));
                vec![format!("<enabled xmlns='urn:xmpp:sm:3' {}/>", resume.unwrap_or_default())]
            }
            ("resume", ns::SM) => self.resume(element),
            ("a", ns::SM) => {
                self.client_has(element);
                vec![]
            }
            ("r", ns::SM) => vec![format!("<a xmlns='urn:xmpp:sm:3' h='{}'/>", self.handled)],
            ("iq", _) => {
                self.handled += 1;
                let answers = self.iq(element);
                if self.stream.is_some() {
                    self.unacked.extend(answers.iter().cloned());
                }
                answers
            }
            ("message" | "presence", _) => {
                self.handled += 1;
                // A text, or what somebody asks to be kept but for receipts (which real servers keep, too: they would only be in the way).
                let is_kept = element.find("body", ns::CLIENT).is_some()
                    || element.find("reactions", ns::REACTIONS).is_some();
                if self.options.archive && is_kept {
                    let with = element.get("to").unwrap_or_default().to_owned();
                    let message = element.clone().attr("from", "alice@example.org/r");
                    self.archive.keep(&with, &message, self.now);
                }
                self.inbox.push(element.clone());
                vec![]
            }
            _ => {
                self.inbox.push(element.clone());
                vec![]
            }
        }
    }

    fn resume(&mut self, element: &Element) -> Vec<String> {
        if self.stream.is_none() || element.get("previd") != self.stream.as_deref() {
            return vec![format!(
                "<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='{}'/></failed>",
                ns::STANZA_ERRORS
            )];
        }
        self.resumptions += 1;
        self.client_has(element);
        let id = self.stream.clone().unwrap_or_default();
        let mut frames = vec![format!("<resumed xmlns='urn:xmpp:sm:3' previd='{id}' h='{}'/>", self.handled)];
        frames.extend(self.unacked.iter().cloned());
        frames
    }

    fn client_has(&mut self, element: &Element) {
        let h: u32 = element.get("h").and_then(|h| h.parse().ok()).expect("a count");
        assert!(h >= self.acked, "the client took its word back");
        assert!(
            (h - self.acked) as usize <= self.unacked.len() || self.stream.is_none(),
            "more than was sent"
        );
        while self.acked < h {
            self.unacked.pop_front();
            self.acked += 1;
        }
    }

    pub(super) fn features(&self) -> String {
        let inner = if self.authenticated {
            let acks = if self.options.acks { "<sm xmlns='urn:xmpp:sm:3'/>" } else { "" };
            let csi = if self.options.csi { "<csi xmlns='urn:xmpp:csi:0'/>" } else { "" };
            format!("<bind xmlns='{}'/><ver xmlns='{}'/>{acks}{csi}", ns::BIND, ns::ROSTER_VERSIONING)
        } else {
            let list = self.options.mechanisms.join("</mechanism><mechanism>");
            let sasl2 = self.sasl2_features();
            format!("<mechanisms xmlns='{}'><mechanism>{list}</mechanism></mechanisms>{sasl2}", ns::SASL)
        };
        format!("<s:features xmlns:s='{}' xmlns='jabber:client'>{inner}</s:features>", ns::STREAM)
    }

    pub(super) fn auth(&mut self, name: &str, initial: &str) -> Vec<String> {
        let text = String::from_utf8(base64::decode(initial).unwrap_or_default()).unwrap_or_default();
        if name == "PLAIN" {
            let good = text.ends_with(&format!("\0{}", self.options.password));
            return self.verdict(good, None);
        }
        let hash = if name == mechanism(Hash::Sha256) { Hash::Sha256 } else { Hash::Sha1 };
        let bare = text.strip_prefix("n,,").unwrap_or_default().to_owned();
        let nonce = bare.split_once(",r=").map(|(_, nonce)| nonce).unwrap_or_default();
        let ServerOptions { salt, iterations, scram_extension, .. } = &self.options;
        let first = format!("r={nonce}SERVER,s={},i={iterations}{scram_extension}", base64::encode(salt));
        let answer =
            format!("<challenge xmlns='{}'>{}</challenge>", self.sasl_ns(), base64::encode(first.as_bytes()));
        self.scram = Some((hash, bare, first));
        vec![answer]
    }

    fn response(&mut self, element: &Element) -> Vec<String> {
        let Some((hash, bare, first)) = self.scram.take() else { return vec![] };
        let text = String::from_utf8(base64::decode(&element.text()).unwrap_or_default()).unwrap_or_default();
        let Some((without_proof, proof)) = text.split_once(",p=") else { return self.verdict(false, None) };
        let message = format!("{bare},{first},{without_proof}");
        let ServerOptions { password, iterations, salt, .. } = self.options;
        let derive = || (hash, pbkdf2(hash, password, salt.as_bytes(), iterations));
        let salted = self.salted.get_or_insert_with(derive);
        if salted.0 != hash {
            *salted = derive();
        }
        let salted = salted.1.clone();
        let client_key = mac(hash, &salted, b"Client Key");
        let signature = mac(hash, &digest(hash, &client_key), message.as_bytes());
        let expected: Vec<u8> = client_key.iter().zip(signature).map(|(a, b)| a ^ b).collect();
        let good = base64::decode(proof).is_some_and(|proof| proof == expected);
        let server_key = mac(hash, &salted, if self.options.lies { b"Wrong Key" } else { b"Server Key" });
        let signature = format!("v={}", base64::encode(mac(hash, &server_key, message.as_bytes())));
        self.verdict(good, Some(signature))
    }

    fn verdict(&mut self, good: bool, proof: Option<String>) -> Vec<String> {
        if !good && self.request.take().is_some() {
            return failure("not-authorized");
        }
        if good && self.request.is_some() {
            return self.welcome(proof.unwrap_or_default().as_bytes());
        }
        if !good {
            return vec![format!("<failure xmlns='{}'><not-authorized/></failure>", ns::SASL)];
        }
        self.authenticated = true;
        let proof = proof.map(base64::encode).unwrap_or_default();
        vec![format!("<success xmlns='{}'>{proof}</success>", ns::SASL)]
    }

    fn sasl_ns(&self) -> &'static str {
        if self.request.is_some() { ns::SASL2 } else { ns::SASL }
    }

    fn iq(&mut self, iq: &Element) -> Vec<String> {
        let id = iq.get("id").unwrap_or_default();
        let kind = iq.get("type").unwrap_or_default();
        let result =
            |payload: &str| vec![format!("<iq xmlns='jabber:client' type='result' id='{id}'>{payload}</iq>")];
        if let Some(bind) = iq.find("bind", ns::BIND) {
            let asked = bind.child_text("resource", ns::BIND).unwrap_or_default();
            let is_taken = self.options.keeps_old && asked == "r";
            self.resources.push(asked);
            if is_taken {
                return vec![format!(
                    "<iq xmlns='jabber:client' type='error' id='{id}'><error type='modify'>\
                     <conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
                )];
            }
            return result(&format!("<bind xmlns='{}'><jid>alice@example.org/r</jid></bind>", ns::BIND));
        }
        if iq.find("query", ns::ROSTER).is_some() && kind == "get" {
            return result(&format!("<query xmlns='{}' ver='1'>{}</query>", ns::ROSTER, self.options.roster));
        }
        if iq.find("query", ns::REGISTER).is_some() {
            return match (&self.options.register, kind) {
                (Some(form), "get") => result(&format!("<query xmlns='{}'>{form}</query>", ns::REGISTER)),
                (Some(_), _) => {
                    self.inbox.push(iq.clone());
                    result("")
                }
                (None, _) => vec![format!(
                    "<iq xmlns='jabber:client' type='error' id='{id}'><error type='cancel'>\
                     <service-unavailable xmlns='{}'/></error></iq>",
                    ns::STANZA_ERRORS
                )],
            };
        }
        if self.options.archive && kind == "get" && iq.find("query", ns::MAM).is_some() {
            let field = |var| Element::new("field", ns::DATA_FORMS).attr("var", var);
            let mut form = Element::new("x", ns::DATA_FORMS).attr("type", "form").with(field("with"));
            if self.options.fulltext {
                form.push(field("{urn:xmpp:fulltext:0}fulltext"));
            }
            return result(&Element::new("query", ns::MAM).with(form).to_xml());
        }
        if self.options.archive && iq.find("query", ns::MAM).is_some() {
            return self.archive.answer(iq);
        }
        if let Some(pubsub) = iq.find("pubsub", ns::PUBSUB) {
            return self.pep.answer(iq, pubsub);
        }
        if iq.find("enable", ns::CARBONS).is_some() {
            return result("");
        }
        if iq.find("query", ns::DISCO_INFO).is_some()
            && kind == "get"
            && iq.get("to") == Some("alice@example.org")
        {
            let mut features =
                if self.options.archive { vec![ns::MAM, ns::MAM_EXTENDED] } else { Vec::new() };
            features.extend(self.options.discreet.then_some(ns::PUBLISH_OPTIONS));
            let mut query = Element::new("query", ns::DISCO_INFO);
            for var in features {
                query.push(Element::new("feature", ns::DISCO_INFO).attr("var", var));
            }
            return result(&query.to_xml());
        }
        if iq.find("ping", ns::PING).is_some() && kind == "get" {
            return vec![format!("<iq xmlns='jabber:client' from='example.org' type='result' id='{id}'/>")];
        }
        self.inbox.push(iq.clone());
        vec![]
    }
}

pub(super) fn mac(hash: Hash, key: &[u8], data: &[u8]) -> Vec<u8> {
    match hash {
        Hash::Sha1 => {
            let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("any key length");
            mac.update(data);
            mac.finalize().into_bytes().to_vec()
        }
        Hash::Sha256 => {
            let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key length");
            mac.update(data);
            mac.finalize().into_bytes().to_vec()
        }
    }
}

fn digest(hash: Hash, data: &[u8]) -> Vec<u8> {
    match hash {
        Hash::Sha1 => Sha1::digest(data).to_vec(),
        Hash::Sha256 => Sha256::digest(data).to_vec(),
    }
}
