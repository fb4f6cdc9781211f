//! Gives the shared library CPython's SONAME.

fn main() {
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libpython3.9.so.1.0");
    println!("cargo:rustc-cdylib-link-arg=-Wl,-Bsymbolic-functions");
}
