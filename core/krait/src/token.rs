//! The proof that a thread holds the lock.

use crate::class::ClassBuilder;
use crate::convert::ToPython;
use crate::error::{Error, Result};
use crate::function::{Arguments, Function};
use crate::module::Module;
use crate::value::Value;
use core::marker::PhantomData;
use krait_object::types::{dict, none};
use krait_object::{Layout, gil, gil_state};
use krait_vm::lifecycle::run;
use krait_vm::source::Mode;

/// Proof that this thread holds the interpreter's lock; lives as long as it does.
#[derive(Clone, Copy)]
pub struct Python<'py> {
    // Neither Send nor Sync, and invariant: one token's values never pass for another's.
    _lock: PhantomData<(*mut (), fn(&'py ()) -> &'py ())>,
}

impl<'py> Python<'py> {
    /// The lock is held for `'py` by the caller.
    pub(crate) fn assume() -> Python<'py> {
        Python { _lock: PhantomData }
    }

    /// Runs `body` with the lock held, from any native thread of the program, while an [`crate::Interpreter`] lives.
    ///
    /// # Panics
    /// When no interpreter runs.
    pub fn attach<R>(body: impl for<'a> FnOnce(Python<'a>) -> R) -> R {
        assert!(krait_vm::lifecycle::is_initialized(), "Python::attach without a running interpreter");
        struct Held(krait_abi::PyGILState_STATE);
        impl Drop for Held {
            fn drop(&mut self) {
                gil_state::release(self.0);
            }
        }
        let _held = Held(gil_state::ensure());
        crate::global::release_pending();
        body(Python::assume())
    }

    /// Lets other threads run Python while `body` runs.
    pub fn detach<R: Send>(self, body: impl FnOnce() -> R + Send) -> R {
        struct Detached(*mut krait_abi::PyThreadState);
        impl Drop for Detached {
            fn drop(&mut self) {
                // SAFETY: the state that `save_thread` gave to this thread.
                unsafe { gil::restore_thread(self.0) }
            }
        }
        let _detached = Detached(gil::save_thread());
        body()
    }

    /// `None`.
    pub fn none(self) -> Value<'py> {
        Value::new(self, none::none().owned())
    }

    /// A new empty dict.
    pub fn dict(self) -> Result<Value<'py>> {
        Value::from_result(self, dict::new())
    }

    /// The Python object for a Rust value.
    pub fn value(self, value: impl ToPython) -> Result<Value<'py>> {
        value.to_python(self)
    }

    /// A module of the standard library or of `sys.path`.
    pub fn import(self, name: &str) -> Result<Value<'py>> {
        Value::from_result(self, krait_vm::import::import_module(name))
    }

    /// Runs statements in `__main__`.
    pub fn run(self, source: &str) -> Result<()> {
        self.execute(source, Mode::Exec, None).map(drop)
    }

    /// Runs statements with a dict as their global names.
    pub fn run_in(self, source: &str, globals: &Value<'py>) -> Result<()> {
        self.execute(source, Mode::Exec, Some(globals)).map(drop)
    }

    /// The value of an expression in `__main__`.
    pub fn eval(self, source: &str) -> Result<Value<'py>> {
        self.execute(source, Mode::Eval, None)
    }

    /// The value of an expression with a dict as its global names.
    pub fn eval_in(self, source: &str, globals: &Value<'py>) -> Result<Value<'py>> {
        self.execute(source, Mode::Eval, Some(globals))
    }

    fn execute(self, source: &str, mode: Mode, globals: Option<&Value<'py>>) -> Result<Value<'py>> {
        let run = || {
            let globals = match globals {
                Some(globals) => globals.object().owned(),
                None => run::main_namespace()?,
            };
            if !dict::check(&globals) {
                return Err(krait_object::err::type_error("globals must be a dict"));
            }
            run::run_source(source.as_bytes(), "<string>", mode, &globals, &globals, 0)
        };
        Value::from_result(self, run())
    }

    /// A Python-visible function of the program.
    pub fn function<R: ToPython>(
        self,
        name: &str,
        body: impl Fn(&Arguments<'_, '_>) -> Result<R> + 'static,
    ) -> Result<Value<'py>> {
        Function::create(self, name, false, Box::new(move |args| body(args)?.to_python_object(args.py())))
    }

    /// A new module, which Python code can import from now on.
    pub fn module(self, name: &str) -> Result<Module<'py>> {
        Module::new(self, name)
    }

    /// Describes a class whose instances are `T`s. `name` may be dotted: module and class.
    pub fn class<T: 'static>(self, name: &str) -> ClassBuilder<'py, T> {
        ClassBuilder::new(self, name)
    }

    /// A built-in exception class by name, for [`Error::new`].
    pub(crate) fn exception_class(self, name: &str) -> Result<Value<'py>> {
        let class = self.import("builtins")?.attr(name)?;
        if krait_object::err::is_exception_class(class.object()) {
            return Ok(class);
        }
        Err(Error::new(self, "TypeError", &format!("{name} is no exception class")))
    }
}
