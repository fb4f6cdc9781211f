//! The pass over the tree ahead of the symbol table: constants are folded.
//!
//! Folding follows CPython's limits ([`fold`]): what would give a huge constant, what raises, and string
//! formatting is left to run time. `[...]` and `{...}` behind `in` and in a `for` clause become constants, too.

mod fold;
mod number;

pub use fold::truth;

use crate::error::CompileError;
use crate::guard::{Guard, Limits};
use ahash::RandomState;
use krait_code::flags::CO_FUTURE_ANNOTATIONS;
use krait_syntax::Arena;
use krait_syntax::ast::rewrite::{Rewrite, Rewriter};
use krait_syntax::ast::*;
use std::collections::HashSet;

type Result<T> = std::result::Result<T, CompileError>;

/// The folded module. `level` is the optimisation level, `future` the future flags.
pub fn optimize<'a>(
    arena: &'a Arena,
    module: &'a Mod<'a>,
    level: u8,
    future: u32,
    limits: Limits,
) -> Result<&'a Mod<'a>> {
    let debug = level == 0;
    let annotations = future & CO_FUTURE_ANNOTATIONS == 0;
    let mut pass = Optimizer { arena, debug, annotations, guard: Guard::of_stack(limits) };
    Ok(match *module {
        Mod::Module { body, type_ignores } => {
            let body = pass.body(body)?;
            arena.alloc(Mod::Module { body, type_ignores })
        }
        Mod::Interactive { body } => {
            let body = pass.stmts(body)?;
            arena.alloc(Mod::Interactive { body })
        }
        Mod::Expression { body } => {
            let body = pass.expr(body)?;
            arena.alloc(Mod::Expression { body })
        }
        Mod::FunctionType { .. } => module,
    })
}

/// The docstring, if the body begins with one.
pub fn docstring<'a>(body: &[&'a Stmt<'a>]) -> Option<&'a Expr<'a>> {
    match body.first()?.kind {
        StmtKind::Expr { value } => match value.kind {
            ExprKind::Constant { value: Constant::Str(_), .. } => Some(value),
            _ => None,
        },
        _ => None,
    }
}

struct Optimizer<'a> {
    arena: &'a Arena,
    /// The value of `__debug__`.
    debug: bool,
    /// Whether annotations are evaluated and therefore folded.
    annotations: bool,
    guard: Guard,
}

impl<'a> Rewriter<'a> for Optimizer<'a> {
    type Error = CompileError;

    fn arena(&self) -> &'a Arena {
        self.arena
    }

    fn stmt(&mut self, node: &'a Stmt<'a>) -> Result<&'a Stmt<'a>> {
        self.guard.enter()?;
        let node = match node.kind {
            StmtKind::FunctionDef { .. } | StmtKind::AsyncFunctionDef { .. } | StmtKind::ClassDef { .. } => {
                self.definition(node)?
            }
            StmtKind::AnnAssign { target, annotation, value, simple } if !self.annotations => {
                let target = self.expr(target)?;
                let value = value.map(|value| self.expr(value)).transpose()?;
                let kind = StmtKind::AnnAssign { target, annotation, value, simple };
                self.arena.alloc(Stmt { kind, span: node.span })
            }
            _ => node.rewrite_fields(self)?,
        };
        self.guard.leave();
        if let StmtKind::For { target, iter, body, orelse, type_comment } = node.kind
            && let Some(iter) = self.fold_iterable(iter)
        {
            let kind = StmtKind::For { target, iter, body, orelse, type_comment };
            return Ok(self.arena.alloc(Stmt { kind, span: node.span }));
        }
        Ok(node)
    }

    fn expr(&mut self, node: &'a Expr<'a>) -> Result<&'a Expr<'a>> {
        match node.kind {
            // CPython 3.9 doesn't look into named expressions.
            ExprKind::Constant { .. } | ExprKind::NamedExpr { .. } => return Ok(node),
            ExprKind::Name { id, ctx } => {
                if ctx == ExprContext::Load && id == "__debug__" {
                    let value = if self.debug { Constant::True } else { Constant::False };
                    return Ok(self.constant(node, value));
                }
                return Ok(node);
            }
            _ => {}
        }
        self.guard.enter()?;
        let node = node.rewrite_fields(self)?;
        self.guard.leave();
        Ok(self.fold(node))
    }

    fn arguments(&mut self, node: &'a Arguments<'a>) -> Result<&'a Arguments<'a>> {
        if self.annotations {
            return node.rewrite_fields(self);
        }
        let mut new = *node;
        new.defaults = self.exprs(node.defaults)?;
        let mut kw_defaults = Vec::with_capacity(node.kw_defaults.len());
        for default in node.kw_defaults {
            kw_defaults.push(default.map(|default| self.expr(default)).transpose()?);
        }
        new.kw_defaults = self.arena.alloc_slice(&kw_defaults);
        Ok(self.arena.alloc(new))
    }
}

