//! What messages say about other messages: from the verbs to the commands, from the events to the screen.

use super::*;
use crate::state::About;
use model::Reply;

/// An open chat with one message of each side.
fn chat() -> AppState {
    let state = inside();
    state.timeline().open(Some(jid("a@x")));
    let named = |row: MessageRow| MessageRow { dedupe: MessageRow::dedupe_key(&row.from, &row.id.0), ..row };
    newest(state, vec![named(message("a@x", 1, Direction::In))]);
    state.apply(vec![Event::Message(MessageRow {
        state: MessageState::Sent,
        ..named(message("a@x", 2, Direction::Out))
    })]);
    state
}

/// The same with somebody who hears what is wanted.
fn heard() -> (AppState, Rc<Pump>) {
    let (state, pump) = (chat(), Rc::new(Pump::default()));
    state.connect(Rc::new(Rc::clone(&pump)));
    pump.0.borrow_mut().clear();
    (state, pump)
}

fn id(n: i64) -> LocalId {
    LocalId(format!("m{n}"))
}

fn said(pump: &Pump) -> Vec<Relation> {
    let mut said = Vec::new();
    for command in pump.0.borrow_mut().drain(..) {
        if let Command::Relate { relation, .. } = command {
            said.push(relation);
        }
    }
    said
}

/// The answer that was sent, without a hint, and what it answers.
fn answer(pump: &Pump) -> (String, Reply) {
    let sent = pump.0.take().into_iter().find_map(|command| match command {
        Command::SendText { body, reply: Some(reply), spoiler: None, .. } => Some((body, reply)),
        _ => None,
    });
    sent.expect("an answer")
}

#[test]
fn an_answer_quotes_what_it_answers() {
    let (state, pump) = heard();
    state.reply_to(&id(1));
    assert!(matches!(state.about_now(), Some(About::Reply(row)) if row.id == id(1)));
    state.submit(jid("a@x"), " yes\n", None);
    assert_eq!(state.about_now(), None);
    let (body, reply) = answer(&pump);
    assert_eq!(body, "yes");
    assert_eq!((&reply.author, reply.id.as_str(), reply.quote.as_str()), (&jid("a@x"), "m1", "text 1"));
}

#[test]
fn what_a_draft_answers_is_kept_with_it_until_it_is_sent_or_given_up() {
    let (state, pump) = heard();
    let answers = || {
        let mut kept = None;
        for command in pump.0.borrow_mut().drain(..) {
            if let Command::Draft { draft, .. } = command {
                kept = Some(draft.answers);
            }
        }
        kept
    };
    let first = || Some("a@x\nm1".to_owned());
    let is_answered = || matches!(state.about_now(), Some(About::Reply(row)) if row.id == id(1));
    state.reply_to(&id(1));
    assert_eq!(answers(), Some(first()));
    // A correction in between is about something else, and leaves it as it was.
    state.edit(&id(2));
    state.forget_about();
    assert!(is_answered());
    state.edit(&id(2));
    state.submit(jid("a@x"), "text two", None);
    assert!(is_answered());
    assert_eq!(answers(), None);
    state.forget_about();
    assert_eq!((state.about_now(), answers()), (None, Some(None)));
    state.reply_to(&id(1));
    state.submit(jid("a@x"), "yes", None);
    assert_eq!((state.about_now(), answers()), (None, Some(None)));
    // Another page of the account answers it.
    let draft = Draft { text: "so".into(), answers: first(), at: NOON + 1_000, ..Draft::default() };
    state.apply(vec![Event::Chat(ChatRow { draft: draft.clone(), ..super::chat("a@x", 2, 0) })]);
    assert!(is_answered());
    let sent = Draft { at: NOON + 2_000, ..Draft::default() };
    state.apply(vec![Event::Chat(ChatRow { draft: sent, ..super::chat("a@x", 2, 0) })]);
    assert_eq!(state.about_now(), None);
}

#[test]
fn only_own_messages_that_are_there_are_corrected_and_taken_back() {
    let (state, pump) = heard();
    state.edit(&id(1));
    state.retract(&id(1));
    assert_eq!((state.about_now(), said(&pump)), (None, vec![]));
    assert!(state.edit_last());
    assert!(matches!(state.about_now(), Some(About::Edit(row)) if row.id == id(2)));
    state.submit(jid("a@x"), "text 2", None);
    state.edit(&id(2));
    state.submit(jid("a@x"), " \n", None);
    assert_eq!(said(&pump), [], "the same is no correction, and neither is nothing");
    state.edit(&id(2));
    state.submit(jid("a@x"), "text two", None);
    state.retract(&id(2));
    assert_eq!(
        said(&pump),
        [
            Relation::Edit { body: "text two".into(), reply: None, format: model::Format::default() },
            Relation::Retract
        ]
    );
}

#[test]
fn a_reaction_is_felt_and_no_longer_felt() {
    let (state, pump) = heard();
    state.react(&id(1), "👍");
    assert_eq!(said(&pump), [Relation::React(vec!["👍".into()])]);
    let row = state.timeline().row(&id(1)).unwrap();
    let reaction = |emoji: &[&str]| Reaction {
        order: Order(9),
        source: Source::Archive,
        key: "k".into(),
        from: jid("me@x"),
        emoji: emoji.iter().map(|one| (*one).to_owned()).collect(),
    };
    let relations = Relations { reactions: vec![reaction(&["👍", "❤️"])], ..Relations::default() };
    state.apply(vec![Event::MessageChanged(Box::new(MessageRow { relations, ..row }))]);
    state.react(&id(1), "👍");
    state.react(&id(1), "🎉");
    let set = |all: &[&str]| Relation::React(all.iter().map(|one| (*one).to_owned()).collect());
    assert_eq!(said(&pump), [set(&["❤️"]), set(&["👍", "❤️", "🎉"])]);
}

