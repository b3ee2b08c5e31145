//! THE list. One line per standard; each file holds one.

pub(crate) mod rfc6121_chat;
pub(crate) mod rfc6121_presence;
pub(crate) mod rfc6121_roster;
pub(crate) mod xep0030_disco;
pub(crate) mod xep0085_chat_states;
pub(crate) mod xep0092_version;
pub(crate) mod xep0115_caps;
pub(crate) mod xep0184_receipts;
pub(crate) mod xep0199_ping;
pub(crate) mod xep0202_time;
pub(crate) mod xep0203_delay;
pub(crate) mod xep0280_carbons;
pub(crate) mod xep0308_correction;
pub(crate) mod xep0313_mam;
pub(crate) mod xep0319_idle;
pub(crate) mod xep0333_markers;
pub(crate) mod xep0334_hints;
pub(crate) mod xep0352_csi;
pub(crate) mod xep0359_sid;
pub(crate) mod xep0372_references;
pub(crate) mod xep0382_spoilers;
pub(crate) mod xep0393_styling;
pub(crate) mod xep0424_retraction;
pub(crate) mod xep0428_fallback;
pub(crate) mod xep0431_fulltext;
pub(crate) mod xep0441_mam_prefs;
pub(crate) mod xep0444_reactions;
pub(crate) mod xep0461_reply;
pub(crate) mod xep0490_mds;

use crate::cx::Cx;
#[cfg(test)]
use crate::feature::Claim;
use crate::feature::{Feature, Stage};
use crate::inbound::{Inbound, IqRequest, PresenceStanza};
use crate::io::WriteToken;
use crate::requests::{IqError, Pending};
use crate::spec::Spec;
use model::{Applied, Command, Saved};
use stanza::Element;

macro_rules! features {
    ($($field:ident: $feature:ty),+ $(,)?) => {
        /// Every feature, side by side. A plain struct: static dispatch, no registry.
        #[derive(Default)]
        pub(crate) struct Features { $(pub(crate) $field: $feature),+ }

        /// The standards the features implement.
        pub(crate) const FEATURE_SPECS: &[Spec] = &[$(<$feature as Feature>::SPEC),+];

        /// Every claim, with the standard that made it.
        #[cfg(test)]
        pub(crate) const CLAIMS: &[(&[Claim], Spec)] =
            &[$((<$feature as Feature>::CLAIMS, <$feature as Feature>::SPEC)),+];

        /// What we advertise by XEP-0030.
        pub(crate) const DISCO: &[&[&str]] = &[$(<$feature as Feature>::DISCO),+];

        impl Features {
            pub(crate) fn on_restore(&mut self, cx: &mut Cx, saved: &Saved) { $(self.$field.on_restore(cx, saved);)+ }
            pub(crate) fn on_online(&mut self, cx: &mut Cx) { $(self.$field.on_online(cx);)+ }
            pub(crate) fn on_resumed(&mut self, cx: &mut Cx) { $(self.$field.on_resumed(cx);)+ }
            pub(crate) fn on_offline(&mut self, cx: &mut Cx) { $(self.$field.on_offline(cx);)+ }
            pub(crate) fn on_leave(&mut self) { $(self.$field.on_leave();)+ }
            pub(crate) fn on_command(&mut self, cx: &mut Cx, command: &Command) { $(self.$field.on_command(cx, command);)+ }
            pub(crate) fn on_message(&mut self, cx: &mut Cx, message: &mut Inbound) {
                for stage in [Stage::Unwrap, Stage::Content] {
                    if !message.superseded {
                        $(if <$feature as Feature>::STAGE == stage { self.$field.on_message(cx, message); })+
                    }
                }
            }
            pub(crate) fn on_message_error(&mut self, cx: &mut Cx, message: &Inbound) { $(self.$field.on_message_error(cx, message);)+ }
            pub(crate) fn on_presence(&mut self, cx: &mut Cx, presence: &PresenceStanza) { $(self.$field.on_presence(cx, presence);)+ }
            pub(crate) fn on_iq(&mut self, cx: &mut Cx, iq: &IqRequest) -> Result<Option<Element>, &'static str> {
                $(if <$feature as Feature>::CLAIMS.iter().any(|claim| iq.payload.is(claim.name, claim.ns)) {
                    return self.$field.on_iq(cx, iq);
                })+
                // RFC 6120 §8.4: a request nobody understands.
                Err("service-unavailable")
            }
            pub(crate) fn on_committed(&mut self, cx: &mut Cx, token: WriteToken, applied: &Applied) {
                $(self.$field.on_committed(cx, token, applied);)+
            }
            pub(crate) fn on_settings(&mut self, cx: &mut Cx) { $(self.$field.on_settings(cx);)+ }
            pub(crate) fn on_visible(&mut self, cx: &mut Cx, visible: bool) { $(self.$field.on_visible(cx, visible);)+ }
            pub(crate) fn deadline(&self) -> Option<u64> { [$(self.$field.deadline()),+].into_iter().flatten().min() }
            pub(crate) fn on_tick(&mut self, cx: &mut Cx) { $(self.$field.on_tick(cx);)+ }
            pub(crate) fn on_send(&mut self, cx: &mut Cx, message: &mut Element) { $(self.$field.on_send(cx, message);)+ }
        }
    };
}

