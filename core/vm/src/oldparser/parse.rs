//! From tokens to a concrete syntax tree, by the automata of a grammar (`parsetok.h`).

use super::node;
use crate::source::{Interpreter, Line};
use core::ffi::{CStr, c_char, c_int};
use core::ptr::null_mut;
use krait_abi::{dfa, grammar, label, node as Node, perrdetail, state};
use krait_object::Object;
use krait_object::memory::{PyObject_Free, object_malloc};
use krait_syntax::raw::{self, RawError, RawToken};
use krait_syntax::{Arena, Options};

/// Numbers of `errcode.h`.
const OK: c_int = 10;
const SYNTAX: c_int = 14;
pub(super) const NO_MEMORY: c_int = 15;
const UNFINISHED: c_int = 11;
/// `encoding_decl`, the root of a tree whose source declares its encoding.
const ENCODING: c_int = 341;
const FILE: c_int = 257;
const SUITE: c_int = 304;
const FUNCTION_BODY: c_int = 344;

/// How many rules can be open.
const MAX_STACK: usize = 1700;

/// `PyPARSE_*`
const DONT_IMPLY_DEDENT: c_int = 0x02;
const IGNORE_COOKIE: c_int = 0x10;
const BARRY_AS_BDFL: c_int = 0x20;
const TYPE_COMMENTS: c_int = 0x40;
const ASYNC_HACKS: c_int = 0x80;

/// A rule on its way: where in its automaton, and the node that its parts go to.
struct Open {
    rule: *const dfa,
    state: c_int,
    node: *mut Node,
}

struct Automaton {
    grammar: *const grammar,
    /// Without them the body of a function is a suite like any other.
    type_comments: bool,
    stack: Vec<Open>,
}

/// What became of a token.
enum Step {
    Taken,
    Done,
    Failed { code: c_int, expected: c_int },
}

impl Automaton {
    unsafe fn rule(&self, number: c_int) -> *const dfa {
        // SAFETY: a grammar has its rules in the order of their numbers, from 256 on.
        unsafe { (*self.grammar).g_dfa.add((number - node::RULES) as usize) }
    }

    unsafe fn labels(&self) -> &[label] {
        // SAFETY: a grammar's labels.
        unsafe {
            let list = (*self.grammar).g_ll;
            core::slice::from_raw_parts(list.ll_label, list.ll_nlabels as usize)
        }
    }

    /// The label of a token: that of the keyword, or that of its kind.
    unsafe fn classify(&self, token: &RawToken<'_>) -> Option<usize> {
        // SAFETY: labels have terminated strings or none.
        unsafe {
            let labels = self.labels();
            if token.number == raw::NAME {
                let word = labels.iter().position(|label| {
                    label.lb_type == raw::NAME
                        && !label.lb_str.is_null()
                        && CStr::from_ptr(label.lb_str).to_bytes() == token.text
                });
                if word.is_some() {
                    return word;
                }
            }
            // Label 0 stands for the end of a rule.
            let kind = |label: &label| label.lb_type == token.number && label.lb_str.is_null();
            labels.iter().position(kind)
        }
    }

    unsafe fn state(open: &Open) -> &state {
        // SAFETY: states are targets of arcs in the same rule.
        unsafe { &*(*open.rule).d_state.add(open.state as usize) }
    }

    unsafe fn arcs(open: &Open) -> &[krait_abi::arc] {
        // SAFETY: a state's arcs.
        unsafe {
            let state = Self::state(open);
            core::slice::from_raw_parts(state.s_arc, state.s_narcs as usize)
        }
    }

