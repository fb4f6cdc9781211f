//! The `builtins` module. Functions by theme: [`classes`] (`__build_class__`), [`run`] (`compile`, `eval`, `exec`),
//! [`text`] (`print`, `input`), [`aggregate`] (`sum`, `min`, `sorted`, ...), and the iterator types [`filter`], [`map`],
//! [`zip`]. The rest is here.

mod aggregate;
mod classes;
pub mod filter;
pub mod map;
pub mod run;
mod text;
pub mod zip;

pub use run::source_bytes;

use krait_abi::*;
use krait_object::args::{Args, Signature, check_positional};
use krait_object::protocol::{call, iter, number, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, exceptions, long, module, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern, method, state};

static mut DEFINITION: PyModuleDef = PyModuleDef {
    m_base: krait_object::native::DEF_BASE,
    m_name: c"builtins".as_ptr(),
    m_doc: c"Built-in functions, exceptions, and other objects.\n\nNoteworthy: None is the `nil' object; Ellipsis represents `...' in slices.".as_ptr(),
    m_size: -1,
    m_methods: (&raw mut METHODS).cast(),
    m_slots: core::ptr::null_mut(),
    m_traverse: None,
    m_clear: None,
    m_free: None,
};

krait_object::methods! {
    static METHODS = [
        method::varargs_keywords(c"__build_class__", classes::build_class, c"__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nInternal helper function used by the class statement."),
        method::varargs_keywords(c"__import__", import, c"__import__(name, globals=None, locals=None, fromlist=(), level=0) -> module\n\nImports a module. It is what the import statement calls; programs use\nimportlib.import_module() instead."),
        method::o(c"abs", abs, c"abs($module, x, /)\n--\n\nThe absolute value of the argument."),
        method::o(c"all", aggregate::all, c"all($module, iterable, /)\n--\n\nWhether every item is true. An empty iterable gives True."),
        method::o(c"any", aggregate::any, c"any($module, iterable, /)\n--\n\nWhether some item is true. An empty iterable gives False."),
        method::o(c"ascii", ascii, c"ascii($module, obj, /)\n--\n\nAs repr(), with characters beyond ASCII escaped."),
        method::o(c"bin", bin, c"bin($module, number, /)\n--\n\nThe binary representation of an integer.\n\n   >>> bin(2796202)\n   '0b1010101010101010101010'"),
        method::keywords(c"breakpoint", breakpoint, c"breakpoint(*args, **kws)\n\nCalls sys.breakpointhook(*args, **kws), by default the debugger pdb."),
        method::o(c"callable", callable, c"callable($module, obj, /)\n--\n\nWhether the object can be called, as classes and instances with __call__() can."),
        method::o(c"chr", chr, c"chr($module, i, /)\n--\n\nThe character with the ordinal i; 0 <= i <= 0x10ffff."),
        method::keywords(c"compile", run::compile, c"compile($module, /, source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, _feature_version=-1)\n--\n\nCompiles source into a code object that exec() or eval() can run.\n\nsource is a str, bytes or an AST; filename is shown in messages; mode is\n'exec', 'single' or 'eval'. flags says which future features count, together\nwith those of the calling code unless dont_inherit is true."),
        method::fastcall(c"delattr", delattr, c"delattr($module, obj, name, /)\n--\n\nDeletes the attribute: delattr(x, 'y') is del x.y"),
        method::fastcall(c"dir", dir, c"dir([object]) -> list of strings\n\nWithout argument, the names in the current scope; else the attributes of the\nobject, of a module, of a class and its bases, or what its __dir__() says."),
        method::fastcall(c"divmod", divmod, c"divmod($module, x, y, /)\n--\n\nThe tuple (x//y, x%y). Invariant: div*y + mod == x."),
        method::fastcall(c"eval", run::eval, c"eval($module, source, globals=None, locals=None, /)\n--\n\nThe value of an expression, given as text or code, in the namespaces."),
        method::fastcall(c"exec", run::exec, c"exec($module, source, globals=None, locals=None, /)\n--\n\nRuns statements, given as text or code, in the namespaces."),
        method::fastcall(c"format", format, c"format($module, value, format_spec='', /)\n--\n\nvalue.__format__(format_spec)."),
        method::fastcall(c"getattr", getattr, c"getattr(object, name[, default]) -> value\n\ngetattr(x, 'y') is x.y. With a default, that is the value when there is no\nsuch attribute; without it AttributeError is raised."),
        method::noargs(c"globals", globals, c"globals($module, /)\n--\n\nThe dictionary of the current scope's global variables."),
        method::fastcall(c"hasattr", hasattr, c"hasattr($module, obj, name, /)\n--\n\nWhether the object has an attribute of that name: whether getattr() works."),
        method::o(c"hash", hash, c"hash($module, obj, /)\n--\n\nThe hash value. Equal objects have equal ones."),
        method::o(c"hex", hex, c"hex($module, number, /)\n--\n\nThe hexadecimal representation of an integer.\n\n   >>> hex(12648430)\n   '0xc0ffee'"),
        method::o(c"id", id, c"id($module, obj, /)\n--\n\nThe identity of an object, unique among those that exist at the same time\n(the object's address)."),
        method::fastcall(c"input", text::input, c"input($module, prompt=None, /)\n--\n\nReads a line from standard input, without its newline."),
        method::fastcall(c"isinstance", isinstance, c"isinstance($module, obj, class_or_tuple, /)\n--\n\nWhether the object is an instance of the class or of one of the classes."),
        method::fastcall(c"issubclass", issubclass, c"issubclass($module, cls, class_or_tuple, /)\n--\n\nWhether the class is derived from the class or from one of the classes."),
        method::fastcall(c"iter", iterator, c"iter(iterable) -> iterator\niter(callable, sentinel) -> iterator\n\nAn iterator over the object; in the second form the callable is called\nuntil it returns the sentinel."),
        method::o(c"len", len, c"len($module, obj, /)\n--\n\nThe number of items in a container."),
        method::noargs(c"locals", locals, c"locals($module, /)\n--\n\nA dictionary of the current scope's local variables."),
        method::keywords(c"max", aggregate::max, c"max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value\n\nThe biggest item of an iterable, or of two or more arguments. default is\nfor an empty iterable."),
        method::keywords(c"min", aggregate::min, c"min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value\n\nThe smallest item of an iterable, or of two or more arguments. default is\nfor an empty iterable."),
        method::fastcall(c"next", next, c"next(iterator[, default])\n\nThe next item; at the end the default, or StopIteration."),
        method::o(c"oct", oct, c"oct($module, number, /)\n--\n\nThe octal representation of an integer.\n\n   >>> oct(342391)\n   '0o1234567'"),
        method::o(c"ord", ord, c"ord($module, c, /)\n--\n\nThe ordinal of a string of one character."),
        method::keywords(c"pow", pow, c"pow($module, /, base, exp, mod=None)\n--\n\nbase**exp, or base**exp % mod.\n\nSome types, such as ints, have a faster algorithm for the second form."),
        method::keywords(c"print", text::print, c"print(value, ..., sep=' ', end='\\n', file=sys.stdout, flush=False)\n\nWrites the values to a stream, by default sys.stdout.\n\nsep    what stands between values\nend    what follows the last one\nfile   an object with a write() method\nflush  whether the stream is flushed"),
        method::o(c"repr", repr, c"repr($module, obj, /)\n--\n\nThe canonical text of the object; eval(repr(obj)) == obj for many."),
        method::keywords(c"round", round, c"round($module, /, number, ndigits=None)\n--\n\nThe number rounded to so many decimal digits, an int without ndigits."),
        method::fastcall(c"setattr", setattr, c"setattr($module, obj, name, value, /)\n--\n\nsetattr(x, 'y', v) is x.y = v"),
        method::keywords(c"sorted", aggregate::sorted, c"sorted($module, iterable, /, *, key=None, reverse=False)\n--\n\nA new list of all items in ascending order. A key function may decide the\norder, reverse turns it round."),
        method::keywords(c"sum", aggregate::sum, c"sum($module, iterable, /, start=0)\n--\n\nThe sum of a start value and the numbers of an iterable."),
        method::fastcall(c"vars", vars, c"vars([object]) -> dictionary\n\nWithout argument as locals(), else object.__dict__."),
    ];
}

