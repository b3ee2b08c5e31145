//! What the log-in and the sign-up screen share: the typed address and password, the frame around the forms, the advanced field.

use crate::address::{self, AddressError};
use crate::dom;
use crate::i18n::{Lang, Text, fill, problem_words};
use crate::live::{Give, Live, effect};
use crate::state::AppState;
use crate::ui::el::{El, View, el};
use crate::ui::icon;
use crate::ui::password::{Labels, password};
use browser::{OperatorLink, prefs};
use model::{BareJid, Endpoint, Problem};
use std::ops::Deref;

pub(crate) const ADDRESS: &str = "address";
pub(crate) const PASSWORD: &str = "password";
const WEBSOCKET: &str = "websocket";

/// What was typed. Lives outside of the screens, so that neither a change of language nor the way from log-in to sign-up loses it.
#[derive(Clone, Copy)]
pub(crate) struct Typed(&'static Fields);

/// The fields of the forms.
#[derive(Default)]
pub(crate) struct Fields {
    pub(crate) address: Live<String>,
    pub(crate) password: Live<String>,
    websocket: Live<String>,
    advanced: Live<bool>,
}

impl Deref for Typed {
    type Target = Fields;
    fn deref(&self) -> &Fields {
        self.0
    }
}

impl Typed {
    /// Nothing typed yet. Made once, as long-lived as the page.
    pub(crate) fn new() -> Self {
        Self(Box::leak(Box::default()))
    }

    /// Forgets the password: nobody needs it any more.
    pub(crate) fn forget_password(self) {
        self.password.set(String::new());
    }

    /// The address, or which field is wrong and why.
    pub(crate) fn jid(self, state: AppState) -> Result<BareJid, Wrong> {
        let domain = state.site_now().domain;
        self.address
            .peek(|typed| address::parse(typed, domain.as_deref()))
            .map_err(|error: AddressError| (ADDRESS, error.words(state.text())))
    }

    /// Where the server listens: what was typed, else what the operator preset for the default domain.
    pub(crate) fn endpoint(self, state: AppState, jid: &BareJid) -> Result<Endpoint, Wrong> {
        let typed = self.websocket.now();
        let typed = typed.trim();
        if typed.is_empty() {
            let site = state.site_now();
            let ours = site.domain.as_deref().is_none_or(|domain| domain == jid.domain());
            return Ok(site.websocket.filter(|_| ours).map_or(Endpoint::Discover, Endpoint::Url));
        }
        if typed.starts_with("wss://") || typed.starts_with("ws://") {
            Ok(Endpoint::Url(typed.to_owned()))
        } else {
            self.advanced.set(true);
            Err((WEBSOCKET, state.text().websocket_bad.into()))
        }
    }
}

/// The screen around a form: the mark, the language switch, the operator's links.
pub(crate) fn frame(state: AppState, content: impl Into<View>) -> El {
    let link = |link: &OperatorLink| {
        el("a")
            .attr("href", &link.url)
            .attr("target", "_blank")
            .attr("rel", "noopener noreferrer")
            .text(&link.label)
    };
    let mark = el("img entrance-mark").attr("src", "icons/favicon.svg").attr("alt", "");
    el("main entrance").with([
        el("div entrance-card").with(mark.attr("width", "72").attr("height", "72")).with(content),
        el("footer entrance-foot")
            .with(lang_switch(state))
            .live(move || state.site().links, move |links| links.iter().map(link).collect::<Vec<_>>()),
    ])
}

fn lang_switch(state: AppState) -> El {
    let t = state.text();
    let button = |lang: Lang, choice: prefs::Lang, name: &str| {
        el("button")
            .attr("type", "button")
            .class("link-button")
            .attr("lang", lang.tag())
            .attr("aria-pressed", if state.lang_now() == lang { "true" } else { "false" })
            .on("click", move |_| state.choose_lang(choice))
            .text(name)
    };
    el("span lang-switch")
        .with([button(Lang::En, prefs::Lang::En, t.english), button(Lang::Zh, prefs::Lang::Zh, t.chinese)])
}

/// What the form of a screen says, and asks of the browser.
#[derive(Clone, Copy)]
pub(crate) struct FormWords {
    /// `current-password` or `new-password`.
    pub(crate) autocomplete: &'static str,
    /// About the password, if there is something to say.
    pub(crate) hint: Option<&'static str>,
    /// The button.
    pub(crate) name: &'static str,
    /// The button while the server is asked.
    pub(crate) busy: &'static str,
}

/// The field to look at again, and what is wrong with it.
pub(crate) type Wrong = (&'static str, String);

/// Address, password, what went wrong, the button, the advanced field. `submit` checks what was typed and asks the server.
pub(crate) fn form(state: AppState, typed: Typed, words: FormWords, submit: Give<Result<(), Wrong>>) -> El {
    let t: &'static Text = state.text();
    let invalid = Invalid::default();
    let wrong = invalid.clone();
    effect(move || {
        // Whoever went on typing while the server was asked is left in peace.
        if let Some(problem) = state.form_problem() {
            dom::offer_focus_soon(field_of(&problem));
        }
    });
    let on_submit = move |event: web_sys::Event| {
        event.prevent_default();
        if state.busy_now() {
            return;
        }
        let found = submit.call(()).err();
        if let Some((field, _)) = &found {
            dom::focus_soon(field);
        }
        wrong.say(found.map(|(_, words)| words));
    };
    let labels = Labels { label: t.password, show: t.show_password, hide: t.hide_password };
    let hint = |text: &str| el("p").attr("id", "password-hint").class("hint").text(text);
    el("form form")
        .attr("novalidate", "")
        .on("submit", on_submit)
        .with(address_field(state, typed, t))
        .with(password(
            labels,
            PASSWORD,
            words.autocomplete,
            words.hint.map(|_| "password-hint"),
            &typed.password,
        ))
        .with(words.hint.map(hint))
        .live(invalid.or(state, AppState::form_problem), error)
        .with(submit_button(state, words.name, words.busy))
        .live(move || state.busy(), move |busy| give_up(state, t, *busy))
        .with(advanced(typed, t))
}

/// The field for the address.
fn address_field(state: AppState, typed: Typed, t: &'static Text) -> El {
    let hint = move || match state.site().domain {
        Some(domain) => address_hint(t, &domain),
        None => t.address_hint.to_owned(),
    };
    let input = text_input(ADDRESS, "text")
        .attr("name", "username")
        .attr("inputmode", "email")
        .attr("autocomplete", "username")
        .live_attr("placeholder", move || Some(hint()))
        .bind(&typed.address);
    el("div field").with([el("label").attr("for", ADDRESS).text(t.address), input])
}

/// A field for what is no prose: addresses and URLs.
pub(crate) fn text_input(id: &str, kind: &str) -> El {
    el("input")
        .attr("id", id)
        .attr("type", kind)
        .attr("autocapitalize", "none")
        .attr("spellcheck", "false")
        .attr("dir", "ltr")
}

/// `name@example.org`, in the language's word for a name.
fn address_hint(t: &Text, domain: &str) -> String {
    let name = t.address_hint.split('@').next().unwrap_or_default();
    [name, "@", domain].concat()
}

/// The disclosure with the field for the WebSocket address.
fn advanced(typed: Typed, t: &'static Text) -> El {
    let open = &typed.0.advanced;
    let button = el("button")
        .attr("type", "button")
        .class("link-button disclosure")
        .live_attr("aria-expanded", open.part(|open| Some(if *open { "true" } else { "false" }.into())))
        .attr("aria-controls", "advanced")
        .on("click", move |_| open.update(|open| *open = !*open))
        .text(t.advanced)
        .with(icon::icon(icon::CHEVRON));
    let input = text_input(WEBSOCKET, "url")
        .attr("autocomplete", "off")
        .attr("placeholder", "wss://")
        .attr("aria-describedby", "websocket-hint")
        .bind(&typed.websocket);
    let field =
        el("div").attr("id", "advanced").class("field").live_flag("hidden", move || !open.get()).with([
            el("label").attr("for", WEBSOCKET).text(t.websocket_address),
            input,
            el("p").attr("id", "websocket-hint").class("hint").text(t.websocket_hint),
        ]);
    el("div advanced").with([button, field])
}

/// What was found to be wrong before the server was asked. Each find counts, so that the same words are said again.
#[derive(Clone, Default)]
pub(crate) struct Invalid(Live<(u32, Option<String>)>);

impl Invalid {
    /// Says what was found now.
    pub(crate) fn say(&self, words: Option<String>) {
        self.0.update(|said| *said = (said.0.wrapping_add(1), words));
    }

    /// What is wrong, if something is: first what was found here, then what the server said.
    pub(crate) fn or(
        self,
        state: AppState,
        problem: fn(AppState) -> Option<Problem>,
    ) -> impl Fn() -> (u32, Option<String>) {
        let lang = state.lang_now();
        move || {
            let (count, words) = self.0.get();
            let theirs = || problem(state).map(|problem| problem_words(lang, &problem));
            (count, words.or_else(theirs))
        }
    }
}

/// The sentence about it.
pub(crate) fn error((_, words): &(u32, Option<String>)) -> Option<El> {
    let words = words.as_deref()?;
    let error = el("p form-error").attr("role", "alert");
    Some(error.with([icon::icon(icon::ALERT), el("span").text(words)]))
}

/// The field to look at again after a problem.
fn field_of(problem: &Problem) -> &'static str {
    match problem {
        Problem::NoEndpoint { .. }
        | Problem::Unreachable { .. }
        | Problem::NameTaken
        | Problem::SignUpClosed => ADDRESS,
        _ => PASSWORD,
    }
}

/// The button that sends the form.
pub(crate) fn submit_button(state: AppState, name: &'static str, busy_name: &'static str) -> El {
    el("button")
        .attr("type", "submit")
        .class("button primary wide")
        .live_attr("aria-busy", move || Some(if state.busy() { "true" } else { "false" }.into()))
        .live_text(move || if state.busy() { busy_name } else { name }.into())
}

/// The button that gives up while the form is under way.
pub(crate) fn give_up(state: AppState, t: &Text, busy: bool) -> Option<El> {
    busy.then(|| link_button(t.cancel, move || state.leave_form()))
}

/// A button that looks like a link.
pub(crate) fn link_button(name: &str, act: impl Fn() + 'static) -> El {
    el("button").attr("type", "button").class("link-button").on("click", move |_| act()).text(name)
}

/// A sentence with a link in it for screens below the form.
pub(crate) fn crossing(question: &str, href: &str, link: &str) -> El {
    el("p crossing").text(question).text(" ").with(el("a").attr("href", href).text(link))
}

/// The sentence for a field that is still empty.
pub(crate) fn empty_field(t: &Text, label: &str) -> String {
    fill(t.field_empty, &[label])
}
