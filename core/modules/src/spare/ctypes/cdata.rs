//! `_ctypes._CData`: an instance of C data, and what all its kinds share.
//!
//! ```text
//!   ┌──────── 16  ptr: the memory
//!   ├──────── 24  whether it is ours
//!   ├──────── 32  base: the instance in whose memory this one lies, index: where
//!   ├──────── 56  objects: what has to live as long as the memory points at it; kept in the outermost instance
//!   ├──────── 80  16 bytes for small values, at which ptr points then
//! ```

use super::codes::{Getter, Setter};
use super::info::{self, FINAL, HAS_POINTER, IS_POINTER, Info, Kind};
use core::cell::{Cell, UnsafeCell};
use core::ffi::{c_int, c_ulong, c_void};
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{buffer, call, class_check, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, dict, none, tuple, unicode};
use krait_object::{
    Layout, Obj, Object, Raised, Result, err, intern, members, memory, method, methods, payload_class, slot,
    static_type,
};

/// Memory for small values.
#[repr(C, align(16))]
pub struct Inline(UnsafeCell<[u8; 16]>);

/// See the module.
#[repr(C)]
pub struct CData {
    head: Head,
    ptr: Cell<*mut u8>,
    needs_free: Cell<c_int>,
    base: ObjCell,
    pub size: Cell<usize>,
    /// Items of an array, fields of a structure.
    pub length: Cell<usize>,
    pub index: Cell<usize>,
    pub objects: ObjCell,
    value: Inline,
}
const _: () = assert!(size_of::<CData>() == 96);

static mut AS_BUFFER: PyBufferProcs = PyBufferProcs { bf_getbuffer: Some(export), bf_releasebuffer: None };

