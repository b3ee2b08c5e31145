//! Message Styling (XEP-0393): its own examples, and what no text may do.

use projection::styling::{MAX_QUOTES, Part, Style, action, parts, spoken};
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// The parts as a person would draw them: `S(…)` strong, `E(…)` emphasis, `D(…)` strike, `C(…)` code, `P[…]` preformatted, `Q[…]`
/// quote, `{…}` a fence, `<…>` a label. Line ends are `⏎`.
fn drawn(text: &str) -> String {
    let mut open = Vec::new();
    let mut out = String::new();
    for part in parts(text) {
        match part {
            Part::Begin(style) => {
                let (begin, end) = match style {
                    Style::Strong => ("S(", ")"),
                    Style::Emphasis => ("E(", ")"),
                    Style::Strike => ("D(", ")"),
                    Style::Code => ("C(", ")"),
                    Style::Preformatted => ("P[", "]"),
                    Style::Quote => ("Q[", "]"),
                };
                out.push_str(begin);
                open.push(end);
            }
            Part::End => out.push_str(open.pop().expect("what ends has begun")),
            Part::Text(text) | Part::Mark(text) => out.push_str(text),
            Part::Fence(text) => out.push_str(&format!("{{{text}}}")),
            Part::Label(text) => out.push_str(&format!("<{text}>")),
        }
    }
    out.replace('\n', "⏎")
}

#[test]
fn the_examples_of_the_standard() {
    for (text, expected) in [
        // §6.2 "each of the following would be styled as indicated"
        ("plain span", "plain span"),
        ("*strong span*", "S(*strong span*)"),
        ("plain _emphasis_ plain", "plain E(_emphasis_) plain"),
        ("`pre` plain *strong*", "C(`pre`) plain S(*strong*)"),
        ("*strong*plain*", "S(*strong*)plain*"),
        ("* plain *strong*", "* plain S(*strong*)"),
        // "Nothing would be styled in the following messages"
        ("not strong*", "not strong*"),
        ("*not strong", "*not strong"),
        ("*not \n strong*", "*not ⏎ strong*"),
        ("*not *strong", "*not *strong"),
        ("**", "**"),
        ("***", "***"),
        ("****", "****"),
        // §6.1.1, §6.2.1 to §6.2.5
        (
            "there is no *formatting\nas spans* may not escape blocks.",
            "there is no *formatting⏎as spans* may not escape blocks.",
        ),
        ("Two spans, both *alike in dignity*", "Two spans, both S(*alike in dignity*)"),
        (
            "is _Twelfth Night, or What You Will_ but\n_most_ people",
            "is E(_Twelfth Night, or What You Will_) but⏎E(_most_) people",
        ),
        ("Everyone ~dis~likes cake.", "Everyone D(~dis~)likes cake."),
        ("This is `*monospace*`", "This is C(`*monospace*`)"),
        ("This is *`monospace and bold`*", "This is S(*C(`monospace and bold`)*)"),
        // §6.1.2
        ("```ignored\n(println \"Hi\")\n```\nThis", "P[{```}<ignored>{⏎}(println \"Hi\")⏎{```⏎}]This"),
        ("> ```\n> (println)\nplain!", "Q[{> }P[{```}{⏎}{> }(println)⏎]]plain!"),
        // §6.1.3
        ("> That that is, is.\nSaid", "Q[{> }That that is, is.⏎]Said"),
        (">> That that is, is.\n> Said.\nWho?", "Q[Q[{>> }That that is, is.⏎]{> }Said.⏎]Who?"),
        // §6.3
        ("> _ <", "Q[{> }_ <]"),
    ] {
        assert_eq!(drawn(text), expected, "{text}");
    }
}

#[test]
fn what_the_examples_leave_open() {
    for (text, expected) in [
        ("", ""),
        ("*a _b ~c `d *e* _f_`~_*", "S(*a _b ~c `d *e*) E(_f_)`~_*"),
        ("*_both_*", "S(*E(_both_)*)"),
        ("**bold**", "**bold**"),
        ("snake_case_name 2*3*4", "snake_case_name 2*3*4"),
        ("*a* *b*", "S(*a*) S(*b*)"),
        ("`*a`*", "C(`*a`)*"),
        ("_a *b_ c*", "E(_a *b_) c*"),
        ("*\u{3000}a* *b*", "*\u{3000}a* S(*b*)"),
        ("*加粗*，好", "S(*加粗*)，好"),
        ("```\na\n``` \n```\nb", "P[{```}{⏎}a⏎``` ⏎{```⏎}]b"),
        ("```", "P[{```}]"),
        ("a\n> b\n> > c\n>d", "a⏎Q[{> }b⏎Q[{> > }c⏎]{>}d]"),
        (
            "> ```\n>> not deeper\n> ```\n>> deeper",
            "Q[{> }P[{```}{⏎}{>}> not deeper⏎{> }{```⏎}]Q[{>> }deeper]]",
        ),
        (">\n>a", "Q[{>}⏎{>}a]"),
        ("> *a\n> b*", "Q[{> }*a⏎{> }b*]"),
    ] {
        assert_eq!(drawn(text), expected, "{text}");
    }
    assert_eq!(
        drawn(&">".repeat(12)),
        format!("{}{{{}}}>>>>{}", "Q[".repeat(8), ">".repeat(8), "]".repeat(8))
    );
}

