//! One request that proves who we are and asks for the rest (XEP-0388, 0386), tokens (XEP-0484), and everything a server or somebody
//! in between can do to them.
#![cfg(feature = "testing")]

mod log_in;
mod offers;
mod tokens;

use engine::Input;
use engine::testing::{MiniServer, Sasl2, ServerOptions, World};
use model::{Command, Connection, Endpoint, Event, LogIn, Problem, SessionRow};

const URL: &str = "wss://example.org/ws";

fn wish(url: &str, password: &str) -> Command {
    Command::LogIn(LogIn {
        jid: "alice@example.org".parse().unwrap(),
        password: password.into(),
        endpoint: Endpoint::Url(url.into()),
    })
}

fn with(sasl2: Sasl2) -> ServerOptions {
    ServerOptions { sasl2: Some(sasl2), resume: true, ..ServerOptions::default() }
}

fn log_in_to(options: ServerOptions) -> (World, MiniServer) {
    let (mut world, mut server) = (World::new(None), MiniServer::new(options));
    world.command(wish(URL, "secret"));
    server.accept(&mut world);
    (world, server)
}

/// Logged in and online, with a token.
fn online(sasl2: Sasl2) -> (World, MiniServer) {
    let (mut world, server) = log_in_to(with(sasl2));
    assert_eq!(last_connection(&world), Connection::Online);
    assert!(row(&world).token.is_some());
    world.take_events();
    (world, server)
}

fn problems(world: &World) -> Vec<Problem> {
    let problem = |event: &Event| match event {
        Event::Problem(problem) => Some(problem.clone()),
        _ => None,
    };
    world.events.iter().filter_map(problem).collect()
}

fn last_connection(world: &World) -> Connection {
    let connection = |event: &Event| match event {
        Event::Connection(connection) => Some(*connection),
        _ => None,
    };
    world.events.iter().rev().find_map(connection).unwrap_or_default()
}

fn row(world: &World) -> SessionRow {
    world.saved.session.clone().expect("a stored session")
}

fn secret(world: &World) -> Option<String> {
    row(world).token.map(|token| token.secret)
}

/// The socket breaks, and the network is back at once.
fn reconnect(world: &mut World, server: &mut MiniServer) {
    world.take_sent();
    world.input(Input::Closed);
    world.input(Input::Resumed);
    server.accept(world);
}

fn restart(world: &World, server: &mut MiniServer) -> World {
    let mut next = world.restart();
    server.accept(&mut next);
    next
}

/// How often the client, from the open socket to a working stream, sends something and has to wait for the answer.
fn round_trips(world: &mut World, server: &mut MiniServer) -> usize {
    server.hang_up();
    world.take_events();
    world.input(Input::Opened);
    for trip in 1..20 {
        let sent = world.take_sent();
        assert!(!sent.is_empty(), "nobody says anything in trip {trip}");
        let answers: Vec<String> = sent.iter().flat_map(|frame| server.answers(frame)).collect();
        for answer in answers {
            world.frame(&answer);
            if last_connection(world) == Connection::Online {
                server.talk(world);
                return trip;
            }
        }
    }
    panic!("no end of it");
}
