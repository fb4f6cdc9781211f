//! `cargo xtask demo [KIND|NAME...]`: every case on the reference and on Krait. With `--reference` the reference
//! runs twice, which proves the cases themselves.

use std::process::Command;

use crate::Outcome;
use crate::build::{self, Krait};
use crate::cases::{self, Cases, Side};
use crate::paths;
use crate::process::{self, ORDINARY};
use crate::reference;
use crate::wheels;

pub fn demo(args: &[String]) -> Outcome {
    let only_reference = args.iter().any(|arg| arg == "--reference");
    let wanted: Vec<&String> = args.iter().filter(|arg| !arg.starts_with("--")).collect();
    let reference = reference::obtain()?;
    let site = wheels::obtain(&reference)?;
    let mut cases = Cases::prepare(&reference, &site)?;
    let krait = if only_reference { None } else { Some(build::build()?) };
    if let Some(krait) = &krait {
        let source = paths::root().join("examples/embed.c");
        cases.cases.insert(0, Cases::host("linked", cases::linked(krait, &source, "linked")?));
    }
    let other = krait.as_ref().map_or(Side::Reference(&reference), Side::Krait);
    let (mut passed, mut failed) = (0, 0);
    let mut tell = |kind: &str, name: &str, outcome: Outcome<String>| match outcome {
        Ok(output) => {
            passed += 1;
            println!("ok    {kind} {name} ({} lines)", output.lines().count());
        }
        Err(message) => {
            failed += 1;
            println!("FAIL  {kind} {name}: {message}");
        }
    };
    let is_wanted = |kind: &str, name: &str| {
        wanted.is_empty() || wanted.iter().any(|word| *word == name || *word == kind)
    };
    if let Some(krait) = krait.as_ref().filter(|_| is_wanted("host", "embed-rs")) {
        tell("host", "embed-rs", rust_host(krait));
    }
    for case in cases.cases.iter().filter(|case| is_wanted(case.kind, &case.name)) {
        let outcome = cases::both(&cases, case, &reference, other);
        tell(case.kind, &case.name, outcome.map(|expected| expected.stdout));
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { Ok(()) } else { Err(format!("{failed} cases failed")) }
}

/// Builds and runs the Rust host, which has the interpreter in itself: the reference has nothing of the kind, but its two
/// rounds must print the same.
fn rust_host(krait: &Krait) -> Outcome<String> {
    process::run(build::release("krait").args(["--example", "embed"]))?;
    let mut host = Command::new(paths::target().join("release/examples/embed"));
    reference::clean_environment(&mut host);
    let finished = process::guarded(host.env("PYTHONHOME", &krait.prefix), ORDINARY, b"")?;
    let rounds: Vec<&str> = finished.stdout.split("round ").collect();
    match rounds[..] {
        _ if !finished.succeeded() => Err(finished.complaint()),
        ["", first, second] if first[1..] == second.trim_end_matches("done\n")[1..] => Ok(finished.stdout),
        _ => Err(format!("the rounds differ:\n{}", finished.stdout)),
    }
}
