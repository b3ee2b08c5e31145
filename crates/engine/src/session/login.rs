//! SASL (RFC 6120 §6), resource binding (§7) and what a log-in leaves behind.

use super::scram::{Challenge, Proof, Scram, mechanism};
use super::{Heard, Phase, Purpose, Session, delivery, stream};
use crate::cx::Cx;
use crate::features::Features;
use crate::io::Output;
use crate::spec::Spec;
use model::{Connection, Credentials, Event, Hash, Problem, SaltedKey, Saved, SessionRow, Write};
use stanza::{Element, base64, ns};

/// What this file implements.
pub(crate) const SASL: Spec =
    Spec::rfc(6120, "XMPP Core: SASL and resource binding", "crates/engine/src/session/login.rs");
/// The mechanisms.
pub(crate) const SCRAM: Spec =
    Spec::rfc(7677, "SCRAM-SHA-256 and SCRAM-SHA-1 (with RFC 5802)", "crates/engine/src/session/scram.rs");

/// How far the proof has come.
#[derive(Debug)]
pub(crate) enum Step {
    /// `client-first-message` is sent.
    First { hash: Hash, scram: Scram },
    /// The platform computes the salted password.
    Deriving { hash: Hash, scram: Scram, challenge: Challenge },
    /// `client-final-message` is sent.
    Final { key: SaltedKey, proof: Proof, verified: bool },
    /// The password itself is sent.
    Plain,
}

impl Session {
    /// The server's features: prove who we are, or bind if that is done.
    pub(crate) fn features(&mut self, cx: &mut Cx, features: &Element) {
        self.step(cx);
        if self.authenticated {
            cx.stream_features = Some(features.clone());
            return self.resume_or_bind(cx);
        }
        self.mechanisms = features
            .find("mechanisms", ns::SASL)
            .map(|list| {
                list.find_all("mechanism", ns::SASL).map(|name| name.text().trim().to_owned()).collect()
            })
            .unwrap_or_default();
        match self.goal.as_ref().map(|goal| goal.purpose) {
            Some(Purpose::SignUp) => self.ask_sign_up_form(cx),
            Some(_) => self.authenticate(cx),
            None => {}
        }
    }

    /// Picks the strongest way the server offers that we can take, and starts.
    pub(crate) fn authenticate(&mut self, cx: &mut Cx) {
        let Some(goal) = &self.goal else { return };
        let offered = |name: &str| self.mechanisms.iter().any(|mechanism| mechanism == name);
        let hash = match &goal.credentials {
            // The stored key fits one mechanism only, so nobody can talk us down to a weaker one.
            Credentials::Key(key) if offered(mechanism(key.hash)) => Some(key.hash),
            Credentials::Key(_) => return self.stop(cx, Problem::PasswordNeeded),
            Credentials::Password(_) => {
                [Hash::Sha256, Hash::Sha1].into_iter().find(|hash| offered(mechanism(*hash)))
            }
        };
        let user = goal.jid.local().unwrap_or_default().to_owned();
        if let Some(hash) = hash {
            let scram = Scram::new(hash, &user, cx.ids.id());
            send_auth(cx, mechanism(hash), scram.first().as_bytes());
            self.phase = Phase::Auth(Step::First { hash, scram });
            return;
        }
        match &goal.credentials {
            Credentials::Password(password) if offered("PLAIN") && stream::is_private(&self.url) => {
                send_auth(cx, "PLAIN", format!("\0{user}\0{password}").as_bytes());
                self.phase = Phase::Auth(Step::Plain);
            }
            _ => self.stop(cx, Problem::NoSafeLogIn),
        }
    }

    /// The server's side of the exchange.
    pub(crate) fn auth_answer(&mut self, cx: &mut Cx, element: &Element) {
        self.step(cx);
        match element.name() {
            "challenge" => self.challenged(cx, element),
            "success" => self.succeeded(cx, element),
            "failure" => self.refused(cx, element),
            _ => {}
        }
    }

    fn challenged(&mut self, cx: &mut Cx, element: &Element) {
        let Some(text) = decode(element) else { return self.misbehaves(cx, "sasl-encoding") };
        let Phase::Auth(step) = &mut self.phase else { return };
        match step {
            Step::First { hash, scram } => {
                let (hash, scram) = (*hash, scram.clone());
                match scram.challenge(&text) {
                    Ok(challenge) => self.derive(cx, hash, scram, challenge),
                    Err(_) => self.misbehaves(cx, "scram-challenge"),
                }
            }
            // Some servers put their proof into a challenge of its own and wait for an empty answer.
            Step::Final { proof, verified, .. } => {
                if proof.verify(&text).is_err() {
                    return self.stop(cx, Problem::ServerNotGenuine);
                }
                *verified = true;
                cx.output(Output::Send(Element::new("response", ns::SASL).to_xml()));
            }
            Step::Deriving { .. } | Step::Plain => self.misbehaves(cx, "sasl-order"),
        }
    }

