//! Pure view models: what the lists on the screen hold, in which order, and what changed.
//!
//! Nothing here knows a clock, a store or a pixel. Each list gives its items and, for every change, the
//! [`ListDiff`]s that turn the old items into the new ones, so that the screen touches only what changed.

mod diff;
mod hsluv;

pub mod chat_list;
pub mod color;
pub mod contacts;
pub mod emoji;
pub mod initials;
pub mod links;
pub mod scroll;
pub mod timeline;

pub use chat_list::{ChatItem, ChatList};
pub use contacts::{ContactItem, Contacts};
pub use diff::ListDiff;
pub use links::Piece;
pub use scroll::{Scroll, ScrollTo};
pub use timeline::{MessageItem, Timeline, TimelineItem};
