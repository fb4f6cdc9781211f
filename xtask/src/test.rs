//! `cargo xtask test`: all of the project's tests. Formatting, lints and tidiness count as one test each; then the
//! unit and integration tests of the crates; then the gate of the library itself (`data/gate.txt`). Goes on after
//! failures, and ends with `N passed, M failed`.

use std::process::Command;

use crate::Outcome;
use crate::build::{self, Krait};
use crate::cases::{self, Cases, Side};
use crate::conformance;
use crate::ffi::Programs;
use crate::headers;
use crate::parity;
use crate::parity_modules;
use crate::paths;
use crate::process;
use crate::reference;
use crate::tidy;
use crate::wheels;

#[derive(Default)]
struct Count {
    passed: usize,
    failures: Vec<String>,
}

impl Count {
    fn report(&self) -> Outcome {
        for failure in &self.failures {
            println!("failed: {failure}");
        }
        println!("{} passed, {} failed", self.passed, self.failures.len());
        if self.failures.is_empty() { Ok(()) } else { Err("tests failed".to_owned()) }
    }

    fn note(&mut self, name: &str, outcome: Outcome) {
        match outcome {
            Ok(()) => {
                self.passed += 1;
                println!("ok    {name}");
            }
            Err(message) => {
                println!("FAIL  {name}: {message}");
                self.failures.push(name.to_owned());
            }
        }
    }
}

/// `--quick` leaves out the gate; `ffi [SECTION...]` is nothing but the C tests.
pub fn test(args: &[String]) -> Outcome {
    if let [first, sections @ ..] = args
        && first == "ffi"
    {
        let mut count = Count::default();
        ffi_tests(&mut count, sections);
        return count.report();
    }
    let quick = args.iter().any(|arg| arg == "--quick");
    let mut count = Count::default();
    // The build freezes the import machinery out of the reference's library, and tests `_decimal` where libmpdec is.
    reference::obtain_libmpdec();
    count.note("set-up", reference::obtain().map(drop));
    count.note("format", process::capture(&mut cargo(&["fmt", "--all", "--check"])).map(drop));
    let lints = ["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"];
    count.note("lints", process::capture(&mut cargo(&lints)).map(drop));
    count.note("tidy", tidy::tidy());
    count.note("headers", headers::headers(&["--check".to_owned()]));
    cargo_tests(&mut count)?;
    if !quick {
        ffi_tests(&mut count, &[]);
        gate(&mut count);
    }
    count.report()
}

/// The C tests, a section each.
fn ffi_tests(count: &mut Count, wanted: &[String]) {
    let prepared = build::build().and_then(|krait| {
        let programs = Programs::compile(&krait.reference)?;
        let sections = programs.sections(&krait.reference)?;
        Ok((krait, programs, sections))
    });
    let (krait, programs, sections) = match prepared {
        Ok(prepared) => prepared,
        Err(message) => return count.note("ffi", Err(message)),
    };
    for section in sections {
        if wanted.is_empty() || wanted.contains(&section) {
            count.note(&format!("ffi {section}"), programs.check(&section, &krait).map(drop));
        }
    }
}

fn cargo(args: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root()).args(args);
    cargo
}

/// Runs the crates' own tests and adds up what the test programs report.
fn cargo_tests(count: &mut Count) -> Outcome {
    let mut command = cargo(&["test", "--workspace", "--no-fail-fast"]);
    let output = command.output().map_err(|e| format!("cannot run cargo: {e}"))?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    let mut failed = 0;
    for line in stdout.lines() {
        if let Some((passed, failures)) = summary(line) {
            count.passed += passed;
            failed += failures;
        } else if let Some(name) =
            line.strip_prefix("test ").and_then(|line| line.strip_suffix(" ... FAILED"))
        {
            count.failures.push(name.to_owned());
        }
    }
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let errors = stderr.lines().filter(|line| line.starts_with("error"));
        let is_news = |line: &&str| {
            let routine = line.is_empty() || line.starts_with("running ") || line.ends_with("... ok");
            !routine && summary(line).is_none()
        };
        println!("{}", stdout.lines().filter(is_news).collect::<Vec<_>>().join("\n"));
        println!("{}", errors.collect::<Vec<_>>().join("\n"));
        if failed == 0 {
            count.failures.push("cargo test --workspace".to_owned());
        }
    }
    println!(
        "{}    crates' tests: {} passed so far, {failed} failed",
        if failed == 0 { "ok" } else { "FAIL" },
        count.passed
    );
    Ok(())
}

/// Reads `test result: ok. 3 passed; 0 failed; ...`.
fn summary(line: &str) -> Option<(usize, usize)> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |word: &str| {
        let part = counts.split(';').find(|part| part.trim().ends_with(word))?;
        part.split_whitespace().next()?.parse().ok()
    };
    Some((number("passed")?, number("failed")?))
}

/// What the library has to do: the lines `KIND NAME` of `data/gate.txt`.
fn gate(count: &mut Count) {
    let lines = match paths::read(&paths::root().join("data/gate.txt")) {
        Ok(lines) => lines,
        Err(message) => return count.note("gate", Err(message)),
    };
    let wanted: Vec<&str> =
        lines.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    if wanted.is_empty() {
        return;
    }
    let prepared = build::build().and_then(|krait| {
        let site = wheels::obtain(&krait.reference)?;
        let cases = Cases::prepare(&krait.reference, &site)?;
        Ok((krait, cases))
    });
    let (krait, cases) = match prepared {
        Ok(prepared) => prepared,
        Err(message) => return count.note("gate", Err(message)),
    };
    for line in wanted {
        let outcome = match line.split_once(' ') {
            Some(("conformance", file)) => conformance::at_reference_level(&krait, file),
            Some(("parity", "modules")) => {
                parity_modules::unexplained(&krait, &[]).and_then(parity_modules::none)
            }
            Some(("parity", what)) => parity::parity(&[what.to_owned()]),
            Some((kind, name)) => gate_case(&krait, &cases, kind, name),
            None => Err("a line of data/gate.txt is `KIND NAME`".to_owned()),
        };
        count.note(line, outcome);
    }
}

fn gate_case(krait: &Krait, cases: &Cases, kind: &str, name: &str) -> Outcome {
    let case = cases.cases.iter().find(|case| case.kind == kind && case.name == name);
    let case = case.ok_or("there is no such case in examples/")?;
    cases::both(cases, case, &krait.reference, Side::Krait(krait)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn summaries_are_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s";
        assert_eq!(summary(line), Some((12, 3)));
        assert_eq!(summary("test a ... ok"), None);
    }
}
