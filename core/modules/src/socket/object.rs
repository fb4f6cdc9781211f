//! `_socket.socket`: the object, its life, and how its system calls wait.
//!
//! The layout is C's `PySocketSockObject`, which `_ssl` reads: a negative timeout blocks for ever, zero never blocks.

use super::address::{Address, from_native};
use super::state;
use crate::pytime::{self, PyTime, Round};
use crate::support::{audit, check_signals};
use core::ffi::{c_int, c_ulong};
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::types::typeobject::Type;
use krait_object::types::{exceptions, float, long, none, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, method, object_view, slot, static_type};

static_type! {
    /// `_socket.socket`
    pub static Sock_Type = {
        tp_name: c"_socket.socket".as_ptr(),
        tp_basicsize: size_of::<PySocketSockObject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(repr),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\nsocket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n\nOpens a socket. The first form is the usual one; with fileno, the object is made for an\nopen descriptor, whose family, type and protocol are found out where they are not given.\n\nAn address is a tuple (host, port) for AF_INET, (host, port, flowinfo, scopeid) for\nAF_INET6, a path for AF_UNIX; the library manual tells about others.\n\nMethods:\n\n_accept() -- accepts a connection: a descriptor and the address\nbind(addr) -- gives the socket an address\nclose() -- closes it\nconnect(addr), connect_ex(addr) -- connects it; the second returns an error number\ndetach() -- gives the descriptor away\nfileno() -- the descriptor\ngetpeername(), getsockname() -- the addresses at both ends\ngetsockopt(), setsockopt() -- options\ngettimeout(), settimeout(), getblocking(), setblocking() -- how long it waits\nlisten([n]) -- starts to accept connections\nrecv(), recv_into(), recvfrom(), recvfrom_into(), recvmsg(), recvmsg_into() -- receive\nsend(), sendall(), sendto(), sendmsg(), sendmsg_afalg() -- send\nshutdown(how) -- ends one direction or both".as_ptr(),
        tp_methods: (&raw mut super::methods::METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_init: slot::init(init),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(tp_new),
        tp_free: Some(krait_object::memory::PyObject_Free),
        tp_finalize: Some(finalize),
    };
}
object_view!(/** A socket. */ pub Socket, PySocketSockObject, Sock_Type);

krait_object::members! {
    static MEMBERS = [
        method::member(c"family", T_INT as c_int, offset_of!(PySocketSockObject, sock_family), READONLY as c_int, c"the socket family"),
        method::member(c"type", T_INT as c_int, offset_of!(PySocketSockObject, sock_type), READONLY as c_int, c"the socket type"),
        method::member(c"proto", T_INT as c_int, offset_of!(PySocketSockObject, sock_proto), READONLY as c_int, c"the socket protocol"),
    ];
}
krait_object::getsets! {
    static GETSETS = [method::getter(c"timeout", get_timeout, c"the socket timeout")];
}

/// The timeout of a socket that blocks.
pub const FOREVER: PyTime = -pytime::SECOND;

impl Socket {
    /// The descriptor; -1 once it is closed.
    pub fn fd(&self) -> c_int {
        // SAFETY: a live socket.
        unsafe { (*self.as_raw()).sock_fd }
    }

    /// Forgets the descriptor and returns it.
    pub fn take_fd(&self) -> c_int {
        // SAFETY: a live socket; the GIL is held.
        unsafe { core::mem::replace(&mut (*self.as_raw()).sock_fd, -1) }
    }

    /// The address family.
    pub fn family(&self) -> c_int {
        // SAFETY: a live socket.
        unsafe { (*self.as_raw()).sock_family }
    }

    /// The protocol.
    pub fn protocol(&self) -> c_int {
        // SAFETY: a live socket.
        unsafe { (*self.as_raw()).sock_proto }
    }

    /// How long calls wait.
    pub fn timeout(&self) -> PyTime {
        // SAFETY: a live socket.
        unsafe { (*self.as_raw()).sock_timeout }
    }

    /// Sets how long calls wait.
    pub fn set_timeout(&self, timeout: PyTime) {
        // SAFETY: a live socket; the GIL is held.
        unsafe { (*self.as_raw()).sock_timeout = timeout };
    }

    /// The error of a failed call.
    #[cold]
    pub fn error(&self, errno: c_int) -> Raised {
        crate::support::os_error(errno)
    }

    /// Tells the system whether calls block.
    pub fn set_blocking(&self, block: bool) -> Result<()> {
        let mut flag = c_int::from(!block);
        let fd = self.fd();
        // SAFETY: a valid argument.
        crate::support::blocking(|| unsafe { libc::ioctl(fd, libc::FIONBIO, &mut flag) })
            .map_err(|errno| self.error(errno))
            .map(drop)
    }
}

/// `errorhandler` of the C struct.
unsafe extern "C" fn error_handler() -> *mut PyObject {
    let _ = err::from_last_errno();
    core::ptr::null_mut()
}

fn tp_new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let new = class.alloc(0)?;
    // SAFETY: a new instance of the class or of a subclass.
    unsafe {
        let raw = new.as_ptr().cast::<PySocketSockObject>();
        (*raw).sock_fd = -1;
        (*raw).sock_timeout = FOREVER;
        (*raw).errorhandler = Some(error_handler);
    }
    Ok(new)
}