    fn derive(&mut self, cx: &mut Cx, hash: Hash, scram: Scram, challenge: Challenge) {
        match self.goal.as_ref().map(|goal| &goal.credentials) {
            Some(Credentials::Key(key))
                if key.salt == challenge.salt && key.iterations == challenge.iterations =>
            {
                let key = key.clone();
                self.send_proof(cx, &scram, &challenge, key);
            }
            // The password was changed, or the server draws a new salt each time: the key is worth nothing.
            Some(Credentials::Key(_)) => self.stop(cx, Problem::PasswordNeeded),
            Some(Credentials::Password(password)) => {
                cx.output(Output::DeriveKey {
                    hash,
                    password: password.clone(),
                    salt: challenge.salt.clone(),
                    iterations: challenge.iterations,
                });
                self.phase = Phase::Auth(Step::Deriving { hash, scram, challenge });
            }
            None => {}
        }
    }

    /// PBKDF2 is done.
    pub(crate) fn key_derived(&mut self, cx: &mut Cx, key: Option<Vec<u8>>) {
        let Phase::Auth(Step::Deriving { hash, scram, challenge }) = &self.phase else { return };
        let (hash, scram, challenge) = (*hash, scram.clone(), challenge.clone());
        let Some(key) = key else { return self.stop(cx, Problem::InsecurePage) };
        let key = SaltedKey { hash, salt: challenge.salt.clone(), iterations: challenge.iterations, key };
        self.step(cx);
        self.send_proof(cx, &scram, &challenge, key);
    }

    fn send_proof(&mut self, cx: &mut Cx, scram: &Scram, challenge: &Challenge, key: SaltedKey) {
        let proof = scram.proof(challenge, &key.key);
        let response = Element::new("response", ns::SASL).with_text(base64::encode(proof.message.as_bytes()));
        cx.output(Output::Send(response.to_xml()));
        self.phase = Phase::Auth(Step::Final { key, proof, verified: false });
    }

    fn succeeded(&mut self, cx: &mut Cx, element: &Element) {
        let Phase::Auth(step) = &self.phase else { return };
        match step {
            Step::Final { key, proof, verified } => {
                let proven = *verified || decode(element).is_some_and(|text| proof.verify(&text).is_ok());
                if !proven {
                    return self.stop(cx, Problem::ServerNotGenuine);
                }
                let key = key.clone();
                if let Some(goal) = &mut self.goal {
                    goal.credentials = Credentials::Key(key);
                }
            }
            Step::Plain => {}
            // Success before the proof: whoever this is, it did not check the password.
            Step::First { .. } | Step::Deriving { .. } => return self.stop(cx, Problem::ServerNotGenuine),
        }
        self.authenticated = true;
        match (&cx.account, &self.goal) {
            (None, Some(goal)) => {
                cx.output(Output::OpenStore(goal.jid.clone()));
                self.phase = Phase::OpeningStore;
                self.deadline = None;
            }
            _ => self.welcome(cx),
        }
    }

    fn refused(&mut self, cx: &mut Cx, element: &Element) {
        let condition = element.elements().map(Element::name).find(|name| *name != "text").unwrap_or("");
        let returning = self.is_returning();
        match condition {
            "account-disabled" => self.stop(cx, Problem::AccountDisabled),
            "temporary-auth-failure" => self.fail(cx, Problem::LogInUnavailable),
            "not-authorized" | "credentials-expired" | "invalid-authzid" => {
                self.stop(cx, if returning { Problem::PasswordNeeded } else { Problem::WrongPassword });
            }
            "encryption-required" | "invalid-mechanism" | "mechanism-too-weak" => {
                self.stop(cx, Problem::NoSafeLogIn);
            }
            _ => self.misbehaves(cx, "sasl-failure"),
        }
    }

