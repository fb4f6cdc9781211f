//! The reading of one line: keys come in, commands run, the terminal shows what came of them.

use super::completion::{self, Request};
use super::editor::Done;
use super::keymap::{Binding, Command, Found};
use super::terminal::{Terminal, Wait};
use super::{python, search, with};
use core::ffi::c_int;

/// How reading a line ended.
pub enum End {
    Line(Vec<u8>),
    EndOfInput,
    /// A handler of a signal raised an exception.
    Interrupted,
}

pub struct Session {
    terminal: Terminal,
    /// The number typed in front of a command.
    count: Option<Count>,
}

/// A number as far as it has been typed.
#[derive(Clone, Copy, Default)]
struct Count {
    negative: bool,
    digits: Option<isize>,
}

impl Count {
    fn value(self) -> isize {
        let number = self.digits.unwrap_or(1);
        if self.negative { -number } else { number }
    }
}

/// What came from the keyboard.
enum Typed {
    Command(Command, u8),
    Keys(Vec<u8>),
    Text(Vec<u8>),
    Nothing,
}

/// Whether a byte stands for itself where no key is bound to it.
pub fn is_text(byte: u8) -> bool {
    byte >= 0x20 && byte != 0x7f
}

/// Reads a line from a terminal.
pub fn read_line(input: c_int, output: c_int, prompt: &[u8]) -> End {
    let mut session = Session { terminal: Terminal::new(input, output), count: None };
    let width = session.terminal.width();
    let keys = session.terminal.editing_keys();
    let head = with(|reader| {
        reader.editor.start(&reader.history);
        let next = reader.next_place.take();
        reader.editor.show_history(&mut reader.history, next);
        if let Some(keys) = keys {
            reader.bind_terminal_keys(keys);
        }
        reader.output = Some(output);
        reader.screen.start(prompt, width)
    });
    session.write(&head);
    python::run_hook(&python::STARTUP_HOOK);
    session.refresh();
    python::run_hook(&python::PRE_INPUT_HOOK);
    let end = loop {
        session.refresh();
        if let Err(end) = session.step() {
            break end;
        }
    };
    with(|reader| {
        reader.output = None;
        if matches!(end, End::Interrupted) {
            reader.pending.clear();
        }
    });
    end
}

impl Session {
    pub fn write(&self, text: &[u8]) {
        self.terminal.write(text);
    }

    /// Shows the line as it is now.
    pub fn refresh(&self) {
        self.write(&with(super::Reader::refresh));
    }

    pub fn ring(&self) {
        if with(|reader| reader.settings.bell) {
            self.write(b"\x07");
        }
    }

    /// Goes to the start of the row below the line.
    pub fn leave_line(&self) {
        let out = with(|reader| {
            let line = &reader.editor.line;
            reader.screen.refresh(&line.text, line.text.len())
        });
        self.write(&out);
        self.write(b"\n");
    }

    /// The line will be shown where the cursor is.
    pub fn begin_line(&self) {
        with(|reader| reader.screen.on_new_line());
    }

    /// Whether another key has been typed already.
    pub fn is_waiting(&self) -> bool {
        with(|reader| !reader.pending.is_empty()) || matches!(self.terminal.wait(0), Wait::Ready)
    }

    /// The next byte.
    pub fn next(&mut self) -> Result<u8, End> {
        if let Some(byte) = with(|reader| reader.pending.pop_front()) {
            return Ok(byte);
        }
        loop {
            match self.terminal.wait(self.run_input_hook()) {
                Wait::Ready => {
                    return self.terminal.read().ok_or_else(|| {
                        let line = with(|reader| core::mem::take(&mut reader.editor.line.text));
                        if line.is_empty() { End::EndOfInput } else { End::Line(line) }
                    });
                }
                Wait::TimeOut => {}
                Wait::Failure => return Err(End::EndOfInput),
                Wait::Signal => {
                    if !python::run_signal_handlers() {
                        return Err(End::Interrupted);
                    }
                    self.terminal.set_modes();
                    let width = self.terminal.width();
                    with(|reader| reader.screen.set_width(width));
                    self.refresh();
                }
            }
        }
    }

    /// Gives other event loops their turn; how long may be waited for input in milliseconds.
    fn run_input_hook(&self) -> c_int {
        const TURN: c_int = 100;
        // SAFETY: a hook that stays where it is, called without the GIL, as it expects.
        unsafe {
            match krait_vm::readline::PyOS_InputHook {
                Some(hook) => {
                    hook();
                    TURN
                }
                None => -1,
            }
        }
    }

    /// The character that begins with a byte.
    pub fn character(&mut self, first: u8) -> Result<Vec<u8>, End> {
        let more =
            if with(|reader| reader.is_utf8) { (first.leading_ones() as usize).clamp(1, 4) - 1 } else { 0 };
        let mut all = vec![first];
        for _ in 0..more {
            all.push(self.next()?);
        }
        Ok(all)
    }

