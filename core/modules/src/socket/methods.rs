//! The methods of sockets but for messages with ancillary data.

use super::address::{Address, from_object};
use super::message;
use super::object::{FOREVER, Failure, Socket, Wait, flags};
use crate::pytime::{self, PyTime};
use crate::support::{audit, check_count, check_signals, filled_bytes, int, parse_int, ssize, wrong_type};
use core::ffi::c_int;
use krait_object::args::{Args, Signature};
use krait_object::protocol::buffer::{self, Buffer};
use krait_object::types::{float, long, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method};

krait_object::methods! {
    /// The methods of sockets.
    pub static METHODS = [
        method::noargs(c"_accept", accept, c"_accept() -> (integer, address info)\n\nWaits for a connection: a new descriptor for it, and the client's address."),
        method::o(c"bind", bind, c"bind(address)\n\nGives the socket an address of its own."),
        method::noargs(c"close", close, c"close()\n\nCloses the socket; nothing can be done with it after that."),
        method::o(c"connect", connect, c"connect(address)\n\nConnects the socket to an address."),
        method::o(c"connect_ex", connect_ex, c"connect_ex(address) -> errno\n\nLike connect(), but an error of the system is a result, 0 meaning success."),
        method::noargs(c"detach", detach, c"detach()\n\nCloses the object but not the descriptor, which is returned."),
        method::noargs(c"fileno", fileno, c"fileno() -> integer\n\nThe descriptor."),
        method::noargs(c"getpeername", getpeername, c"getpeername() -> address info\n\nThe address at the other end."),
        method::noargs(c"getsockname", getsockname, c"getsockname() -> address info\n\nThe address at this end."),
        method::varargs(c"getsockopt", getsockopt, c"getsockopt(level, option[, buffersize]) -> value\n\nThe value of an option: an int, or bytes of at most buffersize if that is given."),
        method::varargs(c"listen", listen, c"listen([backlog])\n\nStarts to accept connections; backlog says how many may wait."),
        method::varargs(c"recv", recv, c"recv(buffersize[, flags]) -> data\n\nReceives at most buffersize bytes; waits for one at least, or for the end."),
        method::keywords(c"recv_into", recv_into, c"recv_into(buffer, [nbytes[, flags]]) -> nbytes_read\n\nReceives into a buffer; returns how many bytes there are."),
        method::varargs(c"recvfrom", recvfrom, c"recvfrom(buffersize[, flags]) -> (data, address info)\n\nLike recv(), and also the sender's address."),
        method::keywords(c"recvfrom_into", recvfrom_into, c"recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)\n\nLike recv_into(), and also the sender's address."),
        method::varargs(c"send", send, c"send(data[, flags]) -> count\n\nSends data; returns how much of it has been sent, which may be less than all."),
        method::varargs(c"sendall", sendall, c"sendall(data[, flags])\n\nSends all of the data. After an error nobody knows how much has been sent."),
        method::varargs(c"sendto", sendto, c"sendto(data[, flags], address) -> count\n\nLike send(), to an address."),
        method::o(c"setblocking", setblocking, c"setblocking(flag)\n\nWhether calls wait: setblocking(True) is settimeout(None), setblocking(False) is\nsettimeout(0.0)."),
        method::noargs(c"getblocking", getblocking, c"getblocking()\n\nWhether calls wait."),
        method::o(c"settimeout", settimeout, c"settimeout(timeout)\n\nHow long calls wait: seconds, or None for ever. 0.0 is the same as\nsetblocking(False)."),
        method::noargs(c"gettimeout", gettimeout, c"gettimeout() -> timeout\n\nHow long calls wait: seconds, or None for ever."),
        method::varargs(c"setsockopt", setsockopt, c"setsockopt(level, option, value: int)\nsetsockopt(level, option, value: buffer)\nsetsockopt(level, option, None, optlen: int)\n\nSets an option. The last form passes NULL and a length."),
        method::o(c"shutdown", shutdown, c"shutdown(flag)\n\nEnds reading (SHUT_RD), writing (SHUT_WR) or both (SHUT_RDWR)."),
        method::varargs(c"recvmsg", message::recvmsg, c"recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)\n\nReceives data and ancillary data, a list of (level, type, data). ancbufsize is the room\nfor the latter; CMSG_SPACE() and CMSG_LEN() compute it."),
        method::varargs(c"recvmsg_into", message::recvmsg_into, c"recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)\n\nLike recvmsg(), into buffers."),
        method::varargs(c"sendmsg", message::sendmsg, c"sendmsg(buffers[, ancdata[, flags[, address]]]) -> count\n\nSends the contents of buffers and ancillary data, items of (level, type, data)."),
        method::keywords(c"sendmsg_afalg", message::sendmsg_afalg, c"sendmsg_afalg([msg], *, op[, iv[, assoclen[, flags=MSG_MORE]]])\n\nSends data with an operation, an IV and a length to an AF_ALG socket."),
    ];
}

