//! Building the page, and running it with a server to talk to.

use std::net::TcpListener;
use std::time::Duration;

use crate::prosody::{Options, Prosody};
use crate::serve::{Config, StaticServer};
use crate::shell::{program, run, step};
use crate::{Context, Result, root};

/// Ports of `run`; they stay the same so that a browser keeps its data from one run to the next.
const PAGE_PORT: u16 = 8080;
const XMPP_PORT: u16 = 5285;

/// The standard library is built along, for size, and a panic is a trap at once: no messages to format, none to
/// download (the page's own script says what a trap means). Worth 30 KB of wasm, compressed. The compiler is still the
/// stable one; what makes it take these flags is the first variable. A plain `trunk build` works without them.
/// `Trunk.toml` takes them away again for its hook.
const FOR_SIZE: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    // The first flag is the one of `.cargo/config.toml`, which this takes the place of.
    (
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "--cfg sha2_backend_soft=\"compact\" -Zunstable-options -Cpanic=immediate-abort \
         -Zlocation-detail=none -Zfmt-debug=none",
    ),
];

/// Builds `dist/` as it ships. Needs no network once the dependencies are there.
pub fn build() -> Result<()> {
    let mut trunk = program("trunk");
    trunk.args(["build", "--release", "--skip-version-check"]);
    // A folder of its own: with other flags everything in it is built anew.
    trunk.envs(FOR_SIZE).env("CARGO_TARGET_DIR", root().join("target/small"));
    run(&mut trunk, "trunk").map(drop)
}

/// Serves `dist/` on loopback until this process is ended.
pub fn serve(port: u16, config: Config) -> Result<()> {
    let server = StaticServer::start(&root().join("dist"), Config { port, ..config })?;
    println!("Goldcrest is at {}", server.url());
    sleep_forever()
}

/// A server for accounts and the page, until Ctrl-C. Accounts are kept in `.data/`.
pub fn run_all() -> Result<()> {
    for port in [PAGE_PORT, XMPP_PORT] {
        // Better now than after minutes of building.
        TcpListener::bind(("127.0.0.1", port))
            .context(format_args!("port {port} is needed (does another `cargo xtask run` have it?)"))?;
    }
    step("build", build)?;
    let options = Options {
        dir: Some(root().join(".data")),
        http_port: XMPP_PORT,
        scram_iterations: 10_000,
        ..Options::default()
    };
    let prosody = step("prosody", || Prosody::start(options))?;
    let config_json = serde_json::json!({
        "domain": prosody.domain(),
        "websocket": prosody.ws_url(),
        "signup": true,
    });
    println!("Press Ctrl-C to stop; accounts and messages stay in .data/");
    serve(PAGE_PORT, Config { config_json: Some(config_json.to_string()), ..Config::default() })
}

/// Ctrl-C ends this process; the watchdog of Prosody then ends Prosody.
fn sleep_forever() -> ! {
    loop {
        std::thread::sleep(Duration::from_hours(1));
    }
}