    fn typed(&mut self) -> Result<Typed, End> {
        let mut keys = Vec::new();
        loop {
            let key = self.next()?;
            keys.push(key);
            if keys.len() > 1 {
                // Longer sequences begin something new, as they do for hosts that hand on key by key.
                with(|reader| reader.editor.killed = false);
            }
            match with(|reader| reader.keymap.find(&keys)) {
                Found::Prefix => continue,
                Found::Binding(Binding::Keys(keys)) => return Ok(Typed::Keys(keys)),
                Found::Binding(Binding::Command(command)) => return Ok(Typed::Command(command, key)),
                Found::Binding(Binding::None) => return Ok(Typed::Nothing),
                Found::Unknown => {}
            }
            return match *keys {
                [key] if is_text(key) => self.character(key).map(Typed::Text),
                [0x1b, letter @ b'A'..=b'Z'] => {
                    Ok(with(|reader| match reader.keymap.find(&[0x1b, letter.to_ascii_lowercase()]) {
                        Found::Binding(Binding::Command(command)) => Typed::Command(command, key),
                        _ => Typed::Nothing,
                    }))
                }
                [0x1b, b'[' | b'O', .., last] => {
                    // A key of the terminal that means nothing; all of it.
                    let mut last = last;
                    while !(0x40..0x7f).contains(&last) {
                        last = self.next()?;
                    }
                    Ok(Typed::Nothing)
                }
                _ => Ok(Typed::Nothing),
            };
        }
    }

    /// Takes what is typed next and does what it says.
    fn step(&mut self) -> Result<(), End> {
        match self.typed()? {
            Typed::Nothing => self.ring(),
            Typed::Keys(keys) => with(|reader| {
                keys.iter().rev().for_each(|key| reader.pending.push_front(*key));
            }),
            Typed::Text(text) => {
                let count = self.take_times();
                with(|reader| reader.editor.type_in(&text, count));
            }
            Typed::Command(Command::DigitArgument, key) => self.read_count(key)?,
            Typed::Command(command, key) => self.run(command, key)?,
        }
        Ok(())
    }

    fn take_times(&mut self) -> usize {
        let count = self.count.take().map_or(1, Count::value);
        usize::try_from(count).unwrap_or(0)
    }

    /// A number in front of a command, of which the next digit or the sign has been read.
    fn read_count(&mut self, first: u8) -> Result<(), End> {
        const MOST: isize = 1_000_000;
        let mut count = self.count.unwrap_or_default();
        let mut key = first;
        loop {
            match key {
                b'-' if count.digits.is_none() && !count.negative => count.negative = true,
                b'0'..=b'9' => {
                    let more = count.digits.unwrap_or(0) * 10 + isize::from(key - b'0');
                    count.digits = Some(more.min(MOST));
                }
                _ => break,
            }
            key = self.next()?;
        }
        with(|reader| reader.pending.push_front(key));
        self.count = Some(count);
        Ok(())
    }

    fn run(&mut self, command: Command, key: u8) -> Result<(), End> {
        use Command::*;
        match command {
            AcceptLine => return Err(self.accept()),
            EndOfFile if with(|reader| reader.editor.line.text.is_empty()) => return Err(End::EndOfInput),
            OperateAndGetNext => {
                with(|reader| reader.next_place = Some(reader.editor.place + 1));
                return Err(self.accept());
            }
            ClearScreen => {
                self.write(b"\x1b[H\x1b[2J");
                self.begin_line();
            }
            RedrawCurrentLine => self.begin_line(),
            Complete => return self.complete(),
            PossibleCompletions => self.ring_unless_completed(Request::List)?,
            InsertCompletions => self.ring_unless_completed(Request::InsertAll)?,
            MenuComplete => self.ring_unless_completed(Request::Common)?,
            ReverseSearchHistory | ForwardSearchHistory => search::run(self, command)?,
            QuotedInsert => {
                let first = self.next()?;
                let text = self.character(first)?;
                let count = self.take_times();
                with(|reader| reader.editor.type_in(&text, count));
            }
            SelfInsert => {
                let count = self.take_times();
                with(|reader| reader.editor.type_in(&[key], count));
            }
            CharacterSearch => {
                let first = self.next()?;
                let wanted = self.character(first)?;
                with(|reader| {
                    let line = &mut reader.editor.line;
                    let start = line.after(line.point);
                    if let Some(found) = memchr::memmem::find(&line.text[start..], &wanted) {
                        line.point = start + found;
                    }
                });
            }
            Abort => {
                with(|reader| reader.pending.clear());
                self.ring();
            }
            ReReadInitFile => with(super::Reader::read_usual_init_file),
            ViEditingMode | EmacsEditingMode => with(|reader| reader.settings.vi = command == ViEditingMode),
            DoLowercaseVersion => self.ring(),
            _ => {
                let command = if command == EndOfFile { DeleteChar } else { command };
                let count = self.count.map(Count::value);
                if with(|reader| reader.editor.run(command, count, &mut reader.history)) == Done::No {
                    self.ring();
                }
            }
        }
        self.count = None;
        with(|reader| reader.editor.last = Some(command));
        Ok(())
    }

    /// Ends the line.
    fn accept(&mut self) -> End {
        self.leave_line();
        End::Line(with(|reader| {
            reader.history.restore(reader.editor.place);
            core::mem::take(&mut reader.editor.line.text)
        }))
    }

    fn ring_unless_completed(&mut self, request: Request) -> Result<(), End> {
        if !completion::complete(self, request)? {
            self.ring();
        }
        Ok(())
    }

    /// The key for completing: asked again after it could do nothing, it lists.
    fn complete(&mut self) -> Result<(), End> {
        let request = with(|reader| {
            let again = reader.editor.last == Some(Command::Complete) && !reader.completion_changed;
            match &reader.settings {
                settings if settings.disable_completion => None,
                _ if again => Some(Request::List),
                settings if settings.show_all_if_ambiguous => Some(Request::CommonAndList),
                settings if settings.show_all_if_unmodified => Some(Request::ListIfUnmodified),
                _ => Some(Request::Common),
            }
        });
        match request {
            Some(request) => self.ring_unless_completed(request)?,
            None => with(|reader| reader.editor.type_in(b"\t", 1)),
        }
        self.count = None;
        with(|reader| reader.editor.last = Some(Command::Complete));
        Ok(())
    }
}
