//! Sign-up, log-in and log-out, and how they go wrong.

use crate::support::{PASSWORD, befriend, registered, somebody};
use acceptance::{App, Engine, Options, World, artifacts_dir, evil, scenario};

/// The name before the `@`; the page sets it apart from the server.
fn local(jid: &str) -> &str {
    jid.split('@').next().expect("a local part")
}

#[test]
fn a_wrong_password_is_told_and_the_right_one_works() {
    for engine in Engine::ALL {
        scenario(async move {
            let jid = World::shared().account("alice", PASSWORD);
            let app = App::open(engine, Options::default()).await;
            app.submit_login(&jid, "not the password").await;
            app.until_alert("do not fit together").await;
            assert_eq!(app.route().await, "/login");
            app.login(&jid, PASSWORD).await;
            assert_eq!(app.alerts().await, Vec::<String>::new());
        });
    }
}

#[test]
fn a_name_alone_means_the_operators_server() {
    scenario(async {
        let jid = World::shared().account("alice", PASSWORD);
        let app = App::open(Engine::Chromium, Options::default()).await;
        app.login(local(&jid), PASSWORD).await;
        app.go_to_settings().await;
        app.until_words(local(&jid)).await;
    });
}

#[test]
fn a_taken_name_is_told_and_another_works() {
    scenario(async {
        let taken = World::shared().account("alice", PASSWORD);
        let app = App::open(Engine::Firefox, Options::default()).await;
        app.submit_sign_up(&taken, PASSWORD).await;
        app.until_alert("already taken").await;
        app.register(&World::shared().fresh_jid("alice"), PASSWORD).await;
    });
}

#[test]
fn a_server_that_is_not_there_is_told_and_a_real_one_works() {
    for engine in Engine::ALL {
        scenario(async move {
            let jid = World::shared().account("alice", PASSWORD);
            let app = App::open(engine, Options::default()).await;
            app.set_websocket(&evil::nowhere()).await;
            app.submit_login(&jid, PASSWORD).await;
            app.until_alert("does not answer").await;
            app.set_websocket(&World::shared().prosody().ws_url()).await;
            app.login(&jid, PASSWORD).await;
        });
    }
}

#[test]
fn the_focus_does_not_move_under_the_fingers_of_who_types() {
    scenario(async {
        // Frames come late on a slow machine, here when the test says so.
        let late = "{
            const frame = window.requestAnimationFrame.bind(window);
            window.late = null;
            window.requestAnimationFrame = f => window.late ? window.late.push(f) : frame(f);
        }";
        let options = Options { before_load: vec![late.into()], ..Options::default() };
        let app = App::open(Engine::Chromium, options).await;
        app.set_websocket(&evil::nowhere()).await;
        let _: bool = app.eval("window.late = []; return true", vec![]).await;
        app.submit_login("alice@localhost", PASSWORD).await;
        app.until_alert("does not answer").await;
        app.fill("Password", "another").await;
        let frames: usize =
            app.eval("const n = late.length; late.forEach(f => f(0)); return n", vec![]).await;
        assert!(frames > 0, "something would have moved");
        let focused: String = app.eval("return document.activeElement.type", vec![]).await;
        assert_eq!(focused, "password");
    });
}

#[test]
fn what_is_no_address_is_told_before_anything_is_sent() {
    scenario(async {
        let server = evil::Server::start(|_, _| evil::Act::AsUsual).await;
        let options = Options { config: Some(server.config()), ..Options::default() };
        let app = App::open(Engine::Chromium, options).await;
        for (address, password, part) in [
            ("", PASSWORD, "Type your address"),
            ("alice@two@localhost", PASSWORD, "not an address"),
            ("alice@localhost", "", "Type your password"),
        ] {
            app.submit_login(address, password).await;
            app.until_alert(part).await;
        }
        assert_eq!(server.received(), Vec::<String>::new());
    });
}

#[test]
fn nobody_needs_the_password_twice_and_nothing_keeps_it() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, jid) = registered(engine, "alice", Options::default()).await;
            app.reload().await;
            app.until_connection("online").await;
            let dump = app.storage_dump().await;
            assert!(dump.contains(&jid), "the account is kept, so the dump shows what is kept");
            assert!(!dump.contains(PASSWORD), "the password is kept");
        });
    }
}

#[test]
fn a_browser_that_is_closed_and_opened_again_is_still_logged_in() {
    scenario(async {
        let dir = artifacts_dir().join("profile");
        std::fs::remove_dir_all(&dir).ok();
        let options = Options { profile_dir: Some(dir.clone()), ..Options::default() };
        let (mut app, jid) = registered(Engine::Chromium, "alice", options.clone()).await;
        let (url, port_kept) = (app.url().to_owned(), app.take_site());
        app.close().await;
        let app = App::open(Engine::Chromium, Options { url: Some(url), ..options }).await;
        app.until_connection("online").await;
        app.go_to_settings().await;
        app.until_words(local(&jid)).await;
        app.close().await;
        drop(port_kept);
        std::fs::remove_dir_all(dir).expect("the profile can be removed once its browser is gone");
    });
}

#[test]
fn a_log_out_leaves_what_it_says_it_leaves() {
    for (engine, erase) in
        [(Engine::Chromium, true), (Engine::Chromium, false), (Engine::Firefox, true), (Engine::WebKit, true)]
    {
        scenario(async move {
            let (app, jid) = registered(engine, "alice", Options::default()).await;
            let (other, other_jid) = somebody("bob").await;
            befriend(&app, &jid, &other, &other_jid).await;
            app.open_chat(other_jid.as_str()).await;
            app.send("between us").await;
            app.until_message("between us", acceptance::Message::is_sent).await;
            app.logout(erase).await;
            let dump = app.storage_dump().await;
            assert_eq!(dump.contains("between us"), !erase, "{engine}: {dump}");
            assert!(!erase || !dump.contains(other_jid.as_str()), "{engine}: {dump}");
            assert!(!dump.contains("salt"), "{engine}: the key is gone either way: {dump}");
            app.reload().await;
            app.at("/login").await;
            app.login(&jid, PASSWORD).await;
            app.open_chat(other_jid.as_str()).await;
            // This device was erased, not the server's archive (XEP-0313): what was said comes back either way, once.
            app.until_message("between us", acceptance::Message::is_sent).await;
            assert_eq!(app.messages().await.len(), 1, "{engine}, erased: {erase}");
        });
    }
}

#[test]
fn back_goes_back() {
    scenario(async {
        let (app, jid) = registered(Engine::Chromium, "alice", Options::default()).await;
        app.go_to_chats().await;
        app.go_to_contacts().await;
        app.open_chat(&jid).await;
        app.browser_back().await;
        app.at("/contacts").await;
        app.browser_back().await;
        app.at("/").await;
        assert!(
            !app.shows("textbox", "Password").await,
            "Back never leads to the log-in form while logged in"
        );
    });
}
