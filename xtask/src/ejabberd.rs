//! A real ejabberd on loopback, beside Prosody: own ports, own data folder, gone when dropped or when this process dies.
//!
//! The Erlang machine is started directly and without a node name: then it needs neither `ejabberdctl` nor its user, and no
//! `epmd`, the daemon that such a machine usually starts and leaves behind.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::watchdog::{self, Watchdog};
use crate::{Context, Error, Result, free_port, root};

/// How long a start may take before it counts as failed.
const START: Duration = Duration::from_mins(1);

static STARTED: AtomicU32 = AtomicU32::new(0);

/// A running server.
#[derive(Debug)]
pub struct Ejabberd {
    dir: PathBuf,
    http_port: u16,
    c2s_port: u16,
    watchdog: Option<Watchdog>,
}

impl Ejabberd {
    /// Starts a server and returns once it answers.
    pub fn start() -> Result<Self> {
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("goldcrest-ejabberd-{}-{number}", std::process::id()));
        fs::create_dir_all(dir.join("data")).context(format_args!("cannot make {}", dir.display()))?;
        let mut server = Self { dir, http_port: 0, c2s_port: 0, watchdog: None };
        // Somebody else may take a free port before it does.
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
        format!("ws://127.0.0.1:{}/ws", self.http_port)
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

    /// What the server wrote to its log so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.join("ejabberd.log")).unwrap_or_default()
    }

    /// Makes an account without asking the server's registration rules. `user` is the local part.
    pub fn add_account(&self, user: &str, password: &str) -> Result<()> {
        let body = serde_json::json!({ "user": user, "host": self.domain(), "password": password });
        let answer = self.ask("POST", "/api/register", &body.to_string()).context("asking ejabberd")?;
        if answer.starts_with("HTTP/1.1 200") {
            return Ok(());
        }
        Err(Error::new(format!("register {user}: {answer}")))
    }

    /// Stops as an operator would. The data stays until the drop.
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
        fs::remove_file(self.dir.join("ejabberd.log")).ok();
        self.write_config()?;
        // Where Debian keeps its Erlang libraries beside Erlang's own.
        let libraries = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
        let mut command = Command::new("erl");
        command
            .args(["+K", "true", "-noinput", "-start_epmd", "false", "-mnesia", "dir"])
            // A term of Erlang: a string.
            .arg(format!("\"{}\"", self.dir.join("data").display()))
            .args(["-s", "ejabberd"])
            .env("ERL_LIBS", libraries)
            .env("ERL_CRASH_DUMP_BYTES", "0")
            .env("EJABBERD_CONFIG_PATH", self.config_file())
            .env("EJABBERD_LOG_PATH", self.dir.join("ejabberd.log"))
            .env("HOME", &self.dir);
        self.watchdog = Some(Watchdog::start(&command, &self.dir.join("stdout.log"), Some(&self.dir))?);
        let is_hopeless = || {
            let said = self.log();
            said.contains("Failed to open socket") || said.contains("Failed to start ejabberd")
        };
        if watchdog::comes_up(START, is_hopeless, || self.answers()) {
            return Ok(());
        }
        let said = fs::read_to_string(self.dir.join("stdout.log")).unwrap_or_default();
        self.kill();
        Err(Error::new(format!("ejabberd did not start (is it installed? `cargo xtask setup`):\n{said}")))
    }

    fn answers(&self) -> bool {
        // It says so of everything that is no WebSocket.
        let answer = self.ask("GET", "/ws", "");
        self.log().contains("Start accepting") && answer.is_ok_and(|answer| answer.starts_with("HTTP/1.1"))
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.http_port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    fn choose_ports(&mut self) -> Result<()> {
        self.http_port = free_port()?;
        self.c2s_port = free_port()?;
        Ok(())
    }

    fn config_file(&self) -> PathBuf {
        self.dir.join("ejabberd.yml")
    }

    fn write_config(&self) -> Result<()> {
        let path = root().join("ejabberd/ejabberd.yml");
        let config = fs::read_to_string(&path).context(path.display())?;
        let config = config
            .replace("@HTTP_PORT@", &self.http_port.to_string())
            .replace("@C2S_PORT@", &self.c2s_port.to_string());
        fs::write(self.config_file(), config).context("cannot write the configuration of ejabberd")
    }

    /// The folder of everything it keeps.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

impl Drop for Ejabberd {
    fn drop(&mut self) {
        self.kill();
        fs::remove_dir_all(&self.dir).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_stops_and_starts_again_with_its_data_and_leaves_nobody_behind() {
        let mut server = Ejabberd::start().unwrap();
        let (dir, port) = (server.dir().to_owned(), server.http_port());
        server.add_account("alice", "secret").unwrap();
        assert!(server.add_account("alice", "secret").is_err(), "there is one already");
        server.stop();
        assert!(!server.answers());
        server.start_again().unwrap();
        assert_eq!(server.http_port(), port);
        assert!(server.add_account("alice", "secret").is_err(), "it is still there");
        drop(server);
        assert!(!dir.exists());
        // The port mapper of Erlang nodes listens on 4369 if somebody started it.
        let epmd = fs::read_dir("/proc").unwrap().flatten().any(|entry| {
            fs::read_to_string(entry.path().join("comm")).is_ok_and(|name| name.trim() == "epmd")
        });
        assert!(!epmd, "an epmd runs");
    }
}
