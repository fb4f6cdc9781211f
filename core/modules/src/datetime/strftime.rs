//! `strftime` of dates and times: `%z`, `%Z` and `%f` are filled in here, the rest is `time.strftime`'s.

use super::tzinfo::{name_object, offset_text};
use krait_object::protocol::call;
use krait_object::types::{long, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, intern};

/// What a date or time has for the three directives.
pub struct Subject<'a> {
    pub tzinfo: Option<Obj>,
    /// What the zone is asked about.
    pub when: &'a Object,
    pub microsecond: i32,
}

/// The format with the three directives filled in. It ends at a NUL.
fn fill_in(format: &str, subject: &Subject<'_>) -> Result<String> {
    let tzinfo = subject.tzinfo.as_deref();
    let format = format.split('\0').next().unwrap_or_default();
    let mut filled = String::with_capacity(format.len());
    let (mut offset, mut name) = (None, None);
    let mut rest = format.chars();
    while let Some(c) = rest.next() {
        filled.push(c);
        if c != '%' {
            continue;
        }
        match rest.next() {
            None => break,
            Some('z') => {
                filled.pop();
                if offset.is_none() {
                    offset = Some(offset_text(tzinfo, subject.when, "")?);
                }
                filled.push_str(offset.as_deref().unwrap_or_default());
            }
            Some('Z') => {
                filled.pop();
                if name.is_none() {
                    name = Some(zone_name(tzinfo, subject.when)?);
                }
                filled.push_str(name.as_deref().unwrap_or_default());
            }
            Some('f') => {
                filled.pop();
                filled.push_str(&format!("{:06}", subject.microsecond));
            }
            Some(other) => filled.push(other),
        }
    }
    Ok(filled)
}

/// The name of the zone, with percent signs doubled.
fn zone_name(tzinfo: Option<&Object>, when: &Object) -> Result<String> {
    let Some(name) = name_object(tzinfo, when)? else { return Ok(String::new()) };
    let percent = (unicode::from_str("%")?, unicode::from_str("%%")?);
    let name = call::call_method(&name, intern!("replace"), &[&percent.0, &percent.1])?;
    Ok(unicode::as_utf8(&name)?.to_owned())
}

/// `time.strftime` of the filled-in format.
pub fn strftime(format: &Object, fields: &Object, subject: &Subject<'_>) -> Result<Obj> {
    let format = unicode::from_str(&fill_in(unicode::as_utf8(format)?, subject)?)?;
    let time = krait_vm::import::import_module("time")?;
    call::call_method(&time, intern!("strftime"), &[&format, fields])
}

/// The nine fields as a tuple.
pub fn nine(fields: [i32; 9]) -> Result<Obj> {
    let fields = fields.iter().map(|&n| long::from_i64(n.into())).collect::<Result<Vec<Obj>>>()?;
    tuple::from_vec(fields)
}

/// The nine fields as a `time.struct_time`.
pub fn struct_time(fields: [i32; 9]) -> Result<Obj> {
    let time = krait_vm::import::import_module("time")?;
    let fields = nine(fields)?;
    call::call_method(&time, intern!("struct_time"), &[&fields])
}

/// `__format__`: an empty format is `str()`, any other one goes to the object's `strftime`.
pub fn format<T: Layout>(this: &T, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    crate::support::check_count("__format__", args.len(), 1, 1)?;
    if !unicode::check(args[0]) {
        return Err(crate::support::wrong_type("__format__", 1, "str", args[0]));
    }
    unicode::ready(args[0])?;
    if unicode::len(args[0]) == 0 {
        return krait_object::protocol::object::str(this.object());
    }
    call::call_method(this.object(), intern!("strftime"), &[args[0]])
}

/// The format argument of `strftime`.
pub fn format_argument<'a>(args: &'a Object, kw: Option<&'a Object>) -> Result<&'a Object> {
    use krait_object::args::Signature;
    const SIGNATURE: Signature<1> = Signature::new("strftime", ["format"]).parsed();
    let [format] = SIGNATURE.bind_tuple(args, kw)?;
    let format = format.ok_or_else(krait_object::err::bad_internal_call)?;
    if !unicode::check(format) {
        return Err(crate::support::wrong_type("strftime", 1, "str", format));
    }
    Ok(format)
}
