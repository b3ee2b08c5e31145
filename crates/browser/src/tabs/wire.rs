//! What pages of one account say to each other, as plain objects that the browser copies from page to page. Whatever is not
//! understood is not heard: the other page may be a later version of this one.

use crate::idb::archive;
use crate::idb::related;
use crate::idb::rows::{self, jid, text};
use crate::js;
use js_sys::Array;
use model::{
    ArchivePolicy, Arrange, BareJid, Command, Connection, DeviceRow, Direction, Draft, Endpoint, Event,
    LocalId, LogIn, Mute, Order, Problem, Tells, WaitReason,
};
use wasm_bindgen::JsValue;

/// What happened.
pub(crate) fn from_events(events: &[Event]) -> JsValue {
    events.iter().filter_map(from_event).collect::<Array>().into()
}

/// What happened elsewhere.
pub(crate) fn to_events(said: &JsValue, key: &str) -> Vec<Event> {
    js::list(said, key).iter().filter_map(to_event).collect()
}

fn kind(kind: &str, of: JsValue) -> JsValue {
    js::object(&[("kind", text(kind)), ("of", of)])
}

fn address(jid: &BareJid) -> JsValue {
    text(jid.as_str())
}

fn message(chat: &BareJid, id: &LocalId) -> JsValue {
    js::object(&[("chat", address(chat)), ("id", text(&id.0))])
}

/// What concerns only the page where somebody logs in stays there.
fn from_event(event: &Event) -> Option<JsValue> {
    Some(match event {
        Event::Connection(connection) => kind("connection", from_connection(*connection)),
        Event::LoggedIn(jid) => kind("logged-in", address(jid)),
        Event::LoggedOut { erased } => kind("logged-out", (*erased).into()),
        Event::Roster(items) => {
            kind("roster", items.iter().map(rows::from_contact).collect::<Array>().into())
        }
        Event::Contact(item) => kind("contact", rows::from_contact(item)),
        Event::ContactRemoved(jid) => kind("contact-removed", address(jid)),
        Event::Requests(jids) => kind("requests", rows::from_requests(jids)),
        Event::PresenceUnknown => kind("presence-unknown", JsValue::UNDEFINED),
        Event::Presence { jid, presence } => {
            let device =
                DeviceRow { jid: jid.clone().into(), priority: 0, presence: presence.clone(), caps: None };
            kind("presence", rows::from_device(&device))
        }
        Event::Typing { chat, typing: true } => kind("typing", address(chat)),
        Event::Typing { chat, typing: false } => kind("typed", address(chat)),
        Event::Gaps(gaps) => kind("gaps", archive::from_gaps(gaps)),
        Event::ArchivePolicy(policy) => {
            kind("policy", policy.map_or(JsValue::UNDEFINED, |policy| text(policy.name())))
        }
        Event::ArchiveSearch(offered) => kind("archive-search", (*offered).into()),
        Event::ArchiveSearched { text: looked_for, chat, hits } => {
            let chat = chat.as_ref().map_or(JsValue::UNDEFINED, address);
            let hits = hits.as_ref().map_or(JsValue::UNDEFINED, |hits| {
                hits.iter().map(archive::from_hit).collect::<Array>().into()
            });
            kind(
                "archive-searched",
                js::object(&[("text", text(looked_for)), ("chat", chat), ("hits", hits)]),
            )
        }
        Event::Message(row) => kind("message", rows::from_message(row)),
        Event::MessageChanged(row) => kind("changed", rows::from_message(row)),
        Event::MessageState { chat, id, state } => {
            let of = message(chat, id);
            js::set(&of, "state", &rows::from_state(state));
            kind("state", of)
        }
        Event::MessageDeleted { chat, id } => kind("deleted", message(chat, id)),
        Event::Chat(line) => kind("chat", rows::from_chat(line)),
        Event::Problem(problem) => kind("problem", from_problem(problem)?),
        _ => return None,
    })
}

