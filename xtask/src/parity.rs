//! `cargo xtask parity ast|code|errors|tokens [OPTION...] [PATH...]`: what Krait makes of source files against what the
//! reference makes of them. `xtask/python/parity_worker.py` runs on both and writes it down as text.
//!
//! Without paths the whole standard library and its tests are compared, with `--projects` ten large projects as well.
//! `errors` breaks statements of the standard library (`--count` of them, drawn with `--seed`) and compares those.
//! `code` also has each side write `.pyc` files and the other read them.
//!
//! `cargo xtask parity modules [NAME...]` is [`parity_modules`]'s.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use crate::Outcome;
use crate::build::{self, Krait};
use crate::parity_modules;
use crate::paths;
use crate::process::{self, Limits};
use crate::wheels;

const USAGE: &str = "parity of what? ast, code, errors, tokens or modules";
const MUTANTS: &str = "20000";
const LIMITS: Limits = Limits { seconds: 300, memory: 8192 };
/// So many differences are printed; all go to `target/parity`.
const SHOWN: usize = 12;

/// A comparison: its name, and how many files one process is given. What a process writes must stay within what is
/// read of it, and a process that dies costs the others of its files a second run.
const WHATS: &[(&str, usize)] = &[("ast", 20), ("code", 30), ("errors", 1000), ("tokens", 20)];

/// The arguments behind the name of the comparison.
struct Request {
    count: String,
    seed: String,
    projects: bool,
    paths: Vec<PathBuf>,
}

impl Request {
    fn read(args: &[String]) -> Outcome<Request> {
        let mut request =
            Request { count: MUTANTS.to_owned(), seed: "39".to_owned(), projects: false, paths: Vec::new() };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let value = |args: &mut std::slice::Iter<'_, String>| {
                let value = args.next().filter(|value| value.parse::<u64>().is_ok());
                value.cloned().ok_or_else(|| format!("{arg} wants a number"))
            };
            match arg.as_str() {
                "--count" => request.count = value(&mut args)?,
                "--seed" => request.seed = value(&mut args)?,
                "--projects" => request.projects = true,
                option if option.starts_with('-') => return Err(format!("parity has no option {option}")),
                path => request.paths.push(PathBuf::from(path)),
            }
        }
        Ok(request)
    }
}

/// Differences so far, as text for people.
#[derive(Default)]
struct Tally {
    equal: usize,
    differences: Vec<String>,
}

impl Tally {
    fn compare(&mut self, file: &str, reference: Option<&String>, krait: Option<&String>) {
        match (reference, krait) {
            (Some(reference), Some(krait)) if reference == krait => self.equal += 1,
            (reference, krait) => {
                let text = |side: Option<&String>| side.map_or("(no output)", String::as_str).to_owned();
                self.differences.push(difference(file, &text(reference), &text(krait)));
            }
        }
    }

    fn report(&self, name: &str) -> Outcome {
        for difference in self.differences.iter().take(SHOWN) {
            println!("{difference}");
        }
        let report = paths::target_folder("parity")?.join(format!("{name}.txt"));
        paths::write(&report, &self.differences.join("\n"))?;
        let all = self.equal + self.differences.len();
        println!("{name}: {} of {all} equal; the differences are in {}", self.equal, report.display());
        Ok(())
    }
}

/// Of so many mutated sources one may have another error than on the reference: which of two complaints wins can hang on
/// how far its parser happens to read ahead. Trees, tokens and code must all be equal.
const TOLERANCE: usize = 1000;

pub fn parity(args: &[String]) -> Outcome {
    let (word, rest) = args.split_first().ok_or(USAGE)?;
    if word == "modules" {
        return parity_modules::modules(rest);
    }
    let &(what, at_once) = WHATS.iter().find(|(name, _)| name == word).ok_or(USAGE)?;
    let request = Request::read(rest)?;
    let krait = build::build()?;
    let files = files(what, &request, &krait)?;
    let mut tallies = vec![(what, Tally::default())];
    if what == "code" {
        tallies.push(("pyc", Tally::default()));
    }
    for chunk in files.chunks(at_once) {
        for (what, tally) in &mut tallies {
            let (on_reference, on_krait) = Side::both(what, &krait)?;
            let expected = on_reference.describe(chunk)?;
            let found = on_krait.describe(chunk)?;
            for file in chunk {
                tally.compare(file, expected.get(file), found.get(file));
            }
        }
    }
    for (what, tally) in &tallies {
        tally.report(what)?;
    }
    let differing: usize = tallies.iter().map(|(_, tally)| tally.differences.len()).sum();
    let tolerated = if what == "errors" { files.len() / TOLERANCE } else { 0 };
    if differing <= tolerated { Ok(()) } else { Err(format!("{differing} files differ")) }
}

