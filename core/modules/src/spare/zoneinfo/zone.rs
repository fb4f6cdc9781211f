//! A zone's transitions: when its clocks were changed and to what.

use super::rule::{self, Rule};
use crate::attribute;
use crate::datetime::delta;
use krait_object::protocol::{call, object};
use krait_object::slot::CompareOp;
use krait_object::types::{bytes, long, tuple};
use krait_object::{Layout, Obj, Object, Result, err};
use std::rc::Rc;

/// 1970-01-01 as a day number.
pub(super) const EPOCH_ORDINAL: i64 = 719_163;
/// Seconds.
pub(super) const DAY: i64 = 86_400;
const HOUR: i64 = 3600;

/// What the clocks show for some time.
pub(super) struct Kind {
    pub(super) utc_offset: Obj,
    pub(super) dst: Obj,
    pub(super) name: Obj,
    pub(super) seconds: i64,
}

impl Kind {
    pub(super) fn new(seconds: i64, dst: i64, name: Obj) -> Result<Rc<Kind>> {
        Ok(Rc::new(Kind { utc_offset: timedelta(seconds)?, dst: timedelta(dst)?, name, seconds }))
    }

    fn equals(&self, other: &Kind) -> Result<bool> {
        let same = |a: &Obj, b: &Obj| object::rich_compare_bool(a, b, CompareOp::Eq);
        Ok(same(&self.utc_offset, &other.utc_offset)?
            && same(&self.dst, &other.dst)?
            && same(&self.name, &other.name)?)
    }
}

fn timedelta(seconds: i64) -> Result<Obj> {
    delta::make_normalized(0, seconds, 0)
}

/// What holds after the last transition.
enum After {
    Always(Rc<Kind>),
    Rule(Rule),
}

/// The transitions, by time, in UTC and as the clocks show it: with the smaller offset for `fold` 1.
pub(super) struct Zone {
    utc: Vec<i64>,
    local: [Vec<i64>; 2],
    /// What each transition leads to.
    kinds: Vec<Rc<Kind>>,
    before: Rc<Kind>,
    after: After,
    /// Whether nothing ever changes.
    is_fixed: bool,
}

fn integers(given: &Object) -> Result<Vec<i64>> {
    let given = krait_object::protocol::sequence::tuple(given)?;
    tuple::items(&given).iter().map(|item| long::as_i64(item)).collect()
}

impl Zone {
    /// Reads a file in the format of the database.
    pub(super) fn read(file: &Object) -> Result<Zone> {
        let data = call::call1(&*attribute::of_module("zoneinfo._common", "load_data")?, file)?;
        if !tuple::check(&data) {
            let name = data.class_of().name();
            return Err(err::type_error(format_args!("Invalid data result type: {name}")));
        }
        let [indices, utc, offsets, is_dst, names, text] = tuple::items(&data) else {
            return Err(err::bad_internal_call());
        };
        let (utc, offsets, is_dst) = (integers(utc)?, integers(offsets)?, integers(is_dst)?);
        let names = krait_object::protocol::sequence::tuple(names)?;
        let mut to = Vec::with_capacity(utc.len());
        for index in integers(indices)? {
            match usize::try_from(index) {
                Ok(index) if index < offsets.len() => to.push(index),
                _ => {
                    return Err(err::value_error(format_args!(
                        "Invalid transition index found while reading TZif: {index}"
                    )));
                }
            }
        }
        let dst = dst_offsets(&to, &offsets, &is_dst);
        let mut all = Vec::with_capacity(offsets.len());
        for ((offset, dst), name) in offsets.iter().zip(&dst).zip(tuple::items(&names)) {
            all.push(Kind::new(*offset, *dst, (*name).owned())?);
        }
        let kinds: Vec<_> = to.iter().filter_map(|index| all.get(*index).cloned()).collect();
        let text = if text.is_none() { &[][..] } else { bytes::as_slice(text) };
        let after = match rule::parse(text)? {
            Some(rule::After::Always(kind)) => After::Always(kind),
            Some(rule::After::Rule(rule)) => After::Rule(rule),
            None => match kinds.last().or(all.last()) {
                Some(last) => After::Always(last.clone()),
                None => return Err(err::value_error("No time zone information found.")),
            },
        };
        let is_fixed = match (&after, &all[..]) {
            (After::Always(_), []) => true,
            (After::Always(after), [only]) => only.equals(after)?,
            _ => false,
        };
        let first_standard = all.iter().zip(&is_dst).find(|(_, is_dst)| **is_dst == 0).map(|(kind, _)| kind);
        let before = match (first_standard.or(all.first()), &after) {
            (Some(before), _) => before.clone(),
            (None, After::Always(kind)) => kind.clone(),
            (None, After::Rule(rule)) => rule.standard(),
        };
        Ok(Zone { local: local_times(&to, &utc, &offsets), utc, kinds, before, after, is_fixed })
    }

