//! Settings.

use crate::i18n::{self, Text};
use crate::parts::person;
use crate::state::AppState;
use crate::ui::dialog::Dialog;
use crate::ui::{copy, icon};
use browser::prefs::{Lang, Theme};
use leptos::{html, prelude::*};
use model::Connection;

/// The screen.
pub(crate) fn screen(state: AppState) -> AnyView {
    let t: &'static Text = state.text();
    let dialog = Dialog::new();
    view! {
        <header class="bar"><h1 class="bar-title">{t.settings}</h1></header>
        <div class="scroll settings">
            {account(state, t)}
            {radios("language", t.language, &[
                (t.system, Lang::System),
                (t.english, Lang::En),
                (t.chinese, Lang::Zh),
            ], move || state.lang_choice(), move |lang| state.choose_lang(lang))}
            {radios("theme", t.theme, &[
                (t.system, Theme::System),
                (t.light, Theme::Light),
                (t.dark, Theme::Dark),
            ], move || state.theme(), move |theme| state.choose_theme(theme))}
            <section class="card">
                <h2>{t.stored_title}</h2>
                <p>{t.stored_text}</p>
                <p>{t.stored_password}</p>
            </section>
            <section class="card">
                <h2>{t.about}</h2>
                <p>{t.about_text}</p>
                <p class="quiet">{t.brand}" · "{i18n::fill(t.version, &[env!("CARGO_PKG_VERSION")])}</p>
            </section>
            <button type="button" class="button danger wide" on:click=move |_| dialog.open()>
                {icon::icon(icon::LOG_OUT)}
                {t.log_out}
            </button>
        </div>
        {log_out_dialog(state, dialog)}
    }
    .into_any()
}

fn account(state: AppState, t: &'static Text) -> AnyView {
    let Some(jid) = state.account_now() else { return ().into_any() };
    let name = jid.local().unwrap_or(jid.as_str()).to_owned();
    let shown = name.clone();
    let offline = move || !matches!(state.connection(), Connection::Online | Connection::Connecting);
    view! {
        <section class="card account" aria-label=t.account>
            <div class="account-head">
                <span class="avatar-box large">{person::avatar(&jid, move || name.clone())}</span>
                <div>
                    <p class="account-name" dir="auto">{shown}</p>
                    <p class="quiet">{move || connection_words(state.connection(), t)}</p>
                </div>
            </div>
            {copy::copy_field(t.your_address, jid.to_string(), t.copy, t.copied)}
            {move || {
                offline().then(|| view! {
                    <button type="button" class="button small" on:click=move |_| state.connect_now()>
                        {t.retry_connection}
                    </button>
                })
            }}
        </section>
    }
    .into_any()
}

fn connection_words(connection: Connection, t: &Text) -> &'static str {
    match connection {
        Connection::Online => t.conn_online,
        Connection::Connecting => t.conn_connecting,
        _ => t.conn_stopped,
    }
}

/// A row of choices of which one holds.
fn radios<T: Copy + PartialEq + Send + Sync + 'static>(
    group: &'static str,
    label: &'static str,
    choices: &[(&'static str, T)],
    chosen: impl Fn() -> T + Copy + Send + Sync + 'static,
    choose: impl Fn(T) + Copy + 'static,
) -> AnyView {
    let options: Vec<_> = choices
        .iter()
        .map(|&(name, value)| {
            view! {
                <label class="segment">
                    <input
                        type="radio"
                        name=group
                        prop:checked=move || chosen() == value
                        on:change=move |_| choose(value)
                    />
                    <span>{name}</span>
                </label>
            }
        })
        .collect();
    view! {
        <section class="card">
            <h2 id=group>{label}</h2>
            <div class="segments" role="radiogroup" aria-labelledby=group>{options}</div>
        </section>
    }
    .into_any()
}

fn log_out_dialog(state: AppState, dialog: Dialog) -> AnyView {
    let t = state.text();
    let erase = NodeRef::<html::Input>::new();
    let name = state.account_now().map(|jid| jid.to_string()).unwrap_or_default();
    let log_out = move |_| {
        let erase = erase.get_untracked().is_some_and(|erase| erase.checked());
        dialog.close();
        state.log_out(erase);
    };
    let body = view! {
        <p>{t.log_out_text}</p>
        <label class="check">
            <input type="checkbox" node_ref=erase aria-describedby="erase-text" />
            <span>{t.erase}</span>
        </label>
        <p id="erase-text" class="hint">{t.erase_text}</p>
    }
    .into_any();
    let actions = view! {
        <button type="button" class="button" on:click=move |_| dialog.close()>{t.cancel}</button>
        <button type="button" class="button danger" on:click=log_out>{t.log_out}</button>
    }
    .into_any();
    dialog.view("log-out-title", i18n::fill(t.log_out_title, &[&name]), body, actions)
}
