//! Elements in and out.

use proptest::prelude::*;
use stanza::{Element, Limits, Node, ParseError, ns};
use std::time::{Duration, Instant};

fn refused(text: &str) -> &'static str {
    match Element::parse(text) {
        Ok(element) => panic!("{text:?} passed as {element:?}"),
        Err(error) => error.code(),
    }
}

/// `pattern` for every number below `n`, which replaces its `#`.
fn numbered(n: usize, pattern: &str) -> String {
    (0..n).fold(String::new(), |all, i| all + &pattern.replace('#', &i.to_string()))
}

#[test]
fn a_stanza_is_read() {
    let text = "<message xmlns='jabber:client' from='a@b/c' xml:lang='en'><body>1 &lt; 2 &#x26; <![CDATA[3 < 4]]></body>\
                <x:delay xmlns:x='urn:xmpp:delay' stamp=\"2002\"/></message>\n";
    let message = Element::parse(text).unwrap();
    assert!(message.is("message", ns::CLIENT));
    assert_eq!(message.get("xml:lang"), Some("en"));
    assert_eq!(message.get("xmlns"), None);
    assert_eq!(message.child_text("body", ns::CLIENT).as_deref(), Some("1 < 2 & 3 < 4"));
    assert_eq!(message.find("delay", ns::DELAY).and_then(|d| d.get("stamp")), Some("2002"));
    assert!(message.find("delay", ns::CLIENT).is_none());
    assert_eq!(message.elements().count(), 2);
}

#[test]
fn the_default_namespace_can_be_undeclared_and_shadowed() {
    let root = Element::parse("<a xmlns='u'><b xmlns=''><c/></b><b xmlns='v'/><b/></a>").unwrap();
    let spaces: Vec<_> = root.elements().map(Element::ns).collect();
    assert_eq!(spaces, ["", "v", "u"]);
    assert_eq!(Element::parse(&root.to_xml()).unwrap(), root);
    assert_eq!(root.to_xml(), "<a xmlns=\"u\"><b xmlns=\"\"><c/></b><b xmlns=\"v\"/><b/></a>");
}

#[test]
fn a_declaration_may_begin_a_frame() {
    for good in ["<?xml version='1.0'?><a/>", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a/>"] {
        assert!(Element::parse(good).is_ok(), "{good}");
    }
    for bad in ["<?xml?><a/>", "<?xml version='1.0' encoding='latin1'?><a/>", "<?xml lol?><a/>"] {
        assert_eq!(refused(bad), "malformed", "{bad}");
    }
    assert_eq!(refused("<a/><?xml version='1.0'?>"), "processing-instruction");
    assert_eq!(refused("<?xml version='1.0'?><?xml version='1.0'?><a/>"), "processing-instruction");
}

#[test]
fn what_rfc_6120_forbids_is_refused() {
    for (text, code) in [
        ("<!DOCTYPE a><a/>", "doctype"),
        ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "doctype"),
        ("<a>&nbsp;</a>", "entity"),
        ("<a b='&c;'/>", "entity"),
        ("<!-- c --><a/>", "comment"),
        ("<a><!-- c --></a>", "comment"),
        ("<a><?b c?></a>", "processing-instruction"),
        ("<?b c?><a/>", "processing-instruction"),
    ] {
        assert_eq!(refused(text), code, "{text}");
    }
}

