//! Raising: the functions that set the current exception.

use super::*;
use crate::protocol::call;
use crate::types::unicode;

/// Calls an exception class with a value as C code gives it: None means no argument, a tuple is the arguments,
/// anything else the only argument (`_PyErr_CreateException`).
pub fn create_exception(class: &Object, value: Option<&Object>) -> Result<Obj> {
    if base::is_plain(class) {
        let arguments = match value {
            None => tuple::empty(),
            Some(value) if value.is_none() => tuple::empty(),
            Some(value) if tuple::check(value) => value.owned(),
            Some(value) => tuple::pack([value.owned()])?,
        };
        // SAFETY: an exception class has the layout of a type.
        return base::make(unsafe { class.cast_unchecked::<Type>() }, arguments);
    }
    let exception = match value {
        None => call::call0(class)?,
        Some(value) if value.is_none() => call::call0(class)?,
        Some(value) if tuple::check(value) => call::call_tuple(class, value, None)?,
        Some(value) => call::call1(class, value)?,
    };
    if !is_exception(&exception) {
        let class = crate::protocol::object::repr(class)?;
        return Err(type_error(format_args!(
            "calling {} should have returned an instance of BaseException, not {}",
            unicode::display(&class),
            exception.class_of().name()
        )));
    }
    Ok(exception)
}

/// Sets `exception` with a message (`PyErr_SetString`/`PyErr_Format`). The message is formatted before the old exception
/// is replaced.
#[cold]
pub fn set(exception: &Object, message: impl Display) -> Raised {
    match short_text(&message) {
        Ok(text) => set_owned(exception, Some(text)),
        Err(raised) => raised,
    }
}

/// A message as `str`: through a buffer on the stack, unless it is long.
fn short_text(message: &dyn Display) -> Result<Obj> {
    use core::fmt::Write;
    struct Buffer {
        bytes: [u8; 240],
        len: usize,
    }
    impl Write for Buffer {
        fn write_str(&mut self, text: &str) -> core::fmt::Result {
            let end = self.len + text.len();
            self.bytes.get_mut(self.len..end).ok_or(core::fmt::Error)?.copy_from_slice(text.as_bytes());
            self.len = end;
            Ok(())
        }
    }
    let mut buffer = Buffer { bytes: [0; 240], len: 0 };
    match write!(buffer, "{message}") {
        // SAFETY: only whole strs were copied.
        Ok(()) => unicode::from_str(unsafe { core::str::from_utf8_unchecked(&buffer.bytes[..buffer.len]) }),
        Err(_) => unicode::from_display(message),
    }
}

/// Sets `exception` with a message that is bytes in UTF-8, or nearly (`PyErr_SetString`).
#[cold]
pub fn set_bytes(exception: &Object, message: &[u8]) -> Raised {
    match unicode::decode_utf8(message, None) {
        Ok(text) => set_owned(exception, Some(text)),
        Err(Raised { .. }) => {
            clear();
            set_none(exception)
        }
    }
}

/// `PyErr_SetNone`.
#[cold]
pub fn set_none(exception: &Object) -> Raised {
    set_object_opt(exception, None)
}

/// `PyErr_SetObject`.
pub fn set_object(exception: &Object, value: &Object) -> Raised {
    set_object_opt(exception, Some(value))
}

/// `PyErr_SetObject` where the value may be missing. The exception that is being handled becomes the context of the new
/// one, which is made an instance for that.
pub fn set_object_opt(exception: &Object, value: Option<&Object>) -> Raised {
    set_owned(exception, value.map(Layout::owned))
}

/// [`set_object_opt`] that keeps the value.
fn set_owned(exception: &Object, value: Option<Obj>) -> Raised {
    if !is_exception_class(exception) {
        return no_exception_class(exception);
    }
    match handled_value() {
        None => set_with_traceback(exception, value),
        Some(context) => set_with_context(exception, value, context),
    }
}

