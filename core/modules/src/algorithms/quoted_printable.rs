//! Quoted-printable (RFC 1521), and the variant for headers in which `_` stands for a space.

use krait_object::text::byte;

const LINE: usize = 76;

fn hex(b: u8) -> Option<u8> {
    (b as char).to_digit(16).map(|d| d as u8)
}

/// Decodes; what is no proper escape stays as it is.
pub fn a2b_qp(data: &[u8], header: bool) -> Vec<u8> {
    let (mut out, mut i) = (Vec::with_capacity(data.len()), 0);
    while i < data.len() {
        match data[i] {
            b'=' => i = unescape(data, i + 1, &mut out),
            b'_' if header => {
                out.push(b' ');
                i += 1;
            }
            b => {
                out.push(b);
                i += 1;
            }
        }
    }
    out
}

/// Decodes what follows an equals sign; where it ends.
fn unescape(data: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    match data[at..] {
        [] => at,
        // A soft line break: all up to the line feed.
        [b'\n' | b'\r', ..] => byte::find(b'\n', &data[at..]).map_or(data.len(), |n| at + n + 1),
        // An old encoder doubled the sign.
        [b'=', ..] => {
            out.push(b'=');
            at + 1
        }
        [high, low, ..] if hex(high).is_some() && hex(low).is_some() => {
            out.extend(hex(high).zip(hex(low)).map(|(high, low)| high << 4 | low));
            at + 2
        }
        _ => {
            out.push(b'=');
            at
        }
    }
}

struct Encoder {
    out: Vec<u8>,
    /// Characters in the current line.
    line: usize,
    crlf: bool,
}

impl Encoder {
    fn newline(&mut self) {
        if self.crlf {
            self.out.push(b'\r');
        }
        self.out.push(b'\n');
        self.line = 0;
    }

    fn soft_break(&mut self) {
        self.out.push(b'=');
        self.newline();
    }

    fn escape(&mut self, b: u8) {
        self.out.push(b'=');
        self.out.extend([b >> 4, b & 15].map(|d| b"0123456789ABCDEF"[usize::from(d)]));
    }
}

/// Whether the byte at `i` must be escaped.
fn needs_escape(
    data: &[u8],
    i: usize,
    at_line_start: bool,
    quote_tabs: bool,
    text: bool,
    header: bool,
) -> bool {
    let next = data.get(i + 1);
    match data[i] {
        b'=' | 127.. => true,
        b'_' => header,
        // A lone dot ends a message in SMTP.
        b'.' => at_line_start && matches!(next, None | Some(b'\n' | b'\r' | 0)),
        b'\r' | b'\n' => !text,
        b' ' | b'\t' => quote_tabs || next.is_none(),
        b => b < b' ',
    }
}

/// Encodes. `text`: line ends are line ends, not data; all become like the first one.
pub fn b2a_qp(data: &[u8], quote_tabs: bool, text: bool, header: bool) -> Vec<u8> {
    let crlf = byte::find(b'\n', data).is_some_and(|n| n > 0 && data[n - 1] == b'\r');
    let mut e = Encoder { out: Vec::with_capacity(data.len() + data.len() / 8 + 8), line: 0, crlf };
    let mut i = 0;
    while i < data.len() {
        let b = data[i];
        let next = data.get(i + 1);
        if needs_escape(data, i, e.line == 0, quote_tabs, text, header) {
            if e.line + 3 >= LINE {
                e.soft_break();
            }
            e.escape(b);
            e.line += 3;
        } else if text && (b == b'\n' || (b == b'\r' && next == Some(&b'\n'))) {
            // White space must not come last in a line.
            if let Some(&space @ (b' ' | b'\t')) = e.out.last() {
                e.out.pop();
                e.escape(space);
            }
            e.newline();
            i += usize::from(b == b'\r');
        } else {
            if next.is_some_and(|&n| n != b'\n') && e.line + 1 >= LINE {
                e.soft_break();
            }
            e.line += 1;
            e.out.push(if header && b == b' ' { b'_' } else { b });
        }
        i += 1;
    }
    e.out
}
