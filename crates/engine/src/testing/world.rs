//! An engine in a glass: virtual time, a store that commits when told to, everything it did kept for assertions.

use super::pbkdf2;
use crate::{Engine, Input, Output, WriteToken};
use model::{
    Applied, BareJid, ChatRow, Command, Direction, Event, LocalId, MessageRow, MessageState, ReadMark,
    RelationRow, Saved, Timestamp, Write,
};

/// The glass.
pub struct World {
    /// The engine under test.
    pub engine: Engine,
    /// Virtual time.
    pub now: Timestamp,
    /// What was told to the screen, oldest first.
    pub events: Vec<Event>,
    /// Frames sent and not yet looked at.
    pub sent: Vec<String>,
    /// The URL of the last socket opened, if it was not closed since.
    pub socket: Option<String>,
    /// Every socket that was ever opened.
    pub opened: Vec<String>,
    /// Everything written, in order.
    pub written: Vec<Write>,
    /// Domains the engine wanted to be looked up.
    pub discovered: Vec<String>,
    /// When the engine wants to be woken, and why.
    pub idle: Option<(u64, &'static str)>,
    /// If false, writes wait until [`World::commit`].
    pub auto_commit: bool,
    /// What the store of the account holds: only what is committed.
    pub saved: Saved,
    /// Every message in it, in order of arrival.
    pub messages: Vec<MessageRow>,
    /// True after the engine left its account.
    pub store_closed: bool,
    /// What is said of messages that are not in it.
    pub orphans: Vec<RelationRow>,
    uncommitted: Vec<(WriteToken, Vec<Write>)>,
    pages: u8,
}

impl World {
    /// A new engine at the year 2026.
    pub fn new(saved: Option<&Saved>) -> Self {
        let mut world = Self::page(saved, 7);
        world.input(Input::Tick);
        world
    }

    /// The page was killed: nothing is left but what is on disk. The next one starts.
    #[must_use]
    pub fn restart(&self) -> Self {
        let mut next = Self::page(Some(&self.saved), self.pages + 1);
        next.now = self.now;
        next.messages.clone_from(&self.messages);
        next.orphans.clone_from(&self.orphans);
        next.auto_commit = self.auto_commit;
        next.input(Input::Tick);
        next
    }

    fn page(saved: Option<&Saved>, number: u8) -> Self {
        Self {
            engine: Engine::restore([number; 32], saved),
            now: Timestamp { mono_ms: 1_000, wall_ms: 1_780_000_000_000 },
            events: Vec::new(),
            sent: Vec::new(),
            socket: None,
            opened: Vec::new(),
            written: Vec::new(),
            discovered: Vec::new(),
            idle: None,
            auto_commit: true,
            saved: saved.cloned().unwrap_or_default(),
            messages: Vec::new(),
            store_closed: false,
            orphans: Vec::new(),
            uncommitted: Vec::new(),
            pages: number,
        }
    }

    /// Gives an input and does what the engine wants.
    pub fn input(&mut self, input: Input) {
        let mut inputs = vec![input];
        while !inputs.is_empty() {
            let input = inputs.remove(0);
            self.engine.handle(self.now, input);
            loop {
                match self.engine.poll() {
                    Output::Idle(idle) => {
                        self.idle = idle;
                        break;
                    }
                    Output::Discover { domain } => self.discovered.push(domain),
                    Output::Open { url } => {
                        self.opened.push(url.clone());
                        self.socket = Some(url);
                    }
                    Output::Send(text) => {
                        if self.socket.is_some() {
                            self.sent.push(text);
                        }
                    }
                    Output::Close => self.socket = None,
                    Output::DeriveKey { hash, password, salt, iterations } => {
                        inputs.push(Input::KeyDerived(Some(pbkdf2(hash, &password, &salt, iterations))));
                    }
                    Output::OpenStore(_) => inputs.push(Input::StoreOpened(self.saved.clone())),
                    Output::CloseStore => self.store_closed = true,
                    Output::Write(batch, token) => {
                        self.uncommitted.push((token, batch));
                        if self.auto_commit {
                            inputs.extend(self.commit_inputs());
                        }
                    }
                    Output::Event(event) => self.events.push(event),
                }
            }
        }
    }

