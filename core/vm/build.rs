//! Says whether the compiler turns calls in tail position into jumps: the interpreter's threaded code needs that.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(threaded_code)");
    let level = std::env::var("OPT_LEVEL").unwrap_or_default();
    if matches!(level.as_str(), "2" | "3") {
        println!("cargo:rustc-cfg=threaded_code");
    }
}
