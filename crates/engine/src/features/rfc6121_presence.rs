//! RFC 6121 §3–4: who is there, and who asks to see us.
//!
//! A request from somebody whose presence we asked for ourselves is granted without a question: two people who add
//! each other are friends.

use crate::cx::Cx;
use crate::feature::Feature;
use crate::features::{xep0115_caps, xep0319_idle};
use crate::inbound::PresenceStanza;
use crate::requests::Never;
use crate::spec::Spec;
use model::{Availability, BareJid, Command, DeviceRow, Event, Map, Presence, Saved, Set, Write};
use stanza::{Element, ns};

/// More devices of one contact than this are not worth remembering.
const MAX_RESOURCES: usize = 32;
/// More open requests than this are an attack, not a social life.
const MAX_REQUESTS: usize = 1_000;
/// A status text longer than this is cut.
const MAX_STATUS_CHARS: usize = 500;

/// Every device that is there, by contact; every request that waits.
#[derive(Default)]
pub(crate) struct Presences {
    devices: Map<BareJid, Map<String, (i8, Presence)>>,
    requests: Set<BareJid>,
    /// Whom we let see us on this stream.
    granted: Vec<BareJid>,
    /// The same on one that is gone: the server may ask again what was answered.
    lost: Vec<BareJid>,
    /// The screen has not heard of what was found on disk: whether that still counts is the server's to say.
    untold: bool,
}

impl Feature for Presences {
    type Pending = Never;
    const SPEC: Spec = Spec::rfc(
        6121,
        "Instant Messaging and Presence: presence and subscriptions",
        "crates/engine/src/features/rfc6121_presence.rs",
    );

    fn on_restore(&mut self, cx: &mut Cx, saved: &Saved) {
        if saved.shared {
            return;
        }
        // Our own device is in it for XEP-0319.
        for device in saved.devices.iter().filter(|device| cx.account.as_ref() != Some(device.jid.bare())) {
            let devices = self.devices.get_or_insert_with(device.jid.bare().clone(), Map::default);
            let resource = device.jid.resource().unwrap_or_default().to_owned();
            devices.insert(resource, (device.priority, device.presence.clone()));
        }
        self.requests = saved.requests.iter().cloned().collect();
        self.untold = saved.stream.is_some();
    }

    fn on_resumed(&mut self, cx: &mut Cx) {
        if std::mem::take(&mut self.untold) {
            self.tell_all(cx);
        }
    }

    fn on_leave(&mut self) {
        *self = Self::default();
    }

    fn on_offline(&mut self, cx: &mut Cx) {
        self.untold = false;
        self.lost = std::mem::take(&mut self.granted);
        self.lost.retain(|jid| !cx.seen_by.contains(jid));
        // The server says it again on the next one.
        if !self.requests.is_empty() {
            self.requests.clear();
            self.tell_requests(cx);
        }
        for (jid, _) in std::mem::take(&mut self.devices).into_entries() {
            cx.emit(Event::Presence { jid, presence: Presence::default() });
        }
    }

    fn on_presence(&mut self, cx: &mut Cx, stanza: &PresenceStanza) {
        let jid = stanza.from.bare();
        match stanza.kind.as_deref() {
            None => self.set(cx, stanza, Some(read(&stanza.element))),
            Some("unavailable" | "error") => self.set(cx, stanza, None),
            Some("subscribe") => self.remember_request(cx, jid),
            // They took their request back.
            Some("unsubscribe") => self.forget_request(cx, jid),
            _ => {}
        }
    }

    fn on_command(&mut self, cx: &mut Cx, command: &Command) {
        match command {
            Command::AddContact { jid, .. } if self.requests.contains(jid) => {
                self.grant(cx, jid);
            }
            Command::AcceptRequest(jid) => {
                self.granted.push(jid.clone());
                self.forget_request(cx, jid);
            }
            Command::RefuseRequest(jid) | Command::RemoveContact(jid) => {
                self.granted.retain(|granted| granted != jid);
                self.lost.retain(|lost| lost != jid);
                self.forget_request(cx, jid);
            }
            Command::TellAll if !self.untold => {
                cx.emit(Event::PresenceUnknown);
                self.tell_all(cx);
            }
            _ => {}
        }
    }
}

