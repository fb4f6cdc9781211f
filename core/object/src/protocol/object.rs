//! `PyObject_*`: text, hash, comparison, truth, size, items, finalisation. Attribute access is in
//! [`attribute`](super::attribute), class tests in [`class_check`](super::class_check), creation and debugging in
//! [`debug`](super::debug); all are re-exported here, so
//! that every `PyObject_X` is `protocol::object::x`.

pub use super::attribute::*;
pub use super::class_check::*;
pub use super::debug::*;

use super::{call, number, sequence};
use crate::err::{self, Raised};
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::intern;
use crate::slot::{CompareOp, guard};
use crate::state;
use crate::types::macros::{format as text_of, get};
use crate::types::typeobject::Type;
use crate::types::{bool as bools, bytes, dict, exceptions, list, long, none, unicode};
use core::ptr::null_mut;
use krait_abi::*;

/// A function of one of the slot groups of a class: `group_slot!(class, tp_as_mapping, mp_length)`.
macro_rules! group_slot {
    ($class:expr, $group:ident, $slot:ident) => {{
        let group = $crate::types::macros::get!($class, $group);
        if group.is_null() {
            None
        } else {
            // SAFETY: a slot group of a live class.
            unsafe { (*group).$slot }
        }
    }};
}
pub(crate) use group_slot;

/// `PyObject_Type`.
pub fn class_of(object: &Object) -> Obj<Type> {
    object.class_of().owned()
}

/// `PyObject_Type` name for messages: shorthand for `object.class_of().name()`.
pub fn type_name(object: &Object) -> &str {
    object.class_of().name()
}

// Text

/// `PyObject_Repr`.
pub fn repr(object: &Object) -> Result<Obj> {
    let Some(slot) = get!(object.class_of(), tp_repr) else {
        return text_of(format_args!("<{} object at {:p}>", type_name(object), object.as_ptr()));
    };
    let _guard = state::enter_recursive_call(" while getting the repr of an object")?;
    // SAFETY: the contract of tp_repr.
    let text = unsafe { Obj::from_owned_or_raised(slot(object.as_ptr()))? };
    if !unicode::check(&text) {
        return Err(err::type_error(format_args!(
            "__repr__ returned non-string (type {})",
            type_name(&text)
        )));
    }
    Ok(text)
}

/// `PyObject_Str`.
pub fn str(object: &Object) -> Result<Obj> {
    if unicode::check_exact(object) {
        return Ok(object.owned());
    }
    let Some(slot) = get!(object.class_of(), tp_str) else { return repr(object) };
    let _guard = state::enter_recursive_call(" while getting the str of an object")?;
    // SAFETY: the contract of tp_str.
    let text = unsafe { Obj::from_owned_or_raised(slot(object.as_ptr()))? };
    if !unicode::check(&text) {
        return Err(err::type_error(format_args!("__str__ returned non-string (type {})", type_name(&text))));
    }
    Ok(text)
}

/// `PyObject_ASCII`: the repr with everything beyond ASCII escaped.
pub fn ascii(object: &Object) -> Result<Obj> {
    let text = repr(object)?;
    let is_ascii = matches!(unicode::chars(&text), unicode::Chars::Latin1(chars) if chars.is_ascii());
    if is_ascii {
        return Ok(text);
    }
    let encoded = unicode::encode(&text, Some("ascii"), Some("backslashreplace"))?;
    unicode::from_latin1(bytes::as_slice(&encoded))
}

/// `PyObject_Bytes`.
pub fn bytes(object: &Object) -> Result<Obj> {
    if bytes::Bytes::is_exact(object) {
        return Ok(object.owned());
    }
    if let Some(method) = lookup_special(object, intern!("__bytes__"))? {
        let result = call::call0(&method)?;
        if !bytes::check(&result) {
            return Err(err::type_error(format_args!(
                "__bytes__ returned non-bytes (type {})",
                type_name(&result)
            )));
        }
        return Ok(result);
    }
    bytes::from_object(object)
}

