//! `_decimal`: decimal arithmetic by libmpdec, which is part of the library where the build finds it; elsewhere the
//! module `decimal` has its own in Python.
//!
//! [`number`] and [`context`] have the classes, [`operations`] their methods, [`convert`] the ways to and from other
//! types; [`current`] keeps the current context, [`signals`] makes exceptions of what libmpdec reports.

mod context;
mod convert;
mod current;
mod format;
mod mpd;
mod number;
mod operations;
mod shared;
mod signal_dict;
mod signals;

use context::Context;
use core::ffi::CStr;
use krait_object::protocol::{call, object};
use krait_object::types::{bool, dict, exceptions, module, none, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, err, hooks, method, methods};
use mpd::*;
use number::Decimal;
use signals::{CONDITIONS, SIGNALS};

methods! {
    static METHODS = [
        method::noargs(c"getcontext", current::getcontext, c"getcontext($module, /)\n--\n\nThe current context."),
        method::o(c"setcontext", current::setcontext, c"setcontext($module, context, /)\n--\n\nMakes a context the current one."),
        method::keywords(c"localcontext", current::localcontext, c"localcontext($module, /, ctx=None)\n--\n\nA context manager: inside, a copy of the given context, or of the current one, is current."),
    ];
}

const LIMITS: &[(&str, i64)] =
    &[("MAX_PREC", MAX_PREC), ("MAX_EMAX", MAX_EMAX), ("MIN_EMIN", MIN_EMIN), ("MIN_ETINY", MIN_ETINY)];

pub(super) fn fill(this: &Object) -> Result<()> {
    mpd::set_up();
    module::set_doc_string(this, "Decimal arithmetic by libmpdec, for the module decimal.")?;
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(this, (&raw mut METHODS).cast())? };
    let classes =
        [Decimal::class(), Context::class(), signal_dict::SignalDict::class(), current::Manager::class()];
    for class in classes {
        class.ready()?;
    }
    let exceptions = add_exceptions(this)?;
    add_classes(this)?;
    add_templates(this, exceptions)?;
    crate::support::add_ints(this, LIMITS)?;
    for name in ROUNDINGS {
        module::add(this, name, &*unicode::intern_str(name)?)?;
    }
    for name in ["HAVE_CONTEXTVAR", "HAVE_THREADS"] {
        module::add(this, name, bool::borrowed(true))?;
    }
    // SAFETY: a static C string.
    let version = unsafe { CStr::from_ptr(mpd_version()) }.to_string_lossy();
    module::add_string_constant(this, "__version__", "1.70")?;
    module::add_string_constant(this, "__libmpdec_version__", &version)
}

/// The exceptions: signals, then conditions.
fn add_exceptions(this: &Object) -> Result<Vec<Obj>> {
    let make = |name: &str, bases: Vec<Obj>| -> Result<Obj> {
        let class = err::new_exception(&format!("decimal.{name}"), Some(&*tuple::from_vec(bases)?), None)?;
        module::add(this, name, &class)?;
        Ok(class)
    };
    let root = make("DecimalException", vec![exceptions::ArithmeticError().owned()])?;
    let mut made: Vec<(&str, Obj)> = Vec::new();
    // A class comes after its bases.
    for name in [
        "InvalidOperation",
        "FloatOperation",
        "DivisionByZero",
        "Subnormal",
        "Inexact",
        "Rounded",
        "Clamped",
        "Overflow",
        "Underflow",
        "ConversionSyntax",
        "DivisionImpossible",
        "DivisionUndefined",
        "InvalidContext",
    ] {
        let known =
            |wanted: &str| made.iter().find(|(name, _)| *name == wanted).map(|(_, class)| class.clone());
        let known = |wanted: &str| known(wanted).ok_or_else(err::bad_internal_call);
        let bases = match name {
            "FloatOperation" => vec![root.clone(), exceptions::TypeError().owned()],
            "DivisionByZero" => vec![root.clone(), exceptions::ZeroDivisionError().owned()],
            "Overflow" => vec![known("Inexact")?, known("Rounded")?],
            "Underflow" => vec![known("Inexact")?, known("Rounded")?, known("Subnormal")?],
            "DivisionUndefined" => vec![known("InvalidOperation")?, exceptions::ZeroDivisionError().owned()],
            "ConversionSyntax" | "DivisionImpossible" | "InvalidContext" => vec![known("InvalidOperation")?],
            _ => vec![root.clone()],
        };
        let class = make(name, bases)?;
        made.push((name, class));
    }
    let find = |name: &str| made.iter().find(|(known, _)| *known == name).map(|(_, class)| class.clone());
    let names = SIGNALS.iter().chain(&CONDITIONS).map(|(name, _)| *name);
    names.map(|name| find(name).ok_or_else(err::bad_internal_call)).collect()
}

fn add_classes(this: &Object) -> Result<()> {
    for class in [Decimal::class(), Context::class()] {
        let name = unicode::from_str("decimal")?;
        dict::set_str(class.dict().ok_or_else(err::bad_internal_call)?, "__module__", &name)?;
        class.modified();
        module::add(this, class.short_name(), class.object())?;
    }
    Ok(())
}

/// Makes the shared objects and the templates of contexts.
fn add_templates(this: &Object, exceptions: Vec<Obj>) -> Result<()> {
    let import = |name: &str| (hooks::get().import)(name);
    let numbers = import("numbers")?;
    let number = object::get_attr_str(&numbers, "Number")?;
    call::call_method_str(&number, "register", &[Decimal::class().object()])?;
    let fields = [unicode::from_str("DecimalTuple")?, unicode::from_str("sign digits exponent")?];
    let tuple_class =
        call::call_method_str(&*import("collections")?, "namedtuple", &[&fields[0], &fields[1]])?;
    object::set_attr_str(&tuple_class, "__module__", Some(&*unicode::from_str("decimal")?))?;
    module::add(this, "DecimalTuple", &tuple_class)?;
    let mapping = object::get_attr_str(&*import("collections.abc")?, "MutableMapping")?;
    let bases = tuple::pack([signal_dict::SignalDict::class().object().owned(), mapping.clone()])?;
    let signal_dict = call::call(
        mapping.class_of().object(),
        &[&*unicode::from_str("SignalDict")?, &bases, &*dict::new()?],
    )?;
    let variable =
        krait_object::types::context::new_var(&*unicode::from_str("decimal_context")?, None)?.upcast();
    let rational = object::get_attr_str(&numbers, "Rational")?;
    let keep = |templates: [Obj; 3]| {
        let [default, basic, extended] = templates;
        let first = [
            variable.clone(),
            default,
            basic,
            extended,
            signal_dict.clone(),
            tuple_class.clone(),
            rational.clone(),
        ];
        shared::keep(first.into_iter().chain(exceptions.iter().cloned()).collect())
    };
    // The first context is made when there is no template yet.
    keep([none::none().owned(), none::none().owned(), none::none().owned()])?;
    let default = Context::make()?;
    let basic = Context::make()?;
    basic.update(
        |settings, traps| {
            (settings.prec, settings.round, settings.traps) = (9, ROUND_HALF_UP, traps);
        },
        IEEE_INVALID | DIVISION_BY_ZERO | OVERFLOW | UNDERFLOW | CLAMPED,
    );
    let extended = Context::make()?;
    extended.update(|settings, traps| (settings.prec, settings.traps) = (9, traps), 0);
    let templates = [default.upcast(), basic.upcast(), extended.upcast()];
    for (name, template) in ["DefaultContext", "BasicContext", "ExtendedContext"].iter().zip(&templates) {
        module::add(this, name, template)?;
    }
    keep(templates)
}
