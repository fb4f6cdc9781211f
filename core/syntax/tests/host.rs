//! What the parser asks of its host, and what it does with the native stack.

use krait_syntax::ast::Mod;
use krait_syntax::{
    Arena, DecodeError, ErrorKind, Host, Line, Mode, NoHost, Options, SyntaxError, WarningResult, flags,
    parse,
};

/// Answers from tables and records what it is asked.
#[derive(Default)]
struct Script {
    lines: Vec<&'static str>,
    read: usize,
    warnings: Vec<(String, i32)>,
    warnings_are_errors: bool,
    file: Vec<&'static str>,
}

impl Host for Script {
    fn decode(&mut self, source: &[u8], encoding: &str) -> Result<String, DecodeError> {
        match encoding {
            "rot1" => Ok(source.iter().map(|&b| if b == b'\n' { '\n' } else { char::from(b + 1) }).collect()),
            "broken" => Err(DecodeError::Malformed("'broken' codec can't decode".into())),
            "raising" => Err(DecodeError::Raised),
            _ => Err(DecodeError::UnknownEncoding),
        }
    }

    fn deprecation_warning(&mut self, message: &str, lineno: i32) -> WarningResult {
        self.warnings.push((message.into(), lineno));
        if self.warnings_are_errors { WarningResult::IsError } else { WarningResult::Ok }
    }

    fn file_line(&mut self, lineno: i32) -> Option<String> {
        self.file.get(lineno as usize - 1).map(|line| line.to_string())
    }

    fn read_line(&mut self) -> Line {
        let line = self.lines.get(self.read).copied();
        self.read += 1;
        match line {
            Some("^C") => Line::Interrupted,
            Some(line) => Line::Text(line.into()),
            None => Line::EndOfInput,
        }
    }
}

fn error_of(source: &[u8], options: &Options<'_>, host: &mut dyn Host) -> SyntaxError {
    parse(&Arena::new(), source, options, host).expect_err("the source is wrong")
}

#[test]
fn interactive_statements_read_no_further_than_they_go() {
    let options = Options { mode: Mode::Single, interactive: true, ..Options::default() };
    for (lines, statements, read) in [
        (&["x\n", "y\n"][..], 1, 1),
        (&["x; y\n", "z\n"], 2, 1),
        (&["\n", "y\n"], 1, 1),
        (&["# c\n", "y\n"], 1, 1),
        (&["if x:\n", "  y\n", "\n", "z\n"], 1, 3),
        (&["if x:\n", "\n", "z\n"], 0, 2),
        (&["f(\n", "\n", "1)\n", "z\n"], 1, 3),
        (&["'''\n", "\n", "'''\n", "z\n"], 1, 3),
        (&["x \\\n", "+ y\n", "z\n"], 1, 2),
        (&["x y\n", "z\n"], 0, 1),
    ] {
        let arena = Arena::new();
        let mut host = Script { lines: lines.into(), ..Script::default() };
        let found = match parse(&arena, b"", &options, &mut host) {
            Ok(Mod::Interactive { body }) => body.len(),
            Ok(other) => panic!("{other:?}"),
            Err(_) => 0,
        };
        assert_eq!((found, host.read), (statements, read), "{lines:?}");
    }
}

#[test]
fn the_end_of_interactive_input_is_told() {
    let options = Options { mode: Mode::Single, interactive: true, ..Options::default() };
    assert!(error_of(b"", &options, &mut Script::default()).end_of_input);
    let mut host = Script { lines: vec!["f(\n"], ..Script::default() };
    let error = error_of(b"", &options, &mut host);
    assert_eq!((error.end_of_input, error.message.as_str()), (false, "unexpected EOF while parsing"));
    let mut host = Script { lines: vec!["f(\n", "^C"], ..Script::default() };
    assert_eq!(error_of(b"", &options, &mut host).kind, ErrorKind::KeyboardInterrupt);
}

#[test]
fn sources_are_decoded() {
    let exec = Options::default();
    let arena = Arena::new();
    // Every byte of the source moves up by one.
    assert!(parse(&arena, b"\"coding: rot1\nw<0", &exec, &mut Script::default()).is_err(), "not a comment");
    for (source, kind, message) in [
        (&b"# coding: nowhere\nx"[..], ErrorKind::SyntaxError, "unknown encoding: nowhere"),
        (b"# coding: broken\nx", ErrorKind::SyntaxError, "'broken' codec can't decode"),
        (b"# coding: raising\nx", ErrorKind::Host, ""),
        (b"\xEF\xBB\xBF# coding: latin1\nx", ErrorKind::SyntaxError, "encoding problem: latin1 with BOM"),
        (b"# coding: rot1\nx x", ErrorKind::SyntaxError, "invalid syntax"),
        (b"x = 1\0", ErrorKind::ValueError, "source code string cannot contain null bytes"),
        (
            b"x = '\xff'",
            ErrorKind::SyntaxError,
            "(unicode error) 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
        ),
    ] {
        let error = error_of(source, &exec, &mut Script::default());
        assert_eq!((error.kind, error.message.as_str()), (kind, message), "{source:?}");
    }
    assert!(parse(&arena, b"# coding: latin-1\nx = '\xff'", &exec, &mut NoHost).is_ok());
    let cookie_ignored = Options { flags: flags::IGNORE_COOKIE, ..Options::default() };
    assert!(parse(&arena, b"# coding: nowhere\nx", &cookie_ignored, &mut NoHost).is_ok());
    let file = Options { filename: Some("a.py"), ..Options::default() };
    let error = error_of(b"x\n# \xe9\n", &file, &mut NoHost);
    let message = "Non-UTF-8 code starting with '\\xe9' in file a.py on line 2, but no encoding declared; \
                   see http://python.org/dev/peps/pep-0263/ for details";
    assert_eq!((error.message.as_str(), error.position), (message, None));
}

