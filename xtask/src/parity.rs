//! `cargo xtask parity ast|code|errors|tokens [PATH...]`: what our crates make of source files against what the
//! reference makes of them, as text. Without paths the whole standard library is compared, for `errors` a few thousand
//! broken statements made from it.
//!
//! Our side is an example program of the crate, given file names and printing what `xtask/python/parity_oracle.py`
//! describes: `astdump FILE...` and `astdump --tokens FILE...` of `core/syntax`, `codedump FILE...` and
//! `codedump --errors FILE...` of `core/compile`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::paths;
use crate::process::{self, Limits};
use crate::reference::{self, Reference};

const MUTANTS: usize = 4000;
const FILES_AT_ONCE: usize = 100;
const LIMITS: Limits = Limits { seconds: 300, memory: 8192 };
/// So many differences are printed; all go to `target/parity`.
const SHOWN: usize = 12;

/// What is compared, and by which example program.
struct What {
    name: &'static str,
    package: &'static str,
    example: &'static str,
    option: Option<&'static str>,
}

const WHATS: &[What] = &[
    What { name: "ast", package: "krait-syntax", example: "astdump", option: None },
    What { name: "tokens", package: "krait-syntax", example: "astdump", option: Some("--tokens") },
    What { name: "code", package: "krait-compile", example: "codedump", option: None },
    What { name: "errors", package: "krait-compile", example: "codedump", option: Some("--errors") },
];

pub fn parity(args: &[String]) -> Outcome {
    let (word, given) = args.split_first().ok_or("parity of what? ast, code, errors or tokens")?;
    let what = WHATS.iter().find(|what| what.name == word).ok_or_else(|| format!("no parity of {word}"))?;
    let reference = reference::obtain()?;
    let program = build_example(what)?;
    let files = files(what, given, &reference)?;
    let (mut equal, mut differences) = (0, Vec::new());
    for chunk in files.chunks(FILES_AT_ONCE) {
        let expected = oracle(what, chunk, &reference)?;
        let found = ours(what, &program, chunk)?;
        for file in chunk {
            let name = file.display().to_string();
            match (expected.get(&name), found.get(&name)) {
                (Some(expected), Some(found)) if expected == found => equal += 1,
                (expected, found) => {
                    let text = |side: Option<&String>| side.map_or("(no output)", String::as_str).to_owned();
                    differences.push(difference(&name, &text(expected), &text(found)));
                }
            }
        }
    }
    for difference in differences.iter().take(SHOWN) {
        println!("{difference}");
    }
    let report = paths::target_folder("parity")?.join(format!("{word}.txt"));
    paths::write(&report, &differences.join("\n"))?;
    println!("{equal} of {} files equal; the differences are in {}", files.len(), report.display());
    if differences.is_empty() { Ok(()) } else { Err(format!("{} files differ", differences.len())) }
}

/// Builds the example program, optimised, and tells where it is.
fn build_example(what: &What) -> Outcome<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root());
    cargo.args(["build", "--quiet", "--release", "--package", what.package, "--example", what.example]);
    process::run(&mut cargo)?;
    Ok(paths::target().join("release/examples").join(what.example))
}

fn files(what: &What, given: &[String], reference: &Reference) -> Outcome<Vec<PathBuf>> {
    if given.is_empty() && what.name == "errors" {
        let folder = paths::target_folder("parity/mutants")?;
        let script = paths::root().join("xtask/python/parity_mutants.py");
        let count = MUTANTS.to_string();
        let args = [script.as_os_str(), reference.stdlib.as_os_str(), folder.as_os_str(), count.as_ref()];
        process::capture(&mut reference.python(&args))?;
        return paths::files_in(&folder, "py");
    }
    let mut roots: Vec<PathBuf> = given.iter().map(PathBuf::from).collect();
    if roots.is_empty() {
        roots.push(reference.stdlib.clone());
    }
    let mut files = Vec::new();
    for root in roots {
        if root.is_dir() {
            files.extend(paths::files_below(&root, "py")?);
        } else {
            files.push(root);
        }
    }
    Ok(files)
}

fn oracle(what: &What, files: &[PathBuf], reference: &Reference) -> Outcome<HashMap<String, String>> {
    let script = paths::root().join("xtask/python/parity_oracle.py");
    let mut command = reference.python(&[&script]);
    command.arg(what.name).args(files);
    let finished = process::guarded(&mut command, LIMITS, "")?;
    if !finished.succeeded() {
        return Err(format!("the oracle: {}", finished.complaint()));
    }
    Ok(sections(&finished.stdout))
}

/// Our program on all files at once; if it dies, on each by itself, so that one file costs only itself.
fn ours(what: &What, program: &Path, files: &[PathBuf]) -> Outcome<HashMap<String, String>> {
    let run = |files: &[PathBuf]| {
        let mut command = Command::new(program);
        process::guarded(command.args(what.option).args(files), LIMITS, "")
    };
    let finished = run(files)?;
    if finished.succeeded() {
        return Ok(sections(&finished.stdout));
    }
    let mut all = HashMap::new();
    for file in files {
        let finished = run(std::slice::from_ref(file))?;
        if finished.succeeded() {
            all.extend(sections(&finished.stdout));
        } else {
            all.insert(file.display().to_string(), finished.complaint());
        }
    }
    Ok(all)
}

/// Cuts `=== FILE` sections apart.
fn sections(text: &str) -> HashMap<String, String> {
    let mut found = HashMap::new();
    for section in text.split_inclusive('\n').fold(Vec::<String>::new(), |mut sections, line| {
        match sections.last_mut() {
            Some(last) if !line.starts_with("=== ") => last.push_str(line),
            _ => sections.push(line.to_owned()),
        }
        sections
    }) {
        if let Some((head, body)) = section.split_once('\n') {
            found.insert(head.trim_start_matches("=== ").to_owned(), body.trim_end().to_owned());
        }
    }
    found
}

/// The first line that differs; of a long line, the part around the first character that differs.
fn difference(name: &str, expected: &str, found: &str) -> String {
    let lines = expected.lines().zip(found.lines()).enumerate();
    let Some((number, (left, right))) = lines.into_iter().find(|(_, (a, b))| a != b) else {
        let counts = (expected.lines().count(), found.lines().count());
        return format!("{name}: {} lines on the reference, {} here", counts.0, counts.1);
    };
    let same = left.char_indices().zip(right.chars()).take_while(|((_, a), b)| a == b).count();
    let part = |line: &str| line.chars().skip(same.saturating_sub(60)).take(160).collect::<String>();
    format!("{name}: line {}\n    reference: {}\n    here:      {}", number + 1, part(left), part(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_cut() {
        let found = sections("=== a.py\nx\ny\n=== b.py\nz\n");
        assert_eq!((found["a.py"].as_str(), found["b.py"].as_str()), ("x\ny", "z"));
    }

    #[test]
    fn differences_name_the_line() {
        assert!(difference("f", "a\nb\n", "a\nc\n").starts_with("f: line 2\n"));
        assert!(difference("f", "a\nb", "a").contains("2 lines on the reference, 1 here"));
    }
}
