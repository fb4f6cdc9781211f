use super::*;
use crate::err::tests::taken;
use crate::protocol::{call, object};
use crate::testing::with_gil;
use crate::types::{bytes, long, none, tuple, unicode};

/// An argument of a test.
#[derive(Clone, Copy)]
enum A {
    N,
    I(i64),
    S(&'static str),
    B(&'static [u8]),
    T(&'static [A]),
}
use A::*;

fn make(argument: A) -> Obj {
    match argument {
        N => none::none().owned(),
        I(value) => long::from_i64(value).unwrap(),
        S(text) => unicode::from_str(text).unwrap(),
        B(text) => bytes::from_slice(text).unwrap(),
        T(items) => tuple::from_vec(items.iter().map(|&a| make(a)).collect()).unwrap(),
    }
}

fn shown(object: &Object) -> String {
    unicode::display(object).to_string()
}

/// `repr` and `str` of an exception made from arguments, or the error.
fn check(class: &Object, arguments: &'static [A], expected_repr: &str, expected_str: &str) {
    match call::call_tuple(class, &make(T(arguments)), None) {
        Ok(error) => {
            assert_eq!(shown(&object::repr(&error).unwrap()), expected_repr);
            assert_eq!(shown(&object::str(&error).unwrap()), expected_str);
        }
        Err(_) => assert_eq!(taken(), expected_repr),
    }
}

#[test]
fn construction_and_text() {
    with_gil(|| {
        check(ValueError(), &[], "ValueError()", "");
        check(ValueError(), &[S("a")], "ValueError('a')", "a");
        check(ValueError(), &[S("a"), I(2)], "ValueError('a', 2)", "('a', 2)");
        check(KeyError(), &[S("")], "KeyError('')", "''");
        check(KeyError(), &[S("a"), S("b")], "KeyError('a', 'b')", "('a', 'b')");
        check(SystemExit(), &[I(1), I(2)], "SystemExit(1, 2)", "(1, 2)");
        check(ImportError(), &[S("m")], "ImportError('m')", "m");
        check(MemoryError(), &[I(1), I(2)], "MemoryError(1, 2)", "(1, 2)");
        check(OSError(), &[I(2), S("x")], "FileNotFoundError(2, 'x')", "[Errno 2] x");
        check(OSError(), &[I(2), N, S("f")], "FileNotFoundError(2, None)", "[Errno 2] None: 'f'");
        check(OSError(), &[I(1), I(2), I(3), I(4), I(5)], "PermissionError(1, 2)", "[Errno 1] 2: 3 -> 5");
        check(
            OSError(),
            &[I(1), I(2), I(3), I(4), I(5), I(6)],
            "OSError(1, 2, 3, 4, 5, 6)",
            "(1, 2, 3, 4, 5, 6)",
        );
        check(BlockingIOError(), &[I(11), S("x"), I(5)], "BlockingIOError(11, 'x', 5)", "[Errno 11] x");
        check(OSError(), &[S("a"), S("b")], "OSError('a', 'b')", "[Errno a] b");
    });
}

#[test]
fn syntax_errors() {
    with_gil(|| {
        const PLACE: A = T(&[S("/a/b.py"), I(2), I(3), S("t")]);
        check(
            SyntaxError(),
            &[S("m"), PLACE],
            "SyntaxError('m', ('/a/b.py', 2, 3, 't'))",
            "m (b.py, line 2)",
        );
        check(
            SyntaxError(),
            &[S("m"), T(&[N, I(2), N, N])],
            "SyntaxError('m', (None, 2, None, None))",
            "m (line 2)",
        );
        check(
            SyntaxError(),
            &[S("m"), T(&[S("f"), N, N, N])],
            "SyntaxError('m', ('f', None, None, None))",
            "m (f)",
        );
        check(SyntaxError(), &[S("m"), T(&[I(1)])], "IndexError: tuple index out of range", "");
        const PRINT: A = T(&[S("f"), I(1), I(1), S("print 1")]);
        check(
            SyntaxError(),
            &[S("invalid syntax"), PRINT],
            "SyntaxError('invalid syntax', ('f', 1, 1, 'print 1'))",
            "Missing parentheses in call to 'print'. Did you mean print(1)? (f, line 1)",
        );
    });
}

#[test]
fn unicode_errors() {
    with_gil(|| {
        check(UnicodeEncodeError(), &[], "TypeError: function takes exactly 5 arguments (0 given)", "");
        check(
            UnicodeEncodeError(),
            &[I(1), S("b"), I(1), I(2), S("r")],
            "TypeError: argument 1 must be str, not int",
            "",
        );
        check(
            UnicodeEncodeError(),
            &[S("a"), S("b\u{1234}"), I(1), I(2), S("r")],
            "UnicodeEncodeError('a', 'bሴ', 1, 2, 'r')",
            "'a' codec can't encode character '\\u1234' in position 1: r",
        );
        check(
            UnicodeDecodeError(),
            &[S("a"), B(b"b\xff"), I(0), I(2), S("r")],
            "UnicodeDecodeError('a', b'b\\xff', 0, 2, 'r')",
            "'a' codec can't decode bytes in position 0-1: r",
        );
        check(
            UnicodeTranslateError(),
            &[S("b\u{12345}"), I(1), I(2), S("r")],
            "UnicodeTranslateError('b\u{12345}', 1, 2, 'r')",
            "can't translate character '\\U00012345' in position 1: r",
        );
        let error = unicode_errors::create_decode("utf8", b"abc", -5, 9, "why").unwrap();
        let kind = unicode_errors::Kind::Decode;
        assert_eq!(unicode_errors::get_start(&error, kind).unwrap(), 0);
        assert_eq!(unicode_errors::get_end(&error, kind).unwrap(), 3);
        unicode_errors::set_start(&error, 7);
        assert_eq!(unicode_errors::get_start(&error, kind).unwrap(), 2);
        unicode_errors::set_reason(&error, "other").unwrap();
        assert_eq!(shown(&unicode_errors::get_reason(&error).unwrap()), "other");
    });
}

#[test]
fn attributes() {
    with_gil(|| {
        let error = call::call_tuple(OSError(), &make(T(&[I(2), S("x"), S("f")])), None).unwrap();
        for (name, expected) in [
            ("errno", "2"),
            ("filename", "f"),
            ("filename2", "None"),
            ("args", "(2, 'x')"),
            ("__context__", "None"),
            ("__cause__", "None"),
            ("__suppress_context__", "False"),
            ("__dict__", "{}"),
        ] {
            let value = object::get_attr_str(&error, name).unwrap();
            assert_eq!(shown(&object::str(&value).unwrap()), expected, "{name}");
        }
        let reduced = call::call_method(&error, crate::intern!("__reduce__"), &[]).unwrap();
        assert_eq!(
            shown(&object::str(&reduced).unwrap()),
            "(<class 'FileNotFoundError'>, (2, 'x', 'f'), {})"
        );
        for (name, value, expected) in [
            ("args", Some(I(5)), "TypeError: 'int' object is not iterable"),
            ("args", None, "TypeError: args may not be deleted"),
            ("__cause__", Some(I(1)), "TypeError: exception cause must be None or derive from BaseException"),
            (
                "__context__",
                Some(I(1)),
                "TypeError: exception context must be None or derive from BaseException",
            ),
            ("__dict__", Some(I(1)), "TypeError: __dict__ must be set to a dictionary, not a 'int'"),
            ("__dict__", None, "TypeError: cannot delete __dict__"),
            ("characters_written", None, "AttributeError: characters_written"),
        ] {
            let value = value.map(make);
            let name = unicode::from_str(name).unwrap();
            assert!(object::set_attr(&error, &name, value.as_deref()).is_err());
            assert_eq!(taken(), expected);
        }
    });
}
