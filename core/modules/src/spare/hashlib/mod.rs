//! `_hashlib`: hash functions, HMAC and key derivation by OpenSSL. [`digest`] finds the hash functions, [`hash`] and
//! [`hmac`] have the classes.

mod digest;
mod hash;
mod hmac;

use crate::operator::equal_digests;
use crate::spare::openssl::{self, *};
use core::cell::OnceCell;
use core::ffi::{c_int, c_long};
use digest::Digest;
use krait_object::args::{Args, Signature, bad_argument, text};
use krait_object::protocol::buffer::Buffer;
use krait_object::types::{bytes, long, module};
use krait_object::{Layout, Obj, Object, Raised, Result, err, method, methods, state};

/// The function `openssl_NAME` of a hash function: its name, OpenSSL's name for the function, signature and text.
macro_rules! constructor {
    ($name:literal) => {
        constructor!($name, $name, $name)
    };
    ($name:literal, $openssl:literal, $shown:literal) => {
        method::keywords(
            constructor!(@c "openssl_", $name, ""),
            |_: &Object, args: Args<'_>| {
                let data = crate::hashes::arguments(concat!("openssl_", $name), args)?;
                hash::of(Digest::named(concat!($openssl, "\0"))?, data)
            },
            constructor!(@c "openssl_", $name, concat!("($module, /, string=b'', *, usedforsecurity=True)\n--\n\nA ", $shown, " hash object that has seen the string.")),
        )
    };
    (@c $start:expr, $name:expr, $end:expr) => {
        match core::ffi::CStr::from_bytes_with_nul(concat!($start, $name, $end, "\0").as_bytes()) {
            Ok(text) => text,
            Err(_) => panic!("a NUL inside"),
        }
    };
}

methods! {
    static METHODS = [
        method::keywords(c"new", new, c"new($module, /, name, string=b'', *, usedforsecurity=True)\n--\n\nA hash object of the hash function of that name.\n\nThe string is hashed at once. usedforsecurity=False allows functions that are unsafe where\nonly safe ones are allowed."),
        method::keywords(c"pbkdf2_hmac", pbkdf2_hmac, c"pbkdf2_hmac($module, /, hash_name, password, salt, iterations,\n            dklen=None)\n--\n\nA key from a password: PBKDF2 of PKCS #5 with HMAC."),
        method::keywords(c"scrypt", scrypt, c"scrypt($module, /, password, *, salt=None, n=None, r=None, p=None,\n       maxmem=0, dklen=64)\n--\n\nA key from a password by scrypt."),
        method::noargs(c"get_fips_mode", get_fips_mode, c"get_fips_mode($module, /)\n--\n\nWhether OpenSSL only offers what FIPS allows: 1 or 0."),
        method::fastcall(c"compare_digest", compare_digest, c"compare_digest($module, a, b, /)\n--\n\nSame as a == b, in a time that does not tell where the two differ.\n\nBoth are ASCII strings or both are bytes-like. The length may still be told."),
        method::keywords(c"hmac_digest", hmac::digest, c"hmac_digest($module, /, key, msg, digest)\n--\n\nThe HMAC of a message at once."),
        method::keywords(c"hmac_new", hmac::new, c"hmac_new($module, /, key, msg=b'', digestmod=None)\n--\n\nA new HMAC object."),
        constructor!("md5"),
        constructor!("sha1"),
        constructor!("sha224"),
        constructor!("sha256"),
        constructor!("sha384"),
        constructor!("sha512"),
        constructor!("sha3_224", "sha3-224", "sha3-224"),
        constructor!("sha3_256", "sha3-256", "sha3-256"),
        constructor!("sha3_384", "sha3-384", "sha3-384"),
        constructor!("sha3_512", "sha3-512", "sha3-512"),
        constructor!("shake_128", "shake128", "shake-128 variable"),
        constructor!("shake_256", "shake256", "shake-256 variable"),
    ];
}

