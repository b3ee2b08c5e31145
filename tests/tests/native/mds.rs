//! Two devices of one person, through a real server (XEP-0490).

use crate::support::{PASSWORD, fresh, until_request, until_subscription};
use acceptance::native::{Client, Device};
use acceptance::{World, scenario};
use driver::Input;
use model::{BareJid, Command, Endpoint, Subscription};

fn url() -> String {
    World::shared().prosody().ws_url()
}

/// Two devices of alice, and bob, who is her friend.
async fn three() -> (Client, Device, Client, BareJid, Client, BareJid) {
    let (alice_jid, bob_jid) = (fresh("alice"), fresh("bob"));
    let phone = Client::register(&Device::default(), &alice_jid, PASSWORD, &url()).await;
    let device = Device::default();
    let laptop = Client::start(&device).await;
    laptop.log_in(&alice_jid, PASSWORD, Endpoint::Url(url()));
    laptop.until_online().await;
    let bob = Client::register(&Device::default(), &bob_jid, PASSWORD, &url()).await;
    bob.command(Command::AddContact { jid: alice_jid.clone(), name: None });
    until_request(&phone, &bob_jid).await;
    phone.command(Command::AcceptRequest(bob_jid.clone()));
    until_subscription(&bob, &alice_jid, Subscription::Both).await;
    (phone, device, laptop, alice_jid, bob, bob_jid)
}

async fn until_unread(client: &Client, chat: &BareJid, unread: u32) {
    let look = |line: &model::ChatRow| line.unread == unread && line.last.is_some();
    client
        .until(&format!("{unread} unread"), |seen| seen.chats.get(chat).is_some_and(look).then_some(()))
        .await;
}

/// Markers are off: nothing else could tell.
async fn look_in_secret(client: &Client, chat: &BareJid) {
    client.command(Command::SendMarkers(false));
    client.command(Command::ViewChat(Some(chat.clone())));
    until_unread(client, chat, 0).await;
    client.command(Command::ViewChat(None));
}

#[test]
fn what_is_read_on_one_device_is_read_on_the_other() {
    scenario(async {
        let (phone, _device, laptop, alice, bob, chat) = three().await;
        bob.send(&alice, "one").await;
        bob.send(&alice, "two").await;
        until_unread(&phone, &chat, 2).await;
        until_unread(&laptop, &chat, 2).await;
        look_in_secret(&phone, &chat).await;
        until_unread(&laptop, &chat, 0).await;
        // And back.
        bob.send(&alice, "three").await;
        until_unread(&phone, &chat, 1).await;
        until_unread(&laptop, &chat, 1).await;
        look_in_secret(&laptop, &chat).await;
        until_unread(&phone, &chat, 0).await;
        let sent = bob.seen().messages.last().cloned().expect("a message");
        assert_ne!(sent.state, model::MessageState::Read, "and nobody else heard of it");
    });
}

#[test]
fn what_is_read_while_the_other_device_is_away_is_read_there_later() {
    scenario(async {
        let (phone, device, laptop, alice, bob, chat) = three().await;
        bob.send(&alice, "seen by both").await;
        until_unread(&laptop, &chat, 1).await;
        until_unread(&phone, &chat, 1).await;
        drop(laptop);
        bob.send(&alice, "missed").await;
        until_unread(&phone, &chat, 2).await;
        look_in_secret(&phone, &chat).await;
        // Out of view, so that it does not wait.
        phone.platform(Input::PageVisible(false));
        phone
            .until("other devices to be told", |seen| {
                seen.chats.get(&chat).is_some_and(|line| line.looked.is_told).then_some(())
            })
            .await;
        let laptop = Client::start(&device).await;
        laptop.until_received("missed").await;
        until_unread(&laptop, &chat, 0).await;
        // A device that is new finds nothing unread, either.
        let tablet = Client::start(&Device::default()).await;
        tablet.log_in(&alice, PASSWORD, Endpoint::Url(url()));
        tablet.until_received("missed").await;
        until_unread(&tablet, &chat, 0).await;
    });
}
