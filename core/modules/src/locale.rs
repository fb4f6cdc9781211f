//! `_locale`: the C library's locales and message catalogues.

use crate::support::{check_count, not_none, parse_int, wrong_type};
use core::ffi::{CStr, c_char, c_int};
use core::ptr::null;
use krait_object::types::{bytes, dict, list, long, module, tuple, unicode};
use krait_object::{Obj, Object, Raised, Result, err, method, native_module};

native_module! {
    /// `_locale`
    init: PyInit__locale, name: c"_locale", doc: c"The locales of the C library.", methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::varargs(c"setlocale", setlocale, c"(integer,string=None) -> string. Sets a category of the locale, or tells it."),
        method::noargs(c"localeconv", localeconv, c"() -> dict. How the locale writes numbers and amounts of money."),
        method::varargs(c"strcoll", strcoll, c"string,string -> int. Compares two strings as the locale orders them."),
        method::varargs(c"strxfrm", strxfrm, c"strxfrm(string) -> string.\n\nA key by which strings sort as the locale orders them."),
        method::varargs(c"nl_langinfo", nl_langinfo, c"nl_langinfo(key) -> string\nA piece of information about the locale."),
        method::varargs(c"gettext", gettext, c"gettext(msg) -> string\nThe translation of msg."),
        method::varargs(c"dgettext", dgettext, c"dgettext(domain, msg) -> string\nThe translation of msg in a domain."),
        method::varargs(c"dcgettext", dcgettext, c"dcgettext(domain, msg, category) -> string\nThe translation of msg in a domain and a category."),
        method::varargs(c"textdomain", textdomain, c"textdomain(domain) -> string\nSets the domain of gettext, or tells it."),
        method::varargs(c"bindtextdomain", bindtextdomain, c"bindtextdomain(domain, dir) -> string\nSets the directory of a domain, or tells it."),
        method::varargs(c"bind_textdomain_codeset", bind_textdomain_codeset, c"bind_textdomain_codeset(domain, codeset) -> string\nSets the encoding of a domain, or tells it."),
    ];
}

unsafe extern "C" {
    #[link_name = "gettext"]
    fn c_gettext(message: *const c_char) -> *mut c_char;
    #[link_name = "dgettext"]
    fn c_dgettext(domain: *const c_char, message: *const c_char) -> *mut c_char;
    #[link_name = "dcgettext"]
    fn c_dcgettext(domain: *const c_char, message: *const c_char, category: c_int) -> *mut c_char;
    #[link_name = "textdomain"]
    fn c_textdomain(domain: *const c_char) -> *mut c_char;
    #[link_name = "bindtextdomain"]
    fn c_bindtextdomain(domain: *const c_char, directory: *const c_char) -> *mut c_char;
    #[link_name = "bind_textdomain_codeset"]
    fn c_bind_textdomain_codeset(domain: *const c_char, codeset: *const c_char) -> *mut c_char;
    fn wcscoll(a: *const i32, b: *const i32) -> c_int;
    fn wcsxfrm(to: *mut i32, from: *const i32, size: usize) -> usize;
}

