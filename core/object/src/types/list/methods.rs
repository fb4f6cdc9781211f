//! The class `list`: slots and methods.

use super::{List, PyListIter_Type, PyListRevIter_Type, dealloc, resize};
use crate::args::Args;
use crate::cell::Visitor;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::{iter as protocol_iter, number, object, plain};
use crate::slot::{self, CompareOp};
use crate::types::tuple::Tuple;
use crate::types::typeobject::{self, Type};
use crate::types::{bool, exceptions, iter, long, none, range, slice, tuple, unicode};
use crate::{memory, method};
use core::ffi::c_int;
use core::ptr::{self, null_mut};
use krait_abi::*;

static mut LIST_AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len::<List, _>(length),
    sq_concat: slot::subscript::<List, _>(concat),
    sq_repeat: slot::ssize_arg::<List, _>(repeat),
    sq_item: slot::ssize_arg::<List, _>(item),
    sq_ass_item: slot::ssize_obj_arg::<List, _>(set_item),
    sq_contains: slot::contains::<List, _>(contains),
    sq_inplace_concat: slot::subscript::<List, _>(inplace_concat),
    sq_inplace_repeat: slot::ssize_arg::<List, _>(inplace_repeat),
    ..PySequenceMethods::ZEROED
};

static mut LIST_AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len::<List, _>(length),
    mp_subscript: slot::subscript::<List, _>(subscript),
    mp_ass_subscript: slot::obj_obj_arg::<List, _>(set_subscript),
};

crate::methods! {
    static LIST_METHODS = [
        method::with_flags(method::o::<List, _, _>(c"__getitem__", subscript, c"x.__getitem__(y) <==> x[y]"), METH_COEXIST),
        method::noargs::<List, _, _>(c"__reversed__", reversed,
            c"__reversed__($self, /)\n--\n\nAn iterator over the list from its end."),
        method::noargs::<List, _, _>(c"__sizeof__", size_of,
            c"__sizeof__($self, /)\n--\n\nMemory that the list takes, in bytes."),
        method::noargs::<List, _, _>(c"clear", clear, c"clear($self, /)\n--\n\nRemove every item."),
        method::noargs::<List, _, _>(c"copy", copy, c"copy($self, /)\n--\n\nA new list of the same items."),
        method::o::<List, _, _>(c"append", append, c"append($self, object, /)\n--\n\nAdd object at the end."),
        method::fastcall::<List, _, _>(c"insert", insert,
            c"insert($self, index, object, /)\n--\n\nPut object in front of the item at index."),
        method::o::<List, _, _>(c"extend", extend_from_iterable,
            c"extend($self, iterable, /)\n--\n\nAdd every item of iterable at the end."),
        method::fastcall::<List, _, _>(c"pop", pop,
            c"pop($self, index=-1, /)\n--\n\nTake the item at index out and return it; IndexError if there is none."),
        method::o::<List, _, _>(c"remove", remove,
            c"remove($self, value, /)\n--\n\nRemove the first item equal to value; ValueError if there is none."),
        method::fastcall::<List, _, _>(c"index", index,
            c"index($self, value, start=0, stop=sys.maxsize, /)\n--\n\nPosition of the first item equal to value; ValueError if there is none."),
        method::o::<List, _, _>(c"count", count,
            c"count($self, value, /)\n--\n\nNumber of items equal to value."),
        method::noargs::<List, _, _>(c"reverse", reverse, c"reverse($self, /)\n--\n\nReverse the order of the items in place."),
        method::keywords::<List, _, _>(c"sort", sort,
            c"sort($self, /, *, key=None, reverse=False)\n--\n\nSort in place, ascending and stable, and return None.\n\nWith key, items are ordered by what that function makes of each;\nwith reverse, from the largest down."),
        iter::class_getitem(),
    ];
}

