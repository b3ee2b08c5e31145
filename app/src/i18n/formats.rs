//! Times and dates by the browser's `Intl`. The formatters are made once a language: making one costs more than using it a thousand
//! times.

use super::{Lang, Text};
use crate::dom;
use js_sys::{Array, Date, Function, Intl::DateTimeFormat, Object, Reflect};
use model::WallMs;
use std::cell::RefCell;
use wasm_bindgen::JsValue;

const DAY_MS: i64 = 86_400_000;

/// What of an instant is written down.
#[derive(Clone, Copy)]
enum Shape {
    Time,
    Weekday,
    Day,
    DayYear,
    Full,
}

/// The bound `format` functions of one language, one per [`Shape`].
struct Formats {
    lang: Lang,
    by_shape: [Function; 5],
}

thread_local! {
    static FORMATS: RefCell<Option<Formats>> = const { RefCell::new(None) };
}

impl Formats {
    fn new(lang: Lang) -> Self {
        // The browser's own variant of the language knows the habits of the place: 14:02 or 2:02 PM.
        let tag = browser_languages().into_iter().find(|tag| Lang::from_tag(tag) == Some(lang));
        let tag = tag.as_deref().unwrap_or(lang.tag());
        let options: [&[_]; 5] = [
            &[("hour", "2-digit"), ("minute", "2-digit")],
            &[("weekday", "long")],
            &[("month", "long"), ("day", "numeric")],
            &[("year", "numeric"), ("month", "long"), ("day", "numeric")],
            &[("dateStyle", "full"), ("timeStyle", "short")],
        ];
        Self { lang, by_shape: options.map(|options| format(tag, options)) }
    }
}

fn format(tag: &str, options: &[(&str, &str)]) -> Function {
    let object = Object::new();
    for (key, value) in options {
        // Setting a property of a fresh object can't fail.
        let _ = Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    DateTimeFormat::new(&Array::of1(&JsValue::from_str(tag)), &object).format()
}

fn write(lang: Lang, shape: Shape, at: WallMs) -> String {
    FORMATS.with_borrow_mut(|slot| {
        if slot.as_ref().is_none_or(|formats| formats.lang != lang) {
            *slot = Some(Formats::new(lang));
        }
        slot.as_ref()
            .and_then(|formats| formats.by_shape.get(shape as usize))
            .and_then(|format| format.call1(&JsValue::NULL, &js_ms(at)).ok())
            .and_then(|text| text.as_string())
            .unwrap_or_default()
    })
}

/// A time as JavaScript counts it.
#[allow(clippy::cast_precision_loss)] // Milliseconds stay exact for 280 000 years.
fn js_ms(at: WallMs) -> JsValue {
    JsValue::from_f64(at as f64)
}

/// The languages the browser says its person reads, best first.
pub(crate) fn browser_languages() -> Vec<String> {
    dom::window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// Minutes by which local time is ahead of UTC at an instant.
pub(crate) fn utc_offset(at: WallMs) -> i32 {
    #[allow(clippy::cast_possible_truncation)] // Whole minutes, at most ± 14 hours.
    let behind = Date::new(&js_ms(at)).get_timezone_offset() as i32;
    -behind
}

/// Now, on the wall clock.
#[allow(clippy::cast_possible_truncation)] // As above.
pub(crate) fn now() -> WallMs {
    Date::now() as WallMs
}

/// `14:02`
pub(crate) fn time(lang: Lang, at: WallMs) -> String {
    write(lang, Shape::Time, at)
}

/// `Monday, 23 November 2026 at 14:02`, for those who point or listen.
pub(crate) fn full(lang: Lang, at: WallMs) -> String {
    write(lang, Shape::Full, at)
}

/// A day above its messages: Today, Yesterday, Friday, 2 March, 2 March 2025. Days are counted in local time since 1970.
pub(crate) fn day(lang: Lang, day: i64, today: i64) -> String {
    let t: &Text = lang.text();
    // Noon in UTC less the offset is noon there: far from both midnights.
    let noon = day * DAY_MS + DAY_MS / 2;
    let noon = noon - i64::from(utc_offset(noon)) * 60_000;
    match today - day {
        0 => t.today.into(),
        1 => t.yesterday.into(),
        2..7 => write(lang, Shape::Weekday, noon),
        -1..300 => write(lang, Shape::Day, noon),
        _ => write(lang, Shape::DayYear, noon),
    }
}

/// The time of a line of the chat list: the hour today, the day otherwise.
pub(crate) fn brief(lang: Lang, at: WallMs, today: i64) -> String {
    let its_day = local_day(at, utc_offset);
    if its_day == today { time(lang, at) } else { day(lang, its_day, today) }
}

/// The number of the local day of an instant: grows by one at each local midnight.
pub(crate) fn local_day(at: WallMs, utc_offset: fn(WallMs) -> i32) -> i64 {
    (at + i64::from(utc_offset(at)) * 60_000).div_euclid(DAY_MS)
}
