//! Messages about messages: answers, corrections, retractions, reactions.

use crate::support::{PASSWORD, befriend, registered, somebody, until_bodies};
use acceptance::{App, Engine, Options, World, eventually, scenario};
use model::{Command, MessageRow, Relation};

/// Escape, as WebDriver spells it.
const ESCAPE: &str = "\u{E00C}";
/// Arrow up, as WebDriver spells it.
const UP: &str = "\u{E013}";

/// Two pages that are friends, with the chat open on both.
async fn friends(engine: Engine) -> ((App, String), (App, String)) {
    let (alice, alice_jid) = registered(engine, "alice", Options::default()).await;
    let (bob, bob_jid) = registered(engine, "bob", Options::default()).await;
    alice.add_contact(&bob_jid).await;
    bob.accept_request(&alice_jid).await;
    alice.until_contact(&bob_jid, |c| c.subscription == "both").await;
    alice.open_chat(&bob_jid).await;
    bob.open_chat(&alice_jid).await;
    ((alice, alice_jid), (bob, bob_jid))
}

#[test]
fn an_answer_shows_what_it_answers_and_leads_there() {
    for engine in Engine::ALL {
        scenario(async move {
            let ((alice, _), (bob, _)) = friends(engine).await;
            alice.send("shall we meet?").await;
            let asked = bob.until_message("shall we meet?", |_| true).await;
            let answer = bob.reply(&asked.id, "yes, at 8").await;
            assert_eq!(bob.message(&answer).await.quote.as_deref(), Some("shall we meet?"));
            let there = alice.until_message("yes, at 8", |m| m.quote.is_some()).await;
            assert_eq!(there.quote.as_deref(), Some("shall we meet?"));
            // The quote is the message as it is now.
            let own = alice.until_message("shall we meet?", |_| true).await;
            alice.edit(&own.id, "shall we meet tomorrow?").await;
            bob.until_changed(&answer, |m| m.quote.as_deref() == Some("shall we meet tomorrow?")).await;
            bob.follow_quote(&answer).await;
            bob.until_shown_off(&asked.id).await;
            bob.reload().await;
            bob.until_changed(&answer, |m| m.quote.as_deref() == Some("shall we meet tomorrow?")).await;
        });
    }
}

#[test]
fn a_correction_is_marked_and_what_was_said_before_is_kept() {
    for engine in Engine::ALL {
        scenario(async move {
            let ((alice, alice_jid), (bob, bob_jid)) = friends(engine).await;
            let id = alice.send("see you at 8").await;
            bob.until_message("see you at 8", |m| !m.is_edited).await;
            bob.go_to_chats().await;
            alice.edit(&id, "see you at 9").await;
            alice.edit(&id, "see you at 10").await;
            let line = bob.until_chat(&alice_jid, |c| c.text.contains("see you at 10")).await;
            assert_eq!(line.unread, 0, "a correction is no news");
            bob.open_chat(&alice_jid).await;
            let corrected = bob.until_message("see you at 10", |m| m.is_edited).await;
            assert_eq!(bob.earlier_texts(&corrected.id).await, ["see you at 8", "see you at 9"]);
            alice.reload().await;
            alice.open_chat(&bob_jid).await;
            alice.until_message("see you at 10", |m| m.is_edited && m.is_sent()).await;
            until_bodies(&alice, &["see you at 10"]).await;
        });
    }
}

#[test]
fn the_keyboard_corrects_the_last_message_and_gives_up() {
    for engine in Engine::ALL {
        scenario(async move {
            let ((alice, _), (bob, _)) = friends(engine).await;
            alice.send("first").await;
            let id = alice.send("secnod").await;
            alice.press_in_composer(UP).await;
            alice.until_about(Some(&id)).await;
            assert_eq!(alice.composed().await, "secnod");
            alice.press_in_composer(ESCAPE).await;
            alice.until_about(None).await;
            assert_eq!(alice.composed().await, "");
            // What was begun waits while something is corrected.
            alice.type_text("a thought").await;
            alice.edit(&id, "second").await;
            assert_eq!(alice.composed().await, "a thought");
            alice.press_in_composer(UP).await;
            assert_eq!(alice.composer_about().await, None, "the field is not empty");
            until_bodies(&bob, &["first", "second"]).await;
        });
    }
}

