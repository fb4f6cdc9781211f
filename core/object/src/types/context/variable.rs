//! `contextvars.ContextVar`.

use super::*;
use crate::args::Signature;
use crate::types::exceptions;
use krait_abi::PyContextVar;

crate::static_type! {
    /// `ContextVar`
    #[unsafe(no_mangle)]
    pub static PyContextVar_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"ContextVar".as_ptr(), tp_basicsize: size_of::<PyContextVar>() as isize,
        tp_dealloc: Some(dealloc), tp_repr: slot::unary(repr), tp_hash: slot::hash(hash),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: slot::traverse(traverse), tp_clear: slot::clear(clear),
        tp_methods: &raw mut METHODS as *mut PyMethodDef, tp_members: &raw mut MEMBERS as *mut PyMemberDef,
        tp_new: slot::new(construct), tp_free: Some(crate::gc::PyObject_GC_Del)
    };
}
crate::object_view!(/** A `contextvars.ContextVar`. */ pub ContextVar, PyContextVar, PyContextVar_Type);

crate::methods! {
    static METHODS = [
        method::fastcall(c"get", get_method, c"get($self, default=<unrepresentable>, /)\n--\n\nThe variable's value in the current context.\n\nWithout one: the default given here, else that of the variable, else LookupError."),
        method::o(c"set", set_method, c"set($self, value, /)\n--\n\nSets the variable in the current context.\n\nReturns a token with which reset() undoes that."),
        method::o(c"reset", reset_method, c"reset($self, token, /)\n--\n\nGives the variable the value back that it had before the set() that returned the token."),
        method::with_flags(method::o(c"__class_getitem__", class_getitem, c"The class with type arguments (PEP 585)"), METH_CLASS as _),
    ];
}
crate::members! {
    static MEMBERS = [method::member(c"name", T_OBJECT as _, 16, READONLY as _, c"")];
}

pub(super) fn class_getitem(class: &Object, item: &Object) -> Result<Obj> {
    crate::types::genericalias::new(class, item)
}

fn name(this: &ContextVar) -> &ObjCell {
    // SAFETY: a variable; ObjCell is transparent over the pointer.
    unsafe { &*(&raw mut (*this.as_raw()).var_name).cast::<ObjCell>() }
}

fn default(this: &ContextVar) -> &ObjCell {
    // SAFETY: a variable; ObjCell is transparent over the pointer.
    unsafe { &*(&raw mut (*this.as_raw()).var_default).cast::<ObjCell>() }
}

fn forget(this: &ContextVar) {
    // SAFETY: a live variable; the remembered value is borrowed.
    unsafe {
        (*this.as_raw()).var_cached = null_mut();
        (*this.as_raw()).var_cached_tsid = 0;
        (*this.as_raw()).var_cached_tsver = 0;
    }
}

fn remember(this: &ContextVar, value: *mut PyObject) {
    let tstate = state::required();
    // SAFETY: a live variable; a thread state is current.
    unsafe {
        (*this.as_raw()).var_cached = value;
        (*this.as_raw()).var_cached_tsid = (*tstate).id;
        (*this.as_raw()).var_cached_tsver = (*tstate).context_ver;
    }
}

/// `PyContextVar_New`, from a `str`.
pub fn new_var(var_name: &Object, var_default: Option<&Object>) -> Result<Obj<ContextVar>> {
    if !unicode::check(var_name) {
        return Err(err::type_error("context variable name must be a str"));
    }
    let name_hash = object::hash(var_name)?;
    let memory = crate::gc::new_object(&raw mut PyContextVar_Type)?.cast::<PyContextVar>();
    // SAFETY: new memory for a variable.
    unsafe {
        let address = memory as usize;
        // Addresses are multiples of 16: their low bits would be wasted on the hash.
        let hash = address.rotate_right(4) as isize ^ name_hash;
        (*memory).var_name = var_name.owned().into_ptr();
        (*memory).var_default = crate::handle::into_ptr_opt(var_default.map(Layout::owned));
        (*memory).var_cached = null_mut();
        (*memory).var_cached_tsid = 0;
        (*memory).var_cached_tsver = 0;
        (*memory).var_hash = if hash == -1 { -2 } else { hash };
        // Atomic names and defaults cannot be part of a cycle.
        if crate::gc::may_be_tracked(var_name.as_ptr())
            || var_default.is_some_and(|value| crate::gc::may_be_tracked(value.as_ptr()))
        {
            crate::gc::track(memory.cast());
        }
        Ok(Obj::from_owned_ptr(memory.cast()))
    }
}

/// The remembered value, if it is that of the current context.
#[inline(always)]
fn remembered(this: &ContextVar) -> Option<Obj> {
    let tstate = state::required();
    // SAFETY: a live variable and thread state. The remembered value belongs to the current context.
    unsafe {
        let raw = this.as_raw();
        let holds = !(*raw).var_cached.is_null()
            && (*raw).var_cached_tsid == (*tstate).id
            && (*raw).var_cached_tsver == (*tstate).context_ver;
        holds.then(|| Object::from_ptr((*raw).var_cached).owned())
    }
}

