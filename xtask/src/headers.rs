//! `cargo xtask headers`: rewrites the generated regions of `include/`.
//!
//! A header is written by hand but for regions, which come from the measured facts in `data/abi`:
//!
//! ```text
//! /* [prototypes listobject.h] */    functions and data of that header, by limited-API version
//! /* [constants object.h] */         integer and text macros, but for those that the file defines itself
//! /* [struct PyListObject] */        the fields of a struct; `[struct PyTypeObject _typeobject]` with a tag,
//!                                    `[struct struct _xid]` where it has but a tag
//! ... /* [end] */
//! ```
//!
//! `cargo xtask headers --check` fails when a region is not up to date.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::Outcome;
use crate::paths;

/// What the regions are made from.
struct Facts {
    /// Header to (name, is data, prototype).
    symbols: HashMap<String, Vec<(String, bool, String)>>,
    /// The limited-API version since which a symbol is there.
    limited: HashMap<String, u32>,
    /// Header to (name, value, in the limited API).
    constants: HashMap<String, Vec<(String, String, bool)>>,
    /// Struct to its fields in order, each before its own as `field.inner`: (name, C type).
    structs: HashMap<String, Vec<(String, String)>>,
}

/// Writes the regions of every header.
pub fn headers(args: &[String]) -> Outcome {
    let check = args.iter().any(|arg| arg == "--check");
    let facts = Facts::read()?;
    let mut stale = Vec::new();
    let files = paths::files_below(&paths::root().join("include"), "h")?;
    for file in &files {
        let old = paths::read(file)?;
        let new = facts.rewrite(&old).map_err(|e| format!("{}: {e}", file.display()))?;
        if new != old {
            stale.push(file.display().to_string());
            if !check {
                paths::write(file, &new)?;
            }
        }
    }
    if check && !stale.is_empty() {
        return Err(format!("run `cargo xtask headers`; out of date: {}", stale.join(", ")));
    }
    println!("{} headers, {} rewritten", files.len(), if check { 0 } else { stale.len() });
    Ok(())
}

