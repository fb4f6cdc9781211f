//! `member_descriptor`: a field of a C struct as attribute (`PyMemberDef`), and `structmember.h`.

use super::Descr;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::method;
use crate::protocol::object::PyObject_GenericGetAttr;
use crate::slot;
use crate::types::macros::{get, set};
use crate::types::typeobject::Type;
use crate::types::{bool as bools, exceptions, float, long, none, unicode};
use core::ffi::{CStr, c_char, c_int};
use krait_abi::*;

crate::static_type! {
    /// `member_descriptor`
    #[unsafe(no_mangle)]
    pub static PyMemberDescr_Type = {
        tp_name: c"member_descriptor".as_ptr(),
        tp_basicsize: size_of::<PyMemberDescrObject>() as Py_ssize_t,
        tp_dealloc: Some(super::dealloc),
        tp_repr: slot::unary(repr),
        tp_getattro: Some(PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: Some(super::traverse),
        tp_methods: &raw mut METHODS as *mut PyMethodDef,
        tp_members: &raw mut super::MEMBERS as *mut PyMemberDef,
        tp_getset: &raw mut GETSETS as *mut PyGetSetDef,
        tp_descr_get: slot::descr_get(descr_get),
        tp_descr_set: Some(descr_set),
    };
}
crate::object_view!(/** A `member_descriptor`. */ pub MemberDescr, PyMemberDescrObject, PyMemberDescr_Type);

/// `PyDescr_NewMember`.
///
/// # Safety
/// The row lives as long as the descriptor.
pub unsafe fn new(owner: &Type, row: *mut PyMemberDef) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let descr = super::new(&raw mut PyMemberDescr_Type, owner, (*row).name)?;
        set!(descr.cast_unchecked::<MemberDescr>(), d_member, row);
        Ok(descr)
    }
}

impl MemberDescr {
    fn common(&self) -> &Descr {
        // SAFETY: the common head comes first.
        unsafe { self.cast_unchecked() }
    }

    /// Whether reading the field is no event for audit hooks.
    pub(super) fn is_unwatched(&self) -> bool {
        // SAFETY: rows live for ever.
        unsafe { (*get!(self, d_member)).flags & READ_RESTRICTED == 0 }
    }

    /// The field of an instance.
    ///
    /// # Safety
    /// `object` is an instance of the class whose fields the row describes.
    #[inline(always)]
    pub(super) unsafe fn get_of(&self, object: &Object) -> Result<Obj> {
        // SAFETY: the caller's promise.
        unsafe { get_one(object.as_ptr().cast(), get!(self, d_member)) }
    }

    /// Sets or deletes the field of an instance.
    ///
    /// # Safety
    /// As for [`MemberDescr::get_of`].
    #[inline(always)]
    pub(super) unsafe fn set_of(&self, object: &Object, value: Option<&Object>) -> Result<()> {
        // SAFETY: the caller's promise.
        unsafe { set_one(object.as_ptr().cast(), get!(self, d_member), value) }
    }
}

fn repr(this: &MemberDescr) -> Result<Obj> {
    this.common().repr("member")
}

fn descr_get(this: &MemberDescr, object: Option<&Object>, _class: Option<&Object>) -> Result<Obj> {
    let Some(object) = object else { return super::itself(this) };
    this.common().check(object)?;
    if !this.is_unwatched()
        && let Some(hooks) = crate::hooks::try_get()
    {
        let args = crate::types::tuple::from_slice(&[object, this.common().name()])?;
        (hooks.audit)("object.__getattr__", &args)?;
    }
    // SAFETY: the object is an instance of the class whose fields the row describes.
    unsafe { this.get_of(object) }
}

