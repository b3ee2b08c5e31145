//! Rows as JavaScript objects, field by field.
//!
//! The objects are those that serde makes of the model's types, for that is what the first versions stored: fields
//! under their names, a variant as its name or, with content, as an object of one field. [`super::schema`] uses some
//! of these names as key paths.
//!
//! Rows are read with patience: a row may come from an earlier version or (the person went back) from a later one.
//! What is missing has its default; without its keys a row is no row.

use super::format;
use super::related;
use super::schema::OWED;
use crate::js;
use js_sys::{Array, Uint8Array};
use model::{
    Availability, BareJid, ChatRow, DeviceRow, Direction, Draft, Endpoint, FailReason, Hash, Listing,
    LocalId, Looked, MessageRow, MessageState, Mute, Order, OwedRow, Presence, Preview, Reached, RosterItem,
    SaltedKey, SessionRow, StreamRow, Subscription, Tells, Token, WallMs,
};
use wasm_bindgen::JsValue;

/// A message, to be stored.
pub(crate) fn from_message(row: &MessageRow) -> JsValue {
    let object = js::object(&[
        ("chat", text(row.chat.as_str())),
        ("order", number(row.order.0)),
        ("id", text(&row.id.0)),
        ("from", text(row.from.as_str())),
        ("direction", text(from_direction(row.direction))),
        ("body", text(&row.body)),
        ("at", number(row.at)),
        ("state", from_state(&row.state)),
        ("dedupe", text(&row.dedupe)),
        ("mark", from_optional(row.mark.as_deref())),
        ("stanza_id", from_optional(row.stanza_id.as_deref())),
        ("alias", from_optional(row.alias.as_deref())),
    ]);
    format::add(&object, &row.format);
    related::add(&object, row);
    // Only what is there: most rows are of messages that came in.
    for (name, at) in [
        ("sent_at", row.reached.sent),
        ("delivered_at", row.reached.delivered),
        ("read_at", row.reached.read),
    ] {
        if let Some(at) = at {
            js::set(&object, name, &number(at));
        }
    }
    object
}

/// A stored message.
pub(crate) fn to_message(row: &JsValue) -> Option<MessageRow> {
    let direction = to_direction(row);
    Some(MessageRow {
        chat: jid(row, "chat")?,
        order: Order(integer(row, "order")),
        id: LocalId(js::text(row, "id")?),
        from: jid(row, "from")?,
        direction,
        body: js::text(row, "body")?,
        at: integer(row, "at"),
        state: to_state(row, direction),
        dedupe: js::text(row, "dedupe")?,
        mark: js::text(row, "mark"),
        stanza_id: js::text(row, "stanza_id"),
        alias: js::text(row, "alias"),
        reply: related::to_reply(row, "reply"),
        format: format::read(row),
        starred: js::get(row, "starred").is_truthy(),
        hidden: js::get(row, "hidden").is_truthy(),
        relations: related::to_relations(row),
        reached: Reached {
            sent: moment(row, "sent_at"),
            delivered: moment(row, "delivered_at"),
            read: moment(row, "read_at"),
        },
    })
}

fn moment(row: &JsValue, name: &str) -> Option<WallMs> {
    js::get(row, name).is_truthy().then(|| integer(row, name))
}

/// The primary key of a message.
pub(super) fn message_key(chat: &str, order: f64, id: &str) -> JsValue {
    Array::of3(&text(chat), &order.into(), &text(id)).into()
}

/// Order and id in the primary key of a message.
pub(super) fn place(key: &JsValue) -> (f64, Option<String>) {
    (js::number(key, "1"), js::text(key, "2"))
}

/// The key of a message in the outbox.
pub(super) fn outbox_key(row: &MessageRow) -> JsValue {
    Array::of2(&number(row.order.0), &text(&row.id.0)).into()
}

