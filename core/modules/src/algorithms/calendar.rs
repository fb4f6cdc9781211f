//! The arithmetic of the `datetime` module: the proleptic Gregorian calendar, ISO weeks, normalized
//! durations, and ISO 8601 texts as 3.9 reads and writes them.

use krait_object::text::Unit;

pub const MIN_YEAR: i32 = 1;
pub const MAX_YEAR: i32 = 9999;
/// Ordinal of the last day of [`MAX_YEAR`].
pub const MAX_ORDINAL: i32 = 3_652_059;
pub const MAX_DELTA_DAYS: i32 = 999_999_999;

const SECOND: i128 = 1_000_000;
const DAY: i128 = 86_400 * SECOND;

pub fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Months count from 1.
pub fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

pub fn days_before_month(year: i32, month: i32) -> i32 {
    const BEFORE: [i32; 13] = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    BEFORE[month as usize] + i32::from(month > 2 && is_leap(year))
}

/// Days before the 1st of January of a year; of year 1, none.
pub fn days_before_year(year: i32) -> i32 {
    let y = year - 1;
    y * 365 + y / 4 - y / 100 + y / 400
}

/// The day's number; 1 is the 1st of January of year 1.
pub fn ordinal(year: i32, month: i32, day: i32) -> i32 {
    days_before_year(year) + days_before_month(year, month) + day
}

/// The date of a day's number (at least 1).
pub fn from_ordinal(ordinal: i32) -> (i32, i32, i32) {
    let n = ordinal - 1;
    // Whole cycles of 400, 100, 4 and 1 years; the last day of a cycle belongs to a fifth century
    // or a fifth year that does not exist.
    let (n400, n) = (n / 146_097, n % 146_097);
    let (n100, n) = (n / 36_524, n % 36_524);
    let (n4, n) = (n / 1_461, n % 1_461);
    let (n1, n) = (n / 365, n % 365);
    let year = n400 * 400 + n100 * 100 + n4 * 4 + n1 + 1;
    if n1 == 4 || n100 == 4 {
        return (year - 1, 12, 31);
    }
    let month = (1..=12).rev().find(|&m| days_before_month(year, m) <= n).unwrap_or(1);
    (year, month, n - days_before_month(year, month) + 1)
}

/// Monday is 0.
pub fn weekday(year: i32, month: i32, day: i32) -> i32 {
    (ordinal(year, month, day) + 6) % 7
}

/// Ordinal of the Monday of the first ISO week, that with the year's first Thursday.
fn first_monday(year: i32) -> i32 {
    let first = ordinal(year, 1, 1);
    let weekday = (first + 6) % 7;
    let monday = first - weekday;
    if weekday > 3 { monday + 7 } else { monday }
}

/// ISO year, week and weekday (Monday is 1).
pub fn iso_calendar(year: i32, month: i32, day: i32) -> (i32, i32, i32) {
    let today = ordinal(year, month, day);
    let weeks_since = |monday: i32| (today - monday).div_euclid(7);
    let (year, week) = match weeks_since(first_monday(year)) {
        ..0 => (year - 1, weeks_since(first_monday(year - 1))),
        52.. if today >= first_monday(year + 1) => (year + 1, 0),
        week => (year, week),
    };
    (year, week + 1, (today + 6) % 7 + 1)
}

/// The ordinal of a date in the ISO calendar, which may lie beyond [`MAX_ORDINAL`]; the error is a
/// ValueError's message.
pub fn from_iso_calendar(year: i32, week: i32, day: i32) -> Result<i32, String> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        return Err(format!("Year is out of range: {year}"));
    }
    // A year has 53 weeks if it begins on a Thursday, or is leap and begins on a Wednesday.
    let first = weekday(year, 1, 1);
    let long = first == 3 || (first == 2 && is_leap(year));
    if !(1..=52 + i32::from(long)).contains(&week) {
        return Err(format!("Invalid week: {week}"));
    }
    if !(1..=7).contains(&day) {
        return Err(format!("Invalid day: {day} (range is [1, 7])"));
    }
    Ok(first_monday(year) + (week - 1) * 7 + day - 1)
}

