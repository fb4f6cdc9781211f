//! A code object without Python objects.

use crate::flags::{CO_VARARGS, CO_VARKEYWORDS};
use crate::{Constant, Text};
use std::hash::{Hash, Hasher};

/// In [`CodeData::cell2arg`]: the cell variable is no parameter.
pub const CELL_NOT_AN_ARG: u8 = 255;

/// The fields of `types.CodeType`, in the order of its constructor except that counts come first.
///
/// Sharing: within one compilation, equal constants are one object in CPython, and so are equal tuples of names;
/// whoever turns this into Python objects keeps a table of what was made already. The one exception are tuples that
/// the peephole pass makes of constants: each is an object of its own, as its `Arc` shows.
#[derive(Clone, Debug, Default)]
pub struct CodeData {
    /// Positional parameters, positional-only ones included.
    pub arg_count: u32,
    pub posonly_arg_count: u32,
    pub kwonly_arg_count: u32,
    pub nlocals: u32,
    pub stack_size: u32,
    pub flags: u32,
    pub first_line: i32,
    pub code: Vec<u8>,
    pub consts: Vec<Constant>,
    pub names: Vec<Text>,
    pub varnames: Vec<Text>,
    pub freevars: Vec<Text>,
    pub cellvars: Vec<Text>,
    pub filename: Text,
    pub name: Text,
    pub lnotab: Vec<u8>,
}

impl CodeData {
    /// How many leading `varnames` are parameters, `*args` and `**kwargs` included.
    pub fn total_args(&self) -> usize {
        let star = |flag| (self.flags & flag != 0) as usize;
        (self.arg_count + self.kwonly_arg_count) as usize + star(CO_VARARGS) + star(CO_VARKEYWORDS)
    }

    /// For each cell variable the index of the parameter it holds, or [`CELL_NOT_AN_ARG`]; `None` when no
    /// parameter is a cell (`co_cell2arg` is NULL then).
    pub fn cell2arg(&self) -> Option<Vec<u8>> {
        let args = &self.varnames[..self.total_args().min(self.varnames.len())];
        let map: Vec<u8> = self
            .cellvars
            .iter()
            .map(|cell| args.iter().position(|arg| arg == cell).map_or(CELL_NOT_AN_ARG, |i| i as u8))
            .collect();
        map.iter().any(|&arg| arg != CELL_NOT_AN_ARG).then_some(map)
    }

    /// The code objects among the constants.
    pub fn nested(&self) -> impl Iterator<Item = &CodeData> {
        self.consts.iter().filter_map(|constant| match constant {
            Constant::Code(code) => Some(&**code),
            _ => None,
        })
    }
}

impl Default for Text {
    fn default() -> Text {
        Text::from("")
    }
}

/// What `==` of code objects looks at.
impl PartialEq for CodeData {
    fn eq(&self, other: &CodeData) -> bool {
        self.name == other.name
            && self.arg_count == other.arg_count
            && self.posonly_arg_count == other.posonly_arg_count
            && self.kwonly_arg_count == other.kwonly_arg_count
            && self.nlocals == other.nlocals
            && self.flags == other.flags
            && self.first_line == other.first_line
            && self.code == other.code
            && self.consts == other.consts
            && self.names == other.names
            && self.varnames == other.varnames
            && self.freevars == other.freevars
            && self.cellvars == other.cellvars
    }
}

impl Eq for CodeData {}

impl Hash for CodeData {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.name, self.first_line, &self.code).hash(state);
    }
}
