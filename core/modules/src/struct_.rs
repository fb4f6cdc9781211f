//! `_struct`: values packed in bytes. Formats and single values are [`crate::algorithms::struct_format`]'s.

use crate::algorithms::struct_format::{self, Field, Layout as Format, Value};
use crate::attribute;
use core::cell::{Cell, RefCell};
use core::ffi::c_ulong;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::ObjCell;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::{number, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{
    bool as py_bool, bytearray, bytes, exceptions, float, long, module, tuple, unicode,
};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, err, getsets, heap_type, method, methods, native_module,
    payload_class, slot,
};
use std::rc::Rc;

native_module! {
    /// `_struct`
    init: PyInit__struct, name: c"_struct",
    doc: c"Conversion between Python values and C structs in bytes.\n\nA format may begin with a character for byte order, size and alignment:\n  @: native order, sizes and alignment (the default)\n  =: native order, standard sizes, no alignment\n  <: little-endian, standard sizes, no alignment\n  >: big-endian, standard sizes, no alignment\n  !: the same as >\n\nThe others may follow a decimal count:\n  x: pad byte; c: char; b, B: signed and unsigned byte; ?: bool; h, H: short;\n  i, I: int; l, L: long; q, Q: long long; n, N: ssize_t and size_t (native only);\n  e, f, d: floats of two, four and eight bytes; P: pointer (native only);\n  s: bytes, p: bytes with their number in front (the count is a length).\n\nWhite space between formats is ignored.",
    methods: METHODS, exec: exec,
}

fn exec(this: &Object) -> Result<()> {
    UNPACK_ITERATOR.make()?;
    module::add(this, "Struct", STRUCT.make()?.object())?;
    module::add(this, "error", &*err::new_exception("struct.error", None, None)?)
}

#[cold]
fn error(message: impl core::fmt::Display) -> Raised {
    attribute::raise("_struct", "error", message)
}

// ---- formats ----

/// A parsed format and what its source says beyond the layout.
struct Plan {
    format: Format,
    /// Native sizes, whose floats do not overflow.
    native: bool,
}

/// The bytes of a format argument.
fn format_bytes(format: &Object) -> Result<Obj> {
    if unicode::check(format) {
        return unicode::as_ascii_string(format, None);
    }
    if bytes::check(format) {
        return Ok(format.owned());
    }
    Err(err::type_error(format_args!(
        "Struct() argument 1 must be a str or bytes object, not {:.200}",
        format.class_of().name()
    )))
}

fn parse(source: &[u8]) -> Result<Rc<Plan>> {
    // The source is a C string.
    let end = source.iter().position(|&b| b == 0);
    if end.is_some() {
        return Err(error("embedded null character"));
    }
    let format = Format::parse(source).map_err(error)?;
    let native = !matches!(source.first(), Some(b'=' | b'<' | b'>' | b'!'));
    Ok(Rc::new(Plan { format, native }))
}

/// Plans of formats used lately, each in the place that its hash says; a newer one pushes an older one out.
const PLACES: usize = 128;

struct Cached {
    hash: isize,
    source: Box<[u8]>,
    plan: Rc<Plan>,
}

struct Cache(RefCell<Vec<Option<Cached>>>);
// SAFETY: only touched with the GIL held.
unsafe impl Sync for Cache {}
static CACHE: Cache = Cache(RefCell::new(Vec::new()));

/// The plan for a format given to a function of the module.
fn cached(format: &Object) -> Result<Rc<Plan>> {
    // A str and a bytes of the same ASCII characters have the same hash, which both keep.
    let (hash, source) = if unicode::check_exact(format) && unicode::is_ascii(format) {
        (unicode::hash(format), unicode::as_utf8(format)?.as_bytes())
    } else if bytes::check_exact(format) {
        (bytes::hash(format), bytes::as_slice(format))
    } else {
        return parse(bytes::as_slice(&*format_bytes(format)?));
    };
    let place = hash as usize % PLACES;
    if let Some(Some(found)) = CACHE.0.borrow().get(place)
        && found.hash == hash
        && *found.source == *source
    {
        return Ok(found.plan.clone());
    }
    let plan = parse(source)?;
    let mut cache = CACHE.0.borrow_mut();
    if cache.is_empty() {
        cache.resize_with(PLACES, || None);
    }
    cache[place] = Some(Cached { hash, source: source.into(), plan: plan.clone() });
    Ok(plan)
}

