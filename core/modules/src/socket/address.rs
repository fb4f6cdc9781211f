//! Addresses: Python objects to the system's structs and back.

use super::object::Socket;
use super::resolve::{Host, resolve_into, text_of};
use crate::support::int;
use core::ffi::{c_int, c_void};
use krait_object::protocol::buffer::Buffer;
use krait_object::text::byte;
use krait_object::types::{bytes, exceptions, long, tuple, unicode};
use krait_object::{Obj, Object, Result, err};

const CAPACITY: usize = 128;

/// A socket address of the system.
#[repr(C, align(8))]
pub struct Address {
    bytes: [u8; CAPACITY],
    /// How much of it is used.
    pub length: libc::socklen_t,
}

impl Address {
    /// Room for any address.
    pub fn empty() -> Address {
        Address { bytes: [0; CAPACITY], length: CAPACITY as libc::socklen_t }
    }

    /// An address of a family and a length, zero otherwise.
    fn of(family: c_int, length: usize) -> Address {
        let mut address = Address { bytes: [0; CAPACITY], length: length as libc::socklen_t };
        address.put(0, (family as u16).to_ne_bytes());
        address
    }

    /// The address behind a pointer of the C library.
    ///
    /// # Safety
    /// `length` bytes are readable.
    pub unsafe fn from_raw(address: *const libc::sockaddr, length: libc::socklen_t) -> Address {
        let mut copy = Address::empty();
        copy.length = length.min(CAPACITY as libc::socklen_t);
        // SAFETY: the caller's promise.
        unsafe {
            core::ptr::copy_nonoverlapping(
                address.cast::<u8>(),
                copy.bytes.as_mut_ptr(),
                copy.length as usize,
            );
        }
        copy
    }

    /// For system calls that read it.
    pub fn as_ptr(&self) -> *const libc::sockaddr {
        self.bytes.as_ptr().cast()
    }

    /// For system calls that write it.
    pub fn as_mut_ptr(&mut self) -> *mut libc::sockaddr {
        self.bytes.as_mut_ptr().cast()
    }

    /// The address family.
    pub fn family(&self) -> c_int {
        c_int::from(u16::from_ne_bytes(self.get(0)))
    }

    fn put<const N: usize>(&mut self, at: usize, bytes: [u8; N]) {
        self.bytes[at..at + N].copy_from_slice(&bytes);
    }

    fn get<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut out = [0; N];
        out.copy_from_slice(&self.bytes[at..at + N]);
        out
    }

    fn u32_at(&self, at: usize) -> u32 {
        u32::from_ne_bytes(self.get(at))
    }

    fn put_u32(&mut self, at: usize, value: u32) {
        self.put(at, value.to_ne_bytes());
    }

    /// Sets the port of an Internet address.
    pub fn set_port(&mut self, port: u16) {
        self.put(2, port.to_be_bytes());
    }

    /// Sets flow information and scope of an IPv6 address.
    pub fn set_flow(&mut self, flowinfo: u32, scope: u32) {
        self.put(4, flowinfo.to_be_bytes());
        self.put_u32(24, scope);
    }

    /// An IPv4 address.
    pub fn ipv4(octets: [u8; 4]) -> Address {
        let mut address = Address::of(libc::AF_INET, 16);
        address.put(4, octets);
        address
    }

    /// An IPv6 address.
    pub fn ipv6(octets: [u8; 16]) -> Address {
        let mut address = Address::of(libc::AF_INET6, 28);
        address.put(8, octets);
        address
    }
}

// ---- from Python --------------------------------------------------------------------------------------------------

/// The items of an address tuple.
fn items<'a>(given: &'a Object, caller: &str, family: &str) -> Result<&'a [&'a Object]> {
    if tuple::check(given) {
        return Ok(tuple::items(given));
    }
    Err(err::type_error(format_args!(
        "{caller}(): {family} address must be tuple, not {:.500}",
        given.class_of().name()
    )))
}

/// Checks the number of items; the message is the whole error.
fn count(items: &[&Object], range: core::ops::RangeInclusive<usize>, message: &str) -> Result<()> {
    if range.contains(&items.len()) { Ok(()) } else { Err(err::type_error(message)) }
}

