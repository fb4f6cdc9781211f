//! The rule for the time after the last transition, a POSIX `TZ` string such as `CET-1CEST,M3.5.0,M10.5.0/3`.

use super::zone::{DAY, EPOCH_ORDINAL, Kind};
use crate::algorithms::calendar;
use krait_object::types::{bytes, unicode};
use krait_object::{Obj, Raised, Result, err};
use std::rc::Rc;

/// Standard and daylight saving time that alternate every year.
pub(super) struct Rule {
    standard: Rc<Kind>,
    daylight: Rc<Kind>,
    /// By how much daylight saving time differs, in seconds.
    shift: i64,
    start: Date,
    end: Date,
}

/// What a string says.
pub(super) enum After {
    Always(Rc<Kind>),
    Rule(Rule),
}

/// A moment of every year, as the clocks show it until then.
struct Date {
    day: Day,
    /// Seconds after the day's midnight.
    time: i64,
}

enum Day {
    /// The day of the year from 1 on, not counting 29 February.
    Julian(i32),
    /// The day of the year from 0 on.
    Number(i32),
    /// The weekday (0 is Sunday) of a week in a month, 5 being the last one.
    Weekday { month: i32, week: i32, weekday: i32 },
}

impl Date {
    /// Seconds since 1970.
    fn in_year(&self, year: i32) -> i64 {
        let days = match self.day {
            Day::Julian(day) => {
                days_before(year) + i64::from(day + i32::from(day >= 59 && calendar::is_leap(year)))
            }
            Day::Number(day) => days_before(year) + i64::from(day),
            Day::Weekday { month, week, weekday } => {
                let first = calendar::ordinal(year, month, 1);
                // Day number 1 was a Monday.
                let mut day = 1 + (weekday - first).rem_euclid(7) + (week - 1) * 7;
                if day > calendar::days_in_month(year, month) {
                    day -= 7;
                }
                i64::from(first) + i64::from(day - 1) - EPOCH_ORDINAL
            }
        };
        days * DAY + self.time
    }
}

/// Days from 1970 to the last day of the year before.
fn days_before(year: i32) -> i64 {
    i64::from(calendar::ordinal(year, 1, 1)) - 1 - EPOCH_ORDINAL
}

impl Rule {
    pub(super) fn standard(&self) -> Rc<Kind> {
        self.standard.clone()
    }

    fn kind(&self, is_daylight: bool) -> &Kind {
        if is_daylight { &self.daylight } else { &self.standard }
    }

    /// What holds when the clocks show `seconds`. Without `fold`, times that the clocks skip belong to the time before,
    /// and times that they repeat to the first one; with it the other way round.
    pub(super) fn at_local(&self, seconds: i64, year: i32, fold: bool) -> &Kind {
        let (mut start, mut end) = (self.start.in_year(year), self.end.in_year(year));
        if fold == (self.shift >= 0) {
            end -= self.shift;
        } else {
            start += self.shift;
        }
        self.kind(is_between(seconds, start, end))
    }

    /// What holds at a time in UTC, and whether the clocks show it for the second time.
    pub(super) fn at_utc(&self, seconds: i64, year: i32) -> (&Kind, bool) {
        let start = self.start.in_year(year) - self.standard.seconds;
        let end = self.end.in_year(year) - self.daylight.seconds;
        let repeated = if self.shift > 0 { end..end + self.shift } else { start..start - self.shift };
        (self.kind(is_between(seconds, start, end)), repeated.contains(&seconds))
    }
}

/// Whether a time is in the part of a year from `start` to `end`, which may contain New Year.
fn is_between(seconds: i64, start: i64, end: i64) -> bool {
    if start < end { (start..end).contains(&seconds) } else { !(end..start).contains(&seconds) }
}