static_type! {
    /// `_ctypes._CData`
    pub static CData_Type = {
        tp_name: c"_ctypes._CData".as_ptr(),
        tp_basicsize: size_of::<CData>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<CData>(),
        tp_hash: slot::hash(|_: &CData| Err(err::type_error("unhashable type"))),
        tp_as_buffer: &raw mut AS_BUFFER,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"XXX to be provided".as_ptr(),
        tp_traverse: payload::traverse::<CData>(),
        tp_clear: payload::clear::<CData>(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
    };
}
payload_class!(CData, CData_Type);

methods! {
    static METHODS = [
        method::noargs(c"__ctypes_from_outparam__", |this: &CData| -> Result<Obj> { Ok(this.object().owned()) }, c""),
        method::noargs(c"__reduce__", reduce, c""),
        method::varargs(c"__setstate__", setstate, c""),
    ];
}
members! {
    static MEMBERS = [
        method::member(c"_b_base_", T_OBJECT, core::mem::offset_of!(CData, base), READONLY, c"the base object"),
        method::member(c"_b_needsfree_", T_INT, core::mem::offset_of!(CData, needs_free), READONLY, c"whether the object owns the memory or not"),
        method::member(c"_objects", T_OBJECT, core::mem::offset_of!(CData, objects), READONLY, c"internal objects tree (NEVER CHANGE THIS OBJECT!)"),
    ];
}

impl Payload for CData {
    fn traverse(&self, visitor: &mut Visitor) {
        self.base.visit(visitor);
        self.objects.visit(visitor);
    }

    fn clear(&self) {
        drop(self.objects.take());
    }
}

impl Drop for CData {
    fn drop(&mut self) {
        self.release();
    }
}

impl CData {
    fn new(class: &Type, info: &Info) -> Result<Obj<CData>> {
        info.add(FINAL);
        payload::new(class, |head| CData {
            head,
            ptr: Cell::new(core::ptr::null_mut()),
            needs_free: Cell::new(0),
            base: ObjCell::empty(),
            size: Cell::new(info.size.get()),
            length: Cell::new(info.length.get()),
            index: Cell::new(0),
            objects: ObjCell::empty(),
            value: Inline(UnsafeCell::new([0; 16])),
        })
    }

    /// An instance with zeroed memory of its own.
    pub fn alloc(class: &Type) -> Result<Obj<CData>> {
        let new = CData::new(class, info::required(class)?)?;
        new.own_memory(new.size.get())?;
        Ok(new)
    }

    /// An instance over memory that somebody else owns.
    pub fn at_address(class: &Type, address: *mut u8) -> Result<Obj<CData>> {
        super::audit("ctypes.cdata", [krait_object::types::long::from_void_ptr(address.cast())?])?;
        let new = CData::new(class, info::required(class)?)?;
        new.ptr.set(address);
        Ok(new)
    }

    /// An instance inside another's memory, or a copy of memory.
    ///
    /// # Safety
    /// The address is that of an instance of the class, inside the base's reach if there is one.
    pub unsafe fn from_base(
        class: &Type,
        base: Option<&CData>,
        index: usize,
        address: *mut u8,
    ) -> Result<Obj<CData>> {
        let new = CData::new(class, info::required(class)?)?;
        new.index.set(index);
        match base {
            Some(base) => {
                new.ptr.set(address);
                new.base.set(base.object().owned());
            }
            None => {
                new.own_memory(new.size.get())?;
                // SAFETY: the caller's promise.
                unsafe { core::ptr::copy_nonoverlapping(address, new.ptr.get(), new.size.get()) };
            }
        }
        Ok(new)
    }

    fn own_memory(&self, size: usize) -> Result<()> {
        self.needs_free.set(1);
        if size <= size_of::<Inline>() {
            self.ptr.set(self.value.0.get().cast());
            return Ok(());
        }
        let memory = memory::mem_calloc(1, size).cast::<u8>();
        if memory.is_null() {
            self.needs_free.set(0);
            return Err(err::no_memory());
        }
        self.ptr.set(memory);
        Ok(())
    }

    fn is_inline(&self) -> bool {
        self.ptr.get() == self.value.0.get().cast()
    }

    fn release(&self) {
        if self.needs_free.replace(0) != 0 && !self.is_inline() {
            // SAFETY: a block of ours, given up with this.
            unsafe { memory::mem_free(self.ptr.replace(core::ptr::null_mut()).cast()) };
        }
    }

    /// The memory.
    pub fn ptr(&self) -> *mut u8 {
        self.ptr.get()
    }

    /// The pointer that the memory holds.
    pub fn pointer(&self) -> *mut u8 {
        // SAFETY: only asked of kinds that hold one.
        unsafe { super::codes::load(self.ptr.get()).cast() }
    }

    /// Stores a pointer in the memory.
    pub fn set_pointer(&self, address: *const c_void) {
        // SAFETY: only asked of kinds that hold one.
        unsafe { self.ptr.get().cast::<*const c_void>().write_unaligned(address) }
    }

    /// The memory as a slice; gone with the next change of size.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the memory has that size.
        unsafe { core::slice::from_raw_parts(self.ptr.get(), self.size.get()) }
    }

    /// Gives an instance more room than its class asks for.
    pub fn resize(&self, size: isize) -> Result<()> {
        let info = info::required(self.object().class_of())?;
        if size < info.size.get() as isize {
            return Err(err::value_error(format_args!("minimum size is {}", info.size.get())));
        }
        if self.needs_free.get() == 0 {
            return Err(err::value_error("Memory cannot be resized because this object doesn't own it"));
        }
        let size = size as usize;
        if size > self.size.get() && size > size_of::<Inline>() {
            let larger = memory::mem_calloc(1, size).cast::<u8>();
            if larger.is_null() {
                return Err(err::no_memory());
            }
            // SAFETY: the new block is larger than the old memory.
            unsafe { core::ptr::copy_nonoverlapping(self.ptr.get(), larger, self.size.get()) };
            self.release();
            self.ptr.set(larger);
            self.needs_free.set(1);
        }
        self.size.set(size);
        Ok(())
    }

    /// The outermost instance, whose `objects` counts.
    fn container(&self) -> Obj<CData> {
        let mut current = self.owned();
        while let Some(base) = current.base.get() {
            match base.downcast_into::<CData>() {
                Ok(base) => current = base,
                Err(_) => break,
            }
        }
        current
    }

    /// What the outermost instance keeps alive; made when there is nothing yet.
    pub fn kept_objects(&self) -> Result<Obj> {
        let container = self.container();
        if container.objects.is_empty() {
            let kept = if container.length.get() > 0 { dict::new()? } else { none::none().owned() };
            container.objects.set(kept);
        }
        Ok(container.objects.get_or_none())
    }

    /// The outermost instance's `objects` as it is.
    pub fn container_objects(&self) -> Option<Obj> {
        let _made = self.kept_objects();
        self.objects.get()
    }

    /// The path of an index through the instances around this one, as text that no other place has.
    fn key(&self, index: usize) -> Result<Obj> {
        let mut key = format!("{index:x}");
        let mut current = self.owned();
        while let Some(base) = current.base.get() {
            key += &format!(":{:x}", current.index.get());
            match base.downcast_into::<CData>() {
                Ok(base) => current = base,
                Err(_) => break,
            }
        }
        unicode::from_str(&key)
    }

    /// Keeps an object alive for what was stored at an index.
    pub fn keep(&self, index: usize, object: Obj) -> Result<()> {
        if object.is_none() {
            return Ok(());
        }
        self.kept_objects()?;
        let container = self.container();
        match container.objects.get() {
            Some(kept) if dict::check_exact(&kept) => dict::set_item(&kept, &*self.key(index)?, &object),
            _ => {
                container.objects.set(object);
                Ok(())
            }
        }
    }

    /// The value at an address, as Python sees it.
    ///
    /// # Safety
    /// The address is that of an instance of the class inside this one's reach.
    pub unsafe fn get(
        &self,
        class: &Type,
        getter: Option<Getter>,
        index: usize,
        size: usize,
        address: *mut u8,
    ) -> Result<Obj> {
        // SAFETY: the caller's promise.
        unsafe {
            if let Some(getter) = getter {
                return getter(address, size);
            }
            if let Some(info) = info::of_type(class)
                && let Some(code) = info.code.get()
                && !info::is_subclass_of_simple(class)
            {
                return (code.get)(address, size);
            }
            Ok(CData::from_base(class, Some(self), index, address)?.upcast())
        }
    }

    /// Stores a value at an address and keeps alive what it needs.
    ///
    /// # Safety
    /// As for [`CData::get`].
    pub unsafe fn set(
        &self,
        class: &Type,
        setter: Option<Setter>,
        value: &Object,
        index: usize,
        size: usize,
        address: *mut u8,
    ) -> Result<()> {
        // SAFETY: the caller's promise.
        let keep = unsafe { store(class, setter, value, size, address)? };
        self.keep(index, keep)
    }
}

