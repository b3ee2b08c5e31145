//! What messages say about other messages: corrections (XEP-0308), retractions (XEP-0424), reactions (XEP-0444), replies (XEP-0461).
//!
//! They may come before the message they are about (the archive is read from its end) and more than once (live, by carbon, from the
//! archive). So what a message became is not the outcome of a sequence but a function of a *set*: an element of it is known by its key,
//! of copies the one that knows best where it stands counts ([`Source`]), and of elements the highest place wins. Any order of arrival
//! ends in the same row.

use crate::{BareJid, Format, LocalId, MessageRow, Order, WallMs};
use serde::{Deserialize, Serialize};

/// So many texts of a message are kept beside the first one, the newest.
pub const MAX_EDITS: usize = 20;
/// So many of the newest reactions of one person to one message are kept: whichever of them turns out to be a copy, or is refused, the
/// one before it counts again.
const MAX_UPDATES: usize = 6;
/// So many relations of a chat wait for their messages, the newest.
pub const MAX_ORPHANS: usize = 100;

/// The message that another one answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Its author.
    pub author: BareJid,
    /// The id by which its author knows it.
    pub id: String,
    /// What it said, by the word of whoever answers: shown only as long as the message itself is not here.
    pub quote: String,
}

impl Reply {
    /// The message's name ([`MessageRow::name`]).
    pub fn name(&self) -> String {
        MessageRow::dedupe_key(&self.author, &self.id)
    }
}

/// What is said about a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Relation {
    /// This is its text now.
    Edit {
        /// The text.
        body: String,
        /// How it is meant to be shown.
        format: Format,
        /// What the message answers, repeated for those who get the correction alone; it can't be changed.
        reply: Option<Reply>,
    },
    /// It is to be forgotten.
    Retract,
    /// All that its sender feels about it now.
    React(Vec<String>),
}

/// How a place is known, the best way first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Source {
    /// It was said on this device.
    Here,
    /// By the archive's order.
    Archive,
    /// By when it came, which may be late and in any order.
    Arrival,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelationRow {
    /// The chat.
    pub chat: BareJid,
    /// When it was said, as a place in the chat.
    pub order: Order,
    /// How that is known.
    pub source: Source,
    /// Ours: the id of its stanza.
    pub id: LocalId,
    /// Who said it.
    pub from: BareJid,
    /// When, for people.
    pub at: WallMs,
    /// What copies of it have in common, as [`MessageRow::dedupe`].
    pub key: String,
    /// The names that the message may have: nobody says whose message they mean, but everybody names the same id.
    pub targets: Vec<String>,
    /// What is said.
    pub relation: Relation,
    /// Ours, and not known to be on the server.
    pub queued: bool,
}

impl RelationRow {
    /// The id by which the message's author knows it.
    pub fn target_id(&self) -> &str {
        self.targets.first().and_then(|name| name.split_once('\n')).map_or("", |(_, id)| id)
    }

    fn place(&self) -> (Source, Order, WallMs) {
        (self.source, self.order, self.at)
    }

    /// True if this message is meant.
    pub fn is_about(&self, row: &MessageRow) -> bool {
        row.chat == self.chat && self.targets.iter().any(|name| row.is_named(name) || row.was_named(name))
    }

    /// True if its sender may say that of this message: anybody in the chat may react, but only the author corrects or retracts
    /// (XEP-0308 §4, XEP-0424 §5).
    fn is_entitled(&self, row: &MessageRow) -> bool {
        matches!(self.relation, Relation::React(_)) || self.from == row.from
    }

    /// Keeps a relation whose message is not here. Of too many the oldest goes.
    pub fn wait(self, orphans: &mut Vec<Self>) {
        match orphans.iter_mut().find(|known| known.key == self.key) {
            Some(known) if self.place() < known.place() => *known = self,
            Some(_) => {}
            None => orphans.push(self),
        }
        if orphans.len() > MAX_ORPHANS {
            let oldest = orphans.iter().enumerate().min_by_key(|(_, row)| (row.order, &row.key));
            if let Some((at, _)) = oldest {
                orphans.remove(at);
            }
        }
    }
}

/// A text that took the place of the one before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Edit {
    /// Its place.
    pub order: Order,
    /// How that is known.
    pub source: Source,
    /// What its copies have in common.
    pub key: String,
    /// When it was written.
    pub at: WallMs,
    /// The text.
    pub body: String,
    /// How it is meant to be shown.
    pub format: Format,
}

/// What somebody felt about a message at a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reaction {
    /// Its place.
    pub order: Order,
    /// How that is known.
    pub source: Source,
    /// What its copies have in common.
    pub key: String,
    /// Who.
    pub from: BareJid,
    /// All of it; nothing if it was taken back.
    pub emoji: Vec<String>,
}

/// What was said about a message later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relations {
    /// Its first text, if another one took its place.
    pub original: Option<String>,
    /// How that was meant to be shown.
    pub original_format: Format,
    /// The later ones, oldest first; the last one is the message's text.
    pub edits: Vec<Edit>,
    /// The newest of each person, oldest first.
    pub reactions: Vec<Reaction>,
    /// Its author took it back: nothing else is known of it any more, and nothing brings it back.
    pub retracted: bool,
}

impl Relations {
    /// True if its text is not the first one.
    pub fn is_edited(&self) -> bool {
        self.original.is_some()
    }

    /// Its texts before the one it has now, oldest first, with the time if it is not that of the message.
    pub fn history(&self) -> Vec<(Option<WallMs>, &str, &Format)> {
        let edits = self.edits.iter().map(|edit| (Some(edit.at), edit.body.as_str(), &edit.format));
        let first = self.original.iter().map(|first| (None, first.as_str(), &self.original_format));
        let mut texts: Vec<_> = first.chain(edits).collect();
        texts.pop();
        texts
    }

