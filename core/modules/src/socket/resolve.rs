//! Names of hosts and services.

use super::address::{Address, from_native};
use super::state::{gai_error, host_error};
use crate::support::{audit, check_count, with_growing_buffer, wrong_type};
use core::ffi::{CStr, c_char, c_int};
use core::mem::MaybeUninit;
use core::ptr::{null, null_mut};
use krait_object::args::{Args, Signature};
use krait_object::protocol::buffer::Buffer;
use krait_object::text::byte;
use krait_object::types::{bytearray, bytes, exceptions, list, long, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, codecs, err, state};

// ---- host names ---------------------------------------------------------------------------------------------------

/// A host name as a C string: ASCII, or what IDNA makes of other text.
pub struct Host(Vec<u8>);

/// The bytes of a host name; None for an object of the wrong type.
fn host_bytes(given: &Object) -> Result<Option<Vec<u8>>> {
    if unicode::check(given) {
        if unicode::is_ascii(given) {
            return Ok(Some(unicode::as_utf8(given)?.as_bytes().to_vec()));
        }
        let encoded = codecs::encode(given, "idna", None)?;
        return Ok(Some(bytes::as_slice(&encoded).to_vec()));
    }
    if bytes::check(given) {
        return Ok(Some(bytes::as_slice(given).to_vec()));
    }
    if bytearray::check(given) {
        return Ok(Some(Buffer::simple(given)?.as_slice().to_vec()));
    }
    Ok(None)
}

impl Host {
    /// The host of an address tuple.
    pub fn new(given: &Object) -> Result<Host> {
        let Some(mut name) = host_bytes(given)? else {
            return Err(err::type_error(format_args!(
                "str, bytes or bytearray expected, not {}",
                given.class_of().name()
            )));
        };
        if name.contains(&0) {
            return Err(err::type_error("host name must not contain null character"));
        }
        name.push(0);
        Ok(Host(name))
    }

    /// The host argument of a function (format `et` with IDNA).
    fn argument(function: &str, given: &Object) -> Result<Host> {
        let Some(mut name) = host_bytes(given)? else {
            return Err(wrong_type(function, 1, "str, bytes or bytearray", given));
        };
        if name.contains(&0) {
            return Err(err::value_error("embedded null character"));
        }
        name.push(0);
        Ok(Host(name))
    }

    fn as_ptr(&self) -> *const c_char {
        self.0.as_ptr().cast()
    }

    fn as_bytes(&self) -> &[u8] {
        &self.0[..self.0.len() - 1]
    }
}

/// The list that `getaddrinfo` gives; freed when dropped.
struct Infos(*mut libc::addrinfo);

impl Drop for Infos {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: from getaddrinfo.
            unsafe { libc::freeaddrinfo(self.0) };
        }
    }
}

impl Infos {
    fn get(host: *const c_char, port: *const c_char, hints: &libc::addrinfo) -> Result<Infos> {
        let mut infos = null_mut();
        // SAFETY: C strings or NULL, and valid hints.
        let status = state::allow_threads(|| unsafe { libc::getaddrinfo(host, port, hints, &mut infos) });
        if status != 0 {
            return Err(gai_error(status));
        }
        Ok(Infos(infos))
    }

    /// The first address; the list has one at least.
    fn first(&self) -> Address {
        // SAFETY: entries of the list hold an address of their length.
        unsafe { Address::from_raw((*self.0).ai_addr, (*self.0).ai_addrlen) }
    }

    fn has_more(&self) -> bool {
        // SAFETY: the first entry of the list.
        unsafe { !(*self.0).ai_next.is_null() }
    }
}

fn hints(family: c_int, kind: c_int, flags: c_int) -> libc::addrinfo {
    // SAFETY: integers and pointers, for which zero is valid.
    let mut hints: libc::addrinfo = unsafe { core::mem::zeroed() };
    hints.ai_family = family;
    hints.ai_socktype = kind;
    hints.ai_flags = flags;
    hints
}

unsafe extern "C" {
    fn inet_aton(text: *const c_char, out: *mut [u8; 4]) -> c_int;
    fn inet_pton(family: c_int, text: *const c_char, out: *mut core::ffi::c_void) -> c_int;
    fn inet_ntop(
        family: c_int,
        address: *const core::ffi::c_void,
        out: *mut c_char,
        size: libc::socklen_t,
    ) -> *const c_char;
    fn gethostbyname_r(
        name: *const c_char,
        result: *mut libc::hostent,
        buffer: *mut c_char,
        size: usize,
        found: *mut *mut libc::hostent,
        error: *mut c_int,
    ) -> c_int;
    fn gethostbyaddr_r(
        address: *const core::ffi::c_void,
        length: libc::socklen_t,
        family: c_int,
        result: *mut libc::hostent,
        buffer: *mut c_char,
        size: usize,
        found: *mut *mut libc::hostent,
        error: *mut c_int,
    ) -> c_int;
}

