//! Names, keys and versions of the database: nothing else in the crate spells them.
//!
//! Values are the model's rows as [`super::rows`] writes them; the key paths are fields of theirs:
//!
//! | store | key | value |
//! |---|---|---|
//! | `meta` | [`SESSION`], [`ROSTER_VERSION`] | `SessionRow`, `String` |
//! | `roster` | `jid` | `RosterItem` |
//! | `chats` | `chat` | `ChatRow` |
//! | `messages` | `chat, order, id`; indexes [`DEDUPE`], [`ID`] | `MessageRow` |
//! | `outbox` | `order, id` | `MessageRow`: a second copy of the own queued ones |
//!
//! The outbox is a copy because a start needs all of it and nothing else of `messages`: one request instead of one
//! per row.

use indexed_db_futures::KeyPath;
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use model::{BareJid, Direction, MessageRow, MessageState};

/// Grows by one with every change of the schema; [`upgrade`] then has a step from each earlier one.
pub(super) const VERSION: u32 = 1;

pub(super) const META: &str = "meta";
pub(super) const ROSTER: &str = "roster";
pub(super) const CHATS: &str = "chats";
pub(super) const MESSAGES: &str = "messages";
pub(super) const OUTBOX: &str = "outbox";
pub(super) const ALL: [&str; 5] = [META, ROSTER, CHATS, MESSAGES, OUTBOX];

/// Key in [`META`].
pub(super) const SESSION: &str = "session";
/// Key in [`META`].
pub(super) const ROSTER_VERSION: &str = "roster_version";
/// Index of [`MESSAGES`] that recognises copies.
pub(super) const DEDUPE: &str = "dedupe";
/// Index of [`MESSAGES`] that finds the row of a `LocalId`.
pub(super) const ID: &str = "id";

/// The database of an account.
pub(super) fn name(account: &BareJid) -> String {
    ["goldcrest/", account.as_str()].concat()
}

/// Brings a database of version `old` (0: new) to [`VERSION`].
pub(super) fn upgrade(old: f64, db: &Database) -> indexed_db_futures::Result<()> {
    if old < 1.0 {
        db.create_object_store(META).build()?;
        db.create_object_store(ROSTER).with_key_path(KeyPath::from("jid")).build()?;
        db.create_object_store(CHATS).with_key_path(KeyPath::from("chat")).build()?;
        let messages =
            db.create_object_store(MESSAGES).with_key_path(KeyPath::from(["chat", "order", "id"])).build()?;
        messages.create_index(DEDUPE, KeyPath::from("dedupe")).build()?;
        messages.create_index(ID, KeyPath::from("id")).build()?;
        db.create_object_store(OUTBOX).with_key_path(KeyPath::from(["order", "id"])).build()?;
    }
    Ok(())
}

/// True if a row belongs into [`OUTBOX`].
pub(super) fn is_outgoing(row: &MessageRow) -> bool {
    row.direction == Direction::Out && row.state == MessageState::Queued
}
