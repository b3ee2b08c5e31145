//! A real Prosody on loopback: own ports, own data folder, gone when dropped or when this process dies.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::watchdog::{self, Watchdog};
use crate::{Context, Error, Result, free_port, root};

/// How long a start may take before it counts as failed.
const START: Duration = Duration::from_secs(20);

static STARTED: AtomicU32 = AtomicU32::new(0);

/// How an XMPP stream on TCP begins (RFC 6120).
const OPEN: &str = "<stream:stream to='localhost' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' \
                    version='1.0'>";

/// Which SASL mechanisms the server offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sasl {
    /// SCRAM-SHA-256 and PLAIN.
    #[default]
    ScramSha256,
    /// SCRAM-SHA-1 and PLAIN.
    ScramSha1,
    /// PLAIN alone.
    Plain,
}

/// How to start a server.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which SASL mechanisms it offers.
    pub sasl: Sasl,
    /// Whether anybody may register in-band (XEP-0077).
    pub registration: bool,
    /// PBKDF2 rounds of stored passwords; few keep tests quick. Prosody's own default is 10 000.
    pub scram_iterations: u32,
    /// A folder that outlives the server; `None` makes a temporary one that goes with it.
    pub dir: Option<PathBuf>,
    /// TCP port of HTTP and WebSocket; 0 takes a free one.
    pub http_port: u16,
    /// Lua appended to the configuration, for what one test needs.
    pub extra_config: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            sasl: Sasl::default(),
            registration: true,
            scram_iterations: 4096,
            dir: None,
            http_port: 0,
            extra_config: String::new(),
        }
    }
}

/// A running server.
#[derive(Debug)]
pub struct Prosody {
    options: Options,
    dir: PathBuf,
    http_port: u16,
    c2s_port: u16,
    watchdog: Option<Watchdog>,
}

impl Prosody {
    /// Starts a server and returns once it answers.
    pub fn start(options: Options) -> Result<Self> {
        let dir = options.dir.clone().unwrap_or_else(|| {
            let number = STARTED.fetch_add(1, Ordering::Relaxed);
            std::env::temp_dir().join(format!("goldcrest-prosody-{}-{number}", std::process::id()))
        });
        for folder in ["data", "certs"] {
            fs::create_dir_all(dir.join(folder)).context(format_args!("cannot make {}", dir.display()))?;
        }
        let mut server = Self { options, dir, http_port: 0, c2s_port: 0, watchdog: None };
        // Somebody else may take a free port before Prosody does.
        for _ in 0..2 {
            server.choose_ports()?;
            if server.start_again().is_ok() {
                return Ok(server);
            }
        }
        server.choose_ports()?;
        server.start_again()?;
        Ok(server)
    }

    /// The address of the RFC 7395 endpoint.
    pub fn ws_url(&self) -> String {
        format!("ws://127.0.0.1:{}/xmpp-websocket", self.http_port)
    }