#[test]
fn what_is_answered_is_shown_as_it_is_now() {
    let state = chat();
    let reply = |id: &str| Reply { author: jid("a@x"), id: id.into(), quote: "made up".into() };
    let answered = state.answered(&reply("m1"));
    let text = || answered.peek(|row| row.as_ref().map(|row| row.body.clone()));
    assert_eq!(text().as_deref(), Some("text 1"));
    let row = state.timeline().row(&id(1)).unwrap();
    let edit = Edit {
        order: Order(5),
        source: Source::Archive,
        key: "e".into(),
        at: 5,
        body: "text one".into(),
        format: Format::default(),
    };
    let relations = Relations { original: Some("text 1".into()), edits: vec![edit], ..Relations::default() };
    let changed = MessageRow { body: "text one".into(), relations, ..row };
    state.apply(vec![Event::MessageChanged(Box::new(changed.clone()))]);
    assert_eq!(text().as_deref(), Some("text one"));
    assert_eq!(state.timeline().row(&id(1)), Some(changed));
    state.apply(vec![Event::MessageDeleted { chat: jid("a@x"), id: id(1) }]);
    assert_eq!(text(), None);
    assert!(state.answered(&reply("never")).peek(Option::is_none));
}

#[test]
fn what_the_composer_is_about_ends_with_the_chat_and_with_the_message() {
    let state = chat();
    state.reply_to(&id(1));
    state.apply(vec![Event::MessageDeleted { chat: jid("a@x"), id: id(1) }]);
    assert_eq!(state.about_now(), None);
    state.edit(&id(2));
    state.view_chat(Some(jid("b@x")));
    assert_eq!(state.about_now(), None);
}

#[test]
fn a_change_that_comes_late_takes_no_state_back() {
    let state = chat();
    let row = state.timeline().row(&id(2)).unwrap();
    state.apply(vec![Event::MessageChanged(Box::new(MessageRow {
        state: MessageState::Queued,
        body: "changed".into(),
        ..row
    }))]);
    let row = state.timeline().row(&id(2)).unwrap();
    assert_eq!((row.body.as_str(), row.state), ("changed", MessageState::Sent));
}

#[test]
fn what_others_feel_about_own_messages_is_told_once() {
    let (state, _) = heard();
    let feel = |n, who: &str, order, emoji: &[&str]| {
        let mut row = state.timeline().row(&id(n)).unwrap();
        row.relations.reactions.push(Reaction {
            order: Order(order),
            source: Source::Archive,
            key: format!("{who}{order}"),
            from: jid(who),
            emoji: emoji.iter().map(|emoji| (*emoji).to_owned()).collect(),
        });
        state.apply(vec![Event::MessageChanged(Box::new(row))]);
        state.felt().map(|(who, emoji, row)| (who, emoji, row.id))
    };
    assert_eq!(feel(1, "a@x", 3, &["👍"]), None, "theirs");
    assert_eq!(feel(2, "me@x", 4, &["👍"]), None, "by ourselves");
    let told = |emoji: &str| Some((jid("a@x"), emoji.to_owned(), id(2)));
    assert_eq!(feel(2, "a@x", 5, &["👍"]), told("👍"));
    assert_eq!(feel(2, "a@x", 6, &["👍", "🎉"]), told("🎉"), "the new one");
    assert_eq!(feel(2, "a@x", 7, &["👍"]), told("🎉"), "less is no news");
}

#[test]
fn a_spoiler_is_not_told_by_answers_nor_lost_by_corrections() {
    let (state, pump) = heard();
    let covered = |n, direction| MessageRow {
        format: Format::of_spoiler(Some("the end".into())),
        ..message("a@x", n, direction)
    };
    state.apply(vec![Event::Message(covered(3, Direction::In))]);
    state.reply_to(&id(3));
    state.submit(jid("a@x"), "no!", None);
    assert_eq!(answer(&pump).1.quote, "the end");
    let sent = MessageRow { state: MessageState::Sent, ..covered(4, Direction::Out) };
    state.apply(vec![Event::Message(sent)]);
    let hint = |hint: &str| Some(hint.to_owned());
    let edit = |body: &str, spoiler| Relation::Edit {
        body: body.to_owned(),
        format: Format::of_spoiler(spoiler),
        reply: None,
    };
    state.edit(&id(4));
    state.submit(jid("a@x"), "text 4", hint("the end"));
    assert_eq!(said(&pump), [], "the same");
    for spoiler in [hint("another"), None] {
        state.edit(&id(4));
        state.submit(jid("a@x"), "text 4", spoiler.clone());
        assert_eq!(said(&pump), [edit("text 4", spoiler)]);
    }
    state.submit(jid("a@x"), "they die", hint("end"));
    let Some(Command::SendText { spoiler, .. }) = pump.0.borrow_mut().pop() else { panic!("a text") };
    assert_eq!(spoiler, hint("end"));
}
