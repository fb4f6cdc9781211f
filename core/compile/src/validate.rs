//! Checks of a tree that Python code built: what no parser produces and the passes rely on.

use crate::error::CompileError;
use crate::guard::{Guard, Limits};
use krait_syntax::ast::*;

/// What is wrong with a tree, by the exception it is reported with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidTree {
    Value(String),
    Type(String),
    Recursion,
}

type Result = std::result::Result<(), InvalidTree>;

/// Checks a whole tree. `compile()` does so before it compiles one.
pub fn validate(module: &Mod<'_>, limits: Limits) -> Result {
    let mut validator = Validator { guard: Guard::new(limits) };
    match module {
        Mod::Module { body, .. } | Mod::Interactive { body } => validator.stmts(body),
        Mod::Expression { body } => validator.expr(body, ExprContext::Load),
        Mod::FunctionType { argtypes, returns } => {
            validator.exprs(argtypes, ExprContext::Load)?;
            validator.expr(returns, ExprContext::Load)
        }
    }
}

struct Validator {
    guard: Guard,
}

fn value_error(text: impl Into<String>) -> Result {
    Err(InvalidTree::Value(text.into()))
}

fn non_empty<T>(items: &[T], what: &str, owner: &str) -> Result {
    if items.is_empty() { value_error(format!("empty {what} on {owner}")) } else { Ok(()) }
}

impl From<CompileError> for InvalidTree {
    fn from(_: CompileError) -> InvalidTree {
        InvalidTree::Recursion
    }
}

