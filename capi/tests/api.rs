//! The built program: its symbols and its form.

mod manifest;

use std::path::Path;

#[test]
fn manifest_and_program_agree() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("api.tsv");
    let faults = manifest::faults(&manifest, Path::new(env!("CARGO_BIN_EXE_python")));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Nothing in the program wants relocating, so that it starts as fast as a static CPython does.
#[test]
fn the_program_stays_where_it_is() {
    let header = std::fs::read(env!("CARGO_BIN_EXE_python")).expect("the program can be read");
    const ET_EXEC: u8 = 2;
    assert_eq!(header[16], ET_EXEC);
}
