//! `code`: compiled Python code (`PyCodeObject`).
//!
//! The fields are CPython's; `co_opcache` holds the interpreter's decoded form (see `decode`), `co_zombieframe` a frame
//! kept for the next call. Both go with the object.

use crate::decode;
use core::ffi::c_int;
use core::ptr::null_mut;
use krait_abi::*;
use krait_code::{CodeData, Constant};
use krait_object::args::{Args, Signature};
use krait_object::protocol::object;
use krait_object::refcount::xdecref;
use krait_object::slot::CompareOp;
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, complex, float, long, none, set, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, err, method, object_view, slot, static_type};
use std::collections::HashMap;

static_type! {
    /// `code`
    #[unsafe(no_mangle)]
    pub static PyCode_Type = {
        tp_name: c"code".as_ptr(),
        tp_basicsize: size_of::<PyCodeObject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(repr),
        tp_hash: slot::hash(hash),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT as core::ffi::c_ulong,
        tp_doc: c"code(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize,\n      flags, codestring, constants, names, varnames, filename, name,\n      firstlineno, lnotab[, freevars[, cellvars]])\n\nMakes a code object. For those who know what they are doing.".as_ptr(),
        tp_richcompare: slot::richcompare(rich_compare),
        tp_weaklistoffset: 136,
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_new: slot::new(tp_new),
    };
}
object_view!(/** Compiled code. */ pub Code, PyCodeObject, PyCode_Type);

/// The fields of a new code object; the objects are borrowed.
pub struct Parts<'a> {
    /// `co_argcount`
    pub argcount: c_int,
    /// `co_posonlyargcount`
    pub posonlyargcount: c_int,
    /// `co_kwonlyargcount`
    pub kwonlyargcount: c_int,
    /// `co_nlocals`
    pub nlocals: c_int,
    /// `co_stacksize`
    pub stacksize: c_int,
    /// `co_flags`
    pub flags: c_int,
    /// `co_code`
    pub code: &'a Object,
    /// `co_consts`
    pub consts: &'a Object,
    /// `co_names`
    pub names: &'a Object,
    /// `co_varnames`
    pub varnames: &'a Object,
    /// `co_freevars`
    pub freevars: &'a Object,
    /// `co_cellvars`
    pub cellvars: &'a Object,
    /// `co_filename`
    pub filename: &'a Object,
    /// `co_name`
    pub name: &'a Object,
    /// `co_firstlineno`
    pub firstlineno: c_int,
    /// `co_lnotab`
    pub lnotab: &'a Object,
}

