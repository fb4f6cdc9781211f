//! The `_ast` module.

use super::classes;
use krait_abi::*;
use krait_object::types::module;
use krait_object::{Object, Result, native_module};
use krait_syntax::ast::reflect::Shape;

native_module! {
    /// `_ast`
    init: PyInit__ast, name: c"_ast", doc: krait_object::native::NO_DOC, methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [];
}

fn exec(this: &Object) -> Result<()> {
    let classes = classes::get()?;
    module::add(this, "AST", classes.base())?;
    module::add_int_constant(this, "PyCF_ALLOW_TOP_LEVEL_AWAIT", i64::from(PyCF_ALLOW_TOP_LEVEL_AWAIT))?;
    module::add_int_constant(this, "PyCF_ONLY_AST", i64::from(PyCF_ONLY_AST))?;
    module::add_int_constant(this, "PyCF_TYPE_COMMENTS", i64::from(PyCF_TYPE_COMMENTS))?;
    for (ty, made) in krait_syntax::ast::reflect::TYPES.iter().zip(&classes.types) {
        module::add(this, ty.name, &made.class)?;
        if ty.shape != Shape::Product {
            for (constructor, made) in ty.constructors.iter().zip(&made.constructors) {
                module::add(this, constructor.name, &made.class)?;
            }
        }
    }
    Ok(())
}
