//! XEP-0077: making an account in the app, with data forms (XEP-0004), CAPTCHAs (XEP-0158, XEP-0221, XEP-0231) and
//! the way out to a web page (§5).
//!
//! A server that wants only a name and a password is answered at once: most people never see a form.

use super::{Phase, Session};
use crate::cx::Cx;
use crate::io::Output;
use crate::spec::Spec;
use model::{Credentials, Event, FieldKind, FormField, Media, MediaSource, Problem, SignUpForm};
use stanza::form::{DataForm, Field, FieldType};
use stanza::{Element, StanzaError, base64, ns};

/// What this file implements.
pub(crate) const SPEC: Spec =
    Spec::xep(77, "In-Band Registration", "2.4", "crates/engine/src/session/signup.rs");

/// The simple fields of XEP-0077 §14.1 (schema).
const LEGACY_FIELDS: &[&str] = &[
    "username", "nick", "password", "name", "first", "last", "email", "address", "city", "state", "zip",
    "phone", "url", "date", "misc", "text",
];

/// How far the sign-up has come.
#[derive(Debug)]
pub(crate) enum Step {
    /// The form was asked for under this id.
    Asked(String),
    /// The person fills in the form.
    Person(Wanted),
    /// The answers were sent under this id.
    Submitted(String),
}

/// How the server wants its answers.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    /// As elements of these names.
    Legacy,
    /// As a data form.
    Form(DataForm),
}

impl Session {
    /// Asks what the server wants to know. Asked even if the stream feature is missing: not all servers show it.
    pub(crate) fn ask_sign_up_form(&mut self, cx: &mut Cx) {
        let id = send_register(cx, "get", Element::new("query", ns::REGISTER));
        self.phase = Phase::SigningUp(Step::Asked(id));
    }

    /// The server's side of the sign-up.
    pub(crate) fn sign_up_answer(&mut self, cx: &mut Cx, iq: &Element) {
        let Phase::SigningUp(step) = &self.phase else { return };
        let error = StanzaError::of(iq);
        match (step, error) {
            (Step::Asked(id), error) if iq.get("id") == Some(id.as_str()) => match error {
                Some(_) => self.stop(cx, Problem::SignUpClosed),
                None => self.form_arrived(cx, iq),
            },
            (Step::Submitted(id), error) if iq.get("id") == Some(id.as_str()) => match error {
                Some(error) => self.stop(cx, refusal(error)),
                // The account is made; the same stream logs in to it.
                None => {
                    self.step(cx);
                    self.authenticate(cx);
                }
            },
            _ => {}
        }
    }

    fn form_arrived(&mut self, cx: &mut Cx, iq: &Element) {
        let Some((mut form, wanted)) = read_form(iq) else { return self.stop(cx, Problem::SignUpClosed) };
        self.fill_in(&mut form);
        let only_ours = form.fields.iter().all(|field| {
            is_ours(&field.var)
                || !field.required
                || matches!(field.kind, FieldKind::Hidden | FieldKind::Fixed)
        });
        let asks_ours = form.fields.iter().any(|field| field.var == "username");
        if only_ours && asks_ours && form.redirect.is_none() {
            self.submit(cx, &form, &wanted);
        } else {
            // The person may take their time.
            self.deadline = None;
            self.phase = Phase::SigningUp(Step::Person(wanted));
            cx.emit(Event::SignUpForm(form));
        }
    }

    /// The person has filled in the form.
    pub(crate) fn submit_sign_up(&mut self, cx: &mut Cx, mut form: SignUpForm) {
        let Phase::SigningUp(Step::Person(wanted)) = &self.phase else { return };
        let wanted = wanted.clone();
        self.fill_in(&mut form);
        self.submit(cx, &form, &wanted);
    }

    /// Gives up the log-in or sign-up that a person waited for.
    pub(crate) fn cancel(&mut self, cx: &mut Cx) {
        if self.goal.is_some() && !self.is_returning() {
            self.give_up(cx);
        }
    }

    /// Name and password were typed before the form was known.
    fn fill_in(&self, form: &mut SignUpForm) {
        let Some(goal) = &self.goal else { return };
        for field in &mut form.fields {
            match (field.var.as_str(), &goal.credentials) {
                ("username", _) => field.value = goal.jid.local().unwrap_or_default().to_owned(),
                ("password", Credentials::Password(password)) => field.value.clone_from(password),
                _ => {}
            }
        }
    }

    fn submit(&mut self, cx: &mut Cx, form: &SignUpForm, wanted: &Wanted) {
        let mut query = Element::new("query", ns::REGISTER);
        match wanted {
            Wanted::Form(wanted) => {
                let answers: Vec<(String, String)> =
                    form.fields.iter().map(|field| (field.var.clone(), field.value.clone())).collect();
                query.push(wanted.submit(&answers));
            }
            Wanted::Legacy => {
                for field in &form.fields {
                    query.push(Element::new(&field.var, ns::REGISTER).with_text(field.value.as_str()));
                }
            }
        }
        self.step(cx);
        let id = send_register(cx, "set", query);
        self.phase = Phase::SigningUp(Step::Submitted(id));
    }
}

