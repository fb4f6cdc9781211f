//! Emitting single instructions. While [`Generator::silent`] is set nothing is emitted, and the tables of names and
//! constants stay as they are, with one exception.

use super::*;
use crate::consts::ConstKey;

impl<'a> Generator<'a, '_> {
    #[inline]
    pub fn op(&mut self, op: Opcode) {
        self.op_arg(op, 0);
    }

    #[inline]
    pub fn op_arg(&mut self, op: Opcode, arg: u32) {
        if self.silent > 0 {
            return;
        }
        let unit = &mut self.unit;
        unit.returned |= op == Opcode::RETURN_VALUE;
        unit.instrs.push(Instr { op, arg, line: unit.line });
    }

    pub fn jump(&mut self, op: Opcode, target: Label) {
        self.op_arg(op, target.0);
    }

    pub fn label(&mut self) -> Label {
        self.unit.labels.push(u32::MAX);
        Label(self.unit.labels.len() as u32 - 1)
    }

    /// The next instruction is the label's target.
    pub fn place(&mut self, label: Label) {
        self.unit.labels[label.0 as usize] = self.unit.instrs.len() as u32;
        self.unit.returned = false;
    }

    pub fn label_here(&mut self) -> Label {
        let label = self.label();
        self.place(label);
        label
    }

    /// A constant that is no NaN.
    pub fn load_const(&mut self, value: Constant<'a>) {
        self.load_const_at(value, 0);
    }

    /// `node` tells NaNs apart.
    pub fn load_const_at(&mut self, value: Constant<'a>, node: usize) {
        if self.silent == 0 {
            let index = self.add_const(value, node);
            self.op_arg(Opcode::LOAD_CONST, index);
        }
    }

    pub fn load_none(&mut self) {
        self.load_const(Constant::None);
    }

    pub fn load_code(&mut self, code: Arc<CodeData>) {
        if self.silent == 0 {
            let cache = &mut self.cache;
            let index = self.unit.consts.insert(ConstKey::Code(code), |key| cache.constant(key));
            self.op_arg(Opcode::LOAD_CONST, index as u32);
        }
    }

    /// A tuple of names.
    pub fn load_names(&mut self, names: &[&'a str]) {
        let names: Vec<_> = names.iter().map(|name| self.name_const(name)).collect();
        let names = self.arena.alloc_slice(&names);
        self.load_const(Constant::Tuple(names));
    }

    pub fn add_const(&mut self, value: Constant<'a>, node: usize) -> u32 {
        let cache = &mut self.cache;
        self.unit.consts.insert(ConstKey::new(value, node), |key| cache.constant(key)) as u32
    }

    /// An instruction with an index into `co_names`; the name is mangled.
    pub fn op_name(&mut self, op: Opcode, name: &'a str) {
        self.op_raw_name(op, self.mangled(name));
    }

    pub fn op_raw_name(&mut self, op: Opcode, name: &'a str) {
        if self.silent == 0 {
            let index = self.unit.names.insert(name);
            self.op_arg(op, index as u32);
        }
    }

    pub fn store_name(&mut self, name: &'a str) -> Result {
        self.name(name, ExprContext::Store)
    }

    pub fn load_name(&mut self, name: &'a str) -> Result {
        self.name(name, ExprContext::Load)
    }

    pub fn delete_name(&mut self, name: &'a str) -> Result {
        self.name(name, ExprContext::Del)
    }

    /// Loads, binds or unbinds a variable, wherever it lives.
    pub fn name(&mut self, name: &'a str, ctx: ExprContext) -> Result {
        self.check_name(name, ctx)?;
        let name = self.mangled(name);
        let block = self.table.block(self.unit.block);
        let function = block.kind == BlockKind::Function;
        let pick = |load, store, delete| match ctx {
            ExprContext::Load => load,
            ExprContext::Store => store,
            ExprContext::Del => delete,
        };
        use Opcode::*;
        match block.scope_of(name) {
            scope @ (Scope::Free | Scope::Cell) => {
                let load = if block.kind == BlockKind::Class { LOAD_CLASSDEREF } else { LOAD_DEREF };
                let cells = self.unit.cellvars.len();
                let index = match scope {
                    Scope::Cell => self.unit.cellvars.position(name),
                    _ => self.unit.freevars.position(name).map(|position| position + cells),
                };
                let Some(index) = index else {
                    return Err(CompileError::System(format!("no cell for {name}")));
                };
                self.op_arg(pick(load, STORE_DEREF, DELETE_DEREF), index as u32);
            }
            Scope::Local if function && self.silent > 0 => {}
            Scope::Local if function => {
                let index = self.unit.varnames.insert(name);
                self.op_arg(pick(LOAD_FAST, STORE_FAST, DELETE_FAST), index as u32);
            }
            scope => {
                let global = scope == Scope::GlobalExplicit || scope == Scope::GlobalImplicit && function;
                // Such a name gets into co_names even where nothing is emitted.
                let index = self.unit.names.insert(name);
                self.op_arg(
                    if global {
                        pick(LOAD_GLOBAL, STORE_GLOBAL, DELETE_GLOBAL)
                    } else {
                        pick(LOAD_NAME, STORE_NAME, DELETE_NAME)
                    },
                    index as u32,
                );
            }
        }
        Ok(())
    }

    /// `__debug__` can't be bound.
    pub fn check_name(&self, name: &str, ctx: ExprContext) -> Result {
        if ctx == ExprContext::Store && name == "__debug__" {
            return self.error("cannot assign to __debug__");
        }
        Ok(())
    }
}
