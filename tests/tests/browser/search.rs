//! Looking for messages.

use crate::support::{ENTER, befriend, registered, somebody};
use acceptance::evil::{self, Act, Server, Step};
use acceptance::{App, Engine, Found, Options, Seed, Size, eventually, scenario};
use model::Command;
use serde_json::json;
use stanza::{Element, ns};

/// The arrow keys, as WebDriver spells them.
const DOWN: &str = "\u{E015}";
const UP: &str = "\u{E013}";
/// Escape, the same.
const ESCAPE: &str = "\u{E00C}";

async fn snippets(app: &App, text: &str) -> Vec<String> {
    app.search(text).await.into_iter().map(|found| found.snippet).collect()
}

#[test]
fn messages_are_found_as_one_types_in_both_scripts_newest_first() {
    for engine in Engine::ALL {
        scenario(async move {
            let (app, jid) = registered(engine, "seeker", Options::default()).await;
            let (friend, friend_jid) = somebody("found").await;
            befriend(&app, &jid, &friend, &friend_jid).await;
            app.open_chat(friend_jid.as_str()).await;
            for text in ["今天天气很好", "Crème brûlée tomorrow?", "明天天气不好 <b>x</b>"] {
                app.send(text).await;
            }
            assert_eq!(snippets(&app, "天气").await, ["明天[天气]不好 <b>x</b>", "今天[天气]很好"]);
            assert_eq!(snippets(&app, "BRU").await, ["Crème [brû]lée tomorrow?"]);
            assert_eq!(snippets(&app, "tomorrow creme").await, ["[Crème] brûlée [tomorrow]?"]);
            assert_eq!(snippets(&app, "<b>x").await, ["明天天气不好 [<b>x]</b>"], "text stays text");
            assert!(snippets(&app, "rulee").await.is_empty(), "words are found from their beginning");
            app.until_words("Nothing found").await;
            assert!(snippets(&app, "c").await.is_empty());
            app.until_words("Type one more letter").await;
            // What comes in is found at once, whatever the index does.
            let body = "Wetter 天气预报".to_owned();
            friend.command(Command::SendText {
                chat: jid.parse().expect("a plain address"),
                body,
                reply: None,
                spoiler: None,
            });
            app.until_words("(1) Goldcrest").await;
            assert_eq!(snippets(&app, "预报").await, ["Wetter 天气[预报]"]);
            app.close().await;
        });
    }
}

#[test]
fn one_goes_from_a_result_to_its_place_and_back_by_keys_alone() {
    scenario(async {
        let (app, _) = registered(Engine::Chromium, "keys", Options::default()).await;
        let chats = ["one@example.org", "two@example.org"];
        for chat in chats {
            app.open_chat(chat).await;
            app.send(&format!("needle for {chat}")).await;
        }
        app.search_in_chat().await;
        assert_eq!(app.search("needle").await.len(), 1, "in this chat alone");
        app.click("button", "Search all chats").await;
        let found = eventually("both", async || match app.found("needle").await {
            both if both.len() == 2 => Ok(both),
            one => Err(format!("{one:?}")),
        })
        .await;
        assert_eq!(found.iter().map(|found| found.chat.as_str()).collect::<Vec<_>>(), [chats[1], chats[0]]);
        app.until_words("2 messages found").await;
        app.press_in("searchbox", "Search messages", DOWN).await;
        app.press_focused(DOWN).await;
        assert_eq!(app.focused_id().await, found[1].id);
        app.press_focused(UP).await;
        assert_eq!(app.focused_id().await, found[0].id);
        app.press_focused(DOWN).await;
        app.press_focused(ENTER).await;
        app.at(&format!("/chat/{}", chats[0])).await;
        app.until_message(&format!("needle for {}", chats[0]), |message| message.id == found[1].id).await;
        app.browser_back().await;
        assert_eq!(app.found("needle").await, found, "what was found is there when one comes back");
        app.press_in("searchbox", "Search messages", ESCAPE).await;
        app.until_words("Finds what is on this device").await;
        app.close().await;
    });
}

