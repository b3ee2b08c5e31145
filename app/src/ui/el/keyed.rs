//! A list of elements that follows a list of keys.

use super::{El, append, effect, insert, remove};
use crate::dom;
use leptos::prelude::*;
use model::Map;
use std::cell::RefCell;
use web_sys::{Element, Node};

/// Makes the element of a row.
pub(super) type Make = Box<dyn FnOnce() -> El>;

struct Shown {
    node: Node,
    /// Owns what lives in the element; gone with the row.
    owner: Owner,
}

/// Keeps one element per key, in the order of the keys, before a marker at the end of `parent` as it is now.
pub(super) fn each(parent: &Element, rows: Box<dyn Fn() -> Vec<(String, Make)>>) {
    let (parent, end): (Element, Node) = (parent.clone(), dom::document().create_text_node("").into());
    append(&parent, &end);
    let shown = RefCell::new(Map::<String, Shown>::default());
    // Rows outlive the run of the effect that makes them, so they belong to who owns the list.
    let list_owner = Owner::current().unwrap_or_default();
    effect(move || {
        let rows = rows();
        let mut shown = shown.borrow_mut();
        let mut before = std::mem::take(&mut *shown);
        let order: Vec<(Node, bool)> = rows
            .into_iter()
            .map(|(key, make)| {
                let (row, new) = match before.remove(&key) {
                    Some(row) => (row, false),
                    None => (make_row(&list_owner, make), true),
                };
                let node = row.node.clone();
                shown.insert(key, row);
                (node, new)
            })
            .collect();
        for (_, row) in before.into_entries() {
            remove(&row.node);
            row.owner.cleanup();
        }
        // From the end: a row that already stands before its successor stays, so that a new row moves no other.
        let mut next = end.clone();
        for (node, new) in order.into_iter().rev() {
            if new || node.next_sibling().as_ref() != Some(&next) {
                insert(&parent, &node, Some(&next));
            }
            next = node;
        }
    });
}

fn make_row(list_owner: &Owner, make: Make) -> Shown {
    let owner = list_owner.with(Owner::new);
    // What a row reads while it is made is not what the list depends on.
    let node = owner.with(|| untrack(make)).node().into();
    Shown { node, owner }
}
