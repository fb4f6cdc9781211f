//! The clients of an installed prefix: what build systems find there, and hosts and extension modules built with it. Part
//! of `cargo xtask clients`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::build::Krait;
use crate::cases::{self, Side};
use crate::clients::{both, packages, sources};
use crate::paths;
use crate::process::{self, ORDINARY};
use crate::reference;

type Check = fn(&Krait, &Path) -> Outcome;

/// By name.
pub const ALL: &[(&str, Check)] = &[
    ("pkg-config", pkg_config),
    ("python3.9-config", config),
    ("static", archive),
    ("linked", linked),
    ("setuptools", setuptools),
    ("cmake", cmake),
    ("meson", meson),
];

/// The script that uses the extension module of the examples, from the clients' folder.
const USE_TALLY: &str = "../../examples/extension/use_tally.py";

fn host_source() -> PathBuf {
    paths::root().join("examples/embed.c")
}

fn compile_host(flags: &[&str], program: &Path) -> Outcome {
    let mut compiler = Command::new("gcc");
    process::capture(compiler.arg(host_source()).args(flags).arg("-o").arg(program)).map(drop)
}

/// Runs one host on both libraries and compares.
fn host(krait: &Krait, program: &Path) -> Outcome {
    compare_hosts(krait, program, program)
}

fn compare_hosts(krait: &Krait, theirs: &Path, ours: &Path) -> Outcome {
    let run = |side: Side<'_>, program: &Path| process::guarded(&mut side.command(program), ORDINARY, b"");
    cases::compare(&run(Side::Reference(&krait.reference), theirs)?, &run(Side::Krait(krait), ours)?)
}

/// A host built the way its author's makefile says: with pkg-config.
fn pkg_config(krait: &Krait, prefix: &Path) -> Outcome {
    let mut query = Command::new("pkg-config");
    query
        .args(["--cflags", "--libs", "python-3.9-embed"])
        .env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"));
    let flags = process::capture(&mut query)?;
    let program = paths::target_folder("clients/pkg-config")?.join("embed");
    compile_host(&flags.split_whitespace().collect::<Vec<_>>(), &program)?;
    host(krait, &program)
}

/// What the installed `python3.9-config` says.
fn ask_config(prefix: &Path, options: &[&str]) -> Outcome<String> {
    process::capture(Command::new(prefix.join("bin/python3.9-config")).args(options))
}

/// A host built with what `python3.9-config` says and nothing else.
fn config(krait: &Krait, prefix: &Path) -> Outcome {
    host(krait, &config_host(prefix)?)
}

fn config_host(prefix: &Path) -> Outcome<PathBuf> {
    let flags = ask_config(prefix, &["--cflags", "--ldflags", "--embed"])?;
    let program = paths::target_folder("clients/config")?.join("embed");
    compile_host(&flags.split_whitespace().collect::<Vec<_>>(), &program)?;
    Ok(program)
}

/// A host that has the whole library inside: it does what the one with the reference's shared library does, and exports
/// what extension modules want.
fn archive(krait: &Krait, prefix: &Path) -> Outcome {
    let archive = prefix.join("lib/libpython3.9.a");
    if !archive.exists() {
        return Err("no libpython3.9.a is installed: KRAIT_LIBRARY names a library without one".to_owned());
    }
    let flags = ask_config(prefix, &["--includes", "--libs"])?;
    let mut words = vec!["-rdynamic"];
    let shown = archive.to_string_lossy();
    words.push(&shown);
    words.extend(flags.split_whitespace());
    let program = paths::target_folder("clients/static")?.join("embed");
    compile_host(&words, &program)?;
    compare_hosts(krait, &config_host(prefix)?, &program)?;
    let exported = process::capture(Command::new("nm").args(["-D", "--defined-only"]).arg(&program))?;
    let missing = paths::read(&paths::root().join("capi/api.tsv"))?
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').next())
        .filter(|name| !exported.contains(&format!(" {name}\n")))
        .count();
    if missing == 0 { Ok(()) } else { Err(format!("the host lacks {missing} symbols of the C API")) }
}

/// An extension module that was linked with the shared library, as some build systems do. `python3.9` has the library
/// inside, so that a second copy comes in, which has to stay idle.
fn linked(krait: &Krait, prefix: &Path) -> Outcome {
    let folder = paths::target_folder("clients/linked")?;
    let flags = ask_config(prefix, &["--includes", "--ldflags", "--embed"])?;
    let mut compiler = Command::new("gcc");
    compiler.args(["-shared", "-fPIC", "-o"]).arg(folder.join("tally.so"));
    compiler.arg(paths::root().join("examples/extension/tally.c")).args(flags.split_whitespace());
    process::capture(&mut compiler)?;
    both(krait, &[folder], "use_linked.py")
}