/// `PyObject_Format`.
pub fn format(object: &Object, spec: Option<&Object>) -> Result<Obj> {
    if let Some(spec) = spec
        && !unicode::check(spec)
    {
        return Err(err::system_error(format_args!(
            "Format specifier must be a string, not {}",
            type_name(spec)
        )));
    }
    if spec.is_none_or(|spec| unicode::len(spec) == 0)
        && (unicode::check_exact(object) || long::check_exact(object))
    {
        return str(object);
    }
    let Some(method) = special_method(object, intern!("__format__"))? else {
        return Err(err::type_error(format_args!("Type {} doesn't define __format__", type_name(object))));
    };
    let empty;
    let spec = match spec {
        Some(spec) => spec,
        None => {
            empty = unicode::from_str("")?;
            &*empty
        }
    };
    let result = method.call1(object, spec)?;
    if !unicode::check(&result) {
        return Err(err::type_error(format_args!(
            "__format__ must return a str, not {}",
            type_name(&result)
        )));
    }
    Ok(result)
}

/// `PyObject_Print`: writes the repr (or with `raw` the str) to a C stream.
///
/// # Safety
/// `file` is an open stream.
pub unsafe fn print(object: &Object, file: *mut libc::FILE, raw: bool) -> Result<()> {
    let text = if raw { str(object)? } else { repr(object)? };
    let encoded = unicode::encode(&text, Some("utf-8"), Some("backslashreplace"))?;
    let data = bytes::as_slice(&encoded);
    let written = state::allow_threads(|| {
        // SAFETY: the caller's promise; the bytes object is held.
        unsafe { libc::fwrite(data.as_ptr().cast(), 1, data.len(), file) }
    });
    if written < data.len() {
        let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
        return Err(err::from_errno(errno, None, None));
    }
    Ok(())
}

/// `_PyObject_FunctionStr`: how a callable is called in messages: `module.qualname()`.
pub fn function_str(function: &Object) -> Result<Obj> {
    let Some(qualname) = lookup_attr(function, intern!("__qualname__"))? else { return str(function) };
    let qualname = str(&qualname)?;
    if let Some(module) = lookup_attr(function, intern!("__module__"))?
        && !module.is_none()
        && !(unicode::check(&module) && unicode::eq_str(&module, "builtins"))
    {
        let module = str(&module)?;
        return text_of(format_args!("{}.{}()", unicode::display(&module), unicode::display(&qualname)));
    }
    text_of(format_args!("{}()", unicode::display(&qualname)))
}

// Containers that contain themselves

/// `Py_ReprEnter`: `None` when `object` is already being represented on this thread; leaves when dropped.
pub fn repr_enter(object: &Object) -> Result<Option<ReprGuard>> {
    let dict = thread_dict()?;
    let name = intern!("Py_Repr");
    let active = match dict::get_item(&dict, name)? {
        Some(active) => active,
        None => {
            let active = list::new()?.upcast();
            dict::set_item(&dict, name, &active)?;
            active
        }
    };
    let Some(active) = active.downcast::<list::List>() else { return Err(err::bad_internal_call()) };
    for i in (0..active.len()).rev() {
        if active.get(i).is_some_and(|item| item.is(object)) {
            return Ok(None);
        }
    }
    active.append(object)?;
    Ok(Some(ReprGuard(object.owned())))
}

/// Marks an object as being represented.
pub struct ReprGuard(Obj);

impl Drop for ReprGuard {
    fn drop(&mut self) {
        repr_leave(&self.0);
    }
}

/// `Py_ReprLeave`. Keeps the current exception.
pub fn repr_leave(object: &Object) {
    let saved = err::fetch();
    if let Ok(dict) = thread_dict()
        && let Ok(Some(active)) = dict::get_item(&dict, intern!("Py_Repr"))
        && let Some(active) = active.downcast::<list::List>()
    {
        for i in (0..active.len()).rev() {
            if active.get(i).is_some_and(|item| item.is(object)) {
                let _ = active.remove_at(i);
                break;
            }
        }
    }
    match saved {
        Some(saved) => {
            let _ = err::restore(saved);
        }
        None => err::clear(),
    }
}

/// The dict of the thread state (`PyThreadState_GetDict`), made now if there is none.
fn thread_dict() -> Result<Obj> {
    let thread = state::required();
    // SAFETY: the GIL is held, so there is a current thread state; its dict field owns what it holds.
    unsafe {
        if (*thread).dict.is_null() {
            (*thread).dict = dict::new()?.into_ptr();
        }
        Ok(Object::from_ptr((*thread).dict).owned())
    }
}

// Hash

