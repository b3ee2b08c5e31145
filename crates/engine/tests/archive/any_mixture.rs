//! Whatever comes by whatever way is one timeline.

use super::*;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Bob,
    /// Bob's server sends the last one once more.
    BobAgain,
    Phone,
    Say,
    Talk,
    /// The server hears, and its answers are lost.
    Hear,
    Cut,
    Lose,
    Kill,
    Reconnect,
    Wait,
    /// A new stream, on which something comes, and that is lost before the archive answered.
    Storm,
    /// An older stream had kept this one of bob's.
    Late(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Bob),
        1 => Just(Step::BobAgain),
        2 => Just(Step::Phone),
        4 => Just(Step::Say),
        3 => Just(Step::Talk),
        2 => Just(Step::Hear),
        2 => Just(Step::Cut),
        2 => Just(Step::Lose),
        2 => Just(Step::Kill),
        3 => Just(Step::Reconnect),
        1 => Just(Step::Wait),
        2 => Just(Step::Storm),
        2 => (0usize..20).prop_map(Step::Late),
    ]
}

/// Comes online while the archive says nothing.
fn greet(world: &mut World, server: &mut MiniServer) {
    world.input(Input::Resumed);
    if world.socket.is_none() {
        return;
    }
    server.open(world);
    while !answer_but_the_archive(world, server).is_empty() {}
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Live, by carbon, from the archive, sent again: whatever happens, everything is there once and each writer's words are in order.
    #[test]
    fn any_mixture_of_copies_is_one_timeline(steps in prop::collection::vec(step(), 1..60), page in 1usize..8) {
        let (mut world, mut server) = online();
        server.archive.page_size = page;
        let (mut bobs, mut phones, mut own) = (Vec::new(), Vec::new(), Vec::new());
        for step in steps {
            match step {
                Step::Bob => {
                    bobs.push(format!("b{}", bobs.len()));
                    server.receive(&mut world, &from_bob(&bobs[bobs.len() - 1]));
                }
                Step::BobAgain => {
                    if let Some(last) = bobs.last() {
                        server.receive(&mut world, &from_bob(last));
                    }
                }
                Step::Phone => {
                    phones.push(format!("p{}", phones.len()));
                    let message = from_phone(&phones[phones.len() - 1]);
                    server.archive.keep("bob@example.org", &stanza::Element::parse(&message).unwrap(), world.now.wall_ms);
                    server.deliver(&mut world, &carbon("sent", &message));
                }
                Step::Say => {
                    own.push(format!("o{}", own.len()));
                    world.command(say(&own[own.len() - 1]));
                }
                Step::Talk => server.talk(&mut world),
                Step::Hear => {
                    server.now = world.now.wall_ms;
                    if world.socket.is_some() {
                        for frame in world.take_sent() {
                            server.answers(&frame);
                        }
                        cut(&mut world);
                    }
                }
                Step::Cut => cut(&mut world),
                Step::Lose => lose(&mut world, &mut server),
                Step::Kill => world = world.restart(),
                Step::Reconnect => reconnect(&mut world, &mut server),
                Step::Wait => world.pass(700),
                Step::Storm => {
                    lose(&mut world, &mut server);
                    greet(&mut world, &mut server);
                    bobs.push(format!("b{}", bobs.len()));
                    server.receive(&mut world, &from_bob(&bobs[bobs.len() - 1]));
                    lose(&mut world, &mut server);
                }
                Step::Late(index) => {
                    let entries = server.archive.entries.iter().enumerate();
                    let from_bobs: Vec<_> =
                        entries.filter(|(_, entry)| entry.message.get("from") == Some("bob@example.org/x")).collect();
                    let late = from_bobs.get(index % from_bobs.len().max(1));
                    let late = late.map(|(at, entry)| (*at, entry.message.get("id").unwrap_or_default().to_owned()));
                    if let Some((at, text)) = late.filter(|_| world.socket.is_some()) {
                        storms::late(&mut world, &mut server, &text, at);
                    }
                }
            }
        }
        cut(&mut world);
        reconnect(&mut world, &mut server);
        world.pass(40_000);
        server.talk(&mut world);
        let of = |letter: char| texts(&world).into_iter().filter(|text| text.starts_with(letter)).collect::<Vec<_>>();
        prop_assert_eq!(of('b'), bobs);
        prop_assert_eq!(of('p'), phones);
        prop_assert_eq!(of('o'), own.clone());
        for text in &own {
            prop_assert_eq!(tries(&server, text), 1, "{} went out once", text);
        }
        prop_assert!(world.messages.iter().all(|row| row.state != MessageState::Queued));
    }
}
