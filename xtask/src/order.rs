//! `cargo xtask order`: writes `capi/order.ld`, which has the linker put the functions that start-up, ordinary programs and
//! extension modules run side by side. Scattered over the library they would have the kernel map nearly all of its code.
//! Wants valgrind, whose `callgrind` tells which functions ran.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::build::{self, Krait};
use crate::paths;
use crate::process;
use crate::wheels;

/// Symbols of instances of one generic function differ in their hash only. Up to so many are taken together, so that
/// a new hash does no harm; of more only those that ran are. The others of these come last: a dependency that changes
/// renames all, and then those that ran lie at least among them.
const FEW: usize = 4;

/// The symbols before and behind the functions of start-up (`capi/launcher/pages.rs`).
const START: &str = "krait_startup";
const END: &str = "krait_startup_end";

pub fn order() -> Outcome {
    let krait = build::build()?;
    let symbols = Symbols::of(&krait.executable())?;
    let site = wheels::obtain(&krait.reference)?;
    let program = |name: &str| paths::root().join("xtask/python").join(name).display().to_string();
    let ran = |args: &[&str]| Outcome::Ok(patterns(&executed(&krait, &site, args)?, &symbols));
    let startup = ran(&["-c", "pass"])?;
    let mut programs = ran(&[&program("ordinary_program.py")])?;
    let mut extensions = ran(&[&program("ordinary_extensions.py")])?;
    programs.retain(|pattern| !startup.contains(pattern));
    extensions.retain(|pattern| !startup.contains(pattern) && !programs.contains(pattern));
    println!(
        "{} functions of start-up, {} more of programs, {} more of extension modules",
        startup.len(),
        programs.len(),
        extensions.len()
    );
    paths::write(&paths::root().join("capi/order.ld"), &script(&startup, &programs, &extensions))
}

/// A symbol of Rust's older mangling without its hash.
fn stem(symbol: &str) -> Option<&str> {
    let end = symbol.rfind("17h")?;
    let hash = symbol.get(end + 3..end + 19)?;
    let is_hash = hash.bytes().all(|c| c.is_ascii_hexdigit()) && symbol[end + 19..].starts_with('E');
    (symbol.starts_with("_ZN") && is_hash).then(|| &symbol[..end + 3])
}

/// What the program defines.
#[derive(Default)]
struct Symbols {
    /// How many functions share a stem.
    instances: HashMap<String, usize>,
    /// Names of the same function, which lies in the section of one of them: the compiler merges equal functions.
    aliases: HashMap<String, Vec<String>>,
}

impl Symbols {
    fn of(program: &Path) -> Outcome<Symbols> {
        Ok(Symbols::read(&process::capture(Command::new("nm").arg(program))?))
    }

    /// From the output of `nm`.
    fn read(listing: &str) -> Symbols {
        let mut symbols = Symbols::default();
        let mut at: HashMap<&str, Vec<&str>> = HashMap::new();
        for line in listing.lines() {
            let mut fields = line.split(' ');
            let (Some(address), Some(_), Some(name)) = (fields.next(), fields.next(), fields.next()) else {
                continue;
            };
            if let Some(stem) = stem(name) {
                *symbols.instances.entry(stem.to_owned()).or_default() += 1;
            }
            if ![START, END].contains(&name) {
                at.entry(address).or_default().push(name);
            }
        }
        for names in at.into_values().filter(|names| names.len() > 1) {
            for name in &names {
                symbols
                    .aliases
                    .insert((*name).to_owned(), names.iter().map(|&name| name.to_owned()).collect());
            }
        }
        symbols
    }
}

/// The symbols of the program's own functions that ran.
fn executed(krait: &Krait, site: &Path, args: &[&str]) -> Outcome<Vec<String>> {
    let profile = paths::target_folder("order")?.join("callgrind.out");
    let mut command = krait.command("valgrind");
    command.args(["--quiet", "--tool=callgrind", "--demangle=no", "--compress-strings=no"]);
    command.arg(format!("--callgrind-out-file={}", profile.display()));
    // Without these, start-up does more: it sets a locale and looks for the user's home.
    command.env_remove("LANG").env_remove("HOME").env("PYTHONPATH", site);
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

fn patterns(executed: &[String], symbols: &Symbols) -> BTreeSet<String> {
    let names = executed.iter().flat_map(|name| match symbols.aliases.get(name) {
        Some(aliases) => aliases.as_slice(),
        None => core::slice::from_ref(name),
    });
    let pattern = |symbol: &String| match stem(symbol) {
        Some(stem) if symbols.instances.get(stem).is_none_or(|count| *count <= FEW) => format!("{stem}*"),
        Some(stem) => format!("{}*", &symbol[..stem.len() + 17]),
        None => symbol.clone(),
    };
    names.map(pattern).collect()
}

/// The linker script. Cold functions lie in sections of another prefix.
fn script(startup: &BTreeSet<String>, programs: &BTreeSet<String>, extensions: &BTreeSet<String>) -> String {
    let mut text = "/* Written by `cargo xtask order`: functions that run, side by side, so that few pages of the library are\n   \
                    touched. A name that is no more does no harm. */\nSECTIONS {\n  .text : {\n"
        .to_owned();
    let parts = [
        ("Start-up, which the program brings in at once", startup, Some(START)),
        ("Ordinary programs", programs, Some(END)),
        ("Extension modules", extensions, None),
    ];
    for (title, group, symbol) in parts {
        let _ = writeln!(text, "    /* {title} */");
        if let Some(symbol) = symbol {
            let _ = writeln!(text, "    {symbol} = .;");
        }
        for name in group {
            let _ = writeln!(text, "    *(.text.{name} .text.unlikely.{name})");
        }
    }
    text.push_str("    /* Other instances */\n");
    let crowded = |name: &String| Some(format!("{}*", stem(name.strip_suffix('*')?)?));
    for name in startup.iter().chain(programs).chain(extensions).filter_map(crowded).collect::<BTreeSet<_>>()
    {
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
        let mut listing = "0a t _ZN1a1b17h0123456789abcdefE\n0b T mi_free\n0b T mi_cfree\n".to_owned();
        for i in 0..=FEW {
            listing.push_str(&format!("1{i} t _ZN1a1c17h{i:016x}E\n"));
        }
        let executed = ["_ZN1a1b17h0123456789abcdefE", "_ZN1a1c17h0000000000000001E.llvm.1", "mi_free"];
        let found = patterns(&executed.map(str::to_owned), &Symbols::read(&listing));
        let expected = ["_ZN1a1b17h*", "_ZN1a1c17h0000000000000001E*", "mi_cfree", "mi_free"];
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }
}