/// Stores a value; the result is what has to be kept alive.
unsafe fn store(
    class: &Type,
    setter: Option<Setter>,
    value: &Object,
    size: usize,
    address: *mut u8,
) -> Result<Obj> {
    // SAFETY: the memory at the address has the size, and values of the class fit.
    unsafe {
        if let Some(setter) = setter {
            return setter(address, value, size);
        }
        let info = info::of_type(class);
        let is_pointer = info.is_some_and(|info| info.kind == Kind::Pointer);
        let Some(source) = value.downcast::<CData>() else {
            if let Some(code) = info.and_then(|info| info.code.get()) {
                return (code.set)(address, value, size);
            }
            if tuple::check(value) {
                let made = call::call_object(class.object(), Some(value)).map_err(|_| {
                    extend_error(
                        krait_object::types::exceptions::RuntimeError(),
                        &format!("({}) ", class.name()),
                    )
                })?;
                return store(class, setter, &made, size, address);
            }
            if is_pointer && value.is_none() {
                address.cast::<usize>().write_unaligned(0);
                return Ok(none::none().owned());
            }
            return Err(err::type_error(format_args!(
                "expected {} instance, got {}",
                class.name(),
                value.class_of().name()
            )));
        };
        if class_check::is_instance(value, class.object())? {
            core::ptr::copy(source.ptr(), address, size);
            return source.kept_objects();
        }
        let other = info::of_instance(value);
        if is_pointer && other.is_some_and(|other| other.kind == Kind::Array) {
            let same = info.zip(other).is_some_and(|(a, b)| a.proto.as_ptr() == b.proto.as_ptr());
            if same {
                address.cast::<*mut u8>().write_unaligned(source.ptr());
                return tuple::pack([source.kept_objects()?, value.owned()]);
            }
        }
        Err(err::type_error(format_args!(
            "incompatible types, {} instance instead of {} instance",
            value.class_of().name(),
            class.name()
        )))
    }
}

