//! `int`: sign and magnitude, in digits of 30 bits.
//!
//! ```text
//!   0 head │ 16 ob_size: sign × number of digits │ 24 ob_digit: least significant first, the last one not 0
//! ```
//!
//! Ints never change. -5 to 256 are static objects, one each. Dead exact ints of up to six digits are kept in free
//! lists: a block has room for two digits, or for six at least.
//!
//! `arith` has the operators on digit vectors, `big` what is left to `num-bigint`, `radix` text, `convert` machine
//! integers, floats and bytes, `class` the type with its methods.

mod arith;
mod big;
mod class;
mod convert;
mod divide;
mod radix;

pub use arith::{
    absolute, add, and, bit_length, compare, hash, invert, lshift, lshift_by, multiply, negative, or, rshift,
    rshift_by, subtract, xor,
};
pub use big::{gcd, power};
pub use class::{PyLong_Type, as_integer_ratio, divmod_near, get_info, new as new_slot, one_argument};
pub use convert::*;
pub use divide::{divmod, floor_divide, remainder, true_divide};
pub use radix::*;

use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::memory;
use crate::types::tuple::IMMORTAL;
use core::cell::Cell;
use core::ptr::{self, null_mut};
use krait_abi::*;

crate::object_view!(/** An `int`. */ pub Long, PyLongObject, PyLong_Type, flag Py_TPFLAGS_LONG_SUBCLASS);

/// Bits of one digit.
pub const SHIFT: u32 = 30;
/// One more than the largest digit.
pub const BASE: u64 = 1 << SHIFT;
/// The largest digit.
pub const MASK: u32 = (BASE - 1) as u32;

// ---- shared small ints ----

const SMALL_MIN: i64 = -5;
const SMALL_MAX: i64 = 256;

static mut SMALL: [PyLongObject; (SMALL_MAX - SMALL_MIN + 1) as usize] = {
    let mut table = [PyLongObject {
        ob_base: PyVarObject {
            ob_base: PyObject { ob_refcnt: IMMORTAL, ob_type: &raw mut PyLong_Type },
            ob_size: 0,
        },
        ob_digit: [0],
    }; (SMALL_MAX - SMALL_MIN + 1) as usize];
    let mut i = 0;
    while i < table.len() {
        let value = i as i64 + SMALL_MIN;
        table[i].ob_base.ob_size = value.signum() as isize;
        table[i].ob_digit[0] = value.unsigned_abs() as u32;
        i += 1;
    }
    table
};

/// The shared 0, as C code knows it.
#[unsafe(no_mangle)]
pub static mut _PyLong_Zero: *mut PyObject = small_ptr(0);
/// The shared 1, as C code knows it.
#[unsafe(no_mangle)]
pub static mut _PyLong_One: *mut PyObject = small_ptr(1);

#[inline(always)]
const fn small_ptr(value: i64) -> *mut PyObject {
    // The index is in the table for every caller: -5 <= value <= 256.
    (&raw mut SMALL).cast::<PyLongObject>().wrapping_add((value - SMALL_MIN) as usize).cast()
}

/// The shared int -5 ..= 256, borrowed.
#[inline(always)]
pub fn small(value: i64) -> &'static Object {
    debug_assert!((SMALL_MIN..=SMALL_MAX).contains(&value));
    // SAFETY: a static object.
    unsafe { Object::from_ptr(small_ptr(value)) }
}

/// The address of the shared int `index - 5`, for the interpreter state's `small_ints` table.
pub fn small_ints(index: usize) -> *mut PyLongObject {
    small_ptr(index as i64 + SMALL_MIN).cast()
}

// ---- allocation ----

/// Dead exact ints that each free list keeps.
const MAX_FREE: usize = 4096;
/// Digits that the blocks of the two free lists have room for.
const SHORT: usize = 2;
const MEDIUM: usize = 6;

/// Dead exact ints whose blocks have the same size, chained through `ob_size`.
struct FreeList {
    head: Cell<*mut PyLongObject>,
    count: Cell<usize>,
}
// SAFETY: only touched with the GIL held.
unsafe impl Sync for FreeList {}
static FREE_SHORT: FreeList = FreeList { head: Cell::new(null_mut()), count: Cell::new(0) };
static FREE_MEDIUM: FreeList = FreeList { head: Cell::new(null_mut()), count: Cell::new(0) };