fn unsigned(items: &[&Object], index: usize) -> Result<u32> {
    items.get(index).map_or(Ok(0), |item| crate::support::unsigned_mask(item))
}

/// The address argument of a method of a socket (`getsockaddrarg`).
pub fn from_object(socket: &Socket, given: &Object, caller: &str) -> Result<Address> {
    match socket.family() {
        libc::AF_UNIX => unix(given),
        libc::AF_INET | 21 => inet(given, caller),
        libc::AF_INET6 => inet6(given, caller),
        libc::AF_NETLINK => netlink(given, caller),
        libc::AF_PACKET => packet(socket, given, caller),
        libc::AF_CAN => can(socket, given, caller),
        libc::AF_BLUETOOTH => bluetooth(socket, given, caller),
        libc::AF_TIPC => tipc(given, caller),
        libc::AF_ALG => alg(given, caller),
        libc::AF_VSOCK => vsock(given),
        QIPCRTR => qipcrtr(given),
        _ => Err(err::os_error(format_args!("{caller}(): bad family"))),
    }
}

const QIPCRTR: c_int = 42;

fn unix(given: &Object) -> Result<Address> {
    let encoded;
    let buffer;
    let path = if unicode::check(given) {
        encoded = unicode::encode_fs(given)?;
        bytes::as_slice(&encoded)
    } else {
        buffer = Buffer::simple(given)?;
        buffer.as_slice()
    };
    const ROOM: usize = 108;
    // An abstract name begins with NUL; other names end with one.
    let is_abstract = path.first().is_none_or(|&first| first == 0);
    if path.len() > ROOM || (path.len() == ROOM && !is_abstract) {
        return Err(err::os_error("AF_UNIX path too long"));
    }
    let mut address = Address::of(libc::AF_UNIX, 2 + path.len());
    address.bytes[2..2 + path.len()].copy_from_slice(path);
    Ok(address)
}

fn inet(given: &Object, caller: &str) -> Result<Address> {
    let items = items(given, caller, "AF_INET")?;
    count(items, 2..=2, "AF_INET address must be a pair (host, port)")?;
    let host = Host::new(items[0])?;
    let port = port_after_host(items[1])?;
    let mut address = resolve_into(&host, libc::AF_INET)?;
    address.set_port(checked_port(port, caller)?);
    Ok(address)
}

