//! Members of every kind, calling conventions and their errors, modules from definitions.

use crate::handle::{Class, Layout, Obj, Object};
use crate::protocol::{call, object as objects};
use crate::types::descr::member::{get_one, set_one};
use crate::types::{cfunction, dict, module, none, tuple, unicode};
use crate::{err, method};
use core::ffi::{c_char, c_int, c_void};
use core::ptr::null_mut;
use krait_abi::*;

fn text(object: &Object) -> String {
    unicode::display(&objects::repr(object).unwrap()).to_string()
}

/// Takes the current exception as `Type: message`.
fn error() -> String {
    let mut error = err::fetch().expect("an exception is set");
    let value = error.normalize().owned();
    let message = unicode::display(&objects::str(&value).unwrap()).to_string();
    format!("{}: {message}", value.class_of().name())
}

fn int(value: i64) -> Obj {
    crate::types::long::from_i64(value).unwrap()
}

#[test]
fn members_of_every_kind() {
    crate::testing::with_gil(|| {
        let float = crate::types::float::from_f64(1.5).unwrap();
        let yes = crate::types::bool::from_bool(true);
        let list = crate::types::list::new().unwrap().upcast();
        let letter = unicode::from_str("q").unwrap();
        let long = int(-5);
        // kind, value, what reads back (or the error of setting)
        let cases: [(c_int, &Object, &str); 16] = [
            (T_SHORT, &long, "-5"),
            (T_INT, &long, "-5"),
            (T_LONG, &long, "-5"),
            (T_BYTE, &long, "-5"),
            (T_LONGLONG, &long, "-5"),
            (T_PYSSIZET, &long, "-5"),
            (T_FLOAT, &float, "1.5"),
            (T_DOUBLE, &float, "1.5"),
            (T_BOOL, &yes, "True"),
            (T_BOOL, &long, "TypeError: attribute value type must be bool"),
            (T_CHAR, &letter, "'q'"),
            (T_OBJECT, &list, "[]"),
            (T_OBJECT_EX, &list, "[]"),
            (T_STRING, &letter, "TypeError: readonly attribute"),
            (T_ULONG, &yes, "1"),
            (99, &long, "SystemError: bad memberdescr type for f"),
        ];
        for (kind, value, expected) in cases {
            let mut field = [0u64; 2];
            let base = field.as_mut_ptr().cast::<c_char>();
            let row = method::member(c"f", kind, 8, 0, c"");
            // SAFETY: the row describes the second word.
            unsafe {
                let result = match set_one(base, &row, Some(value)) {
                    Ok(()) => text(&get_one(base, &row).unwrap()),
                    Err(_) => error(),
                };
                assert_eq!(result, expected, "kind {kind}");
                if kind == T_OBJECT || kind == T_OBJECT_EX {
                    set_one(base, &row, None).unwrap();
                    assert_eq!(get_one(base, &row).is_err(), kind == T_OBJECT_EX);
                    err::clear();
                    assert_eq!(list.refcount(), 1);
                }
            }
        }
        let mut word = 0u64;
        let row = method::member(c"f", T_INT, 0, READONLY, c"");
        // SAFETY: the row describes the word.
        unsafe { assert!(set_one((&raw mut word).cast(), &row, Some(&long)).is_err()) };
        assert_eq!(error(), "AttributeError: readonly attribute");
    });
}

fn nothing(_this: &Object) -> &'static str {
    "nothing"
}
fn one(_this: &Object, arg: &Object) -> String {
    text(arg)
}
fn many(_this: &Object, args: &[&Object]) -> i64 {
    args.len() as i64
}
fn named(_this: &Object, args: crate::args::Args<'_>) -> String {
    format!("{}+{}", args.positional.len(), args.names.len())
}
fn packed(_this: &Object, args: &Object) -> String {
    text(args)
}
fn packed_named(_this: &Object, args: &Object, kw: Option<&Object>) -> String {
    format!("{} {}", text(args), kw.map_or("-".into(), text))
}

// Infallible bodies as the tables want them.
fn ok<T: crate::slot::ToObject>(value: T) -> crate::Result<T> {
    Ok(value)
}