    /// A person's wish.
    pub fn command(&mut self, command: Command) {
        self.input(Input::Command(command));
    }

    /// A frame from the server.
    pub fn frame(&mut self, xml: &str) {
        self.input(Input::Frame(xml.to_owned()));
    }

    /// Takes the frames sent since the last look.
    pub fn take_sent(&mut self) -> Vec<String> {
        std::mem::take(&mut self.sent)
    }

    /// Takes the events since the last look.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Commits everything that waits.
    pub fn commit(&mut self) {
        for input in self.commit_inputs() {
            self.input(input);
        }
    }

    /// Lets time pass, waking the engine whenever it asked for it.
    pub fn pass(&mut self, ms: u64) {
        let end = self.now.mono_ms + ms;
        while let Some((at, _)) = self.idle.filter(|(at, _)| *at <= end) {
            let step = at.saturating_sub(self.now.mono_ms);
            self.advance(step);
            self.input(Input::Tick);
        }
        self.advance(end - self.now.mono_ms);
    }

    fn advance(&mut self, ms: u64) {
        self.now.mono_ms += ms;
        self.now.wall_ms += i64::try_from(ms).unwrap_or(i64::MAX);
    }

    fn commit_inputs(&mut self) -> Vec<Input> {
        let batches = std::mem::take(&mut self.uncommitted);
        batches.into_iter().map(|(token, batch)| Input::Committed(token, self.apply(batch))).collect()
    }

    /// A store in miniature: what [`Applied`] promises, and no more.
    fn apply(&mut self, batch: Vec<Write>) -> Applied {
        let mut applied = Applied::default();
        for write in &batch {
            match write {
                Write::Message { row, count_unread } => self.insert(&mut applied, row, *count_unread),
                Write::Page(page) => {
                    let mut page = page.clone();
                    applied.floor = MessageRow::fit(&mut page, &|row| {
                        self.messages.iter().find(|known| is_twin(row, known))
                    });
                    for (row, count_unread) in &page {
                        self.insert(&mut applied, row, *count_unread);
                        applied.placed.push((row.id.clone(), row.order));
                    }
                }
                Write::MessageState { chat, id, state } => {
                    self.set_state(chat, id, state);
                }
                Write::Delivered { chat, key } => {
                    let Some(id) = self.of_key(key) else { continue };
                    if self.set_state(chat, &id, &MessageState::Delivered) {
                        applied.moved.push((chat.clone(), id.clone(), MessageState::Delivered));
                    }
                }
                Write::ReadUpTo { chat, key } => {
                    let Some(id) = self.of_key(key) else { continue };
                    for id in self.read_with(chat, &id) {
                        self.set_state(chat, &id, &MessageState::Read);
                        applied.moved.push((chat.clone(), id, MessageState::Read));
                    }
                }
                Write::Relate { said, alone } => self.relate(&mut applied, said, alone.as_ref()),
                Write::Unrelate(said) => {
                    self.saved.relations.retain(|known| known.id != said.id);
                    self.orphans.retain(|known| known.key != said.key);
                    self.change(&mut applied, said, |row| row.unrelate(said));
                }
                Write::Reword(row) => {
                    self.change_row(&mut applied, &row.id, |known| known.reword_as(row));
                }
                Write::Star { id, on, .. } => self.change_row(&mut applied, id, |row| row.star(*on)),
                Write::RelationSent(said) => self.saved.relations.retain(|known| known.id != said.id),
                Write::Hide { chat, id } => self.hide(&mut applied, chat, &|row| row.id == *id),
                Write::Delete { chat, id } => self.messages.retain(|row| {
                    row.chat != *chat || row.id != *id || !matches!(row.state, MessageState::Failed(_))
                }),
                Write::ChatRead(chat) => self.change_line(&mut applied, chat, |line| {
                    line.look();
                }),
                Write::Tells { chat, tells } => {
                    self.make_line(&mut applied, chat, |line| line.tells = *tells);
                }
                Write::Draft { chat, draft } => self.make_line(&mut applied, chat, |line| {
                    line.set_draft(draft);
                }),
                Write::Arrange { chat, change } => self.make_line(&mut applied, chat, |line| {
                    line.arrange(*change);
                }),
                Write::ReadElsewhere { chat, mark } => {
                    let rows = self.messages.iter().filter(|row| row.chat == *chat);
                    let place = match mark {
                        ReadMark::Place(place) => Some(*place),
                        ReadMark::Message(_) => rows.clone().find(|row| mark.is(row)).map(|row| row.order),
                    };
                    let unread = rows.filter(|row| row.direction == Direction::In && Some(row.order) > place);
                    let unread = u32::try_from(unread.count()).unwrap_or(u32::MAX);
                    self.change_line(&mut applied, chat, |line| {
                        place.map(|place| line.looked_at_elsewhere(place, unread));
                    });
                }
                Write::LookTold { chat, id } => self.change_line(&mut applied, chat, |line| {
                    line.look_told(id);
                }),
                Write::Marked { chat, id } => self.change_line(&mut applied, chat, |line| {
                    line.marked(id);
                }),
                _ => self.apply_account(write),
            }
        }
        let queued = self.messages.iter().filter(|row| row.state == MessageState::Queued);
        self.saved.outbox = queued.cloned().collect();
        self.written.extend(batch);
        applied
    }

