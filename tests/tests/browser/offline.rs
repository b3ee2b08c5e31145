//! Without the network, and when it comes back.

use crate::support::{PASSWORD, befriend, registered, somebody, somebody_at, until_bodies};
use acceptance::{
    App, Engine, Network, Options, config_for, eventually, fresh_name, scenario, start_prosody,
};
use model::Command;
use xtask::prosody;

/// Waits until the service worker has everything it needs to start the app without the network.
async fn until_installed(app: &App) {
    eventually("the service worker", async || {
        let script = "return navigator.serviceWorker.controller ? 'controls' : 'does not control'";
        let state: String = app.eval(script, vec![]).await;
        if state == "controls" {
            return Ok(());
        }
        let ready: String = app
            .eval(
                "if (window.ready === undefined) {
                   window.ready = 'waiting';
                   navigator.serviceWorker.ready.then(r => { window.ready = r.active ? r.active.state : 'none'; });
                 }
                 return window.ready",
                vec![],
            )
            .await;
        if ready == "activated" { Ok(()) } else { Err(format!("{state}, {ready}")) }
    })
    .await;
}

#[test]
fn a_reload_without_any_network_shows_the_last_chat_from_disk() {
    for engine in Engine::ALL {
        scenario(async move {
            let mut server = start_prosody(prosody::Options::default());
            let options = Options { config: Some(config_for(&server)), ..Options::default() };
            let jid = format!("{}@localhost", fresh_name("alice"));
            let mut app = App::open(engine, options).await;
            app.register(&jid, PASSWORD).await;
            let (other, other_jid) = somebody_at("bob", &server.ws_url()).await;
            befriend(&app, &jid, &other, &other_jid).await;
            app.open_chat(other_jid.as_str()).await;
            app.send("on disk").await;
            other.command(Command::SendText {
                chat: jid.parse().unwrap(),
                body: "me too".into(),
                reply: None,
                spoiler: None,
            });
            app.until_message("me too", |_| true).await;
            app.until_message("on disk", acceptance::Message::is_sent).await;
            until_installed(&app).await;

            app.site_mut().stop();
            server.kill();
            app.reload().await;
            until_bodies(&app, &["on disk", "me too"]).await;
            app.go_to_chats().await;
            app.until_chat(other_jid.as_str(), |c| c.text.contains("me too")).await;
            app.go_to_contacts().await;
            app.until_contact(other_jid.as_str(), |c| c.subscription == "both").await;
            assert_ne!(app.connection().await, "online");

            app.open_chat(other_jid.as_str()).await;
            app.send("written offline").await;
            assert_eq!(app.until_message("written offline", |_| true).await.state, "queued");
            // It is shown at once, and on disk a moment later: nobody reloads within that one.
            eventually("what was written to be on disk", async || {
                let kept = app.stored_messages(&jid, other_jid.as_str()).await;
                let is_kept = kept.iter().any(|row| row.body == "written offline");
                if is_kept { Ok(()) } else { Err(format!("{} are", kept.len())) }
            })
            .await;
            app.reload().await;
            app.until_message("written offline", |m| m.state == "queued").await;

            server.start_again().unwrap();
            app.until_connection("online").await;
            app.until_message("written offline", acceptance::Message::is_sent).await;
            other.until_received("written offline").await;
        });
    }
}

#[test]
fn a_cut_network_is_noticed_and_so_is_its_return() {
    scenario(async {
        let (mut app, jid) = registered(Engine::Chromium, "alice", Options::default()).await;
        let (other, other_jid) = somebody("bob").await;
        befriend(&app, &jid, &other, &other_jid).await;
        until_installed(&app).await;
        app.reload().await;
        app.until_connection("online").await;
        app.set_network(Network::Offline).await;
        app.reload().await;
        app.open_chat(other_jid.as_str()).await;
        app.until_connection("waiting").await;
        // The browser may tell a moment after the first try has failed.
        eventually("the page to say why", async || {
            let words = app.connection_text().await;
            if words.contains("no network") { Ok(()) } else { Err(words) }
        })
        .await;
        app.send("later").await;
        app.set_network(Network::Online).await;
        app.until_message("later", acceptance::Message::is_sent).await;
        other.until_received("later").await;
    });
}

#[test]
fn a_restarted_server_is_found_again_by_itself() {
    for engine in Engine::ALL {
        scenario(async move {
            let mut server = start_prosody(prosody::Options::default());
            let options = Options { config: Some(config_for(&server)), ..Options::default() };
            let app = App::open(engine, options).await;
            let jid = format!("{}@localhost", fresh_name("alice"));
            app.register(&jid, PASSWORD).await;
            server.stop();
            eventually("the page to notice", async || {
                let state = app.connection().await;
                if state == "waiting" || state == "connecting" { Ok(()) } else { Err(state) }
            })
            .await;
            server.start_again().unwrap();
            app.until_connection("online").await;
        });
    }
}
