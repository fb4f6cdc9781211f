//! Warnings about expressions that can't work.

use super::*;

impl<'a> Generator<'a, '_> {
    /// `is` with a literal.
    pub fn check_compare(
        &mut self,
        left: &'a Expr<'a>,
        ops: &'a [CmpOperator],
        comparators: &'a [&'a Expr<'a>],
    ) -> Result {
        let mut left = has_identity(left);
        for (&op, comparator) in ops.iter().zip(comparators) {
            let right = has_identity(comparator);
            if !left || !right {
                match op {
                    CmpOperator::Is => return self.warning("\"is\" with a literal. Did you mean \"==\"?"),
                    CmpOperator::IsNot => {
                        return self.warning("\"is not\" with a literal. Did you mean \"!=\"?");
                    }
                    _ => {}
                }
            }
            left = right;
        }
        Ok(())
    }

    pub fn check_called(&mut self, func: &Expr<'a>) -> Result {
        use ExprKind::*;
        match func.kind {
            Constant { .. }
            | Tuple { .. }
            | List { .. }
            | ListComp { .. }
            | Dict { .. }
            | DictComp { .. }
            | Set { .. }
            | SetComp { .. }
            | GeneratorExp { .. }
            | JoinedStr { .. }
            | FormattedValue { .. } => {
                let name = type_name(func).unwrap_or("object");
                self.warning(&format!("'{name}' object is not callable; perhaps you missed a comma?"))
            }
            _ => Ok(()),
        }
    }

    pub fn check_subscripted(&mut self, value: &Expr<'a>) -> Result {
        use ExprKind::*;
        use krait_syntax::ast::Constant as Value;
        let bad = match value.kind {
            Constant { value, .. } => matches!(
                value,
                Value::None
                    | Value::Ellipsis
                    | Value::True
                    | Value::False
                    | Value::Int(_)
                    | Value::BigInt(_)
                    | Value::Float(_)
                    | Value::Complex(..)
                    | Value::FrozenSet(_)
            ),
            Set { .. } | SetComp { .. } | GeneratorExp { .. } | Lambda { .. } => true,
            _ => false,
        };
        if !bad {
            return Ok(());
        }
        let name = type_name(value).unwrap_or("object");
        self.warning(&format!("'{name}' object is not subscriptable; perhaps you missed a comma?"))
    }

    pub fn check_index(&mut self, value: &Expr<'a>, index: &Expr<'a>) -> Result {
        use ExprKind::*;
        use krait_syntax::ast::Constant as Value;
        let Some(index_type) = type_name(index) else { return Ok(()) };
        if matches!(index_type, "int" | "bool" | "slice") {
            return Ok(());
        }
        let indexed_by_int = match value.kind {
            Constant { value, .. } => matches!(value, Value::Str(_) | Value::Bytes(_) | Value::Tuple(_)),
            Tuple { .. } | List { .. } | ListComp { .. } | JoinedStr { .. } | FormattedValue { .. } => true,
            _ => false,
        };
        if !indexed_by_int {
            return Ok(());
        }
        let name = type_name(value).unwrap_or("object");
        self.warning(&format!(
            "{name} indices must be integers or slices, not {index_type}; perhaps you missed a comma?"
        ))
    }
}

/// Whether comparing with `is` makes sense, as far as one can see.
fn has_identity(expr: &Expr<'_>) -> bool {
    match &expr.kind {
        ExprKind::Constant { value, .. } => {
            matches!(value, Constant::None | Constant::True | Constant::False | Constant::Ellipsis)
        }
        _ => true,
    }
}

/// The type that the value is sure to have.
fn type_name(expr: &Expr<'_>) -> Option<&'static str> {
    use ExprKind::*;
    use krait_syntax::ast::Constant as Value;
    Some(match &expr.kind {
        Tuple { .. } => "tuple",
        List { .. } | ListComp { .. } => "list",
        Dict { .. } | DictComp { .. } => "dict",
        Set { .. } | SetComp { .. } => "set",
        GeneratorExp { .. } => "generator",
        Lambda { .. } => "function",
        JoinedStr { .. } | FormattedValue { .. } => "str",
        Constant { value, .. } => match value {
            Value::None => "NoneType",
            Value::True | Value::False => "bool",
            Value::Ellipsis => "ellipsis",
            Value::Int(_) | Value::BigInt(_) => "int",
            Value::Float(_) => "float",
            Value::Complex(..) => "complex",
            Value::Str(_) => "str",
            Value::Bytes(_) => "bytes",
            Value::Tuple(_) => "tuple",
            Value::FrozenSet(_) => "frozenset",
        },
        _ => return None,
    })
}
