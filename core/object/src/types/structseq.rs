//! Struct sequences: tuples whose items also have names, like `os.stat_result`.
//!
//! The layout is a tuple's. A class has `n_fields` items, of which `len()` and indexing show the first `n_sequence_fields`;
//! the others can be reached by name only. The numbers are in the class's dict, where CPython's own code keeps them.

use crate::args::Signature;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::method;
use crate::protocol::{object, sequence};
use crate::slot;
use crate::types::typeobject::{Type, TypeCell};
use crate::types::{dict, long, tuple, unicode};
use core::ffi::{CStr, c_char, c_int, c_ulong, c_void};
use core::ptr::{null, null_mut};
use krait_abi::*;

/// The name of fields that have none.
pub const UNNAMED: &CStr = c"unnamed field";

const ITEMS: usize = core::mem::offset_of!(PyTupleObject, ob_item);

crate::methods! {
    static METHODS = [method::noargs(c"__reduce__", reduce, c"")];
}

fn is_unnamed(name: *const c_char) -> bool {
    // SAFETY: a NUL-terminated string.
    unsafe { CStr::from_ptr(name) == UNNAMED }
}

/// A number that the class keeps in its dict.
fn number(class: &Type, name: &'static Object) -> Result<usize> {
    // SAFETY: a ready type has a dict.
    let dict = unsafe { Object::from_ptr((*class.as_raw()).tp_dict) };
    match dict::get_item(dict, name)? {
        Some(value) => long::as_usize(&value),
        None => Err(err::type_error(format_args!(
            "Missed attribute '{}' of type {}",
            unicode::display(name),
            class.name()
        ))),
    }
}

fn real_size(class: &Type) -> Result<usize> {
    number(class, crate::intern!("n_fields"))
}

fn visible_size(class: &Type) -> Result<usize> {
    number(class, crate::intern!("n_sequence_fields"))
}

fn item_slot(this: &Object, index: usize) -> *mut *mut PyObject {
    // SAFETY: an instance has room for all its fields.
    unsafe { this.as_ptr().cast::<u8>().add(ITEMS).cast::<*mut PyObject>().add(index) }
}

/// `PyStructSequence_New`: all fields empty; they must be set before anybody sees the object.
pub fn new(class: &Type) -> Result<Obj> {
    let (size, visible) = (real_size(class)?, visible_size(class)?);
    let object = crate::gc::new_var(class.as_raw(), size as isize)?;
    // SAFETY: a new object with room for the fields.
    unsafe {
        (*object.cast::<PyVarObject>()).ob_size = visible as isize;
        let this = Obj::<Object>::from_owned_ptr(object);
        core::ptr::write_bytes(item_slot(&this, 0), 0, size);
        Ok(this)
    }
}

/// `PyStructSequence_SetItem`: for a new object.
pub fn set_item(this: &Object, index: usize, value: Obj) {
    // SAFETY: the index is that of a field of the class, whose place owns its reference.
    unsafe { *item_slot(this, index) = value.into_ptr() }
}

/// `PyStructSequence_GetItem`: borrowed; NULL while the field is empty.
pub fn get_item(this: &Object, index: usize) -> *mut PyObject {
    // SAFETY: the index is that of a field of the class.
    unsafe { *item_slot(this, index) }
}

/// A struct sequence from all its fields in order.
pub fn from_items(class: &Type, items: impl IntoIterator<Item = Result<Obj>>) -> Result<Obj> {
    let this = new(class)?;
    let size = real_size(class)?;
    for (i, item) in items.into_iter().take(size).enumerate() {
        set_item(&this, i, item?);
    }
    fill_with_none(&this, size);
    Ok(this)
}

