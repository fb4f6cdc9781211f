//! The exception classes.
//!
//! One row of the table below makes a class: its static type object, the exported pointer `PyExc_NAME`, and the accessor
//! `exceptions::NAME()`. Rows name a *family*, which brings layout, constructor and other slots; the families are the
//! files of this folder. All instances begin with [`PyBaseExceptionObject`]:
//!
//! ```text
//!   16 dict   24 args   32 traceback   40 context   48 cause   56 suppress_context   64 fields of the family
//! ```

#![expect(non_snake_case, reason = "accessors are named like the classes")]

pub mod base;
mod import;
mod memory;
pub mod os;
mod simple;
pub mod syntax;
#[cfg(test)]
mod tests;
pub mod unicode_errors;

pub use base::{
    get_cause, get_context, get_traceback, set_cause, set_context, set_traceback, set_traceback_opt,
    set_traceback_unchecked, suppress_context,
};
pub use memory::{preallocated_memory_error, preallocated_recursion_error};

use crate::err::Fetched;
use crate::handle::{Layout, Obj, Object, Result};
use crate::payload::EMPTY_TYPE;
use crate::types::dict;
use crate::types::typeobject::Type;
use core::ffi::c_ulong;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use krait_abi::*;

const FLAGS: c_ulong = (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong
    | Py_TPFLAGS_BASE_EXC_SUBCLASS as c_ulong;

/// What a family gives its classes.
pub(crate) const fn family(template: PyTypeObject) -> PyTypeObject {
    PyTypeObject { tp_flags: FLAGS, tp_dictoffset: 16, tp_free: Some(crate::gc::PyObject_GC_Del), ..template }
}

macro_rules! base_of {
    (-) => {
        null_mut()
    };
    ($base:ident) => {
        &raw mut statics::$base
    };
}

macro_rules! exceptions {
    ($($name:ident: $base:tt, $family:ident, $doc:literal;)*) => {
        /// The static type objects.
        pub mod statics {
            use super::*;
            $(
                #[doc = concat!("The class `", stringify!($name), "`.")]
                pub static mut $name: PyTypeObject = PyTypeObject {
                    ob_base: crate::type_head!(),
                    tp_name: concat!(stringify!($name), "\0").as_ptr().cast(),
                    tp_doc: concat!($doc, "\0").as_ptr().cast(),
                    tp_base: base_of!($base),
                    ..families::$family
                };
            )*
        }
        $(
            #[doc = concat!("The class `", stringify!($name), "`, borrowed.")]
            #[inline(always)]
            pub fn $name() -> &'static Object {
                // SAFETY: a static type object.
                unsafe { Object::from_ptr((&raw mut statics::$name).cast()) }
            }
        )*
        /// Every class with its name, bases first.
        fn classes() -> impl Iterator<Item = (&'static str, *mut PyTypeObject)> {
            [$((stringify!($name), &raw mut statics::$name)),*].into_iter()
        }
    };
}

