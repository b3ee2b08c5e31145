//! Large archives.

use crate::support::{PASSWORD, fresh};
use acceptance::{Witness, fill_archive, scenario, start_prosody};
use xtask::prosody::Options;

#[test]
fn an_archive_is_filled_in_no_time_and_the_server_gives_all_of_it() {
    scenario(async {
        let (mut server, jid, contact) = (start_prosody(Options::default()), fresh("alice"), fresh("bob"));
        server.add_account(jid.local().unwrap(), PASSWORD).unwrap();
        fill_archive(&mut server, &jid, &contact, 5_000);
        let texts = Witness::log_in(&server.ws_url(), &jid, PASSWORD).await.texts(&contact).await;
        let bodies: Vec<_> = texts.into_iter().map(|text| text.body).collect();
        assert_eq!(bodies, (0..5_000).map(|n| n.to_string()).collect::<Vec<_>>());
    });
}
