//! What can be done with a message, and every way to it.

use crate::support::{ENTER, SHIFT, befriend, registered, somebody};
use acceptance::native::Client;
use acceptance::{App, Engine, Options, Size, eventually, scenario};
use model::{BareJid, Command};

const ESCAPE: &str = "\u{E00C}";
const END: &str = "\u{E010}";
const HOME: &str = "\u{E011}";
const UP: &str = "\u{E013}";
const DOWN: &str = "\u{E015}";
const F10: &str = "\u{E03A}";

/// A page in a chat with somebody who has said hello.
async fn greeted(engine: Engine, options: Options) -> (App, Client, BareJid, String) {
    let (app, jid) = registered(engine, "alice", options).await;
    let (other, other_jid) = somebody("bob").await;
    befriend(&app, &jid, &other, &other_jid).await;
    app.open_chat(other_jid.as_str()).await;
    let jid: BareJid = jid.parse().expect("a plain address");
    other.command(Command::SendText { chat: jid.clone(), body: "hello".into(), reply: None, spoiler: None });
    let id = app.until_message("hello", |m| m.state == "received").await.id;
    (app, other, jid, id)
}

async fn until_focused_entry(app: &App, wanted: &str) {
    eventually(&format!("the focus on {wanted}"), async || match app.focused_entry().await {
        Some(entry) if entry == wanted => Ok(()),
        other => Err(format!("{other:?}")),
    })
    .await;
}

async fn until_focused_message(app: &App, wanted: &str) {
    eventually(&format!("the focus on {wanted}"), async || match app.focused_message().await {
        Some(body) if body == wanted => Ok(()),
        other => Err(format!("{other:?}")),
    })
    .await;
}

#[test]
fn every_message_has_a_menu_and_details() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, _, jid, theirs) = greeted(engine, Options::default()).await;
            let ours = app.send("good morning").await;
            app.until_message("good morning", acceptance::Message::is_sent).await;
            for id in [&theirs, &ours] {
                let entries = app.message_menu(id).await;
                for entry in ["Copy", "Details"] {
                    assert!(entries.iter().any(|e| e == entry), "{entry} in {entries:?}");
                }
            }
            let details = app.details(&ours).await;
            let of = |name: &str| {
                let found = details.iter().find(|(key, _)| key == name);
                found.unwrap_or_else(|| panic!("{name} in {details:?}")).1.clone()
            };
            assert!(of("From").contains(jid.as_str()), "{details:?}");
            assert!(
                ["Sent", "Delivered", "Read"].iter().any(|word| of("State").starts_with(word)),
                "{details:?}"
            );
            assert!(of("Encryption").starts_with("Not end-to-end encrypted"), "{details:?}");
            assert_eq!(of("Message id"), ours);
            app.choose(&theirs, "Copy").await;
            app.until_words("Copied").await;
        });
    }
}

#[test]
fn copying_puts_the_whole_text_on_the_clipboard() {
    scenario(async {
        let (app, ..) = greeted(Engine::Chromium, Options::default()).await;
        let id = app.send("one *two*\nthree").await;
        app.choose(&id, "Copy").await;
        app.until_words("Copied").await;
        // A real paste: the clipboard cannot be read without a person's leave.
        app.click("textbox", "Message").await;
        app.keys("\u{E009}v\u{E009}").await;
        eventually("the copy", async || match app.value("Message").await {
            text if text == "one *two*\nthree" => Ok(()),
            other => Err(other),
        })
        .await;
    });
}

#[test]
fn the_keyboard_reaches_every_message_and_entry_and_comes_back() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, ..) = greeted(engine, Options::default()).await;
            app.send("second").await;
            app.focus_messages().await;
            app.keys(UP).await;
            until_focused_message(&app, "second").await;
            app.keys(UP).await;
            until_focused_message(&app, "hello").await;
            app.keys(&format!("{SHIFT}{F10}{SHIFT}")).await;
            app.until_menu().await;
            let entries = app.menu().await;
            let (first, last) = (entries[0].clone(), entries[entries.len() - 1].clone());
            until_focused_entry(&app, &first).await;
            app.keys(UP).await;
            until_focused_entry(&app, &last).await;
            app.keys(DOWN).await;
            until_focused_entry(&app, &first).await;
            app.keys(END).await;
            until_focused_entry(&app, &last).await;
            app.keys(HOME).await;
            until_focused_entry(&app, &first).await;
            app.keys(ESCAPE).await;
            app.until_no_menu().await;
            until_focused_message(&app, "hello").await;
            app.keys(DOWN).await;
            until_focused_message(&app, "second").await;
            app.keys(ENTER).await;
            app.until_menu().await;
            until_focused_entry(&app, &first).await;
            app.keys(END).await;
            app.keys(ENTER).await;
            app.until_dialog().await;
        });
    }
}

#[test]
fn the_right_button_opens_the_menu_where_it_was_pressed_and_a_click_beside_it_closes_it() {
    // WebKitGTK's driver has no second action of a mouse after a right click.
    for engine in [Engine::Chromium, Engine::Firefox] {
        scenario(async move {
            let (app, _, _, id) = greeted(engine, Options::default()).await;
            app.right_click(&id).await;
            app.until_menu().await;
            let (inside, near): (bool, bool) = app
                .eval(
                    "const m = one('menu', null).getBoundingClientRect();
                     const b = [...document.querySelectorAll('article')].find(e => e.dataset.id === arguments[0]).firstElementChild.getBoundingClientRect();
                     return [m.left >= 0 && m.top >= 0 && m.right <= innerWidth && m.bottom <= innerHeight,
                             Math.abs(m.left - (b.left + b.width / 2)) < 2]",
                    vec![serde_json::json!(id)],
                )
                .await;
            assert!(inside && near, "inside {inside}, near {near}");
            app.click_beside_menu().await;
            app.until_no_menu().await;
            assert_eq!(app.route().await.split('/').nth(1), Some("chat"), "the click went no further");
        });
    }
}

