//! `_md5`

use super::{arguments, hash_class};
use krait_object::args::Args;
use krait_object::types::module;
use krait_object::{Class, Layout, Object, Result, method, native_module};

native_module! {
    /// `_md5`
    init: PyInit__md5, name: c"_md5", doc: crate::support::NoDoc, methods: FUNCTIONS, exec: exec,
}
krait_object::methods! {
    static FUNCTIONS = [
        method::keywords(c"md5", |_: &Object, args: Args<'_>| Md5::of(arguments("md5", args)?), c"md5($module, /, string=b'', *, usedforsecurity=True)\n--\n\nA new MD5 hash object that has seen the given bytes."),
    ];
}

fn exec(this: &Object) -> Result<()> {
    Md5::class().ready()?;
    module::add(this, "MD5Type", Md5::class().object())
}

hash_class! {
    /// `_md5.md5`
    Md5, Md5_Type: md5::Md5, c"_md5.md5", "md5", 64, 16;
    getters: [method::getter(c"digest_size", |_: &Md5| Ok(16), c"")];
}
