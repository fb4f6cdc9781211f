//! From the tree to instructions.
//!
//! [`Generator`] walks the tree once; each code object in the making is a [`Unit`]. Instructions go into one flat
//! list, jump targets are labels into it; [`crate::assemble`] makes bytes of it. The order of emission is
//! CPython 3.9's, so that names, constants and instructions come out in its order.

mod assignment;
mod call;
mod check;
mod comprehension;
mod definition;
mod emit;
mod expression;
mod flow;
mod import;
mod statement;
mod trial;
mod unit;

pub(crate) use unit::{Frame, FrameKind, Instr, Label, Unit, UnitKind};

use crate::assemble::assemble;
use crate::consts::ConstCache;
use crate::error::{CompileError, WarnError};
use crate::guard::Guard;
use crate::mangle::mangle;
use crate::symtable::{BlockKind, Scope, SymbolTable, address};
use krait_code::flags::*;
use krait_code::{CodeData, Opcode, Text};
use krait_syntax::ast::*;
use krait_syntax::{Arena, Wtf8, name};
use std::sync::Arc;

pub(crate) type Result<T = ()> = std::result::Result<T, CompileError>;

/// Called with the text and the line of a `SyntaxWarning`.
pub type Warn<'w> = dyn FnMut(&str, i32) -> std::result::Result<(), WarnError> + 'w;

pub(crate) struct Generator<'a, 'w> {
    pub arena: &'a Arena,
    pub table: SymbolTable<'a>,
    pub cache: ConstCache<'a>,
    pub filename: Text,
    /// The caller's flags and the module's future statements.
    pub flags: u32,
    /// The line of the last future statement.
    pub future_line: i32,
    pub optimize: u8,
    pub interactive: bool,
    /// Above 0 the code is only checked: it can't be reached.
    pub silent: u32,
    pub unit: Unit<'a>,
    /// The units around the current one, the module first.
    pub outer: Vec<Unit<'a>>,
    pub warn: &'w mut Warn<'w>,
    pub guard: Guard,
}

