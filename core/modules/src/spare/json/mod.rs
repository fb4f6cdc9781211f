//! `_json`: JSON text to objects and back.

mod encoder;
mod scanner;
mod text;

use crate::support::{check_count, parse_int, ssize};
use core::ffi::CStr;
use krait_abi::PyCFunction;
use krait_object::types::{cfunction, module, tuple, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, method, slot};

krait_object::methods! {
    static METHODS = [
        method::o(c"encode_basestring_ascii", |_: &Object, text: &Object| encoded(text, true), c"encode_basestring_ascii(string) -> string\n\nThe JSON text of a str, in ASCII."),
        method::o(c"encode_basestring", |_: &Object, text: &Object| encoded(text, false), c"encode_basestring(string) -> string\n\nThe JSON text of a str."),
        method::varargs(c"scanstring", scanstring, c"scanstring(string, end, strict=True) -> (string, end)\n\nReads a JSON string whose first character behind the quote has the index end.\n\nThe result has the index behind the closing quote. Control characters are allowed only\nif strict is false."),
    ];
}

pub(super) fn fill(this: &Object) -> Result<()> {
    module::set_doc_string(this, "JSON text to objects and back.")?;
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(this, (&raw mut METHODS).cast())? };
    module::add(this, "make_scanner", scanner::SCANNER.make()?.object())?;
    module::add(this, "make_encoder", encoder::ENCODER.make()?.object())
}

fn check_str(given: &Object) -> Result<()> {
    if unicode::check(given) {
        return unicode::ready(given);
    }
    let name = given.class_of().name();
    Err(err::type_error(format_args!("first argument must be a string, not {name:.80}")))
}

fn encoded(given: &Object, ascii_only: bool) -> Result<Obj> {
    check_str(given)?;
    let mut out = text::Output::default();
    out.push_quoted(given, ascii_only);
    out.finish()
}

/// Which of the module's own encoders of strings a function is: for ASCII only, or not.
fn own_encoder(function: &Object) -> Option<bool> {
    let code = |function: &Object| -> PyCFunction {
        cfunction::check(function).then(|| cfunction::get_function(function).ok().flatten()).flatten()
    };
    let code = code(function)?;
    // SAFETY: the table is never written.
    let rows = unsafe { &*(&raw const METHODS) };
    let is = |row: usize| rows[row].ml_meth.is_some_and(|own| core::ptr::fn_addr_eq(own, code));
    if is(0) { Some(true) } else { is(1).then_some(false) }
}

fn scanstring(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("scanstring", args.len(), 2, 3)?;
    let start = ssize(args[1])?;
    let strict = args.get(2).map_or(Ok(1), |given| parse_int(given))? != 0;
    check_str(args[0])?;
    let chars = unicode::chars(args[0]);
    let Some(start) = usize::try_from(start).ok().filter(|start| *start <= chars.len()) else {
        return Err(err::value_error("end is out of bounds"));
    };
    let (found, end) = unicode::with_chars!(chars, |units| text::scan_string(args[0], units, start, strict))?;
    tuple::pack([found, slot::ToObject::to_object(end)?])
}

/// `json.JSONDecodeError` for a place in a text; `place` counts from 0 and is -1 before a text without its quote.
#[cold]
fn decode_error(message: &str, text: &Object, place: isize) -> Raised {
    let build = || -> Result<Obj> {
        let class = crate::attribute::of_module("json.decoder", "JSONDecodeError")?;
        let (message, place) =
            (unicode::from_str(message)?, krait_object::types::long::from_i64(place as i64)?);
        krait_object::protocol::call::call(&class, &[&message, text, &place])
    };
    match build() {
        Ok(error) => err::raise(&error),
        Err(raised) => raised,
    }
}

/// `tp_doc` of the classes names what they make.
const SCANNER_DOC: &CStr =
    c"Reads JSON: a call with a text and an index gives an object and the index behind it.";
const ENCODER_DOC: &CStr = c"Writes JSON: a call with an object and an indent level gives pieces of text.";
