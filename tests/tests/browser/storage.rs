//! Devices that refuse to keep anything.

use crate::support::{PASSWORD, befriend, somebody};
use acceptance::{App, Engine, Options, World, scenario};
use serde_json::{Value, json};

#[test]
fn a_full_device_is_told_and_the_chat_goes_on() {
    scenario(async {
        // What a browser does when the quota is reached, on demand.
        let refuse = "addEventListener('fill-the-disk', () => {
            for (const verb of ['put', 'add']) IDBObjectStore.prototype[verb] = function () {
                throw new DOMException('no room', 'QuotaExceededError');
            };
        })";
        let options = Options { before_load: vec![refuse.into()], ..Options::default() };
        chat_on(options, "dispatchEvent(new Event('fill-the-disk'))", "no room left").await;
    });
}

#[test]
fn a_quota_the_browser_itself_enforces_is_told_and_the_chat_goes_on() {
    scenario(async {
        let app = App::open(Engine::Chromium, Options::default()).await;
        let jid = World::shared().fresh_jid("alice");
        app.register(&jid, PASSWORD).await;
        let (other, other_jid) = somebody("bob").await;
        befriend(&app, &jid, &other, &other_jid).await;
        app.open_chat(other_jid.as_str()).await;
        let origin = app.url().trim_end_matches('/');
        app.devtools("Storage.overrideQuotaForOrigin", json!({ "origin": origin, "quotaSize": 1 })).await;
        app.send("no room for this").await;
        app.until_alert("no room left").await;
        other.until_received("no room for this").await;
        app.devtools("Storage.overrideQuotaForOrigin", json!({ "origin": origin })).await;
    });
}

#[test]
fn a_device_that_keeps_nothing_is_told_and_the_chat_works() {
    scenario(async {
        let refuse = "IDBFactory.prototype.open = function () { throw new DOMException('private', 'InvalidStateError'); }";
        let options = Options { before_load: vec![refuse.into()], ..Options::default() };
        chat_on(options, "", "keep nothing").await;
    });
}

/// Logs in, runs a script, sends and receives; `told` must be part of an alert and everything must work.
async fn chat_on(options: Options, script: &str, told: &str) {
    let app = App::open(Engine::Chromium, options).await;
    let jid = World::shared().fresh_jid("alice");
    app.register(&jid, PASSWORD).await;
    let (other, other_jid) = somebody("bob").await;
    befriend(&app, &jid, &other, &other_jid).await;
    app.open_chat(other_jid.as_str()).await;
    let _: Option<Value> = app.eval(script, vec![]).await;
    app.send("not kept").await;
    app.until_alert(told).await;
    other.until_received("not kept").await;
    app.until_message("not kept", |m| m.state == "sent").await;
    other.send(&jid.parse().expect("a plain address"), "nor this").await;
    app.until_message("nor this", |m| m.state == "received").await;
}
