//! The CJK codecs: `_multibytecodec`, and `_codecs_cn` to `_codecs_tw` with the encodings.

mod codec;
mod convert;
mod incremental;
mod iso2022;
mod object;
mod stream;
mod tables;

use codec::Codec;
use krait_object::types::{module, unicode};
use krait_object::{Class, Obj, Object, Result, err, method};

krait_object::methods! {
    static METHODS = [method::o(c"__create_codec", create_codec, c"__create_codec($module, arg, /)\n--\n\n")];
}

pub(super) fn fill(this: &Object) -> Result<()> {
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(this, (&raw mut METHODS).cast())? };
    object::MultibyteCodec::class().ready()?;
    module::add_type(this, incremental::Encoder::class())?;
    module::add_type(this, incremental::Decoder::class())?;
    module::add_type(this, stream::Reader::class())?;
    module::add_type(this, stream::Writer::class())
}

/// Codecs of others come as capsules with the C structs of CPython's own modules, which this library has none of.
fn create_codec(_module: &Object, _capsule: &Object) -> Result<Obj> {
    Err(err::value_error("argument type invalid"))
}

/// A module whose one function finds encodings by name.
macro_rules! codec_modules {
    ($($fill:ident, $methods:ident, $codecs:path;)*) => {$(
        krait_object::methods! {
            static $methods = [method::o(c"getcodec", |_: &Object, name: &Object| get_codec($codecs, name), c"")];
        }

        pub(super) fn $fill(this: &Object) -> Result<()> {
            // SAFETY: a static table that ends with an empty entry.
            unsafe { module::add_functions(this, (&raw mut $methods).cast()) }
        }
    )*};
}

codec_modules! {
    fill_cn, CN_METHODS, codec::CN;
    fill_hk, HK_METHODS, codec::HK;
    fill_iso2022, ISO2022_METHODS, codec::ISO2022;
    fill_jp, JP_METHODS, codec::JP;
    fill_kr, KR_METHODS, codec::KR;
    fill_tw, TW_METHODS, codec::TW;
}

fn get_codec(codecs: &'static [Codec], name: &Object) -> Result<Obj> {
    if !unicode::check(name) {
        return Err(err::type_error("encoding name must be a string."));
    }
    let name = unicode::as_utf8(name)?;
    match codecs.iter().find(|codec| codec.name == name) {
        Some(codec) => object::new(codec),
        None => Err(err::lookup_error("no such codec is supported.")),
    }
}
