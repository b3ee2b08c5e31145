//! A static server for `dist/` on loopback, as an operator would set one up: right MIME types, caching, precompressed
//! files, and `config.json` and host-meta beside the page.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::{Context, Result};

/// An idle connection is closed after this long, so that a stopped server's threads end.
const IDLE: Duration = Duration::from_secs(10);
const MAX_HEAD: u64 = 16 * 1024;

/// What is served beside the files.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// TCP port on loopback; 0 takes a free one. Give the old port to come back at the same origin.
    pub port: u16,
    /// Body of `/config.json` (the operator's presets); without it the path is 404.
    pub config_json: Option<String>,
    /// Body of `/.well-known/host-meta.json` (XEP-0156); without it the path is 404.
    pub host_meta_json: Option<String>,
    /// Body of `/.well-known/host-meta` (XEP-0156); without it the path is 404.
    pub host_meta_xml: Option<String>,
}

/// A running server; it stops when dropped.
#[derive(Debug)]
pub struct StaticServer {
    port: u16,
    stopped: Arc<AtomicBool>,
    accepting: Option<thread::JoinHandle<()>>,
}

struct Site {
    dist: PathBuf,
    made: BTreeMap<&'static str, String>,
    stopped: Arc<AtomicBool>,
}

struct Response {
    status: &'static str,
    mime: &'static str,
    cache: &'static str,
    encoding: Option<&'static str>,
    body: Vec<u8>,
}

impl StaticServer {
    /// Serves `dist` on 127.0.0.1 from threads of its own.
    pub fn start(dist: &Path, config: Config) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", config.port))
            .context(format_args!("cannot listen on port {}", config.port))?;
        let port = listener.local_addr().context("cannot read the port")?.port();
        let stopped = Arc::new(AtomicBool::new(false));
        let made = [
            ("/config.json", config.config_json),
            ("/.well-known/host-meta.json", config.host_meta_json),
            ("/.well-known/host-meta", config.host_meta_xml),
        ];
        let site = Arc::new(Site {
            dist: dist.to_path_buf(),
            made: made.into_iter().filter_map(|(path, body)| Some((path, body?))).collect(),
            stopped: Arc::clone(&stopped),
        });
        let accepting = thread::spawn(move || {
            for stream in listener.incoming().map_while(std::result::Result::ok) {
                if site.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let site = Arc::clone(&site);
                // A broken connection is the browser's business; it asks again.
                thread::spawn(move || site.answer(&stream).ok());
            }
        });
        Ok(Self { port, stopped, accepting: Some(accepting) })
    }

    /// Where the page is, such as `http://127.0.0.1:40123/`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// The TCP port on loopback.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for StaticServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes accept(), which then sees the flag and closes the listener.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        if let Some(accepting) = self.accepting.take() {
            accepting.join().ok();
        }
    }
}

impl Site {
    fn answer(&self, stream: &TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(IDLE))?;
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        while let Some((method, target, brotli)) = read_head(&mut reader)? {
            // A stopped server says nothing more, also on a connection that was kept open.
            if self.stopped.load(Ordering::SeqCst) {
                return Ok(());
            }
            let response = match method.as_str() {
                "GET" | "HEAD" => self.find(&target, brotli),
                _ => Response::error("405 Method Not Allowed"),
            };
            response.write(stream, method == "HEAD")?;
        }
        Ok(())
    }

    fn find(&self, target: &str, brotli: bool) -> Response {
        let path = target.split(['?', '#']).next().unwrap_or("/");
        if let Some(body) = self.made.get(path) {
            return Response {
                status: "200 OK",
                mime: if path.ends_with("json") { mime(".json") } else { "application/xrd+xml" },
                cache: "no-cache",
                encoding: None,
                body: body.clone().into_bytes(),
            };
        }
        let relative = if path == "/" { "index.html" } else { path.trim_start_matches('/') };
        // Only plain names below dist: no `..`, no absolute path. The app's own names need no percent-decoding.
        if Path::new(relative).components().any(|part| !matches!(part, Component::Normal(_))) {
            return Response::error("404 Not Found");
        }
        let file = self.dist.join(relative);
        let cache = if is_hashed(relative) { "public, max-age=31536000, immutable" } else { "no-cache" };
        let compressed =
            brotli.then(|| std::fs::read(self.dist.join(format!("{relative}.br"))).ok()).flatten();
        let encoding = compressed.is_some().then_some("br");
        match compressed.map_or_else(|| std::fs::read(&file), Ok) {
            Ok(body) => Response { status: "200 OK", mime: mime(relative), cache, encoding, body },
            Err(_) => Response::error("404 Not Found"),
        }
    }
}

