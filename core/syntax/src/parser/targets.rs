//! Expressions as targets of assignment and deletion.

use super::Parser;
use crate::ast::{Expr, ExprContext, ExprKind, Span};

impl<'a> Parser<'a, '_> {
    /// The expression in another context. Only targets have one, and only their outermost parts change.
    pub(super) fn with_context(&self, e: &'a Expr<'a>, ctx: ExprContext) -> &'a Expr<'a> {
        let kind = match e.kind {
            ExprKind::Name { id, .. } => ExprKind::Name { id, ctx },
            ExprKind::Tuple { elts, .. } => ExprKind::Tuple { elts: self.all_with_context(elts, ctx), ctx },
            ExprKind::List { elts, .. } => ExprKind::List { elts: self.all_with_context(elts, ctx), ctx },
            ExprKind::Subscript { value, slice, .. } => ExprKind::Subscript { value, slice, ctx },
            ExprKind::Attribute { value, attr, .. } => ExprKind::Attribute { value, attr, ctx },
            ExprKind::Starred { value, .. } => {
                ExprKind::Starred { value: self.with_context(value, ctx), ctx }
            }
            _ => return e,
        };
        self.expr(e.span, kind)
    }

    fn all_with_context(&self, elts: &[&'a Expr<'a>], ctx: ExprContext) -> &'a [&'a Expr<'a>] {
        let elts: Vec<_> = elts.iter().map(|e| self.with_context(e, ctx)).collect();
        self.arena.alloc_slice(&elts)
    }

    pub(super) fn target_tuple(
        &self,
        span: Span,
        elts: Option<&'a [&'a Expr<'a>]>,
        ctx: ExprContext,
    ) -> &'a Expr<'a> {
        self.expr(span, ExprKind::Tuple { elts: elts.unwrap_or(&[]), ctx })
    }

    pub(super) fn store_tuple(&self, span: Span, first: &'a Expr<'a>, rest: &[&'a Expr<'a>]) -> &'a Expr<'a> {
        let elts = self.prepend(first, Some(rest));
        self.expr(span, ExprKind::Tuple { elts, ctx: ExprContext::Store })
    }

    pub(super) fn store_starred(&self, span: Span, value: &'a Expr<'a>) -> &'a Expr<'a> {
        let value = self.with_context(value, ExprContext::Store);
        self.expr(span, ExprKind::Starred { value, ctx: ExprContext::Store })
    }
}
