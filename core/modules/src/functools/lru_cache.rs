//! `functools._lru_cache_wrapper`: a function with a cache of its results.
//!
//! Results are found by a key made of the arguments in a dict. A bounded cache has a [`Link`] for each key, which the
//! dict owns and so does a list in the order of use, oldest first. Hashing and comparing keys, calling the function and
//! dropping results run Python code, which may come back into the same cache: the list is whole at all those points.

use core::cell::Cell;
use core::ffi::c_ulong;
use core::mem::offset_of;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::attribute::{PyObject_GenericGetDict, PyObject_GenericSetDict};
use krait_object::protocol::{call, number, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, exceptions, long, method as methods, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, intern, method, payload_class, slot, static_type,
};

/// A result in a bounded cache.
#[repr(C)]
pub struct Link {
    head: Head,
    previous: Cell<*const Link>,
    next: Cell<*const Link>,
    hash: Cell<isize>,
    key: ObjCell,
    result: ObjCell,
}

static_type! {
    /// `functools._lru_list_elem`
    pub static Link_Type = {
        tp_name: c"functools._lru_list_elem".as_ptr(),
        tp_basicsize: size_of::<Link>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Link>(),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
    };
}
payload_class!(Link, Link_Type);

impl Payload for Link {}

/// What a cache does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Counts calls only.
    Uncached,
    Unbounded,
    Bounded,
}

/// A function with its cache.
#[repr(C)]
pub struct LruCache {
    head: Head,
    vectorcall: vectorcallfunc,
    kind: Kind,
    /// Whether arguments of different classes make different keys.
    typed: bool,
    maxsize: isize,
    hits: Cell<usize>,
    misses: Cell<usize>,
    function: ObjCell,
    /// From keys to results, or to links in a bounded cache.
    cache: ObjCell,
    cache_info_type: ObjCell,
    /// The least recently used link.
    oldest: Cell<*const Link>,
    /// The most recently used link.
    newest: Cell<*const Link>,
    /// Stands between positional and keyword arguments in keys.
    mark: ObjCell,
    spare: [usize; 2],
    dict: ObjCell,
    weakreflist: Cell<*mut PyObject>,
}

const _: () = assert!(size_of::<LruCache>() == 136 && offset_of!(LruCache, dict) == 120);

static_type! {
    /// `functools._lru_cache_wrapper`
    pub static LruCache_Type = {
        tp_name: c"functools._lru_cache_wrapper".as_ptr(),
        tp_basicsize: size_of::<LruCache>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<LruCache>(),
        tp_vectorcall_offset: offset_of!(LruCache, vectorcall) as Py_ssize_t,
        tp_call: Some(call::PyVectorcall_Call),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_METHOD_DESCRIPTOR
            | Py_TPFLAGS_HAVE_VECTORCALL) as c_ulong,
        tp_doc: c"Makes a callable that remembers the results of another one.\n\nuser_function:      the function whose results are kept\n\nmaxsize:  0         keep none\n          None      keep all\n          n         keep those of n calls\n\ntyped:    False     f(3) and f(3.0) are the same call\n          True      f(3) and f(3.0) are different calls\n\ncache_info_type:    namedtuple class with the fields:\n                        hits misses currsize maxsize\n".as_ptr(),
        tp_traverse: payload::traverse::<LruCache>(),
        tp_clear: payload::clear::<LruCache>(),
        tp_weaklistoffset: offset_of!(LruCache, weakreflist) as Py_ssize_t,
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_descr_get: slot::descr_get(descr_get),
        tp_dictoffset: offset_of!(LruCache, dict) as Py_ssize_t,
        tp_new: slot::new(tp_new),
    };
}
payload_class!(LruCache, LruCache_Type);

impl Payload for LruCache {
    fn traverse(&self, visitor: &mut Visitor) {
        // Links are outside the collector: what they own is the cache's.
        let mut link = self.oldest.get();
        // SAFETY: the list owns its links.
        while let Some(item) = unsafe { link.as_ref() } {
            item.key.visit(visitor);
            item.result.visit(visitor);
            link = item.next.get();
        }
        self.function.visit(visitor);
        self.cache.visit(visitor);
        self.cache_info_type.visit(visitor);
        self.mark.visit(visitor);
        self.dict.visit(visitor);
    }

