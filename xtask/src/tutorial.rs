//! `cargo xtask tutorial`: does what `docs/change-the-grammar.md` says, on a copy of the project.
//!
//! The document is the test: its `diff FILE` blocks are applied to the copy, the library is built, and each `python`
//! block must print the `text` block behind it. The copy keeps its files' times, so that only what the changes
//! touch is built again the next time.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::build::{self, Built};
use crate::paths;
use crate::process;
use crate::reference::{self, Reference};

const DOCUMENT: &str = "docs/change-the-grammar.md";
/// Entries of the project's root that are not copied.
const LEFT_OUT: &[&str] = &["target", ".git"];

/// A fenced block: the words behind the fence, and the lines.
#[derive(Debug, PartialEq)]
struct Block {
    words: Vec<String>,
    text: String,
}

pub fn tutorial() -> Outcome {
    let blocks = blocks(&paths::read(&paths::root().join(DOCUMENT))?);
    let reference = reference::obtain()?;
    let copy = paths::target_folder("tutorial/project")?;
    let changed = changed_files(&blocks)?;
    println!("{} files change", changed.len());
    copy_project(&copy, &changed)?;
    println!("building the changed library");
    let prefix = build_library(&copy, &reference)?;
    let programs: Vec<_> = blocks.windows(2).filter(|pair| pair[0].words == ["python"]).collect();
    for (number, pair) in programs.iter().enumerate() {
        run(&prefix, &reference, &pair[0].text, &pair[1])
            .map_err(|e| format!("program {}: {e}", number + 1))?;
        println!("ok    program {}", number + 1);
    }
    let complete = !changed.is_empty() && !programs.is_empty();
    if complete { Ok(()) } else { Err(format!("{DOCUMENT} has no changes or no programs")) }
}

/// The texts of the project's files after all changes of the document.
fn changed_files(blocks: &[Block]) -> Outcome<BTreeMap<String, String>> {
    let mut changed = BTreeMap::new();
    for block in blocks {
        let [kind, file] = block.words.as_slice() else { continue };
        if kind != "diff" {
            continue;
        }
        let text = match changed.remove(file) {
            Some(text) => text,
            None => paths::read(&paths::root().join(file))?,
        };
        changed.insert(file.clone(), apply(&text, &block.text).map_err(|e| format!("{file}: {e}"))?);
    }
    Ok(changed)
}

fn blocks(document: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in document.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(words), None) => {
                let words = words.split_whitespace().map(str::to_owned).collect();
                open = Some(Block { words, text: String::new() });
            }
            (Some(_), Some(block)) => blocks.push(block),
            (None, Some(mut block)) => {
                block.text.push_str(line);
                block.text.push('\n');
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    blocks
}

/// Applies one hunk: lines that stay begin with a space, removed ones with `-`, added ones with `+`. What stays and what
/// is removed must stand in the text exactly once.
fn apply(text: &str, hunk: &str) -> Outcome<String> {
    let (mut old, mut new) = (String::new(), String::new());
    for line in hunk.lines() {
        let (mark, rest) = line.split_at(line.len().min(1));
        let rest = format!("{rest}\n");
        match mark {
            " " | "" => {
                old += &rest;
                new += &rest;
            }
            "-" => old += &rest,
            "+" => new += &rest,
            _ => return Err(format!("a line of a change begins with a space, - or +: {line}")),
        }
    }
    match text.match_indices(&old).count() {
        1 => Ok(text.replacen(&old, &new, 1)),
        count => Err(format!("these lines stand there {count} times and not once:\n{old}")),
    }
}