/// Ties an object to an open descriptor, with the default timeout.
fn set_up(this: &Socket, fd: c_int, family: c_int, kind: c_int, protocol: c_int) -> Result<()> {
    // SAFETY: a live socket; the GIL is held.
    unsafe {
        let raw = this.as_raw();
        (*raw).sock_fd = fd;
        (*raw).sock_family = family;
        (*raw).sock_type = kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC);
        (*raw).sock_proto = protocol;
        (*raw).errorhandler = Some(error_handler);
    }
    if kind & libc::SOCK_NONBLOCK != 0 {
        this.set_timeout(0);
        return Ok(());
    }
    this.set_timeout(state::default_timeout());
    if state::default_timeout() >= 0 {
        this.set_blocking(false)?;
    }
    Ok(())
}

/// A new socket object for a descriptor (`socketpair`).
pub fn from_fd(fd: c_int, family: c_int, kind: c_int, protocol: c_int) -> Result<Obj> {
    // SAFETY: the static type, which is ready.
    let class = unsafe { Type::from_raw(&raw mut Sock_Type) };
    let new = tp_new(class, none::none(), None)?;
    // SAFETY: just made.
    set_up(unsafe { new.cast_unchecked::<Socket>() }, fd, family, kind, protocol)?;
    Ok(new)
}

fn init(this: &Socket, args: &Object, kw: Option<&Object>) -> Result<()> {
    let [family, kind, protocol, fileno] =
        const { Signature::new("socket", ["family", "type", "proto", "fileno"]).required(0) }
            .bind_tuple(args, kw)?;
    let parse = |given: Option<&Object>| given.map_or(Ok(-1), crate::support::parse_int);
    let (mut family, mut kind, mut protocol) = (parse(family)?, parse(kind)?, parse(protocol)?);
    audit(
        "socket.__new__",
        [
            this.object().owned(),
            long::from_i64(family.into())?,
            long::from_i64(kind.into())?,
            long::from_i64(protocol.into())?,
        ],
    )?;
    if let Some(fileno) = crate::support::not_none(fileno) {
        let fd = existing_fd(fileno, &mut family, &mut kind, &mut protocol)?;
        return set_up(this, fd, family, kind, protocol);
    }
    if family == -1 {
        family = libc::AF_INET;
    }
    if kind == -1 {
        kind = libc::SOCK_STREAM;
    }
    if protocol == -1 {
        protocol = 0;
    }
    // SAFETY: no precondition.
    let fd =
        crate::support::blocking(|| unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol) })
            .map_err(|errno| this.error(errno))?;
    if let Err(raised) = set_up(this, fd, family, kind, protocol) {
        // SAFETY: ours; nobody else knows it.
        unsafe { libc::close(this.take_fd()) };
        return Err(raised);
    }
    Ok(())
}