fn fill_with_none(this: &Object, size: usize) {
    for i in 0..size {
        if get_item(this, i).is_null() {
            set_item(this, i, crate::types::none::none().owned());
        }
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the contract of tp_dealloc; fields own their references or are empty. The class outlives the items.
    unsafe {
        crate::gc::untrack(object);
        let this = Object::from_ptr(object);
        let class = (*object).ob_type;
        let size = real_size(Type::from_raw(class)).unwrap_or_else(|_| {
            err::clear();
            (*object.cast::<PyVarObject>()).ob_size as usize
        });
        for i in 0..size {
            crate::refcount::clear(item_slot(this, i));
        }
        crate::gc::PyObject_GC_Del(object.cast());
        if (*class).tp_flags & Py_TPFLAGS_HEAPTYPE as c_ulong != 0 {
            crate::refcount::decref(class.cast());
        }
    }
}

/// `tp_new` of every struct sequence.
pub fn construct(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let [given, extra] =
        Signature::new("structseq", ["sequence", "dict"]).required(1).bind_tuple(args, kw)?;
    let Some(given) = given else { return Err(err::bad_internal_call()) };
    let items = sequence::fast(given, "constructor requires a sequence")?;
    if extra.is_some_and(|extra| !dict::check(extra)) {
        return Err(err::type_error(format_args!("{}() takes a dict as second arg, if any", class.name())));
    }
    let (min, max) = (visible_size(class)?, real_size(class)?);
    let n = object::len(&items)?;
    if n < min || n > max {
        let bound = if min == max {
            format!("a {min}")
        } else if n < min {
            format!("an at least {min}")
        } else {
            format!("an at most {max}")
        };
        return Err(err::type_error(format_args!(
            "{}() takes {bound}-sequence ({n}-sequence given)",
            class.name()
        )));
    }
    let this = new(class)?;
    for i in 0..n {
        set_item(&this, i, sequence::get_item(&items, i as isize)?);
    }
    for i in n..max {
        let value = match (extra, field_name(class, i)) {
            (Some(extra), Some(name)) => dict::get_str(extra, &name)?,
            _ => None,
        };
        set_item(&this, i, value.unwrap_or_else(|| crate::types::none::none().owned()));
    }
    // SAFETY: all fields are set.
    unsafe { crate::gc::track(this.as_ptr()) };
    Ok(this)
}

/// The name of a field, found through its member descriptor; None for unnamed ones.
fn field_name(class: &Type, index: usize) -> Option<String> {
    let wanted = (ITEMS + index * size_of::<usize>()) as isize;
    // SAFETY: the member table of a struct sequence ends with an empty entry.
    unsafe {
        let mut member = (*class.as_raw()).tp_members;
        while !member.is_null() && !(*member).name.is_null() {
            if (*member).offset == wanted {
                return Some(CStr::from_ptr((*member).name).to_string_lossy().into_owned());
            }
            member = member.add(1);
        }
    }
    None
}

/// The name in a place of the member table, which has no entries for unnamed fields. `repr` counts in this way: the items
/// behind an unnamed field show the names of others.
fn member_name(class: &Type, index: usize) -> Option<String> {
    // SAFETY: the member table of a struct sequence ends with an empty entry.
    unsafe {
        let mut member = (*class.as_raw()).tp_members;
        for _ in 0..index {
            if member.is_null() || (*member).name.is_null() {
                return None;
            }
            member = member.add(1);
        }
        (!member.is_null() && !(*member).name.is_null())
            .then(|| CStr::from_ptr((*member).name).to_string_lossy().into_owned())
    }
}

fn repr(this: &Object) -> Result<Obj> {
    let class = this.class_of();
    let mut builder = unicode::Builder::new();
    builder.push_str(class.name());
    builder.push_str("(");
    for i in 0..visible_size(class)? {
        let Some(name) = member_name(class, i) else {
            return Err(err::system_error(format_args!(
                "In structseq_repr(), member {i} name is NULL for type {}",
                class.name()
            )));
        };
        // SAFETY: visible fields are set before anybody sees the object.
        let value = unsafe { Object::from_ptr(get_item(this, i)) }.owned();
        if i > 0 {
            builder.push_str(", ");
        }
        builder.push_str(&name);
        builder.push_str("=");
        builder.push_object(&*object::repr(&value)?);
    }
    builder.push_str(")");
    builder.finish()
}

fn reduce(this: &Object) -> Result<Obj> {
    let class = this.class_of();
    let (visible, size) = (visible_size(class)?, real_size(class)?);
    let items: Vec<Obj> =
        // SAFETY: fields are set before anybody sees the object.
        (0..visible).map(|i| unsafe { Object::from_ptr(get_item(this, i)) }.owned()).collect();
    let rest = dict::new()?;
    for i in visible..size {
        if let Some(name) = field_name(class, i) {
            // SAFETY: as above.
            dict::set_str(&rest, &name, unsafe { Object::from_ptr(get_item(this, i)) })?;
        }
    }
    let arguments = tuple::pack([tuple::from_vec(items)?, rest])?;
    tuple::pack([class.object().owned(), arguments])
}

// ---- making classes -----------------------------------------------------------------------------------------------

/// The fields of a descriptor.
unsafe fn fields_of<'a>(desc: *mut PyStructSequence_Desc) -> &'a [PyStructSequence_Field] {
    // SAFETY: the table ends with an entry without name.
    unsafe {
        let mut n = 0;
        while !(*(*desc).fields.add(n)).name.is_null() {
            n += 1;
        }
        core::slice::from_raw_parts((*desc).fields, n)
    }
}

/// A member table for the named fields, which lives as long as the process.
fn make_members(fields: &[PyStructSequence_Field]) -> *mut PyMemberDef {
    let mut members: Vec<PyMemberDef> = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| !is_unnamed(field.name))
        .map(|(i, field)| PyMemberDef {
            name: field.name,
            r#type: T_OBJECT as c_int,
            offset: (ITEMS + i * size_of::<usize>()) as isize,
            flags: READONLY as c_int,
            doc: field.doc,
        })
        .collect();
    members.push(method::MEMBERS_END);
    Box::leak(members.into_boxed_slice()).as_mut_ptr()
}