/// A host name as an address without a port (`setipaddr`).
pub fn resolve_into(host: &Host, family: c_int) -> Result<Address> {
    let name = host.as_bytes();
    if name.is_empty() {
        let infos = Infos::get(null(), c"0".as_ptr(), &hints(family, libc::SOCK_DGRAM, libc::AI_PASSIVE))?;
        if infos.has_more() {
            return Err(err::os_error("wildcard resolved to multiple address"));
        }
        return Ok(infos.first());
    }
    if name == b"255.255.255.255" || name == b"<broadcast>" {
        if family != libc::AF_INET && family != libc::AF_UNSPEC {
            return Err(err::os_error("address family mismatched"));
        }
        return Ok(Address::ipv4([255; 4]));
    }
    // Numbers need no look-up, during which other threads would have to run.
    if family == libc::AF_UNSPEC || family == libc::AF_INET {
        let mut octets = [0u8; 4];
        // SAFETY: a C string, and room for the address.
        if unsafe { inet_pton(libc::AF_INET, host.as_ptr(), octets.as_mut_ptr().cast()) } > 0 {
            return Ok(Address::ipv4(octets));
        }
    }
    if (family == libc::AF_UNSPEC || family == libc::AF_INET6) && !name.contains(&b'%') {
        let mut octets = [0u8; 16];
        // SAFETY: a C string, and room for the address.
        if unsafe { inet_pton(libc::AF_INET6, host.as_ptr(), octets.as_mut_ptr().cast()) } > 0 {
            return Ok(Address::ipv6(octets));
        }
    }
    Ok(Infos::get(host.as_ptr(), null(), &hints(family, 0, 0))?.first())
}

/// An Internet address as text.
pub fn text_of(address: &Address) -> Result<String> {
    let mut text = [0u8; 46];
    let at = if address.family() == libc::AF_INET { 4 } else { 8 };
    // SAFETY: the address lies in the struct, and the text fits.
    unsafe {
        let source = address.as_ptr().cast::<u8>().add(at).cast();
        let length = text.len() as libc::socklen_t;
        if inet_ntop(address.family(), source, text.as_mut_ptr().cast(), length).is_null() {
            return Err(err::from_last_errno());
        }
    }
    Ok(String::from_utf8_lossy(&text[..byte::find(0, &text).unwrap_or(0)]).into_owned())
}

// ---- functions of the module --------------------------------------------------------------------------------------

pub fn gethostname(_module: &Object) -> Result<Obj> {
    audit("socket.gethostname", [])?;
    let mut name = [0u8; 1024];
    // SAFETY: room for one byte less than there is.
    crate::support::blocking(|| unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) })
        .map_err(crate::support::os_error)?;
    unicode::decode_fs(&name[..byte::find(0, &name).unwrap_or(name.len())])
}

pub fn sethostname(_module: &Object, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    check_count("sethostname", args.len(), 1, 1)?;
    let name = if bytes::check(args[0]) { args[0].owned() } else { unicode::fs_converter(args[0])? };
    audit("socket.sethostname", [name.clone()])?;
    let text = bytes::as_slice(&name);
    // SAFETY: readable bytes.
    crate::support::check(unsafe { libc::sethostname(text.as_ptr().cast(), text.len()) }).map(drop)
}

pub fn gethostbyname(_module: &Object, args: &Object) -> Result<String> {
    let items = tuple::items(args);
    check_count("gethostbyname", items.len(), 1, 1)?;
    let host = Host::argument("gethostbyname", items[0])?;
    audit("socket.gethostbyname", [items[0].owned()])?;
    text_of(&resolve_into(&host, libc::AF_INET)?)
}