unsafe extern "C" fn descr_set(this: *mut PyObject, object: *mut PyObject, value: *mut PyObject) -> c_int {
    slot::guard(-1, || {
        // SAFETY: the contract of tp_descr_set; the object is checked to have the fields that the row describes.
        let result = unsafe {
            let this = Object::from_ptr(this).cast_unchecked::<MemberDescr>();
            let object = Object::from_ptr(object);
            this.common().check(object).and_then(|()| this.set_of(object, Object::from_ptr_opt(value)))
        };
        result.map_or(-1, |()| 0)
    })
}

crate::methods! {
    static METHODS = [method::noargs(c"__reduce__", Descr::reduce, c"")];
}

crate::getsets! {
    static GETSETS = [
        method::getter(c"__doc__", doc, c""),
        method::getter(c"__qualname__", Descr::qualname, c""),
    ];
}

fn doc(this: &MemberDescr) -> Result<Obj> {
    // SAFETY: rows live for ever.
    unsafe { super::plain_doc((*get!(this, d_member)).doc) }
}

// structmember.h

/// `PyMember_GetOne`: the value of a field.
///
/// # Safety
/// `base` points to a struct with the field that `row` describes.
pub unsafe fn get_one(base: *const c_char, row: *const PyMemberDef) -> Result<Obj> {
    // SAFETY: the caller's promise. Fields of packed structs may be unaligned.
    unsafe {
        let field = base.offset((*row).offset);
        macro_rules! read {
            ($ty:ty) => {
                field.cast::<$ty>().read_unaligned()
            };
        }
        match (*row).r#type {
            T_BOOL => Ok(bools::from_bool(read!(u8) != 0)),
            T_BYTE => long::from_i64(i64::from(read!(i8))),
            T_UBYTE => long::from_i64(i64::from(read!(u8))),
            T_SHORT => long::from_i64(i64::from(read!(i16))),
            T_USHORT => long::from_i64(i64::from(read!(u16))),
            T_INT => long::from_i64(i64::from(read!(i32))),
            T_UINT => long::from_i64(i64::from(read!(u32))),
            T_LONG | T_LONGLONG | T_PYSSIZET => long::from_i64(read!(i64)),
            T_ULONG | T_ULONGLONG => long::from_u64(read!(u64)),
            T_FLOAT => float::from_f64(f64::from(read!(f32))),
            T_DOUBLE => float::from_f64(read!(f64)),
            T_STRING => {
                let text = read!(*const c_char);
                if text.is_null() {
                    return Ok(none::none().owned());
                }
                unicode::decode_utf8(CStr::from_ptr(text).to_bytes(), None)
            }
            T_STRING_INPLACE => unicode::decode_utf8(CStr::from_ptr(field).to_bytes(), None),
            T_CHAR => unicode::decode_utf8(&[read!(u8)], None),
            T_OBJECT => Ok(Object::from_ptr_opt(read!(*mut PyObject)).unwrap_or(none::none()).owned()),
            T_OBJECT_EX => match Object::from_ptr_opt(read!(*mut PyObject)) {
                Some(value) => Ok(value.owned()),
                None => Err(missing(row)),
            },
            T_NONE => Ok(none::none().owned()),
            _ => Err(err::system_error("bad memberdescr type")),
        }
    }
}

/// `AttributeError` with the name of an empty field.
#[cold]
unsafe fn missing(row: *const PyMemberDef) -> err::Raised {
    // SAFETY: names of rows are NUL-terminated.
    err::attribute_error(unsafe { CStr::from_ptr((*row).name) }.to_str().unwrap_or("?"))
}

fn warn(message: &str) -> Result<()> {
    err::warn(exceptions::RuntimeWarning(), message, 1)
}

/// An unsigned value; negative ones are accepted with a warning and wrap.
fn unsigned(value: &Object) -> Result<u64> {
    match long::as_u64(value) {
        Ok(value) => Ok(value),
        Err(_) => {
            err::clear();
            let value = long::as_long(value)?;
            warn("Writing negative value into unsigned field")?;
            Ok(value as u64)
        }
    }
}

