//! XEP-0484: Fast Authentication Streamlining Tokens. The server gives this installation a token that takes the place of the
//! password: one round trip, nothing to guess, and gone when the person logs out.
//!
//! The mechanism is HT-SHA-256-NONE: a browser shows no TLS session to bind to. A token is used only when its row is on disk, with
//! its count: what a killed page leaves behind is never older than what the server has seen.

use super::{Phase, Session, stream, xep0388_sasl2};
use crate::cx::Cx;
use crate::io::Output;
use crate::session::login::Step;
use crate::session::scram::hmac;
use crate::session::xep0388_sasl2::Offer;
use crate::spec::Spec;
use model::{Credentials, Endpoint, Hash, Problem, Token};
use stanza::{Element, base64, ns};

/// What this file implements.
pub(crate) const SPEC: Spec = Spec::xep(
    484,
    "Fast Authentication Streamlining Tokens",
    "0.2.0",
    "crates/engine/src/session/xep0484_fast.rs",
);

const MECHANISM: &str = "HT-SHA-256-NONE";
/// How long a person who logs out waits until the server knows, milliseconds.
const REVOKE_MS: u64 = 5_000;

/// True if the server takes tokens that we can use.
pub(crate) fn is_offered(offer: &Offer) -> bool {
    let fast = offer.inline("fast", ns::FAST);
    fast.is_some_and(|fast| xep0388_sasl2::names(fast, "mechanism").iter().any(|name| name == MECHANISM))
}

/// Asks for a token.
pub(crate) fn request() -> Element {
    Element::new("request-token", ns::FAST).attr("mechanism", MECHANISM)
}

/// The token that came with a success: the first, or the next.
pub(crate) fn token(success: &Element) -> Option<Token> {
    let secret = success.find("token", ns::FAST)?.get("token").filter(|secret| !secret.is_empty())?;
    Some(Token { secret: secret.to_owned(), count: 0 })
}

/// Our only message, and what the server must answer to it (draft-schmaus-kitten-sasl-ht).
fn exchange(user: &str, token: &Token) -> (Vec<u8>, Vec<u8>) {
    let mac = |who: &[u8]| hmac(Hash::Sha256, token.secret.as_bytes(), who);
    let mut message = user.as_bytes().to_vec();
    message.push(0);
    message.extend(mac(b"Initiator"));
    (message, mac(b"Responder"))
}

fn fast(token: &Token, is_alone: bool) -> Element {
    // Two pages that share a token would count it twice.
    Element::new("fast", ns::FAST).attr_opt("count", is_alone.then(|| token.count.to_string()))
}

impl Session {
    /// Before a token is used, what is on disk says so.
    pub(crate) fn count_use(&mut self, cx: &mut Cx) {
        if let (Some(goal), Some(row)) = (&mut self.goal, &mut self.row)
            && let Credentials::Token(token) = &mut goal.credentials
            && cx.is_alone
        {
            token.count = token.count.saturating_add(1);
            row.token = Some(token.clone());
            self.keep_row(cx);
        }
    }

    /// Logs in with the token.
    pub(crate) fn show_token(&mut self, cx: &mut Cx, token: &Token) {
        if !is_offered(&self.offer) {
            return self.stop(cx, Problem::PasswordNeeded);
        }
        let user = self.goal.as_ref().and_then(|goal| goal.jid.local()).unwrap_or_default();
        let (message, proof) = exchange(user, token);
        self.start_sasl(cx, MECHANISM, &message, Some(fast(token, cx.is_alone)));
        self.phase = Phase::Auth(Step::Token { proof });
        self.step(cx);
    }

    /// Logs in before the server has said anything, if what it offered last time allows it. Once: if it leads nowhere, the next
    /// try listens first.
    pub(crate) fn show_token_ahead(&mut self, cx: &mut Cx) {
        let Some(inline) = self.ahead.take() else { return };
        if let Some(Credentials::Token(token)) = self.goal.as_ref().map(|goal| goal.credentials.clone())
            && self.unsaved.is_none()
            && stream::is_private(&self.url)
        {
            self.offer = Offer::remembered(inline);
            self.show_token(cx, &token);
        }
    }

