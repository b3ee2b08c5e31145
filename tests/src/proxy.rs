//! A network between a client and a server that can be slow, cut in the middle of a frame, or frozen as a phone's is when it
//! sleeps.

use crate::dice::Dice;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;

/// Chunks on their way in one direction: more, and the sender has to wait.
const IN_FLIGHT: usize = 256;

/// What the network does with bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Carries them.
    Flowing,
    /// Keeps every connection open and carries nothing; later it carries what it held back.
    Frozen,
    /// Keeps every connection open and loses what comes.
    Swallowing,
    /// Loses what the server says, and carries what the client says.
    Deaf,
    /// Lets nobody in.
    Refusing,
}

/// How good a network is that works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weather {
    /// How long bytes take, milliseconds: at least, and at most. What was sent first arrives first.
    pub latency_ms: (u64, u64),
    /// How many bytes a second it carries in each direction; 0: as many as there are.
    pub bytes_per_second: u32,
    /// Bytes come one at a time.
    pub is_crumbly: bool,
}

/// The plan of the next cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// None is near.
    No,
    /// After this many more bytes, in whatever direction.
    After(u64),
    /// In the middle of what comes next.
    Truncate,
}

#[derive(Debug)]
struct State {
    cut: Cut,
    weather: Weather,
    dice: Dice,
    connections: u64,
    open: usize,
    resumed: usize,
}

type Shared = Arc<Mutex<State>>;

fn lock(state: &Shared) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A TCP proxy on loopback; every connection through it ends when it is dropped.
pub struct Proxy {
    port: u16,
    mode: watch::Sender<Mode>,
    /// Grows by one with every cut.
    cuts: watch::Sender<u32>,
    state: Shared,
    accepting: AbortHandle,
}

impl Proxy {
    /// Starts one in front of a port on loopback.
    pub async fn start(to_port: u16) -> Self {
        Self::seeded(to_port, 1).await
    }

    /// The same; what is left to chance follows from this seed.
    pub async fn seeded(to_port: u16, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("the port of a listener").port();
        let (mode, modes) = watch::channel(Mode::Flowing);
        let (cuts, cut) = watch::channel(0);
        let (weather, dice) = (Weather::default(), Dice::new(seed));
        let state =
            Arc::new(Mutex::new(State { cut: Cut::No, weather, dice, connections: 0, open: 0, resumed: 0 }));
        let shared = Arc::clone(&state);
        let target = SocketAddr::from(([127, 0, 0, 1], to_port));
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let (modes, mut cut, shared) = (modes.clone(), cut.clone(), Arc::clone(&shared));
                if *modes.borrow() == Mode::Refusing {
                    continue;
                }
                lock(&shared).connections += 1;
                cut.mark_unchanged();
                let open = Open::new(&shared);
                connections.spawn(async move {
                    let _open = open;
                    let Ok(server) = TcpStream::connect(target).await else { return };
                    tokio::select! {
                        () = carry(client, server, modes, shared) => {}
                        _ = cut.changed() => {}
                    }
                });
            }
        });
        Self { port, mode, cuts, state, accepting: accepting.abort_handle() }
    }

    /// Where it listens on loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The WebSocket address that leads through it to a Prosody.
    pub fn ws_url(&self) -> String {
        format!("ws://127.0.0.1:{}/xmpp-websocket", self.port)
    }

    /// How many connections it let in.
    pub fn connections(&self) -> u64 {
        lock(&self.state).connections
    }

    /// How many connections there are.
    pub fn open(&self) -> usize {
        lock(&self.state).open
    }

    /// How often the server said that a stream goes on (XEP-0198 §5).
    pub fn resumed(&self) -> usize {
        lock(&self.state).resumed
    }

    /// How good the network is from now on.
    pub fn set_weather(&self, weather: Weather) {
        lock(&self.state).weather = weather;
    }

    /// Cuts every connection; new ones are carried.
    pub fn cut(&self) {
        lock(&self.state).cut = Cut::No;
        self.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Cuts the connection in use after this many more bytes, in whatever direction and in the middle of whatever they are.
    pub fn cut_after(&self, bytes: u64) {
        lock(&self.state).cut = Cut::After(bytes);
    }

    /// Carries half of what comes next, and closes the connection.
    pub fn truncate(&self) {
        lock(&self.state).cut = Cut::Truncate;
    }

    /// True until the cut that was asked for has come.
    pub fn is_cut_near(&self) -> bool {
        lock(&self.state).cut != Cut::No
    }

    /// Carries nothing more, and says nothing about it.
    pub fn freeze(&self) {
        self.mode.send_replace(Mode::Frozen);
    }

    /// Loses everything from now on, and says nothing about it: a connection that is open on one side only. What was lost is lost:
    /// these connections are to be cut before it carries again.
    pub fn swallow(&self) {
        self.mode.send_replace(Mode::Swallowing);
    }

    /// Loses what the server says and carries what the client says, as when it breaks between a message and its acknowledgement.
    /// To be cut before it carries again.
    pub fn deafen(&self) {
        self.mode.send_replace(Mode::Deaf);
    }

    /// Lets nobody in any more; who is in stays.
    pub fn refuse(&self) {
        self.mode.send_replace(Mode::Refusing);
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

/// An open connection.
struct Open(Shared);

impl Open {
    fn new(state: &Shared) -> Self {
        lock(state).open += 1;
        Self(Arc::clone(state))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        lock(&self.0).open -= 1;
    }
}

async fn carry(client: TcpStream, server: TcpStream, modes: watch::Receiver<Mode>, state: Shared) {
    // Crumbs are to leave as crumbs.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = one_way(from_client, to_server, modes.clone(), &state, Mode::Swallowing) => {}
        () = one_way(from_server, to_client, modes, &state, Mode::Deaf) => {}
    }
}

async fn one_way(
    from: impl AsyncReadExt + Unpin,
    to: impl AsyncWriteExt + Unpin,
    modes: watch::Receiver<Mode>,
    state: &Shared,
    lossy: Mode,
) {
    let (sender, chunks) = mpsc::channel(IN_FLIGHT);
    // The last bytes of a side that ends still arrive; after a cut nobody has to read on.
    let taking = async {
        take_in(from, sender, state).await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = give_out(to, chunks, modes, state, lossy) => {}
        () = taking => {}
    }
}

/// Reads, and says when each chunk is due.
async fn take_in(
    mut from: impl AsyncReadExt + Unpin,
    chunks: mpsc::Sender<(Instant, Vec<u8>)>,
    state: &Shared,
) {
    let mut bytes = vec![0; 16 * 1024];
    let mut last = Instant::now();
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let delay = {
            let mut state = lock(state);
            let (least, most) = state.weather.latency_ms;
            least + state.dice.roll(most.saturating_sub(least) + 1)
        };
        last = last.max(Instant::now() + Duration::from_millis(delay));
        if chunks.send((last, bytes[..count].to_vec())).await.is_err() {
            return;
        }
    }
}