// ---- life ---------------------------------------------------------------------------------------------------------

fn accept(this: &Socket) -> Result<Obj> {
    let mut address = Address::empty();
    let (fd, pointer) = (this.fd(), address.as_mut_ptr());
    let length = &raw mut address.length;
    // SAFETY: room of the given length.
    let new =
        this.call_checked(Wait::Read, || unsafe { libc::accept4(fd, pointer, length, libc::SOCK_CLOEXEC) })?;
    match this.address(&address).and_then(|address| tuple::pack([long::from_i64(new.into())?, address])) {
        Ok(result) => Ok(result),
        Err(raised) => {
            // SAFETY: ours; nobody else knows it.
            unsafe { libc::close(new) };
            Err(raised)
        }
    }
}

fn bind(this: &Socket, given: &Object) -> Result<()> {
    let address = from_object(this, given, "bind")?;
    audit("socket.bind", [this.object().owned(), given.owned()])?;
    let fd = this.fd();
    // SAFETY: a valid address.
    crate::support::blocking(|| unsafe { libc::bind(fd, address.as_ptr(), address.length) })
        .map_err(|errno| this.error(errno))
        .map(drop)
}

fn close(this: &Socket) -> Result<()> {
    let fd = this.take_fd();
    if fd == -1 {
        return Ok(());
    }
    // SAFETY: the socket's own descriptor.
    match crate::support::blocking(|| unsafe { libc::close(fd) }) {
        // The other end has gone: the descriptor is closed nevertheless.
        Err(errno) if errno != libc::ECONNRESET => Err(this.error(errno)),
        _ => Ok(()),
    }
}

fn detach(this: &Socket) -> Result<c_int> {
    Ok(this.take_fd())
}

fn fileno(this: &Socket) -> Result<c_int> {
    Ok(this.fd())
}

/// Connects; the error number where the system reports one.
fn do_connect(this: &Socket, address: &Address) -> core::result::Result<(), Failure> {
    let fd = this.fd();
    // SAFETY: a valid address.
    let errno =
        match crate::support::blocking(|| unsafe { libc::connect(fd, address.as_ptr(), address.length) }) {
            Ok(_) => return Ok(()),
            Err(errno) => errno,
        };
    let goes_on = if errno == libc::EINTR {
        check_signals()?;
        // The connection is still being set up.
        this.timeout() != 0
    } else {
        this.timeout() > 0 && errno == libc::EINPROGRESS
    };
    if !goes_on {
        return Err(Failure::Errno(errno));
    }
    this.call(Wait::Connect, this.timeout(), || connection_status(fd)).map(drop)
}

/// What has become of a connection: 0, or -1 and `errno`.
fn connection_status(fd: c_int) -> c_int {
    let mut status: c_int = 0;
    let mut length = size_of::<c_int>() as libc::socklen_t;
    // SAFETY: a valid place for the result; errno is per thread.
    unsafe {
        if libc::getsockopt(fd, libc::SOL_SOCKET, libc::SO_ERROR, (&raw mut status).cast(), &mut length) != 0
        {
            return -1;
        }
        if status == 0 || status == libc::EISCONN {
            return 0;
        }
        *libc::__errno_location() = status;
    }
    -1
}

fn connect(this: &Socket, given: &Object) -> Result<()> {
    let address = from_object(this, given, "connect")?;
    audit("socket.connect", [this.object().owned(), given.owned()])?;
    do_connect(this, &address).map_err(|failure| this.raise(failure))
}

