//! Made-up people and chats behind `?demo=…`, for screenshots and for looking at the screens without a server. Built only with the
//! feature `demo`, never shipped.

use crate::dom;
use crate::i18n::formats;
use crate::state::AppState;
use crate::state::backend::{Backend, Finding, Named, Page};
use leptos::prelude::*;
use model::search::{Found, Search};
use model::{
    Availability, BareJid, ChatRow, Command, Connection, Direction, Event, FailReason, FieldKind, FormField,
    LocalId, MessageRow, MessageState, Order, PageAt, Presence, Problem, RosterItem, Saved, SignUpForm,
    Subscription, WaitReason,
};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// What is shown.
pub(crate) struct Scene {
    name: String,
    pub(crate) account: Option<BareJid>,
    pub(crate) saved: Saved,
    messages: Vec<MessageRow>,
}

struct Demo {
    state: AppState,
    me: BareJid,
    messages: RefCell<Vec<MessageRow>>,
}

fn jid(text: &str) -> BareJid {
    text.parse().unwrap_or_else(|_| unreachable!("demo addresses are valid"))
}

fn me() -> BareJid {
    jid("juliet@example.org")
}

/// The scene the page's address asks for.
pub(crate) fn scene() -> Option<Scene> {
    let query = dom::window().location().search().ok()?;
    let name =
        query.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix("demo="))?.to_owned();
    let zh = query.contains("lang=zh");
    let outside = name.starts_with("login") || name.starts_with("signup");
    let empty = outside || name == "empty";
    let messages = if empty { Vec::new() } else { messages(zh) };
    let mut chats: Vec<ChatRow> = Vec::new();
    for row in &messages {
        let at = chats.iter().position(|chat| chat.chat == row.chat).unwrap_or_else(|| {
            chats.push(ChatRow::empty(row.chat.clone()));
            chats.len() - 1
        });
        chats[at].absorb(row, false);
    }
    for (at, unread) in [(1, 3), (3, 128)] {
        if let Some(chat) = chats.get_mut(at) {
            chat.unread = unread;
        }
    }
    let saved = Saved { roster: if empty { Vec::new() } else { roster(zh) }, chats, ..Saved::default() };
    Some(Scene { account: (!outside).then(me), saved, messages, name })
}

fn roster(zh: bool) -> Vec<RosterItem> {
    let item = |at: &str, name: Option<&str>, subscription, asked| RosterItem {
        jid: jid(at),
        name: name.map(str::to_owned),
        subscription,
        asked,
        groups: Vec::new(),
    };
    vec![
        item(
            "romeo@example.org",
            Some(if zh { "罗密欧" } else { "Romeo Montague" }),
            Subscription::Both,
            false,
        ),
        item("lin@wanwei.example", Some("林小满"), Subscription::Both, false),
        item("nurse@example.org", Some("Angelica"), Subscription::Both, false),
        item("tybalt@capulet.example", None, Subscription::To, false),
        item("layla@dimashq.example", Some("ليلى"), Subscription::Both, false),
        item("mercutio@example.net", Some("Mercutio"), Subscription::None, true),
    ]
}