/// `PyCode_NewWithPosOnlyArgs`: checks the types, interns names and name-like constants.
pub fn new(parts: &Parts<'_>) -> Result<Obj<Code>> {
    let tuples = [parts.consts, parts.names, parts.varnames, parts.freevars, parts.cellvars];
    let texts = [parts.name, parts.filename];
    let counts = [parts.argcount, parts.kwonlyargcount, parts.nlocals, parts.stacksize, parts.flags];
    if parts.argcount < parts.posonlyargcount
        || parts.posonlyargcount < 0
        || counts.iter().any(|count| *count < 0)
        || !bytes::check(parts.code)
        || !bytes::check(parts.lnotab)
        || tuples.iter().any(|object| !tuple::check(object))
        || texts.iter().any(|object| !unicode::check(object))
    {
        return Err(err::bad_internal_call());
    }
    for names in [parts.names, parts.varnames, parts.freevars, parts.cellvars] {
        intern_names(names)?;
    }
    intern_constants(parts.consts)?;
    let varnames = tuple::items(parts.varnames).len();
    let star = |flag: u32| c_int::from(parts.flags & flag as c_int != 0);
    let total = i64::from(parts.argcount)
        + i64::from(parts.kwonlyargcount)
        + i64::from(star(CO_VARARGS as u32))
        + i64::from(star(CO_VARKEYWORDS as u32));
    if total > varnames as i64 {
        return Err(err::value_error("code: varnames is too small"));
    }
    if parts.nlocals as usize > varnames {
        return Err(err::value_error("code: varnames is too small"));
    }
    let free = !tuple::items(parts.freevars).is_empty() || !tuple::items(parts.cellvars).is_empty();
    let no_free = CO_NOFREE as c_int;
    let flags = if free { parts.flags & !no_free } else { parts.flags | no_free };
    let cell2arg = cell2arg(parts, total as usize);
    // SAFETY: memory for a code object; all fields are set before it is seen.
    unsafe {
        let raw = krait_object::memory::object_malloc(size_of::<PyCodeObject>()).cast::<PyCodeObject>();
        if raw.is_null() {
            return Err(err::no_memory());
        }
        (*raw).ob_base = PyObject { ob_refcnt: 1, ob_type: &raw mut PyCode_Type };
        (*raw).co_argcount = parts.argcount;
        (*raw).co_posonlyargcount = parts.posonlyargcount;
        (*raw).co_kwonlyargcount = parts.kwonlyargcount;
        (*raw).co_nlocals = parts.nlocals;
        (*raw).co_stacksize = parts.stacksize;
        (*raw).co_flags = flags;
        (*raw).co_firstlineno = parts.firstlineno;
        (*raw).co_code = parts.code.owned().into_ptr();
        (*raw).co_consts = parts.consts.owned().into_ptr();
        (*raw).co_names = parts.names.owned().into_ptr();
        (*raw).co_varnames = parts.varnames.owned().into_ptr();
        (*raw).co_freevars = parts.freevars.owned().into_ptr();
        (*raw).co_cellvars = parts.cellvars.owned().into_ptr();
        (*raw).co_cell2arg = cell2arg;
        (*raw).co_filename = parts.filename.owned().into_ptr();
        (*raw).co_name = parts.name.owned().into_ptr();
        (*raw).co_lnotab = parts.lnotab.owned().into_ptr();
        (*raw).co_zombieframe = null_mut();
        (*raw).co_weakreflist = null_mut();
        (*raw).co_extra = null_mut();
        (*raw).co_opcache_map = null_mut();
        (*raw).co_opcache = null_mut();
        (*raw).co_opcache_flag = 0;
        (*raw).co_opcache_size = 0;
        Ok(Obj::from_owned_ptr(raw.cast()))
    }
}

/// For each cell variable the parameter it captures, or -1; null when none captures one. In PyMem memory.
fn cell2arg(parts: &Parts<'_>, total: usize) -> *mut Py_ssize_t {
    let cells = tuple::items(parts.cellvars);
    let args = &tuple::items(parts.varnames)[..total];
    let find = |cell: &Object| args.iter().position(|arg| unicode::check(arg) && unicode::eq(arg, cell));
    let map: Vec<Py_ssize_t> =
        cells.iter().map(|cell| find(cell).map_or(-1, |index| index as Py_ssize_t)).collect();
    if map.iter().all(|arg| *arg < 0) {
        return null_mut();
    }
    let memory = krait_object::memory::mem_malloc(size_of_val(map.as_slice())).cast::<Py_ssize_t>();
    if !memory.is_null() {
        // SAFETY: just allocated with the map's size.
        unsafe { core::ptr::copy_nonoverlapping(map.as_ptr(), memory, map.len()) };
    }
    memory
}

/// Interns every name of a tuple in place.
fn intern_names(names: &Object) -> Result<()> {
    for index in 0..tuple::items(names).len() {
        if !unicode::check_exact(tuple::items(names)[index]) {
            return Err(err::system_error("non-string found in code slot"));
        }
        intern_item(names, index);
    }
    Ok(())
}

/// Replaces a tuple's item by its interned twin, as the constructor of code objects may.
fn intern_item(items: &Object, index: usize) {
    let interned = unicode::intern(tuple::items(items)[index].owned());
    // SAFETY: the slot owns one reference, which is exchanged for an equal string's.
    unsafe {
        let slot =
            (&raw mut (*items.as_ptr().cast::<PyTupleObject>()).ob_item).cast::<*mut PyObject>().add(index);
        let old = core::mem::replace(&mut *slot, interned.into_ptr());
        xdecref(old);
    }
}