/// Reads a string; none for an empty one.
pub(super) fn parse(text: &[u8]) -> Result<Option<After>> {
    if text.is_empty() {
        return Ok(None);
    }
    let mut reader = Reader { text, at: 0 };
    let wrong = |problem: &str| complain(problem, text);
    let name = reader.name().ok_or_else(|| wrong("Invalid STD format in "))?;
    let offset = reader.offset().ok_or_else(|| wrong("Invalid STD offset in "))?;
    let standard = Kind::new(offset, 0, abbreviation(name)?)?;
    if reader.peek().is_none() {
        return Ok(Some(After::Always(standard)));
    }
    let name = reader.name().ok_or_else(|| wrong("Invalid DST format in "))?;
    let daylight = match reader.peek() {
        Some(b',') => offset + 3600,
        _ => reader.offset().ok_or_else(|| wrong("Invalid DST offset in "))?,
    };
    let shift = daylight - offset;
    let daylight = Kind::new(daylight, shift, abbreviation(name)?)?;
    let mut date = || {
        if !reader.skip(b',') {
            return Err(wrong("Missing transition rules in TZ string: "));
        }
        reader.date().ok_or_else(|| wrong("Malformed transition rule in TZ string: "))
    };
    let (start, end) = (date()?, date()?);
    if reader.peek().is_some() {
        return Err(wrong("Extraneous characters at end of TZ string: "));
    }
    Ok(Some(After::Rule(Rule { standard, daylight, shift, start, end })))
}

fn abbreviation(name: &[u8]) -> Result<Obj> {
    unicode::decode_utf8(name, None)
}

#[cold]
fn complain(problem: &str, text: &[u8]) -> Raised {
    match bytes::from_slice(text).and_then(|text| bytes::repr(&text, true)) {
        Ok(text) => err::value_error(format_args!("{problem}{}", unicode::to_string_lossy(&text))),
        Err(raised) => raised,
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Goes over a character if it is the next one.
    fn skip(&mut self, c: u8) -> bool {
        let is_next = self.peek() == Some(c);
        self.at += usize::from(is_next);
        is_next
    }

    /// The characters up to the first that fails the test.
    fn span(&mut self, test: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = &self.text[self.at..];
        let length = rest.iter().position(|c| !test(*c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Letters, or anything of letters, digits and signs in angle brackets.
    fn name(&mut self) -> Option<&'a [u8]> {
        if self.skip(b'<') {
            let name = self.span(|c| c.is_ascii_alphanumeric() || c == b'+' || c == b'-');
            return self.skip(b'>').then_some(name);
        }
        let name = self.span(|c| c.is_ascii_alphabetic());
        (!name.is_empty()).then_some(name)
    }

    /// A number of `least` to `most` digits.
    fn number(&mut self, least: usize, most: usize) -> Option<i32> {
        let rest = &self.text[self.at..];
        let digits = rest.iter().take(most).take_while(|c| c.is_ascii_digit()).count();
        if digits < least {
            return None;
        }
        self.at += digits;
        Some(rest[..digits].iter().fold(0, |number, c| number * 10 + i32::from(c - b'0')))
    }

    /// `[+|-]hh[:mm[:ss]]` in seconds.
    fn time(&mut self, most_hours: i32) -> Option<i64> {
        let is_negative = self.skip(b'-');
        if !is_negative {
            self.skip(b'+');
        }
        let hours = self.number(1, 2).filter(|hours| *hours <= most_hours)?;
        let mut seconds = i64::from(hours) * 3600;
        if self.skip(b':') {
            seconds += i64::from(self.number(2, 2)?) * 60;
            if self.skip(b':') {
                seconds += i64::from(self.number(2, 2)?);
            }
        }
        Some(if is_negative { -seconds } else { seconds })
    }

    /// A distance from UTC, which the strings count westwards.
    fn offset(&mut self) -> Option<i64> {
        self.time(24).map(|time| -time)
    }

    fn date(&mut self) -> Option<Date> {
        let day = if self.skip(b'M') {
            let month = self.number(1, 2)?;
            let week = self.dotted()?;
            let weekday = self.dotted()?;
            let is_valid = (1..=12).contains(&month) && (1..=5).contains(&week) && (0..=6).contains(&weekday);
            is_valid.then_some(Day::Weekday { month, week, weekday })?
        } else if self.skip(b'J') {
            Day::Julian(self.number(1, 3).filter(|day| (1..=365).contains(day))?)
        } else {
            Day::Number(self.number(1, 3).filter(|day| (0..=365).contains(day))?)
        };
        const TWO: i64 = 2 * 3600;
        let time = if self.skip(b'/') { self.time(99)? } else { TWO };
        Some(Date { day, time })
    }

    /// A digit behind a dot.
    fn dotted(&mut self) -> Option<i32> {
        if self.skip(b'.') { self.number(1, 1) } else { None }
    }
}
