//! Where every callback puts what it heard. Callbacks only enqueue; the pump handles.

use engine::Input;
use futures_channel::mpsc::UnboundedSender;

/// An input, and the number of the socket it came from, if any: what a dropped socket had already put into the queue
/// must not be taken for its successor's.
pub(crate) struct Letter {
    pub(crate) socket: Option<u64>,
    pub(crate) input: Input,
    /// Called when all that follows from the input is on disk.
    pub(crate) stored: Option<Stored>,
}

/// What is done when something is on disk.
pub(crate) type Stored = Box<dyn FnOnce()>;

/// A sender into the pump's queue. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Inbox {
    sender: UnboundedSender<Letter>,
    socket: Option<u64>,
}

impl Inbox {
    pub(crate) fn new(sender: UnboundedSender<Letter>) -> Self {
        Self { sender, socket: None }
    }

    /// The inbox of one socket.
    pub(crate) fn of_socket(&self, socket: u64) -> Self {
        Self { sender: self.sender.clone(), socket: Some(socket) }
    }

    /// Puts an input into the queue. Silently dropped once the pump is gone.
    pub fn push(&self, input: Input) {
        self.post(input, None);
    }

    pub(crate) fn post(&self, input: Input, stored: Option<Stored>) {
        let _ = self.sender.unbounded_send(Letter { socket: self.socket, input, stored });
    }
}