crate::static_type! {
    /// `list`
    #[unsafe(no_mangle)]
    pub static PyList_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"list".as_ptr(),
        tp_basicsize: 40,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary::<List, _>(repr),
        tp_as_sequence: &raw mut LIST_AS_SEQUENCE,
        tp_as_mapping: &raw mut LIST_AS_MAPPING,
        tp_hash: iter::HASH_NOT_IMPLEMENTED,
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_LIST_SUBCLASS,
        tp_doc: c"list(iterable=(), /)\n--\n\nA mutable sequence.\n\nWithout an argument the list is empty; with an iterable it has its items.".as_ptr(),
        tp_traverse: Some(traverse),
        tp_clear: slot::clear::<List, _>(List::clear),
        tp_richcompare: slot::richcompare::<List, _>(richcompare),
        tp_iter: slot::unary::<List, _>(iterate),
        tp_methods: (&raw mut LIST_METHODS).cast(),
        tp_init: slot::init::<List, _>(init),
        tp_new: Some(typeobject::PyType_GenericNew),
        tp_vectorcall: slot::type_vectorcall(vectorcall),
    };
}

unsafe extern "C" fn traverse(object: *mut PyObject, visit: visitproc, arg: *mut core::ffi::c_void) -> c_int {
    let mut visitor = Visitor::new(visit, arg);
    // SAFETY: the collector traverses live lists; places may be NULL while C code fills one.
    unsafe {
        let list = object.cast::<PyListObject>();
        for i in (0..(*list).ob_base.ob_size).rev() {
            visitor.visit_ptr(*(*list).ob_item.offset(i));
        }
    }
    visitor.finish()
}

// ---- making ----

fn init(this: &List, args: &Object, kw: Option<&Object>) -> Result<()> {
    if super::check_exact(this) {
        iter::no_keywords("list", kw)?;
    }
    let args = tuple::items(args);
    crate::args::check_positional("list", args.len(), 0, 1)?;
    fill(this, args.first().copied())
}

fn vectorcall(class: &Type, args: Args<'_>) -> Result<Obj> {
    if !args.names.is_empty() {
        return Err(err::type_error("list() takes no keyword arguments"));
    }
    crate::args::check_positional("list", args.positional.len(), 0, 1)?;
    let list = if ptr::eq(class.as_raw(), &raw mut PyList_Type) {
        super::new()?.upcast()
    } else {
        class.alloc(0)?
    };
    // SAFETY: made as an instance of list or a subclass.
    fill(unsafe { list.cast_unchecked() }, args.positional.first().copied())?;
    Ok(list)
}

/// What `__init__` does: the items of `iterable` replace those of the list. A sized iterable gets an exact block.
fn fill(this: &List, iterable: Option<&Object>) -> Result<()> {
    this.clear();
    let Some(iterable) = iterable else { return Ok(()) };
    if object::has_len(iterable) {
        match object::len(iterable) {
            Ok(0) => {}
            Ok(size) => preallocate(this, size)?,
            Err(raised) => {
                if !err::matches(exceptions::TypeError()) {
                    return Err(raised);
                }
                err::clear();
            }
        }
    }
    extend_from_iterable(this, iterable)
}

fn preallocate(this: &List, size: usize) -> Result<()> {
    let list = this.as_raw();
    // SAFETY: a live list; only one without a block gets one.
    unsafe {
        if !(*list).ob_item.is_null() {
            return Ok(());
        }
        let block = if size > isize::MAX as usize / 8 { null_mut() } else { memory::mem_malloc(size * 8) };
        if block.is_null() {
            return Err(err::no_memory());
        }
        (*list).ob_item = block.cast();
        (*list).allocated = size as isize;
    }
    Ok(())
}

/// Owned references to the items of an iterable; TypeError with `message` when it is not iterable.
pub(super) fn collect(iterable: &Object, message: &str) -> Result<Vec<Obj>> {
    if let Some(list) = iterable.downcast::<List>()
        && super::check_exact(iterable)
    {
        let mut items = memory::try_vec(list.len())?;
        for i in 0..list.len() {
            items.extend(list.get(i));
        }
        return Ok(items);
    }
    if let Some(tuple) = iterable.downcast_exact::<Tuple>() {
        let mut items = memory::try_vec(tuple.len())?;
        items.extend(tuple.items().iter().map(|item| (*item).owned()));
        return Ok(items);
    }
    let iterator = match protocol_iter::get_iter(iterable) {
        Ok(iterator) => iterator,
        Err(raised) => {
            return Err(if err::matches(exceptions::TypeError()) {
                err::type_error(message)
            } else {
                raised
            });
        }
    };
    let mut items = Vec::new();
    while let Some(item) = protocol_iter::next(&iterator)? {
        crate::memory::try_push(&mut items, item)?;
    }
    Ok(items)
}

