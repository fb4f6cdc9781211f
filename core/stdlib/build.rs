//! Compiles the frozen modules from the standard library that set-up has fetched.
//!
//! The library's folder is `KRAIT_STDLIB`, or the one of the reference (`KRAIT_REFERENCE`, `reference` in the target folder), or an
//! installed CPython 3.9's. Without any the tables stay empty and the build says so: the result cannot start an
//! interpreter, but everything compiles.

use krait_code::{Text, marshal};
use krait_compile::Options;
use krait_syntax::{Arena, NoHost, parse};
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Module name, file under the library, and the file name in tracebacks.
const FROZEN: [(&str, &str, &str); 3] = [
    ("_frozen_importlib", "importlib/_bootstrap.py", "<frozen importlib._bootstrap>"),
    (
        "_frozen_importlib_external",
        "importlib/_bootstrap_external.py",
        "<frozen importlib._bootstrap_external>",
    ),
    ("zipimport", "zipimport.py", "<frozen zipimport>"),
];

fn library() -> Option<PathBuf> {
    let mut candidates = Vec::new();
    candidates.extend(env::var_os("KRAIT_STDLIB").map(PathBuf::from));
    candidates
        .extend(env::var_os("KRAIT_REFERENCE").map(|root| PathBuf::from(root).join("usr/lib/python3.9")));
    // OUT_DIR is <target>/<profile>/build/<crate>/out.
    if let Some(target) = Path::new(&env::var_os("OUT_DIR")?).ancestors().nth(4) {
        candidates.push(target.join("reference/usr/lib/python3.9"));
    }
    candidates.push(PathBuf::from("/usr/lib/python3.9"));
    candidates.push(PathBuf::from("/usr/local/lib/python3.9"));
    let found = candidates.iter().find(|folder| folder.join("os.py").is_file()).cloned();
    if found.is_none() {
        // A path that is missing now makes cargo look again at the next build.
        println!("cargo:rerun-if-changed={}", candidates[0].join("os.py").display());
    }
    found
}

fn compile(source: &[u8], filename: &str) -> Vec<u8> {
    let arena = Arena::new();
    let tree =
        parse(&arena, source, &krait_syntax::Options::default(), &mut NoHost).expect("the library parses");
    let filename = Text::from_valid_bytes(filename.as_bytes());
    let code = krait_compile::compile(&tree, &filename, Options::default(), &mut |_, _| Ok(()));
    marshal::dump_code(&code.expect("the library compiles"))
}

fn main() {
    println!("cargo:rerun-if-env-changed=KRAIT_STDLIB");
    println!("cargo:rerun-if-env-changed=KRAIT_REFERENCE");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut rows = String::new();
    let mut count = 1;
    match library() {
        None => println!("cargo:warning=no CPython 3.9 library found; run `cargo xtask setup` first"),
        Some(library) => {
            for (name, file, shown) in FROZEN {
                let path = library.join(file);
                println!("cargo:rerun-if-changed={}", path.display());
                let source = fs::read(&path).expect("readable");
                fs::write(out.join(format!("{name}.code")), compile(&source, shown)).expect("writable");
                let code = format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.code\"))");
                writeln!(
                    rows,
                    "    _frozen {{ name: c\"{name}\".as_ptr(), code: {code}.as_ptr(), size: {code}.len() as i32 }},"
                )
                .expect("a string");
                count += 1;
            }
        }
    }
    let table = format!(
        "/// The frozen modules.\npub static mut TABLE: [_frozen; {count}] = [\n{rows}    \
         _frozen {{ name: core::ptr::null(), code: core::ptr::null(), size: 0 }},\n];\n"
    );
    fs::write(out.join("frozen.rs"), table).expect("writable");
}
