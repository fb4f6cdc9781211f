//! `cargo xtask bench [NAME...]`: the scripts of `bench/`, paired with the reference. Each round runs both sides one
//! after the other; the best of all rounds counts, for on a shared machine only the minimum means something.

use std::process::Command;

use crate::Outcome;
use crate::build;
use crate::paths;
use crate::process::{self, ORDINARY};

const ROUNDS: usize = 5;

pub fn bench(args: &[String]) -> Outcome {
    let krait = build::build()?;
    let mut ratios = Vec::new();
    println!("{:<16} {:>10} {:>10} {:>7}", "script", "reference", "krait", "ratio");
    for script in paths::files_in(&paths::root().join("bench"), "py")? {
        let name = script.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !args.is_empty() && !args.contains(&name) {
            continue;
        }
        let (mut theirs, mut ours) = (f64::INFINITY, f64::INFINITY);
        let mut trouble = None;
        for _ in 0..ROUNDS {
            let reference = timed(&mut krait.reference.python(&[&script]));
            match (reference, timed(&mut krait.python(&[&script]))) {
                (Ok(a), Ok(b)) => (theirs, ours) = (theirs.min(a), ours.min(b)),
                (Err(message), _) | (_, Err(message)) => trouble = Some(message),
            }
            if trouble.is_some() {
                break;
            }
        }
        match trouble {
            Some(message) => println!("{name:<16} {message}"),
            None => {
                println!("{name:<16} {theirs:>9.3}s {ours:>9.3}s {:>7.2}", theirs / ours);
                ratios.push(theirs / ours);
            }
        }
    }
    if !ratios.is_empty() {
        let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
        println!(
            "geometric mean {mean:.2} over {} scripts (above 1 is faster than the reference)",
            ratios.len()
        );
    }
    Ok(())
}

fn timed(command: &mut Command) -> Outcome<f64> {
    let finished = process::guarded(command.env("PYTHONHASHSEED", "0"), ORDINARY, b"")?;
    if finished.succeeded() { Ok(finished.seconds) } else { Err(finished.complaint()) }
}
