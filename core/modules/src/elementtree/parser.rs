//! `XMLParser`: expat, whose events go to a target; to a plain `TreeBuilder` without a Python call.

use super::PARSE_ERROR;
use super::builder::{Event, TreeBuilder};
use crate::expat::{self, Native};
use crate::support;
use core::cell::{Cell, RefCell};
use core::ffi::{c_char, c_int, c_ulong, c_void};
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::{call, object, sequence};
use krait_object::slot::guard;
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, dict, exceptions, list, long, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, doc, err, intern, method, payload_class, slot, static_type,
};
use std::collections::HashMap;

/// The methods of a target that is no plain `TreeBuilder`; those that it does not have are empty.
#[derive(Clone, Copy)]
enum Hook {
    StartNamespace,
    EndNamespace,
    Start,
    Data,
    End,
    Comment,
    Pi,
    Close,
    Doctype,
}

const HOOKS: [&str; 9] = ["start_ns", "end_ns", "start", "data", "end", "comment", "pi", "close", "doctype"];

/// Names as expat gives them, and as elements have them.
type Names = HashMap<Box<[u8]>, Obj, ahash::RandomState>;

#[repr(C)]
pub struct XmlParser {
    #[allow(dead_code, reason = "the object head")]
    head: Head,
    /// None until `__init__` has run.
    native: RefCell<Option<Native>>,
    target: ObjCell,
    /// A dict of entities by name.
    entity: ObjCell,
    /// Whether the target is exactly a `TreeBuilder`.
    plain: Cell<bool>,
    names: Box<RefCell<Names>>,
    hooks: Box<[ObjCell; 9]>,
}
const _: () = assert!(size_of::<XmlParser>() <= 120);

