//! Warnings: `PyErr_Warn*` and the `_warnings` module.
//!
//! The filters, the registry of `once` and the default action belong to the interpreter; once the `warnings` module is
//! imported its attributes of the same meaning are looked at first, so that Python code can exchange them.

use core::ffi::c_long;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::protocol::{call, object};
use krait_object::types::list::{self, List};
use krait_object::types::typeobject::Type;
use krait_object::types::{bool as py_bool, dict, exceptions, long, module, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern, method, native_module, state};

native_module! {
    /// `_warnings`
    init: _PyWarnings_Init, name: c"_warnings",
    doc: c"_warnings provides basic warning filtering support.\nIt is a helper module to speed up interpreter start-up.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::keywords(c"warn", warn_function, c"warn($module, /, message, category=None, stacklevel=1, source=None)\n--\n\nIssues a warning, or ignores it, or raises it."),
        method::keywords(c"warn_explicit", warn_explicit_function, c"Low-level interface to warnings functionality."),
        method::noargs(c"_filters_mutated", filters_mutated, c""),
    ];
}

fn exec(this: &Object) -> Result<()> {
    init_state()?;
    let runtime = runtime();
    // SAFETY: the running interpreter's state, just filled.
    unsafe {
        module::add(this, "filters", Object::from_ptr((*runtime).filters))?;
        module::add(this, "_onceregistry", Object::from_ptr((*runtime).once_registry))?;
        module::add(this, "_defaultaction", Object::from_ptr((*runtime).default_action))
    }
}

fn runtime() -> *mut _warnings_runtime_state {
    // SAFETY: the running interpreter.
    unsafe { &raw mut (*state::interp()).warnings }
}

/// Fills the interpreter's warnings state.
fn init_state() -> Result<()> {
    // SAFETY: the running interpreter's fields own what they hold.
    unsafe {
        let runtime = runtime();
        if (*runtime).filters.is_null() {
            (*runtime).filters = default_filters()?.into_ptr();
        }
        if (*runtime).once_registry.is_null() {
            (*runtime).once_registry = dict::new()?.into_ptr();
        }
        if (*runtime).default_action.is_null() {
            (*runtime).default_action = unicode::intern_str("default")?.into_ptr();
            (*runtime).filters_version = 0;
        }
        Ok(())
    }
}

fn default_filters() -> Result<Obj> {
    let row = |action: &str, category: &Object, module: Option<&str>| -> Result<Obj> {
        let module = match module {
            Some(module) => unicode::intern_str(module)?,
            None => none::none().owned(),
        };
        tuple::pack([
            unicode::intern_str(action)?,
            none::none().owned(),
            category.owned(),
            module,
            long::from_i64(0)?,
        ])
    };
    let rows = vec![
        row("default", exceptions::DeprecationWarning(), Some("__main__"))?,
        row("ignore", exceptions::DeprecationWarning(), None)?,
        row("ignore", exceptions::PendingDeprecationWarning(), None)?,
        row("ignore", exceptions::ImportWarning(), None)?,
        row("ignore", exceptions::ResourceWarning(), None)?,
    ];
    Ok(list::from_vec(rows)?.upcast())
}

/// An attribute of the `warnings` module; None when the module is not imported (and not to be) or lacks it.
fn module_attribute(name: &'static str, import: bool) -> Result<Option<Obj>> {
    let warnings = if import && state::finalizing().is_null() {
        match crate::import::import_module("warnings") {
            Ok(warnings) => Some(warnings),
            Err(raised) => {
                if !err::matches(exceptions::ImportError()) {
                    return Err(raised);
                }
                err::clear();
                None
            }
        }
    } else {
        crate::import::get_module(intern!("warnings"))?
    };
    match warnings {
        Some(warnings) => object::lookup_attr(&warnings, &*unicode::intern_str(name)?),
        None => Ok(None),
    }
}

