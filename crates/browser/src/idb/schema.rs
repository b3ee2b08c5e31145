//! Names, keys and versions of the database: nothing else in the crate spells them.
//!
//! Values are the model's rows as [`super::rows`] writes them; the key paths are fields of theirs:
//!
//! | store | key | value |
//! |---|---|---|
//! | `meta` | [`SESSION`], [`ROSTER_VERSION`], [`STREAM`], [`REQUESTS`], [`ARCHIVE`], [`CAPABILITIES`], [`OWED`]…, [`STARRED`]…, [`EDITED`]… | `SessionRow`, `String`, `StreamRow`, addresses, `ArchiveRow`, pairs, `OwedRow`, ids, ids |
//! | `roster` | `jid` | `RosterItem` |
//! | `chats` | `chat` | `ChatRow` |
//! | `messages` | `chat, order, id`; indexes [`DEDUPE`], [`ID`], [`STANZA_ID`], [`ALIAS`] | `MessageRow` |
//! | `devices` | `jid` | `DeviceRow` |
//! | `outbox` | `order, id` | `MessageRow`: a second copy of the own queued ones; `RelationRow`: the own queued ones |
//! | `orphans` | `chat, key` | `RelationRow`: what is said of messages that are not here |
//! | `unindexed` | `n`, which counts up | places of messages that the index does not know, or no longer knows right; what came before the index |
//! | `search` | kind and number of a record | records of the index ([`model::search`]), bytes |
//!
//! The outbox is a copy because a start needs all of it and nothing else of `messages`: one request instead of one
//! per row.

use super::rows::text;
use crate::js;
use js_sys::Array;
use model::{BareJid, Direction, MessageRow, MessageState};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Event, IdbDatabase, IdbObjectStore, IdbObjectStoreParameters, IdbOpenDbRequest, IdbTransaction,
};

/// Grows by one with every change of the schema; [`upgrade`] then has a step from each earlier one.
pub(super) const VERSION: u32 = 5;

pub(super) const META: &str = "meta";
pub(super) const ROSTER: &str = "roster";
pub(super) const CHATS: &str = "chats";
pub(super) const MESSAGES: &str = "messages";
pub(super) const OUTBOX: &str = "outbox";
pub(super) const DEVICES: &str = "devices";
pub(super) const ORPHANS: &str = "orphans";
pub(super) const UNINDEXED: &str = "unindexed";
pub(super) const SEARCH: &str = "search";
/// All that a batch may touch, and nothing more: to search and to store need not wait for each other.
pub(super) const ROWS: [&str; 8] = [META, ROSTER, CHATS, MESSAGES, OUTBOX, DEVICES, ORPHANS, UNINDEXED];
pub(super) const ALL: [&str; 9] =
    [META, ROSTER, CHATS, MESSAGES, OUTBOX, DEVICES, ORPHANS, UNINDEXED, SEARCH];

/// Key in [`META`].
pub(super) const SESSION: &str = "session";
/// Key in [`META`].
pub(super) const ROSTER_VERSION: &str = "roster_version";
/// Key in [`META`].
pub(super) const STREAM: &str = "stream";
/// Key in [`META`].
pub(super) const REQUESTS: &str = "requests";
/// Key in [`META`].
pub(super) const ARCHIVE: &str = "archive";
/// Key in [`META`].
pub(super) const CAPABILITIES: &str = "capabilities";
/// What keys in [`META`] begin with that are followed by whom and what for.
pub(super) const OWED: &str = "owed/";
/// What keys in [`META`] begin with that are followed by the id of a message to find again: they are few among many, and an index of
/// [`MESSAGES`] would have to look at all of them once.
pub(super) const STARRED: &str = "starred/";
/// What keys in [`META`] begin with that are followed by the name of a correction; there is the id of the message that it corrects.
pub(super) const EDITED: &str = "edited/";
/// Index of [`MESSAGES`] that recognises copies.
pub(super) const STANZA_ID: &str = "stanza_id";
/// The same by what the sender wrote.
pub(super) const DEDUPE: &str = "dedupe";
/// The same by another name that some give it.
pub(super) const ALIAS: &str = "alias";
/// Index of [`MESSAGES`] that finds the row of a `LocalId`.
pub(super) const ID: &str = "id";

/// The database of an account.
pub(super) fn name(account: &BareJid) -> String {
    [PREFIX, account.as_str()].concat()
}

/// The account of a database, if it is one of ours.
pub(super) fn account(name: &str) -> Option<BareJid> {
    name.strip_prefix(PREFIX)?.parse().ok()
}

const PREFIX: &str = "goldcrest/";

/// Brings the database of an `upgradeneeded` event to [`VERSION`], or leaves it as it was: then opening it fails.
///
/// On web-sys, because the library's way here words its errors for an exception that nobody reads: 9 KB of raw code,
/// half of it for printing floating-point numbers.
pub(super) fn upgrade(event: &Event) {
    let Some(request) = event.target().and_then(|target| target.dyn_into::<IdbOpenDbRequest>().ok()) else {
        return;
    };
    let Some(tx) = request.transaction() else { return };
    // 0 is a new one.
    let old = js::number(event, "oldVersion");
    if request.result().and_then(|db| steps(old, db.unchecked_ref(), &tx)).is_err() {
        // Fails if it has failed already.
        let _ = tx.abort();
    }
}

fn steps(old: f64, db: &IdbDatabase, tx: &IdbTransaction) -> Result<(), JsValue> {
    if old < 1.0 {
        create(db, META, &JsValue::NULL)?;
        create(db, ROSTER, &text("jid"))?;
        create(db, CHATS, &text("chat"))?;
        let messages = create(db, MESSAGES, &Array::of3(&text("chat"), &text("order"), &text("id")))?;
        messages.create_index_with_str(DEDUPE, "dedupe")?;
        messages.create_index_with_str(ID, "id")?;
        create(db, OUTBOX, &Array::of2(&text("order"), &text("id")))?;
    }
    if old < 2.0 {
        create(db, DEVICES, &text("jid"))?;
        tx.object_store(MESSAGES)?.create_index_with_str(STANZA_ID, "stanza_id")?;
    }
    if old < 4.0 {
        create(db, ORPHANS, &Array::of2(&text("chat"), &text("key")))?;
        tx.object_store(MESSAGES)?.create_index_with_str(ALIAS, "alias")?;
    }
    if old < 5.0 {
        let counting = IdbObjectStoreParameters::new();
        counting.set_key_path(&text("n"));
        counting.set_auto_increment(true);
        let unindexed = db.create_object_store_with_optional_parameters(UNINDEXED, &counting)?;
        create(db, SEARCH, &JsValue::NULL)?;
        if old >= 1.0 {
            unindexed.put(&super::search::backlog(super::rows::message_key("", 0.0, "")))?;
        }
    }
    Ok(())
}

fn create(db: &IdbDatabase, name: &str, key_path: &JsValue) -> Result<IdbObjectStore, JsValue> {
    let parameters = IdbObjectStoreParameters::new();
    parameters.set_key_path(key_path);
    db.create_object_store_with_optional_parameters(name, &parameters)
}

/// True if a row belongs into [`OUTBOX`].
pub(super) fn is_outgoing(row: &MessageRow) -> bool {
    row.direction == Direction::Out && row.state == MessageState::Queued
}
