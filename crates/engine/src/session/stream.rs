//! RFC 7395 framing and RFC 6120 stream errors.

use super::login::Step;
use super::{Heard, Phase, Session};
use crate::cx::Cx;
use crate::io::Output;
use model::{BareJid, Problem, is_loopback};
use stanza::{Element, ns};

/// The client's `<open/>`. Who we are is said only where nobody can listen (RFC 6120 §4.7.1).
pub(crate) fn open(jid: &BareJid, is_private: bool) -> String {
    Element::new("open", ns::FRAMING)
        .attr("to", jid.domain())
        .attr_opt("from", is_private.then(|| jid.to_string()))
        .attr("version", "1.0")
        .to_xml()
}

/// The client's `<close/>`.
pub(crate) fn close() -> String {
    Element::new("close", ns::FRAMING).to_xml()
}

/// True if nobody between us and the server can read what this URL carries: TLS, or this very device.
pub(crate) fn is_private(url: &str) -> bool {
    if url.starts_with("wss://") {
        return true;
    }
    let Some(rest) = url.strip_prefix("ws://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return false;
    }
    let host = if authority.starts_with('[') {
        authority.split(']').next().unwrap_or_default().trim_start_matches('[')
    } else {
        authority.split(':').next().unwrap_or_default()
    };
    is_loopback(host)
}

impl Session {
    /// One frame arrived.
    pub(crate) fn frame(&mut self, cx: &mut Cx, text: &str) -> Heard {
        if matches!(self.phase, Phase::Idle | Phase::Waiting | Phase::Stopped | Phase::Discovering) {
            return Heard::Done;
        }
        self.liveness.heard(cx.now.mono_ms);
        if self.is_online() {
            self.backoff.set_woken(false);
        }
        // Some servers keep the socket warm with white space (RFC 6120 §4.6.1). An empty frame is something else: the
        // socket's way to say that what came was no text or too long.
        if !text.is_empty() && text.trim().is_empty() {
            return Heard::Done;
        }
        let element = match Element::parse(text) {
            Ok(element) => element,
            Err(_) if matches!(self.phase, Phase::Leaving { .. }) => {
                self.revoked(cx, false);
                return Heard::Done;
            }
            Err(error) => {
                self.fail(cx, Problem::ServerMisbehaves { detail: error.code().to_owned() });
                return Heard::Done;
            }
        };
        if matches!(self.phase, Phase::Leaving { .. }) {
            self.revoke_answer(cx, &element);
            return Heard::Done;
        }
        if element.is("error", ns::STREAM) {
            self.stream_error(cx, &element);
            return Heard::Done;
        }
        if element.is("close", ns::FRAMING) {
            self.closed(cx);
            return Heard::Done;
        }
        self.element(cx, element)
    }

    fn element(&mut self, cx: &mut Cx, element: Element) -> Heard {
        match &self.phase {
            Phase::Greeting if element.is("open", ns::FRAMING) => {
                self.phase = Phase::Features;
                self.step(cx);
            }
            Phase::Features | Phase::OpeningStore if element.is("features", ns::STREAM) => {
                return self.features(cx, &element);
            }
            Phase::Auth(Step::Token { .. }) if element.is("features", ns::STREAM) => {
                self.offer_followed(cx, &element);
            }
            Phase::SigningUp(_) if element.is("iq", ns::CLIENT) => self.sign_up_answer(cx, &element),
            Phase::Auth(_) if element.ns() == self.offer.ns() => return self.auth_answer(cx, &element),
            Phase::Binding { id, .. }
                if element.is("iq", ns::CLIENT) && element.get("id") == Some(id.as_str()) =>
            {
                return self.bound(cx, &element);
            }
            Phase::Resuming if element.ns() == ns::SM => return self.resume_answer(cx, &element),
            // A stream that was taken up again along with the log-in works before the server has said what it offers.
            Phase::Online if element.is("features", ns::STREAM) => {
                cx.stream_features = Some(element);
                return Heard::Offered;
            }
            Phase::Online => return Heard::Element(element),
            // A server may send ahead of time what the features will ask for anyway; before the stream is
            // bound that is nothing for us.
            _ => {}
        }
        Heard::Done
    }

    fn stream_error(&mut self, cx: &mut Cx, element: &Element) {
        let condition = element
            .elements()
            .find(|child| child.ns() == ns::STREAM_ERRORS && child.name() != "text")
            .map_or("undefined-condition", Element::name)
            .to_owned();
        let text = element.child_text("text", ns::STREAM_ERRORS).filter(|text| !text.trim().is_empty());
        match condition.as_str() {
            // Coming back would only throw the other one out: two devices fighting for ever.
            "conflict" => {
                cx.stream.forget();
                self.stop(cx, Problem::ReplacedElsewhere);
            }
            "host-unknown" | "host-gone" | "not-authorized" | "unsupported-version" | "see-other-host" => {
                self.stop(cx, Problem::StreamError { condition, text });
            }
            _ => {
                if condition == "policy-violation" {
                    cx.stream.refused();
                }
                self.fail(cx, Problem::StreamError { condition, text });
            }
        }
    }

    /// Leaves a bound stream in good order.
    pub(crate) fn say_goodbye(&mut self, cx: &mut Cx) {
        if self.is_online() {
            let unavailable = Element::new("presence", ns::CLIENT).attr("type", "unavailable");
            cx.output(Output::Send(unavailable.to_xml()));
            cx.output(Output::Send(close()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn only_tls_and_loopback_are_private() {
        for good in [
            "wss://x.example/ws",
            "ws://localhost:5280/ws",
            "ws://127.0.0.1/ws",
            "ws://[::1]:80/",
            "ws://127.9.9.9",
        ] {
            assert!(is_private(good), "{good}");
        }
        for bad in [
            "ws://x.example/ws",
            "ws://localhost.example/",
            "ws://127.0.0.1.example/",
            "ws://localhost@evil.example/",
            "http://localhost/",
            "ws://10.0.0.1/",
            "javascript:wss://",
            "",
        ] {
            assert!(!is_private(bad), "{bad}");
        }
    }
}
