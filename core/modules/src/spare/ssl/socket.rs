//! `_ssl._SSLSocket`: one connection, over a socket or over two memory BIOs.

use super::bio::MemoryBio;
use super::certificate;
use super::context::Context;
use super::error::{self, Status, WANT_READ, WANT_WRITE, ZERO_RETURN};
use super::session::Session;
use crate::spare::openssl::*;
use core::cell::{Cell, RefCell};
use core::ffi::{c_int, c_long, c_uchar, c_uint, c_ulong};
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::err::Fetched;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::call;
use krait_object::types::{bool, bytes, dict, float, list, long, none, tuple, unicode, weakref};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, err, getsets, method, methods, payload_class, state,
    static_type,
};
use std::time::{Duration, Instant};

/// See the module.
#[repr(C)]
pub struct Connection {
    head: Head,
    ssl: *mut SSL,
    context: ObjCell,
    /// A weak reference to the socket; nothing over memory.
    socket: ObjCell,
    /// A weak reference to the Python object around this one.
    owner: ObjCell,
    server_side: bool,
    server_hostname: ObjCell,
    shutdown_seen_zero: Cell<bool>,
    /// What a callback has raised inside a call of OpenSSL's that goes on.
    raised: RefCell<Option<Fetched>>,
}

static_type! {
    /// `_ssl._SSLSocket`
    pub static Connection_Type = {
        tp_name: c"_ssl._SSLSocket".as_ptr(),
        tp_basicsize: size_of::<Connection>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Connection>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<Connection>(),
        tp_clear: payload::clear::<Connection>(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Connection, Connection_Type);

impl Payload for Connection {
    fn traverse(&self, visitor: &mut Visitor) {
        self.context.visit(visitor);
        self.socket.visit(visitor);
        self.owner.visit(visitor);
        if let Some(raised) = &*self.raised.borrow() {
            let rest = [raised.value.as_deref(), raised.traceback.as_deref()];
            visitor.visit(&raised.kind);
            rest.into_iter().flatten().for_each(|object| visitor.visit(object));
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: the connection of ours; its BIOs go with it.
        unsafe {
            SSL_set_ex_data(self.ssl, 0, core::ptr::null_mut());
            SSL_free(self.ssl);
        }
    }
}

methods! {
    static METHODS = [
        method::noargs(c"do_handshake", do_handshake, c"do_handshake($self, /)\n--\n\n"),
        method::o(c"write", write, c"write($self, b, /)\n--\n\nWrites bytes and returns how many."),
        method::varargs(c"read", read, c"read(size, [buffer])\nRead up to size bytes from the SSL socket."),
        method::noargs(c"pending", pending, c"pending($self, /)\n--\n\nHow many decrypted bytes can be read at once."),
        method::fastcall(c"getpeercert", getpeercert, c"getpeercert($self, der=False, /)\n--\n\nThe other side's certificate: a dict, empty if it was not validated; bytes if der is true;\nNone if there is none."),
        method::keywords(c"get_channel_binding", get_channel_binding, c"get_channel_binding($self, /, cb_type='tls-unique')\n--\n\nData that only the two ends of the connection have; None before the handshake."),
        method::noargs(c"cipher", cipher, c"cipher($self, /)\n--\n\n"),
        method::noargs(c"shared_ciphers", shared_ciphers, c"shared_ciphers($self, /)\n--\n\n"),
        method::noargs(c"version", version, c"version($self, /)\n--\n\n"),
        method::noargs(c"selected_alpn_protocol", selected_alpn_protocol, c"selected_alpn_protocol($self, /)\n--\n\n"),
        method::noargs(c"compression", |_: &Connection| -> Result<()> { Ok(()) }, c"compression($self, /)\n--\n\n"),
        method::noargs(c"shutdown", shutdown, c"shutdown($self, /)\n--\n\nEnds the connection politely; returns the socket."),
        method::noargs(c"verify_client_post_handshake", verify_client_post_handshake, c"verify_client_post_handshake($self, /)\n--\n\nAsks a client for its certificate after the handshake."),
    ];
}
getsets! {
    static GETSETS = [
        method::getset(c"context", |this: &Connection| -> Result<Obj> { Ok(this.context.get_or_none()) }, set_context, c"_setter_context(ctx)\nThis changes the context associated with the SSLSocket. This is typically\nused from within a callback function set by the sni_callback\non the SSLContext to change the certificate information associated with the\nSSLSocket before the cryptographic exchange handshake messages\n"),
        method::getter(c"server_side", |this: &Connection| -> Result<bool> { Ok(this.server_side) }, c"Whether this is a server-side socket."),
        method::getter(c"server_hostname", |this: &Connection| -> Result<Obj> { Ok(this.server_hostname.get_or_none()) }, c"The currently set server hostname (for SNI)."),
        method::getset(c"owner", |this: &Connection| -> Result<Obj> { Ok(this.owner().unwrap_or_else(|| none::none().owned())) }, set_owner, c"The Python-level owner of this object.Passed as \"self\" in servername callback."),
        method::getset(c"session", session, set_session, c"The underlying SSLSession object."),
        method::getter(c"session_reused", session_reused, c"Was the client session reused during handshake?"),
    ];
}

/// What a connection goes over.
pub enum Ends<'a> {
    Socket(&'a Object),
    Memory(&'a MemoryBio, &'a MemoryBio),
}

const SET_SERVER_NAME: c_int = 55;
const SET_MODE: c_int = 33;
/// A retried write may come from another place; reading goes on by itself.
const MODE: c_long = 0x2 | 0x4;
const SET_NON_BLOCKING: c_int = 102;

/// A connection that has not shaken hands yet.
pub fn new(
    context: &Context,
    server_side: bool,
    hostname: Option<String>,
    owner: Option<&Object>,
    session: Option<&Object>,
    ends: Ends<'_>,
) -> Result<Obj<Connection>> {
    // SAFETY: a live context; the connection belongs to the new object.
    unsafe {
        ERR_clear_error();
        let ssl = SSL_new(context.raw());
        if ssl.is_null() {
            return Err(error::last());
        }
        let made = payload::new(Connection::class(), |head| Connection {
            head,
            ssl,
            context: ObjCell::new(context.object().owned()),
            socket: ObjCell::empty(),
            owner: ObjCell::empty(),
            server_side,
            server_hostname: ObjCell::empty(),
            shutdown_seen_zero: Cell::new(false),
            raised: RefCell::default(),
        })?;
        SSL_set_ex_data(ssl, 0, made.object().as_ptr().cast());
        match ends {
            Ends::Socket(socket) => {
                SSL_set_fd(ssl, crate::support::as_file_descriptor(socket)?);
                made.socket.set(weakref::new_ref(socket, None)?);
            }
            Ends::Memory(incoming, outgoing) => SSL_set_bio(ssl, incoming.shared(), outgoing.shared()),
        }
        SSL_ctrl(ssl, SET_MODE, MODE, core::ptr::null_mut());
        if server_side && context.wants_post_handshake_auth() {
            // A server asks later by itself; a client says that it may be asked.
            let mode = SSL_get_verify_mode(ssl);
            if mode & 1 != 0 {
                SSL_set_verify(ssl, mode | 8, core::ptr::null());
            }
        } else if !server_side && context.wants_post_handshake_auth() {
            SSL_set_post_handshake_auth(ssl, 1);
        }
        if let Some(name) = hostname {
            made.configure_hostname(context, &name)?;
        }
        if !made.socket.is_empty() && made.timeout()? >= Some(0.0) {
            made.set_non_blocking(true);
        }
        if server_side {
            SSL_set_accept_state(ssl)
        } else {
            SSL_set_connect_state(ssl)
        }
        if let Some(owner) = crate::support::not_none(owner) {
            made.owner.set(weakref::new_ref(owner, None)?);
        }
        if let Some(session) = crate::support::not_none(session) {
            set_session(&made, Some(session))?;
        }
        Ok(made)
    }
}

/// Why waiting for a socket ended.
enum Waited {
    Ready,
    TimedOut,
    Closed,
    NonBlocking,
}

/// When an operation has to be done.
#[derive(Clone, Copy)]
enum Deadline {
    /// The socket blocks.
    Never,
    /// The socket does not block, or there is none.
    Now,
    At(Instant),
}

impl Connection {
    pub fn context(&self) -> Result<Obj<Context>> {
        self.context.get_or_none().downcast_into::<Context>().map_err(|_| err::bad_internal_call())
    }

    fn owner(&self) -> Option<Obj> {
        self.owner.get().and_then(|reference| weakref::get(&reference))
    }

    /// What callbacks get as the connection.
    pub fn owner_or_self(&self) -> Option<Obj> {
        self.owner().or_else(|| self.socket.get().and_then(|reference| weakref::get(&reference)))
    }

    /// The socket; none over memory.
    fn socket(&self) -> Result<Option<Obj>> {
        let Some(reference) = self.socket.get() else { return Ok(None) };
        match weakref::get(&reference) {
            Some(socket) => Ok(Some(socket)),
            None => Err(error::other("Underlying socket connection gone")),
        }
    }

    /// The socket's timeout in seconds; none if it blocks.
    fn timeout(&self) -> Result<Option<f64>> {
        let Some(socket) = self.socket()? else { return Ok(Some(0.0)) };
        let timeout = call::call_method_str(&socket, "gettimeout", &[])?;
        if timeout.is_none() { Ok(None) } else { float::as_f64(&timeout).map(Some) }
    }

    fn deadline(&self) -> Result<Deadline> {
        let timeout = self.timeout()?;
        if !self.socket.is_empty() {
            self.set_non_blocking(timeout.is_some());
        }
        Ok(match timeout {
            None => Deadline::Never,
            Some(seconds) if seconds <= 0.0 => Deadline::Now,
            Some(seconds) => Deadline::At(Instant::now() + Duration::from_secs_f64(seconds.min(1e9))),
        })
    }

    fn set_non_blocking(&self, on: bool) {
        // SAFETY: a live connection, whose BIOs exist.
        unsafe {
            for bio in [SSL_get_rbio(self.ssl), SSL_get_wbio(self.ssl)] {
                BIO_ctrl(bio, SET_NON_BLOCKING, c_long::from(on), core::ptr::null_mut());
            }
        }
    }

    /// Names the server, for the handshake and for the check of its certificate.
    fn configure_hostname(&self, context: &Context, name: &str) -> Result<()> {
        if name.is_empty() || name.starts_with('.') {
            return Err(err::value_error(
                "server_hostname cannot be an empty string or start with a leading dot.",
            ));
        }
        if name.contains('\0') {
            return Err(err::type_error("embedded null character"));
        }
        self.server_hostname.set(unicode::from_str(name)?);
        let is_address = name.parse::<std::net::IpAddr>().is_ok();
        let c_name = crate::support::c_string(name.as_bytes());
        // SAFETY: a live connection and a C string, which OpenSSL copies.
        unsafe {
            if !is_address && SSL_ctrl(self.ssl, SET_SERVER_NAME, 0, c_name.as_ptr().cast_mut().cast()) == 0 {
                return Err(error::last());
            }
            if context.checks_hostname() {
                let parameters = SSL_get0_param(self.ssl);
                let set = if is_address {
                    X509_VERIFY_PARAM_set1_ip_asc(parameters, c_name.as_ptr().cast())
                } else {
                    X509_VERIFY_PARAM_set1_host(parameters, c_name.as_ptr().cast(), name.len())
                };
                if set == 0 {
                    return Err(error::last());
                }
            }
        }
        Ok(())
    }

    /// Waits until the socket can be read or written.
    fn wait(&self, writing: bool, deadline: Deadline) -> Result<Waited> {
        let left = match deadline {
            Deadline::Now => return Ok(Waited::NonBlocking),
            Deadline::Never => -1,
            Deadline::At(end) => match end.checked_duration_since(Instant::now()) {
                None => return Ok(Waited::TimedOut),
                Some(left) => (left.as_millis() as i64 + 1).min(c_int::MAX.into()) as c_int,
            },
        };
        let Some(socket) = self.socket()? else { return Ok(Waited::NonBlocking) };
        let fd = long::as_i32(&*call::call_method_str(&socket, "fileno", &[])?)?;
        if fd < 0 {
            return Ok(Waited::Closed);
        }
        let events = if writing { libc::POLLOUT } else { libc::POLLIN };
        let mut poll = libc::pollfd { fd, events, revents: 0 };
        // SAFETY: one descriptor.
        let ready = state::allow_threads(|| unsafe { libc::poll(&mut poll, 1, left) });
        Ok(if ready == 0 { Waited::TimedOut } else { Waited::Ready })
    }

    /// Keeps the current exception until OpenSSL's call ends.
    pub fn keep_raised(&self) {
        self.raised.replace(err::fetch());
    }

    /// [`Connection::repeat`], and afterwards the exception of a callback, if there was one.
    fn run(
        &self,
        deadline: Deadline,
        late: &str,
        body: impl FnMut(*mut SSL) -> c_int,
    ) -> Result<(c_int, Status)> {
        let outcome = self.repeat(deadline, late, body);
        match outcome {
            Ok((result, _)) if result > 0 => match self.raised.take() {
                Some(raised) => Err(err::restore(raised)),
                None => outcome,
            },
            // The caller makes the exception that the callback's is the context of.
            Ok(_) => outcome,
            Err(_) => {
                err::chain(self.raised.take());
                outcome
            }
        }
    }

    /// Runs a call of OpenSSL's until it is done or cannot go on: its result and status.
    fn repeat(
        &self,
        deadline: Deadline,
        late: &str,
        mut body: impl FnMut(*mut SSL) -> c_int,
    ) -> Result<(c_int, Status)> {
        let ssl = self.ssl;
        loop {
            // SAFETY: no precondition.
            let (result, status) = state::allow_threads(|| unsafe {
                ERR_clear_error();
                *libc::__errno_location() = 0;
                let result = body(ssl);
                (result, error::status(ssl, result))
            });
            crate::support::check_signals()?;
            let waited = match status.code {
                WANT_READ => self.wait(false, deadline)?,
                WANT_WRITE => self.wait(true, deadline)?,
                _ => return Ok((result, status)),
            };
            match waited {
                Waited::Ready => {}
                Waited::NonBlocking => return Ok((result, status)),
                Waited::TimedOut => {
                    let class = crate::attribute::of_module("_socket", "timeout")?;
                    return Err(err::set(&class, late));
                }
                Waited::Closed => return Err(error::other("Underlying socket has been closed.")),
            }
        }
    }

    #[cold]
    fn failure(&self, result: c_int, status: Status) -> Raised {
        let raised = error::of_call(self.ssl, result, status, self.server_hostname.get().as_deref());
        err::chain(self.raised.take());
        raised
    }
}

// ---- talking ----

fn do_handshake(this: &Connection) -> Result<()> {
    let deadline = this.deadline()?;
    // SAFETY: a live connection.
    let (result, status) =
        this.run(deadline, "_ssl.c:1106: The handshake operation timed out", |ssl| unsafe {
            SSL_do_handshake(ssl)
        })?;
    if result < 1 { Err(this.failure(result, status)) } else { Ok(()) }
}

fn write(this: &Connection, data: &Object) -> Result<c_int> {
    let data = Buffer::simple(data)?;
    let content = data.as_slice();
    let Ok(length) = c_int::try_from(content.len()) else {
        return Err(err::overflow_error(format_args!("string longer than {} bytes", c_int::MAX)));
    };
    let deadline = this.deadline()?;
    let start = content.as_ptr();
    // SAFETY: a live connection and so many bytes.
    let (result, status) = this.run(deadline, "The write operation timed out", |ssl| unsafe {
        SSL_write(ssl, start.cast(), length)
    })?;
    if result > 0 || (length == 0 && result == 0) { Ok(result) } else { Err(this.failure(result, status)) }
}

fn read(this: &Connection, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    if !(1..=2).contains(&args.len()) {
        return Err(err::type_error("_ssl._SSLSocket.read requires 1 to 2 arguments"));
    }
    let size = crate::support::parse_int(args[0])?;
    let deadline = this.deadline()?;
    let Some(buffer) = args.get(1) else {
        let Ok(size) = usize::try_from(size) else {
            return Err(err::value_error("size should not be negative"));
        };
        if size == 0 {
            return bytes::empty();
        }
        return crate::support::filled_bytes(size, |start| read_into(this, deadline, start, size));
    };
    let mut room = Buffer::writable(buffer)?;
    let room = room.as_mut_slice();
    let size = match usize::try_from(size) {
        Ok(size @ 1..) if size <= room.len() => size,
        _ => room.len(),
    };
    if size == 0 {
        return long::from_i64(0);
    }
    long::from_i64(read_into(this, deadline, room.as_mut_ptr(), size)? as i64)
}

fn read_into(this: &Connection, deadline: Deadline, start: *mut u8, size: usize) -> Result<usize> {
    const RECEIVED: c_int = 2;
    let size = size.min(c_int::MAX as usize) as c_int;
    // SAFETY: a live connection and so much room, which lives through the call.
    let (result, status) = this
        .run(deadline, "The read operation timed out", |ssl| unsafe { SSL_read(ssl, start.cast(), size) })?;
    if result > 0 {
        return Ok(result as usize);
    }
    // SAFETY: a live connection.
    if status.code == ZERO_RETURN && unsafe { SSL_get_shutdown(this.ssl) } == RECEIVED {
        return Ok(0);
    }
    Err(this.failure(result, status))
}

fn pending(this: &Connection) -> Result<c_int> {
    // SAFETY: a live connection.
    Ok(unsafe { SSL_pending(this.ssl) })
}

fn shutdown(this: &Connection) -> Result<Obj> {
    let socket = this.socket()?;
    let deadline = this.deadline()?;
    let mut zeros = 0;
    loop {
        // The answer may come with data behind it, which is the program's.
        if this.shutdown_seen_zero.get() {
            // SAFETY: a live connection.
            unsafe { SSL_set_read_ahead(this.ssl, 0) };
        }
        let late = if this.shutdown_seen_zero.get() {
            "The read operation timed out"
        } else {
            "The write operation timed out"
        };
        // SAFETY: a live connection.
        let (result, status) = this.run(deadline, late, |ssl| unsafe { SSL_shutdown(ssl) })?;
        if result > 0 {
            break;
        }
        if result == 0 {
            // The farewell is sent; wait for the other side's, but not for ever.
            zeros += 1;
            if zeros > 1 {
                break;
            }
            this.shutdown_seen_zero.set(true);
            continue;
        }
        return Err(this.failure(result, status));
    }
    Ok(socket.unwrap_or_else(|| none::none().owned()))
}

fn verify_client_post_handshake(this: &Connection) -> Result<()> {
    // SAFETY: a live connection.
    if unsafe { SSL_verify_client_post_handshake(this.ssl) } == 0 {
        return Err(error::last());
    }
    Ok(())
}

// ---- what was agreed on ----

fn is_finished(this: &Connection) -> bool {
    // SAFETY: a live connection.
    unsafe { SSL_is_init_finished(this.ssl) != 0 }
}

fn getpeercert(this: &Connection, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("getpeercert", args.len(), 0, 1)?;
    let binary = crate::support::flag_or(args.first().copied(), false)?;
    if !is_finished(this) {
        return Err(err::value_error("handshake not done yet"));
    }
    // SAFETY: a live connection; the certificate is freed here.
    unsafe {
        let certificate = SSL_get1_peer_certificate(this.ssl);
        if certificate.is_null() {
            return Ok(none::none().owned());
        }
        let shown = if binary {
            certificate::encode(certificate)
        } else if SSL_get_verify_mode(this.ssl) & 1 == 0 {
            dict::new()
        } else {
            certificate::decode(certificate)
        };
        X509_free(certificate);
        shown
    }
}

fn name_object(name: *const core::ffi::c_char) -> Result<Obj> {
    text(name).map_or_else(|| Ok(none::none().owned()), |name| unicode::from_str(&name))
}

/// (name, protocol, bits)
unsafe fn cipher_tuple(cipher: *const SSL_CIPHER) -> Result<Obj> {
    // SAFETY: a live cipher.
    unsafe {
        let name = name_object(SSL_CIPHER_get_name(cipher))?;
        let version = name_object(SSL_CIPHER_get_version(cipher))?;
        let bits = SSL_CIPHER_get_bits(cipher, core::ptr::null_mut());
        tuple::pack([name, version, long::from_i64(bits.into())?])
    }
}

/// All about a cipher.
///
/// # Safety
/// A live cipher.
pub unsafe fn cipher_dict(cipher: *const SSL_CIPHER) -> Result<Obj> {
    let found = dict::new()?;
    let mut room = [0 as core::ffi::c_char; 512];
    // SAFETY: the caller's promise.
    unsafe {
        SSL_CIPHER_description(cipher, room.as_mut_ptr(), room.len() as c_int);
        let description = text(room.as_ptr()).unwrap_or_default();
        let mut algorithm_bits = 0;
        let bits = SSL_CIPHER_get_bits(cipher, &mut algorithm_bits);
        let long_name =
            |nid: c_int| if nid == 0 { Ok(none::none().owned()) } else { name_object(OBJ_nid2ln(nid)) };
        let entries = [
            ("id", long::from_i64(SSL_CIPHER_get_id(cipher).into())?),
            ("name", name_object(SSL_CIPHER_get_name(cipher))?),
            ("protocol", name_object(SSL_CIPHER_get_version(cipher))?),
            ("description", unicode::from_str(description.trim_end_matches('\n'))?),
            ("strength_bits", long::from_i64(bits.into())?),
            ("alg_bits", long::from_i64(algorithm_bits.into())?),
            ("aead", bool::from_bool(SSL_CIPHER_is_aead(cipher) != 0)),
            ("symmetric", name_object(long_name_of(SSL_CIPHER_get_cipher_nid(cipher)))?),
            ("digest", name_object(long_name_of(SSL_CIPHER_get_digest_nid(cipher)))?),
            ("kea", long_name(SSL_CIPHER_get_kx_nid(cipher))?),
            ("auth", long_name(SSL_CIPHER_get_auth_nid(cipher))?),
        ];
        for (name, value) in entries {
            dict::set_str(&found, name, &value)?;
        }
    }
    Ok(found)
}

/// The long name of an algorithm, NULL for none.
unsafe fn long_name_of(nid: c_int) -> *const core::ffi::c_char {
    // SAFETY: any number.
    if nid == 0 { core::ptr::null() } else { unsafe { OBJ_nid2ln(nid) } }
}

fn cipher(this: &Connection) -> Result<Obj> {
    // SAFETY: a live connection.
    unsafe {
        let cipher = SSL_get_current_cipher(this.ssl);
        if cipher.is_null() { Ok(none::none().owned()) } else { cipher_tuple(cipher) }
    }
}

/// As in CPython 3.9, the ciphers of this end.
fn shared_ciphers(this: &Connection) -> Result<Obj> {
    // SAFETY: a live connection, whose list lives as long.
    unsafe {
        let ciphers = SSL_get_ciphers(this.ssl);
        if ciphers.is_null() {
            return Ok(none::none().owned());
        }
        let count = OPENSSL_sk_num(ciphers);
        let found = (0..count)
            .map(|i| cipher_tuple(OPENSSL_sk_value(ciphers, i).cast()))
            .collect::<Result<Vec<_>>>()?;
        Ok(list::from_vec(found)?.upcast())
    }
}

fn version(this: &Connection) -> Result<Obj> {
    if !is_finished(this) {
        return Ok(none::none().owned());
    }
    // SAFETY: a live connection.
    match text(unsafe { SSL_get_version(this.ssl) }) {
        Some(name) if name != "unknown" => unicode::from_str(&name),
        _ => Ok(none::none().owned()),
    }
}

fn selected_alpn_protocol(this: &Connection) -> Result<Obj> {
    let (mut start, mut length): (*const c_uchar, c_uint) = (core::ptr::null(), 0);
    // SAFETY: a live connection; the name lives as long.
    unsafe {
        SSL_get0_alpn_selected(this.ssl, &mut start, &mut length);
        if start.is_null() {
            return Ok(none::none().owned());
        }
        unicode::decode_utf8(core::slice::from_raw_parts(start, length as usize), None)
    }
}

fn get_channel_binding(this: &Connection, args: Args<'_>) -> Result<Obj> {
    let [kind] = const { Signature::new("get_channel_binding", ["cb_type"]).required(0) }.bind(args)?;
    if let Some(kind) = kind {
        let kind = krait_object::args::text("get_channel_binding", "argument 'cb_type'", kind)?;
        if kind != "tls-unique" {
            return Err(err::value_error(format_args!("'{kind}' channel binding type not implemented")));
        }
    }
    let mut room = [0u8; 128];
    // SAFETY: a live connection and memory of that size.
    let length = unsafe {
        let start = room.as_mut_ptr().cast();
        if (SSL_session_reused(this.ssl) != 0) != this.server_side {
            SSL_get_finished(this.ssl, start, room.len())
        } else {
            SSL_get_peer_finished(this.ssl, start, room.len())
        }
    };
    if length == 0 { Ok(none::none().owned()) } else { bytes::from_slice(&room[..length.min(128)]) }
}

// ---- attributes ----

fn set_context(this: &Connection, value: Option<&Object>) -> Result<()> {
    let Some(context) = value.and_then(|value| value.downcast::<Context>()) else {
        return Err(err::type_error("The value must be a SSLContext"));
    };
    // SAFETY: two live objects.
    unsafe { SSL_set_SSL_CTX(this.ssl, context.raw()) };
    this.context.set(context.object().owned());
    Ok(())
}

fn set_owner(this: &Connection, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::type_error("cannot delete attribute")) };
    this.owner.set(weakref::new_ref(value, None)?);
    Ok(())
}

fn session(this: &Connection) -> Result<Obj> {
    // SAFETY: a live connection; the reference moves to the object.
    unsafe {
        if SSL_is_init_finished(this.ssl) == 0 {
            return Ok(none::none().owned());
        }
        let session = SSL_get1_session(this.ssl);
        if session.is_null() {
            return Ok(none::none().owned());
        }
        // A copy, for OpenSSL gives up sessions whose connections end badly.
        let copy = SSL_SESSION_dup(session);
        SSL_SESSION_free(session);
        if copy.is_null() {
            return Err(error::last());
        }
        let session = copy;
        Ok(Session::new(session, this.context.get_or_none())?.upcast())
    }
}

fn set_session(this: &Connection, value: Option<&Object>) -> Result<()> {
    let Some(session) = value.and_then(|value| value.downcast::<Session>()) else {
        return Err(err::type_error("Value is not a SSLSession."));
    };
    let context = this.context()?;
    if session.context.as_ptr() != context.object().as_ptr() {
        return Err(err::value_error("Session refers to a different SSLContext."));
    }
    if this.server_side {
        return Err(err::value_error("Cannot set session for server-side SSLSocket."));
    }
    if is_finished(this) {
        return Err(err::value_error("Cannot set session after handshake."));
    }
    // SAFETY: a live connection and a live session, of which it gets a copy.
    unsafe {
        let copy = SSL_SESSION_dup(session.raw());
        let set = !copy.is_null() && SSL_set_session(this.ssl, copy) != 0;
        SSL_SESSION_free(copy);
        if set { Ok(()) } else { Err(error::last()) }
    }
}

fn session_reused(this: &Connection) -> Result<bool> {
    // SAFETY: a live connection.
    Ok(unsafe { SSL_session_reused(this.ssl) != 0 })
}
