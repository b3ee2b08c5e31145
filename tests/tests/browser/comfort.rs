//! For eyes, ears and fingers of every kind.

use crate::support::{befriend, registered, somebody};
use acceptance::{App, Engine, Options, Size, eventually, scenario};

const ALT: &str = "\u{E00A}";
const CONTROL: &str = "\u{E009}";
const DOWN: &str = "\u{E015}";
const UP: &str = "\u{E013}";
const ESCAPE: &str = "\u{E00C}";

/// The screens that need no account.
const OUTSIDE: [&str; 2] = ["/login", "/signup"];

/// Those that do; a chat comes beside them.
const INSIDE: [&str; 4] = ["/", "/contacts", "/settings", "/search"];

/// A page whose account has a friend, with a line from each in the open chat; and the way to that chat.
async fn in_a_chat(options: Options) -> (App, String) {
    let (app, jid) = registered(Engine::Chromium, "alice", options).await;
    let (other, other_jid) = somebody("bob").await;
    befriend(&app, &jid, &other, &other_jid).await;
    app.open_chat(other_jid.as_str()).await;
    app.send("Look: https://example.org").await;
    other.send(&jid.parse().expect("an address"), "Nice!").await;
    app.until_message("Nice!", |m| m.state == "received").await;
    (app, format!("/chat/{other_jid}"))
}

async fn sees_nothing_wrong(app: &App, at: &str) {
    for (dark, theme) in [(false, "light"), (true, "dark")] {
        app.set_dark(dark).await;
        app.until_still().await;
        let found = app.axe().await;
        assert!(found.is_empty(), "{at}, {theme}:\n{}", found.join("\n"));
    }
}

#[test]
fn axe_finds_nothing_on_any_screen_in_any_theme_or_language() {
    scenario(async {
        for lang in ["en", "zh-CN"] {
            let app = App::open(Engine::Chromium, Options { lang: lang.into(), ..Options::default() }).await;
            for route in OUTSIDE {
                app.visit(route).await;
                sees_nothing_wrong(&app, &format!("{route} in {lang}")).await;
            }
        }
        let (mut app, chat) = in_a_chat(Options::default()).await;
        for lang in ["en", "zh-CN"] {
            app.reopen_in(lang).await;
            for size in [Size::Phone, Size::Desktop] {
                app.resize(size).await;
                for route in INSIDE.into_iter().chain([chat.as_str()]) {
                    app.visit(route).await;
                    sees_nothing_wrong(&app, &format!("{route} in {lang}, {size:?}")).await;
                }
            }
        }
    });
}

#[test]
fn axe_finds_nothing_in_what_asks_a_person() {
    scenario(async {
        let (app, chat) = in_a_chat(Options::default()).await;
        app.visit(&chat).await;
        let id = app.messages().await.remove(0).id;
        app.open_message_menu(&id).await;
        sees_nothing_wrong(&app, "the menu of a message").await;
        app.keys(ESCAPE).await;
        app.until_no_menu().await;
        app.react(&id, "👍").await;
        app.edit(&id, "Look here: https://example.org").await;
        sees_nothing_wrong(&app, "a message that was corrected and that somebody likes").await;
        app.open_emoji().await;
        sees_nothing_wrong(&app, "the picker of emoji").await;
        app.keys(ESCAPE).await;
        app.click("button", "Chat options").await;
        app.until_dialog().await;
        sees_nothing_wrong(&app, "the options of a chat").await;
        app.click("button", "Done").await;
        app.search_in_chat().await;
        assert_eq!(app.search("look").await.len(), 1);
        sees_nothing_wrong(&app, "what was found in a chat").await;
        app.go_to_settings().await;
        app.click("button", "Show keyboard shortcuts").await;
        app.until_dialog().await;
        sees_nothing_wrong(&app, "the sheet of keys").await;
        app.click("button", "OK").await;
        app.click("button", "Log out").await;
        app.until_dialog().await;
        sees_nothing_wrong(&app, "the log-out").await;
    });
}

