//! New exception classes from C: `PyErr_NewException`; and exceptions that wrap others.

use super::*;
use crate::protocol::{call, object};
use crate::types::{dict, typeobject, unicode};

/// `PyErr_NewException`: `name` is `module.class`; `base` a class or a tuple of classes, Exception when missing.
pub fn new_exception(name: &str, base: Option<&Object>, dict: Option<&Object>) -> Result<Obj> {
    let Some((module, class)) = name.rsplit_once('.') else {
        return Err(system_error("PyErr_NewException: name must be module.class"));
    };
    let base = base.unwrap_or(exceptions::Exception());
    let own;
    let dict = match dict {
        Some(dict) if crate::types::dict::check(dict) => dict,
        Some(_) => return Err(bad_internal_call()),
        None => {
            own = crate::types::dict::new()?;
            &*own
        }
    };
    let key = crate::intern!("__module__");
    if !dict::contains(dict, key)? {
        let module = unicode::from_str(module)?;
        dict::set_item(dict, key, &module)?;
    }
    let bases = if tuple::check(base) { base.owned() } else { tuple::pack([base.owned()])? };
    let class = unicode::from_str(class)?;
    // SAFETY: a static type.
    let metaclass = unsafe { Object::from_ptr((&raw mut typeobject::PyType_Type).cast()) };
    call::call(metaclass, &[&class, &bases, dict])
}

/// `PyErr_NewExceptionWithDoc`.
pub fn new_exception_with_doc(
    name: &str,
    doc: Option<&str>,
    base: Option<&Object>,
    dict: Option<&Object>,
) -> Result<Obj> {
    let own;
    let dict = match dict {
        Some(dict) => dict,
        None => {
            own = crate::types::dict::new()?;
            &*own
        }
    };
    if let Some(doc) = doc {
        let doc = unicode::from_str(doc)?;
        dict::set_item(dict, crate::intern!("__doc__"), &doc)?;
    }
    new_exception(name, base, Some(dict))
}

/// `_PyErr_TrySetFromCause`: replaces the current exception by a new one of the same class whose text begins with
/// `prefix`, with the old one as its cause. Only where nothing is lost: the class adds no state and no constructor of
/// its own, the instance has one `str` argument or none, and no attributes. The new exception, borrowed; None when the
/// old one was left.
pub fn try_set_from_cause(prefix: impl Display) -> Option<Raised> {
    let mut error = fetch()?;
    error.normalize();
    let keep = |error: Fetched| {
        let _ = restore(error);
        None
    };
    let Some(value) = error.value.clone() else { return keep(error) };
    let class = error.kind.as_ptr().cast::<PyTypeObject>();
    // SAFETY: a live exception class and instance.
    let plain = unsafe {
        let base = &raw const exceptions::statics::BaseException;
        let same_methods = (*class).tp_init.map(|f| f as usize) == (*base).tp_init.map(|f| f as usize)
            && (*class).tp_new.map(|f| f as usize) == (*base).tp_new.map(|f| f as usize);
        let weak_size = if (*class).tp_weaklistoffset > 0 { size_of::<*mut PyObject>() as isize } else { 0 };
        let same_size = (*class).tp_itemsize == 0
            && ((*class).tp_basicsize == (*base).tp_basicsize
                || (*class).tp_basicsize == (*base).tp_basicsize + weak_size);
        let raw = value.as_ptr().cast::<PyBaseExceptionObject>();
        let args = Object::from_ptr((*raw).args);
        let args_ok = match tuple::items(args) {
            [] => true,
            [text] => unicode::check_exact(text),
            _ => false,
        };
        let no_attributes = Object::from_ptr_opt((*raw).dict).is_none_or(|dict| dict::len(dict) == 0);
        same_methods
            && same_size
            && args_ok
            && no_attributes
            && error.value.as_deref().is_some_and(is_exception)
    };
    if !plain {
        return keep(error);
    }
    let text = match object::str(&value) {
        Ok(text) => text,
        Err(raised) => return Some(raised),
    };
    if let Some(traceback) = &error.traceback {
        base::set_traceback_unchecked(&value, Some(traceback));
    }
    let kind = error.kind.clone();
    let raised = set(&kind, format_args!("{prefix} ({}: {})", kind_name(&kind), unicode::display(&text)));
    if let Some(mut new) = fetch() {
        new.normalize();
        if let Some(new_value) = new.value.as_deref().filter(|value| is_exception(value)) {
            base::set_cause(new_value, Some(value.clone()));
            base::set_context(new_value, Some(value));
        }
        return Some(restore(new));
    }
    Some(raised)
}

fn kind_name(kind: &Object) -> String {
    // SAFETY: an exception class.
    unsafe { kind.cast_unchecked::<Type>() }.name().to_owned()
}
