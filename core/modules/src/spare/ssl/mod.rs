//! `_ssl`: TLS by OpenSSL. One file for each class; [`error`] makes
//! exceptions of OpenSSL's errors, [`certificate`] dicts of certificates; [`debug`] looks at connections, [`security`]
//! says how strong they must be.

mod bio;
mod certificate;
mod context;
mod debug;
mod error;
mod security;
mod session;
mod socket;

use crate::spare::openssl::{self, *};
use core::ffi::c_int;
use krait_object::protocol::buffer::Buffer;
use krait_object::types::{bool, float, long, module, tuple, unicode};
use krait_object::{Class, Obj, Object, Result, err, method};

krait_object::methods! {
    static METHODS = [
        method::o(c"_test_decode_cert", certificate::decode_file, c"_test_decode_cert($module, path, /)\n--\n\n"),
        method::fastcall(c"RAND_add", rand_add, c"RAND_add($module, string, entropy, /)\n--\n\nMixes a string into the state of the random generator."),
        method::o(c"RAND_bytes", rand_bytes, c"RAND_bytes($module, n, /)\n--\n\nSo many random bytes for keys."),
        method::o(c"RAND_pseudo_bytes", rand_pseudo_bytes, c"RAND_pseudo_bytes($module, n, /)\n--\n\nSo many random bytes, and whether they are good enough for keys."),
        method::noargs(c"RAND_status", rand_status, c"RAND_status($module, /)\n--\n\nWhether the random generator has enough randomness."),
        method::noargs(c"get_default_verify_paths", default_verify_paths, c"get_default_verify_paths($module, /)\n--\n\nWhere trusted certificates are looked for: (variable, file, variable, folder)."),
        method::keywords(c"txt2obj", certificate::txt2obj, c"txt2obj($module, /, txt, name=False)\n--\n\nAn object by its numbers, or by name as well: (nid, short name, long name, numbers)."),
        method::o(c"nid2obj", certificate::nid2obj, c"nid2obj($module, nid, /)\n--\n\nAn object by OpenSSL's number for it."),
    ];
}

