//! The order of the lists of people.

use crate::Person;
use model::{BareJid, Order};
use std::cmp::Reverse;

/// Where a line stands: newest first, then by name, upper and lower case alike, then by address.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    newest: Reverse<Order>,
    name: String,
    jid: BareJid,
}

/// Puts lines in order. Places are sorted and not the lines, so that there is one sort in the download for all lists.
pub(crate) fn sorted<T>(lines: Vec<T>, about: impl Fn(&T) -> (Order, &Person)) -> Vec<T> {
    let mut places = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let (order, person) = about(line);
        let place =
            Place { newest: Reverse(order), name: model::lower(&person.name), jid: person.jid.clone() };
        places.push((place, at));
    }
    places.sort_unstable();
    let mut lines: Vec<Option<T>> = lines.into_iter().map(Some).collect();
    places.into_iter().filter_map(|(_, at)| lines.get_mut(at)?.take()).collect()
}
