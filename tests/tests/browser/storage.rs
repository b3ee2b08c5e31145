//! Devices that refuse to keep anything.

use crate::support::{PASSWORD, befriend, somebody};
use acceptance::{App, Engine, Options, World, eventually, scenario};
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
        let quota = json!({ "origin": origin, "quotaSize": 1_000_000 });
        app.devtools("Storage.overrideQuotaForOrigin", quota).await;
        fill_up(&app).await;
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

/// Puts ballast into the page's storage, in smaller and smaller pieces, until not a kilobyte more fits.
async fn fill_up(app: &App) {
    let script = "
        window.filled = 'filling';
        const asked = r => new Promise((ok, no) => { r.onsuccess = () => ok(r.result); r.onerror = () => no(r.error); });
        (async () => {
          const open = indexedDB.open('ballast', 1);
          open.onupgradeneeded = () => open.result.createObjectStore('b', { autoIncrement: true });
          const db = await asked(open);
          for (let size = 1 << 19; size >= 1 << 10;) {
            const t = db.transaction('b', 'readwrite');
            const random = new Uint8Array(size);
            for (let at = 0; at < size; at += 65536) crypto.getRandomValues(random.subarray(at, at + 65536));
            t.objectStore('b').put(random);
            const fits = await new Promise(done => { t.oncomplete = () => done(true); t.onabort = () => done(false); });
            if (!fits) size >>= 1;
          }
          window.filled = 'full';
        })().catch(e => { window.filled = String(e); });";
    let _: Option<Value> = app.eval(script, vec![]).await;
    eventually("the storage to be full", async || {
        let state: String = app.eval("return window.filled", vec![]).await;
        if state == "full" { Ok(()) } else { Err(state) }
    })
    .await;
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
    app.until_message("not kept", acceptance::Message::is_sent).await;
    other.send(&jid.parse().expect("a plain address"), "nor this").await;
    app.until_message("nor this", |m| m.state == "received").await;
}
