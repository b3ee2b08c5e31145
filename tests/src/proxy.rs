//! A network between a client and a server that can be cut, or frozen as a phone's is when it sleeps.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

/// What the network does with bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Carries them.
    Flowing,
    /// Keeps every connection open and carries nothing.
    Frozen,
}

/// A TCP proxy on loopback; every connection through it ends when it is dropped.
pub struct Proxy {
    port: u16,
    mode: watch::Sender<Mode>,
    /// Grows by one with every cut.
    cuts: watch::Sender<u32>,
    /// How many bytes are carried before the next cut; negative: no cut is near.
    budget: Arc<AtomicI64>,
    seen: Arc<Seen>,
    accepting: AbortHandle,
}

/// What went through.
#[derive(Default)]
struct Seen {
    accepted: AtomicUsize,
    open: AtomicUsize,
    resumed: AtomicUsize,
}

/// An open connection.
struct Open(Arc<Seen>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Proxy {
    /// Starts one in front of a port on loopback.
    pub async fn start(to_port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("the port of a listener").port();
        let (mode, modes) = watch::channel(Mode::Flowing);
        let (cuts, cut) = watch::channel(0);
        let budget = Arc::new(AtomicI64::new(-1));
        let limit = Arc::clone(&budget);
        let seen = Arc::new(Seen::default());
        let sees = Arc::clone(&seen);
        let target = SocketAddr::from(([127, 0, 0, 1], to_port));
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let (modes, mut cut, limit) = (modes.clone(), cut.clone(), Arc::clone(&limit));
                cut.mark_unchanged();
                sees.accepted.fetch_add(1, Ordering::Relaxed);
                sees.open.fetch_add(1, Ordering::Relaxed);
                let open = Open(Arc::clone(&sees));
                connections.spawn(async move {
                    let Ok(server) = TcpStream::connect(target).await else { return };
                    tokio::select! {
                        () = carry(client, server, modes, limit, &open.0) => {}
                        _ = cut.changed() => {}
                    }
                });
            }
        });
        Self { port, mode, cuts, budget, seen, accepting: accepting.abort_handle() }
    }

    /// The WebSocket address that leads through it.
    pub fn ws_url(&self) -> String {
        format!("ws://127.0.0.1:{}/xmpp-websocket", self.port)
    }

    /// Cuts every connection; new ones are carried.
    pub fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Cuts the connection in use after this many more bytes, in whatever direction and in the middle of whatever they are.
    pub fn cut_after(&self, bytes: u64) {
        self.budget.store(bytes.try_into().unwrap_or(i64::MAX), Ordering::Relaxed);
    }

    /// True until the cut that was asked for has come.
    pub fn is_cut_near(&self) -> bool {
        self.budget.load(Ordering::Relaxed) >= 0
    }

    /// How many connections there were so far.
    pub fn accepted(&self) -> usize {
        self.seen.accepted.load(Ordering::Relaxed)
    }

    /// How many there are.
    pub fn open(&self) -> usize {
        self.seen.open.load(Ordering::Relaxed)
    }

    /// How often the server said that a stream goes on (XEP-0198 §5).
    pub fn resumed(&self) -> usize {
        self.seen.resumed.load(Ordering::Relaxed)
    }

    /// Carries nothing more, and says nothing about it.
    pub fn freeze(&self) {
        self.mode.send_replace(Mode::Frozen);
    }

    /// Carries again, what was held back included.
    pub fn thaw(&self) {
        self.mode.send_replace(Mode::Flowing);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// How the server begins to say that a stream goes on.
const RESUMED: &[u8] = b"<resumed ";

async fn carry(
    client: TcpStream,
    server: TcpStream,
    modes: watch::Receiver<Mode>,
    limit: Arc<AtomicI64>,
    seen: &Seen,
) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = one_way(from_client, to_server, modes.clone(), &limit, None) => {}
        () = one_way(from_server, to_client, modes, &limit, Some(&seen.resumed)) => {}
    }
}

async fn one_way(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut modes: watch::Receiver<Mode>,
    limit: &AtomicI64,
    resumed: Option<&AtomicUsize>,
) {
    let mut bytes = vec![0; 16 * 1024];
    let mut said = Vec::new();
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let flowing = modes.wait_for(|mode| *mode == Mode::Flowing).await.is_ok();
        let left = limit.load(Ordering::Relaxed);
        let carried = usize::try_from(left).map_or(count, |left| left.min(count));
        if left >= 0 {
            // Once it has come, the cut is over.
            let rest = if carried < count { -1 } else { left - i64::try_from(carried).unwrap_or(i64::MAX) };
            limit.store(rest, Ordering::Relaxed);
        }
        if let Some(resumed) = resumed {
            // A server's frames are not masked. The words may come in two pieces.
            said.extend_from_slice(&bytes[..carried]);
            resumed
                .fetch_add(said.windows(RESUMED.len()).filter(|w| *w == RESUMED).count(), Ordering::Relaxed);
            said.drain(..said.len().saturating_sub(RESUMED.len() - 1));
        }
        if !flowing || to.write_all(&bytes[..carried]).await.is_err() || carried < count {
            return;
        }
    }
}
