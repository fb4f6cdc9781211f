//! `array`: sequences of items of one C type.
//!
//! The layout is C's, as binaries read and write it:
//!
//! ```text
//!   0 head   16 ob_size   24 ob_item   32 allocated   40 ob_descr   48 weak references   56 exports
//! ```
//!
//! `ob_item` belongs to the PyMem domain. While buffers are exported, it neither moves nor changes its size.

mod item;
mod iter;
mod methods;
mod pickle;
mod subscript;

use core::ffi::{c_int, c_ulong};
use core::ptr::null_mut;
use item::Descriptor;
use krait_abi::*;
use krait_object::protocol::{iter as py_iter, object};
use krait_object::slot::CompareOp;
use krait_object::types::typeobject::Type;
use krait_object::types::{
    bool as py_bool, bytearray, bytes, dict, list, long, module, none, tuple, unicode,
};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, memory, method, native_module, object_view, slot, static_type,
};

/// `arrayobject`
#[repr(C)]
pub struct ArrayObject {
    /// Head and number of items.
    pub ob_base: PyVarObject,
    /// The items.
    pub ob_item: *mut u8,
    allocated: Py_ssize_t,
    ob_descr: *const Descriptor,
    weakreflist: *mut PyObject,
    ob_exports: Py_ssize_t,
}
const _: () = assert!(core::mem::size_of::<ArrayObject>() == 64);

native_module! {
    /// `array`
    init: PyInit_array, name: c"array", doc: c"Arrays: sequences of numbers or characters of one C type.",
    methods: MODULE_METHODS, exec: exec,
}
krait_object::methods! {
    static MODULE_METHODS = [
        method::fastcall(c"_array_reconstructor", pickle::reconstruct, c"_array_reconstructor($module, arraytype, typecode, mformat_code, items,\n                     /)\n--\n\nUnpickles an array."),
    ];
}

fn exec(this: &Object) -> Result<()> {
    let class = Array::class();
    class.ready()?;
    // SAFETY: a static type.
    unsafe { Type::from_raw(&raw mut iter::ArrayIterator_Type) }.ready()?;
    module::add(this, "ArrayType", class.object())?;
    module::add(this, "array", class.object())?;
    module::add(this, "typecodes", &*unicode::from_str("bBuhHiIlLqQfd")?)
}

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(|this: &Array| Ok(this.len())),
    sq_concat: slot::subscript(concat),
    sq_repeat: slot::ssize_arg(repeat),
    sq_item: slot::ssize_arg(subscript::get),
    sq_ass_item: slot::ssize_obj_arg(subscript::assign),
    sq_contains: slot::contains(|this: &Array, value: &Object| Ok(methods::position(this, value)?.is_some())),
    sq_inplace_concat: slot::subscript(inplace_concat),
    sq_inplace_repeat: slot::ssize_arg(inplace_repeat),
    ..krait_object::payload::EMPTY_SEQUENCE
};
static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(|this: &Array| Ok(this.len())),
    mp_subscript: slot::subscript(subscript::subscript),
    mp_ass_subscript: slot::obj_obj_arg(subscript::assign_subscript),
};
static mut AS_BUFFER: PyBufferProcs =
    PyBufferProcs { bf_getbuffer: Some(export), bf_releasebuffer: Some(unexport) };

