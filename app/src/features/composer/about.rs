//! What is being answered or corrected, above the text.

use crate::i18n;
use crate::parts::said;
use crate::state::{About, AppState};
use crate::ui::el::{El, el};
use crate::ui::icon;

/// The bar, as long as there is something to show in it.
pub(super) fn bar(state: AppState) -> El {
    el("div composer-above")
        .live(move || state.about(), move |about| about.as_ref().map(|it| view(state, it)))
}

fn view(state: AppState, about: &About) -> El {
    let (t, row) = (state.text(), about.row());
    let title = match about {
        About::Edit(_) => t.editing.to_owned(),
        About::Reply(row) if state.account_now().as_ref() == Some(&row.from) => t.replying_to_me.to_owned(),
        About::Reply(row) => i18n::fill(t.replying, &[&state.person_now(&row.from).name]),
    };
    // Who corrects a spoiler sees it in the field.
    let text = said::one_line(&said::of(row, t));
    let cancel =
        el("button icon-button").attr("type", "button").attr("aria-label", t.cancel).attr("title", t.cancel);
    let picture = if matches!(about, About::Edit(_)) { icon::EDIT } else { icon::REPLY };
    el("div composer-about").attr("role", "note").attr("data-about", &row.id.0).with([
        el("span composer-about-icon").with(icon::icon(picture)),
        el("span composer-about-words").with([
            el("span quote-author").attr("dir", "auto").text(&title),
            el("span quote-text").attr("dir", "auto").text(&text),
        ]),
        // The focus, and with it a phone's keyboard, stays in the text.
        cancel
            .on("pointerdown", |event| event.prevent_default())
            .on("click", move |_| state.forget_about())
            .with(icon::icon(icon::CLOSE)),
    ])
}
