//! `list.sort`: stable, ascending runs first found and then merged with galloping (timsort's behaviour).
//!
//! While the sort runs the list is empty and its items belong to the sort; comparisons may do what they want with the
//! list, which is found out afterwards (`ValueError`). When all keys are ints that fit a machine word, floats without
//! NaN or Latin-1 strings, comparing neither fails nor runs Python code: those are sorted as plain machine values by
//! the standard library's stable sort.

use super::List;
use crate::err;
use crate::handle::{Class, Obj, Object, Result};
use crate::memory;
use crate::protocol::{call, object, plain};
use crate::refcount;
use crate::slot::CompareOp;
use crate::types::tuple::Tuple;
use crate::types::unicode::{self, Chars};
use crate::types::{float, long, none};
use core::cmp::Ordering;
use core::ptr::{self, null_mut};
use krait_abi::*;

/// What is sorted: the object that comparisons see, and how the list's item is got back.
trait Element: Copy {
    fn key(&self) -> *mut PyObject;
    fn value(&self) -> *mut PyObject;
}

/// An item that is its own key.
#[derive(Clone, Copy)]
struct Plain(*mut PyObject);

/// A key and its item.
#[derive(Clone, Copy)]
struct Keyed(*mut PyObject, *mut PyObject);

impl Element for Plain {
    #[inline(always)]
    fn key(&self) -> *mut PyObject {
        self.0
    }
    #[inline(always)]
    fn value(&self) -> *mut PyObject {
        self.0
    }
}

impl Element for Keyed {
    #[inline(always)]
    fn key(&self) -> *mut PyObject {
        self.0
    }
    #[inline(always)]
    fn value(&self) -> *mut PyObject {
        self.1
    }
}

/// `list.sort(key=key, reverse=reverse)`.
pub(super) fn sort(list: &List, key: Option<&Object>, reverse: bool) -> Result<()> {
    let raw = list.as_raw();
    // SAFETY: a live list; its block and items move to this frame for the length of the sort.
    let (block, size, allocated) = unsafe {
        let saved = ((*raw).ob_item, (*raw).ob_base.ob_size as usize, (*raw).allocated);
        (*raw).ob_item = null_mut();
        (*raw).ob_base.ob_size = 0;
        // A true operation on the list in the meantime makes this something else.
        (*raw).allocated = -1;
        saved
    };
    let items: &mut [*mut PyObject] = if size == 0 {
        &mut []
    } else {
        // SAFETY: the block holds `size` references and nobody else knows it now.
        unsafe { core::slice::from_raw_parts_mut(block, size) }
    };
    let mut result = match key {
        Some(key) => sort_keyed(items, key, reverse),
        None => sort_plain(items, reverse),
    };
    // SAFETY: the block and its items go back; what the list got meanwhile is dropped after that.
    unsafe {
        if (*raw).allocated != -1 && result.is_ok() {
            result = Err(err::value_error("list modified during sort"));
        }
        let (other, other_size) = ((*raw).ob_item, (*raw).ob_base.ob_size);
        (*raw).ob_base.ob_size = size as isize;
        (*raw).ob_item = block;
        (*raw).allocated = allocated;
        if !other.is_null() {
            for i in (0..other_size).rev() {
                refcount::xdecref(*other.offset(i));
            }
            memory::mem_free(other.cast());
        }
    }
    result
}

fn sort_plain(items: &mut [*mut PyObject], reverse: bool) -> Result<()> {
    if items.len() < 2 {
        return Ok(());
    }
    let mut elements: Vec<Plain> = memory::try_vec(items.len())?;
    elements.extend(items.iter().map(|&item| Plain(item)));
    let result = sort_elements(&mut elements, reverse);
    for (place, element) in items.iter_mut().zip(&elements) {
        *place = element.value();
    }
    result
}

fn sort_keyed(items: &mut [*mut PyObject], key: &Object, reverse: bool) -> Result<()> {
    let mut keys: Vec<Obj> = memory::try_vec(items.len())?;
    for &mut item in &mut *items {
        // SAFETY: the items belong to the sort and stay alive.
        keys.push(call::call1(key, unsafe { Object::from_ptr(item) })?);
    }
    let mut elements: Vec<Keyed> =
        keys.iter().zip(&*items).map(|(key, &item)| Keyed(key.as_ptr(), item)).collect();
    let result = if elements.len() < 2 { Ok(()) } else { sort_elements(&mut elements, reverse) };
    for (place, element) in items.iter_mut().zip(&elements) {
        *place = element.value();
    }
    result
}