/// Puts the numbers of fields into the class's dict.
fn add_numbers(class: &Type, visible: usize, fields: &[PyStructSequence_Field]) -> Result<()> {
    // SAFETY: a ready type has a dict.
    let dict = unsafe { Object::from_ptr((*class.as_raw()).tp_dict) };
    let unnamed = fields.iter().filter(|field| is_unnamed(field.name)).count();
    for (name, value) in
        [("n_sequence_fields", visible), ("n_fields", fields.len()), ("n_unnamed_fields", unnamed)]
    {
        dict::set_str(dict, name, &*long::from_u64(value as u64)?)?;
    }
    class.modified();
    Ok(())
}

/// `PyStructSequence_InitType2`: makes a static type a struct sequence. A type that has been one before (in an earlier life
/// of the interpreter) keeps its member table.
///
/// # Safety
/// `class` is a static type, zeroed or as it was left; the descriptor is valid, its strings and `class` live for ever.
pub unsafe fn init_type(class: *mut PyTypeObject, desc: *mut PyStructSequence_Desc) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let fields = fields_of(desc);
        if (*class).ob_base.ob_base.ob_refcnt > 1 && (*class).tp_flags & Py_TPFLAGS_READY as c_ulong != 0 {
            return Err(err::bad_internal_call());
        }
        let members = if (*class).tp_members.is_null() { make_members(fields) } else { (*class).tp_members };
        class.write(PyTypeObject {
            ob_base: PyVarObject { ob_base: PyObject { ob_refcnt: 1, ob_type: null_mut() }, ob_size: 0 },
            tp_name: (*desc).name,
            tp_basicsize: ITEMS as isize,
            tp_itemsize: size_of::<*mut PyObject>() as isize,
            tp_dealloc: Some(dealloc),
            tp_repr: slot::unary(repr),
            tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
            tp_doc: (*desc).doc,
            tp_methods: &raw mut METHODS as *mut PyMethodDef,
            tp_members: members,
            tp_base: &raw mut tuple::PyTuple_Type,
            tp_new: slot::new(construct),
            ..crate::payload::EMPTY_TYPE
        });
        let class = Type::from_raw(class);
        class.ready()?;
        // Static types that are struct sequences are never given up.
        crate::refcount::incref(class.as_ptr());
        add_numbers(class, (*desc).n_in_sequence as usize, fields)
    }
}

/// `PyStructSequence_NewType`: a heap type.
///
/// # Safety
/// The descriptor is valid and its strings live for ever.
pub unsafe fn new_type(desc: *mut PyStructSequence_Desc) -> Result<Obj<Type>> {
    // SAFETY: the caller's promise; the spec is only read during the call.
    unsafe {
        let fields = fields_of(desc);
        let function = |f: *mut c_void, slot: c_int| PyType_Slot { slot, pfunc: f };
        let mut slots = [
            function(dealloc as *mut c_void, Py_tp_dealloc as c_int),
            function(slot::unary(repr).map_or(null_mut(), |f| f as *mut c_void), Py_tp_repr as c_int),
            function((*desc).doc.cast_mut().cast(), Py_tp_doc as c_int),
            function(slot::new(construct).map_or(null_mut(), |f| f as *mut c_void), Py_tp_new as c_int),
            function((&raw mut METHODS).cast(), Py_tp_methods as c_int),
            function(make_members(fields).cast(), Py_tp_members as c_int),
            function(null_mut(), 0),
        ];
        let mut spec = PyType_Spec {
            name: (*desc).name,
            basicsize: ITEMS as c_int,
            itemsize: size_of::<*mut PyObject>() as c_int,
            flags: Py_TPFLAGS_DEFAULT as _,
            slots: slots.as_mut_ptr(),
        };
        let bases = tuple::pack([Object::from_ptr((&raw mut tuple::PyTuple_Type).cast()).owned()])?;
        let class = Type::from_spec(None, &mut spec, Some(&bases))?;
        add_numbers(&class, (*desc).n_in_sequence as usize, fields)?;
        Ok(class)
    }
}

