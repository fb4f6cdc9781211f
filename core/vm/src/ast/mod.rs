//! Syntax trees as Python objects: the `_ast` module and `compile` from and to trees.
//!
//! The classes come from the table of `krait_syntax` ([`classes`]); [`to_object`] and [`from_object`] convert between
//! its typed trees and instances, [`node`] is the base class of all, [`module`] the module.

pub mod classes;
pub mod from_object;
pub mod module;
pub mod node;
pub mod to_object;

use crate::source::{self, CompileOptions, Mode};
use krait_compile::InvalidTree;
use krait_object::protocol::class_check;
use krait_object::{Layout, Obj, Object, Raised, Result, err};
use krait_syntax::Arena;
use krait_syntax::ast::Mod;
use krait_syntax::ast::reflect::{Read, Reflect};

/// Whether an object is a syntax tree (`PyAST_Check`).
pub fn check(object: &Object) -> Result<bool> {
    class_check::is_instance(object, classes::get()?.base())
}

/// The constructor of `mod` that a mode of `compile()` asks for, as an index.
fn constructor_of(mode: Mode) -> usize {
    match mode {
        Mode::Exec => 0,
        Mode::Single => 1,
        Mode::Eval => 2,
        Mode::FuncType => 3,
    }
}

/// A typed tree from an object (`PyAST_obj2mod`).
pub fn read_module<'a>(arena: &'a Arena, tree: &Object, mode: Mode) -> Result<Mod<'a>> {
    let classes = classes::get()?;
    let expected = &classes.of(Mod::TYPE).constructors[constructor_of(mode)];
    if !class_check::is_instance(tree, &expected.class)? {
        return Err(err::type_error(format_args!(
            "expected {} node, got {}",
            expected.class.short_name(),
            tree.class_of().short_name()
        )));
    }
    let mut objects = from_object::Objects { arena, classes, wrong_constant: None };
    let read = Mod::read(arena, &mut objects, &tree.owned())?;
    match objects.wrong_constant {
        None => Ok(read),
        Some(class) => Err(err::type_error(format_args!("got an invalid type in Constant: {class}"))),
    }
}

/// Objects for a typed tree (`PyAST_mod2obj`).
pub fn write_module(tree: &Mod<'_>) -> Result<Obj> {
    to_object::object(classes::get()?, tree.value())
}

/// The checks of `PyAST_Validate`.
pub fn validate(tree: &Mod<'_>) -> Result<()> {
    krait_compile::validate(tree, source::limits()).map_err(|problem| match problem {
        InvalidTree::Value(text) => err::value_error(text),
        InvalidTree::Type(text) => err::type_error(text),
        InvalidTree::Recursion => recursion(),
    })
}

fn recursion() -> Raised {
    err::recursion_error(krait_compile::RECURSION_TEXT)
}

/// Compiles a syntax tree.
pub fn compile(tree: &Object, options: CompileOptions<'_>) -> Result<Obj> {
    let arena = crate::arena::of_pymem()?;
    let tree = read_module(&arena, tree, options.mode)?;
    validate(&tree)?;
    source::compile_tree(&tree, options)
}

/// Parses into a syntax tree (`PyCF_ONLY_AST`).
pub fn parse(source: &[u8], options: CompileOptions<'_>) -> Result<Obj> {
    source::with_tree(source, options, |_, tree| write_module(&tree))
}
