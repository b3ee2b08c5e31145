//! Two people talk while their network breaks: the fault suite's F1, F2, F3, F5 and F7 at the level of engine and store.
//!
//! What breaks when is drawn from a seed, so that a run that lost something can be repeated (the timing of the machine is
//! the one thing that is not in the seed).

mod browser;
mod report;
mod side;

pub use browser::run as run_in_browser;
pub use report::{Kept, Report};

use crate::archive::Witness;
use crate::dice::Dice;
use crate::wait::within;
use crate::world::start_prosody;
use model::{Connection, Subscription};
use side::Side;
use std::time::Duration;
use xtask::prosody::{Options, Prosody};

/// A cut comes at a random byte of the next this many.
const CUT_WITHIN: u64 = 4_000;
/// Longer than the engine's own patience with an acknowledgement.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long receipts may take once everything has arrived.
const RECEIPTS: Duration = Duration::from_secs(30);

/// What can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection breaks at a random byte of what is carried next, in either direction.
    Cut,
    /// Half a frame arrives, and the connection is closed.
    Truncate,
    /// The app is gone; it starts again on the same device.
    Kill,
    /// What is sent is held back, and nobody says so before the connection breaks.
    HalfOpen,
    /// What is sent is lost, and nobody says so before the connection breaks.
    Swallow,
    /// The server gets everything, and nobody hears of that before the connection breaks.
    AckLost,
    /// There is no network for a while.
    Refuse,
    /// The server loses the stream while we are away.
    Restart,
}

/// Every fault but the server's own, at any byte.
pub const ANY: &[Fault] = &[
    Fault::Cut,
    Fault::Cut,
    Fault::Cut,
    Fault::Truncate,
    Fault::Kill,
    Fault::Kill,
    Fault::HalfOpen,
    Fault::Swallow,
    Fault::AckLost,
    Fault::Refuse,
];

/// Those that break a connection between two frames. Prosody 0.12 does not bear a cut inside of one: it takes the first bytes of the
/// resumed stream for the rest of that frame and then loses the stream with all that it had kept on it.
pub const BETWEEN_FRAMES: &[Fault] =
    &[Fault::Kill, Fault::HalfOpen, Fault::Swallow, Fault::AckLost, Fault::Refuse];

/// A server that forgets a stream as soon as it breaks.
pub const EXPIRING: &str = "smacks_hibernation_time = 0\n";

/// What to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What is left to chance follows from this.
    pub seed: u64,
    /// How many faults.
    pub cuts: u32,
    /// Drawn from these.
    pub faults: &'static [Fault],
    /// A page gets the time to store what it shows before it is reloaded or killed.
    pub waits_for_disk: bool,
    /// Messages that each side writes between two faults.
    pub burst: u32,
    /// Lua for the server.
    pub server: String,
    /// It keeps an archive, which has to agree in the end.
    pub has_archive: bool,
}

impl Fault {
    /// All of them, by the names of the command line.
    const NAMES: [(&'static str, &'static [Self]); 8] = [
        ("cut", &[Self::Cut]),
        ("truncate", &[Self::Truncate]),
        ("kill", &[Self::Kill]),
        ("half-open", &[Self::HalfOpen]),
        ("swallow", &[Self::Swallow]),
        ("ack-lost", &[Self::AckLost]),
        ("refuse", &[Self::Refuse]),
        ("restart", &[Self::Restart]),
    ];

    /// The faults of this name.
    pub fn named(name: &str) -> Option<&'static [Self]> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, faults)| *faults)
    }
}

impl Plan {
    /// Every kind of fault, five messages from each side between two of them.
    pub fn new(seed: u64, cuts: u32) -> Self {
        Self {
            seed,
            cuts,
            faults: ANY,
            waits_for_disk: false,
            burst: 5,
            server: String::new(),
            has_archive: true,
        }
    }
}

/// Lets two friends, each behind a proxy of their own, talk through these faults on a server of their own.
pub async fn run(plan: &Plan) -> Report {
    let mut dice = Dice::new(plan.seed);
    let options = Options { extra_config: plan.server.clone(), ..Options::default() };
    let mut server = start_prosody(options);
    let mut sides =
        [Side::new("alice", &server, &mut dice).await, Side::new("bob", &server, &mut dice).await];
    befriend(&mut sides).await;
    for cut in 0..plan.cuts {
        for side in &mut sides {
            side.write(plan.burst);
        }
        let unlucky = usize::from(dice.roll(2) == 1);
        let fault =
            plan.faults[usize::try_from(dice.roll(plan.faults.len() as u64)).expect("a small number")];
        let what = format!("seed {}, fault {cut}: {fault:?} of {unlucky}", plan.seed);
        println!("{what} at {} and {}", sides[0].written, sides[1].written);
        suffer(&what, fault, unlucky, &mut sides, &mut server, &mut dice).await;
        patiently(&format!("{what}: the unlucky one to be back"), async || {
            sides[unlucky].wake();
            let connection = sides[unlucky].client.seen().connection;
            if connection == Connection::Online { Ok(()) } else { Err(format!("{connection:?}")) }
        })
        .await;
    }
    judge(plan, &sides, &server).await
}

