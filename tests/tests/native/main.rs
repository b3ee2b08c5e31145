//! The engine and its driver against a real Prosody and the scripted server, without a browser.

mod account;
mod archive;
mod chat;
mod disks;
mod ejabberd;
mod faults;
mod friends;
mod hostile;
mod ladder;
mod mds;
mod phone;
mod relations;
mod sasl2;
mod servers;
mod support;
mod weather;
