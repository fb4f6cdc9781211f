//! `symtable entry`: what one block does with its names.

use core::ffi::c_int;
use core::ptr::null_mut;
use krait_abi::*;
use krait_compile::symtable::{Block, BlockKind, SCOPE_MASK, SCOPE_OFFSET};
use krait_object::types::list::List;
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, list, long, unicode};
use krait_object::{Layout, Obj, Object, Result, method, object_view, slot, static_type};

static_type! {
    /// `symtable entry`
    #[unsafe(no_mangle)]
    pub static PySTEntry_Type = {
        tp_name: c"symtable entry".as_ptr(), tp_basicsize: size_of::<PySTEntryObject>() as isize,
        tp_dealloc: Some(dealloc), tp_repr: slot::unary(repr),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT as core::ffi::c_ulong, tp_members: (&raw mut MEMBERS).cast()
    };
}
object_view!(/** A block of a symbol table. */ pub Entry, PySTEntryObject, PySTEntry_Type);

krait_object::members! {
    static MEMBERS = [
        method::member(c"id", T_OBJECT as _, core::mem::offset_of!(PySTEntryObject, ste_id), READONLY as _, c""),
        method::member(c"name", T_OBJECT as _, core::mem::offset_of!(PySTEntryObject, ste_name), READONLY as _, c""),
        method::member(c"symbols", T_OBJECT as _, core::mem::offset_of!(PySTEntryObject, ste_symbols), READONLY as _, c""),
        method::member(c"varnames", T_OBJECT as _, core::mem::offset_of!(PySTEntryObject, ste_varnames), READONLY as _, c""),
        method::member(c"children", T_OBJECT as _, core::mem::offset_of!(PySTEntryObject, ste_children), READONLY as _, c""),
        method::member(c"nested", T_INT as _, core::mem::offset_of!(PySTEntryObject, ste_nested), READONLY as _, c""),
        method::member(c"type", T_INT as _, core::mem::offset_of!(PySTEntryObject, ste_type), READONLY as _, c""),
        method::member(c"lineno", T_INT as _, core::mem::offset_of!(PySTEntryObject, ste_lineno), READONLY as _, c""),
    ];
}

/// The bit of each flag in `ste_flags`.
fn flag_bits(block: &Block<'_>) -> u32 {
    let flags = [
        block.has_free(),
        block.has_child_free(),
        block.generator,
        block.coroutine,
        block.comprehension,
        block.varargs,
        block.varkeywords,
        block.returns_value,
        block.needs_class_closure,
    ];
    flags.iter().enumerate().fold(0, |bits, (index, &flag)| bits | u32::from(flag) << index)
}

impl Entry {
    /// An entry for a block, without children.
    pub fn of_block(block: &Block<'_>) -> Result<Obj<Entry>> {
        let symbols = dict::new()?;
        for (name, &flags) in block.symbols.as_slice().iter().zip(&block.flags) {
            dict::set_item(&symbols, &*unicode::intern_str(name)?, &*long::from_i64(i64::from(flags))?)?;
        }
        let names = block.varnames.iter().map(|name| unicode::intern_str(name));
        let varnames = list::from_vec(names.collect::<Result<_>>()?)?;
        let directives = block.directives().map(|(name, line, column)| super::directive(name, line, column));
        let directives = directives.collect::<Result<Vec<_>>>()?;
        let directives =
            if directives.is_empty() { None } else { Some(list::from_vec(directives)?.upcast()) };
        let (id, name) = (long::from_u64(block.node as u64)?, unicode::intern_str(block.name)?);
        let children = list::new()?;
        // SAFETY: a static type.
        let class = unsafe { Type::from_raw(&raw mut PySTEntry_Type) };
        class.ready()?;
        let this = class.alloc(0)?;
        // SAFETY: a new, zeroed instance takes over the references.
        unsafe {
            let this = this.cast_into::<Entry>();
            let raw = this.as_raw();
            (*raw).ste_id = id.into_ptr();
            (*raw).ste_symbols = symbols.into_ptr();
            (*raw).ste_name = name.into_ptr();
            (*raw).ste_varnames = varnames.into_ptr();
            (*raw).ste_children = children.into_ptr();
            (*raw).ste_directives = directives.map_or(null_mut(), Obj::into_ptr);
            (*raw).ste_type = match block.kind {
                BlockKind::Function => 0,
                BlockKind::Class => 1,
                BlockKind::Module => 2,
            };
            (*raw).ste_nested = c_int::from(block.nested);
            (*raw).ste_flags = flag_bits(block);
            (*raw).ste_lineno = block.line;
            (*raw).ste_col_offset = block.column;
            Ok(this)
        }
    }

    /// The address of the block's node as an `int`.
    pub fn id(&self) -> Result<Obj> {
        // SAFETY: set at creation and never changed.
        Ok(unsafe { Object::from_ptr((*self.as_raw()).ste_id) }.owned())
    }

    pub(super) fn add_child(&self, child: &Entry) -> Result<()> {
        // SAFETY: a list since creation.
        let children = unsafe { Object::from_ptr((*self.as_raw()).ste_children) };
        children.downcast::<List>().map_or(Ok(()), |children| children.append(child))
    }
}

/// `PyST_GetScope`: the scope of a name, 0 if the block does not know it.
pub fn get_scope(entry: &Entry, name: &Object) -> Result<c_int> {
    // SAFETY: a dict since creation.
    let symbols = unsafe { Object::from_ptr((*entry.as_raw()).ste_symbols) };
    match dict::get_item(symbols, name)? {
        Some(flags) => Ok((long::as_i64(&flags)? as u32 >> SCOPE_OFFSET & SCOPE_MASK) as c_int),
        None => Ok(0),
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the last reference is gone.
    unsafe {
        let raw = object.cast::<PySTEntryObject>();
        for field in [
            (*raw).ste_id,
            (*raw).ste_name,
            (*raw).ste_symbols,
            (*raw).ste_varnames,
            (*raw).ste_children,
            (*raw).ste_directives,
        ] {
            krait_object::refcount::xdecref(field);
        }
        krait_object::memory::PyObject_Free(object.cast());
    }
}

fn repr(this: &Entry) -> Result<Obj> {
    // SAFETY: set at creation.
    let (id, name, line) = unsafe {
        let raw = this.as_raw();
        (Object::from_ptr((*raw).ste_id), Object::from_ptr((*raw).ste_name), (*raw).ste_lineno)
    };
    let id = long::as_u64_opt(id).unwrap_or(0);
    unicode::from_display(format_args!("<symtable entry {}({id}), line {line}>", unicode::display(name)))
}
