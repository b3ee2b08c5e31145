//! From a good log-in to a bound stream: resource binding (RFC 6120 §7), along with the log-in (XEP-0386) or after it, or the stream
//! that we left (XEP-0198 §5). And what a log-in leaves behind.

use super::xep0386_bind2::{self, Bound};
use super::{Heard, Phase, Purpose, Session, delivery};
use crate::cx::Cx;
use crate::features::Features;
use crate::io::{Output, WriteToken};
use model::{Connection, Credentials, Event, Saved, Write};
use stanza::{Element, ns};

impl Session {
    /// Both sides have proven who they are.
    pub(crate) fn proven(&mut self, cx: &mut Cx, success: &Element) -> Heard {
        self.authenticated = true;
        self.success = (success.ns() == ns::SASL2).then(|| success.clone());
        match (&cx.account, &self.goal) {
            (None, Some(goal)) => {
                cx.output(Output::OpenStore(goal.jid.clone()));
                self.phase = Phase::OpeningStore;
                self.deadline = None;
                Heard::Done
            }
            _ => {
                self.welcome(cx);
                self.settle(cx)
            }
        }
    }

    /// The account's store is open: its rows may be shown, its queue be sent. False if nobody waited for it.
    pub(crate) fn store_opened(&mut self, cx: &mut Cx, features: &mut Features, saved: &Saved) -> bool {
        if !matches!(self.phase, Phase::OpeningStore) {
            return false;
        }
        cx.account = self.goal.as_ref().map(|goal| goal.jid.clone());
        cx.restore(saved);
        features.on_restore(cx, saved);
        self.welcome(cx);
        cx.emit(Event::Roster(saved.roster.clone()));
        for chat in &saved.chats {
            cx.emit(Event::Chat(chat.clone()));
        }
        true
    }

    /// Proven and known: from now on this session comes back by itself.
    fn welcome(&mut self, cx: &mut Cx) {
        let (Some(goal), Some(row)) = (&mut self.goal, &mut self.row) else { return };
        let before = row.clone();
        row.endpoint.clone_from(&goal.endpoint);
        (row.key, row.token) = match &goal.credentials {
            Credentials::Key(key) => (Some(key.clone()), None),
            Credentials::Token(token) => (None, Some(token.clone())),
            Credentials::Password(_) => (None, None),
        };
        row.inline = self.offer.inline.as_ref().map(Element::to_xml);
        self.ahead.clone_from(&self.offer.inline);
        let mut is_new = *row != before;
        if goal.purpose != Purpose::Return {
            goal.purpose = Purpose::Return;
            is_new = true;
            cx.emit(Event::LoggedIn(goal.jid.clone()));
        }
        if is_new {
            self.keep_row(cx);
        }
    }

    /// Stores what it takes to come back.
    pub(crate) fn keep_row(&mut self, cx: &mut Cx) {
        self.unsaved = Some(cx.token());
        cx.write(Write::Session(self.row.clone()));
    }

    /// A batch is on disk. A log-in that waited for it goes on.
    pub(crate) fn committed(&mut self, cx: &mut Cx, token: WriteToken) {
        if let Phase::Leaving { token: waiting, .. } = &mut self.phase {
            waiting.take_if(|waiting| *waiting <= token);
        }
        if self.unsaved.take_if(|unsaved| *unsaved <= token).is_some()
            && matches!(self.phase, Phase::Features)
            && !self.authenticated
            && !self.offer.is_empty()
        {
            self.authenticate(cx);
        }
    }

    /// What was asked for along with the log-in, or the stream after it.
    pub(crate) fn settle(&mut self, cx: &mut Cx) -> Heard {
        let Some(success) = self.success.take() else {
            self.greet(cx);
            return Heard::Done;
        };
        // The features follow without a new stream (XEP-0388 §5.6.1).
        self.phase = Phase::Features;
        self.step(cx);
        if let Some(resumed) = success.find("resumed", ns::SM) {
            return self.resumed(cx, resumed);
        }
        if let Some(failed) = success.find("failed", ns::SM) {
            not_resumed(cx, failed);
        }
        self.bound_inline = xep0386_bind2::bound(&success, self.offer.inline("bind", ns::BIND2));
        match self.early.take() {
            Some(features) => self.features(cx, &features),
            None => Heard::Done,
        }
    }

