//! Initialisation files: bindings of keys, settings and conditions, one on each line.

use super::keymap::{Binding, Command, Keymap};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// The settings that change something.
pub struct Settings {
    /// Tab is a character like others.
    pub disable_completion: bool,
    /// Lists what is possible at the first request.
    pub show_all_if_ambiguous: bool,
    /// Does so where nothing could be completed.
    pub show_all_if_unmodified: bool,
    /// From how many completions on listing has to be confirmed.
    pub completion_query_items: usize,
    pub bell: bool,
    pub vi: bool,
}

impl Settings {
    pub const fn new() -> Settings {
        Settings {
            disable_completion: false,
            show_all_if_ambiguous: false,
            show_all_if_unmodified: false,
            completion_query_items: 100,
            bell: true,
            vi: false,
        }
    }
}

/// Settings that are understood and change nothing here.
const OTHER_SETTINGS: &[&str] = &[
    "active-region-start-color",
    "active-region-end-color",
    "bind-tty-special-chars",
    "blink-matching-paren",
    "byte-oriented",
    "colored-completion-prefix",
    "colored-stats",
    "comment-begin",
    "completion-display-width",
    "completion-ignore-case",
    "completion-map-case",
    "completion-prefix-display-length",
    "convert-meta",
    "echo-control-characters",
    "emacs-mode-string",
    "enable-active-region",
    "enable-bracketed-paste",
    "enable-keypad",
    "enable-meta-key",
    "expand-tilde",
    "history-preserve-point",
    "horizontal-scroll-mode",
    "input-meta",
    "isearch-terminators",
    "keymap",
    "keyseq-timeout",
    "mark-directories",
    "mark-modified-lines",
    "mark-symlinked-directories",
    "match-hidden-files",
    "menu-complete-display-prefix",
    "meta-flag",
    "output-meta",
    "page-completions",
    "prefer-visible-bell",
    "print-completions-horizontally",
    "revert-all-at-newline",
    "show-mode-in-prompt",
    "skip-completed-text",
    "vi-cmd-mode-string",
    "vi-ins-mode-string",
    "visible-stats",
];

/// Names of keys beside their characters.
const KEY_NAMES: &[(&str, u8)] = &[
    ("DEL", 0x7f),
    ("Rubout", 0x7f),
    ("ESC", 0x1b),
    ("Escape", 0x1b),
    ("LFD", b'\n'),
    ("Linefeed", b'\n'),
    ("Newline", b'\n'),
    ("RET", b'\r'),
    ("Return", b'\r'),
    ("SPC", b' '),
    ("Space", b' '),
    ("TAB", b'\t'),
];

/// What lines of initialisation files change.
pub struct Target<'a> {
    pub keymap: &'a mut Keymap,
    pub settings: &'a mut Settings,
    /// How many lines of history there may be, where that was said.
    pub history_size: Option<usize>,
    /// What is wrong with lines.
    pub complaints: Vec<String>,
}

/// What the control key makes of a key.
fn control(key: u8) -> u8 {
    if key == b'?' { 0x7f } else { key.to_ascii_uppercase() & 0x1f }
}

/// A text up to the next quote: its characters, escapes read, and the rest. A sequence of keys, unlike a macro, knows the
/// prefixes of the control and the meta key; both are read.
fn quoted(text: &[u8], quote: u8) -> Option<(Vec<u8>, &[u8])> {
    let (mut out, mut rest) = (Vec::new(), text);
    loop {
        match rest {
            [] => return None,
            [first, more @ ..] if *first == quote => return Some((out, more)),
            [b'\\', more @ ..] => rest = escape(more, &mut out)?,
            [first, more @ ..] => {
                out.push(*first);
                rest = more;
            }
        }
    }
}

