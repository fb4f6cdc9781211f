//! `_abc`: abstract base classes.
//!
//! Each class made by `ABCMeta` has a [`Data`] in `_abc_impl`: weak sets of registered classes and of classes that a test
//! has found to be, or not to be, subclasses. A registration anywhere makes all negative answers stale, which the
//! counter tells. A weak set is a set of weak references whose callbacks take them out again.

use core::cell::Cell;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::args::check_positional;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, mapping, object, sequence};
use krait_object::types::list::List;
use krait_object::types::typeobject::Type;
use krait_object::types::{bool as bools, cfunction, exceptions, long, none, set, tuple, weakref};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, intern, method, native_module, payload_class, slot,
};

native_module! {
    /// `_abc`
    init: PyInit__abc, name: c"_abc", doc: c"What abc.ABCMeta is built on.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"get_cache_token", get_cache_token, c"get_cache_token($module, /)\n--\n\nA value that changes with every registration with any abstract base class.\n\nIt says whether negative answers of subclass tests may be out of date."),
        method::o(c"_abc_init", abc_init, c"_abc_init($module, self, /)\n--\n\nSets a new class up. For the module abc only."),
        method::fastcall(c"_abc_register", abc_register, c"_abc_register($module, self, subclass, /)\n--\n\nRegisters a virtual subclass. For the module abc only."),
        method::fastcall(c"_abc_instancecheck", abc_instancecheck, c"_abc_instancecheck($module, self, instance, /)\n--\n\nTests an instance. For the module abc only."),
        method::fastcall(c"_abc_subclasscheck", abc_subclasscheck, c"_abc_subclasscheck($module, self, subclass, /)\n--\n\nTests a class. For the module abc only."),
        method::o(c"_get_dump", get_dump, c"_get_dump($module, self, /)\n--\n\nShows registry and caches.\n\nA tuple of registry, positive cache, negative cache and the version of the latter."),
        method::o(c"_reset_registry", reset_registry, c"_reset_registry($module, self, /)\n--\n\nEmpties the registry of a class. For tests only."),
        method::o(c"_reset_caches", reset_caches, c"_reset_caches($module, self, /)\n--\n\nEmpties the caches of a class. For tests only."),
    ];
}

fn exec(_this: &Object) -> Result<()> {
    DATA.make().map(drop)
}

struct Counter(Cell<u64>);
// SAFETY: touched with the GIL held only.
unsafe impl Sync for Counter {}
/// Counts registrations.
static COUNTER: Counter = Counter(Cell::new(0));

/// What an abstract base class knows.
#[repr(C)]
pub struct Data {
    head: Head,
    registry: ObjCell,
    cache: ObjCell,
    negative_cache: ObjCell,
    negative_version: Cell<u64>,
}