impl FreeList {
    /// A dead int, made live with one reference.
    #[inline(always)]
    fn pop(&self) -> Option<*mut PyLongObject> {
        let long = self.head.get();
        if long.is_null() {
            return None;
        }
        // SAFETY: members are dead exact ints.
        unsafe {
            self.head.set((*long).ob_base.ob_size as *mut PyLongObject);
            self.count.set(self.count.get() - 1);
            (*long).ob_base.ob_base.ob_refcnt = 1;
        }
        Some(long)
    }

    /// Keeps a dead int unless there are many.
    ///
    /// # Safety
    /// A dead exact int whose block has the size of the list's.
    #[inline(always)]
    unsafe fn push(&self, long: *mut PyLongObject) -> bool {
        if self.count.get() >= MAX_FREE {
            return false;
        }
        // SAFETY: the caller's promise.
        unsafe { (*long).ob_base.ob_size = self.head.get() as isize };
        self.head.set(long);
        self.count.set(self.count.get() + 1);
        true
    }

    fn clear(&self) {
        while let Some(long) = self.pop() {
            // SAFETY: nobody refers to it.
            unsafe { memory::PyObject_Free(long.cast()) };
        }
    }
}

/// An exact int with room for two digits, nothing but the head initialised.
#[inline(always)]
fn alloc_short() -> Result<*mut PyLongObject> {
    match FREE_SHORT.pop() {
        Some(long) => Ok(long),
        None => alloc_block(SHORT),
    }
}

#[inline(never)]
fn alloc_block(digits: usize) -> Result<*mut PyLongObject> {
    if digits > (isize::MAX as usize - 64) / 4 {
        return Err(err::overflow_error("too many digits in integer"));
    }
    let room = if digits <= SHORT { SHORT } else { digits.max(MEDIUM) };
    let long = memory::object_malloc(24 + 4 * room).cast::<PyLongObject>();
    if long.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: fresh memory of at least the struct's size.
    unsafe {
        (*long).ob_base.ob_base.ob_type = &raw mut PyLong_Type;
        crate::refcount::new_reference(long.cast());
    }
    Ok(long)
}

/// An exact int with room for `digits` digits; `ob_size` is `digits`, the digits are not initialised.
#[inline]
fn alloc(digits: usize) -> Result<*mut PyLongObject> {
    let long = if digits <= SHORT {
        alloc_short()?
    } else if digits <= MEDIUM
        && let Some(long) = FREE_MEDIUM.pop()
    {
        long
    } else {
        alloc_block(digits)?
    };
    // SAFETY: fresh memory.
    unsafe { (*long).ob_base.ob_size = digits as isize };
    Ok(long)
}

