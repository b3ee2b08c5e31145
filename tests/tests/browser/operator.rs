//! What the operator of a page presets, and what a page is allowed to do.

use crate::support::{PASSWORD, registered, somebody};
use acceptance::{App, Engine, Options, World, scenario};
use serde_json::json;

#[test]
fn a_site_without_sign_up_offers_none() {
    scenario(async {
        let mut config = World::shared().config();
        config["signup"] = json!(false);
        config["links"] = json!([{ "label": "Privacy", "url": "https://example.org/privacy" },
                                 { "label": "Trap", "url": "javascript:alert(1)" }]);
        let app = App::open(Engine::Chromium, Options { config: Some(config), ..Options::default() }).await;
        app.until_link("Privacy", "https://example.org/privacy").await;
        assert!(!app.shows("link", "Trap").await);
        assert!(!app.shows("link", "Create account").await);
        app.visit("/signup").await;
        app.until_words("does not offer new accounts").await;
        assert!(!app.shows("button", "Create account").await);
    });
}

#[test]
fn whoever_is_not_logged_in_is_led_to_the_log_in() {
    for engine in Engine::ALL {
        scenario(async move {
            let app = App::open(engine, Options::default()).await;
            for route in ["/", "/contacts", "/settings", "/chat/someone@localhost"] {
                app.goto(&format!("#{route}")).await;
                app.reload().await;
                app.find_textbox("Password").await;
            }
        });
    }
}

#[test]
fn the_console_stays_clean_under_the_content_security_policy() {
    scenario(async {
        let (app, jid) = registered(Engine::Chromium, "alice", Options::default()).await;
        let (other, other_jid) = somebody("bob").await;
        app.open_chat(other_jid.as_str()).await;
        app.send("https://example.org/ <b>hi</b>").await;
        other.until_received("https://example.org/ <b>hi</b>").await;
        app.reload().await;
        app.until_connection("online").await;
        app.logout(true).await;
        app.login(&jid, PASSWORD).await;
        let policy: String = app
            .eval("return document.querySelector('meta[http-equiv=Content-Security-Policy]').content", vec![])
            .await;
        let scripts =
            policy.split(';').map(str::trim).find(|d| d.starts_with("script-src ")).unwrap_or_default();
        assert!(scripts.contains("'self'") && !scripts.contains("'unsafe-"), "{policy}");
        // Inline code that is not the page's own does not run, whoever puts it there.
        let ran: bool = app
            .eval(
                "const s = document.createElement('script'); s.textContent = 'window.pwned = 1';
                 document.body.append(s); s.remove(); return 'pwned' in window",
                vec![],
            )
            .await;
        assert!(!ran, "the policy stops inline scripts");
        let console = app.console().await;
        let (refused, rest): (Vec<_>, Vec<_>) =
            console.iter().partition(|line| line.contains("Content Security Policy"));
        assert_eq!(refused.len(), 1, "only ours: {refused:?}");
        assert_eq!(rest, Vec::<&String>::new());
    });
}