#[cold]
#[inline(never)]
fn no_exception_class(object: &Object) -> Raised {
    match crate::protocol::object::repr(object) {
        Ok(text) => system_error(format_args!(
            "_PyErr_SetObject: exception {} is not a BaseException subclass",
            unicode::display(&text)
        )),
        Err(raised) => raised,
    }
}

/// [`set_object_opt`] while another exception is being handled.
#[inline(never)]
fn set_with_context(exception: &Object, value: Option<Obj>, context: Obj) -> Raised {
    let value = match value {
        Some(value) if is_exception(&value) => value,
        value => {
            // Making the instance must not see the exception that is being replaced.
            clear();
            match create_exception(exception, value.as_deref()) {
                Ok(made) => made,
                Err(raised) => return raised,
            }
        }
    };
    if !value.is(&*context) {
        base::chain_context(&value, context);
    }
    set_with_traceback(exception, Some(value))
}

/// Makes an exception the current one, with the traceback that its value has.
#[inline(always)]
fn set_with_traceback(exception: &Object, value: Option<Obj>) -> Raised {
    let traceback = value.as_deref().filter(|v| is_exception(v)).and_then(base::get_traceback);
    // SAFETY: owned references move.
    unsafe {
        restore_raw(exception.owned().into_ptr(), into_ptr_opt(value), into_ptr_opt(traceback));
    }
    Raised::assume()
}

/// Raises an instance as it is, with its class and traceback.
pub fn raise(value: &Object) -> Raised {
    set_object(value.class_of().object(), value)
}

/// `KeyError` with the key as its argument (`_PyErr_SetKeyError`): in a tuple, since a key may be None, a tuple or an
/// exception, which mean something else as values.
pub fn set_key_error(key: &Object) -> Raised {
    match tuple::pack([key.owned()]) {
        Ok(arguments) => set_object(exceptions::KeyError(), &arguments),
        Err(raised) => raised,
    }
}

/// `StopIteration` with a value (`_PyGen_SetStopIterationValue`): a tuple or an exception must be wrapped.
pub fn set_stop_iteration(value: &Object) -> Raised {
    if tuple::check(value) || is_exception(value) {
        return match call::call1(exceptions::StopIteration(), value) {
            Ok(error) => set_object(exceptions::StopIteration(), &error),
            Err(raised) => raised,
        };
    }
    set_object(exceptions::StopIteration(), value)
}

/// `SystemError: bad argument to internal function` (`PyErr_BadInternalCall`), with the caller's place in front.
#[cold]
#[track_caller]
pub fn bad_internal_call() -> Raised {
    let place = core::panic::Location::caller();
    bad_internal_call_at(place.file(), place.line())
}

/// `_PyErr_BadInternalCall`.
#[cold]
pub fn bad_internal_call_at(file: &str, line: u32) -> Raised {
    system_error(format_args!("{file}:{line}: bad argument to internal function"))
}

/// `TypeError: bad argument type for built-in operation` (`PyErr_BadArgument`).
#[cold]
pub fn bad_argument() -> Raised {
    type_error("bad argument type for built-in operation")
}

/// `MemoryError` (`PyErr_NoMemory`): the instance exists already. While the interpreter is still being made there is none:
/// the exception stays a class, which is enough for initialisation to fail in good order. The reserve is given back, for
/// the traceback and the handlers.
#[cold]
pub fn no_memory() -> Raised {
    crate::memory::reserve::release();
    set_none(exceptions::MemoryError())
}

/// `RecursionError` as an instance that exists already, for when there is no room to make one.
#[cold]
pub fn preallocated_recursion_error() -> Raised {
    let error = exceptions::preallocated_recursion_error();
    restore(error)
}

/// A caught panic becomes `SystemError`.
#[cold]
pub fn panicked(payload: Box<dyn core::any::Any + Send>) {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("unknown panic");
    let _ = system_error(format_args!("internal error: {text}"));
}

