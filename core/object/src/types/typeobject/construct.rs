//! Calling a Python class by vectorcall, without the tuple and dict that `type.__call__` hands to `tp_new` and
//! `tp_init`.

use super::{Type, slot_functions};
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::protocol::call as calls;
use crate::types::macros::get;
use crate::types::tuple;
use core::ptr::null_mut;
use krait_abi::*;

/// How many arguments go into an array on the stack.
const SMALL: usize = 8;

/// Makes an instance of a class whose `__new__` is that of `object` and whose `__init__` is a Python function (or that
/// of `object`, without arguments). `None` for every other class: nothing has happened then.
///
/// # Safety
/// The contract of vectorcall.
#[inline]
pub unsafe fn construct(
    class: &Type,
    args: *const *mut PyObject,
    nargsf: usize,
    names: *mut PyObject,
) -> Option<Result<Obj>> {
    let object = crate::types::object::class();
    macro_rules! same {
        ($a:expr, $b:expr, $slot:ident) => {
            get!($a, $slot).map(|f| f as usize) == get!($b, $slot).map(|f| f as usize)
        };
    }
    if !same!(class.class_of(), Type::class(), tp_call)
        || !same!(class, object, tp_new)
        || class.has(Py_TPFLAGS_IS_ABSTRACT)
    {
        return None;
    }
    let nargs = nargsf & !calls::OFFSET;
    if same!(class, object, tp_init) {
        // Arguments would have to be refused.
        return if nargs == 0 && names.is_null() { Some(class.alloc(0)) } else { None };
    }
    let init_slot = slot_functions::init as unsafe extern "C" fn(_, _, _) -> _;
    if !get!(class, tp_init).is_some_and(|f| core::ptr::fn_addr_eq(f, init_slot)) {
        return None;
    }
    let init = class.lookup(crate::intern!("__init__"))?;
    if !init.class_of().has(Py_TPFLAGS_METHOD_DESCRIPTOR) {
        return None;
    }
    let init = init.owned();
    // SAFETY: the caller's promise.
    Some(unsafe { initialise(class, &init, args, nargsf, names) })
}

/// # Safety
/// The contract of vectorcall.
unsafe fn initialise(
    class: &Type,
    init: &Object,
    args: *const *mut PyObject,
    nargsf: usize,
    names: *mut PyObject,
) -> Result<Obj> {
    let instance = class.alloc(0)?;
    let nargs = nargsf & !calls::OFFSET;
    // SAFETY: the caller's promise; with the flag the word before the arguments may be used and is restored.
    let result = unsafe {
        let this = instance.as_ptr();
        let total = nargs + if names.is_null() { 0 } else { tuple::items(Object::from_ptr(names)).len() };
        if nargsf & calls::OFFSET != 0 {
            let place = args.cast_mut().sub(1);
            let saved = core::mem::replace(&mut *place, this);
            let result = calls::vectorcall(init.as_ptr(), place, nargs + 1, names);
            *place = saved;
            result
        } else if total < SMALL {
            let mut small = [null_mut::<PyObject>(); SMALL];
            small[0] = this;
            if total > 0 {
                small.as_mut_ptr().add(1).copy_from_nonoverlapping(args, total);
            }
            calls::vectorcall(init.as_ptr(), small.as_ptr(), nargs + 1, names)
        } else {
            let mut large = Vec::with_capacity(total + 1);
            large.push(this);
            large.extend_from_slice(core::slice::from_raw_parts(args, total));
            calls::vectorcall(init.as_ptr(), large.as_ptr(), nargs + 1, names)
        }
    };
    // SAFETY: what vectorcall returned.
    let result = unsafe { Obj::from_owned_or_raised(result)? };
    if !result.is_none() {
        return Err(err::type_error(format_args!(
            "__init__() should return None, not '{}'",
            result.class_of().name()
        )));
    }
    Ok(instance)
}