#[test]
fn what_is_deleted_for_everyone_is_gone_for_both() {
    for engine in Engine::ALL {
        scenario(async move {
            let ((alice, alice_jid), (bob, bob_jid)) = friends(engine).await;
            let id = alice.send("to the wrong person").await;
            let there = bob.until_message("to the wrong person", |_| true).await;
            alice.retract(&id).await;
            let gone = bob.until_changed(&there.id, |m| m.is_retracted).await;
            assert_eq!(gone.body, "");
            bob.until_chat(&alice_jid, |c| c.text.contains("This message was deleted")).await;
            alice.until_chat(&bob_jid, |c| c.text.contains("You deleted this message")).await;
            let (mine, theirs) = (alice.storage_dump().await, bob.storage_dump().await);
            assert!(
                !mine.contains("wrong person") && !theirs.contains("wrong person"),
                "nothing is left on disk"
            );
            bob.reload().await;
            bob.open_chat(&alice_jid).await;
            bob.until_changed(&there.id, |m| m.is_retracted).await;
        });
    }
}

#[test]
fn what_is_deleted_for_me_stays_away() {
    for engine in Engine::ALL {
        scenario(async move {
            let ((alice, _), (bob, bob_jid)) = friends(engine).await;
            alice.send("one").await;
            let id = alice.send("two").await;
            bob.until_message("two", |_| true).await;
            alice.delete_for_me(&id).await;
            until_bodies(&alice, &["one"]).await;
            alice.until_chat(&bob_jid, |c| c.text.contains("one")).await;
            alice.reload().await;
            alice.open_chat(&bob_jid).await;
            until_bodies(&alice, &["one"]).await;
            until_bodies(&bob, &["one", "two"]).await;
        });
    }
}

#[test]
fn reactions_are_counted_and_taken_back() {
    for engine in Engine::ALL {
        scenario(async move {
            let ((alice, _), (bob, bob_jid)) = friends(engine).await;
            let id = alice.send("good news").await;
            let there = bob.until_message("good news", |_| true).await;
            bob.react(&there.id, "👍").await;
            let seen = alice.until_changed(&id, |m| m.reactions.len() == 1).await.reactions.remove(0);
            assert_eq!((seen.emoji.as_str(), seen.count, seen.mine), ("👍", 1, false));
            alice.react(&id, "👍").await;
            let both = bob.until_changed(&there.id, |m| m.reactions.iter().any(|one| one.count == 2)).await;
            assert!(both.reactions[0].mine && both.reactions[0].who.contains("You"), "{both:?}");
            bob.react(&there.id, "❤️").await;
            alice.until_changed(&id, |m| m.reactions.len() == 2).await;
            bob.react(&there.id, "👍").await;
            let left = alice.until_changed(&id, |m| m.reactions.iter().all(|one| one.count == 1)).await;
            assert!(left.reactions.iter().any(|one| one.emoji == "👍" && one.mine), "{left:?}");
            alice.reload().await;
            alice.open_chat(&bob_jid).await;
            alice.until_changed(&id, |m| m.reactions.len() == 2).await;
        });
    }
}

/// A page that follows another one of the account says what it wants to that one, and hears what comes of it.
#[test]
fn two_pages_of_one_account_agree() {
    scenario(async {
        let (mut app, jid) = registered(Engine::Chromium, "alice", Options::default()).await;
        let (other, other_jid) = somebody("bob").await;
        befriend(&app, &jid, &other, &other_jid).await;
        app.open_chat(other_jid.as_str()).await;
        let id = app.send("helo").await;
        let first = app.tab().await;
        let second = app.open_tab().await;
        app.use_tab(&second).await;
        app.open_chat(other_jid.as_str()).await;
        app.until_message("helo", |_| true).await;
        app.edit(&id, "hello").await;
        app.react(&id, "👍").await;
        let answer = app.reply(&id, "and good-bye").await;
        app.use_tab(&first).await;
        app.until_changed(&id, |m| m.body == "hello" && m.is_edited && m.reactions.len() == 1).await;
        app.until_changed(&answer, |m| m.quote.as_deref() == Some("hello")).await;
        app.retract(&id).await;
        app.use_tab(&second).await;
        app.until_changed(&id, |m| m.is_retracted && m.reactions.is_empty()).await;
    });
}

/// Nobody else changes what somebody wrote, and nothing of the attempt is ever seen.
#[test]
fn a_forged_correction_is_not_seen() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, jid) = registered(engine, "alice", Options::default()).await;
            let peer_jid = World::shared().account("peer", PASSWORD);
            let peer =
                acceptance::Peer::online(&peer_jid, PASSWORD, World::shared().prosody().c2s_port()).await;
            app.open_chat(&peer_jid).await;
            let id = app.send("I owe you 1").await;
            peer.until_message("I owe you 1").await;
            peer.correct(&jid, "I owe you 1000", &id).await;
            peer.retract(&jid, &id).await;
            peer.react(&jid, &id, &["👍", "not an emoji"]).await;
            let seen = app.until_changed(&id, |m| !m.reactions.is_empty()).await;
            assert_eq!(
                (seen.body.as_str(), seen.is_edited, seen.is_retracted),
                ("I owe you 1", false, false)
            );
            assert_eq!(seen.reactions.len(), 1);
            until_bodies(&app, &["I owe you 1"]).await;
            assert!(!app.until_chat(&peer_jid, |_| true).await.text.contains("1000"));
        });
    }
}

