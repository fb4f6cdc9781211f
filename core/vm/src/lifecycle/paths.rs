//! Where the standard library is: `sys.prefix`, `sys.path` and relatives.
//!
//! In order: `PYTHONHOME` (or the configuration's home); a folder that holds `lib/python3.9/os.py`, looked for upwards
//! from the program with its links resolved (or from the `home` of a `pyvenv.cfg` beside it), then from the library's own
//! file; what the library was built for; the archive inside the library.

use super::wide::{self, Wide};
use krait_object::err;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The folder of the standard library under `lib`.
const VERSION: &str = "python3.9";

/// What the search depends on.
#[derive(Default, Clone, Debug)]
pub struct Inputs {
    /// As what the program was called.
    pub program_name: Wide,
    /// The program's file, if it is given.
    pub executable: Option<Wide>,
    /// `prefix` or `prefix:exec_prefix`.
    pub home: Option<Wide>,
    /// `PYTHONPATH`
    pub pythonpath: Option<Wide>,
    /// `lib`, or what takes its place.
    pub platlibdir: Wide,
    /// Whether to tell when nothing is found.
    pub warn: bool,
}

/// What a search for the standard library finds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// `sys.executable`
    pub executable: Wide,
    /// `sys.prefix`
    pub prefix: Wide,
    /// `sys.exec_prefix`
    pub exec_prefix: Wide,
    /// `sys.path` without the script's folder.
    pub search: Vec<Wide>,
}

/// Searches.
pub fn find(inputs: &Inputs) -> Found {
    let executable = match &inputs.executable {
        Some(executable) => Some(wide::to_path(executable)),
        None => program_file(&wide::to_path(&inputs.program_name)),
    };
    let lib = wide::to_path(&inputs.platlibdir);
    let lib = if lib.as_os_str().is_empty() { PathBuf::from("lib") } else { lib };
    let start = executable.as_deref().map(start_folder);
    let Places { prefix, exec_prefix, archive } = prefixes(inputs, start.as_deref(), &lib);
    let mut search = Vec::new();
    if let Some(path) = &inputs.pythonpath {
        search.extend(path.split(|point| *point == ':'.into()).map(<[u32]>::to_vec));
    }
    search.push(wide::from_path(&prefix.join(&lib).join("python39.zip")));
    search.push(wide::from_path(&prefix.join(&lib).join(VERSION)));
    search.push(wide::from_path(&exec_prefix.join(&lib).join(VERSION).join("lib-dynload")));
    search.extend(archive.as_deref().map(wide::from_path));
    Found {
        executable: executable.as_deref().map(wide::from_path).unwrap_or_default(),
        prefix: wide::from_path(&prefix),
        exec_prefix: wide::from_path(&exec_prefix),
        search,
    }
}

/// The program's own file: a name with a folder by its absolute name, else the first match along `PATH`.
fn program_file(name: &Path) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    if name.as_os_str().is_empty() {
        return None;
    }
    let absolute = |path: PathBuf| -> PathBuf {
        if path.is_absolute() {
            return path;
        }
        let relative = path.strip_prefix("./").map(Path::to_owned).unwrap_or(path);
        std::env::current_dir().map(|folder| folder.join(&relative)).unwrap_or(relative)
    };
    if name.as_os_str().as_bytes().contains(&b'/') {
        return Some(absolute(name.to_owned()));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| is_executable(file))
        .map(absolute)
}

fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// The folder of the program behind its links; the `home` of its `pyvenv.cfg`, if there is one.
fn start_folder(executable: &Path) -> PathBuf {
    let mut file = executable.to_owned();
    for _ in 0..40 {
        let Ok(target) = std::fs::read_link(&file) else { break };
        file = file.parent().unwrap_or(Path::new("/")).join(target);
    }
    let folder = file.parent().unwrap_or(Path::new("/")).to_owned();
    let configurations = [Some(folder.as_path()), folder.parent()];
    let text =
        configurations.into_iter().flatten().find_map(|folder| std::fs::read(folder.join("pyvenv.cfg")).ok());
    let home = text.and_then(|text| {
        String::from_utf8_lossy(&text).lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == "home").then(|| PathBuf::from(value.trim()))
        })
    });
    home.unwrap_or(folder)
}

