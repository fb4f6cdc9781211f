//! `OSError` and its subclasses: error number, text and up to two file names. The constructor of OSError itself makes
//! an instance of the subclass that belongs to the error number.

use super::*;
use crate::cell::ObjCell;
use crate::err;
use crate::method;
use crate::protocol::{number, object};
use crate::slot;
use crate::types::{long, none, tuple};
use base::{args, cell, or_none};

pub(super) const FAMILY: PyTypeObject = PyTypeObject {
    tp_basicsize: size_of::<PyOSErrorObject>() as isize,
    tp_dealloc: Some(dealloc),
    tp_str: slot::unary(str),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_methods: &raw mut METHODS as *mut PyMethodDef,
    tp_members: &raw mut MEMBERS as *mut PyMemberDef,
    tp_getset: &raw mut GETSETS as *mut PyGetSetDef,
    tp_init: INIT,
    tp_new: NEW,
    ..base::DERIVED
};

const INIT: initproc = slot::init(init);
const NEW: newfunc = slot::new(new);

crate::methods! {
    static METHODS = [method::noargs(c"__reduce__", reduce, c"")];
}
crate::members! {
    static MEMBERS = [
        method::member(c"errno", T_OBJECT as _, 64, 0, c"POSIX exception code"),
        method::member(c"strerror", T_OBJECT as _, 72, 0, c"exception strerror"),
        method::member(c"filename", T_OBJECT as _, 80, 0, c"exception filename"),
        method::member(c"filename2", T_OBJECT as _, 88, 0, c"second exception filename"),
    ];
}
crate::getsets! {
    static GETSETS = [method::getset(c"characters_written", get_written, set_written, c"")];
}

/// The subclass for an error number.
pub fn class_for_errno(errno: i64) -> Option<*mut PyTypeObject> {
    Some(match i32::try_from(errno).ok()? {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => &raw mut statics::BlockingIOError,
        libc::EPIPE | libc::ESHUTDOWN => &raw mut statics::BrokenPipeError,
        libc::ECHILD => &raw mut statics::ChildProcessError,
        libc::ECONNABORTED => &raw mut statics::ConnectionAbortedError,
        libc::ECONNREFUSED => &raw mut statics::ConnectionRefusedError,
        libc::ECONNRESET => &raw mut statics::ConnectionResetError,
        libc::EEXIST => &raw mut statics::FileExistsError,
        libc::ENOENT => &raw mut statics::FileNotFoundError,
        libc::EISDIR => &raw mut statics::IsADirectoryError,
        libc::ENOTDIR => &raw mut statics::NotADirectoryError,
        libc::EINTR => &raw mut statics::InterruptedError,
        libc::EACCES | libc::EPERM => &raw mut statics::PermissionError,
        libc::ESRCH => &raw mut statics::ProcessLookupError,
        libc::ETIMEDOUT => &raw mut statics::TimeoutError,
        _ => return None,
    })
}

fn raw(this: &Object) -> *mut PyOSErrorObject {
    this.as_ptr().cast()
}

/// `errno`, `strerror`, `filename`, `filename2`.
fn fields(this: &Object) -> [&ObjCell; 4] {
    let raw = raw(this);
    // SAFETY: slots and methods of the class get its instances.
    unsafe {
        [
            cell(&raw mut (*raw).myerrno),
            cell(&raw mut (*raw).strerror),
            cell(&raw mut (*raw).filename),
            cell(&raw mut (*raw).filename2),
        ]
    }
}

base::slots_over!(fields);

/// Whether the arguments are looked at by `__init__`: a subclass that overrides `__init__` but not `__new__` may give other
/// arguments to its base than it gets itself.
fn uses_init(class: &Type) -> bool {
    // SAFETY: a live type.
    unsafe {
        let (init, new) = ((*class.as_raw()).tp_init, (*class.as_raw()).tp_new);
        init.map(|f| f as usize) != INIT.map(|f| f as usize)
            && new.map(|f| f as usize) == NEW.map(|f| f as usize)
    }
}

/// The arguments in their roles: number, text, first and second file name. Other numbers of arguments have no roles.
fn roles(arguments: &Object) -> [Option<&Object>; 4] {
    match *tuple::items(arguments) {
        [errno, text] => [Some(errno), Some(text), None, None],
        [errno, text, name] | [errno, text, name, _] => [Some(errno), Some(text), Some(name), None],
        [errno, text, name, _, name2] => [Some(errno), Some(text), Some(name), Some(name2)],
        _ => [None; 4],
    }
}

