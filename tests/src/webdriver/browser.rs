//! One driver process with one browser session.

use super::{Engine, on_runtime};
use crate::process::Guarded;
use crate::wait::within;
use crate::world::artifacts_dir;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

/// How a browser is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    /// Language the browser itself asks for, as a BCP 47 tag.
    pub(crate) locale: String,
    /// A profile to keep across restarts; a throw-away one by default.
    pub(crate) profile_dir: Option<PathBuf>,
}

/// A driver process and its one session.
pub(crate) struct Browser {
    pub(crate) engine: Engine,
    pub(crate) client: Client,
    /// How it was started: only a request for the same may get it again.
    pub(crate) start: Start,
    _driver: Guarded,
}

impl Browser {
    /// Starts a driver and opens a session, with one more try: a loaded machine sometimes takes the port away
    /// between the look and the bind.
    pub(crate) async fn start(engine: Engine, start: Start) -> Self {
        match Self::try_start(engine, start.clone()).await {
            Ok(browser) => browser,
            Err(first) => Self::try_start(engine, start)
                .await
                .unwrap_or_else(|second| panic!("{engine} did not start: {first}; then {second}")),
        }
    }

    async fn try_start(engine: Engine, start: Start) -> Result<Self, String> {
        let port = free_port();
        let (program, args) = engine.driver(port);
        let log = artifacts_dir().join(format!("drivers/{engine}-{port}.log"));
        let driver = Guarded::start(program, &args, &log);
        let limit = Duration::from_secs(30);
        within(limit, async || {
            let up = tokio::net::TcpStream::connect(("127.0.0.1", port)).await;
            up.map(drop).map_err(|e| format!("{program}: {e}, see {}", log.display()))
        })
        .await?;
        let Value::Object(capabilities) = engine.capabilities(&start) else {
            return Err("capabilities are not an object".into());
        };
        let capabilities: Capabilities = capabilities;
        // The session lives on the runtime that opened it.
        let connect = on_runtime(async move {
            let address = format!("http://127.0.0.1:{port}");
            ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&address).await
        })
        .await;
        let client = connect.map_err(|e| format!("no session: {e}, see {}", log.display()))?;
        Ok(Self { engine, client, start, _driver: driver })
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("the port of a listener").port()
}
