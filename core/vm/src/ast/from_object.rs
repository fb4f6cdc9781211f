//! From instances of the node classes, or whatever Python code puts in their place, to typed trees.

use super::classes::Classes;
use krait_abi::PyLongObject;
use krait_object::protocol::{class_check, object};
use krait_object::types::list::List;
use krait_object::types::{bool, bytes, complex, float, list, long, none, set, tuple, unicode};
use krait_object::{Obj, Object, Raised, Result, err, state};
use krait_syntax::ast::reflect::{Field, Quantity, Reader, Shape, Type};
use krait_syntax::ast::{BigInt, Constant};
use krait_syntax::{Arena, Wtf8};

/// Python objects as the source of a tree.
pub struct Objects<'a> {
    pub arena: &'a Arena,
    pub classes: &'static Classes,
    /// The class of the first constant that is none: the tree is read to the end before that matters.
    pub wrong_constant: Option<String>,
}

impl<'a> Reader<'a> for Objects<'a> {
    type Object = Obj;
    type Error = Raised;

    fn enter(&mut self, object: &Obj, ty: &'static Type) -> Result<usize> {
        if state::stack_is_low() {
            return Err(err::recursion_error(format_args!(
                "maximum recursion depth exceeded while traversing '{}' node",
                ty.name
            )));
        }
        // A product is whatever has its fields.
        if ty.shape == Shape::Product {
            return Ok(0);
        }
        let constructors = &self.classes.of(ty).constructors;
        if let Some(index) = constructors.iter().position(|con| object.is_exactly(&con.class)) {
            return Ok(index);
        }
        for (index, constructor) in constructors.iter().enumerate() {
            if class_check::is_instance(object, &constructor.class)? {
                return Ok(index);
            }
        }
        let shown = object::repr(object)?;
        Err(err::type_error(format_args!(
            "expected some sort of {}, but got {}",
            ty.name,
            unicode::display(&shown)
        )))
    }

    fn is_none(&mut self, object: &Obj) -> bool {
        object.is_none()
    }

    fn field(&mut self, object: &Obj, owner: &'static str, field: &'static Field) -> Result<Option<Obj>> {
        let value = object::lookup_attr(object, &*self.classes.name(field)?)?;
        if value.is_none() && field.quantity != Quantity::Optional {
            return Err(err::type_error(format_args!(
                "required field \"{}\" missing from {owner}",
                field.name
            )));
        }
        Ok(value)
    }

    fn list(&mut self, items: &Obj, owner: &'static str, field: &'static Field) -> Result<Vec<Obj>> {
        if !list::check(items) {
            return Err(err::type_error(format_args!(
                "{owner} field \"{}\" must be a list, not a {}",
                field.name,
                items.class_of().name()
            )));
        }
        let Some(items) = items.downcast::<List>() else { return Err(err::bad_internal_call()) };
        Ok((0..items.len()).filter_map(|index| items.get(index)).collect())
    }

    fn missing(&mut self, owner: &'static str, field: &'static Field) -> Raised {
        match (field.quantity, field.ty) {
            (Quantity::Sequence, "expr") => err::value_error("None disallowed in expression list"),
            (Quantity::Sequence, "stmt") => err::value_error("None disallowed in statement list"),
            (Quantity::Sequence, ty) => err::value_error(format_args!("None disallowed in {ty} list")),
            _ => err::value_error(format_args!("field '{}' is required for {owner}", field.name)),
        }
    }

    fn int(&mut self, object: &Obj) -> Result<i32> {
        if !long::check(object) {
            let shown = object::repr(object)?;
            return Err(err::value_error(format_args!(
                "invalid integer value: {}",
                unicode::display(&shown)
            )));
        }
        long::as_i32(object)
    }

    fn identifier(&mut self, object: &Obj) -> Result<&'a str> {
        if !unicode::check_exact(object) {
            return Err(err::type_error("AST identifier must be of type str"));
        }
        Ok(self.arena.alloc_str(&krait_syntax::name::spell(code_points(object))))
    }

    fn string(&mut self, object: &Obj) -> Result<&'a Wtf8> {
        if bytes::check_exact(object) {
            let text: String = bytes::as_slice(object).iter().map(|byte| *byte as char).collect();
            return Ok(Wtf8::new(self.arena.alloc_str(&text)));
        }
        if !unicode::check_exact(object) {
            return Err(err::type_error("AST string must be of type str"));
        }
        Ok(text(self.arena, object))
    }

    fn constant(&mut self, object: &Obj) -> Result<Constant<'a>> {
        match constant(self.arena, object)? {
            Ok(value) => Ok(value),
            Err(class) => {
                self.wrong_constant.get_or_insert(class);
                Ok(Constant::None)
            }
        }
    }
}

