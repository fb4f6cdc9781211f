//! OpenSSL's hash functions by name.
//!
//! Those of OpenSSL's table come from its default provider. The few that have moved to its legacy provider, which is not
//! part of the library, still have their code: it runs through a copy of their entry in the table.

use crate::spare::openssl::*;
use core::ffi::{c_char, c_int, c_void};
use krait_object::types::{set, unicode};
use krait_object::{Obj, Raised, Result, err};
use std::sync::{Mutex, PoisonError};

/// The kind of digests in OpenSSL's table of names.
const NAME_OF_DIGEST: c_int = 1;
const FLAG_XOF: u64 = 2;
/// Room for the state of any function whose entry does not tell how much it needs.
const LEGACY_STATE: c_int = 512;
/// Names of Python's own, and OpenSSL's for them.
const ALIASES: [(&str, &str); 10] = [
    ("sha512_224", "sha512-224\0"),
    ("SHA512_224", "sha512-224\0"),
    ("sha512_256", "sha512-256\0"),
    ("SHA512_256", "sha512-256\0"),
    ("sha3_224", "sha3-224\0"),
    ("sha3_256", "sha3-256\0"),
    ("sha3_384", "sha3-384\0"),
    ("sha3_512", "sha3-512\0"),
    ("shake_128", "shake128\0"),
    ("shake_256", "shake256\0"),
];

/// A hash function that works; it lives as long as the process.
#[derive(Clone, Copy)]
pub struct Digest(*const EVP_MD);

/// An entry of OpenSSL's table and what works in its place.
struct Found(*const EVP_MD, Digest);
// SAFETY: OpenSSL's digests belong to no thread.
unsafe impl Send for Found {}
static FOUND: Mutex<Vec<Found>> = Mutex::new(Vec::new());

impl Digest {
    /// The hash function of a name; `ValueError` if there is none.
    pub fn by_name(name: &str) -> Result<Digest> {
        Digest::look_up(name).ok_or_else(unsupported)
    }

    /// The same for OpenSSL's name, which ends with NUL.
    pub fn named(name: &str) -> Result<Digest> {
        Digest::listed(name).ok_or_else(unsupported)
    }

    /// The hash function of a name.
    pub fn look_up(name: &str) -> Option<Digest> {
        Digest::listed(&format!("{name}\0")).or_else(|| {
            let (_, listed) = ALIASES.iter().find(|(alias, _)| *alias == name)?;
            Digest::listed(listed)
        })
    }

    /// The same for OpenSSL's name, which ends with NUL.
    fn listed(name: &str) -> Option<Digest> {
        debug_assert!(name.ends_with('\0'), "a C string");
        // SAFETY: a C string; names of this kind stand for digests.
        let listed = unsafe { OBJ_NAME_get(name.as_ptr().cast::<c_char>(), NAME_OF_DIGEST).cast::<EVP_MD>() };
        if listed.is_null() {
            return None;
        }
        let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Found(_, digest)) = found.iter().find(|Found(entry, _)| *entry == listed) {
            return Some(*digest);
        }
        // SAFETY: an entry of the table; the copy is never freed.
        let usable = unsafe {
            let null = core::ptr::null_mut();
            let fetched = EVP_MD_fetch(null, OBJ_nid2sn(EVP_MD_get_type(listed)), null.cast());
            if fetched.is_null() {
                ERR_clear_error();
                let copy = EVP_MD_meth_dup(listed);
                EVP_MD_meth_set_app_datasize(copy, LEGACY_STATE);
                copy
            } else {
                fetched
            }
        };
        if usable.is_null() {
            return None;
        }
        found.push(Found(listed, Digest(usable)));
        Some(Digest(usable))
    }

    /// A digest of OpenSSL's that is in use.
    ///
    /// # Safety
    /// It outlives the result.
    pub unsafe fn from_raw(digest: *const EVP_MD) -> Digest {
        Digest(digest)
    }

    pub fn raw(self) -> *const EVP_MD {
        self.0
    }

    /// Whether it runs without a provider, where newer parts of OpenSSL do not find it.
    pub fn is_legacy(self) -> bool {
        // SAFETY: a live digest.
        unsafe { EVP_MD_get0_provider(self.0) }.is_null()
    }

    /// How many bytes a digest has.
    pub fn size(self) -> c_int {
        // SAFETY: a live digest.
        unsafe { EVP_MD_get_size(self.0) }
    }

    /// How many bytes are hashed at a time.
    pub fn block_size(self) -> c_int {
        // SAFETY: a live digest.
        unsafe { EVP_MD_get_block_size(self.0) }
    }

    /// Whether its user decides how long the digest is.
    pub fn is_extendable(self) -> bool {
        // SAFETY: a live digest.
        unsafe { EVP_MD_get_flags(self.0) & FLAG_XOF != 0 }
    }

    /// Its name in Python.
    pub fn name(self) -> String {
        // SAFETY: a live digest; the names are static.
        let name = unsafe {
            let nid = EVP_MD_get_type(self.0);
            text(OBJ_nid2ln(nid)).or_else(|| text(OBJ_nid2sn(nid))).unwrap_or_default()
        };
        match name.as_str() {
            "blake2b512" => "blake2b".to_owned(),
            "blake2s256" => "blake2s".to_owned(),
            "shake128" => "shake_128".to_owned(),
            "shake256" => "shake_256".to_owned(),
            // The digest of TLS before 1.2 keeps its hyphen.
            "md5-sha1" => name,
            _ => name.replace('-', "_"),
        }
    }
}

#[cold]
fn unsupported() -> Raised {
    err::value_error("unsupported hash type")
}

unsafe extern "C" fn collect(
    digest: *const EVP_MD,
    _name: *const c_char,
    _target: *const c_char,
    names: *mut c_void,
) {
    if !digest.is_null() {
        // SAFETY: a live digest; the vector of `all_names`.
        unsafe { (*names.cast::<Vec<String>>()).push(Digest::from_raw(digest).name()) };
    }
}

/// The names of all hash functions, as a frozen set.
pub fn all_names() -> Result<Obj> {
    let mut names: Vec<String> = Vec::new();
    // SAFETY: the callback gets the vector, which lives until the end of the call.
    unsafe { EVP_MD_do_all(collect, (&raw mut names).cast()) };
    let found = set::new(None)?;
    for name in names {
        set::add(&found, &*unicode::from_str(&name)?)?;
    }
    set::new_frozen(Some(&found))
}