    /// What holds at all times, if nothing ever changes.
    pub(super) fn always(&self) -> Option<&Kind> {
        match &self.after {
            After::Always(kind) if self.is_fixed => Some(kind),
            _ => None,
        }
    }

    /// What holds when the clocks show `seconds`.
    pub(super) fn at_local(&self, seconds: i64, year: i32, fold: bool) -> &Kind {
        let times = &self.local[usize::from(fold)];
        match (times.first(), times.last()) {
            (Some(first), _) if seconds < *first => &self.before,
            (Some(_), Some(last)) if seconds <= *last => {
                &self.kinds[times.partition_point(|time| *time <= seconds) - 1]
            }
            _ => match &self.after {
                After::Always(kind) => kind,
                After::Rule(rule) => rule.at_local(seconds, year, fold),
            },
        }
    }

    /// What holds at a time in UTC, and whether the clocks show it for the second time.
    pub(super) fn at_utc(&self, seconds: i64, year: i32) -> (&Kind, bool) {
        let count = self.utc.len();
        match (self.utc.first(), self.utc.last()) {
            (Some(first), _) if seconds < *first => (&self.before, false),
            (Some(_), Some(last)) if seconds <= *last => {
                let index = self.utc.partition_point(|time| *time <= seconds) - 1;
                let previous = if index == 0 { &self.before } else { &self.kinds[index - 1] };
                let kind = &self.kinds[index];
                (kind, previous.seconds - kind.seconds > seconds - self.utc[index])
            }
            (_, last) => {
                let (kind, mut fold) = match &self.after {
                    After::Always(kind) => (&**kind, false),
                    After::Rule(rule) => rule.at_utc(seconds, year),
                };
                // Just after the last transition it is that one which repeats a time, not one of the rule's.
                if let Some(last) = last {
                    let previous = if count == 1 { &self.before } else { &self.kinds[count - 2] };
                    let shift = previous.seconds - kind.seconds;
                    fold |= shift > 0 && seconds < last + shift;
                }
                (kind, fold)
            }
        }
    }
}

/// How much of each kind's offset is daylight saving time, which the files don't say: what sets it apart from the kind
/// before it, or else the one after it, that is not daylight saving time; an hour where there is none.
fn dst_offsets(to: &[usize], offsets: &[i64], is_dst: &[i64]) -> Vec<i64> {
    let is_dst = |kind: usize| is_dst.get(kind).is_some_and(|is_dst| *is_dst != 0);
    let mut result = vec![0; offsets.len()];
    for (i, &kind) in to.iter().enumerate().skip(1) {
        if !is_dst(kind) || result[kind] != 0 {
            continue;
        }
        let before = to[i - 1];
        if !is_dst(before) {
            result[kind] = offsets[kind] - offsets[before];
        }
        if result[kind] == 0
            && kind + 1 < offsets.len()
            && let Some(&next) = to.get(i + 1)
            && !is_dst(next)
        {
            result[kind] = offsets[kind] - offsets[next];
        }
    }
    for (kind, dst) in result.iter_mut().enumerate() {
        if *dst == 0 && is_dst(kind) {
            *dst = HOUR;
        }
    }
    result
}

/// The transitions as the clocks show them, with the greater and with the smaller of the offsets around each.
fn local_times(to: &[usize], utc: &[i64], offsets: &[i64]) -> [Vec<i64>; 2] {
    let mut result = [utc.to_vec(), utc.to_vec()];
    let mut before = offsets.first().copied().unwrap_or(0);
    for (i, &kind) in to.iter().enumerate().take(utc.len()) {
        // A single kind has nothing before it.
        let after = offsets[kind];
        result[0][i] += before.max(after);
        result[1][i] += before.min(after);
        before = after;
    }
    result
}
