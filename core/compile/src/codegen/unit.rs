//! A code object in the making.

use crate::consts::ConstKey;
use crate::names::NameTable;
use crate::symtable::{BlockId, DEF_FREE_CLASS, Scope, SymbolTable};
use ahash::RandomState;
use krait_code::{Constant, Opcode};
use krait_syntax::Arena;
use krait_syntax::ast::Stmt;
use std::collections::HashMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
}

/// A jump target: an index into [`Unit::labels`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label(pub u32);

#[derive(Clone, Copy, Debug)]
pub struct Instr {
    pub op: Opcode,
    /// For jumps a [`Label`].
    pub arg: u32,
    /// 0: that of the preceding instruction.
    pub line: i32,
}

/// What surrounds a statement and must be left in order by `return`, `break` and `continue`.
#[derive(Clone, Copy, Debug)]
pub enum FrameKind<'a> {
    While,
    For,
    Except,
    /// The `try` of a `finally`, whose body is this.
    FinallyTry(&'a [&'a Stmt<'a>]),
    FinallyEnd,
    With,
    AsyncWith,
    /// All `except` clauses of a `try`: the run-time block of the exception being handled.
    Handling,
    /// An `except` clause, with the name that it binds.
    Handler(Option<&'a str>),
    /// A return value lies on the stack.
    PopValue,
}

#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    pub kind: FrameKind<'a>,
    /// Where a loop continues and where it breaks to.
    pub start: Label,
    pub exit: Label,
}

#[derive(Debug)]
pub struct Unit<'a> {
    pub kind: UnitKind,
    pub block: BlockId,
    pub name: &'a str,
    pub qualname: &'a str,
    /// The class whose private names are mangled.
    pub private: Option<&'a str>,
    pub names: NameTable<'a>,
    pub varnames: NameTable<'a>,
    pub cellvars: NameTable<'a>,
    pub freevars: NameTable<'a>,
    pub consts: ConstTable<'a>,
    pub arg_count: u32,
    pub posonly_arg_count: u32,
    pub kwonly_arg_count: u32,
    pub instrs: Vec<Instr>,
    /// For each label the index of the instruction it stands before; `u32::MAX` while it isn't placed.
    pub labels: Vec<u32>,
    pub frames: Vec<Frame<'a>>,
    /// 0: the line of the first instruction.
    pub first_line: i32,
    pub line: i32,
    pub column: i32,
    /// A return was emitted since the last label was placed.
    pub returned: bool,
}

impl<'a> Unit<'a> {
    pub fn new(
        kind: UnitKind,
        name: &'a str,
        block: BlockId,
        table: &SymbolTable<'a>,
        arena: &'a Arena,
        private: Option<&'a str>,
        first_line: i32,
    ) -> Unit<'a> {
        let symbols = table.block(block);
        let sorted = |scope, flag| -> NameTable<'a> {
            symbols.sorted_names(scope, flag).into_iter().map(|name| arena.alloc_str(name) as &str).collect()
        };
        let mut cellvars = sorted(Scope::Cell, 0);
        if symbols.needs_class_closure {
            cellvars.insert("__class__");
        }
        Unit {
            kind,
            block,
            name,
            qualname: name,
            private,
            names: NameTable::default(),
            varnames: symbols.varnames.iter().copied().collect(),
            cellvars,
            freevars: sorted(Scope::Free, DEF_FREE_CLASS),
            consts: ConstTable::default(),
            arg_count: 0,
            posonly_arg_count: 0,
            kwonly_arg_count: 0,
            instrs: Vec::new(),
            labels: Vec::new(),
            frames: Vec::new(),
            first_line,
            line: 0,
            column: 0,
            returned: false,
        }
    }
}

/// Up to so many constants are searched one by one.
const LINEAR: usize = 8;

/// The constants of one code object.
#[derive(Debug, Default)]
pub struct ConstTable<'a> {
    keys: Vec<ConstKey<'a>>,
    pub values: Vec<Constant>,
    /// Empty while there are at most [`LINEAR`].
    index: HashMap<ConstKey<'a>, usize, RandomState>,
}

impl<'a> ConstTable<'a> {
    /// The position of the constant, which `make` supplies if it is new.
    pub fn insert(&mut self, key: ConstKey<'a>, make: impl FnOnce(&ConstKey<'a>) -> Constant) -> usize {
        let found = if self.keys.len() <= LINEAR {
            self.keys.iter().position(|other| *other == key)
        } else {
            self.index.get(&key).copied()
        };
        if let Some(position) = found {
            return position;
        }
        let position = self.keys.len();
        self.values.push(make(&key));
        self.keys.push(key.clone());
        if position == LINEAR {
            self.index = self.keys.iter().cloned().enumerate().map(|(i, key)| (key, i)).collect();
        } else if position > LINEAR {
            self.index.insert(key, position);
        }
        position
    }
}
