//! `_ctypes.CFuncPtr`: C functions that Python can call, and Python functions that C can call.

use super::call::call_function;
use super::callback::Thunk;
use super::cdata::CData;
use super::info::{self, IS_POINTER, Info, Kind};
use super::metatype;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Payload};
use krait_object::protocol::{call, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, dict, long, none, tuple, unicode};
use krait_object::{
    Layout, Obj, Object, Raised, Result, err, getsets, intern, method, payload_class, slot, static_type,
};

/// See the module.
#[repr(C)]
pub struct Function {
    data: CData,
    /// What these hold takes the place of what the class says.
    callable: ObjCell,
    converters: ObjCell,
    argtypes: ObjCell,
    restype: ObjCell,
    checker: ObjCell,
    errcheck: ObjCell,
    /// The directions, names and defaults of the parameters.
    paramflags: ObjCell,
    /// Room that CPython's structure has.
    _thunk: ObjCell,
}
const _: () = assert!(size_of::<Function>() == 160);

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_bool: slot::inquiry(|this: &Function| Ok(!this.data.pointer().is_null())),
    ..krait_object::payload::EMPTY_NUMBER
};

static_type! {
    /// `_ctypes.PyCFuncPtr`
    pub static Function_Type = {
        tp_name: c"_ctypes.PyCFuncPtr".as_ptr(),
        tp_basicsize: size_of::<Function>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Function>(),
        tp_repr: slot::unary(repr),
        tp_as_number: &raw mut AS_NUMBER,
        tp_call: slot::call(call),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"Function Pointer".as_ptr(),
        tp_traverse: payload::traverse::<Function>(),
        tp_clear: payload::clear::<Function>(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_base: &raw mut super::cdata::CData_Type,
        tp_new: slot::new(new),
    };
}
payload_class!(Function, Function_Type);

impl Payload for Function {
    fn traverse(&self, visitor: &mut Visitor) {
        self.data.traverse(visitor);
        for cell in self.cells() {
            cell.visit(visitor);
        }
    }

    fn clear(&self) {
        self.data.clear();
        for cell in self.cells() {
            drop(cell.take());
        }
    }
}

getsets! {
    static GETSETS = [
        method::getset(c"errcheck", |this: &Function| -> Result<Obj> { Ok(this.errcheck.get_or_none()) }, set_errcheck, c"a function to check for errors"),
        method::getset(c"restype", restype, set_restype, c"specify the result type"),
        method::getset(c"argtypes", argtypes, set_argtypes, c"specify the argument types"),
    ];
}

impl Function {
    fn cells(&self) -> [&ObjCell; 7] {
        [
            &self.callable,
            &self.converters,
            &self.argtypes,
            &self.restype,
            &self.checker,
            &self.errcheck,
            &self.paramflags,
        ]
    }

    fn info(&self) -> Result<&Info> {
        info::required(self.data.object().class_of())
    }
}

// ---- classes ----

/// The `from_param` methods of classes.
fn converters_of(argtypes: &Object) -> Result<Obj> {
    if !tuple::check(argtypes) {
        return Err(err::type_error("_argtypes_ must be a sequence of types"));
    }
    let mut converters = Vec::new();
    for (i, class) in tuple::items(argtypes).iter().enumerate() {
        let Some(converter) = object::lookup_attr(class, intern!("from_param"))? else {
            return Err(err::type_error(format_args!(
                "item {} in _argtypes_ has no from_param method",
                i + 1
            )));
        };
        converters.push(converter);
    }
    tuple::from_vec(converters)
}

fn checker_of(restype: &Object) -> Result<Option<Obj>> {
    object::lookup_attr(restype, intern!("_check_retval_"))
}

fn is_restype(restype: &Object) -> bool {
    restype.is_none() || info::of(restype).is_some() || object::is_callable(restype)
}

/// `tp_new` of the metatype.
pub fn new_class(metatype: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let class = metatype::plain_class(metatype, args, kw)?;
    let own = |name: &Object| class.dict().map_or(Ok(None), |names| dict::get_item(names, name));
    let info = info::attach(&class, Info::new(Kind::Function))?;
    info.set_format(*b"X{}");
    let flags = own(intern!("_flags_"))?.filter(|flags| long::check(flags));
    let Some(flags) = flags else {
        return Err(err::type_error("class must define _flags_ which must be an integer"));
    };
    info.add(long::as_unsigned_long_mask(&flags)? as u32 | IS_POINTER);
    if let Some(argtypes) = own(intern!("_argtypes_"))? {
        info.converters.set(converters_of(&argtypes)?);
        info.argtypes.set(argtypes);
    }
    if let Some(restype) = own(intern!("_restype_"))? {
        if !is_restype(&restype) {
            return Err(err::type_error("_restype_ must be a type, a callable, or None"));
        }
        info.checker.set_opt(checker_of(&restype)?);
        info.restype.set(restype);
    }
    Ok(class.upcast())
}

// ---- instances ----

fn alloc(class: &Type) -> Result<Obj<Function>> {
    // SAFETY: instances of classes of functions have the room, and zeroed memory is a function without settings.
    Ok(unsafe { CData::alloc(class)?.cast_into::<Function>() })
}

fn new(class: &Type, args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let args = tuple::items(args);
    let Some(first) = args.first() else { return Ok(alloc(class)?.data.object().owned()) };
    if tuple::check(first) {
        return from_library(class, args);
    }
    if args.len() != 1 {
        return Err(err::type_error(format_args!(
            "function takes exactly 1 argument ({} given)",
            args.len()
        )));
    }
    if long::check(first) {
        let address = long::as_void_ptr(first)?;
        let this = alloc(class)?;
        this.data.set_pointer(address);
        return Ok(this.data.object().owned());
    }
    if !object::is_callable(first) {
        return Err(err::type_error("argument must be callable or integer function address"));
    }
    let info = info::of_type(class).filter(|info| !info.argtypes.is_empty());
    let Some(info) = info else {
        return Err(err::type_error("cannot construct instance of this class: no argtypes"));
    };
    let classes = info.argtypes.get_or_none();
    let thunk = Thunk::new(first, &classes, info.restype.get().as_deref(), info.flags.get())?;
    let this = alloc(class)?;
    this.callable.set(first.owned());
    this.data.set_pointer(thunk.address());
    this.data.keep(0, thunk.upcast())?;
    Ok(this.data.object().owned())
}

/// A function of a library: `((name, library), paramflags=None)`.
fn from_library(class: &Type, args: &[&Object]) -> Result<Obj> {
    crate::support::check_count("", args.len(), 1, 2)?;
    let &[name, library] = tuple::items(args[0]) else {
        return Err(err::type_error(format_args!(
            "argument 1 must be sequence of length 2, not {}",
            tuple::items(args[0]).len()
        )));
    };
    let symbol = if bytes::check(name) {
        bytes::as_slice(name).to_vec()
    } else if unicode::check(name) {
        unicode::as_utf8(name)?.as_bytes().to_vec()
    } else {
        return Err(err::type_error("function name must be string, bytes object or integer"));
    };
    super::audit("ctypes.dlsym", [library.owned(), name.owned()])?;
    let address = super::symbol(library, &symbol)?.map_err(|error| err::attribute_error(error))?;
    let paramflags = crate::support::not_none(args.get(1).copied());
    if let Some(paramflags) = paramflags {
        check_paramflags(class, paramflags)?;
    }
    let this = alloc(class)?;
    this.paramflags.set_opt(paramflags.map(Layout::owned));
    this.data.set_pointer(address);
    this.data.keep(0, library.owned())?;
    Ok(this.data.object().owned())
}

/// One item of `paramflags`: direction, name, default.
fn read_paramflag(item: &Object) -> Option<(i32, Option<&Object>, Option<&Object>)> {
    if !tuple::check(item) {
        return None;
    }
    let (flag, name, default) = match *tuple::items(item) {
        [flag] => (flag, None, None),
        [flag, name] => (flag, Some(name), None),
        [flag, name, default] => (flag, Some(name), Some(default)),
        _ => return None,
    };
    let is_name = name.is_none_or(|name| name.is_none() || unicode::check(name));
    let flag = if long::check(flag) { long::as_i64_opt(flag) } else { None };
    let flag = i32::try_from(flag?).ok()?;
    is_name.then_some((flag, name.filter(|name| !name.is_none()), default))
}

fn check_paramflags(class: &Type, paramflags: &Object) -> Result<()> {
    let Some(argtypes) = info::of_type(class).and_then(|info| info.argtypes.get()) else {
        return Err(err::type_error("abstract class"));
    };
    if !tuple::check(paramflags) {
        return Err(err::type_error("paramflags must be a tuple or None"));
    }
    let items = tuple::items(paramflags);
    if items.len() != tuple::items(&argtypes).len() {
        return Err(err::value_error("paramflags must have the same length as argtypes"));
    }
    for (i, (item, class)) in items.iter().zip(tuple::items(&argtypes)).enumerate() {
        let Some((flag, ..)) = read_paramflag(item) else {
            return Err(err::type_error("paramflags must be a sequence of (int [,string [,value]]) tuples"));
        };
        match flag & (IN | OUT | LCID) {
            0 | IN | 3 | 5 => {}
            OUT => check_out(class, i + 1)?,
            _ => return Err(err::type_error(format_args!("paramflag value {flag} not supported"))),
        }
    }
    Ok(())
}

/// Results come back through what points at memory.
fn check_out(class: &Object, index: usize) -> Result<()> {
    let good = info::of(class).is_some_and(|info| match info.kind {
        Kind::Pointer | Kind::Array | Kind::Function => true,
        Kind::Simple => matches!(info.letter(), Some(b'P' | b'z' | b'Z' | b's' | b'X' | b'O')),
        Kind::Struct | Kind::Union => false,
    });
    if good {
        return Ok(());
    }
    let name = class
        .downcast::<Type>()
        .map_or_else(|| class.class_of().name().to_owned(), |class| class.name().to_owned());
    Err(err::type_error(format_args!("'out' parameter {index} must be a pointer type, not {name}")))
}

const IN: i32 = 1;
const OUT: i32 = 2;
const LCID: i32 = 4;

/// The arguments of a call after `paramflags` have had their say, and which of them are results.
struct CallArguments {
    values: Vec<Obj>,
    in_out: Vec<bool>,
    out: Vec<bool>,
}

fn next_argument<'a>(
    index: &mut usize,
    name: Option<&Object>,
    default: Option<&'a Object>,
    args: &[&'a Object],
    kw: Option<&'a Object>,
) -> Result<Obj> {
    if let Some(value) = args.get(*index) {
        *index += 1;
        return Ok((*value).owned());
    }
    if let (Some(kw), Some(name)) = (kw, name)
        && let Some(value) = dict::get_item(kw, name)?
    {
        *index += 1;
        return Ok(value);
    }
    if let Some(default) = default {
        return Ok(default.owned());
    }
    match name {
        Some(name) => {
            Err(err::type_error(format_args!("required argument '{}' missing", unicode::display(name))))
        }
        None => Err(err::type_error("not enough arguments")),
    }
}

/// Memory for a result.
fn out_argument(class: &Object) -> Result<Obj> {
    let Some(info) = info::of(class) else { return Err(err::runtime_error("NULL stgdict unexpected")) };
    match info.proto.get() {
        Some(proto) if unicode::check(&proto) => {
            let name = class.downcast::<Type>().map_or("?", Type::name);
            Err(err::type_error(format_args!("{name} 'out' parameter must be passed as default value")))
        }
        Some(proto) if info.kind != Kind::Array => call::call0(&proto),
        _ => call::call0(class),
    }
}

fn build_arguments(
    paramflags: &Object,
    argtypes: &Object,
    args: &[&Object],
    kw: Option<&Object>,
) -> Result<CallArguments> {
    let count = tuple::items(argtypes).len();
    let mut built = CallArguments { values: Vec::new(), in_out: vec![false; count], out: vec![false; count] };
    let mut index = 0;
    for (i, (item, class)) in tuple::items(paramflags).iter().zip(tuple::items(argtypes)).enumerate() {
        let Some((flag, name, default)) = read_paramflag(item) else { return Err(err::bad_internal_call()) };
        let value = match flag & (IN | OUT | LCID) {
            5 => default.map_or_else(|| long::from_i64(0), |default| Ok(default.owned()))?,
            OUT => {
                built.out[i] = true;
                match default {
                    Some(default) => default.owned(),
                    None => out_argument(class)?,
                }
            }
            direction => {
                built.in_out[i] = direction == 3;
                next_argument(&mut index, name, default, args, kw)?
            }
        };
        built.values.push(value);
    }
    let given = args.len() + kw.map_or(0, dict::len);
    if given != index {
        return Err(err::type_error(format_args!("call takes exactly {index} arguments ({given} given)")));
    }
    Ok(built)
}

impl CallArguments {
    /// The result of the call: the function's own, or those that came back through arguments.
    fn result(&self, result: Obj) -> Result<Obj> {
        let mut values = Vec::new();
        for (i, value) in self.values.iter().enumerate() {
            if self.in_out[i] {
                values.push(value.owned());
            } else if self.out[i] {
                values.push(call::call_method_str(value, "__ctypes_from_outparam__", &[])?);
            }
        }
        match values.len() {
            0 => Ok(result),
            1 => values.pop().ok_or_else(err::bad_internal_call),
            _ => tuple::from_vec(values),
        }
    }
}

fn call(this: &Function, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let info = this.info()?;
    let setting = |own: &ObjCell, class: &ObjCell| own.get().or_else(|| class.get());
    let restype = setting(&this.restype, &info.restype);
    let converters = setting(&this.converters, &info.converters);
    let checker = setting(&this.checker, &info.checker);
    let argtypes = setting(&this.argtypes, &info.argtypes);
    let built = match (&argtypes, this.paramflags.get()) {
        (Some(argtypes), Some(paramflags)) if !tuple::items(argtypes).is_empty() => {
            Some(build_arguments(&paramflags, argtypes, tuple::items(args), kw)?)
        }
        _ => None,
    };
    let call_args = match &built {
        Some(built) => tuple::from_slice(&built.values.iter().map(|value| &**value).collect::<Vec<_>>())?,
        None => args.owned(),
    };
    let given = tuple::items(&call_args);
    if let Some(converters) = &converters {
        let required = tuple::items(converters).len();
        if required > given.len() {
            let plural = if required == 1 { "" } else { "s" };
            return Err(err::type_error(format_args!(
                "this function takes at least {required} argument{plural} ({} given)",
                given.len()
            )));
        }
    }
    let function = this.data.pointer().cast();
    // SAFETY: the program says that there is such a function.
    let result = unsafe {
        call_function(
            function,
            given,
            info.flags.get(),
            converters.as_deref(),
            restype.as_deref(),
            checker.as_deref(),
        )?
    };
    if let Some(errcheck) = this.errcheck.get() {
        let checked = call::call(&errcheck, &[&result, this.data.object(), &call_args])?;
        // Only the untouched arguments stand for "go on".
        if !checked.is(&*call_args) {
            return Ok(checked);
        }
    }
    built.map_or(Ok(result.owned()), |built| built.result(result))
}

fn set_errcheck(this: &Function, value: Option<&Object>) -> Result<()> {
    if value.is_some_and(|value| !object::is_callable(value)) {
        return Err(err::type_error("the errcheck attribute must be callable"));
    }
    this.errcheck.set_opt(value.map(Layout::owned));
    Ok(())
}

fn restype(this: &Function) -> Result<Obj> {
    let own = this.restype.get();
    Ok(own.or(this.info()?.restype.get()).unwrap_or_else(|| none::none().owned()))
}

fn set_restype(this: &Function, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else {
        drop(this.restype.take());
        drop(this.checker.take());
        return Ok(());
    };
    if !is_restype(value) {
        return Err(err::type_error("restype must be a type, a callable, or None"));
    }
    this.checker.set_opt(checker_of(value)?);
    this.restype.set(value.owned());
    Ok(())
}

fn argtypes(this: &Function) -> Result<Obj> {
    let own = this.argtypes.get();
    Ok(own.or(this.info()?.argtypes.get()).unwrap_or_else(|| none::none().owned()))
}

fn set_argtypes(this: &Function, value: Option<&Object>) -> Result<()> {
    let Some(value) = crate::support::not_none(value) else {
        drop(this.converters.take());
        drop(this.argtypes.take());
        return Ok(());
    };
    let classes = krait_object::protocol::sequence::tuple(value).map_err(|_| argtypes_error())?;
    this.converters.set(converters_of(&classes)?);
    this.argtypes.set(value.owned());
    Ok(())
}

#[cold]
fn argtypes_error() -> Raised {
    err::type_error("_argtypes_ must be a sequence of types")
}

fn repr(this: &Function) -> Result<Obj> {
    let name = this.data.object().class_of().name();
    unicode::from_str(&format!("<{name} object at {this:p}>"))
}