/// `PyObject_Hash`.
#[inline]
pub fn hash(object: &Object) -> Result<isize> {
    let class = object.class_of();
    let slot = match get!(class, tp_hash) {
        Some(slot) => slot,
        None => {
            class.ensure_dict()?;
            match get!(class, tp_hash) {
                Some(slot) => slot,
                None => return Err(unhashable(object)),
            }
        }
    };
    // SAFETY: the contract of tp_hash.
    let hash = unsafe { slot(object.as_ptr()) };
    if hash == -1 { Err(Raised::assume()) } else { Ok(hash) }
}

/// `TypeError: unhashable type: ...`
#[cold]
pub fn unhashable(object: &Object) -> Raised {
    err::type_error(format_args!("unhashable type: '{}'", type_name(object)))
}

/// `PyObject_HashNotImplemented`, the address that the `tp_hash` of unhashable classes holds.
/// # Safety
/// The contract of `tp_hash`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_HashNotImplemented(object: *mut PyObject) -> Py_hash_t {
    // SAFETY: the contract of tp_hash.
    let object = unsafe { Object::from_ptr(object) };
    guard(-1, || {
        let _ = unhashable(object);
        -1
    })
}

// Comparison

/// `PyObject_RichCompare`.
pub fn rich_compare(a: &Object, b: &Object, op: CompareOp) -> Result<Obj> {
    let _guard = state::enter_recursive_call(" in comparison")?;
    compare(a, b, op)
}

/// Calls a `tp_richcompare`; `None` when it declines.
#[inline(always)]
fn try_compare(a: &Object, b: &Object, op: CompareOp) -> Result<Option<Obj>> {
    let Some(slot) = get!(a.class_of(), tp_richcompare) else { return Ok(None) };
    // SAFETY: the contract of tp_richcompare.
    let result = unsafe { Obj::from_owned_or_raised(slot(a.as_ptr(), b.as_ptr(), op as i32))? };
    Ok(if result.is(none::not_implemented()) { None } else { Some(result) })
}

fn compare(a: &Object, b: &Object, op: CompareOp) -> Result<Obj> {
    let same = a.class_of().is(b.class_of());
    if matches!(op, CompareOp::Eq | CompareOp::Ne)
        && crate::types::object::has_default_comparison(a.class_of())
        && (same || crate::types::object::has_default_comparison(b.class_of()))
    {
        return Ok(bools::from_bool(a.is(b) == (op == CompareOp::Eq)));
    }
    // The right operand comes first when its class is a subclass of the left's.
    let right_first =
        !same && b.class_of().is_subtype(a.class_of()) && get!(b.class_of(), tp_richcompare).is_some();
    if right_first && let Some(result) = try_compare(b, a, op.swapped())? {
        return Ok(result);
    }
    if let Some(result) = try_compare(a, b, op)? {
        return Ok(result);
    }
    if !right_first && let Some(result) = try_compare(b, a, op.swapped())? {
        return Ok(result);
    }
    match op {
        CompareOp::Eq => Ok(bools::from_bool(a.is(b))),
        CompareOp::Ne => Ok(bools::from_bool(!a.is(b))),
        _ => Err(err::type_error(format_args!(
            "'{}' not supported between instances of '{}' and '{}'",
            op.symbol(),
            type_name(a),
            type_name(b)
        ))),
    }
}

/// `PyObject_RichCompareBool`: identity implies equality.
#[inline]
pub fn rich_compare_bool(a: &Object, b: &Object, op: CompareOp) -> Result<bool> {
    if a.is(b) {
        match op {
            CompareOp::Eq => return Ok(true),
            CompareOp::Ne => return Ok(false),
            _ => {}
        }
    }
    if let Some(result) = super::plain::compare(a, b, op) {
        return Ok(result);
    }
    is_true(&*rich_compare(a, b, op)?)
}

/// `_Py_SwappedOp`: the operation with exchanged operands.
#[unsafe(no_mangle)]
pub static mut _Py_SwappedOp: [core::ffi::c_int; 6] = [Py_GT, Py_GE, Py_EQ, Py_NE, Py_LT, Py_LE];

