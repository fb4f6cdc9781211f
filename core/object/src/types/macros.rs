//! Reading and writing the fields of C structs behind the typed views.

/// Reads a field of the C struct behind a view: `get!(class, tp_flags)`.
macro_rules! get {
    ($view:expr, $field:ident $(. $more:ident)*) => {{
        let raw = $view.as_raw();
        // SAFETY: a view borrows a live object of the struct's layout, and the GIL is held.
        unsafe { (*raw).$field $(. $more)* }
    }};
}

/// Writes a plain field of the C struct behind a view: `set!(class, tp_flags, 0)`. Reference counts are the caller's.
macro_rules! set {
    ($view:expr, $field:ident $(. $more:ident)*, $value:expr) => {{
        let value = $value;
        let raw = $view.as_raw();
        // SAFETY: a view borrows a live object of the struct's layout, and the GIL is held.
        unsafe { (*raw).$field $(. $more)* = value }
    }};
}

/// A field that owns an object or is NULL, as a new reference.
macro_rules! get_owned {
    ($view:expr, $field:ident) => {{
        let raw = $view.as_raw();
        // SAFETY: a view borrows a live object; the field is NULL or owns a live object.
        unsafe { $crate::handle::Object::from_ptr_opt((*raw).$field.cast()) }.map($crate::handle::Layout::owned)
    }};
}

/// Stores an owned reference (or `None`) into a field and drops the old value after that.
macro_rules! set_owned {
    ($view:expr, $field:ident, $value:expr) => {{
        let value: Option<$crate::handle::Obj> = $value;
        let raw = $view.as_raw();
        // SAFETY: a view borrows a live object; the reference that the field owned moves out of it.
        drop(unsafe {
            let old = (*raw).$field;
            (*raw).$field = $crate::handle::into_ptr_opt(value).cast();
            $crate::handle::Obj::from_owned_opt(old.cast())
        });
    }};
}

pub(crate) use {get, get_owned, set, set_owned};

/// A `str` from a formatted text.
pub(crate) fn format(text: impl core::fmt::Display) -> crate::handle::Result<crate::handle::Obj> {
    crate::types::unicode::from_str(&text.to_string())
}
