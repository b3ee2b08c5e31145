//! Light, dark, or as the system says; and how large the text is. The style sheets react to `data-theme` and `data-text` on `<html>`; a
//! script in `index.html` sets them before the first paint.

use crate::dom;
use browser::prefs::{TextSize, Theme};

/// Shows a choice.
pub(crate) fn show(theme: Theme) {
    let Some(html) = dom::document().document_element() else { return };
    // An attribute can always be set on an element that exists.
    let _ = match theme {
        Theme::System => html.remove_attribute("data-theme"),
        Theme::Light => html.set_attribute("data-theme", "light"),
        Theme::Dark => html.set_attribute("data-theme", "dark"),
    };
}

/// Shows a size of the text.
pub(crate) fn show_size(size: TextSize) {
    let Some(html) = dom::document().document_element() else { return };
    let _ = match size.name() {
        Some(name) => html.set_attribute("data-text", name),
        None => html.remove_attribute("data-text"),
    };
}
