//! What messages say about messages, through both servers and their archives.

use crate::support::{PASSWORD, friends};
use acceptance::native::{Client, Device, Seen};
use acceptance::{World, eventually, scenario};
use model::{BareJid, Command, Endpoint, MessageRow, MessageState, Relation, Reply};
use xtask::ejabberd::Ejabberd;

fn relate(client: &Client, row: &MessageRow, relation: Relation) {
    client.command(Command::Relate { id: None, row: Box::new(row.clone()), relation });
}

fn edit(body: &str) -> Relation {
    Relation::Edit { body: body.into(), reply: None, format: model::Format::default() }
}

/// Waits until the stored messages of a chat are like this: text, corrected, taken back, what is felt about them.
async fn until_stored(
    client: &Client,
    chat: &BareJid,
    wanted: &[(&str, bool, bool, &str)],
) -> Vec<MessageRow> {
    eventually("what messages became", async || {
        let rows = client.stored(chat).await;
        let found: Vec<_> = rows
            .iter()
            .map(|row| {
                let all = row.relations.reactions();
                let felt: String = all.iter().map(|(emoji, who)| emoji.repeat(who.len())).collect();
                (row.body.clone(), row.relations.is_edited(), row.relations.retracted, felt)
            })
            .collect();
        let fits = found.len() == wanted.len()
            && found
                .iter()
                .zip(wanted)
                .all(|(one, other)| (one.0.as_str(), one.1, one.2, one.3.as_str()) == *other);
        if fits { Ok(rows) } else { Err(format!("{found:?}")) }
    })
    .await
}

/// Two friends, one of whom hears of half of it live and of the rest from the archive; and a device that knows nothing.
async fn everybody_ends_with_the_last_word(url: &str) {
    let ((alice, alice_jid), (bob, bob_jid)) = friends(url).await;
    let mut rows = Vec::new();
    for text in ["one", "two", "three"] {
        let row = alice.send(&bob_jid, text).await;
        alice.until_state(&row, |state| *state == MessageState::Delivered).await;
        rows.push(row);
    }
    let theirs = bob.until_received("one").await;
    let reply = Reply { author: alice_jid.clone(), id: theirs.sender_id().to_owned(), quote: "one".into() };
    let answer = Command::SendText {
        chat: alice_jid.clone(),
        body: "yes".into(),
        reply: Some(reply.clone()),
        spoiler: None,
    };
    bob.command(answer);
    let answer = alice.until_received("yes").await;
    assert_eq!((answer.body.as_str(), answer.reply.as_ref()), ("yes", Some(&reply)), "without its quote");
    relate(&alice, &rows[0], edit("one, corrected"));
    relate(&bob, &theirs, Relation::React(vec!["👍".into()]));
    let half = [
        ("one, corrected", true, false, "👍"),
        ("two", false, false, ""),
        ("three", false, false, ""),
        ("yes", false, false, ""),
    ];
    until_stored(&bob, &alice_jid, &half).await;
    let seen = until_stored(&alice, &bob_jid, &half).await;

    // Bob is away.
    bob.command(Command::LogOut { erase: true });
    bob.until("the log-out", |seen| seen.erased.then_some(())).await;
    relate(&alice, &seen[0], edit("one, corrected twice"));
    relate(&alice, &seen[1], Relation::Retract);
    relate(&alice, &seen[2], Relation::React(vec!["🎉".into(), "❤️".into()]));
    relate(&alice, &seen[2], Relation::React(vec!["❤️".into()]));
    let whole = [
        ("one, corrected twice", true, false, "👍"),
        ("", false, true, ""),
        ("three", false, false, "❤️"),
        ("yes", false, false, ""),
    ];
    until_stored(&alice, &bob_jid, &whole).await;
    let again = Client::start(&Device::default()).await;
    again.log_in(&bob_jid, PASSWORD, Endpoint::Url(url.to_owned()));
    again.until_online().await;
    until_stored(&again, &alice_jid, &whole).await;
    again.until("nothing missing", |seen| seen.gaps.is_empty().then_some(())).await;
    let rows = until_stored(&again, &alice_jid, &whole).await;
    assert_eq!(rows[3].reply.as_ref(), Some(&reply));
    let is_last = |seen: &Seen| {
        let last = seen.chats.get(&alice_jid)?.last.as_ref()?;
        (last.body == "yes").then_some(())
    };
    again.until("the last word in the line", is_last).await;
}

#[test]
fn everybody_ends_with_the_last_word_on_prosody() {
    scenario(async { everybody_ends_with_the_last_word(&World::shared().prosody().ws_url()).await });
}

#[test]
fn everybody_ends_with_the_last_word_on_ejabberd() {
    let server = Ejabberd::start().unwrap_or_else(|e| panic!("{e}"));
    scenario(everybody_ends_with_the_last_word(&server.ws_url()));
}
