//! Assignment in its four forms, and unpacking.

use super::*;

impl<'a> Generator<'a, '_> {
    pub fn assign(&mut self, targets: &'a [&'a Expr<'a>], value: &'a Expr<'a>) -> Result {
        self.expr(value)?;
        for (i, target) in targets.iter().enumerate() {
            if i + 1 < targets.len() {
                self.op(Opcode::DUP_TOP);
            }
            self.expr(target)?;
        }
        Ok(())
    }

    pub fn augmented_assign(&mut self, target: &'a Expr<'a>, op: Operator, value: &'a Expr<'a>) -> Result {
        let inplace = inplace_op(op);
        // Loading and storing stand on the target's line; what follows the store stays there.
        match target.kind {
            ExprKind::Attribute { value: object, attr, .. } => {
                self.at(target, |this| {
                    this.expr(object)?;
                    this.op(Opcode::DUP_TOP);
                    this.op_name(Opcode::LOAD_ATTR, attr);
                    Ok(())
                })?;
                self.expr(value)?;
                self.op(inplace);
                self.move_to(target);
                self.op(Opcode::ROT_TWO);
                self.op_name(Opcode::STORE_ATTR, attr);
                Ok(())
            }
            ExprKind::Subscript { value: object, slice, .. } => {
                self.at(target, |this| {
                    this.expr(object)?;
                    this.expr(slice)?;
                    this.op(Opcode::DUP_TOP_TWO);
                    this.op(Opcode::BINARY_SUBSCR);
                    Ok(())
                })?;
                self.expr(value)?;
                self.op(inplace);
                self.move_to(target);
                self.op(Opcode::ROT_THREE);
                self.op(Opcode::STORE_SUBSCR);
                Ok(())
            }
            ExprKind::Name { id, .. } => {
                self.at(target, |this| this.load_name(id))?;
                self.expr(value)?;
                self.op(inplace);
                self.move_to(target);
                self.store_name(id)
            }
            _ => Err(CompileError::System("invalid node type for augmented assignment".into())),
        }
    }

    fn move_to(&mut self, node: &Expr<'_>) {
        (self.unit.line, self.unit.column) = (node.span.lineno, node.span.col_offset);
    }

    /// Emits as if `node` were visited.
    fn at(&mut self, node: &'a Expr<'a>, emit: impl FnOnce(&mut Self) -> Result) -> Result {
        let (line, column) = (self.unit.line, self.unit.column);
        self.move_to(node);
        emit(self)?;
        (self.unit.line, self.unit.column) = (line, column);
        Ok(())
    }

    pub fn annotated_assign(
        &mut self,
        target: &'a Expr<'a>,
        annotation: &'a Expr<'a>,
        value: Option<&'a Expr<'a>>,
        simple: bool,
    ) -> Result {
        let stored = matches!(self.unit.kind, UnitKind::Module | UnitKind::Class);
        if let Some(value) = value {
            self.expr(value)?;
            self.expr(target)?;
        }
        match target.kind {
            ExprKind::Name { id, .. } => {
                self.check_name(id, ExprContext::Store)?;
                if simple && stored {
                    self.annotation(annotation)?;
                    self.op_name(Opcode::LOAD_NAME, "__annotations__");
                    let name = self.mangled(id);
                    self.load_const(self.name_const(name));
                    self.op(Opcode::STORE_SUBSCR);
                }
            }
            ExprKind::Attribute { value: object, attr, .. } => {
                self.check_name(attr, ExprContext::Store)?;
                if value.is_none() {
                    self.evaluate(object)?;
                }
            }
            ExprKind::Subscript { value: object, slice, .. } => {
                if value.is_none() {
                    self.evaluate(object)?;
                    self.evaluate_subscript(slice)?;
                }
            }
            _ => return Err(CompileError::System("invalid node type for annotated assignment".into())),
        }
        // Even where annotations are not evaluated otherwise.
        if !simple && stored {
            self.evaluate(annotation)?;
        }
        Ok(())
    }

    pub fn future_annotations(&self) -> bool {
        self.flags & CO_FUTURE_ANNOTATIONS != 0
    }

    /// The value of an annotation, or its text.
    pub fn annotation(&mut self, annotation: &'a Expr<'a>) -> Result {
        if !self.future_annotations() {
            return self.expr(annotation);
        }
        let text = crate::unparse::unparse(annotation);
        // SAFETY: the unparser puts whole code points together.
        let text = unsafe { Wtf8::from_bytes_unchecked(self.arena.alloc_slice(&text)) };
        self.load_const(Constant::Str(text));
        Ok(())
    }

    fn evaluate(&mut self, expr: &'a Expr<'a>) -> Result {
        self.expr(expr)?;
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    fn evaluate_subscript(&mut self, slice: &'a Expr<'a>) -> Result {
        match slice.kind {
            ExprKind::Slice { lower, upper, step } => {
                [lower, upper, step].into_iter().flatten().try_for_each(|part| self.evaluate(part))
            }
            ExprKind::Tuple { elts, .. } => elts.iter().try_for_each(|elt| self.evaluate_subscript(elt)),
            _ => self.evaluate(slice),
        }
    }

    /// Spreads the value on the stack over the targets.
    pub fn unpack(&mut self, targets: &'a [&'a Expr<'a>]) -> Result {
        let mut seen_star = false;
        for (i, target) in targets.iter().enumerate() {
            if !matches!(target.kind, ExprKind::Starred { .. }) {
                continue;
            }
            if seen_star {
                return self.error("multiple starred expressions in assignment");
            }
            let after = targets.len() - i - 1;
            if i >= 1 << 8 || after >= i32::MAX as usize >> 8 {
                return self.error("too many expressions in star-unpacking assignment");
            }
            self.op_arg(Opcode::UNPACK_EX, (i + (after << 8)) as u32);
            seen_star = true;
        }
        if !seen_star {
            self.op_arg(Opcode::UNPACK_SEQUENCE, targets.len() as u32);
        }
        for target in targets {
            match target.kind {
                ExprKind::Starred { value, .. } => self.expr(value)?,
                _ => self.expr(target)?,
            }
        }
        Ok(())
    }
}

fn inplace_op(op: Operator) -> Opcode {
    match op {
        Operator::Add => Opcode::INPLACE_ADD,
        Operator::Sub => Opcode::INPLACE_SUBTRACT,
        Operator::Mult => Opcode::INPLACE_MULTIPLY,
        Operator::MatMult => Opcode::INPLACE_MATRIX_MULTIPLY,
        Operator::Div => Opcode::INPLACE_TRUE_DIVIDE,
        Operator::Mod => Opcode::INPLACE_MODULO,
        Operator::Pow => Opcode::INPLACE_POWER,
        Operator::LShift => Opcode::INPLACE_LSHIFT,
        Operator::RShift => Opcode::INPLACE_RSHIFT,
        Operator::BitOr => Opcode::INPLACE_OR,
        Operator::BitXor => Opcode::INPLACE_XOR,
        Operator::BitAnd => Opcode::INPLACE_AND,
        Operator::FloorDiv => Opcode::INPLACE_FLOOR_DIVIDE,
    }
}