/// A host's entry as a tuple of name, aliases and addresses.
///
/// # Safety
/// A valid entry.
unsafe fn host_tuple(entry: &libc::hostent) -> Result<Obj> {
    let (aliases, addresses) = (list::new()?, list::new()?);
    // SAFETY: the caller's promise: lists that end with NULL.
    unsafe {
        let mut alias = entry.h_aliases;
        while !alias.is_null() && !(*alias).is_null() {
            aliases.push(crate::support::decode_c_text(*alias)?)?;
            alias = alias.add(1);
        }
        let mut address = entry.h_addr_list;
        while !address.is_null() && !(*address).is_null() {
            let native = match entry.h_addrtype {
                libc::AF_INET => Address::ipv4((*address).cast::<[u8; 4]>().read()),
                libc::AF_INET6 => Address::ipv6((*address).cast::<[u8; 16]>().read()),
                _ => return Err(err::os_error("unsupported address family")),
            };
            addresses.push(unicode::from_str(&text_of(&native)?)?)?;
            address = address.add(1);
        }
        let name = crate::support::decode_c_text(entry.h_name)?;
        tuple::pack([name, aliases.upcast(), addresses.upcast()])
    }
}

pub fn gethostbyname_ex(_module: &Object, args: &Object) -> Result<Obj> {
    let items = tuple::items(args);
    check_count("gethostbyname_ex", items.len(), 1, 1)?;
    let host = Host::argument("gethostbyname_ex", items[0])?;
    audit("socket.gethostbyname", [items[0].owned()])?;
    resolve_into(&host, libc::AF_INET)?;
    let mut place = MaybeUninit::<libc::hostent>::uninit();
    let (mut found, mut error) = (null_mut(), 0);
    // SAFETY: a C string, valid places for the results, and a buffer of the given size, which is kept.
    let _buffer = with_growing_buffer(|buffer, size| unsafe {
        gethostbyname_r(host.as_ptr(), place.as_mut_ptr(), buffer, size, &mut found, &mut error)
    })?;
    if found.is_null() {
        return Err(host_error(error));
    }
    // SAFETY: found, in the buffer.
    unsafe { host_tuple(&*found) }
}

pub fn gethostbyaddr(_module: &Object, args: &Object) -> Result<Obj> {
    let items = tuple::items(args);
    check_count("gethostbyaddr", items.len(), 1, 1)?;
    let host = Host::argument("gethostbyaddr", items[0])?;
    audit("socket.gethostbyaddr", [items[0].owned()])?;
    let address = resolve_into(&host, libc::AF_UNSPEC)?;
    let (at, length) = match address.family() {
        libc::AF_INET => (4, 4),
        libc::AF_INET6 => (8, 16),
        _ => return Err(err::os_error("unsupported address family")),
    };
    let mut place = MaybeUninit::<libc::hostent>::uninit();
    let (mut found, mut error) = (null_mut(), 0);
    // SAFETY: an address in the struct, valid places for the results, and a buffer of the given size, which is kept.
    let _buffer = with_growing_buffer(|buffer, size| unsafe {
        let start = address.as_ptr().cast::<u8>().add(at).cast();
        gethostbyaddr_r(
            start,
            length,
            address.family(),
            place.as_mut_ptr(),
            buffer,
            size,
            &mut found,
            &mut error,
        )
    })?;
    if found.is_null() {
        return Err(host_error(error));
    }
    // SAFETY: found, in the buffer.
    unsafe { host_tuple(&*found) }
}

/// Text arguments of the functions for services (format `s`).
fn service_text(function: &str, args: &[&Object], index: usize) -> Result<Option<Vec<u8>>> {
    let Some(given) = args.get(index) else { return Ok(None) };
    if !unicode::check(given) {
        return Err(wrong_type(function, index + 1, "str", given));
    }
    let text = krait_object::args::text(function, "argument", given)?;
    Ok(Some(crate::support::c_string(text.as_bytes())))
}

fn pointer(text: &Option<Vec<u8>>) -> *const c_char {
    text.as_ref().map_or(null(), |text| text.as_ptr().cast())
}

fn audit_text(args: &[&Object], index: usize) -> Obj {
    args.get(index).map_or_else(|| none::none().owned(), |text| text.owned())
}

pub fn getservbyname(_module: &Object, args: &Object) -> Result<u32> {
    let args = tuple::items(args);
    check_count("getservbyname", args.len(), 1, 2)?;
    let (name, protocol) = (service_text("getservbyname", args, 0)?, service_text("getservbyname", args, 1)?);
    audit("socket.getservbyname", [args[0].owned(), audit_text(args, 1)])?;
    // SAFETY: C strings; the library's own entry is read at once.
    state::allow_threads(|| unsafe {
        let entry = libc::getservbyname(pointer(&name), pointer(&protocol));
        entry.as_ref().map(|entry| u32::from(u16::from_be(entry.s_port as u16)))
    })
    .ok_or_else(|| err::os_error("service/proto not found"))
}

