//! `zip`

use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::iter;
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, tuple};
use krait_object::{Class, Layout, Obj, Object, Result, err, method, payload_class, slot, static_type};

/// An iterator over tuples with an item of each iterable.
#[repr(C)]
pub struct Zip {
    #[allow(dead_code, reason = "the object head")]
    head: Head,
    iterators: ObjCell,
    /// The tuple that was handed out last, filled again when nobody else kept it.
    result: ObjCell,
}

static_type! {
    /// `zip`
    #[unsafe(no_mangle)]
    pub static PyZip_Type = {
        tp_name: c"zip".as_ptr(),
        // The C struct has a count before the two fields.
        tp_basicsize: (size_of::<Zip>() + size_of::<Py_ssize_t>()) as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Zip>(),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE) as core::ffi::c_ulong,
        tp_doc: c"zip(*iterables) --> A zip object yielding tuples until an input is exhausted.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]".as_ptr(),
        tp_traverse: payload::traverse::<Zip>(),
        tp_iter: Some(krait_object::protocol::object::PyObject_SelfIter),
        tp_iternext: slot::iternext(next),
        tp_methods: (&raw mut METHODS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(tp_new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Zip, PyZip_Type);

impl Payload for Zip {
    fn traverse(&self, visitor: &mut Visitor) {
        self.iterators.visit(visitor);
        self.result.visit(visitor);
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if super::inherits_init(class, Zip::class()) && kw.is_some_and(|kw| dict::len(kw) != 0) {
        return Err(err::type_error("zip() takes no keyword arguments"));
    }
    let mut iterators = Vec::with_capacity(tuple::items(args).len());
    for iterable in tuple::items(args) {
        iterators.push(iter::get_iter(iterable)?);
    }
    let iterators = tuple::from_vec(iterators)?;
    let new = payload::new(class, |head| Zip {
        head,
        iterators: ObjCell::new(iterators),
        result: ObjCell::empty(),
    })?;
    Ok(new.upcast())
}

fn next(this: &Zip) -> Result<Option<Obj>> {
    // SAFETY: the tuple of iterators is never replaced while the object lives, and its caller keeps the object alive.
    let Some(iterators) = (unsafe { Object::from_ptr_opt(this.iterators.as_ptr()) }) else { return Ok(None) };
    let iterators = tuple::items(iterators);
    let count = iterators.len();
    if count == 0 {
        return Ok(None);
    }
    if let Some(last) = this.result.get()
        && last.refcount() == 2
    {
        // The field's reference is the only other one: nobody sees the tuple change, nor do calls from within, which find
        // more references.
        for (index, iterator) in iterators.iter().enumerate() {
            let Some(item) = iter::next(iterator)? else { return Ok(None) };
            tuple::replace(&last, index, item);
        }
        return Ok(Some(last));
    }
    let mut items = Vec::with_capacity(count);
    for iterator in iterators {
        let Some(item) = iter::next(iterator)? else { return Ok(None) };
        items.push(item);
    }
    let new = tuple::from_vec(items)?;
    this.result.set(new.clone());
    Ok(Some(new))
}

krait_object::methods! {
    static METHODS = [method::noargs(c"__reduce__", reduce, c"Return state information for pickling.")];
}

fn reduce(this: &Zip) -> Result<Obj> {
    let iterators = this.iterators.get_or_none();
    tuple::pack([this.object().class_of().object().owned(), iterators])
}
