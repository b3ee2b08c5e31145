//! Presence, requests, unread messages.

use crate::support::{befriend, registered, somebody};
use acceptance::{Engine, Options, scenario};
use model::Command;

#[test]
fn unread_messages_are_counted_until_they_are_looked_at() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, jid) = registered(engine, "alice", Options::default()).await;
            let (other, other_jid) = somebody("bob").await;
            befriend(&app, &jid, &other, &other_jid).await;
            app.go_to_chats().await;
            let to_app = |body: &str| {
                other.command(Command::SendText {
                    chat: jid.parse().unwrap(),
                    body: body.into(),
                    reply: None,
                    spoiler: None,
                });
            };
            ["one", "two", "three"].into_iter().for_each(to_app);
            app.until_chat(other_jid.as_str(), |c| c.unread == 3).await;
            app.reload().await;
            let line = app.until_chat(other_jid.as_str(), |c| c.unread == 3).await;
            assert!(line.text.contains("three"), "{line:?}");
            app.until_connection("online").await;
            app.open_chat(other_jid.as_str()).await;
            app.until_chat(other_jid.as_str(), |c| c.unread == 0).await;
            to_app("four");
            app.until_message("four", |_| true).await;
            assert_eq!(app.until_chat(other_jid.as_str(), |c| c.text.contains("four")).await.unread, 0);
            // What was read stays read.
            app.reload().await;
            app.go_to_chats().await;
            assert_eq!(app.until_chat(other_jid.as_str(), |_| true).await.unread, 0);
        });
    }
}

#[test]
fn presence_comes_and_goes() {
    scenario(async {
        let (app, jid) = registered(Engine::Firefox, "alice", Options::default()).await;
        let (other, other_jid) = somebody("bob").await;
        befriend(&app, &jid, &other, &other_jid).await;
        app.until_contact(other_jid.as_str(), |c| c.presence == "online").await;
        // Who is only cut off stays, for the server keeps the stream (XEP-0198).
        other.command(Command::LogOut { erase: false });
        app.until_contact(other_jid.as_str(), |c| c.presence == "offline").await;
        app.remove_contact(other_jid.as_str()).await;
        app.reload().await;
        app.until_connection("online").await;
        app.go_to_contacts().await;
        assert_eq!(app.contacts().await, vec![]);
    });
}

#[test]
fn a_refused_request_leaves_no_contact() {
    scenario(async {
        let (app, jid) = registered(Engine::WebKit, "alice", Options::default()).await;
        let (other, other_jid) = somebody("bob").await;
        let me: model::BareJid = jid.parse().unwrap();
        other.command(Command::AddContact { jid: me.clone(), name: None });
        app.refuse_request(other_jid.as_str()).await;
        other.until("the refusal", |seen| seen.roster.get(&me).filter(|item| !item.asked).map(drop)).await;
        assert_eq!(app.contacts().await, vec![]);
    });
}