/// Keys that machine comparisons order.
enum Special {
    Ints,
    Floats,
    Latin1,
}

/// Whether all keys are of one of the special kinds.
fn special_kind<T: Element>(elements: &[T]) -> Option<Special> {
    // SAFETY: keys are live for the length of the sort.
    let key = |e: &T| unsafe { Object::from_ptr(e.key()) };
    let first = key(&elements[0]);
    if long::check_exact(first) {
        return elements
            .iter()
            .all(|e| long::check_exact(key(e)) && word(key(e)).is_some())
            .then_some(Special::Ints);
    }
    if float::Float::is_exact(first) {
        let ordered = |o: &Object| o.downcast_exact::<float::Float>().is_some_and(|f| !f.value().is_nan());
        return elements.iter().all(|e| ordered(key(e))).then_some(Special::Floats);
    }
    if unicode::check_exact(first) {
        let narrow = |o: &Object| unicode::check_exact(o) && matches!(unicode::chars(o), Chars::Latin1(_));
        return elements.iter().all(|e| narrow(key(e))).then_some(Special::Latin1);
    }
    None
}

/// The value of an exact int of at most two digits.
fn word(object: &Object) -> Option<i64> {
    long::word_value(object)
}

fn sort_elements<T: Element>(elements: &mut [T], reverse: bool) -> Result<()> {
    // SAFETY: keys are live for the length of the sort.
    let key = |e: &T| unsafe { Object::from_ptr(e.key()) };
    match special_kind(elements) {
        Some(Special::Ints) => {
            sort_by_word(elements, reverse, |e| word(key(e)).unwrap_or(0), |_, _| Ordering::Equal)
        }
        Some(Special::Floats) => {
            // A total order on floats that are not NaN: -0.0 and 0.0 are equal, as for Python.
            let image = |e: &T| key(e).downcast_exact::<float::Float>().map_or(0.0, float::Float::value);
            sort_by_word(
                elements,
                reverse,
                |e| {
                    let bits = (image(e) + 0.0).to_bits() as i64;
                    if bits < 0 { bits ^ i64::MAX } else { bits }
                },
                |_, _| Ordering::Equal,
            )
        }
        Some(Special::Latin1) => {
            let text = |e: &T| match unicode::chars(key(e)) {
                Chars::Latin1(bytes) => bytes,
                _ => &[],
            };
            sort_by_word(
                elements,
                reverse,
                |e| {
                    // The first eight bytes as a number decide most comparisons.
                    let bytes = text(e);
                    let mut head = [0; 8];
                    let n = bytes.len().min(8);
                    head[..n].copy_from_slice(&bytes[..n]);
                    (u64::from_be_bytes(head) ^ 1 << 63) as i64
                },
                |a, b| text(a).cmp(text(b)),
            )
        }
        None => sort_generic(elements, reverse),
    }
}

/// Sorts by a machine word taken from each element, and by `tie` where the words are equal.
fn sort_by_word<T: Element>(
    elements: &mut [T],
    reverse: bool,
    word: impl Fn(&T) -> i64,
    tie: impl Fn(&T, &T) -> Ordering,
) -> Result<()> {
    let mut pairs: Vec<(i64, T)> = memory::try_vec(elements.len())?;
    pairs.extend(elements.iter().map(|e| (word(e), *e)));
    if reverse {
        pairs.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| tie(&b.1, &a.1)));
    } else {
        pairs.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| tie(&a.1, &b.1)));
    }
    for (place, (_, element)) in elements.iter_mut().zip(pairs) {
        *place = element;
    }
    Ok(())
}

/// Sorts by Python's `<`. A descending stable sort is an ascending one of the reversed order, reversed.
fn sort_generic<T: Element>(elements: &mut [T], reverse: bool) -> Result<()> {
    if reverse {
        elements.reverse();
    }
    // No merge moves more than half of the elements out of the way.
    let spare = match memory::try_vec(elements.len() / 2 + 1) {
        Ok(spare) => spare,
        Err(raised) => {
            if reverse {
                elements.reverse();
            }
            return Err(raised);
        }
    };
    let less = Less::new(elements);
    let result = Sorter { items: &mut *elements, less, runs: Vec::new(), spare, min_gallop: GALLOP }.run();
    if reverse {
        elements.reverse();
    }
    result
}

