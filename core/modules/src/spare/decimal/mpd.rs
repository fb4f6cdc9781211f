//! libmpdec's structs and functions (`mpdecimal.h` of version 2.5). All functions are quiet: they add to a status.

#![allow(non_camel_case_types, reason = "libmpdec's names")]

use core::ffi::{c_char, c_int, c_void};
use std::sync::Once;

pub const RADIX: u64 = 10_000_000_000_000_000_000;
pub const MAX_PREC: i64 = 999_999_999_999_999_999;
pub const MAX_EMAX: i64 = 999_999_999_999_999_999;
pub const MIN_EMIN: i64 = -999_999_999_999_999_999;
pub const MIN_ETINY: i64 = MIN_EMIN - (MAX_PREC - 1);
/// Words of a coefficient that lie in a number's own object.
pub const OWN_WORDS: usize = 4;

pub const ROUND_DOWN: c_int = 1;
pub const ROUND_CEILING: c_int = 2;
pub const ROUND_FLOOR: c_int = 3;
pub const ROUND_HALF_UP: c_int = 4;
pub const ROUND_HALF_EVEN: c_int = 6;
/// The names of the ways to round, by number.
pub const ROUNDINGS: [&str; 8] = [
    "ROUND_UP",
    "ROUND_DOWN",
    "ROUND_CEILING",
    "ROUND_FLOOR",
    "ROUND_HALF_UP",
    "ROUND_HALF_DOWN",
    "ROUND_HALF_EVEN",
    "ROUND_05UP",
];

pub const CLAMPED: u32 = 0x1;
pub const CONVERSION_SYNTAX: u32 = 0x2;
pub const DIVISION_BY_ZERO: u32 = 0x4;
pub const DIVISION_IMPOSSIBLE: u32 = 0x8;
pub const DIVISION_UNDEFINED: u32 = 0x10;
pub const FPU_ERROR: u32 = 0x20;
pub const INEXACT: u32 = 0x40;
pub const INVALID_CONTEXT: u32 = 0x80;
pub const INVALID_OPERATION: u32 = 0x100;
pub const MALLOC_ERROR: u32 = 0x200;
/// A bit that libmpdec does not use.
pub const FLOAT_OPERATION: u32 = 0x400;
pub const OVERFLOW: u32 = 0x800;
pub const ROUNDED: u32 = 0x1000;
pub const SUBNORMAL: u32 = 0x2000;
pub const UNDERFLOW: u32 = 0x4000;
pub const IEEE_INVALID: u32 = CONVERSION_SYNTAX
    | DIVISION_IMPOSSIBLE
    | DIVISION_UNDEFINED
    | FPU_ERROR
    | INVALID_CONTEXT
    | INVALID_OPERATION
    | MALLOC_ERROR;
/// What makes a result NaN.
pub const ERRORS: u32 = IEEE_INVALID | DIVISION_BY_ZERO;

pub const NEGATIVE: u8 = 1;
pub const INFINITE: u8 = 2;
pub const QUIET_NAN: u8 = 4;
pub const SIGNALING_NAN: u8 = 8;
pub const SPECIAL: u8 = INFINITE | QUIET_NAN | SIGNALING_NAN;
/// The struct is not libmpdec's, and nor is the room for the coefficient as long as it suffices.
pub const STATIC: u8 = 16 | 32;
const DATA_FLAGS: u8 = 32 | 64 | 128;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mpd_context_t {
    pub prec: i64,
    pub emax: i64,
    pub emin: i64,
    pub traps: u32,
    pub status: u32,
    pub newtrap: u32,
    pub round: c_int,
    pub clamp: c_int,
    pub allcr: c_int,
}

#[repr(C)]
pub struct mpd_t {
    pub flags: u8,
    pub exp: i64,
    pub digits: i64,
    pub len: i64,
    pub alloc: i64,
    pub data: *mut u64,
}

#[repr(C)]
pub struct mpd_spec_t {
    pub min_width: i64,
    pub prec: i64,
    pub kind: c_char,
    pub align: c_char,
    pub sign: c_char,
    pub fill: [u8; 5],
    pub dot: *const c_char,
    pub sep: *const c_char,
    pub grouping: *const c_char,
}

pub type Unary = unsafe extern "C" fn(*mut mpd_t, *const mpd_t, *const mpd_context_t, *mut u32);
pub type Binary =
    unsafe extern "C" fn(*mut mpd_t, *const mpd_t, *const mpd_t, *const mpd_context_t, *mut u32);
