//! The engine and its driver against a real Prosody and the scripted server, without a browser.

mod account;
mod chat;
mod friends;
mod hostile;
mod ladder;
mod phone;
mod support;
mod weather;