/// The exported pointers to the classes.
pub mod exported {
    use super::*;
    macro_rules! pointers {
        ($($symbol:ident $class:ident)*) => {$(
            #[doc = concat!("Pointer to the class `", stringify!($class), "`.")]
            #[unsafe(no_mangle)]
            pub static mut $symbol: *mut PyObject = (&raw mut statics::$class).cast();
        )*};
    }
    pointers! {
        PyExc_BaseException BaseException
        PyExc_Exception Exception
        PyExc_TypeError TypeError
        PyExc_StopAsyncIteration StopAsyncIteration
        PyExc_StopIteration StopIteration
        PyExc_GeneratorExit GeneratorExit
        PyExc_SystemExit SystemExit
        PyExc_KeyboardInterrupt KeyboardInterrupt
        PyExc_ImportError ImportError
        PyExc_ModuleNotFoundError ModuleNotFoundError
        PyExc_OSError OSError
        PyExc_EOFError EOFError
        PyExc_RuntimeError RuntimeError
        PyExc_RecursionError RecursionError
        PyExc_NotImplementedError NotImplementedError
        PyExc_NameError NameError
        PyExc_UnboundLocalError UnboundLocalError
        PyExc_AttributeError AttributeError
        PyExc_SyntaxError SyntaxError
        PyExc_IndentationError IndentationError
        PyExc_TabError TabError
        PyExc_LookupError LookupError
        PyExc_IndexError IndexError
        PyExc_KeyError KeyError
        PyExc_ValueError ValueError
        PyExc_UnicodeError UnicodeError
        PyExc_UnicodeEncodeError UnicodeEncodeError
        PyExc_UnicodeDecodeError UnicodeDecodeError
        PyExc_UnicodeTranslateError UnicodeTranslateError
        PyExc_AssertionError AssertionError
        PyExc_ArithmeticError ArithmeticError
        PyExc_FloatingPointError FloatingPointError
        PyExc_OverflowError OverflowError
        PyExc_ZeroDivisionError ZeroDivisionError
        PyExc_SystemError SystemError
        PyExc_ReferenceError ReferenceError
        PyExc_MemoryError MemoryError
        PyExc_BufferError BufferError
        PyExc_Warning Warning
        PyExc_UserWarning UserWarning
        PyExc_DeprecationWarning DeprecationWarning
        PyExc_PendingDeprecationWarning PendingDeprecationWarning
        PyExc_SyntaxWarning SyntaxWarning
        PyExc_RuntimeWarning RuntimeWarning
        PyExc_FutureWarning FutureWarning
        PyExc_ImportWarning ImportWarning
        PyExc_UnicodeWarning UnicodeWarning
        PyExc_BytesWarning BytesWarning
        PyExc_ResourceWarning ResourceWarning
        PyExc_ConnectionError ConnectionError
        PyExc_BlockingIOError BlockingIOError
        PyExc_BrokenPipeError BrokenPipeError
        PyExc_ChildProcessError ChildProcessError
        PyExc_ConnectionAbortedError ConnectionAbortedError
        PyExc_ConnectionRefusedError ConnectionRefusedError
        PyExc_ConnectionResetError ConnectionResetError
        PyExc_FileExistsError FileExistsError
        PyExc_FileNotFoundError FileNotFoundError
        PyExc_IsADirectoryError IsADirectoryError
        PyExc_NotADirectoryError NotADirectoryError
        PyExc_InterruptedError InterruptedError
        PyExc_PermissionError PermissionError
        PyExc_ProcessLookupError ProcessLookupError
        PyExc_TimeoutError TimeoutError
    }
    /// Another name of OSError, filled by `init`.
    #[unsafe(no_mangle)]
    pub static mut PyExc_EnvironmentError: *mut PyObject = null_mut();
    /// Another name of OSError, filled by `init`.
    #[unsafe(no_mangle)]
    pub static mut PyExc_IOError: *mut PyObject = null_mut();
}

/// A subclass that shares its base's constructor and attributes: it inherits them.
const fn bare(base: PyTypeObject) -> PyTypeObject {
    PyTypeObject {
        tp_str: None,
        tp_new: None,
        tp_methods: null_mut(),
        tp_members: null_mut(),
        tp_getset: null_mut(),
        ..base
    }
}

/// The families: static types without name, base and documentation.
mod families {
    use super::*;
    pub const root: PyTypeObject = base::ROOT;
    pub const simple: PyTypeObject = PyTypeObject { tp_new: base::NEW, ..base::DERIVED };
    pub const stop: PyTypeObject = simple::STOP_ITERATION;
    pub const exit: PyTypeObject = simple::SYSTEM_EXIT;
    pub const key: PyTypeObject = simple::KEY_ERROR;
    pub const import: PyTypeObject = import::FAMILY;
    pub const import_sub: PyTypeObject = bare(import::FAMILY);
    pub const os: PyTypeObject = os::FAMILY;
    pub const os_sub: PyTypeObject = bare(os::FAMILY);
    pub const syntax: PyTypeObject = syntax::FAMILY;
    pub const syntax_sub: PyTypeObject = bare(syntax::FAMILY);
    pub const uee: PyTypeObject = unicode_errors::ENCODE;
    pub const ude: PyTypeObject = unicode_errors::DECODE;
    pub const ute: PyTypeObject = unicode_errors::TRANSLATE;
    pub const memory: PyTypeObject = super::memory::FAMILY;
}