#[test]
fn what_is_not_one_well_formed_element_is_refused() {
    for (text, code) in [
        ("", "no-element"),
        (" ", "no-element"),
        (" <a/>", "no-element"),
        ("\u{feff}<a/>", "no-element"),
        ("hello", "no-element"),
        ("<?xml version='1.0'?>", "no-element"),
        ("<a>", "unexpected-end"),
        ("<a", "unexpected-end"),
        ("<a b='", "unexpected-end"),
        ("<a><![CDATA[", "unexpected-end"),
        ("<a></b>", "malformed"),
        ("</a>", "malformed"),
        ("<a/><b/>", "trailing-data"),
        ("<a/>x", "trailing-data"),
        ("<a/>&amp;", "trailing-data"),
        ("<a/></a>", "malformed"),
        ("<a b='1' b='2'/>", "duplicate-attribute"),
        ("<a xmlns='u' xmlns='v'/>", "duplicate-attribute"),
        ("<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", "duplicate-attribute"),
        ("<p:a/>", "unbound-prefix"),
        ("<a p:b='1'/>", "unbound-prefix"),
        ("<a><b xmlns:p='u'/><p:c/></a>", "unbound-prefix"),
        ("<a xmlns:p=''/>", "bad-namespace"),
        ("<a xmlns:xml='u'/>", "bad-namespace"),
        ("<a xmlns:xmlns='u'/>", "bad-namespace"),
        ("<xml:a/>", "bad-namespace"),
        ("<a b/>", "malformed"),
        ("<a b=c/>", "malformed"),
        ("<a b='1'c='2'/>", "malformed"),
        ("<a b='<'/>", "malformed"),
        ("<a b='&'/>", "malformed"),
        ("<a>]]></a>", "malformed"),
        ("<a>&</a>", "malformed"),
        ("<a>&#;</a>", "malformed"),
        ("<a>&#x;</a>", "malformed"),
        ("<a>&#+5;</a>", "malformed"),
        ("<1a/>", "malformed"),
        ("<a:b:c xmlns:a='u'/>", "malformed"),
        ("<:a/>", "malformed"),
        ("<a:/>", "malformed"),
        ("< a/>", "malformed"),
        ("<a/ >", "malformed"),
        ("<a>\u{1}</a>", "bad-character"),
        ("<a>\u{fffe}</a>", "bad-character"),
        ("<a>&#0;</a>", "bad-character"),
        ("<a>&#xD800;</a>", "bad-character"),
        ("<a>&#99999999999;</a>", "bad-character"),
        ("<a b='&#x1;'/>", "bad-character"),
    ] {
        assert_eq!(refused(text), code, "{text}");
    }
}

#[test]
fn line_ends_and_attribute_space_are_normalised() {
    let element = Element::parse("<a b='1\r\n2\t3&#10;4'>x\r\ny\rz&#13;</a>").unwrap();
    assert_eq!(element.get("b"), Some("1 2 3\n4"));
    assert_eq!(element.text(), "x\ny\nz\r");
}

#[test]
fn builders_write_what_they_say() {
    let iq = Element::new("iq", ns::CLIENT)
        .attr("type", "set")
        .attr_opt("to", None::<String>)
        .attr("id", "a\"<\n")
        .with(Element::new("query", ns::ROSTER).with_text("a&b").with_text("\0>\r"))
        .with_opt(None);
    assert_eq!(
        iq.to_xml(),
        "<iq xmlns=\"jabber:client\" type=\"set\" id=\"a&quot;&lt;&#10;\"><query xmlns=\"jabber:iq:roster\">a&amp;b&gt;&#13;</query></iq>"
    );
    assert_eq!(iq.to_string(), iq.to_xml());
    let odd = Element::new("a", "").attr("xmlns", "u").attr("p:b", "1").attr("xml:lang", "en");
    assert_eq!(odd.to_xml(), "<a xml:lang=\"en\"/>");
}

#[test]
fn limits_hold_exactly() {
    let nested = |n: usize| format!("{}{}", "<a>".repeat(n), "</a>".repeat(n));
    assert!(Element::parse(&nested(64)).is_ok());
    assert_eq!(refused(&nested(65)), "too-deep");
    let attributes = |n: usize| {
        let list = numbered(n, " a#='1'");
        format!("<a{list}/>")
    };
    assert!(Element::parse(&attributes(64)).is_ok());
    assert_eq!(refused(&attributes(65)), "too-many-attributes");
    let small = Limits { nodes: 4, bytes: 40, ..Limits::default() };
    assert!(Element::parse_with("<a>1<b/>2</a>", &small).is_ok());
    assert_eq!(Element::parse_with("<a>1<b/>2<b/></a>", &small), Err(ParseError::TooManyNodes));
    assert!(Element::parse_with(&format!("<a>{}</a>", "x".repeat(33)), &small).is_ok());
    assert_eq!(Element::parse_with(&format!("<a>{}</a>", "x".repeat(34)), &small), Err(ParseError::TooLong));
}

