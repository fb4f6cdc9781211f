//! `_blake2`

use super::data_of;
use krait_object::args::Signature;
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::object;
use krait_object::types::{dict, exceptions, long, module};
use krait_object::{Class, Layout, Object, Result, err, native_module};

native_module! {
    /// `_blake2`
    init: PyInit__blake2, name: c"_blake2", doc: c"_blake2b provides BLAKE2b for hashlib\n", methods: FUNCTIONS, exec: exec,
}
krait_object::methods! { static FUNCTIONS = []; }

fn exec(this: &Object) -> Result<()> {
    let classes = [(blake2b::Hash::class(), "BLAKE2B", 64), (blake2s::Hash::class(), "BLAKE2S", 32)];
    for (class, prefix, size) in classes {
        class.ready()?;
        module::add(this, class.short_name(), class.object())?;
        for (name, value) in [
            ("SALT_SIZE", size / 4),
            ("PERSON_SIZE", size / 4),
            ("MAX_KEY_SIZE", size),
            ("MAX_DIGEST_SIZE", size),
        ] {
            let value = long::from_i64(value)?;
            if let Some(attributes) = class.dict() {
                dict::set_str(attributes, name, &value)?;
            }
            module::add(this, &format!("{prefix}_{name}"), &value)?;
        }
        class.modified();
    }
    Ok(())
}

/// The parameters of a hash object.
struct Parameters {
    digest_size: usize,
    key: Option<Buffer>,
    salt: Option<Buffer>,
    person: Option<Buffer>,
    fanout: u8,
    depth: u8,
    leaf_size: u32,
    node_offset: u64,
    node_depth: u8,
    inner_size: usize,
    last_node: bool,
}

/// An integer between two bounds.
fn bounded(given: Option<&Object>, default: i32, low: i32, high: i32, message: &str) -> Result<i32> {
    let value = given.map_or(Ok(default), krait_object::args::int)?;
    if !(low..=high).contains(&value) {
        return Err(err::value_error(message));
    }
    Ok(value)
}

/// Bytes that are not longer than allowed.
fn limited(given: Option<&Object>, most: usize, name: &str) -> Result<Option<Buffer>> {
    let Some(given) = given else { return Ok(None) };
    let buffer = Buffer::simple(given)?;
    if buffer.as_slice().len() > most {
        return Err(err::value_error(format_args!("maximum {name} length is {most} bytes")));
    }
    Ok(Some(buffer))
}

fn parse<'a>(
    function: &'static str,
    size: usize,
    args: &'a Object,
    kw: Option<&'a Object>,
) -> Result<(Option<&'a Object>, Parameters)> {
    let signature: Signature<13> = Signature::new(
        function,
        [
            "",
            "digest_size",
            "key",
            "salt",
            "person",
            "fanout",
            "depth",
            "leaf_size",
            "node_offset",
            "node_depth",
            "inner_size",
            "last_node",
            "usedforsecurity",
        ],
    )
    .required(0)
    .positional_only(1)
    .keyword_only_from(1);
    let [
        data,
        digest_size,
        key,
        salt,
        person,
        fanout,
        depth,
        leaf_size,
        node_offset,
        node_depth,
        inner_size,
        last_node,
        security,
    ] = signature.bind_tuple(args, kw)?;
    if let Some(security) = security {
        object::is_true(security)?;
    }
    let limit = size as i32;
    let digest_size =
        bounded(digest_size, limit, 1, limit, &format!("digest_size must be between 1 and {size} bytes"))?;
    let salt = limited(salt, size / 4, "salt")?;
    let person = limited(person, size / 4, "person")?;
    let fanout = bounded(fanout, 1, 0, 255, "fanout must be between 0 and 255")?;
    let depth = bounded(depth, 1, 1, 255, "depth must be between 1 and 255")?;
    let leaf_size = leaf_size.map_or(Ok(0), unsigned)?;
    let Ok(leaf_size) = u32::try_from(leaf_size) else {
        return Err(err::overflow_error("leaf_size is too large"));
    };
    let node_offset = node_offset.map_or(Ok(0), unsigned_long_long)?;
    if size == 32 && node_offset >= 1 << 48 {
        return Err(err::overflow_error("node_offset is too large"));
    }
    let node_depth = bounded(node_depth, 0, 0, 255, "node_depth must be between 0 and 255")?;
    let inner_size =
        bounded(inner_size, 0, 0, limit, &format!("inner_size must be between 0 and is {size}"))?;
    let last_node = last_node.map_or(Ok(false), object::is_true)?;
    let key = limited(key, size, "key")?;
    Ok((
        data,
        Parameters {
            digest_size: digest_size as usize,
            key,
            salt,
            person,
            fanout: fanout as u8,
            depth: depth as u8,
            leaf_size,
            node_offset,
            node_depth: node_depth as u8,
            inner_size: inner_size as usize,
            last_node,
        },
    ))
}

