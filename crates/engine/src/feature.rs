//! What a feature is: one standard, one file, one line in [`crate::features`].
//!
//! A feature never sees another. It is told what happened and acts through [`Cx`]. All methods default to "not my
//! business", so a file says only what its standard changes.

use crate::cx::Cx;
use crate::inbound::{Inbound, IqRequest, PresenceStanza};
use crate::io::WriteToken;
use crate::requests::{IqError, Pending};
use crate::spec::Spec;
use model::{Applied, Command, Saved};
use stanza::Element;

/// What an inbound IQ request must hold to belong to a feature: its payload. Two features with the same claim are
/// a conflict, which the test `claims_do_not_conflict` finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Claim {
    /// Local name of the payload.
    pub(crate) name: &'static str,
    /// Its namespace.
    pub(crate) ns: &'static str,
}

/// When a feature sees a message. Inside a stage the order of features must not matter: no feature may rely on
/// another of its own stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Finds out what a message really is: whose, from when, a copy of what.
    Unwrap,
    /// Acts on what it says.
    Content,
}

/// What a feature does about one standard.
pub(crate) trait Feature {
    /// Waiting is a value: what this feature's outstanding IQs mean when they return.
    type Pending: Into<Pending>;
    /// The standard.
    const SPEC: Spec;
    /// XEP-0030 features to advertise.
    const DISCO: &'static [&'static str] = &[];
    /// Inbound IQ payloads it answers.
    const CLAIMS: &'static [Claim] = &[];
    /// When it sees messages.
    const STAGE: Stage = Stage::Content;

    /// The account's store was read, at a start or after a log-in.
    fn on_restore(&mut self, _cx: &mut Cx, _saved: &Saved) {}
    /// A stream is up and bound.
    fn on_online(&mut self, _cx: &mut Cx) {}
    /// The stream of an earlier socket goes on.
    fn on_resumed(&mut self, _cx: &mut Cx) {}
    /// The stream is gone for good.
    fn on_offline(&mut self, _cx: &mut Cx) {}
    /// The account was left: forget everything that belongs to it.
    fn on_leave(&mut self) {}
    /// A person asked for something.
    fn on_command(&mut self, _cx: &mut Cx, _command: &Command) {}
    /// A message that is not an error.
    fn on_message(&mut self, _cx: &mut Cx, _message: &mut Inbound) {}
    /// A message of ours came back: who returned it, its id, why.
    fn on_message_error(&mut self, _cx: &mut Cx, _message: &Inbound) {}
    /// A presence.
    fn on_presence(&mut self, _cx: &mut Cx, _presence: &PresenceStanza) {}
    /// An IQ request it claimed. `Ok` holds the payload of the result; `Err` the defined condition of the error.
    fn on_iq(&mut self, _cx: &mut Cx, _iq: &IqRequest) -> Result<Option<Element>, &'static str> {
        Err("service-unavailable")
    }
    /// An outstanding IQ of its own returned, failed or timed out.
    fn on_reply(&mut self, _cx: &mut Cx, _pending: Self::Pending, _reply: Result<&Element, IqError>) {}
    /// Everything up to this batch is on disk, and this is what came of it.
    fn on_committed(&mut self, _cx: &mut Cx, _token: WriteToken, _applied: &Applied) {}
    /// What contacts are told was changed.
    fn on_settings(&mut self, _cx: &mut Cx) {}
    /// The page came into view or went out of it.
    fn on_visible(&mut self, _cx: &mut Cx, _visible: bool) {}
    /// When to be woken (monotonic milliseconds): by [`Feature::on_tick`], then or a little later.
    fn deadline(&self) -> Option<u64> {
        None
    }
    /// Somebody's deadline has passed.
    fn on_tick(&mut self, _cx: &mut Cx) {}
    /// A chat message is about to be sent.
    fn on_send(&mut self, _cx: &mut Cx, _message: &mut Element) {}
}
