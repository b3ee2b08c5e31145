//! What was said elsewhere or while we were away, as a person sees it.

use crate::support::{PASSWORD, befriend, registered, somebody, somebody_at, until_bodies};
use acceptance::native::{Client, Device};
use acceptance::{
    App, Engine, Message, Options, World, config_for, eventually, fill_archive, scenario, start_prosody,
};
use model::{BareJid, Command, Endpoint};
use xtask::prosody::{self, Prosody};

/// Counts the pages of the archive that are asked for.
const COUNT_PAGES: &str = "window.pages = 0;
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (frame) {
      if (String(frame).includes('queryid=')) window.pages++;
      return send.call(this, frame);
    };";

/// Keeps back what is asked of the archive about one chat, until it is let go.
const HOLD_PAGES: &str = "window.held = [];
    const send = WebSocket.prototype.send;
    let open = false;
    WebSocket.prototype.send = function (frame) {
      if (!open && String(frame).includes('queryid=') && /var=.with/.test(frame)) return void held.push(() => send.call(this, frame));
      return send.call(this, frame);
    };
    window.letGo = () => { open = true; held.forEach(go => go()); };";

fn jid(address: &str) -> BareJid {
    address.parse().expect("a plain address")
}

fn numbers(of: std::ops::Range<u32>) -> Vec<String> {
    of.map(|n| n.to_string()).collect()
}

fn bodies(messages: &[Message]) -> Vec<String> {
    messages.iter().map(|message| message.body.clone()).collect()
}

/// Waits until messages older than these are shown; those, and that none has moved what was in view.
async fn until_more(app: &App, shown: &[Message]) -> Vec<Message> {
    let anchor = shown.first().expect("messages").id.clone();
    let before = app.height_of(&anchor).await;
    let messages = eventually("older messages", async || match app.messages().await {
        more if more.first().is_some_and(|first| first.id != anchor) => Ok(more),
        same => Err(format!("{} messages, holes {:?}", same.len(), app.holes().await)),
    })
    .await;
    let after = app.height_of(&anchor).await;
    assert!((before - after).abs() <= 1.0, "what was in view went from {before} to {after}");
    messages
}

#[test]
fn a_new_device_finds_chats_and_history_and_scrolling_up_brings_all_of_it() {
    for engine in Engine::ALL {
        scenario(async move {
            let mut server = start_prosody(prosody::Options::default());
            server.add_account("alice", PASSWORD).expect("an account");
            let (account, contact) = ("alice@localhost".to_owned(), "bob@localhost".to_owned());
            // More than a new device fetches by itself.
            fill_archive(&mut server, &jid(&account), &jid(&contact), 620);
            let config = Some(config_for(&server));
            let counts = engine == Engine::Chromium;
            let before_load = if counts { vec![COUNT_PAGES.to_owned()] } else { Vec::new() };
            let app = App::open(engine, Options { config, before_load, ..Options::default() }).await;
            app.login(&account, PASSWORD).await;
            app.until_chat(&contact, |chat| chat.unread == 0 && chat.text.contains("619")).await;
            app.open_chat(&contact).await;
            app.until_message("619", |_| true).await;
            assert_eq!(app.divider().await, None, "the past is not news");

            let mut messages = app.messages().await;
            let mut seen = bodies(&messages);
            while messages.first().is_none_or(|first| first.body != "0") {
                app.scroll_to_top().await;
                messages = until_more(&app, &messages).await;
                // The page holds no more than a stretch of them; none is left out between two looks.
                let known = messages.iter().position(|message| message.body == seen[0]).expect("an overlap");
                seen.splice(..0, bodies(&messages[..known]));
            }
            app.until_holes(0).await;
            assert_eq!(seen, numbers(0..620));
            if counts {
                let pages: u32 = app.eval("return window.pages", vec![]).await;
                assert!((13..=16).contains(&pages), "620 messages in {pages} pages");
            }
        });
    }
}

/// A server that can be stopped, a page at it, somebody the page's person knows, and their addresses.
struct Stage {
    server: Prosody,
    app: App,
    jid: String,
    bob: Client,
    bob_jid: BareJid,
}

impl Stage {
    async fn set(before_load: Vec<String>) -> Self {
        let server = start_prosody(prosody::Options::default());
        let config = Some(config_for(&server));
        let app = App::open(Engine::Chromium, Options { config, before_load, ..Options::default() }).await;
        let jid = format!("alice@{}", server.domain());
        app.register(&jid, PASSWORD).await;
        let (bob, bob_jid) = somebody_at("bob", &server.ws_url()).await;
        befriend(&app, &jid, &bob, &bob_jid).await;
        Self { server, app, jid, bob, bob_jid }
    }

