//! One run of an unpickler: the stack and the instructions that make values. Those that call something or change
//! what is on the stack are in [`build`](super::build).

use super::input::{File, Input};
use super::opcodes::*;
use super::unpickler::{self, Unpickler};
use super::unpickling_error;
use krait_object::protocol::{call, iter};
use krait_object::types::{
    bool, bytearray, bytes, dict, float, list, long, memoryview, none, set, tuple, unicode,
};
use krait_object::{Layout, Obj, Object, Raised, Result, err, intern};

/// The state of one run.
pub struct Loader<'a> {
    /// Whose run it is.
    pub unpickler: &'a Unpickler,
    /// The stream.
    pub input: Input,
    /// The values.
    pub stack: Vec<Obj>,
    /// Heights of the stack.
    marks: Vec<usize>,
    /// What lies below belongs to an earlier mark.
    pub fence: usize,
}

impl<'a> Loader<'a> {
    /// At the beginning of an object.
    pub fn new(unpickler: &'a Unpickler, input: Input) -> Loader<'a> {
        Loader { unpickler, input, stack: Vec::with_capacity(16), marks: Vec::new(), fence: 0 }
    }

    /// The input and what is left on the stack.
    pub fn into_parts(self) -> (Input, Vec<Obj>) {
        (self.input, self.stack)
    }

    #[inline(always)]
    fn file(&self) -> &'a File {
        &self.unpickler.file
    }

    /// Runs the instructions to the end of the object.
    pub fn load(&mut self) -> Result<Obj> {
        self.unpickler.protocol.set(0);
        loop {
            let code = match self.input.byte(self.file()) {
                Ok(code) => code,
                Err(raised) => return Err(end_of_input(raised)),
            };
            if code == STOP {
                break;
            }
            self.run(code)?;
        }
        let result = self.pop()?;
        self.input.skip_used(self.file())?;
        Ok(result)
    }

    #[inline(always)]
    fn run(&mut self, code: u8) -> Result<()> {
        match code {
            SHORT_BINUNICODE => self.load_text::<1>(),
            BINUNICODE => self.load_text::<4>(),
            BINUNICODE8 => self.load_text::<8>(),
            MEMOIZE => self.remember_top(self.unpickler.memo_used.get()),
            BINGET => self.load_small_uint::<1>().and_then(|index| self.recall(index)),
            LONG_BINGET => self.load_small_uint::<4>().and_then(|index| self.recall(index)),
            BINPUT => self.load_small_uint::<1>().and_then(|index| self.remember_top(index)),
            LONG_BINPUT => self.load_small_uint::<4>().and_then(|index| self.remember_top(index)),
            BININT1 => self.load_small_uint::<1>().and_then(|value| self.push_int(value as i64)),
            BININT2 => self.load_small_uint::<2>().and_then(|value| self.push_int(value as i64)),
            BININT => {
                let value = i32::from_le_bytes(self.input.array(self.file())?);
                self.push_int(value.into())
            }
            BINFLOAT => {
                let value = f64::from_be_bytes(self.input.array(self.file())?);
                self.push(float::from_f64(value)?)
            }
            NONE => self.push(none::none().owned()),
            NEWTRUE => self.push(bool::from_bool(true)),
            NEWFALSE => self.push(bool::from_bool(false)),
            MARK => {
                self.set_mark();
                Ok(())
            }
            EMPTY_LIST => self.push(list::new()?.upcast()),
            EMPTY_DICT => self.push(dict::new()?),
            EMPTY_TUPLE => self.push(tuple::empty()),
            EMPTY_SET => self.push(set::new(None)?),
            TUPLE1 => self.load_tuple(1),
            TUPLE2 => self.load_tuple(2),
            TUPLE3 => self.load_tuple(3),
            TUPLE => {
                let mark = self.take_mark()?;
                self.load_tuple(self.stack.len() - mark)
            }
            LIST => self.load_list(),
            DICT => self.load_dict(),
            FROZENSET => {
                let mark = self.take_mark()?;
                let items = self.tuple_from(mark)?;
                self.push(set::new_frozen(Some(&items))?)
            }
            APPEND => self.append_from(self.stack.len().wrapping_sub(1)),
            APPENDS => self.take_mark().and_then(|mark| self.append_from(mark)),
            SETITEM => self.set_items_from(self.stack.len().wrapping_sub(2)),
            SETITEMS => self.take_mark().and_then(|mark| self.set_items_from(mark)),
            ADDITEMS => self.add_items(),
            GLOBAL => self.load_global(),
            STACK_GLOBAL => self.load_stack_global(),
            NEWOBJ => self.load_newobj(),
            NEWOBJ_EX => self.load_newobj_ex(),
            REDUCE => self.load_reduce(),
            BUILD => self.load_build(),
            POP => self.load_pop(),
            POP_MARK => {
                let mark = self.take_mark()?;
                self.drop_from(mark);
                Ok(())
            }
            DUP => {
                let top = self.top()?.owned();
                self.push(top)
            }
            FRAME => self.load_frame(),
            PROTO => self.load_proto(),
            _ => self.run_rare(code),
        }
    }

