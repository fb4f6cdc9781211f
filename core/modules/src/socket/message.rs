//! Messages with ancillary data: `sendmsg`, `recvmsg`.

use super::address::{Address, from_object};
use super::object::{Socket, Wait, flags};
use crate::support::{audit, check_count, parse_int, ssize};
use core::ffi::{c_int, c_void};
use krait_object::args::{Args, Signature};
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::{object, sequence};
use krait_object::types::{bytes, list, long, none, tuple};
use krait_object::{Layout, Obj, Object, Result, err};

/// The length of a control message's header.
const HEADER: usize = size_of::<libc::cmsghdr>();
/// Control messages are aligned to words.
const WORD: usize = size_of::<usize>();

fn align(size: usize) -> usize {
    (size + WORD - 1) & !(WORD - 1)
}

/// `CMSG_LEN`, None when it does not fit.
pub fn message_length(data: usize) -> Option<usize> {
    data.checked_add(HEADER).filter(|&length| length <= i32::MAX as usize)
}

/// `CMSG_SPACE`, None when it does not fit.
pub fn message_space(data: usize) -> Option<usize> {
    // What one byte takes is kept back, so that whatever alignment adds still fits.
    let limit = i32::MAX as usize - align(HEADER + 1);
    (data <= limit).then(|| align(HEADER + data))
}

/// Memory for control messages, aligned.
struct Control(Vec<u64>);

impl Control {
    fn new(size: usize) -> Control {
        Control(vec![0; size.div_ceil(WORD)])
    }

    fn as_mut_ptr(&mut self) -> *mut u8 {
        self.0.as_mut_ptr().cast()
    }
}

/// Buffers and what the system wants to know of them.
struct Vectors {
    _buffers: Vec<Buffer>,
    vectors: Vec<libc::iovec>,
}

impl Vectors {
    fn new(items: &[Obj], mut acquire: impl FnMut(&Object) -> Result<Buffer>) -> Result<Vectors> {
        let mut vectors = Vectors { _buffers: Vec::with_capacity(items.len()), vectors: Vec::new() };
        for item in items {
            let buffer = acquire(item)?;
            let slice = buffer.as_slice();
            vectors
                .vectors
                .push(libc::iovec { iov_base: slice.as_ptr().cast_mut().cast(), iov_len: slice.len() });
            vectors._buffers.push(buffer);
        }
        Ok(vectors)
    }
}

/// The items of an iterable.
fn collect(given: &Object, message: &str) -> Result<Vec<Obj>> {
    let items = sequence::fast(given, message)?;
    let items = sequence::tuple(&items)?;
    Ok(tuple::items(&items).iter().map(|item| item.owned()).collect())
}

fn empty_message() -> libc::msghdr {
    // SAFETY: integers and pointers, for which zero is valid.
    unsafe { core::mem::zeroed() }
}

// ---- receiving ----------------------------------------------------------------------------------------------------

/// Receives a message; `finish` makes the first item of the result from the number of bytes.
fn receive(
    this: &Socket,
    vectors: &mut [libc::iovec],
    flags: c_int,
    room: isize,
    finish: impl FnOnce(usize) -> Result<Obj>,
) -> Result<Obj> {
    let room = usize::try_from(room).ok().filter(|&room| room <= i32::MAX as usize);
    let Some(room) = room else {
        return Err(err::value_error("invalid ancillary data buffer length"));
    };
    let mut control = Control::new(room);
    let mut address = Address::empty();
    let mut message = empty_message();
    message.msg_name = address.as_mut_ptr().cast();
    message.msg_namelen = address.length;
    message.msg_iov = vectors.as_mut_ptr();
    message.msg_iovlen = vectors.len();
    message.msg_control = control.as_mut_ptr().cast();
    message.msg_controllen = room;
    let fd = this.fd();
    let pointer = &raw mut message;
    // SAFETY: memory of the given sizes, which is held.
    let received = this.call_checked(Wait::Read, || unsafe { libc::recvmsg(fd, pointer, flags) })?;
    address.length = message.msg_namelen;
    let ancillary = match ancillary_list(&message) {
        Ok(ancillary) => ancillary,
        Err(raised) => {
            close_descriptors(&message);
            return Err(raised);
        }
    };
    tuple::pack([
        finish(received as usize)?,
        ancillary,
        long::from_i64(message.msg_flags.into())?,
        this.address(&address)?,
    ])
}

/// How much data a control message has within the buffer; None for one whose header is not there.
fn data_length(message: &libc::msghdr, header: *const libc::cmsghdr) -> Option<usize> {
    let at = header as usize - message.msg_control as usize;
    if at + HEADER > message.msg_controllen {
        return None;
    }
    // SAFETY: the header lies within the buffer.
    let length = unsafe { (*header).cmsg_len } as usize;
    // A message may have been cut off.
    let length = length.min(message.msg_controllen - at);
    length.checked_sub(HEADER)
}

