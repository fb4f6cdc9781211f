//! CPython's old parser: concrete syntax trees of `node` structs, built by automata ([`tables`]) that C code reads too
//! (`_PyParser_Grammar`). The `parser` module and `PyParser_*` stand on it; nothing of the interpreter does.

pub mod node;
pub mod parse;
mod tables;
pub mod tree;

use core::ffi::{CStr, c_char, c_int};
use core::ptr::null_mut;
use krait_abi::{arc, dfa, grammar, label as CLabel, labellist, state};
use tables::{LABELS, ROWS};

pub use krait_syntax::raw::operator_number;

/// What an arc is marked with: a token or rule number, for keywords with the word.
pub struct Label {
    number: c_int,
    word: Option<&'static CStr>,
}

const fn label(number: c_int) -> Label {
    Label { number, word: None }
}

const fn word(number: c_int, word: &'static CStr) -> Label {
    Label { number, word: Some(word) }
}

/// A rule.
pub struct Row {
    number: c_int,
    name: &'static CStr,
    states: &'static [&'static [(i16, i16)]],
    first: &'static [u8],
}

const fn count_states() -> usize {
    let (mut count, mut row) = (0, 0);
    while row < ROWS.len() {
        count += ROWS[row].states.len();
        row += 1;
    }
    count
}

const fn count_arcs() -> usize {
    let (mut count, mut row) = (0, 0);
    while row < ROWS.len() {
        let mut state = 0;
        while state < ROWS[row].states.len() {
            count += ROWS[row].states[state].len();
            state += 1;
        }
        row += 1;
    }
    count
}

/// Bytes of a set of labels.
const SET: usize = LABELS.len().div_ceil(8);

static mut ARCS: [arc; count_arcs()] = {
    let mut out = [arc { a_lbl: 0, a_arrow: 0 }; count_arcs()];
    let (mut at, mut row) = (0, 0);
    while row < ROWS.len() {
        let mut state = 0;
        while state < ROWS[row].states.len() {
            let arcs = ROWS[row].states[state];
            let mut index = 0;
            while index < arcs.len() {
                out[at] = arc { a_lbl: arcs[index].0, a_arrow: arcs[index].1 };
                at += 1;
                index += 1;
            }
            state += 1;
        }
        row += 1;
    }
    out
};

static mut STATES: [state; count_states()] = {
    let empty = state {
        s_narcs: 0,
        s_arc: core::ptr::null(),
        s_lower: 0,
        s_upper: 0,
        s_accel: null_mut(),
        s_accept: 0,
    };
    let mut out = [empty; count_states()];
    let (mut at, mut arcs, mut row) = (0, 0, 0);
    while row < ROWS.len() {
        let mut index = 0;
        while index < ROWS[row].states.len() {
            out[at].s_narcs = ROWS[row].states[index].len() as c_int;
            // SAFETY: inside of the array that holds all arcs in this order.
            out[at].s_arc = unsafe { (&raw const ARCS).cast::<arc>().add(arcs) };
            arcs += ROWS[row].states[index].len();
            at += 1;
            index += 1;
        }
        row += 1;
    }
    out
};

static mut FIRST: [[u8; SET]; ROWS.len()] = {
    let mut out = [[0; SET]; ROWS.len()];
    let mut row = 0;
    while row < ROWS.len() {
        let mut index = 0;
        while index < ROWS[row].first.len() {
            let label = ROWS[row].first[index] as usize;
            out[row][label / 8] |= 1 << (label % 8);
            index += 1;
        }
        row += 1;
    }
    out
};

static mut RULES: [dfa; ROWS.len()] = {
    let empty = dfa { d_type: 0, d_name: null_mut(), d_nstates: 0, d_state: null_mut(), d_first: null_mut() };
    let mut out = [empty; ROWS.len()];
    let (mut row, mut states) = (0, 0);
    while row < ROWS.len() {
        out[row] = dfa {
            d_type: ROWS[row].number,
            d_name: ROWS[row].name.as_ptr().cast_mut(),
            d_nstates: ROWS[row].states.len() as c_int,
            // SAFETY: inside of the array that holds all states in this order.
            d_state: unsafe { (&raw mut STATES).cast::<state>().add(states) },
            // SAFETY: one set per row.
            d_first: unsafe { (&raw mut FIRST).cast::<[u8; SET]>().add(row) }.cast::<c_char>(),
        };
        states += ROWS[row].states.len();
        row += 1;
    }
    out
};

static mut C_LABELS: [CLabel; LABELS.len()] = {
    let mut out = [CLabel { lb_type: 0, lb_str: core::ptr::null() }; LABELS.len()];
    let mut index = 0;
    while index < LABELS.len() {
        let text = match LABELS[index].word {
            Some(word) => word.as_ptr(),
            None => core::ptr::null(),
        };
        out[index] = CLabel { lb_type: LABELS[index].number, lb_str: text };
        index += 1;
    }
    out
};