/// Finds out about a descriptor that somebody else has opened.
fn existing_fd(given: &Object, family: &mut c_int, kind: &mut c_int, protocol: &mut c_int) -> Result<c_int> {
    if float::check(given) {
        return Err(err::type_error("integer argument expected, got float"));
    }
    let fd = long::as_i32(given)?;
    if fd < 0 {
        return Err(err::value_error("negative file descriptor"));
    }
    let mut address = Address::empty();
    // SAFETY: room of the given size.
    let found = unsafe { libc::getsockname(fd, address.as_mut_ptr(), &mut address.length) };
    if found < 0 {
        let errno = err::last_errno();
        if *family == -1 || errno == libc::EBADF || errno == libc::ENOTSOCK {
            return Err(crate::support::os_error(errno));
        }
    } else if *family == -1 {
        *family = address.family();
    }
    for (value, name) in [(kind, libc::SO_TYPE), (protocol, libc::SO_PROTOCOL)] {
        if *value == -1 {
            let mut length = size_of::<c_int>() as libc::socklen_t;
            // SAFETY: a valid place for the result.
            let status = unsafe {
                libc::getsockopt(fd, libc::SOL_SOCKET, name, (value as *mut c_int).cast(), &mut length)
            };
            if status < 0 {
                return Err(err::from_last_errno());
            }
        }
    }
    Ok(fd)
}

fn get_timeout(this: &Socket) -> Result<Obj> {
    match this.timeout() {
        timeout if timeout < 0 => Ok(none::none().owned()),
        timeout => float::from_f64(pytime::as_seconds(timeout)),
    }
}

fn repr(this: &Socket) -> Result<Obj> {
    // SAFETY: a live socket.
    let raw = unsafe { &*this.as_raw() };
    unicode::from_str(&format!(
        "<socket object, fd={}, family={}, type={}, proto={}>",
        raw.sock_fd, raw.sock_family, raw.sock_type, raw.sock_proto
    ))
}

/// Warns about a socket that nobody has closed, and closes it.
unsafe extern "C" fn finalize(object: *mut PyObject) {
    slot::guard((), || {
        // SAFETY: an instance of the class or of a subclass.
        let this = unsafe { Object::from_ptr(object).cast_unchecked::<Socket>() };
        if this.fd() == -1 {
            return;
        }
        let saved = err::fetch();
        let warned = krait_object::protocol::object::repr(this.object()).and_then(|text| {
            let text = unicode::from_str(&format!("unclosed {}", unicode::to_string_lossy(&text)))?;
            krait_vm::warnings::warn_about(exceptions::ResourceWarning(), &text, 1, Some(this.object()))
        });
        if warned.is_err() {
            if err::matches(exceptions::Warning()) {
                err::write_unraisable(Some(this.object()));
            } else {
                err::clear();
            }
        }
        // Not before the warning, which shows the descriptor.
        let fd = this.take_fd();
        if fd != -1 {
            // SAFETY: the socket's own descriptor.
            krait_object::state::allow_threads(|| unsafe { libc::close(fd) });
        }
        if let Some(saved) = saved {
            let _ = err::restore(saved);
        }
    });
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone; the finaliser may bring the object back.
    unsafe {
        if krait_object::protocol::object::call_finalizer_from_dealloc(object) {
            return;
        }
        let class = (*object).ob_type;
        // The deallocation of subclasses in Python gives the class up itself.
        if let Some(free) = (*class).tp_free {
            free(object.cast());
        }
    }
}

// ---- waiting ------------------------------------------------------------------------------------------------------

/// Why a call did not succeed.
pub enum Failure {
    /// An exception is set.
    Raised(Raised),
    /// The error number.
    Errno(c_int),
    /// The time is up.
    TimedOut,
}