/// The names of the files to compare.
fn files(what: &str, request: &Request, krait: &Krait) -> Outcome<Vec<String>> {
    let mut roots = request.paths.clone();
    if roots.is_empty() && what == "errors" {
        roots.push(mutants(request, krait)?);
    } else if roots.is_empty() {
        roots.push(krait.reference.stdlib.clone());
    }
    if request.projects {
        roots.extend(wheels::projects(&krait.reference)?);
    }
    let mut files = Vec::new();
    for root in roots {
        if root.is_dir() {
            files.extend(paths::files_below(&root, "py")?);
        } else {
            files.push(root);
        }
    }
    Ok(files.iter().map(|file| file.display().to_string()).collect())
}

/// The folder of the broken statements, written anew.
fn mutants(request: &Request, krait: &Krait) -> Outcome<PathBuf> {
    let folder = paths::target_folder("parity/mutants")?;
    std::fs::remove_dir_all(&folder).map_err(|e| format!("cannot empty {}: {e}", folder.display()))?;
    let folder = paths::target_folder("parity/mutants")?;
    let mut command = krait.reference.python(&[paths::root().join("xtask/python/parity_mutants.py")]);
    command.arg(&krait.reference.stdlib).arg(&folder).args([&request.count, &request.seed]);
    process::capture(&mut command)?;
    Ok(folder)
}

/// One interpreter doing one kind of work.
struct Side<'k> {
    krait: &'k Krait,
    is_krait: bool,
    /// The arguments of `parity_worker.py`.
    work: Vec<OsString>,
}

impl<'k> Side<'k> {
    /// The reference and Krait. For `pyc` each reads what the other wrote for `code`.
    fn both(what: &str, krait: &'k Krait) -> Outcome<(Self, Self)> {
        let side = |is_krait: bool| {
            let mut work = vec![paths::root().join("xtask/python/parity_worker.py").into(), what.into()];
            if matches!(what, "code" | "pyc") {
                let folder = if is_krait == (what == "code") { "parity/krait" } else { "parity/reference" };
                work.push(paths::target_folder(folder)?.into());
            }
            Ok::<_, String>(Side { krait, is_krait, work })
        };
        Ok((side(false)?, side(true)?))
    }

    fn command(&self) -> Command {
        if self.is_krait { self.krait.python(&self.work) } else { self.krait.reference.python(&self.work) }
    }

    /// What the interpreter makes of the files. If it dies over one, the rest go on one by one, so that one file costs
    /// only itself; its text is then how the process ended.
    fn describe(&self, files: &[String]) -> Outcome<HashMap<String, String>> {
        let finished = process::guarded(&mut self.command(), LIMITS, files.join("\n").as_bytes())?;
        let mut found = sections(&finished.stdout);
        if finished.succeeded() {
            return Ok(found);
        }
        if let [file] = files {
            return Ok(HashMap::from([(file.clone(), finished.complaint())]));
        }
        // The last section may be cut short.
        let done = finished.stdout.matches("\n== ").count();
        for file in &files[done..] {
            found.extend(self.describe(std::slice::from_ref(file))?);
        }
        Ok(found)
    }
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
fn difference(name: &str, reference: &str, krait: &str) -> String {
    let lines = reference.lines().zip(krait.lines()).enumerate();
    let Some((number, (left, right))) = lines.into_iter().find(|(_, (a, b))| a != b) else {
        let counts = (reference.lines().count(), krait.lines().count());
        return format!("{name}: {} lines on the reference, {} on Krait", counts.0, counts.1);
    };
    let same = left.char_indices().zip(right.chars()).take_while(|((_, a), b)| a == b).count();
    let part = |line: &str| line.chars().skip(same.saturating_sub(60)).take(160).collect::<String>();
    format!("{name}: line {}\n    reference: {}\n    Krait:     {}", number + 1, part(left), part(right))
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
    fn differences_name_the_line() {
        assert!(difference("f", "a\nb\n", "a\nc\n").starts_with("f: line 2\n"));
        assert!(difference("f", "a\nb", "a").contains("2 lines on the reference, 1 on Krait"));
    }

    #[test]
    fn options_are_read() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let request = Request::read(&words("--projects a.py --count 7")).unwrap();
        assert!(request.projects && request.count == "7" && request.paths == [PathBuf::from("a.py")]);
        for wrong in ["--count", "--count x", "--sed 1"] {
            assert!(Request::read(&words(wrong)).is_err(), "{wrong}");
        }
    }
}
