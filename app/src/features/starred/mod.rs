//! All messages that the person wants to find again, of all chats. Each leads to its place.

use crate::parts::{line, said};
use crate::router::{Route, Router};
use crate::state::AppState;
use crate::ui::bar;
use crate::ui::el::{El, View, el};
use model::{Direction, MessageRow, PageAt};
use std::rc::Rc;

/// The screen.
pub(crate) fn screen(state: AppState, router: Router) -> View {
    let t = state.text();
    let list = move |rows: &Option<Rc<[MessageRow]>>| match rows.as_deref() {
        None => el("p archive-none").text(t.loading),
        Some([]) => el("p archive-none").text(t.nothing_starred),
        Some(rows) => el("ul list")
            .attr("aria-label", t.starred_messages)
            .with(rows.iter().map(|row| starred(state, router, row)).collect::<Vec<_>>()),
    };
    let found = state.starred();
    View::from([
        bar::with_way_back(t.back, t.starred_messages),
        el("div scroll").live(move || found.get(), list),
    ])
}

fn starred(state: AppState, router: Router, row: &MessageRow) -> El {
    let t = state.text();
    let (route, chat, id) = (Route::Chat(row.chat.clone()), row.chat.clone(), row.id.clone());
    let text = said::one_line(&said::of(row, t));
    let text = el("span line-text")
        .attr("dir", "auto")
        .text(if row.direction == Direction::Out { t.you } else { "" })
        .text(&text);
    let link = line::of_message(state, &row.chat, row.at, text);
    let go = move |event: web_sys::Event| {
        // The link alone would lead to the end of the chat.
        event.prevent_default();
        state.jump_to(&chat, PageAt::Message(id.clone()));
        router.push(route.clone());
    };
    el("li").attr("data-id", &row.id.0).with(link.on("click", go))
}