    #[inline(never)]
    fn run_rare(&mut self, code: u8) -> Result<()> {
        match code {
            SHORT_BINBYTES => self.load_bytes::<1>(),
            BINBYTES => self.load_bytes::<4>(),
            BINBYTES8 => self.load_bytes::<8>(),
            BYTEARRAY8 => self.load_bytearray(),
            NEXT_BUFFER => self.load_next_buffer(),
            READONLY_BUFFER => self.load_readonly_buffer(),
            LONG1 => {
                let size = self.load_small_uint::<1>()?;
                self.load_counted_long(size as i64)
            }
            LONG4 => {
                let size = i32::from_le_bytes(self.input.array(self.file())?);
                self.load_counted_long(size.into())
            }
            INT => self.load_int_line(),
            LONG => self.load_long_line(),
            FLOAT => self.load_float_line(),
            STRING => self.load_string_line(),
            BINSTRING => {
                let size = i32::from_le_bytes(self.input.array(self.file())?);
                let size = usize::try_from(size)
                    .map_err(|_| unpickling_error("BINSTRING pickle has negative byte count"))?;
                self.load_counted_string(size)
            }
            SHORT_BINSTRING => self.load_small_uint::<1>().and_then(|size| self.load_counted_string(size)),
            UNICODE => {
                let line = self.input.line(&self.unpickler.file)?;
                let text = unicode::decode_raw_unicode_escape(&line[..line.len() - 1], None)?;
                self.push(text)
            }
            GET => {
                let line = self.input.line(&self.unpickler.file)?;
                let index = index_of_line(line)?;
                self.recall(usize::try_from(index).map_err(|_| not_found(index))?)
            }
            PUT => {
                let line = self.input.line(&self.unpickler.file)?;
                let index = index_of_line(line)?;
                let index = usize::try_from(index).map_err(|_| err::value_error("negative PUT argument"))?;
                self.remember_top(index)
            }
            INST => self.load_inst(),
            OBJ => self.load_obj(),
            PERSID => self.load_persid(),
            BINPERSID => self.load_binpersid(),
            EXT1 => self.load_small_uint::<1>().and_then(|code| self.load_extension(code as i64)),
            EXT2 => self.load_small_uint::<2>().and_then(|code| self.load_extension(code as i64)),
            EXT4 => {
                let code = i32::from_le_bytes(self.input.array(self.file())?);
                self.load_extension(code.into())
            }
            code if (0x20..=0x7e).contains(&code) && code != b'\'' && code != b'\\' => {
                Err(unpickling_error(format_args!("invalid load key, '{}'.", code as char)))
            }
            code => Err(unpickling_error(format_args!("invalid load key, '\\x{code:02x}'."))),
        }
    }

    // ---- the stack ----

