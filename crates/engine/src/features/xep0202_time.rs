//! XEP-0202: Entity Time. Whoever may know us can set their clock by ours, to the second.
//!
//! In UTC: the offset of the place where somebody is would tell where they are (§6), and nobody asked them.

use crate::cx::Cx;
use crate::feature::{Claim, Feature};
use crate::inbound::IqRequest;
use crate::requests::Never;
use crate::spec::Spec;
use stanza::{Element, datetime, ns};

/// Stateless.
#[derive(Default)]
pub(crate) struct Time;

impl Feature for Time {
    type Pending = Never;
    const SPEC: Spec = Spec::xep(202, "Entity Time", "2.0", "crates/engine/src/features/xep0202_time.rs");
    const DISCO: &'static [&'static str] = &[ns::TIME];
    const CLAIMS: &'static [Claim] = &[Claim { name: "time", ns: ns::TIME }];

    fn on_iq(&mut self, cx: &mut Cx, iq: &IqRequest) -> Result<Option<Element>, &'static str> {
        if iq.set {
            return Err("bad-request");
        }
        let seconds = cx.now.wall_ms.div_euclid(1000);
        let time = Element::new("time", ns::TIME)
            .with(Element::new("tzo", ns::TIME).with_text("+00:00"))
            .with(Element::new("utc", ns::TIME).with_text(datetime::format(seconds * 1000)));
        Ok(Some(time))
    }
}