/// `PyNumber_Check`.
fn is_number(object: &Object) -> bool {
    // SAFETY: a live object; slot groups of a type live as long as the type.
    unsafe {
        (*object.type_ptr()).tp_as_number.as_ref().is_some_and(|number| {
            number.nb_index.is_some() || number.nb_int.is_some() || number.nb_float.is_some()
        })
    }
}

fn fill(this: &Object, arguments: &Object) -> Result<()> {
    let [errno, text, name, name2] = roles(arguments);
    let mut kept = arguments.owned();
    // SAFETY: an instance of the class.
    unsafe { (*raw(this)).written = -1 };
    let [errno_field, text_field, name_field, name2_field] = fields(this);
    if let Some(name) = name.filter(|name| !name.is_none()) {
        if this.type_ptr() == &raw mut statics::BlockingIOError && is_number(name) {
            let written = number::as_ssize(name, Some(ValueError()))?;
            // SAFETY: an instance of the class.
            unsafe { (*raw(this)).written = written };
        } else {
            name_field.set(name.owned());
            if let Some(name2) = name2.filter(|name2| !name2.is_none()) {
                name2_field.set(name2.owned());
            }
            // File names are not among the arguments, for compatibility with code that unpacks two of them.
            kept = tuple::slice(arguments, 0, 2)?;
        }
    }
    errno_field.set_opt(errno.map(Layout::owned));
    text_field.set_opt(text.map(Layout::owned));
    base::fields(this).args.set(kept);
    Ok(())
}

fn new(class: &Type, arguments: &Object, kw: Option<&Object>) -> Result<Obj> {
    let deferred = uses_init(class);
    let mut class = class;
    if !deferred {
        base::no_keywords(class, kw)?;
        if let Some(errno) = roles(arguments)[0]
            && class.as_raw() == &raw mut statics::OSError
            && long::check(errno)
            && let Ok(Ok(errno)) = long::as_i64_and_overflow(errno)
            && let Some(subclass) = class_for_errno(errno)
        {
            // SAFETY: a static type.
            class = unsafe { Type::from_raw(subclass) };
        }
    }
    let this = class.alloc(0)?;
    // SAFETY: an instance of the class.
    unsafe { (*raw(&this)).written = -1 };
    if deferred {
        base::fields(&this).args.set(tuple::empty());
    } else {
        fill(&this, arguments)?;
    }
    Ok(this)
}

fn init(this: &Object, arguments: &Object, kw: Option<&Object>) -> Result<()> {
    if !uses_init(this.class_of()) {
        return Ok(());
    }
    base::no_keywords(this.class_of(), kw)?;
    fill(this, arguments)
}

fn str(this: &Object) -> Result<Obj> {
    let [errno, text, name, name2] = fields(this).map(ObjCell::get);
    if name.is_none() && (errno.is_none() || text.is_none()) {
        return base::str(this);
    }
    use base::Part::{Object as O, Str as S};
    let errno = object::str(&or_none(errno))?;
    let text = object::str(&or_none(text))?;
    let Some(name) = name else { return base::text(&[S("[Errno "), O(&errno), S("] "), O(&text)]) };
    let name = object::repr(&name)?;
    match name2 {
        None => base::text(&[S("[Errno "), O(&errno), S("] "), O(&text), S(": "), O(&name)]),
        Some(name2) => {
            let name2 = object::repr(&name2)?;
            base::text(&[S("[Errno "), O(&errno), S("] "), O(&text), S(": "), O(&name), S(" -> "), O(&name2)])
        }
    }
}

fn reduce(this: &Object) -> Result<Obj> {
    let mut arguments = args(this);
    let [_, _, name, name2] = fields(this).map(ObjCell::get);
    if let (&[errno, text], Some(name)) = (tuple::items(&arguments), name) {
        let (errno, text) = (errno.owned(), text.owned());
        arguments = match name2 {
            None => tuple::pack([errno, text, name])?,
            Some(name2) => tuple::pack([errno, text, name, none::none().owned(), name2])?,
        };
    }
    let class = this.class_of().object().owned();
    match base::fields(this).dict.get() {
        Some(dict) => tuple::pack([class, arguments, dict]),
        None => tuple::pack([class, arguments]),
    }
}

fn get_written(this: &Object) -> Result<Obj> {
    // SAFETY: an instance of the class.
    match unsafe { (*raw(this)).written } {
        -1 => Err(err::attribute_error("characters_written")),
        n => long::from_i64(n as i64),
    }
}

fn set_written(this: &Object, value: Option<&Object>) -> Result<()> {
    let new = match value {
        Some(value) => number::as_ssize(value, Some(ValueError()))?,
        None => {
            get_written(this)?;
            -1
        }
    };
    // SAFETY: an instance of the class.
    unsafe { (*raw(this)).written = new };
    Ok(())
}