    /// Pushes a value.
    #[inline(always)]
    pub fn push(&mut self, value: Obj) -> Result<()> {
        self.stack.push(value);
        Ok(())
    }

    #[inline]
    fn push_int(&mut self, value: i64) -> Result<()> {
        self.push(long::from_i64(value)?)
    }

    /// Takes the top.
    #[inline]
    pub fn pop(&mut self) -> Result<Obj> {
        if self.stack.len() <= self.fence {
            return Err(self.underflow());
        }
        self.stack.pop().ok_or_else(|| self.underflow())
    }

    /// The top.
    #[inline]
    pub fn top(&self) -> Result<&Object> {
        match self.stack.last() {
            Some(top) if self.stack.len() > self.fence => Ok(top),
            _ => Err(self.underflow()),
        }
    }

    /// The stack does not hold what an instruction needs.
    #[cold]
    pub fn underflow(&self) -> Raised {
        unpickling_error(if self.marks.is_empty() {
            "unpickling stack underflow"
        } else {
            "unexpected MARK found"
        })
    }

    fn set_mark(&mut self) {
        let room = self.unpickler.marks_room.get();
        if self.marks.len() >= room {
            self.unpickler.marks_room.set(self.marks.len() * 2 + 20);
        }
        self.marks.push(self.stack.len());
        self.fence = self.stack.len();
    }

    /// Takes the last mark: what lies above it is the instruction's.
    #[inline]
    pub fn take_mark(&mut self) -> Result<usize> {
        let mark = self.marks.pop().ok_or_else(|| unpickling_error("could not find MARK"))?;
        self.fence = self.marks.last().copied().unwrap_or(0);
        Ok(mark)
    }

    /// Drops what lies above a height.
    pub fn drop_from(&mut self, height: usize) {
        // Nobody else sees this stack, whatever the destructors do.
        self.stack.truncate(height);
    }

    /// What lies above a height as a tuple.
    pub fn tuple_from(&mut self, height: usize) -> Result<Obj> {
        let count = self.stack.len() - height;
        let mut items = self.stack.drain(height..);
        tuple::from_fn(count, |_| items.next().unwrap_or_else(|| none::none().owned()))
    }

    fn load_tuple(&mut self, count: usize) -> Result<()> {
        if self.stack.len() < self.fence + count {
            return Err(self.underflow());
        }
        let items = self.tuple_from(self.stack.len() - count)?;
        self.push(items)
    }

    fn load_list(&mut self) -> Result<()> {
        let mark = self.take_mark()?;
        let items = list::from_vec(self.stack.split_off(mark))?;
        self.push(items.upcast())
    }

    fn load_dict(&mut self) -> Result<()> {
        let mark = self.take_mark()?;
        let items = self.stack.split_off(mark);
        let contents = dict::new()?;
        if items.len() % 2 != 0 {
            return Err(unpickling_error("odd number of items for DICT"));
        }
        for pair in items.chunks_exact(2) {
            dict::set_item(&contents, &pair[0], &pair[1])?;
        }
        self.push(contents)
    }

    fn load_pop(&mut self) -> Result<()> {
        // Marks are on a stack of their own: the top may be one.
        if self.marks.last() == Some(&self.stack.len()) {
            return self.take_mark().map(drop);
        }
        self.pop().map(drop)
    }

    // ---- the memo ----

    #[inline]
    fn remember_top(&mut self, index: usize) -> Result<()> {
        let unpickler = self.unpickler;
        unpickler.remember(index, self.top()?)
    }

    #[inline]
    fn recall(&mut self, index: usize) -> Result<()> {
        let found = self.unpickler.memo.borrow().get(index).cloned().flatten();
        match found {
            Some(found) => self.push(found),
            None => Err(not_found(index as isize)),
        }
    }

    // ---- numbers ----