/// The module's attribute, kept in the interpreter's field, or what the field has.
unsafe fn current(name: &'static str, field: *mut *mut PyObject) -> Result<Obj> {
    // SAFETY: a field of the running interpreter.
    unsafe {
        if let Some(value) = module_attribute(name, false)? {
            let old = core::mem::replace(&mut *field, value.clone().into_ptr());
            krait_object::refcount::xdecref(old);
            return Ok(value);
        }
        init_state()?;
        Ok(Object::from_ptr(*field).owned())
    }
}

/// Whether a filter's pattern matches: None does, a str by equality, anything else by its `match` method.
fn matches(pattern: &Object, text: &Object) -> Result<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if unicode::check_exact(pattern) {
        return Ok(unicode::check(text) && unicode::eq(pattern, text));
    }
    object::is_true(&*call::call_method(pattern, intern!("match"), &[text])?)
}

/// The action of the first filter that fits, and the filter.
fn find_action(category: &Object, text: &Object, lineno: c_long, module: &Object) -> Result<(Obj, Obj)> {
    // SAFETY: fields of the running interpreter.
    let filters = unsafe { current("filters", &raw mut (*runtime()).filters)? };
    let Some(filters) = filters.downcast::<List>() else {
        return Err(err::value_error("_warnings.filters must be a list"));
    };
    let mut index = 0;
    while let Some(item) = filters.get(index) {
        if !tuple::check_exact(&item) || tuple::items(&item).len() != 5 {
            return Err(err::value_error(format_args!("_warnings.filters item {index} isn't a 5-tuple")));
        }
        let parts = tuple::items(&item);
        if !unicode::check(parts[0]) {
            return Err(err::type_error(format_args!(
                "action must be a string, not '{}'",
                parts[0].class_of().name()
            )));
        }
        let line = long::as_isize(parts[4])?;
        if matches(parts[1], text)?
            && matches(parts[3], module)?
            && object::is_subclass(category, parts[2])?
            && (line == 0 || lineno == line as c_long)
        {
            return Ok((parts[0].owned(), item.clone()));
        }
        index += 1;
    }
    // SAFETY: a field of the running interpreter.
    let action = unsafe { current("defaultaction", &raw mut (*runtime()).default_action)? };
    if !unicode::check(&action) {
        return Err(err::type_error(format_args!(
            "_warnings.defaultaction must be a string, not '{}'",
            action.class_of().name()
        )));
    }
    Ok((action, none::none().owned()))
}

/// Whether the key was in the registry; it is afterwards if `set`.
fn already_warned(registry: &Object, key: &Object, set: bool) -> Result<bool> {
    // SAFETY: the running interpreter.
    let version = unsafe { (*runtime()).filters_version };
    let known = dict::get_str(registry, "version")?;
    let current = match &known {
        Some(known) if long::check_exact(known) => long::as_i64(known).unwrap_or(-1) == version,
        _ => false,
    };
    if !current {
        dict::clear(registry);
        dict::set_str(registry, "version", &*long::from_i64(version)?)?;
    } else if let Some(found) = dict::get_item(registry, key)?
        && object::is_true(&found)?
    {
        return Ok(true);
    }
    if set {
        dict::set_item(registry, key, &*py_bool::from_bool(true))?;
    }
    Ok(false)
}

/// Everything about one warning.
struct Warning<'a> {
    category: &'a Object,
    message: &'a Object,
    filename: &'a Object,
    lineno: c_long,
    module: Option<&'a Object>,
    registry: Option<&'a Object>,
    source_line: Option<&'a Object>,
    source: Option<&'a Object>,
}

/// The module name for a file name.
fn module_for(filename: &Object) -> Result<Obj> {
    let length = unicode::len(filename);
    if length == 0 {
        return unicode::from_str("<unknown>");
    }
    let text = unicode::display(filename).to_string();
    if length >= 3 && text.ends_with(".py") {
        return unicode::substring(filename, 0, length - 3);
    }
    Ok(filename.owned())
}

