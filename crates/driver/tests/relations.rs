//! What is said about messages ends in the same rows, whatever order it comes in.
#![cfg(feature = "conformance")]

use driver::MemoryStore;
use driver::conformance::{any_order_ends_in_the_same_rows, block_on, is_as_it_should_be};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    /// Message, corrections, retraction, reactions and copies of each: any permutation, any batches.
    #[test]
    fn any_order_of_what_is_said_ends_in_the_same_rows(rolls in prop::collection::vec(any::<u16>(), 120)) {
        let mut rolls = rolls.into_iter();
        let dice = |sides: usize| usize::from(rolls.next().unwrap_or_default()) % sides;
        is_as_it_should_be(&block_on(any_order_ends_in_the_same_rows(&MemoryStore::default(), dice)));
    }
}
