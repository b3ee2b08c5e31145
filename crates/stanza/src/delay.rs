//! Delayed delivery (XEP-0203, and the older form of XEP-0091).

use crate::{Element, datetime, ns};
use model::{Jid, WallMs};

/// Who held a stanza back, if they say so, and when it was first sent. Reads the first good `<delay/>` of the stanza,
/// else the first good `<x xmlns='jabber:x:delay'/>`.
///
/// Anyone on the way may have written it, the sender too: it tells where to show a message, and proves nothing.
pub fn read(stanza: &Element) -> Option<(Option<Jid>, WallMs)> {
    let known = |delay: &Element, parse: fn(&str) -> Option<WallMs>| {
        let at = parse(delay.get("stamp")?)?;
        Some((delay.get("from").and_then(|from| from.parse().ok()), at))
    };
    let mut modern = stanza.find_all("delay", ns::DELAY);
    let mut legacy = stanza.find_all("x", ns::LEGACY_DELAY);
    modern
        .find_map(|delay| known(delay, datetime::parse))
        .or_else(|| legacy.find_map(|delay| known(delay, datetime::parse_legacy)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(inner: &str) -> Option<(Option<String>, WallMs)> {
        let stanza = Element::parse(&format!("<message xmlns='jabber:client'>{inner}</message>")).unwrap();
        read(&stanza).map(|(from, at)| (from.map(|jid| jid.to_string()), at))
    }

    #[test]
    fn delays_are_read() {
        assert_eq!(
            of(
                "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='1970-01-01T00:00:01Z'>Offline</delay>"
            ),
            Some((Some("example.org".into()), 1000))
        );
        assert_eq!(of("<x xmlns='jabber:x:delay' stamp='19700101T00:00:02'/>"), Some((None, 2000)));
        let both = "<x xmlns='jabber:x:delay' stamp='19700101T00:00:02'/><delay xmlns='urn:xmpp:delay' stamp='1970-01-01T00:00:03Z'/>";
        assert_eq!(of(both), Some((None, 3000)));
        assert_eq!(of(&both.replace("03Z", "0Z")), Some((None, 2000)));
        assert_eq!(
            of("<delay xmlns='urn:xmpp:delay' from='a b' stamp='1970-01-01T00:00:01Z'/>"),
            Some((None, 1000))
        );
        assert_eq!(of("<delay xmlns='urn:xmpp:delay'/>"), None);
        assert_eq!(of("<body>hi</body>"), None);
    }
}