/// Categories and the items of `nl_langinfo`, as the GNU C library numbers them.
#[rustfmt::skip]
static CONSTANTS: &[(&str, i64)] = &[
    ("ABDAY_1", 131072), ("ABDAY_2", 131073), ("ABDAY_3", 131074), ("ABDAY_4", 131075),
    ("ABDAY_5", 131076), ("ABDAY_6", 131077), ("ABDAY_7", 131078), ("ABMON_1", 131086),
    ("ABMON_10", 131095), ("ABMON_11", 131096), ("ABMON_12", 131097), ("ABMON_2", 131087),
    ("ABMON_3", 131088), ("ABMON_4", 131089), ("ABMON_5", 131090), ("ABMON_6", 131091),
    ("ABMON_7", 131092), ("ABMON_8", 131093), ("ABMON_9", 131094), ("ALT_DIGITS", 131119),
    ("AM_STR", 131110), ("CHAR_MAX", 127), ("CODESET", 14), ("CRNCYSTR", 262159), ("DAY_1", 131079),
    ("DAY_2", 131080), ("DAY_3", 131081), ("DAY_4", 131082), ("DAY_5", 131083), ("DAY_6", 131084),
    ("DAY_7", 131085), ("D_FMT", 131113), ("D_T_FMT", 131112), ("ERA", 131116), ("ERA_D_FMT", 131118),
    ("ERA_D_T_FMT", 131120), ("ERA_T_FMT", 131121), ("LC_ALL", 6), ("LC_COLLATE", 3), ("LC_CTYPE", 0),
    ("LC_MESSAGES", 5), ("LC_MONETARY", 4), ("LC_NUMERIC", 1), ("LC_TIME", 2), ("MON_1", 131098),
    ("MON_10", 131107), ("MON_11", 131108), ("MON_12", 131109), ("MON_2", 131099), ("MON_3", 131100),
    ("MON_4", 131101), ("MON_5", 131102), ("MON_6", 131103), ("MON_7", 131104), ("MON_8", 131105),
    ("MON_9", 131106), ("NOEXPR", 327681), ("PM_STR", 131111), ("RADIXCHAR", 65536), ("THOUSEP", 65537),
    ("T_FMT", 131114), ("T_FMT_AMPM", 131115), ("YESEXPR", 327680), ("_DATE_FMT", 131180),
    ("_DATE_FMT", 131180),
];

fn exec(this: &Object) -> Result<()> {
    crate::support::add_ints(this, CONSTANTS)?;
    let error = err::new_exception("locale.Error", None, None)?;
    module::add(this, "Error", &error)
}

#[cold]
fn locale_error(module: &Object, message: &str) -> Raised {
    match krait_object::protocol::object::get_attr_str(module, "Error") {
        Ok(class) => err::set(&class, message),
        Err(raised) => raised,
    }
}

// ---- arguments and results ----------------------------------------------------------------------------------------

/// A text argument (format `s`) as a C string.
fn text(function: &str, args: &[&Object], index: usize) -> Result<Vec<u8>> {
    if !unicode::check(args[index]) {
        return Err(wrong_type(function, index + 1, "str", args[index]));
    }
    c_text(args[index])
}

/// A text argument or None (format `z`).
fn optional_text(function: &str, args: &[&Object], index: usize) -> Result<Option<Vec<u8>>> {
    let Some(given) = not_none(args.get(index).copied()) else { return Ok(None) };
    if !unicode::check(given) {
        return Err(wrong_type(function, index + 1, "str or None", given));
    }
    c_text(given).map(Some)
}

fn c_text(given: &Object) -> Result<Vec<u8>> {
    let text = unicode::as_utf8(given)?;
    if text.contains('\0') {
        return Err(err::value_error("embedded null character"));
    }
    Ok(crate::support::c_string(text.as_bytes()))
}

fn pointer(text: &Option<Vec<u8>>) -> *const c_char {
    text.as_ref().map_or(null(), |text| text.as_ptr().cast())
}

/// A text of the C library, decoded by the current locale.
///
/// # Safety
/// A C string.
unsafe fn decode(text: *const c_char) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unicode::locale::decode_locale(unsafe { CStr::from_ptr(text) }.to_bytes(), None, true)
}

/// A wide C string.
fn wide(given: &Object) -> Result<Vec<i32>> {
    let mut out: Vec<i32> = unicode::chars(given).iter().map(|c| c as i32).collect();
    if out.contains(&0) {
        return Err(err::value_error("embedded null character"));
    }
    out.push(0);
    Ok(out)
}

// ---- locales ------------------------------------------------------------------------------------------------------

fn setlocale(module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("setlocale", args.len(), 1, 2)?;
    let category = parse_int(args[0])?;
    let name = optional_text("setlocale", args, 1)?;
    // SAFETY: a C string or NULL; the result is the library's own string, used before the next call.
    unsafe {
        let result = libc::setlocale(category, pointer(&name));
        if result.is_null() {
            let message = if name.is_some() { "unsupported locale setting" } else { "locale query failed" };
            return Err(locale_error(module, message));
        }
        decode(result)
    }
}

