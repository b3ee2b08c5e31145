//! When things came into view, as the page itself saw it.

use super::App;
use crate::wait::eventually;

/// Run before the page's own scripts: notes the first frame in which something is on the screen, in milliseconds since the
/// navigation began. `form`: the log-in form can be typed into. `frame`: the app's frame with the chat list's place is there.
/// `pressed`: the log-in button was pressed.
pub(super) const WATCH: &str = "
    window.marks = {};
    addEventListener('submit', () => { window.marks.pressed = performance.now(); }, true);
    (function look() {
      const marks = window.marks;
      if (!('form' in marks) && document.querySelector('form input[type=password]')) marks.form = performance.now();
      if (!('frame' in marks) && document.querySelector('nav[aria-label]')) marks.frame = performance.now();
      requestAnimationFrame(look);
    })();";

impl App {
    /// The millisecond of this navigation at which `mark` (`form`, `frame` or `pressed`) came, waiting for it. Needs
    /// [`Options::watch`](super::Options).
    pub async fn mark(&self, mark: &str) -> f64 {
        eventually(&format!("the mark {mark}"), async || {
            let script = "return (window.marks || {})[arguments[0]] ?? null";
            let at: Option<f64> = self.eval(script, vec![mark.into()]).await;
            at.ok_or_else(|| "nothing yet".to_owned())
        })
        .await
    }
}
