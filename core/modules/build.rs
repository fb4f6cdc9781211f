//! Finds the static expat library and gives it names of our own; packs OpenSSL's libraries; links libmpdec.
//!
//! The host of an embedded interpreter often brings another expat. So every symbol of the static library gets a prefix
//! before it is linked: ours is neither exported nor bound to somebody else's. `KRAIT_EXPAT` names the library, otherwise
//! it is the one that the C compiler finds (package `libexpat1-dev` on Debian).

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the symbols' names begin with; `src/expat.rs` uses it.
const PREFIX: &str = "krait_";

fn output(command: &mut Command) -> String {
    let shown = format!("{command:?}");
    match command.output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        Ok(output) => panic!("{shown} failed: {}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => panic!("{shown} cannot be run: {error}"),
    }
}

fn compiler() -> Command {
    Command::new(env::var("CC").unwrap_or_else(|_| "cc".into()))
}

/// A static library: the one that a variable names, or the one that the compiler finds.
fn library(file: &str, variable: &str, package: &str) -> PathBuf {
    println!("cargo:rerun-if-env-changed={variable}");
    let path = match env::var_os(variable) {
        Some(path) => path.into(),
        None => PathBuf::from(output(compiler().arg(format!("-print-file-name={file}"))).trim()),
    };
    // Compilers echo the bare name when they find nothing.
    assert!(
        path.is_absolute() && path.exists(),
        "the static library {file} is missing: install {package}, or name a {file} in {variable}"
    );
    println!("cargo:rerun-if-changed={}", path.display());
    path
}

/// Packs OpenSSL, linked as one shared library, for `src/spare/openssl.rs`. Static linking would make every program
/// pay for its hundreds of thousands of bytes of relocated tables at start-up.
#[cfg(feature = "openssl")]
fn pack_openssl(folder: &Path) {
    let shared = folder.join("openssl.so");
    let mut link = compiler();
    link.args(["-shared", "-Wl,-s", "-Wl,-Bsymbolic", "-Wl,--whole-archive"]);
    link.arg(library("libssl.a", "KRAIT_LIBSSL", "libssl-dev"));
    link.arg(library("libcrypto.a", "KRAIT_LIBCRYPTO", "libssl-dev"));
    output(link.args(["-Wl,--no-whole-archive", "-lpthread", "-ldl", "-o"]).arg(&shared));
    let content = fs::read(&shared).expect("the linker has written it");
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&content, 6);
    fs::write(folder.join("openssl.so.z"), packed).expect("OUT_DIR is writable");
    fs::remove_file(shared).expect("OUT_DIR is writable");
}

#[cfg(not(feature = "openssl"))]
fn pack_openssl(_folder: &Path) {}

/// The static libmpdec: the one that `KRAIT_LIBMPDEC` names, the one that the compiler finds, or the one that `cargo xtask
/// setup` has fetched into the target folder, for not every distribution has it.
#[cfg(feature = "decimal")]
fn libmpdec(folder: &Path) -> Option<PathBuf> {
    println!("cargo:rerun-if-env-changed=KRAIT_LIBMPDEC");
    let named = env::var_os("KRAIT_LIBMPDEC").map(PathBuf::from);
    let found = PathBuf::from(output(compiler().arg("-print-file-name=libmpdec.a")).trim());
    let fetched = folder.ancestors().map(|above| above.join("libmpdec/libmpdec.a"));
    let mut places = named.into_iter().chain([found]).chain(fetched);
    places.find(|path| path.is_absolute() && path.exists())
}

/// Links libmpdec for `src/spare/decimal`. It was not compiled for shared libraries: its code reaches one variable from
/// outside, which gets a stand-in beside it.
#[cfg(feature = "decimal")]
fn link_libmpdec(folder: &Path) {
    // Cargo has to see it come, so the folder is there before.
    let target = folder.ancestors().nth(4).expect("OUT_DIR lies below the target folder").join("libmpdec");
    fs::create_dir_all(&target).expect("the target folder is writable");
    println!("cargo:rerun-if-changed={}", target.display());
    let Some(library) = libmpdec(folder) else {
        println!(
            "cargo:warning=without libmpdec.a there is no _decimal inside the library (cargo xtask setup fetches it)"
        );
        return;
    };
    println!("cargo:rerun-if-changed={}", library.display());
    let (source, object) = (folder.join("stderr.c"), folder.join("stderr.o"));
    fs::write(&source, "__attribute__((visibility(\"hidden\"))) void *krait_mpd_stderr;\n")
        .expect("OUT_DIR is writable");
    output(compiler().arg("-c").arg(&source).arg("-o").arg(&object));
    let copy = folder.join("libkrait_mpdec.a");
    output(Command::new("objcopy").arg("--redefine-sym=stderr=krait_mpd_stderr").arg(&library).arg(&copy));
    output(Command::new("ar").arg("rs").arg(&copy).arg(&object));
    println!("cargo:rustc-link-search=native={}", folder.display());
    println!("cargo:rustc-link-lib=static=krait_mpdec");
    println!("cargo:rustc-link-lib=m");
    println!("cargo:rustc-cfg=has_libmpdec");
}

#[cfg(not(feature = "decimal"))]
fn link_libmpdec(_folder: &Path) {}

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(has_libmpdec)");
    let library = library("libexpat.a", "KRAIT_EXPAT", "libexpat1-dev");
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    link_libmpdec(&folder);
    pack_openssl(&folder);
    let mut names: Vec<String> = output(Command::new("nm").args(["-g", "--defined-only"]).arg(&library))
        .lines()
        .filter_map(|line| line.split_whitespace().nth(2).map(str::to_owned))
        .collect();
    names.sort();
    names.dedup();
    let table: String = names.iter().map(|name| format!("{name} {PREFIX}{name}\n")).collect();
    let list = folder.join("expat-symbols");
    fs::write(&list, table).expect("OUT_DIR is writable");
    output(
        Command::new("objcopy")
            .arg(format!("--redefine-syms={}", list.display()))
            .arg(&library)
            .arg(folder.join("libkrait_expat.a")),
    );
    println!("cargo:rustc-link-search=native={}", folder.display());
    println!("cargo:rustc-link-lib=static=krait_expat");
}