// ---- values ----

fn integer(given: &Object) -> Result<Obj> {
    if long::check(given) {
        return Ok(given.owned());
    }
    if number::index_check(given) {
        return number::index(given);
    }
    Err(error("required argument is not an integer"))
}

/// A Python integer in 128 bits, saturated.
fn wide(number: &Object) -> i128 {
    if let Some(value) = long::as_i64_opt(number) {
        return i128::from(value);
    }
    if let Some(value) = long::as_u64_opt(number) {
        return i128::from(value);
    }
    if long::sign(number) < 0 { i128::MIN } else { i128::MAX }
}

fn pack_value(plan: &Plan, code: u8, given: &Object, place: &mut [u8]) -> Result<()> {
    let little = plan.format.little;
    match code {
        b'?' => place.fill(0),
        b'c' => {
            if !bytes::check(given) || bytes::as_slice(given).len() != 1 {
                return Err(error("char format requires a bytes object of length 1"));
            }
            place[0] = bytes::as_slice(given)[0];
            return Ok(());
        }
        b's' | b'p' => {
            if bytes::check(given) {
                struct_format::pack_bytes(code, bytes::as_slice(given), place);
            } else if bytearray::check(given) {
                // SAFETY: copied at once.
                struct_format::pack_bytes(code, unsafe { bytearray::as_slice(given) }, place);
            } else {
                return Err(error(format_args!("argument for '{}' must be a bytes object", code as char)));
            }
            return Ok(());
        }
        b'e' | b'f' | b'd' => {
            let value = match float::as_f64(given) {
                Ok(value) => value,
                Err(_) => {
                    err::clear();
                    return Err(error("required argument is not a float"));
                }
            };
            return struct_format::pack_float(code, value, plan.native, little, place).map_err(|message| {
                match long::check(given) {
                    true => error(struct_format::TOO_LARGE),
                    false => err::overflow_error(message),
                }
            });
        }
        b'P' => {
            let number = integer(given)?;
            let pointer = long::as_void_ptr(&number).map_err(|raised| {
                if !err::matches(exceptions::OverflowError()) {
                    return raised;
                }
                err::clear();
                error(struct_format::TOO_LARGE)
            })? as u64;
            let raw = if little { pointer.to_le_bytes() } else { pointer.to_be_bytes() };
            place.copy_from_slice(&raw);
            return Ok(());
        }
        _ => {
            let number = integer(given)?;
            return struct_format::pack_integer(code, wide(&number), little, place).map_err(error);
        }
    }
    // A bool: one byte, or more where C's is wider.
    let truth = object::is_true(given)?;
    let last = if little { 0 } else { place.len() - 1 };
    place[last] = u8::from(truth);
    Ok(())
}

fn unpack_value(code: u8, place: &[u8], little: bool) -> Result<Obj> {
    match struct_format::unpack(code, place, little) {
        Value::Signed(value) => long::from_i64(value),
        Value::Unsigned(value) => long::from_u64(value),
        Value::Bool(value) => Ok(py_bool::from_bool(value)),
        Value::Float(value) => float::from_f64(value),
        Value::Bytes(value) => bytes::from_slice(value),
    }
}

/// The values in `data`, which has the size of the struct.
fn unpack_all(plan: &Plan, data: &[u8]) -> Result<Obj> {
    let mut fields = plan.format.fields.iter();
    let mut field = None;
    let mut index = 0;
    tuple::try_from_fn(plan.format.values, |_| {
        while field.is_none_or(|field: &Field| index == field.repeat) {
            field = Some(fields.next().ok_or_else(err::bad_internal_call)?);
            index = 0;
        }
        let Some(&Field { code, offset, size, .. }) = field else { return Err(err::bad_internal_call()) };
        let start = offset + index * size;
        index += 1;
        unpack_value(code, &data[start..start + size], plan.format.little)
    })
}

/// Packs the values, whose number is right, into a place of the size of the struct.
fn pack_all(plan: &Plan, values: &[&Object], place: &mut [u8]) -> Result<()> {
    place.fill(0);
    let mut values = values.iter();
    for &Field { code, offset, size, repeat } in &plan.format.fields {
        for i in 0..repeat {
            let Some(value) = values.next() else { return Err(err::bad_internal_call()) };
            let start = offset + i * size;
            pack_value(plan, code, value, &mut place[start..start + size])?;
        }
    }
    Ok(())
}

// ---- operations ----