fn connect_ex(this: &Socket, given: &Object) -> Result<c_int> {
    let address = from_object(this, given, "connect_ex")?;
    audit("socket.connect", [this.object().owned(), given.owned()])?;
    match do_connect(this, &address) {
        Ok(()) => Ok(0),
        Err(Failure::Errno(errno)) => Ok(errno),
        Err(Failure::TimedOut) => Ok(libc::EWOULDBLOCK),
        Err(Failure::Raised(raised)) => Err(raised),
    }
}

fn name_by(
    this: &Socket,
    ask: unsafe extern "C" fn(c_int, *mut libc::sockaddr, *mut libc::socklen_t) -> c_int,
) -> Result<Obj> {
    let mut address = Address::empty();
    let (fd, pointer) = (this.fd(), address.as_mut_ptr());
    let length = &raw mut address.length;
    // SAFETY: room of the given length.
    crate::support::blocking(|| unsafe { ask(fd, pointer, length) }).map_err(|errno| this.error(errno))?;
    this.address(&address)
}

fn getpeername(this: &Socket) -> Result<Obj> {
    name_by(this, libc::getpeername)
}

fn getsockname(this: &Socket) -> Result<Obj> {
    name_by(this, libc::getsockname)
}

fn listen(this: &Socket, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    check_count("listen", args.len(), 0, 1)?;
    let backlog = args.first().map_or(Ok(128), |given| parse_int(given))?.max(0);
    let fd = this.fd();
    // SAFETY: no precondition.
    crate::support::blocking(|| unsafe { libc::listen(fd, backlog) })
        .map_err(|errno| this.error(errno))
        .map(drop)
}

fn shutdown(this: &Socket, how: &Object) -> Result<()> {
    let how = int(how)?;
    let fd = this.fd();
    // SAFETY: no precondition.
    crate::support::blocking(|| unsafe { libc::shutdown(fd, how) })
        .map_err(|errno| this.error(errno))
        .map(drop)
}

// ---- options ------------------------------------------------------------------------------------------------------

fn getsockopt(this: &Socket, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("getsockopt", args.len(), 2, 3)?;
    let (level, name, size) = (parse_int(args[0])?, parse_int(args[1])?, flags(args, 2)?);
    if size == 0 {
        let wide = this.family() == libc::AF_VSOCK;
        let mut value = [0u8; 8];
        let mut length = if wide { 8 } else { size_of::<c_int>() as libc::socklen_t };
        // SAFETY: room of the given length.
        crate::support::check(unsafe {
            libc::getsockopt(this.fd(), level, name, value.as_mut_ptr().cast(), &mut length)
        })?;
        if wide {
            return long::from_u64(u64::from_ne_bytes(value));
        }
        return long::from_i64(i32::from_ne_bytes([value[0], value[1], value[2], value[3]]).into());
    }
    if size < 0 || size > 1024 {
        return Err(err::os_error("getsockopt buflen out of range"));
    }
    filled_bytes(size as usize, |start| {
        let mut length = size as libc::socklen_t;
        // SAFETY: room of the given length.
        crate::support::check(unsafe {
            libc::getsockopt(this.fd(), level, name, start.cast(), &mut length)
        })?;
        Ok(length as usize)
    })
}

fn setsockopt(this: &Socket, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    // The last of the three forms that are tried gives the error for a wrong number of arguments.
    if args.len() != 3 && !(args.len() == 4 && args[2].is_none()) {
        check_count("setsockopt", args.len(), 3, 3)?;
    }
    let (level, name) = (parse_int(args[0])?, parse_int(args[1])?);
    let set = |start: *const core::ffi::c_void, length: usize| -> Result<()> {
        // SAFETY: readable bytes, or NULL.
        let status = unsafe { libc::setsockopt(this.fd(), level, name, start, length as libc::socklen_t) };
        if status < 0 { Err(this.error(err::last_errno())) } else { Ok(()) }
    };
    if args.len() == 4 {
        let length = crate::support::unsigned_mask(args[3])?;
        return set(core::ptr::null(), length as usize);
    }
    if this.family() == libc::AF_VSOCK && long::check(args[2]) {
        let value = long::as_u64_mask(args[2])?;
        return set((&raw const value).cast(), size_of::<u64>());
    }
    if !float::check(args[2]) && krait_object::protocol::number::index_check(args[2]) {
        match parse_int(args[2]) {
            Ok(value) => return set((&raw const value).cast(), size_of::<c_int>()),
            // Then it has to be a buffer, which an int is not.
            Err(_) => err::clear(),
        }
    }
    let value = Buffer::simple(args[2])?;
    set(value.as_slice().as_ptr().cast(), value.as_slice().len())
}

