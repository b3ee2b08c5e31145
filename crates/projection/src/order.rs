//! The order of the lists of people.

use crate::Person;
use model::{BareJid, Order};
use std::cmp::Reverse;
use std::rc::Rc;

/// Where a line stands: by rank, newest first, then by name, upper and lower case alike, then by address.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    rank: u8,
    newest: Reverse<Order>,
    name: String,
    jid: BareJid,
}

impl Place {
    pub(crate) fn of(rank: u8, newest: Order, person: &Person) -> Rc<Self> {
        let (name, jid) = (model::lower(&person.name), person.jid.clone());
        Rc::new(Self { rank, newest: Reverse(newest), name, jid })
    }
}

/// Puts lines in order. Places are sorted and not the lines, so that there is one sort in the download for all lists.
pub(crate) fn sorted<T>(lines: Vec<(Rc<Place>, T)>) -> Vec<T> {
    let (places, lines): (Vec<_>, Vec<_>) = lines.into_iter().unzip();
    let mut places: Vec<_> = places.into_iter().zip(0_usize..).collect();
    places.sort_unstable();
    let mut lines: Vec<Option<T>> = lines.into_iter().map(Some).collect();
    places.into_iter().filter_map(|(_, at)| lines.get_mut(at)?.take()).collect()
}
