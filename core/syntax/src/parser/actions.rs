//! What the grammar's actions build.

use super::{Abort, Parsed, Parser};
use crate::ast::*;
use crate::error::{ErrorKind, SyntaxError};
use crate::token::{Token, TokenKind};
use crate::wtf8::Wtf8;

/// The positional and keyword arguments of a call.
#[derive(Clone, Copy)]
pub(super) struct CallArguments<'a> {
    pub args: &'a [&'a Expr<'a>],
    pub keywords: &'a [&'a Keyword<'a>],
}

/// `name=value`, `**value` or `*value` behind the positional arguments.
#[derive(Clone, Copy)]
pub(super) enum KeywordOrStarred<'a> {
    Keyword(&'a Keyword<'a>),
    Starred(&'a Expr<'a>),
}

/// A parameter of a function with its default.
#[derive(Clone, Copy)]
pub(super) struct Parameter<'a> {
    pub arg: &'a Arg<'a>,
    pub default: Option<&'a Expr<'a>>,
}

/// The parameters from the star on.
#[derive(Clone, Copy)]
pub(super) struct StarEtc<'a> {
    pub vararg: Option<&'a Arg<'a>>,
    pub kwonly: &'a [Parameter<'a>],
    pub kwarg: Option<&'a Arg<'a>>,
}

pub(super) type Comparison<'a> = (CmpOperator, &'a Expr<'a>);
pub(super) type KeyValue<'a> = (Option<&'a Expr<'a>>, &'a Expr<'a>);

static NO_ARGUMENTS: Arguments<'static> = Arguments {
    posonlyargs: &[],
    args: &[],
    vararg: None,
    kwonlyargs: &[],
    kw_defaults: &[],
    kwarg: None,
    defaults: &[],
};

/// The identifier of a name.
pub(super) fn identifier<'a>(name: &'a Expr<'a>) -> &'a str {
    match name.kind {
        ExprKind::Name { id, .. } => id,
        _ => "",
    }
}

type ExprRef<'a> = &'a Expr<'a>;
type StmtRef<'a> = &'a Stmt<'a>;
type Body<'a> = &'a [&'a Stmt<'a>];

