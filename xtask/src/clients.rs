//! `cargo xtask clients [NAME...]`: programs of other people's binding generators, built from source against `include/` and
//! run on Krait and on the reference, which must print the same. Everything that is fetched goes into `target/clients`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::build::{self, Krait};
use crate::build_systems;
use crate::cases::{self, Side};
use crate::install;
use crate::paths;
use crate::process::{self, Finished, ORDINARY};
use crate::reference;
use crate::wheels;

/// How the C or C++ source of an extension module comes about.
enum Source {
    /// The generator writes it; its arguments with `{in}` and `{out}`.
    Generated { input: &'static str, arguments: &'static [&'static str], suffix: &'static str },
    /// It is written by hand; more sources lie in the fetched packages.
    Written { file: &'static str, more: &'static [&'static str] },
}

struct Client {
    name: &'static str,
    /// What pip fetches for the Python that builds: generator or headers.
    packages: &'static [&'static str],
    source: Source,
    /// Folders with headers below the fetched packages.
    include: &'static [&'static str],
    module: &'static str,
    script: &'static str,
}

const CYTHON: Client = Client {
    name: "cython-0.29",
    packages: &["Cython==0.29.37"],
    source: Source::Generated {
        input: "cython_client.pyx",
        arguments: &["-m", "cython", "-3", "-o", "{out}", "{in}"],
        suffix: "c",
    },
    include: &[],
    module: "cython_client",
    script: "use_cython.py",
};

const CLIENTS: &[Client] = &[
    CYTHON,
    Client { name: "cython-3", packages: &["Cython==3.0.12"], ..CYTHON },
    Client {
        name: "cffi",
        packages: &["cffi==1.17.1", "pycparser==2.22"],
        source: Source::Generated { input: "cffi_build.py", arguments: &["{in}", "{out}"], suffix: "c" },
        include: &[],
        module: "_cffi_client",
        script: "use_cffi.py",
    },
    Client {
        name: "pybind11",
        packages: &["pybind11==2.13.6"],
        source: Source::Written { file: "pybind11_client.cpp", more: &[] },
        include: &["pybind11/include"],
        module: "pybind11_client",
        script: "use_pybind11.py",
    },
    Client {
        name: "nanobind",
        packages: &["nanobind==2.4.0"],
        source: Source::Written { file: "nanobind_client.cpp", more: &["nanobind/src/nb_combined.cpp"] },
        include: &["nanobind/include", "nanobind/ext/robin_map/include"],
        module: "nanobind_client",
        script: "use_nanobind.py",
    },
    Client {
        name: "exceptions",
        packages: &[],
        source: Source::Written { file: "exceptions_client.cpp", more: &[] },
        include: &[],
        module: "exceptions_client",
        script: "use_exceptions.py",
    },
    Client {
        name: "swig",
        packages: &["swig==4.2.1"],
        source: Source::Generated {
            input: "swig_client.i",
            arguments: &[
                "-c",
                "import swig; swig.swig()",
                "-python",
                "-c++",
                "-outdir",
                ".",
                "-o",
                "{out}",
                "{in}",
            ],
            suffix: "cpp",
        },
        include: &[],
        module: "_swig_client",
        script: "use_swig.py",
    },
];

/// Builds and runs the clients; all, or those named.
pub fn clients(args: &[String]) -> Outcome {
    let krait = build::build()?;
    let prefix = paths::target_folder("clients/prefix")?;
    install::into(&krait, &prefix)?;
    let mut failed = 0;
    let mut note = |name: &str, outcome: Outcome| match outcome {
        Ok(()) => println!("ok    {name}"),
        Err(message) => {
            failed += 1;
            println!("FAIL  {name}: {message}");
        }
    };
    let wanted = |name: &str| args.is_empty() || args.iter().any(|arg| arg == name);
    for client in CLIENTS.iter().filter(|client| wanted(client.name)) {
        note(client.name, extension(client, &krait));
    }
    if wanted("mypyc") {
        note("mypyc", mypyc(&krait));
    }
    if wanted("pyo3") {
        note("pyo3", pyo3(&krait, &prefix));
    }
    for (name, check) in build_systems::ALL {
        if wanted(name) {
            note(name, check(&krait, &prefix));
        }
    }
    if failed == 0 { Ok(()) } else { Err(format!("{failed} clients failed")) }
}

pub fn sources() -> PathBuf {
    paths::root().join("ffi-tests/clients")
}

/// The folder with the unpacked packages, fetched first where missing.
pub fn packages(wanted: &[&str]) -> Outcome<PathBuf> {
    let folder = paths::target_folder(&format!("clients/packages/{}", wanted.join("+")))?;
    let stamp = folder.join(".complete");
    if !stamp.exists() && !wanted.is_empty() {
        process::capture(wheels::pip("install").args(["--upgrade", "--target"]).arg(&folder).args(wanted))?;
        paths::write(&stamp, "")?;
    }
    Ok(folder)
}

/// Runs the building Python, which is not one of the two that are compared.
fn generate(packages: &Path, folder: &Path, arguments: &[String]) -> Outcome {
    let mut python = Command::new("python3");
    reference::clean_environment(&mut python);
    python.env("PYTHONPATH", packages).env("CC", "gcc").current_dir(folder).args(arguments);
    process::capture(&mut python).map(drop)
}

fn module_file(folder: &Path, module: &str) -> PathBuf {
    folder.join(format!("{module}.cpython-39-x86_64-linux-gnu.so"))
}

/// Compiles an extension module against our headers.
fn compile(sources: &[PathBuf], include: &[PathBuf], output: &Path) -> Outcome {
    let is_cpp = sources.iter().any(|source| source.extension().is_some_and(|extension| extension == "cpp"));
    let mut compiler = Command::new(if is_cpp { "g++" } else { "gcc" });
    compiler.args(["-O1", "-w", "-shared", "-fPIC", "-fvisibility=hidden", "-fno-strict-aliasing"]);
    compiler.arg(if is_cpp { "-std=c++17" } else { "-std=gnu11" });
    compiler.arg("-I").arg(paths::root().join("include"));
    for folder in include {
        compiler.arg("-I").arg(folder);
    }
    process::capture(compiler.args(sources).arg("-o").arg(output)).map(drop)
}

fn extension(client: &Client, krait: &Krait) -> Outcome {
    let folder = paths::target_folder(&format!("clients/{}", client.name))?;
    let packages = packages(client.packages)?;
    let inputs = match &client.source {
        Source::Generated { input, arguments, suffix } => {
            let (input, output) = (sources().join(input), folder.join(format!("{}.{suffix}", client.module)));
            let shown = |path: &Path| path.to_string_lossy().into_owned();
            let arguments: Vec<String> = arguments
                .iter()
                .map(|word| word.replace("{in}", &shown(&input)).replace("{out}", &shown(&output)))
                .collect();
            generate(&packages, &folder, &arguments)?;
            vec![output]
        }
        Source::Written { file, more } => {
            let more = more.iter().map(|file| packages.join(file));
            [sources().join(file)].into_iter().chain(more).collect()
        }
    };
    let include: Vec<PathBuf> = client.include.iter().map(|folder| packages.join(folder)).collect();
    compile(&inputs, &include, &module_file(&folder, client.module))?;
    let path = if client.name == "cffi" { vec![cffi_backend(krait)?, folder] } else { vec![folder] };
    both(krait, &path, client.script)
}

/// cffi's own extension module for the Pythons under test is one of the demo's wheels.
fn cffi_backend(krait: &Krait) -> Outcome<PathBuf> {
    crate::wheels::obtain(&krait.reference)
}

/// Runs a script of `ffi-tests/clients` with a search path on both sides and compares.
pub fn both(krait: &Krait, path: &[PathBuf], script: &str) -> Outcome {
    let run = |side: Side<'_>| -> Outcome<Finished> {
        let mut command = side.command(&side.python());
        let search = std::env::join_paths(path).map_err(|e| e.to_string())?;
        command.arg(sources().join(script)).env("PYTHONPATH", search).env("PYTHONDONTWRITEBYTECODE", "1");
        process::guarded(&mut command, ORDINARY, b"")
    };
    let expected = run(Side::Reference(&krait.reference))?;
    if !expected.succeeded() {
        return Err(format!("the reference fails: {}", expected.complaint()));
    }
    cases::compare(&expected, &run(Side::Krait(krait))?)
}