fn pack(plan: &Plan, values: &[&Object]) -> Result<Obj> {
    if values.len() != plan.format.values {
        return Err(error(format_args!(
            "pack expected {} items for packing (got {})",
            plan.format.values,
            values.len()
        )));
    }
    let mut result = Ok(());
    let packed = bytes::build(plan.format.size, |place| result = pack_all(plan, values, place))?;
    result.map(|()| packed)
}

fn pack_into(plan: &Plan, args: &[&Object]) -> Result<()> {
    let &[target, offset, ref values @ ..] = args else {
        return Err(error(if args.is_empty() {
            "pack_into expected buffer argument"
        } else {
            "pack_into expected offset argument"
        }));
    };
    if values.len() != plan.format.values {
        return Err(error(format_args!(
            "pack_into expected {} items for packing (got {})",
            plan.format.values,
            values.len()
        )));
    }
    let mut target = Buffer::writable(target).or_else(|_| {
        err::clear();
        Err(err::type_error(format_args!(
            "argument must be read-write bytes-like object, not {:.50}",
            if target.is_none() { "None" } else { target.class_of().name() }
        )))
    })?;
    let offset = number::as_ssize(offset, Some(exceptions::IndexError()))?;
    let space = target.as_mut_slice();
    let at = locate(plan, space.len(), offset, true)?;
    pack_all(plan, values, &mut space[at..at + plan.format.size])
}

/// The place of a struct in a buffer.
fn locate(plan: &Plan, length: usize, offset: isize, packing: bool) -> Result<usize> {
    let size = plan.format.size;
    let mut at = offset;
    if offset < 0 {
        // From the end.
        if offset.wrapping_add(size as isize) > 0 {
            return Err(error(if packing {
                format!("no space to pack {size} bytes at offset {offset}")
            } else {
                format!("not enough data to unpack {size} bytes at offset {offset}")
            }));
        }
        at = offset.wrapping_add(length as isize);
        if at < 0 {
            return Err(error(format_args!("offset {offset} out of range for {length}-byte buffer")));
        }
    }
    if length < at as usize || length - (at as usize) < size {
        let (function, doing) = if packing { ("pack_into", "packing") } else { ("unpack_from", "unpacking") };
        return Err(error(format_args!(
            "{function} requires a buffer of at least {} bytes for {doing} {size} bytes at offset {at} (actual buffer size is {length})",
            at as usize + size
        )));
    }
    Ok(at as usize)
}

fn unpack(plan: &Plan, data: &Object) -> Result<Obj> {
    let data = Buffer::simple(data)?;
    if data.as_slice().len() != plan.format.size {
        return Err(error(format_args!("unpack requires a buffer of {} bytes", plan.format.size)));
    }
    unpack_all(plan, data.as_slice())
}

fn unpack_from(plan: &Plan, data: &Object, offset: isize) -> Result<Obj> {
    let data = Buffer::simple(data)?;
    let at = locate(plan, data.as_slice().len(), offset, false)?;
    unpack_all(plan, &data.as_slice()[at..at + plan.format.size])
}

fn iter_unpack(plan: Rc<Plan>, data: &Object) -> Result<Obj> {
    if plan.format.size == 0 {
        return Err(error("cannot iteratively unpack with a struct of length 0"));
    }
    let data = Buffer::simple(data)?;
    if data.as_slice().len() % plan.format.size != 0 {
        return Err(error(format_args!(
            "iterative unpacking requires a buffer of a multiple of {} bytes",
            plan.format.size
        )));
    }
    payload::new(UnpackIterator::class(), |head| UnpackIterator {
        head,
        state: RefCell::new(Some((plan, data))),
        at: Cell::new(0),
    })
    .map(Obj::upcast)
}

// ---- functions of the module ----

methods! {
    static METHODS = [
        method::noargs(c"_clearcache", clear_cache, c"_clearcache($module, /)\n--\n\nForgets the formats that have been parsed."),
        method::o(c"calcsize", |_: &Object, format: &Object| Ok(cached(format)?.format.size), c"calcsize($module, format, /)\n--\n\nThe size in bytes of the struct that the format describes."),
        method::fastcall(c"iter_unpack", module_iter_unpack, c"iter_unpack($module, format, buffer, /)\n--\n\nAn iterator of tuples, one for each struct in the buffer."),
        method::fastcall(c"pack", module_pack, c"pack(format, v1, v2, ...) -> bytes\n\nThe values packed according to the format."),
        method::fastcall(c"pack_into", module_pack_into, c"pack_into(format, buffer, offset, v1, v2, ...)\n\nPacks the values into a writable buffer, at an offset."),
        method::fastcall(c"unpack", module_unpack, c"unpack($module, format, buffer, /)\n--\n\nA tuple of the values in the buffer, whose size must be that of the format."),
        method::keywords(c"unpack_from", module_unpack_from, c"unpack_from($module, format, /, buffer, offset=0)\n--\n\nA tuple of the values at an offset in the buffer."),
    ];
}

