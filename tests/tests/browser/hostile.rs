//! Servers that break off, lie or babble: each ends in a clear sentence and a working page.

use crate::support::PASSWORD;
use acceptance::evil::{self, Act, Server, Step, USER, frames};
use acceptance::{App, Engine, Options, World, eventually, scenario};
use std::sync::atomic::{AtomicBool, Ordering};

/// Misbehaves once at a step.
async fn once_at(step: Step, act: Act) -> Server {
    let done = AtomicBool::new(false);
    Server::start(
        move |now, _| {
            if now == step && !done.swap(true, Ordering::SeqCst) { act.clone() } else { Act::AsUsual }
        },
    )
    .await
}

async fn open_at(engine: Engine, server: &Server) -> App {
    App::open(engine, Options { config: Some(server.config()), ..Options::default() }).await
}

fn victim() -> String {
    format!("{USER}@localhost")
}

/// The page still works if it can log in to a real server.
async fn works(app: &App) {
    let jid = World::shared().account("alice", PASSWORD);
    app.set_websocket(&World::shared().prosody().ws_url()).await;
    app.login(&jid, PASSWORD).await;
}

#[test]
fn a_server_that_drops_the_socket_during_log_in() {
    for (engine, step) in [
        (Engine::Chromium, Step::Connect),
        (Engine::Firefox, Step::Open),
        (Engine::WebKit, Step::Auth),
        (Engine::Chromium, Step::Proof),
    ] {
        scenario(async move {
            let server = once_at(step, Act::Drop).await;
            let app = open_at(engine, &server).await;
            app.submit_login(&victim(), evil::PASSWORD).await;
            app.until_alert("does not answer").await;
            works(&app).await;
        });
    }
}

#[test]
fn a_server_that_drops_the_socket_after_the_password_was_right() {
    for step in [Step::Reopen, Step::Bind, Step::Roster] {
        scenario(async move {
            let server = once_at(step, Act::Drop).await;
            let app = open_at(Engine::Chromium, &server).await;
            app.login(&victim(), evil::PASSWORD).await;
            eventually("a second stream", async || {
                let opens = server.received().iter().filter(|f| f.starts_with("<open")).count();
                if opens > 2 { Ok(()) } else { Err(format!("{opens} streams")) }
            })
            .await;
            app.until_connection("online").await;
        });
    }
}

#[test]
fn frames_that_must_be_refused() {
    let refused = frames::refused();
    let pick = |what: &str| {
        refused
            .iter()
            .find(|(name, ..)| *name == what)
            .map(|(_, word, frame)| (*word, frame.clone()))
            .unwrap()
    };
    for (engine, (word, frame)) in [
        (Engine::Chromium, pick("a frame that breaks off")),
        (Engine::Chromium, pick("2 MiB")),
        (Engine::Firefox, pick("a DTD")),
        (Engine::Firefox, pick("2 MiB")),
        (Engine::WebKit, pick("deep nesting")),
        (Engine::WebKit, pick("2 MiB")),
    ] {
        scenario(async move {
            let server = once_at(Step::Roster, Act::Also(vec![frame])).await;
            let app = open_at(engine, &server).await;
            app.submit_login(&victim(), evil::PASSWORD).await;
            app.until_alert(&format!("sent something it should not ({word})")).await;
            app.until_connection("online").await;
            server.say(frames::message("friend@localhost/x", "m1", "welcome back"));
            app.until_chat("friend@localhost", |c| c.unread == 1).await;
            app.click("button", "Dismiss").await;
            eventually("the notice to go", async || {
                let alerts = app.alerts().await;
                if alerts.is_empty() { Ok(()) } else { Err(format!("{alerts:?}")) }
            })
            .await;
        });
    }
}

#[test]
fn a_server_that_cannot_prove_itself() {
    scenario(async {
        let bare = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";
        let server = once_at(Step::Proof, Act::Say(vec![bare.into()])).await;
        let app = open_at(Engine::Chromium, &server).await;
        app.submit_login(&victim(), evil::PASSWORD).await;
        app.until_alert("could not prove").await;
        works(&app).await;
    });
}

#[test]
fn a_server_that_says_nothing() {
    scenario(async {
        let server = once_at(Step::Open, Act::Silence).await;
        let app = open_at(Engine::WebKit, &server).await;
        app.submit_login(&victim(), evil::PASSWORD).await;
        app.until_alert("does not answer").await;
        works(&app).await;
    });
}

#[test]
fn a_log_in_under_way_can_be_given_up() {
    scenario(async {
        let server = once_at(Step::Open, Act::Silence).await;
        let app = open_at(Engine::Chromium, &server).await;
        app.submit_login(&victim(), evil::PASSWORD).await;
        app.click("button", "Cancel").await;
        works(&app).await;
    });
}

#[test]
fn a_session_that_was_opened_elsewhere_waits_for_its_person() {
    scenario(async {
        let server = Server::start(|_, _| Act::AsUsual).await;
        let app = open_at(Engine::Firefox, &server).await;
        app.login(&victim(), evil::PASSWORD).await;
        server.say(frames::stream_error("conflict"));
        app.until_alert("opened somewhere else").await;
        app.until_connection("stopped").await;
        app.click("button", "Try now").await;
        app.until_connection("online").await;
    });
}

#[test]
fn a_stranger_cannot_change_the_contacts_or_run_anything() {
    scenario(async {
        let server = Server::start(|_, _| Act::AsUsual).await;
        let app = open_at(Engine::Chromium, &server).await;
        app.login(&victim(), evil::PASSWORD).await;
        app.go_to_contacts().await;
        server.say(frames::roster_push(Some("stranger@localhost"), "planted@localhost"));
        server.say(frames::roster_push(None, "genuine@localhost"));
        app.until_contact("genuine@localhost", |_| true).await;
        let jids: Vec<_> = app.contacts().await.into_iter().map(|c| c.jid).collect();
        assert_eq!(jids, ["genuine@localhost"]);
        app.until_connection("online").await;
    });
}

/// A panic of the app is a trap of its wasm. Another module's trap looks the same to the page. Not in Firefox: what
/// `WebDriver` runs there lives in a world of its own, and the page does not hear of its errors.
#[test]
fn a_crash_offers_to_load_again() {
    for engine in [Engine::Chromium, Engine::WebKit] {
        scenario(async move {
            let app = App::open(engine, Options::default()).await;
            app.find_textbox("Address").await;
            app.eval::<()>(
                "const code = [0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,5,1,3,0,0,11];
                 const trap = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(code))).exports.f;
                 setTimeout(trap, 0);
                 return null",
                vec![],
            )
            .await;
            app.until_words("Goldcrest has stopped because of an error").await;
            app.click("button", "Reload").await;
            app.find_textbox("Address").await;
            assert!(
                !app.shows(
                    "alertdialog",
                    "Goldcrest has stopped because of an error. Reloading usually helps."
                )
                .await
            );
        });
    }
}