/// `PyContextVar_Get`: the value in the current context, else `fallback`, else the variable's default.
#[inline]
pub fn get_var(this: &ContextVar, fallback: Option<&Object>) -> Result<Option<Obj>> {
    match remembered(this) {
        Some(value) => Ok(Some(value)),
        None => look_up(this, fallback),
    }
}

fn look_up(this: &ContextVar, fallback: Option<&Object>) -> Result<Option<Obj>> {
    let tstate = state::required();
    // SAFETY: a live variable and thread state.
    unsafe {
        if !(*tstate).context.is_null() {
            let context = Object::from_ptr((*tstate).context).cast_unchecked::<Context>().owned();
            if let Some(value) = hamt::find(&*vars(&context)?, this)? {
                remember(this, value.as_ptr());
                return Ok(Some(value));
            }
        }
    }
    Ok(fallback.map(Layout::owned).or_else(|| default(this).get()))
}

/// `PyContextVar_Set`: the token.
pub fn set_var(this: &ContextVar, value: &Object) -> Result<Obj<Token>> {
    let context = current()?;
    let old = hamt::find(&*vars(&context)?, this)?;
    let token = super::token::new_token(&context, this, old.as_deref())?;
    store(this, value)?;
    Ok(token)
}

fn store(this: &ContextVar, value: &Object) -> Result<()> {
    forget(this);
    let context = current()?;
    let new = hamt::assoc(&*vars(&context)?, this, value)?;
    set_vars(&context, new);
    remember(this, value.as_ptr());
    Ok(())
}

fn delete(this: &ContextVar) -> Result<()> {
    forget(this);
    let context = current()?;
    match hamt::without_opt(&*vars(&context)?, this)? {
        Some(new) => {
            set_vars(&context, new);
            Ok(())
        }
        None => Err(err::set_object(exceptions::LookupError(), this)),
    }
}

/// `PyContextVar_Reset`.
pub fn reset_var(this: &ContextVar, token: &Token) -> Result<()> {
    let about = |text: &str| -> Result<String> {
        let shown = object::repr(token)?;
        Ok(format!("{} {text}", unicode::display(&shown)))
    };
    if token.is_used() {
        return Err(err::runtime_error(about("has already been used once")?));
    }
    if !token.is_of(this) {
        return Err(err::value_error(about("was created by a different ContextVar")?));
    }
    let context = current()?;
    if !token.is_in(&context) {
        return Err(err::value_error(about("was created in a different Context")?));
    }
    token.set_used();
    match token.old_value() {
        Some(value) => store(this, &value),
        None => delete(this),
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the contract of tp_dealloc.
    unsafe {
        crate::gc::untrack(object);
        clear(Object::from_ptr(object).cast_unchecked::<ContextVar>());
        crate::gc::PyObject_GC_Del(object.cast());
    }
}

fn traverse(this: &ContextVar, visitor: &mut Visitor) {
    name(this).visit(visitor);
    default(this).visit(visitor);
}

fn clear(this: &ContextVar) {
    drop(name(this).take());
    drop(default(this).take());
    forget(this);
}

fn construct(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let [var_name, var_default] = Signature::new("ContextVar", ["", "default"])
        .required(1)
        .positional_only(1)
        .keyword_only_from(1)
        .parsed()
        .bind_tuple(args, kw)?;
    let Some(var_name) = var_name else { return Err(err::bad_internal_call()) };
    Ok(new_var(var_name, var_default)?.upcast())
}

fn hash(this: &ContextVar) -> Result<isize> {
    // SAFETY: a live variable.
    Ok(unsafe { (*this.as_raw()).var_hash })
}

fn repr(this: &ContextVar) -> Result<Obj> {
    let mut builder = unicode::Builder::new();
    builder.push_str("<ContextVar name=");
    builder.push_object(&*object::repr(&name(this).get_or_none())?);
    if let Some(value) = default(this).get() {
        builder.push_str(" default=");
        builder.push_object(&*object::repr(&value)?);
    }
    builder.push_str(&format!(" at {:p}>", this.as_raw()));
    builder.finish()
}

fn get_method(this: &ContextVar, args: &[&Object]) -> Result<Obj> {
    check_positional("get", args.len(), 0, 1)?;
    match get_var(this, args.first().copied())? {
        Some(value) => Ok(value),
        None => Err(err::set_object(exceptions::LookupError(), this)),
    }
}

fn set_method(this: &ContextVar, value: &Object) -> Result<Obj<Token>> {
    set_var(this, value)
}

fn reset_method(this: &ContextVar, token: &Object) -> Result<()> {
    let Some(token) = token.downcast_exact::<Token>() else {
        let text = object::repr(token)?;
        return Err(err::type_error(format_args!(
            "expected an instance of Token, got {}",
            unicode::display(&text)
        )));
    };
    reset_var(this, token)
}
