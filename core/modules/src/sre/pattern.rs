//! `re.Pattern`

use super::engine::{MAX_GROUPS, MatchError, Program, Scratch, State};
use super::found::{self, Match};
use super::text::Text;
use super::{replace, scanner};
use core::cell::Cell;
use core::ffi::{c_int, c_ulong};
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::ObjCell;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::object;
use krait_object::slot::CompareOp;
use krait_object::text::Unit;
use krait_object::types::{bool as py_bool, dict, list, long, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, err, getsets, intern, members, method, methods,
    payload_class, slot, static_type, with_chars,
};

/// A compiled pattern.
#[repr(C)]
pub struct Pattern {
    head: Head,
    weak: Cell<*mut PyObject>,
    groups: Cell<isize>,
    flags: Cell<c_int>,
    /// The source, or None.
    pattern: ObjCell,
    pub(super) group_index: ObjCell,
    pub(super) index_group: ObjCell,
    /// Whether it is for bytes; unknown when the pattern has no source.
    pub(super) is_bytes: Option<bool>,
    code: Box<[u32]>,
    program: Program,
    /// The machine's stacks, while no match is running.
    scratch: Cell<Option<Box<Scratch>>>,
}

static_type! {
    /// `re.Pattern`
    pub static Pattern_Type = {
        tp_name: c"re.Pattern".as_ptr(),
        tp_basicsize: core::mem::size_of::<Pattern>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Pattern>(),
        tp_repr: slot::unary(repr),
        tp_hash: slot::hash(hash),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_doc: c"A compiled regular expression.".as_ptr(),
        tp_richcompare: slot::richcompare(compare),
        tp_weaklistoffset: core::mem::offset_of!(Pattern, weak) as Py_ssize_t,
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Pattern, Pattern_Type);
impl Payload for Pattern {}

/// `_sre.compile`
pub(super) fn compile(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<6> =
        Signature::new("compile", ["pattern", "flags", "code", "groups", "groupindex", "indexgroup"]);
    let [Some(pattern), Some(flags), Some(code), Some(groups), Some(group_index), Some(index_group)] =
        SIGNATURE.bind(args)?
    else {
        return Err(err::bad_internal_call());
    };
    let flags = krait_object::args::int(flags)?;
    let Some(codes) = code.downcast::<list::List>() else {
        return Err(krait_object::args::bad_argument("compile", "argument 'code'", "list", code));
    };
    let groups = krait_object::args::ssize(groups)?;
    if !dict::check(group_index) {
        return Err(krait_object::args::bad_argument(
            "compile",
            "argument 'groupindex'",
            "dict",
            group_index,
        ));
    }
    if !tuple::check(index_group) {
        return Err(krait_object::args::bad_argument(
            "compile",
            "argument 'indexgroup'",
            "tuple",
            index_group,
        ));
    }
    let mut code = Vec::with_capacity(codes.len());
    for i in 0..codes.len() {
        let Some(item) = codes.get(i) else { break };
        code.push(code_unit(&item)?);
    }
    let is_bytes = if pattern.is_none() { None } else { Some(Text::of(pattern)?.is_bytes()) };
    let invalid = || err::runtime_error("invalid SRE code");
    if groups < 0 || groups as usize > MAX_GROUPS {
        return Err(invalid());
    }
    let program = Program::compile(&code, groups as usize).map_err(|_| invalid())?;
    let new = payload::new(Pattern::class(), |head| Pattern {
        head,
        weak: Cell::new(null_mut()),
        groups: Cell::new(groups),
        flags: Cell::new(flags),
        pattern: ObjCell::new(pattern.owned()),
        group_index: ObjCell::new(group_index.owned()),
        index_group: ObjCell::new(index_group.owned()),
        is_bytes,
        code: code.into_boxed_slice(),
        program,
        scratch: Cell::new(None),
    })?;
    Ok(new.upcast())
}

fn code_unit(item: &Object) -> Result<u32> {
    let too_large = || err::overflow_error("regular expression code size limit exceeded");
    match long::as_unsigned_long(item) {
        Ok(value) => u32::try_from(value).map_err(|_| too_large()),
        Err(_) if err::matches(krait_object::types::exceptions::OverflowError()) => Err(too_large()),
        Err(raised) => Err(raised),
    }
}

impl Pattern {
    /// Number of groups, without the whole match.
    pub fn groups(&self) -> usize {
        self.groups.get() as usize
    }
}

/// How to try.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Match,
    FullMatch,
    Search,
}

/// The exception for a run that gave no answer.
#[cold]
pub(super) fn raise(error: MatchError) -> Raised {
    match error {
        MatchError::State => err::runtime_error("internal error in regular expression engine"),
        MatchError::Memory => err::no_memory(),
        MatchError::Interrupted => Raised::assume(),
    }
}

