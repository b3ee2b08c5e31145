//! Contacts: who asks for us, whom we know, how to add somebody.

mod add;

use crate::i18n::{self, Text};
use crate::live::Live;
use crate::parts::person;
use crate::router::Route;
use crate::state::AppState;
use crate::ui::dialog::Dialog;
use crate::ui::el::{El, Key, View, el};
use crate::ui::{empty, icon};
use model::{BareJid, Subscription};
use projection::Person;

/// The screen.
pub(crate) fn screen(state: AppState) -> View {
    let t: &'static Text = state.text();
    let people = state.contacts();
    let none = move || people.is_empty();
    let no_requests = move || state.requests().is_empty();
    // One dialog for all: it asks about whoever is in here.
    let leaving = Live::<Option<BareJid>>::default();
    let dialog = Dialog::new();
    let requests = el("ul list").attr("aria-label", t.requests);
    let requests = requests.each(
        move || state.requests().iter().map(|jid| Key::from(jid.as_str())).collect(),
        move |key| key.parse().ok().map(|jid| request(state, jid)),
    );
    let contacts = el("ul list").attr("aria-label", t.contacts).live_flag("hidden", none);
    let remove = remove_dialog(state, &leaving, &dialog);
    let contacts = contacts.each(
        move || people.keys(),
        move |key| people.row(key).map(|row| line(state, &row, leaving.clone(), dialog.clone())),
    );
    let nobody = move |nobody: &bool| {
        let empty = || empty::empty(icon::CONTACTS, t.contacts_empty, el("p").text(t.contacts_empty_text));
        nobody.then(empty)
    };
    let waiting = el("section requests").live_flag("hidden", no_requests);
    View::from([
        el("header bar").with(el("h1 bar-title").text(t.contacts)),
        el("div scroll")
            .with([
                add::form(state),
                waiting.with([el("h2 list-title").text(t.requests), requests]),
                contacts,
            ])
            .live(move || none() && no_requests(), nobody),
        remove,
    ])
}

fn request(state: AppState, jid: BareJid) -> El {
    let t = state.text();
    let name = jid.local().unwrap_or(jid.as_str()).to_owned();
    let (accepted, refused) = (jid.clone(), jid.clone());
    let button = |class: &str, name: &str| el("button").attr("type", "button").class(class).text(name);
    el("li request").attr("data-jid", jid.as_str()).with([
        person::avatar(&jid, move || name.clone()),
        el("div request-words")
            .with([el("strong").attr("dir", "ltr").text(jid.as_str()), el("span").text(t.wants_to_add)]),
        el("div request-buttons").with([
            button("button primary small", t.accept)
                .on("click", move |_| state.accept_request(accepted.clone())),
            button("button small", t.refuse).on("click", move |_| state.refuse_request(refused.clone())),
        ]),
    ])
}

fn line(state: AppState, row: &Live<Person>, leaving: Live<Option<BareJid>>, dialog: Dialog) -> El {
    let t = state.text();
    let jid = row.peek(|person| person.jid.clone());
    let name: fn(&Person) -> String = |person| person.name.clone();
    let subscription = |person: &Person| Some(subscription_slug(person.subscription).into());
    let presence = |person: &Person| Some(person::slug(person.presence.availability).into());
    let picture = el("span avatar-box").with(person::avatar(&jid, row.part(name)));
    let link = el("a line").attr("href", &Route::Chat(jid.clone()).hash()).with([
        picture.live(row.part(|person| person.presence.availability), |is| person::dot(*is)),
        el("span line-top").with(el("span line-name").attr("dir", "auto").live_text(row.part(name))),
        el("span line-bottom").with(
            el("span line-text").attr("dir", "auto").live_text(row.part(move |person| about(person, t))),
        ),
    ]);
    let line = el("li contact").attr("data-jid", jid.as_str());
    let remove = el("button").attr("type", "button").class("icon-button quiet");
    let ask = move |_| {
        leaving.set(Some(jid.clone()));
        dialog.open();
    };
    line.live_attr("data-subscription", row.part(subscription))
        .live_attr("data-presence", row.part(presence))
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
fn about(item: &Person, t: &Text) -> String {
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

fn remove_dialog(state: AppState, leaving: &Live<Option<BareJid>>, dialog: &Dialog) -> El {
    let t = state.text();
    let (asked, chosen) = (leaving.clone(), leaving.clone());
    let title = move || {
        let name = asked.get().map(|jid| state.person(&jid).name).unwrap_or_default();
        i18n::fill(t.remove_title, &[&name])
    };
    let (cancelled, removed) = (dialog.clone(), dialog.clone());
    let remove = move |_| {
        if let Some(jid) = chosen.now() {
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