/// The error is a ValueError's message.
pub fn check_date(year: i32, month: i32, day: i32) -> Result<(), String> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        Err(format!("year {year} is out of range"))
    } else if !(1..=12).contains(&month) {
        Err("month must be in 1..12".into())
    } else if day < 1 || day > days_in_month(year, month) {
        Err("day is out of range for month".into())
    } else {
        Ok(())
    }
}

/// The error is a ValueError's message.
pub fn check_time(
    hour: i32,
    minute: i32,
    second: i32,
    microsecond: i32,
    fold: i32,
) -> Result<(), &'static str> {
    for (value, count, message) in [
        (hour, 24, "hour must be in 0..23"),
        (minute, 60, "minute must be in 0..59"),
        (second, 60, "second must be in 0..59"),
        (microsecond, 1_000_000, "microsecond must be in 0..999999"),
        (fold, 2, "fold must be either 0 or 1"),
    ] {
        if !(0..count).contains(&value) {
            return Err(message);
        }
    }
    Ok(())
}

/// A duration, normalized: seconds below a day, microseconds below a second, both not negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Delta {
    pub days: i32,
    pub seconds: i32,
    pub microseconds: i32,
}

impl Delta {
    /// From any numbers; the error is an OverflowError's message.
    pub fn new(days: i64, seconds: i64, microseconds: i64) -> Result<Delta, String> {
        let total = i128::from(days) * DAY + i128::from(seconds) * SECOND + i128::from(microseconds);
        Delta::from_microseconds(total)
    }

    /// The error is an OverflowError's message.
    pub fn from_microseconds(total: i128) -> Result<Delta, String> {
        let (days, rest) = (total.div_euclid(DAY), total.rem_euclid(DAY));
        let limit = i128::from(MAX_DELTA_DAYS);
        if !(-limit..=limit).contains(&days) {
            return Err(format!("days={days}; must have magnitude <= {MAX_DELTA_DAYS}"));
        }
        Ok(Delta { days: days as i32, seconds: (rest / SECOND) as i32, microseconds: (rest % SECOND) as i32 })
    }

    pub fn total_microseconds(self) -> i128 {
        i128::from(self.days) * DAY + i128::from(self.seconds) * SECOND + i128::from(self.microseconds)
    }
}

/// `str(timedelta)`.
impl std::fmt::Display for Delta {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (hours, minutes, seconds) = (self.seconds / 3600, self.seconds / 60 % 60, self.seconds % 60);
        if self.days != 0 {
            let plural = if self.days.abs() == 1 { "" } else { "s" };
            write!(f, "{} day{plural}, ", self.days)?;
        }
        write!(f, "{hours}:{minutes:02}:{seconds:02}")?;
        if self.microseconds != 0 {
            write!(f, ".{:06}", self.microseconds)?;
        }
        Ok(())
    }
}

/// A point on the calendar and the clock; the arithmetic of `datetime`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Moment {
    pub year: i32,
    pub month: i32,
    pub day: i32,
    pub hour: i32,
    pub minute: i32,
    pub second: i32,
    pub microsecond: i32,
}

impl Moment {
    /// Since the midnight before ordinal 0.
    pub fn total_microseconds(self) -> i128 {
        let days = ordinal(self.year, self.month, self.day);
        let seconds = (self.hour * 60 + self.minute) * 60 + self.second;
        i128::from(days) * DAY + i128::from(seconds) * SECOND + i128::from(self.microsecond)
    }

