//! What went wrong, as a sentence: what happened, and what to do about it.

use super::{Lang, fill};
use model::{FailReason, Problem};

/// A sentence, ready to be shown.
type Words = String;

/// The sentence for a problem.
pub(crate) fn problem_words(lang: Lang, problem: &Problem) -> Words {
    let (pattern, value) = match lang {
        Lang::En => problem_en(problem),
        Lang::Zh => problem_zh(problem),
    };
    let mut words = fill(pattern, &[value]);
    if let Some(theirs) = server_words(problem) {
        words.push_str(match lang {
            Lang::En => " The server says: ",
            Lang::Zh => "服务器说：",
        });
        words.push_str(theirs);
    }
    words
}

/// The sentence for a message that came back.
pub(crate) fn fail_words(lang: Lang, reason: &FailReason) -> Words {
    match (lang, reason) {
        (Lang::En, FailReason::NoSuchAddress) => "Not delivered: there is no such address.".into(),
        (Lang::Zh, FailReason::NoSuchAddress) => "未送达：这个地址不存在。".into(),
        (Lang::En, FailReason::ServerUnreachable) => {
            "Not delivered: their server can’t be reached right now.".into()
        }
        (Lang::Zh, FailReason::ServerUnreachable) => "未送达：暂时连不上对方的服务器。".into(),
        (Lang::En, FailReason::Refused) => "Not delivered: they or their server refuse your messages.".into(),
        (Lang::Zh, FailReason::Refused) => "未送达：对方或其服务器拒收你的消息。".into(),
        (Lang::En, FailReason::Other(theirs)) if !theirs.is_empty() => {
            fill("Not delivered. The server says: {}", &[theirs])
        }
        (Lang::Zh, FailReason::Other(theirs)) if !theirs.is_empty() => {
            fill("未送达。服务器说：{}", &[theirs])
        }
        (Lang::En, _) => "Not delivered.".into(),
        (Lang::Zh, _) => "未送达。".into(),
    }
}

/// What the server itself said about it, if anything.
fn server_words(problem: &Problem) -> Option<&str> {
    match problem {
        Problem::StreamError { text, .. }
        | Problem::SignUpRefused { text }
        | Problem::ContactRefused { text, .. }
        | Problem::RelationRefused { text, .. } => {
            text.as_deref().map(str::trim).filter(|text| !text.is_empty())
        }
        _ => None,
    }
}

fn problem_en(problem: &Problem) -> (&'static str, &str) {
    match problem {
        Problem::WrongPassword => {
            ("This address and password do not fit together. Check both and try again.", "")
        }
        Problem::AccountDisabled => ("This account is switched off. Ask the people who run the server.", ""),
        Problem::PasswordNeeded => {
            ("Your password is needed again, perhaps because it was changed. Please log in.", "")
        }
        Problem::ServerNotGenuine => (
            "The server could not prove that it is the real one, so nothing more was sent. Try another network, or ask the people who run the server.",
            "",
        ),
        Problem::NoSafeLogIn => (
            "This server offers no safe way to log in from here. Ask the people who run it to turn on SCRAM.",
            "",
        ),
        Problem::WeakerLogIn => (
            "This server once had a safer way to log in than it offers now, so nothing was sent. Ask the people who run it; if they meant it, log out here and log in again.",
            "",
        ),
        Problem::OfferChanged => (
            "Somebody between you and the server has changed what it says, so nothing more was sent. Try another network.",
            "",
        ),
        Problem::TokenLives => (
            "You are logged out on this device, but the server could not be told. Change your password if somebody may have copied data from this device.",
            "",
        ),
        Problem::LogInUnavailable => {
            ("The server can’t log you in at the moment. Wait a little and try again.", "")
        }
        Problem::NoEndpoint { domain } => (
            "“{}” does not say where web apps can connect. Check the spelling after the @, or type the WebSocket address under Advanced.",
            domain,
        ),
        Problem::Unreachable { domain } => {
            ("“{}” does not answer. Check your network and the spelling after the @, then try again.", domain)
        }
        Problem::ServerMisbehaves { detail } => {
            ("The server sent something it should not ({}), so the connection was closed to be safe.", detail)
        }
        Problem::StreamError { condition, .. } => stream_error_en(condition),
        Problem::ReplacedElsewhere => {
            ("This session was opened somewhere else, so it paused here. Choose “Try now” to go on here.", "")
        }
        Problem::OtherPageSilent => (
            "Another tab of this app has the connection and doesn't answer. Close that tab, and this one takes over.",
            "",
        ),
        Problem::NotConnected => ("You are not connected right now. Try again when you are online.", ""),
        Problem::SignUpClosed => (
            "This server does not make accounts here. Try another server, or ask the people who run this one.",
            "",
        ),
        Problem::NameTaken => ("This name is already taken. Try another one.", ""),
        Problem::SignUpRefused { .. } => {
            ("The server did not make the account. Check what you typed and try again.", "")
        }
        Problem::RelationRefused { jid, .. } => {
            ("{} did not get what you changed. It is as it was before.", jid.as_str())
        }
        Problem::ContactRefused { jid, .. } => ("The server did not accept the change for {}.", jid.as_str()),
        Problem::StorageUnavailable => (
            "This browser lets the app keep nothing, perhaps because of a private window. You can chat, but it is all gone when you close the page.",
            "",
        ),
        Problem::StorageFull => (
            "This device has no room left. New messages are not kept here after you close the page. Free some space.",
            "",
        ),
        Problem::InsecurePage => (
            "This page was not opened over https://, so the browser allows no safe log-in. Open it again with https:// in front.",
            "",
        ),
        _ => ("Something went wrong. Please try again.", ""),
    }
}

