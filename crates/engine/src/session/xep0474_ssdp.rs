//! XEP-0474: SASL SCRAM Downgrade Protection. The server signs what it offered, so that nobody in between can have made the list weaker.

use super::scram::digest;
use super::xep0388_sasl2::Offer;
use crate::spec::Spec;
use model::Hash;
use stanza::base64;

/// What this file implements.
pub(crate) const SPEC: Spec =
    Spec::xep(474, "SASL SCRAM Downgrade Protection", "0.5.0", "crates/engine/src/session/xep0474_ssdp.rs");

/// False if `server-first-message` says that something else was offered than what arrived here. A server that does not say is
/// believed: the mechanism that was seen to work once is remembered instead ([`model::SessionRow::pin`]).
pub(crate) fn is_as_offered(offer: &Offer, hash: Hash, server_first: &str) -> bool {
    let said = server_first.split(',').find_map(|part| part.strip_prefix("h="));
    said.is_none_or(|said| said == base64::encode(digest(hash, listed(offer).as_bytes())))
}

/// §Server Sends Downgrade Protection Hash, steps 1 to 4.
fn listed(offer: &Offer) -> String {
    let join = |names: &[String]| {
        let mut sorted: Vec<&str> = Vec::new();
        for name in names {
            // A handful: sorting's own code would be more than all of this file.
            let at = sorted.iter().take_while(|other| **other < name.as_str()).count();
            sorted.insert(at, name);
        }
        sorted.join("\x1e")
    };
    let mechanisms = join(&offer.mechanisms);
    match &offer.bindings {
        Some(bindings) => format!("{mechanisms}\x1f{}", join(bindings)),
        None => mechanisms,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stanza::Element;

    fn offer(mechanisms: &str) -> Offer {
        let features = format!(
            "<features xmlns='http://etherx.jabber.org/streams'><authentication xmlns='urn:xmpp:sasl:2'>{mechanisms}\
             </authentication><sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-server-end-point'/>\
             <channel-binding type='tls-exporter'/></sasl-channel-binding></features>"
        );
        Offer::read(&Element::parse(&features).unwrap(), true)
    }

    #[test]
    fn the_example_of_the_xep() {
        let both = "<mechanism>SCRAM-SHA-1-PLUS</mechanism><mechanism>SCRAM-SHA-1</mechanism>";
        let first = "r=12C4CD5C,s=QSXCR+Q6sek8bf92,i=4096,h=G6k/rBLDqgOhRRaCuuatSDFkJ08=";
        assert!(is_as_offered(&offer(both), Hash::Sha1, first));
        assert!(!is_as_offered(&offer("<mechanism>SCRAM-SHA-1</mechanism>"), Hash::Sha1, first));
        assert!(!is_as_offered(&offer(both), Hash::Sha256, first));
        assert!(is_as_offered(&offer(both), Hash::Sha1, "r=12C4CD5C,s=QSXCR+Q6sek8bf92,i=4096"));
    }
}