    /// Takes one token.
    unsafe fn add(&mut self, token: &RawToken<'_>) -> Step {
        // SAFETY: the grammar is well formed; nodes on the stack are live and do not move while they are open, since
        // only the innermost gets children.
        unsafe {
            let failed = Step::Failed { code: SYNTAX, expected: -1 };
            let Some(label) = self.classify(token) else { return failed };
            loop {
                let Some(open) = self.stack.last_mut() else { return failed };
                let labels = core::slice::from_raw_parts(
                    (*self.grammar).g_ll.ll_label,
                    (*self.grammar).g_ll.ll_nlabels as usize,
                );
                let mut next = None;
                for arc in Self::arcs(open) {
                    let kind = labels[arc.a_lbl as usize].lb_type;
                    let rule = (kind >= node::RULES)
                        .then(|| (*self.grammar).g_dfa.add((kind - node::RULES) as usize));
                    let fits = match rule {
                        None => arc.a_lbl as usize == label && arc.a_lbl != 0,
                        Some(rule) => *(*rule).d_first.cast::<u8>().add(label / 8) >> (label % 8) & 1 != 0,
                    };
                    if fits {
                        next = Some((arc.a_arrow, rule));
                        break;
                    }
                }
                let ends = Self::arcs(open).iter().any(|arc| arc.a_lbl == 0);
                match next {
                    Some((target, Some(mut rule))) => {
                        open.state = target.into();
                        if !self.type_comments && (*rule).d_type == FUNCTION_BODY {
                            rule = (*self.grammar).g_dfa.add((SUITE - node::RULES) as usize);
                        }
                        let place = (token.lineno, token.col_offset);
                        let parent = open.node;
                        let code = node::add_child(parent, (*rule).d_type, null_mut(), place, place);
                        if code != 0 {
                            return Step::Failed { code, expected: -1 };
                        }
                        let child = (*parent).n_child.add((*parent).n_nchildren as usize - 1);
                        if self.stack.len() >= MAX_STACK {
                            krait_object::err::write_stderr_raw(b"s_push: parser stack overflow\n");
                            return Step::Failed { code: NO_MEMORY, expected: -1 };
                        }
                        self.stack.push(Open { rule, state: 0, node: child });
                    }
                    Some((target, None)) => {
                        open.state = target.into();
                        return self.shift(token);
                    }
                    None if ends => {
                        self.stack.pop();
                    }
                    None => {
                        let arcs = Self::arcs(open);
                        let only = if arcs.len() == 1 { labels[arcs[0].a_lbl as usize].lb_type } else { -1 };
                        return Step::Failed { code: SYNTAX, expected: only };
                    }
                }
            }
        }
    }

    /// Hangs a token below the open rule and closes the rules that cannot go on.
    unsafe fn shift(&mut self, token: &RawToken<'_>) -> Step {
        // SAFETY: as in `add`.
        unsafe {
            let Some(open) = self.stack.last() else { return Step::Done };
            let text = copy(token.text);
            if text.is_null() {
                return Step::Failed { code: NO_MEMORY, expected: -1 };
            }
            let (start, end) = ((token.lineno, token.col_offset), (token.end_lineno, token.end_col_offset));
            let code = node::add_child(open.node, token.number, text, start, end);
            if code != 0 {
                PyObject_Free(text.cast());
                return Step::Failed { code, expected: -1 };
            }
            while let Some(open) = self.stack.last() {
                let arcs = Self::arcs(open);
                if !(arcs.len() == 1 && arcs[0].a_lbl == 0) {
                    return Step::Taken;
                }
                self.stack.pop();
            }
            Step::Done
        }
    }
}

/// A terminated copy in memory of the object allocator.
pub fn copy(text: &[u8]) -> *mut c_char {
    // SAFETY: room for the text and its end.
    unsafe {
        let memory = object_malloc(text.len() + 1).cast::<u8>();
        if !memory.is_null() {
            memory.copy_from_nonoverlapping(text.as_ptr(), text.len());
            *memory.add(text.len()) = 0;
        }
        memory.cast()
    }
}

/// Makes the details of an error those of no error.
///
/// # Safety
/// A place for the details, whose old value is forgotten.
pub unsafe fn init_error(error: *mut perrdetail, filename: Option<&Object>) {
    use krait_object::Layout;
    let filename = match filename {
        Some(filename) => Some(filename.owned()),
        None => krait_object::types::unicode::from_str("<string>").ok(),
    };
    // SAFETY: the caller's promise.
    unsafe {
        *error = perrdetail {
            error: OK,
            filename: krait_object::handle::into_ptr_opt(filename),
            lineno: 0,
            offset: 0,
            text: null_mut(),
            token: -1,
            expected: -1,
        };
    }
}