unsafe extern "C" {
    #[link_name = "getservbyport"]
    fn c_getservbyport(port: c_int, protocol: *const c_char) -> *mut libc::servent;
}

pub fn getservbyport(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("getservbyport", args.len(), 1, 2)?;
    let port = crate::support::parse_int(args[0])?;
    let protocol = service_text("getservbyport", args, 1)?;
    let Ok(port) = u16::try_from(port) else {
        return Err(err::overflow_error("getservbyport: port must be 0-65535."));
    };
    audit("socket.getservbyport", [long::from_i64(port.into())?, audit_text(args, 1)])?;
    // SAFETY: a C string or NULL; the library's own entry is copied at once.
    let name = state::allow_threads(|| unsafe {
        let entry = c_getservbyport(c_int::from(port.to_be()), pointer(&protocol));
        entry.as_ref().map(|entry| CStr::from_ptr(entry.s_name).to_owned())
    });
    match name {
        Some(name) => unicode::decode_utf8(name.to_bytes(), None),
        None => Err(err::os_error("port/proto not found")),
    }
}

pub fn getprotobyname(_module: &Object, args: &Object) -> Result<c_int> {
    let args = tuple::items(args);
    check_count("getprotobyname", args.len(), 1, 1)?;
    let name = service_text("getprotobyname", args, 0)?;
    // SAFETY: a C string; the library's own entry is read at once.
    state::allow_threads(|| unsafe {
        libc::getprotobyname(pointer(&name)).as_ref().map(|entry| entry.p_proto)
    })
    .ok_or_else(|| err::os_error("protocol not found"))
}

pub fn getaddrinfo(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [host, port, family, kind, protocol, flags] = const {
        Signature::new("getaddrinfo", ["host", "port", "family", "type", "proto", "flags"]).required(2)
    }
    .bind(args)?;
    let (host, port) = (host.unwrap_or(none::none()), port.unwrap_or(none::none()));
    let parse = |given: Option<&Object>| given.map_or(Ok(0), crate::support::parse_int);
    let (family, kind, protocol, flags) = (parse(family)?, parse(kind)?, parse(protocol)?, parse(flags)?);
    let host_text = if host.is_none() {
        None
    } else if unicode::check(host) {
        let encoded = codecs::encode(host, "idna", None)?;
        Some(crate::support::c_string(bytes::as_slice(&encoded)))
    } else if bytes::check(host) {
        Some(crate::support::c_string(bytes::as_slice(host)))
    } else {
        return Err(err::type_error("getaddrinfo() argument 1 must be string or None"));
    };
    let port_text = if long::check(port) {
        Some(crate::support::c_string(long::as_long(port)?.to_string().as_bytes()))
    } else if unicode::check(port) {
        Some(crate::support::c_string(unicode::as_utf8(port)?.as_bytes()))
    } else if bytes::check(port) {
        Some(crate::support::c_string(bytes::as_slice(port)))
    } else if port.is_none() {
        None
    } else {
        return Err(err::os_error("Int or String expected"));
    };
    let number = |value: c_int| long::from_i64(value.into());
    audit(
        "socket.getaddrinfo",
        [host.owned(), port.owned(), number(family)?, number(kind)?, number(protocol)?],
    )?;
    let mut hints = hints(family, kind, flags);
    hints.ai_protocol = protocol;
    let infos = Infos::get(pointer(&host_text), pointer(&port_text), &hints)?;
    let result = list::new()?;
    let mut info = infos.0;
    while !info.is_null() {
        // SAFETY: an entry of the list, with an address of its length.
        let (entry, address) = unsafe { (&*info, Address::from_raw((*info).ai_addr, (*info).ai_addrlen)) };
        let name = match entry.ai_canonname.is_null() {
            true => unicode::empty()?,
            // SAFETY: a C string of the entry.
            false => unsafe { crate::support::decode_c_text(entry.ai_canonname)? },
        };
        result.push(tuple::pack([
            number(entry.ai_family)?,
            number(entry.ai_socktype)?,
            number(entry.ai_protocol)?,
            name,
            from_native(-1, &address, protocol)?,
        ])?)?;
        info = entry.ai_next;
    }
    Ok(result.upcast())
}

