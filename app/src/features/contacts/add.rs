//! Adding somebody by address.

use crate::i18n::{self, Text};
use crate::state::AppState;
use crate::{address, dom};
use leptos::prelude::*;
use model::BareJid;

const FIELD: &str = "contact-address";

/// The field and its button.
pub(super) fn form(state: AppState) -> AnyView {
    let t: &'static Text = state.text();
    let typed = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    let done = RwSignal::new(None::<String>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        done.set(None);
        match check(state, &typed.get_untracked(), t) {
            Ok(jid) => {
                wrong.set(None);
                done.set(Some(i18n::fill(t.contact_added, &[jid.as_str()])));
                typed.set(String::new());
                state.add_contact(jid);
            }
            Err(words) => {
                wrong.set(Some(words));
                dom::focus_soon(FIELD);
            }
        }
    };
    let error = move || {
        let lang = state.lang_now();
        let words = wrong.get().or_else(|| state.contact_problem().map(|problem| i18n::problem_words(lang, &problem)))?;
        Some(view! { <p class="form-error" role="alert">{words}</p> })
    };
    let note = move || done.get().filter(|_| state.contact_problem().is_none());
    view! {
        <form class="add-contact" novalidate on:submit=submit>
            <label for=FIELD>{t.contact_address}</label>
            <div class="add-contact-row">
                <input
                    id=FIELD
                    type="text"
                    inputmode="email"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    dir="ltr"
                    placeholder=t.address_hint
                    prop:value=typed
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <button type="submit" class="button primary">{t.add_contact}</button>
            </div>
            {error}
            <p class="form-done" aria-live="polite">{note}</p>
        </form>
    }
    .into_any()
}

/// A name alone is looked for on our own server.
fn check(state: AppState, typed: &str, t: &Text) -> Result<BareJid, String> {
    let account = state.account_now();
    let jid = address::parse(typed, account.as_ref().map(BareJid::domain)).map_err(|error| error.words(t))?;
    if account.as_ref() == Some(&jid) {
        return Err(t.contact_is_self.into());
    }
    if state.is_contact(&jid) {
        return Err(i18n::fill(t.contact_known, &[jid.as_str()]));
    }
    Ok(jid)
}
