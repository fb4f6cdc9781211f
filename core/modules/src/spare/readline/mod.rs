//! `readline`: lines that can be edited while they are entered, with a history and completion. Keys, initialisation files
//! and functions are those that users of GNU readline know; the code is not.

mod completion;
mod display;
mod editor;
mod history;
mod inputrc;
mod keymap;
mod line;
mod python;
mod search;
mod session;
mod terminal;

use crate::support::{Kept, check_count, fs_bytes, not_none, os_error, parse_int};
use core::ffi::{CStr, c_char, c_int};
use editor::Editor;
use history::History;
use inputrc::{Settings, Target};
use keymap::{Binding, Command, Keymap};
use krait_object::protocol::object;
use krait_object::types::{bytes, module, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, memory, method};
use python::{COMPLETER, DISPLAY_HOOK, PRE_INPUT_HOOK, STARTUP_HOOK, decode, encode};
use session::End;
use std::collections::VecDeque;
use std::os::unix::ffi::OsStringExt;
use std::sync::{Mutex, PoisonError};

krait_object::methods! {
    static METHODS = [
        method::o(c"parse_and_bind", parse_and_bind, c"parse_and_bind(string) -> None\nDoes what a line of an initialisation file says."),
        method::varargs(c"read_init_file", read_init_file, c"read_init_file([filename]) -> None\nDoes what a file says: the one given, or the user's own."),
        method::varargs(c"read_history_file", read_history_file, c"read_history_file([filename]) -> None\nAdds the lines of a file to the history; ~/.history unless another one is given."),
        method::varargs(c"write_history_file", write_history_file, c"write_history_file([filename]) -> None\nSaves the history in a file; ~/.history unless another one is given."),
        method::varargs(c"append_history_file", append_history_file, c"append_history_file(nelements[, filename]) -> None\nAdds the last lines of the history to a file; ~/.history unless another one is given."),
        method::varargs(c"get_history_item", get_history_item, c"get_history_item() -> string\nThe line of the history with that number, from 1 on."),
        method::noargs(c"get_current_history_length", |_: &Object| -> Result<usize> { Ok(with(|reader| reader.history.len())) }, c"get_current_history_length() -> integer\nHow many lines the history has now."),
        method::varargs(c"set_history_length", set_history_length, c"set_history_length(length) -> None\nHow many lines of the history are saved at most; all for negative numbers."),
        method::noargs(c"get_history_length", |_: &Object| -> Result<i32> { Ok(with(|reader| reader.saved_lines)) }, c"get_history_length() -> int\nHow many lines of the history are saved at most; all if that is negative."),
        method::varargs(c"set_completer", |_: &Object, args: &Object| set_hook("set_completer", &COMPLETER, args), c"set_completer([function]) -> None\nSets or removes the function that completes words.\n\nIt is called as function(text, state) for state 0, 1, 2 and so on, until it returns no\nstring. Each is a completion of the text."),
        method::noargs(c"get_completer", |_: &Object| -> Result<Obj> { Ok(COMPLETER.get().unwrap_or_else(|| none::none().owned())) }, c"get_completer() -> function\nThe function that completes words."),
        method::noargs(c"get_completion_type", |_: &Object| -> Result<i32> { Ok(with(|reader| reader.completion_type)) }, c"get_completion_type() -> int\nWhich kind of completion is wanted."),
        method::o(c"set_completer_delims", set_completer_delims, c"set_completer_delims(string) -> None\nSets the characters that separate words for completion."),
        method::noargs(c"get_completer_delims", |_: &Object| decode(&with(|reader| reader.delimiters.clone())), c"get_completer_delims() -> string\nThe characters that separate words for completion."),
        method::noargs(c"get_begidx", |_: &Object| -> Result<usize> { Ok(with(|reader| reader.word.0)) }, c"get_begidx() -> int\nWhere the word to be completed begins."),
        method::noargs(c"get_endidx", |_: &Object| -> Result<usize> { Ok(with(|reader| reader.word.1)) }, c"get_endidx() -> int\nWhere the word to be completed ends."),
        method::varargs(c"set_startup_hook", |_: &Object, args: &Object| set_hook("set_startup_hook", &STARTUP_HOOK, args), c"set_startup_hook([function]) -> None\nSets or removes the function that is called before the prompt appears."),
        method::varargs(c"set_pre_input_hook", |_: &Object, args: &Object| set_hook("set_pre_input_hook", &PRE_INPUT_HOOK, args), c"set_pre_input_hook([function]) -> None\nSets or removes the function that is called behind the prompt, before keys are read."),
        method::varargs(c"set_completion_display_matches_hook", |_: &Object, args: &Object| set_hook("set_completion_display_matches_hook", &DISPLAY_HOOK, args), c"set_completion_display_matches_hook([function]) -> None\nSets or removes the function that shows completions.\n\nIt is called as function(substitution, [matches], longest_match_length)."),
        method::o(c"add_history", add_history, c"add_history(string) -> None\nAdds a line to the history."),
        method::varargs(c"set_auto_history", set_auto_history, c"set_auto_history(enabled) -> None\nWhether lines that are read are added to the history."),
        method::varargs(c"remove_history_item", remove_history_item, c"remove_history_item(pos) -> None\nRemoves the line of the history with that number, from 0 on."),
        method::varargs(c"replace_history_item", replace_history_item, c"replace_history_item(pos, line) -> None\nPuts another line in the place of the one with that number, from 0 on."),
        method::noargs(c"clear_history", |_: &Object| -> Result<()> { with(|reader| reader.history.clear()); Ok(()) }, c"clear_history() -> None\nRemoves all lines of the history."),
        method::noargs(c"get_line_buffer", |_: &Object| decode(&with(|reader| reader.editor.line.text.clone())), c"get_line_buffer() -> string\nThe line as it is now."),
        method::o(c"insert_text", insert_text, c"insert_text(string) -> None\nPuts text into the line at the cursor."),
        method::noargs(c"redisplay", redisplay, c"redisplay() -> None\nShows the line as it is now."),
    ];
}

