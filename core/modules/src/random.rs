//! `_random`: the base class of `random.Random`, over [`crate::algorithms::mersenne`].

use crate::algorithms::mersenne::Mersenne;
use core::cell::RefCell;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::object;
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, float, long, module, tuple};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, heap_type, method, methods, native_module, payload_class, slot,
};

native_module! {
    /// `_random`
    init: PyInit__random, name: c"_random", doc: c"The Mersenne Twister.",
    methods: NO_METHODS, exec: exec,
}
methods! { static NO_METHODS = []; }

fn exec(this: &Object) -> Result<()> {
    module::add(this, "Random", RANDOM.make()?.object())
}

/// A generator of random numbers.
#[repr(C)]
pub struct Random {
    head: Head,
    generator: RefCell<Mersenne>,
}

heap_type! {
    /// `_random.Random`
    pub static RANDOM = {
        tp_name: c"_random.Random".as_ptr(),
        tp_basicsize: core::mem::size_of::<Random>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Random>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"Random() -> create a random number generator with its own internal state.".as_ptr(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(new),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Random, heap RANDOM);
impl Payload for Random {}

fn new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if core::ptr::eq(class, Random::class()) && kw.is_some_and(|kw| dict::len(kw) > 0) {
        return Err(err::type_error("Random()() takes no keyword arguments"));
    }
    let this = payload::new(class, |head| Random { head, generator: RefCell::new(Mersenne::new(&[])) })?;
    // The seed is the hash of the tuple of arguments, as in the reference; random.Random seeds again.
    seed(&this, Some(args))?;
    Ok(this.upcast())
}

methods! {
    static METHODS = [
        method::noargs(c"random", |this: &Random| float::from_f64(this.generator.borrow_mut().next_f64()), c"random($self, /)\n--\n\nrandom() -> x in the interval [0, 1)."),
        method::fastcall(c"seed", seed_method, c"seed($self, n=None, /)\n--\n\nseed([n]) -> None.\n\nBegins anew from a number, or from something that differs every time."),
        method::noargs(c"getstate", getstate, c"getstate($self, /)\n--\n\ngetstate() -> tuple containing the current state."),
        method::o(c"setstate", setstate, c"setstate($self, state, /)\n--\n\nsetstate(state) -> None.  Restores generator state."),
        method::o(c"getrandbits", getrandbits, c"getrandbits($self, k, /)\n--\n\ngetrandbits(k) -> x.  An integer of k random bits."),
    ];
}

fn seed_method(this: &Random, args: &[&Object]) -> Result<()> {
    krait_object::args::check_positional("seed", args.len(), 0, 1)?;
    seed(this, args.first().copied())
}

fn seed(this: &Random, given: Option<&Object>) -> Result<()> {
    let generator = match given.filter(|given| !given.is_none()) {
        None => Mersenne::new(&system_key()),
        Some(given) => Mersenne::new(&key_of(given)?),
    };
    *this.generator.borrow_mut() = generator;
    Ok(())
}

/// Numbers that differ every time.
fn system_key() -> [u32; 624] {
    let mut key = [0u32; 624];
    let size = core::mem::size_of_val(&key);
    let mut done = 0;
    while done < size {
        // SAFETY: the part of the array that is not filled yet.
        let n = unsafe {
            libc::getrandom(key.as_mut_ptr().cast::<u8>().add(done).cast(), size - done, libc::GRND_NONBLOCK)
        };
        if n <= 0 {
            break;
        }
        done += n as usize;
    }
    if done < size {
        // Without entropy, time and process must do.
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        key[0] ^= now.subsec_nanos();
        key[1] ^= now.as_secs() as u32;
        key[2] ^= std::process::id();
    }
    key
}

/// The 32-bit digits of the absolute value of an integer, or of the hash of anything else.
fn key_of(given: &Object) -> Result<Vec<u32>> {
    // Not by `__abs__`, which a subclass may have bent.
    let number = if long::check(given) {
        long::absolute(given)?
    } else {
        long::from_u64(object::hash(given)? as u64)?
    };
    let words = long::bit_length(&number)?.div_ceil(32);
    let mut raw = vec![0; words * 4];
    long::to_bytes(&number, &mut raw, true, false)?;
    Ok(raw.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect())
}

fn getstate(this: &Random) -> Result<Obj> {
    let state = this.generator.borrow().state();
    let words: Result<Vec<Obj>> = state.iter().map(|&word| long::from_u64(u64::from(word))).collect();
    tuple::from_vec(words?)
}

fn setstate(this: &Random, state: &Object) -> Result<()> {
    if !tuple::check(state) {
        return Err(err::type_error("state vector must be a tuple"));
    }
    let items = tuple::items(state);
    let mut words = [0u32; 625];
    if items.len() != words.len() {
        return Err(err::value_error("state vector is the wrong size"));
    }
    for (word, item) in words[..624].iter_mut().zip(items) {
        if !long::check(item) {
            return Err(err::type_error("an integer is required"));
        }
        *word = long::as_unsigned_long(item)? as u32;
    }
    // The index is signed.
    let index = long::as_i64(items[624])?;
    let valid = (0..=624).contains(&index);
    words[624] = index as u32;
    let Some(generator) = Mersenne::from_state(&words).filter(|_| valid) else {
        return Err(err::value_error("invalid state"));
    };
    *this.generator.borrow_mut() = generator;
    Ok(())
}

fn getrandbits(this: &Random, given: &Object) -> Result<Obj> {
    let k = krait_object::args::int(given)?;
    if k < 0 {
        return Err(err::value_error("number of bits must be non-negative"));
    }
    let mut generator = this.generator.borrow_mut();
    if k <= 64 {
        return long::from_u64(generator.bits_u64(k as u32));
    }
    let mut words = vec![0u32; (k as usize).div_ceil(32)];
    generator.bits(&mut words, k as u64);
    let raw: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    long::from_bytes(&raw, true, false)
}
