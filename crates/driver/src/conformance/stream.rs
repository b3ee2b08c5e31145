//! Rules about the stream that may be taken up again.

use super::{commit, load, received, unread};
use crate::Store;
use model::{Availability, DeviceRow, LocalId, OwedRow, Presence, Saved, StreamRow, Write};

fn stream(received: u32) -> StreamRow {
    StreamRow {
        id: "some name <of> the server's".to_owned(),
        jid: "me@x.example/res/ource".parse().expect("an address"),
        received,
        unacked: vec![(LocalId("b".to_owned()), u32::MAX), (LocalId("a".to_owned()), 0)],
        setup: 3,
    }
}

fn device(jid: &str, availability: Availability) -> DeviceRow {
    let status = (availability == Availability::Away).then(|| "午餐".to_owned());
    let jid = jid.parse().expect("an address");
    let caps = status.as_ref().map(|_| "sha-1 x= https://x.example".to_owned());
    DeviceRow { jid, priority: -128, presence: Presence { availability, status }, caps }
}

/// A stream is replaced by each later one; when it is forgotten, so are the devices and requests that belong to it.
pub async fn the_stream_and_what_was_seen_on_it_live_and_die_together<S: Store>(
    open: impl AsyncFn(&str) -> S,
) {
    let name = "the_stream_and_what_was_seen_on_it_live_and_die_together";
    let devices: Vec<_> = Availability::ALL
        .into_iter()
        .map(|availability| device(&format!("a@x.example/{}", availability.name()), availability))
        .collect();
    let requests = vec!["b@x.example".parse().expect("an address"), super::me()];
    let mut batch = vec![Write::Stream(Some(stream(1))), Write::Requests(requests.clone())];
    batch.extend(devices.iter().cloned().map(Write::Device));
    batch.push(Write::Stream(Some(stream(2))));
    commit(&open(name).await, &batch).await;
    let mut saved = load(&open(name).await).await;
    assert_eq!(saved.stream, Some(stream(2)));
    assert_eq!(saved.requests, requests);
    saved.devices.sort_by_key(|device| device.presence.availability);
    assert_eq!(saved.devices, devices);
    commit(&open(name).await, &[Write::Stream(None)]).await;
    assert_eq!(load(&open(name).await).await, Saved::default());
}

/// One device leaves the others of its contact; a bare address takes them all, and nobody else's.
pub async fn a_device_goes_alone_or_with_all_of_its_contact<S: Store>(open: impl AsyncFn(&str) -> S) {
    let store = open("a_device_goes_alone_or_with_all_of_its_contact").await;
    let jids = ["a@x.example", "a@x.example/1", "a@x.example/2", "a@x.example.org/1", "b@x.example/1"];
    let online = |jid: &&str| Write::Device(device(jid, Availability::Online));
    commit(&store, &jids.iter().map(online).collect::<Vec<_>>()).await;
    let gone = async |jid: &str| {
        commit(&store, &[Write::DeviceGone(jid.parse().expect("an address"))]).await;
        load(&store).await.devices.iter().map(|device| device.jid.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(gone("a@x.example/1").await.len(), 4);
    assert_eq!(gone("a@x.example").await, ["a@x.example.org/1", "b@x.example/1"]);
}

/// It is replaced as a whole, and is about programs, not about who was seen with them.
pub async fn what_is_known_of_programs_outlives_the_stream<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_is_known_of_programs_outlives_the_stream";
    let known = |names: &[(&str, bool)]| names.iter().map(|(name, can)| ((*name).to_owned(), *can)).collect();
    let second: Vec<_> = known(&[("sha-1 鸟=", true), ("sha-256 b", false)]);
    let batch = [
        Write::Stream(Some(stream(1))),
        Write::Capabilities(known(&[("sha-1 a", false)])),
        Write::Capabilities(second.clone()),
    ];
    commit(&open(name).await, &batch).await;
    commit(&open(name).await, &[Write::Stream(None)]).await;
    assert_eq!(load(&open(name).await).await, Saved { capabilities: second, ..Saved::default() });
    commit(&open(name).await, &[Write::EraseAll]).await;
    assert_eq!(load(&open(name).await).await, Saved::default());
}

/// Who is to hear that a message is here is kept, each by address and id, until they were told.
pub async fn what_is_owed_is_kept_until_it_is_paid<S: Store>(open: impl AsyncFn(&str) -> S) {
    let name = "what_is_owed_is_kept_until_it_is_paid";
    let store = open(name).await;
    let owed = |to: &str, id: &str| OwedRow {
        to: to.parse().expect("an address"),
        kind: "chat".to_owned(),
        id: id.to_owned(),
    };
    let rows =
        [owed("a@x.example", "1"), owed("a@x.example/\u{9e1f}", "1"), owed("a@x.example/\u{9e1f}", "2")];
    let mut batch: Vec<_> = rows.iter().cloned().map(Write::Owe).collect();
    batch.push(unread(&received("a@x.example", 1, "m1")));
    batch.push(Write::Owe(rows[0].clone()));
    commit(&store, &batch).await;
    assert_eq!(load(&open(name).await).await.owed, rows, "each once");
    commit(
        &store,
        &[Write::Paid(rows[1].clone()), Write::Paid(owed("b@x.example", "2")), Write::Stream(None)],
    )
    .await;
    assert_eq!(load(&open(name).await).await.owed, [rows[0].clone(), rows[2].clone()]);
    commit(&store, &[Write::EraseAll]).await;
    assert_eq!(load(&open(name).await).await.owed, []);
}
