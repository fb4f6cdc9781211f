//! The cases of the demo and of the gate: hosts, extension modules, wheels and programs, each run once on the
//! reference and once on Krait, which must print the same and end in the same way.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::build::Krait;
use crate::paths;
use crate::process::{self, End, Finished, ORDINARY};
use crate::reference::{self, Reference};

/// Who runs a case.
#[derive(Clone, Copy)]
pub enum Side<'a> {
    Reference(&'a Reference),
    Krait(&'a Krait),
}

impl Side<'_> {
    /// A command that runs a program on that side's library, in the same surroundings on both.
    pub fn command(&self, program: &Path) -> Command {
        let (mut command, home) = match self {
            Side::Reference(reference) => (reference.command(program), &reference.prefix),
            Side::Krait(krait) => (krait.command(program), &krait.prefix),
        };
        reference::clean_environment(&mut command);
        command.env("PYTHONHOME", home).env("PYTHONHASHSEED", "0").env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        command
    }

    pub fn python(&self) -> PathBuf {
        match self {
            Side::Reference(reference) => reference.executable.clone(),
            Side::Krait(krait) => krait.executable(),
        }
    }
}

/// How a case is run.
#[derive(Clone)]
enum Program {
    /// A host binary, compiled against the reference's headers and linked with its library.
    Host(PathBuf),
    /// A mode of the host that misuses the API.
    Misuse { binary: PathBuf, mode: String },
    /// A script, run by the demo's C host.
    Hosted { script: PathBuf, path: PathBuf },
    /// A script, run by the side's own `python3.9`.
    Script(PathBuf),
    /// A script, run by a copy of `python3.9` alone: no library of any kind is near.
    Alone(PathBuf),
}

#[derive(Clone)]
pub struct Case {
    pub kind: &'static str,
    pub name: String,
    program: Program,
}

impl Case {
    /// The script that the case runs, where it runs one.
    pub fn script(&self) -> Option<&Path> {
        match &self.program {
            Program::Hosted { script, .. } | Program::Script(script) | Program::Alone(script) => Some(script),
            Program::Host(_) | Program::Misuse { .. } => None,
        }
    }
}

/// All cases, with the binaries that they need.
pub struct Cases {
    pub cases: Vec<Case>,
    runner: PathBuf,
}

impl Cases {
    /// Compiles the hosts and the extension module, and lists what there is to run.
    pub fn prepare(reference: &Reference, wheels: &Path) -> Outcome<Cases> {
        let examples = paths::root().join("examples");
        let runner = compile(reference, &examples.join("demo/host.c"), "host")?;
        let mut cases = Vec::new();
        for (source, name) in [("embed.c", "embed-c"), ("embed.cpp", "embed-cpp")] {
            let binary = compile(reference, &examples.join(source), name)?;
            cases.push(Cases::host(name, binary));
        }
        let misuse = compile(reference, &examples.join("demo/misuse.c"), "misuse")?;
        for mode in process::capture(&mut reference.command(&misuse))?.lines() {
            let program = Program::Misuse { binary: misuse.clone(), mode: mode.to_owned() };
            cases.push(Case { kind: "misuse", name: mode.to_owned(), program });
        }
        let built = extension(reference, &examples.join("extension/tally.c"))?;
        let mut hosted = |kind: &'static str, folder: &str, path: &Path| -> Outcome {
            for script in paths::files_in(&examples.join(folder), "py")? {
                let name = stem(&script);
                cases.push(Case {
                    kind,
                    name,
                    program: Program::Hosted { script, path: path.to_path_buf() },
                });
            }
            Ok(())
        };
        hosted("extension", "extension", &built)?;
        hosted("dynload", "demo/dynload", &examples)?;
        hosted("wheel", "demo/wheels", wheels)?;
        for script in paths::files_in(&examples.join("demo/programs"), "py")? {
            cases.push(Case { kind: "program", name: stem(&script), program: Program::Script(script) });
        }
        cases.extend(alone_cases()?);
        Ok(Cases { cases, runner })
    }

    /// Only the cases of programs that have nothing but the library.
    pub fn alone(reference: &Reference) -> Outcome<Cases> {
        let runner = compile(reference, &paths::root().join("examples/demo/host.c"), "host")?;
        Ok(Cases { cases: alone_cases()?, runner })
    }

    /// The demo's C host, which runs a script.
    pub fn runner(&self) -> &Path {
        &self.runner
    }

    /// The case of a host binary that was made elsewhere.
    pub fn host(name: &str, binary: PathBuf) -> Case {
        Case { kind: "host", name: name.to_owned(), program: Program::Host(binary) }
    }

    /// Runs one case in a fresh folder.
    pub fn run(&self, case: &Case, side: Side<'_>) -> Outcome<Finished> {
        let folder = paths::target_folder("case")?.join(format!("{}-{}", case.kind, case.name));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
        let mut command = match &case.program {
            Program::Host(binary) => side.command(binary),
            Program::Misuse { binary, mode } => {
                let mut command = side.command(binary);
                command.arg(mode);
                command
            }
            Program::Script(script) => {
                let mut command = side.command(&side.python());
                command.arg(script);
                command
            }
            Program::Alone(script) => match side {
                Side::Reference(_) => {
                    let mut command = side.command(&side.python());
                    command.arg("-I").arg(script);
                    command
                }
                Side::Krait(krait) => alone(krait, &folder, script)?,
            },
            Program::Hosted { script, path } => {
                let mut command = side.command(&self.runner);
                command.arg(script).env("PYTHONPATH", path);
                command
            }
        };
        command.env("KRAIT_WHEELS", paths::target().join("wheels"));
        process::guarded(command.current_dir(&folder), ORDINARY, b"")
    }
}

