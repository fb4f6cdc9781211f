//! `cargo xtask test ffi [SECTION...]`: the C tests of `ffi-tests/`. All their files make one program, compiled once with
//! CPython's headers and once with ours; each program runs each section on CPython's library and on ours. What the
//! program prints must be the same four times.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::build::Krait;
use crate::cases::{self, Side};
use crate::paths;
use crate::process::{self, Finished, ORDINARY};
use crate::reference::Reference;

/// The program, with either header set.
pub struct Programs {
    theirs: PathBuf,
    ours: PathBuf,
}

impl Programs {
    /// Compiles both, at the same time.
    pub fn compile(reference: &Reference) -> Outcome<Programs> {
        let folder = paths::target_folder("ffi")?;
        let programs =
            Programs { theirs: folder.join("with-cpython-headers"), ours: folder.join("with-our-headers") };
        let headers = paths::root().join("include");
        // Debian's pyconfig.h names another one relative to the folder above.
        let above = reference.include.parent().unwrap_or(&reference.include);
        std::thread::scope(|scope| {
            let theirs = scope.spawn(|| compile(reference, &[&reference.include, above], &programs.theirs));
            let ours = scope.spawn(|| compile(reference, &[&headers], &programs.ours));
            let ended = |outcome: std::thread::Result<Outcome>| {
                outcome.unwrap_or_else(|_| Err("compiling panicked".to_owned()))
            };
            ended(theirs.join()).and(ended(ours.join()))
        })?;
        Ok(programs)
    }

    /// The names of the sections.
    pub fn sections(&self, reference: &Reference) -> Outcome<Vec<String>> {
        let mut names: Vec<String> =
            process::capture(&mut reference.command(&self.theirs))?.lines().map(str::to_owned).collect();
        names.sort();
        Ok(names)
    }

    /// Runs one section in all combinations; the number of lines that it prints.
    pub fn check(&self, section: &str, krait: &Krait) -> Outcome<usize> {
        let run = |program: &Path, side: Side<'_>| -> Outcome<Finished> {
            let folder = paths::target_folder(&format!("ffi/run-{section}"))?;
            let mut command = side.command(program);
            command.arg(section).env("PYTHONDONTWRITEBYTECODE", "1").current_dir(folder);
            process::guarded(&mut command, ORDINARY, b"")
        };
        let expected = run(&self.theirs, Side::Reference(&krait.reference))?;
        if !expected.succeeded() {
            return Err(format!("the reference fails: {}", expected.complaint()));
        }
        for (label, program, side) in [
            ("our headers, CPython's library", &self.ours, Side::Reference(&krait.reference)),
            ("CPython's headers, our library", &self.theirs, Side::Krait(krait)),
            ("our headers, our library", &self.ours, Side::Krait(krait)),
        ] {
            cases::compare(&expected, &run(program, side)?).map_err(|e| format!("{label}: {e}"))?;
        }
        Ok(expected.stdout.lines().count())
    }
}

fn compile(reference: &Reference, include: &[&Path], program: &Path) -> Outcome {
    let mut compiler = Command::new("gcc");
    compiler.args(["-std=gnu11", "-O0", "-w"]);
    for folder in include {
        let mut flag = OsString::from("-I");
        flag.push(folder);
        compiler.arg(flag);
    }
    compiler.args(paths::files_in(&paths::root().join("ffi-tests"), "c")?);
    compiler.arg(reference.libraries.join("libpython3.9.so.1.0"));
    compiler.args(["-Wl,--allow-shlib-undefined", "-lpthread", "-ldl", "-lm", "-o"]).arg(program);
    process::capture(&mut compiler).map(drop)
}