/// The lines of a table without its head, split at tabs.
fn rows(name: &str) -> Outcome<Vec<Vec<String>>> {
    let text = paths::read(&paths::root().join("data/abi").join(name))?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    Ok(lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

impl Facts {
    fn read() -> Outcome<Facts> {
        let mut facts = Facts {
            symbols: HashMap::new(),
            limited: HashMap::new(),
            constants: HashMap::new(),
            structs: HashMap::new(),
        };
        for row in rows("symbols.tsv")? {
            let [name, kind, _, header, prototype] = &row[..5] else { continue };
            let entry = (name.clone(), kind == "data", prototype.clone());
            facts.symbols.entry(header.clone()).or_default().push(entry);
        }
        for row in rows("limited.tsv")? {
            facts.limited.insert(row[0].clone(), row[1].parse().map_err(|_| "bad limited.tsv")?);
        }
        for row in rows("constants.tsv")? {
            let [name, value, header, kind, _, limited] = &row[..6] else { continue };
            if kind == "macro" || kind == "string" || kind == "pyconfig" {
                let value = if kind == "string" {
                    format!("\"{}\"", value.trim_matches('"'))
                } else {
                    literal(value)
                };
                let entry = (name.clone(), value, limited == "lim");
                facts.constants.entry(header.clone()).or_default().push(entry);
            }
        }
        for row in rows("layout_x86_64.tsv")? {
            let (name, field, ctype) = (&row[0], &row[1], &row[4]);
            if !field.is_empty() {
                facts.structs.entry(name.clone()).or_default().push((field.clone(), ctype.clone()));
            }
        }
        Ok(facts)
    }

    /// The text with fresh regions.
    fn rewrite(&self, text: &str) -> Outcome<String> {
        let own = own_macros(text);
        let mut result = String::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            result.push_str(line);
            result.push('\n');
            let Some(region) = line.trim().strip_prefix("/* [").and_then(|rest| rest.strip_suffix("] */"))
            else {
                continue;
            };
            let words: Vec<&str> = region.split(' ').collect();
            match words[..] {
                ["prototypes", header] => self.prototypes(&mut result, header, &own),
                ["constants", header] => self.constants(&mut result, header, &own),
                ["struct", "struct", tag] => {
                    self.fields(&mut result, &format!("struct {tag}"), &format!("struct {tag}"), "")?;
                }
                ["struct", name] => self.fields(&mut result, name, "typedef struct", name)?,
                ["struct", name, tag] => self.fields(&mut result, name, &format!("struct {tag}"), "")?,
                _ => return Err(format!("unknown region [{region}]")),
            }
            if !lines.any(|line| line.trim() == "/* [end] */") {
                return Err(format!("the region [{region}] does not end"));
            }
            result.push_str("/* [end] */\n");
        }
        Ok(result)
    }

    fn prototypes(&self, out: &mut String, header: &str, own: &HashSet<String>) {
        let mut groups: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for (name, is_data, prototype) in self.symbols.get(header).into_iter().flatten() {
            if own.contains(&format!("{name};")) {
                continue;
            }
            let version = self.limited.get(name).copied().unwrap_or(u32::MAX);
            groups.entry(version).or_default().push(declaration(name, *is_data, prototype));
        }
        for (version, declarations) in groups {
            let guard = match version {
                2 => None,
                u32::MAX => Some("#ifndef Py_LIMITED_API\n".to_owned()),
                _ => Some(format!(
                    "#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03{version:02}0000\n"
                )),
            };
            out.push_str(guard.as_deref().unwrap_or(""));
            declarations.iter().for_each(|declaration| out.push_str(declaration));
            if guard.is_some() {
                out.push_str("#endif\n");
            }
        }
    }

    fn constants(&self, out: &mut String, header: &str, own: &HashSet<String>) {
        let all = self.constants.get(header).into_iter().flatten();
        let (limited, other): (Vec<_>, Vec<_>) =
            all.filter(|(name, ..)| !own.contains(name)).partition(|(.., limited)| *limited);
        let define = |(name, value, _): &&(String, String, bool)| format!("#define {name} {value}\n");
        out.extend(limited.iter().map(define));
        if !other.is_empty() {
            out.push_str("#ifndef Py_LIMITED_API\n");
            out.extend(other.iter().map(define));
            out.push_str("#endif\n");
        }
    }

    fn fields(&self, out: &mut String, name: &str, head: &str, alias: &str) -> Outcome {
        let fields = self.structs.get(name).ok_or_else(|| format!("no layout of {name}"))?;
        out.push_str(&format!("{head} {{\n"));
        members(out, fields, "", 1);
        out.push_str(&format!("}}{}{alias};\n", if alias.is_empty() { "" } else { " " }));
        Ok(())
    }
}

/// The fields whose names are `prefix` and one word more; a struct without a name is written out.
fn members(out: &mut String, fields: &[(String, String)], prefix: &str, depth: usize) {
    let indent = "    ".repeat(depth);
    for (path, ctype) in fields {
        let Some(field) = path.strip_prefix(prefix).filter(|rest| !rest.contains('.')) else { continue };
        if ctype == "struct {...}" {
            out.push_str(&format!("{indent}struct {{\n"));
            members(out, fields, &format!("{path}."), depth + 1);
            out.push_str(&format!("{indent}}} {field};\n"));
        } else {
            out.push_str(&format!("{indent}{};\n", declarator(ctype, field)));
        }
    }
}

/// The macros that a header defines outside of its regions, and `NAME;` for what it declares itself.
fn own_macros(text: &str) -> HashSet<String> {
    let mut own = HashSet::new();
    let mut in_region = false;
    for line in text.lines().map(str::trim) {
        if line == "/* [end] */" {
            in_region = false;
        } else if line.starts_with("/* [") && line.ends_with("] */") {
            in_region = true;
        } else if !in_region {
            let name = |rest: &str| -> String {
                rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
            };
            if let Some(rest) =
                line.strip_prefix('#').and_then(|rest| rest.trim_start().strip_prefix("define "))
            {
                own.insert(name(rest.trim_start()));
            } else if let Some((_, rest)) =
                line.split_once("PyAPI_FUNC(").and_then(|(_, rest)| rest.split_once(") "))
            {
                own.insert(format!("{};", name(rest)));
            } else if let Some((_, rest)) =
                line.split_once("PyAPI_DATA(").and_then(|(_, rest)| rest.split_once(") "))
            {
                own.insert(format!("{};", name(rest)));
            }
        }
    }
    own
}

/// A number as C reads it.
fn literal(value: &str) -> String {
    match value.parse::<i128>() {
        Ok(number) if number == i128::from(i64::MIN) => "(-9223372036854775807L-1)".to_owned(),
        Ok(number) if number < 0 => format!("({number}{})", if number < -0x8000_0000 { "L" } else { "" }),
        Ok(number) if number > i128::from(i64::MAX) => format!("{number}UL"),
        Ok(number) if number > 0xFFFF_FFFF => format!("{number}L"),
        Ok(number) if number > 0x7FFF_FFFF => format!("{number}U"),
        _ => value.to_owned(),
    }
}

/// `TYPE NAME(ARGS);` as a declaration with the right visibility.
fn declaration(name: &str, is_data: bool, prototype: &str) -> String {
    // How the tool that measured the prototypes shows a `va_list`.
    let prototype = prototype.replace("struct __va_list_tag *", "va_list ");
    let prototype = prototype.trim().trim_end_matches(';');
    if is_data && prototype.contains("(*") {
        return format!("extern Py_EXPORTED_SYMBOL {prototype};\n");
    }
    let Some(at) = position(prototype, name) else {
        return format!("/* {name} */\n");
    };
    let (kind, rest) = (prototype[..at].trim(), &prototype[at..]);
    // A constant table: `const T NAME[N]`, which the measuring tool shows with the qualifier on both sides.
    let kind = kind.strip_prefix("extern ").unwrap_or(kind).replace("const const", "const");
    format!("{}({kind}) {rest};\n", if is_data { "PyAPI_DATA" } else { "PyAPI_FUNC" })
}

/// Where the word `name` is in a prototype, and not as a part of a longer one.
fn position(prototype: &str, name: &str) -> Option<usize> {
    let in_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    prototype.match_indices(name).map(|(at, _)| at).find(|at| {
        let (before, after) = (&prototype[..*at], &prototype[at + name.len()..]);
        !before.ends_with(in_word) && !after.starts_with(in_word)
    })
}

/// A field's declaration from its type as `T (*)(ARGS)`, `T [N]` or `T`.
fn declarator(ctype: &str, field: &str) -> String {
    if let Some(at) = ctype.find("(*").filter(|_| ctype.contains(")(")) {
        let close = at + ctype[at..].find(')').unwrap_or(0);
        // `(*const` before the name, `[N]` behind it.
        let inside = &ctype[at + 2..close];
        let (words, size) = inside.split_at(inside.find('[').unwrap_or(inside.len()));
        let space = if words.is_empty() { "" } else { " " };
        return format!("{}(*{words}{space}{field}{size}{}", &ctype[..at], &ctype[close..]);
    }
    if let Some(at) = ctype.find(" [").or_else(|| ctype.find('[')) {
        let (kind, size) = (&ctype[..at], ctype[at..].trim());
        return format!("{kind}{}{field}{size}", if kind.ends_with('*') { "" } else { " " });
    }
    format!("{ctype}{}{field}", if ctype.ends_with('*') { "" } else { " " })
}

#[cfg(test)]
mod tests {
    use super::{declaration, declarator, literal};

    #[test]
    fn declarators() {
        let cases = [
            ("int", "int x"),
            ("PyObject *", "PyObject *x"),
            ("char [4]", "char x[4]"),
            ("PyObject *[1]", "PyObject *x[1]"),
            ("void *(*)(void *, size_t)", "void *(*x)(void *, size_t)"),
            ("void (*[32])(void)", "void (*x[32])(void)"),
            ("Py_hash_t (*const)(const void *)", "Py_hash_t (*const x)(const void *)"),
        ];
        for (ctype, expected) in cases {
            assert_eq!(declarator(ctype, "x"), expected);
        }
    }

    #[test]
    fn declarations_and_literals() {
        let made = declaration("PyList_New", false, "PyObject *PyList_New(Py_ssize_t size);");
        assert_eq!(made, "PyAPI_FUNC(PyObject *) PyList_New(Py_ssize_t size);\n");
        let made = declaration("_PyRuntime", true, "_PyRuntimeState _PyRuntime");
        assert_eq!(made, "PyAPI_DATA(_PyRuntimeState) _PyRuntime;\n");
        assert_eq!(literal("-1"), "(-1)");
        assert_eq!(literal("2147483648"), "2147483648U");
    }
}
