//! Sign-up: name and password first, then whatever else the server wants to know.

mod form;

use crate::parts::entrance::{self, PASSWORD, Typed};
use crate::state::AppState;
use crate::ui::el::{El, effect, el};
use crate::ui::password::{Labels, password};
use crate::{dom, i18n::Text};
use leptos::prelude::*;
use model::SignUp;

/// Shorter passwords are refused here, whatever the server would say.
const MIN_PASSWORD: usize = 8;

/// The screen.
pub(crate) fn screen(state: AppState, typed: Typed) -> El {
    let t: &'static Text = state.text();
    // The presets may arrive after the first paint, so the form is there until they say otherwise.
    let open = Memo::new(move |_| state.site().signup);
    let step = move || match state.sign_up_form() {
        _ if !open.get() => el("p").class("form-note").text(t.sign_up_off),
        Some(form) => form::step(state, typed, form),
        None => first_step(state, typed),
    };
    entrance::frame(
        state,
        [
            el("h1").class("entrance-title").text(t.sign_up_title),
            el("div").class("entrance-step").live(step),
            entrance::crossing(t.have_account, "#/login", t.log_in_instead),
        ],
    )
}

/// Address and password.
fn first_step(state: AppState, typed: Typed) -> El {
    let t: &'static Text = state.text();
    let invalid = RwSignal::new(None);
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
                state.sign_up(request);
            }
            Err((field, words)) => {
                invalid.set(Some(words));
                dom::focus_soon(field);
            }
        }
    };
    let labels = Labels { label: t.password, show: t.show_password, hide: t.hide_password };
    el("form")
        .class("form")
        .attr("novalidate", "")
        .on("submit", submit)
        .with([
            entrance::address_field(state, typed, t),
            password(labels, PASSWORD, "new-password", Some("password-hint"), typed.password),
            el("p").attr("id", "password-hint").class("hint").text(t.password_hint),
        ])
        .live(move || entrance::error(state, invalid))
        .with(entrance::submit(state, t.create_account, t.creating_account))
        .live(move || entrance::give_up(state, t))
        .with(entrance::advanced(typed, t))
}

fn request(state: AppState, typed: Typed, t: &Text) -> Result<SignUp, (&'static str, String)> {
    let jid = typed.jid(state)?;
    let password = typed.password.get_untracked();
    if password.is_empty() {
        return Err((PASSWORD, t.password_empty.into()));
    }
    if password.chars().count() < MIN_PASSWORD {
        return Err((PASSWORD, t.password_short.into()));
    }
    let endpoint = typed.endpoint(state, &jid)?;
    Ok(SignUp { jid, password, endpoint })
}
