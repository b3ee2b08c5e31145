//! That everything can be done by keyboard, and how.

use crate::i18n::Text;
use crate::parts::keys;
use crate::ui::el::{El, el};

/// The card.
pub(super) fn card(t: &'static Text) -> El {
    let (dialog, sheet) = keys::sheet("settings-keys-title", t);
    let show = el("button").attr("type", "button").class("button small").text(t.show_keys);
    super::card(t.keys).with([el("p").text(t.keys_text), show.on("click", move |_| dialog.open()), sheet])
}
