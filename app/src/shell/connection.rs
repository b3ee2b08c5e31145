//! The state of the connection: a quiet word while all is well, a strip with a way out when it is not.

use crate::i18n::{self, Text};
use crate::state::AppState;
use crate::ui::el::{El, el};
use crate::ui::icon;
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
pub(super) fn status(state: AppState) -> El {
    let t = state.text();
    let works = move || matches!(state.connection(), Connection::Online | Connection::Connecting);
    el("span connection")
        .attr("role", "status")
        .attr("aria-label", t.connection)
        .live_attr("data-connection", move || Some(slug(state.connection()).into()))
        .live(works, |works| icon::icon(if *works { icon::CLOUD } else { icon::CLOUD_OFF }))
        .with(el("span connection-words").live_text(move || words(state.connection(), t).into()))
}

/// The same inside the app, where it grows to a strip from the moment a connection is lost until there is one again.
pub(super) fn strip(state: AppState) -> El {
    let lang = state.lang_now();
    let why = move || state.trouble().map(|problem| i18n::problem_words(lang, &problem)).unwrap_or_default();
    el("div")
        .live_attr("class", move || Some(if state.troubled() { "strip troubled" } else { "strip" }.into()))
        .with([status(state), el("span strip-why").live_text(why)])
        .live(
            move || {
                let trying = state.connection() == Connection::Connecting;
                state.troubled().then(|| (state.password_needed(), trying))
            },
            move |trouble| trouble.map(|(password_needed, trying)| way_out(state, password_needed, trying)),
        )
}

fn way_out(state: AppState, password_needed: bool, trying: bool) -> El {
    let t = state.text();
    if password_needed {
        return el("a button small").attr("href", "#/login").text(t.log_in_again);
    }
    // While a try is under way there is nothing to press.
    let button =
        el("button").attr("type", "button").class("button small").attr_opt("disabled", trying.then_some(""));
    button.on("click", move |_| state.connect_now()).text(t.try_now)
}