/// The port is read before the host is looked up, but its range is checked after that.
fn port_after_host(item: &Object) -> Result<Option<c_int>> {
    match crate::support::parse_int(item) {
        Ok(port) => Ok(Some(port)),
        Err(_) if err::matches(exceptions::OverflowError()) => {
            err::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

fn checked_port(port: Option<c_int>, caller: &str) -> Result<u16> {
    port.and_then(|port| u16::try_from(port).ok())
        .ok_or_else(|| err::overflow_error(format_args!("{caller}(): port must be 0-65535.")))
}

fn inet6(given: &Object, caller: &str) -> Result<Address> {
    let items = items(given, caller, "AF_INET6")?;
    count(items, 2..=4, "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])")?;
    let host = Host::new(items[0])?;
    let port = port_after_host(items[1])?;
    let (flowinfo, scope) = (unsigned(items, 2)?, unsigned(items, 3)?);
    let mut address = resolve_into(&host, libc::AF_INET6)?;
    address.set_port(checked_port(port, caller)?);
    if flowinfo > 0xfffff {
        return Err(err::overflow_error(format_args!("{caller}(): flowinfo must be 0-1048575.")));
    }
    address.set_flow(flowinfo, scope);
    Ok(address)
}

fn netlink(given: &Object, caller: &str) -> Result<Address> {
    let items = items(given, caller, "AF_NETLINK")?;
    count(items, 2..=2, "AF_NETLINK address must be a pair (pid, groups)")?;
    let mut address = Address::of(libc::AF_NETLINK, 12);
    address.put_u32(4, unsigned(items, 0)?);
    address.put_u32(8, unsigned(items, 1)?);
    Ok(address)
}

/// The number of a network interface.
fn interface_index(socket: &Socket, name: &[u8]) -> Result<c_int> {
    // SAFETY: plain data, for which zero is valid.
    let mut request: libc::ifreq = unsafe { core::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(name.iter().take(libc::IFNAMSIZ - 1)) {
        *to = *from as _;
    }
    // SAFETY: a valid request; the kernel fills the index in.
    unsafe {
        if libc::ioctl(socket.fd(), libc::SIOCGIFINDEX, (&raw mut request).cast::<c_void>()) < 0 {
            return Err(err::from_last_errno());
        }
        Ok(request.ifr_ifru.ifru_ifindex)
    }
}

/// The name of a network interface, empty when it has none.
fn interface_name(fd: c_int, index: c_int) -> Result<Vec<u8>> {
    if index == 0 {
        return Ok(Vec::new());
    }
    // SAFETY: plain data, for which zero is valid.
    let mut request: libc::ifreq = unsafe { core::mem::zeroed() };
    request.ifr_ifru.ifru_ifindex = index;
    // SAFETY: a valid request; the kernel fills the name in.
    if unsafe { libc::ioctl(fd, SIOCGIFNAME as _, (&raw mut request).cast::<c_void>()) } != 0 {
        return Ok(Vec::new());
    }
    Ok(request.ifr_name.iter().map(|&c| c as u8).take_while(|&c| c != 0).collect())
}

const SIOCGIFNAME: u64 = 0x8910;

/// A text item (format `s`).
fn text<'a>(item: &'a Object, index: usize) -> Result<&'a str> {
    if !unicode::check(item) {
        let name = if item.is_none() { "None" } else { item.class_of().name() };
        return Err(err::type_error(format_args!("argument {} must be str, not {name:.50}", index + 1)));
    }
    krait_object::args::text("", "", item)
}

fn packet(socket: &Socket, given: &Object, caller: &str) -> Result<Address> {
    let items = items(given, caller, "AF_PACKET")?;
    const MESSAGE: &str = "AF_PACKET address must be a tuple of two to five elements";
    count(items, 2..=5, MESSAGE)?;
    let name = text(items[0], 0)?;
    let protocol = crate::support::parse_int(items[1])?;
    let kind = items.get(2).map_or(Ok(0), |item| crate::support::parse_int(item))?;
    let hardware = items.get(3).map_or(Ok(0), |item| crate::support::parse_int(item))?;
    let own = items.get(4).map(|item| Buffer::simple(item)).transpose()?;
    let index = interface_index(socket, name.as_bytes())?;
    let own = own.as_ref().map_or(&[][..], Buffer::as_slice);
    if own.len() > 8 {
        return Err(err::value_error("Hardware address must be 8 bytes or less"));
    }
    let Ok(protocol) = u16::try_from(protocol) else {
        return Err(err::overflow_error(format_args!("{caller}(): proto must be 0-65535.")));
    };
    let mut address = Address::of(libc::AF_PACKET, 20);
    address.put(2, protocol.to_be_bytes());
    address.put_u32(4, index as u32);
    address.put(8, (hardware as u16).to_ne_bytes());
    address.put(10, [kind as u8, own.len() as u8]);
    address.bytes[12..12 + own.len()].copy_from_slice(own);
    Ok(address)
}

const CAN_RAW: c_int = 1;
const CAN_BCM: c_int = 2;
const CAN_ISOTP: c_int = 6;
const CAN_J1939: c_int = 7;

/// The interface of a CAN address; an empty name means any.
fn can_interface(socket: &Socket, item: &Object) -> Result<c_int> {
    let name = unicode::fs_converter(item)?;
    let name = bytes::as_slice(&name);
    if name.is_empty() {
        return Ok(0);
    }
    if name.len() >= libc::IFNAMSIZ {
        return Err(err::os_error("AF_CAN interface name too long"));
    }
    interface_index(socket, name)
}

fn can(socket: &Socket, given: &Object, caller: &str) -> Result<Address> {
    let mut address = Address::of(libc::AF_CAN, 24);
    match socket.protocol() {
        CAN_RAW | CAN_BCM => {
            let items = items(given, caller, "AF_CAN")?;
            count(items, 1..=1, "AF_CAN address must be a tuple (interface, )")?;
            address.put_u32(4, can_interface(socket, items[0])? as u32);
        }
        CAN_ISOTP => {
            let items = items(given, caller, "AF_CAN")?;
            count(items, 3..=3, "AF_CAN address must be a tuple (interface, rx_addr, tx_addr)")?;
            let id = |item| Ok(crate::support::unsigned_long_mask("bind", "argument", item)? as u32);
            let (receive, send) = (id(items[1])?, id(items[2])?);
            address.put_u32(4, can_interface(socket, items[0])? as u32);
            address.put_u32(8, receive);
            address.put_u32(12, send);
        }
        CAN_J1939 => {
            let items = items(given, caller, "AF_CAN")?;
            count(items, 4..=4, "AF_CAN address must be a tuple (interface, name, pgn, addr)")?;
            let name = long::as_u64_mask(items[1])?;
            let (group, own) = (unsigned(items, 2)?, unsigned(items, 3)?);
            address.put_u32(4, can_interface(socket, items[0])? as u32);
            address.put(8, name.to_ne_bytes());
            address.put_u32(16, group);
            address.put(20, [own as u8]);
        }
        _ => return Err(err::os_error(format_args!("{caller}(): unsupported CAN protocol"))),
    }
    Ok(address)
}

// Protocols of Bluetooth.
const L2CAP: c_int = 0;
const HCI: c_int = 1;
const SCO: c_int = 2;
const RFCOMM: c_int = 3;

/// A Bluetooth address, the last number of which comes first in memory.
fn bluetooth_address(text: &str) -> Result<[u8; 6]> {
    let wrong = || err::os_error("bad bluetooth address");
    let mut out = [0; 6];
    let mut parts = text.split(':');
    for place in out.iter_mut().rev() {
        let part = parts.next().ok_or_else(wrong)?;
        *place = u8::from_str_radix(part, 16).map_err(|_| wrong())?;
    }
    if parts.next().is_some() { Err(wrong()) } else { Ok(out) }
}

fn bluetooth_text(address: [u8; 6]) -> String {
    let [a, b, c, d, e, f] = address;
    format!("{f:02X}:{e:02X}:{d:02X}:{c:02X}:{b:02X}:{a:02X}")
}

fn bluetooth(socket: &Socket, given: &Object, caller: &str) -> Result<Address> {
    let wrong = || err::os_error(format_args!("{caller}(): wrong format"));
    let pair = |given: &Object| -> Result<([u8; 6], c_int)> {
        match tuple::check(given).then(|| tuple::items(given)) {
            Some([own, number]) if unicode::check(own) => {
                Ok((bluetooth_address(unicode::as_utf8(own)?)?, int(number)?))
            }
            _ => Err(wrong()),
        }
    };
    match socket.protocol() {
        L2CAP => {
            let (own, port) = pair(given)?;
            let mut address = Address::of(libc::AF_BLUETOOTH, 14);
            address.put(2, (port as u16).to_le_bytes());
            address.put(4, own);
            Ok(address)
        }
        RFCOMM => {
            let (own, channel) = pair(given)?;
            let mut address = Address::of(libc::AF_BLUETOOTH, 10);
            address.put(2, own);
            address.put(8, [channel as u8]);
            Ok(address)
        }
        HCI => {
            let number = match tuple::check(given).then(|| tuple::items(given)) {
                Some([number]) => int(number)?,
                None => int(given)?,
                _ => return Err(wrong()),
            };
            let mut address = Address::of(libc::AF_BLUETOOTH, 6);
            address.put(2, (number as u16).to_ne_bytes());
            Ok(address)
        }
        SCO => {
            if !bytes::check(given) {
                return Err(wrong());
            }
            let text = String::from_utf8_lossy(bytes::as_slice(given)).into_owned();
            let mut address = Address::of(libc::AF_BLUETOOTH, 8);
            address.put(2, bluetooth_address(&text)?);
            Ok(address)
        }
        _ => Err(err::os_error(format_args!("{caller}(): unknown Bluetooth protocol"))),
    }
}

fn tipc(given: &Object, caller: &str) -> Result<Address> {
    let items = items(given, caller, "AF_TIPC")?;
    count(items, 4..=5, "AF_TIPC address must be a tuple (addr_type, v1, v2, v3[, scope])")?;
    let kind = unsigned(items, 0)?;
    let values = [unsigned(items, 1)?, unsigned(items, 2)?, unsigned(items, 3)?];
    let scope = if items.len() > 4 { unsigned(items, 4)? } else { 2 };
    let mut address = Address::of(libc::AF_TIPC, 16);
    address.put(2, [kind as u8, scope as u8]);
    // An identity has its node behind the reference.
    let [first, second] = if kind == 3 { [values[1], values[0]] } else { [values[0], values[1]] };
    address.put_u32(4, first);
    address.put_u32(8, second);
    match kind {
        // A sequence of names has a third number.
        1 => address.put_u32(12, values[2]),
        2 | 3 => {}
        _ => return Err(err::type_error("Invalid address type")),
    }
    Ok(address)
}

fn alg(given: &Object, caller: &str) -> Result<Address> {
    let items = items(given, caller, "AF_ALG")?;
    count(items, 2..=4, "AF_ALG address must be a tuple (type, name [, feat [, mask]])")?;
    let (kind, name) = (text(items[0], 0)?, text(items[1], 1)?);
    let (feature, mask) = (unsigned(items, 2)?, unsigned(items, 3)?);
    if kind.len() >= 14 {
        return Err(err::value_error("AF_ALG type too long."));
    }
    if name.len() >= 64 {
        return Err(err::value_error("AF_ALG name too long."));
    }
    let mut address = Address::of(libc::AF_ALG, 88);
    address.bytes[2..2 + kind.len()].copy_from_slice(kind.as_bytes());
    address.put_u32(16, feature & 0xffff);
    address.put_u32(20, mask & 0xffff);
    address.bytes[24..24 + name.len()].copy_from_slice(name.as_bytes());
    Ok(address)
}

fn pair_of_numbers<'a>(given: &'a Object, family: &str, message: &str) -> Result<[u32; 2]> {
    if !tuple::check(given) {
        return Err(err::type_error(format_args!(
            "getsockaddrarg: {family} address must be tuple, not {:.500}",
            given.class_of().name()
        )));
    }
    let items: &'a [&'a Object] = tuple::items(given);
    if items.len() != 2 {
        if message.is_empty() {
            crate::support::check_count("getsockaddrarg", items.len(), 2, 2)?;
        }
        return Err(err::type_error(message));
    }
    Ok([unsigned(items, 0)?, unsigned(items, 1)?])
}

