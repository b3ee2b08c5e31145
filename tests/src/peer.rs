//! An independent client (slixmpp, Python), steered over its standard input and output.

use crate::wait::eventually;
use crate::world::artifacts_dir;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::process::Stdio;
use std::rc::Rc;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::Mutex;

/// A running peer, online until it is dropped. Needs `cargo xtask setup` and a `LocalSet` ([`crate::scenario`]).
pub struct Peer {
    stdin: Mutex<ChildStdin>,
    events: Rc<RefCell<Vec<Value>>>,
    _child: Child,
}

impl Peer {
    /// Logs in over TCP and waits until it is online.
    pub async fn online(jid: &str, password: &str, c2s_port: u16) -> Self {
        let root = xtask::root();
        let python = root.join(".tools/venv/bin/python");
        assert!(python.exists(), "slixmpp is missing: run `cargo xtask setup` first");
        let log = artifacts_dir().join(format!("peer-{}.log", jid.replace('@', "-")));
        let mut child = Command::new(python)
            .arg(root.join("tests/peers/slixmpp_peer.py"))
            .args([jid, password, &c2s_port.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log).unwrap_or_else(|e| panic!("{}: {e}", log.display())))
            .kill_on_drop(true)
            .spawn()
            .expect("starting the peer");
        let stdin = Mutex::new(child.stdin.take().expect("a pipe to the peer"));
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe from the peer")).lines();
        let events = Rc::new(RefCell::new(Vec::new()));
        let heard = Rc::clone(&events);
        tokio::task::spawn_local(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                heard
                    .borrow_mut()
                    .push(serde_json::from_str(&line).unwrap_or_else(|_| json!({ "event": line })));
            }
        });
        let peer = Self { stdin, events, _child: child };
        peer.until("online", |e| e["event"] == "online").await;
        peer
    }

    /// Waits for an event that `good` likes.
    pub async fn until(&self, what: &str, good: impl Fn(&Value) -> bool) -> Value {
        eventually(&format!("the peer's {what}"), async || {
            let events = self.events.borrow();
            let found = events.iter().find(|e| good(e)).cloned();
            found.ok_or_else(|| format!("{events:?}"))
        })
        .await
    }

    /// Waits for a message with this text; the whole event (`from`, `body`, `id`, `origin_id`).
    pub async fn until_message(&self, body: &str) -> Value {
        self.until(&format!("message {body:?}"), |e| e["event"] == "message" && e["body"] == body).await
    }

    /// How often a message with this text came, copies included.
    pub fn times(&self, body: &str) -> usize {
        self.events.borrow().iter().filter(|e| e["event"] == "message" && e["body"] == body).count()
    }

    /// Waits for a presence stanza of this type from this bare JID.
    pub async fn until_presence(&self, from: &str, kind: &str) {
        self.until(&format!("presence {kind} from {from}"), |e| {
            e["event"] == "presence" && e["from"] == from && e["type"] == kind
        })
        .await;
    }

    /// Sends a text with this stanza id.
    pub async fn send(&self, to: &str, body: &str, id: &str) {
        self.order(&json!({ "do": "send", "to": to, "body": body, "id": id })).await;
    }

    /// Sends a text that names somebody from one character up to another one (XEP-0372).
    pub async fn mention(&self, to: &str, body: &str, (begin, end): (usize, usize), who: &str) {
        let place =
            json!({ "begin": begin.to_string(), "end": end.to_string(), "uri": format!("xmpp:{who}") });
        self.order(&json!({ "do": "send", "to": to, "body": body, "id": format!("mention-of-{who}"), "mentions": [place] }))
            .await;
    }

    /// Sends a text with this stanza id that asks for a receipt and a marker.
    pub async fn send_asking(&self, to: &str, body: &str, id: &str) {
        self.order(&json!({ "do": "send", "to": to, "body": body, "id": id, "asks": true })).await;
    }

    /// Says that a message, of whomever, says this now (XEP-0308).
    pub async fn correct(&self, to: &str, body: &str, of: &str) {
        self.order(
            &json!({ "do": "send", "to": to, "body": body, "id": format!("{of}-now"), "replace": of }),
        )
        .await;
    }

    /// Takes a message of whomever back (XEP-0424).
    pub async fn retract(&self, to: &str, of: &str) {
        self.order(&json!({ "do": "retract", "to": to, "id": of })).await;
    }

    /// Feels this about a message (XEP-0444).
    pub async fn react(&self, to: &str, of: &str, all: &[&str]) {
        self.order(&json!({ "do": "react", "to": to, "id": of, "all": all })).await;
    }

    /// Says that a message is here (`received`) or was looked at (`displayed`).
    pub async fn acknowledge(&self, to: &str, id: &str, how: &str) {
        self.order(&json!({ "do": how, "to": to, "id": id })).await;
    }

    /// Waits for the word that a message is there (`received`) or was looked at (`displayed`).
    pub async fn until_acknowledged(&self, from: &str, id: &str, how: &str) {
        self.until(&format!("{how} of {id}"), |e| e["event"] == how && e["from"] == from && e["id"] == id)
            .await;
    }

    /// True if it was told so already.
    pub fn was_acknowledged(&self, id: &str, how: &str) -> bool {
        self.events.borrow().iter().any(|e| e["event"] == how && e["id"] == id)
    }

    /// Says what we do in the chat with somebody (XEP-0085).
    pub async fn tell_state(&self, to: &str, state: &str) {
        self.order(&json!({ "do": "state", "to": to, "state": state })).await;
    }

    /// The chat states heard from somebody so far, oldest first; those of texts with a `+`.
    pub fn states_of(&self, from: &str) -> Vec<String> {
        let events = self.events.borrow();
        let states = events.iter().filter(|e| e["event"] == "state" && e["from"] == from);
        states
            .map(|e| {
                format!("{}{}", if e["body"] == "" { "" } else { "+" }, e["state"].as_str().unwrap_or("?"))
            })
            .collect()
    }

    /// Waits until these are the chat states heard from somebody.
    pub async fn until_states(&self, from: &str, wanted: &[&str]) {
        eventually(&format!("the chat states {wanted:?}"), async || {
            let states = self.states_of(from);
            if states == wanted { Ok(()) } else { Err(format!("{states:?}")) }
        })
        .await;
    }

    /// Asks for someone's presence.
    pub async fn subscribe(&self, to: &str) {
        self.order(&json!({ "do": "subscribe", "to": to })).await;
    }

    /// Lets someone see our presence.
    pub async fn accept(&self, to: &str) {
        self.order(&json!({ "do": "accept", "to": to })).await;
    }

    async fn order(&self, order: &Value) {
        let line = format!("{order}\n");
        self.stdin.lock().await.write_all(line.as_bytes()).await.expect("writing to the peer");
    }
}
