//! Values that the screens follow.
//!
//! leptos's own signals are generic: each type of value brings its own copy of the code that stores, reads, writes and tells (measured:
//! 50 KB of code for the types used here). A [`Live`] is a plain cell beside one of leptos's triggers, which know no type, and there is
//! one kind of [`effect`]. So the graph in the download is leptos's, once.

use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use leptos::reactive::signal::ArcTrigger;
use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

/// A value that tells its readers when it changes. A clone is a second handle to the same value.
pub(crate) struct Live<T>(Rc<Inner<T>>);

struct Inner<T> {
    changed: ArcTrigger,
    value: RefCell<T>,
}

impl<T> Clone for Live<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T: Default> Default for Live<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Live<T> {
    /// Holds this value.
    pub(crate) fn new(value: T) -> Self {
        Self(Rc::new(Inner { changed: ArcTrigger::new(), value: RefCell::new(value) }))
    }

    /// Reads the value; whoever runs now runs again when it changes.
    pub(crate) fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        self.0.changed.track();
        self.peek(read)
    }

    /// Reads the value, not tracked.
    pub(crate) fn peek<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.0.value.borrow())
    }

    /// A closure that reads a part of the value.
    pub(crate) fn part<R, F: Fn(&T) -> R>(&self, read: F) -> impl Fn() -> R + use<T, R, F> {
        let live = self.clone();
        move || live.with(&read)
    }

    /// Writes the value. Readers run after whatever runs now, once for any number of writes.
    pub(crate) fn set(&self, value: T) {
        self.0.value.replace(value);
        self.0.changed.notify();
    }

    /// Changes the value in place.
    pub(crate) fn update(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.0.value.borrow_mut());
        self.0.changed.notify();
    }
}

impl<T: Clone> Live<T> {
    /// The value; whoever runs now runs again when it changes.
    pub(crate) fn get(&self) -> T {
        self.with(T::clone)
    }

    /// The value, not tracked.
    pub(crate) fn now(&self) -> T {
        self.peek(T::clone)
    }
}

impl<T: PartialEq> Live<T> {
    /// Writes the value if it is another one.
    pub(crate) fn set_if_new(&self, value: T) {
        if self.peek(|old| *old != value) {
            self.set(value);
        }
    }
}

/// A closure behind a pointer, to be called by reference and in no other way. The table of a `dyn Fn` also holds the code that calls
/// it by value, which nobody ever does (measured: 10 KB of code).
pub(crate) trait Call<A, R> {
    /// Calls it.
    fn call(&self, argument: A) -> R;
}

impl<A, R, F: Fn(A) -> R> Call<A, R> for F {
    fn call(&self, argument: A) -> R {
        self(argument)
    }
}

/// A boxed closure that gives a value.
pub(crate) type Give<R> = Box<dyn Call<(), R>>;

/// Boxes a closure without arguments.
pub(crate) fn give<R>(give: impl Fn() -> R + 'static) -> Give<R> {
    Box::new(move |()| give())
}

/// Runs now, and again whenever what it read changed, until its owner is gone.
pub(crate) fn effect(run: impl Fn() + 'static) {
    boxed_effect(give(run));
}

fn boxed_effect(run: Give<()>) {
    keep(Box::new(RenderEffect::new(move |_| run.call(()))));
}

/// Keeps something until the owner of what is being built is gone.
pub(crate) fn keep(it: Box<dyn Any>) {
    let _ = ArenaItem::new_local(it);
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use leptos::reactive::graph::{AnySource, AnySubscriber, ReactiveNode, Subscriber, WithObserver};
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{Arc, Weak};

    /// Somebody who reads and counts how often they are told of a change.
    #[derive(Default)]
    struct Reader(AtomicU32);

    impl ReactiveNode for Reader {
        fn mark_dirty(&self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        fn mark_check(&self) {}
        fn mark_subscribers_check(&self) {}
        fn update_if_necessary(&self) -> bool {
            false
        }
    }

    impl Subscriber for Reader {
        fn add_source(&self, _: AnySource) {}
        fn clear_sources(&self, _: &AnySubscriber) {}
    }

    /// How often somebody who has read this is told of a change meanwhile.
    pub(crate) fn told<R>(read: impl FnOnce() -> R, meanwhile: impl FnOnce()) -> u32 {
        let reader = Arc::new(Reader::default());
        let weak: Weak<Reader> = Arc::downgrade(&reader);
        AnySubscriber(Arc::as_ptr(&reader) as usize, weak).with_observer(read);
        meanwhile();
        reader.0.load(Ordering::Relaxed)
    }

    #[test]
    fn a_clone_is_the_same_value() {
        let live = Live::new(1);
        let other = live.clone();
        assert_eq!(told(|| live.get(), || other.set(2)), 1);
        assert_eq!((live.now(), other.now()), (2, 2));
        let doubled = live.part(|value| value * 2);
        assert_eq!(told(&doubled, || other.update(|value| *value += 1)), 1);
        assert_eq!(doubled(), 6);
    }

    #[test]
    fn only_news_are_told_and_only_to_who_wants_them() {
        let live = Live::new(1);
        assert_eq!(told(|| live.get(), || live.set_if_new(1)), 0);
        assert_eq!(told(|| live.get(), || live.set_if_new(2)), 1);
        assert_eq!(told(|| (live.now(), live.peek(|value| *value)), || live.set(3)), 0);
    }
}
