//! `cargo xtask build`: the release library laid out as an installation, `target/krait/{bin,lib}`.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::paths;
use crate::process;
use crate::reference::{self, Reference};

/// The built Krait, beside the reference whose stand-alone libraries its extension modules want.
pub struct Krait {
    pub prefix: PathBuf,
    pub reference: Reference,
}

impl Krait {
    pub fn executable(&self) -> PathBuf {
        self.prefix.join("bin/python3.9")
    }

    pub fn library(&self) -> PathBuf {
        self.prefix.join("lib/libpython3.9.so.1.0")
    }

    /// A command that runs `program` with Krait's library in front of the reference's libraries.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        reference::clean_environment(&mut command);
        let ours = self.prefix.join("lib");
        command.env("LD_LIBRARY_PATH", format!("{}:{}", ours.display(), self.reference.libraries.display()));
        command
    }

    /// Krait's own `python3.9` with arguments.
    pub fn python(&self, args: &[impl AsRef<OsStr>]) -> Command {
        let mut command = self.command(self.executable());
        command.args(args);
        command
    }
}

/// Builds library and program and lays them out; quick when nothing changed. `KRAIT_LIBRARY` names a library to lay out
/// instead, such as one built with other features; its program lies beside it.
pub fn build() -> Outcome<Krait> {
    let reference = reference::obtain()?;
    let built = match env::var_os("KRAIT_LIBRARY") {
        Some(library) => Built::beside(library.into()),
        None => compile()?,
    };
    let prefix = paths::target_folder("krait")?;
    let krait = Krait { prefix, reference };
    place(&built, &krait.prefix)?;
    let headers = paths::target_folder("krait/include")?.join("python3.9");
    replace(&headers, |fresh| symlink(&krait.reference.include, fresh))?;
    copy_stdlib(&krait)?;
    Ok(krait)
}

/// What the compiler has made.
pub struct Built {
    library: PathBuf,
    program: PathBuf,
}

impl Built {
    /// A library with the program in the same folder.
    pub fn beside(library: PathBuf) -> Self {
        Self { program: library.with_file_name("python"), library }
    }
}

/// Puts library and program below a prefix.
pub fn place(built: &Built, prefix: &Path) -> Outcome {
    for (from, to) in [(&built.library, "lib/libpython3.9.so.1.0"), (&built.program, "bin/python3.9")] {
        let to = prefix.join(to);
        let folder = to.parent().unwrap_or(prefix);
        fs::create_dir_all(folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
        // A new file rather than new content, so that processes that have the old one mapped keep it.
        // The same content stays as it is: kept results of the conformance suite hang on it.
        if fs::read(&to).ok() != fs::read(from).ok() {
            replace(&to, |fresh| fs::copy(from, fresh).map(drop))?;
        }
    }
    replace(&prefix.join("lib/libpython3.9.so"), |fresh| symlink("libpython3.9.so.1.0", fresh))?;
    replace(&prefix.join("bin/python3"), |fresh| symlink("python3.9", fresh))
}

/// A release build of a package.
///
/// With all symbols bound at start, which is the default, calls between crates would go through the table of addresses,
/// one indirect jump each. With partial protection of that table the linker makes direct calls of them, and functions of
/// the C library are bound when they are first called.
pub fn release(package: &str) -> Command {
    cargo_build(package, "release", "-Crelro-level=partial")
}

fn cargo_build(package: &str, profile: &str, options: &str) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root()).env("CARGO_BUILD_RUSTFLAGS", options);
    cargo.args(["build", "--quiet", "--profile", profile, "--package", package]);
    cargo
}

/// All is compiled twice, as distributions do with CPython: the library's code must work at any address, the program's
/// need not, and is a twentieth faster for it.
fn compile() -> Outcome<Built> {
    reference::obtain_libmpdec();
    process::run(&mut release("krait-library"))?;
    process::run(&mut cargo_build(
        "krait-capi",
        "program",
        "-Crelro-level=partial -Crelocation-model=static",
    ))?;
    let target = paths::target();
    Ok(Built { library: target.join("release/libpython3_9.so"), program: target.join("program/python") })
}

/// Makes a file under another name and renames it over `path`.
fn replace(path: &Path, make: impl FnOnce(&Path) -> std::io::Result<()>) -> Outcome {
    let fresh = path.with_extension(format!("new{}", std::process::id()));
    let _ = fs::remove_file(&fresh);
    make(&fresh)
        .and_then(|()| fs::rename(&fresh, path))
        .map_err(|e| format!("cannot make {}: {e}", path.display()))
}

/// A copy, so that byte code that we write never gets into the reference's tree.
fn copy_stdlib(krait: &Krait) -> Outcome {
    let (from, to) = (&krait.reference.stdlib, krait.prefix.join("lib/python3.9"));
    let stamp = to.join(".copied");
    if stamp.exists() {
        return Ok(());
    }
    println!("copying the standard library");
    paths::copy_tree(from, &to)?;
    paths::write(&stamp, "")
}
