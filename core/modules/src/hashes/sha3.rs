//! `_sha3`

use super::data_of;
use krait_object::args::Signature;
use krait_object::protocol::object;
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, long, module, unicode};
use krait_object::{Class, Layout, Object, Result, err, native_module};

native_module! {
    /// `_sha3`
    init: PyInit__sha3, name: c"_sha3", doc: crate::support::NoDoc, methods: FUNCTIONS, exec: exec,
}
krait_object::methods! { static FUNCTIONS = []; }

fn exec(this: &Object) -> Result<()> {
    let classes: [&Type; 6] = [
        sha3_224::Hash::class(),
        sha3_256::Hash::class(),
        sha3_384::Hash::class(),
        sha3_512::Hash::class(),
        shake_128::Hash::class(),
        shake_256::Hash::class(),
    ];
    for class in classes {
        class.ready()?;
        module::add(this, class.short_name(), class.object())?;
    }
    module::add(this, "keccakopt", &*long::from_i64(64)?)?;
    module::add(this, "implementation", &*unicode::from_str("RustCrypto sha3")?)
}

/// The data given to a class. Messages name the first of the classes, whichever was called.
fn arguments<'a>(args: &'a Object, kw: Option<&'a Object>) -> Result<Option<&'a Object>> {
    static SIGNATURE: Signature<2> = Signature::new("sha3_224", ["", "usedforsecurity"])
        .required(0)
        .positional_only(1)
        .keyword_only_from(1);
    let [data, security] = SIGNATURE.bind_tuple(args, kw)?;
    if let Some(security) = security {
        object::is_true(security)?;
    }
    Ok(data)
}

macro_rules! fixed {
    ($module:ident, $state:ty, $qualified:expr, $doc:expr, $name:literal, $block:literal, $size:literal) => {
        mod $module {
            use krait_object::types::typeobject::Type;
            use krait_object::{Obj, Object, Result, method, slot};

            crate::hashes::hash_class! {
                /// A class of SHA-3 hash objects.
                Hash, Hash_Type: $state, $qualified, $name, $block, $size;
                data: c"update($self, data, /)\n--\n\nHashes more data.";
                fields: { tp_new: slot::new(new), tp_doc: $doc.as_ptr() };
                getters: [
                    method::getter(c"digest_size", |_: &Hash| Ok($size), c""),
                    method::getter(c"_capacity_bits", |_: &Hash| Ok($size * 16), c""),
                    method::getter(c"_rate_bits", |_: &Hash| Ok($block * 8), c""),
                    method::getter(c"_suffix", |_: &Hash| krait_object::types::bytes::from_slice(&[6]), c""),
                ];
            }

            fn new(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
                Hash::of(super::arguments(args, kw)?)
            }
        }
    };
}
fixed!(
    sha3_224,
    sha3::Sha3_224,
    c"_sha3.sha3_224",
    c"sha3_224([data], *, usedforsecurity=True) -> SHA3 object\n\nA hash object with 28 bytes of digest.",
    "sha3_224",
    144,
    28
);
fixed!(
    sha3_256,
    sha3::Sha3_256,
    c"_sha3.sha3_256",
    c"sha3_256([data], *, usedforsecurity=True) -> SHA3 object\n\nA hash object with 32 bytes of digest.",
    "sha3_256",
    136,
    32
);
fixed!(
    sha3_384,
    sha3::Sha3_384,
    c"_sha3.sha3_384",
    c"sha3_384([data], *, usedforsecurity=True) -> SHA3 object\n\nA hash object with 48 bytes of digest.",
    "sha3_384",
    104,
    48
);
fixed!(
    sha3_512,
    sha3::Sha3_512,
    c"_sha3.sha3_512",
    c"sha3_512([data], *, usedforsecurity=True) -> SHA3 object\n\nA hash object with 64 bytes of digest.",
    "sha3_512",
    72,
    64
);

/// The length of a digest of SHAKE.
fn digest_length(given: &Object) -> Result<usize> {
    if !long::check(given) {
        return Err(err::type_error("an integer is required"));
    }
    let length = long::unsigned_long_converter(given)?;
    if length >= 1 << 29 {
        return Err(err::value_error("length is too large"));
    }
    Ok(length as usize)
}

