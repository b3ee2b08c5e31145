//! Whatever is said about messages, by whatever way it comes: everybody ends with the last word of each.

use super::*;
use model::{LocalId, Relation};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Bob,
    Phone,
    Here,
}

#[derive(Clone, Debug)]
enum Step {
    Write(Who),
    /// The author corrects a message.
    Edit(Who, usize),
    Retract(Who, usize),
    /// Somebody feels something about a message of anybody's.
    React(Who, usize, u8),
    /// Bob's server sends the last stanza once more.
    Again,
    Talk,
    Cut,
    Lose,
    Kill,
    Reconnect,
    Wait,
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![Just(Who::Bob), Just(Who::Phone), Just(Who::Here)]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => who().prop_map(Step::Write),
        5 => (who(), 0usize..20).prop_map(|(who, at)| Step::Edit(who, at)),
        1 => (who(), 0usize..20).prop_map(|(who, at)| Step::Retract(who, at)),
        3 => (prop_oneof![Just(Who::Bob), Just(Who::Here)], 0usize..20, 0u8..8)
            .prop_map(|(who, at, set)| Step::React(who, at, set)),
        1 => Just(Step::Again),
        2 => Just(Step::Talk),
        1 => Just(Step::Cut),
        3 => Just(Step::Lose),
        2 => Just(Step::Kill),
        4 => Just(Step::Reconnect),
        1 => Just(Step::Wait),
    ]
}

/// What a message should be in the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Wanted {
    text: String,
    retracted: bool,
    edited: bool,
    bob: Vec<String>,
    ours: Vec<String>,
}

struct Talk {
    world: World,
    server: MiniServer,
    /// Every message by its id, in the order in which they were written.
    wanted: Vec<(Who, String, Wanted)>,
    stanzas: u32,
    last: Option<String>,
}

impl Talk {
    fn fresh(&mut self) -> String {
        self.stanzas += 1;
        format!("stanza-{:03}", self.stanzas)
    }

    fn pick(&self, who: Option<Who>, at: usize) -> Option<usize> {
        let all = self.wanted.iter().enumerate().filter(|(_, (by, ..))| who.is_none_or(|who| who == *by));
        let all: Vec<usize> = all.map(|(at, _)| at).collect();
        all.get(at % all.len().max(1)).copied()
    }

    /// Bob or our phone sends a stanza with this in it.
    fn send(&mut self, who: Who, id: &str, payload: &str) {
        let (from, to) = match who {
            Who::Bob => ("bob@example.org/x", "alice@example.org"),
            _ => ("alice@example.org/phone", "bob@example.org"),
        };
        let stanza = format!(
            "<message xmlns='jabber:client' from='{from}' to='{to}' type='chat' id='{id}'>{payload}\
             <origin-id xmlns='urn:xmpp:sid:0' id='{id}'/><store xmlns='urn:xmpp:hints'/></message>"
        );
        if who == Who::Bob {
            self.server.receive(&mut self.world, &stanza);
            self.last = Some(stanza);
        } else {
            let now = self.world.now.wall_ms;
            self.server.archive.keep("bob@example.org", &stanza::Element::parse(&stanza).unwrap(), now);
            self.server.deliver(&mut self.world, &carbon("sent", &stanza));
        }
    }

