//! `_thread._local`: attributes of which each thread has its own.
//!
//! ```text
//!   Local ──dummies──▶ { weakref(dummy): dict, ... }       one entry for each thread that used the object
//!                           │
//!   thread state's dict ──key──▶ Dummy ──dict──▶ dict      dies with the thread, which takes the entry out
//! ```
//!
//! The thread's dict refers to the dummy only, never to the `Local`, so neither a thread nor a `Local` keeps the other
//! alive.

use core::cell::Cell;
use core::ffi::c_ulong;
use core::mem::offset_of;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::object;
use krait_object::types::typeobject::Type;
use krait_object::types::{cfunction, dict, tuple, unicode, weakref};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, err, intern, interpreter, method, state, thread_state,
};
use krait_object::{payload_class, slot, static_type};

/// What a thread's dict holds for a `Local`.
#[repr(C)]
struct Dummy {
    head: Head,
    /// Borrowed from the table of the `Local`, so that the collector sees who owns it; a `Local` takes its dummies out
    /// of all threads before the table goes.
    dict: Cell<*mut PyObject>,
    weakrefs: Cell<*mut PyObject>,
}

static_type! {
    static Dummy_Type = {
        tp_name: c"_thread._localdummy".as_ptr(),
        tp_basicsize: size_of::<Dummy>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Dummy>(),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_doc: c"Thread-local dummy".as_ptr(),
        tp_weaklistoffset: offset_of!(Dummy, weakrefs) as Py_ssize_t,
    };
}
payload_class!(Dummy, Dummy_Type);
impl Payload for Dummy {}

/// Attributes for each thread.
#[repr(C)]
pub struct Local {
    head: Head,
    /// The name of the dummy in thread dicts.
    key: ObjCell,
    args: ObjCell,
    kw: ObjCell,
    weakrefs: Cell<*mut PyObject>,
    dummies: ObjCell,
    callback: ObjCell,
}

static_type! {
    /// `_thread._local`
    pub static Local_Type = {
        tp_name: c"_thread._local".as_ptr(),
        tp_basicsize: size_of::<Local>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Local>(),
        tp_getattro: slot::subscript(getattro),
        tp_setattro: slot::obj_obj_arg(setattro),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"Thread-local data".as_ptr(),
        tp_traverse: payload::traverse::<Local>(),
        tp_clear: payload::clear::<Local>(),
        tp_weaklistoffset: offset_of!(Local, weakrefs) as Py_ssize_t,
        tp_new: slot::new(tp_new),
    };
}
payload_class!(Local, Local_Type);

impl Payload for Local {
    fn traverse(&self, visitor: &mut Visitor) {
        self.args.visit(visitor);
        self.kw.visit(visitor);
        self.dummies.visit(visitor);
    }

    fn clear(&self) {
        self.leave_threads();
        drop(self.args.take());
        drop(self.kw.take());
        drop(self.dummies.take());
        drop(self.callback.take());
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        self.leave_threads();
    }
}

/// Makes the private class ready.
pub fn ready() -> Result<()> {
    // SAFETY: a static type.
    unsafe { Type::from_raw(&raw mut Dummy_Type) }.ready()
}

krait_object::methods! {
    static CALLBACK = [method::o(c"_localdummy_destroyed", dummy_destroyed, c"")];
}

/// A thread has ended: its dict leaves the table. `this` is a weak reference to the `Local`.
fn dummy_destroyed(this: &Object, dummy_reference: &Object) -> Result<()> {
    if let Some(target) = weakref::get(this)
        && let Some(local) = target.downcast::<Local>()
        && let Some(dummies) = local.dummies.get()
    {
        dict::pop(&dummies, dummy_reference)?;
    }
    Ok(())
}

