//! `re.Match`: what matched, and where.

use super::engine::State;
use super::pattern::Pattern;
use super::text::Text;
use core::cell::Cell;
use core::ffi::{c_int, c_ulong};
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::ObjCell;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, number, object};
use krait_object::text::Unit;
use krait_object::types::{dict, long, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, err, getsets, hooks, intern, members, method, methods,
    payload_class, slot, static_type,
};

/// A span; the start is -1 for a group that took no part.
type Span = (isize, isize);
const UNSET: Span = (-1, -1);

/// How many spans need no memory of their own.
const INLINE: usize = 4;

enum Spans {
    Inline([Span; INLINE]),
    Heap(Box<[Span]>),
}

/// What matched.
#[repr(C)]
pub struct Match {
    head: Head,
    string: ObjCell,
    regs: ObjCell,
    pattern: ObjCell,
    pos: Cell<isize>,
    endpos: Cell<isize>,
    last_index: Option<usize>,
    groups: usize,
    spans: Spans,
}

static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: None,
    mp_subscript: slot::subscript(|this: &Match, key: &Object| slice(this, index(this, key)?, none::none())),
    mp_ass_subscript: None,
};

static_type! {
    /// `re.Match`
    pub static Match_Type = {
        tp_name: c"re.Match".as_ptr(),
        tp_basicsize: core::mem::size_of::<Match>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Match>(),
        tp_repr: slot::unary(repr),
        tp_as_mapping: &raw mut AS_MAPPING,
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_doc: c"What match() and search() return.\n\nMatch objects are always true.".as_ptr(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Match, Match_Type);
impl Payload for Match {}

/// The match that a state has found.
pub(super) fn new<U: Unit>(
    pattern: &Pattern,
    state: &State<'_, '_, '_, U>,
    text: &Text,
    pos: usize,
    endpos: usize,
) -> Result<Obj<Match>> {
    let groups = pattern.groups() + 1;
    let span = |i: usize| match i {
        0 => (state.start as isize, state.ptr as isize),
        i if i < groups => state.group(i).map_or(UNSET, |(start, end)| (start as isize, end as isize)),
        _ => UNSET,
    };
    let spans = if groups <= INLINE {
        Spans::Inline(core::array::from_fn(span))
    } else {
        Spans::Heap((0..groups).map(span).collect())
    };
    let (string, pattern) = (text.object.clone(), pattern.owned());
    payload::new(Match::class(), |head| Match {
        head,
        string: ObjCell::new(string),
        regs: ObjCell::empty(),
        pattern: ObjCell::new(pattern),
        pos: Cell::new(pos as isize),
        endpos: Cell::new(endpos as isize),
        last_index: state.last_index(),
        groups,
        spans,
    })
}

impl Match {
    fn span(&self, i: usize) -> Span {
        match &self.spans {
            Spans::Inline(spans) => spans[i],
            Spans::Heap(spans) => spans[i],
        }
    }

    fn pattern(&self) -> Result<Obj<Pattern>> {
        let pattern = self.pattern.get().ok_or_else(no_such_group)?;
        pattern.downcast_into::<Pattern>().map_err(|_| no_such_group())
    }
}

#[cold]
fn no_such_group() -> Raised {
    err::index_error("no such group")
}

/// The number of a group given by number or name.
fn index(this: &Match, key: &Object) -> Result<usize> {
    let number = if number::index_check(key) {
        number::as_ssize(key, None)?
    } else {
        let names = this.pattern()?.group_index.get();
        match names.map(|names| dict::get_item(&names, key)).transpose()?.flatten() {
            Some(number) if long::check(&number) => long::as_isize(&number)?,
            _ => -1,
        }
    };
    if number < 0 || number as usize >= this.groups {
        return Err(no_such_group());
    }
    Ok(number as usize)
}

/// The text of a group.
fn slice(this: &Match, group: usize, default: &Object) -> Result<Obj> {
    let (start, end) = this.span(group);
    if start < 0 {
        return Ok(default.owned());
    }
    let string = this.string.get_or_none();
    if string.is_none() {
        return Ok(default.owned());
    }
    Text::of(&string)?.slice(start as usize, end as usize)
}

// ---- methods ----

methods! {
    static METHODS = [
        method::fastcall(c"group", group, c"group([group1, ...]) -> str or tuple.\n\nThe text of groups given by number or name; 0 is the whole match and the default.\n\nSeveral groups give a tuple."),
        method::fastcall(c"start", |this: &Match, args: &[&Object]| bound(this, "start", args).map(|span| span.0), c"start($self, group=0, /)\n--\n\nWhere the text of the group begins."),
        method::fastcall(c"end", |this: &Match, args: &[&Object]| bound(this, "end", args).map(|span| span.1), c"end($self, group=0, /)\n--\n\nWhere the text of the group ends."),
        method::fastcall(c"span", span, c"span($self, group=0, /)\n--\n\nWhere the text of the group begins and ends."),
        method::keywords(c"groups", groups, c"groups($self, /, default=None)\n--\n\nThe texts of all groups.\n\n  default\n    Stands for groups that took no part."),
        method::keywords(c"groupdict", groupdict, c"groupdict($self, /, default=None)\n--\n\nThe texts of the groups that have names.\n\n  default\n    Stands for groups that took no part."),
        method::keywords(c"expand", expand, c"expand($self, /, template)\n--\n\nThe template with its references to groups filled in."),
        method::noargs(c"__copy__", |this: &Match| Ok(this.object().owned()), c"__copy__($self, /)\n--\n\n"),
        method::o(c"__deepcopy__", |this: &Match, _: &Object| Ok(this.object().owned()), c"__deepcopy__($self, memo, /)\n--\n\n"),
        method::with_flags(method::o(c"__class_getitem__", krait_object::types::genericalias::new, c"See PEP 585"), METH_CLASS as c_int),
    ];
}
members! {
    static MEMBERS = [
        method::member(c"string", T_OBJECT as c_int, core::mem::offset_of!(Match, string), READONLY as c_int, c"The string."),
        method::member(c"re", T_OBJECT as c_int, core::mem::offset_of!(Match, pattern), READONLY as c_int, c"The pattern."),
        method::member(c"pos", T_PYSSIZET as c_int, core::mem::offset_of!(Match, pos), READONLY as c_int, c"Where the search was to begin."),
        method::member(c"endpos", T_PYSSIZET as c_int, core::mem::offset_of!(Match, endpos), READONLY as c_int, c"Where the search was to end."),
    ];
}
getsets! {
    static GETSETS = [
        method::getter(c"lastindex", |this: &Match| Ok(this.last_index), c"The number of the last group that matched."),
        method::getter(c"lastgroup", lastgroup, c"The name of the last group that matched."),
        method::getter(c"regs", regs, c""),
    ];
}

fn group(this: &Match, args: &[&Object]) -> Result<Obj> {
    match *args {
        [] => slice(this, 0, none::none()),
        [one] => slice(this, index(this, one)?, none::none()),
        _ => {
            let items: Result<Vec<Obj>> =
                args.iter().map(|key| slice(this, index(this, key)?, none::none())).collect();
            tuple::from_vec(items?)
        }
    }
}

fn bound(this: &Match, function: &str, args: &[&Object]) -> Result<Span> {
    krait_object::args::check_positional(function, args.len(), 0, 1)?;
    let group = args.first().map_or(Ok(0), |key| index(this, key))?;
    Ok(this.span(group))
}

fn pair((start, end): Span) -> Result<Obj> {
    tuple::pack([long::from_i64(start as i64)?, long::from_i64(end as i64)?])
}

fn span(this: &Match, args: &[&Object]) -> Result<Obj> {
    pair(bound(this, "span", args)?)
}

fn default_argument<'a>(function: &'static str, args: Args<'a>) -> Result<&'a Object> {
    let signature: Signature<1> = Signature::new(function, ["default"]).required(0);
    let [default] = signature.bind(args)?;
    Ok(default.unwrap_or(none::none()))
}

fn groups(this: &Match, args: Args<'_>) -> Result<Obj> {
    let default = default_argument("groups", args)?;
    let items: Result<Vec<Obj>> = (1..this.groups).map(|i| slice(this, i, default)).collect();
    tuple::from_vec(items?)
}

fn groupdict(this: &Match, args: Args<'_>) -> Result<Obj> {
    let default = default_argument("groupdict", args)?;
    let result = dict::new()?;
    let Some(names) = this.pattern()?.group_index.get() else { return Ok(result) };
    let mut position = 0;
    while let Some((name, _)) = dict::next(&names, &mut position) {
        let text = slice(this, index(this, &name)?, default)?;
        dict::set_item(&result, &name, &text)?;
    }
    Ok(result)
}

fn expand(this: &Match, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<1> = Signature::new("expand", ["template"]);
    let [template] = SIGNATURE.bind(args)?;
    let Some(template) = template else { return Err(err::bad_internal_call()) };
    let re = (hooks::get().import)("re")?;
    call::call_method(&re, intern!("_expand"), &[&*this.pattern.get_or_none(), this.object(), template])
}

fn lastgroup(this: &Match) -> Result<Obj> {
    if let Some(last) = this.last_index
        && let Some(names) = this.pattern()?.index_group.get()
        && let Some(name) = tuple::items(&names).get(last)
    {
        return Ok((*name).owned());
    }
    Ok(none::none().owned())
}

fn regs(this: &Match) -> Result<Obj> {
    if let Some(regs) = this.regs.get() {
        return Ok(regs);
    }
    let spans: Result<Vec<Obj>> = (0..this.groups).map(|i| pair(this.span(i))).collect();
    let regs = tuple::from_vec(spans?)?;
    this.regs.set(regs.clone());
    Ok(regs)
}

fn repr(this: &Match) -> Result<Obj> {
    let (start, end) = this.span(0);
    let text = object::repr(&*slice(this, 0, none::none())?)?;
    let mut out = unicode::Builder::new();
    out.push_str(&format!("<re.Match object; span=({start}, {end}), match="));
    out.push_object(&text);
    out.push_str(">");
    out.finish()
}
