//! Two people talk while their network breaks: the fault suite's F1 and F5 at the level of engine and store.
//!
//! What breaks when is drawn from a seed, so that a run that lost something can be repeated (the timing of the machine is
//! the one thing that is not in the seed).

use crate::native::{Client, Device};
use crate::proxy::Proxy;
use crate::wait::within;
use driver::Input;
use model::{BareJid, Command, Connection, Direction, MessageRow, MessageState};
use std::fmt;
use std::time::Duration;

/// Messages each side writes between two faults.
const BURST: u32 = 5;
/// A cut comes at a random byte of the next this many.
const CUT_WITHIN: u64 = 4_000;
const PATIENCE: Duration = Duration::from_secs(45);
/// More than anybody will write.
const ALL: usize = 1_000_000;

/// What came of it, over both directions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Faults.
    pub cuts: u32,
    /// Messages written.
    pub sent: usize,
    /// Messages stored at the other end.
    pub received: usize,
    /// Messages that are not there.
    pub lost: usize,
    /// Messages that are there more than once.
    pub doubled: usize,
    /// Messages that stand behind a later one.
    pub reordered: usize,
}

impl Report {
    /// True if everything arrived once and in order.
    pub fn is_clean(&self) -> bool {
        self.sent == self.received && self.lost + self.doubled + self.reordered == 0
    }

    fn add(&mut self, written: u32, stored: &[MessageRow]) {
        let numbers: Vec<u32> = stored
            .iter()
            .filter(|row| row.direction == Direction::In)
            .filter_map(|row| row.body.parse().ok())
            .collect();
        let incoming: Vec<_> = stored.iter().filter(|row| row.direction == Direction::In).collect();
        for pair in incoming
            .windows(2)
            .filter(|pair| pair[1].body.parse().unwrap_or(0_u32) < pair[0].body.parse().unwrap_or(0))
        {
            let row = |row: &MessageRow| {
                format!("{} at {} ({}) {:?}", row.body, row.order.0, row.at, row.stanza_id)
            };
            eprintln!("{} stands before {}", row(pair[0]), row(pair[1]));
        }
        self.sent += written as usize;
        self.received += numbers.len();
        self.lost += (0..written).filter(|number| !numbers.contains(number)).count();
        self.doubled += numbers.len() - (0..written).filter(|number| numbers.contains(number)).count();
        self.reordered += numbers.windows(2).filter(|pair| pair[1] < pair[0]).count();
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cuts, sent, received, lost, doubled, reordered } = self;
        write!(
            f,
            "cuts={cuts} sent={sent} received={received} lost={lost} doubled={doubled} reordered={reordered}"
        )
    }
}

/// One of the two.
struct Side {
    client: Client,
    device: Device,
    proxy: Proxy,
    other: BareJid,
    written: u32,
}

impl Side {
    fn write(&mut self) {
        for _ in 0..BURST {
            let body = self.written.to_string();
            self.client.command(Command::SendText { chat: self.other.clone(), body });
            self.written += 1;
        }
    }

    /// What was written is on disk: from here on it must arrive, whatever happens.
    async fn until_stored(&self) {
        patiently("what was written to be on disk", async || {
            let stored = self.own().await.len();
            if stored == self.written as usize {
                Ok(())
            } else {
                Err(format!("{stored} of {}", self.written))
            }
        })
        .await;
    }

    async fn own(&self) -> Vec<MessageRow> {
        let mut rows = self.client.stored_up_to(&self.other, ALL).await;
        rows.retain(|row| row.direction == Direction::Out);
        rows
    }

    async fn suffer(&mut self, fault: Fault) {
        match fault {
            Fault::CutAt(byte) => {
                self.proxy.cut_after(byte);
                patiently("the cut", async || {
                    // Something has to be on the wire for it.
                    self.client.platform(Input::Resumed);
                    if self.proxy.is_cut_near() { Err("nothing to cut".to_owned()) } else { Ok(()) }
                })
                .await;
            }
            Fault::Kill => {
                self.until_stored().await;
                // First the end, then the beginning: two at once would be two pages that share a stream.
                self.client.kill();
                self.client = Client::start(&self.device).await;
            }
            Fault::HalfOpen => {
                self.proxy.freeze();
                self.until_stored().await;
                self.proxy.cut();
                self.proxy.thaw();
            }
        }
    }

