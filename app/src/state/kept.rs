//! Whether this device keeps what is stored.

use super::AppState;
use crate::live::effect;
use browser::{keeping, prefs};
use leptos::task::spawn_local;
use model::Problem;

impl AppState {
    /// Finds out whether the browser keeps what is stored, as soon as there is something to keep; the first time it is asked to.
    pub(crate) fn follow_keeping(self) {
        effect(move || {
            if self.account().is_some() {
                self.find_out_keeping(prefs::first_time_to_ask());
            }
        });
    }

    /// Asks the browser once more.
    pub(crate) fn ask_to_keep(self) {
        self.find_out_keeping(true);
    }

    fn find_out_keeping(self, ask: bool) {
        spawn_local(async move {
            self.kept.set(if ask { keeping::ask().await } else { keeping::is_kept().await });
        });
    }

    /// Whether the browser promised to keep it; `None` if it does not say.
    pub(crate) fn kept(self) -> Option<bool> {
        self.kept.get()
    }

    /// Why nothing is kept, if that is so.
    pub(crate) fn unkept(self) -> Option<Problem> {
        self.unkept.get()
    }

    /// True if nothing is kept and no notice says so any more.
    pub(crate) fn is_quietly_unkept(self) -> bool {
        let problem = self.unkept();
        let said = self
            .notices
            .with(|notices| notices.iter().any(|notice| Some(&notice.problem) == problem.as_ref()));
        problem.is_some() && !said && self.account().is_some()
    }
}
