//! Tells the linker what the compiler does not: the shared library's SONAME, and that its functions call each other
//! directly.

#[path = "../link.rs"]
mod link;

use std::env;
use std::path::PathBuf;

fn main() {
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    link::options("rustc-cdylib-link-arg", folder.parent().unwrap_or(&folder));
    for option in ["-Wl,-soname,libpython3.9.so.1.0", "-Wl,-Bsymbolic-functions"] {
        println!("cargo:rustc-cdylib-link-arg={option}");
    }
    println!("cargo:rerun-if-changed=build.rs");
}