    /// The offer came after we took it for granted.
    pub(crate) fn offer_followed(&mut self, cx: &mut Cx, features: &Element) {
        let offer = Offer::read(features, stream::is_private(&self.url));
        if is_offered(&offer) {
            self.offer = offer;
        } else {
            // The token may be good again one day; the server just does not take it now.
            self.stop(cx, Problem::PasswordNeeded);
        }
    }

    /// The server does not take the token any more: it is worth nothing.
    pub(crate) fn token_refused(&mut self, cx: &mut Cx) {
        if let Some(row) = &mut self.row {
            row.token = None;
        }
        // Another page may have got a newer one meanwhile.
        if cx.is_alone {
            self.keep_row(cx);
        }
        self.stop(cx, Problem::PasswordNeeded);
        self.goal = None;
    }
}

/// Telling the server that a token is no longer good, after everything else of the log-out.
#[derive(Debug)]
pub(crate) struct Revoking {
    token: Token,
    /// What the server must answer, once it was told.
    proof: Option<Vec<u8>>,
}

impl Session {
    /// Begins to; a token can only be revoked by using it (§Client requests token invalidation), and a stream has only one log-in.
    pub(crate) fn revoke(&mut self, cx: &mut Cx) {
        let Some(row) = &self.row else { return };
        let Some(mut token) = row.token.clone() else { return };
        if self.url.is_empty()
            && let Endpoint::Url(url) = &row.endpoint
        {
            self.url.clone_from(url);
        }
        self.token_lives = true;
        if self.network && stream::is_private(&self.url) {
            token.count = token.count.saturating_add(1);
            self.revoking = Some(Revoking { token, proof: None });
            self.deadline = Some((cx.now.mono_ms + REVOKE_MS, "revoking"));
            cx.output(Output::Open { url: self.url.clone() });
        }
    }

    /// The socket for it is open.
    pub(crate) fn revoke_opened(&mut self, cx: &mut Cx) {
        if let (Some(_), Some(row)) = (&self.revoking, &self.row) {
            cx.output(Output::Send(stream::open(&row.jid, true)));
        }
    }

    /// What the server says while we are leaving.
    pub(crate) fn revoke_answer(&mut self, cx: &mut Cx, element: &Element) {
        let (Some(revoking), Some(row)) = (&mut self.revoking, &self.row) else { return };
        let user = row.jid.local().unwrap_or_default();
        match (element.name(), element.ns()) {
            ("features", ns::STREAM) if is_offered(&Offer::read(element, true)) => {
                let (message, proof) = exchange(user, &revoking.token);
                revoking.proof = Some(proof);
                let fast = fast(&revoking.token, cx.is_alone).attr("invalidate", "true");
                let request = xep0388_sasl2::authenticate(MECHANISM, base64::encode(message), &row.agent);
                cx.output(Output::Send(request.with(fast).to_xml()));
            }
            ("success", ns::SASL2) => {
                let is_genuine =
                    revoking.proof.is_some() && xep0388_sasl2::last_word(element) == revoking.proof;
                self.revoked(cx, is_genuine);
            }
            // It does not work, and that is all we want.
            ("failure", ns::SASL2) => {
                let refused = |name| element.find(name, ns::SASL).is_some();
                self.revoked(cx, refused("not-authorized") || refused("credentials-expired"));
            }
            ("open", ns::FRAMING) => {}
            _ => self.revoked(cx, false),
        }
    }

    /// Ends it, with or without success.
    pub(crate) fn revoked(&mut self, cx: &mut Cx, is_dead: bool) {
        if self.revoking.take().is_some() {
            self.token_lives = !is_dead;
            self.deadline = None;
            cx.output(Output::Send(stream::close()));
            cx.output(Output::Close);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_the_user_and_proves_the_token() {
        // Reference: `printf Initiator | openssl dgst -sha256 -hmac secret-token:x -binary | base64`, and the same for Responder.
        let token = Token { secret: "secret-token:x".into(), count: 3 };
        let (message, proof) = exchange("alice", &token);
        assert!(message.starts_with(b"alice\0"));
        assert_eq!(base64::encode(&message[6..]), "lUZVkHKtUdBNNJVCh59qwr68X8HXOG5Pj6oyUrTdxCI=");
        assert_eq!(base64::encode(proof), "JltbO4l9II0nmMiqEQu0FKJTNe3ptz+JG3wpbuf9184=");
        assert!(!format!("{token:?}").contains("secret"));
    }
}
