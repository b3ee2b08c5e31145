//! Links in plain text.

use projection::Piece;
use projection::links::split;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn links(text: &str) -> Vec<&str> {
    let link = |piece| match piece {
        Piece::Link { href, text } => {
            assert_eq!(href, text);
            Some(href)
        }
        Piece::Text(_) => None,
    };
    split(text).into_iter().filter_map(link).collect()
}

#[test]
fn links_end_where_a_reader_ends_them() {
    for (text, expected) in [
        ("see https://example.org/a?b=c#d now", "https://example.org/a?b=c#d"),
        ("https://example.org.", "https://example.org"),
        ("(https://example.org/a)", "https://example.org/a"),
        ("https://en.wikipedia.org/wiki/A_(b)", "https://en.wikipedia.org/wiki/A_(b)"),
        ("(https://en.wikipedia.org/wiki/A_(b)).", "https://en.wikipedia.org/wiki/A_(b)"),
        ("really, http://a.b/c?!...", "http://a.b/c"),
        ("看https://example.org/路径。好", "https://example.org/路径"),
        ("「https://example.org」", "https://example.org"),
        ("（https://example.org/a，b）", "https://example.org/a"),
        ("https://[::1]:5280/x", "https://[::1]:5280/x"),
        ("xmpp:romeo@montague.lit?join", "xmpp:romeo@montague.lit?join"),
        ("mailto:a@b.c, please", "mailto:a@b.c"),
        ("geo:48.2,16.3;u=3", "geo:48.2,16.3;u=3"),
        ("geo:-48.2,16.3", "geo:-48.2,16.3"),
        ("HTTPS://Example.ORG/", "HTTPS://Example.ORG/"),
        ("<https://example.org>", "https://example.org"),
        ("\"https://example.org\"", "https://example.org"),
        ("https://例子.中国/", "https://例子.中国/"),
        ("https://a.b/\u{202e}gpj.exe", "https://a.b/"),
        ("https://a.b/x'", "https://a.b/x"),
    ] {
        assert_eq!(links(text), [expected], "{text}");
    }
    assert_eq!(links("http://a.b http://c.d"), ["http://a.b", "http://c.d"]);
}

#[test]
fn what_is_unsafe_or_guessed_is_text() {
    for text in [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://a.b",
        "www.example.org",
        "example.org",
        "vbscript:x",
        "xhttp://a.b",
        "x.https://a.b",
        "http://",
        "https:// a",
        "http:///a",
        "https://.",
        "xmpp:",
        "xmpp:?join",
        "mailto:",
        "mailto:ab",
        "mailto:ab cd@e",
        "geo:x",
        "geo:12",
        "http:/a.b",
        "https://[",
        "http:a.b",
        "blob:https",
        "view-source:",
        "a-http://b",
    ] {
        assert_eq!(split(text), [Piece::Text(text)], "{text}");
    }
    assert!(split("").is_empty());
}

#[test]
fn long_nonsense_is_split_quickly() {
    let start = Instant::now();
    for text in [
        "http://#",
        "mailto:a/",
        "geo:1/",
        "https://[/",
        "http://a)))))",
        "http://a((",
        "xmpp:",
        "https://a.",
    ] {
        let long = text.repeat(300_000 / text.len());
        let pieces: usize = split(&long).iter().map(|piece| piece.as_str().len()).sum();
        assert_eq!(pieces, long.len());
    }
    // Seconds at most unoptimised; anything quadratic over 300,000 bytes takes many minutes.
    assert!(start.elapsed() < Duration::from_mins(1), "took {:?}", start.elapsed());
}

fn any_soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "http://",
            "https://",
            "HTTP://",
            "xmpp:",
            "mailto:",
            "geo:",
            "javascript:",
            "a",
            "例",
            ".",
            ",",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "。",
            "」",
            "@",
            " ",
            "\n",
            "1",
            "-",
            "😀",
            "\u{202e}",
            "'",
            "\"",
            "/",
            "?",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    proptest::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn pieces_are_the_text_and_links_are_safe(text in any_soup()) {
        let pieces = split(&text);
        let joined: String = pieces.iter().map(|piece| piece.as_str()).collect();
        prop_assert_eq!(&joined, &text);
        for piece in pieces {
            prop_assert!(!piece.as_str().is_empty());
            if let Piece::Link { href, .. } = piece {
                let href = href.to_lowercase();
                prop_assert!(["http://", "https://", "xmpp:", "mailto:", "geo:"].iter().any(|scheme| href.starts_with(scheme)));
                let cut = href.ends_with(['.', ',', '。', ' ', '!', '\u{202e}']);
                prop_assert!(!cut);
            }
        }
    }
}