pub fn getnameinfo(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("getnameinfo", args.len(), 2, 2)?;
    let flags = crate::support::parse_int(args[1])?;
    if !tuple::check(args[0]) {
        return Err(err::type_error("getnameinfo() argument 1 must be a tuple"));
    }
    let parts = tuple::items(args[0]);
    if !(2..=4).contains(&parts.len()) {
        return Err(err::type_error("getnameinfo(): illegal sockaddr argument"));
    }
    if !unicode::check(parts[0]) {
        return Err(err::type_error("getnameinfo(): illegal sockaddr argument"));
    }
    let host = crate::support::c_string(krait_object::args::text("", "", parts[0])?.as_bytes());
    let port = crate::support::parse_int(parts[1])?;
    let unsigned = |index: usize| parts.get(index).map_or(Ok(0), |part| crate::support::unsigned_mask(part));
    let (flowinfo, scope) = (unsigned(2)?, unsigned(3)?);
    if flowinfo > 0xfffff {
        return Err(err::overflow_error("getnameinfo(): flowinfo must be 0-1048575."));
    }
    audit("socket.getnameinfo", [args[0].owned()])?;
    let port = crate::support::c_string(port.to_string().as_bytes());
    let infos = Infos::get(
        host.as_ptr().cast(),
        port.as_ptr().cast(),
        &hints(libc::AF_UNSPEC, libc::SOCK_DGRAM, libc::AI_NUMERICHOST),
    )?;
    if infos.has_more() {
        return Err(err::os_error("sockaddr resolved to multiple addresses"));
    }
    let mut address = infos.first();
    match address.family() {
        libc::AF_INET if parts.len() != 2 => {
            return Err(err::os_error("IPv4 sockaddr must be 2 tuple"));
        }
        libc::AF_INET6 => address.set_flow(flowinfo, scope),
        _ => {}
    }
    name_info(&address, flags)
}

/// Host and service of an address.
fn name_info(address: &Address, flags: c_int) -> Result<Obj> {
    let (mut host, mut service) = ([0u8; 1025], [0u8; 32]);
    // SAFETY: buffers of the given sizes.
    let status = state::allow_threads(|| unsafe {
        libc::getnameinfo(
            address.as_ptr(),
            address.length,
            host.as_mut_ptr().cast(),
            host.len() as libc::socklen_t,
            service.as_mut_ptr().cast(),
            service.len() as libc::socklen_t,
            flags,
        )
    });
    if status != 0 {
        return Err(gai_error(status));
    }
    let text = |buffer: &[u8]| unicode::decode_fs(&buffer[..byte::find(0, buffer).unwrap_or(buffer.len())]);
    tuple::pack([text(&host)?, text(&service)?])
}

// ---- numbers and addresses as text --------------------------------------------------------------------------------

fn sixteen_bits(function: &str, given: &Object) -> Result<u16> {
    let value = crate::support::parse_int(given)?;
    if value < 0 {
        return Err(err::overflow_error(format_args!(
            "{function}: can't convert negative Python int to C 16-bit unsigned integer"
        )));
    }
    if value > 0xffff {
        err::warn(
            exceptions::DeprecationWarning(),
            format_args!(
                "{function}: Python int too large to convert to C 16-bit unsigned integer. (Silent truncation is deprecated)"
            ),
            1,
        )?;
    }
    Ok(value as u16)
}

pub fn ntohs(_module: &Object, args: &Object) -> Result<u32> {
    let args = tuple::items(args);
    check_count("ntohs", args.len(), 1, 1)?;
    Ok(u16::from_be(sixteen_bits("ntohs", args[0])?).into())
}

pub fn htons(_module: &Object, args: &Object) -> Result<u32> {
    let args = tuple::items(args);
    check_count("htons", args.len(), 1, 1)?;
    Ok(sixteen_bits("htons", args[0])?.to_be().into())
}

fn thirty_two_bits(given: &Object) -> Result<u32> {
    if !long::check(given) {
        return Err(err::type_error(format_args!("expected int, {} found", given.class_of().name())));
    }
    u32::try_from(long::as_unsigned_long(given)?).map_err(|_| err::overflow_error("int larger than 32 bits"))
}

pub fn ntohl(_module: &Object, given: &Object) -> Result<u32> {
    Ok(u32::from_be(thirty_two_bits(given)?))
}

pub fn htonl(_module: &Object, given: &Object) -> Result<u32> {
    Ok(thirty_two_bits(given)?.to_be())
}

