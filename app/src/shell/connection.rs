//! The state of the connection: a quiet word while all is well, a strip with a way out when it is not.

use crate::i18n::{self, Text};
use crate::state::AppState;
use crate::ui::icon;
use leptos::prelude::*;
use model::{Connection, WaitReason};

fn slug(connection: Connection) -> &'static str {
    match connection {
        Connection::Idle => "idle",
        Connection::Connecting => "connecting",
        Connection::Online => "online",
        Connection::Waiting { .. } => "waiting",
        Connection::Stopped => "stopped",
    }
}

fn words(connection: Connection, t: &Text) -> &'static str {
    match connection {
        Connection::Idle => t.conn_idle,
        Connection::Connecting => t.conn_connecting,
        Connection::Online => t.conn_online,
        Connection::Waiting { reason: WaitReason::NoNetwork, .. } => t.conn_no_network,
        Connection::Waiting { .. } => t.conn_waiting,
        Connection::Stopped => t.conn_stopped,
    }
}

/// The one element that says it.
pub(super) fn status(state: AppState) -> AnyView {
    let t = state.text();
    let broken = Memo::new(move |_| !matches!(state.connection(), Connection::Online | Connection::Connecting));
    view! {
        <span
            class="connection"
            role="status"
            aria-label=t.connection
            data-connection=move || slug(state.connection())
        >
            {move || icon::icon(if broken.get() { icon::CLOUD_OFF } else { icon::CLOUD })}
            <span class="connection-words">{move || words(state.connection(), t)}</span>
        </span>
    }
    .into_any()
}

/// The same inside the app, where it grows to a strip from the moment a connection is lost until there is one again.
pub(super) fn strip(state: AppState) -> AnyView {
    let (t, lang) = (state.text(), state.lang_now());
    let why = move || state.trouble().map(|problem| i18n::problem_words(lang, &problem));
    let way_out = move || {
        if !state.troubled() {
            return ().into_any();
        }
        if state.password_needed() {
            return view! { <a class="button small" href="#/login">{t.log_in_again}</a> }.into_any();
        }
        // While a try is under way there is nothing to press.
        let trying = state.connection() == Connection::Connecting;
        view! {
            <button type="button" class="button small" disabled=trying on:click=move |_| state.connect_now()>
                {t.try_now}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="strip" class:troubled=move || state.troubled()>
            {status(state)}
            <span class="strip-why">{why}</span>
            {way_out}
        </div>
    }
    .into_any()
}