/// `_PyLong_New`: for C code that stores the digits itself.
pub fn new_sized(digits: isize) -> Result<Obj> {
    if digits < 0 {
        return Err(err::overflow_error("too many digits in integer"));
    }
    let long = alloc(digits as usize)?;
    // SAFETY: a live int whose first digit at least is defined.
    unsafe {
        (*long).ob_digit[0] = 0;
        Ok(Obj::from_owned_ptr(long.cast()))
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone. Every exact int of up to two digits has room for two, of up to six for six.
    unsafe {
        let long = object.cast::<PyLongObject>();
        if ptr::eq((*object).ob_type, &raw mut PyLong_Type) {
            // Numbers that came out smaller than their blocks are in larger ones than need be.
            let digits = (*long).ob_base.ob_size.unsigned_abs();
            if digits <= SHORT {
                if FREE_SHORT.push(long) {
                    return;
                }
            } else if digits <= MEDIUM && FREE_MEDIUM.push(long) {
                return;
            }
        }
        free(object);
    }
}

/// Frees an int that no free list keeps.
#[inline(never)]
unsafe extern "C" fn free(object: *mut PyObject) {
    // SAFETY: as in `dealloc`.
    unsafe { memory::free_instance(object) }
}

// ---- for the interpreter loop: exact ints of up to two digits, without calls ----

/// Above all magnitudes that two digits hold.
pub const SHORT_LIMIT: u64 = BASE * BASE;

/// Whether the value has a shared object.
#[inline(always)]
pub fn is_small(value: i64) -> bool {
    (SMALL_MIN..=SMALL_MAX).contains(&value)
}

/// Whether two more ints can be recycled.
#[inline(always)]
pub fn has_room() -> bool {
    FREE_SHORT.count.get() < MAX_FREE - 2
}

/// Whether the last reference to an exact int can be given to [`recycle`].
///
/// # Safety
/// A live exact int.
#[inline(always)]
pub unsafe fn can_recycle(object: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { has_room() && ((*object.cast::<PyLongObject>()).ob_base.ob_size + 2) as usize <= 4 }
}

/// Puts a dead exact int of up to two digits into the free list.
///
/// # Safety
/// The caller owns the last reference; there is room.
#[inline(always)]
pub unsafe fn recycle(object: *mut PyObject) {
    #[cfg(feature = "checked")]
    crate::checked::died();
    // SAFETY: the caller's promise.
    unsafe {
        let long = object.cast::<PyLongObject>();
        (*long).ob_base.ob_size = FREE_SHORT.head.get() as isize;
        FREE_SHORT.head.set(long);
        FREE_SHORT.count.set(FREE_SHORT.count.get() + 1);
    }
}

/// An exact int from the free list, to be filled by [`write_short`]; NULL if that is empty.
#[inline(always)]
pub fn reuse() -> *mut PyObject {
    match FREE_SHORT.pop() {
        Some(long) => long.cast(),
        None => null_mut(),
    }
}

/// Writes a value below [`SHORT_LIMIT`].
///
/// # Safety
/// An exact int with room for two digits to which nobody else refers.
#[inline(always)]
pub unsafe fn write_short(object: *mut PyObject, value: i64) {
    // SAFETY: the caller's promise.
    unsafe {
        let long = object.cast::<PyLongObject>();
        let magnitude = value.unsigned_abs();
        let sign = if value < 0 { -1 } else { 1 };
        let digits = digit_ptr(long);
        *digits = (magnitude & (BASE - 1)) as u32;
        if magnitude < BASE {
            (*long).ob_base.ob_size = sign;
        } else {
            *digits.add(1) = (magnitude >> SHIFT) as u32;
            (*long).ob_base.ob_size = 2 * sign;
        }
    }
}

/// Frees what the free lists hold.
pub fn clear_free_list() -> usize {
    let freed = FREE_SHORT.count.get() + FREE_MEDIUM.count.get();
    FREE_SHORT.clear();
    FREE_MEDIUM.clear();
    freed
}

// ---- digits ----

/// The first digit's place.
///
/// # Safety
/// `long` points to an int.
#[inline(always)]
unsafe fn digit_ptr(long: *mut PyLongObject) -> *mut digit {
    // SAFETY: the digits begin at `ob_digit`; no reference to the one-element array is made.
    unsafe { (&raw mut (*long).ob_digit).cast() }
}

impl Long {
    /// `ob_size`: the number of digits with the sign.
    #[inline(always)]
    pub fn signed_size(&self) -> isize {
        // SAFETY: a live int.
        unsafe { (*self.as_raw()).ob_base.ob_size }
    }

    /// The digits of the magnitude, least significant first.
    #[inline(always)]
    pub fn digits(&self) -> &[u32] {
        // SAFETY: a live int has that many digits and does not change.
        unsafe { core::slice::from_raw_parts(digit_ptr(self.as_raw()), self.signed_size().unsigned_abs()) }
    }

    /// Below zero?
    #[inline(always)]
    pub fn is_negative(&self) -> bool {
        self.signed_size() < 0
    }

    /// The value when it has at most one digit.
    #[inline(always)]
    pub fn one_digit(&self) -> Option<i64> {
        let size = self.signed_size();
        if size.unsigned_abs() <= 1 {
            // SAFETY: a live int; the first digit exists in every block, and counts for nothing when the size is 0.
            Some(size as i64 * unsafe { (*self.as_raw()).ob_digit[0] } as i64)
        } else {
            None
        }
    }

    /// The value when it has at most two digits.
    #[inline(always)]
    pub fn two_digits(&self) -> Option<i64> {
        if let Some(value) = self.one_digit() {
            return Some(value);
        }
        let size = self.signed_size();
        if size.unsigned_abs() == 2 {
            let digits = self.digits();
            let magnitude = digits[0] as i64 | (digits[1] as i64) << SHIFT;
            return Some(if size < 0 { -magnitude } else { magnitude });
        }
        None
    }
}

/// The digits of an int.
#[inline(always)]
pub(crate) fn view(object: &Object) -> &Long {
    debug_assert!(check(object));
    // SAFETY: callers pass ints.
    unsafe { object.cast_unchecked() }
}

/// The value of an exact small int (one digit or none), for fast paths.
#[inline(always)]
pub fn small_value(object: &Object) -> Option<i64> {
    if Long::is_exact(object) { view(object).one_digit() } else { None }
}

/// The value of an exact int of at most two digits.
#[inline(always)]
pub fn word_value(object: &Object) -> Option<i64> {
    if Long::is_exact(object) { view(object).two_digits() } else { None }
}

/// `PyLong_Check`.
#[inline(always)]
pub fn check(object: &Object) -> bool {
    <Long as Class>::is_instance(object)
}

/// `PyLong_CheckExact`.
#[inline(always)]
pub fn check_exact(object: &Object) -> bool {
    <Long as Class>::is_exact(object)
}

/// `_PyLong_Sign`: -1, 0 or 1.
#[inline(always)]
pub fn sign(object: &Object) -> i32 {
    view(object).signed_size().signum() as i32
}

// ---- making ----

/// `PyLong_FromLongLong`.
#[inline]
pub fn from_i64(value: i64) -> Result<Obj> {
    if (SMALL_MIN..=SMALL_MAX).contains(&value) {
        return Ok(small(value).owned());
    }
    from_magnitude(value < 0, value.unsigned_abs())
}

/// `PyLong_FromUnsignedLongLong`.
#[inline]
pub fn from_u64(value: u64) -> Result<Obj> {
    if value <= SMALL_MAX as u64 {
        return Ok(small(value as i64).owned());
    }
    from_magnitude(false, value)
}

/// An int that is not one of the shared ones.
#[inline]
fn from_magnitude(negative: bool, magnitude: u64) -> Result<Obj> {
    if magnitude < BASE * BASE
        && let Some(long) = FREE_SHORT.pop()
    {
        // SAFETY: a dead int that nobody else has, with room for two digits.
        return Ok(unsafe { fill_short(long, negative, magnitude) });
    }
    from_magnitude_anew(negative, magnitude)
}

/// [`from_magnitude`] of three digits, or without the free list.
#[inline(never)]
fn from_magnitude_anew(negative: bool, magnitude: u64) -> Result<Obj> {
    // SAFETY: a fresh int with room for the digits written.
    unsafe {
        if magnitude < BASE * BASE {
            return Ok(fill_short(alloc_short()?, negative, magnitude));
        }
        let long = alloc(3)?;
        (*long).ob_base.ob_size = if negative { -3 } else { 3 };
        for (i, shift) in [0, SHIFT, 2 * SHIFT].into_iter().enumerate() {
            *digit_ptr(long).add(i) = (magnitude >> shift) as u32 & MASK;
        }
        Ok(Obj::from_owned_ptr(long.cast()))
    }
}

/// Writes two digits at once, whether the second one counts or not.
///
/// # Safety
/// An int with one reference and room for two digits, which nobody else has; the magnitude fits in them.
#[inline(always)]
unsafe fn fill_short(long: *mut PyLongObject, negative: bool, magnitude: u64) -> Obj {
    let size = 1 + isize::from(magnitude >= BASE);
    // SAFETY: the caller's promise.
    unsafe {
        (*long).ob_base.ob_size = if negative { -size } else { size };
        let digits = magnitude & u64::from(MASK) | (magnitude >> SHIFT) << 32;
        digit_ptr(long).cast::<u64>().write_unaligned(digits);
        Obj::from_owned_ptr(long.cast())
    }
}

/// From a magnitude of up to 128 bits.
pub fn from_u128(negative: bool, magnitude: u128) -> Result<Obj> {
    if let Ok(magnitude) = u64::try_from(magnitude) {
        if magnitude <= SMALL_MAX as u64 && (!negative || magnitude <= -SMALL_MIN as u64) {
            return from_i64(if negative { -(magnitude as i64) } else { magnitude as i64 });
        }
        return from_magnitude(negative, magnitude);
    }
    let digits: [u32; 5] = core::array::from_fn(|i| (magnitude >> (SHIFT * i as u32)) as u32 & MASK);
    from_digits(negative, &digits)
}

/// From digits, least significant first; leading zeros are dropped.
pub fn from_digits(negative: bool, digits: &[u32]) -> Result<Obj> {
    let size = digits.iter().rposition(|&d| d != 0).map_or(0, |i| i + 1);
    if size <= 1 {
        let value = digits.first().copied().unwrap_or(0) as i64;
        return from_i64(if negative { -value } else { value });
    }
    let long = alloc(size)?;
    // SAFETY: a fresh int with room for `size` digits.
    unsafe {
        ptr::copy_nonoverlapping(digits.as_ptr(), digit_ptr(long), size);
        (*long).ob_base.ob_size = if negative { -(size as isize) } else { size as isize };
        Ok(Obj::from_owned_ptr(long.cast()))
    }
}

/// An int whose up to `size` digits `fill` computes in place, most significant zeros allowed.
#[inline]
fn build(negative: bool, size: usize, fill: impl FnOnce(&mut [u32])) -> Result<Obj> {
    let long = alloc(size)?;
    // SAFETY: a fresh int with room for `size` digits, zeroed before they are lent as a slice.
    unsafe {
        ptr::write_bytes(digit_ptr(long), 0, size);
        fill(core::slice::from_raw_parts_mut(digit_ptr(long), size));
        Ok(finish(long, negative, size))
    }
}

/// Gives back the block of an int of `size` digits that nobody has seen.
///
/// # Safety
/// `long` came from [`alloc`] with that size.
unsafe fn discard(long: *mut PyLongObject, size: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let list = if size <= SHORT { &FREE_SHORT } else { &FREE_MEDIUM };
        if size > MEDIUM || !list.push(long) {
            memory::PyObject_Free(long.cast());
        }
    }
}