/// Interns string constants that look like identifiers, inside tuples and frozensets too.
fn intern_constants(consts: &Object) -> Result<()> {
    for index in 0..tuple::items(consts).len() {
        let constant = tuple::items(consts)[index];
        if unicode::check_exact(constant) {
            if all_name_chars(constant) {
                intern_item(consts, index);
            }
        } else if tuple::check_exact(constant) {
            intern_constants(constant)?;
        } else if set::check_frozen(constant) && set::check_any_exact(constant) {
            intern_members(consts, index)?;
        }
    }
    Ok(())
}

/// Replaces a frozenset among the constants by one with interned members, if that makes a difference.
fn intern_members(consts: &Object, index: usize) -> Result<()> {
    let members = krait_object::protocol::sequence::tuple(tuple::items(consts)[index])?;
    let before: Vec<_> = tuple::items(&members).iter().map(|member| member.as_ptr()).collect();
    intern_constants(&members)?;
    if tuple::items(&members).iter().map(|member| member.as_ptr()).eq(before) {
        return Ok(());
    }
    let interned = set::new_frozen(Some(&members))?;
    // SAFETY: the slot owns one reference, which is exchanged for an equal set's.
    unsafe {
        let slot =
            (&raw mut (*consts.as_ptr().cast::<PyTupleObject>()).ob_item).cast::<*mut PyObject>().add(index);
        xdecref(core::mem::replace(&mut *slot, interned.into_ptr()));
    }
    Ok(())
}

/// Only ASCII letters, digits and underscores.
fn all_name_chars(text: &Object) -> bool {
    match unicode::chars(text) {
        unicode::Chars::Latin1(chars) => chars.iter().all(|c| c.is_ascii_alphanumeric() || *c == b'_'),
        _ => false,
    }
}

/// An empty code object with names only, for tracebacks of C code (`PyCode_NewEmpty`).
pub fn new_empty(filename: &str, name: &str, firstlineno: c_int) -> Result<Obj<Code>> {
    let empty = bytes::from_slice(&[])?;
    let nothing = tuple::empty();
    let filename = unicode::decode_fs(filename.as_bytes())?;
    let name = unicode::from_str(name)?;
    new(&Parts {
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        nlocals: 0,
        stacksize: 0,
        flags: 0,
        code: &empty,
        consts: &nothing,
        names: &nothing,
        varnames: &nothing,
        freevars: &nothing,
        cellvars: &nothing,
        filename: &filename,
        name: &name,
        firstlineno,
        lnotab: &empty,
    })
}

/// A code object from the compiler's data. Equal constants of all code objects inside are one object.
pub fn from_data(data: &CodeData) -> Result<Obj<Code>> {
    Constants::default().code(data)
}

fn text(text: &krait_code::Text) -> Result<Obj> {
    match text.as_str() {
        Some(text) => unicode::from_str(text),
        None => unicode::from_code_points(&text.code_points().collect::<Vec<u32>>()),
    }
}

fn interned_text(value: &krait_code::Text) -> Result<Obj> {
    Ok(unicode::intern(text(value)?))
}

/// The objects made for the constants of one compilation.
#[derive(Default)]
struct Constants(HashMap<Constant, Obj, ahash::RandomState>);

