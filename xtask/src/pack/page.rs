//! The page: styles and its own script in it, smaller, and the app's two files under their new names.

use crate::{Error, Result};

const LINK: &str = "<link rel=\"stylesheet\" href=\"./";

/// What Trunk calls the app: the start of the names of its two files.
pub(super) fn app(html: &str) -> Result<&str> {
    html.split_once("import init, * as bindings from './")
        .and_then(|(_, rest)| rest.split_once(".js'"))
        .map(|(name, _)| name)
        .ok_or_else(|| Error::new("Trunk starts the app in a new way"))
}

/// The names of the style sheets, in order.
pub(super) fn styles(html: &str) -> impl Iterator<Item = &str> {
    html.split(LINK).skip(1).filter_map(|rest| rest.split('"').next())
}

/// The page as it ships. `css` is what the style sheets say, `minify` makes its own script smaller.
pub(super) fn packed(
    html: &str,
    css: &str,
    script: &str,
    wasm: &str,
    minify: impl FnOnce(&str) -> Result<String>,
) -> Result<String> {
    let mut html = html.to_owned();
    for _ in styles(&html.clone()) {
        html = without(&html, LINK, ">")?;
    }
    // The script starts the app itself, and needs no other one to be called by.
    html = without(&html, "<script type=\"module\">", "</script>")?;
    html = without(&html, "<link rel=\"modulepreload\"", ">")?;
    html = without(&html, "<link rel=\"preload\"", ">")?;
    let (before, own, rest) = cut(&html, "<script>", "</script>")?;
    let own = minify(own)?;
    let (head, style, between) = cut(before, "<style>", "</style>")?;
    // One compressed stream instead of four, and no round trip more.
    let style = squeezed(&format!("{style}{css}"));
    // The preload first: nothing takes longer. The app after the page's own script, which hears if it fails.
    let wasm = format!(
        "<link rel=\"preload\" href=\"./{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>"
    );
    let app = format!("<script type=\"module\" src=\"./{script}\"></script>");
    let (head, between, rest) = (lines(head)?, lines(between)?, lines(rest)?);
    Ok(format!("{head}{wasm}<style>{style}</style>{between}<script>{own}</script>{app}{rest}"))
}

/// `text` before the first `open`, what is between it and the next `close`, and what comes after that.
fn cut<'a>(text: &'a str, open: &str, close: &str) -> Result<(&'a str, &'a str, &'a str)> {
    text.split_once(open)
        .and_then(|(before, rest)| rest.split_once(close).map(|(inner, after)| (before, inner, after)))
        .ok_or_else(|| Error::new(format!("the page has no {open}")))
}

fn without(text: &str, open: &str, close: &str) -> Result<String> {
    cut(text, open, close).map(|(before, _, after)| format!("{before}{after}"))
}

/// HTML without comments and line ends. Between tags there is nothing to see in this page.
fn lines(html: &str) -> Result<String> {
    let mut html = html.to_owned();
    while html.contains("<!--") {
        html = without(&html, "<!--", "-->")?;
    }
    Ok(html.lines().map(str::trim).collect())
}

/// CSS without comments and spaces that say nothing. Rules stay as they are: nothing that restructures them was
/// smaller by more than a few bytes once compressed.
fn squeezed(css: &str) -> String {
    let mut parts = css.split("/*");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once("*/").map_or("", |(_, after)| after));
    }
    let mut result = String::new();
    for word in plain.split_whitespace() {
        let tight = |c: char| "{};,>".contains(c);
        // `a :is(b)` is not `a:is(b)`, but after a colon a value may begin at once. A `:` that ends a word ends the
        // name of a property.
        let joins =
            result.is_empty() || result.ends_with(|c| tight(c) || c == ':') || word.starts_with(tight);
        if !joins {
            result.push(' ');
        }
        for piece in word.split_inclusive('}') {
            if piece.starts_with('}') && result.ends_with(';') {
                result.pop();
            }
            result.push_str(piece);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!doctype html>
<head>
  <!-- why -->
  <meta name="a" content="b c" />
<script type="module">
import init, * as bindings from './app-12.js';
</script>
  <style>
    #a { b: c; }
  </style>
  <script>
    run(1);
  </script>
<link rel="modulepreload" href="./app-12.js" crossorigin="anonymous"><link rel="preload" href="./app-12_bg.wasm" crossorigin="anonymous" as="fetch" type="application/wasm"></head>
<body>
  <link rel="stylesheet" href="./x-1.css"/>
  <link rel="stylesheet" href="./y-2.css"/>
</body>
"#;

    #[test]
    fn everything_that_is_in_the_page_is_packed() {
        assert_eq!(app(PAGE).unwrap(), "app-12");
        assert_eq!(styles(PAGE).collect::<Vec<_>>(), ["x-1.css", "y-2.css"]);
        let page = packed(PAGE, "p { q: r; }", "s.js", "w.wasm", |text| Ok(text.trim().to_owned())).unwrap();
        let expected = "<!doctype html><head><meta name=\"a\" content=\"b c\" />\
            <link rel=\"preload\" href=\"./w.wasm\" as=\"fetch\" type=\"application/wasm\" crossorigin>\
            <style>#a{b:c}p{q:r}</style><script>run(1);</script><script type=\"module\" src=\"./s.js\"></script></head><body></body>";
        assert_eq!(page, expected);
    }

    #[test]
    fn another_page_is_an_error() {
        for gone in ["<style>", "<script>", "<script type=\"module\">", "<link rel=\"preload\""] {
            assert!(packed(&PAGE.replace(gone, ""), "", "", "", |_| Ok(String::new())).is_err(), "{gone}");
        }
        assert!(app("<html>").is_err());
    }

    #[test]
    fn css_keeps_the_spaces_that_mean_something() {
        let css = "/* a\n b */\n.a :is(.b, .c)  > d {\n  font: 1px/2 \"A B\", c;\n  top: calc(1px + 2px);\n}\n\
                   @media (width >= 7px) { .x .y:hover { a: b !important; } }\n:root { --a: b; }";
        assert_eq!(
            squeezed(css),
            ".a :is(.b,.c)>d{font:1px/2 \"A B\",c;top:calc(1px + 2px)}\
             @media (width>= 7px){.x .y:hover{a:b !important}}:root{--a:b}"
        );
    }
}