/// Drops leading zeros, sets the sign and replaces small values by the shared ints.
///
/// # Safety
/// `long` is a fresh exact int whose `size` digits are initialised.
#[inline]
unsafe fn finish(long: *mut PyLongObject, negative: bool, size: usize) -> Obj {
    // SAFETY: the caller's promise.
    unsafe {
        let digits = digit_ptr(long);
        let mut used = size;
        while used > 0 && *digits.add(used - 1) == 0 {
            used -= 1;
        }
        if used <= 1 {
            let value = if used == 0 { 0 } else { *digits as i64 };
            let value = if negative { -value } else { value };
            if (SMALL_MIN..=SMALL_MAX).contains(&value) {
                discard(long, size);
                return small(value).owned();
            }
        }
        if size > MEDIUM && used <= MEDIUM {
            // The free lists must not collect large blocks.
            if let Ok(fitting) = alloc(used) {
                ptr::copy_nonoverlapping(digits, digit_ptr(fitting), used);
                (*fitting).ob_base.ob_size = if negative { -(used as isize) } else { used as isize };
                discard(long, size);
                return Obj::from_owned_ptr(fitting.cast());
            }
            err::clear();
        }
        (*long).ob_base.ob_size = if negative { -(used as isize) } else { used as isize };
        Obj::from_owned_ptr(long.cast())
    }
}

/// An exact int of the same value: the object itself unless it is of a subclass (`_PyLong_Copy`).
#[inline]
pub fn exact(object: &Object) -> Result<Obj> {
    if check_exact(object) {
        return Ok(object.owned());
    }
    let long = view(object);
    from_digits(long.is_negative(), long.digits())
}

#[cfg(test)]
mod tests;
