//! `CArgObject`: a value on its way to a C function, made by `from_param` and `byref`.

use super::cdata::CData;
use super::info::{Info, Kind};
use core::cell::{Cell, UnsafeCell};
use core::ffi::{c_ulong, c_void};
use krait_abi::*;
use krait_object::cell::ObjCell;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::object;
use krait_object::types::{float, unicode};
use krait_object::{Class, Layout, Obj, Result, members, method, payload_class, slot, static_type};
use libffi_sys::{ffi_type, ffi_type_pointer};

/// Room for any scalar, aligned for all of them.
#[derive(Clone, Copy)]
#[repr(C, align(16))]
pub struct Value(pub [u8; 16]);

/// See the module.
#[repr(C)]
pub struct Argument {
    head: Head,
    pub ffi: Cell<*mut ffi_type>,
    tag: u8,
    value: UnsafeCell<Value>,
    /// What has to stay alive during the call.
    object: ObjCell,
    /// The bytes of a structure passed by value, at which the value points.
    copy: Vec<u128>,
}

static_type! {
    /// `CArgObject`
    pub static Argument_Type = {
        tp_name: c"CArgObject".as_ptr(),
        tp_basicsize: size_of::<Argument>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Argument>(),
        tp_repr: slot::unary(repr),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_members: (&raw mut MEMBERS).cast(),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Argument, Argument_Type);
impl Payload for Argument {}

members! {
    static MEMBERS = [
        method::member(c"_obj", T_OBJECT, core::mem::offset_of!(Argument, object), READONLY, c"the wrapped object"),
    ];
}

impl Argument {
    fn make(
        ffi: *mut ffi_type,
        tag: u8,
        value: Value,
        object: Option<Obj>,
        copy: Vec<u128>,
    ) -> Result<Obj<Argument>> {
        payload::new(Argument::class(), |head| Argument {
            head,
            ffi: Cell::new(ffi),
            tag,
            value: UnsafeCell::new(value),
            object: ObjCell::from_option(object),
            copy,
        })
    }

    /// An address.
    pub fn pointer(tag: u8, address: *const c_void, object: Option<Obj>) -> Result<Obj<Argument>> {
        let mut value = Value([0; 16]);
        value.0[..8].copy_from_slice(&(address as usize).to_ne_bytes());
        Argument::make(&raw mut ffi_type_pointer, tag, value, object, Vec::new())
    }

    /// A scalar.
    pub fn scalar(ffi: *mut ffi_type, tag: u8, value: Value, object: Option<Obj>) -> Result<Obj<Argument>> {
        Argument::make(ffi, tag, value, object, Vec::new())
    }

    /// An instance of C data as its kind is passed.
    pub fn of_data(data: &CData, info: &Info) -> Result<Obj<Argument>> {
        let object = Some(data.object().owned());
        match info.kind {
            Kind::Simple => {
                let mut value = Value([0; 16]);
                let length = data.size.get().min(16);
                value.0[..length].copy_from_slice(&data.bytes()[..length]);
                Argument::scalar(info.ffi(), info.letter().unwrap_or(b'P'), value, object)
            }
            Kind::Pointer | Kind::Function => Argument::pointer(b'P', data.pointer().cast(), object),
            Kind::Array => Argument::pointer(b'P', data.ptr().cast(), object),
            Kind::Struct | Kind::Union => {
                let mut copy = vec![0u128; data.size.get().div_ceil(16).max(1)];
                // SAFETY: the copy has at least that size.
                unsafe {
                    core::ptr::copy_nonoverlapping(
                        data.ptr(),
                        copy.as_mut_ptr().cast::<u8>(),
                        data.size.get(),
                    );
                }
                let mut value = Value([0; 16]);
                value.0[..8].copy_from_slice(&(copy.as_ptr() as usize).to_ne_bytes());
                Argument::make(info.ffi(), b'V', value, object, copy)
            }
        }
    }

    /// What `byref` was called with.
    pub fn object(&self) -> Option<Obj> {
        self.object.get()
    }

    pub fn tag(&self) -> u8 {
        self.tag
    }

    pub fn value(&self) -> Value {
        // SAFETY: never written after it was made.
        unsafe { *self.value.get() }
    }
}

/// The first bytes of a value.
fn part<const N: usize>(value: Value) -> [u8; N] {
    core::array::from_fn(|i| value.0[i])
}

fn repr(this: &Argument) -> Result<Obj> {
    let (tag, value) = (char::from(this.tag), this.value());
    let address = usize::from_ne_bytes(part(value));
    let text = match this.tag {
        b'b' | b'B' => format!("<cparam '{tag}' ({})>", value.0[0] as i8),
        b'h' | b'H' => format!("<cparam '{tag}' ({})>", i16::from_ne_bytes(part(value))),
        b'i' | b'I' => format!("<cparam '{tag}' ({})>", i32::from_ne_bytes(part(value))),
        b'l' | b'L' | b'q' | b'Q' => format!("<cparam '{tag}' ({})>", i64::from_ne_bytes(part(value))),
        b'd' | b'f' => {
            let number = if this.tag == b'd' {
                f64::from_ne_bytes(part(value))
            } else {
                f32::from_ne_bytes(part(value)).into()
            };
            let shown = object::repr(&*float::from_f64(number)?)?;
            format!("<cparam '{tag}' ({})>", unicode::to_string_lossy(&shown))
        }
        b'c' => match value.0[0] {
            byte @ (b' '..=b'~') if byte != b'\'' && byte != b'\\' => {
                format!("<cparam '{tag}' ('{}')>", char::from(byte))
            }
            byte => format!("<cparam '{tag}' ('\\x{byte:02x}')>"),
        },
        b'z' | b'Z' | b'P' => format!("<cparam '{tag}' (0x{address:x})>"),
        _ => format!("<cparam '{tag}' at {:p}>", core::ptr::from_ref(this)),
    };
    unicode::from_str(&text)
}
