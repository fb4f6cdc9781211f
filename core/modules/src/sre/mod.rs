//! `_sre`: regular expressions. [`engine`] matches; this module shows it to Python as patterns, matches and scanners.

pub mod engine;
mod found;
mod pattern;
mod replace;
mod scanner;
mod text;

use engine::charset;
use krait_object::types::typeobject::Type;
use krait_object::types::{long, module, unicode};
use krait_object::{Object, Result, method, native_module};

native_module! {
    /// `_sre`
    init: PyInit__sre, name: c"_sre", doc: NO_DOC, methods: METHODS, exec: exec,
}

/// The module has no documentation.
const NO_DOC: NoDoc = NoDoc;
struct NoDoc;
impl NoDoc {
    const fn as_ptr(&self) -> *const core::ffi::c_char {
        core::ptr::null()
    }
}

krait_object::methods! {
    static METHODS = [
        method::keywords(c"compile", pattern::compile, c"compile($module, /, pattern, flags, code, groups, groupindex,\n        indexgroup)\n--\n\n"),
        method::noargs(c"getcodesize", |_: &Object| Ok(engine::CODE_SIZE), c"getcodesize($module, /)\n--\n\n"),
        method::o(c"ascii_iscased", |_: &Object, c: &Object| Ok(charset::ascii_is_cased(character(c)?)), c"ascii_iscased($module, character, /)\n--\n\n"),
        method::o(c"unicode_iscased", |_: &Object, c: &Object| Ok(charset::unicode_is_cased(character(c)?)), c"unicode_iscased($module, character, /)\n--\n\n"),
        method::o(c"ascii_tolower", |_: &Object, c: &Object| Ok(charset::ascii_lower(character(c)?)), c"ascii_tolower($module, character, /)\n--\n\n"),
        method::o(c"unicode_tolower", |_: &Object, c: &Object| Ok(charset::unicode_lower(character(c)?)), c"unicode_tolower($module, character, /)\n--\n\n"),
    ];
}

fn character(given: &Object) -> Result<u32> {
    Ok(krait_object::args::int(given)? as u32)
}

fn exec(this: &Object) -> Result<()> {
    for class in [&raw mut pattern::Pattern_Type, &raw mut found::Match_Type, &raw mut scanner::Scanner_Type]
    {
        // SAFETY: static types.
        unsafe { Type::from_raw(class) }.ready()?;
    }
    let numbers = [
        ("MAGIC", u64::from(engine::MAGIC)),
        ("CODESIZE", engine::CODE_SIZE as u64),
        ("MAXREPEAT", u64::from(engine::MAX_REPEAT)),
        ("MAXGROUPS", engine::MAX_GROUPS as u64),
    ];
    for (name, value) in numbers {
        module::add(this, name, &*long::from_u64(value)?)?;
    }
    let notice = " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ";
    module::add(this, "copyright", &*unicode::from_str(notice)?)
}
