//! `weakref.proxy`: an object that passes every operation on to its referent.

use super::*;
use crate::payload::EMPTY_SEQUENCE;
use crate::protocol::{iter, number, sequence};

crate::static_type! {
    /// `weakproxy`
    #[unsafe(no_mangle)]
    pub static _PyWeakref_ProxyType = {
        tp_name: c"weakproxy".as_ptr(), tp_basicsize: size_of::<PyWeakReference>() as isize,
        tp_dealloc: Some(dealloc), tp_repr: slot::unary(repr), tp_as_number: &raw mut NUMBER,
        tp_as_sequence: &raw mut SEQUENCE, tp_as_mapping: &raw mut MAPPING, tp_hash: slot::hash(hash),
        tp_str: slot::unary(str), tp_getattro: slot::subscript(get_attr), tp_setattro: slot::obj_obj_arg(set_attr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: slot::traverse(traverse), tp_clear: Some(clear_slot),
        tp_richcompare: slot::richcompare(richcompare), tp_iter: slot::unary(get_iter),
        tp_iternext: slot::iternext(next), tp_methods: &raw mut METHODS as *mut PyMethodDef
    };
}
crate::static_type! {
    /// `weakcallableproxy`
    #[unsafe(no_mangle)]
    pub static _PyWeakref_CallableProxyType = {
        tp_name: c"weakcallableproxy".as_ptr(), tp_basicsize: size_of::<PyWeakReference>() as isize,
        tp_dealloc: Some(dealloc), tp_repr: slot::unary(repr), tp_as_number: &raw mut NUMBER,
        tp_as_sequence: &raw mut SEQUENCE, tp_as_mapping: &raw mut MAPPING, tp_call: slot::call(call_proxy),
        tp_str: slot::unary(str), tp_getattro: slot::subscript(get_attr), tp_setattro: slot::obj_obj_arg(set_attr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: slot::traverse(traverse), tp_clear: Some(clear_slot),
        tp_richcompare: slot::richcompare(richcompare), tp_iter: slot::unary(get_iter),
        tp_iternext: slot::iternext(next)
    };
}

crate::methods! {
    static METHODS = [
        method::noargs(c"__bytes__", bytes, c""),
        method::noargs(c"__reversed__", reversed, c""),
    ];
}

/// The referent of a proxy; other objects as they are.
fn unwrap(object: &Object) -> Result<Obj> {
    if !check_proxy(object) {
        return Ok(object.owned());
    }
    get(object).ok_or_else(|| err::reference_error("weakly-referenced object no longer exists"))
}

macro_rules! unary {
    ($($name:ident => $function:path;)*) => {$(
        fn $name(a: &Object) -> Result<Obj> {
            $function(&*unwrap(a)?)
        }
    )*};
}
unary! {
    str => object::str;
    negative => number::negative;
    positive => number::positive;
    absolute => number::absolute;
    invert => number::invert;
    long => number::long;
    float => number::float;
    index => number::index;
    get_iter => iter::get_iter;
}

/// The operation is looked up on the referents: they may be of any class.
macro_rules! binary {
    ($($name:ident => $function:path;)*) => {$(
        fn $name(a: &Object, b: &Object) -> Result<Obj> {
            $function(&*unwrap(a)?, &*unwrap(b)?)
        }
    )*};
}
binary! {
    add => number::add;
    subtract => number::subtract;
    multiply => number::multiply;
    remainder => number::remainder;
    divmod => number::divmod;
    lshift => number::lshift;
    rshift => number::rshift;
    and => number::and;
    xor => number::xor;
    or => number::or;
    floor_divide => number::floor_divide;
    true_divide => number::true_divide;
    matrix_multiply => number::matrix_multiply;
    inplace_add => number::inplace_add;
    inplace_subtract => number::inplace_subtract;
    inplace_multiply => number::inplace_multiply;
    inplace_remainder => number::inplace_remainder;
    inplace_lshift => number::inplace_lshift;
    inplace_rshift => number::inplace_rshift;
    inplace_and => number::inplace_and;
    inplace_xor => number::inplace_xor;
    inplace_or => number::inplace_or;
    inplace_floor_divide => number::inplace_floor_divide;
    inplace_true_divide => number::inplace_true_divide;
    inplace_matrix_multiply => number::inplace_matrix_multiply;
    get_attr => object::get_attr;
    get_item => object::get_item;
}

fn power(a: &Object, b: &Object, c: &Object) -> Result<Obj> {
    number::power(&*unwrap(a)?, &*unwrap(b)?, &*unwrap(c)?)
}

fn inplace_power(a: &Object, b: &Object, c: &Object) -> Result<Obj> {
    number::inplace_power(&*unwrap(a)?, &*unwrap(b)?, &*unwrap(c)?)
}

fn bool(this: &Object) -> Result<bool> {
    object::is_true(&*unwrap(this)?)
}

fn len(this: &Object) -> Result<usize> {
    object::len(&*unwrap(this)?)
}

fn contains(this: &Object, item: &Object) -> Result<bool> {
    sequence::contains(&*unwrap(this)?, item)
}

fn set_item(this: &Object, key: &Object, value: Option<&Object>) -> Result<()> {
    let this = unwrap(this)?;
    match value {
        Some(value) => object::set_item(&this, key, value),
        None => object::del_item(&this, key),
    }
}

fn set_attr(this: &Object, name: &Object, value: Option<&Object>) -> Result<()> {
    object::set_attr(&*unwrap(this)?, name, value)
}

fn hash(this: &Object) -> Result<isize> {
    object::hash(&*unwrap(this)?)
}

fn repr(this: &Object) -> Result<Obj> {
    let referent = get(this).unwrap_or_else(|| none::none().owned());
    unicode::from_display(format_args!(
        "<weakproxy at {:p} to {} at {:p}>",
        this.as_ptr(),
        referent.class_of().name(),
        referent.as_ptr()
    ))
}

fn richcompare(a: &Object, b: &Object, op: CompareOp) -> Result<Obj> {
    object::rich_compare(&*unwrap(a)?, &*unwrap(b)?, op)
}

fn next(this: &Object) -> Result<Option<Obj>> {
    let referent = unwrap(this)?;
    if !iter::check(&referent) {
        return Err(err::type_error(format_args!("'{}' object is not iterable", referent.class_of().name())));
    }
    iter::next(&referent)
}

fn call_proxy(this: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    call::call_tuple(&*unwrap(this)?, args, kw)
}

fn bytes(this: &Object) -> Result<Obj> {
    call::call_method(&*unwrap(this)?, crate::intern!("__bytes__"), &[])
}

fn reversed(this: &Object) -> Result<Obj> {
    call::call_method(&*unwrap(this)?, crate::intern!("__reversed__"), &[])
}

static mut NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: slot::binary(add),
    nb_subtract: slot::binary(subtract),
    nb_multiply: slot::binary(multiply),
    nb_remainder: slot::binary(remainder),
    nb_divmod: slot::binary(divmod),
    nb_power: slot::ternary(power),
    nb_negative: slot::unary(negative),
    nb_positive: slot::unary(positive),
    nb_absolute: slot::unary(absolute),
    nb_bool: slot::inquiry(bool),
    nb_invert: slot::unary(invert),
    nb_lshift: slot::binary(lshift),
    nb_rshift: slot::binary(rshift),
    nb_and: slot::binary(and),
    nb_xor: slot::binary(xor),
    nb_or: slot::binary(or),
    nb_int: slot::unary(long),
    nb_float: slot::unary(float),
    nb_inplace_add: slot::binary(inplace_add),
    nb_inplace_subtract: slot::binary(inplace_subtract),
    nb_inplace_multiply: slot::binary(inplace_multiply),
    nb_inplace_remainder: slot::binary(inplace_remainder),
    nb_inplace_power: slot::ternary(inplace_power),
    nb_inplace_lshift: slot::binary(inplace_lshift),
    nb_inplace_rshift: slot::binary(inplace_rshift),
    nb_inplace_and: slot::binary(inplace_and),
    nb_inplace_xor: slot::binary(inplace_xor),
    nb_inplace_or: slot::binary(inplace_or),
    nb_floor_divide: slot::binary(floor_divide),
    nb_true_divide: slot::binary(true_divide),
    nb_inplace_floor_divide: slot::binary(inplace_floor_divide),
    nb_inplace_true_divide: slot::binary(inplace_true_divide),
    nb_index: slot::unary(index),
    nb_matrix_multiply: slot::binary(matrix_multiply),
    nb_inplace_matrix_multiply: slot::binary(inplace_matrix_multiply),
    nb_reserved: null_mut(),
};

static mut SEQUENCE: PySequenceMethods =
    PySequenceMethods { sq_length: slot::len(len), sq_contains: slot::contains(contains), ..EMPTY_SEQUENCE };

static mut MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(len),
    mp_subscript: slot::binary(get_item),
    mp_ass_subscript: slot::obj_obj_arg(set_item),
};