static mut FUNCTIONS: [PyMethodDef; 7] = [
    method::noargs(c"nothing", |this: &Object| ok(nothing(this)), c""),
    method::o(c"one", |this: &Object, arg: &Object| ok(one(this, arg)), c""),
    method::fastcall(c"many", |this: &Object, args: &[&Object]| ok(many(this, args)), c""),
    method::keywords(c"named", |this: &Object, args: crate::args::Args<'_>| ok(named(this, args)), c""),
    method::varargs(c"packed", |this: &Object, args: &Object| ok(packed(this, args)), c""),
    method::varargs_keywords(
        c"packed_named",
        |this: &Object, args: &Object, kw: Option<&Object>| ok(packed_named(this, args, kw)),
        c"",
    ),
    method::METHODS_END,
];

#[test]
fn calling_conventions() {
    crate::testing::with_gil(|| {
        let name = tuple::pack([unicode::from_str("k").unwrap()]).unwrap();
        let (a, b) = (int(1), int(2));
        // function, positional, keywords, result
        let cases: [(usize, usize, usize, &str); 17] = [
            (0, 0, 0, "'nothing'"),
            (0, 1, 0, "TypeError: nothing() takes no arguments (1 given)"),
            (0, 0, 1, "TypeError: nothing() takes no keyword arguments"),
            (1, 1, 0, "'1'"),
            (1, 0, 0, "TypeError: one() takes exactly one argument (0 given)"),
            (1, 2, 0, "TypeError: one() takes exactly one argument (2 given)"),
            (1, 0, 1, "TypeError: one() takes no keyword arguments"),
            (2, 0, 0, "0"),
            (2, 2, 0, "2"),
            (2, 1, 1, "TypeError: many() takes no keyword arguments"),
            (3, 2, 0, "'2+0'"),
            (3, 1, 1, "'1+1'"),
            (4, 0, 0, "'()'"),
            (4, 2, 0, "'(1, 2)'"),
            (4, 1, 1, "TypeError: packed() takes no keyword arguments"),
            (5, 1, 0, "'(1,) -'"),
            (5, 1, 1, "\"(1,) {'k': 2}\""),
        ];
        for (index, positional, keywords, expected) in cases {
            // SAFETY: a static table.
            let row = unsafe { (&raw mut FUNCTIONS).cast::<PyMethodDef>().add(index) };
            // SAFETY: as above.
            let function = unsafe { cfunction::new(row, None, None) }.unwrap();
            let show = |result: crate::Result<Obj>| result.map_or_else(|_| error(), |value| text(&value));
            let all: Vec<&Object> = [&*a, &*b][..positional + keywords].to_vec();
            let names = (keywords > 0).then_some(&*name);
            assert_eq!(show(call::call_names(&function, &all, positional, names)), expected);
            // The same call with a tuple and a dict.
            let args = tuple::from_slice(&all[..positional]).unwrap();
            let kw = dict::new().unwrap();
            if keywords > 0 {
                dict::set_str(&kw, "k", all[positional]).unwrap();
            }
            assert_eq!(show(call::call_tuple(&function, &args, (keywords > 0).then_some(&*kw))), expected);
        }
        let mut bad = method::METHODS_END;
        bad.ml_name = c"bad".as_ptr();
        bad.ml_flags = METH_O | METH_KEYWORDS;
        // SAFETY: the row outlives the call, which fails.
        assert!(unsafe { cfunction::new(&mut bad, None, None) }.is_err());
        assert_eq!(error(), "SystemError: bad() method: bad call flags");
    });
}

unsafe extern "C" fn exec(module: *mut PyObject) -> c_int {
    // SAFETY: the contract of Py_mod_exec.
    let module = unsafe { Object::from_ptr(module) };
    module::add_int_constant(module, "executed", 1).map_or(-1, |()| 0)
}

unsafe extern "C" fn fail(_module: *mut PyObject) -> c_int {
    -1
}

fn def(name: &'static core::ffi::CStr, size: isize, slots: *mut PyModuleDef_Slot) -> Box<PyModuleDef> {
    let mut def = Box::new(PyModuleDef::ZEROED);
    def.m_name = name.as_ptr();
    def.m_doc = c"Doc.".as_ptr();
    def.m_size = size;
    def.m_methods = (&raw mut FUNCTIONS).cast();
    def.m_slots = slots;
    def
}

#[test]
fn modules_from_definitions() {
    crate::testing::with_gil(|| {
        let single = Box::leak(def(c"single", 16, null_mut()));
        // SAFETY: a definition that lives for ever.
        unsafe {
            let made = module::create_initialized(single, PYTHON_API_VERSION).unwrap();
            assert!(module::Module::is_exact(&made));
            assert_eq!(module::get_def(&made).unwrap(), single as *mut PyModuleDef);
            let state = module::get_state(&made).unwrap().cast::<u64>();
            assert_eq!((*state, *state.add(1)), (0, 0));
            let one = objects::get_attr_str(&made, "one").unwrap();
            assert_eq!(text(&call::call1(&one, none::none()).unwrap()), "'None'");
            assert_eq!(text(&objects::get_attr_str(&one, "__module__").unwrap()), "'single'");
            assert!(module::state_find_module(single).is_none());
            module::state_add_module(&made, single).unwrap();
            assert!(module::state_find_module(single).unwrap().is(&*made));
            module::state_remove_module(single).unwrap();
            assert!(module::state_find_module(single).is_none());
            assert!(objects::get_attr_str(&made, "nope").is_err());
            assert_eq!(error(), "AttributeError: module 'single' has no attribute 'nope'");
        }
        type Exec = unsafe extern "C" fn(*mut PyObject) -> c_int;
        for (function, outcome) in [
            (exec as Exec, "1"),
            (fail as Exec, "SystemError: execution of module multi failed without setting an exception"),
        ] {
            let slots = Box::leak(Box::new([
                PyModuleDef_Slot { slot: Py_mod_exec, value: function as *mut c_void },
                PyModuleDef_Slot { slot: 0, value: null_mut() },
            ]));
            let multi = Box::leak(def(c"multi", 0, slots.as_mut_ptr()));
            let names = dict::new().unwrap();
            dict::set_str(&names, "name", &*unicode::from_str("multi").unwrap()).unwrap();
            let spec = crate::types::namespace::new_from(Some(&names)).unwrap();
            // SAFETY: a definition that lives for ever.
            unsafe {
                let made = module::from_def_and_spec2(multi, &spec, PYTHON_API_VERSION).unwrap();
                assert!(module::get_state(&made).unwrap().is_null());
                let outcome_here = match module::exec_def(&made, multi) {
                    Ok(()) => text(&objects::get_attr_str(&made, "executed").unwrap()),
                    Err(_) => error(),
                };
                assert_eq!(outcome_here, outcome);
                assert!(!module::get_state(&made).unwrap().is_null());
                assert!(module::create_initialized(multi, PYTHON_API_VERSION).is_err());
                assert_eq!(
                    error(),
                    "SystemError: module multi: PyModule_Create is incompatible with m_slots"
                );
            }
        }
    });
}
