//! Where every callback puts what it heard. Callbacks only enqueue; the pump handles.

use engine::Input;
use futures_channel::mpsc::UnboundedSender;

/// A sender into the pump's queue. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Inbox {
    sender: UnboundedSender<Input>,
}

impl Inbox {
    pub(crate) fn new(sender: UnboundedSender<Input>) -> Self {
        Self { sender }
    }

    /// Puts an input into the queue. Silently dropped once the pump is gone.
    pub fn push(&self, input: Input) {
        let _ = self.sender.unbounded_send(input);
    }
}
