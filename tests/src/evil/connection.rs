//! One connection to the scripted server.

use super::usual::Usual;
use super::{Act, Push, Shared, Step};
use futures_util::{SinkExt, StreamExt};
use stanza::Element;
use std::sync::{Arc, PoisonError};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;

type Socket = WebSocketStream<TcpStream>;

/// Talks to one client until either side has enough.
pub(super) async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    if (shared.script)(Step::Connect, &Element::new("connect", "")) == Act::Drop {
        return;
    }
    let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(stream, name_the_subprotocol).await else {
        return;
    };
    let mut pushed = shared.pushed.subscribe();
    let mut usual = Usual::default();
    loop {
        tokio::select! {
            message = socket.next() => match message {
                Some(Ok(Message::Text(frame))) => {
                    if answer(&mut socket, &mut usual, &shared, frame.as_str()).await.is_none() { return; }
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
            push = pushed.recv() => match push {
                Ok(Push::Say(frame)) if usual.is_bound() => {
                    if send(&mut socket, vec![frame]).await.is_none() { return; }
                }
                Ok(Push::Say(_)) => {}
                Ok(Push::Drop) | Err(_) => return,
            },
        }
    }
}

/// RFC 7395 §3.1. The signature, large error and all, is the library's.
#[allow(clippy::result_large_err, clippy::unnecessary_wraps)]
fn name_the_subprotocol(_: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    response.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static("xmpp"));
    Ok(response)
}

/// `None` once the connection is over.
async fn answer(socket: &mut Socket, usual: &mut Usual, shared: &Shared, frame: &str) -> Option<()> {
    shared.received.lock().unwrap_or_else(PoisonError::into_inner).push(frame.to_owned());
    let element = Element::parse(frame).ok()?;
    let step = usual.step(&element);
    // A good server's state moves on whatever is said in its place.
    let frames = usual.answer(step, &element);
    match (shared.script)(step, &element) {
        Act::AsUsual => send(socket, frames).await?,
        Act::Also(more) => {
            send(socket, frames).await?;
            send(socket, more).await?;
        }
        Act::Say(instead) => send(socket, instead).await?,
        Act::SayAndDrop(instead) => {
            send(socket, instead).await?;
            return None;
        }
        Act::Silence => {}
        Act::Drop => return None,
    }
    (step != Step::Close).then_some(())
}

async fn send(socket: &mut Socket, frames: Vec<String>) -> Option<()> {
    for frame in frames {
        socket.send(Message::text(frame)).await.ok()?;
    }
    Some(())
}
