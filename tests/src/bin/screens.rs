//! Takes the pictures in `docs/screens/`: `cargo run -p acceptance --bin screens`. Needs `cargo xtask build` first.

use acceptance::native::{Client, Device};
use acceptance::{App, Engine, Options, Size, config_for, eventually, scenario, start_prosody};
use model::{BareJid, Command, Subscription};
use xtask::prosody::{self, Prosody};

const PASSWORD: &str = "correct horse battery";

const SIZES: [(Size, &str); 2] = [(Size::Phone, "phone"), (Size::Desktop, "desktop")];

/// What the people in the pictures say.
struct Script {
    lang: &'static str,
    /// The friend's lines and ours in turn.
    dialogue: &'static [&'static str],
    /// The last line of other chats.
    others: &'static [(&'static str, &'static str)],
    /// Our first line, corrected.
    correction: &'static str,
    /// What we answer to the friend's second line.
    answer: &'static str,
    /// What the button is called that leads to the emoji.
    emoji: &'static str,
    /// What is looked for.
    sought: &'static str,
}

const SCRIPTS: [Script; 2] = [
    Script {
        lang: "en",
        dialogue: &[
            "Did you see the goldcrests this morning?",
            "Two of them, in the old spruce 🌲",
            "They weigh less than a letter: five grams!",
            "And still they cross the sea.\nHere is the map: https://example.org/migration",
            "Wonderful. Tomorrow at seven, same bench?",
        ],
        others: &[
            ("lena", "Happy birthday!"),
            ("mia", "The train leaves at 9:40."),
            ("noah", "Thanks, got it 👍"),
        ],
        correction: "Three of them, in the old spruce 🌲",
        answer: "Lighter than any app I know.",
        emoji: "Emoji",
        sought: "the",
    },
    Script {
        lang: "zh-CN",
        dialogue: &[
            "今天早上看到戴菊了吗？",
            "看到两只，在那棵老云杉上 🌲",
            "它们只有五克重，比一封信还轻！",
            "却能飞越大海。\n地图在这里：https://example.org/migration",
            "太好了。明天七点，老地方见？",
        ],
        others: &[("lena", "生日快乐！"), ("mia", "火车九点四十开。"), ("noah", "收到，谢谢 👍")],
        correction: "看到三只，在那棵老云杉上 🌲",
        answer: "比我见过的哪个应用都轻。",
        emoji: "表情",
        sought: "点",
    },
];

fn main() {
    for script in &SCRIPTS {
        scenario(take(script));
    }
}

