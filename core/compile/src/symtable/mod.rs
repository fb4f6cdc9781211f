//! The symbol table: which name means what in which block.
//!
//! Built in two passes: [`build`] walks the tree and notes what each block does with each name, [`analyze`]
//! decides the scopes. The code generator finds a block by the address of its node; the `_symtable` module
//! shows all of it to Python.

mod analyze;
mod build;

use crate::error::CompileError;
use crate::guard::{Guard, Limits};
use crate::names::NameTable;
use ahash::RandomState;
use krait_syntax::Arena;
use krait_syntax::ast::Mod;
use std::collections::HashMap;

/// What a block does with a name; the numbers are those of the `_symtable` module.
pub const DEF_GLOBAL: u32 = 1;
pub const DEF_LOCAL: u32 = 2;
pub const DEF_PARAM: u32 = 2 << 1;
pub const DEF_NONLOCAL: u32 = 2 << 2;
pub const USE: u32 = 2 << 3;
pub const DEF_FREE: u32 = 2 << 4;
/// Free in a method and bound or global in the class body: the class hands the outer cell through.
pub const DEF_FREE_CLASS: u32 = 2 << 5;
pub const DEF_IMPORT: u32 = 2 << 6;
pub const DEF_ANNOT: u32 = 2 << 7;
/// The target of a comprehension's `for`.
pub const DEF_COMP_ITER: u32 = 2 << 8;
pub const DEF_BOUND: u32 = DEF_LOCAL | DEF_PARAM | DEF_IMPORT;

/// Above these bits stands the [`Scope`].
pub const SCOPE_OFFSET: u32 = 11;
pub const SCOPE_MASK: u32 = DEF_GLOBAL | DEF_LOCAL | DEF_PARAM | DEF_NONLOCAL;

/// Where a name lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The block doesn't know the name.
    Unknown = 0,
    Local = 1,
    GlobalExplicit = 2,
    GlobalImplicit = 3,
    Free = 4,
    Cell = 5,
}

impl Scope {
    fn from_flags(flags: u32) -> Scope {
        match flags >> SCOPE_OFFSET & SCOPE_MASK {
            1 => Scope::Local,
            2 => Scope::GlobalExplicit,
            3 => Scope::GlobalImplicit,
            4 => Scope::Free,
            5 => Scope::Cell,
            _ => Scope::Unknown,
        }
    }
}

/// The numbers are those of the `_symtable` module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    Function = 0,
    Class = 1,
    Module = 2,
}

pub type BlockId = usize;

/// A `global` or `nonlocal` statement, or what acts as one.
#[derive(Clone, Copy, Debug)]
pub struct Directive<'a> {
    name: &'a str,
    line: i32,
    column: i32,
}

/// Module, class or function body, lambda or comprehension.
#[derive(Clone, Debug)]
pub struct Block<'a> {
    pub kind: BlockKind,
    pub name: &'a str,
    /// The address of the node, which serves as identity.
    pub node: usize,
    pub line: i32,
    pub column: i32,
    /// Inside a function, at whatever distance.
    pub nested: bool,
    pub symbols: NameTable<'a>,
    /// For each symbol, what is done with it and its scope.
    pub flags: Vec<u32>,
    /// The parameters.
    pub varnames: Vec<&'a str>,
    pub children: Vec<BlockId>,
    pub generator: bool,
    pub coroutine: bool,
    pub varargs: bool,
    pub varkeywords: bool,
    pub returns_value: bool,
    /// A method uses `__class__` or `super`.
    pub needs_class_closure: bool,
    pub comprehension: bool,
    /// There are free variables here, or names that exec could make such.
    free: bool,
    child_free: bool,
    /// While a comprehension's target is visited.
    in_comp_target: bool,
    /// How many iterables of comprehensions surround the place that is visited.
    comp_iterables: u32,
    directives: Vec<Directive<'a>>,
}

impl Block<'_> {
    /// There are free variables here.
    pub fn has_free(&self) -> bool {
        self.free
    }

    /// There are free variables in a block inside this one.
    pub fn has_child_free(&self) -> bool {
        self.child_free
    }

    /// The `global` and `nonlocal` names with their positions.
    pub fn directives(&self) -> impl Iterator<Item = (&str, i32, i32)> {
        self.directives.iter().map(|directive| (directive.name, directive.line, directive.column))
    }

    /// The name must be mangled already.
    pub fn flags_of(&self, name: &str) -> u32 {
        self.symbols.position(name).map_or(0, |i| self.flags[i])
    }

    pub fn scope_of(&self, name: &str) -> Scope {
        Scope::from_flags(self.flags_of(name))
    }

    /// Symbols whose scope is `scope` or that have `flag`, sorted.
    pub(crate) fn sorted_names(&self, scope: Scope, flag: u32) -> Vec<&str> {
        let pairs = self.symbols.as_slice().iter().zip(&self.flags);
        let mut names: Vec<&str> = pairs
            .filter(|(_, flags)| Scope::from_flags(**flags) == scope || **flags & flag != 0)
            .map(|(name, _)| *name)
            .collect();
        names.sort_unstable();
        names
    }
}

/// All blocks of a module.
#[derive(Debug)]
pub struct SymbolTable<'a> {
    blocks: Vec<Block<'a>>,
    by_node: HashMap<usize, BlockId, RandomState>,
}

impl<'a> SymbolTable<'a> {
    pub const TOP: BlockId = 0;

    /// Builds the table of a module. `arena` takes the mangled names.
    pub fn build(
        arena: &'a Arena,
        module: &'a Mod<'a>,
        limits: Limits,
    ) -> Result<SymbolTable<'a>, CompileError> {
        let mut table = build::build(arena, module, Guard::new(limits))?;
        analyze::analyze(&mut table)?;
        Ok(table)
    }

    /// How many blocks there are; the number of the first is [`SymbolTable::TOP`].
    #[expect(clippy::len_without_is_empty, reason = "there is always a module")]
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    pub fn block(&self, id: BlockId) -> &Block<'a> {
        &self.blocks[id]
    }

    pub(crate) fn block_mut(&mut self, id: BlockId) -> &mut Block<'a> {
        &mut self.blocks[id]
    }

    pub fn find<T>(&self, node: &T) -> Option<BlockId> {
        self.by_node.get(&address(node)).copied()
    }
}

pub(crate) fn address<T>(node: &T) -> usize {
    (node as *const T).addr()
}