    /// We say something about a message, as far as it is on the screen.
    fn relate(&mut self, id: &str, relation: Relation) -> bool {
        let row = self.world.shown(&bob()).into_iter().find(|row| row.sender_id() == id);
        let is_there = row.is_some();
        if let Some(row) = row {
            let id = LocalId(self.fresh());
            self.world.command(Command::Relate { id: Some(id), row: Box::new(row), relation });
        }
        is_there
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Write(who) => {
                let id = self.fresh();
                let text = format!("first of {id}");
                if who == Who::Here {
                    let reply = None;
                    let local = LocalId(id.clone());
                    self.world.command(Command::SendAs {
                        id: local,
                        chat: bob(),
                        body: text.clone(),
                        reply,
                        spoiler: None,
                    });
                } else {
                    self.send(who, &id, &format!("<body>{text}</body>"));
                }
                self.wanted.push((who, id, Wanted { text, ..Wanted::default() }));
            }
            Step::Edit(who, at) => {
                let Some(at) = self.pick(Some(who), at) else { return };
                let (fresh, target) = (self.fresh(), self.wanted[at].1.clone());
                if self.wanted[at].2.retracted {
                    return;
                }
                let text = format!("{fresh} of {target}");
                if who == Who::Here {
                    if !self.relate(
                        &target,
                        Relation::Edit { body: text.clone(), reply: None, format: model::Format::default() },
                    ) {
                        return;
                    }
                } else {
                    let replace = format!("<replace xmlns='urn:xmpp:message-correct:0' id='{target}'/>");
                    self.send(who, &fresh, &format!("<body>{text}</body>{replace}"));
                }
                // What has never left says another text, and nobody hears that it was corrected.
                let rows = &self.world.messages;
                let unseen = who == Who::Here
                    && rows
                        .iter()
                        .any(|row| row.id.0 == target && row.body == text && !row.relations.is_edited());
                self.wanted[at].2.text = text;
                self.wanted[at].2.edited |= !unseen;
            }
            Step::Retract(who, at) => {
                let Some(at) = self.pick(Some(who), at) else { return };
                let (fresh, target) = (self.fresh(), self.wanted[at].1.clone());
                if who == Who::Here {
                    if !self.relate(&target, Relation::Retract) {
                        return;
                    }
                } else {
                    let retract = format!("<retract xmlns='urn:xmpp:message-retract:1' id='{target}'/>");
                    self.send(who, &fresh, &format!("{retract}<body>/me retracted</body>"));
                }
                self.wanted[at].2 = Wanted { retracted: true, ..Wanted::default() };
            }
            Step::React(who, at, set) => {
                let Some(at) = self.pick(None, at) else { return };
                let (fresh, target) = (self.fresh(), self.wanted[at].1.clone());
                if self.wanted[at].2.retracted {
                    return;
                }
                let all = ["👍", "❤️", "🎉"].iter().enumerate().filter(|(bit, _)| set & (1 << bit) != 0);
                let all: Vec<String> = all.map(|(_, emoji)| (*emoji).to_owned()).collect();
                if who == Who::Here {
                    if self.relate(&target, Relation::React(all.clone())) {
                        self.wanted[at].2.ours = all;
                    }
                } else {
                    let each: String =
                        all.iter().flat_map(|one| ["<reaction>", one.as_str(), "</reaction>"]).collect();
                    let all_of =
                        format!("<reactions xmlns='urn:xmpp:reactions:0' id='{target}'>{each}</reactions>");
                    self.send(who, &fresh, &all_of);
                    self.wanted[at].2.bob = all;
                }
            }
            Step::Again => {
                if let Some(last) = self.last.clone() {
                    self.server.receive(&mut self.world, &last);
                }
            }
            Step::Talk => self.server.talk(&mut self.world),
            Step::Cut => cut(&mut self.world),
            Step::Lose => lose(&mut self.world, &mut self.server),
            Step::Kill => self.world = self.world.restart(),
            Step::Reconnect => reconnect(&mut self.world, &mut self.server),
            Step::Wait => self.world.pass(700),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    /// Corrections, retractions and reactions, ours and others', live, by carbon, from the archive and after a kill: the last word counts.
    #[test]
    fn any_mixture_of_relations_ends_with_the_last_word(steps in prop::collection::vec(step(), 1..50), page in 1usize..8) {
        let (world, mut server) = online();
        server.archive.page_size = page;
        let mut talk = Talk { world, server, wanted: Vec::new(), stanzas: 0, last: None };
        for step in &steps {
            talk.step(step);
        }
        cut(&mut talk.world);
        reconnect(&mut talk.world, &mut talk.server);
        talk.world.pass(40_000);
        talk.server.talk(&mut talk.world);
        let (alice, bob) = ("alice@example.org".parse().unwrap(), bob());
        let found: BTreeMap<String, Wanted> = talk.world.shown(&bob).into_iter().map(|row| {
            let of = |who| row.relations.reactions_of(who).to_vec();
            let wanted = Wanted {
                text: row.body.clone(),
                retracted: row.relations.retracted,
                edited: row.relations.is_edited(),
                bob: of(&bob),
                ours: of(&alice),
            };
            (row.sender_id().to_owned(), wanted)
        }).collect();
        let wanted: BTreeMap<_, _> = talk.wanted.into_iter().map(|(_, id, wanted)| (id, wanted)).collect();
        prop_assert_eq!(found, wanted);
        prop_assert!(talk.world.saved.relations.is_empty(), "the server has all that we said");
        let orphans = talk.world.orphans.clone();
        prop_assert!(orphans.is_empty(), "nothing waits: {:?}", orphans);
        let last = talk.world.shown(&bob).pop();
        let line = talk.world.saved.chats.iter().find(|line| line.chat == bob);
        let shown = line.and_then(|line| line.last.as_ref()).map(|last| last.body.clone());
        prop_assert_eq!(shown, last.map(|row| row.body), "the line shows the last text");
    }
}
