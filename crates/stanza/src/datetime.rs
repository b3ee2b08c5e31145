//! Dates and times on the wire (XEP-0082, and the older form of XEP-0091).

use model::WallMs;

const DAY_MS: i64 = 86_400_000;
/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999Z: what four digits can hold.
const FIRST_MS: i64 = -62_135_596_800_000;
const LAST_MS: i64 = 253_402_300_799_999;

/// Reads a `DateTime` (XEP-0082 §3.2): `1969-07-21T02:56:15.123Z`, `1969-07-20T21:56:15-05:00`. Digits below the
/// millisecond are cut off.
pub fn parse(text: &str) -> Option<WallMs> {
    let mut scan = Scan(text.trim());
    let (year, month, day) = (scan.number(4)?, scan.after('-', 2)?, scan.after('-', 2)?);
    scan.expect('T')?;
    let (hour, minute, second) = (scan.number(2)?, scan.after(':', 2)?, scan.after(':', 2)?);
    let fraction = scan.fraction()?;
    let offset = scan.offset()?;
    scan.end()?;
    Some(instant(year, month, day, [hour, minute, second])? + fraction - offset)
}

/// Reads the stamp of `jabber:x:delay` (XEP-0091 §3), always UTC: `20020910T23:08:25`.
pub fn parse_legacy(text: &str) -> Option<WallMs> {
    let mut scan = Scan(text.trim());
    let (year, month, day) = (scan.number(4)?, scan.number(2)?, scan.number(2)?);
    scan.expect('T')?;
    let (hour, minute, second) = (scan.number(2)?, scan.after(':', 2)?, scan.after(':', 2)?);
    scan.end()?;
    instant(year, month, day, [hour, minute, second])
}

/// Writes a `DateTime` in UTC, with milliseconds unless they are zero. Years outside 1–9999 become the nearest time
/// within.
pub fn format(at: WallMs) -> String {
    let at = at.clamp(FIRST_MS, LAST_MS);
    let (year, month, day) = date(at.div_euclid(DAY_MS));
    let ms = at.rem_euclid(DAY_MS);
    let (hour, minute, second, ms) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000);
    let fraction = if ms == 0 { String::new() } else { format!(".{ms:03}") };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

fn instant(year: i64, month: i64, day: i64, [hour, minute, second]: [i64; 3]) -> Option<WallMs> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    // 60 is a leap second: the same instant as the next minute's 0.
    let good = year > 0 && (1..=last).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    good.then(|| days(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000)
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar. Years are counted from March, so that the leap day is
/// the last of its year; 306 days lie between a March 1 and the next January 1.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (month * 153 + 2) / 5
        + day
        - 1
        - EPOCH
}

/// 1970-01-01 counted from 0000-03-01.
const EPOCH: i64 = 719_468;

/// The reverse of [`days`]: year, month, day.
fn date(days: i64) -> (i64, i64, i64) {
    const ERA: i64 = 146_097; // days in 400 years
    let days = days + EPOCH;
    let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (day - day / 1460 + day / 36_524 - day / (ERA - 1)) / 365;
    let day = day - (year * 365 + year / 4 - year / 100);
    let month = (day * 5 + 2) / 153;
    let day = day - (month * 153 + 2) / 5 + 1;
    let year = year + era * 400;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

/// What of a stamp is not read yet.
struct Scan<'a>(&'a str);