/// `list.extend`.
pub fn extend_from_iterable(this: &List, iterable: &Object) -> Result<()> {
    if super::check_exact(iterable) || tuple::check_exact(iterable) || iterable.is(this) {
        return extend_from_array(this, iterable);
    }
    let iterator = protocol_iter::get_iter(iterable)?;
    let hint = object::length_hint(iterable, 8)? as isize;
    let list = this.as_raw();
    // SAFETY: a live list. Room for the expected number is made at once; `ob_size` stays the number of stored items.
    unsafe {
        let size = (*list).ob_base.ob_size;
        // An impossible hint is ignored: appending finds out.
        if size <= isize::MAX - hint && hint > 0 {
            if size == 0 && (*list).ob_item.is_null() && hint > isize::MAX / 8 {
                return Err(err::no_memory());
            }
            resize(list, size + hint)?;
            (*list).ob_base.ob_size = size;
        }
    }
    if let Some(words) = range::as_word_iterator(&iterator) {
        while let Some(word) = words.next_word() {
            this.push(long::from_i64(word)?)?;
        }
    }
    while let Some(item) = protocol_iter::next(&iterator)? {
        this.push(item)?;
    }
    // SAFETY: a live list.
    unsafe { super::shrink(list) };
    Ok(())
}

/// Extension by an exact list or tuple, or by the list itself.
fn extend_from_array(this: &List, source: &Object) -> Result<()> {
    let count = match source.downcast::<List>() {
        Some(list) => list.len(),
        None => tuple::items(source).len(),
    };
    if count == 0 {
        return Ok(());
    }
    let list = this.as_raw();
    // SAFETY: the source's block is read after `resize`, as it may be the same; nothing here runs Python code.
    unsafe {
        let size = (*list).ob_base.ob_size as usize;
        resize(list, (size + count) as isize)?;
        let from: *const *mut PyObject = match source.downcast::<List>() {
            Some(list) => list.block(),
            None => tuple::items(source).as_ptr().cast(),
        };
        let to = (*list).ob_item.add(size);
        for i in 0..count {
            let item = *from.add(i);
            crate::refcount::incref(item);
            to.add(i).write(item);
        }
    }
    Ok(())
}

// ---- sequence slots ----

fn length(this: &List) -> Result<usize> {
    Ok(this.len())
}

fn concat(this: &List, other: &Object) -> Result<Obj> {
    let Some(other) = other.downcast::<List>() else {
        return Err(err::type_error(format_args!(
            "can only concatenate list (not \"{:.200}\") to list",
            other.class_of().name()
        )));
    };
    let (a, b) = (this.len(), other.len());
    // SAFETY: every place gets a new reference (the lists cannot change between the reads).
    unsafe {
        let made = super::with_items(a + b, |block| {
            for i in 0..a {
                block.add(i).write(crate::handle::into_ptr_opt(this.get(i)));
            }
            for i in 0..b {
                block.add(a + i).write(crate::handle::into_ptr_opt(other.get(i)));
            }
        })?;
        Ok(made.upcast())
    }
}

fn repeat(this: &List, n: isize) -> Result<Obj> {
    let size = this.len();
    let n = n.max(0) as usize;
    let Some(total) = size.checked_mul(n).filter(|&total| total <= isize::MAX as usize / 8) else {
        return Err(err::no_memory());
    };
    if total == 0 {
        return Ok(super::new()?.upcast());
    }
    // SAFETY: each item's count rises by `n` at once, then the pattern is copied `n` times.
    unsafe {
        let made = super::with_items(total, |block| {
            let from = this.block();
            for i in 0..size {
                let item = *from.add(i);
                (*item).ob_refcnt += n as isize;
                block.add(i).write(item);
            }
            fill_pattern(block, size, total);
        })?;
        Ok(made.upcast())
    }
}

/// Repeats the first `size` words of a block until `total` are filled, doubling what is copied.
///
/// # Safety
/// The block has `total` places of which `size` are initialised.
unsafe fn fill_pattern(block: *mut *mut PyObject, size: usize, total: usize) {
    let mut done = size;
    while done < total {
        let step = done.min(total - done);
        // SAFETY: the caller's promise; source and destination do not overlap.
        unsafe { ptr::copy_nonoverlapping(block, block.add(done), step) };
        done += step;
    }
}

