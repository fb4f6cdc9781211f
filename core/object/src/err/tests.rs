use super::*;
use crate::protocol::{call, object};
use crate::testing::with_gil;
use crate::types::{long, unicode};

fn text(object: &Object) -> String {
    unicode::display(&object::str(object).unwrap()).to_string()
}

/// The current exception as "Class: text", taken off.
pub(crate) fn taken() -> String {
    let mut error = fetch().expect("an exception");
    error.normalize();
    let class = exceptions::class_name(&error.kind).to_owned();
    format!("{class}: {}", text(error.value.as_deref().unwrap()))
}

#[test]
fn raising_and_taking() {
    with_gil(|| {
        assert!(occurred().is_none() && fetch().is_none());
        let _ = value_error(format_args!("bad {}", 5));
        assert!(matches(exceptions::ValueError()) && matches(exceptions::Exception()));
        assert!(!matches(exceptions::TypeError()));
        let both = tuple::from_slice(&[exceptions::TypeError(), exceptions::ValueError()]).unwrap();
        assert!(matches(&both));
        assert_eq!(taken(), "ValueError: bad 5");
        assert!(occurred().is_none());
    });
}

#[test]
fn values_become_arguments() {
    with_gil(|| {
        let one = long::from_i64(1).unwrap();
        let pair = tuple::pack([one.clone(), one.clone()]).unwrap();
        let _ = set_object(exceptions::ValueError(), &pair);
        assert_eq!(taken(), "ValueError: (1, 1)");
        let _ = set_key_error(none::none());
        assert_eq!(taken(), "KeyError: None");
        let _ = set_key_error(&pair);
        assert_eq!(taken(), "KeyError: (1, 1)");
        let _ = set_none(exceptions::KeyError());
        assert_eq!(taken(), "KeyError: ");
        let _ = set_object(&one, &one);
        assert_eq!(taken(), "SystemError: _PyErr_SetObject: exception 1 is not a BaseException subclass");
    });
}

#[test]
fn handled_exceptions_become_contexts() {
    with_gil(|| {
        let first = call::call0(exceptions::ValueError()).unwrap();
        let kind = exceptions::ValueError().owned();
        set_exc_info(Some(kind), Some(first.clone()), None);
        let _ = type_error("second");
        let second = fetch().unwrap().value.unwrap();
        assert!(base::get_context(&second).unwrap().is(&*first));
        // The chain must not become a cycle when the handled exception is raised again from a later one.
        set_exc_info(Some(exceptions::TypeError().owned()), Some(second.clone()), None);
        let _ = set_object(exceptions::ValueError(), &first);
        let again = fetch().unwrap().value.unwrap();
        assert!(again.is(&*first) && base::get_context(&first).unwrap().is(&*second));
        assert!(base::get_context(&second).is_none());
        set_exc_info(None, None, None);
        base::set_context(&first, None);
    });
}

#[test]
fn causes() {
    with_gil(|| {
        let _ = value_error("low");
        let _ = set_from_cause(exceptions::TypeError(), "high");
        let error = fetch().unwrap().value.unwrap();
        let cause = base::get_cause(&error).unwrap();
        assert_eq!((text(&error), text(&cause)), ("high".into(), "low".into()));
        assert!(base::get_context(&error).unwrap().is(&*cause));
        let _ = value_error("low");
        assert!(try_set_from_cause("decoding failed").is_some());
        assert_eq!(taken(), "ValueError: decoding failed (ValueError: low)");
        let _ = from_errno(libc::ENOENT, None, None);
        assert!(try_set_from_cause("x").is_none());
        assert_eq!(taken(), "FileNotFoundError: [Errno 2] No such file or directory");
    });
}

#[test]
fn system_errors() {
    with_gil(|| {
        let name = unicode::from_str("a").unwrap();
        let other = unicode::from_str("b").unwrap();
        for (errno, names, expected) in [
            (libc::EPERM, (None, None), "PermissionError: [Errno 1] Operation not permitted"),
            (
                libc::ENOENT,
                (Some(&*name), None),
                "FileNotFoundError: [Errno 2] No such file or directory: 'a'",
            ),
            (
                libc::EEXIST,
                (Some(&*name), Some(&*other)),
                "FileExistsError: [Errno 17] File exists: 'a' -> 'b'",
            ),
            (libc::EAGAIN, (None, None), "BlockingIOError: [Errno 11] Resource temporarily unavailable"),
            (libc::ENOSPC, (None, None), "OSError: [Errno 28] No space left on device"),
        ] {
            let _ = from_errno(errno, names.0, names.1);
            assert_eq!(taken(), expected);
        }
    });
}

#[test]
fn new_classes() {
    with_gil(|| {
        let class = new_exception_with_doc("mod.sub.Error", Some("words"), None, None).unwrap();
        assert_eq!(unicode::display(&object::repr(&class).unwrap()).to_string(), "<class 'mod.sub.Error'>");
        let _ = set(&class, "oh");
        assert_eq!(taken(), "Error: oh".replace("Error", exceptions::class_name(&class)));
        assert!(given_matches(&class, exceptions::Exception()));
        assert!(new_exception("Error", None, None).is_err());
        assert_eq!(taken(), "SystemError: PyErr_NewException: name must be module.class");
    });
}

#[test]
fn memory_errors_come_from_the_store() {
    with_gil(|| {
        let mut errors = Vec::new();
        for _ in 0..40 {
            let _ = no_memory();
            let mut error = fetch().unwrap();
            error.normalize();
            errors.push(error);
        }
        drop(errors);
        let _ = no_memory();
        assert_eq!(taken(), "MemoryError: ");
    });
}

#[test]
fn recursion_is_limited() {
    fn descend() -> Result<u32> {
        let _guard = state::enter_recursive_call(" in the test")?;
        Ok(descend()? + 1)
    }
    with_gil(|| {
        let before = state::recursion_limit();
        // SAFETY: this thread's state.
        let depth = || unsafe { (*state::required()).recursion_depth };
        assert!(descend().is_err());
        assert_eq!(depth(), 0);
        assert_eq!(taken(), "RecursionError: maximum recursion depth exceeded in the test");
        // With a limit out of reach the native stack is the limit.
        state::set_recursion_limit(1_000_000_000);
        assert!(descend().is_err());
        assert_eq!((depth(), matches(exceptions::RecursionError())), (0, true));
        clear();
        state::set_recursion_limit(before);
    });
}
