//! SASL (RFC 6120 §6): proving who we are, and having the server prove who it is. The steps are the same in the profile of XEP-0388.

use super::scram::{Challenge, Proof, Scram, mechanism};
use super::xep0388_sasl2::{Offer, last_word};
use super::{Heard, Phase, Purpose, Session, stream, xep0474_ssdp, xep0484_fast};
use crate::cx::Cx;
use crate::io::Output;
use crate::spec::Spec;
use model::{Credentials, Hash, Problem, SaltedKey};
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
    /// A token is shown (XEP-0484); the server must answer with this proof.
    Token { proof: Vec<u8> },
}

impl Session {
    /// The server's features: prove who we are, or go on to a resource if that is done.
    pub(crate) fn features(&mut self, cx: &mut Cx, features: &Element) -> Heard {
        self.step(cx);
        if self.authenticated {
            return self.proven_features(cx, features);
        }
        self.offer = Offer::read(features, stream::is_private(&self.url));
        match self.goal.as_ref().map(|goal| goal.purpose) {
            Some(Purpose::SignUp) => self.ask_sign_up_form(cx),
            Some(_) => self.authenticate(cx),
            None => {}
        }
        Heard::Done
    }

    /// Picks the strongest way the server offers that we can take, and starts.
    pub(crate) fn authenticate(&mut self, cx: &mut Cx) {
        let Some(goal) = &self.goal else { return };
        let user = goal.jid.local().unwrap_or_default().to_owned();
        let offered = |hash: &Hash| self.offer.has(mechanism(*hash));
        let best = [Hash::Sha256, Hash::Sha1].into_iter().find(offered);
        let is_weaker = self.row.as_ref().and_then(|row| row.pin) > best;
        match &goal.credentials {
            Credentials::Token(token) => {
                let token = token.clone();
                // What is on disk must not be older than what the server sees.
                if self.unsaved.is_none() {
                    self.show_token(cx, &token);
                }
            }
            // Nobody can talk us down to less than what was seen to work once.
            _ if is_weaker => self.stop(cx, Problem::WeakerLogIn),
            // The stored key fits one mechanism only.
            Credentials::Key(key) if offered(&key.hash) => self.start_scram(cx, key.hash, &user),
            Credentials::Key(_) => self.stop(cx, Problem::PasswordNeeded),
            Credentials::Password(password) => match best {
                Some(hash) => self.start_scram(cx, hash, &user),
                None if self.offer.has("PLAIN") && stream::is_private(&self.url) => {
                    let message = format!("\0{user}\0{password}");
                    self.start_sasl(cx, "PLAIN", message.as_bytes(), None);
                    self.phase = Phase::Auth(Step::Plain);
                }
                None => self.stop(cx, Problem::NoSafeLogIn),
            },
        }
    }

    fn start_scram(&mut self, cx: &mut Cx, hash: Hash, user: &str) {
        let scram = Scram::new(hash, user, cx.ids.id());
        self.start_sasl(cx, mechanism(hash), scram.first().as_bytes(), None);
        self.phase = Phase::Auth(Step::First { hash, scram });
    }

    /// The server's side of the exchange.
    pub(crate) fn auth_answer(&mut self, cx: &mut Cx, element: &Element) -> Heard {
        self.step(cx);
        match element.name() {
            "challenge" => self.challenged(cx, element),
            "success" => return self.succeeded(cx, element),
            "failure" => self.refused(cx, element),
            // A second factor, or a new password (XEP-0388 §5.6.3): nothing we could ask for.
            "continue" => self.stop(cx, Problem::NoSafeLogIn),
            _ => {}
        }
        Heard::Done
    }

    fn challenged(&mut self, cx: &mut Cx, element: &Element) {
        let Some(text) = decode(element) else { return self.misbehaves(cx, "sasl-encoding") };
        let Phase::Auth(step) = &mut self.phase else { return };
        match step {
            Step::First { hash, scram } => {
                let (hash, scram) = (*hash, scram.clone());
                match scram.challenge(&text) {
                    Ok(_) if !xep0474_ssdp::is_as_offered(&self.offer, hash, &text) => {
                        self.stop(cx, Problem::OfferChanged);
                    }
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
                cx.output(Output::Send(Element::new("response", self.offer.ns()).to_xml()));
            }
            Step::Deriving { .. } | Step::Plain | Step::Token { .. } => self.misbehaves(cx, "sasl-order"),
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
            Some(Credentials::Key(_) | Credentials::Token(_)) => self.stop(cx, Problem::PasswordNeeded),
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
        let response =
            Element::new("response", self.offer.ns()).with_text(base64::encode(proof.message.as_bytes()));
        cx.output(Output::Send(response.to_xml()));
        self.phase = Phase::Auth(Step::Final { key, proof, verified: false });
    }

    fn succeeded(&mut self, cx: &mut Cx, success: &Element) -> Heard {
        let Phase::Auth(step) = &self.phase else { return Heard::Done };
        let word = last_word(success);
        let is_proven = match step {
            Step::Final { proof, verified, .. } => {
                let text = word.and_then(|word| String::from_utf8(word).ok());
                *verified || text.is_some_and(|text| proof.verify(&text).is_ok())
            }
            Step::Token { proof } => word.as_ref() == Some(proof),
            Step::Plain => true,
            // Success before the proof: whoever this is, it did not check the password.
            Step::First { .. } | Step::Deriving { .. } => false,
        };
        if !is_proven {
            self.stop(cx, Problem::ServerNotGenuine);
            return Heard::Done;
        }
        let key = match step {
            Step::Final { key, .. } => Some(key.clone()),
            _ => None,
        };
        let named = success.child_text("authorization-identifier", ns::SASL2);
        let named = named.and_then(|jid| jid.trim().parse().ok()).map(|jid: model::Jid| jid.bare().clone());
        let Some(goal) = &mut self.goal else { return Heard::Done };
        if named.is_some_and(|jid| jid != goal.jid) {
            self.misbehaves(cx, "authorization");
            return Heard::Done;
        }
        if let (Some(row), Some(key)) = (&mut self.row, &key) {
            row.pin = row.pin.max(Some(key.hash));
        }
        // A token takes the key's place; the next token that of the last.
        if let Some(token) = xep0484_fast::token(success) {
            goal.credentials = Credentials::Token(token);
        } else if let Some(key) = key {
            goal.credentials = Credentials::Key(key);
        }
        self.proven(cx, success)
    }

    fn refused(&mut self, cx: &mut Cx, element: &Element) {
        let condition = element.elements().map(Element::name).find(|name| *name != "text").unwrap_or("");
        let returning = self.is_returning();
        let with_token = matches!(self.phase, Phase::Auth(Step::Token { .. }));
        match condition {
            "account-disabled" => self.stop(cx, Problem::AccountDisabled),
            "temporary-auth-failure" => self.fail(cx, Problem::LogInUnavailable),
            _ if with_token => self.token_refused(cx),
            "not-authorized" | "credentials-expired" | "invalid-authzid" => {
                self.stop(cx, if returning { Problem::PasswordNeeded } else { Problem::WrongPassword });
            }
            "encryption-required" | "invalid-mechanism" | "mechanism-too-weak" => {
                self.stop(cx, Problem::NoSafeLogIn);
            }
            _ => self.misbehaves(cx, "sasl-failure"),
        }
    }

    pub(crate) fn misbehaves(&mut self, cx: &mut Cx, detail: &str) {
        self.fail(cx, Problem::ServerMisbehaves { detail: detail.to_owned() });
    }
}

fn decode(element: &Element) -> Option<String> {
    String::from_utf8(base64::decode(element.text().trim())?).ok()
}
