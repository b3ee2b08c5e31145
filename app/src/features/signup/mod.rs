//! Sign-up: name and password first, then whatever else the server wants to know.

mod form;

use crate::parts::entrance::{self, PASSWORD, Typed};
use crate::state::AppState;
use crate::ui::password::{Labels, password};
use crate::{dom, i18n::Text};
use leptos::prelude::*;
use model::SignUp;

/// Shorter passwords are refused here, whatever the server would say.
const MIN_PASSWORD: usize = 8;

/// The screen.
pub(crate) fn screen(state: AppState, typed: Typed) -> AnyView {
    let t: &'static Text = state.text();
    let title = view! { <h1 class="entrance-title">{t.sign_up_title}</h1> }.into_any();
    let below = entrance::crossing(t.have_account, "#/login", t.log_in_instead);
    // The presets may arrive after the first paint, so the form is there until they say otherwise.
    let open = Memo::new(move |_| state.site().signup);
    let body = (move || match state.sign_up_form() {
        _ if !open.get() => view! { <p class="form-note">{t.sign_up_off}</p> }.into_any(),
        Some(form) => form::step(state, typed, form),
        None => first_step(state, typed),
    })
    .into_any();
    entrance::frame(state, title, body, below)
}

/// Address and password.
fn first_step(state: AppState, typed: Typed) -> AnyView {
    let t: &'static Text = state.text();
    let invalid = RwSignal::new(None);
    Effect::new(move |_| {
        if let Some(problem) = state.form_problem() {
            dom::focus_soon(entrance::field_of(&problem));
        }
    });
    let submit = move |event: web_sys::SubmitEvent| {
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
    view! {
        <form class="form" novalidate on:submit=submit>
            {entrance::address_field(state, typed, t)}
            {password(labels, PASSWORD, "new-password", Some("password-hint"), typed.password)}
            <p id="password-hint" class="hint">{t.password_hint}</p>
            {entrance::error(state, invalid)}
            {entrance::submit(state, t.create_account, t.creating_account, t)}
            {entrance::advanced(typed, t)}
        </form>
    }
    .into_any()
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
