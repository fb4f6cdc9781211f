//! `cargo xtask clients --suites [NAME...]`: the tests that binding generators have of their own, compiled against `include/`
//! and run on Krait and on the reference, where each test must end alike. Compiling them takes hours, so this is no part of
//! the gate. Everything lies in `target/suites`; compiled files are kept.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::build::{self, Krait};
use crate::cases::Side;
use crate::clients;
use crate::paths;
use crate::process::{self, Finished, Limits};
use crate::reference;
use crate::wheels;

struct Suite {
    name: &'static str,
    /// The source distribution that holds the tests.
    package: &'static str,
    /// The project's folder in it, and that of the tests in the project's.
    project: &'static str,
    tests: &'static str,
    /// Folders of headers in the project's.
    include: &'static [&'static str],
    runner: Runner,
}

enum Runner {
    Pytest {
        /// The extension modules among the tests: a name and the files of each.
        modules: fn(&Path, &Path) -> Outcome<Vec<Module>>,
        arguments: &'static [&'static str],
    },
    /// Scripts of `ffi-tests/suites` build the modules and run their doctests.
    Doctests,
}

struct Module {
    name: String,
    sources: Vec<PathBuf>,
}

const SUITES: &[Suite] = &[
    Suite {
        name: "cffi",
        package: "cffi==2.0.0",
        project: "",
        tests: "testing/cffi1",
        include: &[],
        runner: Runner::Pytest {
            // The tests compile modules while they run.
            modules: |_, _| Ok(Vec::new()),
            // The backend's wheel has another libffi than the sources; test_zdist installs packages.
            arguments: &["--ignore=test_zdist.py"],
        },
    },
    Suite {
        name: "pybind11",
        // pybind11's own source distribution leaves its tests out.
        package: "onnx==1.18.0",
        project: "third_party/pybind11",
        tests: "tests",
        include: &["include"],
        runner: Runner::Pytest {
            modules: pybind11_modules,
            arguments: &["--ignore-glob=*/extra_*", "--ignore=test_embed", "--ignore=test_cmake_build"],
        },
    },
    Suite {
        name: "nanobind",
        package: "nanobind==2.4.0",
        project: "",
        tests: "tests",
        include: &["include", "ext/robin_map/include"],
        runner: Runner::Pytest {
            modules: nanobind_modules,
            // These want libraries that several modules share, and files that CMake makes.
            arguments: &["--ignore=test_inter_module.py", "--ignore=test_stubs.py"],
        },
    },
    Suite { name: "cython-0.29", package: "Cython==0.29.37", ..CYTHON },
    CYTHON,
];

const CYTHON: Suite = Suite {
    name: "cython-3",
    package: "Cython==3.0.12",
    project: "",
    tests: "tests/run",
    include: &[],
    runner: Runner::Doctests,
};

/// What the tests import, for the Pythons under test.
const SITE: &[&str] = &[
    "pytest==8.4.2",
    "pluggy==1.6.0",
    "iniconfig==2.1.0",
    "packaging==25.0",
    "exceptiongroup==1.3.0",
    "tomli==2.2.1",
    "typing_extensions==4.15.0",
    "pygments==2.19.2",
    "setuptools==75.3.0",
];

/// One suite is one process.
const LIMITS: Limits = Limits { seconds: 3600, memory: 8192 };
const EIGEN: &str = "/usr/include/eigen3";

/// Every `test_*.cpp` is a part of one module, every other file is a module.
fn pybind11_modules(_: &Path, tests: &Path) -> Outcome<Vec<Module>> {
    let eigen = Path::new(EIGEN).exists();
    let mut modules = Vec::new();
    let mut parts = Vec::new();
    for source in paths::files_in(tests, "cpp")? {
        let name = stem(&source);
        if name.contains("eigen") && !eigen {
            continue;
        }
        if name.starts_with("test_") {
            parts.push(source);
        } else {
            modules.push(Module { name, sources: vec![source] });
        }
    }
    let main = modules.iter_mut().find(|module| module.name == "pybind11_tests");
    main.ok_or("pybind11's tests have no main file")?.sources.extend(parts);
    Ok(modules)
}