    /// The account's store is open: its rows may be shown, its queue be sent.
    pub(crate) fn store_opened(&mut self, cx: &mut Cx, features: &mut Features, saved: &Saved) {
        if !matches!(self.phase, Phase::OpeningStore) {
            return;
        }
        cx.account = self.goal.as_ref().map(|goal| goal.jid.clone());
        cx.restore(saved);
        features.on_restore(cx, saved);
        self.welcome(cx);
        cx.emit(Event::Roster(saved.roster.clone()));
        for chat in &saved.chats {
            cx.emit(Event::Chat(chat.clone()));
        }
    }

    /// Proven and known: from now on this session comes back by itself.
    fn welcome(&mut self, cx: &mut Cx) {
        if let Some(goal) = &mut self.goal
            && goal.purpose != Purpose::Return
        {
            goal.purpose = Purpose::Return;
            let key = match &goal.credentials {
                Credentials::Key(key) => Some(key.clone()),
                Credentials::Password(_) => None,
            };
            let row = SessionRow { jid: goal.jid.clone(), endpoint: goal.endpoint.clone(), key };
            cx.emit(Event::LoggedIn(row.jid.clone()));
            cx.write(Write::Session(Some(row)));
        }
        self.greet(cx);
    }

    /// Takes the last stream up again if there is one.
    fn resume_or_bind(&mut self, cx: &mut Cx) {
        match cx.stream.resume().filter(|_| cx.offers("sm", ns::SM)) {
            Some(resume) => {
                cx.output(Output::Send(resume));
                self.phase = Phase::Resuming;
            }
            None => self.bind(cx),
        }
    }

    /// The server's word on the stream we left (XEP-0198 §5).
    pub(crate) fn resume_answer(&mut self, cx: &mut Cx, element: &Element) -> Heard {
        self.step(cx);
        match element.name() {
            "resumed" => match delivery::resumed(cx, element) {
                Some((jid, lost)) => {
                    cx.bound = Some(jid);
                    self.online(cx);
                    return Heard::Resumed { lost };
                }
                None => self.misbehaves(cx, "resume"),
            },
            "failed" => {
                // Some servers still know how far they had come.
                if let Some(handled) = element.get("h").and_then(|h| h.parse().ok()) {
                    delivery::acknowledged(cx, handled);
                }
                cx.stream.expire();
                self.bind(cx);
            }
            _ => {}
        }
        Heard::Done
    }

    fn online(&mut self, cx: &mut Cx) {
        self.phase = Phase::Online;
        self.deadline = None;
        self.backoff.connected(cx.now.mono_ms);
        cx.emit(Event::Connection(Connection::Online));
    }

    fn bind(&mut self, cx: &mut Cx) {
        let id = cx.ids.id();
        let resource = format!("goldcrest-{}", cx.ids.id().get(..6).unwrap_or_default());
        let bind =
            Element::new("bind", ns::BIND).with(Element::new("resource", ns::BIND).with_text(resource));
        let iq = Element::new("iq", ns::CLIENT).attr("type", "set").attr("id", id.as_str()).with(bind);
        cx.output(Output::Send(iq.to_xml()));
        self.phase = Phase::Binding(id);
    }

    /// The answer to the bind request.
    pub(crate) fn bound(&mut self, cx: &mut Cx, iq: &Element) -> Heard {
        let jid: Option<model::Jid> = iq
            .find("bind", ns::BIND)
            .and_then(|bind| bind.child_text("jid", ns::BIND))
            .and_then(|jid| jid.parse().ok());
        match jid {
            Some(jid) if iq.get("type") == Some("result") && cx.account.as_ref() == Some(jid.bare()) => {
                cx.bound = Some(jid);
                cx.outbox.forget_numbers();
                cx.write(Write::Stream(None));
                if let Some(enable) = cx.stream.start(cx.offers("sm", ns::SM), cx.is_alone) {
                    cx.output(Output::Send(enable));
                }
                self.online(cx);
                Heard::Online
            }
            _ => {
                self.misbehaves(cx, "bind");
                Heard::Done
            }
        }
    }

    pub(crate) fn misbehaves(&mut self, cx: &mut Cx, detail: &str) {
        self.fail(cx, Problem::ServerMisbehaves { detail: detail.to_owned() });
    }
}

fn send_auth(cx: &mut Cx, mechanism: &str, initial: &[u8]) {
    let auth = Element::new("auth", ns::SASL).attr("mechanism", mechanism).with_text(base64::encode(initial));
    cx.output(Output::Send(auth.to_xml()));
}

fn decode(element: &Element) -> Option<String> {
    String::from_utf8(base64::decode(element.text().trim())?).ok()
}
