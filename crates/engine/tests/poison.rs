//! A message that a server cannot bear: one failed message, never a loop.
#![cfg(feature = "testing")]

use engine::Input;
use engine::testing::{MiniServer, ServerOptions, World};
use model::{BareJid, Command, Endpoint, FailReason, LogIn, MessageState};

fn bob() -> BareJid {
    "bob@example.org".parse().unwrap()
}

/// A server that ends the stream over a stanza of more bytes than this.
struct Strict {
    server: MiniServer,
    limit: usize,
    /// The error it names before it goes.
    word: &'static str,
    /// Streams it ended.
    ends: usize,
}

impl Strict {
    fn new(resume: bool, word: &'static str) -> (World, Self) {
        let options = ServerOptions { resume, mechanisms: vec!["PLAIN"], ..ServerOptions::default() };
        let mut strict = Self { server: MiniServer::new(options), limit: 20_000, word, ends: 0 };
        let mut world = World::new(None);
        world.command(Command::LogIn(LogIn {
            jid: "alice@example.org".parse().unwrap(),
            password: "secret".into(),
            endpoint: Endpoint::Url("wss://example.org/ws".into()),
        }));
        strict.server.accept(&mut world);
        (world, strict)
    }

    fn talk(&mut self, world: &mut World) {
        loop {
            let sent = world.take_sent();
            if sent.is_empty() {
                return;
            }
            for text in sent {
                if text.len() > self.limit {
                    self.ends += 1;
                    if !self.word.is_empty() {
                        world.frame(self.word);
                    }
                    world.input(Input::Closed);
                    world.take_sent();
                    break;
                }
                for answer in self.server.answers(&text) {
                    world.frame(&answer);
                }
            }
        }
    }

    /// As often as it takes, and no more often than that.
    fn settle(&mut self, world: &mut World) {
        for _ in 0..10 {
            self.talk(world);
            if world.socket.is_some() {
                return;
            }
            world.input(Input::Resumed);
            world.input(Input::Opened);
            self.server.log_out();
        }
        panic!("a loop: {} streams ended", self.ends);
    }
}

fn say(world: &mut World, text: &str) {
    world.command(Command::SendText { chat: bob(), body: text.into(), reply: None, spoiler: None });
}

fn bodies(server: &MiniServer) -> Vec<usize> {
    let texts = server.inbox.iter().filter_map(|stanza| stanza.child_text("body", "jabber:client"));
    texts.map(|text| text.len()).collect()
}

const REFUSAL: &str = "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>\
    <policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>";

#[test]
fn a_message_that_ends_every_stream_fails_and_the_others_go_out() {
    // With resumption the server says how far it came; without, it is one message at a time that tells.
    for (resume, word, most) in [(true, REFUSAL, 2), (false, REFUSAL, 2), (true, "", 3), (false, "", 3)] {
        let (mut world, mut strict) = Strict::new(resume, word);
        for text in ["before", &"x".repeat(30_000), "after", "and after"] {
            say(&mut world, text);
        }
        strict.settle(&mut world);
        let states: Vec<_> = world.messages.iter().map(|row| row.state.clone()).collect();
        let failed = MessageState::Failed(FailReason::Refused);
        assert_eq!(
            states,
            [MessageState::Sent, failed, MessageState::Sent, MessageState::Sent],
            "{resume} {word:?}"
        );
        assert!(strict.ends <= most, "{} streams ended ({resume} {word:?})", strict.ends);
        // What waited behind it was sent again where nobody could say that it had arrived.
        let mut heard = bodies(&strict.server);
        heard.dedup();
        assert_eq!(heard, [6, 5, 9], "{resume} {word:?}");
    }
}

#[test]
fn what_the_server_turns_out_to_have_has_not_failed() {
    let (mut world, mut strict) = Strict::new(true, "");
    strict.limit = 100_000;
    say(&mut world, &"x".repeat(30_000));
    // Twice the network breaks over it; the second time the server has it, and nobody hears that.
    world.take_sent();
    world.input(Input::Closed);
    world.input(Input::Resumed);
    world.input(Input::Opened);
    strict.server.log_out();
    while !world.sent.iter().any(|frame| frame.contains("<body")) {
        for frame in world.take_sent() {
            for answer in strict.server.answers(&frame) {
                world.frame(&answer);
            }
        }
    }
    for frame in world.take_sent() {
        strict.server.answers(&frame);
    }
    world.input(Input::Closed);
    world.input(Input::Resumed);
    world.input(Input::Opened);
    strict.server.log_out();
    strict.settle(&mut world);
    assert_eq!(world.messages[0].state, MessageState::Sent);
    assert_eq!(bodies(&strict.server), [30_000]);
}

#[test]
fn a_failed_one_can_be_tried_again_and_fails_again_without_a_loop() {
    let (mut world, mut strict) = Strict::new(true, REFUSAL);
    say(&mut world, &"x".repeat(30_000));
    strict.settle(&mut world);
    let failed = world.messages[0].clone();
    assert!(matches!(failed.state, MessageState::Failed(_)));
    world.command(Command::Retry(failed));
    say(&mut world, "behind it");
    strict.settle(&mut world);
    assert!(matches!(world.messages[0].state, MessageState::Failed(_)));
    assert_eq!(world.messages[1].state, MessageState::Sent);
}
