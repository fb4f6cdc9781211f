//! Built-in modules: the table `PyImport_Inittab` of names and init functions.
//!
//! The exported variable points to a static table with the modules of this crate; a library that has more installs its
//! own table when it is loaded, before any host code runs ([`install_table`]), so that hosts which patch the table
//! find all of it. `PyImport_ExtendInittab` replaces it by a longer copy.

use core::ffi::CStr;
use krait_abi::{_inittab, PyObject};
use krait_object::{Object, Result, err, memory};

/// The table of built-in modules, ended by a null name.
#[unsafe(no_mangle)]
pub static mut PyImport_Inittab: *mut _inittab = (&raw mut EMPTY).cast();

static mut EMPTY: [_inittab; 1] = [_inittab { name: core::ptr::null(), initfunc: None }];

/// A row of a static table.
pub const fn row(name: &'static CStr, init: Option<unsafe extern "C" fn() -> *mut PyObject>) -> _inittab {
    _inittab { name: name.as_ptr(), initfunc: init }
}

/// The row that ends a table.
pub const END: _inittab = _inittab { name: core::ptr::null(), initfunc: None };

/// Makes a static table the initial one. A variable that does not point to [`EMPTY`] is another library's or a program's
/// with an interpreter of its own, which come first in the search for symbols and keep what they have.
///
/// # Safety
/// The table lives for ever and ends with [`END`].
pub unsafe fn install_table(table: *mut _inittab) {
    // SAFETY: the caller's promise.
    unsafe {
        if PyImport_Inittab == (&raw mut EMPTY).cast() {
            PyImport_Inittab = table;
        }
    }
}

/// Whether no table has been installed.
pub fn is_empty() -> bool {
    // SAFETY: the table ends with a null name.
    unsafe { (*PyImport_Inittab).name.is_null() }
}

/// The rows of the table.
pub fn rows() -> &'static [_inittab] {
    // SAFETY: the table ends with a null name; tables that have been replaced are not freed.
    unsafe {
        let table = PyImport_Inittab;
        let length = (0..).take_while(|&i| !table.is_null() && !(*table.add(i)).name.is_null()).count();
        if length == 0 { &[] } else { core::slice::from_raw_parts(table, length) }
    }
}

/// The row of a module name.
pub fn find(name: &str) -> Option<_inittab> {
    let named = |row: &&_inittab| {
        // SAFETY: names in the table are C strings.
        unsafe { CStr::from_ptr(row.name) }.to_bytes() == name.as_bytes()
    };
    rows().iter().find(named).copied()
}

/// `PyImport_ExtendInittab`: appends rows in a new copy of the table.
///
/// # Safety
/// `new` ends with a null name; names and functions live for ever.
pub unsafe fn extend(new: *const _inittab) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut added = Vec::new();
        let mut row = new;
        while !(*row).name.is_null() {
            added.push(*row);
            row = row.add(1);
        }
        if added.is_empty() {
            return Ok(());
        }
        let mut all = rows().to_vec();
        all.extend(added);
        all.push(END);
        let memory = memory::raw_malloc(size_of_val(all.as_slice())).cast::<_inittab>();
        if memory.is_null() {
            return Err(err::no_memory());
        }
        core::ptr::copy_nonoverlapping(all.as_ptr(), memory, all.len());
        // The old table may be read by whoever took its address: it stays.
        PyImport_Inittab = memory;
        Ok(())
    }
}

/// Whether a name is a built-in module: 1, 0, or -1 when it cannot be initialised again.
pub fn is_builtin(name: &Object) -> Result<i32> {
    let Ok(name) = krait_object::types::unicode::as_utf8(name) else {
        err::clear();
        return Ok(0);
    };
    Ok(match find(name) {
        Some(row) if row.initfunc.is_none() => -1,
        Some(_) => 1,
        None => 0,
    })
}