fn issue(warning: &Warning<'_>) -> Result<()> {
    if warning.module.is_some_and(|module| module.is_none()) {
        return Ok(());
    }
    let registry = warning.registry.filter(|registry| !registry.is_none());
    if let Some(registry) = registry
        && !dict::check(registry)
    {
        return Err(err::type_error("'registry' must be a dict or None"));
    }
    let module = match warning.module {
        Some(module) => module.owned(),
        None => module_for(warning.filename)?,
    };
    let is_warning = object::is_instance(warning.message, exceptions::Warning())?;
    let (text, category, message) = if is_warning {
        let class = warning.message.class_of().object().owned();
        (object::str(warning.message)?, class, warning.message.owned())
    } else {
        let message = call::call1(warning.category, warning.message)?;
        (warning.message.owned(), warning.category.owned(), message)
    };
    let lineno = long::from_i64(warning.lineno)?;
    let key = tuple::pack([text.clone(), category.clone(), lineno.clone()])?;
    if let Some(registry) = registry
        && already_warned(registry, &key, false)?
    {
        return Ok(());
    }
    let (action, item) = find_action(&category, &text, warning.lineno, &module)?;
    let action_text = unicode::display(&action).to_string();
    let mut shown_before = false;
    match action_text.as_str() {
        "error" => return Err(err::set_object(&category, &message)),
        "ignore" => return Ok(()),
        "always" => {}
        other => {
            if let Some(registry) = registry {
                dict::set_item(registry, &key, &*py_bool::from_bool(true))?;
            }
            let once = tuple::pack([text.clone(), category.clone(), long::from_i64(0)?]);
            match other {
                "once" => {
                    let registry = match registry {
                        Some(registry) => registry.owned(),
                        // SAFETY: a field of the running interpreter.
                        None => unsafe { current("onceregistry", &raw mut (*runtime()).once_registry)? },
                    };
                    if !dict::check(&registry) {
                        return Err(err::type_error(format_args!(
                            "_warnings.onceregistry must be a dict, not '{:.200}'",
                            registry.class_of().name()
                        )));
                    }
                    shown_before = already_warned(&registry, &*once?, true)?;
                }
                "module" => {
                    if let Some(registry) = registry {
                        shown_before = already_warned(registry, &*once?, true)?;
                    }
                }
                "default" => {}
                _ => {
                    let (action, item) = (object::repr(&action)?, object::repr(&item)?);
                    return Err(err::runtime_error(format_args!(
                        "Unrecognized action ({}) in warnings.filters:\n {}",
                        unicode::display(&action),
                        unicode::display(&item)
                    )));
                }
            }
        }
    }
    if shown_before {
        return Ok(());
    }
    show(warning, &category, &text, &message, &lineno)
}

/// Through `warnings._showwarnmsg`, or directly to stderr while there is no such module.
fn show(
    warning: &Warning<'_>,
    category: &Object,
    text: &Object,
    message: &Object,
    lineno: &Object,
) -> Result<()> {
    let Some(function) = module_attribute("_showwarnmsg", warning.source.is_some())? else {
        return show_directly(warning, category, text);
    };
    if !object::is_callable(&function) {
        return Err(err::type_error("warnings._showwarnmsg() must be set to a callable"));
    }
    let Some(class) = module_attribute("WarningMessage", false)? else {
        return Err(err::runtime_error("unable to get warnings.WarningMessage"));
    };
    let none = none::none();
    let args = [message, category, warning.filename, lineno, none, none, warning.source.unwrap_or(none)];
    let record = call::call(&class, &args)?;
    call::call1(&function, &record).map(drop)
}

