//! Calling a Python class by vectorcall, without the tuple and dict that `type.__call__` hands to `tp_new` and
//! `tp_init`.

use super::{Type, slot_functions};
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::protocol::call as calls;
use crate::protocol::object;
use crate::types::exceptions::base;
use crate::types::macros::get;
use crate::types::{bool, float, long, tuple, unicode};
use core::ptr::null_mut;
use krait_abi::*;

/// How many arguments go into an array on the stack.
const SMALL: usize = 8;

/// How a class makes instances when called.
pub enum Construction<'a> {
    /// An empty instance and nothing else: `__new__` and `__init__` are those of `object`.
    Bare,
    /// An empty instance, then this function (borrowed from a class dict) with the instance as first argument.
    Init(&'a Object),
    /// By `__new__` and `__init__` in general, as `type.__call__` does it.
    General,
    /// By a `tp_call` of the metaclass.
    Other,
}

/// Whether instances come from `object.__new__`: calls of all other classes are [`Construction::General`] or `Other`.
#[inline(always)]
pub fn is_made_by_object(class: &Type) -> bool {
    get!(class, tp_new).map(|f| f as usize) == get!(crate::types::object::class(), tp_new).map(|f| f as usize)
}

/// Tells how calls of a class go. For the interpreter loop, which can run a Python `__init__` without a native call.
#[inline]
pub fn construction(class: &Type) -> Construction<'_> {
    let object = crate::types::object::class();
    macro_rules! same {
        ($a:expr, $b:expr, $slot:ident) => {
            get!($a, $slot).map(|f| f as usize) == get!($b, $slot).map(|f| f as usize)
        };
    }
    if !same!(class.class_of(), Type::class(), tp_call) {
        return Construction::Other;
    }
    if !is_made_by_object(class) || class.has(Py_TPFLAGS_IS_ABSTRACT) {
        return Construction::General;
    }
    if same!(class, object, tp_init) {
        return Construction::Bare;
    }
    let init_slot = slot_functions::init as unsafe extern "C" fn(_, _, _) -> _;
    if !get!(class, tp_init).is_some_and(|f| core::ptr::fn_addr_eq(f, init_slot)) {
        return Construction::General;
    }
    match class.lookup(crate::intern!("__init__")) {
        Some(init) if init.class_of().has(Py_TPFLAGS_METHOD_DESCRIPTOR) => Construction::Init(init),
        _ => Construction::General,
    }
}

/// Makes an instance of a class whose metaclass has the `tp_call` of `type`; `type(x)` and `super()` without a tuple of
/// the arguments, too. `None` for other classes: nothing has happened then.
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
    let nargs = nargsf & !calls::OFFSET;
    match construction(class) {
        // Arguments would have to be refused.
        Construction::Bare if nargs == 0 && names.is_null() => Some(class.alloc(0)),
        Construction::Init(init) => {
            let init = init.owned();
            // SAFETY: the caller's promise.
            Some(unsafe { initialise(class, &init, args, nargsf, names) })
        }
        Construction::Bare | Construction::General => {
            if names.is_null() {
                // SAFETY: the caller's promise.
                let args = unsafe { crate::method::arg_slice(args, nargs) };
                if class.is(Type::class())
                    && let [object] = args
                {
                    return Some(Ok(object.class_of().owned().upcast()));
                }
                if class.is(crate::types::super_::Super::class()) {
                    return Some(crate::types::super_::construct(args));
                }
            }
            // SAFETY: the caller's promise.
            Some(unsafe { general(class, args, nargs, names) })
        }
        Construction::Other => None,
    }
}

/// What the class makes of one value, if it is one that converts: `int(x)` and the like.
#[inline(always)]
fn convert(class: &Type, value: &Object) -> Result<Option<Obj>> {
    let class = class.as_raw();
    Ok(if class == &raw mut long::PyLong_Type {
        Some(long::one_argument(value)?)
    } else if class == &raw mut unicode::PyUnicode_Type && has_plain_str(value) {
        Some(object::str(value)?)
    } else if class == &raw mut float::PyFloat_Type {
        Some(float::from_object(value)?)
    } else if class == &raw mut bool::PyBool_Type {
        Some(bool::from_bool(object::is_true(value)?))
    } else {
        None
    })
}

/// Whether `str(value)` is certainly an exact str. What a `__str__` gives may be a subclass's, whose `__init__` runs then.
#[inline(always)]
fn has_plain_str(value: &Object) -> bool {
    unicode::check_exact(value) || long::check_exact(value) || float::check_exact(value)
}

/// # Safety
/// The contract of vectorcall.
#[inline(always)]
unsafe fn general(
    class: &Type,
    args: *const *mut PyObject,
    nargs: usize,
    names: *mut PyObject,
) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let _guard = crate::state::enter_recursive_call(" while calling a Python object")?;
        if nargs == 0 && names.is_null() && !class.is(Type::class()) {
            return super::instantiate(class, &tuple::empty(), None, true);
        }
        let positional = crate::method::arg_slice(args, nargs);
        if names.is_null() {
            if let [value] = positional
                && let Some(result) = convert(class, value)?
            {
                return Ok(result);
            }
            if class.has(Py_TPFLAGS_BASE_EXC_SUBCLASS) && base::is_plain(class.object()) {
                return base::make(class, tuple::from_slice(positional)?);
            }
        }
        let arguments = tuple::Arguments::new(positional)?;
        let kw = match Object::from_ptr_opt(names) {
            Some(names) if !tuple::items(names).is_empty() => {
                Some(calls::stack_as_dict(args.add(nargs), names)?)
            }
            _ => None,
        };
        super::call(class, arguments.object(), kw.as_deref())
    }
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
