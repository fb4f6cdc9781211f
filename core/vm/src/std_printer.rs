//! `stderrprinter`: a file of the smallest kind, which writes text to a descriptor before `io` can be imported.

use core::ffi::{c_int, c_ulong};
use krait_abi::*;
use krait_object::payload::{self, Head, Payload};
use krait_object::types::{bool as py_bool, long, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, getsets, method, methods, payload_class, slot, state,
    static_type,
};

/// The object: `PyStdPrinter_Object`.
#[repr(C)]
pub struct StdPrinter {
    #[allow(dead_code, reason = "the object head")]
    head: Head,
    fd: c_int,
}

static_type! {
    /// `stderrprinter`
    #[unsafe(no_mangle)]
    pub static PyStdPrinter_Type = {
        tp_name: c"stderrprinter".as_ptr(),
        tp_basicsize: size_of::<StdPrinter>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<StdPrinter>(),
        tp_repr: slot::unary(repr),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_init: Some(refuse_init),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: Some(refuse_new),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(StdPrinter, PyStdPrinter_Type);

impl Payload for StdPrinter {}

/// `PyFile_NewStdPrinter`: only for the standard streams.
pub fn new(fd: c_int) -> Result<Option<Obj>> {
    if fd != 1 && fd != 2 {
        return Ok(None);
    }
    let class = StdPrinter::class();
    class.ready()?;
    payload::new(class, |head| StdPrinter { head, fd }).map(|new| Some(new.upcast()))
}

unsafe extern "C" fn refuse_new(_: *mut PyTypeObject, _: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    let _ = err::type_error("cannot create 'stderrprinter' instances");
    core::ptr::null_mut()
}

unsafe extern "C" fn refuse_init(_: *mut PyObject, _: *mut PyObject, _: *mut PyObject) -> c_int {
    let _ = err::type_error("cannot create 'stderrprinter' instances");
    -1
}

fn repr(this: &StdPrinter) -> Result<Obj> {
    let address: *const StdPrinter = this;
    unicode::from_str(&format!("<stdprinter(fd={}) object at {address:p}>", this.fd))
}

methods! {
    static METHODS = [
        method::noargs(c"close", nothing, c""),
        method::noargs(c"flush", nothing, c""),
        method::noargs(c"fileno", fileno, c""),
        method::noargs(c"isatty", isatty, c""),
        method::varargs(c"write", write, c""),
    ];
}
getsets! {
    static GETSETS = [
        method::getter(c"closed", closed, c"Whether the file is closed: never."),
        method::getter(c"encoding", encoding, c"The encoding of the file: None."),
        method::getter(c"mode", mode, c"How the file was opened."),
    ];
}

fn nothing(_this: &StdPrinter) -> Result<Obj> {
    Ok(none::none().owned())
}

fn fileno(this: &StdPrinter) -> Result<Obj> {
    long::from_i64(this.fd.into())
}

fn isatty(this: &StdPrinter) -> Result<Obj> {
    // SAFETY: no precondition.
    let terminal = state::allow_threads(|| unsafe { libc::isatty(this.fd) });
    Ok(py_bool::from_bool(terminal != 0))
}

fn closed(_this: &StdPrinter) -> Result<Obj> {
    Ok(py_bool::from_bool(false))
}

fn encoding(_this: &StdPrinter) -> Result<Obj> {
    Ok(none::none().owned())
}

fn mode(_this: &StdPrinter) -> Result<Obj> {
    unicode::from_str("w")
}

/// Lone surrogates are written as escapes; the answer counts bytes.
fn write(this: &StdPrinter, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    let [text] = args else {
        let given = args.len();
        return Err(err::type_error(format_args!("function takes exactly 1 argument ({given} given)")));
    };
    if !unicode::check(text) {
        let given = if text.is_none() { "None" } else { text.class_of().name() };
        return Err(err::type_error(format_args!("argument 1 must be str, not {given}")));
    }
    let encoded = unicode::encode(text, Some("utf-8"), Some("backslashreplace"))?;
    let bytes = krait_object::types::bytes::as_slice(&encoded);
    // SAFETY: the bytes live until the end of the call.
    let count = state::allow_threads(|| unsafe { libc::write(this.fd, bytes.as_ptr().cast(), bytes.len()) });
    if count < 0 {
        let errno = err::last_errno();
        return if errno == libc::EAGAIN {
            Ok(none::none().owned())
        } else {
            Err(err::from_errno(errno, None, None))
        };
    }
    long::from_i64(count as i64)
}
