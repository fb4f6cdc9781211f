//! `cargo xtask tidy`: what the compiler does not check. Wrong arrows between crates and forbidden words are
//! errors; large files and functions are reported as the places to look for a second concept.

use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::paths;
use crate::process;

/// Each crate and the workspace crates that it may name; the order is from the bottom up.
const LAYERS: &[(&str, &[&str])] = &[
    ("krait-abi", &[]),
    ("krait-syntax", &[]),
    ("krait-code", &[]),
    ("krait-compile", &["krait-syntax", "krait-code"]),
    ("krait-object", &["krait-abi"]),
    ("krait-vm", &["krait-abi", "krait-object", "krait-syntax", "krait-code", "krait-compile"]),
    (
        "krait-modules",
        &["krait-abi", "krait-object", "krait-syntax", "krait-code", "krait-compile", "krait-vm"],
    ),
    (
        "krait-stdlib",
        &["krait-abi", "krait-object", "krait-syntax", "krait-code", "krait-compile", "krait-vm"],
    ),
    ("krait-jit", &["krait-abi", "krait-object", "krait-code", "krait-vm"]),
    ("krait", &["krait-abi", "krait-object", "krait-vm", "krait-modules", "krait-stdlib"]),
    (
        "krait-capi",
        &[
            "krait-abi",
            "krait-object",
            "krait-syntax",
            "krait-code",
            "krait-compile",
            "krait-vm",
            "krait-modules",
            "krait-stdlib",
            "krait-jit",
        ],
    ),
    ("krait-library", &["krait-capi"]),
    ("xtask", &[]),
];

const FILE_LINES: usize = 1500;
const FUNCTION_LINES: usize = 80;

/// Words that must not stand in committed Rust source, and why. Split, so that this file passes.
const FORBIDDEN: &[(&str, &str)] = &[
    (concat!("to", "do!("), "finish it, or raise SystemError naming the function"),
    (concat!("unimple", "mented!("), "finish it, or raise SystemError naming the function"),
    (concat!("db", "g!("), "left over from debugging"),
    (concat!("#[", "ignore"), "assert today's behaviour instead"),
];

pub fn tidy() -> Outcome {
    let mut wrong = layers()?;
    let sources = sources()?;
    wrong.extend(forbidden_words(&sources));
    for note in sizes(&sources) {
        println!("note: {note}");
    }
    if wrong.is_empty() {
        println!("tidy: {} source files in order", sources.len());
        return Ok(());
    }
    Err(format!("tidy\n  {}", wrong.join("\n  ")))
}

/// Arrows against the layers.
fn layers() -> Outcome<Vec<String>> {
    let mut wrong = Vec::new();
    for (package, dependencies) in dependencies()? {
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == package) else {
            wrong.push(format!("{package} has no place in the layers of xtask/src/tidy.rs"));
            continue;
        };
        for dependency in dependencies.iter().filter(|name| !allowed.contains(&name.as_str())) {
            wrong.push(format!("{package} must not depend on {dependency}"));
        }
    }
    Ok(wrong)
}

/// The workspace's crates with their direct dependencies on one another, dev-dependencies aside.
fn dependencies() -> Outcome<Vec<(String, Vec<String>)>> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root());
    cargo.args([
        "tree",
        "--workspace",
        "--depth=1",
        "--prefix=depth",
        "--edges=normal,build",
        "--no-dedupe",
        "--offline",
    ]);
    let mut crates: Vec<(String, Vec<String>)> = Vec::new();
    for line in process::capture(&mut cargo)?.lines() {
        // `0krait-vm v0.1.0 (path)` opens a crate, `1krait-object v0.1.0 (path)` is one of its dependencies.
        let Some(package) = line.get(1..).and_then(|rest| rest.split(' ').next()) else { continue };
        if line.starts_with('0') {
            crates.push((package.to_owned(), Vec::new()));
        } else if let Some((_, dependencies)) = crates.last_mut()
            && LAYERS.iter().any(|(name, _)| *name == package)
        {
            dependencies.push(package.to_owned());
        }
    }
    Ok(crates)
}

