//! Symbol tables as C and Python see them: a `struct symtable` with one entry object per block, made from the compiler's
//! own table after both of its passes, and the `_symtable` module.

pub mod entry;
pub mod module;

use crate::source::{self, CompileOptions};
use core::ffi::c_int;
use core::ptr::null_mut;
use entry::Entry;
use krait_abi::{PyFutureFeatures, symtable};
use krait_compile::SymbolTable;
use krait_object::types::{dict, long, tuple};
use krait_object::{Layout, Obj, Object, Result, err, memory};
use krait_syntax::ast::Mod;

/// The entries of every block, the module's first.
fn entries(tree: &Mod<'_>, filename: &Object) -> Result<Vec<Obj<Entry>>> {
    let arena = crate::arena::of_pymem()?;
    let table = SymbolTable::build(&arena, tree, source::limits())
        .map_err(|error| source::raise_compile_error(&error, filename))?;
    let entries: Vec<_> =
        (0..table.len()).map(|id| Entry::of_block(table.block(id))).collect::<Result<_>>()?;
    for (id, entry) in entries.iter().enumerate() {
        for &child in &table.block(id).children {
            entry.add_child(&entries[child])?;
        }
    }
    Ok(entries)
}

/// `PySymtable_BuildObject`
///
/// # Safety
/// `future` outlives the table.
pub unsafe fn build(
    tree: &Mod<'_>,
    filename: &Object,
    future: *mut PyFutureFeatures,
) -> Result<*mut symtable> {
    let entries = entries(tree, filename)?;
    let blocks = dict::new()?;
    for entry in &entries {
        dict::set_item(&blocks, &*entry.id()?, entry)?;
    }
    // SAFETY: fresh zeroed memory of the struct's size; the references stored are owned by it. `st_global` is borrowed.
    unsafe {
        let table: *mut symtable = memory::mem_calloc(1, size_of::<symtable>()).cast();
        if table.is_null() {
            return Err(err::no_memory());
        }
        (*table).st_filename = filename.owned().into_ptr();
        (*table).st_top = entries[SymbolTable::TOP].as_raw();
        (*table).st_global = (*(*table).st_top).ste_symbols;
        (*table).st_nblocks = entries.len() as c_int;
        (*table).st_blocks = blocks.into_ptr();
        (*table).st_future = future;
        for entry in &entries {
            (*entry.as_raw()).ste_table = table;
        }
        Ok(table)
    }
}

/// `PySymtable_Free`: entries that somebody holds stay, without their table.
///
/// # Safety
/// A table of [`build`], which is not used again.
pub unsafe fn free(table: *mut symtable) {
    // SAFETY: the caller's promise.
    unsafe {
        let blocks = Obj::<Object>::from_owned_ptr((*table).st_blocks);
        let mut position = 0;
        while let Some((_, entry)) = dict::next(&blocks, &mut position) {
            if let Some(entry) = entry.downcast_exact::<Entry>() {
                (*entry.as_raw()).ste_table = null_mut();
            }
        }
        krait_object::refcount::xdecref((*table).st_filename);
        krait_object::refcount::xdecref((*table).st_stack);
        drop(blocks);
        memory::mem_free(table.cast());
    }
}

/// `PySymtable_Lookup`: the entry of the block whose node is at an address.
///
/// # Safety
/// A live table.
pub unsafe fn lookup(table: *mut symtable, key: usize) -> Result<Obj> {
    let key = long::from_u64(key as u64)?;
    // SAFETY: the caller's promise.
    match dict::get_item(unsafe { Object::from_ptr((*table).st_blocks) }, &key)? {
        Some(entry) => Ok(entry),
        None => Err(err::set_key_error(&key)),
    }
}

/// The table of a source (`_Py_SymtableStringObjectFlags`).
pub fn of_source(text: &[u8], options: CompileOptions<'_>) -> Result<*mut symtable> {
    source::with_tree(text, options, |_, tree| {
        // SAFETY: no future features are stored.
        unsafe { build(&tree, options.filename, null_mut()) }
    })
}

/// The top entry of a source.
pub fn top_of_source(text: &[u8], options: CompileOptions<'_>) -> Result<Obj> {
    source::with_tree(text, options, |_, tree| {
        let mut entries = entries(&tree, options.filename)?;
        Ok(entries.swap_remove(SymbolTable::TOP).upcast())
    })
}

/// A directive as the reference stores it.
fn directive(name: &str, line: i32, column: i32) -> Result<Obj> {
    tuple::pack([
        krait_object::types::unicode::intern_str(name)?,
        long::from_i64(i64::from(line))?,
        long::from_i64(i64::from(column))?,
    ])
}
