//! From typed trees to instances of the node classes.

use super::classes::Classes;
use super::node::Node;
use crate::source::text_object;
use krait_object::types::typeobject::Type;
use krait_object::types::{bool, bytes, complex, dict, float, list, long, none, set, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, state};
use krait_syntax::ast::Constant;
use krait_syntax::ast::reflect::{self, Value};

/// The object for a value of the tree.
pub fn object(classes: &Classes, value: Value<'_>) -> Result<Obj> {
    Ok(match value {
        Value::None => none::none().owned(),
        Value::Node(node) => return node_object(classes, node),
        Value::Enum(ty, index) => match &classes.of(ty).constructors[index].instance {
            Some(instance) => instance.clone(),
            None => return Err(err::system_error("an operator without an instance")),
        },
        Value::Int(n) => long::from_i64(i64::from(n))?,
        Value::Identifier(name) => unicode::intern_str(name)?,
        Value::String(text) => text_object(text)?,
        Value::Constant(value) => constant(&value)?,
        Value::List(items) => {
            let made = (0..items.len()).map(|index| object(classes, items.get(index)));
            list::from_vec(made.collect::<Result<_>>()?)?.upcast()
        }
    })
}

fn node_object(classes: &Classes, node: reflect::Node<'_>) -> Result<Obj> {
    // A chain of operators is as deep as it is long and took the parser no native stack.
    if state::stack_is_low() {
        return Err(err::recursion_error("maximum recursion depth exceeded during ast construction"));
    }
    let (ty, index) = node.class();
    let constructor = &classes.of(ty).constructors[index];
    let this = constructor.class.alloc(0)?;
    for (index, name) in constructor.fields.iter().enumerate() {
        store(&constructor.class, &this, name, &*object(classes, node.field(index))?)?;
    }
    if let Some(span) = node.span() {
        let numbers = [span.lineno, span.col_offset, span.end_lineno, span.end_col_offset];
        for (name, number) in classes.position.iter().zip(numbers) {
            store(&constructor.class, &this, name, &*long::from_i64(i64::from(number))?)?;
        }
    }
    Ok(this)
}

/// Sets an attribute of a new instance: nothing stands between it and its dict.
fn store(class: &Type, this: &Object, name: &Object, value: &Object) -> Result<()> {
    // SAFETY: an instance of a node class; the cell is its dict pointer.
    unsafe {
        let place = core::ptr::from_ref(&this.cast_unchecked::<Node>().dict).cast_mut();
        dict::object_dict_set_item(class.as_raw(), place.cast(), name, Some(value))
    }
}

/// The object for a constant.
pub fn constant(value: &Constant<'_>) -> Result<Obj> {
    let all = |items: &[Constant<'_>]| tuple::from_vec(items.iter().map(constant).collect::<Result<_>>()?);
    match value {
        Constant::None => Ok(none::none().owned()),
        Constant::True => Ok(bool::from_bool(true)),
        Constant::False => Ok(bool::from_bool(false)),
        Constant::Ellipsis => Ok(none::ellipsis().owned()),
        Constant::Int(value) => long::from_i64(*value),
        Constant::BigInt(value) => long::from_digits(value.negative, value.digits),
        Constant::Float(value) => float::from_f64(*value),
        Constant::Complex(real, imag) => complex::from_parts(*real, *imag),
        Constant::Str(text) => text_object(text),
        Constant::Bytes(value) => bytes::from_slice(value),
        Constant::Tuple(items) => all(items),
        Constant::FrozenSet(items) => set::new_frozen(Some(&*all(items)?)),
    }
}
