//! The Goldcrest user interface. Here is only the order in which it starts; the rooms are described in `docs/ARCHITECTURE.md`.

mod address;
#[cfg(feature = "demo")]
mod demo;
mod dom;
mod features;
mod i18n;
mod live;
mod parts;
mod percent;
mod router;
mod shell;
mod state;
mod theme;
mod ui;
mod viewport;

use browser::prefs;
use i18n::{Lang, formats};
use leptos::prelude::mount_to;
use model::{BareJid, Saved};
use router::Router;
use state::{AppState, Choices, Clock};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

fn main() {
    spawn_local(start());
}

/// What is on this device is painted first; only then the pump starts, and with it the connection.
async fn start() {
    #[cfg(feature = "demo")]
    if let Some(scene) = demo::scene() {
        return show(scene.account.clone(), scene.saved.clone(), |state| scene.play(state));
    }
    let boot = browser::boot().await;
    let (account, saved) = (boot.account.clone(), boot.saved.clone());
    show(account, saved, |state| {
        if let Some(problem) = boot.problem.clone() {
            state.apply_problem(problem);
        }
        state.follow_keeping();
        let presets = boot.config();
        spawn_local(async move { state.apply_site(presets.await) });
        state.connect(Rc::new(boot.run(Rc::new(move |events| state.apply(events)))));
    });
}

/// Puts the screens on the page in place of the static skeleton.
fn show(account: Option<BareJid>, saved: Saved, connect: impl FnOnce(AppState) + 'static) {
    let choices = choices();
    theme::show(choices.theme);
    theme::show_size(choices.text_size);
    let Some(root) = dom::by_id("app") else { return };
    let clock = Clock { now: formats::now, utc_offset: formats::utc_offset };
    let view = mount_to(root, move || {
        let state = AppState::new(account, &saved, choices, clock);
        connect(state);
        // The screens are plain elements (`ui::el`), so leptos is given an empty view; what it owns is their signals.
        let _ = dom::by_id("app").map(|root| root.append_child(&shell::shell(state, Router::start()).node()));
    });
    // The app lives as long as the page.
    view.forget();
    viewport::follow();
    if let Some(skeleton) = dom::by_id("skeleton") {
        skeleton.remove();
    }
}

fn choices() -> Choices {
    let lang_choice = prefs::lang();
    let query = dom::window().location().search().unwrap_or_default();
    let lang: Lang = i18n::resolve(lang_choice, &query, &formats::browser_languages());
    Choices {
        lang,
        lang_choice,
        theme: prefs::theme(),
        text_size: prefs::text_size(),
        markers: prefs::markers(),
        typing: prefs::typing(),
    }
}