fn inplace_repeat(this: &List, n: isize) -> Result<Obj> {
    let size = this.len();
    if size == 0 || n == 1 {
        return Ok(this.object().owned());
    }
    if n < 1 {
        this.clear();
        return Ok(this.object().owned());
    }
    let Some(total) = size.checked_mul(n as usize).filter(|&total| total <= isize::MAX as usize / 8) else {
        return Err(err::no_memory());
    };
    let list = this.as_raw();
    // SAFETY: as `repeat`; the first copies are there already.
    unsafe {
        resize(list, total as isize)?;
        let block = (*list).ob_item;
        for i in 0..size {
            (**block.add(i)).ob_refcnt += n - 1;
        }
        fill_pattern(block, size, total);
    }
    Ok(this.object().owned())
}

fn inplace_concat(this: &List, other: &Object) -> Result<Obj> {
    extend_from_iterable(this, other)?;
    Ok(this.object().owned())
}

fn item(this: &List, index: isize) -> Result<Obj> {
    this.get(index as usize).ok_or_else(|| err::index_error("list index out of range"))
}

fn set_item(this: &List, index: isize, value: Option<&Object>) -> Result<()> {
    if index < 0 || index as usize >= this.len() {
        return Err(err::index_error("list assignment index out of range"));
    }
    match value {
        Some(value) => this.set(index as usize, value.owned()),
        None => this.remove_at(index as usize).map(drop),
    }
}

fn contains(this: &List, value: &Object) -> Result<bool> {
    Ok(find(this, value, 0, usize::MAX)?.is_some())
}

/// Whether the item at `index`, which is in range, equals `value`.
#[inline(always)]
fn item_equals(this: &List, index: usize, value: &Object) -> Result<bool> {
    // SAFETY: the index is in range; the item is borrowed only for a comparison that runs no Python code.
    if let Some(same) = unsafe { plain::same(Object::from_ptr(*this.block().add(index)), value) } {
        return Ok(same);
    }
    match this.get(index) {
        Some(item) => object::rich_compare_bool(&item, value, CompareOp::Eq),
        None => Ok(false),
    }
}

