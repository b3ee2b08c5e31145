//! Servers that want to know more before they make an account (XEP-0077).

use acceptance::evil::{self, Act, Server, Step, USER, frames};
use acceptance::{App, Engine, Options, scenario};

async fn asked(engine: Engine, payload: String) -> (Server, App) {
    let server = Server::start(move |now, iq| {
        if now == Step::FormRequest { Act::Say(vec![evil::result(iq, &payload)]) } else { Act::AsUsual }
    })
    .await;
    let app = App::open(engine, Options { config: Some(server.config()), ..Options::default() }).await;
    app.submit_sign_up(&format!("{USER}@localhost"), evil::PASSWORD).await;
    (server, app)
}

#[test]
fn a_captcha_is_shown_and_answered() {
    for engine in Engine::ALL {
        scenario(async move {
            let (server, app) = asked(engine, frames::captcha_form()).await;
            app.fill("Letters in the picture", "wren").await;
            let picture: (u32, String) = app
                .eval(
                    "const i = all('img').find(i => i.alt && i.naturalWidth); return i ? [i.naturalWidth, i.src] : [0, '']",
                    vec![],
                )
                .await;
            assert_eq!(picture.0, 1, "the picture is decoded: {picture:?}");
            app.click("button", "Continue").await;
            app.until_connection("online").await;
            let sent = server.received().into_iter().find(|f| f.contains("wren")).expect("the answer");
            assert!(sent.contains("c-17") && sent.contains(USER), "{sent}");
        });
    }
}

#[test]
fn an_empty_answer_is_not_sent() {
    scenario(async {
        let (server, app) = asked(Engine::Chromium, frames::captcha_form()).await;
        app.find_textbox("Letters in the picture").await;
        app.click("button", "Continue").await;
        app.until_alert("Letters in the picture").await;
        assert!(
            !server.received().iter().any(|f| f.contains("type='submit'") || f.contains("type=\"submit\""))
        );
    });
}

#[test]
fn a_web_page_is_a_link() {
    scenario(async {
        let (_server, app) = asked(Engine::Firefox, frames::redirect_form("https://example.org/join")).await;
        app.until_link("Finish on the server’s page", "https://example.org/join").await;
        let (_server, app) = asked(Engine::Firefox, frames::redirect_form("javascript:alert(1)")).await;
        app.until_alert("does not make accounts here").await;
    });
}

#[test]
fn an_old_form_that_wants_more() {
    scenario(async {
        let (server, app) = asked(Engine::WebKit, frames::LEGACY_FORM.to_owned()).await;
        app.fill("E-mail", "v@example.org").await;
        app.click("button", "Continue").await;
        app.until_connection("online").await;
        assert!(server.received().iter().any(|f| f.contains("<email>v@example.org</email>")));
    });
}

#[test]
fn a_refusal_in_the_servers_words() {
    scenario(async {
        let server = Server::start(|now, iq| {
            if now != Step::FormSubmit {
                return Act::AsUsual;
            }
            let text = "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>No more today</text></error>";
            Act::Say(vec![evil::error(iq, "modify", "not-acceptable").replace("</error>", text)])
        })
        .await;
        let options = Options { config: Some(server.config()), ..Options::default() };
        let app = App::open(Engine::Chromium, options).await;
        app.submit_sign_up(&format!("{USER}@localhost"), evil::PASSWORD).await;
        app.until_alert("No more today").await;
    });
}
