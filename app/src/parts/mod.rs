//! Pieces of screens that more than one feature needs and that know what a person or a message is.

pub(crate) mod emoji;
pub(crate) mod entrance;
pub(crate) mod keys;
pub(crate) mod line;
pub(crate) mod message_state;
pub(crate) mod person;
pub(crate) mod said;