/// `PyErr_WarnEx`.
pub fn warn(category: &Object, message: impl Display, stack_level: isize) -> Result<()> {
    let text = unicode::from_str(&message.to_string())?;
    match crate::hooks::try_get() {
        Some(hooks) => (hooks.warn)(category, &text, stack_level),
        None => Ok(()),
    }
}

/// Raises a new exception whose cause and context is the current one (`_PyErr_FormatFromCause`).
pub fn set_from_cause(exception: &Object, message: impl Display) -> Raised {
    let cause = fetch().map(|mut error| {
        error.normalize_with_traceback();
        error
    });
    let raised = set(exception, message);
    let Some(cause) = cause.and_then(|error| error.value) else { return raised };
    let Some(mut new) = fetch() else { return raised };
    new.normalize();
    if let Some(value) = new.value.as_deref().filter(|value| is_exception(value)) {
        base::set_cause(value, Some(cause.clone()));
        base::set_context(value, Some(cause));
    }
    restore(new)
}

/// Restores `error` unless another exception has been raised meanwhile, whose context it then becomes
/// (`_PyErr_ChainExceptions`).
pub fn chain(error: Option<Fetched>) {
    let Some(mut error) = error else { return };
    let Some(mut new) = fetch() else {
        let _ = restore(error);
        return;
    };
    error.normalize_with_traceback();
    new.normalize();
    if let Some(value) = new.value.as_deref().filter(|value| is_exception(value)) {
        base::set_context(value, error.value);
    }
    let _ = restore(new);
}

/// `_PyErr_ChainStackItem`: makes the exception of an item (of a generator that is not running) the context of the current
/// exception.
///
/// # Safety
/// `item` is live and its fields are empty or own their references.
pub unsafe fn chain_stack_item(item: *mut _PyErr_StackItem) {
    // SAFETY: the caller's promise.
    let handled = unsafe {
        let [kind, value, traceback] = [(*item).exc_type, (*item).exc_value, (*item).exc_traceback]
            .map(|object| Object::from_ptr_opt(object).map(Layout::owned));
        kind.filter(|kind| !kind.is_none()).map(|kind| Fetched { kind, value, traceback })
    };
    let Some(mut handled) = handled else { return };
    let Some(new) = fetch() else { return };
    // An item that `_asyncio` keeps need not be normalised, and its value has no traceback yet.
    handled.normalize_with_traceback();
    let _ = restore(new);
    chain_with_handled(handled.value.filter(|value| is_exception(value)));
}

/// Makes an exception that is being handled the context of the current exception.
pub fn chain_with_handled(context: Option<Obj>) {
    let Some(context) = context else { return };
    let Some(mut new) = fetch() else { return };
    new.normalize();
    if let Some(value) = new.value.as_deref().filter(|value| is_exception(value))
        && !value.is(&*context)
    {
        base::chain_context(value, context);
    }
    let _ = restore(new);
}

/// `PyErr_SetImportErrorSubclass`: an ImportError (or subclass) with `name` and `path`.
pub fn set_import_error_subclass(
    exception: &Object,
    message: Option<&Object>,
    name: Option<&Object>,
    path: Option<&Object>,
) -> Raised {
    let make = || -> Result<Raised> {
        if !crate::protocol::object::is_subclass(exception, exceptions::ImportError())? {
            return Ok(type_error("expected a subclass of ImportError"));
        }
        let Some(message) = message else { return Ok(type_error("expected a message argument")) };
        let names = tuple::pack([crate::intern!("name").owned(), crate::intern!("path").owned()])?;
        let none = none::none();
        let args = [message, name.unwrap_or(none), path.unwrap_or(none)];
        let error = call::call_names(exception, &args, 1, Some(&names))?;
        Ok(set_object(error.class_of().object(), &error))
    };
    make().unwrap_or_else(|raised| raised)
}

/// `PyErr_SetImportError`.
pub fn set_import_error(message: Option<&Object>, name: Option<&Object>, path: Option<&Object>) -> Raised {
    set_import_error_subclass(exceptions::ImportError(), message, name, path)
}