#[rustfmt::skip]
const CONSTANTS: &[(&str, i64)] = &[
    ("ALERT_DESCRIPTION_ACCESS_DENIED", 49), ("ALERT_DESCRIPTION_BAD_CERTIFICATE", 42),
    ("ALERT_DESCRIPTION_BAD_CERTIFICATE_HASH_VALUE", 114), ("ALERT_DESCRIPTION_BAD_CERTIFICATE_STATUS_RESPONSE", 113),
    ("ALERT_DESCRIPTION_BAD_RECORD_MAC", 20), ("ALERT_DESCRIPTION_CERTIFICATE_EXPIRED", 45),
    ("ALERT_DESCRIPTION_CERTIFICATE_REVOKED", 44), ("ALERT_DESCRIPTION_CERTIFICATE_UNKNOWN", 46),
    ("ALERT_DESCRIPTION_CERTIFICATE_UNOBTAINABLE", 111), ("ALERT_DESCRIPTION_CLOSE_NOTIFY", 0),
    ("ALERT_DESCRIPTION_DECODE_ERROR", 50), ("ALERT_DESCRIPTION_DECOMPRESSION_FAILURE", 30),
    ("ALERT_DESCRIPTION_DECRYPT_ERROR", 51), ("ALERT_DESCRIPTION_HANDSHAKE_FAILURE", 40),
    ("ALERT_DESCRIPTION_ILLEGAL_PARAMETER", 47), ("ALERT_DESCRIPTION_INSUFFICIENT_SECURITY", 71),
    ("ALERT_DESCRIPTION_INTERNAL_ERROR", 80), ("ALERT_DESCRIPTION_NO_RENEGOTIATION", 100),
    ("ALERT_DESCRIPTION_PROTOCOL_VERSION", 70), ("ALERT_DESCRIPTION_RECORD_OVERFLOW", 22),
    ("ALERT_DESCRIPTION_UNEXPECTED_MESSAGE", 10), ("ALERT_DESCRIPTION_UNKNOWN_CA", 48),
    ("ALERT_DESCRIPTION_UNKNOWN_PSK_IDENTITY", 115), ("ALERT_DESCRIPTION_UNRECOGNIZED_NAME", 112),
    ("ALERT_DESCRIPTION_UNSUPPORTED_CERTIFICATE", 43), ("ALERT_DESCRIPTION_UNSUPPORTED_EXTENSION", 110),
    ("ALERT_DESCRIPTION_USER_CANCELLED", 90), ("CERT_NONE", 0), ("CERT_OPTIONAL", 1), ("CERT_REQUIRED", 2),
    ("HOSTFLAG_ALWAYS_CHECK_SUBJECT", 1), ("HOSTFLAG_MULTI_LABEL_WILDCARDS", 8), ("HOSTFLAG_NEVER_CHECK_SUBJECT", 32),
    ("HOSTFLAG_NO_PARTIAL_WILDCARDS", 4), ("HOSTFLAG_NO_WILDCARDS", 2), ("HOSTFLAG_SINGLE_LABEL_SUBDOMAINS", 16),
    ("OP_CIPHER_SERVER_PREFERENCE", 4194304), ("OP_ENABLE_MIDDLEBOX_COMPAT", 1048576), ("OP_NO_COMPRESSION", 131072),
    ("OP_NO_RENEGOTIATION", 1073741824), ("OP_NO_SSLv2", 0), ("OP_NO_SSLv3", 33554432), ("OP_NO_TICKET", 16384),
    ("OP_NO_TLSv1", 67108864), ("OP_NO_TLSv1_1", 268435456), ("OP_NO_TLSv1_2", 134217728),
    ("OP_NO_TLSv1_3", 536870912), ("OP_SINGLE_DH_USE", 0), ("OP_SINGLE_ECDH_USE", 0), ("PROTOCOL_SSLv23", 2),
    ("PROTOCOL_TLS", 2), ("PROTOCOL_TLS_CLIENT", 16), ("PROTOCOL_TLS_SERVER", 17), ("PROTOCOL_TLSv1", 3),
    ("PROTOCOL_TLSv1_1", 4), ("PROTOCOL_TLSv1_2", 5), ("PROTO_MAXIMUM_SUPPORTED", -1),
    ("PROTO_MINIMUM_SUPPORTED", -2), ("PROTO_SSLv3", 768), ("PROTO_TLSv1", 769), ("PROTO_TLSv1_1", 770),
    ("PROTO_TLSv1_2", 771), ("PROTO_TLSv1_3", 772), ("SSL_ERROR_EOF", 8), ("SSL_ERROR_INVALID_ERROR_CODE", 10),
    ("SSL_ERROR_SSL", 1), ("SSL_ERROR_SYSCALL", 5), ("SSL_ERROR_WANT_CONNECT", 7), ("SSL_ERROR_WANT_READ", 2),
    ("SSL_ERROR_WANT_WRITE", 3), ("SSL_ERROR_WANT_X509_LOOKUP", 4), ("SSL_ERROR_ZERO_RETURN", 6),
    ("VERIFY_CRL_CHECK_CHAIN", 12), ("VERIFY_CRL_CHECK_LEAF", 4), ("VERIFY_DEFAULT", 0), ("VERIFY_X509_STRICT", 32),
    ("VERIFY_X509_TRUSTED_FIRST", 32768),
];

const FLAGS: [(&str, bool); 11] = [
    ("HAS_SNI", true),
    ("HAS_ECDH", true),
    ("HAS_NPN", false),
    ("HAS_ALPN", true),
    ("HAS_SSLv2", false),
    ("HAS_SSLv3", false),
    ("HAS_TLSv1", true),
    ("HAS_TLSv1_1", true),
    ("HAS_TLSv1_2", true),
    ("HAS_TLSv1_3", true),
    ("HAS_TLS_UNIQUE", true),
];