/// The stream errors a person can meet (RFC 6120 §4.9.3); the rest keep their technical name, for those who help.
fn stream_error_en(condition: &str) -> (&'static str, &str) {
    let words = match condition {
        "host-unknown" | "host-gone" => {
            "This server does not know the domain of your address. Check the part after the @."
        }
        "system-shutdown" => "The server is being shut down or restarted. Try again in a moment.",
        "resource-constraint" => "The server has too much to do at the moment. Try again later.",
        "policy-violation" => "The server closed the connection because one of its rules was broken.",
        "connection-timeout" => "The server heard nothing from here for too long. Try again.",
        _ => return ("The server ended the connection ({}).", condition),
    };
    (words, "")
}

fn stream_error_zh(condition: &str) -> (&'static str, &str) {
    let words = match condition {
        "host-unknown" | "host-gone" => "这个服务器不认识你地址里的域名。请检查 @ 后面的部分。",
        "system-shutdown" => "服务器正在关闭或重启。请稍后再试。",
        "resource-constraint" => "服务器现在太忙。请稍后再试。",
        "policy-violation" => "服务器因为某条规则被违反而断开了连接。",
        "connection-timeout" => "服务器太久没有收到这里的消息。请再试一次。",
        _ => return ("服务器结束了连接（{}）。", condition),
    };
    (words, "")
}

