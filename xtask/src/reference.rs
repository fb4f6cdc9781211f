//! The reference CPython 3.9: found on the machine, or unpacked from Debian 11's packages into `target/reference`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::paths;
use crate::process;

/// What makes up the reference, and the libraries that its modules want.
const PACKAGES: &[&str] = &[
    "python3.9-minimal",
    "python3.9",
    "libpython3.9-minimal",
    "libpython3.9-stdlib",
    "libpython3.9",
    "libpython3.9-dev",
    "python3.9-dev",
    "libpython3.9-testsuite",
    "python3.9-venv",
    "python3-distutils",
    "python3-lib2to3",
    "python3.9-doc",
    "unicode-data",
    "libssl1.1",
    "libffi7",
    "libmpdec3",
    "libreadline8",
    "libtinfo6",
    "libncursesw6",
    "libdb5.3",
    "libnsl2",
    "libtirpc3",
    "libgdbm6",
    "libgdbm-compat4",
    "libsqlite3-0",
    "libexpat1",
    "libuuid1",
];

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";
const SHARED_LIBRARY: &str = "libpython3.9.so.1.0";

/// A CPython 3.9 with headers, shared library, standard library and test suite.
pub struct Reference {
    pub executable: PathBuf,
    /// `PYTHONHOME` for hosts: the folder above `lib/python3.9`.
    pub prefix: PathBuf,
    /// Where `libpython3.9.so.1.0` and the libraries of its modules lie.
    pub libraries: PathBuf,
    pub include: PathBuf,
    pub stdlib: PathBuf,
}

impl Reference {
    fn unpacked(root: &Path) -> Reference {
        let prefix = root.join("usr");
        Reference {
            executable: prefix.join("bin/python3.9"),
            libraries: prefix.join("lib/x86_64-linux-gnu"),
            include: prefix.join("include/python3.9"),
            stdlib: prefix.join("lib/python3.9"),
            prefix,
        }
    }

    /// A command that runs `program` on the reference's libraries and nothing of the caller's Python settings.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        clean_environment(&mut command);
        command.env("LD_LIBRARY_PATH", &self.libraries);
        command
    }

    /// The reference interpreter with arguments.
    pub fn python(&self, args: &[impl AsRef<std::ffi::OsStr>]) -> Command {
        let mut command = self.command(&self.executable);
        command.args(args);
        command
    }

    pub fn version(&self) -> Outcome<String> {
        let text = process::capture(&mut self.python(&["-c", "import sys; print(sys.version.split()[0])"]))?;
        Ok(format!("CPython {} in {}", text.trim(), self.prefix.display()))
    }

    /// Fails naming the first thing that is missing.
    fn verify(&self) -> Outcome {
        let files = [
            &self.executable,
            &self.libraries.join(SHARED_LIBRARY),
            &self.include.join("Python.h"),
            &self.stdlib.join("os.py"),
            &self.stdlib.join("test/test_grammar.py"),
        ];
        if let Some(missing) = files.into_iter().find(|file| !file.exists()) {
            return Err(format!("the reference lacks {}", missing.display()));
        }
        let probe = "import sys; assert sys.version_info[:2] == (3, 9), sys.version\n\
             import ssl, ctypes, decimal, sqlite3, lzma, bz2, hashlib, readline, curses, uuid, test.test_capi";
        process::capture(&mut self.python(&["-c", probe])).map(drop)
    }
}

/// Removes from a command's environment what would steer a Python or its loader.
pub fn clean_environment(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("PYTHON") || name == "VIRTUAL_ENV" || name == "LD_PRELOAD" {
            command.env_remove(name);
        }
    }
}

/// The reference, fetched first when the machine has none. `KRAIT_REFERENCE` names an unpacked tree to use.
pub fn obtain() -> Outcome<Reference> {
    if let Some(root) = env::var_os("KRAIT_REFERENCE") {
        let reference = Reference::unpacked(Path::new(&root));
        reference.verify().map_err(|e| format!("KRAIT_REFERENCE={}: {e}", root.to_string_lossy()))?;
        return Ok(reference);
    }
    let root = paths::target().join("reference");
    if root.join(".complete").exists() {
        return Ok(Reference::unpacked(&root));
    }
    if let Some(installed) = installed() {
        return Ok(installed);
    }
    fetch(&root)?;
    Ok(Reference::unpacked(&root))
}

/// A CPython 3.9 on the PATH, if it has everything.
fn installed() -> Option<Reference> {
    let mut probe = Command::new("python3.9");
    clean_environment(&mut probe);
    probe.args([
        "-c",
        "import sys, sysconfig as s\n\
         if sys.implementation.name != 'cpython': raise SystemExit(1)\n\
         for v in (sys.executable, sys.base_prefix, s.get_config_var('LIBDIR'), s.get_path('include'), s.get_path('stdlib')): print(v)",
    ]);
    let text = process::capture(&mut probe).ok()?;
    let [executable, prefix, libraries, include, stdlib] =
        text.lines().collect::<Vec<_>>().try_into().ok()?;
    let multiarch = Path::new(libraries).join("x86_64-linux-gnu");
    let libraries = if multiarch.join(SHARED_LIBRARY).exists() { multiarch } else { libraries.into() };
    let reference = Reference {
        executable: executable.into(),
        prefix: prefix.into(),
        libraries,
        include: include.into(),
        stdlib: stdlib.into(),
    };
    reference.verify().is_ok().then_some(reference)
}

