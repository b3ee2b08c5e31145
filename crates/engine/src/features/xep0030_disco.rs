//! XEP-0030: Service Discovery. Answers who and what we are.

use crate::cx::Cx;
use crate::feature::{Claim, Feature};
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
        if iq.payload.get("node").is_some() {
            return Err("item-not-found");
        }
        let identity = Element::new("identity", ns::DISCO_INFO)
            .attr("category", "client")
            .attr("type", "web")
            .attr("name", "Goldcrest");
        let mut query = Element::new("query", ns::DISCO_INFO).with(identity);
        for feature in super::DISCO.iter().copied().flatten() {
            query.push(Element::new("feature", ns::DISCO_INFO).attr("var", *feature));
        }
        Ok(Some(query))
    }
}
