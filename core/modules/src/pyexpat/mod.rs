//! `pyexpat`: the expat parser with Python functions as handlers.
//!
//! A parser object owns an expat parser, whose user data is the object (borrowed: expat calls back only while a method
//! of the object runs). Once a handler has raised, all handlers are taken away and expat is stopped; the method that
//! started it all raises what the handler raised.

mod attributes;
mod constants;
mod handlers;
mod parse;

use crate::expat::{self, Native};
use crate::support;
use core::cell::{Cell, RefCell};
use core::ffi::{CStr, c_int, c_ulong};
use handlers::{COUNT, Slot};
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::types::{dict, long, module, none, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, err, method, native_module, payload_class, static_type,
};

native_module! {
    /// `pyexpat`
    init: PyInit_pyexpat, name: c"pyexpat", doc: c"The Expat parser for Python.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::keywords(c"ParserCreate", parser_create, krait_object::doc!("ParserCreate($module, /, encoding=None, namespace_separator=None,\n             intern=<unrepresentable>)", "Makes an XML parser.")),
        method::o(c"ErrorString", error_string, krait_object::doc!("ErrorString($module, code, /)", "The words for an error number.")),
    ];
}

/// How many bytes `buffer_text` collects unless told otherwise.
const BUFFER_SIZE: c_int = 8192;

/// What a parser object has beside its C-like fields.
struct Extra {
    handlers: [ObjCell; COUNT],
    /// The parser that this one was made from; expat's parsers for external entities use its declarations.
    parent: ObjCell,
    /// Character data waiting for its handler.
    pending: RefCell<Vec<u8>>,
}

/// An `xmlparser`.
#[repr(C)]
pub struct Parser {
    #[allow(dead_code, reason = "the object head")]
    head: Head,
    native: Native,
    ordered_attributes: Cell<bool>,
    specified_attributes: Cell<bool>,
    in_callback: Cell<bool>,
    namespace_prefixes: Cell<bool>,
    /// Whether character data is collected.
    buffered: Cell<bool>,
    buffer_size: Cell<c_int>,
    /// A dict of names, or empty.
    intern: ObjCell,
    extra: Box<Extra>,
    reserved: [usize; 2],
}
const _: () = assert!(size_of::<Parser>() == 72);