#[test]
fn a_long_press_opens_a_sheet_and_lifting_the_finger_chooses_nothing() {
    scenario(async {
        let phone = Options { size: Size::Phone, ..Options::default() };
        let (app, _, _, id) = greeted(Engine::Chromium, phone).await;
        app.touch(&id).await;
        app.until_menu().await;
        app.lift().await;
        app.until_still().await;
        let at_bottom: bool =
            app.eval("const m = one('menu', null).getBoundingClientRect(); return Math.abs(m.bottom - innerHeight) < 1 && m.left === 0", vec![]).await;
        assert!(at_bottom, "a sheet");
        app.choose_in_menu("Copy").await;
        app.until_words("Copied").await;
        let selected: String = app.eval("return String(getSelection())", vec![]).await;
        assert_eq!(selected, "", "nothing was selected");
    });
}

#[test]
fn a_finger_that_moves_on_wants_no_menu() {
    scenario(async {
        let phone = Options { size: Size::Phone, ..Options::default() };
        let (app, _, _, id) = greeted(Engine::Chromium, phone).await;
        app.swipe(&id, 0.0, -40.0).await;
        app.pass(700).await;
        assert!(app.menu().await.is_empty(), "no menu");
        app.lift().await;
        app.touch(&id).await;
        app.until_menu().await;
        app.lift().await;
    });
}

#[test]
fn a_message_can_be_passed_on() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, _other, jid, id) = greeted(engine, Options::default()).await;
            let (third, third_jid) = somebody("carol").await;
            let chat = app.route().await;
            befriend(&app, jid.as_str(), &third, &third_jid).await;
            app.visit(&chat).await;
            app.until_message("hello", |_| true).await;
            app.forward(&id, &[third_jid.as_str()]).await;
            app.until_words("Forwarded to carol").await;
            third.until_received("hello").await;
        });
    }
}

#[test]
fn several_messages_are_selected_copied_passed_on_and_let_go_of() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, _other, _, id) = greeted(engine, Options::default()).await;
            let second = app.send("second").await;
            app.choose(&id, "Select").await;
            app.until_words("1 selected").await;
            app.press_message(&second).await;
            app.until_words("2 selected").await;
            assert_eq!(app.selected().await, ["hello", "second"]);
            app.press_message(&id).await;
            app.until_words("1 selected").await;
            assert_eq!(app.selected().await, ["second"]);
            app.click("button", "Copy").await;
            app.until_words("Copied").await;
            assert!(app.selected().await.is_empty());
            app.choose(&id, "Select").await;
            app.until_words("1 selected").await;
            app.keys(ESCAPE).await;
            eventually("nothing to be selected", async || {
                let selected = app.selected().await;
                if selected.is_empty() { Ok(()) } else { Err(format!("{selected:?}")) }
            })
            .await;
            assert!(!app.shows("toolbar", "Select").await);
        });
    }
}

/// The way that lines are read, and far enough; else the message goes back to its place and nothing is done.
#[test]
fn a_swipe_on_a_message_answers_it() {
    scenario(async {
        let options = Options { size: Size::Phone, ..Options::default() };
        let (app, _, _, theirs) = greeted(Engine::Chromium, options).await;
        let ours = app.send("good morning, and how are you today?").await;
        for (right, down) in [(40.0, 0.0), (-120.0, 0.0), (0.0, -60.0), (30.0, 60.0)] {
            app.swipe(&theirs, right, down).await;
            app.lift().await;
            app.painted().await;
            assert_eq!(app.composer_about().await, None, "{right} to the right, {down} down");
        }
        for id in [&theirs, &ours] {
            app.swipe(id, 90.0, 0.0).await;
            app.lift().await;
            app.until_about(Some(id)).await;
            app.press_in_composer(ESCAPE).await;
            app.until_about(None).await;
        }
        app.turn_around().await;
        app.swipe(&ours, 90.0, 0.0).await;
        app.lift().await;
        app.painted().await;
        assert_eq!(app.composer_about().await, None, "here lines are read the other way");
        app.swipe(&ours, -90.0, 0.0).await;
        app.lift().await;
        app.until_about(Some(&ours)).await;
    });
}

#[test]
fn several_messages_are_deleted_here_or_for_everyone_if_all_are_ours() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, other, jid, theirs) = greeted(engine, Options::default()).await;
            let (one, two) = (app.send("one").await, app.send("two").await);
            app.select(&[&theirs, &one]).await;
            assert_eq!(app.ways_to_delete().await, ["Delete for me"]);
            app.delete_selected("Delete for me").await;
            crate::support::until_bodies(&app, &["two"]).await;
            let three = app.send("three").await;
            other
                .until("both", |seen| seen.messages.iter().any(|row| row.body == "three").then_some(()))
                .await;
            app.select(&[&two, &three]).await;
            assert_eq!(app.ways_to_delete().await, ["Delete for me", "Delete for everyone"]);
            app.delete_selected("Delete for everyone").await;
            for id in [&two, &three] {
                app.until_changed(id, |m| m.is_retracted).await;
            }
            let gone = |seen: &acceptance::native::Seen| {
                let rows = seen.messages.iter().filter(|row| row.from == jid && row.relations.retracted);
                (rows.count() == 2).then_some(())
            };
            other.until("both to be taken back", gone).await;
        });
    }
}