#[test]
fn an_action_is_what_begins_with_slash_me_and_a_space() {
    assert_eq!(action("/me shrugs in disgust"), Some("shrugs in disgust"));
    assert_eq!(spoken("Atlas", "/me shrugs"), "Atlas shrugs");
    assert_eq!(spoken("Atlas", "no /me"), "Atlas: no /me");
    for text in [
        "/meshrugs",
        "/me's disgusted",
        " /me shrugs",
        "\"/me shrugs\"",
        "* Atlas shrugs",
        "/me",
        "say /me x",
    ] {
        assert_eq!(action(text), None, "{text}");
    }
}

#[test]
fn long_nonsense_is_styled_quickly() {
    let start = Instant::now();
    for text in [
        "*",
        " *",
        " *a",
        "*a ",
        " *a_b `c~",
        "a* ",
        "_ *",
        "> ",
        ">",
        ">\n",
        "```\n",
        "> ```\n",
        "`",
        " `a",
        "*a*",
        " *_~`",
        "*b _c* d_ ",
        ">>>>>>>>\n>\n",
        "a",
        "\n",
        "\u{3000}*",
    ] {
        let long = text.repeat(300_000 / text.len());
        let length: usize = parts(&long).iter().map(|part| part.as_str().len()).sum();
        assert_eq!(length, long.len());
    }
    // Seconds at most unoptimised; anything quadratic over 300,000 bytes takes many minutes.
    assert!(start.elapsed() < Duration::from_mins(1), "took {:?}", start.elapsed());
}

fn any_soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => proptest::sample::select(vec![
            "*", "_", "~", "`", "```", ">", "> ", ">>", " ", "\n", "\n> ", "\n```\n", "a", "b c", "例", "\u{3000}", "/me ", "😀", "\r", "<b>",
        ])
        .prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn all_that_was_written_is_shown_and_all_that_begins_ends(text in any_soup()) {
        let parts = parts(&text);
        let joined: String = parts.iter().map(|part| part.as_str()).collect();
        prop_assert_eq!(&joined, &text);
        let mut open: Vec<Style> = Vec::new();
        for part in &parts {
            match part {
                Part::Begin(style) => {
                    // Blocks are never inside of spans, nothing is inside of what is preformatted, and no span is in one of its kind.
                    let inside = open.last();
                    prop_assert!(!matches!(inside, Some(Style::Code | Style::Preformatted)));
                    match style {
                        Style::Quote | Style::Preformatted => prop_assert!(matches!(inside, None | Some(Style::Quote))),
                        span => prop_assert!(!open.contains(span)),
                    }
                    open.push(*style);
                }
                Part::End => prop_assert!(open.pop().is_some()),
                other => prop_assert!(!other.as_str().is_empty()),
            }
            prop_assert!(open.len() <= MAX_QUOTES + 4);
        }
        prop_assert!(open.is_empty());
    }

    #[test]
    fn a_span_is_within_its_line_and_touches_no_white_space(text in any_soup()) {
        let mut at = 0;
        let mut begun: Vec<(Style, usize)> = Vec::new();
        for part in parts(&text) {
            at += part.as_str().len();
            match part {
                Part::Begin(style) => begun.push((style, at)),
                Part::End => {
                    let (style, from) = begun.pop().expect("it began");
                    let span = &text[from..at];
                    let directive = match style {
                        Style::Strong => '*',
                        Style::Emphasis => '_',
                        Style::Strike => '~',
                        Style::Code => '`',
                        Style::Preformatted | Style::Quote => continue,
                    };
                    let within = span.strip_prefix(directive).and_then(|rest| rest.strip_suffix(directive));
                    let within = within.expect("it has both directives");
                    prop_assert!(!within.is_empty() && !within.contains('\n'));
                    prop_assert!(!within.starts_with(char::is_whitespace) && !within.ends_with(char::is_whitespace));
                }
                _ => {}
            }
        }
    }
}