/// The builtins dict of the running interpreter.
pub fn dict() -> Result<Obj> {
    // SAFETY: the running interpreter.
    let builtins = unsafe { Object::from_ptr_opt((*state::interp()).builtins) };
    builtins.map(Layout::owned).ok_or_else(|| err::runtime_error("lost builtins module"))
}

/// Makes the module. Done once for each interpreter, before `sys` exists.
pub fn create() -> Result<Obj> {
    // SAFETY: a static definition.
    let new = unsafe { module::create2(&raw mut DEFINITION, 1013)? };
    let namespace = module::dict(&new);
    let constants: [(&str, &Object); 3] =
        [("None", none::none()), ("Ellipsis", none::ellipsis()), ("NotImplemented", none::not_implemented())];
    for (name, value) in constants {
        dict::set_str(namespace, name, value)?;
    }
    for (name, value) in [("False", false), ("True", true)] {
        dict::set_str(namespace, name, &*krait_object::types::bool::from_bool(value))?;
    }
    for (name, class) in types() {
        // SAFETY: static types.
        dict::set_str(namespace, name, unsafe { Type::from_raw(class) })?;
    }
    let debug = krait_object::types::bool::from_bool(crate::lifecycle::optimization_level() == 0);
    dict::set_str(namespace, "__debug__", &debug)?;
    exceptions::add_to(namespace)?;
    Ok(new)
}