fn vsock(given: &Object) -> Result<Address> {
    let [cid, port] = pair_of_numbers(given, "AF_VSOCK", "")?;
    let mut address = Address::of(libc::AF_VSOCK, 16);
    address.put_u32(4, port);
    address.put_u32(8, cid);
    Ok(address)
}

fn qipcrtr(given: &Object) -> Result<Address> {
    let [node, port] =
        pair_of_numbers(given, "AF_QIPCRTR", "AF_QIPCRTR address must be a pair (node, port)")?;
    let mut address = Address::of(QIPCRTR, 12);
    address.put_u32(4, node);
    address.put_u32(8, port);
    Ok(address)
}

// ---- to Python ----------------------------------------------------------------------------------------------------

fn number(value: impl Into<i64>) -> Result<Obj> {
    long::from_i64(value.into())
}

/// An address as a Python object (`makesockaddr`); None when the system tells of none.
pub fn from_native(fd: c_int, address: &Address, protocol: c_int) -> Result<Obj> {
    if address.length == 0 {
        return Ok(krait_object::Layout::owned(krait_object::types::none::none()));
    }
    match address.family() {
        libc::AF_INET => {
            tuple::pack([unicode::from_str(&text_of(address)?)?, number(u16::from_be_bytes(address.get(2)))?])
        }
        libc::AF_INET6 => tuple::pack([
            unicode::from_str(&text_of(address)?)?,
            number(u16::from_be_bytes(address.get(2)))?,
            number(u32::from_be_bytes(address.get(4)))?,
            number(address.u32_at(24))?,
        ]),
        libc::AF_UNIX => unix_path(address),
        libc::AF_NETLINK => tuple::pack([number(address.u32_at(4))?, number(address.u32_at(8))?]),
        libc::AF_PACKET => {
            let name = interface_name(fd, address.u32_at(4) as c_int)?;
            let [kind, length] = address.get(10);
            tuple::pack([
                unicode::decode_fs(&name)?,
                number(u16::from_be_bytes(address.get(2)))?,
                number(kind)?,
                number(u16::from_ne_bytes(address.get(8)))?,
                bytes::from_slice(&address.bytes[12..12 + usize::from(length.min(8))])?,
            ])
        }
        libc::AF_CAN => can_tuple(fd, address, protocol),
        libc::AF_BLUETOOTH => match protocol {
            L2CAP => tuple::pack([
                unicode::from_str(&bluetooth_text(address.get(4)))?,
                number(u16::from_le_bytes(address.get(2)))?,
            ]),
            RFCOMM => tuple::pack([
                unicode::from_str(&bluetooth_text(address.get(2)))?,
                number(address.get::<1>(8)[0])?,
            ]),
            HCI => number(u16::from_ne_bytes(address.get(2))),
            SCO => unicode::from_str(&bluetooth_text(address.get(2))),
            _ => Err(err::value_error("Unknown Bluetooth protocol")),
        },
        libc::AF_TIPC => tipc_tuple(address),
        libc::AF_ALG => {
            let name = |at: usize, length: usize| {
                let text = &address.bytes[at..at + length];
                unicode::decode_fs(&text[..byte::find(0, text).unwrap_or(length)])
            };
            tuple::pack([
                name(2, 14)?,
                name(24, 64)?,
                number(address.u32_at(16))?,
                number(address.u32_at(20))?,
            ])
        }
        libc::AF_VSOCK => tuple::pack([number(address.u32_at(8))?, number(address.u32_at(4))?]),
        QIPCRTR => tuple::pack([number(address.u32_at(4))?, number(address.u32_at(8))?]),
        family => tuple::pack([number(family)?, bytes::from_slice(&address.bytes[2..16])?]),
    }
}

