//! Objects that are pickled as the call that makes them again.

use super::opcodes::*;
use super::save::{Saver, declines, forget_key_error};
use super::{DISPATCH_TABLE, PARTIAL, optional, pickling_error};
use core::ptr;
use krait_object::protocol::object::Method;
use krait_object::protocol::{call, iter, object};
use krait_object::types::none::{_PyNone_Type, _PyNotImplemented_Type, PyEllipsis_Type};
use krait_object::types::typeobject::{PyType_Type, Type};
use krait_object::types::{dict, long, none, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, intern};
use krait_vm::function::PyFunction_Type;

impl Saver<'_> {
    /// An object of any other class: by `reducer_override`, as a global, by a dispatch table, or by its own methods.
    pub fn save_other(&mut self, given: &Object) -> Result<()> {
        if let Some(reducer) = self.reducer_override.clone() {
            let reduced = call::call1(&reducer, given)?;
            if !declines(&reduced) {
                return self.save_reduction(&reduced, given);
            }
        }
        if ptr::eq(given.type_ptr(), &raw mut PyType_Type) {
            return self.save_class(given);
        }
        if ptr::eq(given.type_ptr(), &raw mut PyFunction_Type) {
            return self.save_global(given, None);
        }
        let class = given.class_of().object().owned();
        let reducer = match &self.dispatch_table {
            None => dict::get_item(&*DISPATCH_TABLE.get()?, &class)?,
            Some(table) => match object::get_item(&table.clone(), &class) {
                Ok(reducer) => Some(reducer),
                Err(_) if forget_key_error() => None,
                Err(raised) => return Err(raised),
            },
        };
        if let Some(reducer) = reducer {
            return self.save_reduction(&*call::call1(&reducer, given)?, given);
        }
        if given.downcast::<Type>().is_some() {
            return self.save_global(given, None);
        }
        let reduced = self.reduce(given)?;
        self.save_reduction(&reduced, given)
    }

    /// What the object's own methods say.
    fn reduce(&self, given: &Object) -> Result<Obj> {
        let find = |name: &Object| match object::get_method(given, name) {
            Ok(method) => Ok(Some(method)),
            Err(raised) => optional(Err(raised)).map(|_| None),
        };
        if let Some(method) = find(intern!("__reduce_ex__"))? {
            let protocol = long::from_i64(i64::from(self.protocol))?;
            return match method {
                Method::Unbound(function) => call::call(&function, &[given, &protocol]),
                Method::Bound(function) => call::call1(&function, &protocol),
            };
        }
        match find(intern!("__reduce__"))? {
            Some(Method::Unbound(function)) => call::call1(&function, given),
            Some(Method::Bound(function)) => call::call0(&function),
            None => Err(pickling_error(format_args!(
                "can't pickle '{:.200}' object: {}",
                given.class_of().name(),
                unicode::display(&*super::shown(given)?)
            ))),
        }
    }

    /// The class of a singleton as a call of `type`, any other as a global.
    fn save_class(&mut self, given: &Object) -> Result<()> {
        let singletons = [
            (&raw mut _PyNone_Type, none::none()),
            (&raw mut PyEllipsis_Type, none::ellipsis()),
            (&raw mut _PyNotImplemented_Type, none::not_implemented()),
        ];
        for (class, value) in singletons {
            if ptr::eq(given.as_ptr(), class.cast()) {
                let kind = <Type as Class>::class().object().owned();
                let reduced = tuple::pack([kind, tuple::pack([value.owned()])?])?;
                return self.save_reduced(&reduced, Some(given));
            }
        }
        self.save_global(given, None)
    }

    /// What a reduction gave: the name of a global, or a tuple.
    fn save_reduction(&mut self, reduced: &Object, given: &Object) -> Result<()> {
        if unicode::check(reduced) {
            return self.save_global(given, Some(reduced));
        }
        if !tuple::check(reduced) {
            return Err(pickling_error("__reduce__ must return a string or tuple"));
        }
        self.save_reduced(reduced, Some(given))
    }

    /// A tuple as `__reduce__` gives it. `given` is what it stands for, if that is to be memoized.
    pub fn save_reduced(&mut self, reduced: &Object, given: Option<&Object>) -> Result<()> {
        let parts = Parts::of(reduced)?;
        self.save_call(&parts, given)?;
        if let Some(given) = given {
            // The object has been written among its own arguments.
            if let Some(index) = self.recall(given) {
                self.out.op(POP);
                return self.get(index);
            }
            self.memoize(given)?;
        }
        if let Some(items) = parts.list_items {
            self.save_items(items)?;
        }
        if let Some(pairs) = parts.dict_items {
            self.save_pairs(pairs)?;
        }
        let Some(state) = parts.state else { return Ok(()) };
        let Some(setter) = parts.state_setter else {
            self.save(state)?;
            self.out.op(BUILD);
            return Ok(());
        };
        self.save(setter)?;
        self.save(given.unwrap_or(none::none()))?;
        self.save(state)?;
        self.out.write(&[TUPLE2]);
        self.out.op(REDUCE);
        self.out.op(POP);
        Ok(())
    }

    /// The call that makes the object.
    fn save_call(&mut self, parts: &Parts<'_>, given: Option<&Object>) -> Result<()> {
        if self.protocol >= 2
            && let Some(name) = object::lookup_attr(parts.callable, intern!("__name__"))?
            && unicode::check(&name)
        {
            if unicode::eq_str(&name, "__newobj_ex__") {
                return self.save_new_ex(parts.args);
            }
            if unicode::eq_str(&name, "__newobj__") {
                return self.save_new(parts.args, given);
            }
        }
        self.save(parts.callable)?;
        self.save(parts.args)?;
        self.out.op(REDUCE);
        Ok(())
    }

    fn save_new(&mut self, args: &Object, given: Option<&Object>) -> Result<()> {
        let items = tuple::items(args);
        let Some(&class) = items.first() else {
            return Err(pickling_error("__newobj__ arglist is empty"));
        };
        if class.downcast::<Type>().is_none() {
            return Err(pickling_error("args[0] from __newobj__ args is not a type"));
        }
        if let Some(given) = given {
            let own = object::get_attr(given, intern!("__class__"))?;
            if !own.is(class) {
                return Err(pickling_error("args[0] from __newobj__ args has the wrong class"));
            }
        }
        self.save(class)?;
        self.save(&*tuple::slice(args, 1, items.len())?)?;
        self.out.op(NEWOBJ);
        Ok(())
    }

    fn save_new_ex(&mut self, args: &Object) -> Result<()> {
        let &[class, positional, kw] = tuple::items(args) else {
            return Err(pickling_error(format_args!(
                "length of the NEWOBJ_EX argument tuple must be exactly 3, not {}",
                tuple::items(args).len()
            )));
        };
        let wrong = |which: &str, what: &str, given: &Object| {
            pickling_error(format_args!(
                "{which} item from NEWOBJ_EX argument tuple must be a {what}, not {:.200}",
                given.class_of().name()
            ))
        };
        if class.downcast::<Type>().is_none() {
            return Err(wrong("first", "class", class));
        }
        if !tuple::check(positional) {
            return Err(wrong("second", "tuple", positional));
        }
        if !dict::check(kw) {
            return Err(wrong("third", "dict", kw));
        }
        if self.protocol >= 4 {
            self.save(class)?;
            self.save(positional)?;
            self.save(kw)?;
            self.out.op(NEWOBJ_EX);
            return Ok(());
        }
        // Older protocols have no call with keywords: a partial object holds the arguments.
        let new = object::get_attr(class, intern!("__new__"))?;
        let positional = tuple::items(positional);
        let all = tuple::from_fn(positional.len() + 2, |i| match i {
            0 => new.clone(),
            1 => class.owned(),
            i => positional[i - 2].owned(),
        })?;
        let call = call::call_tuple(&*PARTIAL.get()?, &all, Some(kw))?;
        self.save(&call)?;
        self.save(&tuple::empty())?;
        self.out.op(REDUCE);
        Ok(())
    }
}