/// Whether a class initialises like the built-in one (which then checks that there are no keyword arguments).
fn inherits_init(class: &Type, builtin: &Type) -> bool {
    // SAFETY: live types.
    unsafe {
        (*class.as_raw()).tp_init.map(|f| f as usize) == (*builtin.as_raw()).tp_init.map(|f| f as usize)
    }
}

/// The classes that are built-in names.
fn types() -> [(&'static str, *mut PyTypeObject); 26] {
    use krait_object::types as t;
    [
        ("bool", &raw mut t::bool::PyBool_Type),
        ("memoryview", &raw mut t::memoryview::PyMemoryView_Type),
        ("bytearray", &raw mut t::bytearray::PyByteArray_Type),
        ("bytes", &raw mut t::bytes::PyBytes_Type),
        ("classmethod", &raw mut t::classmethod::PyClassMethod_Type),
        ("complex", &raw mut t::complex::PyComplex_Type),
        ("dict", &raw mut t::dict::PyDict_Type),
        ("enumerate", &raw mut t::enumerate::PyEnum_Type),
        ("filter", &raw mut filter::PyFilter_Type),
        ("float", &raw mut t::float::PyFloat_Type),
        ("frozenset", &raw mut t::set::PyFrozenSet_Type),
        ("property", &raw mut t::descr::property::PyProperty_Type),
        ("int", &raw mut t::long::PyLong_Type),
        ("list", &raw mut t::list::PyList_Type),
        ("map", &raw mut map::PyMap_Type),
        ("object", &raw mut t::object::PyBaseObject_Type),
        ("range", &raw mut t::range::PyRange_Type),
        ("reversed", &raw mut t::enumerate::PyReversed_Type),
        ("set", &raw mut t::set::PySet_Type),
        ("slice", &raw mut t::slice::PySlice_Type),
        ("staticmethod", &raw mut t::classmethod::PyStaticMethod_Type),
        ("str", &raw mut t::unicode::PyUnicode_Type),
        ("super", &raw mut t::super_::PySuper_Type),
        ("tuple", &raw mut t::tuple::PyTuple_Type),
        ("type", &raw mut t::typeobject::PyType_Type),
        ("zip", &raw mut zip::PyZip_Type),
    ]
}

fn import(_module: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    static SIGNATURE: Signature<5> =
        Signature::new("__import__", ["name", "globals", "locals", "fromlist", "level"]).required(1);
    let [name, globals, _locals, from, level] = SIGNATURE.bind_tuple(args, kw)?;
    let name = name.unwrap_or(none::none());
    if !unicode::check(name) {
        let given = if name.is_none() { "None" } else { name.class_of().name() };
        return Err(err::type_error(format_args!("__import__() argument 1 must be str, not {given}")));
    }
    let level = level.map_or(Ok(0), krait_object::args::int)?;
    crate::import::import_module_level(name, globals, from, level)
}

fn abs(_module: &Object, value: &Object) -> Result<Obj> {
    number::absolute(value)
}

fn ascii(_module: &Object, value: &Object) -> Result<Obj> {
    object::ascii(value)
}

fn bin(_module: &Object, value: &Object) -> Result<Obj> {
    long::format(&*number::index(value)?, 2)
}

fn oct(_module: &Object, value: &Object) -> Result<Obj> {
    long::format(&*number::index(value)?, 8)
}

fn hex(_module: &Object, value: &Object) -> Result<Obj> {
    long::format(&*number::index(value)?, 16)
}

fn breakpoint(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let Some(hook) = crate::sys::get_object("breakpointhook") else {
        return Err(err::runtime_error("lost sys.breakpointhook"));
    };
    crate::sys::audit("builtins.breakpoint", &*tuple::pack([hook.clone()])?)?;
    let names = if args.names.is_empty() { None } else { Some(tuple::from_slice(args.names)?) };
    let all: Vec<&Object> = args.positional.iter().chain(args.values).copied().collect();
    call::call_names(&hook, &all, args.positional.len(), names.as_deref())
}

fn callable(_module: &Object, value: &Object) -> Result<bool> {
    Ok(object::is_callable(value))
}

fn chr(_module: &Object, value: &Object) -> Result<Obj> {
    let point = krait_object::args::int(value)?;
    match u32::try_from(point) {
        Ok(point) if point <= 0x10_FFFF => unicode::from_code_points(&[point]),
        _ => Err(err::value_error("chr() arg not in range(0x110000)")),
    }
}

fn ord(_module: &Object, value: &Object) -> Result<Obj> {
    use krait_object::types::{bytearray, bytes};
    let size = if unicode::check(value) {
        if unicode::len(value) == 1 {
            return long::from_i64(i64::from(unicode::char_at(value, 0)));
        }
        unicode::len(value)
    } else if bytes::check(value) || bytearray::check(value) {
        let buffer = krait_object::protocol::buffer::Buffer::simple(value)?;
        let slice = buffer.as_slice();
        if let [only] = slice {
            return long::from_i64(i64::from(*only));
        }
        slice.len()
    } else {
        return Err(err::type_error(format_args!(
            "ord() expected string of length 1, but {} found",
            value.class_of().name()
        )));
    };
    Err(err::type_error(format_args!("ord() expected a character, but string of length {size} found")))
}

fn delattr(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("delattr", args.len(), 2, 2)?;
    object::set_attr(args[0], args[1], None)
}

fn dir(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("dir", args.len(), 0, 1)?;
    match args.first() {
        Some(object) => object::dir(Some(object)),
        None => {
            let names = krait_object::protocol::mapping::keys(&*crate::sys::frame_locals()?)?;
            if let Some(list) = names.downcast::<krait_object::types::list::List>() {
                list.sort()?;
            }
            Ok(names)
        }
    }
}

fn divmod(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("divmod", args.len(), 2, 2)?;
    number::divmod(args[0], args[1])
}

fn format(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("format", args.len(), 1, 2)?;
    if let Some(spec) = args.get(1)
        && !unicode::check(spec)
    {
        let name = if spec.is_none() { "None" } else { spec.class_of().name() };
        return Err(err::type_error(format_args!("format() argument 2 must be str, not {name}")));
    }
    object::format(args[0], args.get(1).copied())
}

fn getattr(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("getattr", args.len(), 2, 3)?;
    if !unicode::check(args[1]) {
        return Err(err::type_error("getattr(): attribute name must be string"));
    }
    match args.get(2) {
        None => object::get_attr(args[0], args[1]),
        Some(default) => Ok(object::lookup_attr(args[0], args[1])?.unwrap_or_else(|| (*default).owned())),
    }
}

fn hasattr(_module: &Object, args: &[&Object]) -> Result<bool> {
    check_positional("hasattr", args.len(), 2, 2)?;
    if !unicode::check(args[1]) {
        return Err(err::type_error("hasattr(): attribute name must be string"));
    }
    Ok(object::lookup_attr(args[0], args[1])?.is_some())
}

fn setattr(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("setattr", args.len(), 3, 3)?;
    object::set_attr(args[0], args[1], Some(args[2]))
}

fn globals(_module: &Object) -> Result<Option<Obj>> {
    Ok(crate::sys::frame_globals())
}

fn locals(_module: &Object) -> Result<Obj> {
    crate::sys::frame_locals()
}

fn hash(_module: &Object, value: &Object) -> Result<isize> {
    object::hash(value)
}

fn id(_module: &Object, value: &Object) -> Result<Obj> {
    let id = long::from_ptr(value.as_ptr().cast())?;
    crate::sys::audit("builtins.id", &*tuple::pack([id.clone()])?)?;
    Ok(id)
}

fn isinstance(_module: &Object, args: &[&Object]) -> Result<bool> {
    check_positional("isinstance", args.len(), 2, 2)?;
    object::is_instance(args[0], args[1])
}

fn issubclass(_module: &Object, args: &[&Object]) -> Result<bool> {
    check_positional("issubclass", args.len(), 2, 2)?;
    object::is_subclass(args[0], args[1])
}

fn iterator(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("iter", args.len(), 1, 2)?;
    match args.get(1) {
        None => iter::get_iter(args[0]),
        Some(sentinel) => {
            if !object::is_callable(args[0]) {
                return Err(err::type_error("iter(v, w): v must be callable"));
            }
            krait_object::types::iter::new_callable(args[0], sentinel)
        }
    }
}

fn len(_module: &Object, value: &Object) -> Result<usize> {
    object::len(value)
}

fn next(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("next", args.len(), 1, 2)?;
    if !iter::check(args[0]) {
        return Err(err::type_error(format_args!(
            "'{}' object is not an iterator",
            args[0].class_of().name()
        )));
    }
    // SAFETY: an iterator has the slot; it gets a live object.
    let item = unsafe {
        let next = (*args[0].type_ptr()).tp_iternext;
        next.and_then(|next| Obj::from_owned_opt(next(args[0].as_ptr())))
    };
    if let Some(item) = item {
        return Ok(item);
    }
    let raised = err::occurred().is_some();
    match args.get(1) {
        Some(default) => {
            if raised {
                if !err::matches(exceptions::StopIteration()) {
                    return Err(err::Raised::assume());
                }
                err::clear();
            }
            Ok((*default).owned())
        }
        None if raised => Err(err::Raised::assume()),
        None => Err(err::set_none(exceptions::StopIteration())),
    }
}

fn pow(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<3> = Signature::new("pow", ["base", "exp", "mod"]).required(2);
    let [base, exp, modulus] = SIGNATURE.bind(args)?;
    number::power(base.unwrap_or(none::none()), exp.unwrap_or(none::none()), modulus.unwrap_or(none::none()))
}

fn repr(_module: &Object, value: &Object) -> Result<Obj> {
    object::repr(value)
}

fn round(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<2> = Signature::new("round", ["number", "ndigits"]).required(1);
    let [value, digits] = SIGNATURE.bind(args)?;
    let value = value.unwrap_or(none::none());
    let Some(round) = object::lookup_special(value, intern!("__round__"))? else {
        return Err(err::type_error(format_args!(
            "type {} doesn't define __round__ method",
            value.class_of().name()
        )));
    };
    match digits.filter(|digits| !digits.is_none()) {
        Some(digits) => call::call1(&round, digits),
        None => call::call0(&round),
    }
}

fn vars(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("vars", args.len(), 0, 1)?;
    let Some(object) = args.first() else { return crate::sys::frame_locals() };
    object::lookup_attr(object, intern!("__dict__"))?
        .ok_or_else(|| err::type_error("vars() argument must have __dict__ attribute"))
}