    /// The XMPP domain it serves.
    pub fn domain(&self) -> &'static str {
        "localhost"
    }

    /// TCP port of HTTP and WebSocket on loopback.
    pub fn http_port(&self) -> u16 {
        self.http_port
    }

    /// TCP port for plain XMPP clients (RFC 6120) on loopback.
    pub fn c2s_port(&self) -> u16 {
        self.c2s_port
    }

    /// The folder of everything it keeps.
    pub fn dir(&self) -> &std::path::Path {
        &self.dir
    }

    /// What the server wrote to its log so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.join("prosody.log")).unwrap_or_default()
    }

    /// Makes an account. The server itself does it where it lets anybody register: `SQLite` gives its tables to one process at a
    /// time, and a server that finds them in the hands of `prosodyctl` refuses what somebody else asks of it in that moment.
    pub fn add_account(&self, user: &str, password: &str) -> Result<()> {
        if self.options.registration && self.watchdog.is_some() {
            return self.register(user, password);
        }
        let mut command = Command::new("prosodyctl");
        command.arg("--config").arg(self.config_file()).args(["register", user, self.domain(), password]);
        let output = self.set_env(&mut command).output().context("cannot start prosodyctl")?;
        if output.status.success() {
            return Ok(());
        }
        Err(Error::new(format!("prosodyctl register {user}: {}", String::from_utf8_lossy(&output.stdout))))
    }

    /// XEP-0077 with nothing but a name and a password.
    fn register(&self, user: &str, password: &str) -> Result<()> {
        let talk = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect(("127.0.0.1", self.c2s_port))?;
            stream.set_read_timeout(Some(START))?;
            let mut heard = String::new();
            stream.write_all(OPEN.as_bytes())?;
            hear(&mut stream, &mut heard, &["</stream:features>"])?;
            let form = format!(
                "<iq type='set' id='register'><query xmlns='jabber:iq:register'><username>{user}</username>\
                 <password>{password}</password></query></iq>"
            );
            stream.write_all(form.as_bytes())?;
            heard.clear();
            hear(&mut stream, &mut heard, &["type='result'", "</iq>"])?;
            Ok(heard)
        };
        let answer = talk().context(format_args!("cannot register {user}"))?;
        if answer.contains("type='result'") {
            return Ok(());
        }
        Err(Error::new(format!("registering {user}: {answer}")))
    }

    /// Stops as an operator would: streams are closed with `system-shutdown`. The data stays until the drop.
    pub fn stop(&mut self) {
        if let Some(watchdog) = self.watchdog.take() {
            watchdog.stop();
        }
    }

    /// Ends the process without a word on its streams, as a crash would.
    pub fn kill(&mut self) {
        if let Some(watchdog) = self.watchdog.take() {
            watchdog.kill();
        }
    }

    /// Starts a stopped server again: same ports, same data.
    pub fn start_again(&mut self) -> Result<()> {
        self.kill();
        fs::remove_file(self.dir.join("prosody.log")).ok();
        self.write_config()?;
        let mut command = Command::new("prosody");
        command.arg("-F").arg("--config").arg(self.config_file());
        self.set_env(&mut command);
        let temporary = self.options.dir.is_none().then_some(self.dir.as_path());
        self.watchdog = Some(Watchdog::start(&command, &self.dir.join("stdout.log"), temporary)?);
        let is_hopeless = || {
            let said = self.log() + &self.stdout();
            said.contains("ailed to open server port") || said.contains("problem occurred while reading")
        };
        if watchdog::comes_up(START, is_hopeless, || self.answers()) {
            return Ok(());
        }
        let said = self.stdout() + &self.log();
        self.kill();
        Err(Error::new(format!("Prosody did not start (is it installed? `cargo xtask setup`):\n{said}")))
    }

    fn stdout(&self) -> String {
        fs::read_to_string(self.dir.join("stdout.log")).unwrap_or_default()
    }

    fn answers(&self) -> bool {
        let ask = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect(("127.0.0.1", self.http_port))?;
            stream.set_read_timeout(Some(Duration::from_secs(2)))?;
            stream
                .write_all(b"GET /xmpp-websocket HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        ask().is_ok_and(|answer| answer.contains("WebSocket endpoint"))
    }

    fn choose_ports(&mut self) -> Result<()> {
        self.http_port = if self.options.http_port == 0 { free_port()? } else { self.options.http_port };
        self.c2s_port = free_port()?;
        Ok(())
    }

    fn config_file(&self) -> PathBuf {
        self.dir.join("prosody.cfg.lua")
    }

    fn write_config(&self) -> Result<()> {
        let path = root().join("prosody/prosody.cfg.lua");
        let mut config = fs::read_to_string(&path).context(path.display())?;
        config.push_str(&self.options.extra_config);
        fs::write(self.config_file(), config).context("cannot write the configuration of Prosody")
    }

    fn set_env<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let hash = if self.options.sasl == Sasl::ScramSha1 { "SHA-1" } else { "SHA-256" };
        command
            .env("GOLDCREST_PROSODY_DIR", &self.dir)
            .env("GOLDCREST_PLUGINS", root().join("prosody/plugins"))
            .env("GOLDCREST_HTTP_PORT", self.http_port.to_string())
            .env("GOLDCREST_C2S_PORT", self.c2s_port.to_string())
            .env("GOLDCREST_LOG", "info")
            .env("GOLDCREST_PASSWORD_HASH", hash)
            .env("GOLDCREST_SCRAM_ITERATIONS", self.options.scram_iterations.to_string())
            .env("GOLDCREST_PLAIN_ONLY", (self.options.sasl == Sasl::Plain).to_string())
            .env("GOLDCREST_REGISTRATION", self.options.registration.to_string())
    }
}