impl Constants {
    fn code(&mut self, data: &CodeData) -> Result<Obj<Code>> {
        let names = |names: &[krait_code::Text]| -> Result<Obj> {
            tuple::from_vec(names.iter().map(interned_text).collect::<Result<Vec<_>>>()?)
        };
        let consts = self.all(&data.consts)?;
        new(&Parts {
            argcount: data.arg_count as c_int,
            posonlyargcount: data.posonly_arg_count as c_int,
            kwonlyargcount: data.kwonly_arg_count as c_int,
            nlocals: data.nlocals as c_int,
            stacksize: data.stack_size as c_int,
            flags: data.flags as c_int,
            code: &*bytes::from_slice(&data.code)?,
            consts: &consts,
            names: &*names(&data.names)?,
            varnames: &*names(&data.varnames)?,
            freevars: &*names(&data.freevars)?,
            cellvars: &*names(&data.cellvars)?,
            filename: &*interned_text(&data.filename)?,
            name: &*interned_text(&data.name)?,
            firstlineno: data.first_line,
            lnotab: &*bytes::from_slice(&data.lnotab)?,
        })
    }

    fn all(&mut self, items: &[Constant]) -> Result<Obj> {
        tuple::from_vec(items.iter().map(|item| self.object(item)).collect::<Result<Vec<_>>>()?)
    }

    fn object(&mut self, constant: &Constant) -> Result<Obj> {
        match constant {
            Constant::None => return Ok(none::none().owned()),
            Constant::True => return Ok(krait_object::types::bool::from_bool(true)),
            Constant::False => return Ok(krait_object::types::bool::from_bool(false)),
            Constant::Ellipsis => return Ok(none::ellipsis().owned()),
            Constant::Code(code) => return Ok(self.code(code)?.upcast()),
            _ => {}
        }
        if let Some(made) = self.0.get(constant) {
            return Ok(made.clone());
        }
        let made = self.make(constant)?;
        self.0.insert(constant.clone(), made.clone());
        Ok(made)
    }

    fn make(&mut self, constant: &Constant) -> Result<Obj> {
        match constant {
            Constant::Int(value) => match i64::try_from(value) {
                Ok(small) => long::from_i64(small),
                Err(_) => long::from_bytes(&value.to_signed_bytes_le(), true, true),
            },
            Constant::Float(value) => float::from_f64(*value),
            Constant::Complex { real, imag } => complex::from_parts(*real, *imag),
            Constant::Str(value) if value.is_name_like() => interned_text(value),
            Constant::Str(value) => text(value),
            Constant::Bytes(value) => bytes::from_slice(value),
            Constant::Tuple(items) => self.all(items),
            Constant::FrozenSet(items) if items.is_empty() => set::empty_frozen(),
            Constant::FrozenSet(items) => set::new_frozen(Some(&*self.all(items)?)),
            _ => Err(err::system_error("a constant without an object")),
        }
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the last reference is gone.
    unsafe {
        let code = object.cast::<PyCodeObject>();
        crate::code_extra::free(code);
        decode::drop_decoded(code);
        for field in [
            (*code).co_code,
            (*code).co_consts,
            (*code).co_names,
            (*code).co_varnames,
            (*code).co_freevars,
            (*code).co_cellvars,
            (*code).co_filename,
            (*code).co_name,
            (*code).co_lnotab,
        ] {
            xdecref(field);
        }
        krait_object::memory::mem_free((*code).co_cell2arg.cast());
        if !(*code).co_zombieframe.is_null() {
            krait_object::gc::PyObject_GC_Del((*code).co_zombieframe);
        }
        if !(*code).co_weakreflist.is_null() {
            krait_object::types::weakref::clear_weakrefs(object);
        }
        krait_object::memory::PyObject_Free(object.cast());
    }
}

fn repr(this: &Code) -> Result<Obj> {
    // SAFETY: a live code object with checked fields.
    unsafe {
        let raw = this.as_raw();
        let line = if (*raw).co_firstlineno != 0 { (*raw).co_firstlineno } else { -1 };
        let mut text = unicode::Builder::new();
        text.push_str("<code object ");
        text.push_object(Object::from_ptr((*raw).co_name));
        text.push_str(&format!(" at {:#x}, file \"", raw as usize));
        text.push_object(Object::from_ptr((*raw).co_filename));
        text.push_str(&format!("\", line {line}>"));
        text.finish()
    }
}

/// The fields that decide equality and hash.
fn key_objects(this: &Code) -> [&Object; 6] {
    // SAFETY: a live code object with checked fields.
    unsafe {
        let raw = this.as_raw();
        [
            (*raw).co_code,
            (*raw).co_names,
            (*raw).co_varnames,
            (*raw).co_freevars,
            (*raw).co_cellvars,
            (*raw).co_name,
        ]
        .map(|field| Object::from_ptr(field))
    }
}

fn hash(this: &Code) -> Result<Py_hash_t> {
    // SAFETY: a live code object.
    let raw = unsafe { &*this.as_raw() };
    let mut hash = 0;
    for object in key_objects(this) {
        hash ^= object::hash(object)?;
    }
    // SAFETY: a checked tuple.
    hash ^= object::hash(unsafe { Object::from_ptr(raw.co_consts) })?;
    let numbers =
        [raw.co_argcount, raw.co_posonlyargcount, raw.co_kwonlyargcount, raw.co_nlocals, raw.co_flags];
    Ok(numbers.iter().fold(hash, |hash, number| hash ^ *number as Py_hash_t))
}

fn rich_compare(this: &Code, other: &Object, op: CompareOp) -> Result<Obj> {
    let other = other.downcast_exact::<Code>();
    let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other, op) else {
        return Ok(none::not_implemented().owned());
    };
    let equal = equal(this, other)?;
    Ok(krait_object::types::bool::from_bool(equal == (op == CompareOp::Eq)))
}

