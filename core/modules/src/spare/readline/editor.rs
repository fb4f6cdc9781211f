//! The commands that need nothing but the line, the history and the kill ring.

use super::history::History;
use super::keymap::Command;
use super::line::{self, Line};

/// What is edited and what editing remembers.
pub struct Editor {
    pub line: Line,
    mark: usize,
    pub overwrites: bool,
    undo: Vec<Line>,
    /// What was taken out, the newest last.
    ring: Vec<Vec<u8>>,
    /// The part of the line that was yanked last.
    yanked: (usize, usize),
    /// Which line of the history is shown; their number for the new one.
    pub place: usize,
    /// The new line while one of the history is shown.
    entered: Vec<u8>,
    /// How many lines back the word of `yank-last-arg` is from.
    argument_age: usize,
    pub last: Option<Command>,
    /// Whether what is killed next belongs to what was killed last.
    pub killed: bool,
}

/// Whether a command could do what it is for.
#[derive(PartialEq, Eq, Debug)]
pub enum Done {
    Yes,
    No,
}

impl Editor {
    pub fn new() -> Editor {
        Editor {
            line: Line::default(),
            mark: 0,
            overwrites: false,
            undo: Vec::new(),
            ring: Vec::new(),
            yanked: (0, 0),
            place: 0,
            entered: Vec::new(),
            killed: false,
            argument_age: 0,
            last: None,
        }
    }

    /// Starts with an empty line behind the history.
    pub fn start(&mut self, history: &History) {
        let ring = core::mem::take(&mut self.ring);
        *self = Editor { ring, place: history.len(), ..Editor::new() };
    }

    /// Keeps the line, to which undoing comes back. Characters that are typed one after the other are undone together.
    pub fn remember(&mut self, command: Option<Command>) {
        let goes_on = command.is_none() && self.last.is_none() && !self.undo.is_empty();
        if !goes_on && self.undo.last().is_none_or(|last| last.text != self.line.text) {
            self.undo.push(self.line.clone());
        }
    }

    /// Puts typed characters into the line.
    pub fn type_in(&mut self, text: &[u8], count: usize) {
        self.remember(None);
        for _ in 0..count {
            if self.overwrites {
                let (start, end) = (self.line.point, self.line.after(self.line.point));
                self.line.replace(start, end, text);
            } else {
                self.line.insert(text);
            }
        }
        self.last = None;
        self.killed = false;
    }

    /// Runs a command, so many times (backwards for negative numbers) where that means something.
    pub fn run(&mut self, command: Command, count: Option<isize>, history: &mut History) -> Done {
        use Command::*;
        let times = count.unwrap_or(1);
        let command = match (command, times < 0) {
            (ForwardChar, true) => BackwardChar,
            (BackwardChar, true) => ForwardChar,
            (ForwardWord, true) => BackwardWord,
            (BackwardWord, true) => ForwardWord,
            (DeleteChar, true) => BackwardDeleteChar,
            (BackwardDeleteChar, true) => DeleteChar,
            (KillWord, true) => BackwardKillWord,
            (BackwardKillWord, true) => KillWord,
            (KillLine, true) => BackwardKillLine,
            (PreviousHistory, true) => NextHistory,
            (NextHistory, true) => PreviousHistory,
            (command, _) => command,
        };
        let times = times.unsigned_abs();
        if !matches!(command, Undo | Yank | YankPop) {
            self.remember(Some(command));
        }
        let done = self.change(command, times, count, history);
        self.last = Some(command);
        self.killed = command.kills();
        done
    }