fn show_directly(warning: &Warning<'_>, category: &Object, text: &Object) -> Result<()> {
    let name = object::get_attr(category, intern!("__name__"))?;
    let text = object::str(text)?;
    crate::sys::write_stderr(&format!(
        "{}:{}: {}: {}\n",
        unicode::display(warning.filename),
        warning.lineno,
        unicode::display(&name),
        unicode::display(&text)
    ));
    let line = match warning.source_line {
        Some(line) => Some(unicode::display(line).to_string()),
        None => err::program_text_object(warning.filename, warning.lineno as i32)
            .map(|line| unicode::display(&line).to_string()),
    };
    err::clear();
    if let Some(line) = line {
        let line = line.trim_start_matches([' ', '\t', '\u{c}']).trim_end_matches('\n');
        crate::sys::write_stderr(&format!("  {line}\n"));
    }
    Ok(())
}

/// Whether a frame belongs to importlib's bootstrap, which warnings step over.
unsafe fn is_internal(frame: *mut PyFrameObject) -> bool {
    // SAFETY: a live frame or null.
    unsafe {
        if frame.is_null() {
            return false;
        }
        let name = unicode::display(Object::from_ptr((*(*frame).f_code).co_filename)).to_string();
        name.contains("importlib") && name.contains("_bootstrap")
    }
}

/// The frame that a warning with this stack level is about.
unsafe fn frame_at(mut level: isize) -> *mut PyFrameObject {
    // SAFETY: the chain of live frames.
    unsafe {
        let mut frame = (*state::required()).frame;
        if level <= 0 || is_internal(frame) {
            while level > 1 && !frame.is_null() {
                frame = (*frame).f_back;
                level -= 1;
            }
            return frame;
        }
        while level > 1 && !frame.is_null() {
            loop {
                frame = (*frame).f_back;
                if frame.is_null() || !is_internal(frame) {
                    break;
                }
            }
            level -= 1;
        }
        frame
    }
}

/// Issues a warning at a stack level (`PyErr_WarnEx`, `warnings.warn`).
fn warn_at(category: &Object, message: &Object, level: isize, source: Option<&Object>) -> Result<()> {
    // SAFETY: a live frame of the running thread, if any.
    let (globals, filename, lineno) = unsafe {
        let frame = frame_at(level);
        if frame.is_null() {
            let globals = crate::sys::dict().map_or_else(dict::new, Ok)?;
            (globals, unicode::from_str("sys")?, 1)
        } else {
            let code = (*frame).f_code;
            let globals = Object::from_ptr((*frame).f_globals).owned();
            (
                globals,
                Object::from_ptr((*code).co_filename).owned(),
                c_long::from(crate::frame::line_number(frame)),
            )
        }
    };
    let registry = match dict::get_str(&globals, "__warningregistry__")? {
        Some(registry) => registry,
        None => {
            let registry = dict::new()?;
            dict::set_str(&globals, "__warningregistry__", &registry)?;
            registry
        }
    };
    let module = match dict::get_str(&globals, "__name__")? {
        Some(name) if name.is_none() || unicode::check(&name) => name,
        _ => unicode::from_str("<string>")?,
    };
    issue(&Warning {
        category,
        message,
        filename: &filename,
        lineno,
        module: Some(&module),
        registry: Some(&registry),
        source_line: None,
        source,
    })
}

/// `PyErr_WarnEx`.
pub fn warn(category: &Object, message: &Object, stack_level: isize) -> Result<()> {
    warn_at(category, message, stack_level, None)
}

/// `PyErr_ResourceWarning` and others that name what the warning is about.
pub fn warn_about(
    category: &Object,
    message: &Object,
    stack_level: isize,
    source: Option<&Object>,
) -> Result<()> {
    warn_at(category, message, stack_level, source)
}

/// A warning at a place in a file that is being compiled.
pub fn warn_explicit(category: &Object, message: &Object, filename: &Object, lineno: i32) -> Result<()> {
    warn_explicit_in(category, message, filename, lineno, None, None)
}

