//! XEP-0319: Last User Interaction in Presence. A page that nobody has looked at for five minutes (the default of §4.1) says *away*,
//! and since when; once, and once more when somebody is back.
//!
//! Not sooner: people look away a hundred times a day, and each presence wakes the phones of all their contacts. What others say of
//! themselves this way is not shown: their *away* says enough.

use crate::cx::Cx;
use crate::feature::Feature;
use crate::features::rfc6121_presence;
use crate::requests::Never;
use crate::spec::Spec;
use model::{Availability, DeviceRow, Presence, Saved, WallMs, Write};
use stanza::{Element, datetime, ns};

/// How long nobody must have looked, milliseconds.
const AFTER_MS: u64 = 5 * 60_000;

/// How long nobody has looked, and what our contacts know of it.
#[derive(Default)]
pub(crate) struct Idle {
    hidden: Option<Hidden>,
    /// The server was told on this stream that we are away.
    told: bool,
}

struct Hidden {
    since: WallMs,
    /// When to tell (monotonic milliseconds), until that is done.
    tell_at: Option<u64>,
}

impl Feature for Idle {
    type Pending = Never;
    const SPEC: Spec = Spec::xep(
        319,
        "Last User Interaction in Presence",
        "1.0.2",
        "crates/engine/src/features/xep0319_idle.rs",
    );

    fn on_restore(&mut self, _: &mut Cx, saved: &Saved) {
        // A page that was killed while it was away has left our own device among those of our contacts.
        let ours = saved.stream.as_ref().map(|stream| &stream.jid);
        self.told = saved.devices.iter().any(|device| Some(&device.jid) == ours);
    }

    fn on_online(&mut self, cx: &mut Cx) {
        // The presence that set the session up has said it.
        self.told = cx.idle_since.is_some();
    }

    fn on_resumed(&mut self, cx: &mut Cx) {
        self.settle(cx);
    }

    fn on_visible(&mut self, cx: &mut Cx, visible: bool) {
        if visible {
            self.hidden = None;
            cx.idle_since = None;
            self.settle(cx);
        } else if self.hidden.is_none() {
            self.hidden = Some(Hidden { since: cx.now.wall_ms, tell_at: Some(cx.now.mono_ms + AFTER_MS) });
        }
    }

    fn deadline(&self) -> Option<u64> {
        self.hidden.as_ref()?.tell_at
    }

    fn on_tick(&mut self, cx: &mut Cx) {
        let now = cx.now.mono_ms;
        if let Some(hidden) = &mut self.hidden
            && hidden.tell_at.take_if(|at| *at <= now).is_some()
        {
            cx.idle_since = Some(hidden.since);
            self.settle(cx);
        }
    }
}

impl Idle {
    /// Tells our contacts what is true now, if they were told something else.
    fn settle(&mut self, cx: &mut Cx) {
        let away = cx.idle_since.is_some();
        let Some(jid) = cx.bound.clone().filter(|_| self.told != away) else { return };
        self.told = away;
        rfc6121_presence::announce(cx);
        let presence = Presence { availability: Availability::Away, status: None };
        cx.write_for_stream(if away {
            Write::Device(DeviceRow { jid, priority: 0, presence, caps: None })
        } else {
            Write::DeviceGone(jid)
        });
    }
}

/// Says in our presence since when nobody has looked, if that is long.
pub(crate) fn describe(cx: &Cx, presence: &mut Element) {
    let Some(since) = cx.idle_since else { return };
    presence.push(Element::new("show", ns::CLIENT).with_text("away"));
    presence
        .push(Element::new("idle", ns::IDLE).attr("since", datetime::format(since.div_euclid(1000) * 1000)));
}