fn unix_path(address: &Address) -> Result<Obj> {
    let path = &address.bytes[2..(address.length as usize).clamp(2, CAPACITY)];
    if path.first() == Some(&0) {
        // An abstract name is as long as the address says.
        return bytes::from_slice(path);
    }
    unicode::decode_fs(&path[..byte::find(0, path).unwrap_or(path.len())])
}

fn can_tuple(fd: c_int, address: &Address, protocol: c_int) -> Result<Obj> {
    let name = unicode::decode_fs(&interface_name(fd, address.u32_at(4) as c_int)?)?;
    match protocol {
        CAN_ISOTP => tuple::pack([name, number(address.u32_at(8))?, number(address.u32_at(12))?]),
        CAN_J1939 => tuple::pack([
            name,
            long::from_u64(u64::from_ne_bytes(address.get(8)))?,
            number(address.u32_at(16))?,
            number(address.get::<1>(20)[0])?,
        ]),
        _ => tuple::pack([name]),
    }
}

fn tipc_tuple(address: &Address) -> Result<Obj> {
    let [kind, scope] = address.get(2);
    let (first, second) = (address.u32_at(4), address.u32_at(8));
    let [first, second, third] = match kind {
        1 => [first, second, address.u32_at(12)],
        2 => [first, second, second],
        3 => [second, first, 0],
        _ => return Err(err::value_error("Invalid address type")),
    };
    tuple::pack([number(kind)?, number(first)?, number(second)?, number(third)?, number(scope as i8)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bluetooth_addresses() {
        let Ok(address) = bluetooth_address("01:23:45:67:89:AB") else { panic!() };
        assert_eq!(address, [0xab, 0x89, 0x67, 0x45, 0x23, 0x01]);
        assert_eq!(bluetooth_text(address), "01:23:45:67:89:AB");
    }

    #[test]
    fn internet_layouts() {
        let mut address = Address::ipv4([127, 0, 0, 1]);
        address.set_port(80);
        assert_eq!(address.bytes[..8], [2, 0, 0, 80, 127, 0, 0, 1]);
        assert_eq!(address.length, 16);
        let mut address = Address::ipv6([1; 16]);
        address.set_flow(2, 3);
        assert_eq!(address.bytes[4..8], [0, 0, 0, 2]);
        assert_eq!(address.u32_at(24), 3);
    }
}