/// An extension module built by the installed Krait itself with `setup.py build_ext`.
fn setuptools(krait: &Krait, prefix: &Path) -> Outcome {
    let folder = paths::target_folder("clients/setuptools")?;
    let source = paths::root().join("examples/extension/tally.c");
    let setup = format!(
        "from setuptools import setup, Extension\nsetup(name='tally', ext_modules=[Extension('tally', [{:?}])])\n",
        source.to_string_lossy()
    );
    paths::write(&folder.join("setup.py"), &setup)?;
    let mut python = krait.command(prefix.join("bin/python3.9"));
    python.current_dir(&folder).env("CC", "gcc").env("LDSHARED", "gcc -shared");
    python.env("PYTHONPATH", packages(&["setuptools==75.3.0"])?);
    process::capture(python.args(["setup.py", "--quiet", "build_ext", "--inplace", "--force"]))?;
    let mut check = krait.command(krait.executable());
    check.current_dir(&folder).args(["-c", "import tally; print(tally.__name__)"]);
    let shown = process::capture(&mut check)?;
    if shown == "tally\n" { Ok(()) } else { Err(format!("prints {shown}")) }
}

/// Programs of a build system from the package index, for the Python that builds.
const CMAKE: &[&str] = &["cmake==3.30.5", "ninja==1.11.1.1"];
const MESON: &[&str] = &["meson==1.5.2", "ninja==1.11.1.1"];

/// Runs a generator of build files, then ninja.
fn build_tree(krait: &Krait, tools: &Path, folder: &Path, arguments: &[String]) -> Outcome {
    let _ = std::fs::remove_dir_all(folder);
    let parent = folder.parent().unwrap_or(folder);
    let search =
        format!("{}:{}", tools.join("ninja/data/bin").display(), std::env::var("PATH").unwrap_or_default());
    let mut python = Command::new("python3");
    reference::clean_environment(&mut python);
    python.args(arguments).current_dir(parent).env("PYTHONPATH", tools).env("PATH", &search);
    // The generator asks the installed program, whose extension modules want the reference's other libraries.
    python.env("LD_LIBRARY_PATH", libraries(krait));
    process::capture(&mut python)?;
    process::capture(Command::new(tools.join("ninja/data/bin/ninja")).arg("-C").arg(folder)).map(drop)
}

fn libraries(krait: &Krait) -> String {
    format!("{}:{}", krait.prefix.join("lib").display(), krait.reference.libraries.display())
}

/// An extension module and a host of a CMake project that asks FindPython3.
fn cmake(krait: &Krait, prefix: &Path) -> Outcome {
    let tools = packages(CMAKE)?;
    let folder = paths::target_folder("clients/cmake")?.join("build");
    let arguments = [
        "-c".to_owned(),
        "import cmake; cmake.cmake()".to_owned(),
        "-GNinja".to_owned(),
        format!("-S{}", sources().join("cmake").display()),
        format!("-B{}", folder.display()),
        format!("-DPython3_ROOT_DIR={}", prefix.display()),
        format!("-DEXAMPLES={}", paths::root().join("examples").display()),
    ];
    build_tree(krait, &tools, &folder, &arguments)?;
    host(krait, &folder.join("embed"))?;
    both(krait, &[folder], USE_TALLY)
}

/// The same as a meson project, with its python module.
fn meson(krait: &Krait, prefix: &Path) -> Outcome {
    let tools = packages(MESON)?;
    let project = paths::target_folder("clients/meson")?;
    for file in ["meson.build", "meson_options.txt"] {
        std::fs::copy(sources().join("meson").join(file), project.join(file)).map_err(|e| e.to_string())?;
    }
    let folder = project.join("build");
    let arguments = [
        "-m".to_owned(),
        "mesonbuild.mesonmain".to_owned(),
        "setup".to_owned(),
        folder.display().to_string(),
        project.display().to_string(),
        format!("-Dpython={}", prefix.join("bin/python3.9").display()),
        format!("-Dexamples={}", paths::root().join("examples").display()),
    ];
    build_tree(krait, &tools, &folder, &arguments)?;
    host(krait, &folder.join("embed"))?;
    both(krait, &[folder], USE_TALLY)
}
