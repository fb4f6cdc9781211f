//! `contextvars.Token`: what `ContextVar.set` returns, so that `reset` can undo it.

use super::*;
use krait_abi::{PyContextToken, PyContextTokenMissing, PyGetSetDef};

crate::static_type! {
    /// `Token`
    #[unsafe(no_mangle)]
    pub static PyContextToken_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"Token".as_ptr(), tp_basicsize: size_of::<PyContextToken>() as isize,
        tp_dealloc: Some(dealloc), tp_repr: slot::unary(repr),
        tp_hash: Some(crate::protocol::object::PyObject_HashNotImplemented),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: slot::traverse(traverse), tp_clear: slot::clear(clear),
        tp_methods: &raw mut METHODS as *mut PyMethodDef, tp_getset: &raw mut GETSETS as *mut PyGetSetDef,
        tp_new: slot::new(construct), tp_free: Some(crate::gc::PyObject_GC_Del)
    };
}
crate::object_view!(/** A `contextvars.Token`. */ pub Token, PyContextToken, PyContextToken_Type);

crate::static_type! {
    /// `Token.MISSING`'s class.
    pub static TOKEN_MISSING_TYPE = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"Token.MISSING".as_ptr(), tp_basicsize: size_of::<PyContextTokenMissing>() as isize,
        tp_repr: slot::unary(missing_repr), tp_flags: Py_TPFLAGS_DEFAULT as c_ulong
    };
}

/// `Token.MISSING`: the old value of a variable that had none.
static mut MISSING: PyObject = PyObject { ob_refcnt: 1, ob_type: &raw mut TOKEN_MISSING_TYPE };

/// `Token.MISSING`, borrowed.
pub fn missing() -> &'static Object {
    // SAFETY: a static object.
    unsafe { Object::from_ptr(&raw mut MISSING) }
}

crate::methods! {
    static METHODS = [
        method::with_flags(
            method::o(c"__class_getitem__", super::variable::class_getitem, c"The class with type arguments (PEP 585)"), METH_CLASS as _),
    ];
}
crate::getsets! {
    static GETSETS = [
        method::getter(c"var", get_var_attribute, c""),
        method::getter(c"old_value", get_old_value, c""),
    ];
}

impl Token {
    /// The context, the variable and the old value.
    fn fields(&self) -> [&ObjCell; 3] {
        let raw = self.as_raw();
        // SAFETY: a token; ObjCell is transparent over a pointer.
        unsafe {
            [
                &*(&raw mut (*raw).tok_ctx).cast::<ObjCell>(),
                &*(&raw mut (*raw).tok_var).cast::<ObjCell>(),
                &*(&raw mut (*raw).tok_oldval).cast::<ObjCell>(),
            ]
        }
    }

    pub(super) fn is_used(&self) -> bool {
        // SAFETY: a live token.
        unsafe { (*self.as_raw()).tok_used != 0 }
    }

    pub(super) fn set_used(&self) {
        // SAFETY: a live token.
        unsafe { (*self.as_raw()).tok_used = 1 }
    }

    pub(super) fn is_of(&self, variable: &ContextVar) -> bool {
        self.fields()[1].as_ptr() == variable.as_ptr()
    }

    pub(super) fn is_in(&self, context: &Context) -> bool {
        self.fields()[0].as_ptr() == context.as_ptr()
    }

    /// The value before `set`, None when there was none.
    pub(super) fn old_value(&self) -> Option<Obj> {
        self.fields()[2].get()
    }
}

pub(super) fn new_token(
    context: &Context,
    variable: &ContextVar,
    old: Option<&Object>,
) -> Result<Obj<Token>> {
    let memory = crate::gc::new_object(&raw mut PyContextToken_Type)?.cast::<PyContextToken>();
    // SAFETY: new memory for a token.
    unsafe {
        (*memory).tok_ctx = context.owned().into_ptr().cast();
        (*memory).tok_var = variable.owned().into_ptr().cast();
        (*memory).tok_oldval = crate::handle::into_ptr_opt(old.map(Layout::owned));
        (*memory).tok_used = 0;
        crate::gc::track(memory.cast());
        Ok(Obj::from_owned_ptr(memory.cast()))
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the contract of tp_dealloc.
    unsafe {
        crate::gc::untrack(object);
        clear(Object::from_ptr(object).cast_unchecked::<Token>());
        crate::gc::PyObject_GC_Del(object.cast());
    }
}

fn traverse(this: &Token, visitor: &mut Visitor) {
    for field in this.fields() {
        field.visit(visitor);
    }
}

fn clear(this: &Token) {
    for field in this.fields() {
        drop(field.take());
    }
}

fn construct(_class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    Err(err::runtime_error("Tokens can only be created by ContextVars"))
}

fn repr(this: &Token) -> Result<Obj> {
    let mut builder = unicode::Builder::new();
    builder.push_str("<Token");
    if this.is_used() {
        builder.push_str(" used");
    }
    builder.push_str(" var=");
    builder.push_object(&*object::repr(&this.fields()[1].get_or_none())?);
    builder.push_str(&format!(" at {:p}>", this.as_raw()));
    builder.finish()
}

fn missing_repr(_this: &Object) -> Result<Obj> {
    unicode::from_str("<Token.MISSING>")
}

fn get_var_attribute(this: &Token) -> Result<Obj> {
    Ok(this.fields()[1].get_or_none())
}

fn get_old_value(this: &Token) -> Result<Obj> {
    Ok(this.old_value().unwrap_or_else(|| missing().owned()))
}

/// `_PyContext_Init`: readies the class of `MISSING` and publishes it on `Token`.
pub fn init() -> Result<()> {
    // SAFETY: static types, ready after this.
    unsafe {
        Type::from_raw(&raw mut TOKEN_MISSING_TYPE).ready()?;
        let class = Type::from_raw(&raw mut PyContextToken_Type);
        class.ready()?;
        dict::set_str(Object::from_ptr((*class.as_raw()).tp_dict), "MISSING", missing())?;
        class.modified();
    }
    Ok(())
}