impl Scan<'_> {
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        if !number.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        self.0 = rest;
        number.parse().ok()
    }

    fn expect(&mut self, c: char) -> Option<()> {
        self.0 = self.0.strip_prefix(c)?;
        Some(())
    }

    fn after(&mut self, separator: char, digits: usize) -> Option<i64> {
        self.expect(separator)?;
        self.number(digits)
    }

    /// Milliseconds of `.sss…`, 0 if there is no point.
    fn fraction(&mut self) -> Option<i64> {
        if self.expect('.').is_none() {
            return Some(0);
        }
        let mut ms = 0;
        let mut unit = 100;
        let mut any = false;
        while let Some(digit) = self.number(1) {
            ms += digit * unit;
            unit /= 10;
            any = true;
        }
        any.then_some(ms)
    }

    /// Milliseconds that local time is ahead of UTC: `Z`, `+hh:mm` or `-hh:mm`.
    fn offset(&mut self) -> Option<i64> {
        if self.expect('Z').is_some() {
            return Some(0);
        }
        let sign = if self.expect('+').is_some() { 1 } else { self.expect('-').map(|()| -1)? };
        let (hours, minutes) = (self.number(2)?, self.after(':', 2)?);
        (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000)
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn stamps_of_the_xep_are_read() {
        // XEP-0082 §3.2: the same moment of the moon landing, twice.
        assert_eq!(parse("1969-07-21T02:56:15Z"), Some(-14_159_025_000));
        assert_eq!(parse("1969-07-20T21:56:15-05:00"), Some(-14_159_025_000));
        assert_eq!(parse("1970-01-01T00:00:00.1Z"), Some(100));
        assert_eq!(parse("1970-01-01T00:00:00.123999Z"), Some(123));
        assert_eq!(parse("1970-01-01T05:30:00+05:30"), Some(0));
        assert_eq!(parse("2000-02-29T00:00:00Z"), Some(951_782_400_000));
        assert_eq!(parse("2016-12-31T23:59:60Z"), parse("2017-01-01T00:00:00Z"));
        assert_eq!(parse_legacy("20020910T23:08:25"), parse("2002-09-10T23:08:25Z"));
    }

    #[test]
    fn what_is_no_stamp_is_none() {
        for bad in [
            "",
            "Z",
            "2002-09-10",
            "2002-09-10T23:08:25",
            "2002-9-10T23:08:25Z",
            "2002-13-10T23:08:25Z",
            "2002-00-10T23:08:25Z",
            "2001-02-29T23:08:25Z",
            "1900-02-29T23:08:25Z",
            "2002-09-31T23:08:25Z",
            "2002-09-00T23:08:25Z",
            "2002-09-10T24:00:00Z",
            "2002-09-10T23:60:25Z",
            "2002-09-10T23:08:61Z",
            "2002-09-10T23:08:25.Z",
            "2002-09-10T23:08:25+5:00",
            "2002-09-10T23:08:25+05:60",
            "2002-09-10T23:08:25Zx",
            "2002-09-10 23:08:25Z",
            "+002-09-10T23:08:25Z",
            "0000-01-01T00:00:00Z",
            "２002-09-10T23:08:25Z",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
        for bad in ["", "2002-09-10T23:08:25", "20020910T23:08:25Z", "20020931T23:08:25", "20020910T230825"] {
            assert_eq!(parse_legacy(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_ends_of_time_are_written() {
        assert_eq!(format(0), "1970-01-01T00:00:00Z");
        assert_eq!(format(-1), "1969-12-31T23:59:59.999Z");
        assert_eq!(format(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(format(i64::MIN), "0001-01-01T00:00:00Z");
        assert_eq!(format(i64::MAX), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn every_day_of_four_centuries_is_counted_once() {
        let mut expected = days(1600, 1, 1);
        for year in 1600..2001 {
            for month in 1..=12 {
                for day in 1..=31 {
                    let Some(at) = instant(year, month, day, [0; 3]) else { continue };
                    assert_eq!((at / DAY_MS, date(expected)), (expected, (year, month, day)));
                    expected += 1;
                }
            }
        }
    }

    proptest! {
        #[test]
        fn written_stamps_are_read_back(at in FIRST_MS..=LAST_MS) {
            prop_assert_eq!(parse(&format(at)), Some(at));
        }

        #[test]
        fn no_text_panics(text in "[0-9TZ:.+é-]{0,30}", any in any::<String>()) {
            let _ = (parse(&text), parse_legacy(&text), parse(&any), parse_legacy(&any));
        }
    }
}
