//! One run of a pickler over an object: atoms and containers. Everything else is in [`reduce`](super::reduce) and
//! [`global`](super::global).

use super::opcodes::*;
use super::output::Output;
use super::pickler::Pickler;
use super::{pickling_error, strings};
use core::ptr;
use krait_object::protocol::{buffer, call, iter, object};
use krait_object::types::list::{self, List};
use krait_object::types::set::{PyFrozenSet_Type, PySet_Type};
use krait_object::types::{
    bool, bytearray, bytes, dict, exceptions, float, long, none, picklebuffer, set, tuple, unicode,
};
use krait_object::{Layout, Obj, Object, Result, err, intern, state};

/// How deep containers may lie in each other in the fast mode before cycles are looked for.
const FAST_NESTING: usize = 50;

/// The state of one run.
pub struct Saver<'a> {
    /// Whose run it is.
    pub pickler: &'a Pickler,
    /// Where the stream goes.
    pub out: Output,
    /// The protocol.
    pub protocol: i32,
    /// Instructions are binary.
    pub bin: bool,
    /// Nothing is memoized.
    pub fast: bool,
    /// Names become those of Python 2.
    pub fix_imports: bool,
    /// There is a `persistent_id`.
    pub persistent: bool,
    /// What decides about buffers.
    pub buffer_callback: Option<Obj>,
    /// The pickler's own table.
    pub dispatch_table: Option<Obj>,
    /// The method that reduces objects before all others.
    pub reducer_override: Option<Obj>,
    /// Depth in the fast mode, and the identities on the way from the depth that is looked at.
    fast_nesting: usize,
    fast_seen: Vec<usize>,
}

