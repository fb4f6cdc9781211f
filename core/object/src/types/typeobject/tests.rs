//! Classes made without an interpreter: layout, MRO, slots, lookup, errors.

use super::*;
use crate::protocol::object as objects;
use crate::types::{dict, list, registry};

fn with_types<R>(body: impl FnOnce() -> R) -> R {
    crate::testing::with_gil(|| {
        registry::init_builtin_types().expect("the built-in types are ready");
        crate::types::exceptions::init().expect("the exceptions are ready");
        body()
    })
}

fn text(object: &Object) -> String {
    unicode::display(&objects::str(object).unwrap()).to_string()
}

/// Takes the current exception as `Type: message`.
fn error() -> String {
    let mut error = err::fetch().expect("an exception is set");
    let value = error.normalize().owned();
    format!("{}: {}", value.class_of().name(), text(&value))
}

/// The class statement, with a namespace given as pairs.
fn class(name: &str, bases: &[&Object], names: &[(&str, &Object)]) -> Result<Obj<Type>> {
    let namespace = dict::new()?;
    for (name, value) in names {
        dict::set_str(&namespace, name, value)?;
    }
    let args = tuple::pack([unicode::from_str(name)?, tuple::from_slice(bases)?, namespace])?;
    // SAFETY: the call makes a class.
    Ok(unsafe { type_new(Type::class(), &args, None)?.cast_into() })
}

fn builtin(ptr: *mut PyTypeObject) -> &'static Type {
    // SAFETY: a static type.
    unsafe { Type::from_raw(ptr) }
}

fn names_of(types: &Object) -> Vec<String> {
    tuple::items(types).iter().map(|t| t.downcast::<Type>().unwrap().name().to_owned()).collect()
}

#[test]
fn layout_of_class_statements() {
    with_types(|| {
        let int = builtin(&raw mut crate::types::long::PyLong_Type);
        let object = crate::types::object::class();
        let none = tuple::empty();
        let one = tuple::pack([unicode::from_str("x").unwrap()]).unwrap();
        // bases, __slots__, basicsize, dictoffset, weaklistoffset
        let cases: [(&Type, Option<&Object>, isize, isize, isize); 5] = [
            (object, None, 32, 16, 24),
            (object, Some(&none), 16, 0, 0),
            (object, Some(&one), 24, 0, 0),
            (int, None, 32, -8, 0),
            (int, Some(&none), 24, 0, 0),
        ];
        for (base, slots, size, dict_offset, weak_offset) in cases {
            let names: Vec<(&str, &Object)> = slots.map(|s| ("__slots__", s)).into_iter().collect();
            let made = class("C", &[base], &names).unwrap();
            assert_eq!(
                (get!(made, tp_basicsize), get!(made, tp_dictoffset), get!(made, tp_weaklistoffset)),
                (size, dict_offset, weak_offset)
            );
            assert!(made.has(Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_READY) && made.is_heap());
        }
    });
}

#[test]
fn method_resolution_order() {
    with_types(|| {
        let a = class("A", &[], &[]).unwrap();
        let b = class("B", &[&a], &[]).unwrap();
        let c = class("C", &[&a], &[]).unwrap();
        let d = class("D", &[&b, &c], &[]).unwrap();
        assert_eq!(names_of(&d.mro().unwrap()), ["D", "B", "C", "A", "object"]);
        assert!(d.is_subtype(&a) && !a.is_subtype(&d));
        let subclasses: Vec<_> = subclasses::live(&a).iter().map(|t| t.name().to_owned()).collect();
        assert_eq!(subclasses, ["B", "C"]);
        drop(d);
        assert!(class("E", &[&a, &b], &[]).is_err());
        assert_eq!(
            error(),
            "TypeError: Cannot create a consistent method resolution\norder (MRO) for bases A, B"
        );
        assert!(class("E", &[&a, &a], &[]).is_err());
        assert_eq!(error(), "TypeError: duplicate base class A");
    });
}