pub fn inet_aton_function(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("inet_aton", args.len(), 1, 1)?;
    let text = service_text("inet_aton", args, 0)?;
    let mut octets = [0; 4];
    // SAFETY: a C string, and room for the address.
    if unsafe { inet_aton(pointer(&text), &mut octets) } == 0 {
        return Err(err::os_error("illegal IP address string passed to inet_aton"));
    }
    bytes::from_slice(&octets)
}

pub fn inet_ntoa(_module: &Object, args: &Object) -> Result<String> {
    let args = tuple::items(args);
    check_count("inet_ntoa", args.len(), 1, 1)?;
    let packed = Buffer::simple(args[0])?;
    let [a, b, c, d] = packed.as_slice() else {
        return Err(err::os_error("packed IP wrong length for inet_ntoa"));
    };
    Ok(format!("{a}.{b}.{c}.{d}"))
}

pub fn inet_pton_function(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("inet_pton", args.len(), 2, 2)?;
    let family = crate::support::parse_int(args[0])?;
    let text = service_text("inet_pton", args, 1)?;
    let mut packed = [0u8; 16];
    // SAFETY: a C string, and room for either kind of address.
    match unsafe { inet_pton(family, pointer(&text), packed.as_mut_ptr().cast()) } {
        -1 => Err(err::from_last_errno()),
        0 => Err(err::os_error("illegal IP address string passed to inet_pton")),
        _ if family == libc::AF_INET => bytes::from_slice(&packed[..4]),
        _ if family == libc::AF_INET6 => bytes::from_slice(&packed),
        _ => Err(err::os_error("unknown address family")),
    }
}

pub fn inet_ntop_function(_module: &Object, args: &Object) -> Result<String> {
    let args = tuple::items(args);
    check_count("inet_ntop", args.len(), 2, 2)?;
    let family = crate::support::parse_int(args[0])?;
    let packed = Buffer::simple(args[1])?;
    let address = match (family, packed.as_slice()) {
        (libc::AF_INET, &[a, b, c, d]) => Address::ipv4([a, b, c, d]),
        (libc::AF_INET6, packed) if packed.len() == 16 => {
            let mut octets = [0; 16];
            octets.copy_from_slice(packed);
            Address::ipv6(octets)
        }
        (libc::AF_INET | libc::AF_INET6, _) => {
            return Err(err::value_error("invalid length of packed IP address string"));
        }
        _ => return Err(err::value_error(format_args!("unknown address family {family}"))),
    };
    text_of(&address)
}

// ---- interfaces ---------------------------------------------------------------------------------------------------

pub fn if_nameindex(_module: &Object) -> Result<Obj> {
    /// Freed when dropped.
    struct Table(*mut libc::if_nameindex);
    impl Drop for Table {
        fn drop(&mut self) {
            // SAFETY: from if_nameindex.
            unsafe { libc::if_freenameindex(self.0) };
        }
    }
    // SAFETY: no precondition.
    let table = unsafe { libc::if_nameindex() };
    if table.is_null() {
        return Err(err::from_last_errno());
    }
    let table = Table(table);
    let result = list::new()?;
    // SAFETY: the table ends with an entry of zeroes.
    unsafe {
        let mut entry = table.0;
        while (*entry).if_index != 0 && !(*entry).if_name.is_null() {
            let name = crate::support::decode_c_text((*entry).if_name)?;
            result.push(tuple::pack([long::from_u64((*entry).if_index.into())?, name])?)?;
            entry = entry.add(1);
        }
    }
    Ok(result.upcast())
}

pub fn if_nametoindex(_module: &Object, args: &Object) -> Result<u32> {
    let args = tuple::items(args);
    check_count("if_nametoindex", args.len(), 1, 1)?;
    let name = unicode::fs_converter(args[0])?;
    // SAFETY: the content of a bytes object ends with NUL.
    match unsafe { libc::if_nametoindex(bytes::as_slice(&name).as_ptr().cast()) } {
        0 => Err(err::os_error("no interface with this name")),
        index => Ok(index),
    }
}

pub fn if_indextoname(_module: &Object, index: &Object) -> Result<Obj> {
    let index = long::as_unsigned_long(index)?;
    let mut name = [0u8; libc::IFNAMSIZ + 1];
    // SAFETY: room for any name.
    if unsafe { libc::if_indextoname(index as u32, name.as_mut_ptr().cast()) }.is_null() {
        return Err(err::from_last_errno());
    }
    unicode::decode_fs(&name[..byte::find(0, &name).unwrap_or(0)])
}
