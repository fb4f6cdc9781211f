//! `cargo xtask parity modules [NAME...]`: whether the built-in modules and types look the same from outside as the
//! reference's. Both interpreters run `xtask/python/parity_modules.py`, and what they print is compared line by line.
//!
//! `data/parity/modules.tsv` explains the differences that there shall be: `PATH <tab> PROPERTY <tab> REASON`, where `*`
//! in the first two stands for anything.

use std::collections::BTreeMap;

use crate::Outcome;
use crate::build::{self, Krait};
use crate::paths;
use crate::process::{self, Limits};

const LIMITS: Limits = Limits { seconds: 120, memory: 8192 };

/// What is told of one thing: `(path, property)` and the value.
type Dump = BTreeMap<(String, String), String>;

pub fn modules(names: &[String]) -> Outcome {
    let krait = build::build()?;
    let found = unexplained(&krait, names)?;
    let report = paths::target_folder("parity")?.join("modules.txt");
    paths::write(&report, &found.join("\n"))?;
    none(found)
}

/// Fails with the differences, if there are any.
pub fn none(differences: Vec<String>) -> Outcome {
    match differences.len() {
        0 => Ok(()),
        count => Err(format!("{count} differences unexplained\n{}", differences.join("\n"))),
    }
}

/// The differences that no reason is given for; and, when all modules are compared, reasons without a difference.
pub fn unexplained(krait: &Krait, names: &[String]) -> Outcome<Vec<String>> {
    let script = paths::root().join("xtask/python/parity_modules.py");
    let dump = |mut command: std::process::Command, who: &str| -> Outcome<Dump> {
        command.arg(&script).args(names).env("LC_ALL", "C.UTF-8").env("TZ", "UTC").env("COLUMNS", "80");
        let finished = process::guarded(&mut command, LIMITS, b"")?;
        if !finished.succeeded() {
            return Err(format!("{who}: {}", finished.complaint()));
        }
        Ok(parse(&finished.stdout))
    };
    let none: &[&str] = &[];
    let expected = dump(krait.reference.python(none), "the reference")?;
    let found = dump(krait.python(none), "Krait")?;
    let explanations = paths::read(&paths::root().join("data/parity/modules.tsv"))?;
    let explanations = explanations_of(&explanations)?;
    let mut used = vec![0; explanations.len()];
    let mut differences = compare(&expected, &found, &explanations, &mut used);
    println!(
        "{} properties compared: {} differences explained, {} unexplained",
        expected.len(),
        used.iter().sum::<usize>(),
        differences.len()
    );
    if names.is_empty() {
        let idle = explanations.iter().zip(&used).filter(|(_, used)| **used == 0);
        differences.extend(
            idle.map(|(explanation, _)| format!("{} {} does not differ", explanation.0, explanation.1)),
        );
    }
    Ok(differences)
}

fn parse(text: &str) -> Dump {
    let entry = |line: &str| {
        let mut parts = line.splitn(3, '\t').map(str::to_owned);
        Some(((parts.next()?, parts.next()?), parts.next()?))
    };
    text.lines().filter_map(entry).collect()
}

/// The patterns of the file: path and property.
fn explanations_of(text: &str) -> Outcome<Vec<(&str, &str)>> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| match line.split('\t').collect::<Vec<_>>()[..] {
            [path, property, reason] if !reason.is_empty() => Ok((path, property)),
            _ => Err(format!("data/parity/modules.tsv: not `PATH PROPERTY REASON`: {line}")),
        })
        .collect()
}

fn compare(expected: &Dump, found: &Dump, explanations: &[(&str, &str)], used: &mut [usize]) -> Vec<String> {
    let mut keys: Vec<&(String, String)> = expected.keys().chain(found.keys()).collect();
    keys.sort();
    keys.dedup();
    let mut differences = Vec::new();
    for key in keys {
        let (left, right) = (expected.get(key), found.get(key));
        if left == right {
            continue;
        }
        let matching = |pattern: &&(&str, &str)| matches(pattern.0, &key.0) && matches(pattern.1, &key.1);
        match explanations.iter().position(|pattern| matching(&pattern)) {
            Some(index) => used[index] += 1,
            None => {
                let text = |side: Option<&String>| side.map_or("(nothing)", String::as_str).to_owned();
                differences.push(format!(
                    "{} {}\n    reference: {}\n    here:      {}",
                    key.0,
                    key.1,
                    text(left),
                    text(right)
                ));
            }
        }
    }
    differences
}

/// Whether a pattern in which `*` stands for anything fits the whole text.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|tail| {
            tail.char_indices().map(|(i, _)| i).chain([tail.len()]).any(|i| matches(rest, &tail[i..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, fits) in [
            ("a.b", "a.b", true),
            ("a.b", "a.bc", false),
            ("a.*", "a.b", true),
            ("*", "", true),
            ("*.b", "a.c.b", true),
            ("a*c", "ab", false),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn differences_are_found_and_explained() {
        let (left, right) =
            (parse("m.a\tvalue\t1\nm.b\tvalue\t2\n"), parse("m.a\tvalue\t1\nm.c\tvalue\t3\n"));
        let explanations = explanations_of("# why\nm.b\t*\tneeds it\nm.x\tvalue\tis idle\n").unwrap();
        let mut used = [0; 2];
        let found = compare(&left, &right, &explanations, &mut used);
        assert_eq!(found, ["m.c value\n    reference: (nothing)\n    here:      3"]);
        assert_eq!(used, [1, 0]);
        assert!(explanations_of("m.b\tvalue\n").is_err());
    }
}