/// mypyc writes one C file, which includes its run-time library.
fn mypyc(krait: &Krait) -> Outcome {
    let packages = packages(&[
        "mypy==1.11.2",
        "mypy_extensions==1.0.0",
        "typing_extensions==4.12.2",
        "setuptools==75.3.0",
    ])?;
    let folder = paths::target_folder("clients/mypyc")?;
    let module = "mypyc_client_module";
    let source = format!("{module}.py");
    std::fs::copy(sources().join(&source), folder.join(&source)).map_err(|e| e.to_string())?;
    let program = format!(
        "import sys\nfrom mypyc.build import mypycify\n\
         made = mypycify(['--python-version=3.9', {source:?}], opt_level='1', target_dir='build')\n\
         print(made[0].sources)"
    );
    generate(&packages, &folder, &["-c".to_owned(), program])?;
    let library = packages.join("mypyc/lib-rt");
    compile(
        &[folder.join("build/__native.c")],
        &[library, folder.join("build")],
        &module_file(&folder, module),
    )?;
    std::fs::remove_file(folder.join(&source)).map_err(|e| e.to_string())?;
    both(krait, &[folder], "use_mypyc.py")
}

/// An extension module and an embedding program with unmodified PyO3.
fn pyo3(krait: &Krait, prefix: &Path) -> Outcome {
    let target = paths::target_folder("clients/pyo3")?;
    let build = |member: &str| -> Outcome {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(sources().join("pyo3")).args(["build", "--quiet", "--package", member]);
        cargo.env("CARGO_TARGET_DIR", &target).env("PYO3_PYTHON", prefix.join("bin/python3.9"));
        cargo.env(
            "LD_LIBRARY_PATH",
            format!("{}:{}", prefix.join("lib").display(), krait.reference.libraries.display()),
        );
        process::capture(&mut cargo).map(drop)
    };
    build("pyo3-client")?;
    let folder = paths::target_folder("clients/pyo3/modules")?;
    let built = target.join("debug/libpyo3_client.so");
    std::fs::copy(&built, module_file(&folder, "pyo3_client")).map_err(|e| e.to_string())?;
    both(krait, &[folder], "use_pyo3.py")?;
    build("pyo3-host")?;
    let run =
        |side: Side<'_>| process::guarded(&mut side.command(&target.join("debug/pyo3-host")), ORDINARY, b"");
    cases::compare(&run(Side::Reference(&krait.reference))?, &run(Side::Krait(krait))?)
}
