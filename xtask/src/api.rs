//! `cargo xtask api`: writes `capi/api.tsv`, the manifest of the C API: each symbol of the reference library
//! (`data/abi/symbols.tsv`) and whether the built library exports it. `capi/tests/api.rs` holds the two together.

use std::collections::HashSet;
use std::process::Command;

use crate::Outcome;
use crate::paths;
use crate::process;

/// Builds the library and writes the manifest.
pub fn api() -> Outcome {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root()).args(["build", "--quiet", "--package", "krait-library"]);
    process::run(&mut cargo)?;
    let library = paths::target().join("debug/libpython3_9.so");
    let exported = exported(&library)?;
    let symbols = paths::read(&paths::root().join("data/abi/symbols.tsv"))?;
    let mut manifest = String::from("#symbol\tkind\tsize\theader\tprototype\tstatus\n");
    let (mut there, mut all) = (0, 0);
    for line in symbols.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split('\t').next().unwrap_or_default();
        let is_there = exported.contains(name);
        there += usize::from(is_there);
        all += 1;
        manifest.push_str(line);
        manifest.push_str(if is_there { "\texported\n" } else { "\tmissing\n" });
    }
    println!("{there} of {all} symbols are exported");
    paths::write(&paths::root().join("capi/api.tsv"), &manifest)
}

/// The names that a shared library defines.
fn exported(library: &std::path::Path) -> Outcome<HashSet<String>> {
    let output = Command::new("nm")
        .args(["-D", "--defined-only", "-P"])
        .arg(library)
        .output()
        .map_err(|e| format!("cannot run nm: {e}"))?;
    if !output.status.success() {
        return Err(format!("nm: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let listing = String::from_utf8_lossy(&output.stdout);
    Ok(listing.lines().filter_map(|line| line.split(' ').next().map(str::to_owned)).collect())
}
