//! Expressions.

use super::*;

impl<'a> Generator<'a, '_> {
    /// Pushes the value; for targets, stores or deletes.
    pub fn expr(&mut self, expr: &'a Expr<'a>) -> Result {
        self.guard.enter()?;
        let (line, column) = (self.unit.line, self.unit.column);
        (self.unit.line, self.unit.column) = (expr.span.lineno, expr.span.col_offset);
        self.expr_kind(expr)?;
        (self.unit.line, self.unit.column) = (line, column);
        self.guard.leave();
        Ok(())
    }

    pub fn exprs(&mut self, exprs: &'a [&'a Expr<'a>]) -> Result {
        exprs.iter().try_for_each(|expr| self.expr(expr))
    }

    fn expr_kind(&mut self, expr: &'a Expr<'a>) -> Result {
        use ExprKind::*;
        match expr.kind {
            NamedExpr { target, value } => {
                self.expr(value)?;
                self.op(Opcode::DUP_TOP);
                self.expr(target)
            }
            BoolOp { op, values } => self.bool_op(op, values),
            BinOp { left, op, right } => {
                self.expr(left)?;
                self.expr(right)?;
                self.op(binary_op(op));
                Ok(())
            }
            UnaryOp { op, operand } => {
                self.expr(operand)?;
                self.op(match op {
                    UnaryOperator::Invert => Opcode::UNARY_INVERT,
                    UnaryOperator::Not => Opcode::UNARY_NOT,
                    UnaryOperator::UAdd => Opcode::UNARY_POSITIVE,
                    UnaryOperator::USub => Opcode::UNARY_NEGATIVE,
                });
                Ok(())
            }
            Lambda { .. } => self.lambda(expr),
            IfExp { test, body, orelse } => self.if_expr(test, body, orelse),
            Dict { keys, values } => self.dict(keys, values),
            Set { elts } => self.display(elts, Display::Set, 0),
            ListComp { .. } | SetComp { .. } | DictComp { .. } | GeneratorExp { .. } => {
                self.comprehension(expr)
            }
            Yield { value } => self.yield_(value),
            YieldFrom { value } => self.yield_from(value),
            Await { value } => self.await_(value),
            Compare { left, ops, comparators } => self.compare(left, ops, comparators),
            Call { func, args, keywords } => self.call(func, args, keywords),
            JoinedStr { values } => {
                self.exprs(values)?;
                if values.len() != 1 {
                    self.op_arg(Opcode::BUILD_STRING, values.len() as u32);
                }
                Ok(())
            }
            FormattedValue { value, conversion, format_spec } => {
                self.formatted_value(value, conversion.unwrap_or(0), format_spec)
            }
            Constant { value, .. } => {
                self.load_const_at(value, node_id(expr));
                Ok(())
            }
            Attribute { value, attr, ctx } => {
                self.expr(value)?;
                match ctx {
                    ExprContext::Load => self.op_name(Opcode::LOAD_ATTR, attr),
                    ExprContext::Store => {
                        self.check_name(attr, ctx)?;
                        self.op_name(Opcode::STORE_ATTR, attr);
                    }
                    ExprContext::Del => self.op_name(Opcode::DELETE_ATTR, attr),
                }
                Ok(())
            }
            Subscript { value, slice, ctx } => self.subscript(value, slice, ctx),
            Starred { ctx: ExprContext::Store, .. } => {
                self.error("starred assignment target must be in a list or tuple")
            }
            Starred { .. } => self.error("can't use starred expression here"),
            Name { id, ctx } => self.name(id, ctx),
            List { elts, ctx } => self.sequence(elts, ctx, Display::List),
            Tuple { elts, ctx } => self.sequence(elts, ctx, Display::Tuple),
            Slice { lower, upper, step } => self.slice(lower, upper, step),
        }
    }

    fn sequence(&mut self, elts: &'a [&'a Expr<'a>], ctx: ExprContext, display: Display) -> Result {
        match ctx {
            ExprContext::Load => self.display(elts, display, 0),
            ExprContext::Store => self.unpack(elts),
            ExprContext::Del => self.exprs(elts),
        }
    }

    fn bool_op(&mut self, op: BoolOperator, values: &'a [&'a Expr<'a>]) -> Result {
        let Some((last, first)) = values.split_last() else { return Ok(()) };
        let jump = match op {
            BoolOperator::And => Opcode::JUMP_IF_FALSE_OR_POP,
            BoolOperator::Or => Opcode::JUMP_IF_TRUE_OR_POP,
        };
        let end = self.label();
        for value in first {
            self.expr(value)?;
            self.jump(jump, end);
        }
        self.expr(last)?;
        self.place(end);
        Ok(())
    }

    fn if_expr(&mut self, test: &'a Expr<'a>, body: &'a Expr<'a>, orelse: &'a Expr<'a>) -> Result {
        let (end, other) = (self.label(), self.label());
        self.jump_if(test, other, false)?;
        self.expr(body)?;
        self.jump(Opcode::JUMP_FORWARD, end);
        self.place(other);
        self.expr(orelse)?;
        self.place(end);
        Ok(())
    }

    #[inline(never)]
    fn compare(
        &mut self,
        left: &'a Expr<'a>,
        ops: &'a [CmpOperator],
        comparators: &'a [&'a Expr<'a>],
    ) -> Result {
        self.check_compare(left, ops, comparators)?;
        self.expr(left)?;
        let Some((&last, first)) = ops.split_last() else { return Ok(()) };
        let cleanup = self.label();
        for (&op, comparator) in first.iter().zip(comparators) {
            self.expr(comparator)?;
            self.op(Opcode::DUP_TOP);
            self.op(Opcode::ROT_THREE);
            self.compare_op(op);
            self.jump(Opcode::JUMP_IF_FALSE_OR_POP, cleanup);
        }
        self.expr(comparators[first.len()])?;
        self.compare_op(last);
        if !first.is_empty() {
            let end = self.label();
            self.jump(Opcode::JUMP_FORWARD, end);
            self.place(cleanup);
            self.op(Opcode::ROT_TWO);
            self.op(Opcode::POP_TOP);
            self.place(end);
        }
        Ok(())
    }

    pub fn compare_op(&mut self, op: CmpOperator) {
        let (op, arg) = match op {
            CmpOperator::Lt => (Opcode::COMPARE_OP, 0),
            CmpOperator::LtE => (Opcode::COMPARE_OP, 1),
            CmpOperator::Eq => (Opcode::COMPARE_OP, 2),
            CmpOperator::NotEq => (Opcode::COMPARE_OP, 3),
            CmpOperator::Gt => (Opcode::COMPARE_OP, 4),
            CmpOperator::GtE => (Opcode::COMPARE_OP, 5),
            CmpOperator::Is => (Opcode::IS_OP, 0),
            CmpOperator::IsNot => (Opcode::IS_OP, 1),
            CmpOperator::In => (Opcode::CONTAINS_OP, 0),
            CmpOperator::NotIn => (Opcode::CONTAINS_OP, 1),
        };
        self.op_arg(op, arg);
    }

    fn yield_(&mut self, value: Option<&'a Expr<'a>>) -> Result {
        if !self.in_function_block() {
            return self.error("'yield' outside function");
        }
        match value {
            Some(value) => self.expr(value)?,
            None => self.load_none(),
        }
        self.op(Opcode::YIELD_VALUE);
        Ok(())
    }

    fn yield_from(&mut self, value: &'a Expr<'a>) -> Result {
        if !self.in_function_block() {
            return self.error("'yield' outside function");
        }
        if self.unit.kind == UnitKind::AsyncFunction {
            return self.error("'yield from' inside async function");
        }
        self.expr(value)?;
        self.op(Opcode::GET_YIELD_FROM_ITER);
        self.load_none();
        self.op(Opcode::YIELD_FROM);
        Ok(())
    }

    fn await_(&mut self, value: &'a Expr<'a>) -> Result {
        if !self.top_level_await() {
            if !self.in_function_block() {
                return self.error("'await' outside function");
            }
            if !matches!(self.unit.kind, UnitKind::AsyncFunction | UnitKind::Comprehension) {
                return self.error("'await' outside async function");
            }
        }
        self.expr(value)?;
        self.await_top();
        Ok(())
    }

    fn formatted_value(
        &mut self,
        value: &'a Expr<'a>,
        conversion: i32,
        format_spec: Option<&'a Expr<'a>>,
    ) -> Result {
        self.expr(value)?;
        let mut flags = match u8::try_from(conversion) {
            Ok(b's') => 1,
            Ok(b'r') => 2,
            Ok(b'a') => 3,
            Err(_) if conversion == -1 => 0,
            _ => {
                let text = format!("Unrecognized conversion character {conversion}");
                return Err(CompileError::System(text));
            }
        };
        if let Some(spec) = format_spec {
            self.expr(spec)?;
            flags |= 4;
        }
        self.op_arg(Opcode::FORMAT_VALUE, flags);
        Ok(())
    }

    fn subscript(&mut self, value: &'a Expr<'a>, slice: &'a Expr<'a>, ctx: ExprContext) -> Result {
        if ctx == ExprContext::Load {
            self.check_subscripted(value)?;
            self.check_index(value, slice)?;
        }
        self.expr(value)?;
        self.expr(slice)?;
        self.op(match ctx {
            ExprContext::Load => Opcode::BINARY_SUBSCR,
            ExprContext::Store => Opcode::STORE_SUBSCR,
            ExprContext::Del => Opcode::DELETE_SUBSCR,
        });
        Ok(())
    }

    fn slice(
        &mut self,
        lower: Option<&'a Expr<'a>>,
        upper: Option<&'a Expr<'a>>,
        step: Option<&'a Expr<'a>>,
    ) -> Result {
        for bound in [lower, upper] {
            match bound {
                Some(bound) => self.expr(bound)?,
                None => self.load_none(),
            }
        }
        let mut count = 2;
        if let Some(step) = step {
            self.expr(step)?;
            count += 1;
        }
        self.op_arg(Opcode::BUILD_SLICE, count);
        Ok(())
    }

    /// A list, set or tuple of `elts`, the first `pushed` items being on the stack already.
    #[inline(never)]
    pub fn display(&mut self, elts: &'a [&'a Expr<'a>], display: Display, pushed: u32) -> Result {
        let (build, add, extend) = match display {
            Display::List | Display::Tuple => (Opcode::BUILD_LIST, Opcode::LIST_APPEND, Opcode::LIST_EXTEND),
            Display::Set => (Opcode::BUILD_SET, Opcode::SET_ADD, Opcode::SET_UPDATE),
        };
        if elts.len() > 2
            && let Some(constants) = self.constant_values(elts)
        {
            if display == Display::Tuple {
                self.load_const(Constant::Tuple(constants));
                return Ok(());
            }
            let folded = if display == Display::Set {
                let distinct = crate::optimize::distinct(constants);
                Constant::FrozenSet(self.arena.alloc_slice(&distinct))
            } else {
                Constant::Tuple(constants)
            };
            self.op_arg(build, pushed);
            self.load_const(folded);
            self.op_arg(extend, 1);
            return Ok(());
        }
        let starred = |elt: &&Expr<'_>| matches!(elt.kind, ExprKind::Starred { .. });
        let total = elts.len() as u32 + pushed;
        if !elts.iter().any(starred) {
            self.exprs(elts)?;
            self.op_arg(if display == Display::Tuple { Opcode::BUILD_TUPLE } else { build }, total);
            return Ok(());
        }
        let mut built = false;
        for (i, elt) in elts.iter().enumerate() {
            if let ExprKind::Starred { value, .. } = elt.kind {
                if !built {
                    self.op_arg(build, i as u32 + pushed);
                    built = true;
                }
                self.expr(value)?;
                self.op_arg(extend, 1);
            } else {
                self.expr(elt)?;
                if built {
                    self.op_arg(add, 1);
                }
            }
        }
        if display == Display::Tuple {
            self.op(Opcode::LIST_TO_TUPLE);
        }
        Ok(())
    }

    /// The values, if all are constants.
    fn constant_values(&self, elts: &[&'a Expr<'a>]) -> Option<&'a [Constant<'a>]> {
        if !elts.iter().all(|elt| matches!(elt.kind, ExprKind::Constant { .. })) {
            return None;
        }
        let values: Vec<_> = elts
            .iter()
            .filter_map(|elt| match elt.kind {
                ExprKind::Constant { value, .. } => Some(value),
                _ => None,
            })
            .collect();
        Some(self.arena.alloc_slice(&values))
    }

    /// Keys without a value of their own are `**` unpackings.
    #[inline(never)]
    fn dict(&mut self, keys: &'a [Option<&'a Expr<'a>>], values: &'a [&'a Expr<'a>]) -> Result {
        /// At most so many pairs at once.
        const CHUNK: usize = 0xFFFF;
        let (mut have_dict, mut pending) = (false, 0);
        for (i, key) in keys.iter().enumerate() {
            if key.is_none() {
                if pending > 0 {
                    self.pairs(&keys[i - pending..i], &values[i - pending..i])?;
                    self.merge_pairs(have_dict);
                    have_dict = true;
                    pending = 0;
                }
                if !have_dict {
                    self.op_arg(Opcode::BUILD_MAP, 0);
                    have_dict = true;
                }
                self.expr(values[i])?;
                self.op_arg(Opcode::DICT_UPDATE, 1);
            } else if pending == CHUNK {
                self.pairs(&keys[i - pending..=i], &values[i - pending..=i])?;
                self.merge_pairs(have_dict);
                have_dict = true;
                pending = 0;
            } else {
                pending += 1;
            }
        }
        if pending > 0 {
            let start = keys.len() - pending;
            self.pairs(&keys[start..], &values[start..])?;
            self.merge_pairs(have_dict);
            have_dict = true;
        }
        if !have_dict {
            self.op_arg(Opcode::BUILD_MAP, 0);
        }
        Ok(())
    }

    fn merge_pairs(&mut self, have_dict: bool) {
        if have_dict {
            self.op_arg(Opcode::DICT_UPDATE, 1);
        }
    }

    fn pairs(&mut self, keys: &'a [Option<&'a Expr<'a>>], values: &'a [&'a Expr<'a>]) -> Result {
        let plain: Vec<&Expr<'_>> = keys.iter().flatten().copied().collect();
        let count = values.len() as u32;
        if count > 1
            && let Some(constants) = self.constant_values(&plain)
        {
            self.exprs(values)?;
            self.load_const(Constant::Tuple(constants));
            self.op_arg(Opcode::BUILD_CONST_KEY_MAP, count);
            return Ok(());
        }
        for (key, value) in plain.into_iter().zip(values) {
            self.expr(key)?;
            self.expr(value)?;
        }
        self.op_arg(Opcode::BUILD_MAP, count);
        Ok(())
    }
}

/// What a sequence of elements becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    List,
    Tuple,
    Set,
}

fn binary_op(op: Operator) -> Opcode {
    match op {
        Operator::Add => Opcode::BINARY_ADD,
        Operator::Sub => Opcode::BINARY_SUBTRACT,
        Operator::Mult => Opcode::BINARY_MULTIPLY,
        Operator::MatMult => Opcode::BINARY_MATRIX_MULTIPLY,
        Operator::Div => Opcode::BINARY_TRUE_DIVIDE,
        Operator::Mod => Opcode::BINARY_MODULO,
        Operator::Pow => Opcode::BINARY_POWER,
        Operator::LShift => Opcode::BINARY_LSHIFT,
        Operator::RShift => Opcode::BINARY_RSHIFT,
        Operator::BitOr => Opcode::BINARY_OR,
        Operator::BitXor => Opcode::BINARY_XOR,
        Operator::BitAnd => Opcode::BINARY_AND,
        Operator::FloorDiv => Opcode::BINARY_FLOOR_DIVIDE,
    }
}
