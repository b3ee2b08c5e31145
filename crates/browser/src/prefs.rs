//! Small choices in `localStorage`: what must be known before the first paint, on this device only.
//!
//! `localStorage` may be missing, full or forbidden, and then throws; nothing here does. A choice that can't be kept
//! is back at its default after the next start.

use model::BareJid;
use web_sys::Storage;

const LANG: &str = "goldcrest.lang";
const THEME: &str = "goldcrest.theme";
const TEXT: &str = "goldcrest.text";
const MARKERS: &str = "goldcrest.markers";
const TYPING: &str = "goldcrest.typing";
const ASKED: &str = "goldcrest.asked-to-keep";
const ACCOUNT: &str = "goldcrest.account";

/// The language of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// What the browser prefers.
    #[default]
    System,
    /// English.
    En,
    /// Chinese.
    Zh,
}

/// The colours of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// What the device prefers.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// The size of the text, beside what the browser itself is set to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextSize {
    /// As the browser says.
    #[default]
    Normal,
    /// An eighth larger.
    Large,
    /// A third larger.
    Largest,
}

impl TextSize {
    /// The name under which it is kept, and which the style sheet knows (`data-text`); none for the default.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Normal => None,
            Self::Large => Some("large"),
            Self::Largest => Some("largest"),
        }
    }
}

/// The chosen language.
pub fn lang() -> Lang {
    match get(LANG).as_deref() {
        Some("en") => Lang::En,
        Some("zh") => Lang::Zh,
        _ => Lang::System,
    }
}

/// Chooses a language.
pub fn set_lang(lang: Lang) {
    set(
        LANG,
        match lang {
            Lang::System => None,
            Lang::En => Some("en"),
            Lang::Zh => Some("zh"),
        },
    );
}

/// The chosen theme.
pub fn theme() -> Theme {
    match get(THEME).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

/// Chooses a theme.
pub fn set_theme(theme: Theme) {
    set(
        THEME,
        match theme {
            Theme::System => None,
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
        },
    );
}

/// The chosen size of the text.
pub fn text_size() -> TextSize {
    match get(TEXT).as_deref() {
        Some("large") => TextSize::Large,
        Some("largest") => TextSize::Largest,
        _ => TextSize::Normal,
    }
}

/// Chooses a size of the text.
pub fn set_text_size(size: TextSize) {
    set(TEXT, size.name());
}

/// Whether contacts are told that their messages were looked at.
pub fn markers() -> bool {
    get(MARKERS).as_deref() != Some("off")
}

/// Chooses whether they are.
pub fn set_markers(on: bool) {
    set(MARKERS, (!on).then_some("off"));
}

/// Whether contacts are told that we are writing to them.
pub fn typing() -> bool {
    get(TYPING).as_deref() != Some("off")
}

/// Chooses whether they are.
pub fn set_typing(on: bool) {
    set(TYPING, (!on).then_some("off"));
}

/// True the first time: the browser is asked once to keep what is stored, since it may ask the person.
pub fn first_time_to_ask() -> bool {
    let first = get(ASKED).is_none();
    set(ASKED, Some("yes"));
    first
}

/// The account the last session left logged in.
pub(crate) fn account() -> Option<BareJid> {
    get(ACCOUNT)?.parse().ok()
}

/// Notes which account the next start opens.
pub(crate) fn set_account(account: Option<&BareJid>) {
    set(ACCOUNT, account.map(BareJid::as_str));
}

pub(crate) fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn get(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// `None`, the default, leaves no trace.
fn set(key: &str, value: Option<&str>) {
    let Some(storage) = storage() else { return };
    let _ = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}