impl<'a> Parser<'a, '_> {
    #[inline]
    pub(super) fn expr(&self, span: Span, kind: ExprKind<'a>) -> ExprRef<'a> {
        self.arena.alloc(Expr { kind, span })
    }

    #[inline]
    pub(super) fn stmt(&self, span: Span, kind: StmtKind<'a>) -> StmtRef<'a> {
        self.arena.alloc(Stmt { kind, span })
    }

    pub(super) fn constant(&self, span: Span, value: Constant<'a>) -> ExprRef<'a> {
        self.expr(span, ExprKind::Constant { value, kind: None })
    }

    pub(super) fn append<T: Copy>(&self, a: &[T], b: &[T]) -> &'a [T] {
        match (a, b) {
            ([], [one]) => std::slice::from_ref(self.arena.alloc(*one)),
            _ => self.arena.alloc_slice(&[a, b].concat()),
        }
    }

    pub(super) fn prepend<T: Copy>(&self, first: T, rest: Option<&[T]>) -> &'a [T] {
        self.append(&[first], rest.unwrap_or(&[]))
    }

    pub(super) fn flatten<T: Copy>(&self, lists: &'a [&'a [T]]) -> &'a [T] {
        match lists {
            [list] => list,
            _ => self.arena.alloc_slice(&lists.concat()),
        }
    }

    /// The next token as a name.
    #[inline]
    pub(super) fn name(&mut self) -> Parsed<ExprRef<'a>> {
        if self.peek()? != TokenKind::Name {
            return Ok(None);
        }
        self.mark += 1;
        match self.tokens[self.mark - 1].node {
            Some(node) => Ok(Some(node)),
            None => self.make_name(self.mark - 1).map(Some),
        }
    }

    fn make_name(&mut self, token: usize) -> Result<ExprRef<'a>, Abort> {
        let mut id = self.text_of(token)?;
        if !id.is_ascii() {
            let Some(normal) = self.host.normalize(id) else {
                self.error = Some(SyntaxError::new(ErrorKind::Host, "", None));
                return Err(Abort);
            };
            id = self.arena.alloc_str(&normal);
        }
        let Token { span, .. } = self.tokens[token];
        let node = self.expr(span, ExprKind::Name { id, ctx: ExprContext::Load });
        self.tokens[token].node = Some(node);
        Ok(node)
    }

    pub(super) fn identifiers(&self, names: &[ExprRef<'a>]) -> &'a [&'a str] {
        let names: Vec<_> = names.iter().map(|name| identifier(name)).collect();
        self.arena.alloc_slice(&names)
    }

    pub(super) fn dotted(&self, a: &str, b: ExprRef<'a>) -> &'a str {
        self.arena.alloc_str(&format!("{a}.{}", identifier(b)))
    }

    // Modules and statements

    pub(super) fn module(&self, body: Option<Body<'a>>) -> Mod<'a> {
        let ignores = self.type_ignores.iter();
        let ignores: Vec<_> =
            ignores.map(|&(lineno, tag)| self.arena.alloc(TypeIgnore::TypeIgnore { lineno, tag })).collect();
        Mod::Module { body: body.unwrap_or(&[]), type_ignores: self.arena.alloc_slice(&ignores) }
    }

    pub(super) fn annotated(
        &self,
        span: Span,
        target: ExprRef<'a>,
        annotation: ExprRef<'a>,
        value: Option<ExprRef<'a>>,
        simple: i32,
    ) -> StmtRef<'a> {
        let target = self.with_context(target, ExprContext::Store);
        self.stmt(span, StmtKind::AnnAssign { target, annotation, value, simple })
    }

    pub(super) fn import_from(
        &self,
        span: Span,
        dots: &[i32],
        module: Option<&'a str>,
        names: &'a [&'a Alias<'a>],
    ) -> StmtRef<'a> {
        self.stmt(span, StmtKind::ImportFrom { module, names, level: Some(dots.iter().sum()) })
    }

    pub(super) fn alias(&self, name: &'a str, asname: Option<ExprRef<'a>>) -> &'a Alias<'a> {
        self.arena.alloc(Alias { name, asname: asname.map(identifier) })
    }

    pub(super) fn if_else(
        &self,
        span: Span,
        test: ExprRef<'a>,
        body: Body<'a>,
        orelse: Body<'a>,
    ) -> StmtRef<'a> {
        self.stmt(span, StmtKind::If { test, body, orelse })
    }

    pub(super) fn for_loop(
        &self,
        span: Span,
        target: ExprRef<'a>,
        iter: ExprRef<'a>,
        body: Body<'a>,
        orelse: Option<Body<'a>>,
        type_comment: Option<&'a Wtf8>,
    ) -> StmtRef<'a> {
        self.stmt(span, StmtKind::For { target, iter, body, orelse: orelse.unwrap_or(&[]), type_comment })
    }

    pub(super) fn async_for_loop(
        &mut self,
        span: Span,
        target: ExprRef<'a>,
        iter: ExprRef<'a>,
        body: Body<'a>,
        orelse: Option<Body<'a>>,
        type_comment: Option<&'a Wtf8>,
    ) -> Result<StmtRef<'a>, Abort> {
        let orelse = orelse.unwrap_or(&[]);
        let stmt = self.stmt(span, StmtKind::AsyncFor { target, iter, body, orelse, type_comment });
        self.since(5, "Async for loops are", stmt)
    }

    pub(super) fn async_with(
        &mut self,
        span: Span,
        items: &'a [&'a WithItem<'a>],
        body: Body<'a>,
        type_comment: Option<&'a Wtf8>,
    ) -> Result<StmtRef<'a>, Abort> {
        let stmt = self.stmt(span, StmtKind::AsyncWith { items, body, type_comment });
        self.since(5, "Async with statements are", stmt)
    }

    pub(super) fn with_item(
        &self,
        context_expr: ExprRef<'a>,
        target: Option<ExprRef<'a>>,
    ) -> &'a WithItem<'a> {
        self.arena.alloc(WithItem { context_expr, optional_vars: target })
    }

    pub(super) fn try_except(
        &self,
        span: Span,
        body: Body<'a>,
        handlers: &'a [&'a ExceptHandler<'a>],
        orelse: Option<Body<'a>>,
        finalbody: Option<Body<'a>>,
    ) -> StmtRef<'a> {
        let (orelse, finalbody) = (orelse.unwrap_or(&[]), finalbody.unwrap_or(&[]));
        self.stmt(span, StmtKind::Try { body, handlers, orelse, finalbody })
    }

    pub(super) fn handler(
        &self,
        span: Span,
        r#type: Option<ExprRef<'a>>,
        name: Option<ExprRef<'a>>,
        body: Body<'a>,
    ) -> &'a ExceptHandler<'a> {
        let kind = ExceptHandlerKind::ExceptHandler { r#type, name: name.map(identifier), body };
        self.arena.alloc(ExceptHandler { kind, span })
    }

    // Functions and classes

    pub(super) fn function(
        &self,
        span: Span,
        name: ExprRef<'a>,
        args: Option<&'a Arguments<'a>>,
        returns: Option<ExprRef<'a>>,
        type_comment: Option<&'a Wtf8>,
        body: Body<'a>,
    ) -> StmtRef<'a> {
        let (name, args) = (identifier(name), args.unwrap_or(&NO_ARGUMENTS));
        self.stmt(
            span,
            StmtKind::FunctionDef { name, args, body, decorator_list: &[], returns, type_comment },
        )
    }

    pub(super) fn async_function(
        &mut self,
        span: Span,
        name: ExprRef<'a>,
        args: Option<&'a Arguments<'a>>,
        returns: Option<ExprRef<'a>>,
        type_comment: Option<&'a Wtf8>,
        body: Body<'a>,
    ) -> Result<StmtRef<'a>, Abort> {
        let (name, args) = (identifier(name), args.unwrap_or(&NO_ARGUMENTS));
        let kind =
            StmtKind::AsyncFunctionDef { name, args, body, decorator_list: &[], returns, type_comment };
        let stmt = self.stmt(span, kind);
        self.since(5, "Async functions are", stmt)
    }

    pub(super) fn class(
        &self,
        span: Span,
        name: ExprRef<'a>,
        arguments: Option<CallArguments<'a>>,
        body: Body<'a>,
    ) -> StmtRef<'a> {
        let CallArguments { args: bases, keywords } =
            arguments.unwrap_or(CallArguments { args: &[], keywords: &[] });
        self.stmt(
            span,
            StmtKind::ClassDef { name: identifier(name), bases, keywords, body, decorator_list: &[] },
        )
    }

    /// The definition with decorators; its position is still that of the definition.
    pub(super) fn decorated(&self, decorators: &'a [ExprRef<'a>], definition: StmtRef<'a>) -> StmtRef<'a> {
        let mut stmt = *definition;
        match &mut stmt.kind {
            StmtKind::FunctionDef { decorator_list, .. }
            | StmtKind::AsyncFunctionDef { decorator_list, .. }
            | StmtKind::ClassDef { decorator_list, .. } => *decorator_list = decorators,
            _ => {}
        }
        self.arena.alloc(stmt)
    }

    pub(super) fn arg(&self, span: Span, name: ExprRef<'a>, annotation: Option<ExprRef<'a>>) -> &'a Arg<'a> {
        self.arena.alloc(Arg { arg: identifier(name), annotation, type_comment: None, span })
    }

    pub(super) fn parameter(
        &self,
        arg: &'a Arg<'a>,
        default: Option<ExprRef<'a>>,
        type_comment: Option<&'a Wtf8>,
    ) -> Parameter<'a> {
        let arg = if type_comment.is_some() { self.arena.alloc(Arg { type_comment, ..*arg }) } else { arg };
        Parameter { arg, default }
    }

    pub(super) fn parameters(
        &self,
        positional_only: &[Parameter<'a>],
        plain: &[Parameter<'a>],
        with_default: &[Parameter<'a>],
        star: Option<StarEtc<'a>>,
    ) -> &'a Arguments<'a> {
        let star = star.unwrap_or(StarEtc { vararg: None, kwonly: &[], kwarg: None });
        let args = |a: &[Parameter<'a>], b: &[Parameter<'a>]| {
            let args: Vec<_> = a.iter().chain(b).map(|parameter| parameter.arg).collect();
            self.arena.alloc_slice(&args)
        };
        let defaults: Vec<_> = positional_only.iter().chain(with_default).filter_map(|p| p.default).collect();
        let kw_defaults: Vec<_> = star.kwonly.iter().map(|parameter| parameter.default).collect();
        self.arena.alloc(Arguments {
            posonlyargs: args(positional_only, &[]),
            args: args(plain, with_default),
            vararg: star.vararg,
            kwonlyargs: args(star.kwonly, &[]),
            kw_defaults: self.arena.alloc_slice(&kw_defaults),
            kwarg: star.kwarg,
            defaults: self.arena.alloc_slice(&defaults),
        })
    }

    pub(super) fn lambda(
        &self,
        span: Span,
        args: Option<&'a Arguments<'a>>,
        body: ExprRef<'a>,
    ) -> ExprRef<'a> {
        self.expr(span, ExprKind::Lambda { args: args.unwrap_or(&NO_ARGUMENTS), body })
    }

    // Expressions

    pub(super) fn boolean(
        &self,
        span: Span,
        op: BoolOperator,
        first: ExprRef<'a>,
        rest: &[ExprRef<'a>],
    ) -> ExprRef<'a> {
        self.expr(span, ExprKind::BoolOp { op, values: self.prepend(first, Some(rest)) })
    }

    pub(super) fn unary(&self, span: Span, op: UnaryOperator, operand: ExprRef<'a>) -> ExprRef<'a> {
        self.expr(span, ExprKind::UnaryOp { op, operand })
    }

    pub(super) fn binary(
        &self,
        span: Span,
        left: ExprRef<'a>,
        op: Operator,
        right: ExprRef<'a>,
    ) -> ExprRef<'a> {
        self.expr(span, ExprKind::BinOp { left, op, right })
    }

    pub(super) fn matmul(
        &mut self,
        span: Span,
        a: ExprRef<'a>,
        b: ExprRef<'a>,
    ) -> Result<ExprRef<'a>, Abort> {
        let node = self.binary(span, a, Operator::MatMult, b);
        self.since(5, "The '@' operator is", node)
    }

    pub(super) fn compare(&self, span: Span, left: ExprRef<'a>, rest: &[Comparison<'a>]) -> ExprRef<'a> {
        let kind = match rest {
            [(op, right)] => ExprKind::Compare {
                left,
                ops: std::slice::from_ref(self.arena.alloc(*op)),
                comparators: std::slice::from_ref(self.arena.alloc(*right)),
            },
            _ => {
                let (ops, comparators): (Vec<_>, Vec<_>) = rest.iter().copied().unzip();
                let (ops, comparators) = (self.arena.alloc_slice(&ops), self.arena.alloc_slice(&comparators));
                ExprKind::Compare { left, ops, comparators }
            }
        };
        self.expr(span, kind)
    }

    /// Whether the token is the spelling of `!=` that is valid here.
    pub(super) fn check_not_equal(&mut self, token: usize) -> Result<bool, Abort> {
        let old_spelling = self.tokenizer.source[self.tokens[token].start] == b'<';
        if self.flags & super::flags::BARRY_AS_BDFL == 0 {
            return Ok(!old_spelling);
        }
        match old_spelling {
            true => Ok(true),
            false => Err(self.raise_abort("with Barry as BDFL, use '<>' instead of '!='")),
        }
    }

    pub(super) fn await_expression(&mut self, span: Span, value: ExprRef<'a>) -> Result<ExprRef<'a>, Abort> {
        let node = self.expr(span, ExprKind::Await { value });
        self.since(5, "Await expressions are", node)
    }

    pub(super) fn attribute(
        &self,
        span: Span,
        value: ExprRef<'a>,
        attr: ExprRef<'a>,
        ctx: ExprContext,
    ) -> ExprRef<'a> {
        self.expr(span, ExprKind::Attribute { value, attr: identifier(attr), ctx })
    }

    pub(super) fn subscript(
        &self,
        span: Span,
        value: ExprRef<'a>,
        slice: ExprRef<'a>,
        ctx: ExprContext,
    ) -> ExprRef<'a> {
        self.expr(span, ExprKind::Subscript { value, slice, ctx })
    }

    pub(super) fn starred(&self, span: Span, value: ExprRef<'a>) -> ExprRef<'a> {
        self.expr(span, ExprKind::Starred { value, ctx: ExprContext::Load })
    }

    pub(super) fn named_expression_node(
        &self,
        span: Span,
        name: ExprRef<'a>,
        value: ExprRef<'a>,
    ) -> ExprRef<'a> {
        let target = self.with_context(name, ExprContext::Store);
        self.expr(span, ExprKind::NamedExpr { target, value })
    }

    pub(super) fn tuple(&self, span: Span, first: ExprRef<'a>, rest: &[ExprRef<'a>]) -> ExprRef<'a> {
        self.tuple_of(span, self.prepend(first, Some(rest)))
    }

    pub(super) fn tuple_of(&self, span: Span, elts: &'a [ExprRef<'a>]) -> ExprRef<'a> {
        self.expr(span, ExprKind::Tuple { elts, ctx: ExprContext::Load })
    }

    pub(super) fn list(&self, span: Span, elts: Option<&'a [ExprRef<'a>]>, ctx: ExprContext) -> ExprRef<'a> {
        self.expr(span, ExprKind::List { elts: elts.unwrap_or(&[]), ctx })
    }

    pub(super) fn dict(&self, span: Span, pairs: &[KeyValue<'a>]) -> ExprRef<'a> {
        let (keys, values): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
        let (keys, values) = (self.arena.alloc_slice(&keys), self.arena.alloc_slice(&values));
        self.expr(span, ExprKind::Dict { keys, values })
    }

    pub(super) fn dict_comprehension(
        &self,
        span: Span,
        (key, value): KeyValue<'a>,
        generators: &'a [&'a Comprehension<'a>],
    ) -> ExprRef<'a> {
        self.expr(span, ExprKind::DictComp { key: key.unwrap_or(value), value, generators })
    }

    pub(super) fn comprehension(
        &self,
        target: ExprRef<'a>,
        iter: ExprRef<'a>,
        ifs: &'a [ExprRef<'a>],
        is_async: i32,
    ) -> &'a Comprehension<'a> {
        self.arena.alloc(Comprehension { target, iter, ifs, is_async })
    }

    pub(super) fn async_comprehension(
        &mut self,
        target: ExprRef<'a>,
        iter: ExprRef<'a>,
        ifs: &'a [ExprRef<'a>],
    ) -> Result<&'a Comprehension<'a>, Abort> {
        let node = self.comprehension(target, iter, ifs, 1);
        self.since(6, "Async comprehensions are", node)
    }
}