/// One character that a backslash stands in front of.
fn escape<'a>(text: &'a [u8], out: &mut Vec<u8>) -> Option<&'a [u8]> {
    let digits = |text: &[u8], radix: u32, most: usize| {
        let count = text.iter().take(most).take_while(|c| char::from(**c).is_digit(radix)).count();
        let number =
            core::str::from_utf8(&text[..count]).ok().and_then(|text| u32::from_str_radix(text, radix).ok());
        (number.unwrap_or(0) as u8, count)
    };
    match text {
        [b'C', b'-', b'\\', b'M', b'-', key, rest @ ..] => {
            out.extend([0x1b, control(*key)]);
            Some(rest)
        }
        [b'C', b'-', b'\\', rest @ ..] => {
            let mut key = Vec::new();
            let rest = escape(rest, &mut key)?;
            out.extend(key.into_iter().map(control));
            Some(rest)
        }
        [b'C', b'-', key, rest @ ..] => {
            out.push(control(*key));
            Some(rest)
        }
        [b'M', b'-', rest @ ..] => {
            out.push(0x1b);
            Some(rest)
        }
        [b'x', rest @ ..] => {
            let (number, count) = digits(rest, 16, 2);
            out.push(number);
            Some(&rest[count..])
        }
        [b'0'..=b'7', ..] => {
            let (number, count) = digits(text, 8, 3);
            out.push(number);
            Some(&text[count..])
        }
        [letter, rest @ ..] => {
            out.push(match letter {
                b'a' => 7,
                b'b' => 8,
                b'd' => 0x7f,
                b'e' => 0x1b,
                b'f' => 0xc,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'v' => 0xb,
                other => *other,
            });
            Some(rest)
        }
        [] => None,
    }
}

/// A key by its name, with prefixes for the control and the meta key.
fn named_key(name: &str) -> Vec<u8> {
    let (mut rest, mut with_control, mut with_meta) = (name, false, false);
    while let Some((prefix, more)) = rest.split_once('-').filter(|(_, more)| !more.is_empty()) {
        match &*prefix.to_ascii_lowercase() {
            "control" | "ctrl" | "c" => with_control = true,
            "meta" | "m" => with_meta = true,
            _ => break,
        }
        rest = more;
    }
    let named = KEY_NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(rest));
    let Some(key) = named.map(|(_, key)| *key).or_else(|| rest.bytes().next()) else { return Vec::new() };
    let mut out = if with_meta { vec![0x1b] } else { Vec::new() };
    out.push(if with_control { control(key) } else { key });
    out
}

fn is_on(value: &str) -> bool {
    value.is_empty() || value == "1" || value.eq_ignore_ascii_case("on")
}

