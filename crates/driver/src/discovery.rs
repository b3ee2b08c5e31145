//! XEP-0156: where a domain's WebSocket is.

use crate::{HostMeta, Ports};
use futures_util::future::join;
use model::is_loopback;
use std::rc::Rc;

const WEBSOCKET: &str = "urn:xmpp:alt-connections:websocket";

/// Finds the WebSocket URLs of a domain: in its host-meta, JSON and XML, over HTTPS; over plain HTTP only from this
/// very device. If the page itself was served by that domain, its origin (with its port) is asked first.
pub(crate) async fn discover<P: Ports>(ports: Rc<P>, domain: String) -> Vec<String> {
    // One after the other: there is more than one only for the domain the page comes from and for this very device.
    for origin in origins(&domain, ports.page_origin().as_deref()) {
        let urls = links(&*ports, &origin).await;
        if !urls.is_empty() {
            return urls;
        }
    }
    Vec::new()
}

async fn links<P: Ports>(ports: &P, origin: &str) -> Vec<String> {
    let json_url = format!("{origin}/.well-known/host-meta.json");
    let xml_url = format!("{origin}/.well-known/host-meta");
    let (json, xml) = join(ports.host_meta_json(&json_url), ports.fetch_text(&xml_url)).await;
    let mut urls = json.map(websockets).unwrap_or_default();
    if let Some(xml) = xml {
        let links = stanza::host_meta::parse_xrd(&xml).unwrap_or_default();
        urls.extend(links.into_iter().filter(|(rel, _)| rel == WEBSOCKET).map(|(_, href)| href));
    }
    let mut seen = Vec::new();
    urls.retain(|url| {
        let new = !seen.contains(url);
        seen.push(url.clone());
        new
    });
    urls
}

fn websockets(document: HostMeta) -> Vec<String> {
    document.links.into_iter().filter(|link| link.rel == WEBSOCKET).map(|link| link.href).collect()
}

/// Which web servers may speak for a domain.
fn origins(domain: &str, page: Option<&str>) -> Vec<String> {
    let mut origins = Vec::new();
    if let Some(page) = page
        && host_of(page) == Some(domain)
        && (page.starts_with("https://") || is_loopback(domain))
    {
        origins.push(page.to_owned());
    }
    let mut add = |origin: String| {
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    };
    add(format!("https://{domain}"));
    if is_loopback(domain) {
        add(format!("http://{domain}"));
    }
    origins
}

fn host_of(origin: &str) -> Option<&str> {
    let authority = origin.split_once("://")?.1;
    Some(match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::origins;

    #[test]
    fn plain_http_only_from_this_device() {
        assert_eq!(origins("example.org", None), ["https://example.org"]);
        assert_eq!(origins("localhost", None), ["https://localhost", "http://localhost"]);
        assert_eq!(origins("example.org", Some("http://example.org")), ["https://example.org"]);
    }

    #[test]
    fn the_pages_own_origin_speaks_for_its_domain_only() {
        assert_eq!(
            origins("example.org", Some("https://example.org:8443")),
            ["https://example.org:8443", "https://example.org"]
        );
        assert_eq!(origins("example.org", Some("https://chat.example.org")), ["https://example.org"]);
        assert_eq!(origins("example.org", Some("https://example.org")), ["https://example.org"]);
        assert_eq!(
            origins("localhost", Some("http://localhost:4173")),
            ["http://localhost:4173", "https://localhost", "http://localhost"]
        );
    }
}
