//! What every [`Store`] must do: one async function per rule, the same for each implementation.
//!
//! A rule takes a factory that opens the store of a name. Opening a name twice gives the same rows, as after a
//! restart; each rule uses its own names. `store_conformance!` expands to one test per rule.

#![allow(clippy::missing_panics_doc)] // A rule that does not hold panics: that is what a test does.

mod account;
mod archive;
mod listing;
mod messages;
mod paging;
mod relations;
mod search;
mod states;
mod stream;

pub use account::*;
pub use archive::*;
pub use listing::*;
pub use messages::*;
pub use paging::*;
pub use relations::*;
pub use search::*;
pub use states::*;
pub use stream::*;

use crate::{Inbox, Store};
use engine::Input;
use futures_channel::mpsc::unbounded;
use futures_util::{Stream, StreamExt};
use model::{
    BareJid, ChatRow, Direction, LocalId, MessageRow, MessageState, Order, RosterItem, Saved, Subscription,
    Write,
};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Makes one test of every rule: `store_conformance!(native, open)` or `store_conformance!(wasm, open)`, where
/// `open` is an `async fn(&str) -> impl Store`. The second form needs `wasm_bindgen_test` at the call site.
#[macro_export]
macro_rules! store_conformance {
    (@tests native, $open:path, $($rule:ident)*) => {$(
        #[test]
        fn $rule() {
            $crate::conformance::block_on($crate::conformance::$rule($open));
        }
    )*};
    (@tests wasm, $open:path, $($rule:ident)*) => {$(
        #[::wasm_bindgen_test::wasm_bindgen_test]
        async fn $rule() {
            $crate::conformance::$rule($open).await;
        }
    )*};
    ($kind:ident, $open:path) => {
        $crate::store_conformance! {
            @tests $kind, $open,
            a_new_store_is_empty
            session_is_kept_and_forgotten
            the_stream_and_what_was_seen_on_it_live_and_die_together
            a_device_goes_alone_or_with_all_of_its_contact
            what_is_known_of_programs_outlives_the_stream
            what_a_contact_is_told_stays_with_the_chat
            a_draft_survives
            an_older_draft_does_not_take_the_place_of_a_newer_one
            a_line_stays_as_it_was_arranged
            a_new_message_takes_a_chat_out_of_the_archive_unless_it_is_muted
            looking_ends_what_was_marked_unread
            roster_is_replaced_as_a_whole
            contacts_change_one_by_one
            a_change_without_version_keeps_the_version
            erase_all_leaves_nothing
            what_follows_erase_all_in_a_batch_stays
            accounts_do_not_mix
            a_message_fills_its_chat_line
            an_older_message_does_not_become_the_preview
            a_copy_is_ignored
            a_copy_within_a_batch_is_ignored
            equal_ids_of_two_senders_are_two_messages
            reading_a_chat_clears_unread
            a_batch_is_stored_as_a_whole
            commits_at_the_same_time_lose_nothing
            any_text_comes_back_as_it_was
            a_state_moves_row_preview_and_outbox
            when_a_state_was_reached_is_kept
            a_state_of_an_old_message_leaves_the_preview
            a_state_reaches_a_message_of_the_same_batch
            a_state_of_an_unknown_message_is_ignored
            every_state_comes_back_as_it_was
            a_state_climbs_and_never_falls
            what_is_looked_at_is_read_with_what_was_before_it
            a_contacts_word_counts_in_their_chat_only
            only_a_failed_message_can_be_deleted
            what_is_to_be_marked_is_kept_until_it_is
            what_is_owed_is_kept_until_it_is_paid
            a_copy_teaches_its_stanza_id
            two_stanza_ids_are_one_message_only_with_an_origin_id
            a_copy_of_an_own_message_says_that_it_was_sent
            what_another_device_read_is_read
            what_another_device_read_may_come_later
            what_other_devices_are_to_hear_is_kept_until_they_do
            what_is_known_of_the_archive_is_kept
            a_page_fits_to_what_is_there
            how_a_text_is_to_be_shown_is_kept
            what_is_starred_is_found_again_until_it_is_gone
            what_has_not_left_can_say_something_else
            what_is_said_of_a_correction_is_said_of_its_message
            a_correction_changes_message_and_line
            only_the_author_corrects_and_retracts
            what_was_retracted_stays_so
            reactions_are_kept_by_person
            what_is_said_waits_for_its_message
            what_waits_is_bounded
            a_message_may_have_two_names
            an_own_relation_is_kept_until_the_server_has_it
            a_relation_that_came_back_is_undone
            a_hidden_message_is_gone_and_stays_so
            a_correction_stands_alone_until_its_message_comes
            what_is_said_of_a_lone_correction_goes_with_it
            what_came_back_waits_for_nothing
            states_and_relations_do_not_mix
            a_few_orders_end_in_the_same_rows
            outbox_holds_own_queued_messages_oldest_first
            a_page_ends_before_its_limit_line
            pages_of_chats_do_not_mix
            a_page_may_lie_anywhere
            a_message_is_found_by_its_key
            equal_orders_are_sorted_by_id
            chats_are_loaded_newest_first
            thousands_of_messages_are_paged_through
            what_is_stored_is_found_at_once_newest_first
            what_is_found_comes_page_by_page
            a_message_is_found_by_what_it_says_now
            nothing_is_found_of_what_was_taken_back
            what_was_deleted_is_not_found
            nothing_is_found_after_erase_all
            an_index_changes_nothing_about_what_is_found
        }
    };
}