async fn take(script: &Script) {
    let server = start_prosody(prosody::Options::default());
    let options = Options { config: Some(config_for(&server)), ..Options::default() };

    let outside = App::open(Engine::Chromium, Options { lang: script.lang.into(), ..options.clone() }).await;
    for screen in ["login", "signup"] {
        outside.visit(&format!("/{screen}")).await;
        shoot(&outside, script.lang, screen).await;
    }
    drop(outside);

    let mut newcomer = App::open(Engine::Chromium, options.clone()).await;
    newcomer.register(jid("robin").as_str(), PASSWORD).await;
    newcomer.reopen_in(script.lang).await;
    newcomer.visit("/").await;
    shoot(&newcomer, script.lang, "empty").await;
    drop(newcomer);

    let mut emma = App::open(Engine::Chromium, options).await;
    emma.register(jid("emma").as_str(), PASSWORD).await;
    let oliver = friend(&server, &emma, "oliver").await;
    let mut others = Vec::new();
    for (name, line) in script.others {
        let other = friend(&server, &emma, name).await;
        other.send(&jid("emma"), line).await;
        emma.go_to_chats().await;
        emma.until_chat(jid(name).as_str(), |chat| chat.unread == 1).await;
        others.push(other);
    }
    emma.open_chat(jid("oliver").as_str()).await;
    for (turn, line) in script.dialogue.iter().enumerate() {
        if turn % 2 == 0 {
            oliver.send(&jid("emma"), line).await;
            emma.until_message(line, |m| m.state == "received").await;
        } else {
            emma.send(line).await;
            emma.until_message(line, acceptance::Message::is_sent).await;
        }
    }
    // What is said about what was said.
    let ids: Vec<String> = emma.messages().await.into_iter().map(|message| message.id).collect();
    for (at, emoji) in [(0, "❤️"), (2, "😮"), (3, "👍")] {
        emma.react(&ids[at], emoji).await;
    }
    emma.edit(&ids[1], script.correction).await;
    emma.reply(&ids[2], script.answer).await;
    emma.star(&ids[0]).await;
    emma.star(&ids[3]).await;
    emma.go_to_chats().await;
    emma.pin(jid("oliver").as_str()).await;
    emma.mute(jid("mia").as_str(), "For good").await;
    let asking = somebody(&server, "kai").await;
    asking.command(Command::AddContact { jid: jid("emma"), name: None });
    emma.until_request(jid("kai").as_str()).await;
    // Not everybody is there.
    others.truncate(1);

    emma.reopen_in(script.lang).await;
    emma.until_connection("online").await;
    let chat = format!("/chat/{}", jid("oliver"));
    for (screen, route) in [
        ("chat", chat.as_str()),
        ("chats", "/"),
        ("contacts", "/contacts"),
        ("settings", "/settings"),
        ("starred", "/starred"),
    ] {
        emma.visit(route).await;
        shoot(&emma, script.lang, screen).await;
    }
    emma.visit(&chat).await;
    shoot_open(&emma, script.lang, "menu", async || emma.right_click(&ids[2]).await).await;
    shoot_open(&emma, script.lang, "emoji", async || {
        emma.click("button", script.emoji).await;
        eventually("emoji", async || {
            let script = "return document.querySelectorAll('dialog[open] [role=group] button').length";
            let shown: u32 = emma.eval(script, vec![]).await;
            if shown > 20 { Ok(()) } else { Err(shown.to_string()) }
        })
        .await;
    })
    .await;
    emma.visit("/").await;
    let mia = jid("mia");
    shoot_open(&emma, script.lang, "chat-menu", async || {
        // The page object knows the list by its English name.
        let script = "const line = document.querySelector(`li[data-jid='${arguments[0]}'] a`), at = line.getBoundingClientRect();
            return line.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: at.x + 90, clientY: at.y + 50 }))";
        let _: bool = emma.eval(script, vec![mia.as_str().into()]).await;
        emma.until_menu().await;
    })
    .await;
    for (screen, route) in
        [("search", "/search".to_owned()), ("search-chat", format!("/search/{}", jid("oliver")))]
    {
        emma.visit(&route).await;
        // The focus is in the field.
        emma.until_still().await;
        emma.press_focused(script.sought).await;
        shoot(&emma, script.lang, screen).await;
        emma.press_focused("\u{E00C}").await;
    }
}

fn jid(name: &str) -> BareJid {
    BareJid::new(Some(name), "localhost").expect("a plain name")
}

async fn somebody(server: &Prosody, name: &str) -> Client {
    Client::register(&Device::default(), &jid(name), PASSWORD, &server.ws_url()).await
}

/// Somebody whom Emma knows.
async fn friend(server: &Prosody, emma: &App, name: &str) -> Client {
    let other = somebody(server, name).await;
    other.command(Command::AddContact { jid: jid("emma"), name: None });
    emma.accept_request(jid(name).as_str()).await;
    emma.until_contact(jid(name).as_str(), |contact| contact.subscription == "both").await;
    other
        .until("friendship", |seen| {
            seen.roster.get(&jid("emma")).is_some_and(|i| i.subscription == Subscription::Both).then_some(())
        })
        .await;
    other
}

/// Pictures of one screen: on a phone and a desktop, light and dark.
async fn shoot(app: &App, lang: &str, screen: &str) {
    for size in SIZES {
        app.resize(size.0).await;
        in_both_themes(app, lang, screen, size.1).await;
    }
}

/// The same of what closes when the window changes: it is opened for each size, and left by Escape.
async fn shoot_open(app: &App, lang: &str, screen: &str, open: impl AsyncFn()) {
    for size in SIZES {
        app.resize(size.0).await;
        open().await;
        in_both_themes(app, lang, screen, size.1).await;
        app.keys("\u{E00C}").await;
    }
}

async fn in_both_themes(app: &App, lang: &str, screen: &str, device: &str) {
    for (dark, theme) in [(false, "light"), (true, "dark")] {
        app.set_dark(dark).await;
        app.until_still().await;
        let lang = lang.split('-').next().unwrap_or(lang);
        let name = format!("{screen}-{device}-{theme}-{lang}.png");
        app.screenshot(&xtask::root().join("docs/screens").join(&name)).await;
        println!("docs/screens/{name}");
    }
}