    fn clear(&self) {
        let links = self.take_links();
        drop(self.cache.take());
        drop(links);
        drop(self.function.take());
        drop(self.cache_info_type.take());
        drop(self.mark.take());
        drop(self.dict.take());
    }
}

impl Drop for LruCache {
    fn drop(&mut self) {
        drop(self.take_links());
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<4> =
        Signature::new("lru_cache", ["user_function", "maxsize", "typed", "cache_info_type"]).parsed();
    let [Some(function), Some(maxsize), Some(typed), Some(info)] = SIGNATURE.bind_tuple(args, kw)? else {
        return Err(err::bad_internal_call());
    };
    let typed = object::is_true(typed)?;
    if !object::is_callable(function) {
        return Err(err::type_error("the first argument must be callable"));
    }
    let (kind, maxsize) = if maxsize.is_none() {
        (Kind::Unbounded, -1)
    } else if number::index_check(maxsize) {
        let maxsize = number::as_ssize(maxsize, Some(exceptions::OverflowError()))?.max(0);
        (if maxsize == 0 { Kind::Uncached } else { Kind::Bounded }, maxsize)
    } else {
        return Err(err::type_error("maxsize should be integer or None"));
    };
    let cache = dict::new()?;
    let mark = object_mark()?;
    let new = payload::new(class, |head| LruCache {
        head,
        vectorcall: Some(vectorcall),
        kind,
        typed,
        maxsize,
        hits: Cell::new(0),
        misses: Cell::new(0),
        function: ObjCell::new(function.owned()),
        cache: ObjCell::new(cache),
        cache_info_type: ObjCell::new(info.owned()),
        oldest: Cell::new(core::ptr::null()),
        newest: Cell::new(core::ptr::null()),
        mark: ObjCell::new(mark),
        spare: [0; 2],
        dict: ObjCell::empty(),
        weakreflist: Cell::new(null_mut()),
    })?;
    Ok(new.upcast())
}

/// A new object that is equal to itself only.
fn object_mark() -> Result<Obj> {
    // SAFETY: a static type.
    let class = unsafe { Type::from_raw(&raw mut krait_object::types::object::PyBaseObject_Type) };
    class.alloc(0)
}

// ---- the list ----

impl LruCache {
    /// Takes a link out of the list, which gives its reference up to the caller.
    fn unlink(&self, link: &Link) -> Obj<Link> {
        let (previous, next) = (link.previous.get(), link.next.get());
        // SAFETY: the neighbours are live links of the list, which owns a reference to each.
        unsafe {
            match previous.as_ref() {
                Some(previous) => previous.next.set(next),
                None => self.oldest.set(next),
            }
            match next.as_ref() {
                Some(next) => next.previous.set(previous),
                None => self.newest.set(previous),
            }
            link.previous.set(core::ptr::null());
            link.next.set(core::ptr::null());
            Obj::from_owned_ptr(link.object().as_ptr())
        }
    }

    /// Puts a link at the end of the most recently used one; the list takes over the reference.
    fn append(&self, link: Obj<Link>) {
        let raw = link.into_ptr().cast::<Link>().cast_const();
        let last = self.newest.replace(raw);
        // SAFETY: live links: the list owns them.
        unsafe {
            (*raw).previous.set(last);
            (*raw).next.set(core::ptr::null());
            match last.as_ref() {
                Some(last) => last.next.set(raw),
                None => self.oldest.set(raw),
            }
        }
    }

    /// Puts a link back at the end of the least recently used one.
    fn prepend(&self, link: Obj<Link>) {
        let raw = link.into_ptr().cast::<Link>().cast_const();
        let first = self.oldest.replace(raw);
        // SAFETY: live links: the list owns them.
        unsafe {
            (*raw).next.set(first);
            (*raw).previous.set(core::ptr::null());
            match first.as_ref() {
                Some(first) => first.previous.set(raw),
                None => self.newest.set(raw),
            }
        }
    }

