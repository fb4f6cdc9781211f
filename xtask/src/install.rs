//! `cargo xtask install --prefix P`: the library, headers, program and build descriptions under a prefix, where
//! `pkg-config`, `python3.9-config`, CMake, meson and setuptools look for them.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::build::{self, Krait};
use crate::paths;

const VERSION: &str = "3.9";
const SHARED: &str = "libpython3.9.so.1.0";

/// Builds and installs.
pub fn install(args: &[String]) -> Outcome {
    let prefix = match args {
        [flag, prefix] if flag == "--prefix" => PathBuf::from(prefix),
        _ => return Err("usage: cargo xtask install --prefix FOLDER".to_owned()),
    };
    into(&build::build()?, &prefix)
}

/// Lays everything out under a prefix.
pub fn into(krait: &Krait, prefix: &Path) -> Outcome {
    fs::create_dir_all(prefix).map_err(|e| format!("cannot make {}: {e}", prefix.display()))?;
    let prefix = prefix.canonicalize().map_err(|e| format!("{}: {e}", prefix.display()))?;
    paths::copy_tree(&krait.prefix.join("lib/python3.9"), &prefix.join("lib/python3.9"))?;
    paths::copy_tree(&paths::root().join("include"), &prefix.join("include/python3.9"))?;
    copy(&krait.library(), &prefix.join("lib").join(SHARED))?;
    for link in ["libpython3.9.so", "libpython3.9.so.1"] {
        replace_link(SHARED, &prefix.join("lib").join(link))?;
    }
    let archive = paths::target().join("release/libpython3_9.a");
    if archive.exists() {
        copy(&archive, &prefix.join("lib/libpython3.9.a"))?;
    }
    copy(&krait.executable(), &prefix.join("bin/python3.9"))?;
    replace_link("python3.9", &prefix.join("bin/python3"))?;
    describe(&prefix)?;
    relocate(&prefix)?;
    println!("installed in {}", prefix.display());
    Ok(())
}

/// `python-3.9.pc`, `python-3.9-embed.pc` and `python3.9-config`.
fn describe(prefix: &Path) -> Outcome {
    let shown = prefix.display();
    let folder = prefix.join("lib/pkgconfig");
    fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    for (name, what, libraries) in [
        ("python-3.9.pc", "Build a C extension for Python", ""),
        ("python-3.9-embed.pc", "Embed Python into an application", "-L${libdir} -lpython3.9"),
    ] {
        let text = format!(
            "prefix={shown}\nexec_prefix=${{prefix}}\nlibdir=${{exec_prefix}}/lib\nincludedir=${{prefix}}/include\n\n\
             Name: Python\nDescription: {what}\nRequires:\nVersion: {VERSION}\nLibs.private: -lpthread -ldl -lutil -lm\n\
             Libs: {libraries}\nCflags: -I${{includedir}}/python3.9\n"
        );
        paths::write(&folder.join(name), &text)?;
    }
    let config = prefix.join("bin/python3.9-config");
    let text = format!(
        "#!/bin/sh\n# What a compiler needs to be told; the options are those of CPython's python3-config.\n\
         prefix={shown}\nembed=\nfor option; do [ \"$option\" = --embed ] && embed=-lpython3.9; done\n\
         [ $# -gt 0 ] || {{ echo \"usage: $0 --prefix|--exec-prefix|--includes|--libs|--cflags|--ldflags|--extension-suffix|\
         --abiflags|--configdir|--embed\" >&2; exit 1; }}\n\
         for option; do\n  case $option in\n\
         \x20   --prefix|--exec-prefix) echo \"$prefix\" ;;\n\
         \x20   --includes|--cflags) echo \"-I$prefix/include/python3.9\" ;;\n\
         \x20   --libs) echo \"$embed -lpthread -ldl -lutil -lm\" ;;\n\
         \x20   --ldflags) echo \"-L$prefix/lib $embed -lpthread -ldl -lutil -lm\" ;;\n\
         \x20   --extension-suffix) echo .cpython-39-x86_64-linux-gnu.so ;;\n\
         \x20   --abiflags) echo ;;\n\
         \x20   --configdir) echo \"$prefix/lib/python3.9\" ;;\n\
         \x20   --embed) ;;\n\
         \x20   *) echo \"unknown option $option\" >&2; exit 1 ;;\n  esac\ndone\n"
    );
    paths::write(&config, &text)?;
    fs::set_permissions(&config, fs::Permissions::from_mode(0o755)).map_err(|e| e.to_string())?;
    replace_link("python3.9-config", &prefix.join("bin/python3-config"))
}

/// Tells `sysconfig`, whose table came with the standard library, where things are now.
fn relocate(prefix: &Path) -> Outcome {
    let shown = prefix.display();
    let folders = [
        ("prefix", ""),
        ("exec_prefix", ""),
        ("BINDIR", "/bin"),
        ("LIBDIR", "/lib"),
        ("LIBPC", "/lib/pkgconfig"),
        ("SCRIPTDIR", "/lib"),
        ("LIBDEST", "/lib/python3.9"),
        ("BINLIBDEST", "/lib/python3.9"),
        ("LIBPL", "/lib"),
        ("DESTSHARED", "/lib/python3.9/lib-dynload"),
        ("INCLUDEDIR", "/include"),
        ("CONFINCLUDEDIR", "/include"),
        ("INCLUDEPY", "/include/python3.9"),
        ("CONFINCLUDEPY", "/include/python3.9"),
    ];
    let mut update = String::from("build_time_vars.update({\n");
    for (name, below) in folders {
        update.push_str(&format!("    {name:?}: {:?},\n", format!("{shown}{below}")));
    }
    update.push_str(
        "    \"Py_ENABLE_SHARED\": 1, \"LDLIBRARY\": \"libpython3.9.so\", \"LIBRARY\": \"libpython3.9.a\",\n",
    );
    update.push_str(&format!("    \"INSTSONAME\": {SHARED:?}, \"BLDLIBRARY\": \"-lpython3.9\",\n}})\n"));
    for table in paths::files_in(&prefix.join("lib/python3.9"), "py")? {
        if table.file_name().is_some_and(|name| name.to_string_lossy().starts_with("_sysconfigdata_")) {
            let text = paths::read(&table)?;
            paths::write(&table, &format!("{text}\n{update}"))?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Outcome {
    let folder = to.parent().unwrap_or(to);
    fs::create_dir_all(folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    let _ = fs::remove_file(to);
    fs::copy(from, to).map(drop).map_err(|e| format!("cannot copy {}: {e}", from.display()))
}

fn replace_link(target: &str, link: &Path) -> Outcome {
    let _ = fs::remove_file(link);
    symlink(target, link).map_err(|e| format!("cannot link {}: {e}", link.display()))
}
