//! Real wheels from the package index, fetched with pip and unpacked into `target/wheels/site`.

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

/// The folder of the unpacked wheels, fetched first where missing.
pub fn obtain(reference: &Reference) -> Outcome<PathBuf> {
    let folder = paths::target_folder("wheels")?;
    let site = paths::target_folder("wheels/site")?;
    for (number, wheel) in WHEELS.iter().enumerate() {
        let stamp = folder.join(format!("{wheel}.unpacked"));
        if stamp.exists() {
            continue;
        }
        println!("wheel {}/{}: {wheel}", number + 1, WHEELS.len());
        let fetched = paths::target_folder(&format!("wheels/{wheel}"))?;
        fetch(wheel, &fetched)?;
        let files = paths::files_in(&fetched, "whl")?;
        let file = files.first().ok_or_else(|| format!("pip fetched no wheel of {wheel}"))?;
        let unpack = ["-m".as_ref(), "zipfile".as_ref(), "-e".as_ref(), file.as_os_str(), site.as_os_str()];
        process::capture(&mut reference.python(&unpack))?;
        paths::write(&stamp, "")?;
    }
    Ok(site)
}

fn fetch(wheel: &str, folder: &Path) -> Outcome {
    let mut pip = Command::new("python3");
    reference::clean_environment(&mut pip);
    pip.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--python-version=3.9",
    ]);
    pip.args(["--implementation=cp", "--abi=cp39", "--abi=abi3", "--abi=none"]);
    for platform in
        ["manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_24_x86_64", "manylinux_2_28_x86_64"]
    {
        pip.arg(format!("--platform={platform}"));
    }
    pip.arg("--dest").arg(folder).arg(wheel);
    process::capture(&mut pip).map(drop).map_err(|e| {
        let hint = "python3 with pip and a reachable package index are needed for the wheels";
        format!("{hint}\n{e}")
    })
}