    /// Closes the page; the server forgets it.
    async fn go_away(&mut self) {
        self.app.leave_for("about:blank").await;
        self.server.stop();
        self.server.start_again().unwrap_or_else(|e| panic!("{e}"));
        self.bob.command(Command::ConnectNow);
        self.bob.until_online().await;
    }

    async fn come_back(&mut self) {
        self.app.reopen_in("en").await;
        self.app.until_connection("online").await;
        self.app.visit("/").await;
    }

    /// Bob says something, and the server has it.
    async fn bob_says(&self, body: &str) {
        let row = self.bob.send(&jid(&self.jid), body).await;
        self.bob.until_state(&row, acceptance::native::is_sent).await;
    }
}

#[test]
fn what_came_while_nobody_was_there_is_unread_and_in_its_place() {
    scenario(async {
        let mut stage = Stage::set(Vec::new()).await;
        let bob = stage.bob_jid.to_string();
        stage.app.open_chat(&bob).await;
        stage.app.send("good night").await;
        stage.bob_says("sleep well").await;
        until_bodies(&stage.app, &["good night", "sleep well"]).await;
        stage.app.go_to_chats().await;
        stage.go_away().await;
        for body in ["good morning", "are you up?", "hello?"] {
            stage.bob_says(body).await;
        }
        stage.come_back().await;
        stage.app.until_chat(&bob, |chat| chat.unread == 3 && chat.text.contains("hello?")).await;
        stage.app.open_chat(&bob).await;
        until_bodies(&stage.app, &["good night", "sleep well", "good morning", "are you up?", "hello?"])
            .await;
        stage.app.until_divider("3 unread", "good morning").await;
        stage.app.until_chat(&bob, |chat| chat.unread == 0).await;
        // It stays as long as the chat is open, whatever else comes.
        stage.bob_says("ah, there you are").await;
        stage.app.until_message("ah, there you are", |_| true).await;
        stage.app.until_divider("3 unread", "good morning").await;
        stage.app.go_to_chats().await;
        stage.app.open_chat(&bob).await;
        stage.app.until_message("ah, there you are", |_| true).await;
        assert_eq!(stage.app.divider().await, None, "all of it was looked at");
    });
}

#[test]
fn the_first_of_many_unread_messages_is_one_press_away() {
    scenario(async {
        let (app, address) = registered(Engine::Chromium, "alice", Options::default()).await;
        let (bob, bob_jid) = somebody("bob").await;
        befriend(&app, &address, &bob, &bob_jid).await;
        for n in 0..90 {
            bob.send(&jid(&address), &format!("news {n}")).await;
        }
        app.go_to_chats().await;
        app.until_chat(bob_jid.as_str(), |chat| chat.unread == 90).await;
        app.open_chat(bob_jid.as_str()).await;
        app.until_message("news 89", |_| true).await;
        assert!(!app.divider_is_in_view().await);
        // That is more than a page of the store.
        app.jump_to_unread(90).await;
        app.until_divider("90 unread", "news 0").await;
        eventually("the button to be gone", async || {
            if app.shows("button", "90 unread. Jump to the first").await {
                Err("it is there".into())
            } else {
                Ok(())
            }
        })
        .await;
    });
}

