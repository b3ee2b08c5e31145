//! What came of a soak.

use crate::archive::Archived;
use model::{Direction, MessageRow};
use std::collections::BTreeSet;
use std::fmt;

/// One message as a device keeps it, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Written on this device's account.
    pub own: bool,
    /// The text: a number.
    pub body: String,
    /// The name of its state.
    pub state: String,
    /// What makes a copy recognisable, on devices and in archives.
    pub key: String,
    /// Where it stands, when it was written, and its id in the archive: for whoever looks for a fault.
    pub place: String,
}

impl From<&MessageRow> for Kept {
    fn from(row: &MessageRow) -> Self {
        Self {
            own: row.direction == Direction::Out,
            place: format!("{} at {} {:?}", row.order.0, row.at, row.stanza_id),
            body: row.body.clone(),
            state: row.state.name().to_owned(),
            key: row.dedupe.clone(),
        }
    }
}

/// What came of it, over both directions. Printed, it is the last line of a soak.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Own messages that did not come to be known as delivered although both were there and had them.
    pub undelivered: usize,
    /// Own messages whose last state was wrong: everything was looked at in the end.
    pub misjudged: usize,
    /// Messages on one of the devices and not in the archive of its account, or the other way round.
    pub disagreed: usize,
    /// Copies in the archives: the server stored a message that was sent again. The devices show it once.
    pub archived_twice: usize,
}

impl Report {
    /// True if everything arrived once and in order, is known to have, and is what the server remembers.
    pub fn is_clean(&self) -> bool {
        self.sent == self.received
            && self.lost + self.doubled + self.reordered == 0
            && self.undelivered + self.misjudged + self.disagreed == 0
    }

    /// What this device received of the numbers below `written`.
    pub(super) fn add_received(&mut self, written: u32, kept: &[Kept]) {
        let received = kept.iter().filter(|row| !row.own);
        let numbers: Vec<u32> = received.filter_map(|row| row.body.parse().ok()).collect();
        let known: BTreeSet<u32> = numbers.iter().copied().filter(|number| *number < written).collect();
        let lost: Vec<u32> = (0..written).filter(|number| !known.contains(number)).collect();
        if !lost.is_empty() {
            println!("lost: {lost:?}");
        }
        let incoming: Vec<&Kept> = kept.iter().filter(|row| !row.own).collect();
        for pair in incoming.windows(2) {
            if let (Ok(one), Ok(two)) = (pair[0].body.parse::<u32>(), pair[1].body.parse::<u32>())
                && two < one
            {
                println!("{one} ({}) stands before {two} ({})", pair[0].place, pair[1].place);
            }
        }
        self.sent += written as usize;
        self.received += numbers.len();
        self.lost += lost.len();
        self.doubled += numbers.len() - known.len();
        self.reordered += numbers.windows(2).filter(|pair| pair[1] < pair[0]).count();
    }

    /// Own messages of this device that are in none of these states.
    pub(super) fn not_in(kept: &[Kept], wanted: &[&str]) -> usize {
        kept.iter().filter(|row| row.own && !wanted.contains(&row.state.as_str())).count()
    }

    /// One device and the archive of its account: the same messages, and each writer's in the same order.
    pub(super) fn add_archive(&mut self, kept: &[Kept], archive: &[Archived]) {
        let (mut known, mut once) = (BTreeSet::new(), Vec::new());
        for text in archive {
            if known.insert(text.key.as_str()) {
                once.push(text.key.as_str());
            } else {
                self.archived_twice += 1;
            }
        }
        for own in [false, true] {
            let rows: Vec<&str> =
                kept.iter().filter(|row| row.own == own).map(|row| row.key.as_str()).collect();
            let ours: BTreeSet<&str> = rows.iter().copied().collect();
            self.disagreed += ours.iter().filter(|key| !known.contains(*key)).count();
            let theirs: Vec<&str> = once.iter().copied().filter(|key| ours.contains(key)).collect();
            let here: Vec<&str> = rows.into_iter().filter(|key| known.contains(key)).collect();
            self.disagreed += here.iter().zip(&theirs).filter(|(here, there)| here != there).count();
        }
        let here: BTreeSet<&str> = kept.iter().map(|row| row.key.as_str()).collect();
        self.disagreed += once.iter().filter(|key| !here.contains(*key)).count();
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cuts, sent, received, lost, doubled, reordered, .. } = self;
        let Self { undelivered, misjudged, disagreed, archived_twice, .. } = self;
        writeln!(
            f,
            "undelivered={undelivered} misjudged={misjudged} disagreed={disagreed} archived_twice={archived_twice}"
        )?;
        write!(
            f,
            "cuts={cuts} sent={sent} received={received} lost={lost} doubled={doubled} reordered={reordered}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bodies: &[&str]) -> Vec<Kept> {
        let row = |body: &&str| Kept {
            place: String::new(),
            own: false,
            body: (*body).to_owned(),
            state: "Received".to_owned(),
            key: (*body).to_owned(),
        };
        bodies.iter().map(row).collect()
    }

    #[test]
    fn a_report_tells_what_is_wrong() {
        let report = |bodies: &[&str]| {
            let mut report = Report::default();
            report.add_received(3, &rows(bodies));
            (report.lost, report.doubled, report.reordered, report.is_clean())
        };
        assert_eq!(report(&["0", "1", "2"]), (0, 0, 0, true));
        assert_eq!(report(&["0", "2"]), (1, 0, 0, false));
        assert_eq!(report(&["0", "1", "1", "2"]), (0, 1, 0, false));
        assert_eq!(report(&["1", "0", "2"]), (0, 0, 1, false));
    }

    #[test]
    fn a_report_tells_where_device_and_archive_disagree() {
        let report = |archive: &[&str]| {
            let archive: Vec<_> =
                archive.iter().map(|key| Archived { key: (*key).into(), body: String::new() }).collect();
            let mut report = Report::default();
            report.add_archive(&rows(&["0", "1"]), &archive);
            (report.disagreed, report.archived_twice)
        };
        assert_eq!(report(&["0", "1"]), (0, 0));
        assert_eq!(report(&["0", "1", "0"]), (0, 1));
        assert_eq!(report(&["0"]), (1, 0));
        assert_eq!(report(&["0", "1", "2"]), (1, 0));
        assert_eq!(report(&["1", "0"]), (2, 0));
    }
}