/// Runs `body` with a state over a text; the machine's stacks are borrowed from the pattern.
pub(super) fn with_state<U: Unit, R>(
    pattern: &Pattern,
    units: &[U],
    start: isize,
    end: isize,
    body: impl FnOnce(&mut State<'_, '_, '_, U>) -> Result<R>,
) -> Result<R> {
    let mut scratch = pattern.scratch.take().unwrap_or_default();
    let mut interrupt = || crate::support::check_signals().is_err();
    let mut state =
        State::new(&pattern.program, units, start, end, core::mem::take(&mut *scratch), Some(&mut interrupt));
    let result = body(&mut state);
    *scratch = state.into_scratch();
    pattern.scratch.set(Some(scratch));
    result
}

/// One attempt of a state.
pub(super) fn attempt<U: Unit>(state: &mut State<'_, '_, '_, U>, mode: Mode) -> Result<bool> {
    match mode {
        Mode::Match => state.match_here(false),
        Mode::FullMatch => state.match_here(true),
        Mode::Search => state.search(),
    }
    .map_err(raise)
}

// ---- methods ----

methods! {
    static METHODS = [
        method::keywords(c"match", |this: &Pattern, args: Args<'_>| run(this, "match", args, Mode::Match), c"match($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nTries the pattern at the beginning of the string."),
        method::keywords(c"fullmatch", |this: &Pattern, args: Args<'_>| run(this, "fullmatch", args, Mode::FullMatch), c"fullmatch($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nTries the pattern against all of the string."),
        method::keywords(c"search", |this: &Pattern, args: Args<'_>| run(this, "search", args, Mode::Search), c"search($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nLooks through the string for a match.\n\nReturns a match object, or None."),
        method::keywords(c"sub", replace::sub, c"sub($self, /, repl, string, count=0)\n--\n\nThe string with matches replaced, from the left and without overlaps."),
        method::keywords(c"subn", replace::subn, c"subn($self, /, repl, string, count=0)\n--\n\nThe string with matches replaced, and how many there were."),
        method::keywords(c"findall", findall, c"findall($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nA list of all matches, which do not overlap."),
        method::keywords(c"split", split, c"split($self, /, string, maxsplit=0)\n--\n\nThe parts of the string between the matches."),
        method::keywords(c"finditer", finditer, c"finditer($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\nAn iterator of match objects, which do not overlap."),
        method::keywords(c"scanner", |this: &Pattern, args: Args<'_>| scanner(this, args).map(Obj::upcast), c"scanner($self, /, string, pos=0, endpos=sys.maxsize)\n--\n\n"),
        method::noargs(c"__copy__", |this: &Pattern| Ok(this.object().owned()), c"__copy__($self, /)\n--\n\n"),
        method::o(c"__deepcopy__", |this: &Pattern, _: &Object| Ok(this.object().owned()), c"__deepcopy__($self, memo, /)\n--\n\n"),
        method::with_flags(method::o(c"__class_getitem__", krait_object::types::genericalias::new, c"See PEP 585"), METH_CLASS as c_int),
    ];
}
members! {
    static MEMBERS = [
        method::member(c"pattern", T_OBJECT as c_int, core::mem::offset_of!(Pattern, pattern), READONLY as c_int, c"The source of the pattern."),
        method::member(c"flags", T_INT as c_int, core::mem::offset_of!(Pattern, flags), READONLY as c_int, c"The flags, those in the source included."),
        method::member(c"groups", T_PYSSIZET as c_int, core::mem::offset_of!(Pattern, groups), READONLY as c_int, c"The number of groups."),
    ];
}
getsets! {
    static GETSETS = [method::getter(c"groupindex", groupindex, c"The numbers of the groups that have names.")];
}

fn groupindex(this: &Pattern) -> Result<Obj> {
    let Some(index) = this.group_index.get() else { return dict::new() };
    krait_object::types::descr::mappingproxy::new(&index)
}

/// The arguments `string`, `pos`, `endpos`.
fn region<'a>(function: &'static str, args: Args<'a>) -> Result<(&'a Object, isize, isize)> {
    let signature: Signature<3> = Signature::new(function, ["string", "pos", "endpos"]).required(1);
    let [string, pos, end] = signature.bind(args)?;
    let Some(string) = string else { return Err(err::bad_internal_call()) };
    let pos = pos.map_or(Ok(0), krait_object::args::ssize)?;
    let end = end.map_or(Ok(isize::MAX), krait_object::args::ssize)?;
    Ok((string, pos, end))
}

fn run(this: &Pattern, function: &'static str, args: Args<'_>, mode: Mode) -> Result<Option<Obj<Match>>> {
    let (string, start, end) = region(function, args)?;
    let text = Text::for_pattern(string, this.is_bytes)?;
    with_chars!(text.units(), |units| with_state(this, units, start, end, |state| {
        let from = state.start;
        if !attempt(state, mode)? {
            return Ok(None);
        }
        found::new(this, state, &text, from, state.end()).map(Some)
    }))
}

/// The object for a group of the current match: the whole, or `default` where it took no part.
pub(super) fn group_object<U: Unit>(
    state: &State<'_, '_, '_, U>,
    text: &Text,
    number: usize,
    default: impl FnOnce() -> Result<Obj>,
) -> Result<Obj> {
    if number == 0 {
        return text.slice(state.start, state.ptr);
    }
    match state.group(number) {
        Some((start, end)) => text.slice(start, end),
        None => default(),
    }
}

fn findall(this: &Pattern, args: Args<'_>) -> Result<Obj> {
    let (string, start, end) = region("findall", args)?;
    let text = Text::for_pattern(string, this.is_bytes)?;
    let all = list::new()?;
    with_chars!(text.units(), |units| with_state(this, units, start, end, |state| {
        while state.start <= state.end() {
            state.reset();
            state.ptr = state.start;
            if !attempt(state, Mode::Search)? {
                break;
            }
            let item = match this.groups() {
                0 => group_object(state, &text, 0, || text.empty())?,
                1 => group_object(state, &text, 1, || text.empty())?,
                n => {
                    let groups: Result<Vec<Obj>> =
                        (1..=n).map(|i| group_object(state, &text, i, || text.empty())).collect();
                    tuple::from_vec(groups?)?
                }
            };
            all.push(item)?;
            state.must_advance = state.ptr == state.start;
            state.start = state.ptr;
        }
        Ok(())
    }))?;
    Ok(all.upcast())
}

fn split(this: &Pattern, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<2> = Signature::new("split", ["string", "maxsplit"]).required(1);
    let [string, most] = SIGNATURE.bind(args)?;
    let Some(string) = string else { return Err(err::bad_internal_call()) };
    let most = most.map_or(Ok(0), krait_object::args::ssize)?;
    let text = Text::for_pattern(string, this.is_bytes)?;
    let parts = list::new()?;
    with_chars!(text.units(), |units| with_state(this, units, 0, isize::MAX, |state| {
        let mut last = state.start;
        let mut count = 0;
        while most == 0 || count < most {
            state.reset();
            state.ptr = state.start;
            if !attempt(state, Mode::Search)? {
                break;
            }
            parts.push(text.slice(last, state.start)?)?;
            for i in 1..=this.groups() {
                parts.push(group_object(state, &text, i, || Ok(none::none().owned()))?)?;
            }
            count += 1;
            state.must_advance = state.ptr == state.start;
            state.start = state.ptr;
            last = state.ptr;
        }
        parts.push(text.slice(last, state.end())?)
    }))?;
    Ok(parts.upcast())
}

fn scanner(this: &Pattern, args: Args<'_>) -> Result<Obj<scanner::Scanner>> {
    let (string, start, end) = region("scanner", args)?;
    scanner::new(this, string, start, end)
}

fn finditer(this: &Pattern, args: Args<'_>) -> Result<Obj> {
    let (string, start, end) = region("finditer", args)?;
    let scanner = scanner::new(this, string, start, end)?;
    let search = object::get_attr(scanner.object(), intern!("search"))?;
    krait_object::types::iter::new_callable(&search, none::none())
}

// ---- repr and comparison ----

const FLAG_NAMES: [(c_int, &str); 9] = [
    (1, "re.TEMPLATE"),
    (2, "re.IGNORECASE"),
    (4, "re.LOCALE"),
    (8, "re.MULTILINE"),
    (16, "re.DOTALL"),
    (32, "re.UNICODE"),
    (64, "re.VERBOSE"),
    (128, "re.DEBUG"),
    (256, "re.ASCII"),
];

fn repr(this: &Pattern) -> Result<Obj> {
    let source = object::repr(&*this.pattern.get_or_none())?;
    let mut flags = this.flags.get();
    // Unicode goes without saying for text.
    if this.is_bytes == Some(false) && flags & (4 | 32 | 256) == 32 {
        flags &= !32;
    }
    let mut text = unicode::Builder::new();
    text.push_str("re.compile(");
    text.push_substring(&source, 0, unicode::len(&source).min(200));
    let mut separator = ", ";
    for (flag, name) in FLAG_NAMES {
        if flags & flag != 0 {
            flags &= !flag;
            text.push_str(separator);
            text.push_str(name);
            separator = "|";
        }
    }
    if flags != 0 {
        text.push_str(separator);
        text.push_str(&format!("{flags:#x}"));
    }
    text.push_str(")");
    text.finish()
}

fn hash(this: &Pattern) -> Result<isize> {
    let source = object::hash(&*this.pattern.get_or_none())?;
    // SAFETY: the bytes of the codes.
    let code = unsafe {
        core::slice::from_raw_parts(this.code.as_ptr().cast::<u8>(), core::mem::size_of_val(&*this.code))
    };
    Ok(source
        ^ unicode::hash_bytes(code)
        ^ this.flags.get() as isize
        ^ this.is_bytes.map_or(-1, isize::from)
        ^ this.code.len() as isize)
}

fn compare(this: &Pattern, other: &Object, op: CompareOp) -> Result<Obj> {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(none::not_implemented().owned());
    }
    let Some(other) = other.downcast_exact::<Pattern>() else { return Ok(none::not_implemented().owned()) };
    let equal = core::ptr::eq(this, other)
        || (this.flags.get() == other.flags.get()
            && this.is_bytes == other.is_bytes
            && this.code == other.code
            && object::rich_compare_bool(
                &*this.pattern.get_or_none(),
                &*other.pattern.get_or_none(),
                CompareOp::Eq,
            )?);
    Ok(py_bool::from_bool(equal == (op == CompareOp::Eq)))
}
