//! Finds the static expat library and gives it names of our own.
//!
//! The host of an embedded interpreter often brings another expat. So every symbol of the static library gets a prefix
//! before it is linked: ours is neither exported nor bound to somebody else's. `KRAIT_EXPAT` names the library, otherwise
//! it is the one that the C compiler finds (package `libexpat1-dev` on Debian).

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// What the symbols' names begin with; `src/expat.rs` uses it.
const PREFIX: &str = "krait_";

fn output(command: &mut Command) -> String {
    let shown = format!("{command:?}");
    match command.output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        Ok(output) => panic!("{shown} failed: {}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => panic!("{shown} cannot be run: {error}"),
    }
}

fn library() -> PathBuf {
    println!("cargo:rerun-if-env-changed=KRAIT_EXPAT");
    if let Some(path) = env::var_os("KRAIT_EXPAT") {
        return path.into();
    }
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".into());
    let path = PathBuf::from(output(Command::new(compiler).arg("-print-file-name=libexpat.a")).trim());
    // Compilers echo the bare name when they find nothing.
    assert!(
        path.is_absolute() && path.exists(),
        "the static expat library is missing: install libexpat1-dev, or name a libexpat.a in KRAIT_EXPAT"
    );
    path
}

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let library = library();
    println!("cargo:rerun-if-changed={}", library.display());
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let mut names: Vec<String> = output(Command::new("nm").args(["-g", "--defined-only"]).arg(&library))
        .lines()
        .filter_map(|line| line.split_whitespace().nth(2).map(str::to_owned))
        .collect();
    names.sort();
    names.dedup();
    let table: String = names.iter().map(|name| format!("{name} {PREFIX}{name}\n")).collect();
    let list = folder.join("expat-symbols");
    fs::write(&list, table).expect("OUT_DIR is writable");
    output(
        Command::new("objcopy")
            .arg(format!("--redefine-syms={}", list.display()))
            .arg(&library)
            .arg(folder.join("libkrait_expat.a")),
    );
    println!("cargo:rustc-link-search=native={}", folder.display());
    println!("cargo:rustc-link-lib=static=krait_expat");
}
