//! What stands on the terminal: the prompt and the line, over as many rows as they need.

use super::line;
use core::ffi::c_int;

unsafe extern "C" {
    fn wcwidth(character: u32) -> c_int;
}

/// A place on the screen, from the start of the prompt's last line on.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Place {
    row: usize,
    column: usize,
}

impl Place {
    /// The place behind so many columns more; a wide character does not go over the edge.
    fn advance(self, columns: usize, width: usize) -> Place {
        let start = if self.column + columns > width { Place { row: self.row + 1, column: 0 } } else { self };
        let column = start.column + columns;
        if column == width { Place { row: start.row + 1, column: 0 } } else { Place { column, ..start } }
    }
}

/// What was written last, so that the next time can begin there.
#[derive(Default)]
pub struct Screen {
    prompt: Vec<u8>,
    shown: Vec<u8>,
    cursor: Place,
    /// Whether the cursor is behind what is shown, as it is before anything is.
    at_end: bool,
    width: usize,
}

/// How a character is shown, and in how many columns.
fn show(character: &[u8], column: usize, out: &mut Vec<u8>) -> usize {
    const TAB: usize = 8;
    match *character {
        [b'\t'] => {
            let columns = TAB - column % TAB;
            out.extend(core::iter::repeat_n(b' ', columns));
            columns
        }
        [control @ (0..0x20 | 0x7f)] => {
            out.extend([b'^', control ^ 0x40]);
            2
        }
        _ => {
            let Some(known) = line::first_char(character) else {
                let octal = format!("\\{:03o}", character[0]);
                out.extend(octal.bytes());
                return octal.len();
            };
            out.extend(character);
            // SAFETY: a plain function of the C library.
            usize::try_from(unsafe { wcwidth(known.into()) }).unwrap_or(0)
        }
    }
}

/// The columns of text that is shown as it is.
pub fn columns(text: &[u8]) -> usize {
    line::characters(text).map(|character| show(character, 0, &mut Vec::new())).sum()
}

/// A prompt without the marks round what takes no room, and the place behind it.
fn measure_prompt(prompt: &[u8], width: usize) -> (Vec<u8>, Place) {
    let (mut out, mut place, mut hidden) = (Vec::new(), Place::default(), false);
    for character in line::characters(prompt) {
        match character {
            [1] => hidden = true,
            [2] => hidden = false,
            _ if hidden => out.extend(character),
            _ => place = place.advance(show(character, place.column, &mut out), width),
        }
    }
    (out, place)
}

/// A movement of the cursor; nothing for none.
fn push_move(out: &mut Vec<u8>, count: usize, direction: char) {
    if count > 0 {
        out.extend(format!("\x1b[{count}{direction}").bytes());
    }
}

impl Screen {
    /// A new prompt in a new line. What has to be written first is returned: all lines of the prompt but the last.
    pub fn start(&mut self, prompt: &[u8], width: usize) -> Vec<u8> {
        let last = prompt.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        *self = Screen { prompt: prompt[last..].to_vec(), width, at_end: true, ..Screen::default() };
        prompt[..last].iter().copied().filter(|byte| !matches!(byte, 1 | 2)).collect()
    }

    /// The last line of the prompt.
    pub fn prompt(&self) -> &[u8] {
        &self.prompt
    }

    pub fn set_prompt(&mut self, prompt: &[u8]) {
        self.prompt = prompt.to_vec();
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn set_width(&mut self, width: usize) {
        self.width = width;
    }

    /// From now on the cursor is at the start of an empty line.
    pub fn on_new_line(&mut self) {
        self.shown.clear();
        self.cursor = Place::default();
        self.at_end = true;
    }

    /// What to write so that the line is shown with the cursor at the point.
    pub fn refresh(&mut self, text: &[u8], point: usize) -> Vec<u8> {
        let (mut shown, mut place) = measure_prompt(&self.prompt, self.width);
        let mut cursor = place;
        let mut position = 0;
        for character in line::characters(text) {
            if position == point {
                cursor = place;
            }
            place = place.advance(show(character, place.column, &mut shown), self.width);
            position += character.len();
        }
        let at_end = point >= text.len();
        if at_end {
            cursor = place;
        }
        // Terminals wait with the step to the next row until something is written there.
        if place.column == 0 && place.row > 0 {
            shown.push(b'\n');
        }
        let out = match shown.strip_prefix(&*self.shown) {
            Some(more) if self.at_end && at_end => more.to_vec(),
            _ => {
                let mut out = Vec::new();
                push_move(&mut out, self.cursor.row, 'A');
                out.extend(b"\r\x1b[J");
                out.extend(&shown);
                push_move(&mut out, place.row - cursor.row, 'A');
                if cursor != place {
                    out.push(b'\r');
                    push_move(&mut out, cursor.column, 'C');
                }
                out
            }
        };
        *self =
            Screen { prompt: core::mem::take(&mut self.prompt), shown, cursor, at_end, width: self.width };
        out
    }
}

/// Words in columns, sorted downwards.
pub fn in_columns(words: &[Vec<u8>], width: usize) -> Vec<u8> {
    const GAP: usize = 2;
    let widest = words.iter().map(|word| columns(word)).max().unwrap_or(0) + GAP;
    let across = (width / widest).max(1);
    let rows = words.len().div_ceil(across);
    let mut out = Vec::new();
    for row in 0..rows {
        let in_row: Vec<&Vec<u8>> = words.iter().skip(row).step_by(rows).collect();
        for (number, word) in in_row.iter().enumerate() {
            for character in line::characters(word) {
                show(character, 0, &mut out);
            }
            if number + 1 < in_row.len() {
                out.extend(core::iter::repeat_n(b' ', widest - columns(word)));
            }
        }
        out.push(b'\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_at_the_end_is_all_that_is_written() {
        let mut screen = Screen::default();
        assert_eq!(screen.start(b"a\n> ", 10), b"a\n");
        assert_eq!(screen.refresh(b"ab", 2), b"> ab");
        assert_eq!(screen.refresh(b"abc", 3), b"c");
        assert_eq!(screen.refresh(b"abc\x01", 3), b"\r\x1b[J> abc^A\r\x1b[5C");
    }

    #[test]
    fn rows() {
        let mut screen = Screen::default();
        screen.start(b"\x01\x1b[1m\x02> ", 5);
        assert_eq!(screen.refresh(b"abc", 3), b"\x1b[1m> abc\n");
        assert_eq!(screen.refresh(b"abcde", 1), b"\x1b[1A\r\x1b[J\x1b[1m> abcde\x1b[1A\r\x1b[3C");
    }

    #[test]
    fn columns_go_downwards() {
        let words = [b"a".to_vec(), b"bb".to_vec(), b"c".to_vec()];
        assert_eq!(in_columns(&words, 8), b"a   c\nbb\n");
    }
}