/// A timeout argument: None means for ever.
pub fn parse_timeout(given: &Object) -> Result<PyTime> {
    if given.is_none() {
        return Ok(FOREVER);
    }
    let timeout = pytime::from_seconds_object(given, pytime::TIMEOUT)?;
    if timeout < 0 {
        return Err(err::value_error("Timeout value out of range"));
    }
    if pytime::as_milliseconds(timeout, pytime::TIMEOUT) > i64::from(c_int::MAX) {
        return Err(err::overflow_error("timeout doesn't fit into C timeval"));
    }
    Ok(timeout)
}

fn settimeout(this: &Socket, given: &Object) -> Result<()> {
    let timeout = parse_timeout(given)?;
    this.set_timeout(timeout);
    // With a limit, waiting is done before the call, which then must not wait.
    this.set_blocking(timeout < 0)
}

fn gettimeout(this: &Socket) -> Result<Obj> {
    match this.timeout() {
        timeout if timeout < 0 => Ok(none::none().owned()),
        timeout => float::from_f64(pytime::as_seconds(timeout)),
    }
}

fn setblocking(this: &Socket, flag: &Object) -> Result<()> {
    let block = crate::support::long(flag)? != 0;
    this.set_timeout(if block { FOREVER } else { 0 });
    this.set_blocking(block)
}

fn getblocking(this: &Socket) -> Result<bool> {
    Ok(this.timeout() != 0)
}

// ---- receiving ----------------------------------------------------------------------------------------------------

/// Receives into memory.
///
/// # Safety
/// `start` has room for `size` bytes while other threads run.
unsafe fn receive(this: &Socket, start: *mut u8, size: usize, flags: c_int) -> Result<usize> {
    if size == 0 {
        return Ok(0);
    }
    let fd = this.fd();
    // SAFETY: the caller's promise.
    this.call_checked(Wait::Read, || unsafe { libc::recv(fd, start.cast(), size, flags) }).map(|n| n as usize)
}

/// As [`receive`], with the sender's address.
///
/// # Safety
/// As for [`receive`].
unsafe fn receive_from(this: &Socket, start: *mut u8, size: usize, flags: c_int) -> Result<(usize, Obj)> {
    let mut address = Address::empty();
    let (fd, pointer) = (this.fd(), address.as_mut_ptr());
    let length = &raw mut address.length;
    // SAFETY: the caller's promise; room of the given length for the address.
    let n = this.call_checked(Wait::Read, || unsafe {
        libc::recvfrom(fd, start.cast(), size, flags, pointer, length)
    })?;
    Ok((n as usize, this.address(&address)?))
}

fn size_argument(given: &Object, function: &str) -> Result<usize> {
    usize::try_from(ssize(given)?)
        .map_err(|_| err::value_error(format_args!("negative buffersize in {function}")))
}

fn recv(this: &Socket, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("recv", args.len(), 1, 2)?;
    let (size, flags) = (ssize(args[0])?, flags(args, 1)?);
    let size = usize::try_from(size).map_err(|_| err::value_error("negative buffersize in recv"))?;
    // SAFETY: new memory of the given size.
    filled_bytes(size, |start| unsafe { receive(this, start, size, flags) })
}

fn recvfrom(this: &Socket, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("recvfrom", args.len(), 1, 2)?;
    let size = size_argument(args[0], "recvfrom")?;
    let flags = flags(args, 1)?;
    let mut sender = None;
    let data = filled_bytes(size, |start| {
        // SAFETY: new memory of the given size.
        let (n, address) = unsafe { receive_from(this, start, size, flags)? };
        sender = Some(address);
        Ok(n)
    })?;
    tuple::pack([data, sender.unwrap_or_else(|| none::none().owned())])
}

/// A buffer to be written (format `w*`).
fn writable(function: &str, given: &Object) -> Result<Buffer> {
    if buffer::check(given)
        && !unicode::check(given)
        && let Ok(buffer) = Buffer::writable(given)
    {
        return Ok(buffer);
    }
    err::clear();
    Err(wrong_type(function, 1, "read-write bytes-like object", given))
}

