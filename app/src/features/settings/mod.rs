//! Settings.

mod keys;

use crate::i18n::{self, Text};
use crate::live::{Give, effect, give};
use crate::parts::person;
use crate::state::AppState;
use crate::ui::dialog::Dialog;
use crate::ui::el::{El, View, el};
use crate::ui::switch::switch;
use crate::ui::{copy, icon};
use browser::prefs::{Lang, TextSize, Theme};
use model::{ArchivePolicy, Connection, Problem};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// The screen.
pub(crate) fn screen(state: AppState) -> View {
    let t: &'static Text = state.text();
    let dialog = Dialog::new();
    let ask = log_out_dialog(state, &dialog);
    let langs = [(t.system, Lang::System), (t.english, Lang::En), (t.chinese, Lang::Zh)];
    let themes = [(t.system, Theme::System), (t.light, Theme::Light), (t.dark, Theme::Dark)];
    let sizes = [
        (t.text_normal, TextSize::Normal),
        (t.text_large, TextSize::Large),
        (t.text_largest, TextSize::Largest),
    ];
    let version = [t.brand, " · ", &i18n::fill(t.version, &[env!("CARGO_PKG_VERSION")])].concat();
    let log_out = el("button").attr("type", "button").class("button danger wide");
    View::from([
        el("header bar").with(el("h1 bar-title").text(t.settings)),
        el("div scroll settings").with(account(state, t)).with([
            radios(
                "language",
                t.language,
                langs.map(|(name, choice)| {
                    let is = give(move || state.lang_choice() == choice);
                    (name, is, give(move || state.choose_lang(choice)))
                }),
            ),
            radios(
                "theme",
                t.theme,
                themes.map(|(name, choice)| {
                    let is = give(move || state.theme() == choice);
                    (name, is, give(move || state.choose_theme(choice)))
                }),
            ),
            radios(
                "text-size",
                t.text_size,
                sizes.map(|(name, choice)| {
                    let is = give(move || state.text_size() == choice);
                    (name, is, give(move || state.choose_text_size(choice)))
                }),
            ),
            privacy(state, t),
            archive(state, t),
            stored(state, t),
            keys::card(t),
            card(t.about).with([el("p").text(t.about_text), el("p quiet").text(&version)]),
            log_out.on("click", move |_| dialog.open()).with(icon::icon(icon::LOG_OUT)).text(t.log_out),
        ]),
        ask,
    ])
}

fn card(title: &str) -> El {
    el("section card").with(el("h2").text(title))
}

fn account(state: AppState, t: &'static Text) -> Option<El> {
    let jid = state.account_now()?;
    let name = jid.local().unwrap_or(jid.as_str()).to_owned();
    let words = el("div").with([
        el("p account-name").attr("dir", "auto").text(&name),
        el("p quiet").live_text(move || connection_words(state.connection(), t).into()),
    ]);
    let picture = el("span avatar-box large").with(person::avatar(&jid, move || name.clone()));
    let works = move || matches!(state.connection(), Connection::Online | Connection::Connecting);
    let retry = move |works: &bool| {
        let button = || el("button").attr("type", "button").class("button small").text(t.retry_connection);
        (!works).then(|| button().on("click", move |_| state.connect_now()))
    };
    Some(
        el("section card account")
            .attr("aria-label", t.account)
            .with([
                el("div account-head").with([picture, words]),
                copy::copy_field(t.your_address, jid.to_string(), t.copy, t.copied),
            ])
            .live(works, retry),
    )
}

fn connection_words(connection: Connection, t: &Text) -> &'static str {
    match connection {
        Connection::Online => t.conn_online,
        Connection::Connecting => t.conn_connecting,
        _ => t.conn_stopped,
    }
}