static_type! {
    /// `XMLParser`
    pub static XmlParser_Type = {
        tp_name: c"xml.etree.ElementTree.XMLParser".as_ptr(),
        tp_basicsize: 120,
        tp_dealloc: payload::dealloc::<XmlParser>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<XmlParser>(),
        tp_clear: payload::clear::<XmlParser>(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_init: slot::init(init),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(tp_new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(XmlParser, XmlParser_Type);

krait_object::methods! {
    static METHODS = [
        method::o(c"feed", feed, doc!("feed($self, data, /)", "")),
        method::noargs(c"close", close, doc!("close($self, /)", "")),
        method::o(c"_parse_whole", parse_whole, doc!("_parse_whole($self, file, /)", "")),
        method::fastcall(c"_setevents", set_events, doc!("_setevents($self, events_queue, events_to_report=None, /)", "")),
    ];
}

krait_object::members! {
    static MEMBERS = [
        method::member(c"entity", T_OBJECT, core::mem::offset_of!(XmlParser, entity), READONLY, c""),
        method::member(c"target", T_OBJECT, core::mem::offset_of!(XmlParser, target), READONLY, c""),
    ];
}

krait_object::getsets! {
    static GETSETS = [
        method::getter(c"version", |_this: &XmlParser| {
            // SAFETY: static data.
            let version = unsafe { expat::version_info() };
            unicode::from_display(format_args!("Expat {}.{}.{}", version.major, version.minor, version.micro))
        }, c""),
    ];
}

impl Payload for XmlParser {
    fn traverse(&self, visitor: &mut Visitor) {
        self.target.visit(visitor);
        self.entity.visit(visitor);
        self.hooks.iter().for_each(|hook| hook.visit(visitor));
    }

    fn clear(&self) {
        self.target.set_opt(None);
        self.entity.set_opt(None);
        self.plain.set(false);
        self.hooks.iter().for_each(|hook| hook.set_opt(None));
    }
}

fn tp_new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let new = payload::new(class, |head| XmlParser {
        head,
        native: RefCell::new(None),
        target: ObjCell::empty(),
        entity: ObjCell::empty(),
        plain: Cell::new(false),
        names: Box::default(),
        hooks: Box::new([const { ObjCell::empty() }; 9]),
    })?;
    Ok(new.upcast())
}

fn init(this: &XmlParser, args: &Object, kw: Option<&Object>) -> Result<()> {
    const SIGNATURE: Signature<2> =
        Signature::new("XMLParser", ["target", "encoding"]).required(0).keyword_only_from(0);
    if !tuple::items(args).is_empty() {
        return Err(err::type_error("XMLParser() takes no positional arguments"));
    }
    let [target, encoding] = SIGNATURE.bind_tuple(args, kw)?;
    let encoding = match support::not_none(encoding) {
        None => None,
        Some(given) if !unicode::check(given) => {
            return Err(support::bad_argument("XMLParser", "argument 'encoding'", "str or None", given));
        }
        Some(given) => Some(support::c_string(
            krait_object::args::text("XMLParser", "argument 'encoding'", given)?.as_bytes(),
        )),
    };
    let encoding = encoding.as_deref().and_then(|text| core::ffi::CStr::from_bytes_with_nul(text).ok());
    this.entity.set(dict::new()?);
    let native = Native::new(encoding, Some(c"}")).ok_or_else(err::no_memory)?;
    let target = match support::not_none(target) {
        Some(target) => target.owned(),
        None => TreeBuilder::create()?.upcast(),
    };
    for (hook, name) in this.hooks.iter().zip(HOOKS) {
        hook.set_opt(object::lookup_attr_str(&target, name)?);
    }
    this.plain.set(target.is_exactly(TreeBuilder::class()));
    this.target.set(target);
    this.install(native.0);
    let old = this.native.replace(Some(native));
    drop(old);
    Ok(())
}

impl XmlParser {
    /// Names our functions to expat.
    fn install(&self, native: XML_Parser) {
        let has = |hook: Hook| !self.hooks[hook as usize].is_empty();
        // SAFETY: the functions fit; expat calls them only while a method of this object runs.
        unsafe {
            expat::set_user_data(native, self.object().as_ptr().cast());
            expat::set_element_handler(native, Some(on_start), Some(on_end));
            expat::on_default_expand(native, Some(on_default));
            expat::on_character_data(native, Some(on_data));
            if has(Hook::StartNamespace) || has(Hook::EndNamespace) {
                expat::set_namespace_handler(native, Some(on_start_namespace), Some(on_end_namespace));
            }
            if has(Hook::Comment) {
                expat::on_comment(native, Some(on_comment));
            }
            if has(Hook::Pi) {
                expat::on_processing_instruction(native, Some(on_pi));
            }
            expat::on_start_doctype(native, Some(on_doctype));
        }
    }

    /// The expat parser; it lives as long as the object once `__init__` has made it.
    fn native(&self) -> Result<XML_Parser> {
        match &*self.native.borrow() {
            Some(native) if !self.target.is_empty() => Ok(native.0),
            _ => Err(err::value_error("XMLParser.__init__() wasn't called")),
        }
    }

    /// The target if it is a plain builder.
    #[inline]
    fn builder(&self) -> Option<Obj<TreeBuilder>> {
        if !self.plain.get() {
            return None;
        }
        // SAFETY: `plain` says so.
        self.target.get().map(|target| unsafe { target.cast_into::<TreeBuilder>() })
    }

    fn hook(&self, hook: Hook) -> Option<Obj> {
        self.hooks[hook as usize].get()
    }

    /// A name as elements have it: `{namespace}local`.
    fn name(&self, name: &[u8]) -> Result<Obj> {
        if let Some(known) = self.names.borrow().get(name) {
            return Ok(known.clone());
        }
        let made = if name.contains(&b'}') {
            let mut full = Vec::with_capacity(name.len() + 1);
            full.push(b'{');
            full.extend_from_slice(name);
            expat::to_str(&full)?
        } else {
            expat::to_str(name)?
        };
        self.names.borrow_mut().insert(name.into(), made.clone());
        Ok(made)
    }

    /// `feed` on bytes.
    fn parse(&self, data: &[u8], last: bool) -> Result<()> {
        let native = self.native()?;
        let Ok(size) = c_int::try_from(data.len()) else {
            return Err(err::overflow_error("size does not fit in an int"));
        };
        // SAFETY: the slice is readable; the object is alive for the length of the call.
        unsafe {
            let status = expat::parse(native, data.as_ptr().cast(), size, c_int::from(last));
            if err::occurred().is_some() {
                return Err(Raised::assume());
            }
            if status == expat::STATUS_ERROR {
                let code = expat::get_error_code(native);
                return Err(parse_error(native, code, expat::error_text(code).unwrap_or("unknown error")));
            }
        }
        Ok(())
    }
}

/// Raises `ParseError` at expat's position.
unsafe fn parse_error(native: XML_Parser, code: c_int, message: &str) -> Raised {
    // SAFETY: a live parser.
    let (line, column) = unsafe { (expat::get_line_number(native), expat::get_column_number(native)) };
    let Some(class) = PARSE_ERROR.get() else { return err::bad_internal_call() };
    let made =
        unicode::from_display(format_args!("{message}: line {line}, column {column}")).and_then(|text| {
            let error = call::call1(&class, &text)?;
            object::set_attr(&error, intern!("code"), Some(&*long::from_i64(i64::from(code))?))?;
            let position = tuple::pack([long::from_i64(line as i64)?, long::from_i64(column as i64)?])?;
            object::set_attr(&error, intern!("position"), Some(&position))?;
            Ok(error)
        });
    match made {
        Ok(error) => err::set_object(&class, &error),
        Err(raised) => raised,
    }
}

/// Runs the body of an expat callback unless something has been raised; what it raises stays on the thread state.
fn callback(user: *mut c_void, body: impl FnOnce(&XmlParser) -> Result<()>) {
    guard((), || {
        if err::occurred().is_some() {
            return;
        }
        // SAFETY: the user data is the object whose method is running.
        let this = unsafe { Object::from_ptr(user.cast()).cast_unchecked::<XmlParser>() };
        let _ = body(this);
    });
}

/// A text that may be missing: `None` then.
unsafe fn optional(text: *const c_char) -> Result<Obj> {
    // SAFETY: expat's text.
    unsafe { expat::text(text) }.map_or_else(|| Ok(none::none().owned()), expat::to_str)
}

unsafe extern "C" fn on_start(user: *mut c_void, tag: *const c_char, mut pairs: *mut *const c_char) {
    callback(user, |this| {
        // SAFETY: expat's texts: names and values up to NULL.
        unsafe {
            let tag = this.name(expat::text(tag).unwrap_or_default())?;
            let mut attrib = None;
            while let Some(name) = expat::text(*pairs) {
                // A value follows each name; only a name can be the NULL at the end.
                let value = expat::text(*pairs.add(1)).unwrap_or_default();
                let all = match &attrib {
                    Some(all) => all,
                    None => attrib.insert(dict::new()?),
                };
                let name = this.name(name)?;
                dict::set_item(all, &name, &*expat::to_str(value)?)?;
                pairs = pairs.add(2);
            }
            if let Some(builder) = this.builder() {
                return builder.start(&tag, attrib.as_deref()).map(drop);
            }
            let Some(hook) = this.hook(Hook::Start) else { return Ok(()) };
            let attrib = match attrib {
                Some(attrib) => attrib,
                None => dict::new()?,
            };
            call::call(&hook, &[&*tag, &*attrib]).map(drop)
        }
    });
}

unsafe extern "C" fn on_end(user: *mut c_void, tag: *const c_char) {
    callback(user, |this| {
        if let Some(builder) = this.builder() {
            return builder.end().map(drop);
        }
        let Some(hook) = this.hook(Hook::End) else { return Ok(()) };
        // SAFETY: expat's text.
        let tag = this.name(unsafe { expat::text(tag) }.unwrap_or_default())?;
        call::call1(&hook, &tag).map(drop)
    });
}

unsafe extern "C" fn on_data(user: *mut c_void, text: *const c_char, size: c_int) {
    callback(user, |this| {
        // SAFETY: expat's text of that length.
        let text = unsafe { core::slice::from_raw_parts(text.cast::<u8>(), size as usize) };
        this.text(&*expat::to_str(text)?)
    });
}

impl XmlParser {
    fn text(&self, text: &Object) -> Result<()> {
        if let Some(builder) = self.builder() {
            return builder.data(text);
        }
        self.hook(Hook::Data).map_or(Ok(()), |hook| call::call1(&hook, text).map(drop))
    }
}

/// Entities that expat does not know: those that the program has given, else an error.
unsafe extern "C" fn on_default(user: *mut c_void, text: *const c_char, size: c_int) {
    callback(user, |this| {
        // SAFETY: expat's text of that length.
        let text = unsafe { core::slice::from_raw_parts(text.cast::<u8>(), size as usize) };
        if text.len() < 2 || text[0] != b'&' {
            return Ok(());
        }
        let key = expat::to_str(&text[1..text.len() - 1])?;
        if let Some(entities) = this.entity.get()
            && let Some(value) = dict::get_item(&entities, &key)?
        {
            return this.text(&value);
        }
        let shown: String = String::from_utf8_lossy(text).chars().take(100).collect();
        // SAFETY: the object's parser.
        Err(unsafe { parse_error(this.native()?, 11, &format!("undefined entity {shown}")) })
    });
}

unsafe extern "C" fn on_start_namespace(user: *mut c_void, prefix: *const c_char, uri: *const c_char) {
    callback(user, |this| {
        // SAFETY: expat's texts.
        let part = |text| expat::to_str(unsafe { expat::text(text) }.unwrap_or_default());
        if let Some(builder) = this.builder() {
            if !builder.watches(Event::StartNamespace) {
                return Ok(());
            }
            let pair = tuple::pack([part(prefix)?, part(uri)?])?;
            return builder.report(Event::StartNamespace, &pair);
        }
        let Some(hook) = this.hook(Hook::StartNamespace) else { return Ok(()) };
        call::call(&hook, &[&*part(prefix)?, &*part(uri)?]).map(drop)
    });
}

unsafe extern "C" fn on_end_namespace(user: *mut c_void, prefix: *const c_char) {
    callback(user, |this| {
        if let Some(builder) = this.builder() {
            return builder.report(Event::EndNamespace, none::none());
        }
        let Some(hook) = this.hook(Hook::EndNamespace) else { return Ok(()) };
        // SAFETY: expat's text.
        let prefix = expat::to_str(unsafe { expat::text(prefix) }.unwrap_or_default())?;
        call::call1(&hook, &prefix).map(drop)
    });
}

unsafe extern "C" fn on_comment(user: *mut c_void, text: *const c_char) {
    callback(user, |this| {
        // SAFETY: expat's text.
        let text = unsafe { optional(text) }?;
        if let Some(builder) = this.builder() {
            return builder.comment(&text).map(drop);
        }
        this.hook(Hook::Comment).map_or(Ok(()), |hook| call::call1(&hook, &text).map(drop))
    });
}

unsafe extern "C" fn on_pi(user: *mut c_void, target: *const c_char, text: *const c_char) {
    callback(user, |this| {
        // SAFETY: expat's texts.
        let part = |text| unsafe { optional(text) };
        if let Some(builder) = this.builder() {
            if !builder.wants_pis() {
                return Ok(());
            }
            return builder.pi(&*part(target)?, &*part(text)?).map(drop);
        }
        let Some(hook) = this.hook(Hook::Pi) else { return Ok(()) };
        call::call(&hook, &[&*part(target)?, &*part(text)?]).map(drop)
    });
}

unsafe extern "C" fn on_doctype(
    user: *mut c_void,
    name: *const c_char,
    system: *const c_char,
    public: *const c_char,
    _internal: c_int,
) {
    callback(user, |this| {
        let hook = this.hook(Hook::Doctype);
        if hook.is_none() && object::lookup_attr_str(this.object(), "doctype")?.is_none() {
            return Ok(());
        }
        let Some(hook) = hook else {
            return err::warn(
                exceptions::RuntimeWarning(),
                "The doctype() method of XMLParser is ignored.  Define doctype() method on the TreeBuilder target.",
                1,
            );
        };
        // SAFETY: expat's texts.
        let (name, public, system) = unsafe {
            (this.name(expat::text(name).unwrap_or_default())?, optional(public)?, optional(system)?)
        };
        call::call(&hook, &[&*name, &*public, &*system]).map(drop)
    });
}

fn feed(this: &XmlParser, data: &Object) -> Result<()> {
    let native = this.native()?;
    if unicode::check(data) {
        let text = unicode::as_utf8(data)?;
        // SAFETY: the text is UTF-8, whatever it says of itself.
        unsafe { expat::set_encoding(native, c"utf-8".as_ptr()) };
        return this.parse(text.as_bytes(), false);
    }
    let buffer = Buffer::simple(data)?;
    this.parse(buffer.as_slice(), false)
}

fn close(this: &XmlParser) -> Result<Obj> {
    this.parse(b"", true)?;
    if let Some(builder) = this.builder() {
        return builder.close();
    }
    this.hook(Hook::Close).map_or_else(|| Ok(none::none().owned()), |hook| call::call0(&hook))
}

/// Parses all of a file; the tree if the target is a plain builder.
fn parse_whole(this: &XmlParser, file: &Object) -> Result<Obj> {
    this.native()?;
    let read = object::get_attr(file, intern!("read"))?;
    let size = long::from_i64(64 * 1024)?;
    loop {
        let chunk = call::call1(&read, &size)?;
        if unicode::check_exact(&chunk) {
            if unicode::len(&chunk) == 0 {
                break;
            }
            let encoded = unicode::as_utf8_string(&chunk, Some("surrogatepass"))?;
            this.parse(bytes::as_slice(&encoded), false)?;
        } else if bytes::check_exact(&chunk) && !bytes::as_slice(&chunk).is_empty() {
            this.parse(bytes::as_slice(&chunk), false)?;
        } else {
            break;
        }
    }
    this.parse(b"", true)?;
    this.builder().map_or_else(|| Ok(none::none().owned()), |builder| builder.close())
}

/// Sends events to a queue.
fn set_events(this: &XmlParser, args: &[&Object]) -> Result<()> {
    let [queue, wanted @ ..] = args else {
        return Err(err::type_error("_setevents expected at least 1 argument, got 0"));
    };
    if wanted.len() > 1 {
        return Err(err::type_error(format_args!(
            "_setevents expected at most 2 arguments, got {}",
            args.len()
        )));
    }
    let native = this.native()?;
    let Some(builder) = this.builder() else {
        return Err(err::type_error("event handling only supported for ElementTree.TreeBuilder targets"));
    };
    builder.watch_with(object::get_attr(queue, intern!("append"))?);
    let Some(wanted) = wanted.first().filter(|wanted| !wanted.is_none()) else {
        builder.watch(Event::End, Some(unicode::from_str("end")?));
        return Ok(());
    };
    let wanted = sequence::list(&*sequence::fast(wanted, "events must be a sequence")?)?;
    // SAFETY: a list of our own.
    let names = unsafe { wanted.cast_unchecked::<list::List>() };
    let mut index = 0;
    while let Some(name) = names.get(index) {
        watch(native, &builder, name)?;
        index += 1;
    }
    Ok(())
}

fn watch(native: XML_Parser, builder: &TreeBuilder, name: Obj) -> Result<()> {
    let text = if unicode::check(&name) {
        unicode::as_utf8(&name)?.to_owned()
    } else if bytes::check(&name) {
        String::from_utf8_lossy(bytes::as_slice(&name)).into_owned()
    } else {
        return Err(err::value_error("invalid events sequence"));
    };
    let event = match text.as_str() {
        "start" => Event::Start,
        "end" => Event::End,
        "start-ns" => Event::StartNamespace,
        "end-ns" => Event::EndNamespace,
        "comment" => Event::Comment,
        "pi" => Event::Pi,
        _ => return Err(err::value_error(format_args!("unknown event '{text}'"))),
    };
    builder.watch(event, Some(name));
    // SAFETY: the functions fit.
    unsafe {
        match event {
            Event::StartNamespace | Event::EndNamespace => {
                expat::set_namespace_handler(native, Some(on_start_namespace), Some(on_end_namespace));
            }
            Event::Comment => expat::on_comment(native, Some(on_comment)),
            Event::Pi => expat::on_processing_instruction(native, Some(on_pi)),
            Event::Start | Event::End => {}
        }
    }
    Ok(())
}