features! {
    roster: rfc6121_roster::Roster,
    presence: rfc6121_presence::Presences,
    chat: rfc6121_chat::Chat,
    disco: xep0030_disco::Disco,
    receipts: xep0184_receipts::Receipts,
    ping: xep0199_ping::Ping,
    delay: xep0203_delay::Delay,
    carbons: xep0280_carbons::Carbons,
    archive: xep0313_mam::Archive,
    correction: xep0308_correction::Correction,
    markers: xep0333_markers::Markers,
    retraction: xep0424_retraction::Retraction,
    reactions: xep0444_reactions::Reactions,
    replies: xep0461_reply::Replies,
    sid: xep0359_sid::StanzaIds,
    chat_states: xep0085_chat_states::ChatStates,
    version: xep0092_version::Version,
    caps: xep0115_caps::Caps,
    time: xep0202_time::Time,
    idle: xep0319_idle::Idle,
    csi: xep0352_csi::ClientState,
    references: xep0372_references::References,
    spoilers: xep0382_spoilers::Spoilers,
    styling: xep0393_styling::Styling,
    displayed: xep0490_mds::DisplayedSync,
    archive_prefs: xep0441_mam_prefs::ArchivePrefs,
    fulltext: xep0431_fulltext::FullText,
}

impl Features {
    /// Hands an answer to the feature that asked.
    pub(crate) fn on_reply(&mut self, cx: &mut Cx, pending: Pending, reply: Result<&Element, IqError>) {
        match pending {
            Pending::Roster(asked) => self.roster.on_reply(cx, asked, reply),
            Pending::Caps(asked) => self.caps.on_reply(cx, asked, reply),
            Pending::Ping(asked) => self.ping.on_reply(cx, asked, reply),
            Pending::Carbons(asked) => self.carbons.on_reply(cx, asked, reply),
            Pending::Displayed(asked) => self.displayed.on_reply(cx, asked, reply),
            Pending::ArchivePrefs(asked) => self.archive_prefs.on_reply(cx, asked, reply),
            Pending::FullText(asked) => self.fulltext.on_reply(cx, asked, reply),
            Pending::Archive(asked) => {
                self.archive.on_reply(cx, asked, reply);
                cx.open_page();
                for message in self.archive.take_page() {
                    self.take(cx, message);
                }
                cx.close_page();
                self.archive.page_taken(cx);
            }
        }
    }

    /// A message, whichever way it came.
    pub(crate) fn take(&mut self, cx: &mut Cx, mut message: Inbound) {
        message.is_complete = message.chat(cx).is_some_and(|chat| self.archive.is_complete(&chat));
        if message.kind == "error" {
            self.on_message_error(cx, &message);
        } else {
            self.on_message(cx, &mut message);
        }
        self.archive.taken(cx, &message);
    }
}

/// Every standard this workspace implements, features first: the source of `docs/xeps.md`.
pub fn specs() -> Vec<Spec> {
    let mut specs = FEATURE_SPECS.to_vec();
    specs.extend([
        crate::session::STREAM,
        crate::session::login::SASL,
        crate::session::login::SCRAM,
        crate::session::signup::SPEC,
        crate::session::sm::SPEC,
        crate::session::xep0386_bind2::SPEC,
        crate::session::xep0388_sasl2::SPEC,
        crate::session::xep0474_ssdp::SPEC,
        crate::session::xep0484_fast::SPEC,
        Spec::rfc(7622, "XMPP Address Format", "crates/model/src/jid.rs"),
        Spec::xep(4, "Data Forms", "2.13.2", "crates/stanza/src/form.rs"),
        Spec::xep(82, "XMPP Date and Time Profiles", "1.1.1", "crates/stanza/src/datetime.rs"),
        Spec::xep(
            156,
            "Discovering Alternative XMPP Connection Methods",
            "1.4.0",
            "crates/driver/src/discovery.rs",
        ),
        Spec::xep(158, "CAPTCHA Forms", "1.0.1", "crates/engine/src/session/signup.rs"),
        Spec::xep(221, "Data Forms Media Element", "1.1", "crates/stanza/src/form.rs"),
        Spec::xep(231, "Bits of Binary", "1.1", "crates/engine/src/session/signup.rs"),
        Spec::xep(245, "The /me Command", "1.0", "crates/projection/src/styling.rs"),
        xep0334_hints::SPEC,
        xep0428_fallback::SPEC,
        Spec::xep(392, "Consistent Color Generation", "1.0.1", "crates/projection/src/color.rs"),
    ]);
    specs
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn claims_do_not_conflict() {
        let mut seen = BTreeMap::new();
        for (claims, spec) in CLAIMS {
            for claim in *claims {
                if let Some(other) = seen.insert(claim, spec.file) {
                    panic!("{claim:?} is claimed by {other} and {}", spec.file);
                }
            }
        }
        assert!(!seen.is_empty());
    }

    #[test]
    fn every_spec_names_its_file() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");
        for spec in specs() {
            let path = std::path::Path::new(root).join(spec.file);
            assert!(path.exists(), "{spec:?}: no such file");
            let stem = path.file_name().unwrap().to_str().unwrap().to_owned();
            if let Some(number) = stem.strip_prefix("xep").and_then(|rest| rest.get(..4)) {
                assert_eq!(number.parse::<u16>().unwrap(), spec.number, "{stem}");
            }
        }
    }
}