    fn change(
        &mut self,
        command: Command,
        times: usize,
        count: Option<isize>,
        history: &mut History,
    ) -> Done {
        use Command::*;
        let (start, end) = (self.line.point, self.line.text.len());
        let word_end = |line: &Line| (0..times).fold(start, |place, _| line.word_end(place));
        let word_start = |line: &Line| (0..times).fold(start, |place, _| line.word_start(place));
        match command {
            BeginningOfLine => self.line.point = 0,
            EndOfLine => self.line.point = end,
            ForwardChar => return self.go(self.line.forward(times)),
            BackwardChar => return self.go(self.line.backward(times)),
            ForwardWord => self.line.point = word_end(&self.line),
            BackwardWord => self.line.point = word_start(&self.line),
            DeleteChar => return self.delete(start, self.line.forward(times), count.is_some()),
            BackwardDeleteChar => return self.delete(self.line.backward(times), start, count.is_some()),
            KillLine => self.kill(start, end),
            BackwardKillLine | UnixLineDiscard => self.kill(0, start),
            KillWholeLine => self.kill(0, end),
            KillWord => self.kill(start, word_end(&self.line)),
            BackwardKillWord => self.kill(word_start(&self.line), start),
            UnixWordRubout => {
                self.kill((0..times).fold(start, |place, _| self.line.spaced_word_start(place)), start);
            }
            DeleteHorizontalSpace => {
                let (from, to) = self.line.spaces();
                self.line.cut(from, to);
            }
            Yank => return self.yank(),
            YankPop => return self.yank_older(),
            YankLastArg => return self.yank_argument(history),
            TransposeChars => return self.transpose_characters(),
            TransposeWords => return self.transpose_words(),
            UpcaseWord | DowncaseWord | CapitalizeWord => self.change_case(command, word_end(&self.line)),
            OverwriteMode => self.overwrites = !self.overwrites,
            Undo => return self.undo(),
            RevertLine => while self.undo() == Done::Yes {},
            SetMark => self.mark = start,
            ExchangePointAndMark => {
                self.line.point = self.mark.min(end);
                self.mark = start;
            }
            PreviousHistory => return self.show_history(history, self.place.checked_sub(times)),
            NextHistory => return self.show_history(history, Some(self.place + times)),
            BeginningOfHistory => return self.show_history(history, Some(0)),
            EndOfHistory => return self.show_history(history, Some(history.len())),
            HistorySearchBackward => return self.search_beginning(history, |place| place.checked_sub(1)),
            HistorySearchForward => return self.search_beginning(history, |place| Some(place + 1)),
            TabInsert => self.line.insert(b"\t"),
            _ => return Done::No,
        }
        Done::Yes
    }

    fn go(&mut self, place: usize) -> Done {
        if place == self.line.point {
            return Done::No;
        }
        self.line.point = place;
        Done::Yes
    }

    /// Deletes; with a count what is deleted can be yanked.
    fn delete(&mut self, start: usize, end: usize, keep: bool) -> Done {
        if start == end {
            return Done::No;
        }
        if keep {
            self.kill(start, end);
        } else {
            self.line.cut(start, end);
        }
        Done::Yes
    }

    /// Takes a part out. What follows another such command goes to the same text, on the side where it was.
    fn kill(&mut self, start: usize, end: usize) {
        let backwards = end == self.line.point;
        let text = self.line.cut(start, end);
        if text.is_empty() {
            return;
        }
        match self.ring.last_mut() {
            Some(newest) if self.killed => {
                let place = if backwards { 0 } else { newest.len() };
                newest.splice(place..place, text);
            }
            _ => self.ring.push(text),
        }
    }

    fn yank(&mut self) -> Done {
        let Some(text) = self.ring.last().cloned() else { return Done::No };
        self.remember(Some(Command::Yank));
        self.yanked.0 = self.line.point;
        self.line.insert(&text);
        self.yanked.1 = self.line.point;
        Done::Yes
    }

    fn yank_older(&mut self) -> Done {
        if !matches!(self.last, Some(Command::Yank | Command::YankPop)) || self.ring.len() < 2 {
            return Done::No;
        }
        self.ring.rotate_right(1);
        self.line.cut(self.yanked.0, self.yanked.1);
        self.yank()
    }

    /// The last word of the line before; again, of the one before that.
    fn yank_argument(&mut self, history: &History) -> Done {
        let again = self.last == Some(Command::YankLastArg);
        let age = if again { self.argument_age + 1 } else { 1 };
        let Some(line) = history.len().checked_sub(age).and_then(|place| history.get(place)) else {
            return Done::No;
        };
        let word = line.split(u8::is_ascii_whitespace).rfind(|word| !word.is_empty()).unwrap_or(b"");
        if again {
            self.line.cut(self.yanked.0, self.yanked.1);
        }
        self.argument_age = age;
        self.yanked.0 = self.line.point;
        self.line.insert(word);
        self.yanked.1 = self.line.point;
        Done::Yes
    }

    /// Drags the character in front of the point over the one behind it; at the end the last two change places.
    fn transpose_characters(&mut self) -> Done {
        let point = self.line.point;
        let middle = if point == self.line.text.len() { self.line.before(point) } else { point };
        let (start, end) = (self.line.before(middle), self.line.after(middle));
        if start == middle || middle == end {
            return Done::No;
        }
        let swapped = [&self.line.text[middle..end], &self.line.text[start..middle]].concat();
        self.line.replace(start, end, &swapped);
        Done::Yes
    }