    /// What is said about a message, or waits for it.
    fn relate(&mut self, applied: &mut Applied, said: &RelationRow, alone: Option<&(MessageRow, bool)>) {
        if said.queued {
            self.saved.relations.push(said.clone());
        }
        if self.change(applied, said, |row| row.relate(said)) {
            self.hide(applied, &said.chat, &|row| row.dedupe == said.key);
        } else {
            said.clone().wait(&mut self.orphans);
            if let Some((row, is_unread)) = alone {
                self.insert(applied, row, *is_unread);
            }
        }
    }

    /// Changes the messages that are meant; true if there are any.
    fn change(
        &mut self,
        applied: &mut Applied,
        said: &RelationRow,
        change: impl Fn(&mut MessageRow) -> bool,
    ) -> bool {
        let rows = self.messages.iter().filter(|row| said.is_about(row));
        let ids: Vec<_> = rows.map(|row| row.id.clone()).collect();
        for id in &ids {
            self.change_row(applied, id, &change);
        }
        !ids.is_empty()
    }

    fn change_row(&mut self, applied: &mut Applied, id: &LocalId, change: impl Fn(&mut MessageRow) -> bool) {
        let Some(row) = self.messages.iter_mut().find(|row| row.id == *id) else { return };
        if !change(row) {
            return;
        }
        let row = row.clone();
        self.change_line(applied, &row.chat, |line| {
            line.reword(&row);
        });
        applied.changed.retain(|known| known.id != row.id);
        applied.changed.push(row.clone());
        self.adopt(applied, &row);
    }

    fn hide(&mut self, applied: &mut Applied, chat: &BareJid, is: &dyn Fn(&MessageRow) -> bool) {
        let mut rows = self.messages.iter_mut();
        let Some(row) = rows.find(|row| row.chat == *chat && !row.hidden && is(row)) else { return };
        row.hide();
        let id = row.id.clone();
        applied.hidden.push((chat.clone(), id.clone()));
        let shown = self.messages.iter().filter(|row| row.chat == *chat && !row.hidden);
        let newest = shown.max_by_key(|row| (row.order, row.id.clone())).cloned();
        self.change_line(applied, chat, |line| {
            line.forget(&id, newest.as_ref());
        });
    }

    /// The messages of a chat that are shown, oldest first.
    pub fn shown(&self, chat: &BareJid) -> Vec<MessageRow> {
        let mut rows: Vec<_> =
            self.messages.iter().filter(|row| row.chat == *chat && !row.hidden).cloned().collect();
        rows.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
        rows
    }

