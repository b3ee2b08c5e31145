//! Words: typed string tables, one file a language. A missing entry does not compile.
//!
//! Views read the table once, while they are built: [`crate::shell`] builds the screens anew when the language changes, so a
//! sentence is a plain `&'static str` in the view and not one more effect.

mod en;
pub(crate) mod formats;
mod problem;
mod text;
mod zh;

pub(crate) use problem::{fail_words, problem_words};
pub(crate) use text::Text;

use browser::prefs;

/// A language the app speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lang {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    /// Its table.
    pub(crate) fn text(self) -> &'static Text {
        match self {
            Self::En => &en::EN,
            Self::Zh => &zh::ZH,
        }
    }

    /// Its BCP 47 tag, for `<html lang>` and `Intl`.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// The language a BCP 47 tag asks for, if the app speaks it.
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()? {
            "en" => Some(Self::En),
            "zh" => Some(Self::Zh),
            _ => None,
        }
    }
}

/// The language to speak: what the address asks for (`?lang=`), else the choice, else the browser's first language we know.
pub(crate) fn resolve(choice: prefs::Lang, query: &str, browser: &[String]) -> Lang {
    let asked = query
        .trim_start_matches('?')
        .split('&')
        .find_map(|pair| pair.strip_prefix("lang="))
        .and_then(Lang::from_tag);
    let chosen = match choice {
        prefs::Lang::System => None,
        prefs::Lang::En => Some(Lang::En),
        prefs::Lang::Zh => Some(Lang::Zh),
    };
    asked.or(chosen).or_else(|| browser.iter().find_map(|tag| Lang::from_tag(tag))).unwrap_or(Lang::En)
}

/// Puts values in the place of `{}`, in order.
pub(crate) fn fill(pattern: &str, values: &[&str]) -> String {
    let mut values = values.iter();
    let mut out = String::with_capacity(pattern.len() + 32);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("{}") {
        out.push_str(before);
        out.push_str(values.next().copied().unwrap_or_default());
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Puts a count into the singular or the plural sentence. Chinese has no plural: both entries say the same there.
pub(crate) fn count(n: u32, one: &str, other: &str) -> String {
    fill(if n == 1 { one } else { other }, &[&n.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(sentence: &str) -> usize {
        sentence.matches("{}").count()
    }

    #[test]
    fn no_entry_is_empty_and_placeholders_agree() {
        let (en, zh) = (en::EN.entries(), zh::ZH.entries());
        for ((key, english), (_, chinese)) in en.iter().zip(&zh) {
            assert!(!english.trim().is_empty(), "en.{key} is empty");
            assert!(!chinese.trim().is_empty(), "zh.{key} is empty");
            assert_eq!(placeholders(english), placeholders(chinese), "placeholders of {key} differ");
        }
    }

    #[test]
    fn chinese_is_chinese() {
        const SAME: [&str; 3] = ["brand", "english", "chinese"];
        for ((key, english), (_, chinese)) in en::EN.entries().iter().zip(&zh::ZH.entries()) {
            assert!(SAME.contains(key) || english != chinese, "zh.{key} was not translated");
        }
    }

    #[test]
    fn values_fill_the_gaps_in_order() {
        assert_eq!(fill("{} and {}!", &["a", "{}"]), "a and {}!");
        assert_eq!(fill("none", &["a"]), "none");
        assert_eq!(fill("{} {}", &["a"]), "a ");
        assert_eq!(count(1, "{} thing", "{} things"), "1 thing");
        assert_eq!(count(0, "{} thing", "{} things"), "0 things");
    }

    #[test]
    fn the_address_wins_over_the_choice_and_the_choice_over_the_browser() {
        let browser = ["fr-FR".to_owned(), "zh-TW".to_owned(), "en".to_owned()];
        assert_eq!(resolve(prefs::Lang::System, "", &browser), Lang::Zh);
        assert_eq!(resolve(prefs::Lang::En, "", &browser), Lang::En);
        assert_eq!(resolve(prefs::Lang::En, "?x=1&lang=zh", &browser), Lang::Zh);
        assert_eq!(resolve(prefs::Lang::System, "?lang=xx", &[]), Lang::En);
    }
}
