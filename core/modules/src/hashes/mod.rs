//! The modules of hash functions: `_md5`, `_sha1`, `_sha256`, `_sha512`, `_sha3`, `_blake2`. The functions themselves come
//! from the RustCrypto crates and from `blake2b_simd`.

pub mod blake2;
pub mod md5;
pub mod sha1;
pub mod sha256;
pub mod sha3;
pub mod sha512;

use krait_object::args::{Args, Signature};
use krait_object::protocol::buffer::{self, Buffer};
use krait_object::protocol::object;
use krait_object::types::{bytes, unicode};
use krait_object::{Obj, Object, Result, err};

/// The data of an argument.
pub(crate) fn data_of(given: &Object) -> Result<Buffer> {
    if unicode::check(given) {
        return Err(err::type_error("Unicode-objects must be encoded before hashing"));
    }
    if !buffer::check(given) {
        return Err(err::type_error("object supporting the buffer API required"));
    }
    Buffer::simple(given)
}

/// The arguments of a function that makes a hash object: data, and `usedforsecurity`, which changes nothing.
pub(crate) fn arguments<'a>(function: &'static str, args: Args<'a>) -> Result<Option<&'a Object>> {
    let signature: Signature<2> =
        Signature::new(function, ["string", "usedforsecurity"]).required(0).keyword_only_from(1);
    let [data, security] = signature.bind(args)?;
    if let Some(security) = security {
        object::is_true(security)?;
    }
    Ok(data)
}

/// Hexadecimal digits of a digest.
pub(crate) fn hex(digest: &[u8]) -> Result<Obj> {
    bytes::from_slice(digest).and_then(|digest| {
        unicode::from_ascii(&crate::algorithms::binascii::hexlify(bytes::as_slice(&digest), None))
    })
}

/// Defines the class of a hash function of the `digest` crates.
///
/// `hash_class! { /// doc  Md5Object, Md5_Type: md5::Md5, c"_md5.md5", "md5", 64, 16; }` and behind it
/// `new: path` for classes that can be called, `member: digest_size` for those that keep the size of the digest in a
/// member, and `getters: [...]` for more attributes.
macro_rules! hash_class {
    ($(#[$meta:meta])* $object:ident, $class:ident: $state:ty, $qualified:expr, $name:literal, $block:literal, $size:literal;
        $(member: $member:ident;)? $(data: $data:literal;)? $(fields: { $($field:ident: $value:expr),* };)? $(getters: [$($getter:expr),* $(,)?];)?) => {
        $(#[$meta])*
        #[repr(C)]
        pub struct $object {
            head: krait_object::payload::Head,
            $($member: core::ffi::c_int,)?
            state: core::cell::RefCell<$state>,
        }

        krait_object::static_type! {
            $(#[$meta])*
            pub static $class = {
                tp_name: $qualified.as_ptr(),
                tp_basicsize: core::mem::size_of::<$object>() as krait_abi::Py_ssize_t,
                tp_dealloc: krait_object::payload::dealloc::<$object>(),
                tp_flags: krait_abi::Py_TPFLAGS_DEFAULT as core::ffi::c_ulong,
                tp_methods: (&raw mut METHODS).cast(),
                tp_getset: (&raw mut GETSETS).cast(),
                tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
                tp_free: Some(krait_object::memory::PyObject_Free),
                $(tp_members: (&raw mut $crate::hashes::hash_class!(@members $member)).cast(),)?
                $($($field: $value,)*)?
            };
        }
        $(krait_object::members! {
            static MEMBERS = [
                krait_object::method::member(c"digest_size", krait_abi::T_INT as core::ffi::c_int, core::mem::offset_of!($object, $member), krait_abi::READONLY as core::ffi::c_int, c""),
            ];
        })?
        krait_object::payload_class!($object, $class);
        impl krait_object::payload::Payload for $object {}

        impl $object {
            fn with(state: $state) -> krait_object::Result<krait_object::Obj> {
                krait_object::payload::new(<$object as krait_object::Class>::class(), |head| $object {
                    head,
                    $($member: $size,)?
                    state: core::cell::RefCell::new(state),
                })
                .map(krait_object::Obj::upcast)
            }

            /// A new hash object that has seen some data.
            pub fn of(data: Option<&krait_object::Object>) -> krait_object::Result<krait_object::Obj> {
                let mut state = <$state>::default();
                if let Some(data) = data {
                    digest::Update::update(&mut state, $crate::hashes::data_of(data)?.as_slice());
                }
                $object::with(state)
            }
        }

        krait_object::methods! {
            static METHODS = [
                krait_object::method::noargs(c"copy", |this: &$object| $object::with(this.state.borrow().clone()), c"copy($self, /)\n--\n\nA copy of the hash object."),
                krait_object::method::noargs(c"digest", |this: &$object| {
                    krait_object::types::bytes::from_slice(&digest::FixedOutput::finalize_fixed(this.state.borrow().clone()))
                }, c"digest($self, /)\n--\n\nThe digest of what has been hashed, as bytes."),
                krait_object::method::noargs(c"hexdigest", |this: &$object| {
                    $crate::hashes::hex(&digest::FixedOutput::finalize_fixed(this.state.borrow().clone()))
                }, c"hexdigest($self, /)\n--\n\nThe digest of what has been hashed, in hexadecimal."),
                krait_object::method::o(c"update", |this: &$object, data: &krait_object::Object| -> krait_object::Result<()> {
                    digest::Update::update(&mut *this.state.borrow_mut(), $crate::hashes::data_of(data)?.as_slice());
                    Ok(())
                }, $crate::hashes::hash_class!(@update $($data)?)),
            ];
        }
        krait_object::getsets! {
            static GETSETS = [
                krait_object::method::getter(c"block_size", |_: &$object| Ok($block), c""),
                krait_object::method::getter(c"name", |_: &$object| Ok($name), c""),
                $($($getter,)*)?
            ];
        }
    };
    (@members $member:ident) => { MEMBERS };
    (@update) => { c"update($self, obj, /)\n--\n\nHashes more data." };
    (@update $data:literal) => { $data };
}
pub(crate) use hash_class;