/// Control messages as a list of (level, type, data).
fn ancillary_list(message: &libc::msghdr) -> Result<Obj> {
    let result = list::new()?;
    if message.msg_controllen == 0 {
        return Ok(result.upcast());
    }
    // SAFETY: headers within the buffer, one after the other.
    unsafe {
        let mut header = libc::CMSG_FIRSTHDR(message);
        while !header.is_null() {
            let Some(length) = data_length(message, header) else {
                err::warn(
                    krait_object::types::exceptions::RuntimeWarning(),
                    "received malformed or improperly-truncated ancillary data",
                    1,
                )?;
                break;
            };
            let data = core::slice::from_raw_parts(header.cast::<u8>().add(HEADER), length);
            result.push(tuple::pack([
                long::from_i64((*header).cmsg_level.into())?,
                long::from_i64((*header).cmsg_type.into())?,
                bytes::from_slice(data)?,
            ])?)?;
            header = libc::CMSG_NXTHDR(message, header);
        }
    }
    Ok(result.upcast())
}

/// Closes descriptors that came with a message nobody will see.
fn close_descriptors(message: &libc::msghdr) {
    // SAFETY: headers within the buffer; the descriptors are ours.
    unsafe {
        let mut header = libc::CMSG_FIRSTHDR(message);
        while !header.is_null() {
            if let Some(length) = data_length(message, header)
                && (*header).cmsg_level == libc::SOL_SOCKET
                && (*header).cmsg_type == libc::SCM_RIGHTS
            {
                let first = header.cast::<u8>().add(HEADER).cast::<c_int>();
                for index in 0..length / size_of::<c_int>() {
                    libc::close(first.add(index).read_unaligned());
                }
            }
            header = libc::CMSG_NXTHDR(message, header);
        }
    }
}

/// `socket.recvmsg(bufsize[, ancbufsize[, flags]])`
pub fn recvmsg(this: &Socket, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("recvmsg", args.len(), 1, 3)?;
    let size = ssize(args[0])?;
    let room = args.get(1).map_or(Ok(0), |given| ssize(given))?;
    let flags = flags(args, 2)?;
    let size = usize::try_from(size).map_err(|_| err::value_error("negative buffer size in recvmsg()"))?;
    let mut memory: Vec<u8> = krait_object::memory::try_vec(size)?;
    memory.resize(size, 0);
    let mut vectors = [libc::iovec { iov_base: memory.as_mut_ptr().cast(), iov_len: size }];
    receive(this, &mut vectors, flags, room, |received| bytes::from_slice(&memory[..received]))
}

/// `socket.recvmsg_into(buffers[, ancbufsize[, flags]])`
pub fn recvmsg_into(this: &Socket, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("recvmsg_into", args.len(), 1, 3)?;
    let room = args.get(1).map_or(Ok(0), |given| ssize(given))?;
    let flags = flags(args, 2)?;
    let items = collect(args[0], "recvmsg_into() argument 1 must be an iterable")?;
    let mut vectors = Vectors::new(&items, |item| {
        Buffer::writable(item).map_err(|_| {
            err::clear();
            err::type_error(
                "recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers",
            )
        })
    })?;
    receive(this, &mut vectors.vectors, flags, room, |received| long::from_u64(received as u64))
}

// ---- sending ------------------------------------------------------------------------------------------------------

/// A control message to be sent.
struct Ancillary {
    level: c_int,
    kind: c_int,
    data: Buffer,
}

fn parse_ancillary(item: &Object) -> Result<Ancillary> {
    const FUNCTION: &str = "[sendmsg() ancillary data items]";
    if !sequence::check(item) || krait_object::types::unicode::check(item) {
        return Err(err::type_error(format_args!(
            "{FUNCTION}() argument must be 3-item sequence, not {:.50}",
            if item.is_none() { "None" } else { item.class_of().name() }
        )));
    }
    let length = object::len(item)?;
    if length != 3 {
        return Err(err::type_error(format_args!(
            "{FUNCTION}() argument must be sequence of length 3, not {length}"
        )));
    }
    Ok(Ancillary {
        level: parse_int(&*sequence::get_item(item, 0)?)?,
        kind: parse_int(&*sequence::get_item(item, 1)?)?,
        data: Buffer::simple(&*sequence::get_item(item, 2)?)?,
    })
}

/// Lays control messages out.
fn build_control(items: &[Ancillary]) -> Result<(Control, usize)> {
    let mut total = 0usize;
    for item in items {
        let space = message_space(item.data.as_slice().len())
            .ok_or_else(|| err::os_error("ancillary data item too large"))?;
        total = total
            .checked_add(space)
            .filter(|&total| total <= i32::MAX as usize)
            .ok_or_else(|| err::os_error("too much ancillary data"))?;
    }
    let mut control = Control::new(total);
    let mut at = control.as_mut_ptr();
    for item in items {
        let data = item.data.as_slice();
        // SAFETY: the memory has room for all of them, one after the other, aligned.
        unsafe {
            let header = at.cast::<libc::cmsghdr>();
            (*header).cmsg_level = item.level;
            (*header).cmsg_type = item.kind;
            (*header).cmsg_len = (HEADER + data.len()) as _;
            core::ptr::copy_nonoverlapping(data.as_ptr(), at.add(HEADER), data.len());
            at = at.add(align(HEADER + data.len()));
        }
    }
    Ok((control, total))
}