/// `test_X.cpp` is the module `test_X_ext`, with nanobind's library in it.
fn nanobind_modules(project: &Path, tests: &Path) -> Outcome<Vec<Module>> {
    let mut modules = Vec::new();
    for source in paths::files_in(tests, "cpp")? {
        let name = stem(&source);
        let apart = ["test_intrusive_impl", "inter_module", "test_inter_module_1", "test_inter_module_2"];
        if apart.contains(&name.as_str()) || name.contains("eigen") && !Path::new(EIGEN).exists() {
            continue;
        }
        let mut sources = vec![source, project.join("src/nb_combined.cpp")];
        if name == "test_intrusive" {
            sources.push(tests.join("test_intrusive_impl.cpp"));
        }
        modules.push(Module { name: format!("{name}_ext"), sources });
    }
    Ok(modules)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Builds and runs the suites; all, or those named.
pub fn suites(args: &[String]) -> Outcome {
    let krait = build::build()?;
    let mut site = vec![wheels::obtain(&krait.reference)?];
    site.push(wheels::site(&krait.reference, "suites", SITE)?);
    let mut failed = 0;
    for suite in SUITES.iter().filter(|suite| args.is_empty() || args.iter().any(|arg| arg == suite.name)) {
        match suite.check(&krait, &site) {
            Ok(summary) => println!("ok    {}: {summary}", suite.name),
            Err(message) => {
                failed += 1;
                println!("FAIL  {}: {message}", suite.name);
            }
        }
    }
    if failed == 0 { Ok(()) } else { Err(format!("{failed} suites failed")) }
}

impl Suite {
    /// How many tests ended in which way.
    fn check(&self, krait: &Krait, site: &[PathBuf]) -> Outcome<String> {
        let folder = paths::target_folder(&format!("suites/{}", self.name))?;
        let project = folder.join("source").join(self.project);
        self.fetch(&folder)?;
        let tests = project.join(self.tests);
        let objects = paths::target_folder(&format!("suites/{}/objects", self.name))?;
        match self.runner {
            Runner::Pytest { modules, .. } => {
                for module in modules(&project, &tests)? {
                    self.build(&module, &project, &objects, &tests)?;
                }
            }
            Runner::Doctests => self.build_doctests(&project, &objects)?,
        }
        let expected = self.run(Side::Reference(&krait.reference), site, &tests, &objects)?;
        let got = self.run(Side::Krait(krait), site, &tests, &objects)?;
        for (name, finished) in [("reference", &expected), ("krait", &got)] {
            paths::write(&folder.join(name).with_extension("txt"), &finished.stdout)?;
            paths::write(&folder.join(name).with_extension("details"), &finished.stderr)?;
        }
        let (expected_ends, got_ends) = (ends(&expected), ends(&got));
        if !expected_ends.iter().any(|line| line.starts_with("PASSED ")) {
            return Err(format!("no test passes on the reference: {}", expected.complaint()));
        }
        let differing: Vec<&str> = expected_ends
            .iter()
            .filter(|line| got_ends.binary_search(line).is_err())
            .chain(got_ends.iter().filter(|line| expected_ends.binary_search(line).is_err()))
            .map(String::as_str)
            .collect();
        let summary = summary(&expected_ends, &got_ends);
        if differing.is_empty() && expected.end == got.end {
            return Ok(summary);
        }
        let first = differing.iter().take(8).map(|line| format!("\n      {line}"));
        Err(format!(
            "{summary}; the reference: {}, Krait: {}; see {}{}",
            process::describe(expected.end),
            process::describe(got.end),
            folder.display(),
            first.collect::<String>(),
        ))
    }

    /// Fetches and unpacks the source distribution.
    fn fetch(&self, folder: &Path) -> Outcome {
        let source = folder.join("source");
        if source.exists() {
            return Ok(());
        }
        println!("fetching {}", self.package);
        let name = self.package.split('=').next().unwrap_or_default();
        process::capture(
            wheels::pip("download").args(["--no-binary", name, "--dest"]).arg(folder).arg(self.package),
        )?;
        let archives = paths::files_in(folder, "gz")?;
        let archive = archives.first().ok_or_else(|| format!("pip fetched no {}", self.package))?;
        let fresh = paths::target_folder(&format!("suites/{}/unpacking", self.name))?;
        process::capture(
            Command::new("tar").arg("-C").arg(&fresh).args(["--strip-components=1", "-xzf"]).arg(archive),
        )?;
        std::fs::rename(&fresh, &source).map_err(|e| e.to_string())
    }

    /// Cython's own tests, translated and compiled by the building Python.
    fn build_doctests(&self, project: &Path, objects: &Path) -> Outcome {
        println!("{}: compiling what is missing", self.name);
        let mut python = Command::new("python3");
        reference::clean_environment(&mut python);
        python.env("PYTHONPATH", clients::packages(&[self.package])?).arg(scripts().join("cython_build.py"));
        python.arg(project).arg(objects).arg(paths::root().join("include"));
        process::capture(&mut python).map(drop)
    }

    /// Compiles what has no newer object file, and links.
    fn build(&self, module: &Module, project: &Path, objects: &Path, tests: &Path) -> Outcome {
        let modified = |path: &Path| std::fs::metadata(path).and_then(|data| data.modified()).ok();
        let mut linker = Command::new("g++");
        linker.arg("-shared");
        for source in &module.sources {
            let object = objects.join(format!("{}.o", stem(source)));
            if modified(&object) < modified(source) {
                println!("{}: compiling {}", self.name, stem(source));
                let mut compiler = Command::new("g++");
                compiler.args(["-std=c++17", "-O0", "-w", "-fPIC", "-fvisibility=hidden", "-I", EIGEN]);
                compiler.arg("-DPYBIND11_TEST_EIGEN").arg("-I").arg(paths::root().join("include"));
                for folder in self.include {
                    compiler.arg("-I").arg(project.join(folder));
                }
                let fresh = object.with_extension("new");
                process::capture(compiler.arg("-c").arg(source).arg("-o").arg(&fresh))?;
                std::fs::rename(&fresh, &object).map_err(|e| e.to_string())?;
            }
            linker.arg(object);
        }
        let output = tests.join(format!("{}.cpython-39-x86_64-linux-gnu.so", module.name));
        process::capture(linker.arg("-o").arg(output)).map(drop)
    }

    fn run(&self, side: Side<'_>, site: &[PathBuf], tests: &Path, objects: &Path) -> Outcome<Finished> {
        let mut command = side.command(&side.python());
        let mut search = site.to_vec();
        match self.runner {
            Runner::Pytest { arguments, .. } => {
                command.args(["-m", "pytest", "-q", "-rA", "--tb=short", "-p", "no:cacheprovider"]);
                command.arg("--continue-on-collection-errors").args(arguments).arg(".").current_dir(tests);
            }
            Runner::Doctests => {
                // Modules import the test files that are no modules of their own, and Cython's Python part.
                search.extend([clients::packages(&[self.package])?, tests.to_path_buf()]);
                command.arg(scripts().join("cython_run.py")).arg(objects).current_dir(objects);
            }
        }
        command.env("PYTHONPATH", std::env::join_paths(search).map_err(|e| e.to_string())?);
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        // For tests that compile: their Python names the compiler that built it.
        command.env("CC", "gcc").env("LDSHARED", "gcc -shared");
        command.env("CFLAGS", format!("-O0 -w -I{}", paths::root().join("include").display()));
        process::guarded(&mut command, LIMITS, b"")
    }
}

fn scripts() -> PathBuf {
    paths::root().join("ffi-tests/suites")
}

/// How each test ended, without the words that follow.
fn ends(finished: &Finished) -> Vec<String> {
    const WAYS: &[&str] = &["PASSED ", "FAILED ", "ERROR ", "SKIPPED ", "XFAIL ", "XPASS ", "CRASHED "];
    let lines = finished.stdout.lines().filter(|line| WAYS.iter().any(|way| line.starts_with(way)));
    let mut ends: Vec<String> =
        lines.map(|line| line.split(" - ").next().unwrap_or_default().to_owned()).collect();
    ends.sort();
    ends
}

/// How many tests pass, measured by the reference.
fn summary(expected: &[String], got: &[String]) -> String {
    let passed = |line: &&String| line.starts_with("PASSED ");
    let wanted = expected.iter().filter(passed).count();
    let reached = expected.iter().filter(passed).filter(|line| got.binary_search(line).is_ok()).count();
    let alike = expected.iter().filter(|line| got.binary_search(line).is_ok()).count();
    format!(
        "{reached} of the {wanted} tests that pass on the reference pass, {alike} of {} end alike",
        expected.len()
    )
}