#[test]
fn errors_of_class_statements() {
    with_types(|| {
        let int = builtin(&raw mut crate::types::long::PyLong_Type);
        let str = builtin(&raw mut crate::types::unicode::PyUnicode_Type);
        let bool = builtin(&raw mut crate::types::bool::PyBool_Type);
        let slots = |text: &str| unicode::from_str(text).unwrap();
        let cases: [(&[&Object], &str, Obj, &str); 6] = [
            (&[int, str], "x", slots("x"), "TypeError: multiple bases have instance lay-out conflict"),
            (&[bool], "x", slots("x"), "TypeError: type 'bool' is not an acceptable base type"),
            (&[], "__slots__", slots("1"), "TypeError: __slots__ must be identifiers"),
            (
                &[int],
                "__slots__",
                slots("x"),
                "TypeError: nonempty __slots__ not supported for subtype of 'int'",
            ),
            (
                &[],
                "__qualname__",
                crate::types::long::from_i64(1).unwrap(),
                "TypeError: type __qualname__ must be a str, not int",
            ),
            (
                &[],
                "__classcell__",
                crate::types::long::from_i64(1).unwrap(),
                "TypeError: __classcell__ must be a nonlocal cell, not <class 'int'>",
            ),
        ];
        for (bases, name, value, message) in cases {
            assert!(class("C", bases, &[(name, &value)]).is_err(), "{message}");
            assert_eq!(error(), message);
        }
    });
}

#[test]
fn attributes_and_the_cache() {
    with_types(|| {
        let name = unicode::intern_str("attribute").unwrap();
        let one = crate::types::long::from_i64(1001).unwrap();
        let two = crate::types::long::from_i64(1002).unwrap();
        let a = class("A", &[], &[]).unwrap();
        let b = class("B", &[&a], &[]).unwrap();
        let instance = crate::protocol::call::call0(&b).unwrap();
        assert!(objects::lookup_attr(&instance, &name).unwrap().is_none());
        objects::set_attr(&a, &name, Some(&one)).unwrap();
        assert!(objects::get_attr(&instance, &name).unwrap().is(&*one));
        assert!(b.version() != 0);
        let version = b.version();
        objects::set_attr(&a, &name, Some(&two)).unwrap();
        assert_ne!(b.version(), version);
        assert!(objects::get_attr(&instance, &name).unwrap().is(&*two));
        objects::set_attr(&instance, &name, Some(&one)).unwrap();
        assert!(objects::get_attr(&instance, &name).unwrap().is(&*one));
        objects::set_attr(&instance, &name, None).unwrap();
        objects::set_attr(&a, &name, None).unwrap();
        assert!(objects::get_attr(&instance, &name).is_err());
        assert_eq!(error(), "AttributeError: 'B' object has no attribute 'attribute'");
        assert!(objects::set_attr(builtin(&raw mut PyType_Type), &name, Some(&one)).is_err());
        assert_eq!(error(), "TypeError: can't set attributes of built-in/extension type 'type'");
    });
}

#[test]
fn slots_follow_names() {
    with_types(|| {
        let int = builtin(&raw mut crate::types::long::PyLong_Type);
        let list_type = builtin(&raw mut crate::types::list::PyList_Type);
        // A C slot is inherited as it is; a name set to None or replaced changes it, in subclasses too.
        let a = class("A", &[int], &[]).unwrap();
        let b = class("B", &[&a], &[]).unwrap();
        assert_eq!(get!(b, tp_hash).map(|f| f as usize), get!(int, tp_hash).map(|f| f as usize));
        objects::set_attr(&a, crate::intern!("__hash__"), Some(crate::types::none::none())).unwrap();
        let instance = crate::protocol::call::call0(&b).unwrap();
        assert!(objects::hash(&instance).is_err());
        assert_eq!(error(), "TypeError: unhashable type: 'B'");
        // `list.__add__` wraps sq_concat and must not end up in nb_add.
        let c = class("C", &[list_type], &[]).unwrap();
        // SAFETY: a heap type has its own number slots.
        assert!(unsafe { (*get!(c, tp_as_number)).nb_add }.is_none());
        assert!(get!(c, tp_iter).is_some());
        let sum = crate::protocol::number::add(
            &crate::protocol::call::call0(&c).unwrap(),
            &list::new().unwrap().upcast(),
        );
        assert_eq!(text(&objects::repr(&sum.unwrap()).unwrap()), "[]");
    });
}

