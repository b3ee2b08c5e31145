//! What the server itself kept (XEP-0313), asked over a WebSocket of its own: the third witness beside the two devices.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::{SinkExt, StreamExt};
use model::{BareJid, Jid, MessageRow};
use stanza::{Element, ns};
use std::process::Command;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use xtask::prosody::Prosody;

const MAM: &str = "urn:xmpp:mam:2";
const RSM: &str = "http://jabber.org/protocol/rsm";
const FORWARD: &str = "urn:xmpp:forward:0";
const SID: &str = "urn:xmpp:sid:0";
/// How long the server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Puts this many messages with a contact into the archive of an account, one a minute until now; their texts are numbers.
/// The server is stopped for it: one that finds its tables in the hands of another process fails whoever asks it for something.
pub fn fill_archive(server: &mut Prosody, account: &BareJid, with: &BareJid, count: u32) {
    server.stop();
    let status = Command::new("python3")
        .arg(xtask::root().join("tests/peers/fill_archive.py"))
        .arg(server.dir().join("data/prosody.sqlite"))
        .args([account.domain(), account.local().unwrap_or_default(), with.as_str(), &count.to_string()])
        .status();
    assert!(status.is_ok_and(|status| status.success()), "the archive could not be filled");
    server.start_again().unwrap_or_else(|e| panic!("{e}"));
}

/// One text as the server kept it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// The same as [`MessageRow::dedupe`] of a message whose sender gave it an origin-id, or else an id.
    pub key: String,
    /// The text.
    pub body: String,
}

/// A log-in without an engine: it sends no presence, so nobody hears of it and nothing is delivered to it.
pub struct Witness {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    account: BareJid,
    queries: u32,
}

impl Witness {
    /// Logs in.
    pub async fn log_in(url: &str, account: &BareJid, password: &str) -> Self {
        let mut request = url.into_client_request().expect("a WebSocket address");
        request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static("xmpp"));
        let (socket, _) = tokio_tungstenite::connect_async(request).await.expect("a WebSocket");
        let mut witness = Self { socket, account: account.clone(), queries: 0 };
        witness.open().await;
        let user = account.local().unwrap_or_default();
        let secret = BASE64.encode(format!("\0{user}\0{password}"));
        let auth = Element::new("auth", ns::SASL).attr("mechanism", "PLAIN").with_text(secret);
        witness.say(&auth.to_xml()).await;
        witness.until("success", |element| element.is("success", ns::SASL)).await;
        witness.open().await;
        witness
            .say("<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
            .await;
        witness.until("bind", |element| element.get("id") == Some("bind")).await;
        witness
    }

    async fn open(&mut self) {
        let open = Element::new("open", ns::FRAMING).attr("to", self.account.domain()).attr("version", "1.0");
        self.say(&open.to_xml()).await;
        self.until("features", |element| element.is("features", ns::STREAM)).await;
    }

    /// Sends one frame.
    pub async fn say(&mut self, xml: &str) {
        self.socket.send(Message::text(xml.to_owned())).await.expect("writing to the server");
    }

    /// The next element.
    async fn hear(&mut self) -> Element {
        loop {
            let heard = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("an answer in time");
            if let Message::Text(text) = heard.expect("an open socket").expect("a frame") {
                return Element::parse(&text).expect("the server speaks XML");
            }
        }
    }

    /// The first element like this; what comes before it is let go.
    pub async fn until(&mut self, what: &str, good: impl Fn(&Element) -> bool) -> Element {
        for _ in 0..100_000 {
            let element = self.hear().await;
            if good(&element) {
                return element;
            }
        }
        panic!("no {what} among many");
    }

    /// Every text with this contact, oldest first.
    pub async fn texts(&mut self, with: &BareJid) -> Vec<Archived> {
        let (mut texts, mut after) = (Vec::new(), None::<String>);
        loop {
            self.queries += 1;
            let id = format!("q{}", self.queries);
            let after_xml = after.as_deref().map_or(String::new(), |id| format!("<after>{id}</after>"));
            self.say(&format!(
                "<iq xmlns='jabber:client' type='set' id='{id}'><query xmlns='{MAM}' queryid='{id}'>\
                 <x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>{MAM}</value></field>\
                 <field var='with'><value>{with}</value></field></x>\
                 <set xmlns='{RSM}'><max>200</max>{after_xml}</set></query></iq>"
            ))
            .await;
            let fin = loop {
                let element = self.hear().await;
                if element.get("id") == Some(id.as_str()) {
                    break element;
                }
                texts.extend(element.find("result", MAM).and_then(archived));
            };
            let fin = fin.find("fin", MAM).unwrap_or_else(|| panic!("the archive refused: {}", fin.to_xml()));
            let last = fin.find("set", RSM).and_then(|set| set.child_text("last", RSM));
            if fin.get("complete") == Some("true") || last.is_none() {
                return texts;
            }
            after = last;
        }
    }
}

fn archived(result: &Element) -> Option<Archived> {
    let message = result.find("forwarded", FORWARD)?.find("message", ns::CLIENT)?;
    let body = message.child_text("body", ns::CLIENT)?;
    let from: Jid = message.get("from")?.parse().ok()?;
    let origin = message.find("origin-id", SID).and_then(|origin| origin.get("id"));
    let id = origin.or_else(|| message.get("id"))?;
    Some(Archived { key: MessageRow::dedupe_key(from.bare(), id), body })
}
