//! The tree as text, in the format of `ast.dump(tree, include_attributes=True)`, except that strings and identifiers are
//! written as `ascii()` writes them.

use super::reflect::{Node, POSITION, Quantity, Reflect, Value};
use crate::wtf8::{Wtf8, ascii_repr};
use std::fmt::Write;

/// What remains to be written, the next thing last: trees can be deeper than the native stack.
enum Step<'a> {
    Value(Value<'a>),
    Text(&'static str),
    Position(&'static str, &'static str, i32),
}

/// Dumps a node (`&Mod`, `&Expr`, ...), with positions if `attributes` is set.
pub fn dump<'a>(node: impl Reflect<'a>, attributes: bool) -> String {
    let mut out = String::new();
    let mut steps = vec![Step::Value(node.value())];
    while let Some(step) = steps.pop() {
        match step {
            Step::Text(text) => out.push_str(text),
            Step::Position(separator, name, n) => {
                write!(out, "{separator}{name}={n}").expect("writing to a string");
            }
            Step::Value(value) => write_value(&mut out, &mut steps, value, attributes),
        }
    }
    out
}

/// Writes a leaf, or the beginning of anything else, whose rest becomes further steps.
fn write_value<'a>(out: &mut String, steps: &mut Vec<Step<'a>>, value: Value<'a>, attributes: bool) {
    match value {
        Value::None => out.push_str("None"),
        Value::Node(node) => write_node(out, steps, node, attributes),
        Value::Enum(ty, index) => {
            out.push_str(ty.constructors[index].name);
            out.push_str("()");
        }
        Value::Int(n) => write!(out, "{n}").expect("writing to a string"),
        Value::Identifier(name) => out.push_str(&ascii_repr(Wtf8::new(name))),
        Value::String(text) => out.push_str(&ascii_repr(text)),
        Value::Constant(value) => value.write_repr(out),
        Value::List(list) => {
            out.push('[');
            steps.push(Step::Text("]"));
            for i in (0..list.len()).rev() {
                steps.push(Step::Value(list.get(i)));
                if i > 0 {
                    steps.push(Step::Text(", "));
                }
            }
        }
    }
}

fn write_node<'a>(out: &mut String, steps: &mut Vec<Step<'a>>, node: Node<'a>, attributes: bool) {
    let constructor = node.constructor();
    out.push_str(constructor.name);
    out.push('(');
    let mut separator = "";
    let first_step = steps.len();
    for (i, field) in constructor.fields.iter().enumerate() {
        let value = node.field(i);
        if field.quantity == Quantity::Optional && matches!(value, Value::None) {
            continue;
        }
        let name = [Step::Text(separator), Step::Text(field.name), Step::Text("=")];
        steps.extend(name.into_iter().chain([Step::Value(value)]));
        separator = ", ";
    }
    if let (true, Some(span)) = (attributes, node.span()) {
        for (field, n) in
            POSITION.iter().zip([span.lineno, span.col_offset, span.end_lineno, span.end_col_offset])
        {
            steps.push(Step::Position(separator, field.name, n));
            separator = ", ";
        }
    }
    steps.push(Step::Text(")"));
    steps[first_step..].reverse();
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use super::dump;
    use crate::Arena;

    #[test]
    fn looks_like_pythons() {
        let arena = Arena::new();
        let span = Span { lineno: 1, col_offset: 0, end_lineno: 1, end_col_offset: 5 };
        let expr = |kind| arena.alloc(Expr { kind, span });
        let left = expr(ExprKind::Name { id: "\u{e4}", ctx: ExprContext::Load });
        let right = expr(ExprKind::Constant { value: Constant::None, kind: None });
        let sum = expr(ExprKind::BinOp { left, op: Operator::Add, right });
        assert_eq!(
            dump(sum, false),
            "BinOp(left=Name(id='\\xe4', ctx=Load()), op=Add(), right=Constant(value=None))"
        );
        assert_eq!(
            dump(right, true),
            "Constant(value=None, lineno=1, col_offset=0, end_lineno=1, end_col_offset=5)"
        );
        let body = arena.alloc_slice(&[arena.alloc(Stmt { kind: StmtKind::Pass {}, span })]);
        assert_eq!(
            dump(arena.alloc(Mod::Module { body, type_ignores: &[] }), false),
            "Module(body=[Pass()], type_ignores=[])"
        );
    }
}
