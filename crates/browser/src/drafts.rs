//! Drafts of a page that is about to go.
//!
//! A page that is closed or loaded again gets no time to write to IndexedDB: the browser throws a transaction away that is not through when
//! the page is. `localStorage` is written at once. So what was typed in the last moment is noted here, and taken over by the next
//! start; a note is removed when what it says, or something later, is on disk.

use crate::prefs::storage;
use model::{BareJid, Draft, Event, Map, WallMs};
use std::cell::RefCell;

const PREFIX: &str = "goldcrest.draft/";

thread_local! {
    /// Notes that this page has written or found, with their keys: not each line that changes needs a look at the storage.
    static NOTES: RefCell<Map<BareJid, (String, WallMs)>> = RefCell::default();
}

fn prefix(account: &BareJid) -> String {
    [PREFIX, account.as_str(), "/"].concat()
}

/// The time, behind `>` what is answered, behind a tab the hint of a spoiler; then, on lines of its own, the text. What a name has
/// of these characters is escaped, and a hint is one line.
fn written(draft: &Draft) -> String {
    let mut note = draft.at.to_string();
    if let Some(name) = &draft.answers {
        note.push('>');
        note.push_str(&String::from(js_sys::encode_uri_component(name)));
    }
    if let Some(hint) = &draft.spoiler {
        note.push('\t');
        note.push_str(hint);
    }
    note.push('\n');
    note.push_str(&draft.text);
    note
}

fn read(note: &str) -> Option<Draft> {
    let (head, text) = note.split_once('\n')?;
    let (head, hint) = head.split_once('\t').map_or((head, None), |(head, hint)| (head, Some(hint)));
    let (at, name) = head.split_once('>').map_or((head, None), |(at, name)| (at, Some(name)));
    Some(Draft {
        text: text.to_owned(),
        spoiler: hint.map(str::to_owned),
        answers: name.and_then(|name| js_sys::decode_uri_component(name).ok()).map(String::from),
        at: at.parse().ok()?,
    })
}

/// Notes a draft. What can't be noted is lost if the page goes before it is on disk.
pub fn note(account: &BareJid, chat: &BareJid, draft: &Draft) {
    let Some(storage) = storage() else { return };
    let key = prefix(account) + chat.as_str();
    if storage.set_item(&key, &written(draft)).is_ok() {
        NOTES.with_borrow_mut(|notes| notes.insert(chat.clone(), (key, draft.at)));
    }
}

/// The drafts that earlier pages noted, and nobody has written since.
pub(crate) fn noted(account: &BareJid) -> Vec<(BareJid, Draft)> {
    let prefix = prefix(account);
    let mut noted = Vec::new();
    for key in keys(&prefix) {
        let note = storage().and_then(|storage| storage.get_item(&key).ok()?);
        let draft = note.as_deref().and_then(read);
        let chat = key.strip_prefix(&prefix).and_then(|chat| chat.parse::<BareJid>().ok());
        if let Some((chat, draft)) = chat.zip(draft) {
            NOTES.with_borrow_mut(|notes| notes.insert(chat.clone(), (key, draft.at)));
            noted.push((chat, draft));
        }
    }
    noted
}

/// Removes what is not needed any more.
pub(crate) fn hear(event: &Event) {
    match event {
        Event::Chat(line) => NOTES.with_borrow_mut(|notes| {
            if notes.get(&line.chat).is_some_and(|(_, at)| *at <= line.draft.at)
                && let Some((key, _)) = notes.remove(&line.chat)
            {
                remove(&key);
            }
        }),
        Event::LoggedOut { .. } => keys(PREFIX).iter().for_each(|key| remove(key)),
        _ => {}
    }
}

fn remove(key: &str) {
    let _ = storage().map(|storage| storage.remove_item(key));
}

fn keys(prefix: &str) -> Vec<String> {
    let Some(storage) = storage() else { return Vec::new() };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok()?);
    keys.filter(|key| key.starts_with(prefix)).collect()
}