#[test]
fn slots_members_and_class_assignment() {
    with_types(|| {
        let slots = tuple::pack([unicode::from_str("x").unwrap()]).unwrap();
        let a = class("A", &[], &[("__slots__", &slots)]).unwrap();
        let b = class("B", &[], &[("__slots__", &slots)]).unwrap();
        let c = class("C", &[], &[]).unwrap();
        let instance = crate::protocol::call::call0(&a).unwrap();
        let name = unicode::intern_str("x").unwrap();
        assert!(objects::get_attr(&instance, &name).is_err());
        assert_eq!(error(), "AttributeError: x");
        let value = list::new().unwrap().upcast();
        objects::set_attr(&instance, &name, Some(&value)).unwrap();
        assert_eq!(value.refcount(), 2);
        objects::set_attr(&instance, crate::intern!("__class__"), Some(&b)).unwrap();
        assert!(instance.class_of().is(&*b));
        assert!(objects::set_attr(&instance, crate::intern!("__class__"), Some(&c)).is_err());
        assert_eq!(error(), "TypeError: __class__ assignment: 'C' object layout differs from 'B'");
        let before = b.refcount();
        drop(instance);
        assert_eq!((value.refcount(), b.refcount()), (1, before - 1));
    });
}

#[test]
fn bases_assignment() {
    with_types(|| {
        let name = unicode::intern_str("where").unwrap();
        let one = crate::types::long::from_i64(1).unwrap();
        let a = class("A", &[], &[]).unwrap();
        let b = class("B", &[], &[("where", &one)]).unwrap();
        let c = class("C", &[&a], &[]).unwrap();
        let d = class("D", &[&c], &[]).unwrap();
        assert!(d.lookup(&name).is_none());
        objects::set_attr(&c, crate::intern!("__bases__"), Some(&*tuple::from_slice(&[&*b]).unwrap()))
            .unwrap();
        assert_eq!(names_of(&d.mro().unwrap()), ["D", "C", "B", "object"]);
        assert!(d.lookup(&name).is_some_and(|value| value.is(&*one)));
        assert!(subclasses::live(&a).is_empty());
        let cycle = tuple::from_slice(&[&*d]).unwrap();
        assert!(objects::set_attr(&c, crate::intern!("__bases__"), Some(&cycle)).is_err());
        assert_eq!(error(), "TypeError: a __bases__ item causes an inheritance cycle");
    });
}

#[test]
fn heap_types_from_specs() {
    with_types(|| {
        let mut slots = [
            PyType_Slot { slot: Py_tp_doc, pfunc: c"Spec(x)\n--\n\nDoc.".as_ptr().cast_mut().cast() },
            PyType_Slot { slot: 0, pfunc: null_mut() },
        ];
        let mut spec = PyType_Spec {
            name: c"package.Spec".as_ptr(),
            basicsize: 32,
            itemsize: 0,
            flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as u32,
            slots: slots.as_mut_ptr(),
        };
        // SAFETY: a valid spec that outlives the type.
        let made = unsafe { Type::from_spec(None, &mut spec, None) }.unwrap();
        assert_eq!(text(&objects::repr(&made).unwrap()), "<class 'package.Spec'>");
        assert_eq!(text(&objects::get_attr_str(&made, "__doc__").unwrap()), "Doc.");
        assert_eq!(text(&objects::get_attr_str(&made, "__module__").unwrap()), "package");
        assert_eq!(text(&objects::get_attr_str(&made, "__text_signature__").unwrap()), "None");
        let before = made.refcount();
        let instance = crate::protocol::call::call0(&made).unwrap();
        assert_eq!(made.refcount(), before + 1);
        drop(instance);
        assert_eq!(made.refcount(), before);
        assert!(!get_slot(&made, Py_tp_repr).unwrap().is_null());
        assert!(get_module(&made).is_err());
        assert_eq!(error(), "TypeError: PyType_GetModule: Type 'package.Spec' has no associated module");
    });
}
