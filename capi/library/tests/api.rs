//! The built library: its symbols and its layout.

#[path = "../../tests/manifest/mod.rs"]
mod manifest;

use std::ffi::CString;
use std::path::{Path, PathBuf};

/// The library that Cargo has built for this test: beside it, for only `cargo build` links it further up.
fn library() -> PathBuf {
    let test = std::env::current_exe().expect("tests have a path");
    let folder = test.parent().expect("tests lie in target/PROFILE/deps");
    folder.join("libpython3_9.so")
}

#[test]
fn manifest_and_library_agree() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api.tsv");
    let faults = manifest::faults(&manifest, &library());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
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
