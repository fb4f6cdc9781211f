//! Globals: objects that are pickled as the module and name under which they are found, and how they are found.

use super::opcodes::*;
use super::save::Saver;
use super::{
    EXTENSION_REGISTRY, GETATTR, REVERSE_IMPORT_MAPPING, REVERSE_NAME_MAPPING, pickling_error, shown,
};
use krait_object::protocol::{iter, object};
use krait_object::types::{bytes, dict, exceptions, long, tuple, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, intern};
use krait_vm::import;

/// The parts of a dotted name. A part `<locals>` is refused with the object in which it was looked for, if there is one.
fn dotted(owner: Option<&Object>, name: &Object) -> Result<Vec<Obj>> {
    let separator = unicode::from_char(u32::from(b'.'))?;
    let parts = unicode::split(name, Some(&separator), -1)?;
    let count = object::len(&parts)?;
    let mut path = Vec::with_capacity(count);
    for i in 0..count {
        let part = krait_object::protocol::sequence::get_item(&parts, i as isize)?;
        if unicode::eq_str(&part, "<locals>") {
            let name = shown(name)?;
            let name = unicode::display(&name);
            return Err(match owner {
                None => err::attribute_error(format_args!("Can't pickle local object {name}")),
                Some(owner) => {
                    let owner = shown(owner)?;
                    let owner = unicode::display(&owner);
                    err::attribute_error(format_args!("Can't pickle local attribute {name} on {owner}"))
                }
            });
        }
        path.push(part);
    }
    Ok(path)
}

/// Follows a path of attributes: the last object and the one before it.
fn follow(start: &Object, path: &[Obj]) -> Result<Option<(Obj, Obj)>> {
    let (mut parent, mut current) = (start.owned(), start.owned());
    for part in path {
        let Some(next) = object::lookup_attr(&current, part)? else { return Ok(None) };
        parent = current;
        current = next;
    }
    Ok(Some((current, parent)))
}

/// An attribute of a module, by a dotted name if that is allowed; `AttributeError` when it is missing.
pub fn attribute_of(owner: &Object, name: &Object, dots: bool) -> Result<Obj> {
    let found = if dots {
        follow(owner, &dotted(Some(owner), name)?)?.map(|(found, _)| found)
    } else {
        object::lookup_attr(owner, name)?
    };
    match found {
        Some(found) => Ok(found),
        None => {
            let (name, owner) = (shown(name)?, shown(owner)?);
            Err(err::attribute_error(format_args!(
                "Can't get attribute {} on {}",
                unicode::display(&name),
                unicode::display(&owner)
            )))
        }
    }
}

/// A module by name, imported if need be.
pub fn module(name: &Object) -> Result<Obj> {
    if let Some(found) = import::get_module(name)?
        && !found.is_none()
        && !import::is_initializing(&found)
    {
        return Ok(found);
    }
    import::import_object(name)
}

/// The name of the module where an object is found.
fn which_module(given: &Object, path: &[Obj]) -> Result<Obj> {
    if let Some(name) = object::lookup_attr(given, intern!("__module__"))?
        && !name.is_none()
    {
        return Ok(name);
    }
    let modules = import::modules()?;
    let here = |name: &Object| -> Result<bool> {
        let module = object::get_item(&modules, name)?;
        if module.is_none() || (unicode::check(name) && unicode::eq_str(name, "__main__")) {
            return Ok(false);
        }
        let found = match follow(&module, path) {
            Ok(found) => found,
            Err(_) if err::matches(exceptions::AttributeError()) => {
                err::clear();
                None
            }
            Err(raised) => return Err(raised),
        };
        Ok(found.is_some_and(|(found, _)| found.is(given)))
    };
    if dict::check_exact(&modules) {
        let mut position = 0;
        while let Some((name, _)) = dict::next(&modules, &mut position) {
            if here(&name)? {
                return Ok(name);
            }
        }
    } else {
        let names = iter::get_iter(&modules)?;
        while let Some(name) = iter::next(&names)? {
            if here(&name)? {
                return Ok(name);
            }
        }
    }
    unicode::from_str("__main__")
}

/// An entry of one of the dicts of names.
fn mapped_name(mapping: &Object, which: &str, module: &Object, name: &Object) -> Result<Option<(Obj, Obj)>> {
    let key = tuple::pack([module.owned(), name.owned()])?;
    let Some(pair) = dict::get_item(mapping, &key)? else { return Ok(None) };
    if !tuple::check(&pair) || tuple::items(&pair).len() != 2 {
        return Err(err::runtime_error(format_args!(
            "_compat_pickle.{which}NAME_MAPPING values should be 2-tuples, not {:.200}",
            pair.class_of().name()
        )));
    }
    let &[module, name] = tuple::items(&pair) else { return Err(err::bad_internal_call()) };
    if !unicode::check(module) || !unicode::check(name) {
        return Err(err::runtime_error(format_args!(
            "_compat_pickle.{which}NAME_MAPPING values should be pairs of str, not ({:.200}, {:.200})",
            module.class_of().name(),
            name.class_of().name()
        )));
    }
    Ok(Some((module.owned(), name.owned())))
}

/// A module and name after the dicts that translate between Python 2 and 3.
pub fn translated(
    names: &Object,
    imports: &Object,
    which: &str,
    module: Obj,
    name: Obj,
) -> Result<(Obj, Obj)> {
    if let Some(pair) = mapped_name(names, which, &module, &name)? {
        return Ok(pair);
    }
    match dict::get_item(imports, &module)? {
        None => Ok((module, name)),
        Some(new) if unicode::check(&new) => Ok((new, name)),
        Some(new) => Err(err::runtime_error(format_args!(
            "_compat_pickle.{which}IMPORT_MAPPING values should be strings, not {:.200}",
            new.class_of().name()
        ))),
    }
}