static_type! {
    /// `pyexpat.xmlparser`
    pub static Parser_Type = {
        tp_name: c"pyexpat.xmlparser".as_ptr(),
        tp_basicsize: size_of::<Parser>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Parser>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"XML parser".as_ptr(),
        tp_traverse: payload::traverse::<Parser>(),
        tp_clear: payload::clear::<Parser>(),
        tp_methods: (&raw mut parse::METHODS).cast(),
        tp_members: (&raw mut attributes::MEMBERS).cast(),
        tp_getset: (&raw mut attributes::GETSETS).cast(),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Parser, Parser_Type);

impl Payload for Parser {
    fn traverse(&self, visitor: &mut Visitor) {
        for handler in &self.extra.handlers {
            handler.visit(visitor);
        }
        self.extra.parent.visit(visitor);
        self.intern.visit(visitor);
    }

    fn clear(&self) {
        self.forget_handlers();
        self.intern.set_opt(None);
    }
}

static ERROR: support::Kept = support::Kept("pyexpat.ExpatError");

fn exec(this: &Object) -> Result<()> {
    let class = Parser::class();
    class.ready()?;
    let error = ERROR.get_or_make(|| err::new_exception("xml.parsers.expat.ExpatError", None, None))?;
    module::add(this, "error", &error)?;
    module::add(this, "ExpatError", &error)?;
    module::add(this, "XMLParserType", class.object())?;
    constants::add(this)
}

impl Parser {
    fn new(native: Native, intern: Option<&Object>) -> Result<Obj<Parser>> {
        let parser = payload::new(Parser::class(), |head| Parser {
            head,
            native,
            ordered_attributes: Cell::new(false),
            specified_attributes: Cell::new(false),
            in_callback: Cell::new(false),
            namespace_prefixes: Cell::new(false),
            buffered: Cell::new(false),
            buffer_size: Cell::new(BUFFER_SIZE),
            intern: ObjCell::from_option(intern.map(Layout::owned)),
            extra: Box::new(Extra {
                handlers: [const { ObjCell::empty() }; COUNT],
                parent: ObjCell::empty(),
                pending: RefCell::new(Vec::new()),
            }),
            reserved: [0; 2],
        })?;
        // SAFETY: expat calls back only while a method of the object runs.
        unsafe { expat::set_user_data(parser.native.0, parser.object().as_ptr().cast()) };
        Ok(parser)
    }

    /// A name as a string, the same one each time; NULL is `None`.
    fn name(&self, text: Option<&[u8]>) -> Result<Obj> {
        let Some(text) = text else { return Ok(none::none().owned()) };
        let name = expat::to_str(text)?;
        match self.intern.get() {
            Some(names) => dict::set_default(&names, &name, &name),
            None => Ok(name),
        }
    }

    /// Takes all handlers away, in expat too.
    fn forget_handlers(&self) {
        for (index, handler) in self.extra.handlers.iter().enumerate() {
            // SAFETY: no handler is always right.
            unsafe { Slot::ALL[index].install(self.native.0, false) };
            handler.set_opt(None);
        }
    }

    /// Raises what expat complains about.
    fn error(&self) -> Raised {
        // SAFETY: the object's parser.
        let (code, line, column) = unsafe {
            let native = self.native.0;
            (
                expat::get_error_code(native),
                expat::get_line_number(native) as i32,
                expat::get_column_number(native) as i32,
            )
        };
        let text = expat::error_text(code).unwrap_or("(null)");
        let Some(class) = ERROR.get() else { return err::bad_internal_call() };
        let made = unicode::from_display(format_args!("{text}: line {line}, column {column}"))
            .and_then(|message| krait_object::protocol::call::call1(&class, &message))
            .and_then(|error| {
                for (name, value) in [("code", code), ("offset", column), ("lineno", line)] {
                    let value = long::from_i64(i64::from(value))?;
                    krait_object::protocol::object::set_attr_str(&error, name, Some(&value))?;
                }
                Ok(error)
            });
        match made {
            Ok(error) => err::set_object(&class, &error),
            Err(raised) => raised,
        }
    }

    /// What a parsing method returns: expat's status, unless a handler or expat failed.
    fn outcome(&self, status: c_int) -> Result<c_int> {
        if err::occurred().is_some() {
            return Err(Raised::assume());
        }
        if status == expat::STATUS_ERROR {
            return Err(self.error());
        }
        self.flush()?;
        Ok(status)
    }
}

/// An optional text argument as C has it: None for `None`, no NUL inside.
fn text_argument(function: &str, which: &str, given: Option<&Object>) -> Result<Option<Vec<u8>>> {
    let Some(given) = support::not_none(given) else { return Ok(None) };
    if !unicode::check(given) {
        return Err(support::bad_argument(function, which, "str or None", given));
    }
    let text = unicode::as_utf8(given)?;
    if text.contains('\0') {
        return Err(err::value_error("embedded null character"));
    }
    Ok(Some(support::c_string(text.as_bytes())))
}

/// The C view of such a text.
fn as_c(text: &Option<Vec<u8>>) -> Option<&CStr> {
    text.as_deref().and_then(|text| CStr::from_bytes_with_nul(text).ok())
}

fn parser_create(_module: &Object, args: Args<'_>) -> Result<Obj<Parser>> {
    const SIGNATURE: Signature<3> =
        Signature::new("ParserCreate", ["encoding", "namespace_separator", "intern"]).required(0);
    let [encoding, separator, intern] = SIGNATURE.bind(args)?;
    let encoding = text_argument("ParserCreate", "argument 'encoding'", encoding)?;
    let separator = text_argument("ParserCreate", "argument 'namespace_separator'", separator)?;
    if separator.as_ref().is_some_and(|text| text.len() > 2) {
        return Err(err::value_error("namespace_separator must be at most one character, omitted, or None"));
    }
    let names = match intern {
        None => Some(dict::new()?),
        Some(intern) if intern.is_none() => None,
        Some(intern) if dict::check(intern) => Some(intern.owned()),
        Some(_) => return Err(err::type_error("intern must be a dictionary")),
    };
    let native = Native::new(as_c(&encoding), as_c(&separator))
        .ok_or_else(|| err::runtime_error("XML_ParserCreate failed"))?;
    Parser::new(native, names.as_deref())
}

fn error_string(_module: &Object, code: &Object) -> Result<Option<Obj>> {
    support::no_float(code)?;
    let code = long::as_i64(code)?;
    expat::error_text(code as c_int).map(unicode::from_str).transpose()
}
