//! `_pickle`: objects to byte streams and back.
//!
//! [`Pickler`] and [`Unpickler`] keep what lives as long as they do (memo, file, options); one run over an object is a
//! [`save::Saver`] or a [`load::Loader`], which own their output, input and stack. Python code that runs meanwhile may
//! use the pickler or its memo: nothing of it is borrowed across a call.

mod build;
mod global;
mod input;
mod load;
mod memo;
mod opcodes;
mod output;
mod pickler;
mod reduce;
mod save;
mod strings;
mod unpickler;

use crate::support::Global;
use krait_object::args::{Args, Signature};
use krait_object::protocol::object;
use krait_object::types::{dict, exceptions, module};
use krait_object::{Class, Layout, Obj, Object, Raised, Result, err, hooks, method, methods, native_module};
use pickler::{Options, Pickler};
use unpickler::{Reading, Unpickler};

native_module! {
    /// `_pickle`
    init: PyInit__pickle, name: c"_pickle",
    doc: c"The native implementation of the module pickle.",
    methods: METHODS, exec: exec,
}

static PICKLE_ERROR: Global = Global::new("_pickle", "PickleError");
static PICKLING_ERROR: Global = Global::new("_pickle", "PicklingError");
static UNPICKLING_ERROR: Global = Global::new("_pickle", "UnpicklingError");

