//! What people write arrives as they wrote it, and nothing of it is ever anything but text.

use crate::support::{ENTER, PASSWORD, SHIFT, befriend, registered, somebody, until_bodies};
use acceptance::native::Client;
use acceptance::{App, Engine, Options, Size, World, eventually, scenario};
use model::{BareJid, Command};
use serde_json::{Value, json};

/// A page in a chat with somebody.
async fn in_a_chat(engine: Engine, options: Options) -> (App, Client, BareJid, BareJid) {
    let (app, jid) = registered(engine, "alice", options).await;
    let (other, other_jid) = somebody("bob").await;
    befriend(&app, &jid, &other, &other_jid).await;
    app.open_chat(other_jid.as_str()).await;
    (app, other, jid.parse().expect("a plain address"), other_jid)
}

#[test]
fn every_script_goes_both_ways() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, other, jid, _) = in_a_chat(engine, Options::default()).await;
            for text in
                ["one\ntwo\n\nfour", "你好，世界。戴菊！", "👩‍👩‍👧 🏳️‍🌈 é", "مرحبا بالعالم", "a < b && c > d \"'"]
            {
                app.send(text).await;
                other.until_received(text).await;
                let back = format!("{text} (back)");
                other.command(Command::SendText {
                    chat: jid.clone(),
                    body: back.clone(),
                    reply: None,
                    spoiler: None,
                });
                app.until_message(&back, |m| m.state == "received").await;
            }
            let direction: String = app
                .eval(
                    "const e = all('article').find(e => e.querySelector('[data-body]').textContent === arguments[0]);
                     return getComputedStyle(e.querySelector('[data-body]')).direction",
                    vec![json!("مرحبا بالعالم")],
                )
                .await;
            assert_eq!(direction, "rtl");
        });
    }
}

#[test]
fn text_is_never_markup() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, other, jid, other_jid) = in_a_chat(engine, Options::default()).await;
            let hostile = "<b>bold</b><img src=x onerror='window.pwned=1'><script>window.pwned=1</script> \
                           javascript:window.pwned=1 JAVASCRIPT:alert(1) data:text/html,<script>1</script> \
                           https://example.org/a?b=c&d=%22 vbscript:x";
            other.command(Command::SendText {
                chat: jid.clone(),
                body: hostile.into(),
                reply: None,
                spoiler: None,
            });
            app.until_message(hostile, |m| m.state == "received").await;
            app.send(hostile).await;
            app.go_to_chats().await;
            app.until_chat(other_jid.as_str(), |c| c.text.contains("<b>bold</b>")).await;
            app.open_chat(other_jid.as_str()).await;
            let links: Vec<(String, String)> = app
                .eval(
                    "return all('article').flatMap(e => [...e.querySelectorAll('[data-body] a')]).map(a => [a.href, a.rel])",
                    vec![],
                )
                .await;
            assert_eq!(links.len(), 2, "one link in each copy: {links:?}");
            for (href, rel) in links {
                assert_eq!(href, "https://example.org/a?b=c&d=%22");
                assert!(rel.contains("noopener"), "{rel}");
            }
            let found: (u32, bool) = app
                .eval(
                    "return [one('log', 'Messages').querySelectorAll('b, script, iframe, [data-body] img').length,
                             'pwned' in window]",
                    vec![],
                )
                .await;
            assert_eq!(found, (0, false));
        });
    }
}

#[test]
fn enter_sends_and_shift_enter_breaks_the_line() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, ..) = in_a_chat(engine, Options::default()).await;
            app.press("Message", &format!("one{SHIFT}{ENTER}{SHIFT}two")).await;
            assert_eq!(app.value("Message").await, "one\ntwo");
            app.press("Message", ENTER).await;
            until_bodies(&app, &["one\ntwo"]).await;
            assert_eq!(app.value("Message").await, "");
            app.press("Message", &format!("  {ENTER}")).await;
            app.press("Message", &format!("{SHIFT}{SHIFT}end{ENTER}")).await;
            eventually("the end", async || {
                let bodies: Vec<_> = app.messages().await.into_iter().map(|m| m.body).collect();
                match bodies.iter().map(|b| b.trim()).collect::<Vec<_>>()[..] {
                    ["one\ntwo", "end"] => Ok(()),
                    _ => Err(format!("{bodies:?}")),
                }
            })
            .await;
        });
    }
}

/// Enter while an input method composes chooses a word. It must never send.
#[test]
fn enter_never_sends_while_an_input_method_composes() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, ..) = in_a_chat(engine, Options::default()).await;
            app.fill("Message", "nihao").await;
            // WebKit ends the composition before the key comes, and marks the key by its code.
            for event in [json!({ "isComposing": true }), json!({ "keyCode": 229, "which": 229 })] {
                let let_through: bool = app
                    .eval(
                        "const init = Object.assign({ key: 'Enter', bubbles: true, cancelable: true }, arguments[0]);
                         return one('textbox', 'Message').dispatchEvent(new KeyboardEvent('keydown', init))",
                        vec![event],
                    )
                    .await;
                assert!(let_through, "the input method gets its key");
            }
            assert_eq!(app.value("Message").await, "nihao");
            app.press("Message", ENTER).await;
            until_bodies(&app, &["nihao"]).await;
        });
    }
}

