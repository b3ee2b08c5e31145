//! Goldcrest in real browsers, through a real server, as people use it.

mod account;
mod actions;
mod archive;
mod chat_list;
mod comfort;
mod emoji;
mod faults;
mod friends;
mod hostile;
mod ladder;
mod languages;
mod looks;
mod offline;
mod operator;
mod pairs;
mod peer;
mod phone;
mod relations;
mod signup_forms;
mod spoilers;
mod stars;
mod storage;
mod support;
mod tabs;
mod texts;
mod timeline;
