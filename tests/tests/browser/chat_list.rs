//! The chat list: drafts, search, order, and what is done with its lines.

use crate::support::{ENTER, SHIFT, befriend, registered, somebody};
use acceptance::native::{Client, is_sent};
use acceptance::{App, Engine, Options, Size, eventually, scenario};
use model::{BareJid, MessageState};

const ESCAPE: &str = "\u{E00C}";
const DOWN: &str = "\u{E015}";
const UP: &str = "\u{E013}";
const F10: &str = "\u{E03A}";

/// A page, and somebody it talks to.
async fn with_bob(engine: Engine) -> (App, Client, BareJid, BareJid) {
    let (app, jid) = registered(engine, "alice", Options::default()).await;
    let (bob, bob_jid) = somebody("bob").await;
    befriend(&app, &jid, &bob, &bob_jid).await;
    (app, bob, jid.parse().expect("a plain address"), bob_jid)
}

/// The same, and Eve, a stranger. First Bob and then Eve has written to the page, which shows the chats of both.
async fn with_bob_and_eve(engine: Engine) -> (App, [Client; 2], BareJid, [BareJid; 2]) {
    let (app, bob, alice, bob_jid) = with_bob(engine).await;
    let (eve, eve_jid) = somebody("eve").await;
    app.go_to_chats().await;
    say(&bob, &alice, "one").await;
    say(&eve, &alice, "two").await;
    app.until_chats(&[eve_jid.as_str(), bob_jid.as_str()]).await;
    (app, [bob, eve], alice, [bob_jid, eve_jid])
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
fn what_a_draft_answers_is_answered_after_a_reload() {
    scenario(async {
        let (app, bob, alice, bob_jid) = with_bob(Engine::Chromium).await;
        say(&bob, &alice, "shall we meet?").await;
        app.open_chat(bob_jid.as_str()).await;
        let asked = app.until_message("shall we meet?", |_| true).await.id;
        app.begin_reply(&asked).await;
        app.type_text("yes, ").await;
        // Sooner than the text is stored.
        app.reload().await;
        app.open_chat(bob_jid.as_str()).await;
        app.until_about(Some(&asked)).await;
        until_value(&app, "yes, ").await;
        // Whoever looks at another chat comes back to it, too.
        app.go_to_chats().await;
        app.open_chat(bob_jid.as_str()).await;
        app.until_about(Some(&asked)).await;
        let answer = app.send("yes, at 8").await;
        app.until_about(None).await;
        assert_eq!(app.message(&answer).await.quote.as_deref(), Some("shall we meet?"));
        let there = bob.until_received("yes, at 8").await;
        assert_eq!(there.reply.map(|reply| reply.quote).as_deref(), Some("shall we meet?"));
        // What was sent or given up does not come back.
        app.reload().await;
        app.open_chat(bob_jid.as_str()).await;
        app.until_message("yes, at 8", |m| m.state != "queued").await;
        let next = app.send("bring a hat").await;
        assert_eq!(app.message(&next).await.quote, None);
    });
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
            app.keys(ESCAPE).await;
            app.until_chats(&all).await;

            app.search_chats("x.example").await;
            app.until_chats(&[all[0], all[1], all[3]]).await;
            app.keys(DOWN).await;
            assert_eq!(app.focused_chat().await.as_deref(), Some(all[0]));
            app.keys(&format!("{DOWN}{UP}{DOWN}{DOWN}{DOWN}")).await;
            assert_eq!(app.focused_chat().await.as_deref(), Some(all[3]));
            app.keys(ENTER).await;
            app.at(&format!("/chat/{}", all[3])).await;
        });
    }
}

#[test]
fn pinned_chats_stay_on_top_and_muted_ones_keep_quiet() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, [_other, eve], alice, [bob, eve_jid]) = with_bob_and_eve(engine).await;
            let (b, e) = (bob.as_str(), eve_jid.as_str());
            app.pin(b).await;
            app.until_chats(&[b, e]).await;
            app.until_marks(b, &["pinned"]).await;
            app.mute(e, "For good").await;
            app.until_marks(e, &["muted"]).await;
            say(&eve, &alice, "three").await;
            app.until_chat(e, |c| c.unread == 2).await;
            app.until_chats(&[b, e]).await;
            // Only what is not muted counts in the title.
            eventually("the title", async || {
                let title: String = app.eval("return document.title", vec![]).await;
                if title == "(1) Goldcrest" { Ok(()) } else { Err(title) }
            })
            .await;
            app.reload().await;
            app.until_chats(&[b, e]).await;
            app.until_marks(b, &["pinned"]).await;
            app.until_marks(e, &["muted"]).await;
            app.choose_for_chat(b, "Unpin").await;
            app.until_chats(&[e, b]).await;
            app.choose_for_chat(e, "Unmute").await;
            app.until_marks(e, &[]).await;
        });
    }
}

