//! `_sha256`

use super::arguments;
use krait_object::args::Args;
use krait_object::types::module;
use krait_object::{Class, Layout, Object, Result, method, native_module};
use long::Sha256;
use short::Sha224;

native_module! {
    /// `_sha256`
    init: PyInit__sha256, name: c"_sha256", doc: crate::support::NoDoc, methods: FUNCTIONS, exec: exec,
}
krait_object::methods! {
    static FUNCTIONS = [
        method::keywords(c"sha256", |_: &Object, args: Args<'_>| Sha256::of(arguments("sha256", args)?), c"sha256($module, /, string=b'', *, usedforsecurity=True)\n--\n\nA new SHA-256 hash object that has seen the given bytes."),
        method::keywords(c"sha224", |_: &Object, args: Args<'_>| Sha224::of(arguments("sha224", args)?), c"sha224($module, /, string=b'', *, usedforsecurity=True)\n--\n\nA new SHA-224 hash object that has seen the given bytes."),
    ];
}

fn exec(this: &Object) -> Result<()> {
    Sha224::class().ready()?;
    Sha256::class().ready()?;
    module::add(this, "SHA224Type", Sha224::class().object())?;
    module::add(this, "SHA256Type", Sha256::class().object())
}

mod short {
    crate::hashes::hash_class! {
        /// `_sha256.sha224`
        Sha224, Sha224_Type: sha2::Sha224, c"_sha256.sha224", "sha224", 64, 28;
        member: digest_size;
    }
}

mod long {
    crate::hashes::hash_class! {
        /// `_sha256.sha256`
        Sha256, Sha256_Type: sha2::Sha256, c"_sha256.sha256", "sha256", 64, 32;
        member: digest_size;
    }
}
