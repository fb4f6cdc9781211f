//! Modules that the program gives to Python.

use crate::convert::ToPython;
use crate::error::Result;
use crate::function::{Arguments, Function, boxed};
use crate::token::Python;
use crate::value::Value;

/// A module of the program. It stands in `sys.modules`, so `import` finds it.
pub struct Module<'py>(Value<'py>);

impl<'py> Module<'py> {
    pub(crate) fn new(py: Python<'py>, name: &str) -> Result<Module<'py>> {
        let module = Value::from_result(py, krait_object::types::module::new_str(name))?;
        py.import("sys")?.attr("modules")?.set_item(name, &module)?;
        Ok(Module(module))
    }

    /// Adds a value.
    pub fn add(&self, name: &str, value: impl ToPython) -> Result<&Self> {
        self.0.set_attr(name, value)?;
        Ok(self)
    }

    /// Adds a function.
    pub fn function<R: ToPython>(
        &self,
        name: &str,
        body: impl Fn(&Arguments<'_, '_>) -> Result<R> + 'static,
    ) -> Result<&Self> {
        let function = Function::create(self.0.py(), name, false, boxed(body))?;
        self.add(name, function)
    }

    /// The module object.
    pub fn value(&self) -> &Value<'py> {
        &self.0
    }
}