    /// The person looks at the phone: no waiting for the next try.
    fn wake(&self) {
        if self.client.seen().connection != Connection::Online {
            self.client.platform(Input::Resumed);
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Fault {
    /// The connection breaks in the middle of a frame.
    CutAt(u64),
    /// The app is gone; it starts again on the same device.
    Kill,
    /// What is sent goes nowhere, and nobody says so before the connection breaks.
    HalfOpen,
}

/// Like `eventually`, for what may need the engine's own patience: 30 s until it gives up on an acknowledgement.
async fn patiently(what: &str, probe: impl AsyncFnMut() -> Result<(), String>) {
    if let Err(seen) = within(PATIENCE, probe).await {
        panic!("{what}: not within {} s; saw {seen}", PATIENCE.as_secs());
    }
}

/// Numbers that follow from a seed: xorshift.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn fault(&mut self) -> Fault {
        match self.roll(4) {
            0 => Fault::Kill,
            1 => Fault::HalfOpen,
            _ => Fault::CutAt(self.roll(CUT_WITHIN)),
        }
    }
}

/// Lets two friends, each behind a proxy of their own, talk through `cuts` faults. `sides` are who and through what.
pub async fn run(
    seed: u64,
    cuts: u32,
    alice: (Client, Device, Proxy, BareJid),
    bob: (Client, Device, Proxy, BareJid),
) -> Report {
    let mut dice = Dice(seed.max(1));
    let side = |(client, device, proxy, _): (Client, Device, Proxy, BareJid), other| Side {
        client,
        device,
        proxy,
        other,
        written: 0,
    };
    let (alice_jid, bob_jid) = (alice.3.clone(), bob.3.clone());
    let mut sides = [side(alice, bob_jid), side(bob, alice_jid)];
    for _ in 0..cuts {
        sides.iter_mut().for_each(Side::write);
        let unlucky = usize::from(dice.roll(2) == 1);
        let fault = dice.fault();
        sides[unlucky].suffer(fault).await;
        patiently("the unlucky one to be back", async || {
            sides[unlucky].wake();
            let connection = sides[unlucky].client.seen().connection;
            if connection == Connection::Online { Ok(()) } else { Err(format!("{connection:?}")) }
        })
        .await;
    }
    for side in &sides {
        patiently("everything to be sent", async || {
            side.wake();
            let rows = side.own().await;
            let waiting = rows.iter().filter(|row| row.state == MessageState::Queued).count();
            if waiting == 0 && rows.len() == side.written as usize {
                Ok(())
            } else {
                Err(format!("{waiting} of {} wait", rows.len()))
            }
        })
        .await;
    }
    let mut report = Report { cuts, ..Report::default() };
    for (here, there) in [(0, 1), (1, 0)] {
        let (from, to) = (&sides[here], &sides[there]);
        let wanted = from.written as usize;
        patiently("everything to arrive", async || {
            to.wake();
            let stored = to.client.stored_up_to(&to.other, ALL).await;
            let here = stored.iter().filter(|row| row.direction == Direction::In).count();
            if here >= wanted {
                return Ok(());
            }
            let is_there =
                |body: &str| stored.iter().any(|row| row.direction == Direction::In && row.body == body);
            let own = from.own().await;
            let missing: Vec<_> = own
                .iter()
                .filter(|row| !is_there(&row.body))
                .map(|row| (&row.body, &row.state, &row.id))
                .collect();
            Err(format!("{here} of {wanted}; missing {missing:?}; gaps {:?}", to.client.seen().gaps))
        })
        .await;
        report.add(from.written, &to.client.stored_up_to(&to.other, ALL).await);
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{LocalId, Order};

    fn rows(bodies: &[&str]) -> Vec<MessageRow> {
        let jid: BareJid = "a@b.example".parse().expect("an address");
        let row = |body: &&str| MessageRow {
            chat: jid.clone(),
            order: Order(0),
            id: LocalId(String::new()),
            from: jid.clone(),
            direction: Direction::In,
            body: (*body).to_owned(),
            at: 0,
            state: MessageState::Received,
            dedupe: String::new(),
            stanza_id: None,
            mark: None,
        };
        bodies.iter().map(row).collect()
    }

    #[test]
    fn a_report_tells_what_is_wrong() {
        let report = |bodies: &[&str]| {
            let mut report = Report::default();
            report.add(3, &rows(bodies));
            (report.lost, report.doubled, report.reordered, report.is_clean())
        };
        assert_eq!(report(&["0", "1", "2"]), (0, 0, 0, true));
        assert_eq!(report(&["0", "2"]), (1, 0, 0, false));
        assert_eq!(report(&["0", "1", "1", "2"]), (0, 1, 0, false));
        assert_eq!(report(&["1", "0", "2"]), (0, 0, 1, false));
    }
}
