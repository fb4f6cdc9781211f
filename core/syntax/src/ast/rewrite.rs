//! Changing a tree: a walk that rebuilds the nodes above a change and shares everything else.

use super::*;
use crate::Arena;

/// A transformation of trees. The methods default to walking on; an implementation overrides the types it is interested
/// in and calls [`Rewrite::rewrite_fields`] where it wants the default.
pub trait Rewriter<'a>: Sized {
    type Error;

    fn arena(&self) -> &'a Arena;

    fn stmt(&mut self, node: &'a Stmt<'a>) -> Result<&'a Stmt<'a>, Self::Error> {
        node.rewrite_fields(self)
    }

    fn expr(&mut self, node: &'a Expr<'a>) -> Result<&'a Expr<'a>, Self::Error> {
        node.rewrite_fields(self)
    }

    fn arguments(&mut self, node: &'a Arguments<'a>) -> Result<&'a Arguments<'a>, Self::Error> {
        node.rewrite_fields(self)
    }
}

/// Nodes whose fields can be rewritten.
pub trait Rewrite<'a>: Copy {
    /// Rewrites all fields; the same reference comes back if nothing changed.
    fn rewrite_fields<W: Rewriter<'a>>(self, with: &mut W) -> Result<Self, W::Error>;
}

/// Fields: what to do with one, and whether it is the same afterwards (nodes by identity).
trait Part<'a>: Copy {
    fn rewrite<W: Rewriter<'a>>(self, with: &mut W) -> Result<Self, W::Error>;
    fn same(self, other: Self) -> bool;
}

macro_rules! leaf {
    ($($ty:ty),*) => { $(
        impl<'a> Part<'a> for $ty {
            fn rewrite<W: Rewriter<'a>>(self, _: &mut W) -> Result<Self, W::Error> {
                Ok(self)
            }
            fn same(self, _: Self) -> bool {
                true
            }
        }
    )* };
}
leaf!(i32, &'a str, &'a Wtf8, Constant<'a>);
leaf!(ExprContext, BoolOperator, Operator, UnaryOperator, CmpOperator);

impl<'a, T: Part<'a>> Part<'a> for Option<T> {
    fn rewrite<W: Rewriter<'a>>(self, with: &mut W) -> Result<Self, W::Error> {
        self.map(|part| part.rewrite(with)).transpose()
    }

    fn same(self, other: Self) -> bool {
        match (self, other) {
            (Some(a), Some(b)) => a.same(b),
            (a, b) => a.is_none() == b.is_none(),
        }
    }
}

impl<'a, T: Part<'a> + 'a> Part<'a> for &'a [T] {
    fn rewrite<W: Rewriter<'a>>(self, with: &mut W) -> Result<Self, W::Error> {
        for (i, &part) in self.iter().enumerate() {
            let new = part.rewrite(with)?;
            if !new.same(part) {
                let mut items = Vec::with_capacity(self.len());
                items.extend_from_slice(&self[..i]);
                items.push(new);
                for &part in &self[i + 1..] {
                    items.push(part.rewrite(with)?);
                }
                return Ok(with.arena().alloc_slice(&items));
            }
        }
        Ok(self)
    }

    fn same(self, other: Self) -> bool {
        std::ptr::eq(self, other)
    }
}

macro_rules! node_part {
    (Stmt) => { node_part!(@impl Stmt, with node => with.stmt(node)); };
    (Expr) => { node_part!(@impl Expr, with node => with.expr(node)); };
    (Arguments) => { node_part!(@impl Arguments, with node => with.arguments(node)); };
    ($name:ident) => { node_part!(@impl $name, with node => node.rewrite_fields(with)); };
    (@impl $name:ident, $with:ident $node:ident => $call:expr) => {
        impl<'a> Part<'a> for &'a $name<'a> {
            fn rewrite<W: Rewriter<'a>>(self, $with: &mut W) -> Result<Self, W::Error> {
                let $node = self;
                $call
            }
            fn same(self, other: Self) -> bool {
                std::ptr::eq(self, other)
            }
        }
    };
}