#[allow(clippy::too_many_lines)] // It is a list.
fn messages(zh: bool) -> Vec<MessageRow> {
    let now = formats::now();
    let minute = 60_000;
    let day = 24 * 60 * minute;
    let mut rows: Vec<MessageRow> = Vec::new();
    let mut say = |chat: &str, ours: bool, ago: i64, body: &str, state: MessageState| {
        let (from, direction) = if ours { (me(), Direction::Out) } else { (jid(chat), Direction::In) };
        let order = Order((now - ago) * 1000 + i64::try_from(rows.len()).unwrap_or(0));
        let id = LocalId(["demo-", &rows.len().to_string()].concat());
        rows.push(MessageRow {
            state,
            dedupe: String::new(),
            ..MessageRow::new(direction, jid(chat), from, id, order, body.to_owned())
        });
    };
    let romeo = "romeo@example.org";
    let (sent, got) = (MessageState::Sent, MessageState::Received);
    for n in 0..140 {
        let text = if n % 3 == 0 {
            "Good night, good night!"
        } else {
            "Parting is such sweet sorrow, that I shall say good night till it be morrow."
        };
        say(
            romeo,
            n % 2 == 0,
            3 * day - n * 7 * minute,
            text,
            if n % 2 == 0 { sent.clone() } else { got.clone() },
        );
    }
    if zh {
        say(romeo, false, day + 130 * minute, "明天的音乐会你去吗？", got.clone());
        say(romeo, true, day + 128 * minute, "去！几点开始？", sent.clone());
        say(
            romeo,
            false,
            day + 127 * minute,
            "七点半，在老剧院。这是节目单：https://example.org/2026/programme.html",
            got.clone(),
        );
        say(romeo, true, day + 126 * minute, "太好了 🎻", sent.clone());
        say(romeo, false, 52 * minute, "我已经在路上了，大概二十分钟到。", got.clone());
        say(romeo, false, 51 * minute, "要帮你带点什么吗？", got.clone());
        say(
            romeo,
            true,
            40 * minute,
            "带一杯热茶就好，今天有点冷。晚上结束以后我们可以沿着河边走回去，听说那边新开了一家很小的书店，一直想去看看。",
            sent.clone(),
        );
        say(romeo, false, 38 * minute, "❤️", got.clone());
        say(romeo, true, 2 * minute, "我到门口了", sent.clone());
        say(romeo, true, minute, "你在哪儿？", MessageState::Queued);
    } else {
        say(romeo, false, day + 130 * minute, "Are you coming to the concert tomorrow?", got.clone());
        say(romeo, true, day + 128 * minute, "Yes! When does it start?", sent.clone());
        say(
            romeo,
            false,
            day + 127 * minute,
            "Half past seven at the old theatre. Here is the programme: https://example.org/2026/programme.html",
            got.clone(),
        );
        say(romeo, true, day + 126 * minute, "Lovely 🎻", sent.clone());
        say(romeo, false, 52 * minute, "I’m on my way, about twenty minutes.", got.clone());
        say(romeo, false, 51 * minute, "Shall I bring you anything?", got.clone());
        say(
            romeo,
            true,
            40 * minute,
            "Just a hot tea, it’s cold today. Afterwards we could walk back along the river; there is a tiny new bookshop I have wanted to see for weeks.",
            sent.clone(),
        );
        say(romeo, false, 38 * minute, "❤️", got.clone());
        say(romeo, true, 2 * minute, "I’m at the door", sent.clone());
        say(romeo, true, minute, "Where are you?", MessageState::Queued);
    }
    let lin = "lin@wanwei.example";
    say(lin, true, 95 * minute, "周末爬山吗？", sent.clone());
    say(lin, false, 90 * minute, "好呀！我查一下天气", got.clone());
    say(lin, false, 89 * minute, "周六晴天 ☀️ 早上八点在地铁口见？", got.clone());
    let nurse = "nurse@example.org";
    say(nurse, false, 5 * 60 * minute, "Did you eat something?", got.clone());
    say(nurse, true, 4 * 60 * minute, "Yes, yes. Soup.", sent.clone());
    say(
        "layla@dimashq.example",
        false,
        day + 60 * minute,
        "مرحبا! كيف حالك اليوم؟ https://example.org",
        got.clone(),
    );
    say("tybalt@capulet.example", true, 2 * day, "Peace?", MessageState::Failed(FailReason::Refused));
    say(
        "benvolio@example.net",
        false,
        9 * day,
        "I do but keep the peace, put up thy sword, or manage it to part these men with me.",
        got,
    );
    rows
}

impl Scene {
    /// Starts the play.
    pub(crate) fn play(self, state: AppState) {
        let outside = self.account.is_none();
        let demo = Rc::new(Demo { state, me: me(), messages: RefCell::new(self.messages) });
        state.connect(Rc::new(Stage(Rc::clone(&demo))));
        let presence = |at: &str, availability, status: Option<&str>| Event::Presence {
            jid: jid(at),
            presence: Presence { availability, status: status.map(str::to_owned) },
        };
        let connection = match self.name.as_str() {
            "offline" => Connection::Waiting { reason: WaitReason::Backoff, retry_in_ms: 4000 },
            "connecting" => Connection::Connecting,
            _ if outside => Connection::Idle,
            _ => Connection::Online,
        };
        let mut events = vec![Event::Connection(connection)];
        if !outside && self.name != "empty" {
            events.extend([
                presence("romeo@example.org", Availability::Online, None),
                presence("lin@wanwei.example", Availability::Away, Some("在开会")),
                presence("nurse@example.org", Availability::DoNotDisturb, None),
                Event::Requests(vec![jid("paris@county.example")]),
            ]);
        }
        match self.name.as_str() {
            "offline" => events.push(Event::Problem(Problem::Unreachable { domain: "example.org".into() })),
            "typing" => events.push(Event::Typing { chat: jid("lin@wanwei.example"), typing: true }),
            "notice" => events.push(Event::Problem(Problem::StorageFull)),
            "login-error" => events.push(Event::Problem(Problem::WrongPassword)),
            "signup-form" => events.push(Event::SignUpForm(sign_up_form())),
            _ => {}
        }
        set_timeout(move || state.apply(events), Duration::from_millis(20));
    }
}