/// All that lasts from line to line. The lock is only held for moments, never while Python code runs or a key is waited for.
pub struct Reader {
    history: History,
    keymap: Keymap,
    settings: Settings,
    editor: Editor,
    screen: display::Screen,
    /// Keys that come before those that are typed.
    pending: VecDeque<u8>,
    /// The descriptor of the terminal while a line is read.
    output: Option<c_int>,
    /// What separates words.
    delimiters: Vec<u8>,
    /// The word to be completed, counted in characters.
    word: (usize, usize),
    completion_type: i32,
    /// Whether the last completion changed the line.
    completion_changed: bool,
    last_search: Vec<u8>,
    /// The line of the history with which the next line begins.
    next_place: Option<usize>,
    adds_lines: bool,
    /// How many lines files of the history have at most; negative: no limit.
    saved_lines: i32,
    init_file: Option<Vec<u8>>,
    is_utf8: bool,
}

static READER: Mutex<Option<Reader>> = Mutex::new(None);

/// Does something with the one reader there is.
fn with<R>(body: impl FnOnce(&mut Reader) -> R) -> R {
    let mut reader = READER.lock().unwrap_or_else(PoisonError::into_inner);
    body(reader.get_or_insert_with(Reader::new))
}

/// A path with the user's home folder in the place of `~`.
fn expand_home(path: &[u8]) -> Vec<u8> {
    match path.strip_prefix(b"~") {
        Some(rest) => [std::env::var_os("HOME").unwrap_or_default().into_vec(), rest.to_vec()].concat(),
        None => path.to_vec(),
    }
}

impl Reader {
    fn new() -> Reader {
        // SAFETY: a text of the C library that lives until the locale changes.
        let codeset = unsafe { CStr::from_ptr(libc::nl_langinfo(libc::CODESET)) };
        let mut reader = Reader {
            history: History::new(),
            keymap: Keymap::new(),
            settings: Settings::new(),
            editor: Editor::new(),
            screen: display::Screen::default(),
            pending: VecDeque::new(),
            output: None,
            delimiters: b" \t\n`~!@#$%^&*()-=+[{]}\\|;:'\",<>/?".to_vec(),
            word: (0, 0),
            completion_type: 0,
            completion_changed: false,
            last_search: Vec::new(),
            next_place: None,
            adds_lines: true,
            saved_lines: -1,
            init_file: None,
            is_utf8: codeset.to_bytes() == b"UTF-8",
        };
        reader.read_usual_init_file();
        reader
    }

    /// What to write so that the terminal shows the line.
    fn refresh(&mut self) -> Vec<u8> {
        self.screen.refresh(&self.editor.line.text, self.editor.line.point)
    }

