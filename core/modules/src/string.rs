//! `_string`: what `string.Formatter` is built on.

use krait_object::types::unicode;
use krait_object::{Obj, Object, Result, err, method, native_module};

native_module! {
    /// `_string`
    init: PyInit__string, name: c"_string", doc: c"What the module string is built on.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::o(c"formatter_field_name_split", field_name_split, c"splits a field name into its first part and an iterator over the rest"),
        method::o(c"formatter_parser", parser, c"an iterator over the parts of a format string"),
    ];
}

fn exec(_this: &Object) -> Result<()> {
    Ok(())
}

fn text(given: &Object) -> Result<&Object> {
    if unicode::check(given) {
        return Ok(given);
    }
    Err(err::type_error(format_args!("expected str, got {}", given.class_of().name())))
}

fn parser(_module: &Object, format: &Object) -> Result<Obj> {
    unicode::formatter_parser(text(format)?)
}

fn field_name_split(_module: &Object, name: &Object) -> Result<Obj> {
    unicode::formatter_field_name_split(text(name)?)
}