fn alone_cases() -> Outcome<Vec<Case>> {
    let scripts = paths::files_in(&paths::root().join("examples/demo/alone"), "py")?;
    let case = |script: PathBuf| Case { kind: "alone", name: stem(&script), program: Program::Alone(script) };
    Ok(scripts.into_iter().map(case).collect())
}

/// Runs a script on a copy of the program in a folder.
fn alone(krait: &Krait, folder: &Path, script: &Path) -> Outcome<Command> {
    let program = folder.join("bin/python3.9");
    paths::copy_file(&krait.executable(), &program)?;
    let mut command = Command::new(program);
    bare_environment(&mut command);
    command.arg("-I").arg(script);
    Ok(command)
}

/// No environment but locale and time zone.
pub fn bare_environment(command: &mut Command) {
    command.env_clear().env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Runs a case on the reference and on the other side and compares. The result on success is the reference's.
pub fn both(cases: &Cases, case: &Case, reference: &Reference, other: Side<'_>) -> Outcome<Finished> {
    let expected = cases.run(case, Side::Reference(reference))?;
    if case.kind != "misuse" && !expected.succeeded() {
        return Err(format!("the reference fails: {}", expected.complaint()));
    }
    let found = cases.run(case, other)?;
    let is_krait = matches!(other, Side::Krait(_));
    if case.kind == "misuse" && is_krait {
        compare_misuse(&expected, &found)
    } else {
        compare(&expected, &found)
    }?;
    Ok(expected)
}

/// Misuse that CPython reports must be reported in the same words; where CPython crashes, a fatal message will do, and
/// so will going on.
fn compare_misuse(expected: &Finished, found: &Finished) -> Outcome {
    const ABORTED: End = End::Signal(6);
    let first_line = |side: &Finished| side.stderr.lines().next().unwrap_or_default().to_owned();
    if expected.end == End::Signal(11) {
        let fatal = found.end == ABORTED && first_line(found).starts_with("Fatal Python error: ");
        return if fatal || found.succeeded() { Ok(()) } else { Err(found.complaint()) };
    }
    let without_address = |text: String| text.split(" 0x").next().unwrap_or_default().to_owned();
    let (theirs, ours) = (without_address(first_line(expected)), without_address(first_line(found)));
    if theirs != ours {
        return Err(format!("stderr\n    reference: {theirs}\n    here:      {ours}"));
    }
    compare(expected, found)
}

/// Compares what two sides left behind; `Err` tells the first difference.
pub fn compare(expected: &Finished, found: &Finished) -> Outcome {
    if expected.end != found.end {
        return Err(format!("{}; the reference: {}", found.complaint(), process::describe(expected.end)));
    }
    if expected.stdout == found.stdout {
        return Ok(());
    }
    let (mut left, mut right) = (expected.stdout.lines(), found.stdout.lines());
    for number in 1.. {
        match (left.next(), right.next()) {
            (None, None) => break,
            (a, b) if a == b => {}
            (a, b) => {
                let show = |line: Option<&str>| line.unwrap_or("(nothing)").to_owned();
                return Err(format!("line {number}\n    reference: {}\n    here:      {}", show(a), show(b)));
            }
        }
    }
    Err("the output differs in line ends".to_owned())
}

/// Compiles a C or C++ host against the reference's headers and links it with the reference's library by name, so
/// that the binary runs on whichever `libpython3.9.so.1.0` is found first.
fn compile(reference: &Reference, source: &Path, name: &str) -> Outcome<PathBuf> {
    let binary = paths::target_folder("hosts")?.join(name);
    let mut compiler = compiler(reference, source);
    compiler.arg("-o").arg(&binary).arg(source).arg(reference.libraries.join("libpython3.9.so.1.0"));
    compiler.args(["-Wl,--allow-shlib-undefined", "-lpthread", "-ldl", "-lm"]);
    process::capture(&mut compiler)?;
    Ok(binary)
}

/// Compiles a host the way its user does, `-lpython3.9` and all, against our headers.
pub fn linked(krait: &Krait, source: &Path, name: &str) -> Outcome<PathBuf> {
    let binary = paths::target_folder("hosts")?.join(name);
    let mut compiler = Command::new("gcc");
    compiler.arg("-O2").arg("-I").arg(paths::root().join("include"));
    compiler.arg("-o").arg(&binary).arg(source).arg("-L").arg(krait.prefix.join("lib"));
    process::capture(compiler.args(["-lpython3.9", "-lpthread", "-ldl", "-lm"]))?;
    Ok(binary)
}

/// Compiles an extension module into a folder of its own, which is returned.
fn extension(reference: &Reference, source: &Path) -> Outcome<PathBuf> {
    let folder = paths::target_folder("hosts/extension")?;
    let file = folder.join(format!("{}.cpython-39-x86_64-linux-gnu.so", stem(source)));
    let mut compiler = compiler(reference, source);
    process::capture(compiler.args(["-shared", "-fPIC", "-o"]).arg(&file).arg(source))?;
    Ok(folder)
}

fn compiler(reference: &Reference, source: &Path) -> Command {
    let is_cpp = source.extension().is_some_and(|extension| extension == "cpp");
    let mut compiler = Command::new(if is_cpp { "g++" } else { "gcc" });
    // Debian's pyconfig.h names another one relative to the folder above.
    for folder in [Some(reference.include.as_path()), reference.include.parent()].into_iter().flatten() {
        let mut include = OsString::from("-I");
        include.push(folder);
        compiler.arg(include);
    }
    compiler.args(["-O2", "-Wall", "-Wextra", "-Werror"]);
    compiler.arg(if is_cpp { "-std=c++14" } else { "-std=c11" });
    compiler
}
