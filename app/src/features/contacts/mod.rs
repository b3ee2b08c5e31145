//! Contacts: who asks for us, whom we know, how to add somebody.

mod add;

use crate::i18n::{self, Text};
use crate::parts::person;
use crate::router::Route;
use crate::state::{AppState, Row};
use crate::ui::dialog::Dialog;
use crate::ui::{empty, icon};
use leptos::prelude::*;
use model::{BareJid, Subscription};
use projection::ContactItem;

/// The screen.
pub(crate) fn screen(state: AppState) -> AnyView {
    let t: &'static Text = state.text();
    let none = Memo::new(move |_| state.contacts().is_empty());
    let no_requests = Memo::new(move |_| state.requests().is_empty());
    // One dialog for all: it asks about whoever is in here.
    let leaving = RwSignal::new(None::<BareJid>);
    let dialog = Dialog::new();
    view! {
        <header class="bar"><h1 class="bar-title">{t.contacts}</h1></header>
        <div class="scroll">
            {add::form(state)}
            <section class="requests" hidden=move || no_requests.get()>
                <h2 class="list-title">{t.requests}</h2>
                <ul class="list" aria-label=t.requests>
                    <For each=move || state.requests() key=Clone::clone children=move |jid| request(state, jid) />
                </ul>
            </section>
            <ul class="list" aria-label=t.contacts hidden=move || none.get()>
                <For
                    each=move || state.contacts().get()
                    key=|row| row.key.clone()
                    children=move |row| line(state, row, leaving, dialog)
                />
            </ul>
            {move || {
                (none.get() && no_requests.get()).then(|| {
                    let body = view! { <p>{t.contacts_empty_text}</p> }.into_any();
                    empty::empty(icon::CONTACTS, t.contacts_empty, body)
                })
            }}
        </div>
        {remove_dialog(state, leaving, dialog)}
    }
    .into_any()
}

fn request(state: AppState, jid: BareJid) -> AnyView {
    let t = state.text();
    let name = jid.local().unwrap_or(jid.as_str()).to_owned();
    let (accepted, refused) = (jid.clone(), jid.clone());
    view! {
        <li class="request" data-jid=jid.to_string()>
            {person::avatar(&jid, move || name.clone())}
            <div class="request-words">
                <strong dir="ltr">{jid.to_string()}</strong>
                <span>{t.wants_to_add}</span>
            </div>
            <div class="request-buttons">
                <button type="button" class="button primary small" on:click=move |_| state.accept_request(accepted.clone())>
                    {t.accept}
                </button>
                <button type="button" class="button small" on:click=move |_| state.refuse_request(refused.clone())>
                    {t.refuse}
                </button>
            </div>
        </li>
    }
    .into_any()
}

fn line(state: AppState, row: Row<BareJid, ContactItem>, leaving: RwSignal<Option<BareJid>>, dialog: Dialog) -> AnyView {
    let t = state.text();
    let Row { key: jid, item } = row;
    let item = Memo::new(move |_| item.get());
    let href = Route::Chat(jid.clone()).hash();
    let ask = {
        let jid = jid.clone();
        move |_| {
            leaving.set(Some(jid.clone()));
            dialog.open();
        }
    };
    view! {
        <li
            class="contact"
            data-jid=jid.to_string()
            data-subscription=move || item.with(|item| subscription_slug(item.subscription))
            data-presence=move || item.with(|item| person::slug(item.presence.availability))
        >
            <a class="line" href=href>
                <span class="avatar-box">
                    {person::avatar(&jid, move || item.with(|item| item.name.clone()))}
                    {move || person::dot(item.with(|item| item.presence.availability))}
                </span>
                <span class="line-top">
                    <span class="line-name" dir="auto">{move || item.with(|item| item.name.clone())}</span>
                </span>
                <span class="line-bottom">
                    <span class="line-text" dir="auto">{move || item.with(|item| about(item, t))}</span>
                </span>
            </a>
            <button type="button" class="icon-button quiet" aria-label=t.remove title=t.remove on:click=ask>
                {icon::icon(icon::REMOVE)}
            </button>
        </li>
    }
    .into_any()
}

/// Presence where we see it, and what is missing to a full friendship.
fn about(item: &ContactItem, t: &Text) -> String {
    let presence = person::words(&item.presence, t);
    let missing = match (item.subscription, item.asked) {
        (Subscription::Both, _) => return presence,
        (Subscription::To, _) => t.sub_to,
        (Subscription::None | Subscription::From, true) => t.sub_asked,
        (Subscription::From, false) => t.sub_from,
        (Subscription::None, false) => t.sub_none,
    };
    if item.subscription.sees_them() { [&presence, " · ", missing].concat() } else { missing.to_owned() }
}

fn subscription_slug(subscription: Subscription) -> &'static str {
    match subscription {
        Subscription::None => "none",
        Subscription::To => "to",
        Subscription::From => "from",
        Subscription::Both => "both",
    }
}

fn remove_dialog(state: AppState, leaving: RwSignal<Option<BareJid>>, dialog: Dialog) -> AnyView {
    let t = state.text();
    let title = move || {
        let name = leaving.get().map(|jid| state.person(&jid).name).unwrap_or_default();
        i18n::fill(t.remove_title, &[&name])
    };
    let remove = move |_| {
        if let Some(jid) = leaving.get_untracked() {
            state.remove_contact(jid);
        }
        dialog.close();
    };
    let actions = view! {
        <button type="button" class="button" on:click=move |_| dialog.close()>{t.cancel}</button>
        <button type="button" class="button danger" on:click=remove>{t.remove_contact}</button>
    }
    .into_any();
    dialog.view("remove-title", title, view! { <p>{t.remove_text}</p> }.into_any(), actions)
}
