//! One of the two.

use super::{Kept, patiently};
use crate::dice::Dice;
use crate::native::{Client, Device};
use crate::proxy::Proxy;
use crate::world::fresh_name;
use driver::Input;
use model::{BareJid, Command, Connection};
use xtask::prosody::Prosody;

pub(super) const PASSWORD: &str = "pass word";
/// More than anybody will write.
const ALL: usize = 1_000_000;

pub(super) struct Side {
    pub(super) client: Client,
    device: Device,
    pub(super) proxy: Proxy,
    pub(super) jid: BareJid,
    pub(super) other: Option<BareJid>,
    /// How many numbers it wrote so far.
    pub(super) written: u32,
}

impl Side {
    pub(super) async fn new(kind: &str, server: &Prosody, dice: &mut Dice) -> Self {
        let proxy = Proxy::seeded(server.http_port(), dice.roll(u64::MAX)).await;
        let device = Device::default();
        let jid = BareJid::new(Some(&fresh_name(kind)), server.domain()).expect("a plain name");
        let client = Client::register(&device, &jid, PASSWORD, &proxy.ws_url()).await;
        Self { client, device, proxy, jid, other: None, written: 0 }
    }

    /// Writes the next numbers.
    pub(super) fn write(&mut self, burst: u32) {
        let Some(chat) = self.other.clone() else { return };
        for _ in 0..burst {
            let body = self.written.to_string();
            self.client.command(Command::SendText { chat: chat.clone(), body, reply: None, spoiler: None });
            self.written += 1;
        }
    }

    pub(super) async fn kept(&self) -> Vec<Kept> {
        match &self.other {
            Some(other) => self.client.stored_up_to(other, ALL).await.iter().map(Kept::from).collect(),
            None => Vec::new(),
        }
    }

    /// What was written is on disk: from here on it must arrive, whatever happens.
    pub(super) async fn until_stored(&self) {
        patiently("what was written to be on disk", async || {
            let stored = self.kept().await.iter().filter(|row| row.own).count();
            if stored == self.written as usize {
                Ok(())
            } else {
                Err(format!("{stored} of {}", self.written))
            }
        })
        .await;
    }

    /// First the end, then the beginning: two at once would be two pages that share a stream.
    pub(super) async fn restart(&mut self) {
        self.client.kill();
        self.client = Client::start(&self.device).await;
    }

    /// All it wrote is on disk and in one of these states.
    pub(super) async fn all_are(&self, states: &[&str]) -> Result<(), String> {
        let kept = self.kept().await;
        let own = kept.iter().filter(|row| row.own).count();
        if own != self.written as usize {
            return Err(format!("{own} of {} are stored", self.written));
        }
        match kept.iter().find(|row| row.own && !states.contains(&row.state.as_str())) {
            None => Ok(()),
            Some(row) => Err(format!("{} is {}", row.body, row.state)),
        }
    }

    pub(super) async fn has_all_of(&self, other: &Self) -> Result<(), String> {
        let here = self.kept().await.iter().filter(|row| !row.own).count();
        let wanted = other.written as usize;
        if here >= wanted { Ok(()) } else { Err(format!("{here} of {wanted}")) }
    }

    /// The person looks at what is missing, if a session did not fetch all of it by itself.
    pub(super) fn scroll_back(&self) {
        let Some(chat) = &self.other else { return };
        for gap in self.client.seen().gaps {
            if let Some((_, upper)) = gap.hole(chat) {
                self.client.command(Command::FetchHistory { chat: chat.clone(), before: upper.order });
            }
        }
    }

    /// The person looks at the phone: no waiting for the next try.
    pub(super) fn wake(&self) {
        if self.client.seen().connection != Connection::Online {
            self.client.platform(Input::Resumed);
        }
    }
}