exceptions! {
    BaseException: -, root, "The root of all exceptions";
    Exception: BaseException, simple, "The root of all exceptions that do not end the program";
    TypeError: Exception, simple, "An argument or operand has a type that does not fit.";
    StopAsyncIteration: Exception, simple, "An asynchronous iterator has no more items.";
    StopIteration: Exception, stop, "An iterator has no more items.";
    GeneratorExit: BaseException, simple, "A generator is asked to end.";
    SystemExit: BaseException, exit, "The program is asked to end.";
    KeyboardInterrupt: BaseException, simple, "The user interrupted the program.";
    ImportError: Exception, import, "A module, or a name in a module, could not be imported.";
    ModuleNotFoundError: ImportError, import_sub, "There is no such module.";
    OSError: Exception, os, "A call to the operating system failed.";
    EOFError: Exception, simple, "Input ended too early.";
    RuntimeError: Exception, simple, "An error at run time that has no class of its own.";
    RecursionError: RuntimeError, simple, "Calls are nested too deeply.";
    NotImplementedError: RuntimeError, simple, "The method is left to subclasses or to the future.";
    NameError: Exception, simple, "There is no global variable of that name.";
    UnboundLocalError: NameError, simple, "A local variable was used before it got a value.";
    AttributeError: Exception, simple, "There is no such attribute.";
    SyntaxError: Exception, syntax, "The source is not valid.";
    IndentationError: SyntaxError, syntax_sub, "Lines are indented wrongly.";
    TabError: IndentationError, syntax_sub, "Tabs and spaces are mixed in a way that leaves the indentation unclear.";
    LookupError: Exception, simple, "The root of errors of indexes and keys.";
    IndexError: LookupError, simple, "The index is outside the sequence.";
    KeyError: LookupError, key, "The mapping has no such key.";
    ValueError: Exception, simple, "The type fits but the value does not.";
    UnicodeError: ValueError, simple, "The root of errors of text encodings.";
    UnicodeEncodeError: UnicodeError, uee, "Text could not be encoded.";
    UnicodeDecodeError: UnicodeError, ude, "Bytes could not be decoded.";
    UnicodeTranslateError: UnicodeError, ute, "Text could not be translated.";
    AssertionError: Exception, simple, "An assert statement found its condition false.";
    ArithmeticError: Exception, simple, "The root of errors in calculations.";
    FloatingPointError: ArithmeticError, simple, "A floating point operation failed.";
    OverflowError: ArithmeticError, simple, "The result is too large.";
    ZeroDivisionError: ArithmeticError, simple, "Division or modulo by zero.";
    SystemError: Exception, simple, "The interpreter found an error in itself or in an extension module.\n\nIt should be reported to the maintainers, with the traceback, the version of Python\nand the platform.";
    ReferenceError: Exception, simple, "The referent of a weak proxy is gone.";
    MemoryError: Exception, memory, "There is no memory left.";
    BufferError: Exception, simple, "A buffer could not be provided or changed.";
    Warning: Exception, simple, "The root of the categories of warnings.";
    UserWarning: Warning, simple, "A warning from user code.";
    DeprecationWarning: Warning, simple, "A feature is deprecated.";
    PendingDeprecationWarning: Warning, simple, "A feature will be deprecated.";
    SyntaxWarning: Warning, simple, "Doubtful syntax.";
    RuntimeWarning: Warning, simple, "Doubtful behaviour at run time.";
    FutureWarning: Warning, simple, "The meaning of a construct will change.";
    ImportWarning: Warning, simple, "A probable mistake in an import.";
    UnicodeWarning: Warning, simple, "A problem with Unicode.";
    BytesWarning: Warning, simple, "A problem with bytes, mostly of comparing them to text.";
    ResourceWarning: Warning, simple, "A resource was not given back.";
    ConnectionError: OSError, os_sub, "The root of errors of connections.";
    BlockingIOError: OSError, os_sub, "The operation would block.";
    BrokenPipeError: ConnectionError, os_sub, "The other end of the pipe is closed.";
    ChildProcessError: OSError, os_sub, "An operation on a child process failed.";
    ConnectionAbortedError: ConnectionError, os_sub, "The peer aborted the connection.";
    ConnectionRefusedError: ConnectionError, os_sub, "The peer refused the connection.";
    ConnectionResetError: ConnectionError, os_sub, "The peer reset the connection.";
    FileExistsError: OSError, os_sub, "The file exists already.";
    FileNotFoundError: OSError, os_sub, "There is no such file or directory.";
    IsADirectoryError: OSError, os_sub, "The operation does not work on directories.";
    NotADirectoryError: OSError, os_sub, "The operation works on directories only.";
    InterruptedError: OSError, os_sub, "A signal interrupted the call.";
    PermissionError: OSError, os_sub, "The operation is not permitted.";
    ProcessLookupError: OSError, os_sub, "There is no such process.";
    TimeoutError: OSError, os_sub, "The call took too long.";
}

