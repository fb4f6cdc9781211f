//! The asserted layouts and the constants against the facts measured on the reference's headers (`data/abi`):
//! nothing is left out, nothing differs.
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Structs of the headers that are not spelled out, and why.
const NOT_SPELLED_OUT: &[&str] = &[
    "_PyOpcache", // per-instruction cache; Krait's lies elsewhere
];

/// Headers whose constants belong to other crates or to the C side only.
const OTHER_HEADERS: &[&str] = &[
    "pyconfig.h",
    "Python-ast.h",
    "graminit.h",
    "opcode.h",
    "symtable.h",
    "token.h",
    "osdefs.h",
    "dynamic_annotations.h",
    "internal/pycore_atomic.h",
];

/// Macros of general names that mean nothing outside their header.
const OTHER_NAMES: &[&str] = &["EMPTY", "BITSPERBYTE", "F_ALT", "F_BLANK", "F_LJUST", "F_SIGN", "F_ZERO"];

fn facts(name: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/abi").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn sources() -> String {
    let mut files: Vec<PathBuf> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

/// Struct name to (size, field to offset), from the `assert_layout!` invocations, which the compiler has checked.
fn asserted(source: &str) -> HashMap<String, (usize, HashMap<String, usize>)> {
    let mut found = HashMap::new();
    for part in source.split("\nassert_layout!(").skip(1) {
        let body = &part[..part.find(");").unwrap()];
        let (head, fields) = body.split_once('{').unwrap();
        let mut head = head.split(',').map(str::trim);
        let (name, size) = (head.next().unwrap(), head.next().unwrap().parse().unwrap());
        let fields = fields.trim().trim_end_matches('}').split(',').filter(|f| !f.trim().is_empty());
        let fields = fields.map(|field| {
            let (name, offset) = field.split_once(':').unwrap();
            let name = name.trim().trim_start_matches("r#").trim_end_matches('_');
            (name.to_owned(), offset.trim().parse().unwrap())
        });
        found.insert(name.to_owned(), (size, fields.collect()));
    }
    found
}

#[test]
fn every_header_struct_has_its_measured_layout() {
    let asserted = asserted(&sources());
    let (mut structs, mut fields, mut wrong) = (0, 0, Vec::new());
    for row in facts("layout_x86_64.tsv") {
        let [name, field, offset, size, _, header, ..] = row.as_slice() else { panic!("short row {row:?}") };
        let name = name.trim_start_matches("struct ");
        let nested_or_bits = field.contains('.') || size.starts_with("bits");
        if header.contains(" =") || offset == "opaque" || size == "opaque" || nested_or_bits {
            continue;
        }
        if NOT_SPELLED_OUT.contains(&name) || header.is_empty() {
            continue;
        }
        let Some((have_size, have_fields)) = asserted.get(name) else {
            wrong.push(format!("{name} is missing"));
            continue;
        };
        let (have, want) = if field.is_empty() {
            structs += 1;
            (Some(*have_size), size)
        } else {
            fields += 1;
            (have_fields.get(field.trim_end_matches('_')).copied(), offset)
        };
        if have != want.parse().ok() {
            wrong.push(format!("{name}.{field}: {have:?}, measured {want}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(structs > 150 && fields > 900, "only {structs} structs and {fields} fields were compared");
}

fn number(text: &str) -> Option<i128> {
    match text.strip_prefix("0x") {
        Some(hex) => i128::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

#[test]
fn every_header_constant_has_its_value() {
    let source = sources();
    let defined: HashMap<&str, &str> = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub const ")?.strip_suffix(';'))
        .filter_map(|line| {
            let (head, value) = line.split_once(" = ")?;
            Some((head.split(':').next()?, value))
        })
        .collect();
    let (mut compared, mut wrong) = (0, Vec::new());
    for row in facts("constants.tsv") {
        let [name, value, header, kind, ..] = row.as_slice() else { panic!("short row {row:?}") };
        if OTHER_HEADERS.contains(&header.as_str()) || OTHER_NAMES.contains(&name.as_str()) {
            continue;
        }
        compared += 1;
        let same = match (defined.get(name.as_str()), kind.as_str()) {
            (None, _) => false,
            (Some(have), "string") => *have == format!("c{value}"),
            (Some(have), _) => number(have).is_some() && number(have) == number(value),
        };
        if !same {
            wrong.push(format!("{name} = {value}, here {:?}", defined.get(name.as_str())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 400, "only {compared} constants were compared");
}