pub(super) fn fill(this: &Object) -> Result<()> {
    openssl::require()?;
    module::set_doc_string(this, "TLS for sockets, by OpenSSL. What programs use is the module ssl.")?;
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(this, (&raw mut METHODS).cast())? };
    for (class, name) in [
        (context::Context::class(), "_SSLContext"),
        (socket::Connection::class(), "_SSLSocket"),
        (bio::MemoryBio::class(), "MemoryBIO"),
        (session::Session::class(), "SSLSession"),
    ] {
        class.ready()?;
        module::add(this, name, krait_object::Layout::object(class))?;
    }
    error::add_exceptions(this)?;
    error::add_names(this)?;
    crate::support::add_ints(this, CONSTANTS)?;
    module::add(this, "OP_ALL", &*long::from_u64(context::OP_ALL)?)?;
    for (name, value) in FLAGS {
        module::add(this, name, bool::borrowed(value))?;
    }
    module::add(this, "_DEFAULT_CIPHERS", &*unicode::from_str(context::DEFAULT_CIPHERS)?)?;
    add_versions(this)
}

/// OpenSSL's version in its forms.
fn add_versions(this: &Object) -> Result<()> {
    // SAFETY: no precondition; a static C string.
    let (number, shown) = unsafe { (OpenSSL_version_num(), text(OpenSSL_version(0)).unwrap_or_default()) };
    let part = |shift: u32, mask: u64| long::from_u64(number >> shift & mask);
    let parts = || -> Result<Obj> {
        tuple::pack([part(28, 0xff)?, part(20, 0xff)?, part(12, 0xff)?, part(4, 0xff)?, part(0, 0xf)?])
    };
    module::add(this, "OPENSSL_VERSION", &*unicode::from_str(&shown)?)?;
    module::add(this, "OPENSSL_VERSION_NUMBER", &*long::from_u64(number)?)?;
    module::add(this, "OPENSSL_VERSION_INFO", &*parts()?)?;
    module::add(this, "_OPENSSL_API_VERSION", &*parts()?)
}

fn rand_add(_module: &Object, args: &[&Object]) -> Result<()> {
    krait_object::args::check_positional("RAND_add", args.len(), 2, 2)?;
    let entropy = float::as_f64(args[1])?;
    let add = |content: &[u8]| {
        for piece in content.chunks(c_int::MAX as usize) {
            // SAFETY: so many bytes.
            unsafe { openssl::RAND_add(piece.as_ptr().cast(), piece.len() as c_int, entropy) };
        }
    };
    if unicode::check(args[0]) {
        add(unicode::as_utf8(args[0])?.as_bytes());
    } else {
        add(Buffer::simple(args[0])?.as_slice());
    }
    Ok(())
}

fn random(count: &Object) -> Result<Obj> {
    let count = crate::support::int(count)?;
    let Ok(size) = usize::try_from(count) else { return Err(err::value_error("num must be positive")) };
    crate::support::filled_bytes(size, |start| {
        // SAFETY: so much room.
        if unsafe { openssl::RAND_bytes(start, count) } == 1 { Ok(size) } else { Err(error::last()) }
    })
}

fn rand_bytes(_module: &Object, count: &Object) -> Result<Obj> {
    random(count)
}

fn rand_pseudo_bytes(_module: &Object, count: &Object) -> Result<Obj> {
    tuple::pack([random(count)?, bool::from_bool(true)])
}

fn rand_status(_module: &Object) -> Result<bool> {
    // SAFETY: no precondition.
    Ok(unsafe { openssl::RAND_status() } == 1)
}

fn default_verify_paths(_module: &Object) -> Result<Obj> {
    // SAFETY: static C strings.
    let paths = unsafe {
        [
            X509_get_default_cert_file_env(),
            X509_get_default_cert_file(),
            X509_get_default_cert_dir_env(),
            X509_get_default_cert_dir(),
        ]
    };
    let paths = paths.map(|path| unicode::decode_fs(text(path).unwrap_or_default().as_bytes()));
    tuple::from_vec(paths.into_iter().collect::<Result<Vec<_>>>()?)
}
