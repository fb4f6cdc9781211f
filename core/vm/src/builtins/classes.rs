//! `__build_class__`: what a class statement calls.

use crate::function::Function;
use krait_abi::PyFunctionObject;
use krait_object::protocol::{call, object};
use krait_object::types::typeobject::{self, Type};
use krait_object::types::{cell, dict, list, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, err, intern, state};

pub fn build_class(_module: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let items = tuple::items(args);
    if items.len() < 2 {
        return Err(err::type_error("__build_class__: not enough arguments"));
    }
    let Some(function) = items[0].downcast::<Function>() else {
        return Err(err::type_error("__build_class__: func must be a function"));
    };
    let name = items[1];
    if !unicode::check(name) {
        return Err(err::type_error("__build_class__: name is not a string"));
    }
    let original = tuple::slice(args, 2, items.len())?;
    let bases = resolve_bases(&original)?;
    let (meta, keywords) = metaclass(&bases, kw)?;
    let meta = match meta.downcast::<Type>() {
        Some(meta) => typeobject::calculate_metaclass(meta, &bases)?.object().owned(),
        None => meta,
    };
    let namespace = prepare(&meta, name, &bases, keywords.as_deref())?;
    let class_cell = run_body(function, &namespace)?;
    if bases.as_ptr() != original.as_ptr() {
        object::set_item(&namespace, intern!("__orig_bases__"), &original)?;
    }
    let arguments = tuple::pack([name.owned(), bases, namespace])?;
    let class = call::call_tuple(&meta, &arguments, keywords.as_deref())?;
    if Type::is_instance(&class)
        && let Some(class_cell) = class_cell.downcast_exact::<cell::Cell>()
    {
        check_class_cell(class_cell, &class, name)?;
    }
    Ok(class)
}

/// The bases with `__mro_entries__` of those that are no classes; the tuple itself when there is none.
fn resolve_bases(bases: &Object) -> Result<Obj> {
    let mut resolved: Option<Obj<list::List>> = None;
    for (index, base) in tuple::items(bases).iter().enumerate() {
        let replacement = if Type::is_instance(base) {
            None
        } else {
            object::lookup_attr(base, intern!("__mro_entries__"))?
        };
        let Some(method) = replacement else {
            if let Some(resolved) = &resolved {
                resolved.append(base)?;
            }
            continue;
        };
        let entries = call::call1(&method, bases)?;
        if !tuple::check(&entries) {
            return Err(err::type_error("__mro_entries__ must return a tuple"));
        }
        let list = match resolved.take() {
            Some(list) => list,
            None => list::from_slice(&tuple::items(bases)[..index])?,
        };
        list.extend(&entries)?;
        resolved = Some(list);
    }
    match resolved {
        Some(list) => list.to_tuple(),
        None => Ok(bases.owned()),
    }
}

/// The metaclass as given or from the first base, and the other keyword arguments.
fn metaclass(bases: &Object, kw: Option<&Object>) -> Result<(Obj, Option<Obj>)> {
    let keywords = kw.map(dict::copy).transpose()?;
    if let Some(keywords) = &keywords
        && let Some(meta) = dict::pop(keywords, intern!("metaclass"))?
    {
        return Ok((meta, Some(keywords.clone())));
    }
    let meta = match tuple::items(bases).first() {
        Some(base) => base.class_of().object().owned(),
        None => Type::class().object().owned(),
    };
    Ok((meta, keywords))
}

fn prepare(meta: &Object, name: &Object, bases: &Object, keywords: Option<&Object>) -> Result<Obj> {
    let Some(prepare) = object::lookup_attr(meta, intern!("__prepare__"))? else { return dict::new() };
    let args = tuple::from_slice(&[name, bases])?;
    let namespace = call::call_tuple(&prepare, &args, keywords)?;
    if !krait_object::protocol::mapping::check(&namespace) {
        let meta_name = meta.downcast::<Type>().map_or("<metaclass>", Type::name);
        return Err(err::type_error(format_args!(
            "{meta_name}.__prepare__() must return a mapping, not {}",
            namespace.class_of().name()
        )));
    }
    Ok(namespace)
}

/// Runs the class body in the namespace; the result is the cell of `__class__`, or None.
fn run_body(function: &Function, namespace: &Object) -> Result<Obj> {
    // SAFETY: a live function; the call borrows what it refers to.
    unsafe {
        let raw: *mut PyFunctionObject = function.as_raw();
        let call = crate::bind::Call {
            code: (*raw).func_code.cast(),
            globals: (*raw).func_globals,
            locals: namespace.as_ptr(),
            args: &[],
            names: &[],
            values: &[],
            defaults: &[],
            kwdefaults: None,
            closure: Object::from_ptr_opt((*raw).func_closure),
            name: None,
            qualname: None,
        };
        crate::bind::eval_call(state::required(), &call)
    }
}

/// The cell must hold the class now: `type.__new__` puts it there.
fn check_class_cell(class_cell: &cell::Cell, class: &Object, name: &Object) -> Result<()> {
    // SAFETY: a live cell.
    let held = unsafe { (*class_cell.as_raw()).ob_ref };
    if held == class.as_ptr() {
        return Ok(());
    }
    let class_text = object::repr(class)?;
    let name_text = object::repr(name)?;
    if held.is_null() {
        return Err(err::runtime_error(format_args!(
            "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
            unicode::display(&name_text),
            unicode::display(&class_text)
        )));
    }
    // SAFETY: the cell owns what it holds.
    let held = unsafe { Object::from_ptr(held) }.owned();
    let held_text = object::repr(&held)?;
    Err(err::type_error(format_args!(
        "__class__ set to {} defining {} as {}",
        unicode::display(&held_text),
        unicode::display(&name_text),
        unicode::display(&class_text)
    )))
}