async fn befriend(sides: &mut [Side; 2]) {
    let [alice, bob] = &*sides;
    alice.client.command(model::Command::AddContact { jid: bob.jid.clone(), name: None });
    bob.client.until("the request", |seen| seen.requests.contains(&alice.jid).then_some(())).await;
    bob.client.command(model::Command::AcceptRequest(alice.jid.clone()));
    for (side, other) in [(alice, &bob.jid), (bob, &alice.jid)] {
        let both = |seen: &crate::native::Seen| {
            let item = seen.roster.get(other)?;
            (item.subscription == Subscription::Both).then_some(())
        };
        side.client.until("friendship", both).await;
    }
    let others = [sides[1].jid.clone(), sides[0].jid.clone()];
    sides.iter_mut().zip(others).for_each(|(side, other)| side.other = Some(other));
}

/// The same if one of them is a page.
async fn befriend_page(app: &crate::page::App, app_jid: &model::BareJid, other: &mut Side) {
    other.client.command(model::Command::AddContact { jid: app_jid.clone(), name: None });
    app.accept_request(other.jid.as_str()).await;
    app.until_contact(other.jid.as_str(), |c| c.subscription == "both").await;
    let both = |seen: &crate::native::Seen| {
        let item = seen.roster.get(app_jid)?;
        (item.subscription == Subscription::Both).then_some(())
    };
    other.client.until("friendship", both).await;
    other.other = Some(app_jid.clone());
}

async fn suffer(
    what: &str,
    fault: Fault,
    unlucky: usize,
    sides: &mut [Side; 2],
    server: &mut Prosody,
    dice: &mut Dice,
) {
    let proxy = &sides[unlucky].proxy;
    match fault {
        Fault::Cut => proxy.cut_after(dice.roll(CUT_WITHIN)),
        Fault::Truncate => proxy.truncate(),
        Fault::HalfOpen => proxy.freeze(),
        Fault::Swallow => proxy.swallow(),
        Fault::AckLost => proxy.deafen(),
        Fault::Refuse => {
            proxy.refuse();
            proxy.cut();
        }
        Fault::Kill => {
            sides[unlucky].until_stored().await;
            return sides[unlucky].restart().await;
        }
        Fault::Restart => {
            sides[unlucky].until_stored().await;
            // A crash may come between the two archives that a message belongs to, and the test server writes without a journal: what is lost then
            // is lost by the server.
            server.stop();
            return server.start_again().expect("the same server again");
        }
    }
    match fault {
        Fault::Cut | Fault::Truncate => {
            patiently(&format!("{what}: the cut"), async || {
                // Something has to be on the wire for it.
                sides[unlucky].wake();
                sides[unlucky].client.platform(driver::Input::Resumed);
                if proxy.is_cut_near() { Err("nothing to cut".to_owned()) } else { Ok(()) }
            })
            .await;
        }
        Fault::AckLost => {
            // Whoever was away needs no proof: the server has it or does not.
            let arrived = async || sides[1 - unlucky].has_all_of(&sides[unlucky]).await;
            sides[unlucky].until_stored().await;
            let _ = within(Duration::from_secs(1), arrived).await;
        }
        _ => sides[unlucky].until_stored().await,
    }
    proxy.cut();
    proxy.thaw();
}

/// An own message from the server's word on.
const SENT: [&str; 4] = ["Sent", "Delivered", "Read", "Failed"];
/// From the contact's device's word on.
const DELIVERED: [&str; 2] = ["Delivered", "Read"];
const READ: [&str; 1] = ["Read"];

async fn judge(plan: &Plan, sides: &[Side; 2], server: &Prosody) -> Report {
    let mut report = Report { cuts: plan.cuts, ..Report::default() };
    let seed = plan.seed;
    for side in sides {
        let sent = patience(async || {
            side.wake();
            side.all_are(&SENT).await
        })
        .await;
        sent.unwrap_or_else(|seen| println!("seed {seed}: not everything was sent: {seen}"));
    }
    for (from, to) in [(0, 1), (1, 0)] {
        let arrived = patience(async || {
            sides[to].wake();
            sides[to].scroll_back();
            sides[to].has_all_of(&sides[from]).await
        });
        arrived.await.unwrap_or_else(|seen| {
            println!("seed {seed}: not everything arrived: {seen}; {:?}", sides[to].client.seen().gaps);
        });
        report.add_received(sides[from].written, &sides[to].kept().await);
    }
    for side in sides {
        let told = within(RECEIPTS, async || side.all_are(&DELIVERED).await).await;
        told.unwrap_or_else(|seen| println!("seed {seed}: not everything is known to have arrived: {seen}"));
        report.undelivered += Report::not_in(&side.kept().await, &DELIVERED);
    }
    // From now on everything is looked at.
    for side in sides {
        side.client.command(model::Command::ViewChat(side.other.clone()));
    }
    for side in sides {
        let _ = within(RECEIPTS, async || side.all_are(&READ).await).await;
        report.misjudged += Report::not_in(&side.kept().await, &READ);
        if plan.has_archive {
            let mut witness = Witness::log_in(&server.ws_url(), &side.jid, side::PASSWORD).await;
            let archive = witness.texts(side.other.as_ref().expect("a friend")).await;
            report.add_archive(&side.kept().await, &archive);
        }
    }
    report
}

async fn patience(probe: impl AsyncFnMut() -> Result<(), String>) -> Result<(), String> {
    within(PATIENCE, probe).await
}

/// Like `eventually`, for what may need the engine's own patience: 30 s until it gives up on an acknowledgement.
async fn patiently(what: &str, probe: impl AsyncFnMut() -> Result<(), String>) {
    if let Err(seen) = patience(probe).await {
        panic!("{what}: not within {} s; saw {seen}", PATIENCE.as_secs());
    }
}