    /// Gives the terminal's own keys for editing their meaning.
    fn bind_terminal_keys(&mut self, keys: [u8; 4]) {
        use Command::*;
        for (key, command) in
            keys.into_iter().zip([BackwardDeleteChar, UnixWordRubout, UnixLineDiscard, QuotedInsert])
        {
            if key != 0 {
                self.keymap.bind(&[key], Binding::Command(command));
            }
        }
    }

    /// Reads lines of initialisation files.
    fn configure<R>(&mut self, read: impl FnOnce(&mut Target<'_>) -> R) -> R {
        let (keymap, settings) = (&mut self.keymap, &mut self.settings);
        let mut target = Target { keymap, settings, history_size: None, complaints: Vec::new() };
        let result = read(&mut target);
        let (size, complaints) = (target.history_size, target.complaints);
        if let Some(size) = size {
            self.history.limit(size);
        }
        complaints.iter().for_each(|complaint| eprintln!("{complaint}"));
        result
    }

    /// The user's file, else the system's; that none can be read means nothing.
    fn read_usual_init_file(&mut self) {
        let named = std::env::var_os("INPUTRC").filter(|name| !name.is_empty()).map(OsStringExt::into_vec);
        let paths = match self.init_file.clone().or(named) {
            Some(path) => vec![path],
            None => vec![b"~/.inputrc".to_vec(), b"/etc/inputrc".to_vec()],
        };
        let _ = paths.iter().any(|path| self.configure(|target| target.file(&expand_home(path))).is_ok());
    }
}

pub(super) fn fill(this: &Object) -> Result<()> {
    module::set_doc_string(this, "Lines that are edited while they are entered, as with GNU readline.")?;
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(this, (&raw mut METHODS).cast())? };
    module::add_int_constant(this, "_READLINE_VERSION", 0x0801)?;
    module::add_int_constant(this, "_READLINE_RUNTIME_VERSION", 0x0801)?;
    module::add(this, "_READLINE_LIBRARY_VERSION", &*unicode::from_str("8.1")?)?;
    with(|_| ());
    // SAFETY: a variable that is changed with the GIL held.
    unsafe { krait_vm::readline::PyOS_ReadlineFunctionPointer = Some(read_line) };
    Ok(())
}

/// What `PyOS_Readline` calls, without the GIL: a line in raw memory, empty at the end of the input, NULL for an interrupt.
unsafe extern "C" fn read_line(
    input: *mut libc::FILE,
    output: *mut libc::FILE,
    prompt: *const c_char,
) -> *mut c_char {
    // SAFETY: open streams and a C string.
    let (input, output, prompt) = unsafe {
        libc::fflush(output);
        (libc::fileno(input), libc::fileno(output), CStr::from_ptr(prompt).to_bytes())
    };
    match session::read_line(input, output, prompt) {
        End::Interrupted => core::ptr::null_mut(),
        End::EndOfInput => memory::raw_strdup(b""),
        End::Line(mut line) => {
            with(|reader| {
                if reader.adds_lines && !line.is_empty() && reader.history.last() != Some(&line) {
                    reader.history.add(&line);
                }
            });
            line.push(b'\n');
            memory::raw_strdup(&line)
        }
    }
}

// ---- arguments ----

fn arguments<'a>(function: &str, args: &'a Object, min: usize, max: usize) -> Result<&'a [&'a Object]> {
    let args = tuple::items(args);
    check_count(function, args.len(), min, max)?;
    Ok(args)
}

/// An optional file, `None` standing for no name.
fn file(given: Option<&&Object>) -> Result<Option<Vec<u8>>> {
    let given = not_none(given.copied());
    given.map(|path| Ok(bytes::as_slice(&*fs_bytes(path)?).to_vec())).transpose()
}

fn history_file(given: Option<&&Object>) -> Result<Vec<u8>> {
    Ok(file(given)?.unwrap_or_else(|| expand_home(b"~/.history")))
}

#[cold]
fn failed(error: std::io::Error) -> Raised {
    os_error(error.raw_os_error().unwrap_or(libc::EIO))
}

// ---- configuration ----

fn parse_and_bind(_module: &Object, line: &Object) -> Result<()> {
    let line = encode(line)?;
    with(|reader| reader.configure(|target| target.line(&String::from_utf8_lossy(&line))));
    Ok(())
}

fn read_init_file(_module: &Object, args: &Object) -> Result<()> {
    let given = file(arguments("read_init_file", args, 0, 1)?.first())?;
    with(|reader| match given {
        Some(path) => {
            reader.configure(|target| target.file(&path)).map_err(failed)?;
            reader.init_file = Some(path);
            Ok(())
        }
        None => {
            reader.read_usual_init_file();
            Ok(())
        }
    })
}

