//! The chat list: drafts, search, order, and what is done with its lines.

use crate::support::{ENTER, befriend, registered, somebody};
use acceptance::native::Client;
use acceptance::{App, Engine, Options, eventually, scenario};
use model::BareJid;

const ESCAPE: &str = "\u{E00C}";
const DOWN: &str = "\u{E015}";
const UP: &str = "\u{E013}";

/// A page, and somebody it talks to.
async fn with_bob(engine: Engine) -> (App, Client, BareJid, BareJid) {
    let (app, jid) = registered(engine, "alice", Options::default()).await;
    let (bob, bob_jid) = somebody("bob").await;
    befriend(&app, &jid, &bob, &bob_jid).await;
    (app, bob, jid.parse().expect("a plain address"), bob_jid)
}

async fn until_value(app: &App, wanted: &str) {
    eventually("the composer", async || {
        let value = app.value("Message").await;
        if value == wanted { Ok(()) } else { Err(value) }
    })
    .await;
}

#[test]
fn a_draft_survives_a_reload_at_once_and_is_gone_when_it_was_sent() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, other, _, bob) = with_bob(engine).await;
            app.open_chat(bob.as_str()).await;
            app.type_text("half a thought").await;
            // Sooner than it is stored.
            app.reload().await;
            app.open_chat(bob.as_str()).await;
            until_value(&app, "half a thought").await;
            app.go_to_chats().await;
            app.until_draft(bob.as_str(), Some("half a thought")).await;

            app.open_chat(bob.as_str()).await;
            app.send("half a thought, and the rest").await;
            other.until_received("half a thought, and the rest").await;
            app.go_to_chats().await;
            app.until_chat(bob.as_str(), |c| c.text.contains("and the rest")).await;
            app.reload().await;
            app.until_chat(bob.as_str(), |c| c.text.contains("and the rest")).await;
            assert_eq!(app.draft(bob.as_str()).await, None);
            app.open_chat(bob.as_str()).await;
            assert_eq!(app.value("Message").await, "");
        });
    }
}

#[test]
fn tabs_share_a_draft_and_the_newest_one_counts_even_if_its_tab_crashes() {
    scenario(async {
        let (mut app, _, _, bob) = with_bob(Engine::Chromium).await;
        let first = app.tab().await;
        app.open_chat(bob.as_str()).await;
        app.type_text("old").await;
        let second = app.open_tab().await;
        app.until_connection("online").await;
        app.open_chat(bob.as_str()).await;
        until_value(&app, "old").await;
        app.type_text("newer").await;
        app.use_tab(&first).await;
        until_value(&app, "newer").await;
        // What this page shows is not what it wrote: going, it leaves the newer text alone.
        app.reload().await;
        app.open_chat(bob.as_str()).await;
        until_value(&app, "newer").await;
        app.type_text("newest").await;
        app.use_tab(&second).await;
        until_value(&app, "newest").await;
        app.crash_tab(&first).await;
        app.use_tab(&second).await;
        app.go_to_chats().await;
        app.until_draft(bob.as_str(), Some("newest")).await;
        app.reload().await;
        app.until_draft(bob.as_str(), Some("newest")).await;
    });
}

#[test]
fn chats_are_searched_by_name_and_address_and_by_keyboard_alone() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, jid) = registered(engine, "alice", Options::default()).await;
            let all = ["zoë.müller@x.example", "王小明@x.example", "bob@y.example", "eve@x.example"];
            app.fill_chats(&jid, &all.map(String::from)).await;
            app.until_chats(&all).await;
            for (query, found) in [
                ("ZOE mull", &all[..1]),
                ("小明", &all[1..2]),
                ("明", &all[1..2]),
                ("y.ex", &all[2..3]),
                ("x.example", &[all[0], all[1], all[3]]),
                ("nobody", &[]),
            ] {
                app.search_chats(query).await;
                app.until_chats(found).await;
                let words = match found.len() {
                    0 => "No chat found".to_owned(),
                    1 => "1 chat found".to_owned(),
                    n => format!("{n} chats found"),
                };
                app.until_words(&words).await;
            }
            app.press_keys(ESCAPE).await;
            app.until_chats(&all).await;

            app.search_chats("x.example").await;
            app.until_chats(&[all[0], all[1], all[3]]).await;
            app.press_keys(DOWN).await;
            assert_eq!(app.focused_chat().await.as_deref(), Some(all[0]));
            app.press_keys(&format!("{DOWN}{UP}{DOWN}{DOWN}{DOWN}")).await;
            assert_eq!(app.focused_chat().await.as_deref(), Some(all[3]));
            app.press_keys(ENTER).await;
            app.at(&format!("/chat/{}", all[3])).await;
        });
    }
}