/// A struct sequence class as Rust code describes it.
pub struct Description {
    /// `module.name`.
    pub name: &'static CStr,
    /// Its documentation.
    pub doc: &'static CStr,
    /// Names and documentation of all fields; the name [`UNNAMED`] for those without.
    pub fields: &'static [(&'static CStr, &'static CStr)],
    /// How many of them belong to the sequence.
    pub visible: usize,
}

impl Description {
    fn with_desc<R>(&self, body: impl FnOnce(*mut PyStructSequence_Desc) -> R) -> R {
        let mut fields: Vec<PyStructSequence_Field> = self
            .fields
            .iter()
            .map(|(name, doc)| PyStructSequence_Field {
                name: name.as_ptr(),
                doc: if doc.is_empty() { null() } else { doc.as_ptr() },
            })
            .collect();
        fields.push(PyStructSequence_Field { name: null(), doc: null() });
        let mut desc = PyStructSequence_Desc {
            name: self.name.as_ptr(),
            doc: self.doc.as_ptr(),
            fields: fields.as_mut_ptr(),
            n_in_sequence: self.visible as c_int,
        };
        body(&mut desc)
    }

    /// Makes a static type this class.
    ///
    /// # Safety
    /// `class` is a static type, zeroed or as it was left.
    pub unsafe fn init(&self, class: *mut PyTypeObject) -> Result<()> {
        // SAFETY: the caller's promise; all strings are static.
        self.with_desc(|desc| unsafe { init_type(class, desc) })
    }

    /// A heap type.
    pub fn new_type(&self) -> Result<Obj<Type>> {
        // SAFETY: all strings are static.
        self.with_desc(|desc| unsafe { new_type(desc) })
    }
}

/// A struct sequence class of a module that is a heap type: made once, when the module is first imported.
pub struct HeapClass {
    description: Description,
    cell: TypeCell,
}

impl HeapClass {
    pub const fn new(description: Description) -> HeapClass {
        HeapClass { description, cell: TypeCell::empty() }
    }

    /// The class, made on the first call.
    pub fn make(&'static self) -> Result<&'static Type> {
        self.cell.get_or_make(|| self.description.new_type())
    }

    /// The class, which the module's exec function has made before any other can be called.
    pub fn class(&self) -> &'static Type {
        self.cell.get().expect("made by the module's exec function")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::err::tests::taken;
    use crate::protocol::call;
    use crate::testing::with_gil;

    const POINT: Description = Description {
        name: c"mod.point",
        doc: c"A point",
        fields: &[(c"x", c"first"), (c"y", c""), (UNNAMED, c""), (c"extra", c"")],
        visible: 3,
    };

    fn int(value: i64) -> Obj {
        long::from_i64(value).unwrap()
    }

    fn shown(object: &Object) -> String {
        unicode::display(&object::repr(object).unwrap()).to_string()
    }

    #[test]
    fn heap_and_static_classes() {
        static mut STATIC: PyTypeObject = crate::payload::EMPTY_TYPE;
        with_gil(|| {
            let heap = POINT.new_type().unwrap();
            // SAFETY: a static type of the test.
            let fixed = unsafe {
                POINT.init(&raw mut STATIC).unwrap();
                Type::from_raw(&raw mut STATIC)
            };
            for class in [&*heap, fixed] {
                let object = from_items(class, (1..=4).map(|i| Ok(int(i)))).unwrap();
                assert_eq!(object::len(&object).unwrap(), 3);
                assert_eq!(shown(&object::get_attr_str(&object, "extra").unwrap()), "4");
                assert_eq!(shown(&sequence::tuple(&object).unwrap()), "(1, 2, 3)");
                let copy = call::call1(class.object(), &object).unwrap();
                assert_eq!(shown(&object::get_attr_str(&copy, "extra").unwrap()), "None");
                let reduced = reduce(&object).unwrap();
                assert!(shown(&reduced).ends_with("((1, 2, 3), {'extra': 4}))"), "{}", shown(&reduced));
                for (n, expected) in [
                    (2, "TypeError: mod.point() takes an at least 3-sequence (2-sequence given)"),
                    (5, "TypeError: mod.point() takes an at most 4-sequence (5-sequence given)"),
                ] {
                    let items = tuple::from_vec((0..n).map(int).collect()).unwrap();
                    assert!(call::call1(class.object(), &items).is_err());
                    assert_eq!(taken(), expected);
                }
                assert!(call::call1(class.object(), &int(1)).is_err());
                assert_eq!(taken(), "TypeError: constructor requires a sequence");
                for (name, expected) in
                    [("n_fields", "4"), ("n_sequence_fields", "3"), ("n_unnamed_fields", "1")]
                {
                    assert_eq!(shown(&object::get_attr_str(class.object(), name).unwrap()), expected);
                }
            }
        });
    }
}
