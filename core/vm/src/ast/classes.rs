//! The classes of the abstract grammar: one per type and one per constructor, made once from the table of
//! `krait_syntax` and kept for the process: a destructor at the end of the interpreter can still parse, and the next
//! interpreter finds them as they were. Contexts and operators of parsed trees are shared instances.

use super::node;
use core::cell::OnceCell;
use krait_object::protocol::{call, object};
use krait_object::types::typeobject::{PyType_Type, Type};
use krait_object::types::{none, tuple, unicode};
use krait_object::{Obj, Object, Result, err, intern};
use krait_syntax::ast::reflect::{self, Field, POSITION, Quantity, Shape, TYPES};
use std::collections::HashMap;

/// The class of a constructor.
pub struct Constructor {
    pub class: Obj<Type>,
    /// The names of the fields.
    pub fields: Vec<Obj>,
    /// What stands for it in parsed trees, if its type is an enum.
    pub instance: Option<Obj>,
}

/// The classes of a type.
pub struct TypeClasses {
    pub class: Obj<Type>,
    pub constructors: Vec<Constructor>,
}

/// All classes.
pub struct Classes {
    base: Obj<Type>,
    /// As in [`TYPES`].
    pub types: Vec<TypeClasses>,
    /// The names of the position attributes.
    pub position: [Obj; 4],
    /// Names of fields by the address of their description.
    names: Names,
}

struct State(OnceCell<Classes>);
// SAFETY: touched with the GIL held only.
unsafe impl Sync for State {}
static STATE: State = State(OnceCell::new());

/// The classes, made at the first use.
pub fn get() -> Result<&'static Classes> {
    if let Some(classes) = STATE.0.get() {
        return Ok(classes);
    }
    let made = Classes::make()?;
    Ok(STATE.0.get_or_init(|| made))
}

impl Classes {
    fn make() -> Result<Classes> {
        let base = node::make()?;
        let empty = tuple::empty();
        object::set_attr(&base, intern!("_fields"), Some(&empty))?;
        object::set_attr(&base, intern!("_attributes"), Some(&empty))?;
        let mut names = Names::default();
        let mut position = Vec::new();
        for field in &POSITION {
            let name = unicode::intern_str(field.name)?;
            names.insert(core::ptr::from_ref(field), name.clone());
            position.push(name);
        }
        let mut types = Vec::with_capacity(TYPES.len());
        for ty in TYPES {
            types.push(type_classes(ty, &base, &mut names)?);
        }
        let position = position.try_into().unwrap_or_else(|_| unreachable!("four names"));
        Ok(Classes { base, types, position, names })
    }

    /// `ast.AST`
    pub fn base(&self) -> &Object {
        &self.base
    }

    /// The classes of a type.
    pub fn of(&self, ty: &'static reflect::Type) -> &TypeClasses {
        let index = TYPES.iter().position(|candidate| core::ptr::eq(*candidate, ty));
        &self.types[index.expect("every type is in the table")]
    }

    /// The interned name of a field.
    pub fn name(&self, field: &'static Field) -> Result<Obj> {
        match self.names.get(&core::ptr::from_ref(field)) {
            Some(name) => Ok(name.clone()),
            None => unicode::intern_str(field.name),
        }
    }
}

type Names = HashMap<*const Field, Obj, ahash::RandomState>;

fn type_classes(ty: &'static reflect::Type, base: &Object, names: &mut Names) -> Result<TypeClasses> {
    let fields = if ty.shape == Shape::Product { ty.constructors[0].fields } else { &[] };
    let (class, own_names) = make_class(ty.name, base, fields, &ty.definition(), names)?;
    let attributes = ty.attributes.iter().map(|field| unicode::intern_str(field.name));
    let attributes = tuple::from_vec(attributes.collect::<Result<_>>()?)?;
    object::set_attr(&class, intern!("_attributes"), Some(&attributes))?;
    set_defaults(&class, fields)?;
    set_defaults(&class, ty.attributes)?;
    if ty.shape == Shape::Product {
        let constructor = Constructor { class: class.clone(), fields: own_names, instance: None };
        return Ok(TypeClasses { class, constructors: vec![constructor] });
    }
    let mut constructors = Vec::with_capacity(ty.constructors.len());
    for constructor in ty.constructors {
        let signature = constructor.signature();
        let (own, own_names) = make_class(constructor.name, &class, constructor.fields, &signature, names)?;
        set_defaults(&own, constructor.fields)?;
        let instance = if ty.shape == Shape::Enum { Some(call::call0(&own)?) } else { None };
        constructors.push(Constructor { class: own, fields: own_names, instance });
    }
    Ok(TypeClasses { class, constructors })
}

fn make_class(
    name: &str,
    base: &Object,
    fields: &'static [Field],
    doc: &str,
    names: &mut Names,
) -> Result<(Obj<Type>, Vec<Obj>)> {
    let mut own_names = Vec::with_capacity(fields.len());
    for field in fields {
        let name = unicode::intern_str(field.name)?;
        names.insert(core::ptr::from_ref(field), name.clone());
        own_names.push(name);
    }
    let namespace = krait_object::types::dict::new()?;
    let set = |key: &Object, value: &Object| krait_object::types::dict::set_item(&namespace, key, value);
    set(intern!("_fields"), &*tuple::from_vec(own_names.clone())?)?;
    set(intern!("__module__"), intern!("ast"))?;
    set(intern!("__doc__"), &*unicode::from_str(doc)?)?;
    let bases = tuple::from_slice(&[base])?;
    // SAFETY: a static type.
    let metaclass = unsafe { Type::from_raw(&raw mut PyType_Type) };
    let class = call::call(metaclass, &[&*unicode::intern_str(name)?, &*bases, &*namespace])?;
    match class.downcast_into::<Type>() {
        Ok(class) => Ok((class, own_names)),
        Err(_) => Err(err::system_error("a node class is no class")),
    }
}

/// Fields that may be absent default to None.
fn set_defaults(class: &Object, fields: &'static [Field]) -> Result<()> {
    for field in fields.iter().filter(|field| field.quantity == Quantity::Optional) {
        object::set_attr(class, &*unicode::intern_str(field.name)?, Some(none::none()))?;
    }
    Ok(())
}
