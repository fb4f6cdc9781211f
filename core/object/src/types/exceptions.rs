//! Exception classes (skeleton; owner: runtime). One accessor a class, named like it: `exceptions::TypeError()`.
#![expect(non_snake_case, reason = "accessors are named like the classes")]
use crate::handle::Object;
macro_rules! classes {
    ($($name:ident),* $(,)?) => {$(
        #[doc = concat!("The class `", stringify!($name), "`, borrowed.")]
        pub fn $name() -> &'static Object { missing!() }
    )*};
}
classes! {
    BaseException, SystemExit, KeyboardInterrupt, GeneratorExit, Exception, StopIteration, StopAsyncIteration,
    ArithmeticError, FloatingPointError, OverflowError, ZeroDivisionError, AssertionError, AttributeError, BufferError,
    EOFError, ImportError, ModuleNotFoundError, LookupError, IndexError, KeyError, MemoryError, NameError,
    UnboundLocalError, OSError, BlockingIOError, ChildProcessError, ConnectionError, BrokenPipeError,
    ConnectionAbortedError, ConnectionRefusedError, ConnectionResetError, FileExistsError, FileNotFoundError,
    InterruptedError, IsADirectoryError, NotADirectoryError, PermissionError, ProcessLookupError, TimeoutError,
    ReferenceError, RuntimeError, NotImplementedError, RecursionError, SyntaxError, IndentationError, TabError,
    SystemError, TypeError, ValueError, UnicodeError, UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError,
    Warning, DeprecationWarning, PendingDeprecationWarning, RuntimeWarning, SyntaxWarning, UserWarning, FutureWarning,
    ImportWarning, UnicodeWarning, BytesWarning, ResourceWarning,
}