impl Presences {
    /// Grants the requests of people whose presence we asked for ourselves.
    pub(crate) fn grant_wanted(&mut self, cx: &mut Cx, is_wanted: impl Fn(&BareJid) -> bool) {
        let wanted: Vec<BareJid> = self.requests.iter().filter(|jid| is_wanted(jid)).cloned().collect();
        for jid in wanted {
            self.grant(cx, &jid);
        }
    }

    fn grant(&mut self, cx: &mut Cx, jid: &BareJid) {
        cx.send_presence(jid, "subscribed");
        self.granted.push(jid.clone());
        self.forget_request(cx, jid);
    }

    fn set(&mut self, cx: &mut Cx, stanza: &PresenceStanza, presence: Option<(i8, Presence)>) {
        let jid = stanza.from.bare();
        if cx.account.as_ref() == Some(jid) {
            return;
        }
        let before = self.best(jid);
        let devices = self.devices.get_or_insert_with(jid.clone(), Map::default);
        let resource = stanza.from.resource();
        match presence {
            Some((priority, presence)) if devices.len() < MAX_RESOURCES => {
                cx.write_for_stream(Write::Device(DeviceRow {
                    jid: stanza.from.clone(),
                    priority,
                    presence: presence.clone(),
                    caps: xep0115_caps::words(&stanza.element),
                }));
                devices.insert(resource.unwrap_or_default().to_owned(), (priority, presence));
            }
            Some(_) => {}
            None => {
                match resource {
                    Some(resource) => drop(devices.remove(resource)),
                    // Unavailable from the bare address: all of them (RFC 6121 §4.5.4).
                    None => devices.clear(),
                }
                cx.write_for_stream(Write::DeviceGone(stanza.from.clone()));
            }
        }
        if devices.is_empty() {
            self.devices.remove(jid);
        }
        let after = self.best(jid);
        if before != after {
            cx.emit(Event::Presence { jid: jid.clone(), presence: after });
        }
    }

    fn best(&self, jid: &BareJid) -> Presence {
        self.devices
            .get(jid)
            .and_then(|devices| {
                devices
                    .values()
                    .max_by_key(|(priority, presence)| (*priority, std::cmp::Reverse(presence.availability)))
            })
            .map(|(_, presence)| presence.clone())
            .unwrap_or_default()
    }

    fn remember_request(&mut self, cx: &mut Cx, jid: &BareJid) {
        if let Some(at) = self.lost.iter().position(|lost| lost == jid) {
            self.lost.remove(at);
            return self.grant(cx, jid);
        }
        if self.requests.len() < MAX_REQUESTS && self.requests.insert(jid.clone()) {
            self.tell_requests(cx);
        }
    }

    fn forget_request(&mut self, cx: &mut Cx, jid: &BareJid) {
        if self.requests.remove(jid) {
            self.tell_requests(cx);
        }
    }

    fn tell_requests(&self, cx: &mut Cx) {
        cx.write_for_stream(Write::Requests(self.requests.iter().cloned().collect()));
        self.show_requests(cx);
    }

    fn tell_all(&self, cx: &mut Cx) {
        for (jid, _) in self.devices.entries() {
            cx.emit(Event::Presence { jid: jid.clone(), presence: self.best(jid) });
        }
        self.show_requests(cx);
    }

    fn show_requests(&self, cx: &mut Cx) {
        cx.emit(Event::Requests(self.requests.iter().cloned().collect()));
    }
}

/// Tells the server, and by it our contacts, that we are here.
pub(crate) fn announce(cx: &mut Cx) {
    let mut presence = Element::new("presence", ns::CLIENT);
    xep0319_idle::describe(cx, &mut presence);
    presence.push(xep0115_caps::ours());
    cx.send(&presence);
}

fn read(element: &Element) -> (i8, Presence) {
    let availability = match element.child_text("show", ns::CLIENT).as_deref() {
        Some("chat") => Availability::Chat,
        Some("away") => Availability::Away,
        Some("xa") => Availability::ExtendedAway,
        Some("dnd") => Availability::DoNotDisturb,
        _ => Availability::Online,
    };
    let status = element
        .child_text("status", ns::CLIENT)
        .map(|status| status.trim().chars().take(MAX_STATUS_CHARS).collect::<String>())
        .filter(|status| !status.is_empty());
    let priority =
        element.child_text("priority", ns::CLIENT).and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    (priority, Presence { availability, status })
}
