//! F6: whatever happens to a commit, and the device that dies with it.

use crate::support::{PASSWORD, fresh, until_request, until_subscription};
use acceptance::native::{Client, Device, Failure, is_sent};
use acceptance::{World, eventually, scenario};
use driver::Input;
use model::{BareJid, Command, Direction, MessageState, Problem, StoreError, Subscription};

/// More commits than an exchange of messages takes.
const COMMITS: u32 = 14;

fn url() -> String {
    World::shared().prosody().ws_url()
}

struct Pair {
    device: Device,
    alice: Client,
    alice_jid: BareJid,
    bob: Client,
    bob_jid: BareJid,
}

/// Two friends; what happens to a disk happens to alice's.
async fn pair() -> Pair {
    let (device, alice_jid, bob_jid) = (Device::default(), fresh("alice"), fresh("bob"));
    let alice = Client::register(&device, &alice_jid, PASSWORD, &url()).await;
    let bob = Client::register(&Device::default(), &bob_jid, PASSWORD, &url()).await;
    alice.command(Command::AddContact { jid: bob_jid.clone(), name: None });
    until_request(&bob, &alice_jid).await;
    bob.command(Command::AcceptRequest(alice_jid.clone()));
    until_subscription(&alice, &bob_jid, Subscription::Both).await;
    until_subscription(&bob, &alice_jid, Subscription::Both).await;
    Pair { device, alice, alice_jid, bob, bob_jid }
}

/// Texts of a chat that one side holds of the other.
async fn received(client: &Client, from: &BareJid) -> Vec<String> {
    let rows = client.stored(from).await;
    rows.into_iter().filter(|row| row.direction == Direction::In).map(|row| row.body).collect()
}

async fn until_received(client: &Client, from: &BareJid, wanted: &[String]) {
    eventually("everything to arrive", async || {
        client.platform(Input::Resumed);
        let here = received(client, from).await;
        if here.len() >= wanted.len() { Ok(()) } else { Err(format!("{here:?} of {wanted:?}")) }
    })
    .await;
    assert_eq!(received(client, from).await, wanted);
}

#[test]
fn a_device_that_dies_at_any_commit_loses_and_doubles_nothing() {
    for failure in [Failure::DeathBefore, Failure::DeathAfter] {
        scenario(async move {
            let mut pair = pair().await;
            let (mut from_bob, mut from_alice) = (Vec::new(), Vec::new());
            for commits in 0..COMMITS {
                let trouble = pair.device.trouble();
                trouble.borrow_mut().plan(commits, failure);
                for part in ["first", "second"] {
                    let (to_alice, to_bob) =
                        (format!("{commits} {part} in"), format!("{commits} {part} out"));
                    let sent = pair.bob.send(&pair.alice_jid, &to_alice).await;
                    pair.bob.until_state(&sent, is_sent).await;
                    from_bob.push(to_alice);
                    pair.alice.command(Command::SendText {
                        chat: pair.bob_jid.clone(),
                        body: to_bob,
                        reply: None,
                        spoiler: None,
                    });
                }
                // It dies, or it has done all that there was to do.
                eventually("the end of it", async || {
                    let rows = pair.alice.stored(&pair.bob_jid).await;
                    let quiet = rows.len() == from_bob.len() + from_alice.len() + 2
                        && rows.iter().all(|row| row.state != MessageState::Queued);
                    if quiet || trouble.borrow().has_come() { Ok(()) } else { Err("not yet".to_owned()) }
                })
                .await;
                trouble.borrow_mut().end();
                pair.alice.kill();
                pair.alice = Client::start(&pair.device).await;
                // What was on disk must arrive; what was not was never said to be queued.
                let rows = pair.alice.stored(&pair.bob_jid).await;
                let own = rows.iter().filter(|row| row.direction == Direction::Out);
                from_alice = own.map(|row| row.body.clone()).collect();
                until_received(&pair.bob, &pair.alice_jid, &from_alice).await;
                until_received(&pair.alice, &pair.bob_jid, &from_bob).await;
            }
            assert!(from_alice.len() > COMMITS as usize, "{failure:?}: it went on writing: {from_alice:?}");
        });
    }
}

#[test]
fn a_disk_that_fails_at_any_commit_is_said_once_and_the_talk_goes_on() {
    for (error, word) in
        [(StoreError::Full, Problem::StorageFull), (StoreError::Lost, Problem::StorageUnavailable)]
    {
        scenario(async move {
            for commits in [0, 2, 5] {
                let pair = pair().await;
                let trouble = pair.device.trouble();
                trouble.borrow_mut().plan(commits, Failure::Error(error));
                let (mut from_bob, mut from_alice) = (Vec::new(), Vec::new());
                for n in 0..4 {
                    pair.bob.send(&pair.alice_jid, &format!("{n} in")).await;
                    let own = pair.alice.send(&pair.bob_jid, &format!("{n} out")).await;
                    // How far it got after that is news about a row that is where nothing can be written any more.
                    pair.alice.until_state(&own, is_sent).await;
                    pair.alice.until_received(&format!("{n} in")).await;
                    from_bob.push(format!("{n} in"));
                    from_alice.push(format!("{n} out"));
                }
                assert!(trouble.borrow().has_come(), "{commits} commits were not enough");
                until_received(&pair.bob, &pair.alice_jid, &from_alice).await;
                until_received(&pair.alice, &pair.bob_jid, &from_bob).await;
                assert_eq!(pair.alice.seen().problems, std::slice::from_ref(&word), "said once");

                // The next start finds what the disk could bear, and sends nothing twice.
                trouble.borrow_mut().end();
                pair.alice.kill();
                let alice = Client::start(&pair.device).await;
                alice.until_online().await;
                let own = alice.send(&pair.bob_jid, "again").await;
                alice.until_state(&own, |state| *state == MessageState::Delivered).await;
                from_alice.push("again".to_owned());
                assert_eq!(
                    received(&pair.bob, &pair.alice_jid).await,
                    from_alice,
                    "{error:?} after {commits}"
                );
            }
        });
    }
}
