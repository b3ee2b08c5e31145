//! A server that misbehaves, step by step, and what the engine makes of it.

use acceptance::evil::{self, Act, PASSWORD, Server, Step, USER, frames};
use acceptance::native::{Client, Device};
use acceptance::scenario;
use driver::Store;
use model::{BareJid, Command, Connection, Endpoint, MediaSource, Problem, SignUpForm};
use std::sync::atomic::{AtomicBool, Ordering};

fn victim() -> BareJid {
    BareJid::new(Some(USER), "localhost").expect("a plain name")
}

/// True for the first caller only.
struct Once(AtomicBool);

impl Once {
    const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    fn first(&self) -> bool {
        !self.0.swap(true, Ordering::SeqCst)
    }
}

/// Misbehaves once at a step.
async fn once_at(step: Step, act: Act) -> Server {
    let once = Once::new();
    Server::start(move |now, _| if now == step && once.first() { act.clone() } else { Act::AsUsual }).await
}

async fn log_in(server: &Server) -> (Client, Device) {
    let device = Device::default();
    let client = Client::start(&device).await;
    client.log_in(&victim(), PASSWORD, Endpoint::Url(server.url()));
    (client, device)
}

#[test]
fn a_drop_before_the_password_is_known_good_is_told_and_a_second_try_works() {
    scenario(async {
        for step in [Step::Connect, Step::Open, Step::Auth, Step::Proof] {
            let server = once_at(step, Act::Drop).await;
            let (client, _) = log_in(&server).await;
            client.until_problem(|p| matches!(p, Problem::Unreachable { .. })).await;
            client.until_connection("idle", |c| c == Connection::Idle).await;
            client.log_in(&victim(), PASSWORD, Endpoint::Url(server.url()));
            client.until_online().await;
        }
    });
}

#[test]
fn a_drop_after_it_mends_itself() {
    scenario(async {
        for step in [Step::Reopen, Step::Bind, Step::Roster] {
            let server = once_at(step, Act::Drop).await;
            let (client, _) = log_in(&server).await;
            let frames = || server.received().iter().filter(|f| f.contains("jabber:iq:roster")).count();
            client.until_online().await;
            let asked = if step == Step::Roster { 2 } else { 1 };
            acceptance::eventually("the roster to be asked for", async || {
                if frames() >= asked { Ok(()) } else { Err(format!("{:?}", server.received())) }
            })
            .await;
            client.until_online().await;
        }
    });
}

#[test]
fn refused_frames_end_the_stream_and_only_the_stream() {
    scenario(async {
        for (what, word, frame) in frames::refused() {
            let server = once_at(Step::Roster, Act::Also(vec![frame])).await;
            let (client, _) = log_in(&server).await;
            let detail = client
                .until(what, |seen| {
                    seen.problems.iter().find_map(|p| match p {
                        Problem::ServerMisbehaves { detail } => Some(detail.clone()),
                        _ => None,
                    })
                })
                .await;
            assert_eq!(detail, word, "{what}");
            client.until_online().await;
            assert!(client.seen().messages.is_empty(), "{what}: nothing of it was kept");
        }
    });
}

#[test]
fn a_server_that_cannot_prove_itself_is_not_trusted() {
    let forged = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>dj1BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE9</success>";
    let bare = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";
    scenario(async {
        for (step, frame) in [(Step::Proof, forged), (Step::Proof, bare), (Step::Auth, bare)] {
            let server = Server::start(
                move |now, _| if now == step { Act::Say(vec![frame.into()]) } else { Act::AsUsual },
            )
            .await;
            let (client, device) = log_in(&server).await;
            client.until_problem(|p| *p == Problem::ServerNotGenuine).await;
            assert_eq!(client.seen().account, None);
            assert_eq!(device.store(&victim()).load().await.unwrap().session, None, "nothing was kept");
        }
    });
}

