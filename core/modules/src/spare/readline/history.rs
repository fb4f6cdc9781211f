//! The lines entered before, and their files: a line of text for each.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;

/// A line in the locale's encoding.
struct Entry {
    line: Vec<u8>,
    /// What it was before it was edited and left, not entered.
    original: Option<Vec<u8>>,
}

impl Entry {
    fn new(line: &[u8]) -> Entry {
        Entry { line: line.to_vec(), original: None }
    }
}

/// The oldest lines come first.
pub struct History {
    lines: VecDeque<Entry>,
    /// How many there may be.
    most: usize,
}

impl History {
    pub const fn new() -> History {
        History { lines: VecDeque::new(), most: usize::MAX }
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn get(&self, index: usize) -> Option<&[u8]> {
        self.lines.get(index).map(|entry| &*entry.line)
    }

    pub fn last(&self) -> Option<&[u8]> {
        self.lines.back().map(|entry| &*entry.line)
    }

    pub fn add(&mut self, line: &[u8]) {
        self.lines.push_back(Entry::new(line));
        self.forget_surplus();
    }

    /// None where there is no such line, here and below.
    pub fn remove(&mut self, index: usize) -> Option<()> {
        self.lines.remove(index).map(drop)
    }

    pub fn replace(&mut self, index: usize, line: &[u8]) -> Option<()> {
        *self.lines.get_mut(index)? = Entry::new(line);
        Some(())
    }

    /// Another text for a line, until it is restored.
    pub fn edit(&mut self, index: usize, line: Vec<u8>) {
        if let Some(entry) = self.lines.get_mut(index).filter(|entry| entry.line != line) {
            let before = core::mem::replace(&mut entry.line, line);
            entry.original.get_or_insert(before);
        }
    }

    /// What a line was before it was edited.
    pub fn restore(&mut self, index: usize) {
        if let Some(entry) = self.lines.get_mut(index)
            && let Some(original) = entry.original.take()
        {
            entry.line = original;
        }
    }

    pub fn clear(&mut self) {
        self.lines.clear();
    }

    /// Sets how many lines there may be.
    pub fn limit(&mut self, most: usize) {
        self.most = most;
        self.forget_surplus();
    }

    fn forget_surplus(&mut self) {
        let surplus = self.lines.len().saturating_sub(self.most);
        self.lines.drain(..surplus);
    }

    /// Adds the lines of a file; empty ones, and what follows the last line end, do not count.
    pub fn read(&mut self, path: &[u8]) -> io::Result<()> {
        let text = fs::read(OsStr::from_bytes(path))?;
        let end = text.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
        for line in text[..end].split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if !line.is_empty() {
                self.add(line);
            }
        }
        Ok(())
    }

    /// The file with all lines, and nothing else.
    pub fn write(&self, path: &[u8]) -> io::Result<()> {
        self.write_last(self.len(), path, |how| how.write(true).create(true).truncate(true).mode(0o600))
    }

    /// The last lines at the end of a file, which must be there.
    pub fn append(&self, count: usize, path: &[u8]) -> io::Result<()> {
        self.write_last(count, path, |how| how.append(true))
    }

    fn write_last(
        &self,
        count: usize,
        path: &[u8],
        how: impl FnOnce(&mut fs::OpenOptions) -> &mut fs::OpenOptions,
    ) -> io::Result<()> {
        let mut file = how(&mut fs::OpenOptions::new()).open(OsStr::from_bytes(path))?;
        let skipped = self.len().saturating_sub(count);
        let text: Vec<u8> =
            self.lines.range(skipped..).flat_map(|entry| entry.line.iter().copied().chain([b'\n'])).collect();
        file.write_all(&text)
    }
}

/// Leaves the last lines of a file. One that cannot be read stays as it is.
pub fn truncate_file(path: &[u8], most: usize) {
    let path = OsStr::from_bytes(path);
    let Ok(text) = fs::read(path) else { return };
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    if lines.len() > most {
        // Nobody waits for a result, as with the reading.
        let _ = fs::write(path, lines[lines.len() - most..].concat());
    }
}

#[cfg(test)]
mod tests {
    use super::History;

    #[test]
    fn the_oldest_are_forgotten() {
        let mut history = History::new();
        for line in [b"a", b"b", b"c"] {
            history.add(line);
        }
        history.limit(2);
        assert_eq!((history.len(), history.get(0), history.last()), (2, Some(&b"b"[..]), Some(&b"c"[..])));
        assert_eq!(history.replace(2, b"x"), None);
        history.edit(1, b"C".to_vec());
        assert_eq!(history.last(), Some(&b"C"[..]));
        history.restore(1);
        assert_eq!(history.last(), Some(&b"c"[..]));
        assert_eq!(history.remove(0), Some(()));
        assert_eq!(history.len(), 1);
    }
}
