//! The manifest `capi/api.tsv` against a built file: every symbol that it calls exported is there, of the right kind and
//! (for data, which hosts copy into their own image) of the right size; nothing else is exported. A symbol that has been
//! added is entered by `cargo xtask api`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

struct Symbol {
    is_function: bool,
    size: u64,
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

/// How a manifest and a file differ.
pub fn faults(manifest: &Path, file: &Path) -> Vec<String> {
    let manifest = std::fs::read_to_string(manifest).expect("the manifest is there");
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
