//! `ast.h`, `compile.h`: syntax trees that C code holds as `mod_ty`, which only this library reads.

use crate::prelude::*;
use core::ffi::{c_char, c_int};
use krait_vm::arena::{self, Handle};
use krait_vm::source::{self, CompileOptions};
use krait_vm::{ast, oldparser};

/// A file name in the encoding of file names.
unsafe fn filename(name: *const c_char) -> Result<Obj> {
    // SAFETY: a terminated string.
    unsafe { types::unicode::decode_fs(core::ffi::CStr::from_ptr(name).to_bytes()) }
}

unsafe fn flag_bits(flags: *const PyCompilerFlags) -> c_int {
    // SAFETY: valid or NULL.
    unsafe { if flags.is_null() { 0 } else { (*flags).cf_flags } }
}

/// # Safety
/// A live tree.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyAST_Validate(r#mod: Handle) -> c_int {
    // SAFETY: the caller's promise.
    guard_or(0, || unsafe { ast::validate(arena::tree(r#mod)).map(|()| 1) })
}

/// The tree lives as long as the arena.
///
/// # Safety
/// A live node and arena.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyAST_FromNodeObject(
    n: *const node,
    flags: *mut PyCompilerFlags,
    filename: *mut PyObject,
    arena: *mut PyArena,
) -> Handle {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let Some(mode) = oldparser::tree::start(n) else {
            return Err(err::system_error(format_args!("invalid node {} for PyAST_FromNode", (*n).n_type)));
        };
        let pool = arena::pool(arena);
        let options = CompileOptions {
            flags: flag_bits(flags) | PyCF_IGNORE_COOKIE,
            ..CompileOptions::new(mode, object(filename)?)
        };
        Ok(pool.handle(source::parse_in(&pool.tree, &oldparser::tree::source(n), options)?))
    })
}

/// # Safety
/// As for [`PyAST_FromNodeObject`], a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyAST_FromNode(
    n: *const node,
    flags: *mut PyCompilerFlags,
    filename_str: *const c_char,
    arena: *mut PyArena,
) -> Handle {
    // SAFETY: the caller's promise.
    guard(|| unsafe { Ok(PyAST_FromNodeObject(n, flags, filename(filename_str)?.as_ptr(), arena)) })
}

/// The docstring that C's own statements begin with, borrowed; NULL if there is none.
///
/// # Safety
/// A sequence of statements with CPython's structs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyAST_GetDocString(body: *mut asdl_seq) -> *mut PyObject {
    /// The kinds of statements and expressions in question.
    const EXPR: core::ffi::c_uint = 22;
    const CONSTANT: core::ffi::c_uint = 20;
    // SAFETY: the caller's promise.
    unsafe {
        if body.is_null() || (*body).size == 0 {
            return null_mut();
        }
        let statement = (*body).elements[0].cast::<_stmt>();
        if (*statement).kind != EXPR {
            return null_mut();
        }
        let expression = (*statement).v.Expr.value;
        if (*expression).kind != CONSTANT {
            return null_mut();
        }
        let value = (*expression).v.Constant.value;
        if types::unicode::check_exact(Object::from_ptr(value)) { value } else { null_mut() }
    }
}

// `compile.h`

/// # Safety
/// A live node and a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyNode_Compile(n: *mut node, filename: *const c_char) -> *mut PyObject {
    // SAFETY: the caller's promise; the arena is freed behind the tree's last use.
    guard(|| unsafe {
        let arena = arena::new()?;
        let tree = PyAST_FromNode(n, null_mut(), filename, arena);
        let code =
            if tree.is_null() { null_mut() } else { PyAST_CompileEx(tree, filename, null_mut(), -1, arena) };
        arena::free(arena);
        Ok(code)
    })
}

/// # Safety
/// A live tree.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyAST_CompileObject(
    r#mod: Handle,
    filename: *mut PyObject,
    flags: *mut PyCompilerFlags,
    optimize: c_int,
    _arena: *mut PyArena,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        // The mode does not matter to a tree.
        let options = CompileOptions {
            flags: flag_bits(flags),
            optimize,
            ..CompileOptions::new(source::Mode::Exec, object(filename)?)
        };
        let code = source::compile_tree(arena::tree(r#mod), options)?;
        if !flags.is_null() {
            (*flags).cf_flags |= (*code.as_ptr().cast::<PyCodeObject>()).co_flags & PyCF_MASK;
        }
        Ok(code)
    })
}

/// # Safety
/// As for [`PyAST_CompileObject`], a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyAST_CompileEx(
    r#mod: Handle,
    filename_str: *const c_char,
    flags: *mut PyCompilerFlags,
    optimize: c_int,
    arena: *mut PyArena,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        Ok(PyAST_CompileObject(r#mod, filename(filename_str)?.as_ptr(), flags, optimize, arena))
    })
}

/// The result is freed with `PyObject_Free`.
///
/// # Safety
/// A live tree.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFuture_FromASTObject(
    r#mod: Handle,
    filename: *mut PyObject,
) -> *mut PyFutureFeatures {
    // SAFETY: the caller's promise; memory of the struct's size.
    guard(|| unsafe {
        let (features, line) = source::futures(arena::tree(r#mod), object(filename)?)?;
        let memory = memory::object_malloc(size_of::<PyFutureFeatures>()).cast::<PyFutureFeatures>();
        if memory.is_null() {
            return Err(err::no_memory());
        }
        *memory = PyFutureFeatures { ff_features: features, ff_lineno: line };
        Ok(memory)
    })
}

/// # Safety
/// As for [`PyFuture_FromASTObject`], a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFuture_FromAST(
    r#mod: Handle,
    filename_str: *const c_char,
) -> *mut PyFutureFeatures {
    // SAFETY: the caller's promise.
    guard(|| unsafe { Ok(PyFuture_FromASTObject(r#mod, filename(filename_str)?.as_ptr())) })
}

/// # Safety
/// Strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_Mangle(privateobj: *mut PyObject, ident: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe { source::mangle(optional(privateobj), object(ident)?) })
}

/// Folds constants in a tree, in place.
///
/// # Safety
/// A live tree in the arena.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyAST_Optimize(
    r#mod: Handle,
    arena: *mut PyArena,
    state: *mut _PyASTOptimizeState,
) -> c_int {
    // SAFETY: the caller's promise.
    guard_or(0, || unsafe {
        let pool = arena::pool(arena);
        let (level, features) = ((*state).optimize, (*state).ff_features);
        let tree = source::optimize(&pool.tree, arena::tree(r#mod), level, features)?;
        arena::replace(r#mod, tree);
        Ok(1)
    })
}
