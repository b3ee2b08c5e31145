//! A list of elements that follows a list of keys.

use super::{El, Key, append, insert, remove};
use crate::dom;
use crate::live::{Call, Give, effect};
use leptos::prelude::{Owner, untrack};
use model::Map;
use std::cell::{Cell, RefCell};
use web_sys::{Element, Node};

struct Shown {
    node: Node,
    /// Owns what lives in the element; gone with the row.
    owner: Owner,
    /// The last run that found its key.
    seen: u32,
}

/// Keeps one element per key, in the order of the keys, before a marker at the end of `parent` as it is now.
pub(super) fn each(parent: &Element, keys: Give<Vec<Key>>, view: Box<dyn for<'a> Call<&'a Key, Option<El>>>) {
    let (parent, end): (Element, Node) = (parent.clone(), dom::document().create_text_node("").into());
    append(&parent, &end);
    let shown = RefCell::new(Map::<Key, Shown>::default());
    // Rows outlive the run of the effect that makes them, so they belong to who owns the list.
    let list_owner = Owner::current().unwrap_or_default();
    let runs = Cell::new(0_u32);
    effect(move || {
        let run = runs.get().wrapping_add(1);
        runs.set(run);
        let mut shown = shown.borrow_mut();
        let mut order = Vec::new();
        for key in keys.call(()) {
            if let Some(row) = shown.get_mut(&key) {
                row.seen = run;
                order.push((row.node.clone(), false));
                continue;
            }
            let owner = list_owner.child();
            // What a row reads while it is made is not what the list depends on.
            if let Some(made) = owner.with(|| untrack(|| view.call(&key))) {
                order.push((made.node().into(), true));
                shown.insert(key, Shown { node: made.node().into(), owner, seen: run });
            }
        }
        for (_, row) in shown.extract(|row| row.seen != run) {
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