impl From<Raised> for Failure {
    fn from(raised: Raised) -> Failure {
        Failure::Raised(raised)
    }
}

/// Whether a call waits for input or for output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// For input.
    Read,
    /// For output.
    Write,
    /// For the end of a connection's set-up, also where the socket blocks.
    Connect,
}

/// Waits until the descriptor is ready: false when the time is up.
fn wait_ready(this: &Socket, wait: Wait, timeout: PyTime) -> core::result::Result<bool, c_int> {
    let fd = this.fd();
    if fd < 0 {
        // Closed by another thread: the call itself tells.
        return Ok(true);
    }
    let events = match wait {
        Wait::Read => libc::POLLIN,
        Wait::Write => libc::POLLOUT,
        Wait::Connect => libc::POLLOUT | libc::POLLERR,
    };
    let milliseconds = if timeout < 0 {
        -1
    } else {
        c_int::try_from(pytime::as_milliseconds(timeout, Round::Ceiling)).unwrap_or(c_int::MAX)
    };
    let mut entry = libc::pollfd { fd, events, revents: 0 };
    // SAFETY: one valid entry.
    crate::support::blocking(|| unsafe { libc::poll(&mut entry, 1, milliseconds) }).map(|found| found > 0)
}

impl Socket {
    /// Makes a system call as the socket's timeout demands: waits until it can succeed, repeats it after signals, and gives
    /// it up when the time is over. The call returns -1 for an error.
    pub fn call<R: Copy + PartialEq + From<i8>>(
        &self,
        wait: Wait,
        timeout: PyTime,
        mut body: impl FnMut() -> R,
    ) -> core::result::Result<R, Failure> {
        let limited = timeout > 0;
        let mut deadline = None;
        loop {
            if limited || wait == Wait::Connect {
                let mut left = timeout;
                if limited {
                    match deadline {
                        None => deadline = Some(pytime::monotonic_clock().saturating_add(timeout)),
                        Some(deadline) => left = deadline - pytime::monotonic_clock(),
                    }
                }
                let ready = if limited && left < 0 { Ok(false) } else { wait_ready(self, wait, left) };
                match ready {
                    Ok(true) => {}
                    Ok(false) => return Err(Failure::TimedOut),
                    Err(libc::EINTR) => {
                        check_signals()?;
                        continue;
                    }
                    Err(errno) => return Err(Failure::Errno(errno)),
                }
            }
            let errno = loop {
                match crate::support::blocking(&mut body) {
                    Ok(result) => return Ok(result),
                    Err(libc::EINTR) => check_signals()?,
                    Err(errno) => break errno,
                }
            };
            if !(self.timeout() > 0 && (errno == libc::EWOULDBLOCK || errno == libc::EAGAIN)) {
                return Err(Failure::Errno(errno));
            }
            // Ready, but somebody else was faster.
        }
    }

    /// A call with the socket's own timeout whose failure is an exception.
    pub fn call_checked<R: Copy + PartialEq + From<i8>>(
        &self,
        wait: Wait,
        body: impl FnMut() -> R,
    ) -> Result<R> {
        self.call(wait, self.timeout(), body).map_err(|failure| self.raise(failure))
    }

    /// The exception of a failure.
    pub fn raise(&self, failure: Failure) -> Raised {
        match failure {
            Failure::Raised(raised) => raised,
            Failure::Errno(errno) => self.error(errno),
            Failure::TimedOut => err::set(&state::timeout_error(), "timed out"),
        }
    }

    /// An address of this socket's kind as a Python object.
    pub fn address(&self, address: &Address) -> Result<Obj> {
        from_native(self.fd(), address, self.protocol())
    }
}

/// An optional `int` argument.
pub fn flags(args: &[&Object], index: usize) -> Result<c_int> {
    args.get(index).map_or(Ok(0), |given| crate::support::parse_int(given))
}
