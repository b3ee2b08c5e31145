//! Several pages of one account in one browser: one has the connection, all show the same.

use crate::support::{befriend, registered, somebody, until_bodies};
use acceptance::native::Client;
use acceptance::{App, Engine, Options, Proxy, Tab, World, config, eventually, scenario};
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
        self.bob.command(Command::SendText { chat: self.jid.clone(), body: body.to_owned() });
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
            assert_eq!((stage.proxy.accepted(), stage.proxy.open()), (1, 1), "one connection for both");
        });
    }
}
