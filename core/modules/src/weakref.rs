//! `_weakref`: the classes of weak references, and what refers weakly to an object.

use crate::support::bad_argument;
use krait_abi::PyTypeObject;
use krait_object::args::{Args, check_positional};
use krait_object::types::typeobject::Type;
use krait_object::types::weakref::{
    self, _PyWeakref_CallableProxyType, _PyWeakref_ProxyType, _PyWeakref_RefType,
};
use krait_object::types::{dict, exceptions, module};
use krait_object::{Layout, Obj, Object, Result, err, method, native_module};

native_module! {
    /// `_weakref`
    init: PyInit__weakref, name: c"_weakref", doc: c"What the module weakref is built on.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::o(c"getweakrefcount", getweakrefcount, c"getweakrefcount($module, object, /)\n--\n\nHow many weak references to 'object' there are."),
        method::fastcall(c"_remove_dead_weakref", remove_dead_weakref, c"_remove_dead_weakref($module, dct, key, /)\n--\n\nTakes the key out of the dict if its value is a dead weak reference."),
        method::o(c"getweakrefs", getweakrefs, c"getweakrefs(object) -- a list of all weak references to the object"),
        method::keywords(c"proxy", proxy, c"proxy(object[, callback]) -- a proxy that refers to the object weakly\n\nThe callback is called with the proxy when the object is about to die."),
    ];
}

fn exec(this: &Object) -> Result<()> {
    let add = |name: &str, class: *mut PyTypeObject| {
        // SAFETY: a static type.
        module::add(this, name, unsafe { Type::from_raw(class) }.object())
    };
    add("ref", &raw mut _PyWeakref_RefType)?;
    add("ReferenceType", &raw mut _PyWeakref_RefType)?;
    add("ProxyType", &raw mut _PyWeakref_ProxyType)?;
    add("CallableProxyType", &raw mut _PyWeakref_CallableProxyType)
}

fn getweakrefcount(_module: &Object, target: &Object) -> Result<isize> {
    Ok(weakref::count(target))
}

fn getweakrefs(_module: &Object, target: &Object) -> Result<Obj> {
    weakref::references(target)
}

fn proxy(_module: &Object, args: Args<'_>) -> Result<Obj> {
    args.no_keywords("proxy")?;
    let args = args.positional;
    check_positional("proxy", args.len(), 1, 2)?;
    weakref::new_proxy(args[0], args.get(1).copied())
}

fn remove_dead_weakref(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("_remove_dead_weakref", args.len(), 2, 2)?;
    if !dict::check(args[0]) {
        return Err(bad_argument("_remove_dead_weakref", "argument 1", "dict", args[0]));
    }
    let removed = dict::del_item_if(args[0], args[1], |value| {
        if !weakref::check(value) {
            return Err(err::type_error("not a weakref"));
        }
        Ok(weakref::get(value).is_none())
    });
    match removed {
        // Somebody else was faster.
        Err(_) if err::matches(exceptions::KeyError()) => {
            err::clear();
            Ok(())
        }
        result => result,
    }
}
