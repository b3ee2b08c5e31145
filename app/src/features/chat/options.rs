//! What can be chosen for one chat: what this contact is told.

use crate::state::AppState;
use crate::ui::dialog::Dialog;
use crate::ui::el::{El, el};
use crate::ui::icon;
use crate::ui::switch::switch;
use model::{BareJid, Tells};

/// The button in the head, and the dialog it opens.
pub(super) fn options(state: AppState, chat: &BareJid) -> [El; 2] {
    let t = state.text();
    let dialog = Dialog::new();
    let (opened, closed) = (dialog.clone(), dialog.clone());
    let open =
        el("button icon-button chat-options").attr("type", "button").attr("aria-label", t.chat_options);
    let open = open.attr("title", t.chat_options).on("click", move |_| opened.open());

    let (of, to) = (chat.clone(), chat.clone());
    let reads = move || state.tells(&of).read.unwrap_or_else(|| state.markers());
    let choose = move |on| state.tell(&to, |tells| tells.read = Some(on));
    let markers = switch("chat-markers-text", t.send_markers, t.chat_markers_text, reads, choose);
    let (of, to) = (chat.clone(), chat.clone());
    let types = move || state.tells(&of).typing.unwrap_or_else(|| state.typing());
    let choose = move |on| state.tell(&to, |tells| tells.typing = Some(on));
    let typing = switch("chat-typing-text", t.send_typing, t.chat_typing_text, types, choose);

    let (of, to) = (chat.clone(), chat.clone());
    let differs = move || state.tells(&of) != Tells::default();
    let as_all = move |differs: &bool| {
        let to = to.clone();
        let reset = el("button").attr("type", "button").class("link-button").text(t.as_for_all);
        differs.then(|| reset.on("click", move |_| state.tell(&to, |tells| *tells = Tells::default())))
    };
    let done = el("button").attr("type", "button").class("button primary").text(t.done);
    let title = el("h2").attr("dir", "auto").live_text(state.person_part(chat, |who| who.name.clone()));
    let address = el("p chat-options-address").attr("dir", "ltr").text(chat.as_str());
    let body = [address, markers, typing, el("div").live(differs, as_all)];
    let done = done.on("click", move |_| closed.close());
    [open.with(icon::icon(icon::SETTINGS)), dialog.view("chat-options-title", title, body, done)]
}
