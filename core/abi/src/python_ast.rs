//! `Python-ast.h`: the C syntax tree that `PyParser_AST*` and `PyAST_*` exchange. The compiler itself works on its
//! own tree in `core/syntax`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _alias {
    pub name: *mut PyObject,
    pub asname: *mut PyObject,
}
assert_layout!(_alias, 16, { name: 0, asname: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _arg {
    pub arg: *mut PyObject,
    pub annotation: *mut _expr,
    pub type_comment: *mut PyObject,
    pub lineno: c_int,
    pub col_offset: c_int,
    pub end_lineno: c_int,
    pub end_col_offset: c_int,
}
assert_layout!(_arg, 40, {
    arg: 0, annotation: 8, type_comment: 16, lineno: 24, col_offset: 28, end_lineno: 32, end_col_offset: 36,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _arguments {
    pub posonlyargs: *mut asdl_seq,
    pub args: *mut asdl_seq,
    pub vararg: *mut _arg,
    pub kwonlyargs: *mut asdl_seq,
    pub kw_defaults: *mut asdl_seq,
    pub kwarg: *mut _arg,
    pub defaults: *mut asdl_seq,
}
assert_layout!(_arguments, 56, {
    posonlyargs: 0, args: 8, vararg: 16, kwonlyargs: 24, kw_defaults: 32, kwarg: 40, defaults: 48,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _comprehension {
    pub target: *mut _expr,
    pub iter: *mut _expr,
    pub ifs: *mut asdl_seq,
    pub is_async: c_int,
}
assert_layout!(_comprehension, 32, { target: 0, iter: 8, ifs: 16, is_async: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _excepthandler {
    pub kind: c_uint,
    pub v: _excepthandler_v,
    pub lineno: c_int,
    pub col_offset: c_int,
    pub end_lineno: c_int,
    pub end_col_offset: c_int,
}
assert_layout!(_excepthandler, 48, {
    kind: 0, v: 8, lineno: 32, col_offset: 36, end_lineno: 40, end_col_offset: 44,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub union _excepthandler_v {
    pub ExceptHandler: _excepthandler_ExceptHandler,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _excepthandler_ExceptHandler {
    pub r#type: *mut _expr,
    pub name: *mut PyObject,
    pub body: *mut asdl_seq,
}
assert_layout!(_excepthandler_ExceptHandler, 24, { r#type: 0, name: 8, body: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr {
    pub kind: c_uint,
    pub v: _expr_v,
    pub lineno: c_int,
    pub col_offset: c_int,
    pub end_lineno: c_int,
    pub end_col_offset: c_int,
}
assert_layout!(_expr, 48, { kind: 0, v: 8, lineno: 32, col_offset: 36, end_lineno: 40, end_col_offset: 44 });

#[repr(C)]
#[derive(Clone, Copy)]
pub union _expr_v {
    pub BoolOp: _expr_BoolOp,
    pub NamedExpr: _expr_NamedExpr,
    pub BinOp: _expr_BinOp,
    pub UnaryOp: _expr_UnaryOp,
    pub Lambda: _expr_Lambda,
    pub IfExp: _expr_IfExp,
    pub Dict: _expr_Dict,
    pub Set: _expr_Set,
    pub ListComp: _expr_ListComp,
    pub SetComp: _expr_SetComp,
    pub DictComp: _expr_DictComp,
    pub GeneratorExp: _expr_GeneratorExp,
    pub Await: _expr_Await,
    pub Yield: _expr_Yield,
    pub YieldFrom: _expr_YieldFrom,
    pub Compare: _expr_Compare,
    pub Call: _expr_Call,
    pub FormattedValue: _expr_FormattedValue,
    pub JoinedStr: _expr_JoinedStr,
    pub Constant: _expr_Constant,
    pub Attribute: _expr_Attribute,
    pub Subscript: _expr_Subscript,
    pub Starred: _expr_Starred,
    pub Name: _expr_Name,
    pub List: _expr_List,
    pub Tuple: _expr_Tuple,
    pub Slice: _expr_Slice,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_BoolOp {
    pub op: c_uint,
    pub values: *mut asdl_seq,
}
assert_layout!(_expr_BoolOp, 16, { op: 0, values: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_NamedExpr {
    pub target: *mut _expr,
    pub value: *mut _expr,
}
assert_layout!(_expr_NamedExpr, 16, { target: 0, value: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_BinOp {
    pub left: *mut _expr,
    pub op: c_uint,
    pub right: *mut _expr,
}
assert_layout!(_expr_BinOp, 24, { left: 0, op: 8, right: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_UnaryOp {
    pub op: c_uint,
    pub operand: *mut _expr,
}
assert_layout!(_expr_UnaryOp, 16, { op: 0, operand: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_Lambda {
    pub args: *mut _arguments,
    pub body: *mut _expr,
}
assert_layout!(_expr_Lambda, 16, { args: 0, body: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_IfExp {
    pub test: *mut _expr,
    pub body: *mut _expr,
    pub orelse: *mut _expr,
}
assert_layout!(_expr_IfExp, 24, { test: 0, body: 8, orelse: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_Dict {
    pub keys: *mut asdl_seq,
    pub values: *mut asdl_seq,
}
assert_layout!(_expr_Dict, 16, { keys: 0, values: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_Set {
    pub elts: *mut asdl_seq,
}
assert_layout!(_expr_Set, 8, { elts: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_ListComp {
    pub elt: *mut _expr,
    pub generators: *mut asdl_seq,
}
assert_layout!(_expr_ListComp, 16, { elt: 0, generators: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_SetComp {
    pub elt: *mut _expr,
    pub generators: *mut asdl_seq,
}
assert_layout!(_expr_SetComp, 16, { elt: 0, generators: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_DictComp {
    pub key: *mut _expr,
    pub value: *mut _expr,
    pub generators: *mut asdl_seq,
}
assert_layout!(_expr_DictComp, 24, { key: 0, value: 8, generators: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_GeneratorExp {
    pub elt: *mut _expr,
    pub generators: *mut asdl_seq,
}
assert_layout!(_expr_GeneratorExp, 16, { elt: 0, generators: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_Await {
    pub value: *mut _expr,
}
assert_layout!(_expr_Await, 8, { value: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_Yield {
    pub value: *mut _expr,
}
assert_layout!(_expr_Yield, 8, { value: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_YieldFrom {
    pub value: *mut _expr,
}
assert_layout!(_expr_YieldFrom, 8, { value: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_Compare {
    pub left: *mut _expr,
    pub ops: *mut asdl_int_seq,
    pub comparators: *mut asdl_seq,
}
assert_layout!(_expr_Compare, 24, { left: 0, ops: 8, comparators: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_Call {
    pub func: *mut _expr,
    pub args: *mut asdl_seq,
    pub keywords: *mut asdl_seq,
}
assert_layout!(_expr_Call, 24, { func: 0, args: 8, keywords: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_FormattedValue {
    pub value: *mut _expr,
    pub conversion: c_int,
    pub format_spec: *mut _expr,
}
assert_layout!(_expr_FormattedValue, 24, { value: 0, conversion: 8, format_spec: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_JoinedStr {
    pub values: *mut asdl_seq,
}
assert_layout!(_expr_JoinedStr, 8, { values: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_Constant {
    pub value: *mut PyObject,
    pub kind: *mut PyObject,
}
assert_layout!(_expr_Constant, 16, { value: 0, kind: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_Attribute {
    pub value: *mut _expr,
    pub attr: *mut PyObject,
    pub ctx: c_uint,
}
assert_layout!(_expr_Attribute, 24, { value: 0, attr: 8, ctx: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_Subscript {
    pub value: *mut _expr,
    pub slice: *mut _expr,
    pub ctx: c_uint,
}
assert_layout!(_expr_Subscript, 24, { value: 0, slice: 8, ctx: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_Starred {
    pub value: *mut _expr,
    pub ctx: c_uint,
}
assert_layout!(_expr_Starred, 16, { value: 0, ctx: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_Name {
    pub id: *mut PyObject,
    pub ctx: c_uint,
}
assert_layout!(_expr_Name, 16, { id: 0, ctx: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_List {
    pub elts: *mut asdl_seq,
    pub ctx: c_uint,
}
assert_layout!(_expr_List, 16, { elts: 0, ctx: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_Tuple {
    pub elts: *mut asdl_seq,
    pub ctx: c_uint,
}
assert_layout!(_expr_Tuple, 16, { elts: 0, ctx: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _expr_Slice {
    pub lower: *mut _expr,
    pub upper: *mut _expr,
    pub step: *mut _expr,
}
assert_layout!(_expr_Slice, 24, { lower: 0, upper: 8, step: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _keyword {
    pub arg: *mut PyObject,
    pub value: *mut _expr,
    pub lineno: c_int,
    pub col_offset: c_int,
    pub end_lineno: c_int,
    pub end_col_offset: c_int,
}
assert_layout!(_keyword, 32, {
    arg: 0, value: 8, lineno: 16, col_offset: 20, end_lineno: 24, end_col_offset: 28,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _mod {
    pub kind: c_uint,
    pub v: _mod_v,
}
assert_layout!(_mod, 24, { kind: 0, v: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub union _mod_v {
    pub Module: _mod_Module,
    pub Interactive: _mod_Interactive,
    pub Expression: _mod_Expression,
    pub FunctionType: _mod_FunctionType,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _mod_Module {
    pub body: *mut asdl_seq,
    pub type_ignores: *mut asdl_seq,
}
assert_layout!(_mod_Module, 16, { body: 0, type_ignores: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _mod_Interactive {
    pub body: *mut asdl_seq,
}
assert_layout!(_mod_Interactive, 8, { body: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _mod_Expression {
    pub body: *mut _expr,
}
assert_layout!(_mod_Expression, 8, { body: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _mod_FunctionType {
    pub argtypes: *mut asdl_seq,
    pub returns: *mut _expr,
}
assert_layout!(_mod_FunctionType, 16, { argtypes: 0, returns: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt {
    pub kind: c_uint,
    pub v: _stmt_v,
    pub lineno: c_int,
    pub col_offset: c_int,
    pub end_lineno: c_int,
    pub end_col_offset: c_int,
}
assert_layout!(_stmt, 72, { kind: 0, v: 8, lineno: 56, col_offset: 60, end_lineno: 64, end_col_offset: 68 });

#[repr(C)]
#[derive(Clone, Copy)]
pub union _stmt_v {
    pub FunctionDef: _stmt_FunctionDef,
    pub AsyncFunctionDef: _stmt_AsyncFunctionDef,
    pub ClassDef: _stmt_ClassDef,
    pub Return: _stmt_Return,
    pub Delete: _stmt_Delete,
    pub Assign: _stmt_Assign,
    pub AugAssign: _stmt_AugAssign,
    pub AnnAssign: _stmt_AnnAssign,
    pub For: _stmt_For,
    pub AsyncFor: _stmt_AsyncFor,
    pub While: _stmt_While,
    pub If: _stmt_If,
    pub With: _stmt_With,
    pub AsyncWith: _stmt_AsyncWith,
    pub Raise: _stmt_Raise,
    pub Try: _stmt_Try,
    pub Assert: _stmt_Assert,
    pub Import: _stmt_Import,
    pub ImportFrom: _stmt_ImportFrom,
    pub Global: _stmt_Global,
    pub Nonlocal: _stmt_Nonlocal,
    pub Expr: _stmt_Expr,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_FunctionDef {
    pub name: *mut PyObject,
    pub args: *mut _arguments,
    pub body: *mut asdl_seq,
    pub decorator_list: *mut asdl_seq,
    pub returns: *mut _expr,
    pub type_comment: *mut PyObject,
}
assert_layout!(_stmt_FunctionDef, 48, {
    name: 0, args: 8, body: 16, decorator_list: 24, returns: 32, type_comment: 40,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_AsyncFunctionDef {
    pub name: *mut PyObject,
    pub args: *mut _arguments,
    pub body: *mut asdl_seq,
    pub decorator_list: *mut asdl_seq,
    pub returns: *mut _expr,
    pub type_comment: *mut PyObject,
}
assert_layout!(_stmt_AsyncFunctionDef, 48, {
    name: 0, args: 8, body: 16, decorator_list: 24, returns: 32, type_comment: 40,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_ClassDef {
    pub name: *mut PyObject,
    pub bases: *mut asdl_seq,
    pub keywords: *mut asdl_seq,
    pub body: *mut asdl_seq,
    pub decorator_list: *mut asdl_seq,
}
assert_layout!(_stmt_ClassDef, 40, { name: 0, bases: 8, keywords: 16, body: 24, decorator_list: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_Return {
    pub value: *mut _expr,
}
assert_layout!(_stmt_Return, 8, { value: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_Delete {
    pub targets: *mut asdl_seq,
}
assert_layout!(_stmt_Delete, 8, { targets: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_Assign {
    pub targets: *mut asdl_seq,
    pub value: *mut _expr,
    pub type_comment: *mut PyObject,
}
assert_layout!(_stmt_Assign, 24, { targets: 0, value: 8, type_comment: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_AugAssign {
    pub target: *mut _expr,
    pub op: c_uint,
    pub value: *mut _expr,
}
assert_layout!(_stmt_AugAssign, 24, { target: 0, op: 8, value: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_AnnAssign {
    pub target: *mut _expr,
    pub annotation: *mut _expr,
    pub value: *mut _expr,
    pub simple: c_int,
}
assert_layout!(_stmt_AnnAssign, 32, { target: 0, annotation: 8, value: 16, simple: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_For {
    pub target: *mut _expr,
    pub iter: *mut _expr,
    pub body: *mut asdl_seq,
    pub orelse: *mut asdl_seq,
    pub type_comment: *mut PyObject,
}
assert_layout!(_stmt_For, 40, { target: 0, iter: 8, body: 16, orelse: 24, type_comment: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_AsyncFor {
    pub target: *mut _expr,
    pub iter: *mut _expr,
    pub body: *mut asdl_seq,
    pub orelse: *mut asdl_seq,
    pub type_comment: *mut PyObject,
}
assert_layout!(_stmt_AsyncFor, 40, { target: 0, iter: 8, body: 16, orelse: 24, type_comment: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_While {
    pub test: *mut _expr,
    pub body: *mut asdl_seq,
    pub orelse: *mut asdl_seq,
}
assert_layout!(_stmt_While, 24, { test: 0, body: 8, orelse: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_If {
    pub test: *mut _expr,
    pub body: *mut asdl_seq,
    pub orelse: *mut asdl_seq,
}
assert_layout!(_stmt_If, 24, { test: 0, body: 8, orelse: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_With {
    pub items: *mut asdl_seq,
    pub body: *mut asdl_seq,
    pub type_comment: *mut PyObject,
}
assert_layout!(_stmt_With, 24, { items: 0, body: 8, type_comment: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_AsyncWith {
    pub items: *mut asdl_seq,
    pub body: *mut asdl_seq,
    pub type_comment: *mut PyObject,
}
assert_layout!(_stmt_AsyncWith, 24, { items: 0, body: 8, type_comment: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_Raise {
    pub exc: *mut _expr,
    pub cause: *mut _expr,
}
assert_layout!(_stmt_Raise, 16, { exc: 0, cause: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_Try {
    pub body: *mut asdl_seq,
    pub handlers: *mut asdl_seq,
    pub orelse: *mut asdl_seq,
    pub finalbody: *mut asdl_seq,
}
assert_layout!(_stmt_Try, 32, { body: 0, handlers: 8, orelse: 16, finalbody: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_Assert {
    pub test: *mut _expr,
    pub msg: *mut _expr,
}
assert_layout!(_stmt_Assert, 16, { test: 0, msg: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_Import {
    pub names: *mut asdl_seq,
}
assert_layout!(_stmt_Import, 8, { names: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_ImportFrom {
    pub module: *mut PyObject,
    pub names: *mut asdl_seq,
    pub level: c_int,
}
assert_layout!(_stmt_ImportFrom, 24, { module: 0, names: 8, level: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_Global {
    pub names: *mut asdl_seq,
}
assert_layout!(_stmt_Global, 8, { names: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_Nonlocal {
    pub names: *mut asdl_seq,
}
assert_layout!(_stmt_Nonlocal, 8, { names: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _stmt_Expr {
    pub value: *mut _expr,
}
assert_layout!(_stmt_Expr, 8, { value: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _type_ignore {
    pub kind: c_uint,
    pub v: _type_ignore_v,
}
assert_layout!(_type_ignore, 24, { kind: 0, v: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub union _type_ignore_v {
    pub TypeIgnore: _type_ignore_TypeIgnore,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _type_ignore_TypeIgnore {
    pub lineno: c_int,
    pub tag: *mut PyObject,
}
assert_layout!(_type_ignore_TypeIgnore, 16, { lineno: 0, tag: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _withitem {
    pub context_expr: *mut _expr,
    pub optional_vars: *mut _expr,
}
assert_layout!(_withitem, 16, { context_expr: 0, optional_vars: 8 });