/// The first folder at or above `start` that holds `wanted`.
fn upwards(start: &Path, wanted: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    start.ancestors().find(|folder| wanted(folder)).map(Path::to_owned)
}

/// Where the library is.
struct Places {
    prefix: PathBuf,
    exec_prefix: PathBuf,
    /// What stands on the search path for the archive inside the library, when there is no other.
    archive: Option<PathBuf>,
}

fn prefixes(inputs: &Inputs, start: Option<&Path>, lib: &Path) -> Places {
    if let Some(home) = inputs.home.as_ref().filter(|home| !home.is_empty()) {
        let (prefix, exec_prefix) = wide::split_once(home, ':').unwrap_or((home, home));
        return Places {
            prefix: wide::to_path(prefix),
            exec_prefix: wide::to_path(exec_prefix),
            archive: None,
        };
    }
    let holds_library = |folder: &Path| {
        let landmark = folder.join(lib).join(VERSION).join("os.py");
        landmark.is_file() || landmark.with_extension("pyc").is_file()
    };
    let holds_extensions = |folder: &Path| folder.join(lib).join(VERSION).join("lib-dynload").is_dir();
    let search = |wanted: &dyn Fn(&Path) -> bool| {
        let own = || upwards(library_file()?.parent()?, wanted);
        start.and_then(|start| upwards(start, wanted)).or_else(own)
    };
    let built = PathBuf::from(option_env!("KRAIT_PREFIX").unwrap_or("/usr"));
    let prefix = search(&holds_library).or_else(|| holds_library(&built).then(|| built.clone()));
    let exec_prefix = search(&holds_extensions).or_else(|| holds_extensions(&built).then(|| built.clone()));
    let archive = if prefix.is_none() { crate::import::archive::root() } else { None };
    if inputs.warn && archive.is_none() {
        if prefix.is_none() {
            err::write_stderr_raw(b"Could not find platform independent libraries <prefix>\n");
        }
        if exec_prefix.is_none() {
            err::write_stderr_raw(b"Could not find platform dependent libraries <exec_prefix>\n");
        }
        if prefix.is_none() || exec_prefix.is_none() {
            err::write_stderr_raw(b"Consider setting $PYTHONHOME to <prefix>[:<exec_prefix>]\n");
        }
    }
    Places {
        prefix: prefix.unwrap_or_else(|| built.clone()),
        exec_prefix: exec_prefix.unwrap_or(built),
        archive,
    }
}

/// The file that this code is in: the shared library, or the program it is linked into. Looked up once.
pub fn library_file() -> Option<PathBuf> {
    static FILE: OnceLock<Option<PathBuf>> = OnceLock::new();
    FILE.get_or_init(find_library_file).clone()
}

fn find_library_file() -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    // SAFETY: dladdr fills the struct for an address inside a loaded object; its file name lives as long as that. The kernel passes
    // both auxiliary values.
    unsafe {
        let mut info: libc::Dl_info = core::mem::zeroed();
        let address = find as *const () as *const core::ffi::c_void;
        if libc::dladdr(address, &mut info) == 0 || info.dli_fname.is_null() {
            return None;
        }
        let mut name = info.dli_fname;
        // The program is called what its caller chose to call it; the kernel knows what it started.
        if libc::getauxval(libc::AT_PHDR) as usize >> 12 == info.dli_fbase as usize >> 12 {
            if let Ok(file) = std::env::current_exe() {
                return Some(file);
            }
            name = libc::getauxval(libc::AT_EXECFN) as *const core::ffi::c_char;
        }
        let name = core::ffi::CStr::from_ptr(name).to_bytes();
        std::fs::canonicalize(std::ffi::OsStr::from_bytes(name)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn home_gives_both_prefixes() {
        let found = find(&Inputs { home: Some(wide::of("/a:/b")), ..Inputs::default() });
        assert_eq!((found.prefix, found.exec_prefix), (wide::of("/a"), wide::of("/b")));
        assert_eq!(found.search[2], wide::of("/b/lib/python3.9/lib-dynload"));
    }

    #[test]
    fn python_path_comes_first() {
        let inputs =
            Inputs { home: Some(wide::of("/a")), pythonpath: Some(wide::of("/x::/y")), ..Inputs::default() };
        let found = find(&inputs);
        assert_eq!(found.search[..3], [wide::of("/x"), wide::of(""), wide::of("/y")]);
    }
}