/// `PyErr_WarnExplicitObject`.
pub fn warn_explicit_in(
    category: &Object,
    message: &Object,
    filename: &Object,
    lineno: i32,
    module: Option<&Object>,
    registry: Option<&Object>,
) -> Result<()> {
    issue(&Warning {
        category,
        message,
        filename,
        lineno: c_long::from(lineno),
        module,
        registry,
        source_line: None,
        source: None,
    })
}

/// The class of the message if that is a Warning, else the given one, else UserWarning; checked.
fn category_of(message: &Object, category: Option<&Object>) -> Result<Obj> {
    if object::is_instance(message, exceptions::Warning())? {
        return Ok(message.class_of().object().owned());
    }
    let Some(category) = category.filter(|category| !category.is_none()) else {
        return Ok(exceptions::UserWarning().owned());
    };
    let fits = category.downcast::<Type>().is_some() && object::is_subclass(category, exceptions::Warning())?;
    if !fits {
        return Err(err::type_error(format_args!(
            "category must be a Warning subclass, not '{}'",
            category.class_of().name()
        )));
    }
    Ok(category.owned())
}

fn warn_function(_module: &Object, args: Args<'_>) -> Result<()> {
    static SIGNATURE: Signature<4> =
        Signature::new("warn", ["message", "category", "stacklevel", "source"]).required(1);
    let [message, category, level, source] = SIGNATURE.bind(args)?;
    let Some(message) = message else { return Err(err::bad_internal_call()) };
    let level = match level {
        Some(level) => long::as_isize(&*krait_object::protocol::number::index(level)?)?,
        None => 1,
    };
    let category = category_of(message, category)?;
    warn_at(&category, message, level, source.filter(|source| !source.is_none()))
}

fn warn_explicit_function(_module: &Object, args: Args<'_>) -> Result<()> {
    static SIGNATURE: Signature<8> = Signature::new(
        "warn_explicit",
        ["message", "category", "filename", "lineno", "module", "registry", "module_globals", "source"],
    )
    .required(4);
    let [message, category, filename, lineno, module, registry, globals, source] = SIGNATURE.bind(args)?;
    let (Some(message), Some(category), Some(filename), Some(lineno)) = (message, category, filename, lineno)
    else {
        return Err(err::bad_internal_call());
    };
    if !unicode::check(filename) {
        let name = if filename.is_none() { "None" } else { filename.class_of().name() };
        return Err(err::type_error(format_args!("warn_explicit() argument 3 must be str, not {name}")));
    }
    let line = match globals.filter(|globals| !globals.is_none()) {
        Some(globals) => {
            if !dict::check(globals) {
                return Err(err::type_error(format_args!(
                    "module_globals must be a dict, not '{}'",
                    globals.class_of().name()
                )));
            }
            source_line(globals, lineno)?
        }
        None => None,
    };
    issue(&Warning {
        category,
        message,
        filename,
        lineno: long::as_i32(lineno)?.into(),
        module,
        registry,
        source_line: line.as_deref(),
        source: source.filter(|source| !source.is_none()),
    })
}

/// The line of a module's source, from its loader's `get_source`.
fn source_line(globals: &Object, lineno: &Object) -> Result<Option<Obj>> {
    let loader = dict::get_str(globals, "__loader__")?;
    let name = dict::get_str(globals, "__name__")?;
    let (Some(loader), Some(name)) = (loader, name) else { return Ok(None) };
    let Some(get_source) = object::lookup_attr(&loader, intern!("get_source"))? else { return Ok(None) };
    let source = call::call1(&get_source, &name)?;
    if source.is_none() {
        return Ok(None);
    }
    if !unicode::check(&source) {
        return Err(err::type_error(format_args!("must be str, not {}", source.class_of().name())));
    }
    let lines = unicode::splitlines(&source, false)?;
    let index = long::as_isize(lineno)? - 1;
    krait_object::protocol::sequence::get_item(&lines, index).map(Some)
}

fn filters_mutated(_module: &Object) -> Result<()> {
    // SAFETY: the running interpreter.
    unsafe { (*runtime()).filters_version += 1 };
    Ok(())
}
