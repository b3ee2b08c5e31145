//! Messages that the person wants to find again.

use super::AppState;
use crate::live::{Live, effect};
use leptos::task::spawn_local;
use model::{Command, LocalId, MessageRow};
use std::rc::Rc;

impl AppState {
    /// Marks a message of the open chat as one of them, or no longer.
    pub(crate) fn star(self, id: &LocalId) {
        if let Some(row) = self.timeline.row(id) {
            self.command(Command::Star { chat: row.chat, id: row.id, on: !row.starred });
        }
    }

    /// All of them, the newest first; nothing as long as they are being read. For a screen that is being built: read again whenever the
    /// connection changes, for a page may show them before there is a way to read any.
    pub(crate) fn starred(self) -> Live<Option<Rc<[MessageRow]>>> {
        let found = Live::default();
        let told = found.clone();
        effect(move || {
            let _ = self.connection();
            if let Some(backend) = self.backend() {
                let (rows, told) = (backend.starred(), told.clone());
                spawn_local(async move { told.set_if_new(Some(rows.await.into())) });
            }
        });
        found
    }
}
