//! A server in miniature, without IO: frames in, frames out. Speaks RFC 7395, SCRAM, bind, XEP-0077, XEP-0198 and
//! answers rosters and pings.

use super::{World, pbkdf2};
use crate::session::scram::mechanism;
use hmac::{Hmac, KeyInit, Mac};
use model::Hash;
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
    /// Stops answering.
    pub frozen: bool,
    /// The name of the stream it keeps.
    pub stream: Option<String>,
    /// How often it was taken up again.
    pub resumptions: u32,
    /// What it sent on it and the client has not acknowledged, and how much it has.
    unacked: VecDeque<String>,
    acked: u32,
    authenticated: bool,
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
            frozen: false,
            stream: None,
            resumptions: 0,
            unacked: VecDeque::new(),
            acked: 0,
            authenticated: false,
            salted: None,
            scram: None,
        }
    }

    /// Opens the socket the world waits for and talks until both are silent.
    pub fn accept(&mut self, world: &mut World) {
        self.authenticated = false;
        world.input(crate::Input::Opened);
        self.talk(world);
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

    /// Forgets the stream, as after a restart.
    pub fn forget(&mut self) {
        self.stream = None;
        self.unacked.clear();
    }

    /// Answers everything sent, until both are silent.
    pub fn talk(&mut self, world: &mut World) {
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
            ("auth", ns::SASL) => self.auth(element),
            ("response", ns::SASL) => self.response(element),
            ("enable", ns::SM) => {
                self.handled = 0;
                self.acked = 0;
                self.forget();
                self.stream = (self.options.resume && element.get("resume").is_some())
                    .then(|| format!("stream-{}", self.resumptions));
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

    fn features(&self) -> String {
        let inner = if self.authenticated {
            let acks = if self.options.acks { "<sm xmlns='urn:xmpp:sm:3'/>" } else { "" };
            let csi = if self.options.csi { "<csi xmlns='urn:xmpp:csi:0'/>" } else { "" };
            format!("<bind xmlns='{}'/><ver xmlns='{}'/>{acks}{csi}", ns::BIND, ns::ROSTER_VERSIONING)
        } else {
            let list = self.options.mechanisms.join("</mechanism><mechanism>");
            format!("<mechanisms xmlns='{}'><mechanism>{list}</mechanism></mechanisms>", ns::SASL)
        };
        format!("<s:features xmlns:s='{}' xmlns='jabber:client'>{inner}</s:features>", ns::STREAM)
    }

    fn auth(&mut self, element: &Element) -> Vec<String> {
        let name = element.get("mechanism").unwrap_or_default();
        let text = String::from_utf8(base64::decode(&element.text()).unwrap_or_default()).unwrap_or_default();
        if name == "PLAIN" {
            let good = text.ends_with(&format!("\0{}", self.options.password));
            return self.verdict(good, None);
        }
        let hash = if name == mechanism(Hash::Sha256) { Hash::Sha256 } else { Hash::Sha1 };
        let bare = text.strip_prefix("n,,").unwrap_or_default().to_owned();
        let nonce = bare.split_once(",r=").map(|(_, nonce)| nonce).unwrap_or_default();
        let first = format!("r={nonce}SERVER,s={},i={}", base64::encode("salt"), self.options.iterations);
        let answer =
            format!("<challenge xmlns='{}'>{}</challenge>", ns::SASL, base64::encode(first.as_bytes()));
        self.scram = Some((hash, bare, first));
        vec![answer]
    }

    fn response(&mut self, element: &Element) -> Vec<String> {
        let Some((hash, bare, first)) = self.scram.take() else { return vec![] };
        let text = String::from_utf8(base64::decode(&element.text()).unwrap_or_default()).unwrap_or_default();
        let Some((without_proof, proof)) = text.split_once(",p=") else { return self.verdict(false, None) };
        let message = format!("{bare},{first},{without_proof}");
        let (password, iterations) = (self.options.password, self.options.iterations);
        let salted = self.salted.get_or_insert_with(|| (hash, pbkdf2(hash, password, b"salt", iterations)));
        if salted.0 != hash {
            *salted = (hash, pbkdf2(hash, password, b"salt", iterations));
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
        if !good {
            return vec![format!("<failure xmlns='{}'><not-authorized/></failure>", ns::SASL)];
        }
        self.authenticated = true;
        let proof = proof.map(base64::encode).unwrap_or_default();
        vec![format!("<success xmlns='{}'>{proof}</success>", ns::SASL)]
    }

    fn iq(&mut self, iq: &Element) -> Vec<String> {
        let id = iq.get("id").unwrap_or_default();
        let kind = iq.get("type").unwrap_or_default();
        let result =
            |payload: &str| vec![format!("<iq xmlns='jabber:client' type='result' id='{id}'>{payload}</iq>")];
        if iq.find("bind", ns::BIND).is_some() {
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
        if iq.find("ping", ns::PING).is_some() && kind == "get" {
            return vec![format!("<iq xmlns='jabber:client' from='example.org' type='result' id='{id}'/>")];
        }
        self.inbox.push(iq.clone());
        vec![]
    }
}

fn mac(hash: Hash, key: &[u8], data: &[u8]) -> Vec<u8> {
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
