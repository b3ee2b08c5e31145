//! Several pages of one account in one browser: one has the connection, all show the same.

use crate::support::{PASSWORD, befriend, registered, somebody, until_bodies};
use acceptance::native::Client;
use acceptance::{App, Engine, Options, Peer, Proxy, Tab, World, config, eventually, scenario};
use model::{BareJid, Command, Direction};

/// Alice's first page, through a proxy that counts, Bob, who needs no browser, and their addresses.
struct Stage {
    app: App,
    jid: BareJid,
    proxy: Proxy,
    bob: Client,
    bob_jid: BareJid,
    first: Tab,
}

impl Stage {
    async fn set(engine: Engine) -> Self {
        let server = World::shared().prosody();
        let proxy = Proxy::start(server.http_port()).await;
        let options =
            Options { config: Some(config(server.domain(), &proxy.ws_url())), ..Options::default() };
        Self::with(engine, options, proxy).await
    }

    async fn with(engine: Engine, options: Options, proxy: Proxy) -> Self {
        let (app, jid) = registered(engine, "alice", options).await;
        let (bob, bob_jid) = somebody("bob").await;
        befriend(&app, &jid, &bob, &bob_jid).await;
        let first = app.tab().await;
        Self { app, jid: jid.parse().expect("a plain address"), proxy, bob, bob_jid, first }
    }

    /// One more page, with the chat with Bob in view.
    async fn another(&mut self) -> Tab {
        let tab = self.app.open_tab().await;
        self.app.until_connection("online").await;
        self.app.open_chat(self.bob_jid.as_str()).await;
        tab
    }

    fn bob_says(&self, body: &str) {
        self.bob.command(Command::SendText {
            chat: self.jid.clone(),
            body: body.to_owned(),
            reply: None,
            spoiler: None,
        });
    }

    /// Waits until Bob has exactly these messages from Alice, in this order.
    async fn until_bob_has(&self, wanted: &[String]) {
        eventually("Bob's messages", async || {
            let rows = self.bob.stored(&self.jid).await;
            let got: Vec<_> =
                rows.iter().filter(|r| r.direction == Direction::In).map(|r| r.body.as_str()).collect();
            if got == wanted { Ok(()) } else { Err(format!("{got:?}")) }
        })
        .await;
    }
}

#[test]
fn all_tabs_show_the_same_and_all_can_send() {
    for engine in Engine::ALL {
        scenario(async move {
            let mut stage = Stage::set(engine).await;
            let (one, bob) = (stage.first.clone(), stage.bob_jid.to_string());
            stage.app.open_chat(&bob).await;
            stage.app.send("from the first").await;
            let two = stage.another().await;
            until_bodies(&stage.app, &["from the first"]).await;
            let id = stage.app.send("from the second").await;
            stage.app.until_message("from the second", |m| m.state == "delivered" && m.id == id).await;
            stage.bob_says("to all");
            for tab in [&one, &two] {
                stage.app.use_tab(tab).await;
                until_bodies(&stage.app, &["from the first", "from the second", "to all"]).await;
                stage.app.until_message("from the second", |m| m.state == "delivered" && m.id == id).await;
                stage.app.go_to_contacts().await;
                stage.app.until_contact(&bob, |c| c.presence == "online").await;
            }
            stage.until_bob_has(&["from the first".into(), "from the second".into()]).await;
            assert_eq!((stage.proxy.connections(), stage.proxy.open()), (1, 1), "one connection for both");
        });
    }
}

/// Numbered messages of one side, as bodies.
fn numbered(who: &str, numbers: std::ops::Range<u32>) -> Vec<String> {
    numbers.map(|n| format!("{who} {n}")).collect()
}

/// Waits until the open chat shows exactly these messages of this side, in this order.
async fn until_from(app: &App, from: &str, wanted: &[String]) {
    eventually(&format!("all from {from}"), async || {
        let messages = app.messages().await;
        let got: Vec<_> = messages.iter().filter(|m| m.from == from).map(|m| m.body.as_str()).collect();
        if got == wanted { Ok(()) } else { Err(format!("{got:?}, {}", app.connection().await)) }
    })
    .await;
}

#[test]
fn closing_the_leader_in_a_burst_loses_and_doubles_nothing() {
    for engine in Engine::ALL {
        scenario(async move {
            let mut stage = Stage::set(engine).await;
            let one = stage.first.clone();
            let two = stage.another().await;
            let resumed = stage.proxy.resumed();
            let mut own = Vec::new();
            for n in 0..4 {
                let body = format!("alice {n}");
                stage.app.send(&body).await;
                own.push(body);
            }
            for body in numbered("bob", 0..20) {
                stage.bob_says(&body);
            }
            stage.app.close_tab(&one).await;
            stage.app.use_tab(&two).await;
            for body in numbered("bob", 20..40) {
                stage.bob_says(&body);
            }
            for n in 4..8 {
                let body = format!("alice {n}");
                stage.app.send(&body).await;
                own.push(body);
            }
            stage.until_bob_has(&own).await;
            until_from(&stage.app, stage.bob_jid.as_str(), &numbered("bob", 0..40)).await;
            until_from(&stage.app, stage.jid.as_str(), &own).await;
            for body in &own {
                stage.app.until_message(body, |m| m.state == "delivered").await;
            }
            stage.app.reload().await;
            stage.app.open_chat(stage.bob_jid.as_str()).await;
            until_from(&stage.app, stage.bob_jid.as_str(), &numbered("bob", 0..40)).await;
            until_from(&stage.app, stage.jid.as_str(), &own).await;
            // Once for the hand-over; the reload may not be that far yet.
            assert!(stage.proxy.resumed() > resumed, "the stream goes on");
        });
    }
}