krait_object::heap_type! {
    /// `_abc._abc_data`
    pub static DATA = {
        tp_name: c"_abc._abc_data".as_ptr(),
        tp_basicsize: size_of::<Data>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Data>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"What an abstract base class knows of its subclasses.".as_ptr(),
        tp_traverse: payload::traverse::<Data>(),
        tp_clear: payload::clear::<Data>(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(data_new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Data, heap DATA);

impl Payload for Data {
    fn traverse(&self, visitor: &mut Visitor) {
        self.registry.visit(visitor);
        self.cache.visit(visitor);
        self.negative_cache.visit(visitor);
    }

    fn clear(&self) {
        drop(self.registry.take());
        drop(self.cache.take());
        drop(self.negative_cache.take());
    }
}

fn data_new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let new = payload::new(class, |head| Data {
        head,
        registry: ObjCell::empty(),
        cache: ObjCell::empty(),
        negative_cache: ObjCell::empty(),
        negative_version: Cell::new(COUNTER.0.get()),
    })?;
    Ok(new.upcast())
}

/// The data of a class.
fn data_of(class: &Object) -> Result<Obj<Data>> {
    let data = object::get_attr(class, intern!("_abc_impl"))?;
    if !core::ptr::eq(data.class_of(), Data::class()) {
        return Err(err::type_error("_abc_impl is set to a wrong type"));
    }
    // SAFETY: exactly the class.
    Ok(unsafe { data.cast_into() })
}

// ---- weak sets ----------------------------------------------------------------------------------------------------

/// Whether a weak set has an object. What cannot be referred to weakly is in none.
fn weak_contains(weak_set: &ObjCell, item: &Object) -> Result<bool> {
    let Some(members) = weak_set.get().filter(|members| set::len(members) != 0) else { return Ok(false) };
    match weakref::new_ref(item, None) {
        Ok(reference) => set::contains(&members, &reference),
        Err(_) if err::matches(exceptions::TypeError()) => {
            err::clear();
            Ok(false)
        }
        Err(raised) => Err(raised),
    }
}

krait_object::methods! {
    static DESTROY = [method::o(c"_destroy", destroy, c"")];
}

/// A member of a weak set has died; `this` refers to the set weakly.
fn destroy(this: &Object, reference: &Object) -> Result<()> {
    match weakref::get(this) {
        Some(members) => set::discard(&members, reference).map(drop),
        None => Ok(()),
    }
}

fn weak_add(weak_set: &ObjCell, item: &Object) -> Result<()> {
    let members = match weak_set.get() {
        Some(members) => members,
        None => {
            let new = set::new(None)?;
            weak_set.set(new.clone());
            new
        }
    };
    let owner = weakref::new_ref(&members, None)?;
    // SAFETY: a static definition.
    let callback = unsafe { cfunction::new((&raw mut DESTROY).cast(), Some(&owner), None)? };
    let reference = weakref::new_ref(item, Some(&callback))?;
    set::add(&members, &reference)
}

// ---- setting up ---------------------------------------------------------------------------------------------------

fn is_abstract(value: &Object) -> Result<bool> {
    object::is_abstract(value)
}

/// Finds the abstract methods of a new class: those it defines, and those of its bases that it does not override.
fn set_abstract_methods(this: &Object) -> Result<()> {
    let abstracts = set::new_frozen(None)?;
    let namespace = object::get_attr(this, intern!("__dict__"))?;
    let items = mapping::items(&namespace)?;
    let items = sequence::list(&items)?;
    for i in 0.. {
        let Some(item) = items.downcast::<List>().and_then(|items| items.get(i)) else { break };
        let pair = sequence::fast(&item, "items() returned non-iterable")?;
        let pair = sequence::tuple(&pair)?;
        let [key, value] = tuple::items(&pair) else {
            return Err(err::type_error("items() returned item which size is not 2"));
        };
        if is_abstract(value)? {
            set::add(&abstracts, key)?;
        }
    }
    let bases = object::get_attr(this, intern!("__bases__"))?;
    if !tuple::check(&bases) {
        return Err(err::type_error("__bases__ is not tuple"));
    }
    for base in tuple::items(&bases) {
        let Some(inherited) = object::lookup_attr(base, intern!("__abstractmethods__"))? else { continue };
        krait_object::protocol::iter::for_each(&inherited, |name| {
            if let Some(value) = object::lookup_attr(this, &name)?
                && is_abstract(&value)?
            {
                set::add(&abstracts, &name)?;
            }
            Ok(())
        })?;
    }
    object::set_attr(this, intern!("__abstractmethods__"), Some(&abstracts))
}

fn abc_init(_module: &Object, this: &Object) -> Result<()> {
    set_abstract_methods(this)?;
    let data = data_new(Data::class(), none::none(), None)?;
    object::set_attr(this, intern!("_abc_impl"), Some(&data))
}

// ---- registration and tests ---------------------------------------------------------------------------------------

fn abc_register(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("_abc_register", args.len(), 2, 2)?;
    let [this, subclass] = [args[0], args[1]];
    if subclass.downcast::<Type>().is_none() {
        return Err(err::type_error("Can only register classes"));
    }
    if object::is_subclass(subclass, this)? {
        return Ok(subclass.owned());
    }
    // The test above first: registering a subclass is no cycle.
    if object::is_subclass(this, subclass)? {
        return Err(err::runtime_error("Refusing to create an inheritance cycle"));
    }
    let data = data_of(this)?;
    weak_add(&data.registry, subclass)?;
    COUNTER.0.set(COUNTER.0.get() + 1);
    Ok(subclass.owned())
}

fn subclasscheck(this: &Object, subclass: &Object) -> Result<Obj> {
    call::call_method(this, intern!("__subclasscheck__"), &[subclass])
}

fn abc_instancecheck(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("_abc_instancecheck", args.len(), 2, 2)?;
    let [this, instance] = [args[0], args[1]];
    let data = data_of(this)?;
    let subclass = object::get_attr(instance, intern!("__class__"))?;
    if weak_contains(&data.cache, &subclass)? {
        return Ok(bools::from_bool(true));
    }
    let real = instance.class_of().object().owned();
    if real.is(&*subclass) {
        if data.negative_version.get() == COUNTER.0.get() && weak_contains(&data.negative_cache, &subclass)? {
            return Ok(bools::from_bool(false));
        }
        return subclasscheck(this, &subclass);
    }
    let result = subclasscheck(this, &subclass)?;
    if object::is_true(&result)? {
        return Ok(result);
    }
    subclasscheck(this, &real)
}

fn abc_subclasscheck(_module: &Object, args: &[&Object]) -> Result<bool> {
    check_positional("_abc_subclasscheck", args.len(), 2, 2)?;
    let [this, subclass] = [args[0], args[1]];
    let Some(class) = subclass.downcast::<Type>() else {
        return Err(err::type_error("issubclass() arg 1 must be a class"));
    };
    let data = data_of(this)?;
    if weak_contains(&data.cache, subclass)? {
        return Ok(true);
    }
    if data.negative_version.get() < COUNTER.0.get() {
        if let Some(members) = data.negative_cache.get() {
            set::clear(&members)?;
        }
        data.negative_version.set(COUNTER.0.get());
    } else if weak_contains(&data.negative_cache, subclass)? {
        return Ok(false);
    }
    let answer = call::call_method(this, intern!("__subclasshook__"), &[subclass])?;
    let answer = match bools::value(&answer) {
        Some(answer) => Some(answer),
        None if answer.is(none::not_implemented()) => None,
        None => {
            return Err(err::assertion_error(
                "__subclasshook__ must return either False, True, or NotImplemented",
            ));
        }
    };
    let answer = match answer {
        Some(answer) => answer,
        None => {
            let direct = class.mro().is_some_and(|mro| tuple::items(&mro).iter().any(|base| base.is(this)));
            direct || in_registry(&data, subclass)? || below_subclass(this, subclass)?
        }
    };
    weak_add(if answer { &data.cache } else { &data.negative_cache }, subclass)?;
    Ok(answer)
}

/// Whether the class is a registered class, or a subclass of one.
fn in_registry(data: &Data, subclass: &Object) -> Result<bool> {
    if weak_contains(&data.registry, subclass)? {
        return Ok(true);
    }
    let Some(registry) = data.registry.get() else { return Ok(false) };
    // A copy: tests run Python code, which may register more.
    let mut members = Vec::with_capacity(set::len(&registry));
    let mut position = 0;
    while let Some((reference, _)) = set::next(&registry, &mut position) {
        members.push(reference);
    }
    for reference in members {
        if let Some(class) = weakref::get(&reference)
            && object::is_subclass(subclass, &class)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the class is a subclass of one of this class's subclasses.
fn below_subclass(this: &Object, subclass: &Object) -> Result<bool> {
    let subclasses = call::call_method(this, intern!("__subclasses__"), &[])?;
    let Some(subclasses) = subclasses.downcast::<List>() else {
        return Err(err::type_error("__subclasses__() must return a list"));
    };
    for i in 0.. {
        let Some(class) = subclasses.get(i) else { break };
        if object::is_subclass(subclass, &class)? {
            return Ok(true);
        }
    }
    Ok(false)
}

// ---- for tests ----------------------------------------------------------------------------------------------------

fn get_cache_token(_module: &Object) -> Result<u64> {
    Ok(COUNTER.0.get())
}

fn get_dump(_module: &Object, this: &Object) -> Result<Obj> {
    let data = data_of(this)?;
    let copy = |cell: &ObjCell| set::new(cell.get().as_deref());
    tuple::pack([
        copy(&data.registry)?,
        copy(&data.cache)?,
        copy(&data.negative_cache)?,
        long::from_u64(data.negative_version.get())?,
    ])
}

fn reset_registry(_module: &Object, this: &Object) -> Result<()> {
    match data_of(this)?.registry.get() {
        Some(members) => set::clear(&members),
        None => Ok(()),
    }
}

fn reset_caches(_module: &Object, this: &Object) -> Result<()> {
    let data = data_of(this)?;
    for members in [data.cache.get(), data.negative_cache.get()].into_iter().flatten() {
        set::clear(&members)?;
    }
    Ok(())
}