fn equal(this: &Code, other: &Code) -> Result<bool> {
    // SAFETY: two live code objects.
    let (a, b) = unsafe { (&*this.as_raw(), &*other.as_raw()) };
    let numbers = |raw: &PyCodeObject| {
        [
            raw.co_argcount,
            raw.co_posonlyargcount,
            raw.co_kwonlyargcount,
            raw.co_nlocals,
            raw.co_flags,
            raw.co_firstlineno,
        ]
    };
    if numbers(a) != numbers(b) {
        return Ok(false);
    }
    for (x, y) in key_objects(this).iter().zip(key_objects(other)) {
        if !object::rich_compare_bool(x, y, CompareOp::Eq)? {
            return Ok(false);
        }
    }
    // Constants are equal with their types: 1, 1.0 and True are three.
    // SAFETY: checked tuples.
    let (x, y) = unsafe { (Object::from_ptr(a.co_consts), Object::from_ptr(b.co_consts)) };
    object::rich_compare_bool(&*constant_key(x)?, &*constant_key(y)?, CompareOp::Eq)
}

/// An object that compares equal exactly when two constants may be shared (`_PyCode_ConstantKey`).
pub fn constant_key(constant: &Object) -> Result<Obj> {
    let is_its_own_key = constant.is_none()
        || constant.is(none::ellipsis())
        || core::ptr::eq(constant.type_ptr(), &raw mut PyCode_Type)
        || long::check_exact(constant)
        || unicode::check_exact(constant);
    if is_its_own_key {
        return Ok(constant.owned());
    }
    let class = constant.class_of().object().owned();
    let is_negative_zero = |value: f64| value.to_bits() == (-0.0f64).to_bits();
    // Zeros of different signs are equal; a third item tells them apart.
    if constant.downcast_exact::<float::Float>().is_some() {
        let constant = constant.owned();
        return if is_negative_zero(float::as_f64(&constant)?) {
            tuple::pack([class, constant, none::none().owned()])
        } else {
            tuple::pack([class, constant])
        };
    }
    if constant.downcast_exact::<complex::Complex>().is_some() {
        let (real, imag) = complex::as_parts(constant)?;
        let constant = constant.owned();
        return match (is_negative_zero(real), is_negative_zero(imag)) {
            (true, true) => tuple::pack([class, constant, krait_object::types::bool::from_bool(true)]),
            (false, true) => tuple::pack([class, constant, krait_object::types::bool::from_bool(false)]),
            (true, false) => tuple::pack([class, constant, none::none().owned()]),
            (false, false) => tuple::pack([class, constant]),
        };
    }
    if tuple::check_exact(constant) {
        let keys =
            tuple::items(constant).iter().map(|item| constant_key(item)).collect::<Result<Vec<_>>>()?;
        return tuple::pack([tuple::from_vec(keys)?, constant.owned()]);
    }
    if krait_object::types::bool::check(constant) || bytes::Bytes::is_exact(constant) {
        return tuple::pack([class, constant.owned()]);
    }
    if set::check_any(constant) {
        let mut keys = Vec::new();
        let mut position = 0;
        while let Some((item, _)) = set::next(constant, &mut position) {
            keys.push(constant_key(&item)?);
        }
        let keys = tuple::from_vec(keys)?;
        return tuple::pack([set::new_frozen(Some(&keys))?, constant.owned()]);
    }
    let identity = long::from_ptr(constant.as_ptr().cast())?;
    tuple::pack([constant.owned(), identity])
}

