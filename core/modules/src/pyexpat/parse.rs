//! The methods of parser objects.

use super::{Parser, as_c};
use crate::expat::{self, Native};
use crate::support;
use core::ffi::c_int;
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::{call, object};
use krait_object::types::{bytearray, bytes, none, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, intern, method};

krait_object::methods! {
    pub static METHODS = [
        method::fastcall(c"Parse", parse, krait_object::doc!("Parse($self, data, isfinal=False, /)", "Parses a piece of the document; `isfinal' tells that it is the last.")),
        method::o(c"ParseFile", parse_file, krait_object::doc!("ParseFile($self, file, /)", "Parses what the file's read() gives.")),
        method::o(c"SetBase", set_base, krait_object::doc!("SetBase($self, base, /)", "Sets the address that relative addresses refer to.")),
        method::noargs(c"GetBase", get_base, krait_object::doc!("GetBase($self, /)", "The address that SetBase() has set.")),
        method::noargs(c"GetInputContext", get_input_context, krait_object::doc!("GetInputContext($self, /)", "The input that made the running handler's event, as it was before decoding.\n\nNone outside of handlers.")),
        method::fastcall(c"ExternalEntityParserCreate", external_entity_parser_create, krait_object::doc!("ExternalEntityParserCreate($self, context, encoding=<unrepresentable>,\n                           /)", "Makes a parser for an external entity, from what ExternalEntityRefHandler got.")),
        method::o(c"SetParamEntityParsing", set_param_entity_parsing, krait_object::doc!("SetParamEntityParsing($self, flag, /)", "Whether parameter entities are parsed, the external subset among them.\n\nThe flag is one of the XML_PARAM_ENTITY_PARSING constants; the result is true if it\nwas accepted.")),
        method::fastcall(c"UseForeignDTD", use_foreign_dtd, krait_object::doc!("UseForeignDTD($self, flag=True, /)", "Lets the application supply an external subset where the document has none.\n\nTo be called before anything is parsed.")),
    ];
}

/// The largest piece that expat gets at once: its sizes are C ints.
const CHUNK: usize = 1 << 20;
/// How much is read from a file at once.
const READ_SIZE: c_int = 2048;

impl Parser {
    fn feed(&self, data: &[u8], last: bool) -> c_int {
        let mut rest = data;
        loop {
            let (piece, left) = rest.split_at(rest.len().min(CHUNK));
            let ends = last && left.is_empty();
            // SAFETY: the piece is readable; handlers run inside.
            let status = unsafe {
                expat::parse(self.native.0, piece.as_ptr().cast(), piece.len() as c_int, c_int::from(ends))
            };
            if left.is_empty() || status == expat::STATUS_ERROR {
                return status;
            }
            rest = left;
        }
    }
}

fn parse(this: &Parser, args: &[&Object]) -> Result<c_int> {
    if args.is_empty() || args.len() > 2 {
        let (bound, n, plural) = if args.is_empty() { ("least", 1, "") } else { ("most", 2, "s") };
        return Err(err::type_error(format_args!(
            "Parse expected at {bound} {n} argument{plural}, got {}",
            args.len()
        )));
    }
    let last = args.get(1).map_or(Ok(0), |flag| support::int(flag))? != 0;
    let status = if unicode::check(args[0]) {
        let text = unicode::as_utf8(args[0])?;
        // SAFETY: the text is UTF-8, whatever it says of itself.
        unsafe { expat::set_encoding(this.native.0, c"utf-8".as_ptr()) };
        this.feed(text.as_bytes(), last)
    } else {
        let buffer = Buffer::simple(args[0])?;
        this.feed(buffer.as_slice(), last)
    };
    this.outcome(status)
}

/// What `read` gives, no more than expat's buffer holds.
fn read(read: &Object, size: c_int) -> Result<Obj> {
    let data = call::call1(read, &*krait_object::types::long::from_i64(i64::from(size))?)?;
    let length = if bytes::check(&data) {
        bytes::as_slice(&data).len()
    } else if bytearray::check(&data) {
        Buffer::simple(&data)?.as_slice().len()
    } else {
        return Err(err::type_error(format_args!(
            "read() did not return a bytes object (type={:.400})",
            data.class_of().name()
        )));
    };
    if length > size as usize {
        return Err(err::value_error(format_args!(
            "read() returned too much data: {size} bytes requested, {length} returned"
        )));
    }
    Ok(data)
}