#[test]
fn ten_leaders_one_after_the_other_keep_one_stream() {
    scenario(async {
        let mut stage = Stage::set(Engine::Chromium).await;
        let mut leader = stage.first.clone();
        let mut own = Vec::new();
        for n in 1..=10 {
            let next = stage.another().await;
            stage.bob_says(&format!("bob {n}"));
            if n % 2 == 0 {
                stage.app.crash_tab(&leader).await;
            } else {
                stage.app.close_tab(&leader).await;
            }
            stage.app.use_tab(&next).await;
            let body = format!("alice {n}");
            stage.app.send(&body).await;
            own.push(body.clone());
            stage.app.until_message(&body, |m| m.state == "delivered").await;
            until_from(&stage.app, stage.bob_jid.as_str(), &numbered("bob", 1..n + 1)).await;
            assert_eq!((stage.proxy.connections(), stage.proxy.resumed()), (u64::from(n) + 1, n as usize));
            assert_eq!(stage.proxy.open(), 1, "one connection, whoever has it");
            leader = next;
        }
        stage.until_bob_has(&own).await;
    });
}

#[test]
fn a_frozen_leader_hands_over_and_comes_back_as_a_follower() {
    scenario(async {
        let mut stage = Stage::set(Engine::Chromium).await;
        let one = stage.first.clone();
        stage.app.open_chat(stage.bob_jid.as_str()).await;
        let two = stage.another().await;
        stage.app.use_tab(&one).await;
        stage.app.set_frozen(true).await;
        stage.app.use_tab(&two).await;
        eventually("another connection", async || {
            if stage.proxy.resumed() == 1 && stage.proxy.open() == 1 { Ok(()) } else { Err(String::new()) }
        })
        .await;
        stage.app.until_connection("online").await;
        stage.app.send("while one stands still").await;
        stage.bob_says("I see");
        let both = ["while one stands still", "I see"];
        until_bodies(&stage.app, &both).await;
        stage.app.use_tab(&one).await;
        stage.app.set_frozen(false).await;
        until_bodies(&stage.app, &both).await;
        stage.app.until_connection("online").await;
        stage.app.send("back").await;
        stage.app.until_message("back", |m| m.state == "delivered").await;
        stage.until_bob_has(&["while one stands still".into(), "back".into()]).await;
        assert_eq!((stage.proxy.connections(), stage.proxy.open()), (2, 1), "it follows");
    });
}

#[test]
fn what_is_looked_at_in_any_visible_tab_is_read() {
    for engine in Engine::ALL {
        scenario(async move {
            let mut stage = Stage::set(engine).await;
            let (one, bob) = (stage.first.clone(), stage.bob_jid.to_string());
            stage.app.go_to_chats().await;
            let two = stage.another().await;
            stage.bob_says("seen in the second");
            stage.app.until_message("seen in the second", |_| true).await;
            stage.app.use_tab(&one).await;
            stage.app.until_chat(&bob, |c| c.unread == 0 && c.text.contains("seen in the second")).await;
            stage.app.use_tab(&two).await;
            stage.app.go_to_chats().await;
            stage.bob_says("seen nowhere");
            for tab in [&one, &two] {
                stage.app.use_tab(tab).await;
                stage.app.until_chat(&bob, |c| c.unread == 1).await;
            }
            stage.app.open_chat(&bob).await;
            stage.app.use_tab(&one).await;
            stage.app.until_chat(&bob, |c| c.unread == 0).await;
            // A page that is gone looks at nothing.
            stage.app.close_tab(&two).await;
            stage.app.use_tab(&one).await;
            stage.bob_says("seen by nobody");
            stage.app.until_chat(&bob, |c| c.unread == 1).await;
        });
    }
}

