//! Tells the linker what the compiler does not: that the program has a fixed address, and that it exports the C API as the
//! library does, for extension modules take it from there.

mod link;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let output = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    link::options("rustc-link-arg-bins", &folder);
    // No PIE, so that nothing in it wants relocating.
    println!("cargo:rustc-link-arg-bins=-no-pie");
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