/// A line of the chat list, to be stored.
pub(crate) fn from_chat(row: &ChatRow) -> JsValue {
    let last = row.last.as_ref().map_or(JsValue::UNDEFINED, |last| {
        js::object(&[
            ("id", text(&last.id.0)),
            ("body", text(&last.body)),
            ("at", number(last.at)),
            ("direction", text(from_direction(last.direction))),
            ("state", from_state(&last.state)),
            ("retracted", last.retracted.into()),
            ("spoiler", last.spoiler.into()),
        ])
    });
    js::object(&[
        ("chat", text(row.chat.as_str())),
        ("order", number(row.order.0)),
        ("last", last),
        ("unread", row.unread.into()),
        ("mentioned", row.mentioned.into()),
        ("mark", from_optional(row.mark.as_deref())),
        ("received", number(row.received.0)),
        ("read", number(row.read.0)),
        ("read_ahead", from_optional(row.read_ahead.as_deref())),
        ("newest_id", from_optional(row.looked.newest.as_deref())),
        ("looked_id", from_optional(row.looked.up_to.as_deref())),
        ("looked_told", row.looked.is_told.into()),
        ("tells", from_tells(row.tells)),
        ("draft", from_optional(Some(row.draft.text.as_str()).filter(|text| !text.is_empty()))),
        ("draft_spoiler", from_optional(row.draft.spoiler.as_deref())),
        ("draft_answers", from_optional(row.draft.answers.as_deref())),
        ("drafted", number(row.draft.at)),
        ("pinned", row.listing.pinned.into()),
        ("archived", row.listing.archived.into()),
        ("muted", from_mute(row.listing.mute)),
        ("marked", row.listing.unread.into()),
    ])
}

/// A stored line of the chat list.
pub(crate) fn to_chat(row: &JsValue) -> Option<ChatRow> {
    // Lines of the first version know no more than where the chat ends.
    let place = |key| Order(integer(row, if js::get(row, key).is_undefined() { "order" } else { key }));
    Some(ChatRow {
        chat: jid(row, "chat")?,
        order: Order(integer(row, "order")),
        received: place("received"),
        read: place("read"),
        read_ahead: js::text(row, "read_ahead"),
        last: to_preview(&js::get(row, "last")),
        unread: small(row, "unread"),
        mentioned: js::get(row, "mentioned").is_truthy(),
        mark: js::text(row, "mark"),
        looked: Looked {
            newest: js::text(row, "newest_id"),
            up_to: js::text(row, "looked_id"),
            is_told: js::get(row, "looked_told").is_truthy(),
        },
        tells: to_tells(&js::get(row, "tells")),
        draft: Draft {
            text: js::text(row, "draft").unwrap_or_default(),
            spoiler: js::text(row, "draft_spoiler"),
            answers: js::text(row, "draft_answers"),
            at: integer(row, "drafted"),
        },
        listing: Listing {
            pinned: js::get(row, "pinned").is_truthy(),
            archived: js::get(row, "archived").is_truthy(),
            mute: to_mute(&js::get(row, "muted")),
            unread: js::get(row, "marked").is_truthy(),
        },
    })
}

/// The end of a mute, or whether there is one without.
pub(crate) fn from_mute(mute: Mute) -> JsValue {
    match mute {
        Mute::Off => JsValue::FALSE,
        Mute::Until(end) => number(end),
        Mute::Always => JsValue::TRUE,
    }
}

#[allow(clippy::cast_possible_truncation)] // What we stored was an integer.
pub(crate) fn to_mute(mute: &JsValue) -> Mute {
    match (mute.as_bool(), mute.as_f64()) {
        (Some(true), _) => Mute::Always,
        (_, Some(end)) => Mute::Until(end as i64),
        _ => Mute::Off,
    }
}

fn from_tells(tells: Tells) -> JsValue {
    if tells == Tells::default() {
        return JsValue::UNDEFINED;
    }
    let choice = |choice: Option<bool>| choice.map_or(JsValue::UNDEFINED, JsValue::from_bool);
    js::object(&[("read", choice(tells.read)), ("typing", choice(tells.typing))])
}

fn to_tells(tells: &JsValue) -> Tells {
    let choice = |key| js::get(tells, key).as_bool();
    Tells { read: choice("read"), typing: choice("typing") }
}

fn from_optional(value: Option<&str>) -> JsValue {
    value.map_or(JsValue::UNDEFINED, text)
}

fn to_preview(last: &JsValue) -> Option<Preview> {
    let direction = to_direction(last);
    Some(Preview {
        id: LocalId(js::text(last, "id")?),
        body: js::text(last, "body")?,
        at: integer(last, "at"),
        direction,
        state: to_state(last, direction),
        retracted: js::get(last, "retracted").is_truthy(),
        spoiler: js::get(last, "spoiler").is_truthy(),
    })
}

/// A contact, to be stored.
pub(crate) fn from_contact(row: &RosterItem) -> JsValue {
    let groups: Array = row.groups.iter().map(|group| text(group)).collect();
    js::object(&[
        ("jid", text(row.jid.as_str())),
        ("name", row.name.as_deref().map_or(JsValue::UNDEFINED, text)),
        (
            "subscription",
            text(match row.subscription {
                Subscription::None => "None",
                Subscription::To => "To",
                Subscription::From => "From",
                Subscription::Both => "Both",
            }),
        ),
        ("asked", row.asked.into()),
        ("groups", groups.into()),
    ])
}