#[test]
fn a_real_composition_is_not_sent_by_its_enter() {
    scenario(async {
        let (app, ..) = in_a_chat(Engine::Chromium, Options::default()).await;
        app.click("textbox", "Message").await;
        let composing = json!({ "text": "nihao", "selectionStart": 5, "selectionEnd": 5 });
        app.devtools("Input.imeSetComposition", composing).await;
        let enter = |kind: &str| json!({ "type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229 });
        app.devtools("Input.dispatchKeyEvent", enter("rawKeyDown")).await;
        app.devtools("Input.dispatchKeyEvent", enter("keyUp")).await;
        app.devtools("Input.insertText", json!({ "text": "你好" })).await;
        assert_eq!(app.value("Message").await, "你好");
        app.press("Message", ENTER).await;
        until_bodies(&app, &["你好"]).await;
    });
}

#[test]
fn on_a_phone_enter_breaks_the_line_and_the_button_sends() {
    scenario(async {
        let phone = Options { size: Size::Phone, ..Options::default() };
        let (app, other, ..) = in_a_chat(Engine::Chromium, phone).await;
        app.press("Message", &format!("one{ENTER}two")).await;
        assert_eq!(app.value("Message").await, "one\ntwo");
        app.click("button", "Send").await;
        other.until_received("one\ntwo").await;
    });
}

#[test]
fn a_message_to_nobody_says_so_and_can_be_tried_again() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, _) = registered(engine, "alice", Options::default()).await;
            let nobody = acceptance::World::shared().fresh_jid("nobody");
            app.open_chat(&nobody).await;
            let id = app.send("anybody there?").await;
            app.until_message("anybody there?", |m| m.state == "failed").await;
            app.until_words("no such address").await;
            // The state goes by too fast to be looked at: let the page itself write it down.
            let watch = "window.states = [];
                const article = all('article').find(e => e.dataset.id === arguments[0]);
                new MutationObserver(() => window.states.push(article.dataset.state))
                  .observe(article, { attributes: true, attributeFilter: ['data-state'] });";
            let _: Option<Value> = app.eval(watch, vec![json!(id)]).await;
            app.retry(&id).await;
            eventually("the second failure", async || {
                let states: Vec<String> = app.eval("return window.states", vec![]).await;
                match states.last().map(String::as_str) {
                    Some("failed") if states.iter().any(|s| s == "queued" || s == "sent") => Ok(()),
                    _ => Err(format!("{states:?}")),
                }
            })
            .await;
        });
    }
}

#[test]
fn old_messages_come_when_one_scrolls_to_them() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, other, jid, other_jid) = in_a_chat(engine, Options::default()).await;
            app.go_to_chats().await;
            for n in 0..150 {
                other.command(Command::SendText {
                    chat: jid.clone(),
                    body: format!("number {n}"),
                    reply: None,
                    spoiler: None,
                });
            }
            app.until_chat(other_jid.as_str(), |c| c.unread == 150).await;
            app.reload().await;
            app.open_chat(other_jid.as_str()).await;
            app.until_message("number 149", |_| true).await;
            let in_view: bool = app
                .eval(
                    "const e = all('article').find(e => e.querySelector('[data-body]').textContent === 'number 149');
                     const r = e.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight",
                    vec![],
                )
                .await;
            assert!(in_view, "the newest message is in view");
            eventually("the first message", async || {
                let first: String = app
                    .eval(
                        "const log = one('log', 'Messages'), seen = all('article', null, log);
                         const top = seen.reduce((a, b) => a.getBoundingClientRect().top < b.getBoundingClientRect().top ? a : b);
                         top.scrollIntoView({ block: 'center' });
                         return top.querySelector('[data-body]').textContent",
                        vec![],
                    )
                    .await;
                if first == "number 0" { Ok(()) } else { Err(first) }
            })
            .await;
        });
    }
}

/// By a client that is not ours: the list says so until it is looked at, and the name leads there.
#[test]
fn who_is_mentioned_sees_it_in_the_list_and_goes_there() {
    scenario(async {
        let (app, jid) = registered(Engine::Chromium, "alice", Options::default()).await;
        let peer_jid = World::shared().account("peer", PASSWORD);
        let peer = acceptance::Peer::online(&peer_jid, PASSWORD, World::shared().prosody().c2s_port()).await;
        app.go_to_chats().await;
        peer.mention(&jid, "🐦 *Alice* is here", (3, 8), &jid).await;
        app.until_chat(&peer_jid, |c| c.text.contains("Alice")).await;
        app.until_marks(&peer_jid, &["mentioned"]).await;
        app.open_chat(&peer_jid).await;
        app.until_message("🐦 *Alice* is here", |_| true).await;
        app.until_link("Alice", &format!("#/chat/{jid}")).await;
        app.until_marks(&peer_jid, &[]).await;
        peer.mention(&jid, "ask Carol", (4, 9), "carol@localhost").await;
        app.until_message("ask Carol", |_| true).await;
        app.click("link", "Carol").await;
        app.at("/chat/carol@localhost").await;
    });
}

#[test]
fn the_list_says_who_does_what_they_say_that_they_do() {
    scenario(async {
        let (app, jid) = registered(Engine::Chromium, "alice", Options::default()).await;
        let (other, other_jid) = somebody("bob").await;
        befriend(&app, &jid, &other, &other_jid).await;
        app.open_chat(other_jid.as_str()).await;
        app.send("/me waves").await;
        let own = jid.split('@').next().unwrap().to_owned();
        app.until_chat(other_jid.as_str(), |c| c.text.contains(&format!("* {own} waves"))).await;
        let to = jid.parse().unwrap();
        other.command(Command::SendText {
            chat: to,
            body: "/me waves back".into(),
            reply: None,
            spoiler: None,
        });
        let name = other_jid.as_str().split('@').next().unwrap().to_owned();
        app.until_chat(other_jid.as_str(), |c| c.text.contains(&format!("* {name} waves back"))).await;
    });
}