/// What is to be parsed.
pub enum Source<'a> {
    Text(&'a [u8]),
    /// Lines that are asked for as they are needed.
    Lines(&'a mut dyn FnMut() -> Line),
}

/// `PyParser_ParseStringObject`, `PyParser_ParseFileObject`: the tree of a source, or NULL with the error's details.
///
/// # Safety
/// A grammar whose rules are numbered from 256 on; a place for the details.
pub unsafe fn parse(
    source: Source<'_>,
    filename: Option<&Object>,
    grammar: *const grammar,
    start: c_int,
    error: *mut perrdetail,
    flags: c_int,
) -> *mut Node {
    // SAFETY: the caller's promise.
    unsafe {
        init_error(error, filename);
        let arena = Arena::new();
        let mut options = Options { mode: mode(start), ..Options::default() };
        for (bit, flag) in [
            (DONT_IMPLY_DEDENT, krait_syntax::flags::DONT_IMPLY_DEDENT),
            (IGNORE_COOKIE, krait_syntax::flags::IGNORE_COOKIE),
            (TYPE_COMMENTS, krait_syntax::flags::TYPE_COMMENTS),
        ] {
            if flags & bit != 0 {
                options.flags |= flag;
            }
        }
        if flags & ASYNC_HACKS != 0 {
            options.feature_version = 6;
        }
        let default = krait_object::types::none::none();
        let mut host = Interpreter::new(filename.unwrap_or(default));
        let text = match source {
            Source::Text(text) => text,
            Source::Lines(lines) => {
                options.interactive = true;
                host.lines = Some(lines);
                b""
            }
        };
        let tree = node::new(start);
        if tree.is_null() {
            (*error).error = NO_MEMORY;
            return null_mut();
        }
        let type_comments = flags & TYPE_COMMENTS != 0;
        let mut automaton = Automaton { grammar, type_comments, stack: Vec::new() };
        automaton.stack.push(Open { rule: automaton.rule(start), state: 0, node: tree });
        let wrong = if flags & BARRY_AS_BDFL != 0 { b"!=" } else { b"<>" };
        let mut complete = false;
        let mut each = |token: &RawToken<'_>| {
            let step = if token.text == wrong {
                Step::Failed { code: SYNTAX, expected: -1 }
            } else if token.number == raw::TYPE_IGNORE {
                Step::Taken
            } else {
                automaton.add(token)
            };
            if let Step::Failed { code, expected } = step {
                describe_token(error, token, code, expected);
            }
            complete |= matches!(step, Step::Done);
            matches!(step, Step::Taken)
        };
        let (encoding, failure) = raw::tokens(&arena, text, &options, &mut host, &mut each);
        if !complete {
            if let Some(failure) = failure {
                describe_failure(error, failure);
            } else if (*error).error == OK {
                (*error).error = UNFINISHED;
            }
            node::free(tree);
            return null_mut();
        }
        node::finish_position(tree);
        with_encoding(tree, encoding, error)
    }
}

/// Notes that a token is wrong.
unsafe fn describe_token(error: *mut perrdetail, token: &RawToken<'_>, code: c_int, expected: c_int) {
    // SAFETY: the caller's place for the details.
    unsafe {
        // A token with text is itself what is wrong, even if nothing follows it.
        let has_text = token.col_offset >= 0;
        let unfinished = token.at_end && !has_text && code == SYNTAX;
        (*error).error = if unfinished { UNFINISHED } else { code };
        (*error).token = token.number;
        (*error).expected = expected;
        (*error).lineno = token.end_lineno;
        (*error).offset = if has_text { token.col_offset + 1 } else { token.reached };
        (*error).text = copy(token.shown);
    }
}

/// Notes that a token can't be read; what is no matter of syntax is raised.
unsafe fn describe_failure(error: *mut perrdetail, failure: RawError) {
    // SAFETY: the caller's place for the details.
    unsafe {
        (*error).error = failure.code;
        (*error).lineno = failure.lineno;
        (*error).offset = failure.offset;
        (*error).text = copy(&failure.line);
        if let Some(cause) = failure.cause {
            let filename = Object::from_ptr_opt((*error).filename);
            let filename = filename.unwrap_or(krait_object::types::none::none());
            crate::source::raise_syntax_error(&cause, filename);
        }
    }
}

