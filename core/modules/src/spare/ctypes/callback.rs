//! C functions that call Python.

use super::call::{return_type, swap_errno};
use super::cdata::CData;
use super::codes::Code;
use super::info::{self, USE_ERRNO};
use core::ffi::{c_ulong, c_void};
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::call;
use krait_object::types::typeobject::Type;
use krait_object::types::{exceptions, none, tuple};
use krait_object::{Class, Layout, Obj, Object, Result, err, gil_state, payload_class, static_type};
use libffi_sys::*;

/// A closure of libffi and the Python function behind it.
#[repr(C)]
pub struct Thunk {
    head: Head,
    closure: *mut c_void,
    code: *mut c_void,
    /// Boxed, for the closure points at them.
    cif: Box<ffi_cif>,
    types: Vec<*mut ffi_type>,
    flags: u32,
    callable: ObjCell,
    /// The classes of the arguments.
    converters: ObjCell,
    restype: ObjCell,
    /// How the result is stored; none for `void`.
    result: Option<Code>,
}

static_type! {
    /// `_ctypes.CThunkObject`
    pub static Thunk_Type = {
        tp_name: c"_ctypes.CThunkObject".as_ptr(),
        tp_basicsize: size_of::<Thunk>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Thunk>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"CThunkObject".as_ptr(),
        tp_traverse: payload::traverse::<Thunk>(),
        tp_clear: payload::clear::<Thunk>(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Thunk, Thunk_Type);

impl Payload for Thunk {
    fn traverse(&self, visitor: &mut Visitor) {
        for cell in [&self.callable, &self.converters, &self.restype] {
            cell.visit(visitor);
        }
    }

    fn clear(&self) {
        for cell in [&self.callable, &self.converters, &self.restype] {
            drop(cell.take());
        }
    }
}

impl Drop for Thunk {
    fn drop(&mut self) {
        if !self.closure.is_null() {
            // SAFETY: a closure of ours, which nobody may call any more.
            unsafe { ffi_closure_free(self.closure) };
        }
    }
}

impl Thunk {
    /// The address of the C function.
    pub fn address(&self) -> *mut c_void {
        self.code
    }

    /// A C function for a Python one.
    pub fn new(
        callable: &Object,
        classes: &Object,
        restype: Option<&Object>,
        flags: u32,
    ) -> Result<Obj<Thunk>> {
        let restype = restype.unwrap_or(none::none());
        let result = if restype.is_none() {
            None
        } else {
            let code = info::of(restype).and_then(|info| info.code.get());
            Some(code.ok_or_else(|| err::type_error("invalid result type for callback function"))?)
        };
        let mut types: Vec<*mut ffi_type> =
            tuple::items(classes).iter().map(|class| return_type(Some(class))).collect();
        let mut cif = Box::new(ffi_cif::default());
        let mut code = core::ptr::null_mut();
        // SAFETY: the descriptions live as long as the classes, which the thunk holds; the rest is the thunk's own.
        unsafe {
            let closure = ffi_closure_alloc(size_of::<ffi_closure>(), &mut code);
            if closure.is_null() {
                return Err(err::no_memory());
            }
            let count = types.len() as u32;
            let rtype = return_type(Some(restype));
            let status = ffi_prep_cif(&mut *cif, ffi_abi_FFI_DEFAULT_ABI, count, rtype, types.as_mut_ptr());
            if status != ffi_status_FFI_OK {
                ffi_closure_free(closure);
                return Err(err::runtime_error(format_args!("ffi_prep_cif failed with {status}")));
            }
            let raw_cif = &raw mut *cif;
            let thunk = payload::new(Thunk::class(), |head| Thunk {
                head,
                closure,
                code,
                cif,
                types,
                flags,
                callable: ObjCell::new(callable.owned()),
                converters: ObjCell::new(classes.owned()),
                restype: ObjCell::new(restype.owned()),
                result,
            })?;
            let data = thunk.object().as_ptr().cast();
            let status = ffi_prep_closure_loc(closure.cast(), raw_cif, Some(enter), data, code);
            if status != ffi_status_FFI_OK {
                return Err(err::runtime_error(format_args!("ffi_prep_closure failed with {status}")));
            }
            debug_assert_eq!(thunk.types.len(), thunk.cif.nargs as usize);
            Ok(thunk)
        }
    }

    /// The arguments as Python sees them.
    unsafe fn arguments(&self, args: *mut *mut c_void) -> Result<Vec<Obj>> {
        let classes = self.converters.get_or_none();
        let mut values = Vec::new();
        for (i, class) in tuple::items(&classes).iter().enumerate() {
            // SAFETY: libffi gives the address of a value for each argument.
            unsafe {
                let place = (*args.add(i)).cast::<u8>();
                let known = class.downcast::<Type>().and_then(|class| Some((class, info::of_type(class)?)));
                let Some((class, info)) = known else {
                    return Err(err::type_error("cannot build parameter"));
                };
                match info.code.get() {
                    Some(code) if !info::is_subclass_of_simple(class) => {
                        values.push((code.get)(place, info.size.get())?);
                    }
                    _ => {
                        let value = call::call0(class.object())?;
                        let Some(data) = value.downcast::<CData>() else {
                            return Err(err::type_error("unexpected result of create argument"));
                        };
                        core::ptr::copy_nonoverlapping(place, data.ptr(), info.size.get());
                        values.push(value);
                    }
                }
            }
        }
        Ok(values)
    }

    /// Calls the Python function and stores its result; errors are reported, for C cannot be told.
    unsafe fn run(&self, result: *mut u8, args: *mut *mut c_void) {
        let callable = self.callable.get_or_none();
        // SAFETY: libffi's arguments.
        let values = match unsafe { self.arguments(args) } {
            Ok(values) => values,
            Err(_) => {
                return err::write_unraisable_message(
                    "on creating arguments of ctypes callback function",
                    Some(&callable),
                );
            }
        };
        let values: Vec<&Object> = values.iter().map(|value| &**value).collect();
        if self.flags & USE_ERRNO != 0 {
            swap_errno();
        }
        let outcome = call::call(&callable, &values);
        if self.flags & USE_ERRNO != 0 {
            swap_errno();
        }
        let Ok(value) = outcome else {
            return err::write_unraisable_message("on calling ctypes callback function", Some(&callable));
        };
        let Some(code) = self.result else { return };
        // SAFETY: there is room for a result of the type.
        match unsafe { (code.set)(result, &value, 0) } {
            Err(_) => err::write_unraisable_message(
                "on converting result of ctypes callback function",
                Some(&callable),
            ),
            // C gets the reference.
            Ok(keep) if code.letter == b'O' => _ = keep.into_ptr(),
            Ok(keep) if keep.is_none() => {}
            Ok(keep) => {
                // Nobody can tell how long C wants it.
                let _kept = keep.into_ptr();
                if err::warn(exceptions::RuntimeWarning(), "memory leak in callback function.", 1).is_err() {
                    err::write_unraisable(Some(&callable));
                }
            }
        }
    }
}

unsafe extern "C" fn enter(
    cif: *mut ffi_cif,
    result: *mut c_void,
    args: *mut *mut c_void,
    thunk: *mut c_void,
) {
    let gil = gil_state::ensure();
    // SAFETY: the data of the closure is its thunk, which is held during the call; the result has room for a register.
    unsafe {
        let thunk = Object::from_ptr(thunk.cast()).cast_unchecked::<Thunk>().owned();
        let result = result.cast::<u8>();
        if thunk.result.is_some() {
            core::ptr::write_bytes(result, 0, (*(*cif).rtype).size);
        }
        krait_object::slot::guard((), || thunk.run(result, args));
    }
    gil_state::release(gil);
}