    /// An unsigned integer of at most four bytes.
    #[inline(always)]
    fn load_small_uint<const N: usize>(&mut self) -> Result<usize> {
        let bytes: [u8; N] = self.input.array(self.file())?;
        Ok(bytes.iter().rev().fold(0, |value, &byte| value << 8 | usize::from(byte)))
    }

    /// A size, which no block of memory may exceed.
    #[inline]
    fn load_size<const N: usize>(&mut self, what: &str) -> Result<usize> {
        let size = self.load_small_uint::<N>()?;
        if isize::try_from(size).is_err() {
            return Err(err::overflow_error(format_args!(
                "{what} exceeds system's maximum size of {} bytes",
                isize::MAX
            )));
        }
        Ok(size)
    }

    fn load_counted_long(&mut self, size: i64) -> Result<()> {
        let size =
            usize::try_from(size).map_err(|_| unpickling_error("LONG pickle has negative byte count"))?;
        let bytes = self.input.read(&self.unpickler.file, size)?;
        let value = if size == 0 { long::from_i64(0)? } else { long::from_bytes(bytes, true, true)? };
        self.push(value)
    }

    fn load_int_line(&mut self) -> Result<()> {
        let line = self.input.line(&self.unpickler.file)?;
        if line.len() < 2 {
            return Err(super::input::truncated());
        }
        let value = match line {
            b"00\n" => bool::from_bool(false),
            b"01\n" => bool::from_bool(true),
            line => {
                number_of_line(line, 0).map_err(|_| err::value_error("could not convert string to int"))?
            }
        };
        self.push(value)
    }

    fn load_long_line(&mut self) -> Result<()> {
        let line = self.input.line(&self.unpickler.file)?;
        if line.len() < 2 {
            return Err(super::input::truncated());
        }
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let value = number_of_line(line.strip_suffix(b"L").unwrap_or(line), 0)?;
        self.push(value)
    }

    fn load_float_line(&mut self) -> Result<()> {
        let line = self.input.line(&self.unpickler.file)?;
        if line.len() < 2 {
            return Err(super::input::truncated());
        }
        let text = &line[..line.len() - 1];
        // As C's strtod would read it: no white space behind it, no underscores.
        let bad = text.iter().any(|byte| *byte == b'_' || byte.is_ascii_whitespace() || !byte.is_ascii());
        let value = if bad {
            Err(err::value_error("could not convert string to float"))
        } else {
            float::from_string(&*bytes::from_slice(text)?)
                .map_err(|_| err::value_error("could not convert string to float"))
        };
        self.push(value?)
    }

    // ---- text and bytes ----

    #[inline]
    fn load_text<const N: usize>(&mut self) -> Result<()> {
        let size = self.load_size::<N>("BINUNICODE")?;
        let utf8 = self.input.read(&self.unpickler.file, size)?;
        let text = if utf8.is_ascii() {
            unicode::from_ascii(utf8)?
        } else {
            unicode::decode_utf8(utf8, Some("surrogatepass"))?
        };
        self.push(text)
    }

    fn load_bytes<const N: usize>(&mut self) -> Result<()> {
        let size = self.load_size::<N>("BINBYTES")?;
        let target = self.bytes_of(size)?;
        self.push(target)
    }

    fn bytes_of(&mut self, size: usize) -> Result<Obj> {
        if self.input.has(size) {
            return bytes::from_slice(self.input.read(&self.unpickler.file, size)?);
        }
        if self.unpickler.file.read.is_empty() {
            return Err(super::input::truncated());
        }
        let mut result = Ok(());
        let made = bytes::build(size, |target| {
            target.fill(0);
            result = self.input.read_into(&self.unpickler.file, target);
        })?;
        result.map(|()| made)
    }

    fn load_bytearray(&mut self) -> Result<()> {
        let size = self.load_size::<8>("BYTEARRAY8")?;
        if !self.input.has(size) && self.unpickler.file.read.is_empty() {
            return Err(super::input::truncated());
        }
        let array = bytearray::zeroed(size)?;
        // SAFETY: a new object that nobody else knows.
        let target = unsafe { core::slice::from_raw_parts_mut(bytearray::data_ptr(array.as_ptr()), size) };
        self.input.read_into(&self.unpickler.file, target)?;
        self.push(array)
    }

