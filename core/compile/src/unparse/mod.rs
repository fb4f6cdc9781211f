//! Expressions as source text: what annotations become under `from __future__ import annotations`.
//!
//! The result is generalised UTF-8, as literals may hold surrogates.

mod printable;

use krait_syntax::ast::constant::float_repr;
use krait_syntax::ast::{self, *};
use krait_syntax::wtf8::push_code_point;

/// How tightly an expression binds, the loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    fn next(self) -> Level {
        use Level::*;
        const ORDER: [Level; 16] = [
            Tuple, Test, Or, And, Not, Compare, BitOr, BitXor, BitAnd, Shift, Sum, Term, Factor, Power,
            Await, Atom,
        ];
        ORDER[(self as usize + 1).min(ORDER.len() - 1)]
    }
}

/// The source text of an expression.
pub fn unparse(expr: &Expr<'_>) -> Vec<u8> {
    let mut writer = Writer { out: Vec::new() };
    writer.expr(expr, Level::Test);
    writer.out
}

struct Writer {
    out: Vec<u8>,
}

impl Writer {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn parenthesized(&mut self, when: bool, inner: impl FnOnce(&mut Self)) {
        if when {
            self.text("(");
        }
        inner(self);
        if when {
            self.text(")");
        }
    }

    fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.text(", ");
            }
            each(self, item);
        }
    }

    fn exprs(&mut self, exprs: &[&Expr<'_>]) {
        self.list(exprs, |this, expr| this.expr(expr, Level::Test));
    }

    fn expr(&mut self, expr: &Expr<'_>, level: Level) {
        use ExprKind::*;
        match expr.kind {
            BoolOp { op, values } => {
                let (word, own) = match op {
                    BoolOperator::And => (" and ", Level::And),
                    BoolOperator::Or => (" or ", Level::Or),
                };
                self.parenthesized(level > own, |this| {
                    for (i, value) in values.iter().enumerate() {
                        this.text(if i > 0 { word } else { "" });
                        this.expr(value, own.next());
                    }
                });
            }
            BinOp { left, op, right } => self.binary(left, op, right, level),
            UnaryOp { op, operand } => {
                let (word, own) = match op {
                    UnaryOperator::Invert => ("~", Level::Factor),
                    UnaryOperator::Not => ("not ", Level::Not),
                    UnaryOperator::UAdd => ("+", Level::Factor),
                    UnaryOperator::USub => ("-", Level::Factor),
                };
                self.parenthesized(level > own, |this| {
                    this.text(word);
                    this.expr(operand, own);
                });
            }
            Lambda { args, body } => self.parenthesized(level > Level::Test, |this| this.lambda(args, body)),
            IfExp { test, body, orelse } => self.parenthesized(level > Level::Test, |this| {
                this.expr(body, Level::Or);
                this.text(" if ");
                this.expr(test, Level::Or);
                this.text(" else ");
                this.expr(orelse, Level::Test);
            }),
            Dict { keys, values } => {
                let pairs: Vec<_> = keys.iter().zip(values).collect();
                self.text("{");
                self.list(&pairs, |this, (key, value)| match key {
                    Some(key) => this.pair(key, value),
                    None => {
                        this.text("**");
                        this.expr(value, Level::BitOr);
                    }
                });
                self.text("}");
            }
            Set { elts } => self.enclosed("{", "}", |this| this.exprs(elts)),
            List { elts, .. } => self.enclosed("[", "]", |this| this.exprs(elts)),
            Tuple { elts: [], .. } => self.text("()"),
            Tuple { elts, .. } => self.parenthesized(level > Level::Tuple, |this| {
                this.exprs(elts);
                if elts.len() == 1 {
                    this.text(",");
                }
            }),
            ListComp { elt, generators } => self.enclosed("[", "]", |this| {
                this.expr(elt, Level::Test);
                this.generators(generators);
            }),
            SetComp { elt, generators } => self.enclosed("{", "}", |this| {
                this.expr(elt, Level::Test);
                this.generators(generators);
            }),
            GeneratorExp { elt, generators } => self.enclosed("(", ")", |this| {
                this.expr(elt, Level::Test);
                this.generators(generators);
            }),
            DictComp { key, value, generators } => self.enclosed("{", "}", |this| {
                this.pair(key, value);
                this.generators(generators);
            }),
            Yield { value } => self.enclosed("(yield", ")", |this| {
                if let Some(value) = value {
                    this.text(" ");
                    this.expr(value, Level::Test);
                }
            }),
            YieldFrom { value } => self.enclosed("(yield from ", ")", |this| this.expr(value, Level::Test)),
            Await { value } => self.parenthesized(level > Level::Await, |this| {
                this.text("await ");
                this.expr(value, Level::Atom);
            }),
            Compare { left, ops, comparators } => self.parenthesized(level > Level::Compare, |this| {
                this.expr(left, Level::BitOr);
                for (&op, comparator) in ops.iter().zip(comparators) {
                    this.text(comparison(op));
                    this.expr(comparator, Level::BitOr);
                }
            }),
            Call { func, args, keywords } => self.call(func, args, keywords),
            JoinedStr { .. } | FormattedValue { .. } => self.f_string(expr),
            Constant { value, kind } => {
                if let Some(kind) = kind {
                    self.out.extend_from_slice(kind.as_bytes());
                }
                match value {
                    krait_syntax::ast::Constant::Ellipsis => self.text("..."),
                    value => self.constant(&value),
                }
            }
            Attribute { value, attr, .. } => {
                self.expr(value, Level::Atom);
                self.text(if is_int(value) { " ." } else { "." });
                self.text(attr);
            }
            Starred { value, .. } => {
                self.text("*");
                self.expr(value, Level::BitOr);
            }
            Name { id, .. } => self.text(id),
            Subscript { value, slice, .. } => {
                self.expr(value, Level::Atom);
                // A starred item is only allowed inside parentheses here.
                let starred = |elt: &&ast::Expr<'_>| matches!(elt.kind, Starred { .. });
                let bare = !matches!(slice.kind, Tuple { elts, .. } if elts.iter().any(starred));
                let level = if bare { Level::Tuple } else { Level::Test };
                self.enclosed("[", "]", |this| this.expr(slice, level));
            }
            Slice { lower, upper, step } => {
                let mut bound = |colon: &str, bound: Option<&Expr<'_>>| {
                    self.text(colon);
                    if let Some(bound) = bound {
                        self.expr(bound, Level::Test);
                    }
                };
                bound("", lower);
                bound(":", upper);
                if step.is_some() {
                    bound(":", step);
                }
            }
            NamedExpr { target, value } => self.parenthesized(level > Level::Tuple, |this| {
                this.expr(target, Level::Atom);
                this.text(" := ");
                this.expr(value, Level::Atom);
            }),
        }
    }

    fn enclosed(&mut self, open: &str, close: &str, inner: impl FnOnce(&mut Self)) {
        self.text(open);
        inner(self);
        self.text(close);
    }

    fn pair(&mut self, key: &Expr<'_>, value: &Expr<'_>) {
        self.expr(key, Level::Test);
        self.text(": ");
        self.expr(value, Level::Test);
    }

    fn binary(&mut self, left: &Expr<'_>, op: Operator, right: &Expr<'_>, level: Level) {
        let (sign, own) = match op {
            Operator::Add => (" + ", Level::Sum),
            Operator::Sub => (" - ", Level::Sum),
            Operator::Mult => (" * ", Level::Term),
            Operator::MatMult => (" @ ", Level::Term),
            Operator::Div => (" / ", Level::Term),
            Operator::Mod => (" % ", Level::Term),
            Operator::LShift => (" << ", Level::Shift),
            Operator::RShift => (" >> ", Level::Shift),
            Operator::BitOr => (" | ", Level::BitOr),
            Operator::BitXor => (" ^ ", Level::BitXor),
            Operator::BitAnd => (" & ", Level::BitAnd),
            Operator::FloorDiv => (" // ", Level::Term),
            Operator::Pow => (" ** ", Level::Power),
        };
        let (left_level, right_level) =
            if op == Operator::Pow { (own.next(), own) } else { (own, own.next()) };
        self.parenthesized(level > own, |this| {
            this.expr(left, left_level);
            this.text(sign);
            this.expr(right, right_level);
        });
    }

    fn lambda(&mut self, args: &Arguments<'_>, body: &Expr<'_>) {
        // CPython leaves the space out ahead of a star.
        let positional = !args.args.is_empty() || !args.posonlyargs.is_empty();
        self.text(if positional { "lambda " } else { "lambda" });
        self.arguments(args);
        self.text(": ");
        self.expr(body, Level::Test);
    }

    fn arguments(&mut self, args: &Arguments<'_>) {
        let mut first = true;
        let mut comma = |this: &mut Self| {
            if !std::mem::take(&mut first) {
                this.text(", ");
            }
        };
        let positional = args.posonlyargs.len() + args.args.len();
        for (i, arg) in args.posonlyargs.iter().chain(args.args).enumerate() {
            comma(self);
            self.arg(arg);
            let required = positional - args.defaults.len().min(positional);
            if i >= required {
                self.text("=");
                self.expr(args.defaults[i - required], Level::Test);
            }
            if i + 1 == args.posonlyargs.len() {
                self.text(", /");
            }
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            comma(self);
            self.text("*");
            if let Some(arg) = args.vararg {
                self.arg(arg);
            }
        }
        for (arg, default) in args.kwonlyargs.iter().zip(args.kw_defaults) {
            comma(self);
            self.arg(arg);
            if let Some(default) = default {
                self.text("=");
                self.expr(default, Level::Test);
            }
        }
        if let Some(arg) = args.kwarg {
            comma(self);
            self.text("**");
            self.arg(arg);
        }
    }

    fn arg(&mut self, arg: &Arg<'_>) {
        self.text(arg.arg);
        if let Some(annotation) = arg.annotation {
            self.text(": ");
            self.expr(annotation, Level::Test);
        }
    }

    fn generators(&mut self, generators: &[&Comprehension<'_>]) {
        for generator in generators {
            self.text(if generator.is_async != 0 { " async for " } else { " for " });
            self.expr(generator.target, Level::Tuple);
            self.text(" in ");
            self.expr(generator.iter, Level::Or);
            for test in generator.ifs {
                self.text(" if ");
                self.expr(test, Level::Or);
            }
        }
    }

    fn call(&mut self, func: &Expr<'_>, args: &[&Expr<'_>], keywords: &[&Keyword<'_>]) {
        self.expr(func, Level::Atom);
        // A generator expression brings its own parentheses.
        if let ([arg], []) = (args, keywords)
            && matches!(arg.kind, ExprKind::GeneratorExp { .. })
        {
            return self.expr(arg, Level::Test);
        }
        self.text("(");
        self.exprs(args);
        if !args.is_empty() && !keywords.is_empty() {
            self.text(", ");
        }
        self.list(keywords, |this, keyword| {
            match keyword.arg {
                Some(name) => {
                    this.text(name);
                    this.text("=");
                }
                None => this.text("**"),
            }
            this.expr(keyword.value, Level::Test);
        });
        self.text(")");
    }

    fn f_string(&mut self, expr: &Expr<'_>) {
        let mut body = Writer { out: Vec::new() };
        if let ExprKind::JoinedStr { values } = expr.kind {
            values.iter().for_each(|value| body.f_string_part(value));
            self.text("f");
            self.string(&body.out);
        } else {
            self.f_string_part(expr);
        }
    }

    /// A part of an f-string's body or of a format specification.
    fn f_string_part(&mut self, part: &Expr<'_>) {
        match part.kind {
            ExprKind::Constant { value: Constant::Str(text), .. } => {
                for &byte in text.as_bytes() {
                    self.out.push(byte);
                    if matches!(byte, b'{' | b'}') {
                        self.out.push(byte);
                    }
                }
            }
            ExprKind::JoinedStr { values } => values.iter().for_each(|value| self.f_string_part(value)),
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                let mut inner = Writer { out: Vec::new() };
                inner.expr(value, Level::Or);
                // Two braces in a row would be an escaped one.
                self.text(if inner.out.first() == Some(&b'{') { "{ " } else { "{" });
                self.out.extend_from_slice(&inner.out);
                match conversion {
                    Some(97) => self.text("!a"),
                    Some(114) => self.text("!r"),
                    Some(115) => self.text("!s"),
                    _ => {}
                }
                if let Some(spec) = format_spec {
                    self.text(":");
                    self.f_string_part(spec);
                }
                self.text("}");
            }
            _ => {}
        }
    }

    fn constant(&mut self, value: &Constant<'_>) {
        match value {
            Constant::Str(text) => self.string(text.as_bytes()),
            Constant::Float(x) => self.text(&float_repr(*x, true).replace("inf", "1e309")),
            Constant::Tuple(items) => {
                self.text("(");
                self.list(items, |this, item| this.constant(item));
                self.text(if items.len() == 1 { ",)" } else { ")" });
            }
            Constant::FrozenSet(items) if !items.is_empty() => {
                self.text("frozenset({");
                self.list(items, |this, item| this.constant(item));
                self.text("})");
            }
            other => {
                let mut text = String::new();
                other.write_repr(&mut text);
                if matches!(other, Constant::Complex(..)) {
                    text = text.replace("inf", "1e309");
                }
                self.text(&text);
            }
        }
    }

    /// Python's `repr` of a string.
    fn string(&mut self, bytes: &[u8]) {
        let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
        self.out.push(quote);
        // SAFETY: all callers pass whole texts.
        let text = unsafe { krait_syntax::Wtf8::from_bytes_unchecked(bytes) };
        for point in text.code_points() {
            match point {
                0x5C => self.text("\\\\"),
                0x0A => self.text("\\n"),
                0x0D => self.text("\\r"),
                0x09 => self.text("\\t"),
                _ if point == quote as u32 => self.out.extend_from_slice(&[b'\\', quote]),
                _ if printable::is_printable(point) => push_code_point(&mut self.out, point),
                0..=0xFF => self.text(&format!("\\x{point:02x}")),
                0x100..=0xFFFF => self.text(&format!("\\u{point:04x}")),
                _ => self.text(&format!("\\U{point:08x}")),
            }
        }
        self.out.push(quote);
    }
}

fn is_int(expr: &Expr<'_>) -> bool {
    matches!(expr.kind, ExprKind::Constant { value: Constant::Int(_) | Constant::BigInt(_), .. })
}

fn comparison(op: CmpOperator) -> &'static str {
    match op {
        CmpOperator::Eq => " == ",
        CmpOperator::NotEq => " != ",
        CmpOperator::Lt => " < ",
        CmpOperator::LtE => " <= ",
        CmpOperator::Gt => " > ",
        CmpOperator::GtE => " >= ",
        CmpOperator::Is => " is ",
        CmpOperator::IsNot => " is not ",
        CmpOperator::In => " in ",
        CmpOperator::NotIn => " not in ",
    }
}