macro_rules! extendable {
    ($module:ident, $state:ty, $qualified:expr, $doc:expr, $name:literal, $block:literal) => {
        mod $module {
            use super::{bytes, data_of, digest_length};
            use core::cell::RefCell;
            use core::ffi::c_ulong;
            use digest::{ExtendableOutput, Update, XofReader};
            use krait_abi::{Py_TPFLAGS_DEFAULT, Py_ssize_t};
            use krait_object::payload::{self, Head, Payload};
            use krait_object::types::typeobject::Type;
            use krait_object::{
                Class, Obj, Object, Result, getsets, method, methods, payload_class, slot, static_type,
            };

            /// A class of SHAKE hash objects.
            #[repr(C)]
            pub struct Hash {
                head: Head,
                state: RefCell<$state>,
            }

            static_type! {
                /// A class of SHAKE hash objects.
                pub static Hash_Type = {
                    tp_name: $qualified.as_ptr(),
                    tp_basicsize: core::mem::size_of::<Hash>() as Py_ssize_t,
                    tp_dealloc: payload::dealloc::<Hash>(),
                    tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
                    tp_doc: $doc.as_ptr(),
                    tp_methods: (&raw mut METHODS).cast(),
                    tp_getset: (&raw mut GETSETS).cast(),
                    tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
                    tp_new: slot::new(new),
                    tp_free: Some(krait_object::memory::PyObject_Free),
                };
            }
            payload_class!(Hash, Hash_Type);
            impl Payload for Hash {}

            fn with(state: $state) -> Result<Obj> {
                payload::new(Hash::class(), |head| Hash { head, state: RefCell::new(state) }).map(Obj::upcast)
            }

            fn new(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
                let mut state = <$state>::default();
                if let Some(data) = super::arguments(args, kw)? {
                    state.update(data_of(data)?.as_slice());
                }
                with(state)
            }

            fn output(this: &Hash, length: &Object) -> Result<Vec<u8>> {
                let mut out = vec![0; digest_length(length)?];
                this.state.borrow().clone().finalize_xof().read(&mut out);
                Ok(out)
            }

            methods! {
                static METHODS = [
                    method::noargs(c"copy", |this: &Hash| with(this.state.borrow().clone()), c"copy($self, /)\n--\n\nA copy of the hash object."),
                    method::o(c"digest", |this: &Hash, length: &Object| bytes::from_slice(&output(this, length)?), c"digest($self, length, /)\n--\n\nThe digest of what has been hashed, as bytes."),
                    method::o(c"hexdigest", |this: &Hash, length: &Object| crate::hashes::hex(&output(this, length)?), c"hexdigest($self, length, /)\n--\n\nThe digest of what has been hashed, in hexadecimal."),
                    method::o(c"update", |this: &Hash, data: &Object| -> Result<()> {
                        this.state.borrow_mut().update(data_of(data)?.as_slice());
                        Ok(())
                    }, c"update($self, data, /)\n--\n\nHashes more data."),
                ];
            }
            getsets! {
                static GETSETS = [
                    method::getter(c"block_size", |_: &Hash| Ok($block), c""),
                    method::getter(c"name", |_: &Hash| Ok($name), c""),
                    method::getter(c"digest_size", |_: &Hash| Ok(0), c""),
                    method::getter(c"_capacity_bits", |_: &Hash| Ok(1600 - $block * 8), c""),
                    method::getter(c"_rate_bits", |_: &Hash| Ok($block * 8), c""),
                    method::getter(c"_suffix", |_: &Hash| bytes::from_slice(&[31]), c""),
                ];
            }
        }
    };
}
extendable!(shake_128, sha3::Shake128, c"_sha3.shake_128", c"shake_128([data], *, usedforsecurity=True) -> SHAKE object\n\nA hash object with a digest of any length.", "shake_128", 168);
extendable!(shake_256, sha3::Shake256, c"_sha3.shake_256", c"shake_256([data], *, usedforsecurity=True) -> SHAKE object\n\nA hash object with a digest of any length.", "shake_256", 136);
