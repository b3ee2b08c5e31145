//! XEP-0388: Extensible SASL Profile. One request proves who we are and asks for everything that comes after it.
//!
//! Only where nobody can listen (§Security Considerations); everywhere else, and with servers that do not have it, RFC 6120 does.

use super::{Session, xep0386_bind2, xep0484_fast};
use crate::cx::Cx;
use crate::io::Output;
use crate::spec::Spec;
use model::Credentials;
use stanza::{Element, base64, ns};

/// What this file implements.
pub(crate) const SPEC: Spec =
    Spec::xep(388, "Extensible SASL Profile", "1.0.4", "crates/engine/src/session/xep0388_sasl2.rs");

/// What a server offers before the log-in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offer {
    /// Its mechanisms, of the profile that we will use.
    pub(crate) mechanisms: Vec<String>,
    /// Its channel-binding types (XEP-0440). We can use none, but they are part of what it signs.
    pub(crate) bindings: Option<Vec<String>>,
    /// What may be asked for along with the log-in. `None`: the profile is that of RFC 6120.
    pub(crate) inline: Option<Element>,
}

impl Offer {
    /// Reads stream features. `is_private`: nobody can listen.
    pub(crate) fn read(features: &Element, is_private: bool) -> Self {
        let sasl2 = features.find("authentication", ns::SASL2).filter(|_| is_private);
        let list = sasl2.or_else(|| features.find("mechanisms", ns::SASL));
        let mechanisms = list.map(|list| names(list, "mechanism")).unwrap_or_default();
        let bindings = features.find("sasl-channel-binding", ns::CHANNEL_BINDING).map(|list| {
            list.find_all("channel-binding", ns::CHANNEL_BINDING)
                .filter_map(|binding| binding.get("type").map(str::to_owned))
                .collect()
        });
        let inline = sasl2.map(|list| {
            list.find("inline", ns::SASL2).cloned().unwrap_or_else(|| Element::new("inline", ns::SASL2))
        });
        Self { mechanisms, bindings, inline }
    }

    /// What was offered along with the last good log-in (§5.1 allows to remember it).
    pub(crate) fn remembered(inline: Element) -> Self {
        Self { inline: Some(inline), ..Self::default() }
    }

    /// True until the server has said what it offers.
    pub(crate) fn is_empty(&self) -> bool {
        self.mechanisms.is_empty() && self.inline.is_none()
    }

    /// True if it has this mechanism.
    pub(crate) fn has(&self, mechanism: &str) -> bool {
        self.mechanisms.iter().any(|offered| offered == mechanism)
    }

    /// The namespace of the profile.
    pub(crate) fn ns(&self) -> &'static str {
        if self.inline.is_some() { ns::SASL2 } else { ns::SASL }
    }

    /// Something that may be asked for along with the log-in.
    pub(crate) fn inline(&self, name: &str, ns: &str) -> Option<&Element> {
        self.inline.as_ref()?.find(name, ns)
    }
}

/// The texts of the children of this name.
pub(crate) fn names(list: &Element, name: &str) -> Vec<String> {
    list.find_all(name, list.ns()).map(|name| name.text().trim().to_owned()).collect()
}

impl Session {
    /// Names a mechanism, with the first word of its exchange; `fast` if that is a token's.
    pub(crate) fn start_sasl(&self, cx: &mut Cx, mechanism: &str, initial: &[u8], fast: Option<Element>) {
        let initial = base64::encode(initial);
        if self.offer.inline.is_none() {
            let auth = Element::new("auth", ns::SASL).attr("mechanism", mechanism).with_text(initial);
            return cx.output(Output::Send(auth.to_xml()));
        }
        let agent = self.row.as_ref().map(|row| row.agent.as_str()).unwrap_or_default();
        let mut request = authenticate(mechanism, initial, agent).with_opt(fast);
        let knows_password =
            self.goal.as_ref().is_some_and(|goal| !matches!(goal.credentials, Credentials::Token(_)));
        if knows_password && cx.is_alone && xep0484_fast::is_offered(&self.offer) {
            request.push(xep0484_fast::request());
        }
        let resume = cx.stream.resume();
        let can_resume = self.offer.inline("sm", ns::SM).is_some();
        // A stream that must be taken up afterwards could not be any more once another one is bound.
        let bind = self.offer.inline("bind", ns::BIND2);
        if let Some(offered) = bind.filter(|_| (resume.is_none() || can_resume) && cx.is_alone) {
            request.push(xep0386_bind2::request(offered));
        }
        let request = request.with_opt(resume.filter(|_| can_resume));
        cx.output(Output::Send(request.to_xml()));
    }
}

/// The request without what is asked for along with it.
pub(crate) fn authenticate(mechanism: &str, initial: String, agent: &str) -> Element {
    let software = Element::new("software", ns::SASL2).with_text("Goldcrest");
    Element::new("authenticate", ns::SASL2)
        .attr("mechanism", mechanism)
        .with(Element::new("initial-response", ns::SASL2).with_text(initial))
        .with(Element::new("user-agent", ns::SASL2).attr("id", agent).with(software))
}

/// What the mechanism says last, in either profile.
pub(crate) fn last_word(success: &Element) -> Option<Vec<u8>> {
    let text = match success.ns() {
        ns::SASL2 => success.child_text("additional-data", ns::SASL2)?,
        _ => success.text(),
    };
    base64::decode(text.trim())
}
