//! Log-in.

use crate::parts::entrance::{self, PASSWORD, Typed};
use crate::state::AppState;
use crate::ui::el::{El, effect, el};
use crate::ui::password::{Labels, password};
use crate::{dom, i18n::Text};
use leptos::prelude::*;
use model::LogIn;

/// The screen.
pub(crate) fn screen(state: AppState, typed: Typed) -> El {
    let t: &'static Text = state.text();
    let invalid = RwSignal::new(None);
    // Whoever comes back because the password no longer fits finds the address filled in.
    if let Some(account) = state.account_now()
        && typed.address.with_untracked(String::is_empty)
    {
        typed.address.set(account.to_string());
    }
    effect(move || {
        if let Some(problem) = state.form_problem() {
            dom::focus_soon(entrance::field_of(&problem));
        }
    });
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        match request(state, typed, t) {
            _ if state.busy_now() => {}
            Ok(request) => {
                invalid.set(None);
                state.log_in(request);
            }
            Err((field, words)) => {
                invalid.set(Some(words));
                dom::focus_soon(field);
            }
        }
    };
    let labels = Labels { label: t.password, show: t.show_password, hide: t.hide_password };
    let form = el("form")
        .class("form")
        .attr("novalidate", "")
        .on("submit", submit)
        .with([
            entrance::address_field(state, typed, t),
            password(labels, PASSWORD, "current-password", None, typed.password),
        ])
        .live(move || entrance::error(state, invalid))
        .with(entrance::submit(state, t.log_in, t.logging_in))
        .live(move || entrance::give_up(state, t))
        .with(entrance::advanced(typed, t));
    let sign_up = move || {
        let link = || el("a").class("button wide").attr("href", "#/signup").text(t.create_account);
        state.site().signup.then(link)
    };
    entrance::frame(
        state,
        [
            el("h1").class("entrance-title").text(t.brand),
            el("p").class("entrance-tagline").text(t.tagline),
            form,
            el("div").class("entrance-below").live(sign_up),
        ],
    )
}

fn request(state: AppState, typed: Typed, t: &Text) -> Result<LogIn, (&'static str, String)> {
    let jid = typed.jid(state)?;
    let password = typed.password.get_untracked();
    if password.is_empty() {
        return Err((PASSWORD, t.password_empty.into()));
    }
    let endpoint = typed.endpoint(state, &jid)?;
    Ok(LogIn { jid, password, endpoint })
}
