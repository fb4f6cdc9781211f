//! Functions, lambdas and classes.

use super::*;

impl<'a> Generator<'a, '_> {
    fn check_parameters(&self, args: &Arguments<'a>) -> Result {
        let named = args.posonlyargs.iter().chain(args.args).chain(args.kwonlyargs).copied();
        for arg in named.chain([args.vararg, args.kwarg].into_iter().flatten()) {
            self.check_name(arg.arg, ExprContext::Store)?;
        }
        Ok(())
    }

    fn decorators(&mut self, decorators: &'a [&'a Expr<'a>]) -> Result {
        decorators.iter().try_for_each(|decorator| self.expr(decorator))
    }

    fn call_decorators(&mut self, decorators: &[&Expr<'_>]) {
        for _ in decorators {
            self.op_arg(Opcode::CALL_FUNCTION, 1);
        }
    }

    #[inline(never)]
    pub fn function(&mut self, stmt: &'a Stmt<'a>) -> Result {
        let (kind, name, args, body, decorators, returns) = match stmt.kind {
            StmtKind::FunctionDef { name, args, body, decorator_list, returns, .. } => {
                (UnitKind::Function, name, args, body, decorator_list, returns)
            }
            StmtKind::AsyncFunctionDef { name, args, body, decorator_list, returns, .. } => {
                (UnitKind::AsyncFunction, name, args, body, decorator_list, returns)
            }
            _ => return Ok(()),
        };
        self.check_parameters(args)?;
        self.decorators(decorators)?;
        let first_line = decorators.first().map_or(stmt.span.lineno, |decorator| decorator.span.lineno);
        let mut flags = self.defaults(args)?;
        if self.annotations(args, returns)? {
            flags |= 4;
        }
        self.enter(kind, name, stmt, first_line)?;
        // The first constant is the docstring or None.
        match crate::optimize::docstring(body) {
            Some(Expr { kind: ExprKind::Constant { value, .. }, .. }) if self.optimize < 2 => {
                self.add_const(*value, 0)
            }
            _ => self.add_const(Constant::None, 0),
        };
        self.parameter_counts(args);
        self.stmts(body)?;
        let qualname = self.unit.qualname;
        let code = self.leave(true);
        self.closure(code, flags, qualname)?;
        self.call_decorators(decorators);
        self.store_name(name)
    }

    fn parameter_counts(&mut self, args: &Arguments<'_>) {
        self.unit.arg_count = args.args.len() as u32;
        self.unit.posonly_arg_count = args.posonlyargs.len() as u32;
        self.unit.kwonly_arg_count = args.kwonlyargs.len() as u32;
    }

    #[inline(never)]
    pub fn lambda(&mut self, expr: &'a Expr<'a>) -> Result {
        let ExprKind::Lambda { args, body } = expr.kind else { return Ok(()) };
        self.check_parameters(args)?;
        let flags = self.defaults(args)?;
        self.enter(UnitKind::Lambda, "<lambda>", expr, expr.span.lineno)?;
        // No docstring.
        self.add_const(Constant::None, 0);
        self.parameter_counts(args);
        self.expr(body)?;
        let generator = self.table.block(self.unit.block).generator;
        if !generator {
            self.op(Opcode::RETURN_VALUE);
        }
        let qualname = self.unit.qualname;
        let code = self.leave(!generator);
        self.closure(code, flags, qualname)
    }

    /// Pushes default values; returns the bits for `MAKE_FUNCTION`.
    fn defaults(&mut self, args: &'a Arguments<'a>) -> Result<u32> {
        let mut flags = 0;
        if !args.defaults.is_empty() {
            args.defaults.iter().try_for_each(|default| self.expr(default))?;
            self.op_arg(Opcode::BUILD_TUPLE, args.defaults.len() as u32);
            flags |= 1;
        }
        let mut names = Vec::new();
        for (arg, default) in args.kwonlyargs.iter().zip(args.kw_defaults) {
            if let Some(default) = default {
                names.push(self.mangled(arg.arg));
                self.expr(default)?;
            }
        }
        if !names.is_empty() {
            self.load_names(&names);
            self.op_arg(Opcode::BUILD_CONST_KEY_MAP, names.len() as u32);
            flags |= 2;
        }
        Ok(flags)
    }

    /// Pushes the annotations as a dictionary; returns whether there are any.
    fn annotations(&mut self, args: &'a Arguments<'a>, returns: Option<&'a Expr<'a>>) -> Result<bool> {
        let mut names = Vec::new();
        let all = args.args.iter().chain(args.posonlyargs).copied();
        let all = all.chain(args.vararg).chain(args.kwonlyargs.iter().copied()).chain(args.kwarg);
        for arg in all {
            if let Some(annotation) = arg.annotation {
                self.annotation(annotation)?;
                names.push(self.mangled(arg.arg));
            }
        }
        if let Some(returns) = returns {
            self.annotation(returns)?;
            names.push("return");
        }
        if !names.is_empty() {
            self.load_names(&names);
            self.op_arg(Opcode::BUILD_CONST_KEY_MAP, names.len() as u32);
        }
        Ok(!names.is_empty())
    }

    #[inline(never)]
    pub fn class(&mut self, stmt: &'a Stmt<'a>) -> Result {
        let StmtKind::ClassDef { name, bases, keywords, body, decorator_list } = stmt.kind else {
            return Ok(());
        };
        self.decorators(decorator_list)?;
        let first_line = decorator_list.first().map_or(stmt.span.lineno, |decorator| decorator.span.lineno);
        self.enter(UnitKind::Class, name, stmt, first_line)?;
        self.unit.private = Some(name);
        self.load_name("__name__")?;
        self.store_name("__module__")?;
        let qualname = self.unit.qualname;
        self.load_const(self.name_const(qualname));
        self.store_name("__qualname__")?;
        self.body(body)?;
        if self.table.block(self.unit.block).needs_class_closure {
            let index = self.unit.cellvars.position("__class__").unwrap_or(0);
            self.op_arg(Opcode::LOAD_CLOSURE, index as u32);
            self.op(Opcode::DUP_TOP);
            self.store_name("__classcell__")?;
        } else {
            self.load_none();
        }
        self.op(Opcode::RETURN_VALUE);
        let code = self.leave(true);
        self.op(Opcode::LOAD_BUILD_CLASS);
        self.closure(code, 0, name)?;
        self.load_const(self.name_const(name));
        self.call_arguments(2, bases, keywords)?;
        self.call_decorators(decorator_list);
        self.store_name(name)
    }
}