/// A string of `localeconv`, decoded by the category's own locale where that is not `LC_CTYPE`'s.
fn conventional(text: *const c_char, category: c_int) -> Result<Obj> {
    // SAFETY: strings of the C library, copied before the locale changes.
    unsafe {
        let bytes = CStr::from_ptr(text).to_bytes().to_vec();
        if bytes.is_ascii() {
            return unicode::locale::decode_locale(&bytes, None, true);
        }
        let name = |category: c_int| CStr::from_ptr(libc::setlocale(category, null())).to_owned();
        let (ctype, own) = (name(libc::LC_CTYPE), name(category));
        if ctype == own {
            return unicode::locale::decode_locale(&bytes, None, true);
        }
        libc::setlocale(libc::LC_CTYPE, own.as_ptr());
        let result = unicode::locale::decode_locale(&bytes, None, true);
        libc::setlocale(libc::LC_CTYPE, ctype.as_ptr());
        result
    }
}

/// Sizes of groups of digits as a list that ends with 0 or `CHAR_MAX`; empty when there are no groups.
fn grouping(sizes: *const c_char) -> Result<Obj> {
    let result = list::new()?;
    // SAFETY: a string of the C library.
    let sizes = unsafe { CStr::from_ptr(sizes) }.to_bytes();
    if !sizes.is_empty() {
        let end = sizes.iter().position(|&size| size == 127);
        for &size in &sizes[..end.unwrap_or(sizes.len())] {
            result.push(long::from_i64(i64::from(size as i8))?)?;
        }
        result.push(long::from_i64(if end.is_some() { 127 } else { 0 })?)?;
    }
    Ok(result.upcast())
}

fn localeconv(_module: &Object) -> Result<Obj> {
    let result = dict::new()?;
    // The library's struct may change with the next call: everything is copied first.
    // SAFETY: the library's own struct.
    let conv = unsafe { libc::localeconv().read() };
    let money = libc::LC_MONETARY;
    for (name, text) in [
        ("int_curr_symbol", conv.int_curr_symbol),
        ("currency_symbol", conv.currency_symbol),
        ("mon_decimal_point", conv.mon_decimal_point),
        ("mon_thousands_sep", conv.mon_thousands_sep),
    ] {
        dict::set_str(&result, name, &*conventional(text, money)?)?;
    }
    dict::set_str(&result, "mon_grouping", &*grouping(conv.mon_grouping)?)?;
    for (name, text) in [("positive_sign", conv.positive_sign), ("negative_sign", conv.negative_sign)] {
        dict::set_str(&result, name, &*conventional(text, money)?)?;
    }
    for (name, value) in [
        ("int_frac_digits", conv.int_frac_digits),
        ("frac_digits", conv.frac_digits),
        ("p_cs_precedes", conv.p_cs_precedes),
        ("p_sep_by_space", conv.p_sep_by_space),
        ("n_cs_precedes", conv.n_cs_precedes),
        ("n_sep_by_space", conv.n_sep_by_space),
        ("p_sign_posn", conv.p_sign_posn),
        ("n_sign_posn", conv.n_sign_posn),
    ] {
        dict::set_str(&result, name, &*long::from_i64(i64::from(value))?)?;
    }
    for (name, text) in [("decimal_point", conv.decimal_point), ("thousands_sep", conv.thousands_sep)] {
        dict::set_str(&result, name, &*conventional(text, libc::LC_NUMERIC)?)?;
    }
    dict::set_str(&result, "grouping", &*grouping(conv.grouping)?)?;
    Ok(result)
}

fn strcoll(_module: &Object, args: &Object) -> Result<c_int> {
    let args = tuple::items(args);
    check_count("strcoll", args.len(), 2, 2)?;
    for (i, arg) in args.iter().enumerate() {
        if !unicode::check(arg) {
            return Err(wrong_type("strcoll", i + 1, "str", arg));
        }
    }
    let (a, b) = (wide(args[0])?, wide(args[1])?);
    // SAFETY: wide C strings.
    Ok(unsafe { wcscoll(a.as_ptr(), b.as_ptr()) })
}