/// Whether the class has an `__init__` other than that of `object`.
fn has_init(class: &Type) -> bool {
    // SAFETY: live types; `_local` inherits `tp_init` from `object`.
    unsafe {
        let (own, inherited) = ((*class.as_raw()).tp_init, (*Local::class().as_raw()).tp_init);
        own.map(|f| f as usize) != inherited.map(|f| f as usize)
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if !has_init(class) && (!tuple::items(args).is_empty() || kw.is_some_and(|kw| dict::len(kw) != 0)) {
        return Err(err::type_error("Initialization arguments are not supported"));
    }
    let (args, kw) = (args.owned(), kw.map(Layout::owned));
    let new = payload::new(class, |head| Local {
        head,
        key: ObjCell::empty(),
        args: ObjCell::new(args),
        kw: ObjCell::from_option(kw),
        weakrefs: Cell::new(null_mut()),
        dummies: ObjCell::empty(),
        callback: ObjCell::empty(),
    })?;
    new.key.set(unicode::from_str(&format!("thread.local.{:p}", new.object()))?);
    new.dummies.set(dict::new()?);
    let reference = weakref::new_ref(new.object(), None)?;
    // SAFETY: a static definition.
    new.callback.set(unsafe { cfunction::new((&raw mut CALLBACK).cast(), Some(&reference), None)? });
    new.create_dict()?;
    Ok(new.upcast())
}

impl Local {
    fn thread_dict() -> Result<&'static Object> {
        thread_state::get_dict().ok_or_else(|| err::system_error("Couldn't get thread-state dictionary"))
    }

    /// The dict of the current thread, new.
    fn create_dict(&self) -> Result<Obj> {
        let threads = Self::thread_dict()?.owned();
        let attributes = dict::new()?;
        let dict_of_dummy = attributes.as_ptr();
        let dummy = payload::new(Dummy::class(), |head| Dummy {
            head,
            dict: Cell::new(dict_of_dummy),
            weakrefs: Cell::new(null_mut()),
        })?;
        let reference = weakref::new_ref(dummy.object(), self.callback.get().as_deref())?;
        let (Some(dummies), Some(key)) = (self.dummies.get(), self.key.get()) else {
            return Err(err::system_error("a thread-local object that has been cleared is used"));
        };
        dict::set_item(&dummies, &reference, &attributes)?;
        dict::set_item(&threads, &key, dummy.object())?;
        Ok(attributes)
    }

    /// The dict of the current thread; the first use in a thread calls `__init__` again.
    fn dict(&self) -> Result<Obj> {
        let threads = Self::thread_dict()?.owned();
        let key = self.key.get_or_none();
        if let Some(dummy) = dict::get_item(&threads, &key)?
            && let Some(dummy) = dummy.downcast::<Dummy>()
        {
            // SAFETY: the table of this object, which is in use, owns the dict.
            return Ok(unsafe { Object::from_ptr(dummy.dict.get()) }.owned());
        }
        let attributes = self.create_dict()?;
        let class = self.object().class_of();
        if has_init(class) {
            let (args, kw) = (self.args.get().unwrap_or_else(tuple::empty), self.kw.get());
            // SAFETY: the contract of tp_init: an instance, a tuple, and a dict or NULL.
            let status = unsafe {
                (*class.as_raw()).tp_init.map_or(0, |init| {
                    init(
                        self.object().as_ptr(),
                        args.as_ptr(),
                        krait_object::handle::as_ptr_opt(kw.as_deref()),
                    )
                })
            };
            if status < 0 {
                // The next use tries again. The exception stays.
                let error = err::fetch();
                let _ = dict::pop(&threads, &key).map_err(|_| err::clear());
                if let Some(error) = error {
                    return Err(err::restore(error));
                }
                return Err(Raised::assume());
            }
        }
        Ok(attributes)
    }

    /// Takes the dummies out of all threads' dicts.
    fn leave_threads(&self) {
        let Some(key) = self.key.get() else { return };
        if state::current().is_null() {
            return;
        }
        let mut dicts = Vec::new();
        interpreter::for_each_thread(|_, tstate| {
            // SAFETY: a live thread state owns its dict or has none.
            if let Some(dict) = unsafe { Object::from_ptr_opt((*tstate).dict) } {
                dicts.push(dict.owned());
            }
        });
        let error = err::fetch();
        for dict in dicts {
            if dict::pop(&dict, &key).is_err() {
                err::clear();
            }
        }
        if let Some(error) = error {
            let _ = err::restore(error);
        }
    }
}

fn getattro(this: &Local, name: &Object) -> Result<Obj> {
    let attributes = this.dict()?;
    if unicode::check(name) && unicode::eq(name, intern!("__dict__")) {
        return Ok(attributes);
    }
    if core::ptr::eq(this.object().class_of(), Local::class())
        && let Some(value) = dict::get_item(&attributes, name)?
    {
        return Ok(value);
    }
    match object::generic_get_attr_with_dict(this.object(), name, Some(&attributes), false)? {
        Some(value) => Ok(value),
        None => Err(err::set_object(krait_object::types::exceptions::AttributeError(), name)),
    }
}

fn setattro(this: &Local, name: &Object, value: Option<&Object>) -> Result<()> {
    let attributes = this.dict()?;
    if unicode::check(name) && unicode::eq(name, intern!("__dict__")) {
        return Err(err::attribute_error(format_args!(
            "'{:.50}' object attribute '{}' is read-only",
            this.object().class_of().name(),
            unicode::display(name)
        )));
    }
    object::generic_set_attr_with_dict(this.object(), name, value, Some(&attributes))
}
