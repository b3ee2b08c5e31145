//! The server's own questions (XEP-0077 with XEP-0004), its CAPTCHA, or the way to its web page.

use crate::dom;
use crate::i18n::Text;
use crate::live::{Live, keep};
use crate::parts::entrance::{self, Invalid, Typed};
use crate::state::AppState;
use crate::ui::el::{El, el};
use js_sys::{Array, Uint8Array};
use leptos::prelude::{event_target_checked, event_target_value};
use model::{FieldKind, FormField, Media, MediaSource, SignUpForm};
use web_sys::{Blob, BlobPropertyBag, Url};

/// A field and what was filled in.
type Answer = (FormField, Live<String>);

/// The form.
pub(super) fn step(state: AppState, typed: Typed, form: &SignUpForm) -> El {
    let t: &'static Text = state.text();
    let address = typed.address.now();
    let note = |text: &str| el("p form-note").attr("dir", "auto").text(text);
    let instructions = form.instructions.as_deref().map(note);
    if let Some(url) = &form.redirect {
        let link = el("a button primary wide").attr("href", url).attr("target", "_blank");
        return el("div form")
            .with(el("p form-note").text(t.finish_text))
            .with(instructions)
            .with(link.attr("rel", "noopener noreferrer").text(t.finish_on_page))
            .with(entrance::link_button(t.cancel, move || state.leave_form()));
    }
    let answers: Vec<Answer> =
        form.fields.iter().map(|field| (field.clone(), Live::new(preset(field, state, typed)))).collect();
    let fields: Vec<El> = answers
        .iter()
        .enumerate()
        .filter(|(_, (field, _))| !is_known(field) && field.kind != FieldKind::Hidden)
        .map(|(at, answer)| view_field(at, answer, t))
        .collect();
    let invalid = Invalid::default();
    let wrong = invalid.clone();
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        if state.busy_now() {
            return;
        }
        let missing = answers.iter().enumerate().find(|(_, (field, value))| {
            field.required && can_be_empty(field) && value.peek(|value| value.trim().is_empty())
        });
        if let Some((at, (field, _))) = missing {
            wrong.say(Some(entrance::empty_field(t, &label(field, t))));
            if let Some(input) = dom::by_id(&id(at)) {
                let _ = input.focus();
            }
            return;
        }
        wrong.say(None);
        let fields = answers
            .iter()
            .map(|(field, value)| FormField { value: value.now(), media: Vec::new(), ..field.clone() })
            .collect();
        state.submit_sign_up(SignUpForm { instructions: None, fields, redirect: None });
    };
    el("form form")
        .attr("novalidate", "")
        .on("submit", submit)
        .with(el("p form-note").attr("dir", "auto").with(el("strong").text(&address)))
        .with(instructions)
        .with(fields)
        .live(invalid.or(state, AppState::form_problem), entrance::error)
        .with(entrance::submit_button(state, t.continue_, t.creating_account))
        .live(move || state.busy(), move |busy| entrance::give_up(state, t, *busy))
        .with(
            entrance::link_button(t.back, move || state.leave_form())
                .live_flag("hidden", move || state.busy()),
        )
}

/// Name and password were asked already.
fn is_known(field: &FormField) -> bool {
    matches!(field.var.as_str(), "username" | "password")
}

/// A choice always says something, even if it is no.
fn can_be_empty(field: &FormField) -> bool {
    matches!(field.kind, FieldKind::Text | FieldKind::Private | FieldKind::Multi | FieldKind::List(_))
}

fn preset(field: &FormField, state: AppState, typed: Typed) -> String {
    match field.var.as_str() {
        "username" => {
            typed.jid(state).ok().and_then(|jid| jid.local().map(str::to_owned)).unwrap_or_default()
        }
        "password" => typed.password.now(),
        _ if field.kind == FieldKind::Bool && field.value == "true" => "1".into(),
        _ => field.value.clone(),
    }
}

fn id(at: usize) -> String {
    ["field-", &at.to_string()].concat()
}