impl<'a> Generator<'a, '_> {
    /// The code object of the whole tree. The current unit must be the module's.
    pub fn module(&mut self, module: &'a Mod<'a>) -> Result<Arc<CodeData>> {
        let mut add_none = true;
        match *module {
            Mod::Module { body, .. } => self.body(body)?,
            Mod::Interactive { body } => {
                if has_annotations(body) {
                    self.op(Opcode::SETUP_ANNOTATIONS);
                }
                self.interactive = true;
                self.stmts(body)?;
            }
            Mod::Expression { body } => {
                self.expr(body)?;
                add_none = false;
            }
            Mod::FunctionType { .. } => {
                return Err(CompileError::System("module kind 4 should not be possible".into()));
            }
        }
        Ok(self.finish(add_none))
    }

    /// The body of a module or a class: annotations, docstring, statements.
    pub fn body(&mut self, stmts: &'a [&'a Stmt<'a>]) -> Result {
        if let (UnitKind::Module, 0, Some(first)) = (self.unit.kind, self.unit.line, stmts.first()) {
            self.unit.line = first.span.lineno;
            self.unit.column = first.span.col_offset;
        }
        if has_annotations(stmts) {
            self.op(Opcode::SETUP_ANNOTATIONS);
        }
        let mut rest = stmts;
        if let (Some(docstring), true) = (crate::optimize::docstring(stmts), self.optimize < 2) {
            self.expr(docstring)?;
            self.store_name("__doc__")?;
            rest = &stmts[1..];
        }
        self.stmts(rest)
    }

    /// Begins the code object of `node`.
    pub fn enter<T>(&mut self, kind: UnitKind, name: &'a str, node: &T, first_line: i32) -> Result {
        let Some(block) = self.table.find(node) else {
            return Err(CompileError::System("compiler_enter_scope: no symbol table entry".into()));
        };
        let unit = Unit::new(kind, name, block, &self.table, self.arena, self.unit.private, first_line);
        self.outer.push(std::mem::replace(&mut self.unit, unit));
        self.unit.qualname = self.qualified(kind, name);
        Ok(())
    }

    /// Ends the current code object and goes back to the one around it.
    pub fn leave(&mut self, add_none: bool) -> Arc<CodeData> {
        let code = self.finish(add_none);
        if let Some(unit) = self.outer.pop() {
            self.unit = unit;
        }
        code
    }

    fn finish(&mut self, add_none: bool) -> Arc<CodeData> {
        if self.silent > 0 {
            return Arc::default();
        }
        if !self.unit.returned {
            // The implicit return is a block of its own.
            self.label_here();
            if add_none {
                self.load_none();
            }
            self.op(Opcode::RETURN_VALUE);
        }
        let flags = self.code_flags();
        Arc::new(assemble(&mut self.unit, &mut self.cache, self.filename.clone(), flags))
    }

    fn code_flags(&self) -> u32 {
        let block = self.table.block(self.unit.block);
        let mut flags = 0;
        if block.kind == BlockKind::Function {
            flags |= CO_NEWLOCALS | CO_OPTIMIZED;
            if block.nested {
                flags |= CO_NESTED;
            }
            flags |= match (block.generator, block.coroutine) {
                (true, false) => CO_GENERATOR,
                (false, true) => CO_COROUTINE,
                (true, true) => CO_ASYNC_GENERATOR,
                (false, false) => 0,
            };
            if block.varargs {
                flags |= CO_VARARGS;
            }
            if block.varkeywords {
                flags |= CO_VARKEYWORDS;
            }
        }
        if self.top_level_await() && block.coroutine && !block.generator {
            flags |= CO_COROUTINE;
        }
        if self.unit.cellvars.is_empty() && self.unit.freevars.is_empty() {
            flags |= CO_NOFREE;
        }
        flags | self.flags & PYCF_MASK
    }

    /// The qualified name of a unit that the current one has just become.
    fn qualified(&self, kind: UnitKind, name: &'a str) -> &'a str {
        let [_, .., parent] = &self.outer[..] else { return name };
        if matches!(kind, UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Class) {
            let mangled = mangle(self.arena, parent.private, name);
            if self.table.block(parent.block).scope_of(mangled) == Scope::GlobalExplicit {
                return name;
            }
        }
        let locals = match parent.kind {
            UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda => ".<locals>",
            _ => "",
        };
        self.arena.alloc_str(&format!("{}{locals}.{name}", parent.qualname))
    }

    /// Whether `await` and its like are allowed here though this is no function.
    pub fn top_level_await(&self) -> bool {
        self.flags & PYCF_ALLOW_TOP_LEVEL_AWAIT != 0
            && self.table.block(self.unit.block).kind == BlockKind::Module
    }

    pub fn in_function_block(&self) -> bool {
        self.table.block(self.unit.block).kind == BlockKind::Function
    }

    pub fn error<T>(&self, message: impl Into<String>) -> Result<T> {
        Err(CompileError::at(message, self.unit.line, self.unit.column + 1, false))
    }

    pub fn warning(&mut self, message: &str) -> Result {
        match (self.warn)(message, self.unit.line) {
            Ok(()) => Ok(()),
            Err(WarnError::AsError) => self.error(message),
            Err(WarnError::Raised) => Err(CompileError::Raised),
        }
    }

    pub fn mangled(&self, name: &'a str) -> &'a str {
        mangle(self.arena, self.unit.private, name)
    }

    /// A name as a constant.
    pub fn name_const(&self, name: &'a str) -> Constant<'a> {
        let Some(bytes) = name::unspell(name) else { return Constant::Str(Wtf8::new(name)) };
        // SAFETY: what `unspell` gives is generalised UTF-8.
        Constant::Str(unsafe { Wtf8::from_bytes_unchecked(self.arena.alloc_slice(&bytes)) })
    }

    /// Makes the function of a code object: its cells, the code, the name.
    pub fn closure(&mut self, code: Arc<CodeData>, mut flags: u32, qualname: &'a str) -> Result {
        if !code.freevars.is_empty() {
            for name in &code.freevars {
                let Some(index) = self.cell_index(name) else {
                    let text = format!("unknown scope for {name} in {}", self.unit.name);
                    return Err(CompileError::System(text));
                };
                self.op_arg(Opcode::LOAD_CLOSURE, index);
            }
            flags |= 8;
            self.op_arg(Opcode::BUILD_TUPLE, code.freevars.len() as u32);
        }
        self.load_code(code);
        self.load_const(self.name_const(qualname));
        self.op_arg(Opcode::MAKE_FUNCTION, flags);
        Ok(())
    }

    fn cell_index(&self, name: &Text) -> Option<u32> {
        let spelled;
        let name = match name.as_str() {
            Some(name) if !name::may_differ(name) => name,
            _ => {
                spelled = name::spell(name.code_points());
                &spelled
            }
        };
        let unit = &self.unit;
        let is_cell = unit.kind == UnitKind::Class && name == "__class__"
            || self.table.block(unit.block).scope_of(name) == Scope::Cell;
        let position = if is_cell {
            unit.cellvars.position(name)
        } else {
            unit.freevars.position(name).map(|position| position + unit.cellvars.len())
        };
        position.map(|position| position as u32)
    }
}

/// Whether the statements, those inside compound ones included, annotate a variable.
fn has_annotations(stmts: &[&Stmt<'_>]) -> bool {
    stmts.iter().any(|stmt| match stmt.kind {
        StmtKind::AnnAssign { .. } => true,
        StmtKind::For { body, orelse, .. }
        | StmtKind::AsyncFor { body, orelse, .. }
        | StmtKind::While { body, orelse, .. }
        | StmtKind::If { body, orelse, .. } => has_annotations(body) || has_annotations(orelse),
        StmtKind::With { body, .. } | StmtKind::AsyncWith { body, .. } => has_annotations(body),
        StmtKind::Try { body, handlers, orelse, finalbody } => {
            handlers.iter().any(|handler| {
                let ExceptHandlerKind::ExceptHandler { body, .. } = handler.kind;
                has_annotations(body)
            }) || has_annotations(body)
                || has_annotations(finalbody)
                || has_annotations(orelse)
        }
        _ => false,
    })
}

/// The address that tells NaN constants apart.
fn node_id(expr: &Expr<'_>) -> usize {
    address(expr)
}