#[test]
fn absurd_challenges_are_refused() {
    let challenge = |text: &str| {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(text);
        format!("<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{text}</challenge>")
    };
    let frames = [
        challenge("r=not-our-nonce,s=c2FsdHNhbHQ=,i=4096"),
        challenge("r=,s=,i="),
        challenge("m=extension,r=x,s=c2FsdA==,i=4096"),
        "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>§§§</challenge>".to_owned(),
    ];
    scenario(async {
        for frame in frames {
            let say = frame.clone();
            let server =
                Server::start(
                    move |now, _| {
                        if now == Step::Auth { Act::Say(vec![say.clone()]) } else { Act::AsUsual }
                    },
                )
                .await;
            let (client, _) = log_in(&server).await;
            client.until_problem(|p| matches!(p, Problem::ServerMisbehaves { .. })).await;
            assert!(!server.received().iter().any(|f| f.starts_with("<response")), "no proof for {frame}");
        }
    });
}

#[test]
fn a_stored_key_is_never_traded_for_the_password() {
    scenario(async {
        let good = Server::start(|_, _| Act::AsUsual).await;
        let (client, device) = log_in(&good).await;
        client.until_online().await;
        drop(client);
        let session = device.store(&victim()).load().await.unwrap().session.expect("a session");
        let plain = "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>\
             <mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>";
        let open =
            "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='localhost' id='x' version='1.0'/>";
        let bad = Server::start(move |now, _| match now {
            Step::Open => Act::Say(vec![open.into(), plain.into()]),
            _ => Act::AsUsual,
        })
        .await;
        let moved = model::SessionRow { endpoint: Endpoint::Url(bad.url()), ..session };
        device.store(&victim()).commit(&[model::Write::Session(Some(moved))]).await.unwrap();
        let client = Client::start(&device).await;
        client.until_problem(|p| *p == Problem::WeakerLogIn).await;
        assert!(!bad.received().iter().any(|f| f.contains("<auth")), "{:?}", bad.received());
    });
}

#[test]
fn silence_does_not_last_for_ever() {
    scenario(async {
        let server = once_at(Step::Open, Act::Silence).await;
        let (client, _) = log_in(&server).await;
        client.until_problem(|p| matches!(p, Problem::Unreachable { .. })).await;
        client.log_in(&victim(), PASSWORD, Endpoint::Url(server.url()));
        client.until_online().await;
    });
}

#[test]
fn stream_errors_stop_or_pause_as_they_deserve() {
    scenario(async {
        for (condition, stops) in [
            ("conflict", true),
            ("see-other-host", true),
            ("host-unknown", true),
            ("system-shutdown", false),
            ("policy-violation", false),
            ("internal-server-error", false),
        ] {
            let server = once_at(Step::Roster, Act::SayAndDrop(vec![frames::stream_error(condition)])).await;
            let (client, _) = log_in(&server).await;
            if stops {
                client.until_connection("stopped", |c| c == Connection::Stopped).await;
                let told = client.seen().problems;
                let fits = |p: &Problem| match p {
                    Problem::ReplacedElsewhere => condition == "conflict",
                    Problem::StreamError { condition: told, text } => {
                        told == condition && text.as_deref() == Some("as scripted")
                    }
                    _ => false,
                };
                assert!(told.iter().any(fits), "{condition}: {told:?}");
                client.command(Command::ConnectNow);
            }
            acceptance::eventually("a second log-in", async || {
                let opened = server.received().iter().filter(|f| f.contains("jabber:iq:roster")).count();
                if opened >= 2 { Ok(()) } else { Err(format!("{condition}: {opened} so far")) }
            })
            .await;
            client.until_online().await;
        }
    });
}

#[test]
fn roster_pushes_of_strangers_change_nothing() {
    scenario(async {
        let server = Server::start(|_, _| Act::AsUsual).await;
        let (client, _) = log_in(&server).await;
        client.until_online().await;
        for from in
            ["stranger@localhost", "localhost", "victim@localhost.evil", "other@localhost/victim@localhost"]
        {
            server.say(frames::roster_push(Some(from), &format!("planted-{}@localhost", from.len())));
        }
        server.say(frames::roster_push(Some("victim@localhost"), "genuine@localhost"));
        server.say(frames::roster_push(None, "genuine-too@localhost"));
        client.until("the genuine pushes", |seen| (seen.roster.len() >= 2).then_some(())).await;
        let names: Vec<_> = client.seen().roster.keys().map(|jid| jid.as_str().to_owned()).collect();
        assert_eq!(names, ["genuine-too@localhost", "genuine@localhost"]);
    });
}

