//! What the log-in and the sign-up screen share: the typed address and password, the frame around the forms, the advanced field.

use crate::address::{self, AddressError};
use crate::i18n::{Lang, Text, fill};
use crate::state::AppState;
use crate::ui::icon;
use browser::prefs;
use leptos::prelude::*;
use model::{BareJid, Endpoint, Problem};

pub(crate) const ADDRESS: &str = "address";
pub(crate) const PASSWORD: &str = "password";
const WEBSOCKET: &str = "websocket";

/// What was typed. Lives outside of the screens, so that neither a change of language nor the way from log-in to sign-up loses it.
#[derive(Clone, Copy)]
pub(crate) struct Typed {
    pub(crate) address: RwSignal<String>,
    pub(crate) password: RwSignal<String>,
    websocket: RwSignal<String>,
    advanced: RwSignal<bool>,
}

impl Typed {
    /// Nothing typed yet.
    pub(crate) fn new() -> Self {
        Self {
            address: RwSignal::default(),
            password: RwSignal::default(),
            websocket: RwSignal::default(),
            advanced: RwSignal::new(false),
        }
    }

    /// Forgets the password: nobody needs it any more.
    pub(crate) fn forget_password(self) {
        self.password.set(String::new());
    }

    /// The address, or which field is wrong and why.
    pub(crate) fn jid(self, state: AppState) -> Result<BareJid, (&'static str, String)> {
        let domain = state.site_now().domain;
        self.address
            .with_untracked(|typed| address::parse(typed, domain.as_deref()))
            .map_err(|error: AddressError| (ADDRESS, error.words(state.text())))
    }

    /// Where the server listens: what was typed, else what the operator preset for the default domain.
    pub(crate) fn endpoint(self, state: AppState, jid: &BareJid) -> Result<Endpoint, (&'static str, String)> {
        let typed = self.websocket.get_untracked();
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

/// The screen around a form: the mark, a title, the language switch, the operator's links.
pub(crate) fn frame(state: AppState, title: AnyView, form: AnyView, below: AnyView) -> AnyView {
    let links = move || {
        let links = state.site().links.into_iter();
        links
            .map(|link| view! { <a href=link.url target="_blank" rel="noopener noreferrer">{link.label}</a> })
            .collect::<Vec<_>>()
    };
    view! {
        <main class="entrance">
            <div class="entrance-card">
                <img class="entrance-mark" src="icons/favicon.svg" alt="" width="72" height="72" />
                {title}
                {form}
                {below}
            </div>
            <footer class="entrance-foot">
                {lang_switch(state)}
                {links}
            </footer>
        </main>
    }
    .into_any()
}

fn lang_switch(state: AppState) -> AnyView {
    let t = state.text();
    let button = |lang: Lang, choice: prefs::Lang, name: &'static str| {
        let pressed = if state.lang_now() == lang { "true" } else { "false" };
        view! {
            <button
                type="button"
                class="link-button"
                lang=lang.tag()
                aria-pressed=pressed
                on:click=move |_| state.choose_lang(choice)
            >
                {name}
            </button>
        }
    };
    view! { <span class="lang-switch">{button(Lang::En, prefs::Lang::En, t.english)}{button(Lang::Zh, prefs::Lang::Zh, t.chinese)}</span> }.into_any()
}

/// The field for the address.
pub(crate) fn address_field(state: AppState, typed: Typed, t: &'static Text) -> AnyView {
    let hint = move || match state.site().domain {
        Some(domain) => address_hint(t, &domain),
        None => t.address_hint.to_owned(),
    };
    view! {
        <div class="field">
            <label for=ADDRESS>{t.address}</label>
            <input
                id=ADDRESS
                name="username"
                type="text"
                inputmode="email"
                autocomplete="username"
                autocapitalize="none"
                spellcheck="false"
                dir="ltr"
                placeholder=hint
                prop:value=typed.address
                on:input=move |event| typed.address.set(event_target_value(&event))
            />
        </div>
    }
    .into_any()
}

/// `name@example.org`, in the language's word for a name.
fn address_hint(t: &Text, domain: &str) -> String {
    let name = t.address_hint.split('@').next().unwrap_or_default();
    [name, "@", domain].concat()
}

/// The disclosure with the field for the WebSocket address.
pub(crate) fn advanced(typed: Typed, t: &'static Text) -> AnyView {
    let open = typed.advanced;
    view! {
        <div class="advanced">
            <button
                type="button"
                class="link-button disclosure"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-controls="advanced"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {t.advanced}
                {icon::icon(icon::CHEVRON)}
            </button>
            <div id="advanced" class="field" hidden=move || !open.get()>
                <label for=WEBSOCKET>{t.websocket_address}</label>
                <input
                    id=WEBSOCKET
                    type="url"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    dir="ltr"
                    placeholder="wss://"
                    aria-describedby="websocket-hint"
                    prop:value=typed.websocket
                    on:input=move |event| typed.websocket.set(event_target_value(&event))
                />
                <p id="websocket-hint" class="hint">{t.websocket_hint}</p>
            </div>
        </div>
    }
    .into_any()
}

/// The sentence about what is wrong, if something is: first what was found here, then what the server said.
pub(crate) fn error(state: AppState, invalid: RwSignal<Option<String>>) -> AnyView {
    let lang = state.lang_now();
    (move || {
        let words = invalid
            .get()
            .or_else(|| state.form_problem().map(|problem| crate::i18n::problem_words(lang, &problem)))?;
        Some(view! { <p class="form-error" role="alert">{icon::icon(icon::ALERT)}<span>{words}</span></p> })
    })
    .into_any()
}

/// The field to look at again after a problem.
pub(crate) fn field_of(problem: &Problem) -> &'static str {
    match problem {
        Problem::NoEndpoint { .. } | Problem::Unreachable { .. } | Problem::NameTaken | Problem::SignUpClosed => ADDRESS,
        _ => PASSWORD,
    }
}

/// The button that sends the form, and the one that gives up while it is under way.
pub(crate) fn submit(state: AppState, name: &'static str, busy_name: &'static str, t: &'static Text) -> AnyView {
    view! {
        <button type="submit" class="button primary wide" aria-busy=move || if state.busy() { "true" } else { "false" }>
            {move || if state.busy() { busy_name } else { name }}
        </button>
        {move || {
            state.busy().then(|| view! {
                <button type="button" class="link-button" on:click=move |_| state.leave_form()>{t.cancel}</button>
            })
        }}
    }
    .into_any()
}

/// A sentence with a link in it for screens below the form.
pub(crate) fn crossing(question: &'static str, href: &'static str, link: &'static str) -> AnyView {
    view! { <p class="crossing">{question}" "<a href=href>{link}</a></p> }.into_any()
}

/// The sentence for a field that is still empty.
pub(crate) fn empty_field(t: &Text, label: &str) -> String {
    fill(t.field_empty, &[label])
}
