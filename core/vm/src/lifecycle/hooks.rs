//! What the interpreter offers the object layer (`krait_object::hooks`).

use krait_abi::*;
use krait_object::hooks::{self, Hooks};
use krait_object::types::{tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, state};

/// Installs the table.
pub fn install() {
    hooks::install(Hooks {
        warn: crate::warnings::warn,
        warn_explicit: crate::warnings::warn_explicit,
        import: crate::import::import_module,
        write_unraisable: crate::sys::unraisable,
        write_stderr: crate::sys::write_stderr,
        audit: crate::sys::audit,
        check_signals,
        frame_globals: crate::sys::frame_globals,
        super_arguments,
        builtin,
        sys_get: crate::sys::get_object,
    });
}

struct SignalRunner(core::cell::Cell<Option<fn() -> Result<()>>>);
// SAFETY: written and read with the GIL held.
unsafe impl Sync for SignalRunner {}
static SIGNAL_RUNNER: SignalRunner = SignalRunner(core::cell::Cell::new(None));

/// Names the function that runs the Python handlers of signals that have arrived; the `_signal` module has it.
pub fn set_signal_runner(runner: fn() -> Result<()>) {
    SIGNAL_RUNNER.0.set(Some(runner));
}

fn check_signals() -> Result<()> {
    SIGNAL_RUNNER.0.get().map_or(Ok(()), |runner| runner())
}

fn builtin(name: &str) -> Result<Obj> {
    let builtins = crate::builtins::dict()?;
    krait_object::types::dict::get_str(&builtins, name)?
        .ok_or_else(|| err::attribute_error(format_args!("module 'builtins' has no attribute '{name}'")))
}

/// `super()`: the class in the cell `__class__` of the running function, and its first argument.
fn super_arguments() -> Result<(Obj, Obj)> {
    // SAFETY: the running frame owns its code and variables.
    unsafe {
        let frame = (*state::required()).frame;
        if frame.is_null() {
            return Err(err::runtime_error("super(): no current frame"));
        }
        let code: *mut PyCodeObject = (*frame).f_code;
        if (*code).co_argcount == 0 {
            return Err(err::runtime_error("super(): no arguments"));
        }
        let fast = (&raw const (*frame).f_localsplus).cast::<*mut PyObject>();
        let cells = tuple::items(Object::from_ptr((*code).co_cellvars)).len();
        let mut first = *fast;
        if first.is_null() && !(*code).co_cell2arg.is_null() {
            // The first argument may have moved into a cell.
            for index in 0..cells {
                if *(*code).co_cell2arg.add(index) == 0 {
                    let cell = (*fast.add((*code).co_nlocals as usize + index)).cast::<PyCellObject>();
                    first = (*cell).ob_ref;
                    break;
                }
            }
        }
        let Some(first) = Object::from_ptr_opt(first) else {
            return Err(err::runtime_error("super(): arg[0] deleted"));
        };
        let frees = tuple::items(Object::from_ptr((*code).co_freevars));
        for (index, name) in frees.iter().enumerate() {
            if !unicode::eq_str(name, "__class__") {
                continue;
            }
            let slot = *fast.add((*code).co_nlocals as usize + cells + index);
            if slot.is_null() {
                return Err(err::runtime_error("super(): bad __class__ cell"));
            }
            let Some(class) = Object::from_ptr_opt((*slot.cast::<PyCellObject>()).ob_ref) else {
                return Err(err::runtime_error("super(): empty __class__ cell"));
            };
            if class.downcast::<krait_object::types::typeobject::Type>().is_none() {
                return Err(err::runtime_error(format_args!(
                    "super(): __class__ is not a type ({})",
                    class.class_of().name()
                )));
            }
            return Ok((class.owned(), first.owned()));
        }
        Err(err::runtime_error("super(): __class__ cell not found"))
    }
}