    /// The features of a stream on which we have proven who we are.
    pub(crate) fn proven_features(&mut self, cx: &mut Cx, features: &Element) -> Heard {
        if matches!(self.phase, Phase::OpeningStore) {
            self.early = Some(features.clone());
            self.deadline = None;
            return Heard::Done;
        }
        cx.stream_features = Some(features.clone());
        if let Some(bound) = self.bound_inline.take() {
            return self.begin_stream(cx, bound);
        }
        // Takes the last stream up again if there is one.
        match cx.stream.resume().filter(|_| cx.offers("sm", ns::SM)) {
            Some(resume) => {
                cx.output(Output::Send(resume.to_xml()));
                self.phase = Phase::Resuming;
            }
            None => self.bind(cx),
        }
        Heard::Done
    }

    /// The server's word on the stream we left (XEP-0198 §5).
    pub(crate) fn resume_answer(&mut self, cx: &mut Cx, element: &Element) -> Heard {
        self.step(cx);
        match element.name() {
            "resumed" => return self.resumed(cx, element),
            "failed" => {
                not_resumed(cx, element);
                self.bind(cx);
            }
            _ => {}
        }
        Heard::Done
    }

    fn resumed(&mut self, cx: &mut Cx, element: &Element) -> Heard {
        match delivery::resumed(cx, element) {
            Some((jid, lost)) => {
                cx.bound = Some(jid);
                self.online(cx);
                Heard::Resumed { lost }
            }
            None => {
                self.misbehaves(cx, "resume");
                Heard::Done
            }
        }
    }

    fn online(&mut self, cx: &mut Cx) {
        self.phase = Phase::Online;
        self.deadline = None;
        self.backoff.connected(cx.now.mono_ms);
        cx.emit(Event::Connection(Connection::Online));
    }

    fn bind(&mut self, cx: &mut Cx) {
        let id = cx.ids.id();
        let resource = cx.stream.take_resource();
        let again = resource.is_some();
        let resource =
            resource.unwrap_or_else(|| ["goldcrest-", cx.ids.id().get(..6).unwrap_or_default()].concat());
        let bind =
            Element::new("bind", ns::BIND).with(Element::new("resource", ns::BIND).with_text(resource));
        let iq = Element::new("iq", ns::CLIENT).attr("type", "set").attr("id", id.as_str()).with(bind);
        cx.output(Output::Send(iq.to_xml()));
        self.phase = Phase::Binding { id, again };
    }

    /// The answer to the bind request.
    pub(crate) fn bound(&mut self, cx: &mut Cx, iq: &Element) -> Heard {
        let jid: Option<model::Jid> = iq
            .find("bind", ns::BIND)
            .and_then(|bind| bind.child_text("jid", ns::BIND))
            .and_then(|jid| jid.parse().ok());
        match jid.filter(|_| iq.get("type") == Some("result")) {
            Some(jid) => self.begin_stream(cx, Bound { jid, sm: None, carbons: false }),
            // The server keeps the old stream rather than the new one (RFC 6120 §7.7.2.2): then it is another place.
            None if matches!(self.phase, Phase::Binding { again: true, .. }) => {
                self.bind(cx);
                Heard::Done
            }
            None => {
                self.misbehaves(cx, "bind");
                Heard::Done
            }
        }
    }

    fn begin_stream(&mut self, cx: &mut Cx, bound: Bound) -> Heard {
        let Bound { jid, sm, carbons } = bound;
        if cx.account.as_ref() != Some(jid.bare()) {
            self.misbehaves(cx, "bind");
            return Heard::Done;
        }
        cx.carbons = carbons;
        cx.outbox.forget_numbers();
        cx.owed.forget_numbers();
        cx.write(Write::Stream(None));
        let is_offered = sm.is_some() || cx.offers("sm", ns::SM);
        let enable = cx.stream.start(is_offered, cx.is_alone, &jid);
        match sm {
            Some(answer) if answer.is("enabled", ns::SM) => cx.stream.on_enabled(&answer, Some(&jid)),
            Some(_) => cx.stream.on_failed(),
            None => enable.into_iter().for_each(|enable| cx.output(Output::Send(enable))),
        }
        cx.bound = Some(jid);
        self.online(cx);
        Heard::Online
    }
}

/// The stream is gone; some servers still know how far they had come.
fn not_resumed(cx: &mut Cx, failed: &Element) {
    if let Some(handled) = failed.get("h").and_then(|h| h.parse().ok()) {
        delivery::acknowledged(cx, handled);
    }
    cx.stream.expire();
}