#[test]
fn a_chat_that_is_searched_stays_where_there_is_room_beside_its_search() {
    for (size, stays) in [(Size::Desktop, true), (Size::Phone, false)] {
        scenario(async move {
            let (app, _) =
                registered(Engine::Chromium, "beside", Options { size, ..Options::default() }).await;
            app.open_chat("one@example.org").await;
            app.send("needle").await;
            app.search_in_chat().await;
            assert_eq!(app.search("needle").await.len(), 1);
            let shown = app.messages().await.into_iter().map(|message| message.body).collect::<Vec<_>>();
            assert_eq!(shown, if stays { vec!["needle"] } else { vec![] });
            app.close().await;
        });
    }
}

const BOB: &str = "bob@localhost";

/// The number of a seeded message.
fn number(found: &Found) -> u32 {
    found.id.rsplit('-').next().and_then(|number| number.parse().ok()).expect("a seeded message")
}

/// The focus is on this result, and somebody sees it.
async fn until_focused(app: &App, id: &str) {
    eventually("the focus on what one came back from", async || {
        let script = "const e = document.activeElement, r = e.getBoundingClientRect();
            return r.height > 0 && r.top >= 0 && r.bottom <= innerHeight";
        let (focused, in_view): (String, bool) = (app.focused_id().await, app.eval(script, vec![]).await);
        if focused == id && in_view { Ok(()) } else { Err(format!("{focused}, in view: {in_view}")) }
    })
    .await;
}

#[test]
fn what_was_here_before_the_index_is_learnt_and_found_and_one_goes_far_and_comes_back() {
    for engine in Engine::ALL {
        scenario(async move {
            let options = Options { size: Size::Phone, ..Options::default() };
            let (app, jid) = registered(engine, "far", options).await;
            app.seed(&jid, &[Seed::new(BOB, 4_000)]).await;
            // It is learnt from old to new.
            app.search("3999").await;
            app.until_found("3999", 1).await;
            app.search("1234").await;
            let found = app.until_found("1234", 1).await;
            assert_eq!(found[0].id, format!("{BOB}-1234"));
            app.open_result(0).await;
            app.until_in_view(1_234).await;
            app.browser_back().await;
            until_focused(&app, &found[0].id).await;
            // A long list is where it was, too.
            let found = app.search("你好世").await;
            assert_eq!(found.len(), 30);
            // By key: WebKit moves a button at the edge while it is pressed, and the driver lets go beside it.
            app.press_in("button", "Show older ones", ENTER).await;
            let found = app.until_found("你好世", 60).await;
            app.open_result(45).await;
            app.until_in_view(number(&found[45])).await;
            app.click("link", "Back").await;
            until_focused(&app, &found[45].id).await;
            assert_eq!(app.found("你好世").await, found);
        });
    }
}

#[test]
fn a_day_is_gone_to() {
    scenario(async {
        let (app, jid) = registered(Engine::Chromium, "days", Options::default()).await;
        let seed = Seed::new(BOB, 4_000);
        app.seed(&jid, std::slice::from_ref(&seed)).await;
        app.open_chat(BOB).await;
        app.until_in_view(3_999).await;
        let midnight: f64 = app.eval("return new Date(2026, 8, 20).getTime()", vec![]).await;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let before = ((seed.start as f64 - midnight) / 60_000.0).floor() as u32;
        let first = seed.count - before;
        app.search_in_chat().await;
        app.jump_to_date("2026-09-20").await;
        app.until_in_view(first).await;
        assert_eq!(app.focused_id().await, format!("{BOB}-{first}"));
    });
}

/// Days on which the clocks change, and two zones that are not whole hours away.
#[test]
fn a_day_begins_at_midnight_wherever_one_is() {
    scenario(async {
        let (app, jid) = registered(Engine::Chromium, "travels", Options::default()).await;
        for (n, (zone, day, name)) in [
            ("Australia/Sydney", "2026-10-04", "October 4"),
            ("Australia/Sydney", "2026-04-05", "April 5"),
            ("America/St_Johns", "2026-11-01", "November 1"),
            ("Asia/Kathmandu", "2026-09-20", "September 20"),
        ]
        .into_iter()
        .enumerate()
        {
            app.devtools("Emulation.setTimezoneOverride", json!({ "timezoneId": "" })).await;
            app.devtools("Emulation.setTimezoneOverride", json!({ "timezoneId": zone })).await;
            let midnight: u64 =
                app.eval("return new Date(arguments[0] + 'T00:00').getTime()", vec![json!(day)]).await;
            // The last one is written 99 minutes after midnight, and one a minute before that.
            let chat = format!("in-{n}@travels.example");
            let seed = Seed { start: midnight + 100 * 60_000, ..Seed::new(&chat, 1_000) };
            app.seed(&jid, std::slice::from_ref(&seed)).await;
            app.open_chat(&chat).await;
            app.until_in_view(999).await;
            app.search_in_chat().await;
            app.jump_to_date(day).await;
            app.until_in_view(900).await;
            let first = format!("{chat}-900");
            assert_eq!(app.focused_id().await, first, "{day} in {zone}");
            assert_eq!(app.day_above(&first).await.as_deref(), Some(name), "{day} in {zone}");
        }
    });
}

