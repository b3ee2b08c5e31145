//! Rules about session, contacts and erasing.

use super::{commit, contact, history, load, own, quiet, received, state, unread, with_state};
use crate::Store;
use model::{
    Applied, Endpoint, Hash, MessageState, SaltedKey, Saved, SessionRow, Subscription, Token, Write,
};

fn session(url: Option<&str>) -> SessionRow {
    SessionRow {
        jid: super::me(),
        endpoint: url.map_or(Endpoint::Discover, |url| Endpoint::Url(url.to_owned())),
        key: url.map(|_| SaltedKey {
            hash: Hash::Sha256,
            salt: vec![0, 1, 127, 128, 255],
            iterations: 10_000,
            key: (0..32).collect(),
        }),
        token: url.map(|_| Token { secret: "secret-token:fast-x".to_owned(), count: 7 }),
        agent: url.map(|_| "d4565fa7-4d72-4749-b3d3-740edbf87770".to_owned()).unwrap_or_default(),
        pin: url.map(|_| Hash::Sha256),
        inline: url.map(|_| "<inline xmlns='urn:xmpp:sasl:2'/>".to_owned()),
    }
}

/// A store nobody wrote to holds nothing.
pub async fn a_new_store_is_empty<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("a_new_store_is_empty").await;
    assert_eq!(load(&store).await, Saved::default());
    assert_eq!(history(&store, "a@x.example").await, []);
    assert_eq!(commit(&store, &[]).await, Applied::default());
}

/// The session survives a restart, in all its forms, until it is forgotten.
pub async fn session_is_kept_and_forgotten<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "session_is_kept_and_forgotten";
    for row in [session(Some("wss://x.example/ws?a=b")), session(None)] {
        commit(&open(name).await, &[Write::Session(Some(row.clone()))]).await;
        assert_eq!(load(&open(name).await).await.session, Some(row));
    }
    commit(&open(name).await, &[Write::Session(None)]).await;
    assert_eq!(load(&open(name).await).await, Saved::default());
}

/// A full roster takes the place of the earlier one, and comes back sorted by address.
pub async fn roster_is_replaced_as_a_whole<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "roster_is_replaced_as_a_whole";
    let (a, b, c) = (contact("a@x.example"), contact("b@x.example"), contact("c@x.example"));
    let store = open(name).await;
    commit(&store, &[Write::Roster { version: "v1".to_owned(), items: vec![b.clone(), a] }]).await;
    commit(&store, &[Write::Roster { version: "v2".to_owned(), items: vec![c.clone(), b.clone()] }]).await;
    let saved = load(&open(name).await).await;
    assert_eq!(saved.roster, [b, c]);
    assert_eq!(saved.roster_version, "v2");
}

/// One contact is added, changed, removed; the version follows.
pub async fn contacts_change_one_by_one<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "contacts_change_one_by_one";
    let (a, b) = (contact("a@x.example"), contact("b@x.example"));
    let mut changed = a.clone();
    changed.name = None;
    changed.subscription = Subscription::None;
    changed.asked = true;
    changed.groups.clear();
    let store = open(name).await;
    let version = |text: &str| Some(text.to_owned());
    let applied = commit(
        &store,
        &[
            Write::Contact { version: version("1"), item: b.clone() },
            Write::Contact { version: version("2"), item: a },
            Write::Contact { version: version("3"), item: changed.clone() },
        ],
    )
    .await;
    assert_eq!(applied, Applied::default());
    let saved = load(&open(name).await).await;
    assert_eq!((saved.roster, saved.roster_version.as_str()), (vec![changed.clone(), b.clone()], "3"));

    commit(&store, &[Write::ContactRemoved { version: version("4"), jid: b.jid }]).await;
    let saved = load(&open(name).await).await;
    assert_eq!((saved.roster, saved.roster_version.as_str()), (vec![changed], "4"));
}

/// Servers without roster versioning send none; what was known stays.
pub async fn a_change_without_version_keeps_the_version<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "a_change_without_version_keeps_the_version";
    let (a, b) = (contact("a@x.example"), contact("b@x.example"));
    let store = open(name).await;
    commit(&store, &[Write::Roster { version: "v".to_owned(), items: vec![a.clone()] }]).await;
    commit(&store, &[Write::Contact { version: None, item: b.clone() }]).await;
    commit(&store, &[Write::ContactRemoved { version: None, jid: a.jid }]).await;
    let saved = load(&open(name).await).await;
    assert_eq!((saved.roster, saved.roster_version.as_str()), (vec![b], "v"));
}

/// After erasing the store is as new; even the memory of what was a copy is gone.
pub async fn erase_all_leaves_nothing<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "erase_all_leaves_nothing";
    let store = open(name).await;
    let (theirs, ours) = (received("a@x.example", 1, "m1"), own("b@x.example", 2, "m2"));
    commit(
        &store,
        &[
            Write::Session(Some(session(None))),
            Write::Roster { version: "v1".to_owned(), items: vec![contact("a@x.example")] },
            unread(&theirs),
            quiet(&ours),
        ],
    )
    .await;
    assert_eq!(commit(&store, &[Write::EraseAll]).await, Applied::default());
    assert_eq!(load(&open(name).await).await, Saved::default());
    assert_eq!(history(&store, "a@x.example").await, []);
    assert_eq!(history(&store, "b@x.example").await, []);
    assert_eq!(commit(&store, &[quiet(&theirs)]).await.inserted, [theirs.id]);
}

/// A batch is applied in order: what comes after the erasing is kept, what came before is not.
pub async fn what_follows_erase_all_in_a_batch_stays<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_follows_erase_all_in_a_batch_stays";
    let store = open(name).await;
    let (old, copy) = (received("a@x.example", 1, "m1"), received("a@x.example", 1, "m2"));
    commit(&store, &[unread(&old), unread(&copy), Write::Session(Some(session(None)))]).await;
    let (lost, kept) = (own("b@x.example", 3, "m3"), own("b@x.example", 4, "m4"));
    let applied = commit(
        &store,
        &[
            Write::Contact { version: Some("v".to_owned()), item: contact("b@x.example") },
            quiet(&lost),
            Write::EraseAll,
            quiet(&kept),
            unread(&copy),
            state(&lost, MessageState::Sent),
            state(&kept, MessageState::Sent),
        ],
    )
    .await;
    let kept = with_state(&kept, MessageState::Sent);
    assert_eq!(applied.inserted, [kept.id.clone(), copy.id.clone()]);
    let saved = load(&open(name).await).await;
    assert_eq!(saved.session, None);
    assert_eq!((saved.roster, saved.roster_version), (vec![], String::new()));
    assert_eq!(saved.outbox, []);
    assert_eq!(saved.chats, [super::line(&[(&kept, false)]), super::line(&[(&copy, true)])]);
    assert_eq!(history(&store, "a@x.example").await, [copy]);
    assert_eq!(history(&store, "b@x.example").await, [kept]);
}

/// Two accounts on one device know nothing of each other.
pub async fn accounts_do_not_mix<S: Store>(open: impl AsyncFn(&str) -> S) {
    let one = open("accounts_do_not_mix_1").await;
    let two = open("accounts_do_not_mix_2").await;
    let row = received("a@x.example", 1, "m1");
    commit(&one, &[unread(&row)]).await;
    assert_eq!(load(&two).await, Saved::default());
    assert_eq!(commit(&two, &[unread(&row)]).await.inserted, [row.id]);
    commit(&one, &[Write::EraseAll]).await;
    assert_eq!(load(&two).await.chats.len(), 1);
}
