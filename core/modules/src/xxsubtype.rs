//! `xxsubtype`: classes derived from built-in ones in native code, as an example and for tests.

use crate::support::check_count;
use core::cell::{Cell, UnsafeCell};
use core::ffi::{c_int, c_ulong};
use core::mem::offset_of;
use krait_abi::*;
use krait_object::protocol::object;
use krait_object::types::dict::PyDict_Type;
use krait_object::types::list::PyList_Type;
use krait_object::types::{float, module, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, getsets, members, method, methods, native_module, payload_class,
    slot, static_type,
};

native_module! {
    /// `xxsubtype`
    init: PyInit_xxsubtype, name: c"xxsubtype",
    doc: c"Classes derived from built-in ones in native code: an example, which the tests of descriptors use.",
    methods: METHODS, exec: exec,
}

fn exec(this: &Object) -> Result<()> {
    SpamList::class().ready()?;
    SpamDict::class().ready()?;
    module::add(this, "spamlist", SpamList::class().object())?;
    module::add(this, "spamdict", SpamDict::class().object())
}

methods! {
    static METHODS = [method::varargs(c"bench", bench, c"")];
}

unsafe extern "C" {
    safe fn clock() -> libc::clock_t;
}

/// As POSIX demands.
const CLOCKS_PER_SEC: f64 = 1e6;

/// The processor time that a number of attribute look-ups takes.
fn bench(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("", args.len(), 2, 3)?;
    if !unicode::check(args[1]) {
        return Err(crate::support::wrong_type("", 2, "str", args[1]));
    }
    let count = args.get(2).map_or(Ok(1000), |count| crate::support::parse_int(count))?;
    let start = clock();
    for _ in 0..count {
        object::get_attr(args[0], args[1])?;
    }
    let end = clock();
    float::from_f64((end - start) as f64 / CLOCKS_PER_SEC)
}

/// A list with a number.
#[repr(C)]
pub struct SpamList {
    list: UnsafeCell<PyListObject>,
    state: Cell<c_int>,
}

/// A dict with a number.
#[repr(C)]
pub struct SpamDict {
    dict: UnsafeCell<PyDictObject>,
    state: Cell<c_int>,
}

static_type! {
    /// `xxsubtype.spamlist`
    pub static SpamList_Type = {
        tp_name: c"xxsubtype.spamlist".as_ptr(),
        tp_basicsize: size_of::<SpamList>() as Py_ssize_t,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_methods: (&raw mut LIST_METHODS).cast(),
        tp_getset: (&raw mut LIST_GETSETS).cast(),
        tp_base: &raw mut PyList_Type,
        tp_init: slot::init(init_list),
    };
}
payload_class!(SpamList, SpamList_Type);

static_type! {
    /// `xxsubtype.spamdict`
    pub static SpamDict_Type = {
        tp_name: c"xxsubtype.spamdict".as_ptr(),
        tp_basicsize: size_of::<SpamDict>() as Py_ssize_t,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_methods: (&raw mut DICT_METHODS).cast(),
        tp_members: (&raw mut DICT_MEMBERS).cast(),
        tp_base: &raw mut PyDict_Type,
        tp_init: slot::init(init_dict),
    };
}
payload_class!(SpamDict, SpamDict_Type);

/// The initialisation of the base class.
fn init_base(base: *mut PyTypeObject, this: &Object, args: &Object, kw: Option<&Object>) -> Result<()> {
    // SAFETY: a ready built-in class, and an instance of it.
    unsafe {
        let Some(init) = (*base).tp_init else { return Ok(()) };
        match init(this.as_ptr(), args.as_ptr(), krait_object::handle::as_ptr_opt(kw)) {
            0 => Ok(()),
            _ => Err(krait_object::Raised::assume()),
        }
    }
}

fn init_list(this: &SpamList, args: &Object, kw: Option<&Object>) -> Result<()> {
    init_base(&raw mut PyList_Type, this.object(), args, kw)?;
    this.state.set(0);
    Ok(())
}

fn init_dict(this: &SpamDict, args: &Object, kw: Option<&Object>) -> Result<()> {
    init_base(&raw mut PyDict_Type, this.object(), args, kw)?;
    this.state.set(0);
    Ok(())
}

fn get(state: &Cell<c_int>, args: &Object) -> Result<c_int> {
    check_count("getstate", tuple::items(args).len(), 0, 0)?;
    Ok(state.get())
}

fn set(state: &Cell<c_int>, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    check_count("setstate", args.len(), 1, 1)?;
    state.set(crate::support::parse_int(args[0])?);
    Ok(())
}

methods! {
    static LIST_METHODS = [
        method::varargs(c"getstate", |this: &SpamList, args: &Object| get(&this.state, args), c"getstate() -> state"),
        method::varargs(c"setstate", |this: &SpamList, args: &Object| set(&this.state, args), c"setstate(state)"),
        method::with_flags(method::varargs_keywords(c"classmeth", arguments, c"classmeth(*args, **kw)"), METH_CLASS),
        method::with_flags(method::varargs_keywords(c"staticmeth", arguments, c"staticmeth(*args, **kw)"), METH_STATIC),
    ];
}

methods! {
    static DICT_METHODS = [
        method::varargs(c"getstate", |this: &SpamDict, args: &Object| get(&this.state, args), c"getstate() -> state"),
        method::varargs(c"setstate", |this: &SpamDict, args: &Object| set(&this.state, args), c"setstate(state)"),
    ];
}

members! {
    static DICT_MEMBERS = [
        method::member(c"state", T_INT, offset_of!(SpamDict, state), READONLY, c"a number, as an example"),
    ];
}

getsets! {
    static LIST_GETSETS = [
        method::getter(c"state", |this: &SpamList| Ok(this.state.get()), c"a number, as an example"),
    ];
}

/// What a class method or static method gets.
fn arguments(this: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    tuple::pack([this.owned(), args.owned(), kw.unwrap_or(none::none()).owned()])
}
