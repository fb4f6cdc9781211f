//! `_sha1`

use super::{arguments, hash_class};
use krait_object::args::Args;
use krait_object::types::module;
use krait_object::{Class, Layout, Object, Result, method, native_module};

native_module! {
    /// `_sha1`
    init: PyInit__sha1, name: c"_sha1", doc: crate::support::NoDoc, methods: FUNCTIONS, exec: exec,
}
krait_object::methods! {
    static FUNCTIONS = [
        method::keywords(c"sha1", |_: &Object, args: Args<'_>| Sha1::of(arguments("sha1", args)?), c"sha1($module, /, string=b'', *, usedforsecurity=True)\n--\n\nA new SHA-1 hash object that has seen the given bytes."),
    ];
}

fn exec(this: &Object) -> Result<()> {
    Sha1::class().ready()?;
    module::add(this, "SHA1Type", Sha1::class().object())
}

hash_class! {
    /// `_sha1.sha1`
    Sha1, Sha1_Type: sha1::Sha1, c"_sha1.sha1", "sha1", 64, 20;
    getters: [method::getter(c"digest_size", |_: &Sha1| Ok(20), c"")];
}
