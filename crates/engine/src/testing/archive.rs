//! The archive of the server in miniature (XEP-0313), with its clock in whole seconds like most.

use model::WallMs;
use stanza::{Element, datetime, ns};

/// One archived message.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// When it came.
    pub at: WallMs,
    /// Who it is with.
    pub with: String,
    /// The message.
    pub message: Element,
}

/// All of them, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Archive {
    /// The messages.
    pub entries: Vec<Entry>,
    /// How many pages were asked for.
    pub pages: u32,
    /// Fewer messages a page than asked for, if this is not 0.
    pub page_size: usize,
    /// Ids that nobody knows any more.
    pub forgotten: Vec<String>,
}

impl Archive {
    /// Keeps a message with somebody; returns its id.
    pub fn keep(&mut self, with: &str, message: &Element, at: WallMs) -> String {
        let id = format!("archived-{}", self.entries.len());
        let with = with.split('/').next().unwrap_or_default().to_owned();
        self.entries.push(Entry { id: id.clone(), at, with, message: message.clone() });
        id
    }

    /// The frames that answer a query: results, then the IQ's.
    pub fn answer(&mut self, iq: &Element) -> Vec<String> {
        self.pages += 1;
        let id = iq.get("id").unwrap_or_default();
        let Some(query) = iq.find("query", ns::MAM) else { return Vec::new() };
        let field = |var: &str| {
            let form = query.find("x", ns::DATA_FORMS)?;
            let mut fields = form.find_all("field", ns::DATA_FORMS);
            fields.find(|field| field.get("var") == Some(var))?.child_text("value", ns::DATA_FORMS)
        };
        let set = query.find("set", ns::RSM);
        let before = set.and_then(|set| set.child_text("before", ns::RSM)).filter(|id| !id.is_empty());
        let after = field("after-id");
        if before.iter().chain(&after).any(|id| self.forgotten.contains(id)) {
            return vec![format!(
                "<iq xmlns='jabber:client' type='error' id='{id}' from='alice@example.org'><error type='cancel'>\
                 <item-not-found xmlns='{}'/></error></iq>",
                ns::STANZA_ERRORS
            )];
        }
        let place = |id: &String| self.entries.iter().position(|entry| entry.id == *id);
        let from = after.as_ref().and_then(place).map_or(0, |at| at + 1);
        let end = before.as_ref().and_then(place).unwrap_or(self.entries.len());
        let time = |var| field(var).and_then(|stamp| datetime::parse(&stamp));
        let (start, stop, with) = (time("start"), time("end"), field("with"));
        let mut page: Vec<&Entry> = self.entries.iter().take(end).skip(from).collect();
        let text = field("{urn:xmpp:fulltext:0}fulltext");
        page.retain(|entry| {
            let body = || entry.message.child_text("body", ns::CLIENT).unwrap_or_default();
            if text.as_ref().is_some_and(|text| !body().contains(text)) {
                return false;
            }
            start.is_none_or(|start| entry.at >= start)
                && stop.is_none_or(|stop| entry.at <= stop)
                && with.as_ref().is_none_or(|with| entry.with == *with)
        });
        let max = set.and_then(|set| set.child_text("max", ns::RSM)).and_then(|max| max.parse().ok());
        let max = max.unwrap_or(50).min(if self.page_size == 0 { usize::MAX } else { self.page_size });
        let complete = if page.len() <= max { "complete='true'" } else { "" };
        let page = &page[page.len().saturating_sub(max)..];
        let border = |name: &str, entry: Option<&&Entry>| {
            entry.map(|entry| format!("<{name}>{}</{name}>", entry.id)).unwrap_or_default()
        };
        let (first, last) = (border("first", page.first()), border("last", page.last()));
        let queryid = query.get("queryid").unwrap_or_default();
        let mut frames: Vec<String> = page
            .iter()
            .map(|entry| {
                let stamp = datetime::format(entry.at / 1000 * 1000);
                let delay = Element::new("delay", ns::DELAY).attr("stamp", stamp);
                let forwarded =
                    Element::new("forwarded", ns::FORWARD).with(delay).with(entry.message.clone());
                let result = Element::new("result", ns::MAM).attr("queryid", queryid).attr("id", &entry.id);
                let message = Element::new("message", ns::CLIENT).attr("from", "alice@example.org");
                message.with(result.with(forwarded)).to_xml()
            })
            .collect();
        frames.push(format!(
            "<iq xmlns='jabber:client' type='result' id='{id}' from='alice@example.org'><fin xmlns='{}' {complete}>\
             <set xmlns='{}'>{first}{last}</set></fin></iq>",
            ns::MAM,
            ns::RSM
        ));
        frames
    }
}