impl Target<'_> {
    fn complain(&mut self, about: &str, what: &str) {
        self.complaints.push(format!("readline: {about}: {what}"));
    }

    /// One line that is no condition.
    pub fn line(&mut self, text: &str) {
        let text = text.trim_start_matches([' ', '\t']);
        if text.is_empty() || text.starts_with(['#', '$']) {
            return;
        }
        let mut words = text.split_ascii_whitespace();
        if words.next().is_some_and(|word| word.eq_ignore_ascii_case("set")) {
            let name = words.next().unwrap_or("").to_ascii_lowercase();
            self.set(&name, words.next().unwrap_or(""));
            return;
        }
        let (keys, rest) = if let Some(text) = text.strip_prefix('"') {
            match quoted(text.as_bytes(), b'"') {
                Some((keys, rest)) => (keys, String::from_utf8_lossy(rest).into_owned()),
                None => return self.complain(text, "no key sequence terminator"),
            }
        } else {
            match text.split_once(':') {
                Some((name, rest)) => (named_key(name.trim_end()), format!(":{rest}")),
                None => return self.complain(text, "no key sequence terminator"),
            }
        };
        let Some(action) = rest.trim_start().strip_prefix(':') else {
            return self.complain(text, "no key sequence terminator");
        };
        let action = action.trim();
        let binding = match action.as_bytes() {
            [quote @ (b'"' | b'\''), keys @ ..] => quoted(keys, *quote).map(|(keys, _)| Binding::Keys(keys)),
            [] => Some(Binding::None),
            _ => action.split_ascii_whitespace().next().and_then(Command::by_name).map(Binding::Command),
        };
        // Names that mean nothing leave the keys without a meaning.
        self.keymap.bind(&keys, binding.unwrap_or(Binding::None));
    }

    fn set(&mut self, name: &str, value: &str) {
        let settings = &mut *self.settings;
        match name {
            "disable-completion" => settings.disable_completion = is_on(value),
            "show-all-if-ambiguous" => settings.show_all_if_ambiguous = is_on(value),
            "show-all-if-unmodified" => settings.show_all_if_unmodified = is_on(value),
            "completion-query-items" => settings.completion_query_items = value.parse().unwrap_or(usize::MAX),
            "bell-style" => settings.bell = !["none", "off"].contains(&value),
            "editing-mode" => settings.vi = value.eq_ignore_ascii_case("vi"),
            // Negative sizes are none.
            "history-size" => self.history_size = Some(value.parse().unwrap_or(usize::MAX)),
            _ if OTHER_SETTINGS.contains(&name) => {}
            _ => self.complain(name, "unknown variable name"),
        }
    }

    /// A whole file, with its conditions.
    pub fn file(&mut self, path: &[u8]) -> std::io::Result<()> {
        let text = std::fs::read(OsStr::from_bytes(path))?;
        let text = String::from_utf8_lossy(&text);
        // Whether the lines of each condition that is open count.
        let mut conditions: Vec<bool> = Vec::new();
        for line in text.lines() {
            let line = line.trim();
            let mut words = line.split_ascii_whitespace();
            let holds_outside = conditions.iter().all(|holds| *holds);
            match words.next() {
                Some("$if") => conditions.push(self.holds(words.next().unwrap_or(""))),
                Some("$else") => {
                    if let Some(last) = conditions.last_mut() {
                        *last = !*last;
                    }
                }
                Some("$endif") => drop(conditions.pop()),
                Some("$include") if holds_outside => {
                    if let Some(path) = words.next() {
                        // A file that is not there is none.
                        let _ = self.file(&super::expand_home(path.as_bytes()));
                    }
                }
                _ if holds_outside => self.line(line),
                _ => {}
            }
        }
        Ok(())
    }

    fn holds(&self, condition: &str) -> bool {
        match condition.split_once('=') {
            Some(("mode", mode)) => mode == if self.settings.vi { "vi" } else { "emacs" },
            Some(("term", term)) => {
                std::env::var("TERM").is_ok_and(|name| name.split('-').next() == Some(term))
            }
            _ => condition.eq_ignore_ascii_case("python"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spare::readline::keymap::Found;

    #[test]
    fn lines() {
        let (mut keymap, mut settings) = (Keymap::new(), Settings::new());
        let mut target =
            Target { keymap: &mut keymap, settings: &mut settings, history_size: None, complaints: vec![] };
        for line in [
            "tab: complete",
            "\"\\C-x\\C-r\": kill-line",
            "Control-a: \"a\\tb\"",
            "Meta-Rubout: undo",
            "# nothing",
            "set show-all-if-ambiguous on",
            "set history-size 7",
            "nonsense",
            "set nofoo on",
            "\"\\M-x\": no-function",
        ] {
            target.line(line);
        }
        assert_eq!(target.history_size, Some(7));
        assert_eq!(
            target.complaints,
            ["readline: nonsense: no key sequence terminator", "readline: nofoo: unknown variable name"]
        );
        for (keys, binding) in [
            (&b"\t"[..], Binding::Command(Command::Complete)),
            (b"\x18\x12", Binding::Command(Command::KillLine)),
            (b"\x01", Binding::Keys(b"a\tb".to_vec())),
            (b"\x1b\x7f", Binding::Command(Command::Undo)),
            (b"\x1bx", Binding::None),
        ] {
            assert!(matches!(keymap.find(keys), Found::Binding(found) if found == binding), "{keys:?}");
        }
        assert!(settings.show_all_if_ambiguous);
    }
}
