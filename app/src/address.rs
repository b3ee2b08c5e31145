//! Addresses as people type and paste them.

use crate::i18n::{Text, fill};
use crate::percent;
use model::BareJid;

/// Why what was typed is not the address of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AddressError {
    /// Nothing was typed.
    Empty,
    /// A server's name only.
    NoLocal(String),
    /// A person's name only, and no default domain is known.
    NoDomain(String),
    /// Something that can't be an address.
    Bad,
}

impl AddressError {
    /// As a sentence.
    pub(crate) fn words(&self, t: &Text) -> String {
        match self {
            Self::Empty => t.address_empty.into(),
            Self::NoLocal(domain) => fill(t.address_no_local, &[domain]),
            Self::NoDomain(name) => fill(t.address_no_domain, &[name]),
            Self::Bad => t.address_bad.into(),
        }
    }
}

/// Reads an address. Takes what people paste: spaces and invisible characters around and inside it, `xmpp:` links, a resource, the
/// full-width `＠` of a Chinese keyboard. A name alone gets the default domain.
pub(crate) fn parse(typed: &str, default_domain: Option<&str>) -> Result<BareJid, AddressError> {
    let mut text: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'))
        .map(|c| match c {
            '＠' => '@',
            '。' | '．' => '.',
            c => c,
        })
        .collect();
    if text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("xmpp:")) {
        let uri = text[5..].trim_start_matches('/');
        text = percent::decode(uri.split(['?', '#']).next().unwrap_or_default());
    }
    let bare = text.split('/').next().unwrap_or_default();
    match bare.split_once('@') {
        _ if bare.is_empty() => Err(AddressError::Empty),
        Some(("", "")) => Err(AddressError::Bad),
        Some(("", domain)) => Err(AddressError::NoLocal(domain.to_owned())),
        Some((local, "")) => match default_domain {
            Some(domain) => BareJid::new(Some(local), domain).map_err(|_| AddressError::Bad),
            None => Err(AddressError::NoDomain(local.to_owned())),
        },
        Some((local, domain)) => BareJid::new(Some(local), domain).map_err(|_| AddressError::Bad),
        None => match default_domain {
            Some(domain) => BareJid::new(Some(bare), domain).map_err(|_| AddressError::Bad),
            None => Err(AddressError::NoDomain(bare.to_owned())),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ok(typed: &str, domain: Option<&str>) -> String {
        parse(typed, domain).unwrap_or_else(|error| panic!("{typed:?}: {error:?}")).to_string()
    }

    #[test]
    fn what_people_paste_is_understood() {
        assert_eq!(ok("  Juliet@Example.org \n", None), "juliet@example.org");
        assert_eq!(ok("xmpp:juliet@example.org?message;body=hi", None), "juliet@example.org");
        assert_eq!(ok("XMPP://juliet@example.org", None), "juliet@example.org");
        assert_eq!(ok("juliet@example.org/balcony", None), "juliet@example.org");
        assert_eq!(ok("juliet ＠ example。org", None), "juliet@example.org");
        assert_eq!(ok("\u{200e}juliet@example.org\u{feff}", None), "juliet@example.org");
        assert_eq!(ok("xmpp:%E5%B0%8F%E6%98%8E@x.cn", None), "小明@x.cn");
    }

    #[test]
    fn a_name_alone_gets_the_operators_domain() {
        assert_eq!(ok("juliet", Some("example.org")), "juliet@example.org");
        assert_eq!(ok("juliet@", Some("example.org")), "juliet@example.org");
        assert_eq!(ok("juliet@else.where", Some("example.org")), "juliet@else.where");
        assert_eq!(parse("juliet", None), Err(AddressError::NoDomain("juliet".into())));
    }

    #[test]
    fn what_is_no_address_says_what_is_missing() {
        assert_eq!(parse(" ", Some("x")), Err(AddressError::Empty));
        assert_eq!(parse("@example.org", None), Err(AddressError::NoLocal("example.org".into())));
        assert_eq!(parse("a@b@c", None), Err(AddressError::Bad));
        assert_eq!(parse("a<b@c", None), Err(AddressError::Bad));
        assert_eq!(parse("@", None), Err(AddressError::Bad));
    }
}