fn to_event(event: &JsValue) -> Option<Event> {
    let of = js::get(event, "of");
    let chat = || jid(&of, "chat");
    let id = || js::text(&of, "id").map(LocalId);
    Some(match js::text(event, "kind")?.as_str() {
        "connection" => Event::Connection(to_connection(&of)?),
        "logged-in" => Event::LoggedIn(jid(event, "of")?),
        "logged-out" => Event::LoggedOut { erased: of.is_truthy() },
        "roster" => Event::Roster(js::list(event, "of").iter().filter_map(rows::to_contact).collect()),
        "contact" => Event::Contact(rows::to_contact(&of)?),
        "contact-removed" => Event::ContactRemoved(jid(event, "of")?),
        "requests" => Event::Requests(rows::to_requests(&of)),
        "presence-unknown" => Event::PresenceUnknown,
        "presence" => {
            let DeviceRow { jid, presence, .. } = rows::to_device(&of)?;
            Event::Presence { jid: jid.bare().clone(), presence }
        }
        "typing" => Event::Typing { chat: jid(event, "of")?, typing: true },
        "typed" => Event::Typing { chat: jid(event, "of")?, typing: false },
        "gaps" => Event::Gaps(archive::to_gaps(event, "of")),
        "policy" => {
            Event::ArchivePolicy(js::text(event, "of").and_then(|name| ArchivePolicy::from_name(&name)))
        }
        "archive-search" => Event::ArchiveSearch(of.is_truthy()),
        "archive-searched" => {
            let hits = js::get(&of, "hits").is_object();
            let hits = hits.then(|| js::list(&of, "hits").iter().filter_map(archive::to_hit).collect());
            Event::ArchiveSearched { text: js::text(&of, "text")?, chat: chat(), hits }
        }
        "message" => Event::Message(rows::to_message(&of)?),
        "changed" => Event::MessageChanged(Box::new(rows::to_message(&of)?)),
        // Only own messages get further.
        "state" => {
            Event::MessageState { chat: chat()?, id: id()?, state: rows::to_state(&of, Direction::Out) }
        }
        "deleted" => Event::MessageDeleted { chat: chat()?, id: id()? },
        "chat" => Event::Chat(rows::to_chat(&of)?),
        "problem" => Event::Problem(to_problem(&of)?),
        _ => return None,
    })
}

fn from_connection(connection: Connection) -> JsValue {
    let (name, retry) = match connection {
        Connection::Idle => ("idle", 0),
        Connection::Connecting => ("connecting", 0),
        Connection::Online => ("online", 0),
        Connection::Waiting { reason: WaitReason::Backoff, retry_in_ms } => ("waiting", retry_in_ms),
        Connection::Waiting { reason: WaitReason::NoNetwork, retry_in_ms } => ("no-network", retry_in_ms),
        Connection::Stopped => ("stopped", 0),
    };
    #[allow(clippy::cast_precision_loss)] // Minutes, in milliseconds.
    js::object(&[("is", text(name)), ("retry", (retry as f64).into())])
}

fn to_connection(of: &JsValue) -> Option<Connection> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let waiting = |reason| Connection::Waiting { reason, retry_in_ms: js::number(of, "retry") as u64 };
    Some(match js::text(of, "is")?.as_str() {
        "idle" => Connection::Idle,
        "connecting" => Connection::Connecting,
        "online" => Connection::Online,
        "waiting" => waiting(WaitReason::Backoff),
        "no-network" => waiting(WaitReason::NoNetwork),
        "stopped" => Connection::Stopped,
        _ => return None,
    })
}

/// Problems without more to say.
static PLAIN: [(&str, Problem); 15] = [
    ("wrong-password", Problem::WrongPassword),
    ("account-disabled", Problem::AccountDisabled),
    ("password-needed", Problem::PasswordNeeded),
    ("server-not-genuine", Problem::ServerNotGenuine),
    ("no-safe-log-in", Problem::NoSafeLogIn),
    ("log-in-unavailable", Problem::LogInUnavailable),
    ("replaced", Problem::ReplacedElsewhere),
    ("not-connected", Problem::NotConnected),
    ("storage-unavailable", Problem::StorageUnavailable),
    ("storage-full", Problem::StorageFull),
    ("insecure-page", Problem::InsecurePage),
    ("silent", Problem::OtherPageSilent),
    ("weaker", Problem::WeakerLogIn),
    ("offer-changed", Problem::OfferChanged),
    ("token-lives", Problem::TokenLives),
];

fn from_problem(problem: &Problem) -> Option<JsValue> {
    let optional = |words: &Option<String>| words.as_deref().map_or(JsValue::UNDEFINED, text);
    let (name, about, words) = match problem {
        Problem::NoEndpoint { domain } => ("no-endpoint", text(domain), JsValue::UNDEFINED),
        Problem::Unreachable { domain } => ("unreachable", text(domain), JsValue::UNDEFINED),
        Problem::ServerMisbehaves { detail } => ("misbehaves", text(detail), JsValue::UNDEFINED),
        Problem::StreamError { condition, text: words } => ("stream", text(condition), optional(words)),
        Problem::ContactRefused { jid, text: words } => ("refused", address(jid), optional(words)),
        Problem::RelationRefused { jid, text: words } => ("not-taken", address(jid), optional(words)),
        plain => {
            let (name, _) = PLAIN.iter().find(|(_, known)| known == plain)?;
            (*name, JsValue::UNDEFINED, JsValue::UNDEFINED)
        }
    };
    Some(js::object(&[("is", text(name)), ("about", about), ("words", words)]))
}

