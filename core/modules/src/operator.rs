//! `_operator`: the operators as functions, and the callables `itemgetter`, `attrgetter`, `methodcaller`.
//!
//! The callables have the sizes that CPython's have, but keep a vectorcall function where those keep a count: they are
//! mostly called once for each item of something.

mod attrgetter;
mod itemgetter;
mod methodcaller;

use crate::support::add_type;
use krait_object::args::check_positional;
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::{number, object, sequence};
use krait_object::slot::CompareOp;
use krait_object::types::{bool as bools, unicode};
use krait_object::{Obj, Object, Result, err, method, native_module};

native_module! {
    /// `_operator`
    init: PyInit__operator, name: c"_operator",
    doc: c"The operators of Python as functions.\n\nadd(x, y), for example, is what the expression x+y is. The names of the special\nmethods are used, with the underscores at both ends taken off.",
    methods: METHODS, exec: exec,
}

fn exec(this: &Object) -> Result<()> {
    // SAFETY: static types with valid slots.
    unsafe {
        add_type(this, "itemgetter", &raw mut itemgetter::ItemGetter_Type)?;
        add_type(this, "attrgetter", &raw mut attrgetter::AttrGetter_Type)?;
        add_type(this, "methodcaller", &raw mut methodcaller::MethodCaller_Type)
    }
}

/// A C string from a literal.
macro_rules! cstr {
    ($text:expr) => {
        match core::ffi::CStr::from_bytes_with_nul(concat!($text, "\0").as_bytes()) {
            Ok(text) => text,
            Err(_) => panic!("a NUL in a name"),
        }
    };
}

/// A method table row for an operator: `binary!("add", add, number::add, "a + b")`.
macro_rules! operator {
    (1 $name:literal, $doc:literal, $body:expr) => {
        method::o(
            cstr!($name),
            |_: &Object, a: &Object| $body(a),
            cstr!(concat!($name, "($module, a, /)\n--\n\nSame as ", $doc, ".")),
        )
    };
    (2 $name:literal, $doc:literal, $body:expr) => {
        method::fastcall(
            cstr!($name),
            |_: &Object, args: &[&Object]| {
                let &[a, b] = args else { return Err(wrong_count($name, args, 2)) };
                $body(a, b)
            },
            cstr!(concat!($name, "($module, a, b, /)\n--\n\nSame as ", $doc, ".")),
        )
    };
}

#[cold]
fn wrong_count(function: &str, args: &[&Object], count: usize) -> krait_object::Raised {
    match check_positional(function, args.len(), count, count) {
        Err(raised) => raised,
        Ok(()) => err::bad_internal_call(),
    }
}

macro_rules! compare {
    ($($function:ident $op:ident;)*) => {$(
        fn $function(a: &Object, b: &Object) -> Result<Obj> {
            object::rich_compare(a, b, CompareOp::$op)
        }
    )*};
}
compare! { lt Lt; le Le; eq Eq; ne Ne; ge Ge; gt Gt; }

