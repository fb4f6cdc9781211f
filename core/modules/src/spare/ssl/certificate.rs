//! Certificates as Python sees them: the fields as a dict, or the bytes.

use super::error;
use crate::spare::openssl::*;
use core::ffi::{c_char, c_int, c_uchar, c_void};
use krait_object::types::{bytes, dict, long, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err};

const SUBJECT_ALT_NAME: c_int = 85;
const CRL_DISTRIBUTION_POINTS: c_int = 103;
const AUTHORITY_INFO: c_int = 177;
const OCSP: c_int = 178;
const CA_ISSUERS: c_int = 179;

/// The kinds of general names.
const NAME_EMAIL: c_int = 1;
const NAME_DNS: c_int = 2;
const NAME_DIRECTORY: c_int = 4;
const NAME_URI: c_int = 6;
const NAME_ADDRESS: c_int = 7;
const NAME_ID: c_int = 8;

/// The bytes of a string of OpenSSL's.
unsafe fn string_bytes<'a>(string: *const ASN1_STRING) -> &'a [u8] {
    // SAFETY: a live string.
    unsafe {
        let start = ASN1_STRING_get0_data(string);
        if start.is_null() {
            return &[];
        }
        core::slice::from_raw_parts(start, ASN1_STRING_length(string) as usize)
    }
}

/// What a printing function of OpenSSL's writes.
fn printed(print: impl FnOnce(*mut BIO)) -> Result<String> {
    // SAFETY: a new BIO, which is freed here.
    unsafe {
        let bio = BIO_new(BIO_s_mem());
        if bio.is_null() {
            return Err(error::other("failed to allocate BIO"));
        }
        print(bio);
        let mut content = Vec::new();
        let mut piece = [0u8; 512];
        loop {
            let got = BIO_read(bio, piece.as_mut_ptr().cast(), piece.len() as c_int);
            let Ok(got @ 1..) = usize::try_from(got) else { break };
            content.extend_from_slice(&piece[..got]);
        }
        BIO_free(bio);
        Ok(String::from_utf8_lossy(&content).into_owned())
    }
}

/// The name of an object: words, or numbers for those without.
pub unsafe fn object_text(object: *const ASN1_OBJECT, no_name: bool) -> String {
    let mut room = [0 as c_char; 256];
    // SAFETY: a live object and memory of that size.
    unsafe {
        OBJ_obj2txt(room.as_mut_ptr(), room.len() as c_int, object, c_int::from(no_name));
        text(room.as_ptr()).unwrap_or_default()
    }
}

/// A distinguished name: a tuple of sets, each a tuple of (key, value).
unsafe fn name_tuple(name: *const X509_NAME) -> Result<Obj> {
    let mut sets: Vec<(c_int, Vec<Obj>)> = Vec::new();
    // SAFETY: a live name.
    unsafe {
        for i in 0..X509_NAME_entry_count(name) {
            let entry = X509_NAME_get_entry(name, i);
            let key = object_text(X509_NAME_ENTRY_get_object(entry), false);
            let mut start: *mut c_uchar = core::ptr::null_mut();
            let length = ASN1_STRING_to_UTF8(&mut start, X509_NAME_ENTRY_get_data(entry));
            let Ok(length) = usize::try_from(length) else { return Err(error::last()) };
            let value = unicode::decode_utf8(core::slice::from_raw_parts(start, length), Some("strict"));
            CRYPTO_free(start.cast(), core::ptr::null(), 0);
            let pair = tuple::pack([unicode::from_str(&key)?, value?])?;
            let set = X509_NAME_ENTRY_set(entry);
            match sets.last_mut() {
                Some((last, pairs)) if *last == set => pairs.push(pair),
                _ => sets.push((set, vec![pair])),
            }
        }
    }
    tuple::from_vec(sets.into_iter().map(|(_, pairs)| tuple::from_vec(pairs)).collect::<Result<_>>()?)
}

/// The items of a stack.
unsafe fn items(stack: *const STACK) -> impl Iterator<Item = *mut c_void> {
    // SAFETY: a live stack.
    let count = unsafe { OPENSSL_sk_num(stack) };
    // SAFETY: as above.
    (0..count).map(move |i| unsafe { OPENSSL_sk_value(stack, i) })
}