/// Python's `<`, through the slot itself when all keys are of one class.
struct Less {
    class: *mut PyTypeObject,
    compare: richcmpfunc,
}

impl Less {
    fn new<T: Element>(elements: &[T]) -> Less {
        // SAFETY: keys are live for the length of the sort.
        unsafe {
            let class = (*elements[0].key()).ob_type;
            let uniform = elements.iter().all(|e| ptr::eq((*e.key()).ob_type, class));
            Less { class, compare: if uniform { (*class).tp_richcompare } else { None } }
        }
    }

    #[inline]
    fn test<T: Element>(&self, a: &T, b: &T) -> Result<bool> {
        // SAFETY: keys are live for the length of the sort.
        let (x, y) = unsafe { (Object::from_ptr(a.key()), Object::from_ptr(b.key())) };
        if let Some(result) = plain::compare(x, y, CompareOp::Lt) {
            return Ok(result);
        }
        if let (Some(x), Some(y)) = (x.downcast_exact::<Tuple>(), y.downcast_exact::<Tuple>()) {
            return tuple_less(x.items(), y.items());
        }
        self.test_slot(a, b)
    }

    fn test_slot<T: Element>(&self, a: &T, b: &T) -> Result<bool> {
        // SAFETY: keys are live for the length of the sort; the slot gets two instances of its class, unless a
        // comparison has changed the class of a key, which sends us down the general path.
        unsafe {
            if let Some(compare) = self.compare
                && ptr::eq((*a.key()).ob_type, self.class)
                && ptr::eq((*b.key()).ob_type, self.class)
                && ptr::eq(
                    (*self.class).tp_richcompare.map_or(null_mut(), |f| f as *mut ()),
                    compare as *mut (),
                )
            {
                let result = Obj::from_owned_or_raised(compare(a.key(), b.key(), CompareOp::Lt as i32))?;
                if !ptr::eq(&*result, none::not_implemented()) {
                    return crate::types::bool::value(&result).map_or_else(|| object::is_true(&result), Ok);
                }
            }
            let result =
                object::rich_compare(Object::from_ptr(a.key()), Object::from_ptr(b.key()), CompareOp::Lt)?;
            crate::types::bool::value(&result).map_or_else(|| object::is_true(&result), Ok)
        }
    }
}

/// `<` of tuples, which are kept alive by the sort.
fn tuple_less(a: &[&Object], b: &[&Object]) -> Result<bool> {
    for (x, y) in a.iter().zip(b) {
        if !object::rich_compare_bool(x, y, CompareOp::Eq)? {
            return object::rich_compare_bool(x, y, CompareOp::Lt);
        }
    }
    Ok(a.len() < b.len())
}

/// Wins in a row after which a merge starts to gallop.
const GALLOP: usize = 7;

/// The state of one merge sort. `items` is a permutation of the original at every moment at which `less` runs, except
/// inside a merge, which restores that before it returns an error.
struct Sorter<'a, T: Element> {
    items: &'a mut [T],
    less: Less,
    /// Start and length of the sorted runs found so far, adjacent to each other.
    runs: Vec<(usize, usize)>,
    spare: Vec<T>,
    min_gallop: usize,
}