fn sign_up_form() -> SignUpForm {
    let field = |var: &str, label: Option<&str>, kind, required| FormField {
        var: var.into(),
        label: label.map(str::to_owned),
        kind,
        required,
        value: String::new(),
        media: Vec::new(),
    };
    SignUpForm {
        instructions: Some(
            "Tell us a little more, so that we can help you if you lose your password.".into(),
        ),
        fields: vec![
            field("username", None, FieldKind::Text, true),
            field("password", None, FieldKind::Private, true),
            field("email", None, FieldKind::Text, true),
            field(
                "plan",
                Some("Region"),
                FieldKind::List(vec![("eu".into(), "Europe".into()), ("as".into(), "Asia".into())]),
                true,
            ),
            field("tos", Some("I have read the rules of this server"), FieldKind::Bool, true),
        ],
        redirect: None,
    }
}

/// The pump's place.
struct Stage(Rc<Demo>);

impl Demo {
    fn store(&self, row: &MessageRow) {
        self.messages.borrow_mut().push(row.clone());
        let mut chat = ChatRow::empty(row.chat.clone());
        chat.absorb(row, false);
        self.state.apply(vec![Event::Message(row.clone()), Event::Chat(chat)]);
    }

    fn message(&self, chat: &BareJid, body: &str, direction: Direction) -> MessageRow {
        let id = LocalId(["demo-", &self.messages.borrow().len().to_string()].concat());
        let from = if direction == Direction::Out { self.me.clone() } else { chat.clone() };
        let order = Order(formats::now() * 1000);
        MessageRow {
            dedupe: String::new(),
            ..MessageRow::new(direction, chat.clone(), from, id, order, body.to_owned())
        }
    }
}

impl Backend for Stage {
    fn command(&self, command: Command) {
        let demo = Rc::clone(&self.0);
        match command {
            Command::SendText { chat, body } => set_timeout(
                move || {
                    let row = demo.message(&chat, &body, Direction::Out);
                    demo.store(&row);
                    set_timeout(
                        move || {
                            let sent = MessageState::Sent;
                            demo.state.apply(vec![Event::MessageState {
                                chat: chat.clone(),
                                id: row.id.clone(),
                                state: sent,
                            }]);
                            let answer = demo.message(&chat, &body, Direction::In);
                            demo.store(&answer);
                        },
                        Duration::from_millis(900),
                    );
                },
                Duration::ZERO,
            ),
            Command::LogOut { erase } => {
                set_timeout(
                    move || demo.state.apply(vec![Event::LoggedOut { erased: erase }]),
                    Duration::ZERO,
                );
            }
            Command::LogIn(_) | Command::SignUp(_) => set_timeout(
                move || {
                    demo.state
                        .apply(vec![Event::LoggedIn(demo.me.clone()), Event::Connection(Connection::Online)])
                },
                Duration::from_millis(800),
            ),
            _ => {}
        }
    }

    fn page(&self, chat: &BareJid, at: PageAt, limit: usize) -> Page {
        let messages = self.0.messages.borrow();
        let mut rows: Vec<MessageRow> = messages.iter().filter(|row| row.chat == *chat).cloned().collect();
        drop(messages);
        rows.sort_by_key(|row| row.order);
        let (place, before, after) = at.sides(limit);
        let middle = rows.partition_point(|row| row.order < place);
        rows.truncate(middle.saturating_add(after));
        rows.drain(..middle.saturating_sub(before));
        Box::pin(async move { rows })
    }

    fn starred(&self) -> Page {
        let rows = self.0.messages.borrow().iter().filter(|row| row.starred).cloned().collect();
        Box::pin(async move { rows })
    }

    fn named(&self, name: &str) -> Named {
        let row = self.0.messages.borrow().iter().find(|row| row.is_named(name)).cloned();
        Box::pin(async move { row })
    }

    fn find(&self, search: &Search) -> Finding {
        let messages = self.0.messages.borrow();
        let mut rows = messages.iter().filter(|row| search.finds(row)).cloned().collect();
        search.sort(&mut rows);
        Box::pin(std::future::ready(Found { rows, partial: false }))
    }
}
