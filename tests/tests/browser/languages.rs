//! Both languages are complete on every screen.

use crate::support::{PASSWORD, befriend, registered, somebody};
use acceptance::{App, Engine, Options, evil, scenario};
use model::Command;

/// Words of no language: names, addresses, protocols.
const NAMES: &[&str] = &["Goldcrest", "XMPP", "WebSocket", "English", "SCRAM", "wss", "https", "localhost"];

/// Every word in `lines` that is English although the page is Chinese.
fn english_in(lines: &[String], names: &[&str]) -> Vec<String> {
    let word = |c: char| c.is_ascii_alphabetic();
    lines
        .iter()
        .flat_map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .filter(|token| !names.iter().chain(NAMES).any(|name| token.contains(name)))
        .filter(|token| token.split(|c| !word(c)).any(|part| part.len() >= 3))
        .collect()
}

/// Every line that is Chinese although the page is English.
fn chinese_in(lines: &[String]) -> Vec<String> {
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    lines.iter().filter(|line| line.as_str() != "中文" && line.chars().any(han)).cloned().collect()
}

#[test]
fn the_check_finds_what_it_should() {
    let lines =
        ["登录 Password".to_owned(), "alice-1@localhost".to_owned(), "戴菊 Goldcrest 12:30".to_owned()];
    assert_eq!(english_in(&lines, &["alice-1"]), ["Password"]);
    assert_eq!(chinese_in(&["中文".into(), "Chats 聊天".into()]), ["Chats 聊天"]);
}

/// Walks through every screen by address and looks at its words.
async fn every_screen(app: &App, other: &str, check: impl Fn(&str, &[String])) {
    for route in ["/", "/contacts", "/settings", &format!("/chat/{other}")] {
        app.visit(route).await;
        check(route, &app.words().await);
    }
}

#[test]
fn every_screen_speaks_the_language_that_was_chosen() {
    scenario(async {
        // No language in the address: what is chosen in the settings holds, also after a reload.
        let options = Options { lang: String::new(), ..Options::default() };
        let (app, jid) = registered(Engine::Chromium, "alice", options).await;
        let (other, other_jid) = somebody("bob").await;
        befriend(&app, &jid, &other, &other_jid).await;
        other.command(Command::SendText {
            chat: jid.parse().unwrap(),
            body: "123".into(),
            reply: None,
            spoiler: None,
        });
        app.open_chat(other_jid.as_str()).await;
        app.until_message("123", |_| true).await;
        let asking = somebody("asking").await;
        asking.0.command(Command::AddContact { jid: jid.parse().unwrap(), name: None });
        app.until_request(asking.1.as_str()).await;
        let accounts: Vec<&str> = [jid.as_str(), other_jid.as_str(), asking.1.as_str()]
            .map(|j| j.split('@').next().unwrap())
            .to_vec();

        let in_english =
            |at: &str, lines: &[String]| assert_eq!(chinese_in(lines), Vec::<String>::new(), "at {at}");
        let in_chinese = |at: &str, lines: &[String]| {
            assert_eq!(english_in(lines, &accounts), Vec::<String>::new(), "at {at}");
        };
        every_screen(&app, other_jid.as_str(), in_english).await;
        app.go_to_settings().await;
        app.set_language("Language", "中文").await;
        app.until_html_lang("zh-CN").await;
        every_screen(&app, other_jid.as_str(), in_chinese).await;
        for (route, opens) in [("/settings", "退出登录"), ("/contacts", "删除")] {
            app.visit(route).await;
            app.click("button", opens).await;
            app.until_dialog().await;
            in_chinese("a dialog", &app.words().await);
            app.click("button", "取消").await;
        }
        app.reload().await;
        app.until_html_lang("zh-CN").await;
        every_screen(&app, other_jid.as_str(), in_chinese).await;
        app.visit("/settings").await;
        app.set_language("语言", "English").await;
        app.until_html_lang("en").await;
        every_screen(&app, other_jid.as_str(), in_english).await;
    });
}

#[test]
fn the_entrance_speaks_the_browsers_language_and_switches() {
    scenario(async {
        let options = Options { lang: String::new(), locale: "zh-CN".into(), ..Options::default() };
        let app = App::open(Engine::Chromium, options).await;
        app.until_html_lang("zh-CN").await;
        assert_eq!(english_in(&app.words().await, &[]), Vec::<String>::new());
        app.click("button", "English").await;
        app.until_html_lang("en").await;
        assert_eq!(chinese_in(&app.words().await), Vec::<String>::new());
        app.submit_login("nobody@localhost", PASSWORD).await;
        app.until_alert("do not fit together").await;
        app.click("button", "中文").await;
        app.until_html_lang("zh-CN").await;
        assert_eq!(english_in(&app.words().await, &["nobody"]), Vec::<String>::new(), "the error, too");
    });
}

#[test]
fn errors_are_told_in_chinese() {
    scenario(async {
        let options = Options {
            lang: "zh-CN".into(),
            config: Some(acceptance::config("localhost", &evil::nowhere())),
            ..Options::default()
        };
        let app = App::open(Engine::Firefox, options).await;
        app.fill("地址", "someone").await;
        app.fill("密码", PASSWORD).await;
        app.click("button", "登录").await;
        let told = app.alert_text().await;
        assert!(told.contains("没有回应"), "{told}");
        assert_eq!(english_in(&app.words().await, &["someone"]), Vec::<String>::new());
    });
}