#[test]
fn what_was_corrected_is_found_by_what_it_says_now_and_nothing_of_what_was_taken_back() {
    scenario(async {
        let (app, jid) = registered(Engine::Chromium, "changer", Options::default()).await;
        let (friend, friend_jid) = somebody("changed").await;
        befriend(&app, &jid, &friend, &friend_jid).await;
        app.open_chat(friend_jid.as_str()).await;
        let id = app.send("see you on Monday").await;
        app.until_message("see you on Monday", acceptance::Message::is_sent).await;
        app.edit(&id, "see you on Tuesday").await;
        assert_eq!(snippets(&app, "tues").await, ["see you on [Tues]day"]);
        assert!(snippets(&app, "monday").await.is_empty());
        app.open_chat(friend_jid.as_str()).await;
        app.retract(&id).await;
        app.until_changed(&id, |message| message.is_retracted).await;
        assert!(snippets(&app, "see you").await.is_empty());
        app.close().await;
    });
}

/// A server that can look for texts, and finds a sturgeon.
fn looks_for_texts(step: Step, frame: &Element) -> Act {
    let Some(query) = frame.find("query", ns::MAM).filter(|_| step == Step::Other) else {
        return Act::AsUsual;
    };
    if frame.get("type") == Some("get") {
        let form = "<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='form'>\
            <field type='text-single' var='{urn:xmpp:fulltext:0}fulltext'/></x></query>";
        return Act::Say(vec![evil::result(frame, form)]);
    }
    let id = query.get("queryid").unwrap_or_default();
    let hit = format!(
        "<message xmlns='jabber:client' from='{0}@localhost' to='{0}@localhost/r1'><result xmlns='urn:xmpp:mam:2' \
         queryid='{id}' id='a1'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' \
         stamp='2026-03-01T10:00:00Z'/><message xmlns='jabber:client' type='chat' from='{BOB}/x' to='{0}@localhost' id='m1'>\
         <body>a sturgeon in the river</body></message></forwarded></result></message>",
        evil::USER
    );
    let end =
        "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'/></fin>";
    Act::Say(vec![hit, evil::result(frame, end)])
}

#[test]
fn a_server_that_can_looks_too_and_hears_for_what_only_when_it_is_asked() {
    scenario(async {
        let server = Server::start(looks_for_texts).await;
        let options = Options { config: Some(server.config()), ..Options::default() };
        let app = App::open(Engine::Chromium, options).await;
        app.login(&format!("{}@localhost", evil::USER), evil::PASSWORD).await;
        assert!(app.search("sturgeon").await.is_empty());
        app.until_words("Search on the server, too").await;
        assert!(!server.received().concat().contains("sturgeon"), "nobody asked for that");
        app.click("button", "Search on the server, too").await;
        eventually("what the server found", async || match app.found_there().await {
            found if found == ["a sturgeon in the river"] => Ok(()),
            other => Err(format!("{other:?}")),
        })
        .await;
        assert!(server.received().concat().contains("sturgeon"));
        // Something else is looked for on this device alone, again.
        app.search("herring").await;
        assert!(app.found_there().await.is_empty());
        assert!(!server.received().concat().contains("herring"));
    });
}

#[test]
fn what_was_erased_is_in_no_index() {
    scenario(async {
        let (app, _) = registered(Engine::Chromium, "eraser", Options::default()).await;
        app.open_chat("one@example.org").await;
        app.send("xylophone").await;
        assert_eq!(app.search("xylo").await.len(), 1);
        app.logout(true).await;
        let dump = app.storage_dump().await;
        assert!(!dump.contains("xylophone") && !dump.contains("one@example.org"), "{dump}");
        app.close().await;
    });
}
