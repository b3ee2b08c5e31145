//! Waiting: for a value that comes later, and not for ever.
//!
//! Every future that is raced or shared is a state machine of its own in the download, so what waits here is boxed or
//! borrowed as a `dyn Future`.

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

/// Does a piece of work; false if it was not done after `ms` milliseconds. Then it stays where it stands.
pub(crate) async fn in_time(ms: u32, work: Pin<&mut (dyn Future<Output = ()> + '_)>) -> bool {
    matches!(select(work, TimeoutFuture::new(ms)).await, Either::Left(_))
}

/// A value that comes later. A clone waits for the same one.
#[derive(Clone, Debug)]
pub(crate) struct Later<T>(Rc<RefCell<State<T>>>);

/// Brings the value of a [`Later`].
#[derive(Clone, Debug)]
pub(crate) struct Bringer<T>(Weak<RefCell<State<T>>>);

#[derive(Debug)]
enum State<T> {
    Awaited(Vec<Waker>),
    Here(T),
}

/// A value that comes later, and who brings it.
pub(crate) fn later<T>() -> (Bringer<T>, Later<T>) {
    let state = Rc::new(RefCell::new(State::Awaited(Vec::new())));
    (Bringer(Rc::downgrade(&state)), Later(state))
}

impl<T> Bringer<T> {
    /// Brings the value. `Err` gives it back: nobody waits any more.
    pub(crate) fn bring(&self, value: T) -> Result<(), T> {
        let Some(state) = self.0.upgrade() else { return Err(value) };
        if let State::Awaited(wakers) = state.replace(State::Here(value)) {
            wakers.into_iter().for_each(Waker::wake);
        }
        Ok(())
    }
}

impl<T: Clone> Future for Later<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        match &mut *self.0.borrow_mut() {
            State::Here(value) => Poll::Ready(value.clone()),
            State::Awaited(wakers) => {
                if !wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
                    wakers.push(cx.waker().clone());
                }
                Poll::Pending
            }
        }
    }
}