/// The line of a bytecode position (`PyCode_Addr2Line`).
///
/// # Safety
/// A live code object.
pub unsafe fn addr_to_line(code: *mut PyCodeObject, lasti: c_int) -> c_int {
    // SAFETY: the caller's promise; lnotab is a bytes object.
    unsafe {
        let mut line = (*code).co_firstlineno;
        let mut address = 0;
        for pair in bytes::as_slice(Object::from_ptr((*code).co_lnotab)).chunks_exact(2) {
            address += c_int::from(pair[0]);
            if address > lasti {
                break;
            }
            line += c_int::from(pair[1] as i8);
        }
        line
    }
}

/// The instructions that belong to one line.
pub struct LineBounds {
    /// The line.
    pub line: c_int,
    /// Position of its first instruction.
    pub lower: c_int,
    /// Position behind its last instruction.
    pub upper: c_int,
}

/// The line at a position with its bounds (`_PyCode_CheckLineNumber`).
///
/// # Safety
/// A live code object.
pub unsafe fn line_bounds(code: *mut PyCodeObject, lasti: c_int) -> LineBounds {
    // SAFETY: the caller's promise; lnotab is a bytes object.
    unsafe {
        let table = bytes::as_slice(Object::from_ptr((*code).co_lnotab));
        let mut pairs = table.chunks_exact(2).peekable();
        let mut bounds = LineBounds { line: (*code).co_firstlineno, lower: 0, upper: c_int::MAX };
        let mut address = 0;
        while let Some(pair) = pairs.peek() {
            if address + c_int::from(pair[0]) > lasti {
                break;
            }
            address += c_int::from(pair[0]);
            let delta = c_int::from(pair[1] as i8);
            if delta != 0 {
                bounds.lower = address;
            }
            bounds.line += delta;
            pairs.next();
        }
        for pair in pairs {
            address += c_int::from(pair[0]);
            if pair[1] != 0 {
                bounds.upper = address;
                break;
            }
        }
        bounds
    }
}

