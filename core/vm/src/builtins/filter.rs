//! `filter`

use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, iter, object};
use krait_object::types::bool::PyBool_Type;
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, tuple};
use krait_object::{Class, Layout, Obj, Object, Result, err, method, payload_class, slot, static_type};

/// An iterator over the items for which a function (None: truth itself) is true.
#[repr(C)]
pub struct Filter {
    #[allow(dead_code, reason = "the object head")]
    head: Head,
    function: ObjCell,
    iterator: ObjCell,
}

static_type! {
    /// `filter`
    #[unsafe(no_mangle)]
    pub static PyFilter_Type = {
        tp_name: c"filter".as_ptr(),
        tp_basicsize: size_of::<Filter>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Filter>(),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE) as core::ffi::c_ulong,
        tp_doc: c"filter(function or None, iterable) --> filter object\n\nAn iterator over the items for which function(item) is true, or, without a\nfunction, the items that are true.".as_ptr(),
        tp_traverse: payload::traverse::<Filter>(),
        tp_iter: Some(krait_object::protocol::object::PyObject_SelfIter),
        tp_iternext: slot::iternext(next),
        tp_methods: (&raw mut METHODS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(tp_new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Filter, PyFilter_Type);

impl Payload for Filter {
    fn traverse(&self, visitor: &mut Visitor) {
        self.iterator.visit(visitor);
        self.function.visit(visitor);
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if super::inherits_init(class, Filter::class()) && kw.is_some_and(|kw| dict::len(kw) != 0) {
        return Err(err::type_error("filter() takes no keyword arguments"));
    }
    let items = tuple::items(args);
    krait_object::args::check_positional("filter", items.len(), 2, 2)?;
    let iterator = iter::get_iter(items[1])?;
    let function = items[0].owned();
    let new = payload::new(class, |head| Filter {
        head,
        function: ObjCell::new(function),
        iterator: ObjCell::new(iterator),
    })?;
    Ok(new.upcast())
}

fn next(this: &Filter) -> Result<Option<Obj>> {
    let (Some(function), Some(iterator)) = (this.function.get(), this.iterator.get()) else {
        return Ok(None);
    };
    let truth_only = function.is_none() || core::ptr::eq(function.as_ptr().cast(), &raw mut PyBool_Type);
    while let Some(item) = iter::next(&iterator)? {
        let keep = if truth_only {
            object::is_true(&item)?
        } else {
            object::is_true(&*call::call1(&function, &item)?)?
        };
        if keep {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

krait_object::methods! {
    static METHODS = [method::noargs(c"__reduce__", reduce, c"Return state information for pickling.")];
}

fn reduce(this: &Filter) -> Result<Obj> {
    let args = tuple::pack([this.function.get_or_none(), this.iterator.get_or_none()])?;
    tuple::pack([this.object().class_of().object().owned(), args])
}
