//! `_socket`: the system's sockets; the module `socket` is built on it.
//!
//! [`object`] has the class and how its calls wait, [`address`] the forms of addresses, [`methods`] and [`message`] the
//! methods, [`resolve`] the functions for names. `_ssl` finds the class through the capsule `_socket.CAPI`.

mod address;
mod constants;
mod message;
pub mod methods;
pub mod object;
mod resolve;
mod state;

use crate::pytime;
use crate::support::{check_count, parse_int, ssize};
use core::ffi::c_int;
use krait_abi::{PyObject, PySocketModule_APIObject, PyTypeObject};
use krait_object::types::{bool as bools, capsule, exceptions, float, long, module, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, native_module};

native_module! {
    /// `_socket`
    init: PyInit__socket, name: c"_socket",
    doc: c"The system's sockets.\n\nThe module socket tells more.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::varargs(c"gethostbyname", resolve::gethostbyname, c"gethostbyname(host) -> address\n\nThe IPv4 address of a host."),
        method::varargs(c"gethostbyname_ex", resolve::gethostbyname_ex, c"gethostbyname_ex(host) -> (name, aliaslist, addresslist)\n\nThe name, the other names and the IPv4 addresses of a host."),
        method::varargs(c"gethostbyaddr", resolve::gethostbyaddr, c"gethostbyaddr(host) -> (name, aliaslist, addresslist)\n\nThe name, the other names and the addresses of a host given by name or address."),
        method::noargs(c"gethostname", resolve::gethostname, c"gethostname() -> string\n\nThe name of this host."),
        method::varargs(c"sethostname", resolve::sethostname, c"sethostname(name)\n\nSets the name of this host."),
        method::varargs(c"getservbyname", resolve::getservbyname, c"getservbyname(servicename[, protocolname]) -> integer\n\nThe port of a service; the protocol is 'tcp' or 'udp', any if it is not given."),
        method::varargs(c"getservbyport", resolve::getservbyport, c"getservbyport(port[, protocolname]) -> string\n\nThe service at a port; the protocol is 'tcp' or 'udp', any if it is not given."),
        method::varargs(c"getprotobyname", resolve::getprotobyname, c"getprotobyname(name) -> integer\n\nThe number of a protocol."),
        method::o(c"close", close, c"close(integer) -> None\n\nCloses a socket's descriptor."),
        method::o(c"dup", dup, c"dup(integer) -> integer\n\nA copy of a socket's descriptor."),
        method::varargs(c"socketpair", socketpair, c"socketpair([family[, type [, proto]]]) -> (socket object, socket object)\n\nTwo sockets that are connected with each other, AF_UNIX where that exists."),
        method::varargs(c"ntohs", resolve::ntohs, c"ntohs(integer) -> integer\n\nA 16-bit number in the network's byte order as a number."),
        method::o(c"ntohl", resolve::ntohl, c"ntohl(integer) -> integer\n\nA 32-bit number in the network's byte order as a number."),
        method::varargs(c"htons", resolve::htons, c"htons(integer) -> integer\n\nA 16-bit number in the network's byte order."),
        method::o(c"htonl", resolve::htonl, c"htonl(integer) -> integer\n\nA 32-bit number in the network's byte order."),
        method::varargs(c"inet_aton", resolve::inet_aton_function, c"inet_aton(string) -> bytes giving packed 32-bit IP representation\n\nAn IPv4 address in dotted form as four bytes."),
        method::varargs(c"inet_ntoa", resolve::inet_ntoa, c"inet_ntoa(packed_ip) -> ip_address_string\n\nAn IPv4 address of four bytes in dotted form."),
        method::varargs(c"inet_pton", resolve::inet_pton_function, c"inet_pton(af, ip) -> packed IP address string\n\nAn address as bytes."),
        method::varargs(c"inet_ntop", resolve::inet_ntop_function, c"inet_ntop(af, packed_ip) -> string formatted IP address\n\nAn address of bytes as text."),
        method::keywords(c"getaddrinfo", resolve::getaddrinfo, c"getaddrinfo(host, port [, family, type, proto, flags])\n    -> list of (family, type, proto, canonname, sockaddr)\n\nThe addresses of a service at a host."),
        method::varargs(c"getnameinfo", resolve::getnameinfo, c"getnameinfo(sockaddr, flags) --> (host, port)\n\nThe names of host and service of an address."),
        method::noargs(c"getdefaulttimeout", getdefaulttimeout, c"getdefaulttimeout() -> timeout\n\nThe timeout of new sockets in seconds, None for none."),
        method::o(c"setdefaulttimeout", setdefaulttimeout, c"setdefaulttimeout(timeout)\n\nSets the timeout of new sockets in seconds, None for none."),
        method::noargs(c"if_nameindex", resolve::if_nameindex, c"if_nameindex()\n\nThe network interfaces: a list of (index, name)."),
        method::varargs(c"if_nametoindex", resolve::if_nametoindex, c"if_nametoindex(if_name)\n\nThe index of a network interface."),
        method::o(c"if_indextoname", resolve::if_indextoname, c"if_indextoname(if_index)\n\nThe name of a network interface."),
        method::varargs(c"CMSG_LEN", cmsg_len, c"CMSG_LEN(length) -> control message length\n\nThe length of a control message with so much data, without padding at its end: what\nrecvmsg() needs for one message, and what its last one may be long."),
        method::varargs(c"CMSG_SPACE", cmsg_space, c"CMSG_SPACE(length) -> buffer size\n\nThe room that a control message with so much data takes, padding included: the sum for\nall messages is what recvmsg() needs."),
    ];
}