fn problem_zh(problem: &Problem) -> (&'static str, &str) {
    match problem {
        Problem::WrongPassword => ("地址和密码不匹配。请检查后再试。", ""),
        Problem::AccountDisabled => ("这个账号已停用。请联系服务器的管理员。", ""),
        Problem::PasswordNeeded => ("需要重新输入密码，可能是密码改过了。请重新登录。", ""),
        Problem::ServerNotGenuine => {
            ("服务器无法证明自己是真的，已停止发送任何内容。请换个网络再试，或联系服务器的管理员。", "")
        }
        Problem::NoSafeLogIn => ("这个服务器没有提供安全的登录方式。请管理员开启 SCRAM。", ""),
        Problem::WeakerLogIn => (
            "服务器现在提供的登录方式不如以前安全，已停止发送任何内容。请联系管理员；如果确实如此，请退出登录后重新登录。",
            "",
        ),
        Problem::OfferChanged => ("有人在你和服务器之间改动了内容，已停止发送。请换个网络再试。", ""),
        Problem::TokenLives => {
            ("这台设备已退出登录，但没能通知服务器。如果可能有人复制过这台设备的数据，请修改密码。", "")
        }
        Problem::LogInUnavailable => ("服务器暂时无法登录。请稍后再试。", ""),
        Problem::NoEndpoint { domain } => {
            ("“{}”没有说明网页应用该连到哪里。请检查 @ 后面的拼写，或在“高级”里填写 WebSocket 地址。", domain)
        }
        Problem::Unreachable { domain } => ("“{}”没有回应。请检查网络和 @ 后面的拼写，然后再试。", domain),
        Problem::ServerMisbehaves { detail } => {
            ("服务器发来了不该有的内容（{}），为安全起见已断开连接。", detail)
        }
        Problem::StreamError { condition, .. } => stream_error_zh(condition),
        Problem::ReplacedElsewhere => ("你在别处打开了这个会话，这里已暂停。点“立即重试”可在这里继续。", ""),
        Problem::OtherPageSilent => {
            ("连接在另一个标签页里，而它没有回应。关掉那个标签页，这里就会接手。", "")
        }
        Problem::NotConnected => ("现在没有连接。请在线后再试。", ""),
        Problem::SignUpClosed => ("这个服务器不在这里开放注册。请换一个服务器，或联系管理员。", ""),
        Problem::NameTaken => ("这个名字已经有人用了，请换一个。", ""),
        Problem::SignUpRefused { .. } => ("服务器没有接受注册。请检查填写的内容后再试。", ""),
        Problem::RelationRefused { jid, .. } => ("{} 没有收到你的更改，已恢复原样。", jid.as_str()),
        Problem::ContactRefused { jid, .. } => ("服务器没有接受对 {} 的更改。", jid.as_str()),
        Problem::StorageUnavailable => {
            ("浏览器不允许保存内容，可能是无痕窗口。可以聊天，但关闭网页后全部消失。", "")
        }
        Problem::StorageFull => ("这台设备没有空间了，新消息在关闭网页后不会保留。请清理一些空间。", ""),
        Problem::InsecurePage => {
            ("网页不是用 https:// 打开的，浏览器不允许安全登录。请在网址前加上 https:// 重新打开。", "")
        }
        _ => ("出了点问题，请再试一次。", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_problem() -> Vec<Problem> {
        let domain = || "example.org".to_owned();
        vec![
            Problem::WrongPassword,
            Problem::AccountDisabled,
            Problem::PasswordNeeded,
            Problem::ServerNotGenuine,
            Problem::NoSafeLogIn,
            Problem::LogInUnavailable,
            Problem::WeakerLogIn,
            Problem::OfferChanged,
            Problem::TokenLives,
            Problem::NoEndpoint { domain: domain() },
            Problem::Unreachable { domain: domain() },
            Problem::ServerMisbehaves { detail: "malformed-frame".into() },
            Problem::StreamError { condition: "system-shutdown".into(), text: Some("Back at noon".into()) },
            Problem::StreamError { condition: "host-unknown".into(), text: None },
            Problem::OtherPageSilent,
            Problem::NotConnected,
            Problem::ReplacedElsewhere,
            Problem::SignUpClosed,
            Problem::NameTaken,
            Problem::SignUpRefused { text: Some("No more today".into()) },
            Problem::ContactRefused { jid: "a@example.org".parse().unwrap(), text: None },
            Problem::RelationRefused { jid: "a@example.org".parse().unwrap(), text: None },
            Problem::StorageUnavailable,
            Problem::StorageFull,
            Problem::InsecurePage,
        ]
    }

    #[test]
    fn every_problem_has_its_own_sentence_in_both_languages() {
        for lang in [Lang::En, Lang::Zh] {
            let mut seen = Vec::new();
            for problem in every_problem() {
                let words = problem_words(lang, &problem);
                assert!(!words.contains("{}") && words.len() > 12, "{problem:?}: {words}");
                assert!(
                    !words.contains("Something went wrong") && !words.contains("出了点问题"),
                    "{problem:?} has no sentence"
                );
                assert!(!seen.contains(&words), "{words} is said twice");
                seen.push(words);
            }
        }
    }

    #[test]
    fn the_servers_own_words_and_names_are_kept() {
        let problem = Problem::StreamError { condition: "reset".into(), text: Some(" Back at noon ".into()) };
        assert_eq!(
            problem_words(Lang::En, &problem),
            "The server ended the connection (reset). The server says: Back at noon"
        );
        assert!(
            problem_words(Lang::Zh, &Problem::Unreachable { domain: "例子.中国".into() })
                .contains("例子.中国")
        );
        assert_eq!(
            problem_words(Lang::En, &Problem::SignUpRefused { text: Some("  ".into()) }),
            problem_words(Lang::En, &Problem::SignUpRefused { text: None })
        );
    }

    #[test]
    fn every_reason_for_a_failed_message_has_a_sentence() {
        for lang in [Lang::En, Lang::Zh] {
            let reasons = [
                FailReason::NoSuchAddress,
                FailReason::ServerUnreachable,
                FailReason::Refused,
                FailReason::Other(String::new()),
                FailReason::Other("Mailbox <full>".into()),
            ];
            let words: Vec<_> = reasons.iter().map(|reason| fail_words(lang, reason)).collect();
            for (at, sentence) in words.iter().enumerate() {
                assert!(!sentence.is_empty() && !words[..at].contains(sentence), "{sentence}");
            }
            assert!(words[4].contains("Mailbox <full>"));
        }
    }
}