pub(super) fn fill(this: &Object) -> Result<()> {
    openssl::require()?;
    module::set_doc_string(
        this,
        "Hash functions, HMAC and key derivation, by OpenSSL, for hashlib and hmac.",
    )?;
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(this, (&raw mut METHODS).cast())? };
    let hash = hash::HASH.make()?;
    module::add(this, "HASH", hash.object())?;
    module::add(this, "HASHXOF", hash::HASHXOF.make_derived(hash)?.object())?;
    module::add(this, "HMAC", hmac::HMAC.make()?.object())?;
    module::add(this, "openssl_md_meth_names", &*digest::all_names()?)
}

/// `ValueError` for the last error in OpenSSL's queue.
#[cold]
fn failure() -> Raised {
    // SAFETY: no precondition; the texts are static.
    let (code, library, reason) = unsafe {
        let code = ERR_peek_last_error();
        ERR_clear_error();
        (code, openssl::text(ERR_lib_error_string(code)), openssl::text(ERR_reason_error_string(code)))
    };
    let reason = reason.filter(|_| code != 0).unwrap_or_else(|| "unknown reasons".to_owned());
    match library.filter(|_| code != 0) {
        Some(library) => err::value_error(format_args!("[{library}] {reason}")),
        None => err::value_error(reason),
    }
}

/// A C `int` that a size has to fit.
fn int_size(size: usize, what: &str) -> Result<c_int> {
    c_int::try_from(size).map_err(|_| err::overflow_error(format_args!("{what} is too long.")))
}

/// Lets threads use a context one after the other. There is a lock only since the first large piece of data, which is
/// hashed without the GIL.
#[derive(Default)]
struct Turns(OnceCell<Box<crate::lock::Lock>>);

impl Turns {
    const LARGE: usize = 2048;

    /// Runs `body`, which handles so many bytes of data, when no other thread uses the context.
    fn take<R>(&self, size: usize, body: impl FnOnce() -> R) -> R {
        let lock = if size >= Self::LARGE { Some(self.0.get_or_init(Box::default)) } else { self.0.get() };
        let _held = lock.map(|lock| lock.enter());
        if size >= Self::LARGE { state::allow_threads(body) } else { body() }
    }
}

fn new(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [name, data, security] = const {
        Signature::new("new", ["name", "string", "usedforsecurity"]).required(1).keyword_only_from(2)
    }
    .bind(args)?;
    crate::support::flag_or(security, true)?;
    let data = data.map(crate::hashes::data_of).transpose()?;
    let Ok(name) = text("new", "name", name.unwrap_or(krait_object::types::none::none())) else {
        err::clear();
        return Err(err::type_error("name must be a string"));
    };
    hash::with(Digest::by_name(name)?, data.as_ref())
}

fn pbkdf2_hmac(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [name, password, salt, rounds, size] = const {
        Signature::new("pbkdf2_hmac", ["hash_name", "password", "salt", "iterations", "dklen"]).required(4)
    }
    .bind(args)?;
    let none = krait_object::types::none::none();
    let name = text("pbkdf2_hmac", "argument 'hash_name'", name.unwrap_or(none))?;
    let password = Buffer::simple(password.unwrap_or(none))?;
    let salt = Buffer::simple(salt.unwrap_or(none))?;
    let rounds = crate::support::long(rounds.unwrap_or(none))?;
    let digest = Digest::by_name(name)?;
    let password_length = int_size(password.as_slice().len(), "password")?;
    let salt_length = int_size(salt.as_slice().len(), "salt")?;
    let positive = |number: c_long, low: &str, high: &str| match c_int::try_from(number) {
        Ok(1..) => Ok(number as c_int),
        Err(_) if number > 0 => Err(err::overflow_error(format_args!("{high} is too great."))),
        _ => Err(err::value_error(format_args!("{low} must be greater than 0."))),
    };
    let rounds = positive(rounds, "iteration value", "iteration value")?;
    let size = match crate::support::not_none(size) {
        None => digest.size().into(),
        Some(size) => long::as_long(size)?,
    };
    let size = positive(size, "key length", "key length")?;
    if digest.is_legacy() {
        let mut key = vec![0; size as usize];
        hmac::derive(digest, password.as_slice(), salt.as_slice(), rounds, &mut key)?;
        return bytes::from_slice(&key);
    }
    crate::support::filled_bytes(size as usize, |out| {
        let (password, salt, digest) = (password.as_slice(), salt.as_slice(), digest.raw());
        // SAFETY: inputs of these lengths, and so much room.
        let done = state::allow_threads(|| unsafe {
            PKCS5_PBKDF2_HMAC(
                password.as_ptr().cast(),
                password_length,
                salt.as_ptr(),
                salt_length,
                rounds,
                digest,
                size,
                out,
            )
        });
        if done == 1 { Ok(size as usize) } else { Err(failure()) }
    })
}

