//! What a good server would say: just enough of RFC 6120, RFC 7395, RFC 6121 and XEP-0077 for one account.

use super::Step;
use super::scram::Exchange;
use stanza::{Element, ns};

/// The only domain it serves.
pub(super) const DOMAIN: &str = "localhost";
/// Local part of the only account.
pub const USER: &str = "victim";
/// Its password.
pub const PASSWORD: &str = "correct horse";

/// How far a connection has come.
#[derive(Default)]
pub(super) struct Usual {
    authenticated: bool,
    bound: bool,
    scram: Exchange,
}

impl Usual {
    /// True once the client has a resource.
    pub(super) fn is_bound(&self) -> bool {
        self.bound
    }

    /// Tells what the client does with this frame.
    pub(super) fn step(&self, frame: &Element) -> Step {
        let child = frame.elements().next();
        match (frame.name(), frame.get("type"), child.map(|c| (c.name(), c.ns()))) {
            ("open", ..) if self.authenticated => Step::Reopen,
            ("open", ..) => Step::Open,
            ("close", ..) => Step::Close,
            ("auth" | "authenticate", ..) => Step::Auth,
            ("response", ..) => Step::Proof,
            ("iq", Some("get"), Some(("query", ns::REGISTER))) => Step::FormRequest,
            ("iq", Some("set"), Some(("query", ns::REGISTER))) => Step::FormSubmit,
            ("iq", Some("set"), Some(("bind", _))) => Step::Bind,
            ("iq", Some("get"), Some(("query", ns::ROSTER))) => Step::Roster,
            _ => Step::Other,
        }
    }

    /// The frames of a good server.
    pub(super) fn answer(&mut self, step: Step, frame: &Element) -> Vec<String> {
        match step {
            Step::Open | Step::Reopen => vec![
                format!("<open xmlns='{}' from='{DOMAIN}' id='s1' version='1.0'/>", ns::FRAMING),
                features(self.authenticated),
            ],
            Step::Auth => vec![self.challenge(frame)],
            Step::Proof => self.verdict(frame),
            Step::Bind => {
                self.bound = true;
                let bind = format!(
                    "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>{USER}@{DOMAIN}/r1</jid></bind>"
                );
                vec![result(frame, &bind)]
            }
            Step::Roster => vec![result(frame, "<query xmlns='jabber:iq:roster'/>")],
            Step::FormRequest => vec![result(
                frame,
                "<query xmlns='jabber:iq:register'><instructions>Choose a name</instructions><username/><password/></query>",
            )],
            Step::FormSubmit => vec![result(frame, "")],
            Step::Other if matches!(frame.get("type"), Some("get" | "set")) => {
                match frame.elements().next() {
                    Some(child) if child.name() == "ping" => vec![result(frame, "")],
                    _ => vec![error(frame, "cancel", "service-unavailable")],
                }
            }
            Step::Connect | Step::Other => vec![],
            Step::Close => vec![format!("<close xmlns='{}'/>", ns::FRAMING)],
        }
    }

    fn challenge(&mut self, frame: &Element) -> String {
        let known = frame.get("mechanism") == Some("SCRAM-SHA-256");
        let initial = frame.child_text("initial-response", ns::SASL2).unwrap_or_else(|| frame.text());
        match self.scram.challenge(&initial) {
            Some(challenge) if known => format!("<challenge xmlns='{}'>{challenge}</challenge>", frame.ns()),
            _ => failure(frame.ns(), "invalid-mechanism"),
        }
    }

    fn verdict(&mut self, frame: &Element) -> Vec<String> {
        let Some(signature) = self.scram.verify(&frame.text(), PASSWORD) else {
            return vec![failure(frame.ns(), "not-authorized")];
        };
        self.authenticated = true;
        if frame.ns() == ns::SASL {
            return vec![format!("<success xmlns='{}'>{signature}</success>", ns::SASL)];
        }
        let success = format!(
            "<success xmlns='{}'><additional-data>{signature}</additional-data>\
             <authorization-identifier>{USER}@{DOMAIN}</authorization-identifier></success>",
            ns::SASL2
        );
        vec![success, features(true)]
    }
}

/// Stream features before or after authentication.
fn features(authenticated: bool) -> String {
    let offer = if authenticated {
        "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>".to_owned()
    } else {
        format!(
            "<mechanisms xmlns='{}'><mechanism>SCRAM-SHA-256</mechanism></mechanisms>\
             <register xmlns='http://jabber.org/features/iq-register'/>",
            ns::SASL
        )
    };
    format!("<stream:features xmlns:stream='http://etherx.jabber.org/streams'>{offer}</stream:features>")
}

fn failure(profile: &str, condition: &str) -> String {
    format!("<failure xmlns='{profile}'><{condition} xmlns='{}'/></failure>", ns::SASL)
}

/// The result of an IQ, with this payload.
pub fn result(iq: &Element, payload: &str) -> String {
    let id = iq.get("id").unwrap_or_default();
    format!("<iq xmlns='jabber:client' type='result' id='{id}'>{payload}</iq>")
}

/// The error of an IQ.
pub fn error(iq: &Element, kind: &str, condition: &str) -> String {
    let id = iq.get("id").unwrap_or_default();
    format!(
        "<iq xmlns='jabber:client' type='error' id='{id}'><error type='{kind}'>\
         <{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
    )
}