/// An independent client reads what we say about messages, and we what it says.
#[test]
fn slixmpp_and_a_page_understand_each_other() {
    scenario(async {
        let (app, jid) = registered(Engine::Chromium, "alice", Options::default()).await;
        let peer_jid = World::shared().account("peer", PASSWORD);
        let peer = acceptance::Peer::online(&peer_jid, PASSWORD, World::shared().prosody().c2s_port()).await;
        app.open_chat(&peer_jid).await;
        peer.send(&jid, "helo", "b1-0123456789abcdef").await;
        let theirs = app.until_message("helo", |_| true).await;
        peer.correct(&jid, "hello", "b1-0123456789abcdef").await;
        app.until_changed(&theirs.id, |m| m.body == "hello" && m.is_edited).await;
        app.react(&theirs.id, "❤️").await;
        peer.until("reaction", |e| {
            e["event"] == "reactions" && e["to"] == "b1-0123456789abcdef" && e["all"][0] == "❤️"
        })
        .await;
        let answer = app.reply(&theirs.id, "hi").await;
        peer.until("reply", |e| e["event"] == "message" && e["reply"] == "b1-0123456789abcdef").await;
        app.edit(&answer, "hi there").await;
        peer.until("correction", |e| e["event"] == "message" && e["replace"] == answer.as_str()).await;
        app.retract(&answer).await;
        peer.until("retraction", |e| e["event"] == "message" && e["retract"] == answer.as_str()).await;
        peer.retract(&jid, "b1-0123456789abcdef").await;
        app.until_changed(&theirs.id, |m| m.is_retracted).await;
    });
}

/// What a device that knows nothing finds in the archive, newest first, is what it became.
#[test]
fn a_new_device_finds_everything_as_it_became() {
    scenario(async {
        let (app, jid) = registered(Engine::Chromium, "alice", Options::default()).await;
        let (other, other_jid) = somebody("bob").await;
        befriend(&app, &jid, &other, &other_jid).await;
        app.open_chat(other_jid.as_str()).await;
        let to_app: model::BareJid = jid.parse().unwrap();
        let row = |body: &'static str| {
            let (other, to_app) = (&other, to_app.clone());
            async move {
                let say =
                    Command::SendText { chat: to_app.clone(), body: body.into(), reply: None, spoiler: None };
                other.command(say);
                other
                    .until("an own message that is sent", |seen| {
                        let row = seen.messages.iter().find(|row| row.body == body && row.chat == to_app);
                        row.cloned()
                    })
                    .await
            }
        };
        let relate = |row: &MessageRow, relation| {
            other.command(Command::Relate { id: None, row: Box::new(row.clone()), relation });
        };
        let (first, second) = (row("first").await, row("second").await);
        relate(
            &first,
            Relation::Edit { body: "first, corrected".into(), reply: None, format: model::Format::default() },
        );
        relate(&first, Relation::React(vec!["🎉".into()]));
        relate(&second, Relation::Retract);
        app.until_message("first, corrected", |m| m.reactions.len() == 1).await;
        eventually("the retraction", async || {
            let messages = app.messages().await;
            if messages.iter().any(|m| m.is_retracted) { Ok(()) } else { Err(format!("{messages:?}")) }
        })
        .await;
        app.logout(true).await;
        app.login(&jid, PASSWORD).await;
        app.open_chat(other_jid.as_str()).await;
        app.until_message("first, corrected", |m| m.is_edited && m.reactions.len() == 1).await;
        let messages = app.messages().await;
        assert_eq!(messages.iter().filter(|m| m.is_retracted).count(), 1, "{messages:?}");
        assert_eq!(messages.len(), 2, "{messages:?}");
    });
}

/// Any emoji is a reaction, the last one is at hand, and who listens hears of those to own messages.
#[test]
fn any_emoji_is_a_reaction_and_is_told() {
    for engine in Engine::ALL {
        scenario(async move {
            let ((alice, _), (bob, _)) = friends(engine).await;
            let id = alice.send("good news").await;
            let there = bob.until_message("good news", |_| true).await;
            bob.choose(&there.id, "Another reaction").await;
            bob.type_emoji("hedgehog").await;
            bob.pick_emoji("hedgehog").await;
            bob.until_changed(&there.id, |m| m.reactions.iter().any(|one| one.emoji == "🦔" && one.mine))
                .await;
            alice.until_changed(&id, |m| m.reactions.iter().any(|one| one.emoji == "🦔" && !one.mine)).await;
            alice.until_words("reacted with 🦔 to: good news").await;
            assert!(bob.message_menu(&there.id).await.iter().any(|entry| entry == "🦔"), "it is at hand");
        });
    }
}