fn mode(start: c_int) -> krait_syntax::Mode {
    if start == FILE { krait_syntax::Mode::Exec } else { krait_syntax::Mode::Eval }
}

/// Puts the declared encoding above the tree.
unsafe fn with_encoding(tree: *mut Node, encoding: Option<String>, error: *mut perrdetail) -> *mut Node {
    let Some(encoding) = encoding else { return tree };
    let root = node::new(ENCODING);
    // SAFETY: two nodes of ours; the root takes the tree over as its only child, by its address.
    unsafe {
        if root.is_null() {
            (*error).error = NO_MEMORY;
            node::free(tree);
            return null_mut();
        }
        (*root).n_str = copy(encoding.as_bytes());
        (*root).n_nchildren = 1;
        (*root).n_child = tree;
        root
    }
}

/// `PyParser_SetError`: raises the exception for the details.
///
/// # Safety
/// Details that a failed parse left.
pub unsafe fn set_error(error: *mut perrdetail) -> krait_object::Result<()> {
    use krait_object::types::{exceptions, long, none, tuple, unicode};
    use krait_object::{Layout, err};
    // SAFETY: the caller's promise.
    unsafe {
        let (code, token, expected) = ((*error).error, (*error).token, (*error).expected);
        let (class, message) = match code {
            17 | 22 if err::occurred().is_some() => return Ok(()),
            SYNTAX if expected == raw::INDENT => {
                (exceptions::IndentationError(), "expected an indented block")
            }
            SYNTAX if token == raw::INDENT => (exceptions::IndentationError(), "unexpected indent"),
            SYNTAX if token == raw::DEDENT => (exceptions::IndentationError(), "unexpected unindent"),
            SYNTAX => (exceptions::SyntaxError(), "invalid syntax"),
            13 => (exceptions::SyntaxError(), "invalid token"),
            23 => (exceptions::SyntaxError(), "EOF while scanning triple-quoted string literal"),
            24 => (exceptions::SyntaxError(), "EOL while scanning string literal"),
            12 => {
                if err::occurred().is_none() {
                    err::set_none(exceptions::KeyboardInterrupt());
                }
                return Ok(());
            }
            NO_MEMORY => {
                err::no_memory();
                return Ok(());
            }
            UNFINISHED => (exceptions::SyntaxError(), "unexpected EOF while parsing"),
            18 => (exceptions::TabError(), "inconsistent use of tabs and spaces in indentation"),
            19 => (exceptions::SyntaxError(), "expression too long"),
            20 => (exceptions::IndentationError(), "too many levels of indentation"),
            21 => (exceptions::IndentationError(), "unindent does not match any outer indentation level"),
            25 => (exceptions::SyntaxError(), "unexpected character after line continuation character"),
            27 => (exceptions::SyntaxError(), "multiple statements found while compiling a single statement"),
            _ => (exceptions::SyntaxError(), "unknown parsing error"),
        };
        let mut offset = i64::from((*error).offset);
        let text = if (*error).text.is_null() {
            none::none().owned()
        } else {
            let line = CStr::from_ptr((*error).text).to_bytes();
            // The exception counts characters, from the beginning of all the lines that it shows.
            if let Some(before) = usize::try_from(offset).ok().and_then(|offset| line.get(..offset)) {
                offset = unicode::len(&*unicode::decode_utf8(before, Some("replace"))?) as i64;
            }
            unicode::decode_utf8(line, Some("replace"))?
        };
        let filename = Object::from_ptr_opt((*error).filename).unwrap_or(none::none()).owned();
        let place = tuple::pack([
            filename,
            long::from_i64(i64::from((*error).lineno))?,
            long::from_i64(offset)?,
            text,
        ])?;
        err::set_object(class, &*tuple::pack([unicode::from_str(message)?, place])?);
        Ok(())
    }
}
