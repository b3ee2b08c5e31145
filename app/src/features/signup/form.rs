//! The server's own questions (XEP-0077 with XEP-0004), its CAPTCHA, or the way to its web page.

use crate::dom;
use crate::parts::entrance::{self, Typed};
use crate::i18n::Text;
use crate::state::AppState;
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use model::{FieldKind, FormField, Media, MediaSource, SignUpForm};
use web_sys::{Blob, BlobPropertyBag, Url};

/// A field and what was filled in.
type Answer = (FormField, RwSignal<String>);

/// The form.
pub(super) fn step(state: AppState, typed: Typed, form: SignUpForm) -> AnyView {
    let t: &'static Text = state.text();
    let address = typed.address.get_untracked();
    let instructions = form.instructions.clone().map(|text| view! { <p class="form-note" dir="auto">{text}</p> });
    if let Some(url) = form.redirect {
        return view! {
            <div class="form">
                <p class="form-note">{t.finish_text}</p>
                {instructions}
                <a class="button primary wide" href=url target="_blank" rel="noopener noreferrer">{t.finish_on_page}</a>
                <button type="button" class="link-button" on:click=move |_| state.leave_form()>{t.cancel}</button>
            </div>
        }
        .into_any();
    }
    let answers: Vec<Answer> = form
        .fields
        .iter()
        .map(|field| (field.clone(), RwSignal::new(preset(field, state, typed))))
        .collect();
    let fields: Vec<_> = answers
        .iter()
        .enumerate()
        .filter(|(_, (field, _))| !is_known(field) && field.kind != FieldKind::Hidden)
        .map(|(at, answer)| view_field(at, answer, t))
        .collect();
    let invalid = RwSignal::new(None);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if state.busy_now() {
            return;
        }
        let missing = answers.iter().enumerate().find(|(_, (field, value))| {
            field.required && can_be_empty(field) && value.with_untracked(|value| value.trim().is_empty())
        });
        if let Some((at, (field, _))) = missing {
            invalid.set(Some(entrance::empty_field(t, &label(field, t))));
            if let Some(input) = dom::by_id(&id(at)) {
                let _ = input.focus();
            }
            return;
        }
        invalid.set(None);
        let fields = answers
            .iter()
            .map(|(field, value)| FormField { value: value.get_untracked(), media: Vec::new(), ..field.clone() })
            .collect();
        state.submit_sign_up(SignUpForm { instructions: None, fields, redirect: None });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <p class="form-note" dir="auto"><strong>{address}</strong></p>
            {instructions}
            {fields}
            {entrance::error(state, invalid)}
            {entrance::submit(state, t.continue_, t.creating_account, t)}
            <button
                type="button"
                class="link-button"
                hidden=move || state.busy()
                on:click=move |_| state.leave_form()
            >
                {t.back}
            </button>
        </form>
    }
    .into_any()
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
        "username" => typed.jid(state).ok().and_then(|jid| jid.local().map(str::to_owned)).unwrap_or_default(),
        "password" => typed.password.get_untracked(),
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
        "ocr" | "qa" | "audio_recog" | "picture_recog" | "picture_q" | "speech_recog" | "speech_q" => t.field_captcha,
        var => return var.to_owned(),
    }
    .into()
}

fn view_field(at: usize, (field, value): &Answer, t: &'static Text) -> AnyView {
    let (id, value, label) = (id(at), *value, label(field, t));
    if field.kind == FieldKind::Fixed {
        return view! { <p class="form-note" dir="auto">{field.value.clone()}</p> }.into_any();
    }
    let media: Vec<_> = field.media.iter().filter_map(|media| view_media(media, t)).collect();
    let required = if field.required { Some("true") } else { None };
    let on_input = move |event| value.set(event_target_value(&event));
    let input = match &field.kind {
        FieldKind::Bool => {
            return view! {
                <label class="check">
                    <input
                        id=id
                        type="checkbox"
                        prop:checked=move || value.with(|value| value == "1" || value == "true")
                        on:change=move |event| value.set(if event_target_checked(&event) { "1" } else { "0" }.into())
                    />
                    <span dir="auto">{label}</span>
                </label>
            }
            .into_any();
        }
        FieldKind::Multi => view! {
            <textarea id=id.clone() rows="3" dir="auto" aria-required=required prop:value=value on:input=on_input></textarea>
        }
        .into_any(),
        FieldKind::List(options) => {
            let options: Vec<_> = options
                .iter()
                .map(|(option, label)| {
                    let chosen = value.with_untracked(|value| value == option);
                    let label = if label.is_empty() { option.clone() } else { label.clone() };
                    view! { <option value=option.clone() selected=chosen>{label}</option> }
                })
                .collect();
            let none = value.with_untracked(String::is_empty);
            view! {
                <select id=id.clone() aria-required=required on:change=move |event| value.set(event_target_value(&event))>
                    {none.then(|| view! { <option value="">{t.choose}</option> })}
                    {options}
                </select>
            }
            .into_any()
        }
        kind => {
            let kind = match (kind, field.var.as_str()) {
                (FieldKind::Private, _) => "password",
                (_, "email") => "email",
                (_, "phone") => "tel",
                _ => "text",
            };
            // A CAPTCHA is typed once; anything a browser remembers of it is wrong.
            let autocomplete = if field.media.is_empty() { "on" } else { "off" };
            view! {
                <input
                    id=id.clone()
                    type=kind
                    autocomplete=autocomplete
                    autocapitalize="none"
                    dir="auto"
                    aria-required=required
                    prop:value=value
                    on:input=on_input
                />
            }
            .into_any()
        }
    };
    view! {
        <div class="field">
            <label for=id dir="auto">{label}</label>
            {media}
            {input}
        </div>
    }
    .into_any()
}

/// A picture or a recording. Only `image/*` and `audio/*` get here, and both elements take no scripts.
fn view_media(media: &Media, t: &'static Text) -> Option<AnyView> {
    let url = match &media.source {
        MediaSource::Url(url) => url.clone(),
        MediaSource::Data(bytes) => {
            let options = BlobPropertyBag::new();
            options.set_type(&media.mime);
            let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
            let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
            let url = Url::create_object_url_with_blob(&blob).ok()?;
            let made = url.clone();
            on_cleanup(move || {
                let _ = Url::revoke_object_url(&made);
            });
            url
        }
    };
    let view = if media.mime.starts_with("audio/") {
        view! { <audio controls src=url aria-label=t.captcha_audio></audio> }.into_any()
    } else {
        view! { <img class="captcha" src=url alt=t.captcha referrerpolicy="no-referrer" /> }.into_any()
    };
    Some(view)
}