/// A name that a certificate is for, as (kind, value).
unsafe fn general_name(name: *mut GENERAL_NAME) -> Result<Obj> {
    let mut kind = 0;
    // SAFETY: a live name; its value is of the kind.
    unsafe {
        let value = GENERAL_NAME_get0_value(name, &mut kind);
        let pair = |kind: &str, value: Obj| tuple::pack([unicode::from_str(kind)?, value]);
        let simple = |kind: &str| pair(kind, unicode::decode_utf8(string_bytes(value.cast()), None)?);
        match kind {
            NAME_EMAIL => simple("email"),
            NAME_DNS => simple("DNS"),
            NAME_URI => simple("URI"),
            NAME_DIRECTORY => pair("DirName", name_tuple(value.cast())?),
            NAME_ID => pair("Registered ID", unicode::from_str(&object_text(value.cast(), false))?),
            NAME_ADDRESS => pair("IP Address", unicode::from_str(&address(string_bytes(value.cast())))?),
            _ => {
                let shown = printed(|bio| {
                    GENERAL_NAME_print(bio, name);
                })?;
                let (kind, value) = shown.split_once(':').unwrap_or((&shown, ""));
                pair(kind, unicode::from_str(value)?)
            }
        }
    }
}

fn address(octets: &[u8]) -> String {
    match octets.len() {
        4 => octets.iter().map(u8::to_string).collect::<Vec<_>>().join("."),
        16 => {
            let groups = octets.chunks(2).map(|pair| format!("{:X}", u16::from_be_bytes([pair[0], pair[1]])));
            groups.collect::<Vec<_>>().join(":")
        }
        _ => "<invalid>".to_owned(),
    }
}

unsafe fn alternative_names(certificate: *const X509) -> Result<Option<Obj>> {
    // SAFETY: a live certificate; the names are freed here.
    unsafe {
        let names =
            X509_get_ext_d2i(certificate, SUBJECT_ALT_NAME, core::ptr::null_mut(), core::ptr::null_mut());
        if names.is_null() {
            return Ok(None);
        }
        let found = items(names.cast()).map(|name| general_name(name.cast())).collect::<Result<Vec<_>>>();
        GENERAL_NAMES_free(names.cast());
        tuple::from_vec(found?).map(Some)
    }
}

/// The addresses among general names, as a tuple if there are any.
fn address_tuple(found: Vec<Obj>) -> Result<Option<Obj>> {
    if found.is_empty() { Ok(None) } else { tuple::from_vec(found).map(Some) }
}

/// OpenSSL's `ACCESS_DESCRIPTION`.
#[repr(C)]
struct Access {
    method: *mut ASN1_OBJECT,
    location: *mut GENERAL_NAME,
}

/// Where more about a certificate is to be had by a method.
unsafe fn authority_addresses(certificate: *const X509, method: c_int) -> Result<Option<Obj>> {
    // SAFETY: a live certificate; the descriptions are freed here.
    unsafe {
        let all = X509_get_ext_d2i(certificate, AUTHORITY_INFO, core::ptr::null_mut(), core::ptr::null_mut());
        if all.is_null() {
            return Ok(None);
        }
        let mut found = Ok(Vec::new());
        for access in items(all.cast()) {
            let access = &*access.cast::<Access>();
            let mut kind = 0;
            let value = GENERAL_NAME_get0_value(access.location, &mut kind);
            if OBJ_obj2nid(access.method) == method && kind == NAME_URI {
                found = found.and_then(|mut found: Vec<Obj>| {
                    found.push(unicode::decode_utf8(string_bytes(value.cast()), None)?);
                    Ok(found)
                });
            }
        }
        AUTHORITY_INFO_ACCESS_free(all.cast());
        address_tuple(found?)
    }
}

/// OpenSSL's `DIST_POINT_NAME`, with full names if `kind` is 0.
#[repr(C)]
struct PointName {
    kind: c_int,
    names: *mut STACK,
}

unsafe fn revocation_addresses(certificate: *const X509) -> Result<Option<Obj>> {
    // SAFETY: a live certificate; the points, which begin with a pointer to their name, are freed here.
    unsafe {
        let all = X509_get_ext_d2i(
            certificate,
            CRL_DISTRIBUTION_POINTS,
            core::ptr::null_mut(),
            core::ptr::null_mut(),
        );
        if all.is_null() {
            return Ok(None);
        }
        let mut found = Ok(Vec::new());
        for point in items(all.cast()) {
            let Some(name) = (*point.cast::<*const PointName>()).as_ref().filter(|name| name.kind == 0)
            else {
                continue;
            };
            for general in items(name.names) {
                let mut kind = 0;
                let value = GENERAL_NAME_get0_value(general.cast(), &mut kind);
                if kind == NAME_URI {
                    found = found.and_then(|mut found: Vec<Obj>| {
                        found.push(unicode::decode_utf8(string_bytes(value.cast()), None)?);
                        Ok(found)
                    });
                }
            }
        }
        CRL_DIST_POINTS_free(all.cast());
        address_tuple(found?)
    }
}

