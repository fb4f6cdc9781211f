//! `co_lnotab`: pairs of bytes, an unsigned step of the code address and a signed step of the line.
//!
//! A step that doesn't fit in its byte is spread over several pairs: first the address in steps of 255, then
//! the line in steps of 127 or -128, the last pair holding what is left of both, be it nothing.

/// Writes the table while code is emitted.
#[derive(Debug)]
pub struct Writer {
    bytes: Vec<u8>,
    address: usize,
    line: i32,
}

impl Writer {
    pub fn new(first_line: i32) -> Writer {
        Writer { bytes: Vec::new(), address: 0, line: first_line }
    }

    /// The code from `address` on belongs to `line`. Nothing is written while the line stays the same.
    pub fn mark(&mut self, address: usize, line: i32) {
        let mut bytes_left = address - self.address;
        let mut lines_left = line - self.line;
        if lines_left == 0 {
            return;
        }
        if bytes_left > 255 {
            // Nothing may be left of a multiple of 255, which is not the same as a last step of 255.
            for _ in 0..bytes_left / 255 {
                self.pair(255, 0);
            }
            bytes_left %= 255;
        }
        if !(-128..=127).contains(&lines_left) {
            let step: i8 = if lines_left < 0 { -128 } else { 127 };
            for _ in 0..lines_left / step as i32 {
                self.pair(bytes_left as u8, step);
                bytes_left = 0;
            }
            lines_left %= step as i32;
        }
        // After full steps the rest may be (0, 0); CPython writes it.
        self.pair(bytes_left as u8, lines_left as i8);
        self.address = address;
        self.line = line;
    }

    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    fn pair(&mut self, address: u8, line: i8) {
        self.bytes.extend_from_slice(&[address, line as u8]);
    }
}

/// A stretch of code with one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineRange {
    /// Byte offset of the first instruction.
    pub start: usize,
    /// Byte offset behind the last one; `usize::MAX` for the last stretch.
    pub end: usize,
    pub line: i32,
}

/// The line of the instruction at byte offset `address`.
pub fn line_at(lnotab: &[u8], first_line: i32, address: usize) -> i32 {
    range_at(lnotab, first_line, address).line
}

/// The stretch around `address`: while a tracer's instruction stays inside, the line hasn't changed.
pub fn range_at(lnotab: &[u8], first_line: i32, address: usize) -> LineRange {
    let mut range = LineRange { start: 0, end: usize::MAX, line: first_line };
    let mut at = 0;
    for pair in lnotab.chunks_exact(2) {
        let (step, lines) = (pair[0] as usize, pair[1] as i8 as i32);
        if at + step > address {
            range.end = next_line_start(lnotab, address).unwrap_or(usize::MAX);
            break;
        }
        at += step;
        if lines != 0 {
            range.start = at;
        }
        range.line = range.line.wrapping_add(lines);
    }
    range
}

/// Where, behind `address`, the table first changes the line.
fn next_line_start(lnotab: &[u8], address: usize) -> Option<usize> {
    let mut at = 0;
    lnotab.chunks_exact(2).find_map(|pair| {
        at += pair[0] as usize;
        (at > address && pair[1] != 0).then_some(at)
    })
}

/// The (offset, line) starts that `dis.findlinestarts` reports.
pub fn line_starts(lnotab: &[u8], first_line: i32, code_len: usize) -> Vec<(usize, i32)> {
    let (mut at, mut line, mut last, mut starts) = (0, first_line, None, Vec::new());
    for pair in lnotab.chunks_exact(2) {
        if pair[0] != 0 {
            if last != Some(line) {
                starts.push((at, line));
                last = Some(line);
            }
            at += pair[0] as usize;
            if at >= code_len {
                return starts;
            }
        }
        line = line.wrapping_add(pair[1] as i8 as i32);
    }
    if last != Some(line) {
        starts.push((at, line));
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(first: i32, marks: &[(usize, i32)]) -> Vec<u8> {
        let mut writer = Writer::new(first);
        marks.iter().for_each(|&(address, line)| writer.mark(address, line));
        writer.finish()
    }

    #[test]
    fn long_steps_are_spread() {
        assert_eq!(table(1, &[(0, 1), (8, 2), (10, 2), (14, 1)]), [8, 1, 6, 255]);
        assert_eq!(table(1, &[(600, 2)]), [255, 0, 255, 0, 90, 1]);
        assert_eq!(table(1, &[(255, 2)]), [255, 1]);
        assert_eq!(table(1, &[(510, 2)]), [255, 0, 255, 0, 0, 1]);
        assert_eq!(table(1, &[(4, 301)]), [4, 127, 0, 127, 0, 46]);
        assert_eq!(table(301, &[(4, 1)]), [4, 128, 0, 128, 0, 212]);
        assert_eq!(table(1, &[(4, 128)]), [4, 127]);
        assert_eq!(table(129, &[(4, 1)]), [4, 128]);
        assert_eq!(table(1, &[(4, 255)]), [4, 127, 0, 127, 0, 0]);
        assert_eq!(table(257, &[(4, 1)]), [4, 128, 0, 128, 0, 0]);
    }

    #[test]
    fn reading_gives_back_the_lines() {
        let marks = [(8, 2), (600, 400), (604, 3), (606, 300)];
        let bytes = table(1, &marks);
        for (address, line) in
            [(0, 1), (6, 1), (8, 2), (598, 2), (600, 400), (602, 400), (604, 3), (900, 300)]
        {
            assert_eq!(line_at(&bytes, 1, address), line, "{address}");
        }
        assert_eq!(range_at(&bytes, 1, 0), LineRange { start: 0, end: 8, line: 1 });
        assert_eq!(range_at(&bytes, 1, 300), LineRange { start: 8, end: 600, line: 2 });
        assert_eq!(range_at(&bytes, 1, 606), LineRange { start: 606, end: usize::MAX, line: 300 });
        assert_eq!(line_starts(&bytes, 1, 610), [(0, 1), (8, 2), (600, 400), (604, 3), (606, 300)]);
    }
}
