//! Compiles the frozen modules and the archive from the standard library that set-up has fetched.
//!
//! The library's folder is `KRAIT_STDLIB`, or the one of the reference (`KRAIT_REFERENCE`, `reference` in the target folder), or an
//! installed CPython 3.9's. Without any the tables stay empty and the build says so: the result cannot start an
//! interpreter, but everything compiles.
//!
//! The archive is one file of compressed pieces, the code and the source of each module, and a sorted table that says where
//! they are.

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

/// Folders that no program imports from: tests, applications, and what is installed beside the library.
const LEFT_OUT: [&str; 12] = [
    "__pycache__",
    "test",
    "tests",
    "idlelib",
    "turtledemo",
    "ensurepip",
    "dist-packages",
    "site-packages",
    "lib-dynload",
    "tkinter",
    "lib2to3/tests",
    "config-3.9-x86_64-linux-gnu",
];

/// Files other than modules that modules read.
const DATA: [&str; 2] = ["lib2to3/Grammar.txt", "lib2to3/PatternGrammar.txt"];

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

/// Marshalled code; none for a file that does not compile.
fn compile(source: &[u8], filename: &str) -> Option<Vec<u8>> {
    let arena = Arena::new();
    let tree = parse(&arena, source, &krait_syntax::Options::default(), &mut NoHost).ok()?;
    let filename = Text::from_valid_bytes(filename.as_bytes());
    let code = krait_compile::compile(&tree, &filename, Options::default(), &mut |_, _| Ok(())).ok()?;
    Some(marshal::dump_code(&code))
}

/// The modules and data files below the library, as sorted paths relative to it.
fn archived(library: &Path) -> Vec<String> {
    let mut files: Vec<String> =
        DATA.iter().filter(|file| library.join(file).is_file()).map(|file| (*file).to_owned()).collect();
    let mut pending = vec![String::new()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(library.join(&folder)).expect("readable").filter_map(Result::ok) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let is_left_out = LEFT_OUT.contains(&name.as_str()) || LEFT_OUT.contains(&path.as_str());
            if entry.path().is_dir() {
                if !is_left_out {
                    pending.push(path);
                }
            } else if name.ends_with(".py") && entry.path().is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Writes `archive.bin` and the rows of its table.
fn archive(library: &Path, out: &Path) -> String {
    let mut blob = Vec::new();
    let mut rows = String::new();
    let mut add = |content: &[u8]| {
        let start = blob.len();
        blob.extend(miniz_oxide::deflate::compress_to_vec_zlib(content, 9));
        format!("Piece {{ start: {start}, end: {}, size: {} }}", blob.len(), content.len())
    };
    for path in archived(library) {
        let Ok(source) = fs::read(library.join(&path)) else { continue };
        let code = if path.ends_with(".py") { compile(&source, &path) } else { None };
        let code = code.map_or("None".to_owned(), |code| format!("Some({})", add(&code)));
        let data = add(&source);
        writeln!(rows, "    Entry {{ path: {path:?}, code: {code}, data: {data} }},").expect("a string");
    }
    fs::write(out.join("archive.bin"), blob).expect("writable");
    rows
}

/// The frozen modules for experiments and tests: name, and whether it is a package.
const GREETINGS: [(&str, bool); 3] = [("__hello__", false), ("__phello__", true), ("__phello__.spam", false)];
const GREETING: &[u8] = b"initialized = True\nprint(\"Hello world!\")\n";

/// Writes the code of the greetings and gives the rows of the table.
fn greetings(out: &Path) -> String {
    let code = compile(GREETING, "Tools/freeze/flag.py").expect("a valid program");
    fs::write(out.join("greeting.code"), code).expect("writable");
    let code = "include_bytes!(concat!(env!(\"OUT_DIR\"), \"/greeting.code\"))";
    let row = |(name, package): (&str, bool)| {
        let sign = if package { "-" } else { "" };
        format!(
            "    _frozen {{ name: c\"{name}\".as_ptr(), code: {code}.as_ptr(), size: {sign}({code}.len() as i32) }},\n"
        )
    };
    GREETINGS.map(row).concat()
}

fn main() {
    println!("cargo:rerun-if-env-changed=KRAIT_STDLIB");
    println!("cargo:rerun-if-env-changed=KRAIT_REFERENCE");
    println!("cargo:rerun-if-changed=src/archive_importer.py");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut rows = String::new();
    let mut count = 1;
    let mut entries = String::new();
    fs::write(out.join("archive.bin"), b"").expect("writable");
    match library() {
        None => println!("cargo:warning=no CPython 3.9 library found; run `cargo xtask setup` first"),
        Some(library) => {
            for (name, file, shown) in FROZEN {
                let path = library.join(file);
                println!("cargo:rerun-if-changed={}", path.display());
                let source = fs::read(&path).expect("readable");
                let code = compile(&source, shown).expect("the library compiles");
                fs::write(out.join(format!("{name}.code")), code).expect("writable");
                let code = format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.code\"))");
                writeln!(
                    rows,
                    "    _frozen {{ name: c\"{name}\".as_ptr(), code: {code}.as_ptr(), size: {code}.len() as i32 }},"
                )
                .expect("a string");
                count += 1;
            }
            if env::var_os("CARGO_FEATURE_ARCHIVE").is_some() {
                entries = archive(&library, &out);
            }
        }
    }
    rows += &greetings(&out);
    count += GREETINGS.len();
    let table = format!(
        "/// The frozen modules.\npub static mut TABLE: [_frozen; {count}] = [\n{rows}    \
         _frozen {{ name: core::ptr::null(), code: core::ptr::null(), size: 0 }},\n];\n"
    );
    fs::write(out.join("frozen.rs"), table).expect("writable");
    let table = format!("/// Sorted by path.\nstatic ENTRIES: &[Entry] = &[\n{entries}];\n");
    fs::write(out.join("archive.rs"), table).expect("writable");
    let importer = fs::read("src/archive_importer.py").expect("readable");
    let importer = compile(&importer, "<krait archive>").expect("the importer compiles");
    fs::write(out.join("archive_importer.code"), importer).expect("writable");
}
