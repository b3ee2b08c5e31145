//! Stanza errors (RFC 6120 §8.3).

use crate::{Element, ns};

/// What the sender of a failed stanza can do about it (RFC 6120 §8.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Retry after giving credentials.
    Auth,
    /// Do not retry.
    Cancel,
    /// Go on; it was only a warning.
    Continue,
    /// Retry after changing the data.
    Modify,
    /// Retry after waiting.
    Wait,
}

impl ErrorKind {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "auth" => Self::Auth,
            "cancel" => Self::Cancel,
            "continue" => Self::Continue,
            "modify" => Self::Modify,
            "wait" => Self::Wait,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Cancel => "cancel",
            Self::Continue => "continue",
            Self::Modify => "modify",
            Self::Wait => "wait",
        }
    }
}

/// Why a stanza failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StanzaError {
    /// What can be done about it.
    pub kind: ErrorKind,
    /// The defined condition, such as `item-not-found`; `undefined-condition` if there is none.
    pub condition: String,
    /// The sender's own words, plain text.
    pub text: Option<String>,
}

impl StanzaError {
    /// An error without words.
    pub fn new(kind: ErrorKind, condition: &str) -> Self {
        Self { kind, condition: condition.to_owned(), text: None }
    }

    /// Reads the error of a stanza; `None` if its type is not `error`. What is missing or unknown in it becomes
    /// `cancel` and `undefined-condition`: the stanza failed, whatever its error looks like.
    pub fn of(stanza: &Element) -> Option<Self> {
        if stanza.get("type") != Some("error") {
            return None;
        }
        let error = stanza.find("error", stanza.ns());
        let kind =
            error.and_then(|e| e.get("type")).and_then(ErrorKind::from_name).unwrap_or(ErrorKind::Cancel);
        let condition = error
            .and_then(|e| e.elements().find(|c| c.ns() == ns::STANZA_ERRORS && c.name() != "text"))
            .map_or("undefined-condition", Element::name);
        let text = error.and_then(|e| e.child_text("text", ns::STANZA_ERRORS)).filter(|t| !t.is_empty());
        Some(Self { kind, condition: condition.to_owned(), text })
    }

    /// The answer that refuses a stanza: back to its sender under its id (RFC 6120 §8.3.1). `from` is left to the
    /// server, which knows our full address best.
    pub fn reply_to(&self, stanza: &Element) -> Element {
        let text = self.text.as_ref().map(|text| Element::new("text", ns::STANZA_ERRORS).with_text(text));
        Element::new(stanza.name(), stanza.ns())
            .attr("type", "error")
            .attr_opt("to", stanza.get("from"))
            .attr_opt("id", stanza.get("id"))
            .with(
                Element::new("error", stanza.ns())
                    .attr("type", self.kind.name())
                    .with(Element::new(&self.condition, ns::STANZA_ERRORS))
                    .with_opt(text),
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(inner: &str) -> Option<StanzaError> {
        StanzaError::of(&Element::parse(&format!("<iq xmlns='jabber:client' {inner}</iq>")).unwrap())
    }

    #[test]
    fn errors_are_read() {
        let error = read(
            "type='error'><query xmlns='u'/><error type='wait' by='x'><x xmlns='app'/>\
             <resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>\
             <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>Later</text></error>",
        );
        let expected = StanzaError {
            text: Some("Later".into()),
            ..StanzaError::new(ErrorKind::Wait, "resource-constraint")
        };
        assert_eq!(error, Some(expected));
        let vague = Some(StanzaError::new(ErrorKind::Cancel, "undefined-condition"));
        assert_eq!(read("type='error'>"), vague);
        assert_eq!(read("type='error'><error type='odd'/>"), vague);
        assert_eq!(read("type='result'><error type='wait'/>"), None);
    }

    #[test]
    fn a_reply_goes_back_under_the_same_id_and_reads_back() {
        let iq = Element::parse(
            "<iq xmlns='jabber:client' type='get' id='7' from='a@b/c' to='d@e'><x xmlns='u'/></iq>",
        )
        .unwrap();
        for kind in
            [ErrorKind::Auth, ErrorKind::Cancel, ErrorKind::Continue, ErrorKind::Modify, ErrorKind::Wait]
        {
            let error =
                StanzaError { text: Some("no".into()), ..StanzaError::new(kind, "feature-not-implemented") };
            let reply = error.reply_to(&iq);
            assert_eq!(
                (reply.get("to"), reply.get("id"), reply.get("from")),
                (Some("a@b/c"), Some("7"), None)
            );
            assert_eq!(StanzaError::of(&Element::parse(&reply.to_xml()).unwrap()), Some(error));
        }
    }
}