impl Saver<'_> {
    /// A global; its name is the object's own unless it is given.
    pub fn save_global(&mut self, given: &Object, name: Option<&Object>) -> Result<()> {
        let name = match name {
            Some(name) => name.owned(),
            None => match object::lookup_attr(given, intern!("__qualname__"))? {
                Some(name) => name,
                None => object::get_attr(given, intern!("__name__"))?,
            },
        };
        if !unicode::check(&name) {
            return Err(err::type_error(format_args!("must be str, not {:.100}", name.class_of().name())));
        }
        let path = dotted(None, &name)?;
        let module_name = which_module(given, &path)?;
        let parent_module = self.check_global(given, &module_name, &name, &path)?;
        if self.protocol >= 2 && self.save_extension(given, &module_name, &name)? {
            return Ok(());
        }
        let (owner, parent) = parent_module;
        let Some(last) = path.last() else { return Err(err::bad_internal_call()) };
        if self.protocol >= 4 {
            self.save(&module_name)?;
            self.save(if owner.is(&*parent) { last } else { &name })?;
            self.out.op(STACK_GLOBAL);
        } else if !owner.is(&*parent) {
            // Older protocols know top-level names only.
            let args = tuple::pack([parent, last.clone()])?;
            let reduced = tuple::pack([GETATTR.get()?, args])?;
            self.save_reduced(&reduced, None)?;
        } else {
            self.save_name_lines(module_name, last.clone())?;
        }
        self.memoize(given)
    }

    /// Makes sure that the object is found under the name: the module, and what has the object as attribute.
    fn check_global(
        &self,
        given: &Object,
        module_name: &Object,
        name: &Object,
        path: &[Obj],
    ) -> Result<(Obj, Obj)> {
        let refuse = |what: &dyn Fn(&str) -> String| -> Raised {
            err::clear();
            match shown(given) {
                Ok(given) => pickling_error(what(&unicode::to_string_lossy(&given))),
                Err(raised) => raised,
            }
        };
        let text = |object: &Object| match object::str(object) {
            Ok(text) => unicode::to_string_lossy(&text),
            Err(_) => {
                err::clear();
                String::new()
            }
        };
        let owner = module(module_name).map_err(|_| {
            err::clear();
            let module = match shown(module_name) {
                Ok(module) => unicode::to_string_lossy(&module),
                Err(raised) => return raised,
            };
            refuse(&|given| format!("Can't pickle {given}: import of module {module} failed"))
        })?;
        let Some((found, parent)) = follow(&owner, path).unwrap_or(None) else {
            let (name, module) = (text(name), text(module_name));
            return Err(refuse(&|given| {
                format!("Can't pickle {given}: attribute lookup {name} on {module} failed")
            }));
        };
        if !found.is(given) {
            let (name, module) = (text(name), text(module_name));
            return Err(refuse(&|given| {
                format!("Can't pickle {given}: it's not the same object as {module}.{name}")
            }));
        }
        Ok((owner, parent))
    }

    /// Writes the registered code of a global, if it has one.
    fn save_extension(&mut self, given: &Object, module: &Object, name: &Object) -> Result<bool> {
        let registry = EXTENSION_REGISTRY.get()?;
        if dict::len(&registry) == 0 {
            return Ok(false);
        }
        let key = tuple::pack([module.owned(), name.owned()])?;
        let Some(code) = dict::get_item(&registry, &key)? else { return Ok(false) };
        let given = shown(given)?;
        let given = unicode::display(&given);
        if !long::check(&code) {
            let code = shown(&code)?;
            return Err(pickling_error(format_args!(
                "Can't pickle {given}: extension code {} isn't an integer",
                unicode::display(&code)
            )));
        }
        let number = long::as_long(&code)?;
        if !(1..=0x7fff_ffff).contains(&number) {
            return Err(pickling_error(format_args!(
                "Can't pickle {given}: extension code {number} is out of range"
            )));
        }
        let [a, b, c, d, ..] = number.to_le_bytes();
        match number {
            ..=0xff => self.out.write(&[EXT1, a]),
            ..=0xffff => self.out.write(&[EXT2, a, b]),
            _ => self.out.write(&[EXT4, a, b, c, d]),
        }
        Ok(true)
    }

    /// Module and name in two lines.
    fn save_name_lines(&mut self, module: Obj, name: Obj) -> Result<()> {
        let (module, name) = if self.fix_imports {
            translated(
                &*REVERSE_NAME_MAPPING.get()?,
                &*REVERSE_IMPORT_MAPPING.get()?,
                "REVERSE_",
                module,
                name,
            )?
        } else {
            (module, name)
        };
        let encoded =
            [("module", &module), ("global", &name)].map(|(what, text)| self.encoded_name(what, text));
        let [module, name] = encoded;
        let (module, name) = (module?, name?);
        self.out.op(GLOBAL);
        self.out.write(bytes::as_slice(&module));
        self.out.op(b'\n');
        self.out.write(bytes::as_slice(&name));
        self.out.op(b'\n');
        Ok(())
    }

    fn encoded_name(&self, what: &str, text: &Object) -> Result<Obj> {
        let encoding = if self.protocol >= 3 { "utf-8" } else { "ascii" };
        unicode::encode(text, Some(encoding), Some("strict")).map_err(|raised| {
            if !err::matches(exceptions::UnicodeEncodeError()) {
                return raised;
            }
            err::clear();
            pickling_error(format_args!(
                "can't pickle {what} identifier '{}' using pickle protocol {}",
                unicode::display(text),
                self.protocol
            ))
        })
    }
}
