//! `cargo xtask parity ast|code|errors [PATH...]`: what our crates make of source files against what the reference
//! makes of them, as text (`xtask/python/parity_oracle.py` describes it). Without paths the whole standard library is
//! compared, for `errors` a few thousand broken statements made from it; `mutants` as a path means those.
//!
//! Our side is an example program of the crate: `astdump` of `core/syntax`, `codedump` of `core/compile`. Tokens have
//! no comparison of their own, since the positions in the trees show where each begins and ends.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::paths;
use crate::process::{self, Limits};
use crate::reference::{self, Reference};

const MUTANTS: usize = 4000;
const FILES_AT_ONCE: usize = 30;
const LIMITS: Limits = Limits { seconds: 300, memory: 8192 };
/// So many differences are printed; all go to `target/parity`.
const SHOWN: usize = 12;

/// What is compared, and by which example program.
struct What {
    name: &'static str,
    package: &'static str,
    example: &'static str,
}

const WHATS: &[What] = &[
    What { name: "ast", package: "krait-syntax", example: "astdump" },
    What { name: "code", package: "krait-compile", example: "codedump" },
    What { name: "errors", package: "krait-compile", example: "codedump" },
];

pub fn parity(args: &[String]) -> Outcome {
    let (word, given) = args.split_first().ok_or("parity of what? ast, code or errors")?;
    let what = WHATS.iter().find(|what| what.name == word).ok_or_else(|| format!("no parity of {word}"))?;
    let reference = reference::obtain()?;
    let program = build_example(what)?;
    let files = files(what, given, &reference)?;
    let names = names(&reference)?;
    let (mut equal, mut differences) = (0, Vec::new());
    for chunk in files.chunks(FILES_AT_ONCE) {
        let expected = oracle(what, chunk, &reference)?;
        let found = ours(what, &program, &names, chunk)?;
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
    if given == ["mutants"] || given.is_empty() && what.name == "errors" {
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
    let finished = process::guarded(&mut command, LIMITS, b"")?;
    if !finished.succeeded() {
        return Err(format!("the oracle: {}", finished.complaint()));
    }
    Ok(sections(&finished.stdout))
}

/// The names of characters, which `\N{...}` in source needs and `core/syntax` asks its host for.
fn names(reference: &Reference) -> Outcome<PathBuf> {
    let path = paths::target_folder("parity")?.join("names.txt");
    if !path.exists() {
        let code = "import unicodedata\n\
             for code in range(0x110000):\n\
             \x20   name = unicodedata.name(chr(code), None)\n\
             \x20   if name: print(f'{code:x};{name}')";
        paths::write(&path, &process::capture(&mut reference.python(&["-c", code]))?)?;
    }
    Ok(path)
}

/// Our program on all files at once; if it dies, on each by itself, so that one file costs only itself.
fn ours(what: &What, program: &Path, names: &Path, files: &[PathBuf]) -> Outcome<HashMap<String, String>> {
    let mut found = run(what, program, names, files)?;
    for file in files {
        let name = file.display().to_string();
        if !found.contains_key(&name) {
            found.extend(run(what, program, names, std::slice::from_ref(file))?);
        }
    }
    Ok(found)
}

/// Our program's text for each file that it got to; how it died, if it was given only one.
fn run(what: &What, program: &Path, names: &Path, files: &[PathBuf]) -> Outcome<HashMap<String, String>> {
    let mut command = Command::new(program);
    let mut input = Vec::new();
    if what.name == "ast" {
        command.arg("--names").arg(names).arg("--serve");
        for file in files {
            let source = std::fs::read(file).map_err(|e| format!("cannot read {}: {e}", file.display()))?;
            input.extend(format!("exec 0 9 {}\n", source.len()).into_bytes());
            input.extend(source);
        }
    } else {
        command.arg("--names").arg(names).args(files);
    }
    let finished = process::guarded(&mut command, LIMITS, &input)?;
    let name = |file: &PathBuf| file.display().to_string();
    if !finished.succeeded() && files.len() == 1 {
        return Ok(HashMap::from([(name(&files[0]), finished.complaint())]));
    }
    if what.name == "ast" {
        return Ok(files.iter().map(name).zip(answers(&finished.stdout)).collect());
    }
    let mut found = sections(&finished.stdout);
    if files.len() == 1 {
        found = HashMap::from([(name(&files[0]), finished.stdout.trim_end().to_owned())]);
    }
    if what.name == "errors" {
        for text in found.values_mut().filter(|text| text.starts_with("code ")) {
            *text = "ok".to_owned();
        }
    }
    Ok(found)
}

/// Takes the answers of `astdump --serve` apart: a length, then `OK` and the tree, or the parts of an error; lines with
/// warnings may follow.
fn answers(mut text: &str) -> Vec<String> {
    let mut answers = Vec::new();
    while let Some((length, rest)) = text.split_once('\n') {
        let Some(answer) = length.parse().ok().and_then(|length: usize| rest.get(..length)) else { break };
        text = &rest[answer.len()..];
        let lines: Vec<&str> = answer.lines().filter(|line| !line.starts_with("warning ")).collect();
        answers.push(match lines.as_slice() {
            ["OK", tree] => (*tree).to_owned(),
            [kind, message, position] => format!("!! {kind}|{message}|{}", position.replacen(' ', "|", 2)),
            lines => format!("!! {}", lines.join("|")),
        });
    }
    answers
}

/// Cuts `== FILE` sections apart.
fn sections(text: &str) -> HashMap<String, String> {
    let mut found: HashMap<String, String> = HashMap::new();
    let mut current = String::new();
    for line in text.lines() {
        match line.strip_prefix("== ") {
            Some(name) => {
                current = name.to_owned();
                found.insert(current.clone(), String::new());
            }
            None => {
                if let Some(section) = found.get_mut(&current) {
                    section.push_str(if section.is_empty() { "" } else { "\n" });
                    section.push_str(line);
                }
            }
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
        let found = sections("== a.py\nx\ny\n== b.py\nz\n");
        assert_eq!((found["a.py"].as_str(), found["b.py"].as_str()), ("x\ny", "z"));
    }

    #[test]
    fn answers_are_taken_apart() {
        let tree = "OK\nModule()\nwarning 1: w";
        let error = "SyntaxError\ninvalid syntax\n1 5 'x y'";
        let text = format!("{}\n{tree}{}\n{error}", tree.len(), error.len());
        assert_eq!(answers(&text), ["Module()", "!! SyntaxError|invalid syntax|1|5|'x y'"]);
    }

    #[test]
    fn differences_name_the_line() {
        assert!(difference("f", "a\nb\n", "a\nc\n").starts_with("f: line 2\n"));
        assert!(difference("f", "a\nb", "a").contains("2 lines on the reference, 1 here"));
    }
}
