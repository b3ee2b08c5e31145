//! When a chat follows its newest message, and when it stays where the reader is.

/// What the view does after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScrollTo {
    /// Shows the end.
    End,
    /// Keeps what is in view where it is.
    Stay,
}

/// The policy of one open chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scroll {
    /// `None` while the end is in view; else how many messages came since it was.
    unseen: Option<u32>,
}

impl Scroll {
    /// A chat opens at its end.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the view follows the end.
    pub fn sticks(self) -> bool {
        self.unseen.is_none()
    }

    /// Messages that came below what is in view, for the button that leads to the end.
    pub fn unseen(self) -> u32 {
        self.unseen.unwrap_or(0)
    }

    /// The reader scrolled; `at_end` tells whether the end is in view now.
    pub fn scrolled(&mut self, at_end: bool) {
        self.unseen = if at_end { None } else { Some(self.unseen()) };
    }

    /// A message came at the end. One's own always shows.
    pub fn appended(&mut self, own: bool) -> ScrollTo {
        match self.unseen {
            Some(unseen) if !own => {
                self.unseen = Some(unseen.saturating_add(1));
                ScrollTo::Stay
            }
            _ => self.to_end(),
        }
    }

    /// Something else changed size: an older page, a state, the keyboard.
    pub fn resized(self) -> ScrollTo {
        if self.sticks() { ScrollTo::End } else { ScrollTo::Stay }
    }

    /// The reader asked for the end.
    pub fn to_end(&mut self) -> ScrollTo {
        self.unseen = None;
        ScrollTo::End
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_followed_until_the_reader_leaves_it() {
        let mut scroll = Scroll::new();
        assert_eq!(
            (scroll.appended(false), scroll.unseen(), scroll.resized()),
            (ScrollTo::End, 0, ScrollTo::End)
        );
        scroll.scrolled(false);
        assert_eq!((scroll.appended(false), scroll.appended(false)), (ScrollTo::Stay, ScrollTo::Stay));
        scroll.scrolled(false);
        assert_eq!((scroll.unseen(), scroll.resized(), scroll.sticks()), (2, ScrollTo::Stay, false));
        scroll.scrolled(true);
        assert_eq!((scroll.unseen(), scroll.appended(false)), (0, ScrollTo::End));
    }

    #[test]
    fn an_own_message_and_the_button_lead_to_the_end() {
        let mut scroll = Scroll::new();
        scroll.scrolled(false);
        scroll.appended(false);
        assert_eq!((scroll.appended(true), scroll.unseen(), scroll.sticks()), (ScrollTo::End, 0, true));
        scroll.scrolled(false);
        assert_eq!((scroll.to_end(), scroll.sticks()), (ScrollTo::End, true));
    }
}