fn transmit(this: &Socket, message: &mut libc::msghdr, flags: c_int) -> Result<isize> {
    let (fd, pointer) = (this.fd(), &raw const *message);
    // SAFETY: memory of the given sizes, which is held.
    this.call_checked(Wait::Write, || unsafe { libc::sendmsg(fd, pointer, flags) })
}

/// `socket.sendmsg(buffers[, ancdata[, flags[, address]]])`
pub fn sendmsg(this: &Socket, args: &Object) -> Result<isize> {
    let args = tuple::items(args);
    check_count("sendmsg", args.len(), 1, 4)?;
    let flags = flags(args, 2)?;
    let target = args.get(3).copied().filter(|target| !target.is_none());
    let address = target.map(|target| from_object(this, target, "sendmsg")).transpose()?;
    let shown = target.unwrap_or(none::none()).owned();
    audit("socket.sendmsg", [this.object().owned(), shown])?;
    let items = collect(args[0], "sendmsg() argument 1 must be an iterable")?;
    let mut vectors = Vectors::new(&items, Buffer::simple)?;
    let ancillary = match args.get(1) {
        Some(given) => collect(given, "sendmsg() argument 2 must be an iterable")?
            .iter()
            .map(|item| parse_ancillary(item))
            .collect::<Result<Vec<_>>>()?,
        None => Vec::new(),
    };
    let (mut control, total) = build_control(&ancillary)?;
    let mut message = empty_message();
    if let Some(address) = &address {
        message.msg_name = address.as_ptr().cast_mut().cast();
        message.msg_namelen = address.length;
    }
    message.msg_iov = vectors.vectors.as_mut_ptr();
    message.msg_iovlen = vectors.vectors.len();
    if total > 0 {
        message.msg_control = control.as_mut_ptr().cast();
        message.msg_controllen = total;
    }
    transmit(this, &mut message, flags)
}

const SOL_ALG: c_int = 279;
const ALG_SET_IV: c_int = 2;
const ALG_SET_OP: c_int = 3;
const ALG_SET_AEAD_ASSOCLEN: c_int = 4;

/// A buffer of bytes that are not from Python.
fn owned_buffer(data: &[u8]) -> Result<Buffer> {
    Buffer::simple(&*bytes::from_slice(data)?)
}

/// `socket.sendmsg_afalg([msg], *, op[, iv[, assoclen[, flags=MSG_MORE]]])`
pub fn sendmsg_afalg(this: &Socket, args: Args<'_>) -> Result<isize> {
    if this.family() != libc::AF_ALG {
        return Err(err::os_error("algset is only supported for AF_ALG"));
    }
    let [data, operation, vector, associated, flags] = const {
        Signature::new("sendmsg_afalg", ["msg", "op", "iv", "assoclen", "flags"])
            .required(0)
            .keyword_only_from(1)
    }
    .bind(args)?;
    let operation = operation.map(parse_int).transpose()?.filter(|&operation| operation >= 0);
    let Some(operation) = operation else {
        return Err(err::type_error("Invalid or missing argument 'op'"));
    };
    let mut ancillary = vec![Ancillary {
        level: SOL_ALG,
        kind: ALG_SET_OP,
        data: owned_buffer(&(operation as u32).to_ne_bytes())?,
    }];
    if let Some(vector) = vector {
        let vector = Buffer::simple(vector)?;
        let vector = vector.as_slice();
        let mut content = (vector.len() as u32).to_ne_bytes().to_vec();
        content.extend_from_slice(vector);
        ancillary.push(Ancillary { level: SOL_ALG, kind: ALG_SET_IV, data: owned_buffer(&content)? });
    }
    if let Some(associated) = associated {
        let length = parse_int(associated)?;
        if length < 0 {
            return Err(err::type_error("assoclen must be positive"));
        }
        ancillary.push(Ancillary {
            level: SOL_ALG,
            kind: ALG_SET_AEAD_ASSOCLEN,
            data: owned_buffer(&(length as u32).to_ne_bytes())?,
        });
    }
    let flags = flags.map_or(Ok(0), parse_int)?;
    let items =
        data.map_or(Ok(Vec::new()), |data| collect(data, "sendmsg() argument 1 must be an iterable"))?;
    let mut vectors = Vectors::new(&items, Buffer::simple)?;
    let (mut control, total) = build_control(&ancillary)?;
    let mut message = empty_message();
    message.msg_iov = vectors.vectors.as_mut_ptr();
    message.msg_iovlen = vectors.vectors.len();
    message.msg_control = control.as_mut_ptr().cast::<c_void>();
    message.msg_controllen = total;
    transmit(this, &mut message, flags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(message_length(5), Some(21));
        assert_eq!(message_space(5), Some(24));
        assert_eq!(message_space(8), Some(24));
        assert_eq!(message_length(i32::MAX as usize), None);
        assert_eq!(message_space(i32::MAX as usize - 24), Some(i32::MAX as usize & !7));
        assert_eq!(message_space(i32::MAX as usize - 23), None);
        assert_eq!(message_space(usize::MAX), None);
    }
}
