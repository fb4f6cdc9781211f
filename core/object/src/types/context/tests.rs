use super::*;
use crate::err::tests::taken;
use crate::testing::with_gil;
use crate::types::long;

fn int(value: i64) -> Obj {
    long::from_i64(value).unwrap()
}

fn var(name: &str, default: Option<&Object>) -> Obj<ContextVar> {
    new_var(&unicode::from_str(name).unwrap(), default).unwrap()
}

fn value(variable: &ContextVar) -> Option<i64> {
    get_var(variable, None).unwrap().map(|v| long::as_i64(&v).unwrap())
}

#[test]
fn set_and_reset() {
    with_gil(|| {
        let (a, b) = (var("a", None), var("b", Some(&int(3))));
        assert_eq!((value(&a), value(&b)), (None, Some(3)));
        let first = set_var(&a, &int(1)).unwrap();
        let second = set_var(&a, &int(2)).unwrap();
        assert_eq!(value(&a), Some(2));
        assert!(reset_var(&b, &second).is_err());
        assert!(taken().ends_with("was created by a different ContextVar"));
        reset_var(&a, &second).unwrap();
        assert_eq!(value(&a), Some(1));
        assert!(reset_var(&a, &second).is_err());
        assert!(taken().ends_with("has already been used once"));
        reset_var(&a, &first).unwrap();
        assert_eq!(value(&a), None);
    });
}

#[test]
fn contexts_are_separate() {
    with_gil(|| {
        let a = var("a", None);
        let token = set_var(&a, &int(1)).unwrap();
        let context = copy_current().unwrap();
        enter(&context).unwrap();
        assert_eq!(value(&a), Some(1));
        let inner = set_var(&a, &int(5)).unwrap();
        assert!(enter(&context).is_err());
        assert!(taken().ends_with("is already entered"));
        exit(&context).unwrap();
        assert_eq!(value(&a), Some(1));
        assert!(reset_var(&a, &inner).is_err());
        assert!(taken().ends_with("was created in a different Context"));
        assert!(exit(&context).is_err());
        assert!(taken().ends_with("has not been entered"));
        assert_eq!(long::as_i64(&object::get_item(&context, &a).unwrap()).unwrap(), 5);
        assert_eq!(object::len(&context).unwrap(), 1);
        reset_var(&a, &token).unwrap();
        let empty = new().unwrap();
        assert!(object::get_item(&empty, &a).is_err());
        assert!(taken().starts_with("KeyError: <ContextVar name='a' at 0x"));
        assert!(object::get_item(&empty, &int(1)).is_err());
        assert_eq!(taken(), "TypeError: a ContextVar key was expected, got 1");
    });
}

#[test]
fn construction() {
    with_gil(|| {
        // SAFETY: a static type.
        let class = unsafe { Object::from_ptr((&raw mut PyContextVar_Type).cast()) };
        for (n, expected) in [
            (0, "TypeError: ContextVar() takes exactly 1 positional argument (0 given)"),
            (1, "TypeError: context variable name must be a str"),
            (2, "TypeError: ContextVar() takes at most 1 positional argument (2 given)"),
        ] {
            let one = int(1);
            let args: Vec<&Object> = (0..n).map(|_| &*one).collect();
            assert!(call::call(class, &args).is_err());
            assert_eq!(taken(), expected);
        }
        let token = set_var(&var("v", None), &int(1)).unwrap();
        let old = object::get_attr_str(&token, "old_value").unwrap();
        assert!(old.is(missing()));
        assert_eq!(unicode::display(&object::repr(&old).unwrap()).to_string(), "<Token.MISSING>");
    });
}
