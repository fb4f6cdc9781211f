//! From concrete syntax trees to code: the tokens are written down where they stood and parsed again, by the parser that
//! there is.

use super::node;
use core::ffi::CStr;
use krait_abi::node as Node;

const NEWLINE: i16 = 4;
const INDENT: i16 = 5;
const DEDENT: i16 = 6;
const ENCODING: i16 = 341;
/// The rules that a tree can begin with.
const SINGLE: i16 = 256;
const FILE: i16 = 257;
const EVAL: i16 = 258;

/// The rule at the top of a tree, without the declaration of an encoding above it.
///
/// # Safety
/// A live node.
pub unsafe fn start(tree: *const Node) -> Option<krait_syntax::Mode> {
    // SAFETY: the caller's promise.
    unsafe {
        match (*top(tree)).n_type {
            SINGLE => Some(krait_syntax::Mode::Single),
            FILE => Some(krait_syntax::Mode::Exec),
            EVAL => Some(krait_syntax::Mode::Eval),
            _ => None,
        }
    }
}

unsafe fn top(tree: *const Node) -> *const Node {
    // SAFETY: the caller's promise.
    unsafe {
        match node::children(tree).first() {
            Some(first) if (*tree).n_type == ENCODING => first,
            _ => tree,
        }
    }
}

/// Text under construction.
struct Page {
    text: Vec<u8>,
    line: i32,
    line_start: usize,
    /// Columns of the open blocks.
    indents: Vec<usize>,
    /// A line begins here, not the continuation of one.
    fresh: bool,
}

impl Page {
    fn column(&self) -> usize {
        self.text.len() - self.line_start
    }

    fn new_line(&mut self) {
        self.text.push(b'\n');
        self.line += 1;
        self.line_start = self.text.len();
    }

    /// Goes to a token's place, or as near as the text so far allows.
    fn go_to(&mut self, line: i32, column: usize) {
        while self.line < line {
            if !self.fresh {
                self.text.extend_from_slice(b" \\");
            }
            self.new_line();
        }
        let column = match (self.fresh, self.indents.last()) {
            (true, Some(&indent)) => indent,
            _ => column,
        };
        if self.column() < column {
            self.text.resize(self.line_start + column, b' ');
        } else if !self.fresh && self.text.last().is_some_and(|b| !b.is_ascii_whitespace()) {
            self.text.push(b' ');
        }
        self.fresh = false;
    }

    fn token(&mut self, token: &Node, text: &[u8], next_column: Option<usize>) {
        match token.n_type {
            NEWLINE => {
                self.new_line();
                self.fresh = true;
            }
            INDENT => {
                let outer = self.indents.last().copied().unwrap_or(0);
                self.indents.push(next_column.unwrap_or(0).max(outer + 1));
            }
            DEDENT => drop(self.indents.pop()),
            0 => {}
            _ => {
                self.go_to(token.n_lineno, token.n_col_offset.max(0) as usize);
                self.text.extend_from_slice(text);
                let newlines = text.iter().filter(|&&b| b == b'\n').count() as i32;
                if newlines > 0 {
                    self.line += newlines;
                    let last = text.iter().rposition(|&b| b == b'\n').map_or(0, |at| text.len() - at - 1);
                    self.line_start = self.text.len() - last;
                }
            }
        }
    }
}

/// The source that a tree stands for, with its tokens where they stood as far as the tree says.
///
/// # Safety
/// A live node.
pub unsafe fn source(tree: *const Node) -> Vec<u8> {
    let mut tokens: Vec<&Node> = Vec::new();
    // SAFETY: the caller's promise.
    unsafe {
        let mut open = vec![top(tree)];
        while let Some(current) = open.pop() {
            if i32::from((*current).n_type) >= node::RULES {
                open.extend(node::children(current).iter().rev().map(core::ptr::from_ref));
            } else {
                tokens.push(&*current);
            }
        }
    }
    let mut page = Page { text: Vec::new(), line: 1, line_start: 0, indents: Vec::new(), fresh: true };
    for (index, token) in tokens.iter().enumerate() {
        // SAFETY: as above.
        let text = unsafe { node::text(*token) }.map_or(&b""[..], CStr::to_bytes);
        let next = tokens.get(index + 1).map(|next| next.n_col_offset.max(0) as usize);
        page.token(token, text, next);
    }
    page.text
}
