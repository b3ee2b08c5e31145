//! Large archives.

use crate::support::{PASSWORD, fresh, online};
use acceptance::{Witness, World, fill_archive, scenario};

#[test]
fn an_archive_is_filled_in_no_time_and_the_server_gives_all_of_it() {
    scenario(async {
        let (_alice, jid) = online("alice").await;
        let (server, contact) = (World::shared().prosody(), fresh("bob"));
        fill_archive(server, &jid, &contact, 5_000);
        let texts = Witness::log_in(&server.ws_url(), &jid, PASSWORD).await.texts(&contact).await;
        let bodies: Vec<_> = texts.into_iter().map(|text| text.body).collect();
        assert_eq!(bodies, (0..5_000).map(|n| n.to_string()).collect::<Vec<_>>());
    });
}