    /// None outside the supported years ("date value out of range").
    pub fn from_microseconds(total: i128) -> Option<Moment> {
        let days = i32::try_from(total.div_euclid(DAY)).ok()?;
        if !(1..=MAX_ORDINAL).contains(&days) {
            return None;
        }
        let rest = total.rem_euclid(DAY);
        let (year, month, day) = from_ordinal(days);
        let seconds = (rest / SECOND) as i32;
        Some(Moment {
            year,
            month,
            day,
            hour: seconds / 3600,
            minute: seconds / 60 % 60,
            second: seconds % 60,
            microsecond: (rest % SECOND) as i32,
        })
    }
}

/// How much of a time `isoformat` shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeSpec {
    Auto,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    Microseconds,
}

impl TimeSpec {
    pub fn named(name: &str) -> Option<TimeSpec> {
        Some(match name {
            "auto" => TimeSpec::Auto,
            "hours" => TimeSpec::Hours,
            "minutes" => TimeSpec::Minutes,
            "seconds" => TimeSpec::Seconds,
            "milliseconds" => TimeSpec::Milliseconds,
            "microseconds" => TimeSpec::Microseconds,
            _ => return None,
        })
    }
}

pub fn iso_date(year: i32, month: i32, day: i32) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

pub fn iso_time(hour: i32, minute: i32, second: i32, microsecond: i32, spec: TimeSpec) -> String {
    match spec {
        TimeSpec::Hours => format!("{hour:02}"),
        TimeSpec::Minutes => format!("{hour:02}:{minute:02}"),
        TimeSpec::Auto if microsecond == 0 => format!("{hour:02}:{minute:02}:{second:02}"),
        TimeSpec::Seconds => format!("{hour:02}:{minute:02}:{second:02}"),
        TimeSpec::Milliseconds => format!("{hour:02}:{minute:02}:{second:02}.{:03}", microsecond / 1000),
        _ => format!("{hour:02}:{minute:02}:{second:02}.{microsecond:06}"),
    }
}

/// A UTC offset, such as `+01:00`, with the separator between its parts.
pub fn iso_offset(offset: Delta, separator: &str) -> String {
    let total = offset.total_microseconds();
    let sign = if total < 0 { '-' } else { '+' };
    let (seconds, microseconds) = (total.abs() / SECOND, total.abs() % SECOND);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut text = format!("{sign}{hours:02}{separator}{minutes:02}");
    if seconds != 0 || microseconds != 0 {
        text += &format!("{separator}{seconds:02}");
    }
    if microseconds != 0 {
        text += &format!(".{microseconds:06}");
    }
    text
}

/// `date.ctime`, `datetime.ctime`.
pub fn ctime(m: Moment) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (day, month) = (DAYS[weekday(m.year, m.month, m.day) as usize], MONTHS[m.month as usize - 1]);
    format!("{day} {month} {:2} {:02}:{:02}:{:02} {:04}", m.day, m.hour, m.minute, m.second, m.year)
}

/// Reads characters; past the end, as in the reference, there is a NUL.
struct Reader<'a, U> {
    text: &'a [U],
    at: usize,
}

impl<U: Unit> Reader<'_, U> {
    fn peek(&self) -> u32 {
        self.text.get(self.at).map_or(0, |u| u.code())
    }

    fn digits(&mut self, count: usize) -> Option<i32> {
        let mut value = 0;
        for _ in 0..count {
            let digit = char::from_u32(self.peek())?.to_digit(10)?;
            value = value * 10 + digit as i32;
            self.at += 1;
        }
        Some(value)
    }

    fn take(&mut self, c: u8) -> Option<()> {
        let found = self.peek() == c.into();
        self.at += 1;
        found.then_some(())
    }
}

/// Reads the ten characters `YYYY-MM-DD` at the beginning; the numbers are not checked.
pub fn parse_date<U: Unit>(text: &[U]) -> Option<(i32, i32, i32)> {
    let mut r = Reader { text, at: 0 };
    let year = r.digits(4)?;
    r.take(b'-')?;
    let month = r.digits(2)?;
    r.take(b'-')?;
    Some((year, month, r.digits(2)?))
}

