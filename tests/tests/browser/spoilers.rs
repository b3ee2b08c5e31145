//! Texts that are shown only to whoever asks for them.

use crate::support::{ENTER, befriend, registered, somebody};
use acceptance::{App, Engine, Options, eventually, scenario};
use model::{Command, Format, Relation};

const TEXT: &str = "both of them die";
const ESCAPE: &str = "\u{E00C}";

async fn sees(app: &App) -> bool {
    app.words().await.iter().any(|line| line.contains(TEXT))
}

#[test]
fn what_was_begun_as_a_spoiler_is_one_after_a_reload() {
    scenario(async {
        let (app, _) = registered(Engine::Chromium, "beginner", Options::default()).await;
        let chat = "bob@example.org";
        app.open_chat(chat).await;
        app.choose_for_composer("Send as a spoiler").await;
        app.fill("Hint, if you like", "the end").await;
        app.type_text(TEXT).await;
        // Sooner than it is stored.
        app.reload().await;
        app.open_chat(chat).await;
        eventually("the hint", async || match app.value("Hint, if you like").await {
            hint if hint == "the end" => Ok(()),
            hint => Err(hint),
        })
        .await;
        app.click("button", "Send").await;
        let id = app.until_message(TEXT, |_| true).await.id;
        app.until_spoiler(&id, "the end", false).await;
        // And the next one is none.
        let id = app.send("nothing to hide").await;
        assert_eq!(app.spoiler(&id).await, None);
        app.reload().await;
        app.open_chat(chat).await;
        let id = app.send("nor here").await;
        assert_eq!(app.spoiler(&id).await, None);
    });
}

#[test]
fn a_spoiler_is_seen_only_by_who_asks_for_it() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, jid) = registered(engine, "alice", Options::default()).await;
            let (other, other_jid) = somebody("bob").await;
            befriend(&app, &jid, &other, &other_jid).await;
            let spoiler = Some("Love story end".to_owned());
            let to = jid.parse().unwrap();
            other.command(Command::SendText { chat: to, body: TEXT.into(), reply: None, spoiler });
            app.go_to_chats().await;
            let line =
                app.until_chat(other_jid.as_str(), |c| c.text.contains("Spoiler: Love story end")).await;
            assert!(!line.text.contains(TEXT), "{line:?}");
            app.open_chat(other_jid.as_str()).await;
            let id = app.until_message(TEXT, |_| true).await.id;
            app.until_spoiler(&id, "Love story end", false).await;
            assert!(!sees(&app).await);
            app.uncover(&id, "Love story end").await;
            app.until_spoiler(&id, "Love story end", true).await;
            // And covered again, by keyboard: it has the focus.
            app.keys(ENTER).await;
            app.until_spoiler(&id, "Love story end", false).await;
            let answer = app.reply(&id, "oh no").await;
            assert_eq!(app.message(&answer).await.quote.as_deref(), Some("Spoiler: Love story end"));
            app.reload().await;
            app.until_spoiler(&id, "Love story end", false).await;
        });
    }
}

#[test]
fn a_text_is_sent_as_a_spoiler_and_stays_one_when_it_is_corrected() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, jid) = registered(engine, "alice", Options::default()).await;
            let (other, other_jid) = somebody("bob").await;
            befriend(&app, &jid, &other, &other_jid).await;
            app.open_chat(other_jid.as_str()).await;
            let id = app.send_spoiler(TEXT, "the end").await;
            app.until_spoiler(&id, "the end", false).await;
            let got = |body: &'static str, format: Format| {
                let other = &other;
                async move {
                    eventually(&format!("{body:?}, {format:?}"), async || {
                        let rows = other.seen().messages.clone();
                        let row = rows.iter().find(|row| row.body == body && row.format == format);
                        row.map(|_| ()).ok_or_else(|| format!("{rows:?}"))
                    })
                    .await;
                }
            };
            got(TEXT, Format::of_spoiler(Some("the end".into()))).await;
            // The next one is none.
            let plain = app.send("good morning").await;
            assert_eq!(app.spoiler(&plain).await, None);
            got("good morning", Format::default()).await;
            app.edit(&id, "both of them live").await;
            app.until_spoiler(&id, "the end", false).await;
            got("both of them live", Format::of_spoiler(Some("the end".into()))).await;
            // Whoever changes their mind sends a plain text.
            app.choose_for_composer("Send as a spoiler").await;
            app.press("Hint, if you like", ESCAPE).await;
            let plain = app.send("no spoiler").await;
            assert_eq!(app.spoiler(&plain).await, None);
        });
    }
}

/// Whoever forgot to say that it is one says it later.
#[test]
fn a_correction_can_cover_what_was_open() {
    scenario(async move {
        let (app, jid) = registered(Engine::Chromium, "alice", Options::default()).await;
        let (other, other_jid) = somebody("bob").await;
        befriend(&app, &jid, &other, &other_jid).await;
        app.open_chat(other_jid.as_str()).await;
        let chat: model::BareJid = jid.parse().unwrap();
        let say = Command::SendText { chat: chat.clone(), body: TEXT.into(), reply: None, spoiler: None };
        other.command(say);
        let id = app.until_message(TEXT, |_| true).await.id;
        assert_eq!(app.spoiler(&id).await, None);
        let row = other.seen().messages.iter().find(|row| row.body == TEXT).cloned().unwrap();
        let format = Format::of_spoiler(Some("oops".into()));
        let relation = Relation::Edit { body: TEXT.into(), format, reply: None };
        other.command(Command::Relate { id: None, row: Box::new(row), relation });
        app.until_spoiler(&id, "oops", false).await;
    });
}