/// Makes the copy equal to the project with the changed files; touches nothing that is so already.
fn copy_project(copy: &Path, changed: &BTreeMap<String, String>) -> Outcome {
    let root = paths::root();
    let fail = |path: &Path, e: std::io::Error| format!("cannot copy {}: {e}", path.display());
    let mut pending = vec![PathBuf::new()];
    while let Some(folder) = pending.pop() {
        let (from, to) = (root.join(&folder), copy.join(&folder));
        fs::create_dir_all(&to).map_err(|e| fail(&to, e))?;
        let names = |path: &Path| -> Outcome<Vec<_>> {
            let entries = fs::read_dir(path).map_err(|e| fail(path, e))?;
            Ok(entries.filter_map(Result::ok).map(|entry| entry.file_name()).collect())
        };
        let wanted = names(&from)?;
        for stale in names(&to)?.iter().filter(|name| !wanted.contains(name)) {
            let stale = to.join(stale);
            let removed = if stale.is_dir() { fs::remove_dir_all(&stale) } else { fs::remove_file(&stale) };
            removed.map_err(|e| fail(&stale, e))?;
        }
        for name in wanted {
            let path = folder.join(&name);
            if folder.as_os_str().is_empty() && LEFT_OUT.iter().any(|left_out| name == *left_out) {
                continue;
            }
            if root.join(&path).is_dir() {
                pending.push(path);
                continue;
            }
            let content = match changed.get(&path.display().to_string()) {
                Some(text) => text.clone().into_bytes(),
                None => fs::read(root.join(&path)).map_err(|e| fail(&path, e))?,
            };
            let target = copy.join(&path);
            if fs::read(&target).ok().as_ref() != Some(&content) {
                fs::write(&target, content).map_err(|e| fail(&target, e))?;
            }
        }
    }
    Ok(())
}

/// A debug build of the copy, with `python3.9` beside it; there is no standard library but the one inside.
fn build_library(copy: &Path, reference: &Reference) -> Outcome<PathBuf> {
    let target = paths::target_folder("tutorial/target")?;
    let mut cargo = Command::new("cargo");
    cargo.current_dir(copy).args([
        "build",
        "--quiet",
        "--package",
        "krait-library",
        "--package",
        "krait-capi",
    ]);
    cargo.env("CARGO_TARGET_DIR", &target).env("KRAIT_STDLIB", &reference.stdlib);
    process::run(&mut cargo)?;
    let prefix = paths::target_folder("tutorial/krait")?;
    build::place(&Built::beside(target.join("debug/libpython3_9.so")), &prefix)?;
    Ok(prefix)
}

fn run(prefix: &Path, reference: &Reference, program: &str, expected: &Block) -> Outcome {
    if expected.words != ["text"] {
        return Err("no block of text says what it prints".to_owned());
    }
    let mut python = Command::new(prefix.join("bin/python3.9"));
    reference::clean_environment(&mut python);
    let libraries = format!("{}:{}", prefix.join("lib").display(), reference.libraries.display());
    python.env("LD_LIBRARY_PATH", libraries).args(["-c", program]);
    let finished = process::guarded(&mut python, process::ORDINARY, b"")?;
    if !finished.succeeded() {
        return Err(finished.complaint());
    }
    if finished.stdout == expected.text { Ok(()) } else { Err(format!("it printed\n{}", finished.stdout)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read() {
        let block = |words: &str, text: &str| Block {
            words: words.split_whitespace().map(str::to_owned).collect(),
            text: text.to_owned(),
        };
        let found = blocks("a\n```diff x.rs\n b\n+c\n```\nd\n```\n```\n");
        assert_eq!(found, [block("diff x.rs", " b\n+c\n"), block("", "")]);
    }

    #[test]
    fn changes_are_applied_once() {
        assert_eq!(apply("a\nb\nc\n", " a\n-b\n+x\n+y\n c\n").unwrap(), "a\nx\ny\nc\n");
        assert!(apply("a\nb\n", " c\n").is_err());
        assert!(apply("a\na\n", " a\n+b\n").is_err());
    }

    #[test]
    fn the_documents_changes_fit_the_project() {
        let document = paths::read(&paths::root().join(DOCUMENT)).unwrap();
        assert!(!changed_files(&blocks(&document)).unwrap().is_empty());
    }
}
