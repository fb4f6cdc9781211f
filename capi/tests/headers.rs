//! `include/` against the measured facts: it compiles cleanly as C and C++ in every standard and for every limited API, and
//! every prototype, struct and field that it declares is that of CPython's headers.

use std::fmt::Write;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const HEADERS: [&str; 16] = [
    "Python.h",
    "structmember.h",
    "datetime.h",
    "frameobject.h",
    "marshal.h",
    "opcode.h",
    "token.h",
    "symtable.h",
    "parsetok.h",
    "ast.h",
    "ucnhash.h",
    "errcode.h",
    "osdefs.h",
    "pystrhex.h",
    "interpreteridobject.h",
    "Python.h",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn includes(headers: &[&str]) -> String {
    headers.iter().fold(String::new(), |text, header| text + &format!("#include <{header}>\n"))
}

/// What the compiler says about a source; nothing is well.
fn complaints(compiler: &str, flags: &[&str], source: &str) -> String {
    let mut child = Command::new(compiler)
        .args(flags)
        .args(["-Wall", "-fsyntax-only", "-I"])
        .arg(root().join("include"))
        .arg("-")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a C compiler is installed");
    child.stdin.take().expect("piped").write_all(source.as_bytes()).expect("the compiler reads");
    let output = child.wait_with_output().expect("the compiler ends");
    String::from_utf8_lossy(&output.stderr).lines().take(10).collect::<Vec<_>>().join("\n")
}

fn rows(table: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(root().join("data/abi").join(table)).expect("the table is there");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

#[test]
fn headers_compile_in_every_standard() {
    let source = includes(&HEADERS);
    for standard in ["-std=c99", "-std=c11", "-std=c17"] {
        let flags = ["-x", "c", standard, "-pedantic", "-Wextra"];
        assert_eq!(complaints("cc", &flags, &source), "", "{standard}");
    }
    for standard in ["-std=c++11", "-std=c++14", "-std=c++17", "-std=c++20"] {
        assert_eq!(complaints("c++", &["-x", "c++", standard], &source), "", "{standard}");
    }
}

/// Every header of `include/internal`, behind what they ask for.
fn internal_includes() -> String {
    let folder = std::fs::read_dir(root().join("include/internal")).expect("the folder is there");
    let mut names: Vec<String> =
        folder.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names.iter().fold("#define Py_BUILD_CORE\n".to_owned() + &includes(&HEADERS), |text, name| {
        text + &format!("#include <internal/{name}>\n")
    })
}

#[test]
fn internal_headers_compile() {
    let source = internal_includes();
    assert_eq!(complaints("cc", &["-x", "c", "-std=c99", "-pedantic", "-Wextra"], &source), "");
    assert_eq!(complaints("c++", &["-x", "c++", "-std=c++11"], &source), "");
}

#[test]
fn headers_compile_for_every_limited_api() {
    let source = includes(&["Python.h", "structmember.h"]);
    for minor in 2..=9 {
        let limit = format!("-DPy_LIMITED_API=0x03{minor:02}0000");
        assert_eq!(complaints("cc", &["-x", "c", &limit], &source), "", "{limit}");
    }
}

#[test]
fn prototypes_are_cpythons() {
    let mut source = internal_includes();
    for row in rows("symbols.tsv") {
        let (name, header, prototype) = (&row[0], &row[3], row[4].trim_end_matches(';'));
        if header.is_empty() || header == "-" {
            continue;
        }
        let prototype =
            prototype.replace("struct __va_list_tag *", "va_list ").replace("const const", "const");
        writeln!(source, "#undef {name}\nextern {prototype};").expect("a string");
    }
    assert_eq!(complaints("cc", &["-x", "c", "-std=gnu11", "-Wno-deprecated-declarations"], &source), "");
}

#[test]
fn structs_are_cpythons() {
    // Structs of the former parser's and the compiler's internals, which the headers leave opaque.
    let opaque = ["struct symtable", "PySTEntryObject"];
    let mut source = internal_includes() + "#include <asdl.h>\n";
    for row in rows("layout_x86_64.tsv") {
        let (name, field, offset, size, header) = (&row[0], &row[1], &row[2], &row[3], &row[5]);
        let is_foreign = header.is_empty() || header.contains('=');
        let is_left_out =
            header == "Python-ast.h" || header == "pyexpat.h" || opaque.contains(&name.as_str());
        if is_foreign || is_left_out {
            continue;
        }
        if field.is_empty() {
            writeln!(source, "_Static_assert(sizeof({name}) == {size}, \"{name}\");").expect("a string");
        } else if offset.parse::<u32>().is_ok() && !field.contains("state.") {
            writeln!(source, "_Static_assert(offsetof({name}, {field}) == {offset}, \"{name}.{field}\");")
                .expect("a string");
        }
    }
    assert_eq!(complaints("cc", &["-x", "c", "-std=gnu11"], &source), "");
}
