//! The account's own XEP-0060 node of a [`MiniServer`](super::MiniServer): items by id, and who changes one hears of it.

use stanza::{Element, ns};

/// What it holds.
#[derive(Clone, Debug, Default)]
pub struct Pep {
    /// Items, each under its id.
    pub items: Vec<(String, Element)>,
    /// Every publication, as it came.
    pub published: Vec<Element>,
}

impl Pep {
    /// Puts an item in the place of what was there under this id; returns what is told to all who are interested.
    pub fn put(&mut self, node: &str, id: &str, item: Element) -> String {
        self.items.retain(|(known, _)| known != id);
        let event = item.to_xml().replace(ns::PUBSUB, ns::PUBSUB_EVENT);
        self.items.push((id.to_owned(), item));
        format!(
            "<message xmlns='jabber:client' from='alice@example.org' to='alice@example.org/r' type='headline'>\
             <event xmlns='{}'><items node='{node}'>{event}</items></event></message>",
            ns::PUBSUB_EVENT
        )
    }

    pub(super) fn answer(&mut self, iq: &Element, pubsub: &Element) -> Vec<String> {
        let id = iq.get("id").unwrap_or_default();
        let result =
            |payload: &str| format!("<iq xmlns='jabber:client' type='result' id='{id}'>{payload}</iq>");
        if let Some(publish) = pubsub.find("publish", ns::PUBSUB) {
            self.published.push(iq.clone());
            let node = publish.get("node").unwrap_or_default();
            let item = publish.find("item", ns::PUBSUB).expect("an item");
            let event = self.put(node, item.get("id").unwrap_or_default(), item.clone());
            return vec![event, result("")];
        }
        let items: String = self.items.iter().map(|(_, item)| item.to_xml()).collect();
        let node = pubsub.find("items", ns::PUBSUB).and_then(|items| items.get("node")).unwrap_or_default();
        vec![result(&format!("<pubsub xmlns='{}'><items node='{node}'>{items}</items></pubsub>", ns::PUBSUB))]
    }
}
