//! `_zoneinfo`: time zones of the IANA database.

mod cache;
mod rule;
mod zone;

use crate::attribute;
use crate::datetime::tzinfo::own_moment;
use crate::datetime::{Moment, moment, tzinfo::TzInfo_Type};
use crate::support::check_count;
use core::cell::Cell;
use core::ffi::{c_int, c_ulong};
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::cell::ObjCell;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, iter, number, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{long, module, none, tuple, unicode};
use krait_object::{
    Layout, Obj, Object, Result, err, hooks, intern, members, method, methods, payload_class, slot,
    static_type,
};
use zone::{Kind, Zone};

pub(super) fn fill(this: &Object) -> Result<()> {
    module::set_doc_string(this, "Time zones of the IANA database in native code.")?;
    // The base class belongs to another module.
    (hooks::get().import)("datetime")?;
    // SAFETY: a static type with valid slots.
    unsafe { crate::support::add_type(this, "ZoneInfo", &raw mut ZoneInfo_Type) }
}

/// Where an instance comes from, which pickling tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    NoCache,
    Cache,
    File,
}

/// A time zone.
#[repr(C)]
pub struct ZoneInfo {
    head: Head,
    key: ObjCell,
    /// What a zone without a key shows of its file.
    file_repr: ObjCell,
    weakrefs: Cell<*mut PyObject>,
    source: Cell<Source>,
    zone: Zone,
}

static_type! {
    /// `zoneinfo.ZoneInfo`
    pub static ZoneInfo_Type = {
        tp_name: c"zoneinfo.ZoneInfo".as_ptr(),
        tp_basicsize: size_of::<ZoneInfo>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<ZoneInfo>(),
        tp_repr: slot::unary(repr),
        tp_str: slot::unary(str),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_weaklistoffset: offset_of!(ZoneInfo, weakrefs) as Py_ssize_t,
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_base: &raw mut TzInfo_Type,
        tp_new: slot::new(new),
    };
}
payload_class!(ZoneInfo, ZoneInfo_Type);
impl Payload for ZoneInfo {}

const CLASS: c_int = METH_CLASS as c_int;

methods! {
    static METHODS = [
        method::with_flags(method::varargs_keywords(c"clear_cache", clear_cache, c"Forgets the zones that have been made."), CLASS),
        method::with_flags(method::varargs_keywords(c"no_cache", no_cache, c"A zone of its own, which is not kept."), CLASS),
        method::with_flags(method::varargs_keywords(c"from_file", from_file, c"A zone from a file object."), CLASS),
        method::o(c"utcoffset", |this: &ZoneInfo, when: &Object| this.property(when, |kind| &kind.utc_offset), c"The zone's distance from UTC at a datetime, a timedelta."),
        method::o(c"dst", |this: &ZoneInfo, when: &Object| this.property(when, |kind| &kind.dst), c"How much of the distance from UTC is daylight saving time, a timedelta."),
        method::o(c"tzname", |this: &ZoneInfo, when: &Object| this.property(when, |kind| &kind.name), c"The abbreviation that is used in the zone at a datetime."),
        method::o(c"fromutc", from_utc, c"A datetime in UTC as one in the zone."),
        method::noargs(c"__reduce__", reduce, c"For pickle."),
        method::with_flags(method::varargs(c"_unpickle", unpickle, c"Undoes what __reduce__ does."), CLASS),
        method::with_flags(method::varargs_keywords(c"__init_subclass__", init_subclass, c"Gives a subclass a cache of its own."), CLASS),
    ];
}
members! {
    static MEMBERS = [method::member(c"key", T_OBJECT_EX, offset_of!(ZoneInfo, key), READONLY, c"")];
}

fn as_class(class: &Object) -> Result<&Type> {
    class.downcast::<Type>().ok_or_else(err::bad_internal_call)
}

fn key_argument<'a>(args: &'a Object, kw: Option<&'a Object>) -> Result<&'a Object> {
    let [key] = const { Signature::new("", ["key"]).parsed() }.bind_tuple(args, kw)?;
    Ok(key.unwrap_or(none::none()))
}

fn new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    cached(class, key_argument(args, kw)?)
}

/// The zone with that key that the class keeps, or a new one.
fn cached(class: &Type, key: &Object) -> Result<Obj> {
    if let Some(zone) = cache::recent(class, key)? {
        return Ok(zone);
    }
    let weak = cache::weak(class)?;
    let mut zone = call::call_method(&weak, intern!("get"), &[key])?;
    if zone.is_none() {
        let made = load(class, key)?;
        zone = call::call_method(&weak, intern!("setdefault"), &[key, &made])?;
        if let Some(zone) = zone.downcast::<ZoneInfo>() {
            zone.source.set(Source::Cache);
        }
    }
    cache::remember(class, key, &zone)?;
    Ok(zone)
}

/// A new zone from the system's files or the package `tzdata`.
fn load(class: &Type, key: &Object) -> Result<Obj> {
    let find = attribute::of_module("zoneinfo._tzpath", "find_tzfile")?;
    let path = call::call1(&find, key)?;
    let file = if path.is_none() {
        call::call1(&*attribute::of_module("zoneinfo._common", "load_tzdata")?, key)?
    } else {
        call::call(&*attribute::of_module("io", "open")?, &[&path, intern!("rb")])?
    };
    let made = make(class, &file, key, None);
    let fetched = err::fetch();
    let closed = call::call_method(&file, intern!("close"), &[]);
    if let Some(error) = fetched {
        err::chain(Some(error));
        return made;
    }
    closed?;
    made
}