    /// The place of the last of it.
    pub fn newest(&self) -> Option<Order> {
        let edits = self.edits.iter().map(|edit| edit.order);
        edits.chain(self.reactions.iter().map(|reaction| reaction.order)).max()
    }

    /// What somebody feels about it now.
    pub fn reactions_of(&self, who: &BareJid) -> &[String] {
        self.reactions.iter().rfind(|one| one.from == *who).map_or(&[], |one| &one.emoji)
    }

    /// Everything that is felt about it, in the order in which it was first said, and by whom.
    pub fn reactions(&self) -> Vec<(&str, Vec<&BareJid>)> {
        let mut all: Vec<(&str, Vec<&BareJid>)> = Vec::new();
        for (at, one) in self.reactions.iter().enumerate() {
            let later = self.reactions.get(at + 1..).unwrap_or_default();
            if later.iter().any(|later| later.from == one.from) {
                continue;
            }
            for emoji in &one.emoji {
                match all.iter_mut().find(|(known, _)| known == emoji) {
                    Some((_, who)) => who.push(&one.from),
                    None => all.push((emoji, vec![&one.from])),
                }
            }
        }
        all
    }
}

/// What a message's set holds.
trait Element: Ord {
    fn key(&self) -> &str;
    fn place(&self) -> (Source, Order);
}

impl Element for Edit {
    fn key(&self) -> &str {
        &self.key
    }
    fn place(&self) -> (Source, Order) {
        (self.source, self.order)
    }
}

impl Element for Reaction {
    fn key(&self) -> &str {
        &self.key
    }
    fn place(&self) -> (Source, Order) {
        (self.source, self.order)
    }
}

/// Takes an element into a sorted set; of two with the same key the one whose place is known better stays. True if that changed
/// anything.
fn join<T: Element>(set: &mut Vec<T>, new: T) -> bool {
    if let Some(at) = set.iter().position(|known| known.key() == new.key()) {
        if set.get(at).is_some_and(|known| (known.place(), known) <= (new.place(), &new)) {
            return false;
        }
        set.remove(at);
    }
    let at = set.partition_point(|known| *known < new);
    set.insert(at, new);
    true
}

impl MessageRow {
    /// Takes in what was said about it. True if that changed anything.
    pub fn relate(&mut self, said: &RelationRow) -> bool {
        let is_deaf = self.relations.retracted || self.hidden;
        if is_deaf || !said.is_about(self) || !said.is_entitled(self) {
            return false;
        }
        let (order, source, key) = (said.order, said.source, said.key.clone());
        match &said.relation {
            Relation::Retract => {
                self.empty();
                self.relations.retracted = true;
                true
            }
            Relation::Edit { body, format, .. } => {
                let edits = &mut self.relations.edits;
                let edit =
                    Edit { order, source, key, at: said.at, body: body.clone(), format: format.clone() };
                let changed = join(edits, edit);
                edits.drain(..edits.len().saturating_sub(MAX_EDITS));
                self.reword();
                changed
            }
            Relation::React(emoji) => {
                let reactions = &mut self.relations.reactions;
                let reaction = Reaction { order, source, key, from: said.from.clone(), emoji: emoji.clone() };
                let changed = join(reactions, reaction);
                if reactions.iter().filter(|one| one.from == said.from).count() > MAX_UPDATES
                    && let Some(at) = reactions.iter().position(|one| one.from == said.from)
                {
                    reactions.remove(at);
                }
                changed
            }
        }
    }

    /// Forgets what was said about it: nobody took it. A retraction stays: what it took away is gone. True if that changed anything.
    pub fn unrelate(&mut self, said: &RelationRow) -> bool {
        let Relations { edits, reactions, .. } = &mut self.relations;
        let before = edits.len() + reactions.len();
        edits.retain(|edit| edit.key != said.key);
        reactions.retain(|reaction| reaction.key != said.key);
        let changed = edits.len() + reactions.len() < before;
        self.reword();
        changed
    }

    /// True if one of its corrections has this name: some speak of the text that they see, and not of the message (XEP-0308 §5).
    fn was_named(&self, name: &str) -> bool {
        self.relations.edits.iter().any(|edit| edit.key == name)
    }

    /// Says what this other state of it says. True if that changed anything.
    pub fn reword_as(&mut self, other: &Self) -> bool {
        let before = self.clone();
        if !self.hidden && self.chat == other.chat {
            self.body.clone_from(&other.body);
            self.format.clone_from(&other.format);
            self.reply.clone_from(&other.reply);
            self.relations.clone_from(&other.relations);
            self.starred = other.starred;
        }
        *self != before
    }

    /// Forgets its content: the person does not want to see it any more on this device. The row stays, or the archive would bring it
    /// back.
    pub fn hide(&mut self) {
        self.empty();
        self.hidden = true;
    }

    fn empty(&mut self) {
        self.body.clear();
        self.starred = false;
        (self.reply, self.format, self.relations) = (None, Format::default(), Relations::default());
    }

    /// Its text is the newest one.
    fn reword(&mut self) {
        let Relations { original, original_format, edits, .. } = &mut self.relations;
        let Some(last) = edits.last() else {
            if let Some(original) = original.take() {
                (self.body, self.format) = (original, std::mem::take(original_format));
            }
            return;
        };
        let body = std::mem::replace(&mut self.body, last.body.clone());
        let format = std::mem::replace(&mut self.format, last.format.clone());
        if original.is_none() {
            (*original, *original_format) = (Some(body), format);
        }
    }
}
