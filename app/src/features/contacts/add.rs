//! Adding somebody by address.

use crate::i18n::{self, Text};
use crate::live::Live;
use crate::parts::entrance::{Invalid, text_input};
use crate::state::AppState;
use crate::ui::el::{El, el};
use crate::{address, dom};
use model::BareJid;

const FIELD: &str = "contact-address";

/// The field and its button.
pub(super) fn form(state: AppState) -> El {
    let t: &'static Text = state.text();
    let typed = Live::<String>::default();
    let wrong = Invalid::default();
    let done = Live::<Option<String>>::default();
    let submit = {
        let (typed, wrong, done) = (typed.clone(), wrong.clone(), done.clone());
        move |event: web_sys::Event| {
            event.prevent_default();
            done.set(None);
            match check(state, &typed.now(), t) {
                Ok(jid) => {
                    wrong.say(None);
                    done.set(Some(i18n::fill(t.contact_added, &[jid.as_str()])));
                    typed.set(String::new());
                    state.add_contact(jid);
                }
                Err(words) => {
                    wrong.say(Some(words));
                    dom::focus_soon(FIELD);
                }
            }
        }
    };
    let error = |(_, words): &(u32, Option<String>)| {
        let words = words.as_deref()?;
        Some(el("p form-error").attr("role", "alert").text(words))
    };
    let note = move || done.get().filter(|_| state.contact_problem().is_none()).unwrap_or_default();
    let input = text_input(FIELD, "text")
        .attr("inputmode", "email")
        .attr("autocomplete", "off")
        .attr("placeholder", t.address_hint)
        .bind(&typed);
    let button = el("button").attr("type", "submit").class("button primary").text(t.add_contact);
    el("form add-contact")
        .attr("novalidate", "")
        .on("submit", submit)
        .with(el("label").attr("for", FIELD).text(t.contact_address))
        .with(el("div add-contact-row").with([input, button]))
        .live(wrong.or(state, AppState::contact_problem), error)
        .with(el("p form-done").attr("aria-live", "polite").live_text(note))
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
