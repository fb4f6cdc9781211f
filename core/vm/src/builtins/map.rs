//! `map`

use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, iter};
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, tuple};
use krait_object::{Class, Layout, Obj, Object, Result, err, method, payload_class, slot, static_type};

/// An iterator over the results of a function, called with an item of each iterable.
#[repr(C)]
pub struct Map {
    #[allow(dead_code, reason = "the object head")]
    head: Head,
    iterators: ObjCell,
    function: ObjCell,
}

static_type! {
    /// `map`
    #[unsafe(no_mangle)]
    pub static PyMap_Type = {
        tp_name: c"map".as_ptr(),
        tp_basicsize: size_of::<Map>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Map>(),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE) as core::ffi::c_ulong,
        tp_doc: c"map(func, *iterables) --> map object\n\nAn iterator that calls the function with an item of each iterable and ends\nwith the shortest.".as_ptr(),
        tp_traverse: payload::traverse::<Map>(),
        tp_iter: Some(krait_object::protocol::object::PyObject_SelfIter),
        tp_iternext: slot::iternext(next),
        tp_methods: (&raw mut METHODS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(tp_new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Map, PyMap_Type);

impl Payload for Map {
    fn traverse(&self, visitor: &mut Visitor) {
        self.iterators.visit(visitor);
        self.function.visit(visitor);
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if super::inherits_init(class, Map::class()) && kw.is_some_and(|kw| dict::len(kw) != 0) {
        return Err(err::type_error("map() takes no keyword arguments"));
    }
    let items = tuple::items(args);
    if items.len() < 2 {
        return Err(err::type_error("map() must have at least two arguments."));
    }
    let iterators = items[1..].iter().map(|iterable| iter::get_iter(iterable)).collect::<Result<Vec<_>>>()?;
    let iterators = tuple::from_vec(iterators)?;
    let function = items[0].owned();
    let new = payload::new(class, |head| Map {
        head,
        iterators: ObjCell::new(iterators),
        function: ObjCell::new(function),
    })?;
    Ok(new.upcast())
}

fn next(this: &Map) -> Result<Option<Obj>> {
    // SAFETY: neither is replaced while the object lives, and its caller keeps the object alive.
    let (function, iterators) = unsafe {
        (Object::from_ptr_opt(this.function.as_ptr()), Object::from_ptr_opt(this.iterators.as_ptr()))
    };
    let (Some(function), Some(iterators)) = (function, iterators) else { return Ok(None) };
    let iterators = tuple::items(iterators);
    if let [iterator] = iterators {
        let Some(item) = iter::next(iterator)? else { return Ok(None) };
        return call::call1(function, &item).map(Some);
    }
    let mut items = Vec::with_capacity(iterators.len());
    for iterator in iterators {
        let Some(item) = iter::next(iterator)? else { return Ok(None) };
        items.push(item);
    }
    let args: Vec<&Object> = items.iter().map(|item| &**item).collect();
    call::call(function, &args).map(Some)
}

krait_object::methods! {
    static METHODS = [method::noargs(c"__reduce__", reduce, c"Return state information for pickling.")];
}

fn reduce(this: &Map) -> Result<Obj> {
    let iterators = this.iterators.get_or_none();
    let mut args = vec![this.function.get_or_none()];
    args.extend(tuple::items(&iterators).iter().map(|iterator| (*iterator).owned()));
    let args = tuple::from_vec(args)?;
    tuple::pack([this.object().class_of().object().owned(), args])
}
