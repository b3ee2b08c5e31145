//! Sign-up, log-in, log-out.

use crate::support::{PASSWORD, WITHOUT_SASL2, fresh, online};
use acceptance::native::{Client, Device};
use acceptance::{World, evil, scenario, start_prosody};
use driver::Store;
use model::{Connection, Endpoint, Hash, Problem};
use xtask::prosody::{Options, Sasl};
use xtask::serve::{Config, StaticServer};

fn url() -> String {
    World::shared().prosody().ws_url()
}

#[test]
fn signs_up_and_comes_back_with_the_stored_key() {
    scenario(async {
        let prosody = start_prosody(Options { extra_config: WITHOUT_SASL2.into(), ..Options::default() });
        let (device, jid) = (Device::default(), fresh("alice"));
        let client = Client::register(&device, &jid, PASSWORD, &prosody.ws_url()).await;
        assert_eq!(client.seen().account, Some(jid.clone()));
        drop(client);
        let saved = device.store(&jid).load().await.unwrap();
        let session = saved.session.expect("a stored session");
        assert_eq!(session.key.as_ref().map(|key| key.hash), Some(Hash::Sha256));
        assert!(!format!("{:?}", session.key.map(|key| key.key)).contains(PASSWORD));
        // Nobody types a password here.
        let client = Client::start(&device).await;
        client.until_online().await;
        assert_eq!(client.seen().problems, []);
    });
}

#[test]
fn logs_in_by_the_best_mechanism_the_server_has() {
    scenario(async {
        for (sasl, hash) in [
            (Sasl::ScramSha256, Some(Hash::Sha256)),
            (Sasl::ScramSha1, Some(Hash::Sha1)),
            (Sasl::Plain, None),
        ] {
            let extra_config = WITHOUT_SASL2.into();
            let prosody = start_prosody(Options { sasl, extra_config, ..Options::default() });
            let (device, jid) = (Device::default(), fresh("alice"));
            prosody.add_account(jid.local().unwrap(), PASSWORD).unwrap();
            let client = Client::start(&device).await;
            client.log_in(&jid, PASSWORD, Endpoint::Url(prosody.ws_url()));
            client.until_online().await;
            drop(client);
            let session = device.store(&jid).load().await.unwrap().session.expect("a stored session");
            assert_eq!(session.key.map(|key| key.hash), hash, "{sasl:?}");
            let client = Client::start(&device).await;
            match hash {
                Some(_) => client.until_online().await,
                // A server that only takes the password must be given it again: it is not kept.
                None => drop(client.until_problem(|p| *p == Problem::PasswordNeeded).await),
            }
        }
    });
}

#[test]
fn a_wrong_password_is_told_and_the_right_one_then_works() {
    scenario(async {
        let jid = fresh("alice");
        World::shared().prosody().add_account(jid.local().unwrap(), PASSWORD).unwrap();
        let client = Client::start(&Device::default()).await;
        client.log_in(&jid, "wrong", Endpoint::Url(url()));
        client.until_problem(|p| *p == Problem::WrongPassword).await;
        assert_ne!(client.seen().connection, Connection::Online);
        client.log_in(&jid, PASSWORD, Endpoint::Url(url()));
        client.until_online().await;
    });
}

#[test]
fn a_taken_name_is_told_and_another_then_works() {
    scenario(async {
        let (_first, jid) = online("alice").await;
        let client = Client::start(&Device::default()).await;
        client.sign_up(&jid, "other", &url());
        client.until_problem(|p| *p == Problem::NameTaken).await;
        client.sign_up(&fresh("alice"), "other", &url());
        client.until_online().await;
    });
}

#[test]
fn closed_sign_up_is_told() {
    scenario(async {
        let prosody = start_prosody(Options { registration: false, ..Options::default() });
        let client = Client::start(&Device::default()).await;
        client.sign_up(&fresh("alice"), PASSWORD, &prosody.ws_url());
        client.until_problem(|p| *p == Problem::SignUpClosed).await;
    });
}

#[test]
fn a_closed_port_is_unreachable() {
    scenario(async {
        let client = Client::start(&Device::default()).await;
        client.log_in(&fresh("alice"), PASSWORD, Endpoint::Url(evil::nowhere()));
        client.until_problem(|p| matches!(p, Problem::Unreachable { domain } if domain == "localhost")).await;
    });
}

#[test]
fn the_web_socket_is_found_by_host_meta_in_either_form() {
    let json = format!(r#"{{"links":[{{"rel":"urn:xmpp:alt-connections:websocket","href":"{}"}}]}}"#, url());
    let xml = format!(
        "<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>\
         <Link rel='urn:xmpp:alt-connections:websocket' href='{}'/></XRD>",
        url()
    );
    for served in [
        Config { host_meta_json: Some(json), ..Config::default() },
        Config { host_meta_xml: Some(xml), ..Config::default() },
    ] {
        scenario(async {
            let web = StaticServer::start(&std::env::temp_dir(), served).unwrap();
            let device = Device::with_page_from(&format!("http://localhost:{}", web.port()));
            let jid = fresh("alice");
            World::shared().prosody().add_account(jid.local().unwrap(), PASSWORD).unwrap();
            let client = Client::start(&device).await;
            client.log_in(&jid, PASSWORD, Endpoint::Discover);
            client.until_online().await;
        });
    }
}

#[test]
fn a_domain_without_host_meta_has_no_endpoint() {
    scenario(async {
        let web = StaticServer::start(&std::env::temp_dir(), Config::default()).unwrap();
        let device = Device::with_page_from(&format!("http://localhost:{}", web.port()));
        let client = Client::start(&device).await;
        client.log_in(&fresh("alice"), PASSWORD, Endpoint::Discover);
        client.until_problem(|p| matches!(p, Problem::NoEndpoint { domain } if domain == "localhost")).await;
    });
}

#[test]
fn a_log_out_forgets_the_key_and_erases_if_asked() {
    scenario(async {
        for erase in [false, true] {
            let (device, jid) = (Device::default(), fresh("alice"));
            let client = Client::register(&device, &jid, PASSWORD, &url()).await;
            let note = client.send(&jid, "note to self").await;
            client.until_state(&note, |s| *s != model::MessageState::Queued).await;
            client.command(model::Command::LogOut { erase });
            client.until("the log-out", |seen| seen.account.is_none().then_some(())).await;
            assert_eq!(client.seen().erased, erase);
            assert_eq!(device.account(), None);
            let saved = device.store(&jid).load().await.unwrap();
            assert_eq!(saved.session, None, "the key is gone");
            assert_eq!(saved.chats.is_empty(), erase);
            drop(client);
            let again = Client::start(&device).await;
            again.log_in(&jid, PASSWORD, Endpoint::Url(url()));
            again.until_online().await;
            let rows = again.stored(&jid).await;
            assert_eq!(rows.iter().any(|row| row.body == "note to self"), !erase);
        }
    });
}