static READY: AtomicBool = AtomicBool::new(false);

/// Whether exceptions can be raised.
pub fn is_ready() -> bool {
    READY.load(Ordering::Relaxed)
}

/// `_PyExc_Init`: makes the classes usable and sets aside what is needed when there is no memory.
pub fn init() -> Result<()> {
    // SAFETY: static type objects; exported pointers.
    unsafe {
        exported::PyExc_EnvironmentError = (&raw mut statics::OSError).cast();
        exported::PyExc_IOError = (&raw mut statics::OSError).cast();
        for (_, class) in classes() {
            Type::from_raw(class).ready()?;
        }
    }
    memory::preallocate()?;
    READY.store(true, Ordering::Relaxed);
    Ok(())
}

/// `_PyBuiltins_AddExceptions`: puts the classes into the builtins' dict.
pub fn add_to(builtins: &Object) -> Result<()> {
    for (name, class) in classes() {
        // SAFETY: a static type object.
        dict::set_str(builtins, name, unsafe { Object::from_ptr(class.cast()) })?;
    }
    dict::set_str(builtins, "EnvironmentError", OSError())?;
    dict::set_str(builtins, "IOError", OSError())
}

/// `_PyExc_Fini`: gives back what [`init`] set aside.
pub fn fini() {
    READY.store(false, Ordering::Relaxed);
    memory::release();
}

static TRACEBACK_TYPE: AtomicPtr<PyTypeObject> = AtomicPtr::new(null_mut());

/// The layer that has tracebacks says which class they are.
pub fn set_traceback_type(class: *mut PyTypeObject) {
    TRACEBACK_TYPE.store(class, Ordering::Relaxed);
}

/// `PyTraceBack_Check`. Before there is a traceback class everything passes.
#[inline]
pub fn is_traceback(object: &Object) -> bool {
    let class = TRACEBACK_TYPE.load(Ordering::Relaxed);
    class.is_null() || object.type_ptr() == class
}

/// `PyExceptionClass_Name`: the name of an exception class as its type has it.
pub fn class_name(class: &Object) -> &str {
    // SAFETY: exception classes have the layout of a type.
    unsafe { class.cast_unchecked::<Type>() }.name()
}

const _: () = assert!(size_of::<PyBaseExceptionObject>() == 64 && size_of::<PyTypeObject>() == 408);
