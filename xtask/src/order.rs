//! `cargo xtask order`: writes `capi/order.ld`, which has the linker put the functions that start-up and ordinary
//! programs run side by side. Scattered over the library they would have the kernel map nearly all of its code.
//! Wants valgrind, whose `callgrind` tells which functions ran.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::build::{self, Krait};
use crate::paths;
use crate::process;

/// Symbols of instances of one generic function differ in their hash only. Up to so many are taken together, so that
/// a new hash does no harm; of more only those that ran are. The others of these come last: a dependency that changes
/// renames all, and then those that ran lie at least among them.
const FEW: usize = 4;

pub fn order() -> Outcome {
    let krait = build::build()?;
    let instances = instances(&krait.executable())?;
    let program = paths::root().join("xtask/python/ordinary_program.py");
    let startup = patterns(&executed(&krait, &["-c", "pass"])?, &instances);
    let mut programs = patterns(&executed(&krait, &[&program.to_string_lossy()])?, &instances);
    programs.retain(|pattern| !startup.contains(pattern));
    println!("{} functions of start-up, {} more of programs", startup.len(), programs.len());
    paths::write(&paths::root().join("capi/order.ld"), &script(&startup, &programs))
}

/// A symbol of Rust's older mangling without its hash.
fn stem(symbol: &str) -> Option<&str> {
    let end = symbol.rfind("17h")?;
    let hash = symbol.get(end + 3..end + 19)?;
    let is_hash = hash.bytes().all(|c| c.is_ascii_hexdigit()) && symbol[end + 19..].starts_with('E');
    (symbol.starts_with("_ZN") && is_hash).then(|| &symbol[..end + 3])
}

/// How many functions of the program share a stem.
fn instances(program: &Path) -> Outcome<HashMap<String, usize>> {
    let mut counts = HashMap::new();
    for line in process::capture(Command::new("nm").arg(program))?.lines() {
        if let Some(stem) = line.split(' ').nth(2).and_then(stem) {
            *counts.entry(stem.to_owned()).or_default() += 1;
        }
    }
    Ok(counts)
}

/// The symbols of the program's own functions that ran.
fn executed(krait: &Krait, args: &[&str]) -> Outcome<Vec<String>> {
    let profile = paths::target_folder("order")?.join("callgrind.out");
    let mut command = krait.command("valgrind");
    command.args(["--quiet", "--tool=callgrind", "--demangle=no", "--compress-strings=no"]);
    command.arg(format!("--callgrind-out-file={}", profile.display()));
    command.arg(krait.executable()).args(args);
    process::capture(&mut command)?;
    let (mut found, mut ours) = (Vec::new(), false);
    for line in paths::read(&profile)?.lines() {
        if let Some(object) = line.strip_prefix("ob=") {
            ours = object.ends_with("bin/python3.9");
        } else if let Some(name) = line.strip_prefix("fn=").filter(|_| ours) {
            // A function in a cycle of calls has a number behind an apostrophe, one without a symbol is an address.
            let name = name.split('\'').next().unwrap_or_default();
            if name.bytes().all(|c| c.is_ascii_alphanumeric() || b"_$.".contains(&c))
                && !name.starts_with("0x")
            {
                found.push(name.to_owned());
            }
        }
    }
    Ok(found)
}

fn patterns(symbols: &[String], instances: &HashMap<String, usize>) -> BTreeSet<String> {
    let pattern = |symbol: &String| match stem(symbol) {
        Some(stem) if instances.get(stem).is_none_or(|count| *count <= FEW) => format!("{stem}*"),
        Some(stem) => format!("{}*", &symbol[..stem.len() + 17]),
        None => symbol.clone(),
    };
    symbols.iter().map(pattern).collect()
}

/// The linker script. Cold functions lie in sections of another prefix.
fn script(startup: &BTreeSet<String>, programs: &BTreeSet<String>) -> String {
    let mut text = "/* Written by `cargo xtask order`: functions that run, side by side, so that few pages of the library are\n   \
                    touched. A name that is no more does no harm. */\nSECTIONS {\n  .text : {\n"
        .to_owned();
    for (title, group) in [("Start-up", startup), ("Ordinary programs", programs)] {
        let _ = writeln!(text, "    /* {title} */");
        for name in group {
            let _ = writeln!(text, "    *(.text.{name} .text.unlikely.{name})");
        }
    }
    text.push_str("    /* Other instances */\n");
    let crowded = |name: &String| Some(format!("{}*", stem(name.strip_suffix('*')?)?));
    for name in startup.iter().chain(programs).filter_map(crowded).collect::<BTreeSet<_>>() {
        let _ = writeln!(text, "    *(.text.{name} .text.unlikely.{name})");
    }
    text.push_str("    *(.text .text.*)\n  }\n} INSERT AFTER .init;\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_share_a_stem() {
        let stems = [
            ("_ZN4core3fmt5write17h0123456789abcdefE", Some("_ZN4core3fmt5write17h")),
            ("_ZN4core3fmt5write17h0123456789abcdefE.llvm.77", Some("_ZN4core3fmt5write17h")),
            ("_ZN4core3fmt5write17h0123456789abcdeE", None),
            ("PyList_New", None),
        ];
        for (symbol, expected) in stems {
            assert_eq!(stem(symbol), expected, "{symbol}");
        }
    }

    #[test]
    fn only_what_ran_of_many() {
        let counts = HashMap::from([("_ZN1a1b17h".to_owned(), 1), ("_ZN1a1c17h".to_owned(), FEW + 1)]);
        let symbols = ["_ZN1a1b17h0123456789abcdefE", "_ZN1a1c17h0123456789abcdefE.llvm.1", "mi_free"];
        let found = patterns(&symbols.map(str::to_owned), &counts);
        let expected = ["_ZN1a1b17h*", "_ZN1a1c17h0123456789abcdefE*", "mi_free"];
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }
}
