//! What the linker is told of the library and the program alike, by their build scripts: an order of functions, room behind
//! None, and what happens to foreign exceptions.

use std::env;
use std::path::Path;

/// Passes the options to the linker of `kind` (`cdylib`, or `bins` for programs). `folder` is where the scripts are.
pub fn options(kind: &str, folder: &Path) {
    // Exceptions that are not Rust's pass through (`src/unwinding.rs`).
    println!("cargo:{kind}=-Wl,--wrap=rust_eh_personality");
    let mut scripts = vec!["layout.ld"];
    println!("cargo:rustc-check-cfg=cfg(ordered)");
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        scripts.push("order.ld");
        println!("cargo:rustc-cfg=ordered");
    }
    for script in scripts {
        let script = folder.join(script);
        println!("cargo:{kind}=-Wl,-T,{}", script.display());
        println!("cargo:rerun-if-changed={}", script.display());
    }
}