/// A clock reading: hour, minute, second, microsecond.
pub type Clock = [i32; 4];

/// Reads `HH[:MM[:SS]][.fff[fff]]` from `at` to `end`; also whether something else is at the end.
fn parse_clock<U: Unit>(text: &[U], at: usize, end: usize) -> Option<(Clock, bool)> {
    let mut r = Reader { text, at };
    let mut clock = [0; 4];
    for slot in &mut clock[..3] {
        *slot = r.digits(2)?;
        let c = r.peek();
        r.at += 1;
        if r.at >= end {
            // The separator after which nothing follows is not looked at.
            return Some((clock, c != 0));
        }
        match u8::try_from(c) {
            Ok(b':') => {}
            Ok(b'.') => break,
            _ => return None,
        }
    }
    let fraction = end - r.at;
    // A third colon passes for the point.
    if !matches!(fraction, 3 | 6) {
        return None;
    }
    clock[3] = r.digits(fraction)? * if fraction == 3 { 1000 } else { 1 };
    Some((clock, r.peek() != 0))
}

/// Reads all of a time with an optional UTC offset; the numbers are not checked. The offset is in
/// seconds and microseconds of the same sign.
pub fn parse_time<U: Unit>(text: &[U]) -> Option<(Clock, Option<(i32, i32)>)> {
    let is_sign = |u: &U| matches!(u8::try_from(u.code()), Ok(b'+' | b'-'));
    let zone = text.iter().position(is_sign).unwrap_or(text.len());
    let (clock, more) = parse_clock(text, 0, zone)?;
    if zone == text.len() {
        return (!more).then_some((clock, None));
    }
    // +HH:MM, +HH:MM:SS or +HH:MM:SS.ffffff.
    if !more || !matches!(text.len() - zone, 6 | 9 | 16) {
        return None;
    }
    let ([hours, minutes, seconds, microseconds], rest) = parse_clock(text, zone + 1, text.len())?;
    let sign = if text[zone].code() == u32::from(b'-') { -1 } else { 1 };
    let offset = (sign * ((hours * 60 + minutes) * 60 + seconds), sign * microseconds);
    (!rest).then_some((clock, Some(offset)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_comes_back() {
        let mut last = (0, 12, 31);
        for n in 1..=MAX_ORDINAL {
            let date = from_ordinal(n);
            assert!(date > last && ordinal(date.0, date.1, date.2) == n, "{n}");
            assert!(check_date(date.0, date.1, date.2).is_ok());
            if n % 7 == 0 && date.0 < MAX_YEAR {
                let (year, week, day) = iso_calendar(date.0, date.1, date.2);
                if year > 0 {
                    assert_eq!(from_iso_calendar(year, week, day), Ok(n));
                }
            }
            last = date;
        }
        assert_eq!(last, (9999, 12, 31));
    }

    #[test]
    fn weeks() {
        for (date, expected) in [
            ((2021, 1, 3), (2020, 53, 7)),
            ((2021, 1, 4), (2021, 1, 1)),
            ((1, 1, 1), (1, 1, 1)),
            ((9999, 12, 31), (9999, 52, 5)),
            ((2008, 12, 29), (2009, 1, 1)),
            ((2010, 1, 3), (2009, 53, 7)),
            ((2000, 2, 29), (2000, 9, 2)),
        ] {
            assert_eq!(iso_calendar(date.0, date.1, date.2), expected, "{date:?}");
        }
        for (y, w, d, message) in [
            (0, 1, 1, "Year is out of range: 0"),
            (2021, 53, 1, "Invalid week: 53"),
            (2020, 0, 1, "Invalid week: 0"),
            (2020, 1, 8, "Invalid day: 8 (range is [1, 7])"),
        ] {
            assert_eq!(from_iso_calendar(y, w, d), Err(message.into()));
        }
    }

    #[test]
    fn durations() {
        let delta = Delta::new(1, -1, -1).unwrap();
        assert_eq!(delta, Delta { days: 0, seconds: 86_398, microseconds: 999_999 });
        assert_eq!(delta.to_string(), "23:59:58.999999");
        assert_eq!(Delta::new(-1, 3661, 5).unwrap().to_string(), "-1 day, 1:01:01.000005");
        assert_eq!(
            Delta::new(1_000_000_000, 0, 0),
            Err("days=1000000000; must have magnitude <= 999999999".into())
        );
        assert!(Delta::new(999_999_999, 86_399, 999_999).is_ok() && Delta::new(-999_999_999, -1, 0).is_err());
        for (seconds, text) in [(3600, "+01:00"), (-5400, "-01:30"), (3661, "+01:01:01"), (0, "+00:00")] {
            assert_eq!(iso_offset(Delta::new(0, seconds, 0).unwrap(), ":"), text);
        }
        assert_eq!(iso_offset(Delta::new(0, 0, -7).unwrap(), ""), "-000000.000007");
    }

    #[test]
    fn moments() {
        let m =
            Moment { year: 2000, month: 2, day: 28, hour: 23, minute: 59, second: 59, microsecond: 999_999 };
        let next = Moment::from_microseconds(m.total_microseconds() + 1).unwrap();
        assert_eq!((next.month, next.day, next.hour, next.microsecond), (2, 29, 0, 0));
        assert_eq!(ctime(m), "Mon Feb 28 23:59:59 2000");
        let last = Moment { year: 9999, month: 12, day: 31, ..m };
        assert_eq!(Moment::from_microseconds(last.total_microseconds() + 1), None);
        assert_eq!(iso_time(1, 2, 3, 4000, TimeSpec::Auto), "01:02:03.004000");
        assert_eq!(iso_time(1, 2, 3, 4000, TimeSpec::Milliseconds), "01:02:03.004");
        assert_eq!(iso_time(1, 2, 3, 0, TimeSpec::Auto), "01:02:03");
        assert_eq!(iso_time(1, 2, 3, 0, TimeSpec::Hours), "01");
    }

    #[test]
    fn texts() {
        for (text, expected) in [
            ("12:+00:00", Some(([12, 0, 0, 0], Some((0, 0))))),
            ("12.+00:00", Some(([12, 0, 0, 0], Some((0, 0))))),
            ("12:30:+01:00", Some(([12, 30, 0, 0], Some((3600, 0))))),
            ("12:30:15.+01", None),
            ("12", Some(([12, 0, 0, 0], None))),
            ("12:3", None),
            ("1", None),
            ("", None),
            ("12:30:15.123", Some(([12, 30, 15, 123_000], None))),
            ("12:30:15.12", None),
            ("12:30:15.123456", Some(([12, 30, 15, 123_456], None))),
            ("12.123", Some(([12, 0, 0, 123_000], None))),
            ("12+01", None),
            ("12+01:", None),
            ("12+", None),
            ("12-01:30", Some(([12, 0, 0, 0], Some((-5400, 0))))),
            ("12+01:02:03.004", None),
            ("12+01:02:03.004005", Some(([12, 0, 0, 0], Some((3723, 4005))))),
            ("12:30:15:16", None),
            ("12\0", Some(([12, 0, 0, 0], None))),
            ("12\0+01", None),
            ("12x", None),
            ("12Z", None),
            ("12+01+02", None),
            ("12:30:15.1234567", None),
            ("12:30:15:123", Some(([12, 30, 15, 123_000], None))),
            ("1２", None),
        ] {
            let text: Vec<u32> = text.chars().map(u32::from).collect();
            assert_eq!(parse_time(&text), expected, "{text:x?}");
        }
        for (text, expected) in
            [("2011-11-04", Some((2011, 11, 4))), ("2011-11-4", None), ("2011/11/04", None), ("", None)]
        {
            assert_eq!(parse_date(text.as_bytes()), expected);
        }
    }
}
