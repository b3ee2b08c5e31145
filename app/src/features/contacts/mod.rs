//! Contacts: who asks for us, whom we know, how to add somebody.

mod add;

use crate::i18n::{self, Text};
use crate::parts::person;
use crate::router::Route;
use crate::state::{AppState, Row};
use crate::ui::dialog::Dialog;
use crate::ui::el::{El, View, el};
use crate::ui::{empty, icon};
use leptos::prelude::*;
use model::{BareJid, Subscription};
use projection::ContactItem;

/// The screen.
pub(crate) fn screen(state: AppState) -> View {
    let t: &'static Text = state.text();
    let none = Memo::new(move |_| state.contacts().is_empty());
    let no_requests = Memo::new(move |_| state.requests().is_empty());
    // One dialog for all: it asks about whoever is in here.
    let leaving = RwSignal::new(None::<BareJid>);
    let dialog = Dialog::new();
    let requests = el("ul").class("list").attr("aria-label", t.requests);
    let requests =
        requests.each(move || state.requests(), BareJid::to_string, move |jid| request(state, jid));
    let contacts =
        el("ul").class("list").attr("aria-label", t.contacts).live_flag("hidden", move || none.get());
    let remove = remove_dialog(state, leaving, &dialog);
    let contacts = contacts.each(
        move || state.contacts().get(),
        |row: &Row<BareJid, ContactItem>| row.key.to_string(),
        move |row| line(state, row, leaving, dialog.clone()),
    );
    let nobody = move || {
        let empty = || empty::empty(icon::CONTACTS, t.contacts_empty, el("p").text(t.contacts_empty_text));
        (none.get() && no_requests.get()).then(empty)
    };
    let waiting = el("section").class("requests").live_flag("hidden", move || no_requests.get());
    View::from([
        el("header").class("bar").with(el("h1").class("bar-title").text(t.contacts)),
        el("div")
            .class("scroll")
            .with([
                add::form(state),
                waiting.with([el("h2").class("list-title").text(t.requests), requests]),
                contacts,
            ])
            .live(nobody),
        remove,
    ])
}

fn request(state: AppState, jid: BareJid) -> El {
    let t = state.text();
    let name = jid.local().unwrap_or(jid.as_str()).to_owned();
    let (accepted, refused) = (jid.clone(), jid.clone());
    let button = |class: &str, name: &str| el("button").attr("type", "button").class(class).text(name);
    el("li").class("request").attr("data-jid", jid.as_str()).with([
        person::avatar(&jid, move || name.clone()),
        el("div")
            .class("request-words")
            .with([el("strong").attr("dir", "ltr").text(jid.as_str()), el("span").text(t.wants_to_add)]),
        el("div").class("request-buttons").with([
            button("button primary small", t.accept)
                .on("click", move |_| state.accept_request(accepted.clone())),
            button("button small", t.refuse).on("click", move |_| state.refuse_request(refused.clone())),
        ]),
    ])
}

fn line(
    state: AppState,
    row: Row<BareJid, ContactItem>,
    leaving: RwSignal<Option<BareJid>>,
    dialog: Dialog,
) -> El {
    let t = state.text();
    let Row { key: jid, item } = row;
    let item = StoredValue::new(item);
    let name = move || item.with_value(|item| item.with(|item| item.name.clone()));
    let availability = move || item.with_value(|item| item.with(|item| item.presence.availability));
    let subscription = move || item.with_value(|item| item.with(|item| subscription_slug(item.subscription)));
    let about = move || item.with_value(|item| item.with(|item| about(item, t)));
    let picture = el("span").class("avatar-box").with(person::avatar(&jid, name));
    let link = el("a").class("line").attr("href", &Route::Chat(jid.clone()).hash()).with([
        picture.live(move || person::dot(availability())),
        el("span").class("line-top").with(el("span").class("line-name").attr("dir", "auto").live_text(name)),
        el("span")
            .class("line-bottom")
            .with(el("span").class("line-text").attr("dir", "auto").live_text(about)),
    ]);
    let row = el("li").class("contact").attr("data-jid", jid.as_str());
    let remove = el("button").attr("type", "button").class("icon-button quiet");
    let ask = move |_| {
        leaving.set(Some(jid.clone()));
        dialog.open();
    };
    row.live_attr("data-subscription", move || Some(subscription().into()))
        .live_attr("data-presence", move || Some(person::slug(availability()).into()))
        .with([
            link,
            remove
                .attr("aria-label", t.remove)
                .attr("title", t.remove)
                .on("click", ask)
                .with(icon::icon(icon::REMOVE)),
        ])
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

fn remove_dialog(state: AppState, leaving: RwSignal<Option<BareJid>>, dialog: &Dialog) -> El {
    let t = state.text();
    let title = move || {
        let name = leaving.get().map(|jid| state.person(&jid).name).unwrap_or_default();
        i18n::fill(t.remove_title, &[&name])
    };
    let (cancelled, removed) = (dialog.clone(), dialog.clone());
    let remove = move |_| {
        if let Some(jid) = leaving.get_untracked() {
            state.remove_contact(jid);
        }
        removed.close();
    };
    let button = |class: &str, name: &str| el("button").attr("type", "button").class(class).text(name);
    let actions = [
        button("button", t.cancel).on("click", move |_| cancelled.close()),
        button("button danger", t.remove_contact).on("click", remove),
    ];
    dialog.view("remove-title", el("h2").live_text(title), el("p").text(t.remove_text), actions)
}
