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