/// The grammar of the old parser.
#[unsafe(no_mangle)]
pub static mut _PyParser_Grammar: grammar = grammar {
    g_ndfas: ROWS.len() as c_int,
    g_dfa: (&raw const RULES).cast(),
    g_ll: labellist { ll_nlabels: LABELS.len() as c_int, ll_label: (&raw const C_LABELS).cast() },
    g_start: 256,
    g_accel: 0,
};

/// Whether the old parser takes a source (`-X oldparser`), whose tree the other one makes all the same. Only its limit of
/// nesting is reported; the rest is left to the parser that knows better messages.
pub fn check(source: &[u8], options: crate::source::CompileOptions<'_>) -> krait_object::Result<()> {
    let start = match options.mode {
        crate::source::Mode::Single => 256,
        crate::source::Mode::Exec => 257,
        crate::source::Mode::Eval => 258,
        crate::source::Mode::FuncType => return Ok(()),
    };
    let mut error = core::mem::MaybeUninit::<krait_abi::perrdetail>::uninit();
    // SAFETY: the parse fills the details in, whose references are dropped here.
    unsafe {
        let grammar = &raw const _PyParser_Grammar;
        let source = parse::Source::Text(source);
        let tree = parse::parse(source, Some(options.filename), grammar, start, error.as_mut_ptr(), 0);
        node::free(tree);
        let error = error.assume_init();
        krait_object::refcount::xdecref(error.filename);
        krait_object::memory::PyObject_Free(error.text.cast());
        if tree.is_null() && error.error == parse::NO_MEMORY {
            return Err(krait_object::err::no_memory());
        }
        krait_object::err::clear();
    }
    Ok(())
}

/// The names of the tokens, by number.
#[repr(transparent)]
pub struct Names(pub [*const c_char; 64]);
// SAFETY: pointers to static strings.
unsafe impl Sync for Names {}

macro_rules! names {
    ($($name:literal)*) => { [$($name.as_ptr()),*] };
}

/// The names of the tokens, by number.
#[unsafe(no_mangle)]
pub static _PyParser_TokenNames: Names = Names(names! {
    c"ENDMARKER" c"NAME" c"NUMBER" c"STRING" c"NEWLINE" c"INDENT" c"DEDENT" c"LPAR" c"RPAR" c"LSQB" c"RSQB" c"COLON"
    c"COMMA" c"SEMI" c"PLUS" c"MINUS" c"STAR" c"SLASH" c"VBAR" c"AMPER" c"LESS" c"GREATER" c"EQUAL" c"DOT" c"PERCENT"
    c"LBRACE" c"RBRACE" c"EQEQUAL" c"NOTEQUAL" c"LESSEQUAL" c"GREATEREQUAL" c"TILDE" c"CIRCUMFLEX" c"LEFTSHIFT"
    c"RIGHTSHIFT" c"DOUBLESTAR" c"PLUSEQUAL" c"MINEQUAL" c"STAREQUAL" c"SLASHEQUAL" c"PERCENTEQUAL" c"AMPEREQUAL"
    c"VBAREQUAL" c"CIRCUMFLEXEQUAL" c"LEFTSHIFTEQUAL" c"RIGHTSHIFTEQUAL" c"DOUBLESTAREQUAL" c"DOUBLESLASH"
    c"DOUBLESLASHEQUAL" c"AT" c"ATEQUAL" c"RARROW" c"ELLIPSIS" c"COLONEQUAL" c"OP" c"AWAIT" c"ASYNC" c"TYPE_IGNORE"
    c"TYPE_COMMENT" c"<ERRORTOKEN>" c"<COMMENT>" c"<NL>" c"<ENCODING>" c"<N_TOKENS>"
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_consistent() {
        for (index, row) in ROWS.iter().enumerate() {
            assert_eq!(row.number, 256 + index as c_int, "{:?}", row.name);
            assert!(
                !row.first.is_empty() && row.first.iter().all(|&label| usize::from(label) < LABELS.len())
            );
            for arc in row.states.iter().flat_map(|state| state.iter()) {
                assert!((arc.0 as usize) < LABELS.len() && (arc.1 as usize) < row.states.len());
            }
            let ends = row.states.iter().any(|state| state.iter().any(|arc| arc.0 == 0));
            assert!(ends, "{:?} never ends", row.name);
        }
        for label in LABELS {
            assert!(label.number < 256 + ROWS.len() as c_int);
        }
    }

    #[test]
    fn nodes_grow_by_steps() {
        let root = node::new(257);
        // SAFETY: a node of this test.
        unsafe {
            for line in 0..200 {
                let text = parse::copy(b"name");
                assert_eq!(node::add_child(root, 1, text, (line, 0), (line, 4)), 0);
            }
            node::finish_position(root);
            assert_eq!(((*root).n_nchildren, (*root).n_end_lineno, (*root).n_end_col_offset), (200, 199, 4));
            assert_eq!(node::size_of_tree(root), 48 + 256 * 48 + 200 * 5);
            let source = tree::source(root);
            assert!(source.starts_with(b"name name \\\nname"));
            node::free(root);
        }
    }
}