/// A cost parameter of scrypt.
fn cost(name: &str, given: Option<&Object>) -> Result<u64> {
    given.and_then(|given| long::as_u64(given).ok()).ok_or_else(|| {
        err::clear();
        err::type_error(format_args!("{name} is required and must be an unsigned int"))
    })
}

fn scrypt(_module: &Object, args: Args<'_>) -> Result<Obj> {
    const MOST: c_long = c_int::MAX as c_long;
    let [password, salt, n, r, p, most_memory, size] = const {
        Signature::new("scrypt", ["password", "salt", "n", "r", "p", "maxmem", "dklen"])
            .required(1)
            .keyword_only_from(1)
    }
    .bind(args)?;
    let password = Buffer::simple(password.unwrap_or(krait_object::types::none::none()))?;
    let salt = salt.map(Buffer::simple).transpose()?;
    for (name, given) in [("n", n), ("r", r), ("p", p)] {
        if let Some(given) = given.filter(|given| !long::check(given)) {
            return Err(bad_argument("scrypt", &format!("argument '{name}'"), "int", given));
        }
    }
    let most_memory = most_memory.map_or(Ok(0), crate::support::long)?;
    let size = size.map_or(Ok(64), crate::support::long)?;
    int_size(password.as_slice().len(), "password")?;
    let Some(salt) = salt else { return Err(err::type_error("salt is required")) };
    int_size(salt.as_slice().len(), "salt")?;
    let n = cost("n", n)?;
    if n < 2 || !n.is_power_of_two() {
        return Err(err::value_error("n must be a power of 2."));
    }
    let (r, p) = (cost("r", r)?, cost("p", p)?);
    if !(0..=MOST).contains(&most_memory) {
        return Err(err::value_error(format_args!("maxmem must be positive and smaller than {MOST}")));
    }
    if !(1..=MOST).contains(&size) {
        return Err(err::value_error(format_args!("dklen must be greater than 0 and smaller than {MOST}")));
    }
    let most_memory = most_memory as u64;
    let (null, nowhere) = (core::ptr::null(), core::ptr::null_mut());
    // SAFETY: without a place for the key only the numbers are checked.
    if unsafe { EVP_PBE_scrypt(null, 0, null.cast(), 0, n, r, p, most_memory, nowhere, 0) } == 0 {
        // SAFETY: no precondition.
        unsafe { ERR_clear_error() };
        return Err(err::value_error("Invalid parameter combination for n, r, p, maxmem."));
    }
    let size = size as usize;
    crate::support::filled_bytes(size, |out| {
        let (password, salt) = (password.as_slice(), salt.as_slice());
        let (start, length) = (password.as_ptr().cast(), password.len());
        // SAFETY: inputs of these lengths, and so much room.
        let done = state::allow_threads(|| unsafe {
            EVP_PBE_scrypt(start, length, salt.as_ptr(), salt.len(), n, r, p, most_memory, out, size)
        });
        if done == 1 { Ok(size) } else { Err(failure()) }
    })
}

fn get_fips_mode(_module: &Object) -> Result<c_int> {
    // SAFETY: the default library context.
    Ok(unsafe { EVP_default_properties_is_fips_enabled(core::ptr::null_mut()) })
}

fn compare_digest(_module: &Object, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("compare_digest", args.len(), 2, 2)?;
    equal_digests(args[0], args[1])
}