async fn give_out(
    mut to: impl AsyncWriteExt + Unpin,
    mut chunks: mpsc::Receiver<(Instant, Vec<u8>)>,
    mut modes: watch::Receiver<Mode>,
    state: &Shared,
    lossy: Mode,
) {
    // Behind a hole nothing may come any more: TCP has no holes.
    let mut is_broken = false;
    let mut said = Vec::new();
    while let Some((due, bytes)) = chunks.recv().await {
        tokio::time::sleep_until(due).await;
        if modes.wait_for(|mode| *mode != Mode::Frozen).await.is_err() {
            return;
        }
        let mode = *modes.borrow();
        is_broken |= mode == Mode::Swallowing || mode == lossy;
        if is_broken {
            continue;
        }
        let (carried, weather) = {
            let mut state = lock(state);
            (state.carried(bytes.len()), state.weather)
        };
        if lossy == Mode::Deaf {
            // A server's frames are not masked. The words may come in two pieces.
            said.extend_from_slice(&bytes[..carried]);
            lock(state).resumed += said.windows(RESUMED.len()).filter(|words| *words == RESUMED).count();
            said.drain(..said.len().saturating_sub(RESUMED.len() - 1));
        }
        let step = if weather.is_crumbly { 1 } else { usize::MAX };
        for part in bytes[..carried].chunks(step) {
            if to.write_all(part).await.is_err() {
                return;
            }
            if weather.bytes_per_second > 0 {
                let share = u32::try_from(part.len()).unwrap_or(u32::MAX);
                tokio::time::sleep(Duration::from_secs(1) * share / weather.bytes_per_second).await;
            }
        }
        if carried < bytes.len() {
            return;
        }
    }
}

impl State {
    /// How many of these bytes get through before the cut; once it has come, it is over.
    fn carried(&mut self, count: usize) -> usize {
        let carried = match self.cut {
            Cut::No => return count,
            Cut::Truncate => count / 2,
            Cut::After(left) => usize::try_from(left).unwrap_or(usize::MAX).min(count),
        };
        self.cut = match self.cut {
            Cut::After(left) if carried == count => Cut::After(left - carried as u64),
            _ => Cut::No,
        };
        carried
    }
}
