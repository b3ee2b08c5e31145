//! The driver's ports on tokio, for a single-threaded runtime.

use super::disk::{Disk, Trouble};
use driver::{HostMeta, Inbox, Input, MemoryStore, Ports, Socket};
use futures_util::{SinkExt, StreamExt};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use model::{BareJid, Hash, StoreError, Timestamp};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::io::Read;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;

/// No document of ours is larger.
const MAX_DOCUMENT_BYTES: usize = 64 * 1024;

/// What a device keeps while no app runs on it: cloning shares it, as two starts of the app do.
#[derive(Clone, Default)]
pub struct Device {
    stores: Rc<RefCell<BTreeMap<BareJid, MemoryStore>>>,
    account: Rc<RefCell<Option<BareJid>>>,
    trouble: Rc<RefCell<Trouble>>,
    origin: Option<String>,
    frames: Frames,
}

/// Whether the client sent it, and the frame.
type Frames = Rc<RefCell<Vec<(bool, String)>>>;

impl Device {
    /// A device whose page comes from this origin.
    pub fn with_page_from(origin: &str) -> Self {
        Self { origin: Some(origin.to_owned()), ..Self::default() }
    }

    /// The account the next start opens.
    pub fn account(&self) -> Option<BareJid> {
        self.account.borrow().clone()
    }

    /// Makes this the account that the next start opens.
    pub fn remember(&self, account: &BareJid) {
        *self.account.borrow_mut() = Some(account.clone());
    }

    /// The first frames since the last look, oldest first, and whether it was sent from here.
    pub fn take_frames(&self) -> Vec<(bool, String)> {
        self.frames.take()
    }

    /// The store of an account, made if need be.
    pub fn store(&self, account: &BareJid) -> Disk {
        let rows = self.stores.borrow_mut().entry(account.clone()).or_default().clone();
        Disk::new(rows, Rc::clone(&self.trouble))
    }

    /// What happens at a later commit.
    pub fn trouble(&self) -> Rc<RefCell<Trouble>> {
        Rc::clone(&self.trouble)
    }
}

/// Every task of one start of the app; dropping it ends them at once, as closing a tab does.
#[derive(Clone, Default)]
pub(super) struct Tasks(Rc<RefCell<Vec<AbortHandle>>>);

impl Tasks {
    fn spawn(&self, task: impl Future<Output = ()> + 'static) -> AbortHandle {
        let handle = tokio::task::spawn_local(task).abort_handle();
        self.0.borrow_mut().push(handle.clone());
        handle
    }

    /// Ends them all.
    pub(super) fn abort(&self) {
        self.0.borrow_mut().drain(..).for_each(|task| task.abort());
    }
}

/// The platform for one start of the app.
pub struct NativePorts {
    device: Device,
    started: Instant,
    pub(super) tasks: Tasks,
}

impl NativePorts {
    /// Ports of an app that starts on this device.
    pub fn new(device: Device) -> Self {
        Self { device, started: Instant::now(), tasks: Tasks::default() }
    }
}

impl Ports for NativePorts {
    type Store = Disk;
    type Socket = NativeSocket;

    fn now(&self) -> Timestamp {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp { mono_ms: millis(self.started.elapsed()), wall_ms: millis(wall).cast_signed() }
    }

    fn sleep(&self, ms: u64) -> impl Future<Output = ()> + 'static {
        tokio::time::sleep(Duration::from_millis(ms))
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.tasks.spawn(task);
    }

    fn entropy(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        let mut source = std::fs::File::open("/dev/urandom").expect("/dev/urandom");
        source.read_exact(&mut bytes).expect("32 random bytes");
        bytes
    }

    async fn open_store(&self, account: &BareJid) -> Result<Self::Store, StoreError> {
        Ok(self.device.store(account))
    }

    async fn claim(&self, _: &BareJid) -> bool {
        true
    }

    fn remember_account(&self, account: Option<&BareJid>) {
        *self.device.account.borrow_mut() = account.cloned();
    }

    fn open_socket(&self, url: &str, inbox: Inbox) -> NativeSocket {
        let (outgoing, frames) = mpsc::unbounded_channel();
        let seen = Rc::clone(&self.device.frames);
        self.tasks.spawn(run_socket(url.to_owned(), frames, inbox, seen));
        NativeSocket { outgoing }
    }

    async fn host_meta_json(&self, url: &str) -> Option<HostMeta> {
        serde_json::from_str(&self.fetch_text(url).await?).ok()
    }

    async fn fetch_text(&self, url: &str) -> Option<String> {
        let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
        let answer = client.get(url.parse().ok()?).await.ok()?;
        if !answer.status().is_success() {
            return None;
        }
        let body = Limited::new(answer.into_body(), MAX_DOCUMENT_BYTES).collect().await.ok()?;
        String::from_utf8(body.to_bytes().to_vec()).ok()
    }

    fn page_origin(&self) -> Option<String> {
        self.device.origin.clone()
    }

    async fn derive_key(&self, hash: Hash, password: &str, salt: &[u8], iterations: u32) -> Option<Vec<u8>> {
        Some(match hash {
            Hash::Sha1 => {
                pbkdf2::pbkdf2_hmac_array::<sha1::Sha1, 20>(password.as_bytes(), salt, iterations).to_vec()
            }
            Hash::Sha256 => {
                pbkdf2::pbkdf2_hmac_array::<sha2::Sha256, 32>(password.as_bytes(), salt, iterations).to_vec()
            }
        })
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// A WebSocket on a task of its own, which ends when this is dropped and what was sent is out, as in a browser.
pub struct NativeSocket {
    outgoing: mpsc::UnboundedSender<String>,
}

impl Socket for NativeSocket {
    fn send(&self, text: &str) {
        // The task is gone once the socket is closed; frames sent after that are lost, as in a browser.
        let _ = self.outgoing.send(text.to_owned());
    }
}

async fn run_socket(url: String, frames: mpsc::UnboundedReceiver<String>, inbox: Inbox, seen: Frames) {
    exchange(&url, frames, &inbox, &seen).await;
    inbox.push(Input::Closed);
}

/// Log-ins are looked at, not bursts. With `GOLDCREST_TRACE=1` every frame is on stderr, for whoever looks for a fault.
fn note(url: &str, seen: &Frames, sent: bool, frame: &str) {
    if std::env::var_os("GOLDCREST_TRACE").is_some() {
        eprintln!("{url} {} {frame}", if sent { ">>" } else { "<<" });
    }
    let mut seen = seen.borrow_mut();
    if seen.len() < 1_000 {
        seen.push((sent, frame.to_owned()));
    }
}

/// Moves frames both ways until either side ends.
async fn exchange(url: &str, mut frames: mpsc::UnboundedReceiver<String>, inbox: &Inbox, seen: &Frames) {
    let Ok(mut request) = url.into_client_request() else { return };
    request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static("xmpp"));
    let Ok((mut socket, _)) = tokio_tungstenite::connect_async(request).await else { return };
    inbox.push(Input::Opened);
    loop {
        tokio::select! {
            frame = frames.recv() => {
                let Some(frame) = frame else { return drop(socket.close(None).await) };
                note(url, seen, true, &frame);
                if socket.send(Message::text(frame)).await.is_err() { return; }
            }
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    note(url, seen, false, text.as_str());
                    inbox.push(Input::Frame(text.as_str().to_owned()));
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
        }
    }
}
