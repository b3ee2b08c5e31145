//! How a person looks: colour, initials, a dot for their presence and the words for it.

use crate::i18n::Text;
use crate::ui::avatar;
use crate::ui::el::{El, el};
use model::{Availability, BareJid, Presence};
use projection::{color, initials};

/// Their avatar. The colour comes from the address (XEP-0392), so that a new name does not change it.
pub(crate) fn avatar(jid: &BareJid, name: impl Fn() -> String + 'static) -> El {
    avatar::avatar(&color::hex(jid.as_str(), color::Theme::Light), move || initials::initials(&name()))
}

/// A dot on the avatar for those who are here; those who are not have none.
pub(crate) fn dot(availability: Availability) -> Option<El> {
    let class = match availability {
        Availability::Offline => return None,
        Availability::Chat | Availability::Online => "dot dot-here",
        Availability::Away | Availability::ExtendedAway => "dot dot-away",
        Availability::DoNotDisturb => "dot dot-busy",
    };
    Some(el("span").class(class))
}

/// The presence as an attribute's value.
pub(crate) fn slug(availability: Availability) -> &'static str {
    match availability {
        Availability::Chat => "chat",
        Availability::Online => "online",
        Availability::Away => "away",
        Availability::ExtendedAway => "xa",
        Availability::DoNotDisturb => "dnd",
        Availability::Offline => "offline",
    }
}

/// The presence in words, with the person's own words if there are any.
pub(crate) fn words(presence: &Presence, t: &Text) -> String {
    let state = match presence.availability {
        Availability::Chat => t.presence_chat,
        Availability::Online => t.presence_online,
        Availability::Away => t.presence_away,
        Availability::ExtendedAway => t.presence_xa,
        Availability::DoNotDisturb => t.presence_dnd,
        Availability::Offline => t.presence_offline,
    };
    match presence.status.as_deref().map(str::trim) {
        Some(status) if !status.is_empty() => [state, " · ", status].concat(),
        _ => state.to_owned(),
    }
}
