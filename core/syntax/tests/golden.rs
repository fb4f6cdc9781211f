//! Trees and errors against goldens, which are in the format that their first lines describe.

use krait_syntax::ast::{Constant, ExprKind, Mod, dump::dump};
use krait_syntax::{Arena, Host, Mode, NoHost, Options, flags, parse, wtf8};

/// Knows one character by name.
struct OneName;

impl Host for OneName {
    fn character(&mut self, name: &str) -> Result<Option<u32>, String> {
        Ok((name == "DIGIT ONE").then_some(0x31))
    }
}

/// Entries: an unindented line and the indented ones after it, without indentation.
fn entries(golden: &str) -> Vec<(&str, Vec<&str>)> {
    let mut entries: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in golden.lines().filter(|line| !line.starts_with('#')) {
        match (line.strip_prefix("    "), entries.last_mut()) {
            (Some(detail), Some((_, details))) => details.push(detail),
            _ => entries.push((line, Vec::new())),
        }
    }
    entries
}

/// The value of a Python string literal.
fn literal(text: &str) -> String {
    let arena = Arena::new();
    let options = Options { mode: Mode::Eval, ..Options::default() };
    let tree = parse(&arena, text.as_bytes(), &options, &mut NoHost).expect("a literal");
    let Mod::Expression { body } = tree else { panic!("{tree:?}") };
    match body.kind {
        ExprKind::Constant { value: Constant::Str(value), .. } => value.as_str().expect("UTF-8").into(),
        other => panic!("{other:?}"),
    }
}

fn options(word: &str) -> Options<'static> {
    let mode = match word {
        "single" => Mode::Single,
        "eval" => Mode::Eval,
        "func_type" => Mode::FuncType,
        _ => Mode::Exec,
    };
    let type_comments = if word == "type_comments" { flags::TYPE_COMMENTS } else { 0 };
    Options { mode, flags: flags::IGNORE_COOKIE | type_comments, ..Options::default() }
}

fn outcome(source: &str, word: &str) -> String {
    let arena = Arena::new();
    let error = match parse(&arena, source.as_bytes(), &options(word), &mut OneName) {
        Ok(_) => return "ok".into(),
        Err(error) => error,
    };
    let Some(position) = error.position else { return format!("{:?} {}", error.kind, error.message) };
    let mut out = format!("{:?} {}:{} {}", error.kind, position.lineno, position.offset, error.message);
    let text = position.text.as_deref().map_or("None".into(), |text| wtf8::ascii_repr(text.into()));
    let whole = if source.ends_with('\n') { source.into() } else { format!("{source}\n") };
    if text != wtf8::ascii_repr(whole.as_str().into()) {
        out.push('\n');
        out.push_str(&text);
    }
    out
}

#[test]
fn errors() {
    let entries = entries(include_str!("errors.golden"));
    assert!(entries.len() > 300);
    for (entry, details) in entries {
        let (mode, source) = entry.split_once(' ').expect("a mode and a source");
        assert_eq!(outcome(&literal(source), mode), details.join("\n"), "{entry}");
    }
}

#[test]
fn trees() {
    let entries = entries(include_str!("trees.golden"));
    assert!(entries.len() > 100);
    for (entry, details) in entries {
        let is_word = entry.starts_with(|c: char| c.is_ascii_lowercase()) && entry.contains(' ');
        let (word, source) = match entry.split_once(' ') {
            Some((word, source)) if is_word && !word.contains(['\'', '"']) => (word, source),
            _ => ("exec", entry),
        };
        let arena = Arena::new();
        let source = literal(source);
        let tree = match parse(&arena, source.as_bytes(), &options(word), &mut OneName) {
            Ok(tree) => dump(arena.alloc(tree), true),
            Err(error) => format!("{error:?}"),
        };
        assert_eq!(tree, details[0], "{entry}");
    }
}
