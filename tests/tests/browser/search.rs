//! Looking for messages.

use crate::support::{ENTER, befriend, registered, somebody};
use acceptance::{App, Engine, Options, eventually, scenario};
use model::Command;

/// The arrow keys, as WebDriver spells them.
const DOWN: &str = "\u{E015}";
const UP: &str = "\u{E013}";
/// Escape, the same.
const ESCAPE: &str = "\u{E00C}";

async fn snippets(app: &App, text: &str) -> Vec<String> {
    app.search(text).await.into_iter().map(|found| found.snippet).collect()
}

#[test]
fn messages_are_found_as_one_types_in_both_scripts_newest_first() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, jid) = registered(engine, "seeker", Options::default()).await;
            let (friend, friend_jid) = somebody("found").await;
            befriend(&app, &jid, &friend, &friend_jid).await;
            app.open_chat(friend_jid.as_str()).await;
            for text in ["今天天气很好", "Crème brûlée tomorrow?", "明天天气不好 <b>x</b>"] {
                app.send(text).await;
            }
            assert_eq!(snippets(&app, "天气").await, ["明天[天气]不好 <b>x</b>", "今天[天气]很好"]);
            assert_eq!(snippets(&app, "BRU").await, ["Crème [brû]lée tomorrow?"]);
            assert_eq!(snippets(&app, "tomorrow creme").await, ["[Crème] brûlée [tomorrow]?"]);
            assert_eq!(snippets(&app, "<b>x").await, ["明天天气不好 [<b>x]</b>"], "text stays text");
            assert!(snippets(&app, "rulee").await.is_empty(), "words are found from their beginning");
            app.until_words("Nothing found").await;
            assert!(snippets(&app, "c").await.is_empty());
            app.until_words("Type one more letter").await;
            // What comes in is found at once, whatever the index does.
            let body = "Wetter 天气预报".to_owned();
            friend.command(Command::SendText {
                chat: jid.parse().expect("a plain address"),
                body,
                reply: None,
            });
            app.until_words("1 unread").await;
            assert_eq!(snippets(&app, "预报").await, ["Wetter 天气[预报]"]);
            app.close().await;
        });
    }
}

#[test]
fn one_goes_from_a_result_to_its_place_and_back_by_keys_alone() {
    scenario(async {
        let (app, _) = registered(Engine::Chromium, "keys", Options::default()).await;
        let chats = ["one@example.org", "two@example.org"];
        for chat in chats {
            app.open_chat(chat).await;
            app.send(&format!("needle for {chat}")).await;
        }
        app.search_in_chat().await;
        assert_eq!(app.search("needle").await.len(), 1, "in this chat alone");
        app.click("button", "Search all chats").await;
        let found = eventually("both", async || match app.found("needle").await {
            both if both.len() == 2 => Ok(both),
            one => Err(format!("{one:?}")),
        })
        .await;
        assert_eq!(found.iter().map(|found| found.chat.as_str()).collect::<Vec<_>>(), [chats[1], chats[0]]);
        app.until_words("2 messages found").await;
        app.press_in("searchbox", "Search messages", DOWN).await;
        app.press_focused(DOWN).await;
        assert_eq!(app.focused_id().await, found[1].id);
        app.press_focused(UP).await;
        assert_eq!(app.focused_id().await, found[0].id);
        app.press_focused(DOWN).await;
        app.press_focused(ENTER).await;
        app.at(&format!("/chat/{}", chats[0])).await;
        app.until_message(&format!("needle for {}", chats[0]), |message| message.id == found[1].id).await;
        app.browser_back().await;
        assert_eq!(app.found("needle").await, found, "what was found is there when one comes back");
        app.press_in("searchbox", "Search messages", ESCAPE).await;
        app.until_words("Finds what is on this device").await;
        app.close().await;
    });
}

#[test]
fn what_was_erased_is_in_no_index() {
    scenario(async {
        let (app, _) = registered(Engine::Chromium, "eraser", Options::default()).await;
        app.open_chat("one@example.org").await;
        app.send("xylophone").await;
        assert_eq!(app.search("xylo").await.len(), 1);
        app.logout(true).await;
        let dump = app.storage_dump().await;
        assert!(!dump.contains("xylophone") && !dump.contains("one@example.org"), "{dump}");
        app.close().await;
    });
}