#[test]
fn bombs_are_refused_quickly() {
    let start = Instant::now();
    let deep = "<a>".repeat(100_000);
    assert_eq!(refused(&deep), "too-deep");
    let many = numbered(100_000, " b#=''");
    assert_eq!(refused(&format!("<a{many}/>")), "too-many-attributes");
    assert_eq!(refused(&format!("<a>{}</a>", "<b/>".repeat(200_000))), "too-many-nodes");
    let prefixes = numbered(64, " xmlns:p#='u'");
    assert_eq!(refused(&format!("<a{prefixes}><b xmlns='u'/></a>")), "too-many-attributes");
    // A long namespace name inherited by very many children.
    let long = format!("<a xmlns='{}'>{}</a>", "u".repeat(1024), "<b/>".repeat(65_000));
    assert!(Element::parse(&long).is_ok());
    assert_eq!(refused(&format!("<a xmlns='{}'/>", "u".repeat(1025))), "bad-namespace");
    let laughs = "<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><l>&b;</l>";
    assert_eq!(refused(laughs), "doctype");
    // Far more than an unoptimised build needs, far less than anything quadratic over a mebibyte.
    assert!(start.elapsed() < Duration::from_secs(20), "took {:?}", start.elapsed());
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{1,12}",
        "[\\t\\n\\r&<>\"']{1,6}",
        proptest::collection::vec(
            any::<char>().prop_filter("XML", |c| {
                matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
            }),
            1..8
        )
        .prop_map(String::from_iter),
    ]
}

fn any_element() -> impl Strategy<Value = Element> {
    let name = "[a-zA-Z_é中][a-zA-Z0-9._-]{0,5}";
    let space = prop_oneof![Just(String::new()), Just("jabber:client".to_owned()), any_text()];
    let attrs =
        proptest::collection::vec((prop_oneof!["[a-z]{1,3}", Just("xml:lang".to_owned())], any_text()), 0..4);
    let leaf = (name, space, attrs)
        .prop_map(|(name, space, attrs)| {
            attrs
                .into_iter()
                .filter(|(name, _)| name != "xmlns")
                .fold(Element::new(&name, &space), |e, (n, v)| e.attr(&n, v))
        })
        .boxed();
    leaf.clone().prop_recursive(5, 40, 6, move |inner| {
        let child = prop_oneof![inner.prop_map(Node::Element), any_text().prop_map(Node::Text)];
        (leaf.clone(), proptest::collection::vec(child, 0..6)).prop_map(|(element, children)| {
            children.into_iter().fold(element, |parent, child| match child {
                Node::Element(child) => parent.with(child),
                Node::Text(text) => parent.with_text(text),
            })
        })
    })
}

/// Pieces that make interesting nonsense more often than plain random text does.
fn any_soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "<",
            ">",
            "/>",
            "</",
            "a",
            "b:c",
            "<a",
            "<a>",
            "</a>",
            "<b/>",
            " xmlns='u'",
            " xmlns:b='v'",
            "='",
            "'",
            "\"",
            "&",
            "&amp;",
            "&#",
            "&#x41;",
            ";",
            "<!--",
            "-->",
            "<?",
            "?>",
            "<?xml version='1.0'?>",
            "<![CDATA[",
            "]]>",
            "<!DOCTYPE",
            "[",
            "]",
            " ",
            "\r\n",
            "\u{feff}",
            "\0",
            "é",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

fn size(element: &Element) -> (usize, usize, usize) {
    element.nodes().iter().fold((1, 1, element.attrs().len()), |(nodes, depth, attrs), node| match node {
        Node::Text(text) => {
            assert!(!text.is_empty());
            (nodes + 1, depth, attrs)
        }
        Node::Element(child) => {
            let (n, d, a) = size(child);
            (nodes + n, depth.max(d + 1), attrs.max(a))
        }
    })
}

fn check(text: &str) {
    let limits = Limits { bytes: 400, depth: 4, attributes: 3, nodes: 12 };
    for limits in [limits, Limits::default()] {
        if let Ok(element) = Element::parse_with(text, &limits) {
            let (nodes, depth, attrs) = size(&element);
            assert!(nodes <= limits.nodes && depth <= limits.depth && attrs <= limits.attributes);
            assert!(text.len() <= limits.bytes);
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn arbitrary_markup_never_panics(text in any_soup()) {
        check(&text);
        check(&format!("<a>{text}</a>"));
        check(&format!("<a {text}/>"));
    }

    #[test]
    fn what_is_written_is_read_back(element in any_element()) {
        let xml = element.to_xml();
        prop_assert_eq!(Element::parse(&xml), Ok(element), "{}", xml);
    }

    #[test]
    fn what_is_read_can_be_written(text in any_soup()) {
        if let Ok(element) = Element::parse(&format!("<a xmlns='u'>{text}</a>")) {
            prop_assert!(Element::parse(&element.to_xml()).is_ok());
        }
    }
}