/// What the module takes from others: (module, name, whether it must be a dict).
macro_rules! taken {
    ($($name:ident = $module:literal $attribute:literal $is_dict:literal;)*) => {
        $(static $name: Global = Global::new($module, $attribute);)*
        const TAKEN: &[(&str, &str, bool, &'static Global)] = &[$(($module, $attribute, $is_dict, &$name)),*];
    };
}
taken! {
    DISPATCH_TABLE = "copyreg" "dispatch_table" true;
    EXTENSION_REGISTRY = "copyreg" "_extension_registry" true;
    INVERTED_REGISTRY = "copyreg" "_inverted_registry" true;
    EXTENSION_CACHE = "copyreg" "_extension_cache" true;
    NAME_MAPPING = "_compat_pickle" "NAME_MAPPING" true;
    IMPORT_MAPPING = "_compat_pickle" "IMPORT_MAPPING" true;
    REVERSE_NAME_MAPPING = "_compat_pickle" "REVERSE_NAME_MAPPING" true;
    REVERSE_IMPORT_MAPPING = "_compat_pickle" "REVERSE_IMPORT_MAPPING" true;
    ENCODE = "codecs" "encode" false;
    GETATTR = "builtins" "getattr" false;
    PARTIAL = "functools" "partial" false;
}

fn exec(this: &Object) -> Result<()> {
    for (module, name, is_dict, place) in TAKEN {
        let value = object::get_attr_str(&*(hooks::get().import)(module)?, name)?;
        if *is_dict && !dict::check_exact(&value) {
            return Err(err::runtime_error(format_args!(
                "{module}.{name} should be a dict, not {:.200}",
                value.class_of().name()
            )));
        }
        if module == &"codecs" && !object::is_callable(&value) {
            return Err(err::runtime_error(format_args!(
                "codecs.encode should be a callable, not {:.200}",
                value.class_of().name()
            )));
        }
        place.set(value);
    }
    Pickler::class().ready()?;
    Unpickler::class().ready()?;
    memo::ready()?;
    module::add(this, "Pickler", Pickler::class().object())?;
    module::add(this, "Unpickler", Unpickler::class().object())?;
    let buffer = <krait_object::types::picklebuffer::PickleBuffer as Class>::class();
    module::add(this, "PickleBuffer", buffer.object())?;
    let base = err::new_exception("_pickle.PickleError", None, None)?;
    for (name, place) in [("PicklingError", &PICKLING_ERROR), ("UnpicklingError", &UNPICKLING_ERROR)] {
        let class = err::new_exception(&format!("_pickle.{name}"), Some(&base), None)?;
        module::add(this, name, &class)?;
        place.set(class);
    }
    module::add(this, "PickleError", &base)?;
    PICKLE_ERROR.set(base);
    Ok(())
}

/// `PicklingError`
#[cold]
fn pickling_error(message: impl core::fmt::Display) -> Raised {
    match PICKLING_ERROR.get() {
        Ok(class) => err::set(&class, message),
        Err(raised) => raised,
    }
}

/// `UnpicklingError`
#[cold]
fn unpickling_error(message: impl core::fmt::Display) -> Raised {
    match UNPICKLING_ERROR.get() {
        Ok(class) => err::set(&class, message),
        Err(raised) => raised,
    }
}

/// The text of `repr`, for messages.
fn shown(given: &Object) -> Result<Obj> {
    object::repr(given)
}

/// What a look-up found; `AttributeError` and nothing else means that there is nothing.
fn optional(found: Result<Obj>) -> Result<Option<Obj>> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(_) if err::matches(exceptions::AttributeError()) => {
            err::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

methods! {
    static METHODS = [
        method::keywords(c"dump", dump, c"dump($module, /, obj, file, protocol=None, *, fix_imports=True,\n     buffer_callback=None)\n--\n\nWrites an object to a binary file.\n\nThe same as Pickler(file, protocol).dump(obj), see there."),
        method::keywords(c"dumps", dumps, c"dumps($module, /, obj, protocol=None, *, fix_imports=True,\n      buffer_callback=None)\n--\n\nAn object as bytes.\n\nThe arguments are those of Pickler."),
        method::keywords(c"load", load, c"load($module, /, file, *, fix_imports=True, encoding='ASCII',\n     errors='strict', buffers=())\n--\n\nReads an object from a binary file.\n\nThe same as Unpickler(file).load(), see there."),
        method::keywords(c"loads", loads, c"loads($module, data, /, *, fix_imports=True, encoding='ASCII',\n      errors='strict', buffers=())\n--\n\nThe object that bytes stand for.\n\nThe arguments are those of Unpickler; what follows the object is ignored."),
    ];
}

fn dump(_module: &Object, args: Args<'_>) -> Result<()> {
    static SIGNATURE: Signature<5> =
        Signature::new("dump", ["obj", "file", "protocol", "fix_imports", "buffer_callback"])
            .required(2)
            .keyword_only_from(3);
    let [Some(given), Some(file), protocol, fix_imports, callback] = SIGNATURE.bind(args)? else {
        return Err(err::bad_internal_call());
    };
    let options = Options::parse(protocol, fix_imports, callback)?;
    let pickler = Pickler::create(&options)?;
    pickler.set_file(file)?;
    pickler.dump(given)
}

fn dumps(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<4> =
        Signature::new("dumps", ["obj", "protocol", "fix_imports", "buffer_callback"])
            .required(1)
            .keyword_only_from(2);
    let [Some(given), protocol, fix_imports, callback] = SIGNATURE.bind(args)? else {
        return Err(err::bad_internal_call());
    };
    let options = Options::parse(protocol, fix_imports, callback)?;
    Pickler::create(&options)?.dump_to_bytes(given)
}

fn load(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<5> =
        Signature::new("load", ["file", "fix_imports", "encoding", "errors", "buffers"])
            .required(1)
            .keyword_only_from(1);
    let [Some(file), fix_imports, encoding, errors, buffers] = SIGNATURE.bind(args)? else {
        return Err(err::bad_internal_call());
    };
    let options = Reading::parse("load", fix_imports, encoding, errors, buffers)?;
    let unpickler = Unpickler::create()?;
    unpickler.set_file(file)?;
    unpickler.set_options(options)?;
    unpickler.load()
}

fn loads(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<5> =
        Signature::new("loads", ["", "fix_imports", "encoding", "errors", "buffers"])
            .required(1)
            .positional_only(1)
            .keyword_only_from(1);
    let [Some(data), fix_imports, encoding, errors, buffers] = SIGNATURE.bind(args)? else {
        return Err(err::bad_internal_call());
    };
    let options = Reading::parse("loads", fix_imports, encoding, errors, buffers)?;
    let unpickler = Unpickler::create()?;
    unpickler.set_data(data)?;
    unpickler.set_options(options)?;
    unpickler.load()
}