fn clear_cache(_module: &Object) -> Result<()> {
    CACHE.0.borrow_mut().clear();
    Ok(())
}

fn missing_format() -> Raised {
    err::type_error("missing format argument")
}

fn module_pack(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let [format, values @ ..] = args else { return Err(missing_format()) };
    pack(&*cached(format)?, values)
}

fn module_pack_into(_module: &Object, args: &[&Object]) -> Result<()> {
    let [format, rest @ ..] = args else { return Err(missing_format()) };
    pack_into(&*cached(format)?, rest)
}

fn check_two(function: &str, args: &[&Object]) -> Result<()> {
    krait_object::args::check_positional(function, args.len(), 2, 2)
}

fn module_unpack(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_two("unpack", args)?;
    unpack(&*cached(args[0])?, args[1])
}

fn module_iter_unpack(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_two("iter_unpack", args)?;
    iter_unpack(cached(args[0])?, args[1])
}

fn module_unpack_from(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<3> =
        Signature::new("unpack_from", ["", "buffer", "offset"]).required(2).positional_only(1);
    let [format, data, offset] = SIGNATURE.bind(args)?;
    let (Some(format), Some(data)) = (format, data) else { return Err(err::bad_internal_call()) };
    let offset = offset.map_or(Ok(0), krait_object::args::ssize)?;
    unpack_from(&*cached(format)?, data, offset)
}

// ---- Struct ----

/// A compiled format.
#[repr(C)]
pub struct Struct {
    head: Head,
    /// Size in bytes and number of values, -1 before `__init__`; binaries read both here.
    size: Cell<isize>,
    count: Cell<isize>,
    plan: Cell<Option<Rc<Plan>>>,
    source: ObjCell,
    weak: Cell<*mut PyObject>,
}
const _: () = assert!(
    core::mem::offset_of!(Struct, size) == 16
        && core::mem::offset_of!(Struct, count) == 24
        && core::mem::size_of::<Struct>() == 56
);

