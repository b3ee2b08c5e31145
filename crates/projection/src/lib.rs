//! Pure view models: what the lists on the screen hold, and in which order.
//!
//! Nothing here knows a clock, a store or a pixel. A list takes in what happened and, when asked, says all that it holds now. Which
//! of it is new is found out in one place, by whoever keeps the rows on the screen: a row has a key for life.

mod hsluv;
mod order;

pub mod chat_list;
pub mod color;
pub mod contacts;
pub mod emoji_list;
pub mod initials;
pub mod links;
pub mod scroll;
pub mod snippet;
pub mod styling;
pub mod timeline;

pub use chat_list::{ChatItem, ChatList, Listed, Wanted};
pub use contacts::{Contacts, Person};
pub use links::Piece;
pub use model::emoji;
pub use scroll::{Scroll, ScrollTo};
pub use timeline::{Hole, MessageItem, Side, Timeline, TimelineItem, Unread};