/// The arguments of `recv_into` and `recvfrom_into`.
fn into_arguments(
    signature: &Signature<3>,
    function: &str,
    args: Args<'_>,
) -> Result<(Buffer, isize, c_int)> {
    let [given, size, flags] = signature.bind(args)?;
    let buffer = writable(function, given.unwrap_or(none::none()))?;
    let size = size.map_or(Ok(0), ssize)?;
    let flags = flags.map_or(Ok(0), parse_int)?;
    if size < 0 {
        return Err(err::value_error(format_args!("negative buffersize in {function}")));
    }
    Ok((buffer, size, flags))
}

fn recv_into(this: &Socket, args: Args<'_>) -> Result<usize> {
    static SIGNATURE: Signature<3> = Signature::new("recv_into", ["buffer", "nbytes", "flags"]).required(1);
    let (mut buffer, size, flags) = into_arguments(&SIGNATURE, "recv_into", args)?;
    let memory = buffer.as_mut_slice();
    let size = if size == 0 { memory.len() } else { size as usize };
    if memory.len() < size {
        return Err(err::value_error("buffer too small for requested bytes"));
    }
    // SAFETY: the buffer is held.
    unsafe { receive(this, memory.as_mut_ptr(), size, flags) }
}

fn recvfrom_into(this: &Socket, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<3> =
        Signature::new("recvfrom_into", ["buffer", "nbytes", "flags"]).required(1);
    let (mut buffer, size, flags) = into_arguments(&SIGNATURE, "recvfrom_into", args)?;
    let memory = buffer.as_mut_slice();
    let size = if size == 0 { memory.len() } else { size as usize };
    if memory.len() < size {
        return Err(err::value_error("nbytes is greater than the length of the buffer"));
    }
    // SAFETY: the buffer is held.
    let (n, sender) = unsafe { receive_from(this, memory.as_mut_ptr(), size, flags)? };
    tuple::pack([long::from_u64(n as u64)?, sender])
}

// ---- sending ------------------------------------------------------------------------------------------------------

fn send(this: &Socket, args: &Object) -> Result<isize> {
    let args = tuple::items(args);
    check_count("send", args.len(), 1, 2)?;
    let data = Buffer::simple(args[0])?;
    let flags = flags(args, 1)?;
    let (fd, data) = (this.fd(), data.as_slice());
    // SAFETY: the buffer is held.
    this.call_checked(Wait::Write, || unsafe { libc::send(fd, data.as_ptr().cast(), data.len(), flags) })
}

fn sendall(this: &Socket, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    check_count("sendall", args.len(), 1, 2)?;
    let data = Buffer::simple(args[0])?;
    let flags = flags(args, 1)?;
    let mut left = data.as_slice();
    let mut timeout = this.timeout();
    // The limit is for all of it.
    let deadline = (timeout > 0).then(|| pytime::monotonic_clock().saturating_add(timeout));
    while !left.is_empty() {
        if let Some(deadline) = deadline {
            timeout = deadline - pytime::monotonic_clock();
            if timeout <= 0 {
                return Err(this.raise(Failure::TimedOut));
            }
        }
        let fd = this.fd();
        let sent = this
            // SAFETY: the buffer is held.
            .call(Wait::Write, timeout, || unsafe { libc::send(fd, left.as_ptr().cast(), left.len(), flags) })
            .map_err(|failure| this.raise(failure))?;
        left = &left[sent as usize..];
        check_signals()?;
    }
    Ok(())
}

fn sendto(this: &Socket, args: &Object) -> Result<isize> {
    let args = tuple::items(args);
    let (data, flags, given) = match args {
        [data, address] => (data, 0, *address),
        [data, flags, address] => (data, parse_int(flags)?, *address),
        _ => {
            return Err(err::type_error(format_args!(
                "sendto() takes 2 or 3 arguments ({} given)",
                args.len()
            )));
        }
    };
    let data = Buffer::simple(data)?;
    let address = from_object(this, given, "sendto")?;
    audit("socket.sendto", [this.object().owned(), given.owned()])?;
    let (fd, data) = (this.fd(), data.as_slice());
    // SAFETY: the buffer is held; a valid address.
    this.call_checked(Wait::Write, || unsafe {
        libc::sendto(fd, data.as_ptr().cast(), data.len(), flags, address.as_ptr(), address.length)
    })
}
