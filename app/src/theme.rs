//! Light, dark, or as the system says. The style sheets react to `data-theme` on `<html>`; a script in `index.html` sets it before
//! the first paint.

use crate::dom;
use browser::prefs::Theme;

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
