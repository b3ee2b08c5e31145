//! XEP-0386: Bind 2. A resource, stream management and carbons along with the log-in.
//!
//! The resource is the same after every start of this installation, so that an older stream of it makes room. Pages that share an
//! account with another one bind as in RFC 6120 instead: they would throw each other out.

use crate::session::sm;
use crate::spec::Spec;
use model::Jid;
use stanza::{Element, ns};

/// What this file implements.
pub(crate) const SPEC: Spec = Spec::xep(386, "Bind 2", "1.1.0", "crates/engine/src/session/xep0386_bind2.rs");

/// A stream that was bound along with the log-in.
#[derive(Debug)]
pub(crate) struct Bound {
    /// Our address on it.
    pub(crate) jid: Jid,
    /// The server's word on stream management, if it was asked for.
    pub(crate) sm: Option<Element>,
    /// Carbons are on.
    pub(crate) carbons: bool,
}

/// Asks for a resource, and for what the server lets us ask for along with it.
pub(crate) fn request(offered: &Element) -> Element {
    let mut bind = Element::new("bind", ns::BIND2);
    bind.push(Element::new("tag", ns::BIND2).with_text("Goldcrest"));
    if offers(offered, ns::CARBONS) {
        bind.push(Element::new("enable", ns::CARBONS));
    }
    if offers(offered, ns::SM) {
        bind.push(sm::enable(true));
    }
    bind
}

/// What came of it; `offered` is what the request was made from. `None` if nothing is bound.
pub(crate) fn bound(success: &Element, offered: Option<&Element>) -> Option<Bound> {
    let bound = success.find("bound", ns::BIND2)?;
    let jid: Jid = success.child_text("authorization-identifier", ns::SASL2)?.trim().parse().ok()?;
    jid.resource()?;
    let sm = bound.elements().find(|child| child.ns() == ns::SM).cloned();
    // The server cannot refuse them (§Performing the bind).
    Some(Bound { jid, sm, carbons: offered.is_some_and(|offered| offers(offered, ns::CARBONS)) })
}

fn offers(bind: &Element, var: &str) -> bool {
    let inline = bind.find("inline", ns::BIND2);
    inline.is_some_and(|list| {
        list.find_all("feature", ns::BIND2).any(|feature| feature.get("var") == Some(var))
    })
}