fn send_register(cx: &mut Cx, kind: &str, query: Element) -> String {
    let id = cx.ids.id();
    let iq = Element::new("iq", ns::CLIENT).attr("type", kind).attr("id", id.as_str()).with(query);
    cx.output(Output::Send(iq.to_xml()));
    id
}

fn is_ours(var: &str) -> bool {
    matches!(var, "username" | "password")
}

fn refusal(error: StanzaError) -> Problem {
    match error.condition.as_str() {
        "conflict" => Problem::NameTaken,
        "not-allowed" | "service-unavailable" | "feature-not-implemented" => Problem::SignUpClosed,
        _ => Problem::SignUpRefused { text: error.text },
    }
}

/// Reads the server's form; `None` if it asks for nothing and leads nowhere.
fn read_form(iq: &Element) -> Option<(SignUpForm, Wanted)> {
    let query = iq.find("query", ns::REGISTER)?;
    let redirect =
        query.find("x", ns::OOB).and_then(|oob| oob.child_text("url", ns::OOB)).filter(|url| is_web(url));
    let instructions = query.child_text("instructions", ns::REGISTER).filter(|text| !text.trim().is_empty());
    if let Some(data) = DataForm::in_child(query) {
        let fields = data.fields.iter().map(|field| read_field(field, iq)).collect();
        let instructions = data.instructions.clone().or(instructions);
        return Some((SignUpForm { instructions, fields, redirect }, Wanted::Form(data)));
    }
    let fields: Vec<FormField> = query
        .elements()
        .filter(|field| field.ns() == ns::REGISTER && LEGACY_FIELDS.contains(&field.name()))
        .map(legacy_field)
        .collect();
    if fields.is_empty() && redirect.is_none() {
        return None;
    }
    Some((SignUpForm { instructions, fields, redirect }, Wanted::Legacy))
}

/// XEP-0077 §3.1: what a server lists, it requires.
fn legacy_field(element: &Element) -> FormField {
    let kind = if element.name() == "password" { FieldKind::Private } else { FieldKind::Text };
    FormField {
        var: element.name().to_owned(),
        label: None,
        kind,
        required: true,
        value: element.text(),
        media: Vec::new(),
    }
}

fn read_field(field: &Field, iq: &Element) -> FormField {
    let options =
        || field.options.iter().map(|option| (option.value.clone(), option.label.clone())).collect();
    let kind = match field.kind {
        FieldType::Boolean => FieldKind::Bool,
        FieldType::Fixed => FieldKind::Fixed,
        FieldType::Hidden => FieldKind::Hidden,
        FieldType::ListSingle | FieldType::ListMulti => FieldKind::List(options()),
        FieldType::TextMulti | FieldType::JidMulti => FieldKind::Multi,
        FieldType::TextPrivate => FieldKind::Private,
        FieldType::TextSingle | FieldType::JidSingle => FieldKind::Text,
    };
    let value = match kind {
        FieldKind::Bool if field.value() == "true" => "1".to_owned(),
        FieldKind::Bool if field.value() == "false" => "0".to_owned(),
        _ => field.value(),
    };
    FormField {
        var: field.var.clone(),
        label: field.label.clone(),
        kind,
        required: field.required,
        value,
        media: field
            .media
            .iter()
            .filter_map(|media| media.uris.iter().find_map(|uri| read_media(&uri.mime, &uri.uri, iq)))
            .collect(),
    }
}

fn read_media(mime: &str, uri: &str, iq: &Element) -> Option<Media> {
    if !mime.starts_with("image/") && !mime.starts_with("audio/") {
        return None;
    }
    let source = match uri.strip_prefix("cid:") {
        Some(cid) => MediaSource::Data(bits_of_binary(cid, iq)?),
        None if is_web(uri) => MediaSource::Url(uri.to_owned()),
        None => return None,
    };
    Some(Media { mime: mime.to_owned(), source })
}

/// XEP-0231: the data lies beside the form, in the query or in the stanza (XEP-0158 §3.2).
fn bits_of_binary(cid: &str, iq: &Element) -> Option<Vec<u8>> {
    let query = iq.find("query", ns::REGISTER);
    let data = iq
        .find_all("data", ns::BOB)
        .chain(query.into_iter().flat_map(|query| query.find_all("data", ns::BOB)))
        .find(|data| data.get("cid") == Some(cid))?;
    let text: String = data.text().split_whitespace().collect();
    base64::decode(&text)
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}