impl Response {
    fn error(status: &'static str) -> Self {
        Self { status, mime: "text/plain", cache: "no-store", encoding: None, body: status.into() }
    }

    fn write(&self, mut to: impl Write, head_only: bool) -> std::io::Result<()> {
        let Self { status, mime, cache, encoding, body } = self;
        let encoding = encoding.map_or_else(String::new, |name| format!("Content-Encoding: {name}\r\n"));
        // host-meta is read from other origins: XEP-0156 asks for CORS.
        let mut bytes = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {mime}\r\nContent-Length: {}\r\nCache-Control: {cache}\r\n{encoding}\
             Vary: Accept-Encoding\r\nX-Content-Type-Options: nosniff\r\nAccess-Control-Allow-Origin: *\r\n\r\n",
            body.len()
        )
        .into_bytes();
        if !head_only {
            bytes.extend_from_slice(body);
        }
        to.write_all(&bytes)
    }
}

/// Reads one request: its method, its target and whether it takes brotli. `None` at the end of the connection.
fn read_head(reader: &mut impl BufRead) -> std::io::Result<Option<(String, String, bool)>> {
    let mut limited = reader.take(MAX_HEAD);
    let mut line = String::new();
    if limited.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(None) };
    let (method, target) = (method.to_owned(), target.to_owned());
    let mut brotli = false;
    loop {
        let mut header = String::new();
        if limited.read_line(&mut header)? == 0 {
            return Ok(None);
        }
        let header = header.trim().to_ascii_lowercase();
        if header.is_empty() {
            return Ok(Some((method, target, brotli)));
        }
        if let Some(codings) = header.strip_prefix("accept-encoding:") {
            brotli = codings.split(',').any(|coding| coding.trim() == "br");
        }
    }
}

/// Trunk puts a hash of 14 to 16 hexadecimal digits into the names of what it builds.
pub(crate) fn is_hashed(path: &str) -> bool {
    path.split(['-', '_', '.', '/'])
        .any(|part| (14..=16).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn mime(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(port: u16, target: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream
            .write_all(format!("GET {target} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n").as_bytes())
            .unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn dist(name: &str) -> PathBuf {
        let dist = std::env::temp_dir().join(format!("goldcrest-serve-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dist).unwrap();
        std::fs::write(dist.join("index.html"), "<p>page").unwrap();
        std::fs::write(dist.join("app-0123456789abcdef.js"), "plain").unwrap();
        std::fs::write(dist.join("app-0123456789abcdef.js.br"), "small").unwrap();
        dist
    }

    #[test]
    fn serves_files_with_types_caching_and_brotli() {
        let dist = dist("files");
        let server = StaticServer::start(&dist, Config::default()).unwrap();
        let page = get(server.port(), "/?s=pwa", "");
        assert!(page.starts_with("HTTP/1.1 200 OK") && page.ends_with("<p>page"), "{page}");
        assert!(page.contains("text/html") && page.contains("no-cache"), "{page}");
        let script = get(server.port(), "/app-0123456789abcdef.js", "");
        assert!(script.contains("immutable") && script.ends_with("plain"), "{script}");
        let small = get(server.port(), "/app-0123456789abcdef.js", "Accept-Encoding: gzip, br\r\n");
        assert!(small.contains("Content-Encoding: br") && small.ends_with("small"), "{small}");
        std::fs::remove_dir_all(dist).unwrap();
    }

    #[test]
    fn serves_only_what_is_below_dist() {
        let dist = dist("below");
        let server = StaticServer::start(&dist, Config::default()).unwrap();
        for target in [
            "/../etc/passwd",
            "//etc/passwd/../passwd",
            "/missing.js",
            "/config.json",
            "/.well-known/host-meta",
        ] {
            assert!(get(server.port(), target, "").starts_with("HTTP/1.1 404"), "{target}");
        }
        std::fs::remove_dir_all(dist).unwrap();
    }

    #[test]
    fn configuration_is_made_from_arguments_and_the_port_can_be_taken_again() {
        let dist = dist("config");
        let server =
            StaticServer::start(&dist, Config { config_json: Some("{}".into()), ..Config::default() })
                .unwrap();
        let port = server.port();
        assert!(get(port, "/config.json", "").ends_with("{}"));
        drop(server);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        let again = StaticServer::start(&dist, Config { port, ..Config::default() }).unwrap();
        assert!(get(again.port(), "/config.json", "").starts_with("HTTP/1.1 404"));
        std::fs::remove_dir_all(dist).unwrap();
    }
}
