//! The picker of emoji.

use crate::support::{ENTER, befriend, registered, somebody};
use acceptance::{App, Engine, Options, Size, eventually, scenario};

const DOWN: &str = "\u{E015}";
const RIGHT: &str = "\u{E014}";
const UP: &str = "\u{E013}";
const ESCAPE: &str = "\u{E00C}";

async fn in_a_chat(engine: Engine, options: Options) -> App {
    let (app, jid) = registered(engine, "alice", options).await;
    let (other, other_jid) = somebody("bob").await;
    befriend(&app, &jid, &other, &other_jid).await;
    app.open_chat(other_jid.as_str()).await;
    app
}

async fn until_value(app: &App, wanted: &str) {
    eventually(&format!("{wanted:?} in the composer"), async || match app.value("Message").await {
        value if value == wanted => Ok(()),
        value => Err(value),
    })
    .await;
}

async fn until_focused(app: &App, wanted: &str) {
    eventually(&format!("the focus on {wanted}"), async || match app.focused_emoji().await {
        Some(emoji) if emoji == wanted => Ok(()),
        other => Err(format!("{other:?}")),
    })
    .await;
}

#[test]
fn an_emoji_goes_where_the_cursor_is_and_is_offered_first_next_time() {
    for engine in Engine::ALL {
        scenario(async move {
            let app = in_a_chat(engine, Options::default()).await;
            app.type_text("good morning").await;
            let _: Option<bool> = app.eval("one('textbox', 'Message').setSelectionRange(4, 5)", vec![]).await;
            app.open_emoji().await;
            app.until_emoji(&["😀"]).await;
            app.click("button", "Animals and nature").await;
            app.pick_emoji("dog face").await;
            until_value(&app, "good🐶morning").await;
            app.click("button", "Send").await;
            app.until_message("good🐶morning", |_| true).await;
            app.reload().await;
            app.open_emoji().await;
            app.until_emoji(&["🐶"]).await;
            app.keys(ESCAPE).await;
            app.find_textbox("Message").await;
        });
    }
}

#[test]
fn both_languages_find_emoji_and_the_keyboard_reaches_them() {
    for engine in Engine::ALL {
        scenario(async move {
            let app = in_a_chat(engine, Options::default()).await;
            app.open_emoji().await;
            app.fill("Search emoji", "waving hand").await;
            app.until_emoji(&["👋"]).await;
            app.fill("Search emoji", "红心").await;
            app.until_emoji(&["❤️"]).await;
            app.fill("Search emoji", "cat").await;
            eventually("cats", async || {
                let shown = app.emoji().await;
                if shown.iter().take(3).all(|(_, name)| name.contains("cat")) {
                    Ok(())
                } else {
                    Err(format!("{shown:?}"))
                }
            })
            .await;
            let shown = app.emoji().await;
            app.press("Search emoji", DOWN).await;
            until_focused(&app, &shown[0].0).await;
            app.keys(RIGHT).await;
            until_focused(&app, &shown[1].0).await;
            app.keys(UP).await;
            app.press("Search emoji", ENTER).await;
            until_value(&app, &shown[0].0).await;
        });
    }
}

#[test]
fn a_skin_tone_is_kept() {
    scenario(async {
        let app = in_a_chat(Engine::Chromium, Options::default()).await;
        app.open_emoji().await;
        app.click("button", "People").await;
        app.until_emoji(&["👋"]).await;
        app.click("button", "Skin tone: 0").await;
        app.until_emoji(&["👋🏻"]).await;
        app.click("button", "Skin tone: 1").await;
        app.pick_emoji("waving hand").await;
        until_value(&app, "👋🏼").await;
        app.reload().await;
        app.open_emoji().await;
        app.until_emoji(&["👋🏼"]).await;
        app.click("button", "People").await;
        app.until_emoji(&["👋🏼"]).await;
    });
}

#[test]
fn on_a_phone_the_picker_is_a_sheet() {
    scenario(async {
        let phone = Options { size: Size::Phone, ..Options::default() };
        let app = in_a_chat(Engine::Chromium, phone).await;
        app.open_emoji().await;
        app.until_still().await;
        let fits: bool = app
            .eval(
                "const r = one('dialog', 'Emoji').firstElementChild.getBoundingClientRect();
                 return r.left === 0 && r.right === innerWidth && Math.abs(r.bottom - innerHeight) < 1 && r.top > 100",
                vec![],
            )
            .await;
        assert!(fits, "a sheet at the bottom");
        app.pick_emoji("grinning face").await;
        until_value(&app, "😀").await;
    });
}