/// A comparison that no context matters to.
pub type Total = unsafe extern "C" fn(*mut mpd_t, *const mpd_t, *const mpd_t) -> c_int;
pub type Test = unsafe extern "C" fn(*const mpd_t) -> c_int;
pub type TestIn = unsafe extern "C" fn(*const mpd_t, *const mpd_context_t) -> c_int;
/// A copy with another sign; false without memory.
pub type Copy1 = unsafe extern "C" fn(*mut mpd_t, *const mpd_t, *mut u32) -> c_int;
pub type ToText = unsafe extern "C" fn(*mut *mut c_char, *const mpd_t, c_int) -> i64;

macro_rules! functions {
    (unary: $($unary:ident),*; binary: $($binary:ident),*; total: $($total:ident),*; test: $($test:ident),*; test_in: $($test_in:ident),*; copy: $($copy:ident),*;) => {
        unsafe extern "C" {
            $(pub fn $unary(result: *mut mpd_t, a: *const mpd_t, context: *const mpd_context_t, status: *mut u32);)*
            // Some of them return what is in the result as well.
            $(pub fn $binary(result: *mut mpd_t, a: *const mpd_t, b: *const mpd_t, context: *const mpd_context_t, status: *mut u32);)*
            $(pub fn $total(result: *mut mpd_t, a: *const mpd_t, b: *const mpd_t) -> c_int;)*
            $(pub fn $test(a: *const mpd_t) -> c_int;)*
            $(pub fn $test_in(a: *const mpd_t, context: *const mpd_context_t) -> c_int;)*
            $(pub fn $copy(result: *mut mpd_t, a: *const mpd_t, status: *mut u32) -> c_int;)*
        }
    };
}
functions! {
    unary: mpd_qabs, mpd_qexp, mpd_qinvert, mpd_qln, mpd_qlog10, mpd_qlogb, mpd_qminus, mpd_qnext_minus,
        mpd_qnext_plus, mpd_qplus, mpd_qreduce, mpd_qround_to_int, mpd_qround_to_intx, mpd_qsqrt;
    binary: mpd_qadd, mpd_qand, mpd_qcompare, mpd_qcompare_signal, mpd_qdiv, mpd_qdivint, mpd_qmax, mpd_qmax_mag,
        mpd_qmin, mpd_qmin_mag, mpd_qmul, mpd_qnext_toward, mpd_qor, mpd_qpow, mpd_qquantize, mpd_qrem, mpd_qrem_near,
        mpd_qrotate, mpd_qscaleb, mpd_qshift, mpd_qsub, mpd_qxor;
    total: mpd_compare_total, mpd_compare_total_mag;
    test: mpd_iscanonical, mpd_isfinite, mpd_isinfinite, mpd_isnan, mpd_isqnan, mpd_issigned, mpd_issnan, mpd_iszero;
    test_in: mpd_isnormal, mpd_issubnormal;
    copy: mpd_qcopy, mpd_qcopy_abs, mpd_qcopy_negate;
}

