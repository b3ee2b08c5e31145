//! The keys that do something, and the sheet that lists them. One table, so that what is listed is what there is.

use crate::i18n::Text;
use crate::ui::dialog::Dialog;
use crate::ui::el::{El, el};
use web_sys::KeyboardEvent;

/// What a key asks for, wherever the focus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// The chat below the open one.
    Next,
    /// The chat above it.
    Previous,
    /// Away from the chat.
    Leave,
    /// The sheet.
    Help,
}

/// Reads a key. None of them is a letter alone: those belong to whoever types (WCAG 2.1.4).
pub(crate) fn wish(event: &KeyboardEvent) -> Option<Wish> {
    let main = event.ctrl_key() || event.meta_key();
    match (event.key().as_str(), main, event.alt_key(), event.shift_key()) {
        ("ArrowDown", false, true, false) => Some(Wish::Next),
        ("ArrowUp", false, true, false) => Some(Wish::Previous),
        ("Escape", false, false, false) => Some(Wish::Leave),
        // Some keyboards have the slash above a digit.
        ("/", true, false, _) => Some(Wish::Help),
        _ => None,
    }
}

/// The sheet and the handle that opens it. `id` names its title on the page.
pub(crate) fn sheet(id: &str, t: &'static Text) -> (Dialog, El) {
    let keys: [(&[&str], &str); 6] = [
        (&["Enter"], t.key_send),
        (&["Shift", "Enter"], t.key_newline),
        (&["Alt", "↓"], t.key_next),
        (&["Alt", "↑"], t.key_previous),
        (&["Esc"], t.key_leave),
        (&["Ctrl", "/"], t.key_help),
    ];
    let rows: Vec<El> = keys
        .iter()
        .flat_map(|(names, meaning)| {
            let names: Vec<El> = names.iter().map(|name| el("kbd").text(name)).collect();
            [el("dt").text(meaning), el("dd").attr("dir", "ltr").with(names)]
        })
        .collect();
    let dialog = Dialog::new();
    let closed = dialog.clone();
    let ok = el("button").attr("type", "button").class("button primary").text(t.ok);
    let ok = ok.on("click", move |_| closed.close());
    let view = dialog.view(id, el("h2").text(t.keys), el("dl keys").with(rows), ok);
    (dialog, view)
}
