//! Log-in.

use crate::parts::entrance::{self, PASSWORD, Typed};
use crate::state::AppState;
use crate::ui::password::{Labels, password};
use crate::{dom, i18n::Text};
use leptos::prelude::*;
use model::LogIn;

/// The screen.
pub(crate) fn screen(state: AppState, typed: Typed) -> AnyView {
    let t: &'static Text = state.text();
    let invalid = RwSignal::new(None);
    // Whoever comes back because the password no longer fits finds the address filled in.
    if let Some(account) = state.account_now()
        && typed.address.with_untracked(String::is_empty)
    {
        typed.address.set(account.to_string());
    }
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
                state.log_in(request);
            }
            Err((field, words)) => {
                invalid.set(Some(words));
                dom::focus_soon(field);
            }
        }
    };
    let labels = Labels { label: t.password, show: t.show_password, hide: t.hide_password };
    let form = view! {
        <form class="form" novalidate on:submit=submit>
            {entrance::address_field(state, typed, t)}
            {password(labels, PASSWORD, "current-password", None, typed.password)}
            {entrance::error(state, invalid)}
            {entrance::submit(state, t.log_in, t.logging_in, t)}
            {entrance::advanced(typed, t)}
        </form>
    }
    .into_any();
    let title = view! { <h1 class="entrance-title">{t.brand}</h1><p class="entrance-tagline">{t.tagline}</p> }.into_any();
    let below = (move || {
        state.site().signup.then(|| view! { <a class="button wide" href="#/signup">{t.create_account}</a> })
    })
    .into_any();
    entrance::frame(state, title, form, below)
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