    fn insert(&mut self, applied: &mut Applied, row: &MessageRow, count_unread: bool) {
        if let Some(known) = self.messages.iter_mut().find(|known| is_twin(row, known)) {
            let before = known.state.clone();
            known.learn(row);
            if known.state != before {
                applied.moved.push((known.chat.clone(), known.id.clone(), known.state.clone()));
            }
            return;
        }
        applied.inserted.push(row.id.clone());
        self.messages.push(row.clone());
        let chats = &mut self.saved.chats;
        let at = chats.iter().position(|line| line.chat == row.chat).unwrap_or_else(|| {
            chats.push(ChatRow::empty(row.chat.clone()));
            chats.len() - 1
        });
        chats[at].absorb(row, count_unread);
        applied.chats.retain(|line| line.chat != row.chat);
        applied.chats.push(chats[at].clone());
        self.adopt(applied, row);
    }

    /// Tells a message what waited for it, or for one of its corrections.
    fn adopt(&mut self, applied: &mut Applied, row: &MessageRow) {
        let orphans = std::mem::take(&mut self.orphans);
        let (about, others) = orphans.into_iter().partition(|said| said.is_about(row));
        self.orphans = others;
        for said in about {
            self.change(applied, &said, |row| row.relate(&said));
            self.hide(applied, &said.chat, &|row| row.dedupe == said.key);
        }
    }

    fn of_key(&self, key: &str) -> Option<LocalId> {
        self.messages.iter().find(|row| row.dedupe == key).map(|row| row.id.clone())
    }

    fn make_line(&mut self, applied: &mut Applied, chat: &BareJid, change: impl FnOnce(&mut ChatRow)) {
        if !self.saved.chats.iter().any(|line| line.chat == *chat) {
            self.saved.chats.push(ChatRow::empty(chat.clone()));
        }
        self.change_line(applied, chat, change);
    }

    fn change_line(&mut self, applied: &mut Applied, chat: &BareJid, change: impl FnOnce(&mut ChatRow)) {
        if let Some(line) = self.saved.chats.iter_mut().find(|line| line.chat == *chat) {
            change(line);
            applied.chats.retain(|line| line.chat != *chat);
            applied.chats.push(line.clone());
        }
    }

    fn set_state(&mut self, chat: &BareJid, id: &LocalId, state: &MessageState) -> bool {
        let mut rows = self.messages.iter_mut();
        let row = rows.find(|row| row.chat == *chat && row.id == *id && row.state.may_become(state));
        row.map(|row| row.state = state.clone()).is_some()
    }

    fn read_with(&self, chat: &BareJid, id: &LocalId) -> Vec<LocalId> {
        let mut rows: Vec<_> = self.messages.iter().filter(|row| row.chat == *chat).collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.order, row.id.clone())));
        let is_it = |row: &&MessageRow| row.id == *id && row.state != MessageState::Received;
        let Some(at) = rows.iter().position(is_it) else { return Vec::new() };
        MessageRow::read_with(&mut rows.into_iter().skip(at))
    }

    fn apply_account(&mut self, write: &Write) {
        let saved = &mut self.saved;
        match write {
            Write::Session(session) => saved.session.clone_from(session),
            Write::Stream(stream) => {
                saved.stream.clone_from(stream);
                if stream.is_none() {
                    saved.devices.clear();
                    saved.requests.clear();
                }
            }
            Write::Device(device) => {
                saved.devices.retain(|known| known.jid != device.jid);
                saved.devices.push(device.clone());
            }
            Write::DeviceGone(jid) => saved.devices.retain(|known| {
                known.jid != *jid && (jid.resource().is_some() || known.jid.bare() != jid.bare())
            }),
            Write::Roster { version, items } => {
                saved.roster_version.clone_from(version);
                saved.roster.clone_from(items);
            }
            Write::Requests(requests) => saved.requests.clone_from(requests),
            Write::Owe(row) => saved.owed.push(row.clone()),
            Write::Paid(row) => saved.owed.retain(|known| known != row),
            Write::Archive(archive) => saved.archive.clone_from(archive),
            Write::Capabilities(known) => saved.capabilities.clone_from(known),
            _ => {}
        }
    }
}

fn is_twin(row: &MessageRow, known: &MessageRow) -> bool {
    let same_id = known.stanza_id.is_some() && known.stanza_id == row.stanza_id;
    (same_id || known.dedupe == row.dedupe) && row.is_copy_of(known)
}
