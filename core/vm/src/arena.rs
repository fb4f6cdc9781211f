//! `PyArena`: the memory of a syntax tree that C code holds. A `mod_ty` is the address of a typed tree in the arena;
//! what is behind it is nobody else's business.

use core::cell::RefCell;
use krait_abi::PyArena;
use krait_object::{Obj, Result, err, memory};
use krait_syntax::ast::Mod;
use krait_syntax::{Arena, Source};

/// An arena in memory of `PyMem`.
pub fn of_pymem() -> Result<Arena> {
    static PYMEM: Source = Source {
        allocate: |size| memory::mem_malloc(size).cast(),
        // SAFETY: the contract of `Source`.
        release: |chunk| unsafe { memory::mem_free(chunk.cast()) },
    };
    Arena::from_source(&PYMEM).ok_or_else(err::no_memory)
}

/// What a `PyArena` pointer points to.
pub struct Pool {
    /// Where the trees are.
    pub tree: Arena,
    /// Objects that live as long as the arena.
    objects: RefCell<Vec<Obj>>,
}

/// A syntax tree as C code knows it.
pub type Handle = *mut krait_abi::_mod;

/// `PyArena_New`
pub fn new() -> Result<*mut PyArena> {
    let pool = Pool { tree: of_pymem()?, objects: RefCell::default() };
    Ok(Box::into_raw(Box::new(pool)).cast())
}

/// `PyArena_Free`
///
/// # Safety
/// NULL or an arena of [`new`], which is not used again.
pub unsafe fn free(arena: *mut PyArena) {
    if !arena.is_null() {
        // SAFETY: the caller's promise.
        drop(unsafe { Box::from_raw(arena.cast::<Pool>()) });
    }
}

/// The pool behind a pointer.
///
/// # Safety
/// A live arena of [`new`].
pub unsafe fn pool<'a>(arena: *mut PyArena) -> &'a Pool {
    // SAFETY: the caller's promise.
    unsafe { &*arena.cast::<Pool>() }
}

impl Pool {
    /// `PyArena_Malloc`: memory aligned to eight bytes.
    pub fn malloc(&self, size: usize) -> *mut u8 {
        let words = vec![0u64; size.div_ceil(8).max(1)];
        self.tree.alloc_slice(&words).as_ptr().cast_mut().cast()
    }

    /// `PyArena_AddPyObject`: keeps a reference.
    pub fn add(&self, object: Obj) {
        self.objects.borrow_mut().push(object);
    }

    /// A handle for a tree in this pool.
    pub fn handle(&self, tree: Mod<'_>) -> Handle {
        core::ptr::from_ref(self.tree.alloc(tree)).cast_mut().cast()
    }
}

/// The tree behind a handle.
///
/// # Safety
/// A handle whose arena is live.
pub unsafe fn tree<'a>(handle: Handle) -> &'a Mod<'a> {
    // SAFETY: the caller's promise.
    unsafe { &*handle.cast_const().cast::<Mod<'a>>() }
}

/// Puts another tree behind a handle.
///
/// # Safety
/// A handle whose arena is live and that nobody reads meanwhile; the tree lives as long.
pub unsafe fn replace(handle: Handle, tree: Mod<'_>) {
    // SAFETY: the caller's promise.
    unsafe { handle.cast::<Mod<'_>>().write(tree) }
}
