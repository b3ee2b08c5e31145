//! One folder an area. They never import each other; the shell puts them together.

pub(crate) mod chat;
pub(crate) mod chats;
pub(crate) mod composer;
pub(crate) mod contacts;
pub(crate) mod login;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod signup;
pub(crate) mod starred;
