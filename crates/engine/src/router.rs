//! From an element on a bound stream to the feature whose business it is.

use crate::cx::Cx;
use crate::features::Features;
use crate::features::xep0280_carbons::{self, Unwrapped};
use crate::inbound::{Inbound, IqRequest, PresenceStanza, Via};
use crate::io::Output;
use crate::requests::{IqError, Responder};
use crate::session::delivery;
use model::Jid;
use stanza::{Element, ErrorKind, StanzaError, ns};

/// Handles one element. Nothing in it can fail: what can't be read is left alone.
pub(crate) fn route(cx: &mut Cx, features: &mut Features, element: Element) {
    match (element.name(), element.ns()) {
        ("message", ns::CLIENT) => message(cx, features, element),
        ("presence", ns::CLIENT) => presence(cx, features, element),
        ("iq", ns::CLIENT) => iq(cx, features, &element),
        ("r", ns::SM) => {
            if let Some(answer) = cx.stream.on_request() {
                cx.output(Output::Send(answer));
            }
            return;
        }
        ("a", ns::SM) => {
            if let Some(count) = element.get("h").and_then(|h| h.parse().ok()) {
                delivery::acknowledged(cx, count);
                features.csi.tell(cx);
            }
            return;
        }
        ("enabled", ns::SM) => {
            let bound = cx.bound.clone();
            return cx.stream.on_enabled(&element, bound.as_ref());
        }
        ("failed", ns::SM) => return cx.stream.on_failed(),
        _ => return,
    }
    cx.stream.count_received();
}

/// The sender; without a `from` our own account speaks (RFC 6120 §8.1.2.1). `None` if it is no address.
fn sender(cx: &Cx, element: &Element) -> Option<Jid> {
    match element.get("from") {
        Some(from) => from.parse().ok(),
        None => cx.account.clone().map(Jid::from),
    }
}

fn message(cx: &mut Cx, features: &mut Features, element: Element) {
    // Collected until the page is whole.
    if features.fulltext.collect(cx, &element) || features.archive.collect(cx, &element) {
        return;
    }
    let copy = match xep0280_carbons::unwrap(cx, &element) {
        Unwrapped::Plain => None,
        Unwrapped::Copy(copy) => Some(copy.clone()),
        Unwrapped::Forged => return,
    };
    let via = if copy.is_some() { Via::Carbon } else { Via::Live };
    if let Some(message) = Inbound::read(cx, copy.unwrap_or(element), via) {
        features.take(cx, message);
    }
}

fn presence(cx: &mut Cx, features: &mut Features, element: Element) {
    let Some(from) = sender(cx, &element) else { return };
    let kind = element.get("type").map(str::to_owned);
    features.on_presence(cx, &PresenceStanza { from, kind, element });
    let Features { presence, roster, .. } = features;
    presence.grant_wanted(cx, |jid| crate::features::rfc6121_roster::is_wanted(roster, jid));
}

fn iq(cx: &mut Cx, features: &mut Features, element: &Element) {
    match element.get("type") {
        Some("result" | "error") => answer(cx, features, element),
        Some(kind @ ("get" | "set")) => request(cx, features, element, kind == "set"),
        _ => {}
    }
}

fn answer(cx: &mut Cx, features: &mut Features, element: &Element) {
    let Some(id) = element.get("id") else { return };
    let from = element.get("from").map(str::parse::<Jid>);
    let (account, bound) = (cx.account.clone(), cx.bound.clone());
    let may_answer = |responder: &Responder| match (&from, responder) {
        (Some(Err(_)), _) | (None, Responder::Device(_)) => false,
        (None, _) => true,
        (Some(Ok(from)), Responder::Device(device)) => from == device,
        (Some(Ok(from)), Responder::Account) => {
            Some(from) == bound.as_ref()
                || (from.resource().is_none() && Some(from.bare()) == account.as_ref())
        }
        (Some(Ok(from)), Responder::Bare(bare)) => from.resource().is_none() && from.bare() == bare,
    };
    let Some(pending) = cx.requests.take(id, may_answer) else { return };
    let reply = if element.get("type") == Some("result") {
        Ok(element)
    } else {
        Err(StanzaError::of(element).map_or(IqError::Unanswered, IqError::Refused))
    };
    features.on_reply(cx, pending, reply);
}

fn request(cx: &mut Cx, features: &mut Features, element: &Element, set: bool) {
    let from: Option<Jid> = match element.get("from").map(str::parse) {
        Some(Ok(from)) => Some(from),
        Some(Err(_)) => return,
        None => None,
    };
    let Some(id) = element.get("id") else { return };
    let mut children = element.elements();
    let (payload, more) = (children.next(), children.next().is_some());
    let outcome = match payload {
        Some(payload) if !more => {
            let iq = IqRequest { from: from.clone(), set, payload: payload.clone() };
            features.on_iq(cx, &iq)
        }
        // Exactly one child (RFC 6120 §8.2.3).
        _ => Err("bad-request"),
    };
    // To a stranger our answer would tell that we are online; their server knows how to say "nobody here".
    if !from.as_ref().is_none_or(|from| cx.may_know_us(from.bare())) {
        return refuse(cx, element, "service-unavailable");
    }
    match outcome {
        Ok(payload) => {
            let result = Element::new("iq", ns::CLIENT)
                .attr("type", "result")
                .attr("id", id)
                .attr_opt("to", element.get("from"))
                .with_opt(payload);
            cx.send(&result);
        }
        Err(condition) => refuse(cx, element, condition),
    }
}

fn refuse(cx: &mut Cx, request: &Element, condition: &str) {
    cx.send(&StanzaError::new(ErrorKind::Cancel, condition).reply_to(request));
}
