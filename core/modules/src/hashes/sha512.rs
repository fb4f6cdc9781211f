//! `_sha512`

use super::arguments;
use krait_object::args::Args;
use krait_object::types::module;
use krait_object::{Class, Layout, Object, Result, method, native_module};
use long::Sha512;
use short::Sha384;

native_module! {
    /// `_sha512`
    init: PyInit__sha512, name: c"_sha512", doc: crate::support::NoDoc, methods: FUNCTIONS, exec: exec,
}
krait_object::methods! {
    static FUNCTIONS = [
        method::keywords(c"sha512", |_: &Object, args: Args<'_>| Sha512::of(arguments("sha512", args)?), c"sha512($module, /, string=b'', *, usedforsecurity=True)\n--\n\nA new SHA-512 hash object that has seen the given bytes."),
        method::keywords(c"sha384", |_: &Object, args: Args<'_>| Sha384::of(arguments("sha384", args)?), c"sha384($module, /, string=b'', *, usedforsecurity=True)\n--\n\nA new SHA-384 hash object that has seen the given bytes."),
    ];
}

fn exec(this: &Object) -> Result<()> {
    Sha384::class().ready()?;
    Sha512::class().ready()?;
    module::add(this, "SHA384Type", Sha384::class().object())?;
    module::add(this, "SHA512Type", Sha512::class().object())
}

mod short {
    crate::hashes::hash_class! {
        /// `_sha512.sha384`
        Sha384, Sha384_Type: sha2::Sha384, c"_sha512.sha384", "sha384", 128, 48;
        member: digest_size;
    }
}

mod long {
    crate::hashes::hash_class! {
        /// `_sha512.sha512`
        Sha512, Sha512_Type: sha2::Sha512, c"_sha512.sha512", "sha512", 128, 64;
        member: digest_size;
    }
}
