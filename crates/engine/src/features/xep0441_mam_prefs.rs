//! XEP-0441: Message Archive Management Preferences. What our server keeps for us.
//!
//! The lists of addresses of which something else is said are other programs' business: whatever is written is what was just read, with
//! another default.

use crate::cx::Cx;
use crate::feature::Feature;
use crate::requests::IqError;
use crate::spec::Spec;
use model::{ArchivePolicy, Command, Event};
use stanza::{Element, ns};

/// Stateless.
#[derive(Default)]
pub(crate) struct ArchivePrefs;

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// What is kept; it is to be this, if that is known.
    Read(Option<ArchivePolicy>),
    /// That something else be kept.
    Change,
}

impl From<Asked> for crate::requests::Pending {
    fn from(asked: Asked) -> Self {
        Self::ArchivePrefs(asked)
    }
}

impl Feature for ArchivePrefs {
    type Pending = Asked;
    const SPEC: Spec = Spec::xep(
        441,
        "Message Archive Management Preferences",
        "0.2.0",
        "crates/engine/src/features/xep0441_mam_prefs.rs",
    );

    fn on_command(&mut self, cx: &mut Cx, command: &Command) {
        if let Command::ArchivePolicy(policy) = command {
            read(cx, *policy);
        }
    }

    fn on_reply(&mut self, cx: &mut Cx, asked: Asked, reply: Result<&Element, IqError>) {
        let prefs = match &reply {
            Ok(result) => result.find("prefs", ns::MAM),
            Err(IqError::Refused(_)) => None,
            // The answer is lost, and with it what is kept now. Who is there is asked again.
            Err(_) => return,
        };
        match (asked, prefs) {
            (Asked::Read(Some(policy)), Some(prefs)) => {
                let mut prefs = prefs.clone();
                prefs.set_attr("default", policy.name());
                cx.iq("set", None, prefs, Asked::Change);
            }
            // Refused, or done without saying what came of it.
            (Asked::Change, None) => read(cx, None),
            (_, prefs) => {
                let default = prefs.and_then(|prefs| prefs.get("default"));
                cx.emit(Event::ArchivePolicy(default.and_then(ArchivePolicy::from_name)));
            }
        }
    }
}

fn read(cx: &mut Cx, wanted: Option<ArchivePolicy>) {
    if cx.bound.is_some() {
        cx.iq("get", None, Element::new("prefs", ns::MAM), Asked::Read(wanted));
    }
}
