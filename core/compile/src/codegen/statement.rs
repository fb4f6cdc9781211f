//! Simple statements, and which compound one goes where.

use super::*;

impl<'a> Generator<'a, '_> {
    pub fn stmts(&mut self, stmts: &'a [&'a Stmt<'a>]) -> Result {
        stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &'a Stmt<'a>) -> Result {
        self.guard.enter()?;
        self.unit.line = stmt.span.lineno;
        self.unit.column = stmt.span.col_offset;
        self.stmt_kind(stmt)?;
        self.guard.leave();
        Ok(())
    }

    fn stmt_kind(&mut self, stmt: &'a Stmt<'a>) -> Result {
        use StmtKind::*;
        match stmt.kind {
            FunctionDef { .. } | AsyncFunctionDef { .. } => self.function(stmt),
            ClassDef { .. } => self.class(stmt),
            Return { value } => self.return_(value),
            Delete { targets } => targets.iter().try_for_each(|target| self.expr(target)),
            Assign { targets, value, .. } => self.assign(targets, value),
            AugAssign { target, op, value } => self.augmented_assign(target, op, value),
            AnnAssign { target, annotation, value, simple } => {
                self.annotated_assign(target, annotation, value, simple != 0)
            }
            For { target, iter, body, orelse, .. } => self.for_(target, iter, body, orelse),
            AsyncFor { target, iter, body, orelse, .. } => self.async_for(target, iter, body, orelse),
            While { test, body, orelse } => self.while_(test, body, orelse),
            If { test, body, orelse } => self.if_(test, body, orelse),
            With { items, body, .. } => self.with(items, body),
            AsyncWith { items, body, .. } => self.async_with(items, body),
            Raise { exc, cause } => self.raise(exc, cause),
            Try { body, handlers, orelse, finalbody } => self.try_(body, handlers, orelse, finalbody),
            Assert { test, msg } => self.assert(test, msg),
            Import { names } => self.import(names),
            ImportFrom { module, names, level } => self.import_from(stmt, module, names, level.unwrap_or(0)),
            Global { .. } | Nonlocal { .. } | Pass {} => Ok(()),
            Expr { value } => self.expr_stmt(value),
            Break {} => self.break_(),
            Continue {} => self.continue_(),
        }
    }

    fn expr_stmt(&mut self, value: &'a Expr<'a>) -> Result {
        if self.interactive && self.outer.is_empty() {
            self.expr(value)?;
            self.op(Opcode::PRINT_EXPR);
            return Ok(());
        }
        if matches!(value.kind, ExprKind::Constant { .. }) {
            return Ok(());
        }
        self.expr(value)?;
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    fn raise(&mut self, exc: Option<&'a Expr<'a>>, cause: Option<&'a Expr<'a>>) -> Result {
        let mut count = 0;
        if let Some(exc) = exc {
            self.expr(exc)?;
            count += 1;
            if let Some(cause) = cause {
                self.expr(cause)?;
                count += 1;
            }
        }
        self.op_arg(Opcode::RAISE_VARARGS, count);
        Ok(())
    }

    fn assert(&mut self, test: &'a Expr<'a>, msg: Option<&'a Expr<'a>>) -> Result {
        if self.optimize > 0 {
            return Ok(());
        }
        if matches!(test.kind, ExprKind::Tuple { elts: [_, ..], .. }) {
            self.warning("assertion is always true, perhaps remove parentheses?")?;
        }
        let end = self.label();
        self.jump_if(test, end, true)?;
        self.op(Opcode::LOAD_ASSERTION_ERROR);
        if let Some(msg) = msg {
            self.expr(msg)?;
            self.op_arg(Opcode::CALL_FUNCTION, 1);
        }
        self.op_arg(Opcode::RAISE_VARARGS, 1);
        self.place(end);
        Ok(())
    }
}