/// A stored contact.
pub(crate) fn to_contact(row: &JsValue) -> Option<RosterItem> {
    Some(RosterItem {
        jid: jid(row, "jid")?,
        name: js::text(row, "name"),
        subscription: match js::text(row, "subscription").as_deref() {
            Some("To") => Subscription::To,
            Some("From") => Subscription::From,
            Some("Both") => Subscription::Both,
            _ => Subscription::None,
        },
        asked: js::get(row, "asked").is_truthy(),
        groups: js::list(row, "groups").iter().filter_map(JsValue::as_string).collect(),
    })
}

/// A stream, to be stored.
pub(super) fn from_stream(row: &StreamRow) -> JsValue {
    let unacked: Array =
        row.unacked.iter().map(|(id, number)| Array::of2(&text(&id.0), &(*number).into())).collect();
    js::object(&[
        ("id", text(&row.id)),
        ("jid", text(&row.jid.to_string())),
        ("received", row.received.into()),
        ("unacked", unacked.into()),
        ("setup", row.setup.into()),
    ])
}

/// A stored stream.
pub(super) fn to_stream(row: &JsValue) -> Option<StreamRow> {
    let unacked = js::list(row, "unacked");
    Some(StreamRow {
        id: js::text(row, "id")?,
        jid: js::text(row, "jid")?.parse().ok()?,
        received: small(row, "received"),
        // Without one of the numbers the others mean nothing.
        unacked: unacked
            .iter()
            .map(|pair| Some((LocalId(js::text(pair, "0")?), small(pair, "1"))))
            .collect::<Option<_>>()?,
        setup: small(row, "setup"),
    })
}

/// A device, to be stored.
pub(crate) fn from_device(row: &DeviceRow) -> JsValue {
    js::object(&[
        ("jid", text(&row.jid.to_string())),
        ("priority", i32::from(row.priority).into()),
        ("availability", text(row.presence.availability.name())),
        ("status", from_optional(row.presence.status.as_deref())),
        ("caps", from_optional(row.caps.as_deref())),
    ])
}

/// A stored device.
#[allow(clippy::cast_possible_truncation)] // What we stored was an i8.
pub(crate) fn to_device(row: &JsValue) -> Option<DeviceRow> {
    let name = js::text(row, "availability")?;
    let availability = Availability::ALL.into_iter().find(|availability| availability.name() == name);
    Some(DeviceRow {
        jid: js::text(row, "jid")?.parse().ok()?,
        priority: js::number(row, "priority") as i8,
        presence: Presence { availability: availability?, status: js::text(row, "status") },
        caps: js::text(row, "caps"),
    })
}

/// Addresses, to be stored.
pub(crate) fn from_requests(jids: &[BareJid]) -> JsValue {
    jids.iter().map(|jid| text(jid.as_str())).collect::<Array>().into()
}

/// Stored addresses.
pub(crate) fn to_requests(row: &JsValue) -> Vec<BareJid> {
    Array::from(row).iter().filter_map(|jid| jid.as_string()?.parse().ok()).collect()
}

/// The key of what is owed.
pub(super) fn owed_key(row: &OwedRow) -> String {
    [OWED, &row.to.to_string(), "\n", &row.id].concat()
}

/// What is owed, to be stored.
pub(super) fn from_owed(row: &OwedRow) -> JsValue {
    js::object(&[("to", text(&row.to.to_string())), ("kind", text(&row.kind)), ("id", text(&row.id))])
}

/// What is owed.
pub(super) fn to_owed(row: &JsValue) -> Option<OwedRow> {
    Some(OwedRow {
        to: js::text(row, "to")?.parse().ok()?,
        kind: js::text(row, "kind")?,
        id: js::text(row, "id")?,
    })
}

/// What is known of other programs, to be stored.
pub(super) fn from_capabilities(known: &[(String, bool)]) -> JsValue {
    known.iter().map(|(name, can)| Array::of2(&text(name), &(*can).into())).collect::<Array>().into()
}

/// What is known of other programs.
pub(super) fn to_capabilities(row: &JsValue) -> Vec<(String, bool)> {
    Array::from(row)
        .iter()
        .filter_map(|pair| Some((js::text(&pair, "0")?, js::get(&pair, "1").is_truthy())))
        .collect()
}

