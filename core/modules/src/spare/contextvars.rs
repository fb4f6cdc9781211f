//! `_contextvars`: the classes of context variables.

use krait_object::types::context::{self, Context, ContextVar, Token};
use krait_object::types::module;
use krait_object::{Class, Obj, Object, Result, method};

krait_object::methods! {
    static METHODS = [
        method::noargs(c"copy_context", copy_context, c"copy_context($module, /)\n--\n\nA copy of the current context."),
    ];
}

pub(super) fn fill(this: &Object) -> Result<()> {
    module::set_doc_string(this, "Context Variables")?;
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(this, (&raw mut METHODS).cast())? };
    module::add_type(this, Context::class())?;
    module::add_type(this, ContextVar::class())?;
    module::add_type(this, Token::class())
}

fn copy_context(_module: &Object) -> Result<Obj> {
    context::copy_current().map(Obj::upcast)
}