krait_object::methods! {
    static METHODS = [
        operator!(1 "truth", "True if a is true, False otherwise", object::is_true),
        operator!(2 "contains", "b in a (note reversed operands)", sequence::contains),
        operator!(2 "indexOf", "the first index of b in a", sequence::index),
        operator!(2 "countOf", "the number of times b occurs in a", sequence::count),
        operator!(2 "is_", "a is b", is),
        operator!(2 "is_not", "a is not b", is_not),
        operator!(2 "add", "a + b", number::add),
        operator!(2 "sub", "a - b", number::subtract),
        operator!(2 "mul", "a * b", number::multiply),
        operator!(2 "matmul", "a @ b", number::matrix_multiply),
        operator!(2 "floordiv", "a // b", number::floor_divide),
        operator!(2 "truediv", "a / b", number::true_divide),
        operator!(2 "mod", "a % b", number::remainder),
        operator!(1 "neg", "-a", number::negative),
        operator!(1 "pos", "+a", number::positive),
        operator!(1 "abs", "abs(a)", number::absolute),
        operator!(1 "inv", "~a", number::invert),
        operator!(1 "invert", "~a", number::invert),
        operator!(1 "index", "a.__index__()", number::index),
        operator!(2 "lshift", "a << b", number::lshift),
        operator!(2 "rshift", "a >> b", number::rshift),
        operator!(1 "not_", "not a", object::not),
        operator!(2 "and_", "a & b", number::and),
        operator!(2 "xor", "a ^ b", number::xor),
        operator!(2 "or_", "a | b", number::or),
        operator!(2 "iadd", "a += b", number::inplace_add),
        operator!(2 "isub", "a -= b", number::inplace_subtract),
        operator!(2 "imul", "a *= b", number::inplace_multiply),
        operator!(2 "imatmul", "a @= b", number::inplace_matrix_multiply),
        operator!(2 "ifloordiv", "a //= b", number::inplace_floor_divide),
        operator!(2 "itruediv", "a /= b", number::inplace_true_divide),
        operator!(2 "imod", "a %= b", number::inplace_remainder),
        operator!(2 "ilshift", "a <<= b", number::inplace_lshift),
        operator!(2 "irshift", "a >>= b", number::inplace_rshift),
        operator!(2 "iand", "a &= b", number::inplace_and),
        operator!(2 "ixor", "a ^= b", number::inplace_xor),
        operator!(2 "ior", "a |= b", number::inplace_or),
        operator!(2 "concat", "a + b, for sequences a and b", sequence::concat),
        operator!(2 "iconcat", "a += b, for sequences a and b", sequence::in_place_concat),
        operator!(2 "getitem", "a[b]", object::get_item),
        method::fastcall(c"setitem", set_item, c"setitem($module, a, b, c, /)\n--\n\nSame as a[b] = c."),
        operator!(2 "delitem", "del a[b]", object::del_item),
        operator!(2 "pow", "a ** b", power),
        operator!(2 "ipow", "a **= b", inplace_power),
        operator!(2 "lt", "a < b", lt),
        operator!(2 "le", "a <= b", le),
        operator!(2 "eq", "a == b", eq),
        operator!(2 "ne", "a != b", ne),
        operator!(2 "gt", "a > b", gt),
        operator!(2 "ge", "a >= b", ge),
        method::fastcall(c"_compare_digest", compare_digest, c"_compare_digest($module, a, b, /)\n--\n\nSame as a == b, in a time that does not tell where the two differ.\n\nBoth are ASCII strings or both are bytes-like. The length may still be told."),
        method::fastcall(c"length_hint", length_hint, c"length_hint($module, obj, default=0, /)\n--\n\nHow many items obj will probably have.\n\nWith __len__ the answer is exact; __length_hint__ may be too small or too large,\nand without either the answer is the default."),
    ];
}

fn is(a: &Object, b: &Object) -> Result<bool> {
    Ok(a.is(b))
}

fn is_not(a: &Object, b: &Object) -> Result<bool> {
    Ok(!a.is(b))
}

fn power(a: &Object, b: &Object) -> Result<Obj> {
    number::power(a, b, krait_object::types::none::none())
}

fn inplace_power(a: &Object, b: &Object) -> Result<Obj> {
    number::inplace_power(a, b, krait_object::types::none::none())
}

fn set_item(_module: &Object, args: &[&Object]) -> Result<()> {
    let &[a, b, c] = args else { return Err(wrong_count("setitem", args, 3)) };
    object::set_item(a, b, c)
}

fn length_hint(_module: &Object, args: &[&Object]) -> Result<isize> {
    check_positional("length_hint", args.len(), 1, 2)?;
    let default = args.get(1).map_or(Ok(0), |given| krait_object::args::ssize(given))?;
    // The default only passes through, so that its sign does not matter.
    object::length_hint(args[0], default as usize).map(|hint| hint as isize)
}

/// Compares all of `b` with `a`, however early they differ. The time depends on the length of `b` alone.
fn equal_in_constant_time(a: &[u8], b: &[u8]) -> bool {
    let same_length = a.len() == b.len();
    let left = if same_length { a } else { b };
    let mut difference = u8::from(!same_length);
    for (x, y) in left.iter().zip(b) {
        difference |= core::hint::black_box(x ^ y);
    }
    difference == 0
}

fn compare_digest(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let &[a, b] = args else { return Err(wrong_count("_compare_digest", args, 2)) };
    equal_digests(a, b)
}

/// Whether two ASCII strings or two bytes-like objects are equal, in a time that tells only the length of the second.
pub(crate) fn equal_digests(a: &Object, b: &Object) -> Result<Obj> {
    let equal = if unicode::check(a) && unicode::check(b) {
        unicode::ready(a)?;
        unicode::ready(b)?;
        if !unicode::is_ascii(a) || !unicode::is_ascii(b) {
            return Err(err::type_error("comparing strings with non-ASCII characters is not supported"));
        }
        equal_in_constant_time(unicode::chars(a).bytes(), unicode::chars(b).bytes())
    } else {
        use krait_object::protocol::buffer::check;
        if !check(a) && !check(b) {
            return Err(err::type_error(format_args!(
                "unsupported operand types(s) or combination of types: '{:.100}' and '{:.100}'",
                a.class_of().name(),
                b.class_of().name()
            )));
        }
        let (a, b) = (Buffer::simple(a)?, Buffer::simple(b)?);
        equal_in_constant_time(a.as_slice(), b.as_slice())
    };
    Ok(bools::from_bool(equal))
}