/// Runs a future that never has to wait, such as any of a store in memory.
///
/// # Panics
/// If it has to wait.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("this store waits: it needs an executor"),
    }
}

/// An inbox without a pump, and the inputs that are put into it: for the tests of ports.
pub fn inbox() -> (Inbox, impl Stream<Item = Input> + Unpin) {
    let (sender, letters) = unbounded();
    (Inbox::new(sender), letters.map(|letter| letter.input))
}

fn jid(text: &str) -> BareJid {
    text.parse().expect("a valid address")
}

fn me() -> BareJid {
    jid("me@example.org")
}

fn contact(text: &str) -> RosterItem {
    RosterItem {
        jid: jid(text),
        name: Some(format!("名字 of {text}")),
        subscription: Subscription::Both,
        asked: false,
        groups: vec!["Friends".to_owned(), "朋友".to_owned()],
    }
}

fn received(chat: &str, order: i64, id: &str) -> MessageRow {
    let from = jid(chat);
    let (local, body) = (LocalId(format!("local-{chat}-{id}")), format!("body of {id}"));
    MessageRow {
        dedupe: MessageRow::dedupe_key(&from, id),
        at: 1_700_000_000_000 + order,
        ..MessageRow::new(Direction::In, from.clone(), from, local, Order(order), body)
    }
}

fn own(chat: &str, order: i64, id: &str) -> MessageRow {
    let (id, body) = (LocalId(id.to_owned()), format!("body of {id}"));
    MessageRow {
        at: 1_700_000_000_000 + order,
        ..MessageRow::new(Direction::Out, jid(chat), me(), id, Order(order), body)
    }
}

fn unread(row: &MessageRow) -> Write {
    Write::Message { row: row.clone(), count_unread: true }
}

fn quiet(row: &MessageRow) -> Write {
    Write::Message { row: row.clone(), count_unread: false }
}

fn state(row: &MessageRow, state: MessageState) -> Write {
    Write::MessageState { chat: row.chat.clone(), id: row.id.clone(), state }
}

fn with_state(row: &MessageRow, state: MessageState) -> MessageRow {
    MessageRow { state, ..row.clone() }
}

/// The line of a chat that absorbed these rows.
fn line(rows: &[(&MessageRow, bool)]) -> ChatRow {
    let (first, _) = rows.first().expect("a row");
    let mut line = ChatRow::empty(first.chat.clone());
    for (row, count_unread) in rows {
        line.absorb(row, *count_unread);
    }
    line
}

async fn load(store: &impl Store) -> Saved {
    store.load().await.expect("the store loads")
}

async fn commit(store: &impl Store, batch: &[Write]) -> model::Applied {
    store.commit(batch).await.expect("the store commits")
}

/// Every message of a chat, oldest first.
async fn history(store: &impl Store, chat: &str) -> Vec<MessageRow> {
    page(store, chat, None, usize::MAX).await
}

async fn page(store: &impl Store, chat: &str, before: Option<i64>, limit: usize) -> Vec<MessageRow> {
    store.page(&jid(chat), before.map(Order), limit).await.expect("the store pages")
}