    fn load_next_buffer(&mut self) -> Result<()> {
        let Some(buffers) = self.unpickler.buffers.get() else {
            return Err(unpickling_error(
                "pickle stream refers to out-of-band data but no *buffers* argument was given",
            ));
        };
        match iter::next(&buffers)? {
            Some(buffer) => self.push(buffer),
            None => Err(unpickling_error("not enough out-of-band buffers")),
        }
    }

    fn load_readonly_buffer(&mut self) -> Result<()> {
        let top = self.top()?.owned();
        let view = memoryview::from_object(&top)?;
        let readonly = krait_object::protocol::object::get_attr(&view, intern!("readonly"))?;
        if bool::value(&readonly) == Some(true) {
            return Ok(());
        }
        let readonly = call::call_method(&view, intern!("toreadonly"), &[])?;
        if let Some(top) = self.stack.last_mut() {
            drop(core::mem::replace(top, readonly));
        }
        Ok(())
    }

    fn load_string_line(&mut self) -> Result<()> {
        let line = self.input.line(&self.unpickler.file)?;
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let quoted = match text {
            [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => Some(inner),
            _ => None,
        };
        let Some(inner) = quoted else {
            return Err(unpickling_error("the STRING opcode argument must be quoted"));
        };
        let (decoded, _) = bytes::decode_escape(inner, None)?;
        self.push_old_string(decoded)
    }

    fn load_counted_string(&mut self, size: usize) -> Result<()> {
        let contents = bytes::from_slice(self.input.read(&self.unpickler.file, size)?)?;
        self.push_old_string(contents)
    }

    /// A string that Python 2 wrote.
    fn push_old_string(&mut self, contents: Obj) -> Result<()> {
        let text = self.unpickler.text();
        let value = match text.encoding.as_deref() {
            Some("bytes") => contents,
            encoding => unicode::from_encoded_object(&contents, encoding, Some(&text.errors))?,
        };
        self.push(value)
    }

    // ---- the stream itself ----

    fn load_frame(&mut self) -> Result<()> {
        let size = u64::from_le_bytes(self.input.array(self.file())?);
        match usize::try_from(size).ok().filter(|size| isize::try_from(*size).is_ok()) {
            Some(size) => self.input.require(self.file(), size),
            None => Err(err::overflow_error(format_args!(
                "FRAME length exceeds system's maximum of {} bytes",
                isize::MAX
            ))),
        }
    }

    fn load_proto(&mut self) -> Result<()> {
        let protocol = self.input.byte(self.file())?;
        if !unpickler::is_known(protocol) {
            return Err(err::value_error(format_args!("unsupported pickle protocol: {protocol}")));
        }
        self.unpickler.protocol.set(protocol.into());
        Ok(())
    }
}

/// The stream ends where an instruction should be.
#[cold]
fn end_of_input(raised: Raised) -> Raised {
    match super::UNPICKLING_ERROR.get() {
        Ok(class) if err::matches(&class) => {
            err::clear();
            err::eof_error("Ran out of input")
        }
        _ => raised,
    }
}

#[cold]
fn not_found(index: isize) -> Raised {
    unpickling_error(format_args!("Memo value not found at index {index}"))
}

/// A number in a line.
fn number_of_line(line: &[u8], base: i32) -> Result<Obj> {
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    match text.iter().position(|&byte| byte == 0) {
        Some(end) => long::from_string(&text[..end], base, &mut None),
        None => long::from_string(text, base, &mut None),
    }
}

/// An index of the memo in a line.
fn index_of_line(line: &[u8]) -> Result<isize> {
    if line.len() < 2 {
        return Err(super::input::truncated());
    }
    long::as_isize(&*number_of_line(line, 10)?)
}