/// Replaces the current exception by another class's with a prefix, the old class and the old text.
#[cold]
pub fn extend_error(class: &Object, prefix: &str) -> Raised {
    let Some(mut error) = err::fetch() else { return Raised::assume() };
    error.normalize();
    let text = |object: &Object| object::str(object).map(|text| unicode::to_string_lossy(&text));
    let kind = text(&error.kind).unwrap_or_else(|_| {
        err::clear();
        "???".to_owned()
    });
    let value = match error.value.as_deref().map(text) {
        Some(Ok(value)) => value,
        _ => {
            err::clear();
            "???".to_owned()
        }
    };
    err::set(class, format_args!("{prefix}{kind}: {value}"))
}

// ---- methods ----

fn reduce(this: &CData) -> Result<Obj> {
    let object = this.object();
    if info::of_instance(object).is_some_and(|info| info.has(IS_POINTER | HAS_POINTER)) {
        return Err(err::value_error("ctypes objects containing pointers cannot be pickled"));
    }
    let attributes = object::get_attr(object, intern!("__dict__"))?;
    let state = tuple::pack([attributes, bytes::from_slice(this.bytes())?])?;
    let unpickle = crate::attribute::of_module("_ctypes", "_unpickle")?;
    tuple::pack([unpickle, tuple::pack([object.class_of().object().owned(), state])?])
}

fn setstate(this: &CData, args: &Object) -> Result<()> {
    let &[attributes, content] = tuple::items(args) else {
        return Err(err::type_error("__setstate__ takes a dict and bytes"));
    };
    if !dict::check(attributes) {
        return Err(crate::support::wrong_type("__setstate__", 1, "dict", attributes));
    }
    let content = buffer::Buffer::simple(content)?;
    let content = content.as_slice();
    let length = content.len().min(this.size.get());
    // SAFETY: both have that length.
    unsafe { core::ptr::copy_nonoverlapping(content.as_ptr(), this.ptr(), length) };
    let own = object::get_attr(this.object(), intern!("__dict__"))?;
    if !dict::check(&own) {
        return Err(err::type_error(format_args!(
            "{:.200}.__dict__ must be a dictionary, not {:.200}",
            this.object().class_of().name(),
            own.class_of().name()
        )));
    }
    call::call_method_str(&own, "update", &[attributes]).map(drop)
}

unsafe extern "C" fn export(this: *mut PyObject, view: *mut Py_buffer, _flags: c_int) -> c_int {
    // SAFETY: the contract of bf_getbuffer; what the view points at belongs to the class, which the instance keeps alive.
    unsafe {
        if view.is_null() {
            return 0;
        }
        let object = Object::from_ptr(this);
        let data = &*this.cast::<CData>();
        let Some(info) = info::of_instance(object) else {
            let _ = err::type_error("abstract class");
            return -1;
        };
        let mut item = info;
        while item.kind == Kind::Array
            && let Some(inner) = Object::from_ptr_opt(item.proto.as_ptr()).and_then(info::of)
        {
            item = inner;
        }
        let shape = info.shape.borrow();
        *view = Py_buffer {
            buf: data.ptr().cast(),
            obj: object.owned().into_ptr(),
            len: data.size.get() as isize,
            itemsize: item.size.get() as isize,
            ndim: shape.len() as c_int,
            format: info.format.borrow().as_ptr().cast_mut(),
            shape: shape.as_ptr().cast_mut(),
            ..buffer::EMPTY
        };
        0
    }
}