static_type! {
    /// `array.array`
    pub static Array_Type = {
        tp_name: c"array.array".as_ptr(),
        tp_basicsize: core::mem::size_of::<ArrayObject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(repr),
        tp_as_sequence: &raw mut AS_SEQUENCE,
        tp_as_mapping: &raw mut AS_MAPPING,
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_as_buffer: &raw mut AS_BUFFER,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: DOC.as_ptr(),
        tp_richcompare: slot::richcompare(compare),
        tp_weaklistoffset: core::mem::offset_of!(ArrayObject, weakreflist) as Py_ssize_t,
        tp_iter: slot::unary(iter::of),
        tp_methods: (&raw mut methods::METHODS).cast(),
        tp_getset: (&raw mut methods::GETSETS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(new),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
object_view!(/** An `array.array`. */ pub Array, ArrayObject, Array_Type);

const DOC: &core::ffi::CStr = c"array(typecode [, initializer]) -> array\n\nA sequence of items of one C type, which the type code names. The initializer is a\nlist, bytes or any iterable of items.\n\nType codes, with the smallest size of items in bytes:\n    'b' 1, 'B' 1, 'h' 2, 'H' 2, 'i' 2, 'I' 2, 'l' 4, 'L' 4, 'q' 8, 'Q' 8:\n        integers, signed and unsigned\n    'f' 4, 'd' 8: floats\n    'u' 2 or 4: characters";

impl Array {
    /// The number of items.
    #[inline]
    pub fn len(&self) -> usize {
        // SAFETY: a live array.
        unsafe { (*self.as_raw()).ob_base.ob_size as usize }
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn descriptor(&self) -> &'static Descriptor {
        // SAFETY: every array has a descriptor, which is static.
        unsafe { &*(*self.as_raw()).ob_descr }
    }

    fn item_size(&self) -> usize {
        self.descriptor().size()
    }

    /// The memory of the items. Valid until the array changes.
    fn bytes(&self) -> &[u8] {
        if self.is_empty() {
            return &[];
        }
        // SAFETY: as many items as the length says.
        unsafe { core::slice::from_raw_parts((*self.as_raw()).ob_item, self.len() * self.item_size()) }
    }

    #[expect(clippy::mut_from_ref, reason = "memory behind a C struct, written under the GIL")]
    fn bytes_mut(&self) -> &mut [u8] {
        if self.is_empty() {
            return &mut [];
        }
        // SAFETY: as in `bytes`; callers run no code that could look at the array meanwhile.
        unsafe { core::slice::from_raw_parts_mut((*self.as_raw()).ob_item, self.len() * self.item_size()) }
    }

    fn check_resizable(&self) -> Result<()> {
        // SAFETY: a live array.
        if unsafe { (*self.as_raw()).ob_exports } > 0 {
            return Err(err::buffer_error("cannot resize an array that is exporting buffers"));
        }
        Ok(())
    }

    /// Changes the number of items; new ones have any value until they are stored.
    fn resize(&self, size: usize) -> Result<()> {
        let raw = self.as_raw();
        if size != self.len() {
            self.check_resizable()?;
        }
        // SAFETY: a live array whose memory is its own and not exported, or does not change.
        unsafe {
            let old = self.len();
            if (*raw).allocated as usize >= size && old < size + 16 && !(*raw).ob_item.is_null() {
                (*raw).ob_base.ob_size = size as isize;
                return Ok(());
            }
            if size == 0 {
                memory::mem_free((*raw).ob_item.cast());
                (*raw).ob_item = null_mut();
                (*raw).ob_base.ob_size = 0;
                (*raw).allocated = 0;
                return Ok(());
            }
            // A sixteenth more, so that appending takes constant time on average.
            let room = size + (size >> 4) + if old < 8 { 3 } else { 7 };
            let Some(length) =
                room.checked_mul(self.item_size()).filter(|&length| length <= isize::MAX as usize)
            else {
                return Err(err::no_memory());
            };
            let new = memory::mem_realloc((*raw).ob_item.cast(), length);
            if new.is_null() {
                return Err(err::no_memory());
            }
            (*raw).ob_item = new.cast();
            (*raw).ob_base.ob_size = size as isize;
            (*raw).allocated = room as isize;
        }
        Ok(())
    }

    /// Inserts an item before a position, which may count from the end.
    fn insert(&self, at: isize, value: &Object) -> Result<()> {
        item::set(self, -1, value)?;
        let length = self.len();
        let at = if at < 0 { (at + length as isize).max(0) as usize } else { (at as usize).min(length) };
        self.resize(length + 1)?;
        let size = self.item_size();
        // The move leaves a gap of one item.
        self.bytes_mut().copy_within(at * size..length * size, (at + 1) * size);
        item::set(self, at as isize, value)
    }

    /// Appends memory of whole items.
    fn append_bytes(&self, data: &[u8]) -> Result<()> {
        let old = self.len();
        let count = data.len() / self.item_size();
        self.resize(old + count)?;
        if count > 0 {
            self.bytes_mut()[old * self.item_size()..].copy_from_slice(data);
        }
        Ok(())
    }
}

/// A new array of `size` items without value.
fn alloc(class: &Type, size: usize, descriptor: &'static Descriptor) -> Result<Obj<Array>> {
    let Some(length) = size.checked_mul(descriptor.size()).filter(|&length| length <= isize::MAX as usize)
    else {
        return Err(err::no_memory());
    };
    let new = class.alloc(0)?;
    // SAFETY: an instance of the class, with zeroed fields.
    unsafe {
        let new = new.cast_into::<Array>();
        let raw = new.as_raw();
        (*raw).ob_descr = descriptor;
        if size > 0 {
            let memory = memory::mem_malloc(length).cast::<u8>();
            if memory.is_null() {
                return Err(err::no_memory());
            }
            memory.write_bytes(0, length);
            (*raw).ob_item = memory;
        }
        (*raw).ob_base.ob_size = size as isize;
        (*raw).allocated = size as isize;
        Ok(new)
    }
}

/// A new exact array with a copy of some items.
fn from_bytes(data: &[u8], descriptor: &'static Descriptor) -> Result<Obj<Array>> {
    let new = alloc(Array::class(), data.len() / descriptor.size(), descriptor)?;
    new.bytes_mut().copy_from_slice(data);
    Ok(new)
}

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the contract of tp_dealloc.
    unsafe {
        let raw = this.cast::<ArrayObject>();
        if !(*raw).weakreflist.is_null() {
            krait_object::types::weakref::clear_weakrefs(this);
        }
        memory::mem_free((*raw).ob_item.cast());
        if let Some(free) = (*(*this).ob_type).tp_free {
            free(this.cast());
        }
    }
}

fn new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if core::ptr::eq(class, Array::class()) && kw.is_some_and(|kw| dict::len(kw) > 0) {
        return Err(err::type_error("array.array() takes no keyword arguments"));
    }
    let items = tuple::items(args);
    crate::support::check_count("array", items.len(), 1, 2)?;
    let code = pickle::type_code("array", "argument 1", items[0])?;
    let initial = items.get(1).copied();
    let name = unicode::from_char(code)?;
    crate::support::audit("array.__new__", [name, initial.unwrap_or(none::none()).owned()])?;
    let shown = char::from_u32(code).unwrap_or('?');
    let initial_array = initial.and_then(|initial| initial.downcast::<Array>());
    if let Some(initial) = initial
        && code != u32::from(b'u')
    {
        if unicode::check(initial) {
            return Err(err::type_error(format_args!(
                "cannot use a str to initialize an array with typecode '{shown}'"
            )));
        }
        if initial_array.is_some_and(|array| array.descriptor().code() == b'u') {
            return Err(err::type_error(format_args!(
                "cannot use a unicode array to initialize an array with typecode '{shown}'"
            )));
        }
    }
    let Some(descriptor) = item::find(code) else {
        // The initializer must be iterable before the code is looked at.
        return Err(err::value_error("bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)"));
    };
    let Some(initial) = initial else { return Ok(alloc(class, 0, descriptor)?.upcast()) };
    if list::check(initial) || tuple::check(initial) {
        let count = object::len(initial)?;
        let new = alloc(class, count, descriptor)?;
        for i in 0..count {
            let item = krait_object::protocol::sequence::get_item(initial, i as isize)?;
            item::set(&new, i as isize, &item)?;
        }
        return Ok(new.upcast());
    }
    if let Some(array) = initial_array.filter(|array| core::ptr::eq(array.descriptor(), descriptor)) {
        let new = alloc(class, array.len(), descriptor)?;
        new.bytes_mut().copy_from_slice(array.bytes());
        return Ok(new.upcast());
    }
    if unicode::check(initial) {
        // No room beyond the text.
        let new = alloc(class, unicode::len(initial), descriptor)?;
        for (item, c) in new.bytes_mut().chunks_exact_mut(4).zip(unicode::chars(initial).iter()) {
            item.copy_from_slice(&c.to_ne_bytes());
        }
        return Ok(new.upcast());
    }
    let new = alloc(class, 0, descriptor)?;
    if bytes::check(initial) {
        methods::append_items(&new, bytes::as_slice(initial))?;
    } else if bytearray::check(initial) {
        // SAFETY: copied at once.
        methods::append_items(&new, unsafe { bytearray::as_slice(initial) })?;
    } else {
        let iterator = py_iter::get_iter(initial)?;
        extend_from(&new, &iterator)?;
    }
    Ok(new.upcast())
}

/// Appends all that an iterator gives.
fn extend_from(this: &Array, iterator: &Object) -> Result<()> {
    while let Some(item) = py_iter::next(iterator)? {
        this.insert(this.len() as isize, &item)?;
    }
    Ok(())
}

fn repr(this: &Array) -> Result<Obj> {
    let code = this.descriptor().code() as char;
    let class = this.object().class_of();
    if this.is_empty() {
        return unicode::from_display(format_args!("{}('{code}')", class.short_name()));
    }
    let items = if code == 'u' { methods::tounicode(this)? } else { methods::tolist(this)? };
    let items = object::repr(&items)?;
    let mut text = unicode::Builder::new();
    text.push_str(&format!("{}('{code}', ", class.short_name()));
    text.push_object(&items);
    text.push_str(")");
    text.finish()
}

fn compare(this: &Array, other: &Object, op: CompareOp) -> Result<Obj> {
    let Some(other) = other.downcast::<Array>() else { return Ok(none::not_implemented().owned()) };
    let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
    if equality && this.len() != other.len() {
        return Ok(py_bool::from_bool(op == CompareOp::Ne));
    }
    let same_kind = core::ptr::eq(this.descriptor(), other.descriptor());
    let mut i = 0;
    // Converting and comparing items may run code that changes the arrays.
    while i < this.len() && i < other.len() {
        let size = this.item_size();
        let order = if same_kind {
            let at = i * size..(i + 1) * size;
            this.descriptor().compare(&this.bytes()[at.clone()], &other.bytes()[at])
        } else {
            None
        };
        match order {
            Some(core::cmp::Ordering::Equal) => {}
            Some(order) => return Ok(py_bool::from_bool(op.matches(order))),
            None => {
                let (a, b) = (item::get(this, i)?, item::get(other, i)?);
                if !object::rich_compare_bool(&a, &b, CompareOp::Eq)? {
                    return match op {
                        CompareOp::Eq => Ok(py_bool::from_bool(false)),
                        CompareOp::Ne => Ok(py_bool::from_bool(true)),
                        _ => object::rich_compare(&a, &b, op),
                    };
                }
            }
        }
        i += 1;
    }
    Ok(py_bool::from_bool(op.matches(this.len().cmp(&other.len()))))
}

// ---- sequence operations ----

fn concat(this: &Array, other: &Object) -> Result<Obj> {
    let Some(other) = other.downcast::<Array>() else {
        return Err(err::type_error(format_args!(
            "can only append array (not \"{:.200}\") to array",
            other.class_of().name()
        )));
    };
    if !core::ptr::eq(this.descriptor(), other.descriptor()) {
        return Err(err::bad_argument());
    }
    let joined = [this.bytes(), other.bytes()].concat();
    Ok(from_bytes(&joined, this.descriptor())?.upcast())
}

fn repeat(this: &Array, count: isize) -> Result<Obj> {
    let count = count.max(0) as usize;
    if this.bytes().len().checked_mul(count).is_none_or(|length| length > isize::MAX as usize) {
        return Err(err::no_memory());
    }
    let new = alloc(Array::class(), this.len() * count, this.descriptor())?;
    let part = this.bytes();
    if !part.is_empty() {
        new.bytes_mut().chunks_exact_mut(part.len()).for_each(|chunk| chunk.copy_from_slice(part));
    }
    Ok(new.upcast())
}

fn inplace_concat(this: &Array, other: &Object) -> Result<Obj> {
    if other.downcast::<Array>().is_none() {
        return Err(err::type_error(format_args!(
            "can only extend array with array (not \"{:.200}\")",
            other.class_of().name()
        )));
    }
    methods::extend(this, other)?;
    Ok(this.object().owned())
}

fn inplace_repeat(this: &Array, count: isize) -> Result<Obj> {
    let count = count.max(0) as usize;
    if !this.is_empty() {
        let old = this.bytes().len();
        if old.checked_mul(count).is_none_or(|length| length > isize::MAX as usize) {
            return Err(err::no_memory());
        }
        this.resize(this.len() * count)?;
        for i in 1..count {
            this.bytes_mut().copy_within(..old, i * old);
        }
    }
    Ok(this.object().owned())
}

// ---- buffers ----

static mut EMPTY: u8 = 0;

unsafe extern "C" fn export(this: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    // SAFETY: the contract of bf_getbuffer.
    unsafe {
        if view.is_null() {
            let _ = err::buffer_error("array_buffer_getbuf: view==NULL argument is obsolete");
            return -1;
        }
        let raw = this.cast::<ArrayObject>();
        let descriptor = &*(*raw).ob_descr;
        let memory = if (*raw).ob_item.is_null() { &raw mut EMPTY } else { (*raw).ob_item };
        let wants = |flag: c_int| flags & flag == flag;
        *view = Py_buffer {
            buf: memory.cast(),
            obj: Object::from_ptr(this).owned().into_ptr(),
            len: (*raw).ob_base.ob_size * descriptor.itemsize as isize,
            itemsize: descriptor.itemsize as isize,
            readonly: 0,
            ndim: 1,
            ..krait_object::protocol::buffer::EMPTY
        };
        if wants(PyBUF_ND) {
            (*view).shape = &raw mut (*raw).ob_base.ob_size;
        }
        if wants(PyBUF_STRIDES) {
            (*view).strides = &raw mut (*view).itemsize;
        }
        if wants(PyBUF_FORMAT) {
            (*view).format = descriptor.format.cast_mut();
        }
        (*raw).ob_exports += 1;
    }
    0
}

unsafe extern "C" fn unexport(this: *mut PyObject, _view: *mut Py_buffer) {
    // SAFETY: the contract of bf_releasebuffer.
    unsafe { (*this.cast::<ArrayObject>()).ob_exports -= 1 }
}

/// An index argument.
fn index_argument(given: &Object) -> Result<isize> {
    krait_object::args::ssize(given)
}

/// A number as an object, for results.
fn count_object(count: usize) -> Result<Obj> {
    long::from_u64(count as u64)
}