    /// Empties the list.
    fn take_links(&self) -> Vec<Obj<Link>> {
        let mut links = Vec::new();
        // SAFETY: the list owns its links.
        while let Some(link) = unsafe { self.oldest.get().as_ref() } {
            links.push(self.unlink(link));
        }
        links
    }

    fn count_hit(&self) {
        self.hits.set(self.hits.get() + 1);
    }

    fn count_miss(&self) {
        self.misses.set(self.misses.get() + 1);
    }
}

// ---- calls ----

/// The key for the arguments. One plain str or int is its own key; everything else becomes a tuple.
#[inline(always)]
fn make_key(this: &LruCache, args: Args<'_>) -> Result<Obj> {
    if !this.typed && args.names.is_empty() {
        if let &[only] = args.positional
            && (unicode::check_exact(only) || long::check_exact(only))
        {
            return Ok(only.owned());
        }
        return tuple::from_slice(args.positional);
    }
    make_long_key(this, args)
}

#[inline(never)]
fn make_long_key(this: &LruCache, args: Args<'_>) -> Result<Obj> {
    let mut parts: Vec<Obj> = args.positional.iter().map(|arg| arg.owned()).collect();
    if !args.names.is_empty() {
        parts.push(this.mark.get_or_none());
        for (name, value) in args.names.iter().zip(args.values) {
            parts.push(name.owned());
            parts.push(value.owned());
        }
    }
    if this.typed {
        let all = args.positional.iter().chain(args.values);
        parts.extend(all.map(|arg| arg.class_of().object().owned()));
    }
    tuple::from_vec(parts)
}

/// # Safety
/// The vectorcall convention.
unsafe extern "C" fn vectorcall(
    callable: *mut PyObject,
    raw_args: *const *mut PyObject,
    nargsf: usize,
    names: *mut PyObject,
) -> *mut PyObject {
    slot::guard(null_mut(), || {
        // SAFETY: the convention: a cache, arguments and names.
        let (this, args) = unsafe {
            let this = Object::from_ptr(callable).cast_unchecked::<LruCache>();
            (this, Args::from_vectorcall(raw_args, nargsf & !call::OFFSET, Object::from_ptr_opt(names)))
        };
        let call = || {
            let Some(function) = this.function.get() else { return Err(err::bad_internal_call()) };
            // SAFETY: the arguments are passed on as they came.
            unsafe { Obj::from_owned_or_raised(call::vectorcall(function.as_ptr(), raw_args, nargsf, names)) }
        };
        let result = match this.kind {
            Kind::Uncached => {
                this.count_miss();
                call()
            }
            Kind::Unbounded => call_unbounded(this, args, call),
            Kind::Bounded => call_bounded(this, args, call),
        };
        result.map_or(null_mut(), Obj::into_ptr)
    })
}

fn call_unbounded(this: &LruCache, args: Args<'_>, call: impl FnOnce() -> Result<Obj>) -> Result<Obj> {
    let Some(cache) = this.cache.get() else { return call() };
    let key = make_key(this, args)?;
    let hash = object::hash(&key)?;
    // SAFETY: the borrowed result gets its own reference at once.
    if let Some(result) = unsafe { dict::get_known_hash(&cache, &key, hash)?.map(|result| result.owned()) } {
        this.count_hit();
        return Ok(result);
    }
    this.count_miss();
    let result = call()?;
    dict::set_known_hash(&cache, &key, &result, hash)?;
    Ok(result)
}

fn call_bounded(this: &LruCache, args: Args<'_>, call: impl FnOnce() -> Result<Obj>) -> Result<Obj> {
    let Some(cache) = this.cache.get() else { return call() };
    let key = make_key(this, args)?;
    let hash = object::hash(&key)?;
    // SAFETY: the dict has links only, and no code runs before the result has its own reference.
    if let Some(link) = unsafe { dict::get_known_hash(&cache, &key, hash)? } {
        // SAFETY: as above.
        let link = unsafe { link.cast_unchecked::<Link>() };
        if !core::ptr::eq(this.newest.get(), link) && is_linked(this, link) {
            this.append(this.unlink(link));
        }
        this.count_hit();
        return link.result.get().ok_or_else(err::bad_internal_call);
    }
    this.count_miss();
    let result = call()?;
    remember(this, &cache, key, hash, result)
}

/// Whether the link is in the list: another call may just be replacing it.
#[inline(always)]
fn is_linked(this: &LruCache, link: &Link) -> bool {
    !link.previous.get().is_null() || !link.next.get().is_null() || core::ptr::eq(this.oldest.get(), link)
}

/// Stores a new result in a bounded cache, in place of the oldest when that is full.
fn remember(this: &LruCache, cache: &Object, key: Obj, hash: isize, result: Obj) -> Result<Obj> {
    if dict::contains_known_hash(cache, &key, hash)? {
        // The call itself has stored the same key meanwhile. That is as good.
        return Ok(result);
    }
    // SAFETY: the list owns its links.
    let oldest = unsafe { this.oldest.get().as_ref() }.filter(|_| dict::len(cache) as isize >= this.maxsize);
    let Some(oldest) = oldest else {
        let link = payload::new(Link::class(), |head| Link {
            head,
            previous: Cell::new(core::ptr::null()),
            next: Cell::new(core::ptr::null()),
            hash: Cell::new(hash),
            key: ObjCell::new(key.clone()),
            result: ObjCell::new(result.clone()),
        })?;
        dict::set_known_hash(cache, &key, link.object(), hash)?;
        this.append(link);
        return Ok(result);
    };
    let link = this.unlink(oldest);
    let old_key = link.key.get_or_none();
    match dict::pop_known_hash(cache, &old_key, link.hash.get()) {
        // Comparing keys has failed: the link goes back.
        Err(raised) => {
            this.prepend(link);
            return Err(raised);
        }
        // Somebody else has taken the old key out of the dict, which may have room now or not.
        Ok(None) => return Ok(result),
        Ok(Some(_)) => {}
    }
    // The old key and result are dropped at the very end: that may run any code.
    let _old_result = link.result.replace(Some(result.clone()));
    let _old_key = link.key.replace(Some(key.clone()));
    link.hash.set(hash);
    dict::set_known_hash(cache, &key, link.object(), hash)?;
    this.append(link);
    Ok(result)
}

fn descr_get(this: &LruCache, instance: Option<&Object>, _class: Option<&Object>) -> Result<Obj> {
    match instance {
        Some(instance) if !instance.is_none() => methods::new(this.object(), instance),
        _ => Ok(this.owned().upcast()),
    }
}

// ---- methods ----

krait_object::methods! {
    static METHODS = [
        method::noargs(c"cache_info", cache_info, c""),
        method::noargs(c"cache_clear", cache_clear, c""),
        method::noargs(c"__reduce__", reduce, c""),
        method::varargs(c"__copy__", copy, c""),
        method::varargs(c"__deepcopy__", copy, c""),
    ];
}

krait_object::getsets! {
    static GETSETS = [
        PyGetSetDef { name: c"__dict__".as_ptr(), get: Some(PyObject_GenericGetDict),
            set: Some(PyObject_GenericSetDict), doc: core::ptr::null(), closure: null_mut() },
    ];
}

fn cache_info(this: &LruCache) -> Result<Obj> {
    let info = this.cache_info_type.get_or_none();
    let size = this.cache.get().map_or(0, |cache| dict::len(&cache));
    let maxsize = match this.kind {
        Kind::Unbounded => none::none().owned(),
        _ => long::from_i64(this.maxsize as i64)?,
    };
    let number = |n: usize| long::from_u64(n as u64);
    let (hits, misses, size) = (number(this.hits.get())?, number(this.misses.get())?, number(size)?);
    call::call(&info, &[&hits, &misses, &maxsize, &size])
}

fn cache_clear(this: &LruCache) -> Result<()> {
    let links = this.take_links();
    this.hits.set(0);
    this.misses.set(0);
    if let Some(cache) = this.cache.get() {
        dict::clear(&cache);
    }
    drop(links);
    Ok(())
}

fn reduce(this: &LruCache) -> Result<Obj> {
    object::get_attr(this.object(), intern!("__qualname__"))
}

fn copy(this: &LruCache, _args: &Object) -> Result<Obj> {
    Ok(this.owned().upcast())
}
