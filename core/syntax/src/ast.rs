//! The abstract syntax tree of Python 3.9.
//!
//! One table, [`for_each_ast_type!`], lists every type, constructor and field in the order of the language's abstract
//! grammar. The data types below, the reflection view ([`reflect`]), the rewriting walk ([`rewrite`]) and the dump come
//! from it, and so do the Python classes of the `_ast` module. Names are Python's own, so that they can be looked up in
//! the documentation of the `ast` module.
//!
//! Nodes are `Copy` and refer to an [`Arena`](crate::Arena): `&'a Expr<'a>`, `&'a [&'a Stmt<'a>]`. A changed tree is a
//! new tree that shares what did not change.

pub use constant::{BigInt, Constant};

use crate::wtf8::Wtf8;

/// Calls `$callback!` with the table of AST types.
///
/// Fields read `quantity type name`: `one`, `opt` (may be absent), `seq` (a list) and `holes` (a list whose elements
/// may be absent). Sections: `located` sums and products carry the four position attributes, the others do not.
#[macro_export]
macro_rules! for_each_ast_type {
    ($callback:path) => {
        $callback! {
            sums {
                mod Mod {
                    Module { seq stmt body, seq type_ignore type_ignores }
                    Interactive { seq stmt body }
                    Expression { one expr body }
                    FunctionType { seq expr argtypes, one expr returns }
                }
            }
            located_sums {
                stmt Stmt StmtKind {
                    FunctionDef { one identifier name, one arguments args, seq stmt body, seq expr decorator_list,
                        opt expr returns, opt string type_comment }
                    AsyncFunctionDef { one identifier name, one arguments args, seq stmt body,
                        seq expr decorator_list, opt expr returns, opt string type_comment }
                    ClassDef { one identifier name, seq expr bases, seq keyword keywords, seq stmt body,
                        seq expr decorator_list }
                    Return { opt expr value }
                    Delete { seq expr targets }
                    Assign { seq expr targets, one expr value, opt string type_comment }
                    AugAssign { one expr target, one operator op, one expr value }
                    AnnAssign { one expr target, one expr annotation, opt expr value, one int simple }
                    For { one expr target, one expr iter, seq stmt body, seq stmt orelse, opt string type_comment }
                    AsyncFor { one expr target, one expr iter, seq stmt body, seq stmt orelse,
                        opt string type_comment }
                    While { one expr test, seq stmt body, seq stmt orelse }
                    If { one expr test, seq stmt body, seq stmt orelse }
                    With { seq withitem items, seq stmt body, opt string type_comment }
                    AsyncWith { seq withitem items, seq stmt body, opt string type_comment }
                    Raise { opt expr exc, opt expr cause }
                    Try { seq stmt body, seq excepthandler handlers, seq stmt orelse, seq stmt finalbody }
                    Assert { one expr test, opt expr msg }
                    Import { seq alias names }
                    ImportFrom { opt identifier module, seq alias names, opt int level }
                    Global { seq identifier names }
                    Nonlocal { seq identifier names }
                    Expr { one expr value }
                    Pass {}
                    Break {}
                    Continue {}
                }
                expr Expr ExprKind {
                    BoolOp { one boolop op, seq expr values }
                    NamedExpr { one expr target, one expr value }
                    BinOp { one expr left, one operator op, one expr right }
                    UnaryOp { one unaryop op, one expr operand }
                    Lambda { one arguments args, one expr body }
                    IfExp { one expr test, one expr body, one expr orelse }
                    Dict { holes expr keys, seq expr values }
                    Set { seq expr elts }
                    ListComp { one expr elt, seq comprehension generators }
                    SetComp { one expr elt, seq comprehension generators }
                    DictComp { one expr key, one expr value, seq comprehension generators }
                    GeneratorExp { one expr elt, seq comprehension generators }
                    Await { one expr value }
                    Yield { opt expr value }
                    YieldFrom { one expr value }
                    Compare { one expr left, seq cmpop ops, seq expr comparators }
                    Call { one expr func, seq expr args, seq keyword keywords }
                    FormattedValue { one expr value, opt int conversion, opt expr format_spec }
                    JoinedStr { seq expr values }
                    Constant { one constant value, opt string kind }
                    Attribute { one expr value, one identifier attr, one expr_context ctx }
                    Subscript { one expr value, one expr slice, one expr_context ctx }
                    Starred { one expr value, one expr_context ctx }
                    Name { one identifier id, one expr_context ctx }
                    List { seq expr elts, one expr_context ctx }
                    Tuple { seq expr elts, one expr_context ctx }
                    Slice { opt expr lower, opt expr upper, opt expr step }
                }
            }
            enums {
                expr_context ExprContext { Load Store Del }
                boolop BoolOperator { And Or }
                operator Operator { Add Sub Mult MatMult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv }
                unaryop UnaryOperator { Invert Not UAdd USub }
                cmpop CmpOperator { Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn }
            }
            products {
                comprehension Comprehension { one expr target, one expr iter, seq expr ifs, one int is_async }
            }
            located_sums {
                excepthandler ExceptHandler ExceptHandlerKind {
                    ExceptHandler { opt expr r#type, opt identifier name, seq stmt body }
                }
            }
            products {
                arguments Arguments { seq arg posonlyargs, seq arg args, opt arg vararg, seq arg kwonlyargs,
                    holes expr kw_defaults, opt arg kwarg, seq expr defaults }
            }
            located_products {
                arg Arg { one identifier arg, opt expr annotation, opt string type_comment }
                keyword Keyword { opt identifier arg, one expr value }
            }
            products {
                alias Alias { one identifier name, opt identifier asname }
                withitem WithItem { one expr context_expr, opt expr optional_vars }
            }
            sums {
                type_ignore TypeIgnore {
                    TypeIgnore { one int lineno, one string tag }
                }
            }
        }
    };
}

/// The Rust type of a field of the abstract grammar.
macro_rules! field_type {
    ($a:lifetime one expr) => { &$a Expr<$a> };
    ($a:lifetime one stmt) => { &$a Stmt<$a> };
    ($a:lifetime one excepthandler) => { &$a ExceptHandler<$a> };
    ($a:lifetime one comprehension) => { &$a Comprehension<$a> };
    ($a:lifetime one arguments) => { &$a Arguments<$a> };
    ($a:lifetime one arg) => { &$a Arg<$a> };
    ($a:lifetime one keyword) => { &$a Keyword<$a> };
    ($a:lifetime one alias) => { &$a Alias<$a> };
    ($a:lifetime one withitem) => { &$a WithItem<$a> };
    ($a:lifetime one type_ignore) => { &$a TypeIgnore<$a> };
    ($a:lifetime one expr_context) => { ExprContext };
    ($a:lifetime one boolop) => { BoolOperator };
    ($a:lifetime one operator) => { Operator };
    ($a:lifetime one unaryop) => { UnaryOperator };
    ($a:lifetime one cmpop) => { CmpOperator };
    ($a:lifetime one int) => { i32 };
    ($a:lifetime one identifier) => { &$a str };
    ($a:lifetime one string) => { &$a Wtf8 };
    ($a:lifetime one constant) => { Constant<$a> };
    ($a:lifetime opt $ty:ident) => { Option<field_type!($a one $ty)> };
    ($a:lifetime seq $ty:ident) => { &$a [field_type!($a one $ty)] };
    ($a:lifetime holes $ty:ident) => { &$a [Option<field_type!($a one $ty)>] };
}

// Below the macros that they use.
pub mod constant;
pub mod dump;
pub mod reflect;
pub mod rewrite;

/// Where a node stands in the source: lines from 1, columns in bytes of the UTF-8 text from 0, the end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    pub lineno: i32,
    pub col_offset: i32,
    pub end_lineno: i32,
    pub end_col_offset: i32,
}

