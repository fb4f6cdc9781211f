//! `InterpreterID`: an interpreter's number, which keeps the interpreter alive where that was asked for.

use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::payload::{self, EMPTY_NUMBER, Head, Payload};
use krait_object::protocol::{number, object};
use krait_object::slot::CompareOp;
use krait_object::types::typeobject::Type;
use krait_object::types::{long, none, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, err, interpreter, payload_class, slot, static_type};

/// An instance.
#[repr(C)]
pub struct InterpreterId {
    #[allow(dead_code, reason = "the object head")]
    head: Head,
    id: i64,
}

static mut AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_int: slot::unary(index), nb_index: slot::unary(index), ..EMPTY_NUMBER };

static_type! {
    /// `InterpreterID`
    #[unsafe(no_mangle)]
    pub static _PyInterpreterID_Type = {
        tp_name: c"InterpreterID".as_ptr(),
        tp_basicsize: size_of::<InterpreterId>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<InterpreterId>(),
        tp_repr: slot::unary(repr),
        tp_as_number: &raw mut AS_NUMBER,
        tp_hash: slot::hash(hash),
        tp_str: slot::unary(str),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"The ID of an interpreter, which can be used as an int.".as_ptr(),
        tp_richcompare: slot::richcompare(rich_compare),
        tp_new: slot::new(tp_new),
    };
}
payload_class!(InterpreterId, _PyInterpreterID_Type);

impl Payload for InterpreterId {}

impl Drop for InterpreterId {
    fn drop(&mut self) {
        match interpreter::look_up_id(self.id) {
            // SAFETY: the list had it just now, and the GIL is held.
            Ok(interp) => unsafe { crate::lifecycle::subinterpreter::id_decref(interp) },
            // Already ended.
            Err(_) => err::clear(),
        }
    }
}

fn ready() -> Result<()> {
    // SAFETY: a static type.
    unsafe { Type::from_raw(&raw mut _PyInterpreterID_Type) }.ready()
}

fn make(class: &Type, id: i64, force: bool) -> Result<Obj> {
    match interpreter::look_up_id(id) {
        // SAFETY: a live interpreter.
        Ok(interp) => unsafe { interpreter::id_incref(interp) },
        Err(_) if force => err::clear(),
        Err(raised) => return Err(raised),
    }
    payload::new(class, |head| InterpreterId { head, id }).map(Obj::upcast)
}

/// The ID object for a number (`_PyInterpreterID_New`).
pub fn new(id: i64) -> Result<Obj> {
    ready()?;
    make(InterpreterId::class(), id, false)
}

/// The ID object of an interpreter (`_PyInterpreterState_GetIDObject`).
///
/// # Safety
/// A live interpreter.
pub unsafe fn of(interp: *mut PyInterpreterState) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        interpreter::id_init_ref(interp)?;
        new(interpreter::get_id(interp)?)
    }
}

/// The number that an argument means.
fn number_of(object: &Object) -> Result<i64> {
    if let Some(id) = object.downcast::<InterpreterId>() {
        return Ok(id.id);
    }
    let id = if number::index_check(object) {
        let index = number::index(object)?;
        long::as_i64(&index)?
    } else {
        return Err(err::type_error(format_args!(
            "interpreter ID must be an int, got {}",
            object.class_of().name()
        )));
    };
    if id < 0 {
        let shown = object::repr(object)?;
        return Err(err::value_error(format_args!(
            "interpreter ID must be a non-negative int, got {}",
            unicode::display(&shown)
        )));
    }
    Ok(id)
}

/// The interpreter that an ID object or number names (`_PyInterpreterID_LookUp`).
pub fn look_up(id: &Object) -> Result<*mut PyInterpreterState> {
    interpreter::look_up_id(number_of(id)?)
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    static SIGNATURE: Signature<2> = Signature::new("InterpreterID.__init__", ["id", "force"]).required(1);
    let [id, force] = SIGNATURE.bind_tuple(args, kw)?;
    let force = force.map_or(Ok(false), object::is_true)?;
    make(class, number_of(id.unwrap_or(none::none()))?, force)
}

fn repr(this: &InterpreterId) -> Result<Obj> {
    unicode::from_str(&format!("{}({})", this.object().class_of().name(), this.id))
}

fn str(this: &InterpreterId) -> Result<Obj> {
    unicode::from_str(&this.id.to_string())
}

fn index(this: &InterpreterId) -> Result<Obj> {
    long::from_i64(this.id)
}

fn hash(this: &InterpreterId) -> Result<isize> {
    object::hash(&*long::from_i64(this.id)?)
}

fn rich_compare(this: &InterpreterId, other: &Object, op: CompareOp) -> Result<Obj> {
    let not_implemented = || Ok(none::not_implemented().owned());
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return not_implemented();
    }
    let equal = if let Some(other) = other.downcast::<InterpreterId>() {
        this.id == other.id
    } else if number::check(other) {
        object::rich_compare_bool(&*long::from_i64(this.id)?, other, CompareOp::Eq)?
    } else {
        return not_implemented();
    };
    Ok(krait_object::types::bool::from_bool(equal == (op == CompareOp::Eq)))
}