/// The Rust files of the project with their text.
fn sources() -> Outcome<Vec<(String, String)>> {
    let root = paths::root();
    let mut sources = Vec::new();
    for folder in ["core", "capi", "xtask", "examples", "ffi-tests"] {
        let folder = root.join(folder);
        if folder.exists() {
            for file in paths::files_below(&folder, "rs")? {
                sources.push((relative(&root, &file), paths::read(&file)?));
            }
        }
    }
    Ok(sources)
}

fn relative(root: &Path, file: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).display().to_string()
}

fn forbidden_words(sources: &[(String, String)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (file, text) in sources {
        for (number, line) in text.lines().enumerate() {
            for (word, why) in FORBIDDEN.iter().filter(|(word, _)| line.contains(word)) {
                wrong.push(format!("{file}:{}: `{word}`: {why}", number + 1));
            }
        }
        wrong.extend(bare_allows(file, text));
    }
    wrong
}

/// Lints switched off without a reason. (`expect` is better still, but cannot be used where a macro only sometimes
/// makes the code that offends.)
fn bare_allows(file: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for opening in [concat!("#[", "allow("), concat!("#![", "allow(")] {
        for (place, _) in text.match_indices(opening) {
            let attribute = text[place..].split(")]").next().unwrap_or_default();
            if !attribute.contains("reason") {
                let line = text[..place].lines().count().max(1);
                wrong.push(format!("{file}:{line}: `{opening}` without a reason: use `expect` with one"));
            }
        }
    }
    wrong
}

/// Files and functions above the sizes at which a second concept hides. Functions end, as rustfmt writes them,
/// at the closing brace of their own indentation.
fn sizes(sources: &[(String, String)]) -> Vec<String> {
    let mut notes = Vec::new();
    for (file, text) in sources {
        let lines: Vec<&str> = text.lines().collect();
        if lines.len() > FILE_LINES {
            notes.push(format!("{file}: {} lines", lines.len()));
        }
        for (start, line) in lines.iter().enumerate() {
            let Some(name) = function_name(line) else { continue };
            let indentation = line.len() - line.trim_start().len();
            let end = format!("{}}}", " ".repeat(indentation));
            let length =
                lines[start..].iter().position(|line| line.trim_end() == end).map_or(0, |end| end + 1);
            if length > FUNCTION_LINES {
                notes.push(format!("{file}:{}: fn {name} has {length} lines", start + 1));
            }
        }
    }
    notes
}

/// The name of the function whose definition opens on this line.
fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let words = before.split_whitespace();
    let mut words =
        words.filter(|word| !word.starts_with("pub") && *word != "\"C\"" && !word.starts_with("in"));
    let is_definition =
        words.all(|word| ["const", "unsafe", "extern", "async", "super)", "self)"].contains(&word));
    let name = after.split(['(', '<']).next()?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    (is_definition && is_name && !line.trim_end().ends_with(';') && !line.trim_end().ends_with('}'))
        .then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_depend_downwards_only() {
        assert_eq!(layers().unwrap(), Vec::<String>::new());
        assert!(dependencies().unwrap().len() >= 10);
    }

    #[test]
    fn functions_are_recognised() {
        for (line, name) in [
            (
                "pub unsafe extern \"C\" fn PyList_Append(list: *mut PyObject) -> c_int {",
                Some("PyList_Append"),
            ),
            ("    pub(crate) const fn a<T>(", Some("a")),
            ("// the fn is", None),
            ("type F = unsafe extern \"C\" fn(c_int) -> c_int;", None),
            ("fn one() { two() }", None),
        ] {
            assert_eq!(function_name(line), name, "{line}");
        }
    }

    #[test]
    fn long_functions_and_words_are_found() {
        let body = "    x();\n".repeat(90);
        let text = format!("fn long() {{\n{body}}}\nfn short() {{\n}}\n{}\n", FORBIDDEN[0].0);
        let sources = [("a.rs".to_owned(), text)];
        assert_eq!(sizes(&sources), ["a.rs:1: fn long has 92 lines"]);
        assert_eq!(forbidden_words(&sources).len(), 1);
        let attributes = concat!("#[", "allow(a, reason = \"b\")]\n#[", "allow(c)]\n");
        assert_eq!(bare_allows("a.rs", attributes).len(), 1);
    }
}
