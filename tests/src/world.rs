//! The real server, one for all tests of a binary, the page's own server, and where things are on disk.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use xtask::prosody::{Options, Prosody};
use xtask::serve::{Config, StaticServer};

/// A Prosody that every test of this binary may use. Tests don't disturb each other: each makes accounts of its own.
pub struct World {
    prosody: Prosody,
}

impl World {
    /// The shared server, started on first use; it ends with the test run.
    pub fn shared() -> &'static Self {
        static WORLD: OnceLock<World> = OnceLock::new();
        WORLD.get_or_init(|| Self { prosody: start_prosody(Options::default()) })
    }

    /// The server.
    pub fn prosody(&self) -> &Prosody {
        &self.prosody
    }

    /// The operator's `config.json` for this server.
    pub fn config(&self) -> Value {
        config_for(&self.prosody)
    }

    /// A bare JID on this server that nobody has yet.
    pub fn fresh_jid(&self, kind: &str) -> String {
        format!("{}@{}", fresh_name(kind), self.prosody.domain())
    }

    /// A new account, made behind the app's back, with this password.
    pub fn account(&self, kind: &str, password: &str) -> String {
        let name = fresh_name(kind);
        self.prosody.add_account(&name, password).unwrap_or_else(|e| panic!("{e}"));
        format!("{name}@{}", self.prosody.domain())
    }
}

/// A Prosody for one test alone.
pub fn start_prosody(options: Options) -> Prosody {
    Prosody::start(options).unwrap_or_else(|e| panic!("{e}"))
}

/// The operator's `config.json` that points to this server.
pub fn config_for(prosody: &Prosody) -> Value {
    config(prosody.domain(), &prosody.ws_url())
}

/// A `config.json` with a default domain and a WebSocket address.
pub fn config(domain: &str, websocket: &str) -> Value {
    json!({ "domain": domain, "websocket": websocket })
}

/// The server of one page, at an origin of its own.
pub struct Site {
    server: Option<StaticServer>,
    config: Config,
}

impl Site {
    /// Serves the built app with this `config.json`.
    pub fn start(config_json: &Value) -> Self {
        let config = Config { config_json: Some(config_json.to_string()), ..Config::default() };
        let mut site = Self { server: None, config };
        site.start_again();
        site
    }

    /// Where the page is.
    pub fn url(&self) -> String {
        self.server.as_ref().expect("the page's server is stopped").url()
    }

    /// Stops answering, as if the network were gone.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Answers again, at the same origin.
    pub fn start_again(&mut self) {
        // Another build than `dist/` can be looked at, too: an older one, or a copy while this one is being made anew.
        let dist =
            std::env::var_os("GOLDCREST_DIST").map_or_else(|| xtask::root().join("dist"), PathBuf::from);
        let built = dist.join("index.html").exists();
        assert!(built, "{} is missing: run `cargo xtask build` first", dist.display());
        let start = || StaticServer::start(&dist, self.config.clone()).unwrap_or_else(|e| panic!("{e}"));
        let mut server = start();
        // A port that an earlier page had would be its origin, and a browser that is used again would find its storage.
        while self.config.port == 0 && !is_new(server.port()) {
            server = start();
        }
        self.config.port = server.port();
        self.server = Some(server);
    }
}

/// True if no page of this run had this port.
fn is_new(port: u16) -> bool {
    static USED: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    USED.lock().unwrap_or_else(PoisonError::into_inner).insert(port)
}

/// Where failing tests leave screenshots, page sources and logs: `target/acceptance/`.
pub fn artifacts_dir() -> PathBuf {
    let dir = xtask::root().join("target/acceptance");
    std::fs::create_dir_all(&dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
    dir
}

/// A name nobody has yet, for an account of a test: `kind`, the second this run started, and a number.
pub fn fresh_name(kind: &str) -> String {
    static RUN: OnceLock<u64> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let run = RUN.get_or_init(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs()));
    format!("{kind}-{run:x}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