/// A string in the arena, surrogates included.
fn text<'a>(arena: &'a Arena, object: &Object) -> &'a Wtf8 {
    Wtf8::from_code_points(arena, code_points(object))
}

fn code_points(object: &Object) -> impl Iterator<Item = u32> {
    (0..unicode::len(object)).map(|index| unicode::char_at(object, index))
}

/// The neutral value of a constant, or the name of a class that constants are not of.
fn constant<'a>(arena: &'a Arena, object: &Object) -> Result<core::result::Result<Constant<'a>, String>> {
    Ok(Ok(if object.is_none() {
        Constant::None
    } else if object.is(none::ellipsis()) {
        Constant::Ellipsis
    } else if bool::check(object) {
        if object.is(&*bool::from_bool(true)) { Constant::True } else { Constant::False }
    } else if long::check_exact(object) {
        integer(arena, object)
    } else if float::check_exact(object) {
        Constant::Float(float::as_f64(object)?)
    } else if complex::check_exact(object) {
        let (real, imag) = complex::as_parts(object)?;
        Constant::Complex(real, imag)
    } else if unicode::check_exact(object) {
        Constant::Str(text(arena, object))
    } else if bytes::check_exact(object) {
        Constant::Bytes(arena.alloc_slice(bytes::as_slice(object)))
    } else if tuple::check_exact(object) {
        match items(arena, tuple::items(object))? {
            Ok(items) => Constant::Tuple(items),
            Err(class) => return Ok(Err(class)),
        }
    } else if set::check_frozen(object) && set::check_any_exact(object) {
        let members = krait_object::protocol::sequence::tuple(object)?;
        match items(arena, tuple::items(&members))? {
            Ok(items) => Constant::FrozenSet(items),
            Err(class) => return Ok(Err(class)),
        }
    } else {
        return Ok(Err(object.class_of().short_name().to_owned()));
    }))
}

fn items<'a>(
    arena: &'a Arena,
    items: &[&Object],
) -> Result<core::result::Result<&'a [Constant<'a>], String>> {
    if state::stack_is_low() {
        return Err(err::recursion_error("maximum recursion depth exceeded during compilation"));
    }
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        match constant(arena, item)? {
            Ok(value) => values.push(value),
            Err(class) => return Ok(Err(class)),
        }
    }
    Ok(Ok(arena.alloc_slice(&values)))
}

fn integer<'a>(arena: &'a Arena, object: &Object) -> Constant<'a> {
    if let Some(value) = long::as_i64_opt(object) {
        return Constant::Int(value);
    }
    // SAFETY: an int with |ob_size| digits behind its head.
    let digits = unsafe {
        let raw = object.as_ptr().cast::<PyLongObject>();
        let size = (*raw).ob_base.ob_size.unsigned_abs();
        core::slice::from_raw_parts((&raw const (*raw).ob_digit).cast::<u32>(), size)
    };
    Constant::BigInt(BigInt { negative: long::sign(object) < 0, digits: arena.alloc_slice(digits) })
}
