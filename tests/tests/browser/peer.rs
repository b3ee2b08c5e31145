//! A page and an independent client.

use crate::support::{PASSWORD, registered};
use acceptance::{Engine, Options, Peer, World, scenario};

#[test]
fn a_page_and_slixmpp_become_friends_and_chat() {
    for engine in Engine::ALL {
        scenario(async move {
            let world = World::shared();
            let (app, jid) = registered(engine, "alice", Options::default()).await;
            let peer_jid = world.account("peer", PASSWORD);
            let peer = Peer::online(&peer_jid, PASSWORD, world.prosody().c2s_port()).await;

            // The page asks, the peer accepts and asks back, the page need not be asked again.
            app.add_contact(&peer_jid).await;
            peer.until_presence(&jid, "subscribe").await;
            peer.accept(&jid).await;
            app.until_contact(&peer_jid, |c| c.subscription == "to").await;
            peer.subscribe(&jid).await;
            app.until_contact(&peer_jid, |c| c.subscription == "both" && c.presence == "online").await;
            peer.until_presence(&jid, "subscribed").await;

            app.open_chat(&peer_jid).await;
            let id = app.send("hello from a page 👋").await;
            let heard = peer.until_message("hello from a page 👋").await;
            assert_eq!(heard["from"], jid.as_str());
            assert_eq!(heard["id"], id.as_str(), "the message keeps its id");
            assert_eq!(heard["origin_id"], id.as_str(), "XEP-0359");

            peer.send(&jid, "hello from a peer\n再见", "peer-1").await;
            let shown = app.until_message("hello from a peer\n再见", |m| m.state == "received").await;
            assert_eq!(shown.from, peer_jid);
        });
    }
}