fn strxfrm(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("strxfrm", args.len(), 1, 1)?;
    if !unicode::check(args[0]) {
        return Err(wrong_type("strxfrm", 1, "str", args[0]));
    }
    let text = wide(args[0])?;
    let mut key = vec![0i32; text.len()];
    for _ in 0..2 {
        // SAFETY: errno is per thread; a wide C string and a buffer of the given size.
        let size = unsafe {
            *libc::__errno_location() = 0;
            wcsxfrm(key.as_mut_ptr(), text.as_ptr(), key.len())
        };
        let errno = err::last_errno();
        if errno != 0 && errno != libc::ERANGE {
            return Err(err::from_errno(errno, None, None));
        }
        if size < key.len() {
            let points: Vec<u32> = key[..size].iter().map(|&c| c as u32).collect();
            return unicode::from_code_points(&points);
        }
        key = vec![0i32; size + 1];
    }
    Err(err::system_error("strxfrm: the key grows"))
}

fn nl_langinfo(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("nl_langinfo", args.len(), 1, 1)?;
    let key = parse_int(args[0])?;
    let known = CONSTANTS.iter().any(|(name, value)| {
        *value == i64::from(key) && !name.starts_with("LC_") && *name != "CHAR_MAX" && *name != "_DATE_FMT"
    });
    if !known && key != 131_180 {
        return Err(err::value_error("unsupported langinfo constant"));
    }
    // SAFETY: the library's own string, used before the locale changes.
    unsafe { decode(libc::nl_langinfo(key)) }
}

// ---- message catalogues -------------------------------------------------------------------------------------------

fn gettext(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("", args.len(), 1, 1)?;
    let message = text("", args, 0)?;
    // SAFETY: a C string; the result is the argument or a string of the library.
    unsafe { decode(c_gettext(message.as_ptr().cast())) }
}

fn dgettext(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("", args.len(), 2, 2)?;
    let (domain, message) = (optional_text("", args, 0)?, text("", args, 1)?);
    // SAFETY: as in `gettext`.
    unsafe { decode(c_dgettext(pointer(&domain), message.as_ptr().cast())) }
}

fn dcgettext(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("", args.len(), 3, 3)?;
    let (domain, message, category) = (optional_text("", args, 0)?, text("", args, 1)?, parse_int(args[2])?);
    // SAFETY: as in `gettext`.
    unsafe { decode(c_dcgettext(pointer(&domain), message.as_ptr().cast(), category)) }
}

fn textdomain(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("", args.len(), 1, 1)?;
    let domain = optional_text("", args, 0)?;
    // SAFETY: a C string or NULL.
    let result = unsafe { c_textdomain(pointer(&domain)) };
    if result.is_null() {
        return Err(err::from_last_errno());
    }
    // SAFETY: a string of the library.
    unsafe { decode(result) }
}

fn bindtextdomain(module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("", args.len(), 2, 2)?;
    let domain = text("", args, 0)?;
    if domain.len() == 1 {
        return Err(locale_error(module, "domain must be a non-empty string"));
    }
    let directory = match not_none(Some(args[1])) {
        None => None,
        Some(given) => Some(crate::support::c_string(bytes::as_slice(&*crate::support::fs_bytes(given)?))),
    };
    // SAFETY: C strings, the second possibly NULL.
    let result = unsafe { c_bindtextdomain(domain.as_ptr().cast(), pointer(&directory)) };
    if result.is_null() {
        return Err(err::from_last_errno());
    }
    // SAFETY: a string of the library.
    unsafe { decode(result) }
}

fn bind_textdomain_codeset(_module: &Object, args: &Object) -> Result<Option<Obj>> {
    let args = tuple::items(args);
    check_count("", args.len(), 2, 2)?;
    let (domain, codeset) = (text("", args, 0)?, optional_text("", args, 1)?);
    // SAFETY: C strings, the second possibly NULL.
    let result = unsafe { c_bind_textdomain_codeset(domain.as_ptr().cast(), pointer(&codeset)) };
    if result.is_null() {
        return Ok(None);
    }
    // SAFETY: a string of the library.
    unsafe { decode(result) }.map(Some)
}