macro_rules! define_types {
    ($($section:ident { $($body:tt)* })*) => { $(define_types!(@$section $($body)*);)* };

    (@sums $($py:ident $name:ident { $($con:ident { $($q:ident $ty:ident $field:ident),* })* })*) => { $(
        #[doc = concat!("`ast.", stringify!($py), "`")]
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum $name<'a> { $($con { $($field: field_type!('a $q $ty)),* }),* }
    )* };

    (@located_sums $($py:ident $name:ident $kind:ident {
        $($con:ident { $($q:ident $ty:ident $field:ident),* })*
    })*) => { $(
        #[doc = concat!("`ast.", stringify!($py), "`")]
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name<'a> { pub kind: $kind<'a>, pub span: Span }

        #[doc = concat!("The constructors of `ast.", stringify!($py), "`")]
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum $kind<'a> { $($con { $($field: field_type!('a $q $ty)),* }),* }
    )* };

    (@products $($py:ident $name:ident { $($q:ident $ty:ident $field:ident),* })*) => { $(
        #[doc = concat!("`ast.", stringify!($py), "`")]
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name<'a> { $(pub $field: field_type!('a $q $ty)),* }
    )* };

    (@located_products $($py:ident $name:ident { $($q:ident $ty:ident $field:ident),* })*) => { $(
        #[doc = concat!("`ast.", stringify!($py), "`")]
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name<'a> { $(pub $field: field_type!('a $q $ty),)* pub span: Span }
    )* };

    (@enums $($py:ident $name:ident { $($con:ident)* })*) => { $(
        #[doc = concat!("`ast.", stringify!($py), "`")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($con),* }
    )* };
}

for_each_ast_type!(define_types);
