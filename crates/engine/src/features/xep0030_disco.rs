//! XEP-0030: Service Discovery. Answers who and what we are.

use crate::cx::Cx;
use crate::feature::{Claim, Feature};
use crate::features::xep0115_caps as caps;
use crate::inbound::IqRequest;
use crate::requests::Never;
use crate::spec::Spec;
use stanza::{Element, ns};

/// Stateless.
#[derive(Default)]
pub(crate) struct Disco;

impl Feature for Disco {
    type Pending = Never;
    const SPEC: Spec =
        Spec::xep(30, "Service Discovery", "2.5.0", "crates/engine/src/features/xep0030_disco.rs");
    const DISCO: &'static [&'static str] = &[ns::DISCO_INFO];
    const CLAIMS: &'static [Claim] = &[Claim { name: "query", ns: ns::DISCO_INFO }];

    fn on_iq(&mut self, _: &mut Cx, iq: &IqRequest) -> Result<Option<Element>, &'static str> {
        if iq.set {
            return Err("not-allowed");
        }
        // The one node we have is what our presence says (XEP-0115 §6.2).
        match iq.payload.get("node") {
            Some(node) if node != caps::node() => Err("item-not-found"),
            node => Ok(Some(info().attr_opt("node", node))),
        }
    }
}

/// Who and what we are.
pub(crate) fn info() -> Element {
    let identity = Element::new("identity", ns::DISCO_INFO)
        .attr("category", "client")
        .attr("type", "web")
        .attr("name", "Goldcrest");
    let mut query = Element::new("query", ns::DISCO_INFO).with(identity);
    for feature in super::DISCO.iter().copied().flatten() {
        query.push(Element::new("feature", ns::DISCO_INFO).attr("var", *feature));
    }
    query
}