krait_object::members! {
    static MEMBERS = [
        method::member(c"co_argcount", T_INT, 16, READONLY, c""),
        method::member(c"co_posonlyargcount", T_INT, 20, READONLY, c""),
        method::member(c"co_kwonlyargcount", T_INT, 24, READONLY, c""),
        method::member(c"co_nlocals", T_INT, 28, READONLY, c""),
        method::member(c"co_stacksize", T_INT, 32, READONLY, c""),
        method::member(c"co_flags", T_INT, 36, READONLY, c""),
        method::member(c"co_code", T_OBJECT, 48, READONLY, c""),
        method::member(c"co_consts", T_OBJECT, 56, READONLY, c""),
        method::member(c"co_names", T_OBJECT, 64, READONLY, c""),
        method::member(c"co_varnames", T_OBJECT, 72, READONLY, c""),
        method::member(c"co_freevars", T_OBJECT, 80, READONLY, c""),
        method::member(c"co_cellvars", T_OBJECT, 88, READONLY, c""),
        method::member(c"co_filename", T_OBJECT, 104, READONLY, c""),
        method::member(c"co_name", T_OBJECT, 112, READONLY, c""),
        method::member(c"co_firstlineno", T_INT, 40, READONLY, c""),
        method::member(c"co_lnotab", T_OBJECT, 120, READONLY, c""),
    ];
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"__sizeof__", size_of_code, c""),
        method::keywords(c"replace", replace, c"replace($self, /, *, co_argcount=-1, co_posonlyargcount=-1,\n        co_kwonlyargcount=-1, co_nlocals=-1, co_stacksize=-1,\n        co_flags=-1, co_firstlineno=-1, co_code=None, co_consts=None,\n        co_names=None, co_varnames=None, co_freevars=None,\n        co_cellvars=None, co_filename=None, co_name=None,\n        co_lnotab=None)\n--\n\nA copy with some fields exchanged."),
    ];
}

fn size_of_code(this: &Code) -> Result<usize> {
    // SAFETY: a live code object.
    let raw = unsafe { &*this.as_raw() };
    let mut size = size_of::<PyCodeObject>();
    if !raw.co_cell2arg.is_null() {
        // SAFETY: a checked tuple.
        size += unsafe { tuple::items(Object::from_ptr(raw.co_cellvars)).len() } * size_of::<Py_ssize_t>();
    }
    Ok(size)
}

fn replace(this: &Code, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<16> = Signature::new(
        "replace",
        [
            "co_argcount",
            "co_posonlyargcount",
            "co_kwonlyargcount",
            "co_nlocals",
            "co_stacksize",
            "co_flags",
            "co_firstlineno",
            "co_code",
            "co_consts",
            "co_names",
            "co_varnames",
            "co_freevars",
            "co_cellvars",
            "co_filename",
            "co_name",
            "co_lnotab",
        ],
    )
    .required(0)
    .keyword_only_from(0);
    let given = SIGNATURE.bind(args)?;
    // SAFETY: a live code object.
    let raw = unsafe { &*this.as_raw() };
    let old = [
        raw.co_argcount,
        raw.co_posonlyargcount,
        raw.co_kwonlyargcount,
        raw.co_nlocals,
        raw.co_stacksize,
        raw.co_flags,
        raw.co_firstlineno,
    ];
    let mut numbers = [0; 7];
    for (index, number) in numbers.iter_mut().enumerate() {
        *number = match given[index] {
            Some(value) => long::as_i32(value)?,
            None => old[index],
        };
        if *number < 0 && index != 6 {
            let names = [
                "co_argcount",
                "co_posonlyargcount",
                "co_kwonlyargcount",
                "co_nlocals",
                "co_stacksize",
                "co_flags",
            ];
            return Err(err::value_error(format_args!("{} must be a positive integer", names[index])));
        }
    }
    let objects = [
        raw.co_code,
        raw.co_consts,
        raw.co_names,
        raw.co_varnames,
        raw.co_freevars,
        raw.co_cellvars,
        raw.co_filename,
        raw.co_name,
        raw.co_lnotab,
    ];
    // SAFETY: the fields of a live code object.
    let pick = |index: usize| given[index + 7].unwrap_or(unsafe { Object::from_ptr(objects[index]) });
    let kinds = ["bytes", "tuple", "tuple", "tuple", "tuple", "tuple", "str", "str", "bytes"];
    for (index, kind) in kinds.iter().enumerate() {
        check_argument(pick(index), kind, index)?;
    }
    Ok(new(&Parts {
        argcount: numbers[0],
        posonlyargcount: numbers[1],
        kwonlyargcount: numbers[2],
        nlocals: numbers[3],
        stacksize: numbers[4],
        flags: numbers[5],
        firstlineno: numbers[6],
        code: pick(0),
        consts: pick(1),
        names: pick(2),
        varnames: pick(3),
        freevars: pick(4),
        cellvars: pick(5),
        filename: pick(6),
        name: pick(7),
        lnotab: pick(8),
    })?
    .upcast())
}

