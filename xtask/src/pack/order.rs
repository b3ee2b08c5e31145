//! The order of a wasm's functions. It means nothing to the program and much to the download: what looks alike
//! compresses better side by side, because a reference to something near is short.

use std::collections::{BTreeSet, HashMap};

/// How many bytes of code in a row are one sign of likeness.
const WINDOW: usize = 4;
/// What is in more functions than this says nothing about any of them, and takes long to count.
const COMMON: usize = 1000;
/// Keeps tiny functions from being like everything.
const SMALL: f32 = 20.0;

/// An order of `bodies` in which each is followed by the one most like it of those that are left, by the rare windows
/// they share. The same bodies always give the same order.
pub(super) fn by_likeness(bodies: &[&[u8]]) -> Vec<usize> {
    let signs: Vec<BTreeSet<&[u8]>> = bodies.iter().map(|body| body.windows(WINDOW).collect()).collect();
    let mut holders: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (function, signs) in signs.iter().enumerate() {
        for sign in signs {
            holders.entry(sign).or_default().push(function);
        }
    }
    let weights: HashMap<&[u8], (f32, &[usize])> = holders
        .iter()
        .filter(|(_, functions)| (2..=COMMON).contains(&functions.len()))
        .map(|(sign, functions)| {
            (*sign, ((float(bodies.len()) / float(functions.len())).ln(), &functions[..]))
        })
        .collect();
    let mut order = Vec::with_capacity(bodies.len());
    let mut left: Vec<bool> = vec![true; bodies.len()];
    let mut likeness = vec![0.0_f32; bodies.len()];
    let mut next = (!bodies.is_empty()).then_some(0);
    while let Some(function) = next {
        order.push(function);
        left[function] = false;
        likeness.fill(0.0);
        for sign in &signs[function] {
            if let Some((weight, functions)) = weights.get(sign) {
                for &other in *functions {
                    likeness[other] += weight;
                }
            }
        }
        let score = |other: usize| likeness[other] / (float(signs[other].len()) + SMALL).sqrt();
        // The first of equals, so that functions like nothing stay where they were.
        next = (0..bodies.len())
            .filter(|&other| left[other])
            .reduce(|best, other| if score(other) > score(best) { other } else { best });
    }
    order
}

/// Counts of functions and windows are far below what an `f32` holds exactly.
#[expect(clippy::cast_precision_loss)]
fn float(count: usize) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_stands_together() {
        let bodies: [&[u8]; 5] = [b"abcdefgh12", b"qrstuvwxyz", b"", b"abcdefgh34", b"12qrstuvwx"];
        assert_eq!(by_likeness(&bodies), [0, 3, 1, 4, 2]);
        assert!(by_likeness(&[]).is_empty());
    }
}