/// `PyObject_IsTrue`.
#[inline]
pub fn is_true(object: &Object) -> Result<bool> {
    if let Some(value) = bools::value(object) {
        return Ok(value);
    }
    if object.is_none() {
        return Ok(false);
    }
    let class = object.class_of();
    let result = if let Some(slot) = group_slot!(class, tp_as_number, nb_bool) {
        // SAFETY: the contract of nb_bool.
        unsafe { slot(object.as_ptr()) as isize }
    } else if let Some(slot) = group_slot!(class, tp_as_mapping, mp_length) {
        // SAFETY: the contract of mp_length.
        unsafe { slot(object.as_ptr()) }
    } else if let Some(slot) = group_slot!(class, tp_as_sequence, sq_length) {
        // SAFETY: the contract of sq_length.
        unsafe { slot(object.as_ptr()) }
    } else {
        return Ok(true);
    };
    if result < 0 { Err(Raised::assume()) } else { Ok(result > 0) }
}

/// `PyObject_Not`.
pub fn not(object: &Object) -> Result<bool> {
    Ok(!is_true(object)?)
}

/// `PyCallable_Check`.
#[inline]
pub fn is_callable(object: &Object) -> bool {
    get!(object.class_of(), tp_call).is_some()
}

// Size

/// What a length slot returned.
#[inline(always)]
fn length(result: isize) -> Result<usize> {
    usize::try_from(result).map_err(|_| Raised::assume())
}

/// `PyObject_Size`.
pub fn len(object: &Object) -> Result<usize> {
    if let Some(slot) = group_slot!(object.class_of(), tp_as_sequence, sq_length) {
        // SAFETY: the contract of sq_length.
        return length(unsafe { slot(object.as_ptr()) });
    }
    super::mapping::size(object)
}

/// `_PyObject_HasLen`.
pub fn has_len(object: &Object) -> bool {
    let class = object.class_of();
    group_slot!(class, tp_as_sequence, sq_length).is_some()
        || group_slot!(class, tp_as_mapping, mp_length).is_some()
}

/// `PyObject_LengthHint`.
pub fn length_hint(object: &Object, default: usize) -> Result<usize> {
    if has_len(object) {
        match len(object) {
            Ok(len) => return Ok(len),
            Err(_) if err::matches(exceptions::TypeError()) => err::clear(),
            Err(raised) => return Err(raised),
        }
    }
    let Some(method) = lookup_special(object, intern!("__length_hint__"))? else { return Ok(default) };
    let hint = match call::call0(&method) {
        Ok(hint) => hint,
        Err(_) if err::matches(exceptions::TypeError()) => {
            err::clear();
            return Ok(default);
        }
        Err(raised) => return Err(raised),
    };
    if hint.is(none::not_implemented()) {
        return Ok(default);
    }
    if !long::check(&hint) {
        return Err(err::type_error(format_args!(
            "__length_hint__ must be an integer, not {}",
            type_name(&hint)
        )));
    }
    usize::try_from(long::as_isize(&hint)?)
        .map_err(|_| err::value_error("__length_hint__() should return >= 0"))
}

// Items

/// An index for a sequence slot from any key; `None` when the key is no index.
fn sequence_key(key: &Object) -> Result<Option<isize>> {
    if !number::index_check(key) {
        return Ok(None);
    }
    number::as_ssize(key, Some(exceptions::IndexError())).map(Some)
}

#[cold]
fn index_type_error(key: &Object) -> Raised {
    err::type_error(format_args!("sequence index must be integer, not '{}'", type_name(key)))
}

/// `PyObject_GetItem`.
pub fn get_item(object: &Object, key: &Object) -> Result<Obj> {
    let class = object.class_of();
    if let Some(slot) = group_slot!(class, tp_as_mapping, mp_subscript) {
        // SAFETY: the contract of mp_subscript.
        return unsafe { Obj::from_owned_or_raised(slot(object.as_ptr(), key.as_ptr())) };
    }
    if group_slot!(class, tp_as_sequence, sq_item).is_some() {
        return match sequence_key(key)? {
            Some(index) => sequence::get_item(object, index),
            None => Err(index_type_error(key)),
        };
    }
    if Type::is_instance(object) {
        if object.is(Type::class()) {
            return crate::types::genericalias::new(object, key);
        }
        if let Some(method) = lookup_attr(object, intern!("__class_getitem__"))? {
            return call::call1(&method, key);
        }
    }
    Err(err::type_error(format_args!("'{}' object is not subscriptable", type_name(object))))
}

/// `PyObject_SetItem`.
pub fn set_item(object: &Object, key: &Object, value: &Object) -> Result<()> {
    assign_item(object, key, Some(value), "does not support item assignment")
}

