//! XEP-0092: Software Version. Our name and version; on what system we run is nobody's business (§5).

use crate::cx::Cx;
use crate::feature::{Claim, Feature};
use crate::inbound::IqRequest;
use crate::requests::Never;
use crate::spec::Spec;
use stanza::{Element, ns};

/// Stateless.
#[derive(Default)]
pub(crate) struct Version;

impl Feature for Version {
    type Pending = Never;
    const SPEC: Spec =
        Spec::xep(92, "Software Version", "1.1", "crates/engine/src/features/xep0092_version.rs");
    const DISCO: &'static [&'static str] = &[ns::VERSION];
    const CLAIMS: &'static [Claim] = &[Claim { name: "query", ns: ns::VERSION }];

    fn on_iq(&mut self, _: &mut Cx, iq: &IqRequest) -> Result<Option<Element>, &'static str> {
        if iq.set {
            return Err("bad-request");
        }
        let word = |name, text: &str| Element::new(name, ns::VERSION).with_text(text);
        let query = Element::new("query", ns::VERSION)
            .with(word("name", "Goldcrest"))
            .with(word("version", env!("CARGO_PKG_VERSION")));
        Ok(Some(query))
    }
}