#[test]
fn an_archived_chat_is_out_of_the_list_until_something_new_comes() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, [other, eve], alice, [bob, eve_jid]) = with_bob_and_eve(engine).await;
            let (b, e) = (bob.as_str(), eve_jid.as_str());
            app.mute(e, "For 8 hours").await;
            app.archive(e).await;
            app.archive(b).await;
            app.until_chats(&[]).await;
            app.go_to_archive().await;
            eventually("the archive", async || match app.archived().await {
                chats if chats == [e, b] => Ok(()),
                chats => Err(format!("{chats:?}")),
            })
            .await;
            app.go_to_chats().await;
            // Muted, it stays where it is; the other one comes back.
            say(&eve, &alice, "three").await;
            say(&other, &alice, "four").await;
            app.until_chats(&[b]).await;
            app.search_chats(eve_jid.as_str()).await;
            app.until_chats(&[e]).await;
            app.until_chat(e, |c| c.unread == 2).await;
            app.until_marks(e, &["archived", "muted"]).await;
            app.choose_for_chat(e, "Move to chats").await;
            app.until_marks(e, &["muted"]).await;
            app.search_chats("").await;
            app.until_chats(&[b, e]).await;
        });
    }
}

#[test]
fn a_chat_is_marked_unread_until_it_is_opened_and_read_without_opening_it() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, other, alice, bob) = with_bob(engine).await;
            let b = bob.as_str();
            app.go_to_chats().await;
            let sent = other.send(&alice, "one").await;
            app.until_chat(b, |c| c.unread == 1).await;
            app.mark_read(b).await;
            app.until_chat(b, |c| c.unread == 0).await;
            other.until_state(&sent, |state| *state == MessageState::Read).await;

            // The open chat, too: it is left.
            app.open_chat(b).await;
            app.mark_unread(b).await;
            app.at("/").await;
            app.until_marks(b, &["unread"]).await;
            app.reload().await;
            app.until_marks(b, &["unread"]).await;
            app.open_chat(b).await;
            app.go_to_chats().await;
            app.until_marks(b, &[]).await;
        });
    }
}

#[test]
fn tabs_agree_on_what_was_done_with_a_chat() {
    scenario(async {
        let (mut app, other, alice, bob) = with_bob(Engine::Chromium).await;
        let b = bob.as_str();
        say(&other, &alice, "one").await;
        app.go_to_chats().await;
        let first = app.tab().await;
        app.open_tab().await;
        app.until_connection("online").await;
        app.pin(b).await;
        app.mute(b, "For 1 hour").await;
        app.until_marks(b, &["muted", "pinned"]).await;
        app.use_tab(&first).await;
        app.until_marks(b, &["muted", "pinned"]).await;
        app.archive(b).await;
        app.until_chats(&[]).await;
    });
}

#[test]
fn the_menu_of_a_line_opens_by_right_button_long_press_and_keyboard() {
    scenario(async {
        let (app, other, alice, bob) = with_bob(Engine::Chromium).await;
        let b = bob.as_str();
        say(&other, &alice, "one").await;
        app.go_to_chats().await;
        app.until_chat(b, |c| c.unread == 1).await;
        let offers = ["Pin", "Mute", "Mark as read", "Archive"];
        app.right_click_chat(b).await;
        app.until_menu().await;
        assert_eq!(app.menu().await, offers);
        app.keys(ESCAPE).await;
        app.until_no_menu().await;

        app.focus_chat(b).await;
        app.keys(&format!("{SHIFT}{F10}{SHIFT}")).await;
        app.until_menu().await;
        assert_eq!(app.menu().await, offers);
        app.keys(ESCAPE).await;
        app.until_no_menu().await;
        assert_eq!(app.focused_chat().await.as_deref(), Some(b), "the focus is back");

        app.resize(Size::Phone).await;
        app.swipe_chat(b, 0.0).await;
        app.until_menu().await;
        app.lift().await;
        app.choose_in_menu("Mark as read").await;
        app.until_chat(b, |c| c.unread == 0).await;
        app.at("/").await;
    });
}