/// Reads until one of these was said.
fn hear(stream: &mut TcpStream, heard: &mut String, ends: &[&str]) -> std::io::Result<()> {
    let mut bytes = [0; 4096];
    while !ends.iter().any(|end| heard.contains(end)) {
        let count = stream.read(&mut bytes)?;
        if count == 0 {
            return Err(std::io::Error::other(format!("the server closed after {heard}")));
        }
        heard.push_str(&String::from_utf8_lossy(bytes.get(..count).unwrap_or_default()));
    }
    Ok(())
}

impl Drop for Prosody {
    fn drop(&mut self) {
        // A folder that outlives us deserves a clean end; a temporary one goes anyway.
        if self.options.dir.is_some() {
            self.stop();
        } else {
            self.kill();
            fs::remove_dir_all(&self.dir).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_stops_and_starts_again_with_its_data() {
        let mut server = Prosody::start(Options::default()).unwrap();
        let (dir, port) = (server.dir.clone(), server.http_port());
        server.add_account("alice", "secret").unwrap();
        server.stop();
        assert!(!server.answers());
        assert!(server.log().contains("Shutdown complete"), "{}", server.log());
        server.start_again().unwrap();
        assert_eq!(server.http_port(), port);
        assert!(dir.join("data/prosody.sqlite").exists());
        drop(server);
        assert!(!dir.exists());
    }

    #[test]
    fn each_server_has_its_own_ports_and_the_mechanisms_it_was_asked_for() {
        let offers = [
            (Sasl::ScramSha256, &["HT-SHA-256-NONE", "PLAIN", "SCRAM-SHA-256"][..]),
            (Sasl::ScramSha1, &["HT-SHA-256-NONE", "PLAIN", "SCRAM-SHA-1"][..]),
            (Sasl::Plain, &["HT-SHA-256-NONE", "PLAIN"][..]),
        ];
        let servers: Vec<_> = offers
            .iter()
            .map(|(sasl, _)| Prosody::start(Options { sasl: *sasl, ..Options::default() }).unwrap())
            .collect();
        for (server, (_, expected)) in servers.iter().zip(offers) {
            let features = features(server);
            let mut offered: Vec<_> = features
                .split("<mechanism>")
                .skip(1)
                .filter_map(|rest| rest.split("</mechanism>").next())
                .collect();
            // Once by RFC 6120 and once by XEP-0388.
            offered.sort_unstable();
            offered.dedup();
            assert_eq!(offered, expected);
            assert!(features.contains("iq-register"));
        }
    }

    #[test]
    fn registration_can_be_off() {
        let server = Prosody::start(Options { registration: false, ..Options::default() }).unwrap();
        assert!(!features(&server).contains("iq-register"));
    }

    /// The stream features of a plain XMPP connection.
    fn features(server: &Prosody) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", server.c2s_port())).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        stream.write_all(OPEN.as_bytes()).unwrap();
        let mut answer = String::new();
        hear(&mut stream, &mut answer, &["</stream:features>"]).unwrap();
        answer
    }
}