fn check_argument(value: &Object, kind: &str, index: usize) -> Result<()> {
    let fits = match kind {
        "bytes" => bytes::check(value),
        "tuple" => tuple::check(value),
        _ => unicode::check(value),
    };
    if fits {
        return Ok(());
    }
    let names = [
        "co_code",
        "co_consts",
        "co_names",
        "co_varnames",
        "co_freevars",
        "co_cellvars",
        "co_filename",
        "co_name",
        "co_lnotab",
    ];
    Err(err::type_error(format_args!(
        "replace() argument '{}' must be {kind}, not {}",
        names[index],
        if value.is_none() { "None" } else { value.class_of().name() }
    )))
}

fn tp_new(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if kw.is_some_and(|kw| krait_object::types::dict::len(kw) != 0) {
        return Err(err::type_error("code() takes no keyword arguments"));
    }
    let items = tuple::items(args);
    krait_object::args::check_positional("code", items.len(), 14, 16).map_err(|_| {
        err::clear();
        let bound = if items.len() < 14 { "at least 14" } else { "at most 16" };
        err::type_error(format_args!("code() takes {bound} arguments ({} given)", items.len()))
    })?;
    let mut numbers = [0; 7];
    for (number, index) in numbers.iter_mut().zip([0, 1, 2, 3, 4, 5, 12]) {
        *number = long::as_i32(items[index])?;
    }
    let names = ["argcount", "posonlyargcount", "kwonlyargcount", "nlocals"];
    for (name, number) in names.iter().zip(numbers) {
        if number < 0 {
            return Err(err::value_error(format_args!("code: {name} must not be negative")));
        }
    }
    let kinds =
        [(6, "bytes"), (7, "tuple"), (8, "tuple"), (9, "tuple"), (10, "str"), (11, "str"), (13, "bytes")];
    for (index, kind) in kinds {
        let fits = match kind {
            "bytes" => bytes::check(items[index]),
            "tuple" => tuple::check(items[index]),
            _ => unicode::check(items[index]),
        };
        if !fits {
            return Err(err::type_error(format_args!(
                "code() argument {} must be {kind}, not {}",
                index + 1,
                if items[index].is_none() { "None" } else { items[index].class_of().name() }
            )));
        }
    }
    let nothing = tuple::empty();
    let exact = |index: usize| -> Result<Obj> {
        let Some(names) = items.get(index) else { return Ok(nothing.clone()) };
        names_tuple(names, index + 1)
    };
    Ok(new(&Parts {
        argcount: numbers[0],
        posonlyargcount: numbers[1],
        kwonlyargcount: numbers[2],
        nlocals: numbers[3],
        stacksize: numbers[4],
        flags: numbers[5],
        code: items[6],
        consts: items[7],
        names: &*exact(8)?,
        varnames: &*exact(9)?,
        filename: items[10],
        name: items[11],
        firstlineno: numbers[6],
        lnotab: items[13],
        freevars: &*exact(14)?,
        cellvars: &*exact(15)?,
    })?
    .upcast())
}

/// A tuple of exact strs: subclasses are replaced, anything else is an error.
fn names_tuple(names: &Object, position: usize) -> Result<Obj> {
    if !tuple::check(names) {
        return Err(err::type_error(format_args!(
            "code() argument {position} must be tuple, not {}",
            if names.is_none() { "None" } else { names.class_of().name() }
        )));
    }
    let mut copied = Vec::new();
    for name in tuple::items(names) {
        if unicode::check_exact(name) {
            copied.push((*name).owned());
        } else if unicode::check(name) {
            copied.push(unicode::substring(name, 0, unicode::len(name))?);
        } else {
            return Err(err::type_error(format_args!(
                "name tuples must contain only strings, not '{}'",
                name.class_of().name()
            )));
        }
    }
    tuple::from_vec(copied)
}