/// A session, to be stored.
pub(super) fn from_session(row: &SessionRow) -> JsValue {
    let endpoint = match &row.endpoint {
        Endpoint::Discover => text("Discover"),
        Endpoint::Url(url) => js::object(&[("Url", text(url))]),
    };
    let key = row.key.as_ref().map_or(JsValue::UNDEFINED, |key| {
        js::object(&[
            ("hash", text(from_hash(key.hash))),
            ("salt", bytes(&key.salt)),
            ("iterations", key.iterations.into()),
            ("key", bytes(&key.key)),
        ])
    });
    let token = row.token.as_ref().map_or(JsValue::UNDEFINED, |token| {
        js::object(&[("secret", text(&token.secret)), ("count", token.count.into())])
    });
    js::object(&[
        ("jid", text(row.jid.as_str())),
        ("endpoint", endpoint),
        ("key", key),
        ("token", token),
        ("agent", text(&row.agent)),
        ("pin", row.pin.map_or(JsValue::UNDEFINED, |hash| text(from_hash(hash)))),
        ("inline", row.inline.as_deref().map_or(JsValue::UNDEFINED, text)),
    ])
}

/// A stored session.
pub(super) fn to_session(row: &JsValue) -> Option<SessionRow> {
    Some(SessionRow {
        jid: jid(row, "jid")?,
        endpoint: js::text(&js::get(row, "endpoint"), "Url").map_or(Endpoint::Discover, Endpoint::Url),
        key: to_key(&js::get(row, "key")),
        token: to_token(&js::get(row, "token")),
        agent: js::text(row, "agent").unwrap_or_default(),
        pin: to_hash(row, "pin"),
        inline: js::text(row, "inline"),
    })
}

fn to_token(token: &JsValue) -> Option<Token> {
    Some(Token { secret: js::text(token, "secret")?, count: small(token, "count") })
}

fn from_hash(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha1 => "Sha1",
        Hash::Sha256 => "Sha256",
    }
}

fn to_hash(row: &JsValue, key: &str) -> Option<Hash> {
    let name = js::text(row, key)?;
    [Hash::Sha1, Hash::Sha256].into_iter().find(|hash| from_hash(*hash) == name)
}

fn to_key(key: &JsValue) -> Option<SaltedKey> {
    Some(SaltedKey {
        hash: to_hash(key, "hash")?,
        salt: js::bytes(key, "salt"),
        iterations: small(key, "iterations"),
        key: js::bytes(key, "key"),
    })
}

fn from_direction(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "In",
        Direction::Out => "Out",
    }
}

fn to_direction(row: &JsValue) -> Direction {
    if js::text(row, "direction").as_deref() == Some("Out") { Direction::Out } else { Direction::In }
}

pub(crate) fn from_state(state: &MessageState) -> JsValue {
    let MessageState::Failed(reason) = state else { return text(state.name()) };
    let why = match reason {
        FailReason::Other(words) => js::object(&[(reason.name(), text(words))]),
        _ => text(reason.name()),
    };
    js::object(&[(state.name(), why)])
}

/// A state from a later version is taken for the last one that this version knows.
pub(crate) fn to_state(row: &JsValue, direction: Direction) -> MessageState {
    let state = js::get(row, "state");
    let why = js::get(&state, "Failed");
    if !why.is_undefined() {
        return MessageState::Failed(match why.as_string().as_deref() {
            Some("NoSuchAddress") => FailReason::NoSuchAddress,
            Some("ServerUnreachable") => FailReason::ServerUnreachable,
            Some("Refused") => FailReason::Refused,
            _ => FailReason::Other(js::text(&why, "Other").unwrap_or_default()),
        });
    }
    match (state.as_string().as_deref(), direction) {
        (Some("Queued"), _) => MessageState::Queued,
        (Some("Sent"), _) => MessageState::Sent,
        (Some("Delivered"), _) => MessageState::Delivered,
        (Some("Read"), _) => MessageState::Read,
        (Some("Received"), _) | (_, Direction::In) => MessageState::Received,
        (_, Direction::Out) => MessageState::Sent,
    }
}

/// A key or field that is a string.
pub(crate) fn text(text: &str) -> JsValue {
    JsValue::from_str(text)
}

/// A number of ours as one of JavaScript's. Exact: an [`Order`] and the time of any message stay below 2^53.
#[allow(clippy::cast_precision_loss)]
pub(super) fn float(number: i64) -> f64 {
    number as f64
}

pub(super) fn number(number: i64) -> JsValue {
    float(number).into()
}

pub(super) fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

pub(crate) fn jid(row: &JsValue, key: &str) -> Option<BareJid> {
    js::text(row, key)?.parse().ok()
}

#[allow(clippy::cast_possible_truncation)] // What we stored was an integer.
pub(super) fn integer(row: &JsValue, key: &str) -> i64 {
    js::number(row, key) as i64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // What we stored was a small integer.
pub(super) fn small(row: &JsValue, key: &str) -> u32 {
    js::number(row, key) as u32
}