macro_rules! rewrite_sum {
    ($name:ident $kind:ident $self:ident $of:expr, $new:ident => $make:expr,
        { $($con:ident { $($q:ident $ty:ident $field:ident),* })* }
    ) => {
        impl<'a> Rewrite<'a> for &'a $name<'a> {
            #[allow(unused_mut, unused_variables, reason = "constructors without fields")]
            fn rewrite_fields<W: Rewriter<'a>>($self, with: &mut W) -> Result<Self, W::Error> {
                let mut same = true;
                let $new = match $of {
                    $($kind::$con { $($field),* } => $kind::$con {
                        $($field: {
                            let new = $field.rewrite(with)?;
                            same &= new.same($field);
                            new
                        }),*
                    }),*
                };
                Ok(if same { $self } else { with.arena().alloc($make) })
            }
        }
    };
}

macro_rules! rewrite_types {
    ($($section:ident { $($body:tt)* })*) => { $(rewrite_types!(@$section $($body)*);)* };

    (@sums $($py:ident $name:ident { $($body:tt)* })*) => { $(
        rewrite_sum!($name $name self *self, new => new, { $($body)* });
        node_part!($name);
    )* };

    (@located_sums $($py:ident $name:ident $kind:ident { $($body:tt)* })*) => { $(
        rewrite_sum!($name $kind self self.kind, new => $name { kind: new, span: self.span }, { $($body)* });
        node_part!($name);
    )* };

    (@products $($py:ident $name:ident { $($q:ident $ty:ident $field:ident),* })*) => { $(
        impl<'a> Rewrite<'a> for &'a $name<'a> {
            fn rewrite_fields<W: Rewriter<'a>>(self, with: &mut W) -> Result<Self, W::Error> {
                let mut new = *self;
                let mut same = true;
                $(
                    new.$field = self.$field.rewrite(with)?;
                    same &= new.$field.same(self.$field);
                )*
                Ok(if same { self } else { with.arena().alloc(new) })
            }
        }
        node_part!($name);
    )* };

    (@located_products $($body:tt)*) => { rewrite_types!(@products $($body)*); };

    (@enums $($body:tt)*) => {};
}

for_each_ast_type!(rewrite_types);

#[cfg(test)]
mod tests {
    use super::*;

    struct Negate<'a>(&'a Arena);

    impl<'a> Rewriter<'a> for Negate<'a> {
        type Error = ();

        fn arena(&self) -> &'a Arena {
            self.0
        }

        fn expr(&mut self, node: &'a Expr<'a>) -> Result<&'a Expr<'a>, ()> {
            match node.kind {
                ExprKind::Constant { value: Constant::Int(n), kind } => {
                    let kind = ExprKind::Constant { value: Constant::Int(-n), kind };
                    Ok(self.0.alloc(Expr { kind, span: node.span }))
                }
                _ => node.rewrite_fields(self),
            }
        }
    }

    #[test]
    fn what_did_not_change_is_shared() {
        let arena = Arena::new();
        let expr = |kind| arena.alloc(Expr { kind, span: Span::default() });
        let name = expr(ExprKind::Name { id: "x", ctx: ExprContext::Load });
        let one = expr(ExprKind::Constant { value: Constant::Int(1), kind: None });
        let untouched =
            expr(ExprKind::Tuple { elts: arena.alloc_slice(&[name, name]), ctx: ExprContext::Load });
        let changed =
            expr(ExprKind::List { elts: arena.alloc_slice(&[untouched, one]), ctx: ExprContext::Load });

        assert!(std::ptr::eq(Negate(&arena).expr(untouched).unwrap(), untouched));
        let new = Negate(&arena).expr(changed).unwrap();
        let ExprKind::List { elts, .. } = new.kind else { panic!("{new:?}") };
        assert!(std::ptr::eq(elts[0], untouched));
        assert_eq!(elts[1].kind, ExprKind::Constant { value: Constant::Int(-1), kind: None });
    }
}
