//! Goldcrest against real servers, browsers and peers.
//!
//! Browser tests are written in terms of [`App`], the page object: it alone knows what the page looks like, and it
//! finds things by role and accessible name (`tests/README.md` lists them). Native tests drive the engine through
//! [`native::Client`] and need no browser. [`evil::Server`] is a scripted XMPP server that says whatever a test
//! wants; [`World`] is the real one.
//!
//! Everything here panics with a sentence instead of returning errors: a test has nothing better to do.

#![allow(clippy::missing_panics_doc, reason = "panicking is how a harness fails a test; said once, above")]

mod archive;
mod dice;
pub mod evil;
pub mod native;
mod page;
mod peer;
mod process;
mod proxy;
mod scenario;
pub mod soak;
mod wait;
mod webdriver;
mod world;

pub use archive::{Archived, Witness, fill_archive};
pub use dice::Dice;
pub use page::{App, Chat, Contact, Divider, Found, Message, Options, Reaction, Ride, Seed, Size, Tab};
pub use peer::Peer;
pub use proxy::{Proxy, Weather};
pub use scenario::scenario;
pub use wait::{DEADLINE, eventually, holds};
pub use webdriver::{Engine, Network};
pub use world::{Site, World, artifacts_dir, config, config_for, fresh_name, start_prosody};
