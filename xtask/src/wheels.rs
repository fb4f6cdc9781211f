//! Real wheels from the package index, fetched with pip: those of the demo, unpacked into `target/wheels/site`, and the
//! projects whose sources `parity --projects` reads, below `target/projects`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::paths;
use crate::process;
use crate::reference::{self, Reference};

/// The wheels of the demo, at versions that have cp39 (or abi3, or pure) builds, and pip itself.
const WHEELS: &[&str] = &[
    "markupsafe==3.0.4",
    "PyYAML==6.0.3",
    "msgpack==1.1.2",
    "regex==2026.1.15",
    "orjson==3.11.5",
    "pycparser==2.23",
    "cffi==2.0.0",
    "greenlet==3.2.5",
    "numpy==2.0.2",
    "pip==26.0.1",
];

/// Large projects without compiled parts, at the last versions for Python 3.9 or before.
const PROJECTS: &[&str] = &[
    "Django==4.2.16",
    "sympy==1.13.3",
    "mypy==1.11.2",
    "SQLAlchemy==2.0.36",
    "Twisted==24.3.0",
    "docutils==0.21.2",
    "pylint==3.3.1",
    "hypothesis==6.112.1",
    "networkx==3.2.1",
    "Sphinx==7.4.7",
];
/// Stubs: some of them are no Python 3.9.
const NOT_COMPARED: &str = "mypy/typeshed";

/// Where wheels with compiled parts may come from.
const PLATFORMS: &[&str] =
    &["manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_24_x86_64", "manylinux_2_28_x86_64"];

/// The folder of the demo's unpacked wheels, fetched first where missing.
pub fn obtain(reference: &Reference) -> Outcome<PathBuf> {
    let site = paths::target_folder("wheels/site")?;
    for (number, wheel) in WHEELS.iter().enumerate() {
        let progress = format!("wheel {}/{}: {wheel}", number + 1, WHEELS.len());
        unpack(reference, wheel, PLATFORMS, "wheels", &site, &progress)?;
    }
    Ok(site)
}

/// The folder `site` below `folder` of `target`, with other unpacked wheels, fetched first where missing.
pub fn site(reference: &Reference, folder: &str, wheels: &[&str]) -> Outcome<PathBuf> {
    let site = paths::target_folder(&format!("{folder}/site"))?;
    for wheel in wheels {
        unpack(reference, wheel, PLATFORMS, folder, &site, &format!("wheel {wheel}"))?;
    }
    Ok(site)
}

/// The folders of the projects, fetched first where missing.
pub fn projects(reference: &Reference) -> Outcome<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for (number, project) in PROJECTS.iter().enumerate() {
        let site = paths::target_folder(&format!("projects/site/{project}"))?;
        let progress = format!("project {}/{}: {project}", number + 1, PROJECTS.len());
        unpack(reference, project, &["any"], "projects", &site, &progress)?;
        let _ = std::fs::remove_dir_all(site.join(NOT_COMPARED));
        folders.push(site);
    }
    Ok(folders)
}

/// Fetches a wheel into a folder of its own below `folder` and unpacks it into `site`, unless that has been done.
fn unpack(
    reference: &Reference,
    wheel: &str,
    platforms: &[&str],
    folder: &str,
    site: &Path,
    progress: &str,
) -> Outcome {
    let stamp = paths::target_folder(folder)?.join(format!("{wheel}.unpacked"));
    if stamp.exists() {
        return Ok(());
    }
    println!("{progress}");
    let fetched = paths::target_folder(&format!("{folder}/{wheel}"))?;
    fetch(wheel, platforms, &fetched)?;
    let files = paths::files_in(&fetched, "whl")?;
    let file = files.first().ok_or_else(|| format!("pip fetched no wheel of {wheel}"))?;
    let unpack = ["-m".as_ref(), "zipfile".as_ref(), "-e".as_ref(), file.as_os_str(), site.as_os_str()];
    process::capture(&mut reference.python(&unpack))?;
    paths::write(&stamp, "")
}

/// `pip VERB` of the Python that builds, for what is named alone, without its dependencies.
pub fn pip(verb: &str) -> Command {
    let mut pip = Command::new("python3");
    reference::clean_environment(&mut pip);
    pip.args(["-m", "pip", verb, "--quiet", "--no-deps"]);
    pip
}

fn fetch(wheel: &str, platforms: &[&str], folder: &Path) -> Outcome {
    let mut pip = pip("download");
    pip.args(["--only-binary=:all:", "--python-version=3.9"]);
    pip.args(["--implementation=cp", "--abi=cp39", "--abi=abi3", "--abi=none"]);
    for platform in platforms {
        pip.arg(format!("--platform={platform}"));
    }
    pip.arg("--dest").arg(folder).arg(wheel);
    process::capture(&mut pip).map(drop).map_err(|e| {
        let hint = "python3 with pip and a reachable package index are needed for the wheels";
        format!("{hint}\n{e}")
    })
}