impl<T: Element> Sorter<'_, T> {
    fn run(mut self) -> Result<()> {
        let size = self.items.len();
        let min_run = min_run(size);
        let mut start = 0;
        while start < size {
            let mut length = self.natural_run(start)?;
            let wanted = min_run.min(size - start);
            if length < wanted {
                self.insert_sorted(start, length, wanted)?;
                length = wanted;
            }
            self.runs.push((start, length));
            self.collapse()?;
            start += length;
        }
        while self.runs.len() > 1 {
            let mut at = self.runs.len() - 2;
            if at > 0 && self.runs[at - 1].1 < self.runs[at + 1].1 {
                at -= 1;
            }
            self.merge_at(at)?;
        }
        Ok(())
    }

    /// Length of the run at `start`; a strictly descending one is reversed.
    fn natural_run(&mut self, start: usize) -> Result<usize> {
        let size = self.items.len();
        let mut end = start + 1;
        if end == size {
            return Ok(1);
        }
        let descending = self.less.test(&self.items[end], &self.items[start])?;
        end += 1;
        while end < size && self.less.test(&self.items[end], &self.items[end - 1])? == descending {
            end += 1;
        }
        if descending {
            self.items[start..end].reverse();
        }
        Ok(end - start)
    }

    /// Extends the sorted run of `sorted` items at `start` to `wanted` items by binary insertion.
    fn insert_sorted(&mut self, start: usize, sorted: usize, wanted: usize) -> Result<()> {
        for at in start + sorted..start + wanted {
            let pivot = self.items[at];
            let (mut low, mut high) = (start, at);
            while low < high {
                let middle = low + (high - low) / 2;
                if self.less.test(&pivot, &self.items[middle])? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            self.items.copy_within(low..at, low + 1);
            self.items[low] = pivot;
        }
        Ok(())
    }

    /// Merges until each run is longer than the next and than the next two together, so that few are pending.
    fn collapse(&mut self) -> Result<()> {
        while self.runs.len() > 1 {
            let n = self.runs.len() - 2;
            let length = |i: usize| self.runs[i].1;
            if (n > 0 && length(n - 1) <= length(n) + length(n + 1))
                || (n > 1 && length(n - 2) <= length(n - 1) + length(n))
            {
                let at = if length(n - 1) < length(n + 1) { n - 1 } else { n };
                self.merge_at(at)?;
            } else if length(n) <= length(n + 1) {
                self.merge_at(n)?;
            } else {
                break;
            }
        }
        Ok(())
    }

    /// Merges the runs `at` and `at + 1`.
    fn merge_at(&mut self, at: usize) -> Result<()> {
        let (mut start, mut left) = self.runs[at];
        let (middle, mut right) = self.runs[at + 1];
        self.runs[at].1 = left + right;
        self.runs.remove(at + 1);
        // Items of the left run that are in place already, and of the right one likewise.
        let skipped = {
            let first = self.items[middle];
            self.gallop_right(&first, &self.items[start..middle], 0)?
        };
        start += skipped;
        left -= skipped;
        if left == 0 {
            return Ok(());
        }
        let last = self.items[middle - 1];
        right = self.gallop_left(&last, &self.items[middle..middle + right], right - 1)?;
        if right == 0 {
            return Ok(());
        }
        if left <= right { self.merge_low(start, left, right) } else { self.merge_high(start, left, right) }
    }

    /// How many of the sorted `run` are less than `key` (the leftmost place for it), searching outwards from `hint`.
    fn gallop_left(&self, key: &T, run: &[T], hint: usize) -> Result<usize> {
        let less = |i: usize| self.less.test(&run[i], key);
        let (mut low, mut high);
        if less(hint)? {
            let mut step = 1;
            low = hint + 1;
            while hint + step < run.len() && less(hint + step)? {
                low = hint + step + 1;
                step = step * 2 + 1;
            }
            high = (hint + step).min(run.len());
        } else {
            let mut step = 1;
            high = hint;
            while step <= hint && !less(hint - step)? {
                high = hint - step;
                step = step * 2 + 1;
            }
            low = if step > hint { 0 } else { hint - step + 1 };
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if less(middle)? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// How many of the sorted `run` are not greater than `key` (the rightmost place for it).
    fn gallop_right(&self, key: &T, run: &[T], hint: usize) -> Result<usize> {
        let greater = |i: usize| self.less.test(key, &run[i]);
        let (mut low, mut high);
        if greater(hint)? {
            let mut step = 1;
            high = hint;
            while step <= hint && greater(hint - step)? {
                high = hint - step;
                step = step * 2 + 1;
            }
            low = if step > hint { 0 } else { hint - step + 1 };
        } else {
            let mut step = 1;
            low = hint + 1;
            while hint + step < run.len() && !greater(hint + step)? {
                low = hint + step + 1;
                step = step * 2 + 1;
            }
            high = (hint + step).min(run.len());
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if greater(middle)? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(low)
    }

    /// Merges with the left run moved to the spare vector, filling from the left.
    fn merge_low(&mut self, start: usize, left: usize, right: usize) -> Result<()> {
        let mut spare = core::mem::take(&mut self.spare);
        spare.clear();
        spare.extend_from_slice(&self.items[start..start + left]);
        let end = start + left + right;
        let (mut to, mut a, mut b) = (start, 0, start + left);
        let result = self.merge_low_loop(&spare, &mut to, &mut a, &mut b, end);
        // What is left of the spare fills the gap exactly, with or without an error.
        let rest = left - a;
        self.items[to..to + rest].copy_from_slice(&spare[a..]);
        self.spare = spare;
        result
    }

    /// `to..b` is the gap in `items`, as long as what is left of `spare` from `a` on.
    fn merge_low_loop(
        &mut self,
        spare: &[T],
        to: &mut usize,
        a: &mut usize,
        b: &mut usize,
        end: usize,
    ) -> Result<()> {
        loop {
            let (mut a_wins, mut b_wins) = (0, 0);
            while a_wins < self.min_gallop && b_wins < self.min_gallop {
                if self.less.test(&self.items[*b], &spare[*a])? {
                    self.items[*to] = self.items[*b];
                    (*to, *b, b_wins, a_wins) = (*to + 1, *b + 1, b_wins + 1, 0);
                    if *b == end {
                        return Ok(());
                    }
                } else {
                    self.items[*to] = spare[*a];
                    (*to, *a, a_wins, b_wins) = (*to + 1, *a + 1, a_wins + 1, 0);
                    if *a == spare.len() {
                        return Ok(());
                    }
                }
            }
            // One side wins consistently: look for the end of its streak by galloping while that pays.
            loop {
                self.min_gallop = self.min_gallop.saturating_sub(1).max(1);
                let from_a = self.gallop_right(&self.items[*b], &spare[*a..], 0)?;
                self.items[*to..*to + from_a].copy_from_slice(&spare[*a..*a + from_a]);
                (*to, *a) = (*to + from_a, *a + from_a);
                if *a == spare.len() {
                    return Ok(());
                }
                let from_b = self.gallop_left(&spare[*a], &self.items[*b..end], 0)?;
                self.items.copy_within(*b..*b + from_b, *to);
                (*to, *b) = (*to + from_b, *b + from_b);
                if *b == end {
                    return Ok(());
                }
                if from_a < GALLOP && from_b < GALLOP {
                    break;
                }
            }
            self.min_gallop += 2;
        }
    }

    /// Merges with the right run moved to the spare vector, filling from the right.
    fn merge_high(&mut self, start: usize, left: usize, right: usize) -> Result<()> {
        let mut spare = core::mem::take(&mut self.spare);
        spare.clear();
        spare.extend_from_slice(&self.items[start + left..start + left + right]);
        let (mut a, mut b) = (start + left, right);
        let result = self.merge_high_loop(&spare, start, &mut a, &mut b);
        self.items[a..a + b].copy_from_slice(&spare[..b]);
        self.spare = spare;
        result
    }

    /// `a` is the end of what is left of the left run in `items`, `b` of the spare; the gap is `a..a + b`.
    fn merge_high_loop(&mut self, spare: &[T], start: usize, a: &mut usize, b: &mut usize) -> Result<()> {
        loop {
            let (mut a_wins, mut b_wins) = (0, 0);
            while a_wins < self.min_gallop && b_wins < self.min_gallop {
                let to = *a + *b - 1;
                if self.less.test(&spare[*b - 1], &self.items[*a - 1])? {
                    self.items[to] = self.items[*a - 1];
                    (*a, a_wins, b_wins) = (*a - 1, a_wins + 1, 0);
                    if *a == start {
                        return Ok(());
                    }
                } else {
                    self.items[to] = spare[*b - 1];
                    (*b, b_wins, a_wins) = (*b - 1, b_wins + 1, 0);
                    if *b == 0 {
                        return Ok(());
                    }
                }
            }
            loop {
                self.min_gallop = self.min_gallop.saturating_sub(1).max(1);
                let run = &self.items[start..*a];
                let kept = self.gallop_right(&spare[*b - 1], run, run.len() - 1)?;
                let from_a = *a - start - kept;
                self.items.copy_within(start + kept..*a, start + kept + *b);
                *a -= from_a;
                if *a == start {
                    return Ok(());
                }
                let kept = self.gallop_left(&self.items[*a - 1], &spare[..*b], *b - 1)?;
                let from_b = *b - kept;
                let to = *a + kept;
                self.items[to..to + from_b].copy_from_slice(&spare[kept..*b]);
                *b = kept;
                if *b == 0 {
                    return Ok(());
                }
                if from_a < GALLOP && from_b < GALLOP {
                    break;
                }
            }
            self.min_gallop += 2;
        }
    }
}

/// The length to which short runs are extended: `size` divided by a power of two such that the number of runs is just
/// below or at a power of two, between 32 and 64.
fn min_run(mut size: usize) -> usize {
    let mut odd = 0;
    while size >= 64 {
        odd |= size & 1;
        size >>= 1;
    }
    size + odd
}