fn parse_file(this: &Parser, file: &Object) -> Result<c_int> {
    let Some(method) = object::lookup_attr(file, intern!("read"))? else {
        return Err(err::type_error("argument must have 'read' attribute"));
    };
    loop {
        let data = read(&method, READ_SIZE)?;
        let content = Buffer::simple(&data)?;
        let content = content.as_slice();
        // SAFETY: expat's buffer has the size that it was asked for, which `read` has checked.
        let status = unsafe {
            let buffer = expat::get_buffer(this.native.0, READ_SIZE);
            if buffer.is_null() {
                return this.outcome(expat::STATUS_ERROR);
            }
            core::ptr::copy_nonoverlapping(content.as_ptr(), buffer.cast(), content.len());
            expat::parse_buffer(this.native.0, content.len() as c_int, c_int::from(content.is_empty()))
        };
        if err::occurred().is_some() {
            return Err(Raised::assume());
        }
        if status == expat::STATUS_ERROR || content.is_empty() {
            return this.outcome(status);
        }
    }
}

fn set_base(this: &Parser, base: &Object) -> Result<()> {
    let base = support::c_string(krait_object::args::text("SetBase", "argument", base)?.as_bytes());
    // SAFETY: expat copies the text.
    match unsafe { expat::set_base(this.native.0, base.as_ptr().cast()) } {
        expat::STATUS_ERROR => Err(err::no_memory()),
        _ => Ok(()),
    }
}

fn get_base(this: &Parser) -> Result<Option<Obj>> {
    // SAFETY: expat's text.
    unsafe { expat::text(expat::get_base(this.native.0)) }.map(expat::to_str).transpose()
}

fn get_input_context(this: &Parser) -> Result<Option<Obj>> {
    if !this.in_callback.get() {
        return Ok(None);
    }
    let (mut offset, mut size) = (0, 0);
    // SAFETY: expat's buffer, which stays while the handler runs.
    unsafe {
        let buffer = expat::get_input_context(this.native.0, &mut offset, &mut size);
        if buffer.is_null() {
            return Ok(None);
        }
        let rest =
            core::slice::from_raw_parts(buffer.add(offset as usize).cast::<u8>(), (size - offset) as usize);
        bytes::from_slice(rest).map(|bytes| Some(bytes.upcast()))
    }
}

fn external_entity_parser_create(this: &Parser, args: &[&Object]) -> Result<Obj<Parser>> {
    const NAME: &str = "ExternalEntityParserCreate";
    if args.is_empty() || args.len() > 2 {
        let (bound, n, plural) = if args.is_empty() { ("least", 1, "") } else { ("most", 2, "s") };
        return Err(err::type_error(format_args!(
            "{NAME} expected at {bound} {n} argument{plural}, got {}",
            args.len()
        )));
    }
    let context = super::text_argument(NAME, "argument 1", Some(args[0]))?;
    let encoding = match args.get(1) {
        Some(given) => {
            Some(support::c_string(krait_object::args::text(NAME, "argument 2", given)?.as_bytes()))
        }
        None => None,
    };
    let pointer = |text: Option<&core::ffi::CStr>| text.map_or(core::ptr::null(), |text| text.as_ptr());
    // SAFETY: expat copies the texts; the child gets its parent's user data until `new` sets its own.
    let native = unsafe {
        expat::external_entity_parser_create(this.native.0, pointer(as_c(&context)), pointer(as_c(&encoding)))
    };
    if native.is_null() {
        return Err(err::no_memory());
    }
    let child = Parser::new(Native(native), this.intern.get().as_deref())?;
    child.extra.parent.set(this.owned());
    child.buffered.set(this.buffered.get());
    child.buffer_size.set(this.buffer_size.get());
    child.ordered_attributes.set(this.ordered_attributes.get());
    child.specified_attributes.set(this.specified_attributes.get());
    child.namespace_prefixes.set(this.namespace_prefixes.get());
    for (slot, (to, from)) in
        super::Slot::ALL.iter().zip(child.extra.handlers.iter().zip(&this.extra.handlers))
    {
        if let Some(handler) = from.get() {
            to.set(handler);
            // SAFETY: the child's user data is the child.
            unsafe { slot.install(child.native.0, true) };
        }
    }
    Ok(child)
}

fn set_param_entity_parsing(this: &Parser, flag: &Object) -> Result<c_int> {
    let flag = support::int(flag)?;
    // SAFETY: the object's parser.
    Ok(unsafe { expat::set_param_entity_parsing(this.native.0, flag) })
}

fn use_foreign_dtd(this: &Parser, args: &[&Object]) -> Result<Obj> {
    if args.len() > 1 {
        return Err(err::type_error(format_args!(
            "UseForeignDTD expected at most 1 argument, got {}",
            args.len()
        )));
    }
    let flag = support::flag_or(args.first().copied(), true)?;
    // SAFETY: the object's parser.
    match unsafe { expat::use_foreign_dtd(this.native.0, u8::from(flag)) } {
        0 => Ok(none::none().owned()),
        _ => Err(this.error()),
    }
}
