//! What a message says where nobody asked for all of it: the list of chats, quotes, what is read out.

use crate::i18n::Text;
use crate::ui::el::{El, el};
use crate::ui::icon;
use model::MessageRow;

/// Its text, as long as there is one that anybody may see.
pub(crate) fn of(row: &MessageRow, t: &Text) -> String {
    match &row.format.spoiler {
        _ if row.relations.retracted => t.retracted.to_owned(),
        Some(hint) => spoiler(hint, t),
        None => row.body.clone(),
    }
}

/// A reminder of a text: what was written below each other stands beside each other.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// That it is a spoiler, and the hint if there is one.
pub(crate) fn spoiler(hint: &str, t: &Text) -> String {
    if hint.is_empty() { t.spoiler.to_owned() } else { [t.spoiler, ": ", hint].concat() }
}

/// What covers a spoiler until it is asked for, and covers it again (XEP-0382 §4). The browser's own element: it is a button to
/// everybody, and what is covered is not there for those who listen either.
pub(crate) fn cover(hint: &str, t: &Text) -> El {
    let words = el("span").attr("dir", "auto").text(&spoiler(hint, t));
    el("details spoiler").with(el("summary").with([icon::icon(icon::EYE_OFF), words]))
}