heap_type! {
    /// `_struct.Struct`
    pub static STRUCT = {
        tp_name: c"_struct.Struct".as_ptr(),
        tp_basicsize: core::mem::size_of::<Struct>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Struct>(),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_setattro: Some(krait_object::protocol::object::PyObject_GenericSetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"Struct(fmt) --> compiled struct object\n\n".as_ptr(),
        tp_weaklistoffset: core::mem::offset_of!(Struct, weak) as Py_ssize_t,
        tp_methods: (&raw mut STRUCT_METHODS).cast(),
        tp_getset: (&raw mut STRUCT_GETSETS).cast(),
        tp_init: slot::init(init),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(new),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Struct, heap STRUCT);
impl Payload for Struct {}

fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    payload::new(class, |head| Struct {
        head,
        size: Cell::new(-1),
        count: Cell::new(-1),
        plan: Cell::new(None),
        source: ObjCell::empty(),
        weak: Cell::new(null_mut()),
    })
    .map(Obj::upcast)
}

fn init(this: &Struct, args: &Object, kw: Option<&Object>) -> Result<()> {
    static SIGNATURE: Signature<1> = Signature::new("Struct", ["format"]);
    let [format] = SIGNATURE.bind_tuple(args, kw)?;
    let Some(format) = format else { return Err(err::bad_internal_call()) };
    let source = format_bytes(format)?;
    let plan = parse(bytes::as_slice(&source))?;
    this.source.set(source);
    this.size.set(plan.format.size as isize);
    this.count.set(plan.format.values as isize);
    drop(this.plan.replace(Some(plan)));
    Ok(())
}

impl Struct {
    fn plan(&self) -> Result<Rc<Plan>> {
        self.plan_opt().ok_or_else(|| err::runtime_error("Struct object is not initialized"))
    }

    fn plan_opt(&self) -> Option<Rc<Plan>> {
        let plan = self.plan.take();
        let found = plan.clone();
        self.plan.set(plan);
        found
    }
}

methods! {
    static STRUCT_METHODS = [
        method::o(c"iter_unpack", |this: &Struct, data: &Object| iter_unpack(this.plan()?, data), c"iter_unpack($self, buffer, /)\n--\n\nAn iterator of tuples, one for each struct in the buffer."),
        method::fastcall(c"pack", |this: &Struct, values: &[&Object]| pack(&*this.plan()?, values), c"S.pack(v1, v2, ...) -> bytes\n\nThe values packed according to the format."),
        method::fastcall(c"pack_into", |this: &Struct, args: &[&Object]| pack_into(&*this.plan()?, args), c"S.pack_into(buffer, offset, v1, v2, ...)\n\nPacks the values into a writable buffer, at an offset."),
        method::o(c"unpack", |this: &Struct, data: &Object| unpack(&*this.plan()?, data), c"unpack($self, buffer, /)\n--\n\nA tuple of the values in the buffer, whose size must be that of the format."),
        method::keywords(c"unpack_from", struct_unpack_from, c"unpack_from($self, /, buffer, offset=0)\n--\n\nA tuple of the values at an offset in the buffer."),
        method::noargs(c"__sizeof__", size_of_instance, c"S.__sizeof__() -> size of S in memory, in bytes"),
    ];
}
getsets! {
    static STRUCT_GETSETS = [
        method::getter(c"format", format_text, c"the format"),
        method::getter(c"size", |this: &Struct| Ok(this.size.get()), c"the size in bytes"),
    ];
}

fn struct_unpack_from(this: &Struct, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<2> = Signature::new("unpack_from", ["buffer", "offset"]).required(1);
    let [data, offset] = SIGNATURE.bind(args)?;
    let Some(data) = data else { return Err(err::bad_internal_call()) };
    let offset = offset.map_or(Ok(0), krait_object::args::ssize)?;
    unpack_from(&*this.plan()?, data, offset)
}

fn format_text(this: &Struct) -> Result<Obj> {
    let Some(source) = this.source.get() else { return Err(err::attribute_error("format")) };
    unicode::from_latin1(bytes::as_slice(&source))
}

fn size_of_instance(this: &Struct) -> Result<usize> {
    let fields = this.plan_opt().map_or(0, |plan| plan.format.fields.len());
    // SAFETY: a live type.
    let own = unsafe { (*this.object().type_ptr()).tp_basicsize as usize };
    Ok(own + (fields + 1) * core::mem::size_of::<Field>())
}

// ---- iter_unpack ----

/// The iterator over structs in a buffer.
#[repr(C)]
pub struct UnpackIterator {
    head: Head,
    state: RefCell<Option<(Rc<Plan>, Buffer)>>,
    at: Cell<usize>,
}

heap_type! {
    /// `_struct.unpack_iterator`
    pub static UNPACK_ITERATOR = {
        tp_name: c"_struct.unpack_iterator".as_ptr(),
        tp_basicsize: core::mem::size_of::<UnpackIterator>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<UnpackIterator>(),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<UnpackIterator>(),
        tp_iter: Some(krait_object::protocol::object::PyObject_SelfIter),
        tp_iternext: slot::iternext(next),
        tp_methods: (&raw mut ITERATOR_METHODS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(iterator_new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(UnpackIterator, heap UNPACK_ITERATOR);
impl Payload for UnpackIterator {}

fn iterator_new(_class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    Err(err::type_error("Cannot create 'unpack_iterator objects"))
}

methods! {
    static ITERATOR_METHODS = [method::noargs(c"__length_hint__", length_hint, c"")];
}

fn length_hint(this: &UnpackIterator) -> Result<usize> {
    Ok(this
        .state
        .borrow()
        .as_ref()
        .map_or(0, |(plan, data)| (data.as_slice().len() - this.at.get()) / plan.format.size))
}

fn next(this: &UnpackIterator) -> Result<Option<Obj>> {
    let state = this.state.borrow();
    let Some((plan, data)) = state.as_ref() else { return Ok(None) };
    let at = this.at.get();
    if at >= data.as_slice().len() {
        drop(state);
        // The buffer is free again.
        drop(this.state.take());
        return Ok(None);
    }
    this.at.set(at + plan.format.size);
    unpack_all(plan, &data.as_slice()[at..at + plan.format.size]).map(Some)
}