unsafe extern "C" {
    /// Where libmpdec complains; a stand-in that its code can reach from inside a shared library.
    static mut krait_mpd_stderr: *mut libc::FILE;
    static mut stderr: *mut libc::FILE;
    static mpd_free: unsafe extern "C" fn(*mut c_void);
    fn mpd_setminalloc(words: i64);
    pub fn mpd_version() -> *const c_char;
    pub fn mpd_maxcontext(context: *mut mpd_context_t);
    pub fn mpd_qsetprec(context: *mut mpd_context_t, prec: i64) -> c_int;
    pub fn mpd_qsetemax(context: *mut mpd_context_t, emax: i64) -> c_int;
    pub fn mpd_qsetemin(context: *mut mpd_context_t, emin: i64) -> c_int;
    pub fn mpd_etiny(context: *const mpd_context_t) -> i64;
    pub fn mpd_etop(context: *const mpd_context_t) -> i64;
    pub fn mpd_qnew() -> *mut mpd_t;
    pub fn mpd_del(number: *mut mpd_t);
    pub fn mpd_adjexp(a: *const mpd_t) -> i64;
    pub fn mpd_class(a: *const mpd_t, context: *const mpd_context_t) -> *const c_char;
    pub fn mpd_qcmp(a: *const mpd_t, b: *const mpd_t, status: *mut u32) -> c_int;
    pub fn mpd_same_quantum(a: *const mpd_t, b: *const mpd_t) -> c_int;
    pub fn mpd_qcopy_sign(result: *mut mpd_t, a: *const mpd_t, b: *const mpd_t, status: *mut u32) -> c_int;
    pub fn mpd_qfinalize(result: *mut mpd_t, context: *const mpd_context_t, status: *mut u32);
    pub fn mpd_setspecial(result: *mut mpd_t, sign: u8, kind: u8);
    pub fn mpd_seterror(result: *mut mpd_t, flags: u32, status: *mut u32);
    pub fn mpd_qset_string(
        result: *mut mpd_t,
        text: *const c_char,
        context: *const mpd_context_t,
        status: *mut u32,
    );
    pub fn mpd_qset_uint(result: *mut mpd_t, a: u64, context: *const mpd_context_t, status: *mut u32);
    pub fn mpd_qimport_u32(
        result: *mut mpd_t,
        digits: *const u32,
        count: usize,
        sign: u8,
        base: u32,
        context: *const mpd_context_t,
        status: *mut u32,
    );
    pub fn mpd_qexport_u32(
        digits: *mut *mut u32,
        room: usize,
        base: u32,
        a: *const mpd_t,
        status: *mut u32,
    ) -> usize;
    pub fn mpd_qdivmod(
        quotient: *mut mpd_t,
        rest: *mut mpd_t,
        a: *const mpd_t,
        b: *const mpd_t,
        context: *const mpd_context_t,
        status: *mut u32,
    );
    pub fn mpd_qfma(
        result: *mut mpd_t,
        a: *const mpd_t,
        b: *const mpd_t,
        c: *const mpd_t,
        context: *const mpd_context_t,
        status: *mut u32,
    );
    pub fn mpd_qpowmod(
        result: *mut mpd_t,
        base: *const mpd_t,
        exponent: *const mpd_t,
        modulus: *const mpd_t,
        context: *const mpd_context_t,
        status: *mut u32,
    );
    pub fn mpd_to_sci_size(text: *mut *mut c_char, a: *const mpd_t, capital: c_int) -> i64;
    pub fn mpd_to_eng_size(text: *mut *mut c_char, a: *const mpd_t, capital: c_int) -> i64;
    pub fn mpd_parse_fmt_str(spec: *mut mpd_spec_t, text: *const c_char, capital: c_int) -> c_int;
    pub fn mpd_validate_lconv(spec: *mut mpd_spec_t) -> c_int;
    pub fn mpd_qformat_spec(
        a: *const mpd_t,
        spec: *const mpd_spec_t,
        context: *const mpd_context_t,
        status: *mut u32,
    ) -> *mut c_char;
}

/// Prepares the library; later calls do nothing.
pub fn set_up() {
    static ONCE: Once = Once::new();
    // SAFETY: before any other call, and once.
    ONCE.call_once(|| unsafe {
        krait_mpd_stderr = stderr;
        mpd_setminalloc(OWN_WORDS as i64);
    });
}

/// The context in which every number is exact.
pub fn exact() -> mpd_context_t {
    // SAFETY: numbers, which the call fills.
    unsafe {
        let mut context: mpd_context_t = core::mem::zeroed();
        mpd_maxcontext(&mut context);
        context
    }
}

/// Memory that libmpdec has allocated for its caller.
pub struct Block<T>(pub *mut T);

impl<T> Drop for Block<T> {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: a block of libmpdec's, given back as it wants.
            unsafe { mpd_free(self.0.cast()) };
        }
    }
}

/// A number that no Python object holds.
pub struct Number(*mut mpd_t);

impl Number {
    /// Zero, more or less: the result of something to come. None without memory.
    pub fn new() -> Option<Number> {
        // SAFETY: no precondition.
        let number = unsafe { mpd_qnew() };
        (!number.is_null()).then_some(Number(number))
    }

    pub fn raw(&self) -> *mut mpd_t {
        self.0
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        // SAFETY: the number of ours.
        unsafe { mpd_del(self.0) };
    }
}

impl mpd_t {
    pub fn is(&self, flags: u8) -> bool {
        self.flags & flags != 0
    }

    /// 0 or 1.
    pub fn sign(&self) -> u8 {
        self.flags & NEGATIVE
    }

    /// The words of the coefficient, the lowest first.
    pub fn words(&self) -> &[u64] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: so many words are in use.
        unsafe { core::slice::from_raw_parts(self.data, self.len as usize) }
    }

    /// Whether the coefficient has a block of its own.
    pub fn is_large(&self) -> bool {
        self.flags & DATA_FLAGS == 0
    }
}