/// `PyMember_SetOne`: sets or (without a value) deletes a field.
///
/// # Safety
/// As for [`get_one`].
pub unsafe fn set_one(base: *mut c_char, row: *const PyMemberDef, value: Option<&Object>) -> Result<()> {
    // SAFETY: the caller's promise. Fields of packed structs may be unaligned.
    unsafe {
        let (kind, field) = ((*row).r#type, base.offset((*row).offset));
        if (*row).flags & READONLY != 0 {
            return Err(err::attribute_error("readonly attribute"));
        }
        if kind == T_OBJECT || kind == T_OBJECT_EX {
            let field = field.cast::<*mut PyObject>();
            let old = field.read_unaligned();
            if value.is_none() && kind == T_OBJECT_EX && old.is_null() {
                return Err(missing(row));
            }
            field.write_unaligned(crate::handle::into_ptr_opt(value.map(Layout::owned)));
            crate::refcount::xdecref(old);
            return Ok(());
        }
        let Some(value) = value else {
            return Err(err::type_error("can't delete numeric/char attribute"));
        };
        set_number(kind, field, value, row)
    }
}

/// # Safety
/// As for [`set_one`].
unsafe fn set_number(kind: c_int, field: *mut c_char, value: &Object, row: *const PyMemberDef) -> Result<()> {
    /// Writes an integer, truncated with a warning when it does not fit.
    macro_rules! narrow {
        ($ty:ty, $name:literal) => {{
            let wide = long::as_long(value)?;
            // SAFETY: the field has this type.
            unsafe { field.cast::<$ty>().write_unaligned(wide as $ty) };
            if <$ty>::try_from(wide).is_err() {
                warn(concat!("Truncation of value to ", $name))?;
            }
        }};
    }
    macro_rules! write {
        ($ty:ty, $value:expr) => {{
            let value: $ty = $value;
            // SAFETY: the field has this type.
            unsafe { field.cast::<$ty>().write_unaligned(value) };
        }};
    }
    match kind {
        T_BOOL => {
            if !bools::check(value) {
                return Err(err::type_error("attribute value type must be bool"));
            }
            write!(u8, u8::from(bools::value(value) == Some(true)));
        }
        T_BYTE => narrow!(i8, "char"),
        T_UBYTE => narrow!(u8, "unsigned char"),
        T_SHORT => narrow!(i16, "short"),
        T_USHORT => narrow!(u16, "unsigned short"),
        T_INT => narrow!(i32, "int"),
        T_UINT => {
            let wide = unsigned(value)?;
            write!(u32, wide as u32);
            if u32::try_from(wide).is_err() && wide <= i64::MAX as u64 {
                warn("Truncation of value to unsigned int")?;
            }
        }
        T_LONG => write!(i64, long::as_long(value)?),
        T_ULONG => write!(u64, unsigned(value)?),
        T_PYSSIZET => write!(isize, long::as_isize(value)?),
        T_FLOAT => write!(f32, float::as_f64(value)? as f32),
        T_DOUBLE => write!(f64, float::as_f64(value)?),
        T_CHAR => {
            let text = unicode::as_utf8(value)?;
            let &[byte] = text.as_bytes() else { return Err(err::bad_argument()) };
            write!(u8, byte);
        }
        T_STRING | T_STRING_INPLACE => return Err(err::type_error("readonly attribute")),
        T_LONGLONG => write!(i64, long::as_i64(value)?),
        T_ULONGLONG => {
            let wide = if long::check(value) { long::as_u64(value)? } else { long::as_long(value)? as u64 };
            write!(u64, wide);
        }
        _ => {
            // SAFETY: names of rows are NUL-terminated.
            let name = unsafe { CStr::from_ptr((*row).name) }.to_str().unwrap_or("?");
            return Err(err::system_error(format_args!("bad memberdescr type for {name}")));
        }
    }
    Ok(())
}