/// A name, whether it is chosen, and how to choose it.
type Choice = (&'static str, Give<bool>, Give<()>);

/// A row of choices of which one holds.
fn radios(group: &str, label: &str, choices: [Choice; 3]) -> El {
    let options = choices.map(|(name, is, choose)| {
        let radio = el("input").attr("type", "radio").attr("name", group);
        el("label segment").with([
            radio.live_checked(move || is.call(())).on("change", move |_| choose.call(())),
            el("span").text(name),
        ])
    });
    let row = el("div segments").attr("role", "radiogroup").attr("aria-labelledby", group).with(options);
    el("section card").with([el("h2").attr("id", group).text(label), row])
}

fn privacy(state: AppState, t: &Text) -> El {
    let choose = move |on| state.choose_markers(on);
    let markers =
        switch("markers-text", t.send_markers, t.send_markers_text, move || state.markers(), choose);
    let choose = move |on| state.choose_typing(on);
    let typing = switch("typing-text", t.send_typing, t.send_typing_text, move || state.typing(), choose);
    card(t.privacy).with([markers, typing, el("p hint").text(t.privacy_per_person)])
}

/// What the server keeps, if it leaves a choice.
fn archive(state: AppState, t: &'static Text) -> El {
    effect(move || {
        if state.connection() == Connection::Online {
            state.ask_archive_policy();
        }
    });
    let policies = [
        (t.archive_always, ArchivePolicy::Always),
        (t.archive_roster, ArchivePolicy::Roster),
        (t.archive_never, ArchivePolicy::Never),
    ];
    let choices = policies.map(|(name, policy)| {
        let is = give(move || state.archive_policy() == Some(policy));
        (name, is, give(move || state.choose_archive_policy(policy)))
    });
    radios("archive", t.archive, choices)
        .with(el("p hint").text(t.archive_text))
        .live_flag("hidden", move || state.archive_policy().is_none())
        .live_attr("aria-busy", move || state.archive_choosing().then(|| "true".into()))
}

/// What is stored, and whether it stays.
fn stored(state: AppState, t: &'static Text) -> El {
    let lang = state.lang_now();
    let trouble = move |problem: &Option<Problem>| {
        let words = i18n::problem_words(lang, problem.as_ref()?);
        Some(el("p form-error").with([icon::icon(icon::ALERT), el("span").text(&words)]))
    };
    let promise = move |kept: &Option<bool>| match kept {
        Some(true) => vec![el("p").text(t.kept)],
        Some(false) => {
            let ask = el("button").attr("type", "button").class("button small").text(t.ask_to_keep);
            vec![el("p").text(t.may_be_cleared), ask.on("click", move |_| state.ask_to_keep())]
        }
        None => Vec::new(),
    };
    card(t.stored_title)
        .live(move || state.unkept(), trouble)
        .with([el("p").text(t.stored_text), el("p").text(t.stored_password)])
        .live(move || state.kept().filter(|_| state.unkept().is_none()), promise)
}

fn log_out_dialog(state: AppState, dialog: &Dialog) -> El {
    let t = state.text();
    let erase = el("input").attr("type", "checkbox").attr("aria-describedby", "erase-text");
    let name = state.account_now().map(|jid| jid.to_string()).unwrap_or_default();
    let (cancelled, left, tick) = (dialog.clone(), dialog.clone(), erase.node());
    let log_out = move |_| {
        let erase = tick.dyn_ref::<HtmlInputElement>().is_some_and(HtmlInputElement::checked);
        left.close();
        state.log_out(erase);
    };
    let body = [
        el("p").text(t.log_out_text),
        el("label check").with([erase, el("span").text(t.erase)]),
        el("p").attr("id", "erase-text").class("hint").text(t.erase_text),
    ];
    let button = |class: &str, name: &str| el("button").attr("type", "button").class(class).text(name);
    let actions = [
        button("button", t.cancel).on("click", move |_| cancelled.close()),
        button("button danger", t.log_out).on("click", log_out),
    ];
    let title = el("h2").text(&i18n::fill(t.log_out_title, &[&name]));
    dialog.view("log-out-title", title, body, actions)
}
