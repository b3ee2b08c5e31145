//! What an emoji picker holds.

use projection::emoji_list::{EmojiList, TONES};
use proptest::prelude::*;

const LIST: &str = "#0\n😀\tgrinning face|smile|happy\t嘿嘿|笑|脸\n😺\tgrinning cat|smile\t大笑的猫|笑\n#1\n👋+\twaving hand|bye\t挥手|再见\n\
                    🖐️+\thand with fingers splayed|stop\t手掌|停\n🧑‍🤝‍🧑*\tpeople holding hands\t手拉手\n#8\n#️⃣\tkeycap: #\t按键: #\n❤️\tred heart|love\t红心|爱\n";

fn list() -> EmojiList {
    EmojiList::new(LIST.to_owned())
}

fn found(words: &str) -> String {
    list().find(words, 10).iter().map(|emoji| emoji.with_tone(0)).collect()
}

#[test]
fn groups_are_as_written() {
    let list = list();
    assert_eq!(list.groups(), 3);
    let group = |group| list.group(group).map(|emoji| emoji.with_tone(0)).collect::<String>();
    assert_eq!([group(0), group(1), group(2), group(9)], ["😀😺", "👋🖐️🧑‍🤝‍🧑", "#️⃣❤️", ""]);
    let first = list.group(0).next().expect("there is one");
    assert_eq!((first.name(false), first.name(true)), ("grinning face", "嘿嘿"));
}

#[test]
fn both_languages_find_the_likeliest_first() {
    assert_eq!(found("smile"), "😀😺");
    assert_eq!(found("笑"), "😀😺");
    assert_eq!(found("cat"), "😺");
    assert_eq!(found("HAND"), "🖐️👋🧑‍🤝‍🧑", "a name that begins so goes first");
    assert_eq!(found("grinning cat"), "😺", "all the words");
    assert_eq!(found("手 hand"), "🖐️🧑‍🤝‍🧑👋");
    assert_eq!(found("❤"), "❤️", "an emoji finds itself");
    assert_eq!(found("heart"), "❤️");
    assert_eq!(found("xyzzy"), "");
    assert_eq!(found("  "), "");
    assert_eq!(list().find("a", 2).len(), 2, "no more than asked for");
}

#[test]
fn skin_tones_go_where_unicode_puts_them() {
    let list = list();
    let toned = |emoji: &str, tone| list.named(emoji).expect("it is in the list").with_tone(tone);
    assert_eq!(toned("👋", 1), "👋🏻");
    assert_eq!(toned("🖐️", 5), "🖐🏿", "the sign for \"as an emoji\" gives way to the tone");
    assert_eq!(toned("🧑‍🤝‍🧑", 3), "🧑🏽‍🤝‍🧑🏽", "both people, not the handshake");
    assert_eq!(toned("😀", 3), "😀");
    assert_eq!((toned("👋", 0), toned("👋", 6)), ("👋".to_owned(), "👋".to_owned()));
    assert_eq!(toned("👋🏽", 0), "👋", "an emoji with a tone is found by it");
    assert!(list.named("🦄").is_none());
}

proptest! {
    #[test]
    fn any_file_and_any_words_are_taken(text in "(#|\t|\n|\\||\\+|\\*|a|笑|😀|\u{200d}|\u{fe0f}){0,60}", words in "(a|笑| |\\||😀|\u{fe0f}){0,6}") {
        let list = EmojiList::new(text);
        for emoji in list.find(&words, 5) {
            for tone in 0..=TONES + 1 {
                prop_assert_eq!(emoji.with_tone(tone).replace(['🏻', '🏼', '🏽', '🏾', '🏿', '\u{fe0f}'], ""), emoji.with_tone(0).replace('\u{fe0f}', ""));
            }
        }
        for group in 0..list.groups() {
            prop_assert!(list.group(group).all(|emoji| !emoji.name(true).contains('\t')));
        }
    }
}
