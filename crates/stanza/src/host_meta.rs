//! Links of a host-meta document in its XML form (RFC 6415 §3, used by XEP-0156).

use crate::parse::{Kind, parse};
use crate::{Element, Limits, ParseError};

/// Reads the `(rel, href)` pairs of an XRD document. A web document, not a frame: comments and an XML declaration are
/// fine, DTDs and entities are not. Namespaces are not looked at, since hand-written documents get them wrong.
pub fn parse_xrd(text: &str) -> Result<Vec<(String, String)>, ParseError> {
    let root = parse(text, &Limits::default(), Kind::Document)?;
    let links = root.elements().filter(|link| root.name() == "XRD" && link.name() == "Link");
    let pair =
        |link: &Element| Some((link.get("rel")?.trim().to_owned(), link.get("href")?.trim().to_owned()));
    Ok(links.filter_map(pair).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_of_the_xep_is_read() {
        // XEP-0156 §3, with what hand-written files have besides.
        let text = "\u{feff}\n<?xml version='1.0' encoding='utf-8'?>\n<!-- ours -->\n<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>\n\
            <!-- <Link rel='no' href='no'/> --><Link rel=\"urn:xmpp:alt-connections:xbosh\"\n href=\"https://web.example.com:5280/bosh\" />\
            <Link rel='urn:xmpp:alt-connections:websocket' href=' wss://web.example.com:443/ws?a=1&amp;b=2 '/><Link rel='x'/></XRD>\n<!-- end -->";
        let links = parse_xrd(text).unwrap();
        assert_eq!(links.len(), 2);
        assert_eq!(
            links[1],
            ("urn:xmpp:alt-connections:websocket".into(), "wss://web.example.com:443/ws?a=1&b=2".into())
        );
    }

    #[test]
    fn what_is_no_xrd_has_no_links() {
        assert_eq!(parse_xrd("<html><Link rel='a' href='b'/></html>"), Ok(vec![]));
        assert_eq!(parse_xrd("{\"links\":[]}"), Err(ParseError::Malformed));
        assert_eq!(parse_xrd(""), Err(ParseError::NoElement));
        assert_eq!(parse_xrd("<!DOCTYPE html><html/>"), Err(ParseError::Doctype));
        assert_eq!(parse_xrd("<XRD>&copy;</XRD>"), Err(ParseError::Entity));
    }
}
