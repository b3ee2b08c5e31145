//! The vocabulary of Goldcrest: what the rooms say to each other.
//!
//! This crate is a leaf. It knows addresses, the rows that are stored, the commands a person gives, the events
//! and problems they are told, and nothing about XML, sockets, storage engines or pixels. Everything that
//! crosses a room is a plain serde type, so that a boundary can become a message channel without a rewrite.

mod archive;
mod case;
mod chat;
mod command;
pub mod emoji;
mod event;
mod fold;
mod format;
mod host;
mod jid;
mod listing;
mod map;
mod message;
mod owed;
mod problem;
mod relation;
mod roster;
pub mod search;
mod session;
mod signup;
mod store;
mod tells;
mod time;

pub use archive::{ArchiveHit, ArchivePolicy, ArchiveRow, Edge, Gap, Looked, ReadMark};
pub use case::{lower, upper_char};
pub use chat::{ChatRow, Preview};
pub use command::{Command, LogIn, SignUp};
pub use event::{Connection, Event, WaitReason};
pub use fold::{fold, folded};
pub use format::{Format, Mention};
pub use host::is_loopback;
pub use jid::{BareJid, Jid, JidError};
pub use listing::{Arrange, Draft, Listing, Mute};
pub use map::{Map, Set};
pub use message::{Direction, FailReason, LocalId, MessageRow, MessageState, Order, Reached};
pub use owed::OwedRow;
pub use problem::Problem;
pub use relation::{Edit, MAX_EDITS, MAX_ORPHANS, Reaction, Relation, RelationRow, Relations, Reply, Source};
pub use roster::{Availability, Presence, RosterItem, Subscription};
pub use session::{Credentials, DeviceRow, Endpoint, Hash, SaltedKey, SessionRow, StreamRow, Token};
pub use signup::{FieldKind, FormField, Media, MediaSource, SignUpForm};
pub use store::{Applied, PageAt, Saved, StoreError, Write};
pub use tells::Tells;
pub use time::{Timestamp, WallMs};