#[test]
fn a_swipe_reads_or_archives_if_it_goes_far_enough() {
    scenario(async {
        let (app, other, alice, bob) = with_bob(Engine::Chromium).await;
        let b = bob.as_str();
        say(&other, &alice, "one").await;
        app.go_to_chats().await;
        app.resize(Size::Phone).await;
        app.until_chat(b, |c| c.unread == 1).await;
        // Not far enough, and back.
        app.swipe_chat(b, 60.0).await;
        app.lift().await;
        app.swipe_chat(b, -60.0).await;
        app.lift().await;
        app.swipe_chat(b, 180.0).await;
        app.until_words("Mark as read").await;
        app.lift().await;
        app.until_chat(b, |c| c.unread == 0).await;
        assert_eq!(app.route().await, "/", "a swipe is no tap");
        app.swipe_chat(b, 180.0).await;
        app.until_words("Mark as unread").await;
        app.lift().await;
        app.until_marks(b, &["unread"]).await;
        app.swipe_chat(b, -180.0).await;
        app.lift().await;
        app.until_chats(&[]).await;
        app.go_to_archive().await;
        app.until_marks(b, &["archived", "unread"]).await;
        app.swipe_chat(b, -180.0).await;
        app.lift().await;
        app.go_to_chats().await;
        app.until_chats(&[b]).await;
    });
}

#[test]
fn no_line_moves_under_the_pointer_or_the_focus() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, other, alice, bob) = with_bob(engine).await;
            let (eve, eve_jid) = somebody("eve").await;
            let (b, e) = (bob.as_str(), eve_jid.as_str());
            app.go_to_chats().await;
            say(&other, &alice, "one").await;
            say(&eve, &alice, "two").await;
            app.until_chats(&[e, b]).await;
            app.hover_chat(Some(e)).await;
            say(&other, &alice, "three").await;
            eventually("the news, in their place", async || {
                // Who looks for a line for long goes on moving.
                app.hover_chat(Some(e)).await;
                let chats = app.chats().await;
                let jids: Vec<_> = chats.iter().map(|chat| chat.jid.as_str()).collect();
                assert_eq!(jids, [e, b], "nothing has moved");
                if chats[1].unread == 2 { Ok(()) } else { Err(format!("{chats:?}")) }
            })
            .await;
            app.hover_chat(None).await;
            app.until_chats(&[b, e]).await;

            app.focus_chat(b).await;
            say(&eve, &alice, "four").await;
            app.until_chat(e, |c| c.unread == 2).await;
            app.until_chats(&[b, e]).await;
            assert_eq!(app.focused_chat().await.as_deref(), Some(b));
            app.click("searchbox", "Search chats and messages").await;
            app.until_chats(&[e, b]).await;
        });
    }
}

/// Sends a message and waits until the server has it.
async fn say(from: &Client, to: &BareJid, body: &str) {
    let sent = from.send(to, body).await;
    from.until_state(&sent, is_sent).await;
}

#[test]
fn a_thousand_chats_are_all_there_and_news_of_one_make_no_line_anew() {
    scenario(async {
        let (app, other, alice, bob) = with_bob(Engine::Chromium).await;
        let b = bob.as_str();
        let all: Vec<_> = (0..1_000).map(|n| format!("person{n}@many.example")).collect();
        app.go_to_chats().await;
        app.fill_chats(alice.as_str(), &all).await;
        app.until_connection("online").await;
        app.until_chats(&all.iter().map(String::as_str).collect::<Vec<_>>()).await;
        // Those that nobody has scrolled to are not made before somebody does, and the list is as long nevertheless.
        let _: Option<bool> = app.eval("items('Chats').forEach(e => { e.isOld = true; })", vec![]).await;
        say(&other, &alice, "one").await;
        app.until_chat(b, |c| c.unread == 1).await;
        let lines: Vec<(String, bool)> =
            app.eval("return items('Chats').map(e => [e.dataset.jid, e.isOld === true])", vec![]).await;
        assert_eq!(lines.len(), 1_001);
        assert_eq!(lines[0], (b.to_owned(), false), "the new one is on top");
        let anew: Vec<_> = lines[1..].iter().filter(|(_, is_old)| !is_old).collect();
        assert!(anew.is_empty(), "the others are the same elements, but not {anew:?}");
        // The last one can be reached, and found.
        app.search_chats("person999").await;
        app.until_chats(&["person999@many.example"]).await;
    });
}