/// The parts of a reduction.
struct Parts<'a> {
    callable: &'a Object,
    args: &'a Object,
    state: Option<&'a Object>,
    list_items: Option<&'a Object>,
    dict_items: Option<&'a Object>,
    state_setter: Option<&'a Object>,
}

impl<'a> Parts<'a> {
    fn of(reduced: &'a Object) -> Result<Parts<'a>> {
        let items = tuple::items(reduced);
        if !(2..=6).contains(&items.len()) {
            return Err(pickling_error("tuple returned by __reduce__ must contain 2 through 6 elements"));
        }
        let optional = |i: usize| items.get(i).copied().filter(|item| !item.is_none());
        let parts = Parts {
            callable: items[0],
            args: items[1],
            state: optional(2),
            list_items: optional(3),
            dict_items: optional(4),
            state_setter: optional(5),
        };
        if !object::is_callable(parts.callable) {
            return Err(pickling_error("first item of the tuple returned by __reduce__ must be callable"));
        }
        if !tuple::check(parts.args) {
            return Err(pickling_error("second item of the tuple returned by __reduce__ must be a tuple"));
        }
        let wrong = |which: &str, what: &str, given: &Object| {
            Err(pickling_error(format_args!(
                "{which} element of the tuple returned by __reduce__ must be {what}, not {}",
                given.class_of().name()
            )))
        };
        if let Some(items) = parts.list_items.filter(|items| !iter::check(items)) {
            return wrong("fourth", "an iterator", items);
        }
        if let Some(items) = parts.dict_items.filter(|items| !iter::check(items)) {
            return wrong("fifth", "an iterator", items);
        }
        if let Some(setter) = parts.state_setter.filter(|setter| !object::is_callable(setter)) {
            return wrong("sixth", "a function", setter);
        }
        Ok(parts)
    }
}
