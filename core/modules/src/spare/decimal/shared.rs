//! What an interpreter's decimals share: classes, the templates of contexts, the variable that holds the current one.

use crate::support::Kept;
use core::cell::Cell;
use core::ptr::null_mut;
use krait_abi::{PyInterpreterState, PyObject};
use krait_object::types::tuple;
use krait_object::{Obj, Object, Result, state};

/// Where something lies; what several lie in begins there.
#[derive(Clone, Copy)]
pub enum Slot {
    Variable,
    Default,
    Basic,
    Extended,
    SignalDict,
    Tuple,
    Rational,
    Signals,
    Conditions = 16,
}

const KEPT: Kept = Kept("_decimal");

/// The interpreter that was last asked for, and its tuple.
struct Cache(Cell<(*mut PyInterpreterState, *mut PyObject)>);
// SAFETY: touched with the GIL held.
unsafe impl Sync for Cache {}
static CACHE: Cache = Cache(Cell::new((null_mut(), null_mut())));

/// Keeps these objects for the current interpreter, in the order of [`Slot`]. Every interpreter does that before
/// anything else of the module runs in it, so what the cache has of one that is gone is never taken for its own.
pub fn keep(objects: Vec<Obj>) -> Result<()> {
    let objects = tuple::from_vec(objects)?;
    KEPT.set(&objects)?;
    CACHE.0.set((state::interp(), objects.as_ptr()));
    Ok(())
}

/// One of the objects. It lives as long as the interpreter.
#[inline]
pub fn get(slot: Slot, index: usize) -> Result<&'static Object> {
    let (interpreter, objects) = CACHE.0.get();
    let objects = if interpreter == state::interp() { objects } else { refill()? };
    // SAFETY: the tuple lives in the interpreter's dict, and its items with it.
    Ok(unsafe { tuple::items(Object::from_ptr(objects))[slot as usize + index] })
}

#[cold]
fn refill() -> Result<*mut PyObject> {
    let objects = KEPT.required()?;
    CACHE.0.set((state::interp(), objects.as_ptr()));
    Ok(objects.as_ptr())
}
