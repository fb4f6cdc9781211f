//! What the compressors of streams have in common: a stream that one thread at a time uses, without the GIL, and the end
//! of it.

use crate::lock::Lock;
use core::cell::{Cell, RefCell};
use krait_object::protocol::buffer::Buffer;
use krait_object::types::bytes;
use krait_object::{Obj, Object, Raised, Result, err, state};

/// A field of a compressor's object.
pub struct Outflow<S> {
    lock: Lock,
    stream: RefCell<Option<S>>,
    pub flushed: Cell<bool>,
}

/// The class `Compressor` of a module with such streams.
macro_rules! compressor_class {
    ($(#[$meta:meta])* name: $name:literal, doc: $doc:literal, stream: $stream:ty, init: $init:expr,
     compress: $compress:expr, flush: $flush:expr $(,)?) => {
        /// Compresses piece by piece.
        #[repr(C)]
        pub struct Compressor {
            head: krait_object::payload::Head,
            outflow: $crate::spare::outflow::Outflow<$stream>,
        }

        krait_object::static_type! {
            $(#[$meta])*
            pub static Compressor_Type = {
                tp_name: $name.as_ptr(),
                tp_basicsize: size_of::<Compressor>() as krait_abi::Py_ssize_t,
                tp_dealloc: krait_object::payload::dealloc::<Compressor>(),
                tp_flags: krait_abi::Py_TPFLAGS_DEFAULT as core::ffi::c_ulong,
                tp_doc: $doc.as_ptr(),
                tp_methods: (&raw mut COMPRESSOR_METHODS).cast(),
                tp_init: krait_object::slot::init($init),
                tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
                tp_new: krait_object::slot::new(compressor_new),
                tp_free: Some(krait_object::memory::PyObject_Free),
            };
        }
        krait_object::payload_class!(Compressor, Compressor_Type);
        impl krait_object::payload::Payload for Compressor {}

        krait_object::methods! {
            static COMPRESSOR_METHODS = [
                krait_object::method::o(c"compress", $compress, c"compress($self, data, /)\n--\n\nGives the compressor data; the compressed bytes that are ready.\n\nflush() has the rest."),
                krait_object::method::noargs(c"flush", $flush, c"flush($self, /)\n--\n\nEnds the compression; the compressed bytes that are left."),
            ];
        }

        fn compressor_new(
            class: &krait_object::types::typeobject::Type,
            _args: &krait_object::Object,
            _kw: Option<&krait_object::Object>,
        ) -> krait_object::Result<krait_object::Obj> {
            let outflow = $crate::spare::outflow::Outflow::new();
            krait_object::payload::new(class, |head| Compressor { head, outflow }).map(krait_object::Obj::upcast)
        }
    };
}
pub(super) use compressor_class;

impl<S> Outflow<S> {
    pub fn new() -> Outflow<S> {
        Outflow { lock: Lock::default(), stream: RefCell::new(None), flushed: Cell::new(false) }
    }

    /// Begins a new stream.
    pub fn begin(&self, stream: S) {
        drop(self.stream.replace(Some(stream)));
    }

    /// The method `compress(data)`: `code` gets the stream, input and a place for output.
    pub fn compress<E>(
        &self,
        data: &Object,
        failure: fn(E) -> Raised,
        code: impl FnOnce(&mut S, &[u8], &mut Vec<u8>) -> core::result::Result<(), E>,
    ) -> Result<Obj> {
        let data = Buffer::simple(data)?;
        let _lock = self.lock.enter();
        if self.flushed.get() {
            return Err(err::value_error("Compressor has been flushed"));
        }
        self.run(failure, |stream, out| code(stream, data.as_slice(), out))
    }

    /// The method `flush()`.
    pub fn flush<E>(
        &self,
        failure: fn(E) -> Raised,
        code: impl FnOnce(&mut S, &mut Vec<u8>) -> core::result::Result<(), E>,
    ) -> Result<Obj> {
        let _lock = self.lock.enter();
        if self.flushed.replace(true) {
            return Err(err::value_error("Repeated call to flush()"));
        }
        self.run(failure, code)
    }

    /// Runs `code` without the GIL. The lock is held, so that nobody else wants the stream meanwhile.
    fn run<E>(
        &self,
        failure: fn(E) -> Raised,
        code: impl FnOnce(&mut S, &mut Vec<u8>) -> core::result::Result<(), E>,
    ) -> Result<Obj> {
        let Some(mut stream) = self.stream.take() else {
            return Err(err::value_error("Compressor is not initialized"));
        };
        let mut out = Vec::new();
        let done = state::allow_threads(|| code(&mut stream, &mut out));
        self.stream.replace(Some(stream));
        done.map_err(failure)?;
        bytes::from_slice(&out)
    }
}
