//! Widgets that know nothing of chats: they take texts and give views.

pub(crate) mod avatar;
pub(crate) mod bar;
pub(crate) mod copy;
pub(crate) mod dialog;
pub(crate) mod el;
pub(crate) mod empty;
pub(crate) mod finder;
pub(crate) mod icon;
pub(crate) mod menu;
pub(crate) mod password;
pub(crate) mod popup;
pub(crate) mod press;
pub(crate) mod swipe;
pub(crate) mod switch;
pub(crate) mod toast;