/// The fields of a certificate.
///
/// # Safety
/// A live certificate.
pub unsafe fn decode(certificate: *mut X509) -> Result<Obj> {
    let fields = dict::new()?;
    // SAFETY: the caller's promise.
    unsafe {
        dict::set_str(&fields, "subject", &*name_tuple(X509_get_subject_name(certificate))?)?;
        dict::set_str(&fields, "issuer", &*name_tuple(X509_get_issuer_name(certificate))?)?;
        dict::set_str(&fields, "version", &*long::from_i64(X509_get_version(certificate) + 1)?)?;
        let number = printed(|bio| {
            i2a_ASN1_INTEGER(bio, X509_get_serialNumber(certificate));
        })?;
        dict::set_str(&fields, "serialNumber", &*unicode::from_str(&number)?)?;
        for (name, time) in
            [("notBefore", X509_get0_notBefore(certificate)), ("notAfter", X509_get0_notAfter(certificate))]
        {
            let shown = printed(|bio| {
                ASN1_TIME_print(bio, time);
            })?;
            dict::set_str(&fields, name, &*unicode::from_str(&shown)?)?;
        }
        for (name, value) in [
            ("subjectAltName", alternative_names(certificate)?),
            ("OCSP", authority_addresses(certificate, OCSP)?),
            ("caIssuers", authority_addresses(certificate, CA_ISSUERS)?),
            ("crlDistributionPoints", revocation_addresses(certificate)?),
        ] {
            if let Some(value) = value {
                dict::set_str(&fields, name, &value)?;
            }
        }
    }
    Ok(fields)
}

/// The bytes of a certificate.
///
/// # Safety
/// A live certificate.
pub unsafe fn encode(certificate: *mut X509) -> Result<Obj> {
    let mut start: *mut c_uchar = core::ptr::null_mut();
    // SAFETY: the caller's promise; the memory is freed here.
    unsafe {
        let length = i2d_X509(certificate, &mut start);
        let Ok(length) = usize::try_from(length) else { return Err(error::last()) };
        let content = bytes::from_slice(core::slice::from_raw_parts(start, length));
        CRYPTO_free(start.cast(), core::ptr::null(), 0);
        content
    }
}

/// `_test_decode_cert`: the certificate in a file.
pub fn decode_file(_module: &Object, path: &Object) -> Result<Obj> {
    let path = crate::support::fs_bytes(path)?;
    let path = crate::support::c_string(bytes::as_slice(&path));
    // SAFETY: C strings; what is made here is freed here.
    unsafe {
        let bio = BIO_new_file(path.as_ptr().cast(), c"r".as_ptr());
        if bio.is_null() {
            return Err(error::other("Can't open file"));
        }
        let certificate = PEM_read_bio_X509(bio, core::ptr::null_mut(), None, core::ptr::null_mut());
        BIO_free(bio);
        if certificate.is_null() {
            return Err(error::other("Error decoding PEM-encoded file"));
        }
        let fields = decode(certificate);
        X509_free(certificate);
        fields
    }
}

/// An object of OpenSSL's as (nid, short name, long name, numbers).
unsafe fn object_tuple(object: *mut ASN1_OBJECT) -> Result<Obj> {
    let or_none =
        |name: Option<String>| name.map_or_else(|| Ok(none::none().owned()), |name| unicode::from_str(&name));
    // SAFETY: a live object.
    unsafe {
        let nid = OBJ_obj2nid(object);
        if nid == 0 {
            return Err(err::value_error("Unknown object"));
        }
        tuple::pack([
            long::from_i64(nid.into())?,
            or_none(text(OBJ_nid2sn(nid)))?,
            or_none(text(OBJ_nid2ln(nid)))?,
            unicode::from_str(&object_text(object, true))?,
        ])
    }
}

/// `txt2obj`
pub fn txt2obj(_module: &Object, args: krait_object::args::Args<'_>) -> Result<Obj> {
    let [given, name] =
        const { krait_object::args::Signature::new("txt2obj", ["txt", "name"]).required(1) }.bind(args)?;
    let given = krait_object::args::text("txt2obj", "argument 'txt'", given.unwrap_or(none::none()))?;
    let by_name = crate::support::flag_or(name, false)?;
    let c_text = crate::support::c_string(given.as_bytes());
    // SAFETY: a C string; the object is freed here.
    unsafe {
        let object = OBJ_txt2obj(c_text.as_ptr().cast(), c_int::from(!by_name));
        if object.is_null() {
            return Err(err::value_error(format_args!("unknown object '{given:.100}'")));
        }
        let found = object_tuple(object);
        ASN1_OBJECT_free(object);
        found
    }
}

/// `nid2obj`
pub fn nid2obj(_module: &Object, nid: &Object) -> Result<Obj> {
    let nid = crate::support::int(nid)?;
    if nid < 0 {
        return Err(err::value_error("NID must be positive"));
    }
    // SAFETY: any number; the object is static.
    unsafe {
        let object = OBJ_nid2obj(nid);
        if object.is_null() {
            return Err(err::value_error(format_args!("unknown NID {nid}")));
        }
        object_tuple(object)
    }
}