    fn transpose_words(&mut self) -> Done {
        let second_end = self.line.word_end(self.line.point);
        let second = self.line.word_start(second_end);
        let first = self.line.word_start(second);
        let first_end = self.line.word_end(first);
        if first == second || first_end > second {
            return Done::No;
        }
        let text = &self.line.text;
        let swapped = [&text[second..second_end], &text[first_end..second], &text[first..first_end]].concat();
        self.line.replace(first, second_end, &swapped);
        Done::Yes
    }

    /// Changes the case of all letters from the point on.
    fn change_case(&mut self, command: Command, end: usize) {
        let start = self.line.point;
        let (mut out, mut in_word) = (Vec::new(), false);
        for character in line::characters(&self.line.text[start..end]) {
            let Some(letter) = line::first_char(character).filter(|letter| letter.is_alphanumeric()) else {
                in_word = false;
                out.extend(character);
                continue;
            };
            let upper = command == Command::UpcaseWord || command == Command::CapitalizeWord && !in_word;
            in_word = true;
            let changed: String =
                if upper { letter.to_uppercase().collect() } else { letter.to_lowercase().collect() };
            out.extend(changed.bytes());
        }
        self.line.replace(start, end, &out);
    }

    fn undo(&mut self) -> Done {
        loop {
            match self.undo.pop() {
                Some(before) if before.text != self.line.text => {
                    self.line = before;
                    return Done::Yes;
                }
                Some(_) => {}
                None => return Done::No,
            }
        }
    }

    /// A line of the history; the new line is behind them. What was made of the line that is left stays there.
    pub fn show_history(&mut self, history: &mut History, place: Option<usize>) -> Done {
        let Some(place) = place.filter(|place| *place <= history.len()) else { return Done::No };
        if place == self.place {
            return Done::No;
        }
        let left = core::mem::take(&mut self.line.text);
        if self.place < history.len() {
            history.edit(self.place, left);
        } else {
            self.entered = left;
        }
        self.place = place;
        self.line.set(history.get(place).unwrap_or(&self.entered));
        self.undo.clear();
        Done::Yes
    }

    /// The next line that begins as this one does up to the point, which stays.
    fn search_beginning(&mut self, history: &mut History, next: fn(usize) -> Option<usize>) -> Done {
        let (point, beginning) = (self.line.point, self.line.text[..self.line.point].to_vec());
        let mut place = next(self.place);
        while let Some(candidate) = place.filter(|place| *place < history.len()) {
            if history
                .get(candidate)
                .is_some_and(|line| line.starts_with(&beginning) && *line != *self.line.text)
            {
                let done = self.show_history(history, Some(candidate));
                self.line.point = point;
                return done;
            }
            place = next(candidate);
        }
        Done::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Types a text, runs commands and tells what came of it, with a mark at the point.
    fn edit(text: &str, commands: &[Command]) -> String {
        let (mut editor, mut history) = (Editor::new(), History::new());
        history.add(b"old line");
        editor.start(&history);
        editor.type_in(text.as_bytes(), 1);
        for command in commands {
            editor.run(*command, None, &mut history);
        }
        let (before, after) = editor.line.text.split_at(editor.line.point);
        format!("{}|{}", String::from_utf8_lossy(before), String::from_utf8_lossy(after))
    }

    #[test]
    fn commands() {
        use Command::*;
        for (text, commands, expected) in [
            ("one two", &[BackwardWord, KillLine, BeginningOfLine, Yank][..], "two|one "),
            ("one two", &[UnixWordRubout, UnixWordRubout, Yank, Yank], "one twoone two|"),
            ("ab", &[TransposeChars], "ba|"),
            ("abc", &[BackwardChar, BackwardChar, TransposeChars], "ba|c"),
            ("one two", &[TransposeWords], "two one|"),
            ("äb cd", &[BeginningOfLine, CapitalizeWord, UpcaseWord], "Äb CD|"),
            ("new", &[PreviousHistory, BackwardKillWord, NextHistory], "new|"),
            ("new", &[PreviousHistory, BackwardKillWord, NextHistory, PreviousHistory], "old |"),
            ("o", &[HistorySearchBackward], "o|ld line"),
            ("x ", &[YankLastArg], "x line|"),
            ("abc", &[BackwardDeleteChar, Undo], "abc|"),
            ("a b", &[BackwardChar, DeleteHorizontalSpace], "a|b"),
        ] {
            assert_eq!(edit(text, commands), expected, "{commands:?}");
        }
    }
}
