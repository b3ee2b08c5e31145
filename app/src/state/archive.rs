//! What the server keeps for us, and what of it is not here yet.

use super::AppState;
use model::{ArchivePolicy, Command, Connection};
use projection::{Hole, TimelineItem};

impl AppState {
    /// Notes which hole of the open chat is in view, by its key, and has a page of it fetched, unless that is under way.
    pub(crate) fn look_at_hole(self, key: Option<&str>) {
        let hole =
            key.and_then(|key| self.timeline.rows().row(&key.into())).and_then(|item| match item.now() {
                TimelineItem::Hole(hole) => Some(hole),
                _ => None,
            });
        if self.connection.now() == Connection::Online
            && let Some((chat, before)) = self.timeline.look_at_hole(hole)
        {
            self.command(Command::FetchHistory { chat, before });
        }
    }

    /// Has a page of a hole fetched, also if it was asked for in vain.
    pub(crate) fn fetch_hole(self, key: &str) {
        self.timeline.forget_asked();
        self.look_at_hole(Some(key));
    }

    /// Nothing came in all this time: no longer says that it is on its way.
    pub(crate) fn give_up_hole(self, hole: Hole) {
        self.timeline.give_up(hole);
    }

    /// What the server keeps, if it leaves us a choice and there is a connection to make it.
    pub(crate) fn archive_policy(self) -> Option<ArchivePolicy> {
        self.archive_policy.get().filter(|_| self.connection() == Connection::Online)
    }

    /// The server did not confirm the choice yet.
    pub(crate) fn archive_choosing(self) -> bool {
        self.archive_choosing.get()
    }

    /// Asks what the server keeps.
    pub(crate) fn ask_archive_policy(self) {
        self.command(Command::ArchivePolicy(None));
    }

    /// Chooses what it keeps.
    pub(crate) fn choose_archive_policy(self, policy: ArchivePolicy) {
        self.archive_policy.set(Some(policy));
        self.archive_choosing.set(true);
        self.command(Command::ArchivePolicy(Some(policy)));
    }
}