fn make(class: &Type, file: &Object, key: &Object, file_repr: Option<Obj>) -> Result<Obj> {
    let source = if file_repr.is_some() { Source::File } else { Source::NoCache };
    let zone = Zone::read(file)?;
    payload::new(class, |head| ZoneInfo {
        head,
        key: ObjCell::new(key.owned()),
        file_repr: ObjCell::from_option(file_repr),
        weakrefs: Cell::default(),
        source: Cell::new(source),
        zone,
    })
    .map(Obj::upcast)
}

fn no_cache(class: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    load(as_class(class)?, key_argument(args, kw)?)
}

fn from_file(class: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let [file, key] = const { Signature::new("", ["", "key"]).required(1).positional_only(1).parsed() }
        .bind_tuple(args, kw)?;
    let (file, key) = (file.unwrap_or(none::none()), key.unwrap_or(none::none()));
    let file_repr = object::repr(file)?;
    make(as_class(class)?, file, key, Some(file_repr))
}

fn clear_cache(class: &Object, args: &Object, kw: Option<&Object>) -> Result<()> {
    let [only_keys] = const { Signature::new("", ["only_keys"]).required(0).keyword_only_from(0).parsed() }
        .bind_tuple(args, kw)?;
    let class = as_class(class)?;
    let weak = cache::weak(class)?;
    let Some(keys) = crate::support::not_none(only_keys) else {
        call::call_method(&weak, intern!("clear"), &[])?;
        return cache::forget_all(class);
    };
    iter::for_each(keys, |key| {
        cache::forget(class, &key)?;
        call::call_method(&weak, intern!("pop"), &[&key, none::none()]).map(|_| ())
    })
}

fn init_subclass(class: &Object, _args: &Object, _kw: Option<&Object>) -> Result<()> {
    object::set_attr(class, intern!("_weak_cache"), Some(&*cache::new_weak()?))
}

/// What a zone needs of a `datetime`.
struct When {
    /// Seconds since 1970 as the clock shows them.
    seconds: i64,
    year: i32,
    fold: bool,
}

impl When {
    fn of(given: &Object) -> Result<When> {
        if let Some(when) = given.downcast_exact::<Moment>() {
            let [year, month, day, hour, minute, second, _] = moment::fields(when);
            let ordinal = crate::algorithms::calendar::ordinal(year, month, day);
            return Ok(When {
                seconds: local_seconds(ordinal.into(), [hour, minute, second].map(i64::from)),
                year,
                fold: object_fold(given)?,
            });
        }
        let ordinal = long::as_i64(&*call::call_method(given, intern!("toordinal"), &[])?)?;
        let field = |name: &'static Object| long::as_i64(&*object::get_attr(given, name)?);
        let clock = [field(intern!("hour"))?, field(intern!("minute"))?, field(intern!("second"))?];
        let year = field(intern!("year"))? as i32;
        Ok(When { seconds: local_seconds(ordinal, clock), year, fold: object_fold(given)? })
    }
}

fn object_fold(given: &Object) -> Result<bool> {
    object::is_true(&*object::get_attr(given, intern!("fold"))?)
}

fn local_seconds(ordinal: i64, [hour, minute, second]: [i64; 3]) -> i64 {
    (ordinal - zone::EPOCH_ORDINAL) * zone::DAY + hour * 3600 + minute * 60 + second
}

impl ZoneInfo {
    fn property(&self, when: &Object, field: impl Fn(&Kind) -> &Obj) -> Result<Obj> {
        let kind = if when.is_none() {
            self.zone.always()
        } else {
            let when = When::of(when)?;
            Some(self.zone.at_local(when.seconds, when.year, when.fold))
        };
        Ok(kind.map_or_else(|| none::none().owned(), |kind| field(kind).clone()))
    }
}

fn from_utc(this: &ZoneInfo, when: &Object) -> Result<Obj> {
    own_moment(this.object(), when)?;
    let utc = When::of(when)?;
    let (kind, fold) = this.zone.at_utc(utc.seconds, utc.year);
    let local = number::add(when, &kind.utc_offset)?;
    if !fold {
        return Ok(local);
    }
    let names = tuple::pack([intern!("fold").owned()])?;
    let replace = object::get_attr(&local, intern!("replace"))?;
    call::call_names(&replace, &[long::small(1)], 0, Some(&names))
}

fn repr(this: &ZoneInfo) -> Result<Obj> {
    let mut text = unicode::Builder::new();
    text.push_str(this.object().class_of().name());
    let key = this.key.get_or_none();
    if key.is_none() {
        text.push_str(".from_file(");
        text.push_object(&*this.file_repr.get_or_none());
    } else {
        text.push_str("(key=");
        text.push_object(&*object::repr(&key)?);
    }
    text.push_str(")");
    text.finish()
}

fn str(this: &ZoneInfo) -> Result<Obj> {
    match this.key.get().filter(|key| !key.is_none()) {
        Some(key) => Ok(key),
        None => repr(this),
    }
}

fn reduce(this: &ZoneInfo) -> Result<Obj> {
    if this.source.get() == Source::File {
        let message = "Cannot pickle a ZoneInfo file from a file stream.";
        return Err(attribute::raise("pickle", "PicklingError", message));
    }
    let from_cache = long::from_i64((this.source.get() == Source::Cache).into())?;
    let rebuild = object::get_attr(this.object(), intern!("_unpickle"))?;
    tuple::pack([rebuild, tuple::pack([this.key.get_or_none(), from_cache])?])
}

fn unpickle(class: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("", args.len(), 2, 2)?;
    let from_cache = crate::support::unsigned_mask(args[1])? as u8 != 0;
    let class = as_class(class)?;
    if from_cache { cached(class, args[0]) } else { load(class, args[0]) }
}