/// The first position from `start` on, below `stop`, whose item equals `value`.
fn find(this: &List, value: &Object, start: usize, stop: usize) -> Result<Option<usize>> {
    let mut i = start;
    // The length is read anew each time: a comparison may change the list.
    while i < stop && i < this.len() {
        if item_equals(this, i, value)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

// ---- mapping slots ----

/// What a subscript selects.
enum Key {
    At(isize),
    Range(isize, isize, isize, usize),
}

#[inline(always)]
fn key_of(this: &List, key: &Object) -> Result<Key> {
    if let Some(index) = long::small_value(key) {
        let index = index as isize;
        return Ok(Key::At(if index < 0 { index + this.len() as isize } else { index }));
    }
    slow_key(this, key)
}

#[inline(never)]
fn slow_key(this: &List, key: &Object) -> Result<Key> {
    if number::index_check(key) {
        let index = number::as_ssize(key, Some(exceptions::IndexError()))?;
        return Ok(Key::At(if index < 0 { index + this.len() as isize } else { index }));
    }
    if slice::check(key) {
        let (mut start, mut stop, step) = slice::unpack(key)?;
        let count = slice::adjust_indices(this.len() as isize, &mut start, &mut stop, step);
        return Ok(Key::Range(start, stop, step, count as usize));
    }
    Err(err::type_error(format_args!(
        "list indices must be integers or slices, not {:.200}",
        key.class_of().name()
    )))
}

/// `list[key]`.
#[inline]
pub fn subscript(this: &List, key: &Object) -> Result<Obj> {
    match key_of(this, key)? {
        Key::At(index) => item(this, index),
        Key::Range(start, _, step, count) => select(this, start, step, count),
    }
}

/// The `count` items from `start` on, `step` apart, all in range (`list[a:b:c]`).
pub fn select(this: &List, start: isize, step: isize, count: usize) -> Result<Obj> {
    if count == 0 {
        return Ok(super::new()?.upcast());
    }
    if step == 1 {
        return Ok(this.copy_range(start as usize, start as usize + count)?.upcast());
    }
    // SAFETY: every place gets a new reference. A collection before `fill` may have changed the list, so each index is
    // looked at.
    unsafe {
        let made = super::with_items(count, |block| {
            for i in 0..count {
                let item = this.get((start + i as isize * step) as usize);
                block.add(i).write(crate::handle::into_ptr_opt(item));
            }
        })?;
        Ok(made.upcast())
    }
}

fn set_subscript(this: &List, key: &Object, value: Option<&Object>) -> Result<()> {
    match key_of(this, key)? {
        Key::At(index) => set_item(this, index, value),
        Key::Range(start, stop, 1, _) => this.set_range(start, stop, value),
        Key::Range(start, stop, step, count) => match value {
            Some(value) => set_extended(this, key, (start, stop, step), value),
            None => delete_extended(this, start, step, count),
        },
    }
}

/// `del list[start::step]` for `count` items.
fn delete_extended(this: &List, start: isize, step: isize, count: usize) -> Result<()> {
    if count == 0 {
        return Ok(());
    }
    // Ascending order whatever the sign of the step.
    let (start, step) = if step < 0 { (start + step * (count as isize - 1), -step) } else { (start, step) };
    let (start, step) = (start as usize, step as usize);
    let list = this.as_raw();
    // SAFETY: the positions are inside the list; items between the deleted ones move down, then the tail does, and
    // the deleted references are dropped when the list is whole again.
    unsafe {
        let size = (*list).ob_base.ob_size as usize;
        let block = (*list).ob_item;
        let mut removed = super::Removed::with_room(count)?;
        let mut to = start;
        let mut next = start;
        for from in start..size {
            if from == next && removed.count < count {
                removed.push(*block.add(from));
                next = next.saturating_add(step);
            } else {
                *block.add(to) = *block.add(from);
                to += 1;
            }
        }
        (*list).ob_base.ob_size = to as isize;
        super::shrink(list);
        drop(removed);
    }
    Ok(())
}

/// `list[start:stop:step] = values`.
fn set_extended(this: &List, key: &Object, bounds: (isize, isize, isize), values: &Object) -> Result<()> {
    let (start, stop, step) = bounds;
    let values = collect(values, "must assign iterable to extended slice")?;
    // Collecting may have changed the list: the bounds are clipped again.
    let (mut start, mut stop) = (start, stop);
    if slice::check(key) {
        (start, stop, _) = slice::unpack(key)?;
    }
    let count = slice::adjust_indices(this.len() as isize, &mut start, &mut stop, step) as usize;
    if values.len() != count {
        return Err(err::value_error(format_args!(
            "attempt to assign sequence of size {} to extended slice of size {count}",
            values.len()
        )));
    }
    let mut removed = super::Removed::with_room(count)?;
    for (i, value) in values.into_iter().enumerate() {
        // SAFETY: the positions are inside the list, and nothing here runs Python code.
        unsafe {
            let place = this.block().offset(start + i as isize * step);
            removed.push(place.replace(value.into_ptr()));
        }
    }
    drop(removed);
    Ok(())
}

// ---- other slots ----

fn repr(this: &List) -> Result<Obj> {
    if this.is_empty() {
        return unicode::from_str("[]");
    }
    let Some(_guard) = object::repr_enter(this)? else {
        return unicode::from_str("[...]");
    };
    let mut text = unicode::Builder::new();
    text.push_str("[");
    let mut i = 0;
    while let Some(item) = this.get(i) {
        if i > 0 {
            text.push_str(", ");
        }
        text.push_object(&*object::repr(&item)?);
        i += 1;
    }
    text.push_str("]");
    text.finish()
}

fn richcompare(this: &List, other: &Object, op: CompareOp) -> Result<Obj> {
    let Some(other) = other.downcast::<List>() else {
        return Ok(none::not_implemented().owned());
    };
    if this.len() != other.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(bool::from_bool(op == CompareOp::Ne));
    }
    let mut i = 0;
    while i < this.len() && i < other.len() {
        // SAFETY: both indices are in range; the items are borrowed only for a comparison that runs no Python code.
        let same = unsafe {
            plain::same(Object::from_ptr(*this.block().add(i)), Object::from_ptr(*other.block().add(i)))
        };
        if same == Some(true) {
            i += 1;
            continue;
        }
        let (Some(a), Some(b)) = (this.get(i), other.get(i)) else { break };
        if same == Some(false) || !object::rich_compare_bool(&a, &b, CompareOp::Eq)? {
            if i >= this.len() || i >= other.len() {
                break; // The comparison has shortened a list: lengths decide.
            }
            return match op {
                CompareOp::Eq => Ok(bool::from_bool(false)),
                CompareOp::Ne => Ok(bool::from_bool(true)),
                _ => object::rich_compare(&a, &b, op),
            };
        }
        i += 1;
    }
    Ok(bool::from_bool(op.matches(this.len().cmp(&other.len()))))
}

fn iterate(this: &List) -> Result<Obj> {
    super::iter::new(&raw mut PyListIter_Type, this, 0)
}

// ---- methods ----

fn reversed(this: &List) -> Result<Obj> {
    super::iter::new(&raw mut PyListRevIter_Type, this, this.len() as isize - 1)
}

fn size_of(this: &List) -> Result<usize> {
    // SAFETY: a live list.
    Ok(unsafe { (*this.type_ptr()).tp_basicsize + (*this.as_raw()).allocated.max(0) * 8 } as usize)
}

fn clear(this: &List) -> Result<()> {
    this.clear();
    Ok(())
}

fn copy(this: &List) -> Result<Obj> {
    Ok(this.copy_range(0, this.len())?.upcast())
}

fn append(this: &List, item: &Object) -> Result<()> {
    this.append(item)
}

fn insert(this: &List, args: &[&Object]) -> Result<()> {
    crate::args::check_positional("insert", args.len(), 2, 2)?;
    let index = match long::small_value(args[0]) {
        Some(index) => index as isize,
        None => crate::args::ssize(args[0])?,
    };
    this.insert(index, args[1])
}

fn pop(this: &List, args: &[&Object]) -> Result<Obj> {
    let index = match args {
        [] => -1,
        [index] => match long::small_value(index) {
            Some(index) => index as isize,
            None => crate::args::ssize(index)?,
        },
        _ => {
            crate::args::check_positional("pop", args.len(), 0, 1)?;
            -1
        }
    };
    let size = this.len() as isize;
    if size == 0 {
        return Err(err::index_error("pop from empty list"));
    }
    let index = if index < 0 { index + size } else { index };
    if index < 0 || index >= size {
        return Err(err::index_error("pop index out of range"));
    }
    this.remove_at(index as usize)
}

fn remove(this: &List, value: &Object) -> Result<()> {
    match find(this, value, 0, usize::MAX)? {
        // The comparison may have shortened the list.
        Some(i) if i < this.len() => this.remove_at(i).map(drop),
        Some(_) => Ok(()),
        None => Err(err::value_error("list.remove(x): x not in list")),
    }
}

fn index(this: &List, args: &[&Object]) -> Result<Obj> {
    crate::args::check_positional("index", args.len(), 1, 3)?;
    let (start, stop) = slice::search_bounds(&args[1..], this.len())?;
    match find(this, args[0], start, stop)? {
        Some(i) => long::from_i64(i as i64),
        None => Err(err::value_error(format_args!(
            "{} is not in list",
            unicode::display(&*object::repr(args[0])?)
        ))),
    }
}

fn count(this: &List, value: &Object) -> Result<Obj> {
    let (mut i, mut found) = (0, 0);
    while i < this.len() {
        found += i64::from(item_equals(this, i, value)?);
        i += 1;
    }
    long::from_i64(found)
}

fn reverse(this: &List) -> Result<()> {
    this.reverse();
    Ok(())
}

fn sort(this: &List, args: Args<'_>) -> Result<()> {
    static SIGNATURE: crate::args::Signature<2> =
        crate::args::Signature::new("sort", ["key", "reverse"]).required(0).keyword_only_from(0);
    let [key, reverse] = SIGNATURE.bind(args)?;
    let reverse = match reverse {
        None => false,
        Some(flag) if crate::types::float::check(flag) => {
            return Err(err::type_error("integer argument expected, got float"));
        }
        Some(flag) => long::as_i32(flag)? != 0,
    };
    this.sort_by(key.filter(|key| !key.is_none()), reverse)
}
