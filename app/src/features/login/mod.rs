//! Log-in.

use crate::i18n::Text;
use crate::live::give;
use crate::parts::entrance::{self, FormWords, PASSWORD, Typed, Wrong};
use crate::state::AppState;
use crate::ui::el::{El, el};
use model::LogIn;

/// The screen.
pub(crate) fn screen(state: AppState, typed: Typed) -> El {
    let t: &'static Text = state.text();
    // Whoever comes back because the password no longer fits finds the address filled in.
    if let Some(account) = state.account_now()
        && typed.address.peek(String::is_empty)
    {
        typed.address.set(account.to_string());
    }
    let words =
        FormWords { autocomplete: "current-password", hint: None, name: t.log_in, busy: t.logging_in };
    let submit = give(move || {
        state.log_in(request(state, typed, t)?);
        Ok(())
    });
    let form = entrance::form(state, typed, words, submit);
    let sign_up =
        |open: &bool| open.then(|| el("a button wide").attr("href", "#/signup").text(t.create_account));
    entrance::frame(
        state,
        [
            el("h1 entrance-title").text(t.brand),
            el("p entrance-tagline").text(t.tagline),
            form,
            el("div entrance-below").live(move || state.site().signup, sign_up),
        ],
    )
}

fn request(state: AppState, typed: Typed, t: &Text) -> Result<LogIn, Wrong> {
    let jid = typed.jid(state)?;
    let password = typed.password.now();
    if password.is_empty() {
        return Err((PASSWORD, t.password_empty.into()));
    }
    let endpoint = typed.endpoint(state, &jid)?;
    Ok(LogIn { jid, password, endpoint })
}
