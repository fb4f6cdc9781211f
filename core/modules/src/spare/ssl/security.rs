//! Which strength is asked of a connection.
//!
//! OpenSSL 3 allows TLS 1.0 and 1.1 at no level of security above 0, where anything goes. Python 3.9 was made for
//! OpenSSL 1.1, so its contexts judge versions, and the digests of signatures, as that does at the same level.

use crate::spare::openssl::*;
use core::ffi::{c_int, c_void};
use std::sync::OnceLock;

const OPERATION_VERSION: c_int = 9;
/// The operations on signatures: supported, shared, checked.
const OPERATIONS_SIGNATURE: core::ops::RangeInclusive<c_int> = (5 << 16 | 11)..=(5 << 16 | 13);
const TLS_1_0: c_int = 0x301;
const TLS_1_1: c_int = 0x302;
const NID_MD5_SHA1: c_int = 114;
const NID_SHA1: c_int = 64;

static STRICT: OnceLock<SecurityCallback> = OnceLock::new();

/// Has a new context judge so.
///
/// # Safety
/// The context is live, and its connections are its only users.
pub unsafe fn relax(context: *mut SSL_CTX) {
    // SAFETY: the caller's promise.
    unsafe {
        STRICT.get_or_init(|| SSL_CTX_get_security_callback(context));
        SSL_CTX_set_security_callback(context, judge);
    }
}

unsafe extern "C" fn judge(
    ssl: *const SSL,
    context: *const SSL_CTX,
    operation: c_int,
    bits: c_int,
    nid: c_int,
    other: *mut c_void,
    data: *mut c_void,
) -> c_int {
    // SAFETY: OpenSSL's own arguments: a connection or a context.
    unsafe {
        let level =
            if ssl.is_null() { SSL_CTX_get_security_level(context) } else { SSL_get_security_level(ssl) };
        let bits = match (operation, nid) {
            (OPERATION_VERSION, TLS_1_0) => return c_int::from(level < 3),
            (OPERATION_VERSION, TLS_1_1) => return c_int::from(level < 4),
            // Half the bits of the digest.
            (operation, NID_MD5_SHA1) if OPERATIONS_SIGNATURE.contains(&operation) => 144,
            (operation, NID_SHA1) if OPERATIONS_SIGNATURE.contains(&operation) => 80,
            _ => bits,
        };
        match STRICT.get() {
            Some(strict) => strict(ssl, context, operation, bits, nid, other, data),
            None => 0,
        }
    }
}