/// The server's label, or ours for the well-known fields.
fn label(field: &FormField, t: &Text) -> String {
    if let Some(label) = &field.label {
        return label.clone();
    }
    match field.var.as_str() {
        "email" => t.field_email,
        "name" => t.field_name,
        "first" => t.field_first,
        "last" => t.field_last,
        "nick" => t.field_nick,
        "phone" => t.field_phone,
        "ocr" | "qa" | "audio_recog" | "picture_recog" | "picture_q" | "speech_recog" | "speech_q" => {
            t.field_captcha
        }
        var => return var.to_owned(),
    }
    .into()
}

fn view_field(at: usize, (field, value): &Answer, t: &'static Text) -> El {
    let (id, label) = (id(at), label(field, t));
    let input = match &field.kind {
        FieldKind::Fixed => return el("p form-note").attr("dir", "auto").text(&field.value),
        FieldKind::Bool => {
            let ticked = value.clone();
            let tick = move |event| ticked.set(if event_target_checked(&event) { "1" } else { "0" }.into());
            let tickbox = el("input").attr("id", &id).attr("type", "checkbox").on("change", tick);
            return el("label check").with([
                tickbox.live_checked(value.part(|value| value == "1")),
                el("span").attr("dir", "auto").text(&label),
            ]);
        }
        FieldKind::Multi => el("textarea").attr("rows", "3").attr("dir", "auto").bind(value),
        FieldKind::List(options) => choice(options, value, t),
        kind => line(kind, field, value),
    };
    let media: Vec<El> = field.media.iter().filter_map(|media| view_media(media, t)).collect();
    el("div field")
        .with(el("label").attr("for", &id).attr("dir", "auto").text(&label))
        .with(media)
        .with(input.attr("id", &id).attr_opt("aria-required", field.required.then_some("true")))
}

fn choice(options: &[(String, String)], value: &Live<String>, t: &Text) -> El {
    let option = |value: &str, label: &str| el("option").attr("value", value).text(label);
    let options: Vec<El> = options
        .iter()
        .map(|(name, label)| {
            let chosen = value.peek(|value| value == name).then_some("");
            option(name, if label.is_empty() { name } else { label }).attr_opt("selected", chosen)
        })
        .collect();
    let none = value.peek(String::is_empty).then(|| option("", t.choose));
    let chosen = value.clone();
    let choose = move |event| chosen.set(event_target_value(&event));
    el("select").with(none).with(options).on("change", choose)
}

fn line(kind: &FieldKind, field: &FormField, value: &Live<String>) -> El {
    let kind = match (kind, field.var.as_str()) {
        (FieldKind::Private, _) => "password",
        (_, "email") => "email",
        (_, "phone") => "tel",
        _ => "text",
    };
    // A CAPTCHA is typed once; anything a browser remembers of it is wrong.
    let autocomplete = if field.media.is_empty() { "on" } else { "off" };
    el("input")
        .attr("type", kind)
        .attr("autocomplete", autocomplete)
        .attr("autocapitalize", "none")
        .attr("dir", "auto")
        .bind(value)
}

/// A URL of ours, given back when the form is gone.
struct Made(String);

impl Drop for Made {
    fn drop(&mut self) {
        // Nobody minds if it is gone already.
        let _ = Url::revoke_object_url(&self.0);
    }
}

/// A picture or a recording. Only `image/*` and `audio/*` get here, and both elements take no scripts.
fn view_media(media: &Media, t: &'static Text) -> Option<El> {
    let url = match &media.source {
        MediaSource::Url(url) => url.clone(),
        MediaSource::Data(bytes) => {
            let options = BlobPropertyBag::new();
            options.set_type(&media.mime);
            let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
            let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
            let url = Url::create_object_url_with_blob(&blob).ok()?;
            keep(Box::new(Made(url.clone())));
            url
        }
    };
    Some(if media.mime.starts_with("audio/") {
        el("audio").attr("controls", "").attr("src", &url).attr("aria-label", t.captcha_audio)
    } else {
        el("img captcha").attr("src", &url).attr("alt", t.captcha).attr("referrerpolicy", "no-referrer")
    })
}
