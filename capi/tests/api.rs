//! The manifest `capi/api.tsv` against the built library and program: every symbol that it calls exported is there, of the
//! right kind and (for data, which hosts copy into their own image) of the right size; nothing else is exported. A symbol
//! that has been added is entered by `cargo xtask api`.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::process::Command;

struct Symbol {
    is_function: bool,
    size: u64,
}

/// The library that Cargo has built for this test: beside it, for only `cargo build` links it further up.
fn library() -> PathBuf {
    let test = std::env::current_exe().expect("tests have a path");
    let folder = test.parent().expect("tests lie in target/PROFILE/deps");
    folder.join("libpython3_9.so")
}

/// What a library or program exports.
fn defined(file: &Path) -> BTreeMap<String, Symbol> {
    let output = Command::new("nm").args(["-D", "--defined-only", "-P"]).arg(file).output().expect("nm runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listing = String::from_utf8(output.stdout).expect("names are ASCII");
    listing
        .lines()
        .map(|line| {
            let fields: Vec<&str> = line.split(' ').collect();
            let size = fields.get(3).and_then(|size| u64::from_str_radix(size, 16).ok()).unwrap_or(0);
            (fields[0].to_owned(), Symbol { is_function: fields[1] == "T", size })
        })
        .collect()
}

/// How the manifest and a file differ.
fn faults(file: &Path) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("api.tsv");
    let manifest = std::fs::read_to_string(path).expect("the manifest is there");
    let mut defined = defined(file);
    let mut faults = Vec::new();
    for line in manifest.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, kind, size, _, _, status] = fields[..] else { panic!("a line of other fields: {line}") };
        match (defined.remove(name), status) {
            (None, "exported") => faults.push(format!("{name}: not exported any more")),
            (Some(_), "missing") => faults.push(format!("{name}: exported, run `cargo xtask api`")),
            (Some(symbol), _) if symbol.is_function != (kind == "function") => {
                faults.push(format!("{name}: is not {kind}"));
            }
            (Some(symbol), _) if kind == "data" && symbol.size.to_string() != size => {
                faults.push(format!("{name}: {} bytes instead of {size}", symbol.size));
            }
            _ => {}
        }
    }
    faults.extend(defined.into_keys().map(|name| format!("{name}: not in the reference library")));
    faults
}

#[test]
fn manifest_and_library_agree() {
    let faults = faults(&library());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn manifest_and_program_agree() {
    let faults = faults(Path::new(env!("CARGO_BIN_EXE_python")));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Nothing in the program wants relocating, so that it starts as fast as a static CPython does.
#[test]
fn the_program_stays_where_it_is() {
    let header = std::fs::read(env!("CARGO_BIN_EXE_python")).expect("the program can be read");
    const ET_EXEC: u8 = 2;
    assert_eq!(header[16], ET_EXEC);
}

/// What binaries that reach beyond `None`'s two words find, by `layout.ld`.
#[test]
fn zeros_follow_none() {
    let path = CString::new(library().into_os_string().into_encoded_bytes()).expect("a path without zeros");
    // SAFETY: the library is Cargo's; the section of `None` has at least so many words.
    let behind = unsafe {
        let library = libc::dlopen(path.as_ptr(), libc::RTLD_NOW);
        assert!(!library.is_null(), "the library loads");
        let none = libc::dlsym(library, c"_Py_NoneStruct".as_ptr());
        assert!(!none.is_null(), "None is exported");
        none.cast::<[usize; 32]>().read()
    };
    assert_eq!(behind[2..], [0; 30]);
}