#[test]
fn whatever_can_be_pressed_is_as_large_as_a_finger() {
    scenario(async {
        let phone = Options { size: Size::Phone, ..Options::default() };
        let app = App::open(Engine::Chromium, phone.clone()).await;
        for route in OUTSIDE {
            app.visit(route).await;
            assert_eq!(app.smaller_than(44).await, Vec::<String>::new(), "{route}");
        }
        drop(app);
        let (app, chat) = in_a_chat(phone).await;
        for route in INSIDE.into_iter().chain([chat.as_str()]) {
            app.visit(route).await;
            app.until_still().await;
            assert_eq!(app.smaller_than(44).await, Vec::<String>::new(), "{route}");
        }
        app.search_in_chat().await;
        assert_eq!(app.search("nice").await.len(), 1);
        assert_eq!(app.smaller_than(44).await, Vec::<String>::new(), "what was found in a chat");
        assert_eq!(app.fits().await, Ok(()), "what was found in a chat sticks out");
    });
}

#[test]
fn from_right_to_left_everything_is_the_other_way_round() {
    scenario(async {
        let (app, chat) = in_a_chat(Options { size: Size::Phone, ..Options::default() }).await;
        app.visit(&chat).await;
        let messages = app.messages().await;
        let [ours, theirs] = messages.as_slice() else { panic!("two messages: {messages:?}") };
        assert!(app.side_of(&ours.id).await > 0.5 && app.side_of(&theirs.id).await < 0.5);
        app.turn_around().await;
        assert!(app.side_of(&ours.id).await < 0.5 && app.side_of(&theirs.id).await > 0.5);
        for route in INSIDE.into_iter().chain([chat.as_str()]) {
            app.visit(route).await;
            assert_eq!(app.fits().await, Ok(()), "{route} sticks out");
        }
    });
}

#[test]
fn the_size_of_the_text_is_chosen_and_kept_and_nothing_sticks_out() {
    scenario(async {
        let (app, chat) = in_a_chat(Options { size: Size::Phone, ..Options::default() }).await;
        let normal = app.text_height().await;
        app.visit("/settings").await;
        app.set_text_size("Largest").await;
        let largest = app.text_height().await;
        assert!(largest > normal * 1.3, "{normal} became {largest}");
        app.reload().await;
        assert!((app.text_height().await - largest).abs() < f64::EPSILON, "kept");
        for route in INSIDE.into_iter().chain([chat.as_str()]) {
            app.visit(route).await;
            assert_eq!(app.fits().await, Ok(()), "{route} sticks out");
        }
    });
}

#[test]
fn chats_are_gone_through_and_left_by_keys_and_a_sheet_says_how() {
    scenario(async {
        let (app, jid) = registered(Engine::Chromium, "alice", Options::default()).await;
        let mut chats = Vec::new();
        for name in ["older", "newer"] {
            let (other, other_jid) = somebody(name).await;
            befriend(&app, &jid, &other, &other_jid).await;
            app.open_chat(other_jid.as_str()).await;
            app.send(name).await;
            app.until_message(name, acceptance::Message::is_sent).await;
            chats.push(format!("/chat/{other_jid}"));
        }
        // As they stand in the list now: while somebody is at it, no line moves.
        let shown: Vec<String> = app.chats().await.iter().map(|chat| format!("/chat/{}", chat.jid)).collect();
        let [upper, lower] = shown.as_slice() else { panic!("two chats: {shown:?}") };
        app.visit(upper).await;
        app.keys(&format!("{ALT}{DOWN}")).await;
        app.at(lower).await;
        app.keys(&format!("{ALT}{UP}")).await;
        app.at(upper).await;
        app.keys(ESCAPE).await;
        eventually("the chat to be left", async || {
            let route = app.route().await;
            if chats.contains(&route) { Err(route) } else { Ok(()) }
        })
        .await;
        app.keys(&format!("{CONTROL}/")).await;
        app.until_dialog().await;
        // The dialog has Escape for itself.
        let route = app.route().await;
        app.keys(ESCAPE).await;
        eventually("the sheet to be gone", async || {
            if app.shows("dialog", "Keyboard").await { Err("it is there".to_owned()) } else { Ok(()) }
        })
        .await;
        app.at(&route).await;
    });
}
