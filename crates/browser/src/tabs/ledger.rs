//! What was asked for, by whom, and whether it was done: so that what must happen once happens once, whoever leads.

use std::collections::VecDeque;

/// Who leads remembers this many things it was asked for.
const MEMORY: usize = 1_000;

/// What this page asked for and has no answer to, oldest first.
#[derive(Debug)]
pub(super) struct Asked<T>(Vec<(String, T)>);

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Asked<T> {
    pub(super) fn add(&mut self, id: &str, what: T) {
        self.0.push((id.to_owned(), what));
    }

    /// It is done.
    pub(super) fn answered(&mut self, id: &str) {
        self.0.retain(|(asked, _)| asked != id);
    }

    /// All of it, to be asked for again.
    pub(super) fn all(&self) -> &[(String, T)] {
        &self.0
    }

    /// Nothing of it counts any more.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// How far a thing is that somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nobody asked before.
    New,
    /// It is being done.
    UnderWay,
    /// It is done, and on disk.
    Done,
}

/// What the page that leads was asked for.
#[derive(Debug, Default)]
pub(super) struct Given(VecDeque<(String, bool)>);

impl Given {
    /// Somebody asks for something: how far it is. What is new is under way from now on.
    pub(super) fn take(&mut self, id: &str) -> Standing {
        match self.0.iter().find(|(given, _)| given == id) {
            Some((_, true)) => Standing::Done,
            Some((_, false)) => Standing::UnderWay,
            None => {
                if self.0.len() >= MEMORY {
                    self.0.pop_front();
                }
                self.0.push_back((id.to_owned(), false));
                Standing::New
            }
        }
    }

    /// It is on disk.
    pub(super) fn done(&mut self, id: &str) {
        if let Some((_, done)) = self.0.iter_mut().find(|(given, _)| given == id) {
            *done = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_answer_is_asked_for_again_in_order() {
        let mut asked = Asked::default();
        for (id, what) in [("a", 1), ("b", 2), ("c", 3)] {
            asked.add(id, what);
        }
        asked.answered("b");
        asked.answered("never asked");
        assert_eq!(asked.all(), [("a".to_owned(), 1), ("c".to_owned(), 3)]);
        asked.clear();
        assert!(asked.all().is_empty());
    }

    #[test]
    fn what_is_asked_for_twice_is_done_once() {
        let mut given = Given::default();
        assert_eq!(given.take("a"), Standing::New);
        assert_eq!(given.take("a"), Standing::UnderWay);
        given.done("a");
        assert_eq!((given.take("a"), given.take("b")), (Standing::Done, Standing::New));
        for n in 0..MEMORY {
            assert_eq!(given.take(&n.to_string()), Standing::New);
        }
        assert_eq!(given.0.len(), MEMORY, "a page that leads for weeks does not grow for ever");
    }
}