/// A C `unsigned long`; numbers that are too large for it are too large a fortiori.
fn unsigned(given: &Object) -> Result<u64> {
    match long::unsigned_long_converter(given) {
        Err(_) if err::matches(exceptions::OverflowError()) => {
            err::clear();
            Ok(u64::MAX)
        }
        result => result,
    }
}

fn unsigned_long_long(given: &Object) -> Result<u64> {
    long::unsigned_long_long_converter(given)
}

/// The key, perhaps empty.
fn key_of(parameters: &Parameters) -> &[u8] {
    parameters.key.as_ref().map_or(&[], Buffer::as_slice)
}

macro_rules! blake {
    ($module:ident, $library:ident, $qualified:expr, $name:literal, $block:literal, $size:literal, $doc:expr) => {
        mod $module {
            use super::{Parameters, data_of, key_of, parse};
            use core::cell::RefCell;
            use core::ffi::c_ulong;
            use krait_abi::{Py_TPFLAGS_DEFAULT, Py_ssize_t};
            use krait_object::payload::{self, Head, Payload};
            use krait_object::protocol::buffer::Buffer;
            use krait_object::types::bytes;
            use krait_object::types::typeobject::Type;
            use krait_object::{
                Class, Obj, Object, Result, getsets, method, methods, payload_class, slot, static_type,
            };

            /// A class of BLAKE2 hash objects.
            #[repr(C)]
            pub struct Hash {
                head: Head,
                digest_size: usize,
                state: RefCell<$library::State>,
            }

            static_type! {
                /// A class of BLAKE2 hash objects.
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

            fn start(parameters: &Parameters) -> $library::State {
                let mut state = $library::Params::new();
                state
                    .hash_length(parameters.digest_size)
                    .key(key_of(parameters))
                    .salt(parameters.salt.as_ref().map_or(&[], Buffer::as_slice))
                    .personal(parameters.person.as_ref().map_or(&[], Buffer::as_slice))
                    .fanout(parameters.fanout)
                    .max_depth(parameters.depth)
                    .max_leaf_length(parameters.leaf_size)
                    .node_offset(parameters.node_offset)
                    .node_depth(parameters.node_depth)
                    .inner_hash_length(parameters.inner_size)
                    .last_node(parameters.last_node);
                state.to_state()
            }

            fn new(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
                let (data, parameters) = parse($name, $size, args, kw)?;
                let mut state = start(&parameters);
                if let Some(data) = data {
                    state.update(data_of(data)?.as_slice());
                }
                with(state, parameters.digest_size)
            }

            fn with(state: $library::State, digest_size: usize) -> Result<Obj> {
                payload::new(Hash::class(), |head| Hash { head, digest_size, state: RefCell::new(state) })
                    .map(Obj::upcast)
            }

            methods! {
                static METHODS = [
                    method::noargs(c"copy", |this: &Hash| with(this.state.borrow().clone(), this.digest_size), c"copy($self, /)\n--\n\nA copy of the hash object."),
                    method::noargs(c"digest", |this: &Hash| bytes::from_slice(this.state.borrow().finalize().as_bytes()), c"digest($self, /)\n--\n\nThe digest of what has been hashed, as bytes."),
                    method::noargs(c"hexdigest", |this: &Hash| crate::hashes::hex(this.state.borrow().finalize().as_bytes()), c"hexdigest($self, /)\n--\n\nThe digest of what has been hashed, in hexadecimal."),
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
                    method::getter(c"digest_size", |this: &Hash| Ok(this.digest_size), c""),
                ];
            }
        }
    };
}
blake!(blake2b, blake2b_simd, c"_blake2.blake2b", "blake2b", 128, 64, c"blake2b(data=b'', /, *, digest_size=_blake2.blake2b.MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True)\n--\n\nA new BLAKE2b hash object.");
blake!(blake2s, blake2s_simd, c"_blake2.blake2s", "blake2s", 64, 32, c"blake2s(data=b'', /, *, digest_size=_blake2.blake2s.MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True)\n--\n\nA new BLAKE2s hash object.");
