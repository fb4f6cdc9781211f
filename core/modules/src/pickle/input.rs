//! What an unpickler reads: a block of memory with a position, refilled from a file.
//!
//! A file must not be read beyond the end of the stream. With `peek` the block is what the file would give, and only
//! what has been used is read from the file; without it each read asks for exactly what is needed, or for a frame.

use super::{shown, unpickling_error};
use krait_abi::PyBUF_CONTIG_RO;
use krait_object::cell::ObjCell;
use krait_object::cell::Visitor;
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::{call, object};
use krait_object::types::{bytes, exceptions, long, memoryview, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern};

/// How much is looked at in advance.
const PREFETCH: usize = 128 * 1024;

/// The methods of a file.
pub struct File {
    pub read: ObjCell,
    pub readline: ObjCell,
    pub readinto: ObjCell,
    pub peek: ObjCell,
}

impl File {
    /// No file.
    pub const fn none() -> File {
        File {
            read: ObjCell::empty(),
            readline: ObjCell::empty(),
            readinto: ObjCell::empty(),
            peek: ObjCell::empty(),
        }
    }

    /// Takes the methods of a file.
    pub fn set(&self, file: &Object) -> Result<()> {
        self.clear();
        self.peek.set_opt(object::lookup_attr(file, intern!("peek"))?);
        self.readinto.set_opt(object::lookup_attr(file, intern!("readinto"))?);
        self.read.set_opt(object::lookup_attr(file, intern!("read"))?);
        self.readline.set_opt(object::lookup_attr(file, intern!("readline"))?);
        if self.read.is_empty() || self.readline.is_empty() {
            self.clear();
            return Err(err::type_error("file must have 'read' and 'readline' attributes"));
        }
        Ok(())
    }

    /// Forgets the file.
    pub fn clear(&self) {
        for method in [&self.read, &self.readline, &self.readinto, &self.peek] {
            drop(method.take());
        }
    }

    /// For the garbage collector.
    pub fn visit(&self, visitor: &mut Visitor) {
        for method in [&self.read, &self.readline, &self.readinto, &self.peek] {
            method.visit(visitor);
        }
    }
}

/// The block.
pub struct Input {
    /// Keeps the memory alive.
    block: Option<Buffer>,
    /// The memory, null without any.
    start: *const u8,
    size: usize,
    position: usize,
    /// Up to here the block has been read from the file; what follows was only looked at.
    taken: usize,
    /// The size of the last line that was read, with its NUL in C's count.
    pub line_size: usize,
}

impl Default for Input {
    fn default() -> Input {
        Input { block: None, start: core::ptr::null(), size: 0, position: 0, taken: 0, line_size: 0 }
    }
}

impl Input {
    /// Memory.
    pub fn set(&mut self, data: &Object) -> Result<usize> {
        let block = if bytes::check_exact(data) {
            Buffer::simple(data)?
        } else {
            Buffer::get(data, PyBUF_CONTIG_RO)?
        };
        let memory = block.as_slice();
        let size = memory.len();
        (self.start, self.size) = (memory.as_ptr(), size);
        // The memory is the object's: it does not move with the buffer.
        self.block = Some(block);
        self.position = 0;
        self.taken = size;
        Ok(size)
    }

    #[inline(always)]
    fn rest(&self) -> &[u8] {
        if self.position >= self.size {
            return &[];
        }
        // SAFETY: the block keeps `size` bytes at `start`.
        unsafe { core::slice::from_raw_parts(self.start.add(self.position), self.size - self.position) }
    }

    /// Whether so many bytes are in the block.
    pub fn has(&self, count: usize) -> bool {
        self.rest().len() >= count
    }

    /// The next byte.
    #[inline(always)]
    pub fn byte(&mut self, file: &File) -> Result<u8> {
        match self.rest().first() {
            Some(&byte) => {
                self.position += 1;
                Ok(byte)
            }
            None => Ok(self.read(file, 1)?[0]),
        }
    }

    /// The next bytes of a fixed number.
    #[inline]
    pub fn array<const N: usize>(&mut self, file: &File) -> Result<[u8; N]> {
        let bytes = self.read(file, N)?;
        bytes.first_chunk().copied().ok_or_else(truncated)
    }

    /// The next bytes.
    #[inline]
    pub fn read(&mut self, file: &File, count: usize) -> Result<&[u8]> {
        if self.size.saturating_sub(self.position) < count {
            self.fill(file, count)?;
        }
        if count == 0 {
            return Ok(&[]);
        }
        let start = self.position;
        self.position += count;
        // SAFETY: the block keeps `size` bytes at `start`, and at least `count` of them were left.
        Ok(unsafe { core::slice::from_raw_parts(self.start.add(start), count) })
    }

