//! Sign-up: name and password first, then whatever else the server wants to know.

mod form;

use crate::i18n::Text;
use crate::live::give;
use crate::parts::entrance::{self, FormWords, PASSWORD, Typed, Wrong};
use crate::state::AppState;
use crate::ui::el::{El, el};
use model::{SignUp, SignUpForm};

/// Shorter passwords are refused here, whatever the server would say.
const MIN_PASSWORD: usize = 8;

/// The screen.
pub(crate) fn screen(state: AppState, typed: Typed) -> El {
    let t: &'static Text = state.text();
    // The presets may arrive after the first paint, so the form is there until they say otherwise.
    let asked = move || (state.site().signup, state.sign_up_form());
    let step = move |(open, form): &(bool, Option<SignUpForm>)| match form {
        _ if !open => el("p form-note").text(t.sign_up_off),
        Some(form) => form::step(state, typed, form),
        None => first_step(state, typed),
    };
    entrance::frame(
        state,
        [
            el("h1 entrance-title").text(t.sign_up_title),
            el("div entrance-step").live(asked, step),
            entrance::crossing(t.have_account, "#/login", t.log_in_instead),
        ],
    )
}

/// Address and password.
fn first_step(state: AppState, typed: Typed) -> El {
    let t: &'static Text = state.text();
    let words = FormWords {
        autocomplete: "new-password",
        hint: Some(t.password_hint),
        name: t.create_account,
        busy: t.creating_account,
    };
    let submit = give(move || {
        state.sign_up(request(state, typed, t)?);
        Ok(())
    });
    entrance::form(state, typed, words, submit)
}

fn request(state: AppState, typed: Typed, t: &Text) -> Result<SignUp, Wrong> {
    let jid = typed.jid(state)?;
    let password = typed.password.now();
    if password.is_empty() {
        return Err((PASSWORD, t.password_empty.into()));
    }
    if password.chars().count() < MIN_PASSWORD {
        return Err((PASSWORD, t.password_short.into()));
    }
    let endpoint = typed.endpoint(state, &jid)?;
    Ok(SignUp { jid, password, endpoint })
}
