//! Reading and writing the fields of C structs behind the typed views.

/// Reads a field of the C struct behind a view: `get!(class, tp_flags)`.
macro_rules! get {
    ($view:expr, $field:ident $(. $more:ident)*) => {{
        let raw = $view.as_raw();
        #[allow(unused_unsafe, reason = "the macro may stand in an unsafe block")]
        // SAFETY: a view borrows a live object of the struct's layout, and the GIL is held.
        let value = unsafe { (*raw).$field $(. $more)* };
        value
    }};
}

/// Writes a plain field of the C struct behind a view: `set!(class, tp_flags, 0)`. Reference counts are the caller's.
macro_rules! set {
    ($view:expr, $field:ident $(. $more:ident)*, $value:expr) => {{
        let raw = $view.as_raw();
        #[allow(unused_unsafe, reason = "the macro may stand in an unsafe block")]
        // SAFETY: a view borrows a live object of the struct's layout, and the GIL is held.
        let place = unsafe { &raw mut (*raw).$field $(. $more)* };
        let value = $crate::types::macros::of_field(place, $value);
        #[allow(unused_unsafe, reason = "the macro may stand in an unsafe block")]
        // SAFETY: as above.
        let () = unsafe { *place = value };
    }};
}

/// The value, with the field's type as expectation (so that functions become function pointers).
#[inline(always)]
pub(crate) fn of_field<T>(_place: *mut T, value: T) -> T {
    value
}

/// A field that owns an object or is NULL, as a new reference.
macro_rules! get_owned {
    ($view:expr, $field:ident) => {{
        let raw = $view.as_raw();
        #[allow(unused_unsafe, reason = "the macro may stand in an unsafe block")]
        // SAFETY: a view borrows a live object; the field is NULL or owns a live object.
        let value = unsafe { $crate::handle::Object::from_ptr_opt((*raw).$field.cast()) };
        value.map($crate::handle::Layout::owned)
    }};
}

/// Stores an owned reference (or `None`) into a field and drops the old value after that.
macro_rules! set_owned {
    ($view:expr, $field:ident, $value:expr) => {{
        let value: Option<$crate::handle::Obj> = $value;
        let raw = $view.as_raw();
        #[allow(unused_unsafe, reason = "the macro may stand in an unsafe block")]
        // SAFETY: a view borrows a live object; the reference that the field owned moves out of it.
        let old = unsafe {
            let old = (*raw).$field;
            (*raw).$field = $crate::handle::into_ptr_opt(value).cast();
            $crate::handle::Obj::from_owned_opt(old.cast())
        };
        drop::<Option<$crate::handle::Obj>>(old);
    }};
}

pub(crate) use {get, get_owned, set, set_owned};

/// A `str` from a formatted text.
pub(crate) fn format(text: impl core::fmt::Display) -> crate::handle::Result<crate::handle::Obj> {
    crate::types::unicode::from_str(&text.to_string())
}
