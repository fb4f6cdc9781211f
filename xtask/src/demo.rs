//! `cargo xtask demo [KIND|NAME...]`: every case on the reference and on Krait. With `--reference` the reference
//! runs twice, which proves the cases themselves.

use crate::Outcome;
use crate::build;
use crate::cases::{self, Cases, Side};
use crate::paths;
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
    for case in &cases.cases {
        if !wanted.is_empty() && !wanted.iter().any(|word| **word == case.name || *word == case.kind) {
            continue;
        }
        match cases::both(&cases, case, &reference, other) {
            Ok(expected) => {
                passed += 1;
                println!("ok    {} {} ({} lines)", case.kind, case.name, expected.stdout.lines().count());
            }
            Err(message) => {
                failed += 1;
                println!("FAIL  {} {}: {message}", case.kind, case.name);
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { Ok(()) } else { Err(format!("{failed} cases failed")) }
}