#[test]
fn logging_out_in_one_tab_logs_all_out() {
    for engine in Engine::ALL {
        scenario(async move {
            let mut stage = Stage::set(engine).await;
            let one = stage.first.clone();
            let two = stage.another().await;
            let three = stage.another().await;
            stage.app.use_tab(&two).await;
            stage.app.logout(true).await;
            for tab in [&one, &three] {
                stage.app.use_tab(tab).await;
                stage.app.at("/login").await;
            }
            eventually("no connection", async || match stage.proxy.open() {
                0 => Ok(()),
                open => Err(format!("{open} connections")),
            })
            .await;
            // Each can log in again, and then leads.
            stage.app.login(stage.jid.as_str(), PASSWORD).await;
            stage.app.use_tab(&one).await;
            stage.app.login(stage.jid.as_str(), PASSWORD).await;
            eventually("one connection for both", async || match stage.proxy.open() {
                1 => Ok(()),
                open => Err(format!("{open} connections")),
            })
            .await;
            stage.app.open_chat(stage.bob_jid.as_str()).await;
            stage.app.send("from a page that logged in second").await;
            stage.until_bob_has(&["from a page that logged in second".into()]).await;
        });
    }
}

#[test]
fn without_web_locks_each_page_is_for_itself() {
    scenario(async {
        let server = World::shared().prosody();
        let proxy = Proxy::start(server.http_port()).await;
        let config = Some(config(server.domain(), &proxy.ws_url()));
        let no_locks = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })";
        let options = Options { config, before_load: vec![no_locks.into()], ..Options::default() };
        let mut stage = Stage::with(Engine::Chromium, options, proxy).await;
        let (one, two) = (stage.first.clone(), stage.another().await);
        assert_eq!(stage.proxy.open(), 2);
        stage.app.send("from the second").await;
        stage.app.use_tab(&one).await;
        stage.app.open_chat(stage.bob_jid.as_str()).await;
        stage.app.send("from the first").await;
        stage.app.close_tab(&two).await;
        stage.until_bob_has(&["from the second".into(), "from the first".into()]).await;
        assert_eq!(stage.proxy.resumed(), 0, "two that take up one stream would throw each other out");
    });
}

/// Lets a test make a page deaf or mute for other pages.
const MUFFLE: &str = "{
    const { addEventListener, postMessage } = BroadcastChannel.prototype;
    const { addEventListener: listen } = EventTarget.prototype;
    BroadcastChannel.prototype.addEventListener = function (name, heard) {
        return listen.call(this, name, event => { if (!window.deaf) heard.call(this, event); });
    };
    BroadcastChannel.prototype.postMessage = function (said) { if (!window.mute) postMessage.call(this, said); };
}";

impl Stage {
    /// The same, with a first page that can be made deaf or mute.
    async fn muffled() -> Self {
        let server = World::shared().prosody();
        let proxy = Proxy::start(server.http_port()).await;
        let config = Some(config(server.domain(), &proxy.ws_url()));
        let options = Options { config, before_load: vec![MUFFLE.into()], ..Options::default() };
        Self::with(Engine::Chromium, options, proxy).await
    }

    async fn make(&self, what: &str) {
        self.app.use_tab(&self.first).await;
        let _: Option<bool> = self.app.eval(&format!("window.{what} = true"), vec![]).await;
    }
}

#[test]
fn a_leader_that_does_not_answer_is_named_and_loses_nothing() {
    scenario(async {
        let mut stage = Stage::muffled().await;
        let followers = [stage.another().await, stage.another().await];
        stage.make("deaf").await;
        for (tab, numbers) in followers.iter().zip([0..2, 2..4]) {
            stage.app.use_tab(tab).await;
            for body in numbered("from", numbers) {
                stage.app.send(&body).await;
                stage.app.until_message(&body, |m| m.state == "queued").await;
            }
            stage.app.until_words("doesn't answer").await;
        }
        stage.app.close_tab(&stage.first).await;
        for tab in &followers {
            stage.app.use_tab(tab).await;
            for body in numbered("from", 0..4) {
                stage.app.until_message(&body, |m| m.state == "delivered").await;
            }
            stage.app.until_connection("online").await;
        }
        // The follower that waited longest leads, and begins with its own.
        stage.until_bob_has(&numbered("from", 0..4)).await;
        assert_eq!(stage.app.messages().await.len(), 4);
        assert_eq!((stage.proxy.open(), stage.proxy.resumed()), (1, 1));
    });
}

#[test]
fn what_a_leader_did_without_a_word_is_not_done_again() {
    scenario(async {
        let mut stage = Stage::muffled().await;
        // Somebody who would see a copy, where Bob would know it for one.
        let world = World::shared();
        let peer_jid = world.account("peer", PASSWORD);
        let peer = Peer::online(&peer_jid, PASSWORD, world.prosody().c2s_port()).await;
        let two = stage.another().await;
        stage.app.open_chat(&peer_jid).await;
        stage.make("mute").await;
        stage.app.use_tab(&two).await;
        for body in ["one", "two"] {
            stage.app.send(body).await;
            peer.until_message(body).await;
        }
        stage.app.until_message("two", |m| m.state == "queued").await;
        stage.app.close_tab(&stage.first).await;
        stage.app.use_tab(&two).await;
        for body in ["one", "two"] {
            stage.app.until_message(body, acceptance::Message::is_sent).await;
        }
        stage.app.send("three").await;
        peer.until_message("three").await;
        assert_eq!((peer.times("one"), peer.times("two")), (1, 1));
        until_bodies(&stage.app, &["one", "two", "three"]).await;
    });
}
