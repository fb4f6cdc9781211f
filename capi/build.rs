//! Tells the linker what the compiler does not: the shared library's SONAME, an order of functions and room behind None
//! for the library and the program alike, what happens to foreign exceptions, and that the program exports the C API as
//! the library does, for extension modules take it from there.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Exceptions that are not Rust's pass through (`src/unwinding.rs`).
const BOTH: &[&str] = &["-Wl,--wrap=rust_eh_personality"];
/// The program is no PIE, so that nothing in it wants relocating.
const PROGRAM: &[&str] = &["-no-pie"];
const LIBRARY: &[&str] = &["-Wl,-soname,libpython3.9.so.1.0", "-Wl,-Bsymbolic-functions"];

fn main() {
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let output = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    for option in BOTH.iter().chain(LIBRARY) {
        println!("cargo:rustc-cdylib-link-arg={option}");
    }
    for option in BOTH.iter().chain(PROGRAM) {
        println!("cargo:rustc-link-arg-bins={option}");
    }
    let mut scripts = vec!["layout.ld"];
    println!("cargo:rustc-check-cfg=cfg(ordered)");
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        scripts.push("order.ld");
        println!("cargo:rustc-cfg=ordered");
    }
    for script in scripts {
        for kind in ["cdylib-link-arg", "link-arg-bins"] {
            println!("cargo:rustc-{kind}=-Wl,-T,{}", folder.join(script).display());
        }
        println!("cargo:rerun-if-changed={script}");
    }
    println!("cargo:rerun-if-changed=api.tsv");
    println!("cargo:rerun-if-changed=build.rs");
    let (wanted, exported) = export(&folder.join("api.tsv"), &output);
    println!("cargo:rustc-link-arg-bins=-Wl,-T,{}", wanted.display());
    println!("cargo:rustc-link-arg-bins=-Wl,--dynamic-list={}", exported.display());
}

/// Two files for the linker: one has it take every symbol of the manifest out of the archives, the other export them.
fn export(manifest: &Path, folder: &Path) -> (PathBuf, PathBuf) {
    let manifest = fs::read_to_string(manifest).expect("the manifest is there");
    let (mut wanted, mut exported) = ("EXTERN(\n".to_owned(), "{\n".to_owned());
    for line in manifest.lines().filter(|line| line.ends_with("\texported")) {
        let name = line.split('\t').next().unwrap_or_default();
        let _ = writeln!(wanted, "{name}");
        let _ = writeln!(exported, "{name};");
    }
    let write = |name: &str, text: String| {
        let file = folder.join(name);
        fs::write(&file, text).expect("Cargo's folder can be written");
        file
    };
    (write("wanted.ld", wanted + ")\n"), write("exported.list", exported + "};\n"))
}