    /// Makes sure that so many bytes are in the block and stays where it is.
    pub fn require(&mut self, file: &File, count: usize) -> Result<()> {
        if self.rest().len() < count { self.fill(file, count) } else { Ok(()) }
    }

    #[cold]
    fn fill(&mut self, file: &File, count: usize) -> Result<()> {
        if self.position.checked_add(count).is_none_or(|end| isize::try_from(end).is_err()) {
            return Err(unpickling_error("read would overflow (invalid bytecode)"));
        }
        if file.read.is_empty() {
            return Err(truncated());
        }
        self.skip_used(file)?;
        if count < PREFETCH
            && let Some(size) = self.look_ahead(file)?
            && size >= count
        {
            return Ok(());
        }
        let wanted = long::from_u64(count as u64)?;
        let data = call::call1(&*file.read.get_or_none(), &wanted)?;
        if self.set(&data)? < count { Err(truncated()) } else { Ok(()) }
    }

    /// Looks at what comes next in the file, if it can do that: how much there is in the block now.
    fn look_ahead(&mut self, file: &File) -> Result<Option<usize>> {
        let Some(peek) = file.peek.get() else { return Ok(None) };
        let wanted = long::from_u64(PREFETCH as u64)?;
        match call::call1(&peek, &wanted) {
            Ok(data) => {
                let size = self.set(&data)?;
                self.taken = 0;
                Ok(Some(size))
            }
            Err(_) if err::matches(exceptions::NotImplementedError()) => {
                err::clear();
                drop(file.peek.take());
                Ok(None)
            }
            Err(raised) => Err(raised),
        }
    }

    /// Reads from the file what was only looked at and has been used since.
    pub fn skip_used(&mut self, file: &File) -> Result<()> {
        let used = self.position.saturating_sub(self.taken);
        if used == 0 {
            return Ok(());
        }
        let used = long::from_u64(used as u64)?;
        drop(call::call1(&*file.read.get_or_none(), &used)?);
        self.taken = self.position;
        Ok(())
    }

    /// Bytes into memory of the caller's.
    pub fn read_into(&mut self, file: &File, mut target: &mut [u8]) -> Result<()> {
        let here = self.rest().len().min(target.len());
        target[..here].copy_from_slice(&self.rest()[..here]);
        self.position += here;
        target = &mut target[here..];
        if target.is_empty() {
            return Ok(());
        }
        if file.read.is_empty() {
            return Err(truncated());
        }
        self.skip_used(file)?;
        let size = match file.readinto.get() {
            None => read_copy(file, target)?,
            Some(readinto) => {
                // SAFETY: the view is released before the memory goes: it is dropped here, and nobody may keep it longer.
                let view = unsafe {
                    memoryview::from_memory(
                        target.as_mut_ptr().cast(),
                        target.len() as isize,
                        krait_abi::PyBUF_WRITE,
                    )?
                };
                let size = long::as_isize(&*call::call1(&readinto, &view)?)?;
                usize::try_from(size).map_err(|_| err::value_error("readinto() returned negative size"))?
            }
        };
        if size < target.len() { Err(truncated()) } else { Ok(()) }
    }

    /// The next line, with its end.
    pub fn line(&mut self, file: &File) -> Result<&[u8]> {
        let found = self.rest().iter().position(|&byte| byte == b'\n');
        let size = match found {
            Some(end) => end + 1,
            None if file.read.is_empty() => return Err(truncated()),
            None => {
                self.skip_used(file)?;
                let line = call::call0(&*file.readline.get_or_none())?;
                let size = self.set(&line)?;
                if self.rest().last() != Some(&b'\n') {
                    return Err(truncated());
                }
                size
            }
        };
        self.line_size = size + 1;
        self.read(file, size)
    }
}

/// The file has no `readinto`.
fn read_copy(file: &File, target: &mut [u8]) -> Result<usize> {
    let wanted = long::from_u64(target.len() as u64)?;
    let data: Obj = call::call1(&*file.read.get_or_none(), &wanted)?;
    if !bytes::check(&data) {
        let class = shown(data.class_of().object())?;
        return Err(err::value_error(format_args!(
            "read() returned non-bytes object ({})",
            unicode::display(&class)
        )));
    }
    let data = bytes::as_slice(&data);
    let size = data.len().min(target.len());
    target[..size].copy_from_slice(&data[..size]);
    Ok(size)
}

/// The stream ends too early.
#[cold]
pub fn truncated() -> err::Raised {
    unpickling_error("pickle data was truncated")
}
