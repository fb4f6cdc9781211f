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

/// Builds the library and lays it out; quick when nothing changed. `KRAIT_LIBRARY` names a library to lay out instead,
/// such as one built with other features.
pub fn build() -> Outcome<Krait> {
    let reference = reference::obtain()?;
    let built = match env::var_os("KRAIT_LIBRARY") {
        Some(library) => library.into(),
        None => compile()?,
    };
    let prefix = paths::target_folder("krait")?;
    for folder in ["krait/bin", "krait/lib"] {
        paths::target_folder(folder)?;
    }
    let krait = Krait { prefix, reference };
    place_library(&built, &krait.prefix)?;
    let headers = paths::target_folder("krait/include")?.join("python3.9");
    replace(&headers, |fresh| symlink(&krait.reference.include, fresh))?;
    copy_stdlib(&krait)?;
    link_executable(&krait.prefix)?;
    Ok(krait)
}

/// Puts a built library below a prefix.
pub fn place_library(built: &Path, prefix: &Path) -> Outcome {
    // A new file rather than new content, so that processes that have the old one mapped keep it.
    // The same content stays as it is: kept results of the conformance suite hang on it.
    let library = prefix.join("lib/libpython3.9.so.1.0");
    if fs::read(&library).ok() != fs::read(built).ok() {
        replace(&library, |fresh| fs::copy(built, fresh).map(drop))?;
    }
    replace(&prefix.join("lib/libpython3.9.so"), |fresh| symlink("libpython3.9.so.1.0", fresh))
}

fn compile() -> Outcome<PathBuf> {
    reference::obtain_libmpdec();
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root()).args(["build", "--quiet", "--release", "--package", "krait-capi"]);
    process::run(&mut cargo)?;
    Ok(paths::target().join("release/libpython3_9.so"))
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

/// Makes `bin/python3.9` below a prefix.
pub fn link_executable(prefix: &Path) -> Outcome {
    let source = paths::root().join("capi/launcher/python.rs");
    let executable = prefix.join("bin/python3.9");
    let modified = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    if modified(&executable).is_some_and(|made| Some(made) > modified(&source)) {
        return Ok(());
    }
    let mut rustc = Command::new("rustc");
    rustc.args([
        "--edition=2024",
        "--crate-name=python",
        "-Copt-level=s",
        "-Cpanic=abort",
        "-Cstrip=symbols",
    ]);
    // A copy of the program elsewhere (a virtual environment without links) finds the library by its absolute name.
    let folder = prefix.join("lib");
    rustc.arg(format!("-Clink-arg=-Wl,-rpath,$ORIGIN/../lib:{}", folder.display()));
    rustc.arg("-Clink-arg=-Wl,--enable-new-dtags");
    rustc.arg("-L").arg(prefix.join("lib")).arg("-o").arg(&executable).arg(source);
    process::run(&mut rustc)?;
    let short_name = prefix.join("bin/python3");
    replace(&short_name, |fresh| symlink("python3.9", fresh))
}
