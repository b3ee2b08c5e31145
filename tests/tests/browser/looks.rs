//! Window sizes and colours.

use crate::support::{befriend, registered, somebody};
use acceptance::{App, Engine, Options, Size, eventually, scenario};

/// How light the page's background is, from 0 (black) to 1 (white).
async fn lightness(app: &App) -> f64 {
    app.eval(
        "for (let e of [document.body, document.documentElement]) {
           const c = getComputedStyle(e).backgroundColor.match(/[\\d.]+/g).map(Number);
           if (c.length < 4 || c[3] > 0) return (0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]) / 255;
         }
         return 1",
        vec![],
    )
    .await
}

async fn until_light(app: &App, light: bool) {
    eventually(if light { "a light page" } else { "a dark page" }, async || {
        let now = lightness(app).await;
        if (now > 0.7) == light && (now < 0.3) != light { Ok(()) } else { Err(now.to_string()) }
    })
    .await;
}

#[test]
fn the_theme_follows_the_system_until_one_is_chosen() {
    scenario(async {
        let (app, _) =
            registered(Engine::Chromium, "alice", Options { dark: true, ..Options::default() }).await;
        until_light(&app, false).await;
        app.go_to_settings().await;
        app.set_theme("Light").await;
        until_light(&app, true).await;
        app.reload().await;
        until_light(&app, true).await;
        app.go_to_settings().await;
        app.set_theme("System").await;
        until_light(&app, false).await;
    });
}

#[test]
fn a_theme_can_be_chosen_in_every_engine() {
    for engine in [Engine::Firefox, Engine::WebKit] {
        scenario(async move {
            let (app, _) = registered(engine, "alice", Options::default()).await;
            app.go_to_settings().await;
            app.set_theme("Dark").await;
            until_light(&app, false).await;
            app.set_theme("Light").await;
            until_light(&app, true).await;
        });
    }
}

#[test]
fn a_phone_shows_one_pane_and_a_desktop_two() {
    scenario(async {
        let (app, jid) = registered(Engine::Chromium, "alice", Options::default()).await;
        let (other, other_jid) = somebody("bob").await;
        befriend(&app, &jid, &other, &other_jid).await;
        app.open_chat(other_jid.as_str()).await;
        app.send("hello").await;
        let panes = async || (app.shows("list", "Chats").await, app.shows("log", "Messages").await);
        assert_eq!(panes().await, (true, true), "desktop: list and chat");
        app.resize(Size::Phone).await;
        eventually("one pane", async || match panes().await {
            (false, true) => Ok(()),
            other => Err(format!("{other:?}")),
        })
        .await;
        app.click("link", "Back").await;
        app.at("/").await;
        eventually("the list", async || match panes().await {
            (true, false) => Ok(()),
            other => Err(format!("{other:?}")),
        })
        .await;
    });
}

#[test]
fn nothing_sticks_out_of_a_phone() {
    scenario(async {
        let phone = Options { size: Size::Phone, ..Options::default() };
        let app = App::open(Engine::Chromium, phone.clone()).await;
        let fits = async |app: &App, at: &str| {
            assert_eq!(app.fits().await, Ok(()), "{at}");
        };
        for route in ["/login", "/signup"] {
            app.visit(route).await;
            app.find_textbox("Password").await;
            fits(&app, route).await;
        }
        drop(app);
        let (app, jid) = registered(Engine::Chromium, "alice", phone).await;
        let (other, other_jid) = somebody("a-person-with-a-name-that-is-far-too-long-for-any-phone").await;
        befriend(&app, &jid, &other, &other_jid).await;
        fits(&app, "/contacts").await;
        app.open_chat(other_jid.as_str()).await;
        app.send(&"long".repeat(100)).await;
        app.send(&format!("https://example.org/{}", "path/".repeat(60))).await;
        fits(&app, "chat").await;
        app.go_to_chats().await;
        fits(&app, "/").await;
        app.go_to_settings().await;
        fits(&app, "/settings").await;
    });
}