impl<'a> Optimizer<'a> {
    fn stmts(&mut self, stmts: &'a [&'a Stmt<'a>]) -> Result<&'a [&'a Stmt<'a>]> {
        let new: Vec<_> = stmts.iter().map(|stmt| self.stmt(stmt)).collect::<Result<_>>()?;
        Ok(self.arena.alloc_slice(&new))
    }

    fn exprs(&mut self, exprs: &'a [&'a Expr<'a>]) -> Result<&'a [&'a Expr<'a>]> {
        let new: Vec<_> = exprs.iter().map(|expr| self.expr(expr)).collect::<Result<_>>()?;
        Ok(self.arena.alloc_slice(&new))
    }

    /// A body that can have a docstring: an expression that only folding made a string is none.
    fn body(&mut self, stmts: &'a [&'a Stmt<'a>]) -> Result<&'a [&'a Stmt<'a>]> {
        let new = self.stmts(stmts)?;
        if docstring(stmts).is_some() {
            return Ok(new);
        }
        let Some(value) = docstring(new) else { return Ok(new) };
        let joined = ExprKind::JoinedStr { values: self.arena.alloc_slice(&[value]) };
        let value = self.arena.alloc(Expr { kind: joined, span: value.span });
        let mut stmts = new.to_vec();
        stmts[0] = self.arena.alloc(Stmt { kind: StmtKind::Expr { value }, span: new[0].span });
        Ok(self.arena.alloc_slice(&stmts))
    }

    #[inline(never)]
    fn definition(&mut self, node: &'a Stmt<'a>) -> Result<&'a Stmt<'a>> {
        let mut kind = node.kind;
        match &mut kind {
            StmtKind::FunctionDef { args, body, decorator_list, returns, .. }
            | StmtKind::AsyncFunctionDef { args, body, decorator_list, returns, .. } => {
                *args = self.arguments(args)?;
                *body = self.body(body)?;
                *decorator_list = self.exprs(decorator_list)?;
                if let (Some(annotation), true) = (*returns, self.annotations) {
                    *returns = Some(self.expr(annotation)?);
                }
            }
            StmtKind::ClassDef { bases, keywords, body, decorator_list, .. } => {
                *bases = self.exprs(bases)?;
                let mut new = Vec::with_capacity(keywords.len());
                for keyword in *keywords {
                    let value = self.expr(keyword.value)?;
                    new.push(self.arena.alloc(Keyword { value, ..**keyword }) as &_);
                }
                *keywords = self.arena.alloc_slice(&new);
                *body = self.body(body)?;
                *decorator_list = self.exprs(decorator_list)?;
            }
            _ => {}
        }
        Ok(self.arena.alloc(Stmt { kind, span: node.span }))
    }

    fn constant(&self, at: &Expr<'a>, value: Constant<'a>) -> &'a Expr<'a> {
        self.arena.alloc(Expr { kind: ExprKind::Constant { value, kind: None }, span: at.span })
    }

    /// The node itself or what it folds to; its parts are folded already.
    fn fold(&self, node: &'a Expr<'a>) -> &'a Expr<'a> {
        let value = match node.kind {
            ExprKind::BinOp { left, op, right } => match (constant_of(left), constant_of(right)) {
                (Some(left), Some(right)) => fold::binary(self.arena, left, op, right),
                _ => None,
            },
            ExprKind::UnaryOp { op, operand } => match constant_of(operand) {
                Some(operand) => fold::unary(self.arena, op, operand),
                None if op == UnaryOperator::Not => return self.fold_not(node, operand),
                None => None,
            },
            ExprKind::Tuple { elts, ctx: ExprContext::Load } => self.constants(elts).map(Constant::Tuple),
            ExprKind::Subscript { value, slice, ctx: ExprContext::Load } => {
                match (constant_of(value), constant_of(slice)) {
                    (Some(value), Some(index)) => fold::subscript(self.arena, value, index),
                    _ => None,
                }
            }
            ExprKind::Compare { left, ops, comparators } => {
                return self.fold_membership(node, left, ops, comparators);
            }
            ExprKind::ListComp { elt, generators } => {
                return self
                    .with_generators(node, generators, |generators| ExprKind::ListComp { elt, generators });
            }
            ExprKind::SetComp { elt, generators } => {
                return self
                    .with_generators(node, generators, |generators| ExprKind::SetComp { elt, generators });
            }
            ExprKind::GeneratorExp { elt, generators } => {
                return self.with_generators(node, generators, |generators| ExprKind::GeneratorExp {
                    elt,
                    generators,
                });
            }
            ExprKind::DictComp { key, value, generators } => {
                return self.with_generators(node, generators, |generators| ExprKind::DictComp {
                    key,
                    value,
                    generators,
                });
            }
            _ => None,
        };
        value.map_or(node, |value| self.constant(node, value))
    }

    /// `not a in b` and the like become one comparison. `not a == b` doesn't: `==` can be overridden.
    fn fold_not(&self, node: &'a Expr<'a>, operand: &'a Expr<'a>) -> &'a Expr<'a> {
        let ExprKind::Compare { left, ops: [op], comparators } = operand.kind else { return node };
        let op = match op {
            CmpOperator::Is => CmpOperator::IsNot,
            CmpOperator::IsNot => CmpOperator::Is,
            CmpOperator::In => CmpOperator::NotIn,
            CmpOperator::NotIn => CmpOperator::In,
            _ => return node,
        };
        let kind = ExprKind::Compare { left, ops: self.arena.alloc_slice(&[op]), comparators };
        self.arena.alloc(Expr { kind, span: operand.span })
    }

    fn fold_membership(
        &self,
        node: &'a Expr<'a>,
        left: &'a Expr<'a>,
        ops: &'a [CmpOperator],
        comparators: &'a [&'a Expr<'a>],
    ) -> &'a Expr<'a> {
        let (Some(CmpOperator::In | CmpOperator::NotIn), Some(last)) = (ops.last(), comparators.last())
        else {
            return node;
        };
        let Some(folded) = self.fold_iterable(last) else { return node };
        let mut new = comparators.to_vec();
        new[comparators.len() - 1] = folded;
        let kind = ExprKind::Compare { left, ops, comparators: self.arena.alloc_slice(&new) };
        self.arena.alloc(Expr { kind, span: node.span })
    }

    fn with_generators(
        &self,
        node: &'a Expr<'a>,
        generators: &'a [&'a Comprehension<'a>],
        make: impl FnOnce(&'a [&'a Comprehension<'a>]) -> ExprKind<'a>,
    ) -> &'a Expr<'a> {
        let mut changed = false;
        let new: Vec<&Comprehension<'_>> = generators
            .iter()
            .map(|generator| match self.fold_iterable(generator.iter) {
                Some(iter) => {
                    changed = true;
                    self.arena.alloc(Comprehension { iter, ..**generator })
                }
                None => generator,
            })
            .collect();
        if !changed {
            return node;
        }
        self.arena.alloc(Expr { kind: make(self.arena.alloc_slice(&new)), span: node.span })
    }

    /// An iterable that nobody can get hold of: a list may as well be a tuple, a set a frozenset.
    fn fold_iterable(&self, iter: &'a Expr<'a>) -> Option<&'a Expr<'a>> {
        match iter.kind {
            ExprKind::List { elts, ctx } => {
                if elts.iter().any(|elt| matches!(elt.kind, ExprKind::Starred { .. })) {
                    return None;
                }
                let tuple = self.arena.alloc(Expr { kind: ExprKind::Tuple { elts, ctx }, span: iter.span });
                Some(self.fold(tuple))
            }
            ExprKind::Set { elts } => {
                let items = distinct(self.constants(elts)?);
                Some(self.constant(iter, Constant::FrozenSet(self.arena.alloc_slice(&items))))
            }
            _ => None,
        }
    }

    fn constants(&self, elts: &[&Expr<'a>]) -> Option<&'a [Constant<'a>]> {
        if !elts.iter().all(|elt| matches!(elt.kind, ExprKind::Constant { .. })) {
            return None;
        }
        let values: Vec<_> = elts.iter().filter_map(|elt| constant_of(elt).copied()).collect();
        Some(self.arena.alloc_slice(&values))
    }
}

/// The items without those that Python's `==` finds earlier.
pub fn distinct<'a>(items: &[Constant<'a>]) -> Vec<Constant<'a>> {
    let mut kept: Vec<Constant<'a>> = Vec::with_capacity(items.len());
    let mut texts = HashSet::<_, RandomState>::default();
    for item in items {
        let new = match item {
            // Strings equal nothing else, and only of them there can be many.
            Constant::Str(text) => texts.insert(*text),
            _ => !kept.iter().any(|other| fold::equal(other, item)),
        };
        if new {
            kept.push(*item);
        }
    }
    kept
}

fn constant_of<'e, 'a>(expr: &'e Expr<'a>) -> Option<&'e Constant<'a>> {
    match &expr.kind {
        ExprKind::Constant { value, .. } => Some(value),
        _ => None,
    }
}