fn to_problem(of: &JsValue) -> Option<Problem> {
    let about = || js::text(of, "about");
    let words = || js::text(of, "words");
    let name = js::text(of, "is")?;
    Some(match name.as_str() {
        "no-endpoint" => Problem::NoEndpoint { domain: about()? },
        "unreachable" => Problem::Unreachable { domain: about()? },
        "misbehaves" => Problem::ServerMisbehaves { detail: about()? },
        "stream" => Problem::StreamError { condition: about()?, text: words() },
        "refused" => Problem::ContactRefused { jid: jid(of, "about")?, text: words() },
        "not-taken" => Problem::RelationRefused { jid: jid(of, "about")?, text: words() },
        _ => PLAIN.iter().find(|(known, _)| *known == name)?.1.clone(),
    })
}

fn from_choice(choice: Option<bool>) -> &'static str {
    choice.map_or("-", |choice| if choice { "1" } else { "0" })
}

fn to_choice(word: &str) -> Option<bool> {
    match word.get(..1)? {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}

fn from_change(change: Arrange) -> (&'static str, String) {
    let (name, on) = match change {
        Arrange::Mute(Mute::Until(end)) => return ("mute", end.to_string()),
        Arrange::Mute(mute) => ("mute", mute == Mute::Always),
        Arrange::Pin(on) => ("pin", on),
        Arrange::Archive(on) => ("archive", on),
        Arrange::MarkUnread(on) => ("unread", on),
    };
    (name, on.to_string())
}

fn to_change(name: &str, how: &str) -> Option<Arrange> {
    let on = how.parse();
    Some(match name {
        "mute" => Arrange::Mute(match on {
            Ok(true) => Mute::Always,
            Ok(false) => Mute::Off,
            Err(_) => Mute::Until(how.parse().ok()?),
        }),
        "pin" => Arrange::Pin(on.ok()?),
        "archive" => Arrange::Archive(on.ok()?),
        "unread" => Arrange::MarkUnread(on.ok()?),
        _ => return None,
    })
}

/// Commands without more to say.
fn from_plain(command: &Command) -> Option<&'static str> {
    Some(match command {
        Command::LogOut { erase: true } => "erase",
        Command::LogOut { erase: false } => "log-out",
        Command::Cancel => "cancel",
        Command::ConnectNow => "connect",
        Command::SendMarkers(true) => "markers",
        Command::SendMarkers(false) => "no-markers",
        Command::SendTyping(true) => "typing-notes",
        Command::SendTyping(false) => "no-typing-notes",
        _ => return None,
    })
}

/// What concerns only this page stays here. All have one shape, which makes them small.
pub(crate) fn from_command(command: &Command) -> Option<JsValue> {
    let (mut jid, mut a, mut b, mut row) = (None, None, None, None);
    let (mut reply, mut relation, mut spoiler, mut answers) = (None, None, None, None);
    let words;
    let name = match command {
        Command::SendAs { id, chat, body, reply: answered, spoiler: hint } => {
            (jid, a, b) = (Some(chat), Some(&id.0), Some(body));
            (reply, spoiler) = (answered.as_ref(), hint.as_ref());
            "send"
        }
        Command::Relate { id, row: about, relation: said } => {
            (a, row, relation) = (id.as_ref().map(|id| &id.0), Some(&**about), Some(said));
            "relate"
        }
        Command::Star { chat, id, on } => {
            (jid, a) = (Some(chat), Some(&id.0));
            if *on { "star" } else { "unstar" }
        }
        Command::DeleteForMe { chat, id } => {
            (jid, a) = (Some(chat), Some(&id.0));
            "hide"
        }
        Command::Retry(failed) | Command::Delete(failed) => {
            row = Some(failed);
            if matches!(command, Command::Retry(_)) { "retry" } else { "delete" }
        }
        Command::AddContact { jid: whom, name } => {
            (jid, a) = (Some(whom), name.as_ref());
            "add"
        }
        Command::AcceptRequest(whom) | Command::RefuseRequest(whom) | Command::RemoveContact(whom) => {
            jid = Some(whom);
            match command {
                Command::AcceptRequest(_) => "accept",
                Command::RefuseRequest(_) => "refuse",
                _ => "remove",
            }
        }
        Command::LogIn(LogIn { jid: whom, password, endpoint }) => {
            (jid, a) = (Some(whom), Some(password));
            if let Endpoint::Url(url) = endpoint {
                b = Some(url);
            }
            "log-in"
        }
        Command::SearchArchive { text, chat } => {
            (jid, a) = (chat.as_ref(), Some(text));
            "search"
        }
        Command::Typing { chat, empty } => {
            jid = Some(chat);
            if *empty { "typed" } else { "typing" }
        }
        Command::Tell { chat, tells } => {
            words = [from_choice(tells.read), from_choice(tells.typing)].concat();
            (jid, a) = (Some(chat), Some(&words));
            "tell"
        }
        Command::Draft { chat, draft } => {
            words = draft.at.to_string();
            (jid, a, b, spoiler) = (Some(chat), Some(&words), Some(&draft.text), draft.spoiler.as_ref());
            answers = draft.answers.as_ref();
            "draft"
        }
        Command::Arrange { chat, change } => {
            let (name, how) = from_change(*change);
            words = how;
            (jid, a) = (Some(chat), Some(&words));
            name
        }
        Command::FetchHistory { chat, before } => {
            words = before.0.to_string();
            (jid, a) = (Some(chat), Some(&words));
            "history"
        }
        Command::ArchivePolicy(policy) => {
            words = policy.map_or(String::new(), |policy| policy.name().to_owned());
            a = Some(&words);
            "policy"
        }
        plain => from_plain(plain)?,
    };
    let optional = |words: Option<&String>| words.map_or(JsValue::UNDEFINED, |words| text(words));
    let object = js::object(&[
        ("kind", text(name)),
        ("jid", jid.map_or(JsValue::UNDEFINED, address)),
        ("a", optional(a)),
        ("b", optional(b)),
        ("row", row.map_or(JsValue::UNDEFINED, rows::from_message)),
        ("reply", reply.map_or(JsValue::UNDEFINED, related::from_reply)),
        ("spoiler", optional(spoiler)),
        ("answers", optional(answers)),
    ]);
    if let Some(relation) = relation {
        related::add_relation(&object, relation);
    }
    Some(object)
}

