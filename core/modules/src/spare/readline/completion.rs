//! Completion of the word in front of the point.

use super::session::{End, Session};
use super::{Reader, display, line, python, with};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// What is asked for; the number is what `get_completion_type` gives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// As much as all completions have in common.
    Common = b'\t' as isize,
    /// A list of all.
    List = b'?' as isize,
    /// What they have in common, and the list where that is not all.
    CommonAndList = b'!' as isize,
    /// The same, but the list only where nothing could be completed.
    ListIfUnmodified = b'@' as isize,
    /// All of them, one after the other, in the line.
    InsertAll = b'*' as isize,
}

/// The start of the word that ends at the point.
fn word_start(reader: &Reader) -> usize {
    let mut start = 0;
    for character in
        line::characters(&reader.editor.line.text[..reader.editor.line.point]).scan(0, |place, character| {
            *place += character.len();
            Some((*place, character))
        })
    {
        if line::characters(&reader.delimiters).any(|delimiter| delimiter == character.1) {
            start = character.0;
        }
    }
    start
}

/// What all have in common, in whole characters.
fn common_beginning(matches: &[Vec<u8>]) -> Vec<u8> {
    let Some((first, others)) = matches.split_first() else { return Vec::new() };
    let mut length = 0;
    for character in line::characters(first) {
        let end = length + character.len();
        if !others.iter().all(|other| other.get(length..end) == Some(character)) {
            break;
        }
        length = end;
    }
    first[..length].to_vec()
}

/// Files whose names begin like that, which stand in where there is no completer.
fn files(word: &[u8]) -> Vec<Vec<u8>> {
    let start = word.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let (folder, beginning) = word.split_at(start);
    let folder_path = if folder.is_empty() { b"." } else { folder };
    let Ok(entries) = std::fs::read_dir(OsStr::from_bytes(folder_path)) else { return Vec::new() };
    let names = entries.flatten().map(|entry| entry.file_name().as_bytes().to_vec());
    names
        .filter(|name| name.starts_with(beginning) && (!beginning.is_empty() || !name.starts_with(b".")))
        .map(|name| [folder, &name].concat())
        .collect()
}

/// Completes or lists. False where there is nothing to complete with.
pub fn complete(session: &mut Session, request: Request) -> Result<bool, End> {
    let (start, end, word, before) = with(|reader| {
        let (start, line) = (word_start(reader), &reader.editor.line);
        let count = |end: usize| line::characters(&line.text[..end]).count();
        reader.word = (count(start), count(line.point));
        reader.completion_type = request as i32;
        (start, line.point, line.text[start..line.point].to_vec(), line.text.clone())
    });
    let asked = python::completions(&word);
    let are_files = asked.is_none();
    let mut matches = asked.unwrap_or_else(|| files(&word));
    matches.sort();
    matches.dedup();
    if matches.is_empty() {
        return Ok(false);
    }
    let common = common_beginning(&matches);
    if request == Request::InsertAll {
        let all: Vec<u8> = matches.iter().flat_map(|text| text.iter().copied().chain([b' '])).collect();
        replace_word(start, end, &all);
        return Ok(true);
    }
    if request != Request::List && !common.is_empty() {
        replace_word(start, end, &common);
        if are_files && matches.len() == 1 && std::path::Path::new(OsStr::from_bytes(&common)).is_dir() {
            with(|reader| reader.editor.line.insert(b"/"));
        }
    }
    let changed = with(|reader| {
        reader.completion_changed = reader.editor.line.text != before;
        reader.completion_changed
    });
    let list = match request {
        Request::List => true,
        Request::CommonAndList => matches.len() > 1,
        Request::ListIfUnmodified => matches.len() > 1 && !changed,
        Request::Common | Request::InsertAll => false,
    };
    if list {
        session.refresh();
        show(session, &common, &matches)?;
    }
    Ok(list || matches.len() == 1)
}

fn replace_word(start: usize, end: usize, text: &[u8]) {
    with(|reader| {
        // The completer may have changed the line.
        let line = &mut reader.editor.line;
        let end = end.min(line.text.len());
        let start = start.min(end);
        if line.text[start..end] != *text {
            reader.editor.remember(Some(super::keymap::Command::Complete));
            reader.editor.line.replace(start, end, text);
        }
    });
}

/// Lists completions below the line.
fn show(session: &mut Session, common: &[u8], matches: &[Vec<u8>]) -> Result<(), End> {
    let longest = matches.iter().map(|text| display::columns(text)).max().unwrap_or(0);
    if matches.len() > 1 && python::display_matches(common, matches, longest) {
        return Ok(());
    }
    let (width, most) = with(|reader| (reader.screen.width(), reader.settings.completion_query_items));
    session.leave_line();
    if matches.len() >= most {
        session.write(format!("Display all {} possibilities? (y or n)", matches.len()).as_bytes());
        let agreed = loop {
            match session.next()? {
                b'y' | b'Y' | b' ' => break true,
                b'n' | b'N' | 0x7f | 7 => break false,
                _ => session.ring(),
            }
        };
        session.write(b"\n");
        if !agreed {
            session.begin_line();
            return Ok(());
        }
    }
    session.write(&display::in_columns(matches, width));
    session.begin_line();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::common_beginning;

    #[test]
    fn whole_characters_in_common() {
        let matches = ["tën", "tëx", "të"].map(|text| text.as_bytes().to_vec());
        assert_eq!(common_beginning(&matches), "të".as_bytes());
        assert_eq!(common_beginning(&["é".as_bytes().to_vec(), "è".as_bytes().to_vec()]), b"");
    }
}
