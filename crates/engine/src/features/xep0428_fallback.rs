//! XEP-0428: Fallback Indication, for those who send and read texts that others need not show.
//!
//! Places count characters as Unicode does (XEP-0426): neither bytes nor the units of JavaScript. What is not certain to be a fallback is
//! shown: a wrong place hides nothing.

use crate::spec::Spec;
use stanza::{Element, ns};
use std::ops::Range;

/// What this file implements.
pub(crate) const SPEC: Spec =
    Spec::xep(428, "Fallback Indication", "0.2.1", "crates/engine/src/features/xep0428_fallback.rs");

/// The whole text is there for those who don't understand this namespace.
pub(crate) fn of_all(namespace: &str) -> Element {
    Element::new("fallback", ns::FALLBACK).attr("for", namespace)
}

/// So many characters at the beginning of it are.
pub(crate) fn of_beginning(namespace: &str, chars: usize) -> Element {
    let body = Element::new("body", ns::FALLBACK).attr("start", "0").attr("end", chars.to_string());
    of_all(namespace).with(body)
}

/// Takes what is there for those who don't understand this namespace out of a message's text: that, and the rest. `None` if nothing is,
/// or if it does not fit.
pub(crate) fn strip(message: &Element, namespace: &str, text: &str) -> Option<(String, String)> {
    let mut ranges = Vec::new();
    for fallback in message.find_all("fallback", ns::FALLBACK) {
        if fallback.get("for") == Some(namespace) {
            read(fallback, text.chars().count(), &mut ranges)?;
        }
    }
    if ranges.is_empty() {
        return None;
    }
    let (mut out, mut rest) = (String::new(), String::new());
    for (at, letter) in text.chars().enumerate() {
        let is_out = ranges.iter().any(|range| range.contains(&at));
        if is_out { out.push(letter) } else { rest.push(letter) }
    }
    Some((out, rest))
}

/// Notes which characters of a text are there for those who don't understand this namespace.
pub(crate) fn mark(message: &Element, namespace: &str, shown: &mut [bool]) {
    let mut ranges = Vec::new();
    let fallbacks = message.find_all("fallback", ns::FALLBACK).filter(|it| it.get("for") == Some(namespace));
    let all = fallbacks.map(|fallback| read(fallback, shown.len(), &mut ranges)).collect::<Option<Vec<_>>>();
    for range in ranges.iter().filter(|_| all.is_some()) {
        shown.iter_mut().take(range.end).skip(range.start).for_each(|is| *is = false);
    }
}

/// What an element says to be there; `None` if it can't be so.
fn read(fallback: &Element, end: usize, ranges: &mut Vec<Range<usize>>) -> Option<()> {
    if fallback.elements().next().is_none() {
        ranges.push(0..end);
    }
    for body in fallback.find_all("body", ns::FALLBACK) {
        let range = match (body.get("start"), body.get("end")) {
            (None, None) => 0..end,
            (Some(from), Some(to)) => from.parse().ok()?..to.parse().ok()?,
            _ => return None,
        };
        if range.start > range.end || range.end > end {
            return None;
        }
        ranges.push(range);
    }
    Some(())
}