#[test]
fn a_hole_in_the_history_is_shown_and_closed_when_it_comes_into_view() {
    scenario(async {
        let mut stage = Stage::set(vec![HOLD_PAGES.to_owned()]).await;
        let (alice, bob) = (jid(&stage.jid), stage.bob_jid.to_string());
        stage.app.go_to_chats().await;
        // More than fits on the screen.
        let before: Vec<String> = (0..40).map(|n| format!("before {n}")).collect();
        for body in &before {
            stage.bob_says(body).await;
        }
        stage.app.until_chat(&bob, |chat| chat.text.contains("before 39")).await;
        stage.go_away().await;
        // So much came after what Bob said that a session does not fetch all of it by itself.
        fill_archive(&mut stage.server, &alice, &jid("dave@localhost"), 10);
        fill_archive(&mut stage.server, &alice, &stage.bob_jid, 70);
        fill_archive(&mut stage.server, &alice, &jid("carol@localhost"), 2_100);
        stage.come_back().await;
        stage.app.until_chat("carol@localhost", |chat| chat.text.contains("2099")).await;
        stage.bob_says("after").await;
        stage.app.until_chat(&bob, |chat| chat.text.contains("after")).await;
        eventually("all that is fetched unasked", async || {
            match stage.app.stored_messages(&stage.jid, "carol@localhost").await.len() {
                2_000.. => Ok(()),
                some => Err(format!("{some} messages")),
            }
        })
        .await;

        stage.app.open_chat(&bob).await;
        stage.app.until_message("before 39", |_| true).await;
        let closing = [("before 39".to_owned(), "closing".to_owned())];
        eventually("the hole", async || match stage.app.holes().await {
            holes if holes == closing => Ok(()),
            holes => Err(format!("{holes:?}")),
        })
        .await;
        let held: u32 = stage.app.eval("return window.held.length", vec![]).await;
        assert_eq!(held, 1, "it is asked for once");
        // Who has scrolled past it is not disturbed by what comes in below.
        stage.app.scroll_to_top().await;
        let oldest = stage.app.until_message("before 0", |_| true).await.id;
        stage.app.painted().await;
        let place = stage.app.height_of(&oldest).await;
        let _: bool = stage.app.eval("window.letGo(); return true", vec![]).await;
        stage.app.until_message("69", |_| true).await;
        stage.app.painted().await;
        let moved = stage.app.height_of(&oldest).await - place;
        assert!(moved.abs() <= 2.0, "what was in view moved by {moved}");
        // The rest comes when one looks at it.
        let wanted = [before, numbers(0..70), vec!["after".into()]].concat();
        stage.app.scroll_to_message("20").await;
        eventually("all of it", async || match bodies(&stage.app.messages().await) {
            all if all == wanted => Ok(()),
            some => Err(format!("{some:?}, holes {:?}", stage.app.holes().await)),
        })
        .await;
        stage.app.until_holes(0).await;

        // Nothing of a chat is here: without a connection that is said, and with one it comes at once.
        stage.server.stop();
        stage.app.until_connection("waiting").await;
        stage.app.open_chat("dave@localhost").await;
        assert_eq!(stage.app.until_holes(1).await, [(String::new(), "offline".to_owned())]);
        stage.app.until_words("They come when you are online.").await;
        stage.server.start_again().unwrap_or_else(|e| panic!("{e}"));
        stage.app.until_message("9", |_| true).await;
        until_bodies(&stage.app, &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]).await;
        stage.app.until_holes(0).await;
    });
}

#[test]
fn two_devices_of_one_person_say_the_same() {
    scenario(async {
        let (app, address) = registered(Engine::Chromium, "alice", Options::default()).await;
        let (bob, bob_jid) = somebody("bob").await;
        befriend(&app, &address, &bob, &bob_jid).await;
        let url = World::shared().prosody().ws_url();
        let phone = Client::start(&Device::default()).await;
        phone.log_in(&jid(&address), PASSWORD, Endpoint::Url(url));
        phone.until_online().await;
        phone.until("its contacts", |seen| seen.roster.contains_key(&bob_jid).then_some(())).await;

        app.open_chat(bob_jid.as_str()).await;
        phone.send(&bob_jid, "from my phone").await;
        bob.until_received("from my phone").await;
        app.until_message("from my phone", |message| message.from == address && message.is_sent()).await;

        app.go_to_chats().await;
        bob.send(&jid(&address), "which of you reads this?").await;
        phone.until_received("which of you reads this?").await;
        app.until_chat(bob_jid.as_str(), |chat| chat.unread == 1).await;
        phone.command(Command::ViewChat(Some(bob_jid.clone())));
        app.until_chat(bob_jid.as_str(), |chat| chat.unread == 0).await;
    });
}

#[test]
fn what_the_server_keeps_is_chosen_in_the_settings_and_stays() {
    scenario(async {
        let (app, address) = registered(Engine::Chromium, "alice", Options::default()).await;
        app.go_to_settings().await;
        app.until_kept_on_server("Everything").await;
        app.keep_on_server("Nothing").await;
        app.until_kept_on_server("Nothing").await;
        app.reload().await;
        app.until_kept_on_server("Nothing").await;

        // It is the server's word, and it is kept.
        let (bob, _) = somebody("bob").await;
        bob.send(&jid(&address), "off the record").await;
        app.go_to_chats().await;
        app.until_words("off the record").await;
        let url = World::shared().prosody().ws_url();
        let mut witness = acceptance::Witness::log_in(&url, &jid(&address), PASSWORD).await;
        let with = bob.seen().account.expect("an account");
        assert_eq!(witness.texts(&with).await, []);
    });
}