/// Fetches the packages and unpacks them.
fn fetch(root: &Path) -> Outcome {
    for tool in ["apt-get", "dpkg"] {
        process::capture(Command::new(tool).arg("--version")).map_err(|_| {
            format!(
                "no CPython 3.9 with headers and test suite is installed, and {tool} is missing to fetch one"
            )
        })?;
    }
    println!("[1/3] reading the index of Debian 11");
    let archive = Archive::open("reference-fetch")?;
    for (number, package) in PACKAGES.iter().enumerate() {
        print!("\r[2/3] fetching packages {}/{} {package:<28}", number + 1, PACKAGES.len());
        std::io::Write::flush(&mut std::io::stdout()).map_err(|e| e.to_string())?;
        archive.download(package)?;
    }
    println!();
    println!("[3/3] unpacking into {}", root.display());
    archive.unpack(root)?;
    Reference::unpacked(root).verify()?;
    archive.close()?;
    paths::write(&root.join(".complete"), "")
}

/// Fetches the static libmpdec for the module `_decimal`, for not every Debian has it, and tells when that cannot be
/// done: a library without it is complete, with slower decimals.
pub fn obtain_libmpdec() {
    if let Err(message) = fetch_libmpdec() {
        println!("the library is built without _decimal: {message}");
    }
}

/// `core/modules/build.rs` looks in this place.
fn fetch_libmpdec() -> Outcome {
    let library = paths::target_folder("libmpdec")?.join("libmpdec.a");
    if library.exists() || env::var_os("KRAIT_LIBMPDEC").is_some() {
        return Ok(());
    }
    println!("fetching libmpdec");
    let archive = Archive::open("libmpdec-fetch")?;
    archive.download("libmpdec-dev")?;
    let unpacked = archive.scratch.join("unpacked");
    archive.unpack(&unpacked)?;
    paths::copy_file(&unpacked.join("usr/lib/x86_64-linux-gnu/libmpdec.a"), &library)?;
    archive.close()
}

/// Debian 11's packages, reached with a private apt configuration; the system's own is read, never changed.
struct Archive {
    scratch: PathBuf,
}

impl Archive {
    /// Reads the index into a folder for the time being.
    fn open(folder: &str) -> Outcome<Archive> {
        if !Path::new(KEYRING).exists() {
            return Err(format!("{KEYRING} is missing (package debian-archive-keyring)"));
        }
        let scratch = paths::target_folder(folder)?;
        for part in ["lists/partial", "cache/archives/partial", "debs"] {
            paths::target_folder(&format!("{folder}/{part}"))?;
        }
        paths::write(&scratch.join("sources.list"), &sources_list()?)?;
        process::capture(private_apt(&scratch).arg("update"))?;
        Ok(Archive { scratch })
    }

    /// Fetches a package unless an earlier attempt has.
    fn download(&self, package: &str) -> Outcome {
        let debs = self.scratch.join("debs");
        let prefix = format!("{package}_");
        let is_there =
            |deb: &PathBuf| deb.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&prefix));
        if !paths::files_in(&debs, "deb")?.iter().any(is_there) {
            process::capture(private_apt(&self.scratch).args(["download", package]).current_dir(debs))?;
        }
        Ok(())
    }

    /// Unpacks everything that has been fetched.
    fn unpack(&self, root: &Path) -> Outcome {
        fs::create_dir_all(root).map_err(|e| format!("cannot make {}: {e}", root.display()))?;
        for deb in paths::files_in(&self.scratch.join("debs"), "deb")? {
            process::capture(Command::new("dpkg").arg("-x").arg(deb).arg(root))?;
        }
        Ok(())
    }

    /// Removes what is not wanted any more.
    fn close(self) -> Outcome {
        fs::remove_dir_all(&self.scratch)
            .map_err(|e| format!("cannot remove {}: {e}", self.scratch.display()))
    }
}

/// Debian 11's suites at the archive that this machine's apt already uses.
fn sources_list() -> Outcome<String> {
    let targets = || {
        process::capture(Command::new("apt-get").args([
            "indextargets",
            "--format",
            "$(REPO_URI) $(CODENAME) $(COMPONENT)",
            "Created-By: Packages",
        ]))
    };
    let mut text = targets()?;
    if text.trim().is_empty() {
        process::capture(Command::new("apt-get").arg("update"))?;
        text = targets()?;
    }
    let find = |security: bool| {
        text.lines().find_map(|line| {
            let [uri, codename, component] = line.split_whitespace().collect::<Vec<_>>().try_into().ok()?;
            let wanted = if security { codename.ends_with("-security") } else { !codename.contains('-') };
            (component == "main" && wanted).then(|| uri.trim_end_matches('/').to_owned())
        })
    };
    let main =
        find(false).ok_or("this machine's apt has no Debian main archive to fetch CPython 3.9 from")?;
    let mut list = format!("deb [signed-by={KEYRING}] {main} bullseye main\n");
    if let Some(security) = find(true) {
        list += &format!("deb [signed-by={KEYRING}] {security} bullseye-security main\n");
    }
    Ok(list)
}

fn private_apt(scratch: &Path) -> Command {
    let mut command = Command::new("apt-get");
    let place = |option: &str, file: &str| format!("{option}={}", scratch.join(file).display());
    command.args([
        "-q",
        "-o",
        &place("Dir::Etc::sourcelist", "sources.list"),
        "-o",
        "Dir::Etc::sourceparts=/dev/null",
    ]);
    command.args(["-o", &place("Dir::State::lists", "lists"), "-o", &place("Dir::Cache", "cache")]);
    command.args(["-o", "Dir::State::status=/dev/null", "-o", "APT::Sandbox::User=root"]);
    command
}