/// `PyObject_DelItem`.
pub fn del_item(object: &Object, key: &Object) -> Result<()> {
    assign_item(object, key, None, "does not support item deletion")
}

/// `PyObject_DelItemString`.
pub fn del_item_str(object: &Object, key: &str) -> Result<()> {
    del_item(object, &*unicode::from_str(key)?)
}

fn assign_item(object: &Object, key: &Object, value: Option<&Object>, what: &str) -> Result<()> {
    let class = object.class_of();
    if let Some(slot) = group_slot!(class, tp_as_mapping, mp_ass_subscript) {
        // SAFETY: the contract of mp_ass_subscript.
        let status = unsafe { slot(object.as_ptr(), key.as_ptr(), crate::handle::as_ptr_opt(value)) };
        return Raised::unless_zero(status);
    }
    if !get!(class, tp_as_sequence).is_null() {
        if let Some(index) = sequence_key(key)? {
            return sequence::set_item(object, index, value);
        }
        if group_slot!(class, tp_as_sequence, sq_ass_item).is_some() {
            return Err(index_type_error(key));
        }
    }
    Err(err::type_error(format_args!("'{}' object {what}", type_name(object))))
}

/// `PyObject_Dir`: a sorted list. Without an object the names of the running frame would be meant, which only the
/// interpreter knows.
pub fn dir(object: Option<&Object>) -> Result<Obj> {
    let Some(object) = object else { return Err(err::system_error("frame does not exist")) };
    let Some(method) = lookup_special(object, intern!("__dir__"))? else {
        return Err(err::type_error("object does not provide __dir__"));
    };
    let names = sequence::list(&*call::call0(&method)?)?;
    if let Some(names) = names.downcast::<list::List>() {
        names.sort()?;
    }
    Ok(names)
}

/// `_PyObject_IsAbstract`: whether `__isabstractmethod__` is true.
pub fn is_abstract(object: &Object) -> Result<bool> {
    match lookup_attr(object, intern!("__isabstractmethod__"))? {
        Some(value) => is_true(&value),
        None => Ok(false),
    }
}

// Iterators' slots

/// `PyObject_SelfIter`, the address that the `tp_iter` of iterators holds.
/// # Safety
/// The contract of `tp_iter`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_SelfIter(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: a live object.
    unsafe { (*object).ob_refcnt += 1 };
    object
}

/// `_PyObject_NextNotImplemented`, the address that the `tp_iternext` of classes without `__next__` holds.
/// # Safety
/// The contract of `tp_iternext`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_NextNotImplemented(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: a live object.
    let object = unsafe { Object::from_ptr(object) };
    guard(null_mut(), || {
        let _ = err::type_error(format_args!("'{}' object is not iterable", type_name(object)));
        null_mut()
    })
}

// Finalisation

const FINALIZED: usize = _PyGC_PREV_MASK_FINALIZED;

/// The GC header of a collected object, NULL for others.
unsafe fn gc_header(object: *mut PyObject) -> *mut PyGC_Head {
    // SAFETY: a live object; collected ones have their header in front.
    unsafe {
        let class = (*object).ob_type;
        let collected = (*class).tp_flags & Py_TPFLAGS_HAVE_GC != 0
            && (*class).tp_is_gc.is_none_or(|is_gc| is_gc(object) != 0);
        if collected { object.cast::<PyGC_Head>().sub(1) } else { null_mut() }
    }
}

/// `PyObject_CallFinalizer`: `tp_finalize`, once for a collected object.
///
/// # Safety
/// `object` is live.
pub unsafe fn call_finalizer(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(finalize) = (*(*object).ob_type).tp_finalize else { return };
        let header = gc_header(object);
        if !header.is_null() && (*header)._gc_prev & FINALIZED != 0 {
            return;
        }
        finalize(object);
        if !header.is_null() {
            (*header)._gc_prev |= FINALIZED;
        }
    }
}

/// `PyObject_CallFinalizerFromDealloc`: true when the finalizer has resurrected the object, which then lives on.
///
/// # Safety
/// `object` is being deallocated: whole, with no reference left.
pub unsafe fn call_finalizer_from_dealloc(object: *mut PyObject) -> bool {
    // SAFETY: the caller's promise; the object gets a reference for the length of the call.
    unsafe {
        (*object).ob_refcnt = 1;
        call_finalizer(object);
        (*object).ob_refcnt -= 1;
        (*object).ob_refcnt != 0
    }
}