/// What `_ssl` gets through the capsule.
static mut API: PySocketModule_APIObject = PySocketModule_APIObject {
    Sock_Type: core::ptr::null_mut(),
    error: core::ptr::null_mut(),
    timeout_error: core::ptr::null_mut(),
};

fn exec(this: &Object) -> Result<()> {
    // SAFETY: static types.
    unsafe {
        crate::support::add_type(this, "SocketType", &raw mut object::Sock_Type)?;
        crate::support::add_type(this, "socket", &raw mut object::Sock_Type)?;
    }
    module::add(this, "error", exceptions::OSError())?;
    for (name, class) in state::make_classes()? {
        module::add(this, name, &class)?;
    }
    module::add(this, "has_ipv6", bools::borrowed(true))?;
    // SAFETY: a static that is written with the GIL held; the class of timeouts is kept by `state`.
    unsafe {
        API = PySocketModule_APIObject {
            Sock_Type: &raw mut object::Sock_Type as *mut PyTypeObject,
            error: exceptions::OSError().as_ptr(),
            timeout_error: state::timeout_error().into_ptr() as *mut PyObject,
        };
        module::add(this, "CAPI", &*capsule::publish((&raw mut API).cast(), c"_socket.CAPI")?)?;
    }
    module::add(this, "BDADDR_ANY", &*unicode::from_str("00:00:00:00:00:00")?)?;
    module::add(this, "BDADDR_LOCAL", &*unicode::from_str("00:00:00:FF:FF:FF")?)?;
    crate::support::add_ints(this, constants::CONSTANTS)
}

fn close(_module: &Object, fd: &Object) -> Result<()> {
    let fd = socket_number(fd)?;
    // SAFETY: closing a descriptor of somebody else's is the caller's own doing.
    match crate::support::blocking(|| unsafe { libc::close(fd) }) {
        Err(errno) if errno != libc::ECONNRESET => Err(crate::support::os_error(errno)),
        _ => Ok(()),
    }
}

fn dup(_module: &Object, fd: &Object) -> Result<c_int> {
    crate::fileutils::dup(socket_number(fd)?)
}

fn socket_number(fd: &Object) -> Result<c_int> {
    Ok(long::as_long(fd)? as c_int)
}

fn socketpair(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("socketpair", args.len(), 0, 3)?;
    let number = |index: usize, default: c_int| args.get(index).map_or(Ok(default), |given| parse_int(given));
    let (family, kind, protocol) = (number(0, libc::AF_UNIX)?, number(1, libc::SOCK_STREAM)?, number(2, 0)?);
    let mut fds = [-1; 2];
    // SAFETY: room for two descriptors.
    crate::support::blocking(|| unsafe {
        libc::socketpair(family, kind | libc::SOCK_CLOEXEC, protocol, fds.as_mut_ptr())
    })
    .map_err(crate::support::os_error)?;
    let first = object::from_fd(fds[0], family, kind, protocol);
    let second = first.is_ok().then(|| object::from_fd(fds[1], family, kind, protocol));
    match (first, second) {
        (Ok(first), Some(Ok(second))) => tuple::pack([first, second]),
        (first, _) => {
            // What no object owns is closed here.
            // SAFETY: ours.
            unsafe {
                if first.is_err() {
                    libc::close(fds[0]);
                }
                libc::close(fds[1]);
            }
            Err(krait_object::Raised::assume())
        }
    }
}

fn getdefaulttimeout(_module: &Object) -> Result<Obj> {
    match state::default_timeout() {
        timeout if timeout < 0 => Ok(none::none().owned()),
        timeout => float::from_f64(pytime::as_seconds(timeout)),
    }
}

fn setdefaulttimeout(_module: &Object, timeout: &Object) -> Result<()> {
    state::set_default_timeout(methods::parse_timeout(timeout)?);
    Ok(())
}

fn cmsg_argument(function: &str, args: &Object, convert: fn(usize) -> Option<usize>) -> Result<usize> {
    let args = tuple::items(args);
    check_count(function, args.len(), 1, 1)?;
    let length = ssize(args[0])?;
    usize::try_from(length)
        .ok()
        .and_then(convert)
        .ok_or_else(|| err::overflow_error(format_args!("{function}() argument out of range")))
}

fn cmsg_len(_module: &Object, args: &Object) -> Result<usize> {
    cmsg_argument("CMSG_LEN", args, message::message_length)
}

fn cmsg_space(_module: &Object, args: &Object) -> Result<usize> {
    cmsg_argument("CMSG_SPACE", args, message::message_space)
}
