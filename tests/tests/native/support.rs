//! What the native tests share.

use acceptance::native::{Client, Device};
use acceptance::{World, fresh_name};
use model::{BareJid, Command, Subscription};

/// The password of every test account.
pub(crate) const PASSWORD: &str = "pass word ✓";

/// An address nobody has yet.
pub(crate) fn fresh(kind: &str) -> BareJid {
    BareJid::new(Some(&fresh_name(kind)), "localhost").expect("a plain name")
}

/// An account on the shared server, online.
pub(crate) async fn online(kind: &str) -> (Client, BareJid) {
    online_at(kind, &World::shared().prosody().ws_url()).await
}

/// An account on this server, online.
pub(crate) async fn online_at(kind: &str, url: &str) -> (Client, BareJid) {
    let jid = fresh(kind);
    (Client::register(&Device::default(), &jid, PASSWORD, url).await, jid)
}

/// Two accounts that see each other's presence.
pub(crate) async fn friends(url: &str) -> ((Client, BareJid), (Client, BareJid)) {
    let (alice, alice_jid) = online_at("alice", url).await;
    let (bob, bob_jid) = online_at("bob", url).await;
    alice.command(Command::AddContact { jid: bob_jid.clone(), name: None });
    until_request(&bob, &alice_jid).await;
    bob.command(Command::AcceptRequest(alice_jid.clone()));
    until_subscription(&alice, &bob_jid, Subscription::Both).await;
    until_subscription(&bob, &alice_jid, Subscription::Both).await;
    ((alice, alice_jid), (bob, bob_jid))
}

/// Waits until this address asks.
pub(crate) async fn until_request(client: &Client, jid: &BareJid) {
    client.until(&format!("request of {jid}"), |seen| seen.requests.contains(jid).then_some(())).await;
}

/// Waits until the roster says this about a contact.
pub(crate) async fn until_subscription(client: &Client, jid: &BareJid, wanted: Subscription) {
    client
        .until(&format!("{jid} to be {wanted:?}"), |seen| {
            seen.roster.get(jid).is_some_and(|item| item.subscription == wanted).then_some(())
        })
        .await;
}

/// Lua that leaves a server nothing but RFC 6120 to log in by.
pub(crate) const WITHOUT_SASL2: &str =
    "modules_disabled = { 's2s', 'sasl2', 'sasl2_bind2', 'sasl2_fast', 'sasl2_fast_compat' }";
