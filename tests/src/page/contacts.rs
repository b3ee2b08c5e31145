//! Contacts and requests.

use super::App;
use crate::wait::eventually;
use serde::Deserialize;
use serde_json::json;

/// One contact on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Contact {
    /// Bare JID.
    pub jid: String,
    /// `none`, `to`, `from` or `both`.
    pub subscription: String,
    /// Their presence as the page's machine word.
    pub presence: String,
}

impl App {
    /// Goes to the contacts by the navigation.
    pub async fn go_to_contacts(&self) {
        self.go_by_navigation("Contacts").await;
        self.at("/contacts").await;
    }

    /// All contacts the page lists; empty while it lists none.
    pub async fn contacts(&self) -> Vec<Contact> {
        self.eval(
            "return (items('Contacts') || []).map(e => ({ jid: e.dataset.jid, subscription: e.dataset.subscription || '',
               presence: e.dataset.presence || '' }))",
            vec![],
        )
        .await
    }

    /// The addresses whose request waits for an answer.
    pub async fn requests(&self) -> Vec<String> {
        self.eval("return (items('Requests') || []).map(e => e.dataset.jid)", vec![]).await
    }

    /// A contact that `good` likes, waiting for it (on the contacts screen).
    pub async fn until_contact(&self, jid: &str, good: impl Fn(&Contact) -> bool) -> Contact {
        eventually(&format!("the contact {jid} in {}", self.label()), async || {
            let contacts = self.contacts().await;
            match contacts.iter().find(|c| c.jid == jid && good(c)) {
                Some(contact) => Ok(contact.clone()),
                None => Err(format!("{contacts:?}, requests {:?}", self.requests().await)),
            }
        })
        .await
    }

    /// Asks for a contact by address and waits until the list has it.
    pub async fn add_contact(&self, jid: &str) {
        self.go_to_contacts().await;
        self.fill("Contact address", jid).await;
        self.click("button", "Add contact").await;
        self.until_contact(jid, |_| true).await;
    }

    /// Waits for a request and accepts it.
    pub async fn accept_request(&self, jid: &str) {
        self.answer_request(jid, "Accept").await;
    }

    /// Waits for a request and refuses it.
    pub async fn refuse_request(&self, jid: &str) {
        self.answer_request(jid, "Refuse").await;
    }

    /// Waits until this address asks, on the contacts screen.
    pub async fn until_request(&self, jid: &str) {
        self.go_to_contacts().await;
        eventually(&format!("a request of {jid} in {}", self.label()), async || {
            let requests = self.requests().await;
            if requests.iter().any(|r| r == jid) { Ok(()) } else { Err(format!("{requests:?}")) }
        })
        .await;
    }

    /// Removes a contact and waits until the list has lost it.
    pub async fn remove_contact(&self, jid: &str) {
        self.go_to_contacts().await;
        self.until_contact(jid, |_| true).await;
        let line = "return (items('Contacts') || []).find(e => e.dataset.jid === arguments[0])";
        self.click_in(line, vec![json!(jid)], "button", "Remove").await;
        self.click_in("return one('dialog', null)", vec![], "button", "Remove contact").await;
        eventually(&format!("{jid} to go from {}", self.label()), async || {
            let contacts = self.contacts().await;
            if contacts.iter().any(|c| c.jid == jid) { Err(format!("{contacts:?}")) } else { Ok(()) }
        })
        .await;
    }

    async fn answer_request(&self, jid: &str, button: &str) {
        self.until_request(jid).await;
        let line = "return (items('Requests') || []).find(e => e.dataset.jid === arguments[0])";
        self.click_in(line, vec![json!(jid)], "button", button).await;
        eventually(&format!("the request of {jid} to be answered"), async || {
            let requests = self.requests().await;
            if requests.iter().any(|r| r == jid) { Err(format!("{requests:?}")) } else { Ok(()) }
        })
        .await;
    }
}