fn set_hook(function: &str, place: &Kept, args: &Object) -> Result<()> {
    match arguments(function, args, 0, 1)?.first() {
        Some(hook) if !hook.is_none() && !object::is_callable(hook) => {
            Err(err::type_error(format_args!("{function}(func): argument not callable")))
        }
        hook => place.set(hook.copied().unwrap_or(none::none())),
    }
}

fn set_completer_delims(_module: &Object, delimiters: &Object) -> Result<()> {
    let delimiters = encode(delimiters)?;
    with(|reader| reader.delimiters = delimiters);
    Ok(())
}

// ---- the history ----

fn read_history_file(_module: &Object, args: &Object) -> Result<()> {
    let path = history_file(arguments("read_history_file", args, 0, 1)?.first())?;
    with(|reader| reader.history.read(&path)).map_err(failed)
}

/// Writes a file of the history and shortens it to what may be saved.
fn save(path: &[u8], write: impl FnOnce(&History) -> std::io::Result<()>) -> Result<()> {
    with(|reader| {
        write(&reader.history)?;
        if let Ok(most) = usize::try_from(reader.saved_lines) {
            history::truncate_file(path, most);
        }
        Ok(())
    })
    .map_err(failed)
}

fn write_history_file(_module: &Object, args: &Object) -> Result<()> {
    let path = history_file(arguments("write_history_file", args, 0, 1)?.first())?;
    save(&path, |history| history.write(&path))
}

fn append_history_file(_module: &Object, args: &Object) -> Result<()> {
    let args = arguments("append_history_file", args, 1, 2)?;
    let count = usize::try_from(parse_int(args[0])?).unwrap_or(0);
    let path = history_file(args.get(1))?;
    save(&path, |history| history.append(count, &path))
}

fn set_history_length(_module: &Object, args: &Object) -> Result<()> {
    let length = parse_int(arguments("set_history_length", args, 1, 1)?[0])?;
    with(|reader| reader.saved_lines = length);
    Ok(())
}

fn get_history_item(_module: &Object, args: &Object) -> Result<Option<Obj>> {
    let number = parse_int(arguments("get_history_item", args, 1, 1)?[0])?;
    let index = usize::try_from(i64::from(number) - 1).ok();
    let line = with(|reader| index.and_then(|index| reader.history.get(index).map(<[u8]>::to_vec)));
    line.map(|line| decode(&line)).transpose()
}

fn add_history(_module: &Object, line: &Object) -> Result<()> {
    let line = encode(line)?;
    with(|reader| reader.history.add(&line));
    Ok(())
}

fn set_auto_history(_module: &Object, args: &Object) -> Result<()> {
    let adds = object::is_true(arguments("set_auto_history", args, 1, 1)?[0])?;
    with(|reader| reader.adds_lines = adds);
    Ok(())
}

/// The place of a line that is to be changed.
fn place(given: c_int) -> Result<usize> {
    usize::try_from(given).map_err(|_| err::value_error("History index cannot be negative"))
}

fn found(place: usize, done: Option<()>) -> Result<()> {
    done.ok_or_else(|| err::value_error(format_args!("No history item at position {place}")))
}

fn remove_history_item(_module: &Object, args: &Object) -> Result<()> {
    let place = place(parse_int(arguments("remove_history_item", args, 1, 1)?[0])?)?;
    found(place, with(|reader| reader.history.remove(place)))
}

fn replace_history_item(_module: &Object, args: &Object) -> Result<()> {
    let args = arguments("replace_history_item", args, 2, 2)?;
    let number = parse_int(args[0])?;
    if !unicode::check(args[1]) {
        return Err(crate::support::wrong_type("replace_history_item", 2, "str", args[1]));
    }
    let place = place(number)?;
    let line = encode(args[1])?;
    found(place, with(|reader| reader.history.replace(place, &line)))
}

// ---- the line ----

fn insert_text(_module: &Object, text: &Object) -> Result<()> {
    let text = encode(text)?;
    with(|reader| reader.editor.line.insert(&text));
    Ok(())
}

fn redisplay(_module: &Object) -> Result<()> {
    with(|reader| {
        let Some(output) = reader.output else { return };
        let text = reader.refresh();
        // SAFETY: valid memory; the terminal takes what is written or the next display repeats it.
        unsafe { libc::write(output, text.as_ptr().cast(), text.len()) };
    });
    Ok(())
}
