//! Addresses (RFC 7622, with the part of PRECIS that a client needs: case folding and forbidden characters).

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Why a text is not an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JidError {
    /// A part is empty.
    Empty,
    /// A part is longer than 1023 bytes (RFC 7622 §3.1).
    TooLong,
    /// A part holds a character that may not stand there (RFC 7622 §3.3.1).
    Forbidden,
}

impl fmt::Display for JidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty part in address",
            Self::TooLong => "address part over 1023 bytes",
            Self::Forbidden => "forbidden character in address",
        })
    }
}

/// `local@domain` or `domain`: a person, a server, a room. Always normalised (local part and domain in lower case).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BareJid {
    text: String,
}

impl BareJid {
    /// Builds an address from its parts, normalising both.
    pub fn new(local: Option<&str>, domain: &str) -> Result<Self, JidError> {
        let domain = normal_domain(domain)?;
        let text = match local {
            Some(local) => format!("{}@{domain}", normal_local(local)?),
            None => domain,
        };
        Ok(Self { text })
    }

    /// The part before the `@`, if there is one.
    pub fn local(&self) -> Option<&str> {
        self.text.split_once('@').map(|(local, _)| local)
    }

    /// The server's name.
    pub fn domain(&self) -> &str {
        self.text.split_once('@').map_or(self.text.as_str(), |(_, domain)| domain)
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// This address with a resource.
    pub fn with_resource(&self, resource: &str) -> Result<Jid, JidError> {
        Jid::from_parts(self.clone(), Some(resource))
    }
}

impl fmt::Display for BareJid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for BareJid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for BareJid {
    type Err = JidError;

    /// Parses an address and drops its resource.
    fn from_str(text: &str) -> Result<Self, JidError> {
        let bare = text.split_once('/').map_or(text, |(bare, _)| bare);
        match bare.split_once('@') {
            Some((local, domain)) => Self::new(Some(local), domain),
            None => Self::new(None, bare),
        }
    }
}

impl TryFrom<String> for BareJid {
    type Error = JidError;
    fn try_from(text: String) -> Result<Self, JidError> {
        text.parse()
    }
}

impl From<BareJid> for String {
    fn from(jid: BareJid) -> Self {
        jid.text
    }
}

/// An address with or without a resource.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Jid {
    bare: BareJid,
    resource: Option<String>,
}

impl Jid {
    /// Joins a bare address and a resource.
    pub fn from_parts(bare: BareJid, resource: Option<&str>) -> Result<Self, JidError> {
        if let Some(resource) = resource {
            check_length(resource)?;
            if resource.chars().any(char::is_control) {
                return Err(JidError::Forbidden);
            }
        }
        Ok(Self { bare, resource: resource.map(str::to_owned) })
    }

    /// The address without its resource.
    pub fn bare(&self) -> &BareJid {
        &self.bare
    }

    /// The part after the `/`, if there is one.
    pub fn resource(&self) -> Option<&str> {
        self.resource.as_deref()
    }
}

impl From<BareJid> for Jid {
    fn from(bare: BareJid) -> Self {
        Self { bare, resource: None }
    }
}

impl FromStr for Jid {
    type Err = JidError;
    fn from_str(text: &str) -> Result<Self, JidError> {
        let resource = text.split_once('/').map(|(_, resource)| resource);
        Self::from_parts(text.parse()?, resource)
    }
}

impl fmt::Display for Jid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.resource {
            Some(resource) => write!(f, "{}/{resource}", self.bare),
            None => fmt::Display::fmt(&self.bare, f),
        }
    }
}

impl fmt::Debug for Jid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Jid {
    type Error = JidError;
    fn try_from(text: String) -> Result<Self, JidError> {
        text.parse()
    }
}

impl From<Jid> for String {
    fn from(jid: Jid) -> Self {
        jid.to_string()
    }
}

fn check_length(part: &str) -> Result<(), JidError> {
    match part.len() {
        0 => Err(JidError::Empty),
        1..=1023 => Ok(()),
        _ => Err(JidError::TooLong),
    }
}

/// Characters that would let one address pass for another: controls, spaces, invisible and bidi marks.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

fn normal_local(local: &str) -> Result<String, JidError> {
    check_length(local)?;
    if local.chars().any(|c| is_unprintable(c) || "\"&'/:<>@".contains(c)) {
        return Err(JidError::Forbidden);
    }
    Ok(crate::lower(local))
}

fn normal_domain(domain: &str) -> Result<String, JidError> {
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    check_length(domain)?;
    if domain.chars().any(|c| is_unprintable(c) || "\"&'/<>@#?%\\".contains(c)) {
        return Err(JidError::Forbidden);
    }
    Ok(crate::lower(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_split_and_normalised() {
        let jid: Jid = "Juliet@Example.ORG/Balcony @ home/2".parse().unwrap();
        assert_eq!(jid.bare().as_str(), "juliet@example.org");
        assert_eq!(jid.resource(), Some("Balcony @ home/2"));
        assert_eq!(jid.bare().local(), Some("juliet"));
        assert_eq!(jid.bare().domain(), "example.org");
        let server: BareJid = "example.org.".parse().unwrap();
        assert_eq!((server.local(), server.domain()), (None, "example.org"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in
            ["", "@example.org", "a@", "a b@x", "a@b@c", "a@x/", "a\u{202e}b@x", "a'b@x", "/r", "a@b c"]
        {
            assert!(bad.parse::<Jid>().is_err(), "{bad:?} passed");
        }
        assert_eq!("a".repeat(1024).parse::<BareJid>(), Err(JidError::TooLong));
    }

    #[test]
    fn text_round_trips() {
        for good in ["a@b", "b", "a@b/c", "小明@例子.中国/手机"] {
            assert_eq!(good.parse::<Jid>().unwrap().to_string(), good);
        }
    }
}
