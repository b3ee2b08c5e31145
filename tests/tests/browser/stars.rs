//! Messages to find again.

use crate::support::{befriend, registered, somebody};
use acceptance::{Engine, Options, Size, scenario};

/// More than a page of a chat.
const MANY: usize = 70;

#[test]
fn what_is_starred_is_listed_and_leads_to_its_place() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, jid) = registered(engine, "alice", Options::default()).await;
            let (other, other_jid) = somebody("bob").await;
            befriend(&app, &jid, &other, &other_jid).await;
            app.go_to_starred().await;
            app.until_words("No message is starred").await;
            app.open_chat(other_jid.as_str()).await;
            let first = app.send("the address is 12 Long Lane").await;
            app.star(&first).await;
            let secret = app.send_spoiler("they die", "the end").await;
            app.star(&secret).await;
            let gone = app.send("oops").await;
            app.star(&gone).await;
            app.retract(&gone).await;
            app.go_to_starred().await;
            let both = [(secret.as_str(), "You: Spoiler: the end"), (first.as_str(), "12 Long Lane")];
            app.until_starred(&both).await;
            app.reload().await;
            app.until_starred(&both).await;
            app.follow_star(&first).await;
            app.until_shown_off(&first).await;
            app.unstar(&first).await;
            app.go_to_starred().await;
            app.until_starred(&both[..1]).await;
        });
    }
}

#[test]
fn a_star_far_up_is_found_on_a_phone_and_back_leads_to_the_list() {
    scenario(async move {
        let options = Options { size: Size::Phone, ..Options::default() };
        let (app, jid) = registered(Engine::Chromium, "alice", options).await;
        let (other, other_jid) = somebody("bob").await;
        befriend(&app, &jid, &other, &other_jid).await;
        app.open_chat(other_jid.as_str()).await;
        let first = app.send("first of many").await;
        app.star(&first).await;
        for n in 0..MANY {
            other.command(model::Command::SendText {
                chat: jid.parse().unwrap(),
                body: format!("message {n}\nin two lines"),
                reply: None,
                spoiler: None,
            });
        }
        app.until_message(&format!("message {}\nin two lines", MANY - 1), |_| true).await;
        app.reload().await;
        app.go_to_starred().await;
        app.follow_star(&first).await;
        app.until_shown_off(&first).await;
        app.click("link", "Back").await;
        app.until_starred(&[(&first, "first of many")]).await;
    });
}