#[test]
fn answers_of_others_are_not_taken_for_the_servers() {
    scenario(async {
        let server = Server::start(|now, iq| {
            if now != Step::Roster {
                return Act::AsUsual;
            }
            let planted =
                "<query xmlns='jabber:iq:roster'><item jid='planted@localhost' subscription='both'/></query>";
            let genuine =
                "<query xmlns='jabber:iq:roster'><item jid='genuine@localhost' subscription='both'/></query>";
            let spoofed = evil::result(iq, planted);
            Act::Say(vec![
                spoofed.replacen("<iq ", "<iq from='stranger@localhost' ", 1),
                spoofed.replacen("<iq ", "<iq from='victim@localhost.evil' ", 1),
                evil::result(iq, genuine),
            ])
        })
        .await;
        let (client, _) = log_in(&server).await;
        client.until("the roster", |seen| (!seen.roster.is_empty()).then_some(())).await;
        let names: Vec<_> = client.seen().roster.keys().map(|jid| jid.as_str().to_owned()).collect();
        assert_eq!(names, ["genuine@localhost"]);
    });
}

#[test]
fn repeated_copies_are_one_message_and_same_ids_of_others_are_not() {
    scenario(async {
        let server = Server::start(|_, _| Act::AsUsual).await;
        let (client, _) = log_in(&server).await;
        client.until_online().await;
        for _ in 0..3 {
            server.say(frames::message("a@localhost/x", "same", "from a"));
        }
        server.say(frames::message("b@localhost/x", "same", "from b"));
        server.say(frames::message("a@localhost/x", "last", "the end"));
        client.until_received("the end").await;
        let bodies: Vec<_> = client.seen().messages.iter().map(|row| row.body.clone()).collect();
        assert_eq!(bodies, ["from a", "from b", "the end"]);
    });
}

/// Answers every request for the sign-up form with this payload.
async fn with_form(payload: String) -> Server {
    Server::start(move |now, iq| {
        if now == Step::FormRequest { Act::Say(vec![evil::result(iq, &payload)]) } else { Act::AsUsual }
    })
    .await
}

async fn form_of(server: &Server) -> (Client, SignUpForm) {
    let client = Client::start(&Device::default()).await;
    client.sign_up(&victim(), PASSWORD, &server.url());
    let form = client.until("the form", |seen| seen.form.clone()).await;
    (client, form)
}

#[test]
fn a_captcha_is_shown_and_its_answer_sent() {
    scenario(async {
        let server = with_form(frames::captcha_form()).await;
        let (client, mut form) = form_of(&server).await;
        assert_eq!(form.instructions.as_deref(), Some("Look at the picture"));
        let ocr = form.fields.iter_mut().find(|field| field.var == "ocr").expect("the field");
        assert!(matches!(&ocr.media[0].source, MediaSource::Data(png) if png.starts_with(b"\x89PNG")));
        ocr.value = "wren".into();
        client.command(Command::SubmitSignUp(form));
        client.until_online().await;
        let sent = server.received().into_iter().find(|f| f.contains("wren")).expect("the answer");
        assert!(sent.contains("c-17"), "hidden fields go back: {sent}");
        assert!(sent.contains(USER) && sent.contains(PASSWORD), "{sent}");
    });
}

#[test]
fn a_web_page_to_register_at_is_offered_unless_it_is_a_trap() {
    scenario(async {
        let server = with_form(frames::redirect_form("https://example.org/join")).await;
        assert_eq!(form_of(&server).await.1.redirect.as_deref(), Some("https://example.org/join"));
        let server = with_form(frames::redirect_form("javascript:alert(1)")).await;
        let client = Client::start(&Device::default()).await;
        client.sign_up(&victim(), PASSWORD, &server.url());
        client.until_problem(|p| *p == Problem::SignUpClosed).await;
        assert_eq!(client.seen().form, None);
    });
}

#[test]
fn an_old_form_that_wants_more_is_shown() {
    scenario(async {
        let server = with_form(frames::LEGACY_FORM.to_owned()).await;
        let (client, mut form) = form_of(&server).await;
        form.fields.iter_mut().find(|field| field.var == "email").expect("the field").value =
            "v@example.org".into();
        client.command(Command::SubmitSignUp(form));
        client.until_online().await;
        assert!(server.received().iter().any(|f| f.contains("<email>v@example.org</email>")));
    });
}