pub(crate) fn to_command(command: &JsValue) -> Option<Command> {
    let jid = || jid(command, "jid");
    let row = || rows::to_message(&js::get(command, "row"));
    let a = || js::text(command, "a");
    let b = || js::text(command, "b");
    Some(match js::text(command, "kind")?.as_str() {
        "send" => {
            let reply = related::to_reply(command, "reply");
            let spoiler = js::text(command, "spoiler");
            Command::SendAs { id: LocalId(a()?), chat: jid()?, body: b()?, reply, spoiler }
        }
        "relate" => {
            let relation = related::read_relation(command)?;
            Command::Relate { id: a().map(LocalId), row: Box::new(row()?), relation }
        }
        "star" => Command::Star { chat: jid()?, id: LocalId(a()?), on: true },
        "unstar" => Command::Star { chat: jid()?, id: LocalId(a()?), on: false },
        "hide" => Command::DeleteForMe { chat: jid()?, id: LocalId(a()?) },
        "retry" => Command::Retry(row()?),
        "delete" => Command::Delete(row()?),
        "add" => Command::AddContact { jid: jid()?, name: a() },
        "accept" => Command::AcceptRequest(jid()?),
        "refuse" => Command::RefuseRequest(jid()?),
        "remove" => Command::RemoveContact(jid()?),
        "erase" => Command::LogOut { erase: true },
        "log-out" => Command::LogOut { erase: false },
        "log-in" => Command::LogIn(LogIn {
            jid: jid()?,
            password: a()?,
            endpoint: b().map_or(Endpoint::Discover, Endpoint::Url),
        }),
        "search" => Command::SearchArchive { text: a()?, chat: jid() },
        "cancel" => Command::Cancel,
        "connect" => Command::ConnectNow,
        "markers" => Command::SendMarkers(true),
        "no-markers" => Command::SendMarkers(false),
        "typing-notes" => Command::SendTyping(true),
        "no-typing-notes" => Command::SendTyping(false),
        "typing" => Command::Typing { chat: jid()?, empty: false },
        "typed" => Command::Typing { chat: jid()?, empty: true },
        "tell" => {
            let words = a()?;
            let choice = |at: usize| words.get(at..).and_then(to_choice);
            Command::Tell { chat: jid()?, tells: Tells { read: choice(0), typing: choice(1) } }
        }
        "draft" => {
            let (spoiler, answers) = (js::text(command, "spoiler"), js::text(command, "answers"));
            Command::Draft {
                chat: jid()?,
                draft: Draft { text: b()?, spoiler, answers, at: a()?.parse().ok()? },
            }
        }
        "policy" => Command::ArchivePolicy(ArchivePolicy::from_name(&a()?)),
        "history" => Command::FetchHistory { chat: jid()?, before: Order(a()?.parse().ok()?) },
        name => Command::Arrange { chat: jid()?, change: to_change(name, &a()?)? },
    })
}

#[cfg(all(test, target_arch = "wasm32"))]
#[path = "wire_tests.rs"]
mod tests;