impl Validator {
    fn stmts(&mut self, stmts: &[&Stmt<'_>]) -> Result {
        stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn body(&mut self, body: &[&Stmt<'_>], owner: &str) -> Result {
        non_empty(body, "body", owner)?;
        self.stmts(body)
    }

    fn exprs(&mut self, exprs: &[&Expr<'_>], ctx: ExprContext) -> Result {
        exprs.iter().try_for_each(|expr| self.expr(expr, ctx))
    }

    fn loads<'e, 'a: 'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr<'a>>) -> Result {
        exprs.into_iter().try_for_each(|expr| self.expr(expr, ExprContext::Load))
    }

    fn stmt(&mut self, stmt: &Stmt<'_>) -> Result {
        self.guard.enter()?;
        self.stmt_kind(stmt)?;
        self.guard.leave();
        Ok(())
    }

    fn stmt_kind(&mut self, stmt: &Stmt<'_>) -> Result {
        use ExprContext::{Del, Store};
        use StmtKind::*;
        match stmt.kind {
            FunctionDef { args, body, decorator_list, returns, .. } => {
                self.function("FunctionDef", args, body, decorator_list, returns)
            }
            AsyncFunctionDef { args, body, decorator_list, returns, .. } => {
                self.function("AsyncFunctionDef", args, body, decorator_list, returns)
            }
            ClassDef { bases, keywords, body, decorator_list, .. } => {
                self.body(body, "ClassDef")?;
                self.loads(bases.iter().copied())?;
                self.loads(keywords.iter().map(|keyword| keyword.value))?;
                self.loads(decorator_list.iter().copied())
            }
            Return { value } => self.loads(value),
            Delete { targets } => {
                non_empty(targets, "targets", "Delete")?;
                self.exprs(targets, Del)
            }
            Assign { targets, value, .. } => {
                non_empty(targets, "targets", "Assign")?;
                self.exprs(targets, Store)?;
                self.loads([value])
            }
            AugAssign { target, value, .. } => {
                self.expr(target, Store)?;
                self.loads([value])
            }
            AnnAssign { target, annotation, value, simple } => {
                if simple != 0 && !matches!(target.kind, ExprKind::Name { .. }) {
                    return Err(InvalidTree::Type("AnnAssign with simple non-Name target".into()));
                }
                self.expr(target, Store)?;
                self.loads(value.into_iter().chain([annotation]))
            }
            For { target, iter, body, orelse, .. } => self.loop_over("For", target, iter, body, orelse),
            AsyncFor { target, iter, body, orelse, .. } => {
                self.loop_over("AsyncFor", target, iter, body, orelse)
            }
            While { test, body, orelse } => self.branch("While", test, body, orelse),
            If { test, body, orelse } => self.branch("If", test, body, orelse),
            With { items, body, .. } => self.with("With", items, body),
            AsyncWith { items, body, .. } => self.with("AsyncWith", items, body),
            Raise { exc: None, cause: Some(_) } => value_error("Raise with cause but no exception"),
            Raise { exc, cause } => self.loads(exc.into_iter().chain(cause)),
            Try { body, handlers, orelse, finalbody } => self.try_(body, handlers, orelse, finalbody),
            Assert { test, msg } => self.loads([test].into_iter().chain(msg)),
            Import { names } => non_empty(names, "names", "Import"),
            ImportFrom { names, level, .. } => {
                if level.is_some_and(|level| level < 0) {
                    return value_error("Negative ImportFrom level");
                }
                non_empty(names, "names", "ImportFrom")
            }
            Global { names } => non_empty(names, "names", "Global"),
            Nonlocal { names } => non_empty(names, "names", "Nonlocal"),
            Expr { value } => self.loads([value]),
            Pass {} | Break {} | Continue {} => Ok(()),
        }
    }

    fn function(
        &mut self,
        owner: &str,
        args: &Arguments<'_>,
        body: &[&Stmt<'_>],
        decorators: &[&Expr<'_>],
        returns: Option<&Expr<'_>>,
    ) -> Result {
        self.body(body, owner)?;
        self.arguments(args)?;
        self.loads(decorators.iter().copied().chain(returns))
    }

    fn loop_over(
        &mut self,
        owner: &str,
        target: &Expr<'_>,
        iter: &Expr<'_>,
        body: &[&Stmt<'_>],
        orelse: &[&Stmt<'_>],
    ) -> Result {
        self.expr(target, ExprContext::Store)?;
        self.branch(owner, iter, body, orelse)
    }

    fn branch(&mut self, owner: &str, test: &Expr<'_>, body: &[&Stmt<'_>], orelse: &[&Stmt<'_>]) -> Result {
        self.loads([test])?;
        self.body(body, owner)?;
        self.stmts(orelse)
    }

    fn with(&mut self, owner: &str, items: &[&WithItem<'_>], body: &[&Stmt<'_>]) -> Result {
        non_empty(items, "items", owner)?;
        for item in items {
            self.loads([item.context_expr])?;
            if let Some(target) = item.optional_vars {
                self.expr(target, ExprContext::Store)?;
            }
        }
        self.body(body, owner)
    }

    fn try_(
        &mut self,
        body: &[&Stmt<'_>],
        handlers: &[&ExceptHandler<'_>],
        orelse: &[&Stmt<'_>],
        finalbody: &[&Stmt<'_>],
    ) -> Result {
        self.body(body, "Try")?;
        if handlers.is_empty() && finalbody.is_empty() {
            return value_error("Try has neither except handlers nor finalbody");
        }
        if handlers.is_empty() && !orelse.is_empty() {
            return value_error("Try has orelse but no except handlers");
        }
        for handler in handlers {
            let ExceptHandlerKind::ExceptHandler { r#type, body, .. } = handler.kind;
            self.loads(r#type)?;
            self.body(body, "ExceptHandler")?;
        }
        self.stmts(finalbody)?;
        self.stmts(orelse)
    }

    fn arguments(&mut self, args: &Arguments<'_>) -> Result {
        let all = args.posonlyargs.iter().chain(args.args).copied().chain(args.vararg);
        for arg in all.chain(args.kwonlyargs.iter().copied()).chain(args.kwarg) {
            self.loads(arg.annotation)?;
        }
        if args.posonlyargs.len() + args.args.len() < args.defaults.len() {
            return value_error("more positional defaults than args on arguments");
        }
        if args.kwonlyargs.len() != args.kw_defaults.len() {
            return value_error("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        self.loads(args.defaults.iter().copied())?;
        self.loads(args.kw_defaults.iter().flatten().copied())
    }

    fn expr(&mut self, expr: &Expr<'_>, ctx: ExprContext) -> Result {
        self.guard.enter()?;
        check_context(expr, ctx)?;
        self.expr_kind(expr)?;
        self.guard.leave();
        Ok(())
    }

    fn expr_kind(&mut self, expr: &Expr<'_>) -> Result {
        use ExprKind::*;
        match expr.kind {
            BoolOp { values, .. } => {
                if values.len() < 2 {
                    return value_error("BoolOp with less than 2 values");
                }
                self.loads(values.iter().copied())
            }
            BinOp { left, right, .. } => self.loads([left, right]),
            UnaryOp { operand: value, .. } | NamedExpr { value, .. } => self.loads([value]),
            YieldFrom { value } | Await { value } | Attribute { value, .. } => self.loads([value]),
            Lambda { args, body } => {
                self.arguments(args)?;
                self.loads([body])
            }
            IfExp { test, body, orelse } => self.loads([test, body, orelse]),
            Dict { keys, values } => {
                if keys.len() != values.len() {
                    return value_error("Dict doesn't have the same number of keys as values");
                }
                self.loads(keys.iter().flatten().copied())?;
                self.loads(values.iter().copied())
            }
            Set { elts: parts } | JoinedStr { values: parts } => self.loads(parts.iter().copied()),
            ListComp { elt, generators } | SetComp { elt, generators } | GeneratorExp { elt, generators } => {
                self.generators(generators)?;
                self.loads([elt])
            }
            DictComp { key, value, generators } => {
                self.generators(generators)?;
                self.loads([key, value])
            }
            Yield { value } => self.loads(value),
            Compare { left, ops, comparators } => {
                if comparators.is_empty() {
                    return value_error("Compare with no comparators");
                }
                if comparators.len() != ops.len() {
                    return value_error("Compare has a different number of comparators and operands");
                }
                self.loads(comparators.iter().copied().chain([left]))
            }
            Call { func, args, keywords } => {
                self.loads([func].into_iter().chain(args.iter().copied()))?;
                self.loads(keywords.iter().map(|keyword| keyword.value))
            }
            FormattedValue { value, format_spec, .. } => self.loads([value].into_iter().chain(format_spec)),
            Subscript { value, slice, .. } => self.loads([slice, value]),
            Starred { value, ctx } => self.expr(value, ctx),
            List { elts, ctx } | Tuple { elts, ctx } => self.exprs(elts, ctx),
            Slice { lower, upper, step } => self.loads([lower, upper, step].into_iter().flatten()),
            Constant { .. } | Name { .. } => Ok(()),
        }
    }

    fn generators(&mut self, generators: &[&Comprehension<'_>]) -> Result {
        if generators.is_empty() {
            return value_error("comprehension with no generators");
        }
        for generator in generators {
            self.expr(generator.target, ExprContext::Store)?;
            self.loads([generator.iter].into_iter().chain(generator.ifs.iter().copied()))?;
        }
        Ok(())
    }
}

fn check_context(expr: &Expr<'_>, expected: ExprContext) -> Result {
    use ExprKind::*;
    let actual = match expr.kind {
        Name { id, ctx } => {
            if matches!(id, "None" | "True" | "False") {
                return value_error(format!("Name node can't be used with '{id}' constant"));
            }
            ctx
        }
        Attribute { ctx, .. } | Subscript { ctx, .. } | Starred { ctx, .. } => ctx,
        List { ctx, .. } | Tuple { ctx, .. } => ctx,
        _ if expected != ExprContext::Load => {
            return value_error(format!(
                "expression which can't be assigned to in {} context",
                context_name(expected)
            ));
        }
        _ => return Ok(()),
    };
    if actual != expected {
        let (expected, actual) = (context_name(expected), context_name(actual));
        return value_error(format!("expression must have {expected} context but has {actual} instead"));
    }
    Ok(())
}

fn context_name(ctx: ExprContext) -> &'static str {
    match ctx {
        ExprContext::Load => "Load",
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use krait_syntax::Arena;

    #[test]
    fn wrong_trees_are_named() {
        let arena = Arena::new();
        let name = |id, ctx| arena.alloc(Expr { kind: ExprKind::Name { id, ctx }, span: Span::default() });
        let (load, store) = (name("a", ExprContext::Load), name("a", ExprContext::Store));
        let one = arena.alloc_slice(&[load]);
        let cases: [(StmtKind<'_>, &str); 6] = [
            (StmtKind::Expr { value: store }, "expression must have Load context but has Store instead"),
            (StmtKind::Delete { targets: &[] }, "empty targets on Delete"),
            (StmtKind::Delete { targets: one }, "expression must have Del context but has Load instead"),
            (
                StmtKind::Expr { value: name("None", ExprContext::Load) },
                "Name node can't be used with 'None' constant",
            ),
            (StmtKind::While { test: load, body: &[], orelse: &[] }, "empty body on While"),
            (StmtKind::Raise { exc: None, cause: Some(load) }, "Raise with cause but no exception"),
        ];
        for (kind, text) in cases {
            let stmt = arena.alloc(Stmt { kind, span: Span::default() });
            let module = Mod::Module { body: arena.alloc_slice(&[stmt]), type_ignores: &[] };
            assert_eq!(validate(&module, Limits::default()), Err(InvalidTree::Value(text.into())));
        }
    }
}
