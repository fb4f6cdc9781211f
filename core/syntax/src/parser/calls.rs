//! Calls and their arguments.

use super::actions::{CallArguments, KeywordOrStarred, identifier};
use super::{Abort, Parser};
use crate::ast::{Expr, ExprKind, Keyword, Span};

impl<'a> Parser<'a, '_> {
    pub(super) fn call(
        &self,
        span: Span,
        func: &'a Expr<'a>,
        arguments: Option<CallArguments<'a>>,
    ) -> &'a Expr<'a> {
        let CallArguments { args, keywords } =
            arguments.unwrap_or(CallArguments { args: &[], keywords: &[] });
        self.expr(span, ExprKind::Call { func, args, keywords })
    }

    /// A call with a generator expression, whose parentheses are those of the call.
    pub(super) fn call_with(&self, span: Span, func: &'a Expr<'a>, generator: &'a Expr<'a>) -> &'a Expr<'a> {
        let args = std::slice::from_ref(self.arena.alloc(generator));
        self.expr(span, ExprKind::Call { func, args, keywords: &[] })
    }

    pub(super) fn keyword(
        &self,
        span: Span,
        name: Option<&'a Expr<'a>>,
        value: &'a Expr<'a>,
    ) -> KeywordOrStarred<'a> {
        KeywordOrStarred::Keyword(self.arena.alloc(Keyword { arg: name.map(identifier), value, span }))
    }

    /// Sorts what stands behind the positional arguments; `*value` there is positional.
    pub(super) fn arguments_of(
        &self,
        args: &'a [&'a Expr<'a>],
        rest: &[KeywordOrStarred<'a>],
    ) -> CallArguments<'a> {
        if rest.is_empty() {
            return CallArguments { args, keywords: &[] };
        }
        let mut starred = Vec::new();
        let mut keywords = Vec::new();
        for argument in rest {
            match *argument {
                KeywordOrStarred::Keyword(keyword) => keywords.push(keyword),
                KeywordOrStarred::Starred(value) => starred.push(value),
            }
        }
        let args = if starred.is_empty() { args } else { self.append(args, &starred) };
        CallArguments { args, keywords: self.arena.alloc_slice(&keywords) }
    }

    /// The arguments are followed by `for`. A single one may be the beginning of a generator expression that is wrong
    /// further on, or of something else.
    pub(super) fn unparenthesized_generator(&mut self, arguments: CallArguments<'a>) -> Result<(), Abort> {
        match arguments.args {
            [] | [_] => Ok(()),
            [.., last] => match self.raise_at(last.span, "Generator expression must be parenthesized")? {},
        }
    }

    pub(super) fn misplaced_positional(&mut self, before: CallArguments<'a>) -> Result<(), Abort> {
        let unpacking = before.keywords.iter().any(|keyword| keyword.arg.is_none());
        Err(self.raise_abort(match unpacking {
            true => "positional argument follows keyword argument unpacking",
            false => "positional argument follows keyword argument",
        }))
    }
}
