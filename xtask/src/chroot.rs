//! `cargo xtask test chroot [NAME...]`: the programs of `examples/demo/alone`, each run by `python3.9` and by the demo's C
//! host in a root that holds nothing but the library, the C library and the loader. They must print what the reference
//! prints outside.
//!
//! No privileges are needed where the machine lets users make name spaces of their own (`unshare -r`).

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::build::{self, Krait};
use crate::cases::{self, Cases, Side};
use crate::paths;
use crate::process::{self, Finished, ORDINARY};

/// An empty root with the library in it.
struct Root(PathBuf);

pub fn chroot(wanted: &[String]) -> Outcome {
    let krait = build::build()?;
    let cases = Cases::alone(&krait.reference)?;
    let root = Root::make(&krait, cases.runner())?;
    root.try_out()?;
    let (mut passed, mut failed) = (0, 0);
    for case in &cases.cases {
        if !wanted.is_empty() && !wanted.contains(&case.name) {
            continue;
        }
        let Some(script) = case.script() else { continue };
        let expected = cases.run(case, Side::Reference(&krait.reference))?;
        if !expected.succeeded() {
            return Err(format!("the reference fails in {}: {}", case.name, expected.complaint()));
        }
        for program in [&["/bin/python3.9", "-I"][..], &["/bin/host"]] {
            let shown = format!("{} {}", program[0].trim_start_matches("/bin/"), case.name);
            match root.run(program, script).and_then(|found| cases::compare(&expected, &found)) {
                Ok(()) => {
                    passed += 1;
                    println!("ok    {shown}");
                }
                Err(message) => {
                    failed += 1;
                    println!("FAIL  {shown}: {message}");
                }
            }
        }
    }
    println!("in an empty root: {passed} passed, {failed} failed");
    if failed == 0 { Ok(()) } else { Err(format!("{failed} programs failed in the empty root")) }
}

impl Root {
    /// The programs, the library, and what the loader says that they need.
    fn make(krait: &Krait, host: &Path) -> Outcome<Root> {
        let root = paths::target_folder("chroot")?;
        std::fs::remove_dir_all(&root).map_err(|e| format!("cannot empty {}: {e}", root.display()))?;
        for file in [krait.executable(), krait.library()] {
            paths::copy_file(&file, &root.join(file.strip_prefix(&krait.prefix).unwrap_or(&file)))?;
        }
        paths::copy_file(host, &root.join("bin/host"))?;
        let needed = needed(krait)?;
        for file in &needed {
            paths::copy_file(file, &root.join(file.strip_prefix("/").unwrap_or(file)))?;
        }
        let names: Vec<_> = needed.iter().filter_map(|file| file.file_name()?.to_str()).collect();
        println!("the root holds the host, python3.9, libpython3.9.so.1.0, {}", names.join(", "));
        Ok(Root(root))
    }

    fn command(&self, program: &[&str]) -> Command {
        let mut command = Command::new("unshare");
        cases::bare_environment(&mut command);
        command.env("LD_LIBRARY_PATH", "/lib");
        command.arg("--map-root-user").arg("--root").arg(&self.0).args(["--wd", "/"]).args(program);
        command
    }

    /// Tells apart a machine that forbids this from a library that does not start.
    fn try_out(&self) -> Outcome {
        let mut command = self.command(&["/bin/host"]);
        let output = command.output().map_err(|e| format!("cannot run unshare (package util-linux): {e}"))?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        if stderr.starts_with("usage: host") {
            return Ok(());
        }
        Err(format!(
            "this machine does not let an ordinary user enter another root (user name spaces are switched off, or the \
             library cannot be loaded there): {}",
            stderr.trim()
        ))
    }

    fn run(&self, program: &[&str], script: &Path) -> Outcome<Finished> {
        let name = "program.py";
        paths::copy_file(script, &self.0.join(name))?;
        let mut command = self.command(program);
        process::guarded(command.arg(name), ORDINARY, b"")
    }
}

/// The files that the library and the program load, the loader among them.
fn needed(krait: &Krait) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for file in [krait.executable(), krait.library()] {
        let listing = process::capture(krait.command("ldd").arg(&file))?;
        for word in listing.split_whitespace().filter(|word| word.starts_with('/')) {
            let path = PathBuf::from(word);
            if !path.starts_with(&krait.prefix) && !files.contains(&path) {
                files.push(path);
            }
        }
    }
    Ok(files)
}
