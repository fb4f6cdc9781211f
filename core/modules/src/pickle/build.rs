//! The instructions of an unpickler that fill containers, find globals, make instances and set their state.

use super::load::Loader;
use super::unpickler::Unpickler;
use super::{EXTENSION_CACHE, INVERTED_REGISTRY, unpickling_error};
use krait_object::handle::as_ptr_opt;
use krait_object::protocol::{call, object};
use krait_object::types::list::{self, List};
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, exceptions, long, set, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, err, intern};

impl Loader<'_> {
    // ---- containers ----

    /// Appends what lies above a height to the list there.
    pub fn append_from(&mut self, start: usize) -> Result<()> {
        if start > self.stack.len() || start <= self.fence {
            return Err(self.underflow());
        }
        if start == self.stack.len() {
            return Ok(());
        }
        let target = self.stack[start - 1].clone();
        if let Some(target) = target.downcast_exact::<List>() {
            for item in self.stack.drain(start..) {
                target.push(item)?;
            }
            return Ok(());
        }
        let items = self.stack.split_off(start);
        if let Some(extend) = object::lookup_attr(&target, intern!("extend"))? {
            return call::call1(&extend, &list::from_vec(items)?.upcast()).map(drop);
        }
        // Classes that were pickled as lists need have no more than this.
        let append = object::get_attr(&target, intern!("append"))?;
        items.iter().try_for_each(|item| call::call1(&append, item).map(drop))
    }

    /// Sets the pairs above a height in the dict there.
    pub fn set_items_from(&mut self, start: usize) -> Result<()> {
        if start > self.stack.len() || start <= self.fence {
            return Err(self.underflow());
        }
        if start == self.stack.len() {
            return Ok(());
        }
        if (self.stack.len() - start) % 2 != 0 {
            return Err(unpickling_error("odd number of items for SETITEMS"));
        }
        let target = self.stack[start - 1].clone();
        let plain = dict::check_exact(&target);
        for at in (start..self.stack.len()).step_by(2) {
            let (key, value) = (&self.stack[at], &self.stack[at + 1]);
            if plain {
                dict::set_item(&target, key, value)?;
            } else {
                object::set_item(&target, &key.clone(), &value.clone())?;
            }
        }
        self.drop_from(start);
        Ok(())
    }

    /// Adds what lies above the mark to the set below.
    pub fn add_items(&mut self) -> Result<()> {
        let start = self.take_mark()?;
        if start > self.stack.len() || start <= self.fence {
            return Err(self.underflow());
        }
        if start == self.stack.len() {
            return Ok(());
        }
        let target = self.stack[start - 1].clone();
        if set::check_exact(&target) {
            self.stack[start..].iter().try_for_each(|item| set::add(&target, item))?;
            self.drop_from(start);
            return Ok(());
        }
        let items = self.stack.split_off(start);
        let add = object::get_attr(&target, intern!("add"))?;
        items.iter().try_for_each(|item| call::call1(&add, item).map(drop))
    }

    // ---- globals ----

    fn find_class(&mut self, module: &Object, name: &Object) -> Result<Obj> {
        if core::ptr::eq(self.unpickler.object().class_of(), Unpickler::class()) {
            return self.unpickler.find_class(module, name);
        }
        call::call_method(self.unpickler.object(), intern!("find_class"), &[module, name])
    }

    /// A name in a line.
    fn name_line(&mut self) -> Result<Obj> {
        let line = self.input.line(&self.unpickler.file)?;
        if line.len() < 2 {
            return Err(super::input::truncated());
        }
        unicode::decode_utf8(&line[..line.len() - 1], Some("strict"))
    }

    fn class_in_lines(&mut self) -> Result<Obj> {
        let module = self.name_line()?;
        let name = self.name_line()?;
        self.find_class(&module, &name)
    }

    /// `GLOBAL`
    pub fn load_global(&mut self) -> Result<()> {
        let found = self.class_in_lines()?;
        self.push(found)
    }

    /// `STACK_GLOBAL`
    pub fn load_stack_global(&mut self) -> Result<()> {
        let name = self.pop()?;
        let module = self.pop()?;
        if !unicode::check_exact(&name) || !unicode::check_exact(&module) {
            return Err(unpickling_error("STACK_GLOBAL requires str"));
        }
        let found = self.find_class(&module, &name)?;
        self.push(found)
    }

    /// `EXT1` and its like.
    pub fn load_extension(&mut self, code: i64) -> Result<()> {
        if code <= 0 {
            return Err(unpickling_error("EXT specifies code <= 0"));
        }
        let key = long::from_i64(code)?;
        let cache = EXTENSION_CACHE.get()?;
        if let Some(found) = dict::get_item(&cache, &key)? {
            return self.push(found);
        }
        let Some(pair) = dict::get_item(&*INVERTED_REGISTRY.get()?, &key)? else {
            return Err(err::value_error(format_args!("unregistered extension code {code}")));
        };
        let bad = || err::value_error(format_args!("_inverted_registry[{code}] isn't a 2-tuple of strings"));
        if !tuple::check(&pair) {
            return Err(bad());
        }
        let &[module, name] = tuple::items(&pair) else { return Err(bad()) };
        if !unicode::check(module) || !unicode::check(name) {
            return Err(bad());
        }
        let found = self.find_class(module, name)?;
        dict::set_item(&cache, &key, &found)?;
        self.push(found)
    }

    // ---- persistent objects ----

    fn push_persistent(&mut self, id: &Object) -> Result<()> {
        let found = self.unpickler.persistent.call(self.unpickler.object(), id)?;
        self.push(found)
    }

    fn check_persistent(&self) -> Result<()> {
        if !self.unpickler.persistent.is_empty() {
            return Ok(());
        }
        Err(unpickling_error(
            "A load persistent id instruction was encountered,\nbut no persistent_load function was specified.",
        ))
    }

    /// `PERSID`
    pub fn load_persid(&mut self) -> Result<()> {
        self.check_persistent()?;
        let line = self.input.line(&self.unpickler.file)?;
        let id = unicode::decode_ascii(&line[..line.len() - 1], Some("strict")).map_err(|raised| {
            if !err::matches(exceptions::UnicodeDecodeError()) {
                return raised;
            }
            err::clear();
            unpickling_error("persistent IDs in protocol 0 must be ASCII strings")
        })?;
        self.push_persistent(&id)
    }

    /// `BINPERSID`
    pub fn load_binpersid(&mut self) -> Result<()> {
        self.check_persistent()?;
        let id = self.pop()?;
        self.push_persistent(&id)
    }

    // ---- instances ----

    /// An instance of an old class: without arguments, classes need not be called.
    fn push_instance(&mut self, class: &Object, args: &Object) -> Result<()> {
        let plain = tuple::items(args).is_empty()
            && class.downcast::<Type>().is_some()
            && object::lookup_attr(class, intern!("__getinitargs__"))?.is_none();
        let made = if plain {
            call::call_method(class, intern!("__new__"), &[class])?
        } else {
            call::call_tuple(class, args, None)?
        };
        self.push(made)
    }

    /// `INST`
    pub fn load_inst(&mut self) -> Result<()> {
        let mark = self.take_mark()?;
        let class = self.class_in_lines()?;
        let args = self.tuple_from(mark)?;
        self.push_instance(&class, &args)
    }

    /// `OBJ`
    pub fn load_obj(&mut self) -> Result<()> {
        let mark = self.take_mark()?;
        if self.stack.len() <= mark {
            return Err(self.underflow());
        }
        let args = self.tuple_from(mark + 1)?;
        let class = self.pop()?;
        self.push_instance(&class, &args)
    }

    /// `NEWOBJ`
    pub fn load_newobj(&mut self) -> Result<()> {
        let args = self.pop()?;
        if !tuple::check(&args) {
            return Err(unpickling_error("NEWOBJ expected an arg tuple."));
        }
        let class = self.pop()?;
        let Some(kind) = class.downcast::<Type>() else {
            return Err(unpickling_error("NEWOBJ class argument isn't a type object"));
        };
        match new_instance(kind, &args, None)? {
            Some(made) => self.push(made),
            None => Err(unpickling_error("NEWOBJ class argument has NULL tp_new")),
        }
    }

    /// `NEWOBJ_EX`
    pub fn load_newobj_ex(&mut self) -> Result<()> {
        let kw = self.pop()?;
        let args = self.pop()?;
        let class = self.pop()?;
        let Some(kind) = class.downcast::<Type>() else {
            let name = class.class_of().name();
            return Err(unpickling_error(format_args!(
                "NEWOBJ_EX class argument must be a type, not {name:.200}"
            )));
        };
        let wrong = |which: &str, what: &str, given: &Object| {
            let name = given.class_of().name();
            unpickling_error(format_args!("NEWOBJ_EX {which} argument must be a {what}, not {name:.200}"))
        };
        if !tuple::check(&args) {
            return Err(wrong("args", "tuple", &args));
        }
        if !dict::check(&kw) {
            return Err(wrong("kwargs", "dict", &kw));
        }
        match new_instance(kind, &args, Some(&kw))? {
            Some(made) => self.push(made),
            None => Err(unpickling_error("NEWOBJ_EX class argument doesn't have __new__")),
        }
    }

    /// `REDUCE`
    pub fn load_reduce(&mut self) -> Result<()> {
        let args = self.pop()?;
        let callable = self.pop()?;
        if !tuple::check(&args) {
            return Err(err::type_error("argument list must be a tuple"));
        }
        let made = call::call_tuple(&callable, &args, None)?;
        self.push(made)
    }

    /// `BUILD`
    pub fn load_build(&mut self) -> Result<()> {
        if self.stack.len() < self.fence + 2 {
            return Err(self.underflow());
        }
        let state = self.pop()?;
        let instance = self.top()?.owned();
        if let Some(set_state) = object::lookup_attr(&instance, intern!("__setstate__"))? {
            return call::call1(&set_state, &state).map(drop);
        }
        let (state, slots) = match tuple::check(&state).then(|| tuple::items(&state)) {
            Some(&[state, slots]) => (state.owned(), Some(slots.owned())),
            _ => (state, None),
        };
        if !state.is_none() {
            if !dict::check(&state) {
                return Err(unpickling_error("state is not a dictionary"));
            }
            set_attributes_of_dict(&*object::get_attr(&instance, intern!("__dict__"))?, &state)?;
        }
        if let Some(slots) = slots {
            if !dict::check(&slots) {
                return Err(unpickling_error("slot state is not a dictionary"));
            }
            let mut position = 0;
            while let Some((name, value)) = dict::next(&slots, &mut position) {
                object::set_attr(&instance, &name, Some(&value))?;
            }
        }
        Ok(())
    }
}

/// Adds the state to the dict of an instance. Names of attributes are interned, as those in code are.
fn set_attributes_of_dict(target: &Object, state: &Object) -> Result<()> {
    let plain = dict::check_exact(target);
    let mut position = 0;
    while let Some((name, value)) = dict::next(state, &mut position) {
        let name = if unicode::check_exact(&name) { unicode::intern(name) } else { name };
        if plain {
            dict::set_item(target, &name, &value)?;
        } else {
            object::set_item(target, &name, &value)?;
        }
    }
    Ok(())
}

/// A new instance by the class's `tp_new`, if it has one.
fn new_instance(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Option<Obj>> {
    // SAFETY: a live class, a tuple, and a dict or NULL.
    unsafe {
        let Some(new) = (*class.as_raw()).tp_new else { return Ok(None) };
        Obj::from_owned_or_raised(new(class.as_raw(), args.as_ptr(), as_ptr_opt(kw))).map(Some)
    }
}
