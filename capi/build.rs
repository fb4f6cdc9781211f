//! Gives the shared library CPython's SONAME, and its functions an order, and None room behind it.

use std::env;

fn main() {
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libpython3.9.so.1.0");
    println!("cargo:rustc-cdylib-link-arg=-Wl,-Bsymbolic-functions");
    let folder = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    println!("cargo:rustc-cdylib-link-arg=-Wl,-T,{folder}/layout.ld");
    println!("cargo:rerun-if-changed=layout.ld");
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-T,{folder}/order.ld");
        println!("cargo:rerun-if-changed=order.ld");
    }
    println!("cargo:rerun-if-changed=build.rs");
}