#[test]
fn invalid_escapes_warn() {
    let source = b"x = 1\ny = '\\d' '\\e\\f' b'\\g' f'\\h{x}\\i' r'\\j'";
    for (source, warnings) in [
        (&source[..], &["\\d"][..]),
        (b"'\\d' '\\e\\w'\nb'\\g'", &["\\d", "\\e", "\\g"]),
        (b"f'\\h{x}\\i'", &["\\h", "\\i"]),
        (b"f'\\{x}'", &["\\{"]),
        (b"r'\\d'\n'\\n'", &[]),
    ] {
        let mut host = Script::default();
        let _ = parse(&Arena::new(), source, &Options::default(), &mut host);
        let found: Vec<_> = host.warnings.iter().map(|(message, _)| message.as_str()).collect();
        let expected: Vec<_> =
            warnings.iter().map(|escape| format!("invalid escape sequence {escape}")).collect();
        assert_eq!(found[..expected.len().min(found.len())], expected[..], "{source:?}");
    }
    let mut host = Script { warnings_are_errors: true, ..Script::default() };
    let error = error_of(b"\nx = ('a',\n     '\\d')", &Options::default(), &mut host);
    let position = error.position.expect("a position");
    assert_eq!(
        (error.message.as_str(), position.lineno, position.offset),
        ("invalid escape sequence \\d", 3, 6)
    );
    assert_eq!(host.warnings, [("invalid escape sequence \\d".to_string(), 3)]);
}

#[test]
fn errors_show_lines_of_the_file() {
    let mut host = Script { file: vec!["in the file: x = (\n", "1 2\n"], ..Script::default() };
    let position = error_of(b"(a\n+ b) = 1", &Options::default(), &mut host).position.expect("a position");
    assert_eq!((position.lineno, position.text.as_deref()), (1, Some("in the file: x = (\n")));
    let error = error_of(b"x \\ y", &Options::default(), &mut host);
    let position = error.position.expect("a position");
    assert!(error.message_only);
    assert_eq!((position.offset, position.text.as_deref()), (0, Some("in the file: x = (\n")));
}

#[test]
fn features_have_versions() {
    for (source, version, message) in [
        ("x: int", 5, "Variable annotation syntax is only supported in Python 3.6 and greater"),
        ("x.y: int", 5, "Variable annotations syntax is only supported in Python 3.6 and greater"),
        ("1_0", 5, "Underscores in numeric literals are only supported in Python 3.6 and greater"),
        ("f''", 5, "Format strings are only supported in Python 3.6 and greater"),
        ("f'{x=}'", 7, "f-string: self documenting expressions are only supported in Python 3.8 and greater"),
        ("x @ y", 4, "The '@' operator is only supported in Python 3.5 and greater"),
        ("async def f(): pass", 4, "Async functions are only supported in Python 3.5 and greater"),
    ] {
        let options = |feature_version| Options { feature_version, ..Options::default() };
        let error = error_of(source.as_bytes(), &options(version), &mut NoHost);
        assert_eq!(error.message, message, "{source}");
        assert!(
            parse(&Arena::new(), source.as_bytes(), &options(version + 1), &mut NoHost).is_ok(),
            "{source}"
        );
    }
    let old = Options { feature_version: 6, ..Options::default() };
    assert!(parse(&Arena::new(), b"async = await = 1", &old, &mut NoHost).is_ok());
}

#[test]
fn the_friendly_uncle() {
    let bdfl = Options { flags: flags::BARRY_AS_BDFL, ..Options::default() };
    assert!(parse(&Arena::new(), b"1 <> 2", &bdfl, &mut NoHost).is_ok());
    let error = error_of(b"1 != 2", &bdfl, &mut NoHost);
    assert_eq!(error.message, "with Barry as BDFL, use '<>' instead of '!='");
    assert_eq!(error_of(b"1 <> 2", &Options::default(), &mut NoHost).message, "invalid syntax");
}

#[test]
fn no_source_overflows_the_stack() {
    let deep = |open: &str, middle: &str, close: &str, n: usize| open.repeat(n) + middle + &close.repeat(n);
    let n = 50_000;
    let sources = [
        deep("-", "1", "", n),
        deep("not ", "1", "", n),
        deep("lambda:", "1", "", n),
        deep("2**", "1", "", n),
        deep("1 if 1 else ", "1", "", n),
        deep("f'{", "1", "}'", 200),
        "if x: pass\n".to_string() + &deep("elif x: pass\n", "", "", n),
        deep("(", "1", ")", 200),
        deep("{1:[f(a=", "1", ")]}", 66),
    ];
    let parse_all = move || {
        for source in &sources {
            if let Err(error) = parse(&Arena::new(), source.as_bytes(), &Options::default(), &mut NoHost) {
                let expected = error.kind == ErrorKind::MemoryError || source.starts_with("f'");
                assert!(expected, "{error:?}");
            }
        }
        // What is long, not deep, needs no stack.
        for source in [deep("1+", "1", "", n), deep("a", "", ".b", n), deep("x\n", "", "", n)] {
            assert!(parse(&Arena::new(), source.as_bytes(), &Options::default(), &mut NoHost).is_ok());
        }
    };
    std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(parse_all)
        .expect("a thread")
        .join()
        .expect("no panic");
}
