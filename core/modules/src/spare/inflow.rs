//! What the decompressors of streams have in common: input that waits for the next call, and what lies behind the end.

use crate::lock::Lock;
use core::cell::{Cell, RefCell};
use core::ffi::c_char;
use krait_object::args::{Args, Signature};
use krait_object::cell::ObjCell;
use krait_object::protocol::buffer::Buffer;
use krait_object::types::{bytes, none};
use krait_object::{Obj, Result, err};

/// A field of a decompressor's object; members of the class read what is public.
#[repr(C)]
pub struct Inflow {
    lock: Lock,
    /// What has been given and not been read yet.
    unread: RefCell<Vec<u8>>,
    pub unused_data: ObjCell,
    pub eof: Cell<c_char>,
    pub needs_input: Cell<c_char>,
}

/// What the class `Decompressor` of a module with such input has in common with others: its members are the module's.
macro_rules! decompressor_class {
    ($(#[$meta:meta])* name: $name:literal, doc: $doc:literal, init: $init:expr, new: $new:expr,
     decompress: $decompress:expr $(,)?) => {
        krait_object::static_type! {
            $(#[$meta])*
            pub static Decompressor_Type = {
                tp_name: $name.as_ptr(),
                tp_basicsize: size_of::<Decompressor>() as krait_abi::Py_ssize_t,
                tp_dealloc: krait_object::payload::dealloc::<Decompressor>(),
                tp_flags: krait_abi::Py_TPFLAGS_DEFAULT as core::ffi::c_ulong,
                tp_doc: $doc.as_ptr(),
                tp_methods: (&raw mut DECOMPRESSOR_METHODS).cast(),
                tp_members: (&raw mut DECOMPRESSOR_MEMBERS).cast(),
                tp_init: krait_object::slot::init($init),
                tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
                tp_new: krait_object::slot::new($new),
                tp_free: Some(krait_object::memory::PyObject_Free),
            };
        }
        krait_object::payload_class!(Decompressor, Decompressor_Type);
        impl krait_object::payload::Payload for Decompressor {}

        krait_object::methods! {
            static DECOMPRESSOR_METHODS = [
                krait_object::method::keywords(c"decompress", $decompress, c"decompress($self, /, data, max_length=-1)\n--\n\nThe data decompressed, or as much of it as max_length allows; the rest is kept, and\nneeds_input tells whether more is wanted. EOFError after the end of the stream, whose\nsurplus is unused_data."),
            ];
        }
    };
}
pub(super) use decompressor_class;

impl Inflow {
    pub fn new() -> Inflow {
        Inflow {
            lock: Lock::default(),
            unread: RefCell::default(),
            unused_data: ObjCell::empty(),
            eof: Cell::new(0),
            needs_input: Cell::new(1),
        }
    }

    /// Begins a new stream.
    pub fn begin(&self) -> Result<()> {
        self.unread.take();
        self.unused_data.set(bytes::empty()?);
        self.needs_input.set(1);
        Ok(())
    }

    /// The method `decompress(data, max_length=-1)`: `step` gets input, a limit and a place for output, and tells how
    /// much input is left and whether the stream has ended. `ended` is the complaint about more input after that.
    pub fn decompress(
        &self,
        args: Args<'_>,
        ended: &str,
        step: impl FnOnce(&[u8], Option<usize>, &mut Vec<u8>) -> Result<(usize, bool)>,
    ) -> Result<Obj> {
        let [data, most] =
            const { Signature::new("decompress", ["data", "max_length"]).required(1) }.bind(args)?;
        let data = Buffer::simple(data.unwrap_or(none::none()))?;
        let limit = usize::try_from(most.map_or(Ok(-1), crate::support::ssize)?).ok();
        let _lock = self.lock.enter();
        if self.eof.get() != 0 {
            return Err(err::eof_error(ended));
        }
        let mut input = self.unread.take();
        let whole = if input.is_empty() {
            data.as_slice()
        } else {
            input.extend_from_slice(data.as_slice());
            &input
        };
        let mut out = Vec::new();
        let (left, at_end) = step(whole, limit, &mut out)?;
        let rest = &whole[whole.len() - left..];
        if at_end {
            self.eof.set(1);
            self.needs_input.set(0);
            self.unused_data.set(bytes::from_slice(rest)?);
        } else {
            // Full output may hide more of it.
            let is_full = limit.is_some_and(|limit| out.len() >= limit);
            self.needs_input.set(c_char::from(rest.is_empty() && !is_full));
            self.unread.replace(rest.to_vec());
        }
        bytes::from_slice(&out)
    }
}