impl<'a> Saver<'a> {
    /// With the options that need no object.
    pub fn new(pickler: &'a Pickler, write: Option<Obj>, protocol: i32) -> Saver<'a> {
        Saver {
            pickler,
            out: Output::new(write),
            protocol,
            bin: protocol > 0,
            fast: false,
            fix_imports: false,
            persistent: false,
            buffer_callback: None,
            dispatch_table: None,
            reducer_override: None,
            fast_nesting: 0,
            fast_seen: Vec::new(),
        }
    }

    /// Writes the whole stream.
    pub fn dump(&mut self, given: &Object) -> Result<()> {
        if self.protocol >= 2 {
            self.out.write(&[PROTO, self.protocol as u8]);
            if self.protocol >= 4 {
                self.out.start_framing();
            }
        }
        self.save(given)?;
        self.out.op(STOP);
        self.out.finish();
        Ok(())
    }

    /// Writes an object, which somebody keeps alive.
    #[inline]
    pub fn save(&mut self, given: &Object) -> Result<()> {
        self.out.boundary()?;
        if self.persistent && self.save_persistent(given)? {
            return Ok(());
        }
        self.save_plain(given)
    }

    /// Writes an object without asking for a persistent identifier.
    fn save_plain(&mut self, given: &Object) -> Result<()> {
        // Atoms are not memoized.
        if unicode::check_exact(given) {
            return match self.recall(given) {
                Some(index) => self.get(index),
                None => strings::save_str(self, given),
            };
        }
        if long::check_exact(given) {
            return self.save_int(given);
        }
        if given.is_none() {
            self.out.op(NONE);
            return Ok(());
        }
        if let Some(value) = bool::value(given) {
            self.save_bool(value);
            return Ok(());
        }
        if float::check_exact(given) {
            return self.save_float(given);
        }
        if let Some(index) = self.recall(given) {
            return self.get(index);
        }
        if bytes::check_exact(given) {
            return strings::save_bytes(self, given);
        }
        let _depth = state::enter_recursive_call(" while pickling an object")?;
        if dict::check_exact(given) {
            self.nested(given, Self::save_dict)
        } else if list::check_exact(given) {
            self.nested(given, Self::save_list)
        } else if tuple::check_exact(given) {
            self.save_tuple(given)
        } else if set::check_exact(given) {
            self.save_set(given)
        } else if set::check_any_exact(given) {
            self.save_frozenset(given)
        } else if ptr::eq(given.type_ptr(), &raw mut bytearray::PyByteArray_Type) {
            strings::save_bytearray(self, given)
        } else if ptr::eq(given.type_ptr(), &raw mut picklebuffer::PyPickleBuffer_Type) {
            self.save_buffer(given)
        } else {
            self.save_other(given)
        }
    }

    /// Writes the persistent identifier of an object if it has one.
    #[cold]
    fn save_persistent(&mut self, given: &Object) -> Result<bool> {
        let id = self.pickler.persistent.call(self.pickler.object(), given)?;
        if id.is_none() {
            return Ok(false);
        }
        if self.bin {
            self.out.boundary()?;
            self.save_plain(&id)?;
            self.out.op(BINPERSID);
            return Ok(true);
        }
        let text = object::str(&id)?;
        if !unicode::is_ascii(&text) {
            return Err(pickling_error("persistent IDs in protocol 0 must be ASCII strings"));
        }
        self.out.op(PERSID);
        self.out.write(unicode::as_utf8(&text)?.as_bytes());
        self.out.op(b'\n');
        Ok(true)
    }

    // ---- the memo ----

    /// The index of an object that has been written.
    #[inline]
    pub fn recall(&self, given: &Object) -> Option<usize> {
        self.pickler.memo.borrow().get(given)
    }

    /// Writes the instruction that fetches from the memo.
    pub fn get(&mut self, index: usize) -> Result<()> {
        if !self.bin {
            self.out.write(format!("g{index}\n").as_bytes());
        } else if let Ok(index) = u8::try_from(index) {
            self.out.write(&[BINGET, index]);
        } else if let Ok(index) = u32::try_from(index) {
            let [a, b, c, d] = index.to_le_bytes();
            self.out.write(&[LONG_BINGET, a, b, c, d]);
        } else {
            return Err(pickling_error("memo id too large for LONG_BINGET"));
        }
        Ok(())
    }

    /// Stores an object in the memo, here and in the stream.
    #[inline]
    pub fn memoize(&mut self, given: &Object) -> Result<()> {
        if self.fast {
            return Ok(());
        }
        let index = {
            let mut memo = self.pickler.memo.borrow_mut();
            let index = memo.len();
            memo.set(given, index);
            index
        };
        if self.protocol >= 4 {
            self.out.op(MEMOIZE);
            return Ok(());
        }
        self.put(index)
    }

    fn put(&mut self, index: usize) -> Result<()> {
        if !self.bin {
            self.out.write(format!("p{index}\n").as_bytes());
        } else if let Ok(index) = u8::try_from(index) {
            self.out.write(&[BINPUT, index]);
        } else if let Ok(index) = u32::try_from(index) {
            let [a, b, c, d] = index.to_le_bytes();
            self.out.write(&[LONG_BINPUT, a, b, c, d]);
        } else {
            return Err(pickling_error("memo id too large for LONG_BINPUT"));
        }
        Ok(())
    }

    // ---- atoms ----

    fn save_bool(&mut self, value: bool) {
        if self.protocol >= 2 {
            self.out.op(if value { NEWTRUE } else { NEWFALSE });
        } else {
            self.out.write(if value { b"I01\n" } else { b"I00\n" });
        }
    }

    fn save_int(&mut self, given: &Object) -> Result<()> {
        if let Some(value) = long::as_i64_opt(given).and_then(|value| i32::try_from(value).ok()) {
            let [a, b, c, d] = value.to_le_bytes();
            match value {
                _ if !self.bin => self.out.write(format!("I{value}\n").as_bytes()),
                0..=0xff => self.out.write(&[BININT1, a]),
                0x100..=0xffff => self.out.write(&[BININT2, a, b]),
                _ => self.out.write(&[BININT, a, b, c, d]),
            }
            return Ok(());
        }
        if self.protocol < 2 {
            let text = long::to_text(given, 10, false)?;
            self.out.write(format!("L{text}L\n").as_bytes());
            return Ok(());
        }
        // Room for the sign; a whole byte of sign goes away again.
        let mut digits = vec![0; long::bit_length(given)? / 8 + 1];
        long::to_bytes(given, &mut digits, true, true)?;
        if let [.., last, 0xff] = digits[..]
            && last & 0x80 != 0
        {
            digits.pop();
        }
        if let Ok(size) = u8::try_from(digits.len()) {
            self.out.write(&[LONG1, size]);
        } else if let Ok(size) = i32::try_from(digits.len()) {
            let [a, b, c, d] = size.to_le_bytes();
            self.out.write(&[LONG4, a, b, c, d]);
        } else {
            return Err(err::overflow_error("int too large to pickle"));
        }
        self.out.write(&digits);
        Ok(())
    }

    fn save_float(&mut self, given: &Object) -> Result<()> {
        let value = float::as_f64(given)?;
        if self.bin {
            let mut code = [BINFLOAT; 9];
            code[1..].copy_from_slice(&value.to_be_bytes());
            self.out.write(&code);
        } else {
            let text = object::repr(given)?;
            self.out.op(FLOAT);
            self.out.write(unicode::as_utf8(&text)?.as_bytes());
            self.out.op(b'\n');
        }
        Ok(())
    }

    fn save_buffer(&mut self, given: &Object) -> Result<()> {
        if self.protocol < 5 {
            return Err(pickling_error("PickleBuffer can only pickled with protocol >= 5"));
        }
        let view = picklebuffer::get_view(given)?;
        // SAFETY: the view of a live buffer object that has not been released.
        let (contiguous, readonly) = unsafe {
            ((*view).suboffsets.is_null() && buffer::is_contiguous(&*view, b'A'), (*view).readonly != 0)
        };
        if !contiguous {
            return Err(pickling_error(
                "PickleBuffer can not be pickled when pointing to a non-contiguous buffer",
            ));
        }
        if let Some(callback) = self.buffer_callback.clone()
            && !object::is_true(&*call::call1(&callback, given)?)?
        {
            self.out.op(NEXT_BUFFER);
            if readonly {
                self.out.op(READONLY_BUFFER);
            }
            return Ok(());
        }
        // The callback may have released it.
        let view = picklebuffer::get_view(given)?;
        // SAFETY: as above; an empty view may have no memory.
        let data = unsafe {
            if (*view).len == 0 {
                &[][..]
            } else {
                core::slice::from_raw_parts((*view).buf.cast::<u8>(), (*view).len as usize)
            }
        };
        if readonly {
            strings::save_bytes_data(self, given, data)
        } else {
            strings::save_bytearray_data(self, given, data)
        }
    }

    // ---- containers ----

    /// A container that needs the check for cycles in the fast mode.
    #[inline]
    fn nested(&mut self, given: &Object, save: fn(&mut Self, &Object) -> Result<()>) -> Result<()> {
        if !self.fast {
            return save(self, given);
        }
        let id = given.as_ptr() as usize;
        self.fast_nesting += 1;
        let watched = self.fast_nesting >= FAST_NESTING;
        if watched {
            if self.fast_seen.contains(&id) {
                return Err(err::value_error(format_args!(
                    "fast mode: can't pickle cyclic objects including object type {:.200} at {:p}",
                    given.class_of().name(),
                    given.as_ptr()
                )));
            }
            self.fast_seen.push(id);
        }
        let result = save(self, given);
        if watched {
            self.fast_seen.pop();
        }
        self.fast_nesting -= 1;
        result
    }

    fn save_tuple(&mut self, given: &Object) -> Result<()> {
        let items = tuple::items(given);
        if items.is_empty() {
            self.out.write(if self.bin { &[EMPTY_TUPLE] } else { &[MARK, TUPLE] });
            return Ok(());
        }
        let short = items.len() <= 3 && self.protocol >= 2;
        if !short {
            self.out.op(MARK);
        }
        for item in items {
            self.save(&item.owned())?;
        }
        // The tuple has been written among its own items: those here are superfluous.
        if let Some(index) = self.recall(given) {
            if !short && self.bin {
                self.out.op(POP_MARK);
            } else {
                for _ in 0..items.len() + usize::from(!short) {
                    self.out.op(POP);
                }
            }
            return self.get(index);
        }
        self.out.op(if short { [TUPLE1, TUPLE2, TUPLE3][items.len() - 1] } else { TUPLE });
        self.memoize(given)
    }

    fn save_list(&mut self, given: &Object) -> Result<()> {
        self.out.write(if self.bin { &[EMPTY_LIST] } else { &[MARK, LIST] });
        self.memoize(given)?;
        let Some(items) = given.downcast::<List>() else { return Err(err::bad_internal_call()) };
        if items.is_empty() {
            return Ok(());
        }
        if !self.bin {
            return self.save_items(&*iter::get_iter(given)?);
        }
        let _depth = state::enter_recursive_call(" while pickling an object")?;
        if items.len() == 1
            && let Some(item) = items.get(0)
        {
            self.save(&item)?;
            self.out.op(APPEND);
            return Ok(());
        }
        let mut done = 0;
        while done < items.len() {
            self.out.op(MARK);
            let end = done + BATCH;
            while done < end
                && let Some(item) = items.get(done)
            {
                self.save(&item)?;
                done += 1;
            }
            self.out.op(APPENDS);
        }
        Ok(())
    }

    /// The items of an iterator, to be appended to the list on the stack.
    pub fn save_items(&mut self, items: &Object) -> Result<()> {
        if self.protocol == 0 {
            while let Some(item) = iter::next(items)? {
                self.save(&item)?;
                self.out.op(APPEND);
            }
            return Ok(());
        }
        loop {
            let Some(first) = iter::next(items)? else { return Ok(()) };
            let mut next = iter::next(items)?;
            if next.is_none() {
                self.save(&first)?;
                self.out.op(APPEND);
                return Ok(());
            }
            self.out.op(MARK);
            self.save(&first)?;
            let mut count = 1;
            while let Some(item) = next {
                self.save(&item)?;
                count += 1;
                if count == BATCH {
                    break;
                }
                next = iter::next(items)?;
            }
            self.out.op(APPENDS);
            if count < BATCH {
                return Ok(());
            }
        }
    }

    fn save_dict(&mut self, given: &Object) -> Result<()> {
        self.out.write(if self.bin { &[EMPTY_DICT] } else { &[MARK, DICT] });
        self.memoize(given)?;
        if dict::len(given) == 0 {
            return Ok(());
        }
        let _depth = state::enter_recursive_call(" while pickling an object")?;
        if !self.bin {
            let items = call::call_method(given, intern!("items"), &[])?;
            return self.save_pairs(&*iter::get_iter(&items)?);
        }
        let size = dict::len(given);
        let mut position = 0;
        if size == 1
            && let Some((key, value)) = dict::next(given, &mut position)
        {
            self.save(&key)?;
            self.save(&value)?;
            self.out.op(SETITEM);
            return Ok(());
        }
        loop {
            self.out.op(MARK);
            let mut count = 0;
            while count < BATCH
                && let Some((key, value)) = dict::next(given, &mut position)
            {
                self.save(&key)?;
                self.save(&value)?;
                count += 1;
            }
            self.out.op(SETITEMS);
            if dict::len(given) != size {
                return Err(err::runtime_error("dictionary changed size during iteration"));
            }
            if count < BATCH {
                return Ok(());
            }
        }
    }

    /// The pairs of an iterator, to be set in the dict on the stack.
    pub fn save_pairs(&mut self, pairs: &Object) -> Result<()> {
        let parts = |pair: Obj| -> Result<(Obj, Obj)> {
            match tuple::check(&pair).then(|| tuple::items(&pair)) {
                Some(&[key, value]) => Ok((key.owned(), value.owned())),
                _ => Err(err::type_error("dict items iterator must return 2-tuples")),
            }
        };
        if self.protocol == 0 {
            while let Some(pair) = iter::next(pairs)? {
                let (key, value) = parts(pair)?;
                self.save(&key)?;
                self.save(&value)?;
                self.out.op(SETITEM);
            }
            return Ok(());
        }
        loop {
            let Some(first) = iter::next(pairs)? else { return Ok(()) };
            let (key, value) = parts(first)?;
            let mut next = iter::next(pairs)?;
            let single = next.is_none();
            if !single {
                self.out.op(MARK);
            }
            self.save(&key)?;
            self.save(&value)?;
            if single {
                self.out.op(SETITEM);
                return Ok(());
            }
            let mut count = 1;
            while let Some(pair) = next {
                let (key, value) = parts(pair)?;
                self.save(&key)?;
                self.save(&value)?;
                count += 1;
                if count == BATCH {
                    break;
                }
                next = iter::next(pairs)?;
            }
            self.out.op(SETITEMS);
            if count < BATCH {
                return Ok(());
            }
        }
    }

    fn save_set(&mut self, given: &Object) -> Result<()> {
        if self.protocol < 4 {
            return self.save_set_by_list(&raw mut PySet_Type, given);
        }
        self.out.op(EMPTY_SET);
        self.memoize(given)?;
        let size = set::len(given);
        if size == 0 {
            return Ok(());
        }
        let mut position = 0;
        loop {
            self.out.op(MARK);
            let mut count = 0;
            while count < BATCH
                && let Some((item, _)) = set::next(given, &mut position)
            {
                self.save(&item)?;
                count += 1;
            }
            self.out.op(ADDITEMS);
            if set::len(given) != size {
                return Err(err::runtime_error("set changed size during iteration"));
            }
            if count < BATCH {
                return Ok(());
            }
        }
    }

    fn save_frozenset(&mut self, given: &Object) -> Result<()> {
        if self.protocol < 4 {
            return self.save_set_by_list(&raw mut PyFrozenSet_Type, given);
        }
        self.out.op(MARK);
        let items = iter::get_iter(given)?;
        while let Some(item) = iter::next(&items)? {
            self.save(&item)?;
        }
        // The set has been written among its own items.
        if let Some(index) = self.recall(given) {
            self.out.op(POP_MARK);
            return self.get(index);
        }
        self.out.op(FROZENSET);
        self.memoize(given)
    }

    /// A set as the call of its class with a list.
    fn save_set_by_list(&mut self, class: *mut krait_abi::PyTypeObject, given: &Object) -> Result<()> {
        let items = krait_object::protocol::sequence::list(given)?;
        // SAFETY: a static type.
        let class = unsafe { Object::from_ptr(class.cast()) };
        let reduced = tuple::pack([class.owned(), tuple::pack([items])?])?;
        self.save_reduced(&reduced, Some(given))
    }
}

/// Whether an exception of the class is set; it is cleared then.
pub fn forget_key_error() -> bool {
    let matches = err::matches(exceptions::KeyError());
    if matches {
        err::clear();
    }
    matches
}

/// Whether the object is the one that declines.
pub fn declines(given: &Object) -> bool {
    given.is(none::not_implemented())
}
