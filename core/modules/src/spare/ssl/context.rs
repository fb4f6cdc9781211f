//! `_ssl._SSLContext`: what connections have in common.

use super::bio::MemoryBio;
use super::debug::{self, KeyLog};
use super::error;
use super::socket::{Connection, cipher_dict};
use super::{certificate, security, socket};
use crate::spare::openssl::*;
use core::cell::{Cell, RefCell};
use core::ffi::{c_char, c_int, c_long, c_uchar, c_uint, c_ulong, c_void};
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::{call, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{bytearray, bytes, dict, list, long, none, tuple, unicode};
use krait_object::{
    Layout, Obj, Object, Result, err, getsets, gil_state, method, methods, payload_class, slot, state,
    static_type,
};

pub const PROTOCOL_TLS: c_int = 2;
const PROTOCOL_TLS1: c_int = 3;
const PROTOCOL_TLS1_1: c_int = 4;
const PROTOCOL_TLS1_2: c_int = 5;
const PROTOCOL_TLS_CLIENT: c_int = 16;
pub const PROTOCOL_TLS_SERVER: c_int = 17;

/// What is offered when nobody asks for anything else.
pub const DEFAULT_CIPHERS: &str = "DEFAULT:!aNULL:!eNULL:!MD5:!3DES:!DES:!RC4:!IDEA:!SEED:!aDSS:!SRP:!PSK";

/// Commands of `SSL_CTX_ctrl`.
mod control {
    use core::ffi::c_int;
    pub const SET_TMP_DH: c_int = 3;
    pub const MODE: c_int = 33;
    pub const SERVERNAME_CALLBACK: c_int = 53;
    pub const SERVERNAME_ARGUMENT: c_int = 54;
    pub const SET_GROUPS_LIST: c_int = 92;
    pub const SET_MIN_VERSION: c_int = 123;
    pub const SET_MAX_VERSION: c_int = 124;
    pub const GET_MIN_VERSION: c_int = 130;
    pub const GET_MAX_VERSION: c_int = 131;
}

/// Trusted certificates come first when a chain is built.
const TRUSTED_FIRST: c_ulong = 0x8000;
/// `DONT_INSERT_EMPTY_FRAGMENTS`, which weakens old protocols.
pub const OP_ALL: u64 = 0x8000_0850 & !0x800;
const OP_NO_SSLV2_AND_3: u64 = 0x0200_0000;
const OP_SERVER_PREFERENCE: u64 = 1 << 22;
/// Ends without a farewell are no errors of their own kind, as before OpenSSL 3.
const OP_IGNORE_UNEXPECTED_EOF: u64 = 1 << 7;

/// See the module.
#[repr(C)]
pub struct Context {
    head: Head,
    context: *mut SSL_CTX,
    protocol: c_int,
    check_hostname: Cell<bool>,
    hostflags: Cell<c_uint>,
    post_handshake_auth: Cell<bool>,
    sni_callback: ObjCell,
    pub message_callback: ObjCell,
    pub key_log: RefCell<Option<KeyLog>>,
    /// The protocols that are offered above TLS, each after its length.
    protocols: RefCell<Vec<u8>>,
    weakrefs: *mut PyObject,
}

static_type! {
    /// `_ssl._SSLContext`
    pub static Context_Type = {
        tp_name: c"_ssl._SSLContext".as_ptr(),
        tp_basicsize: size_of::<Context>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Context>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<Context>(),
        tp_clear: payload::clear::<Context>(),
        tp_weaklistoffset: core::mem::offset_of!(Context, weakrefs) as Py_ssize_t,
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Context, Context_Type);

impl Payload for Context {
    fn traverse(&self, visitor: &mut Visitor) {
        self.sni_callback.visit(visitor);
        self.message_callback.visit(visitor);
    }

    fn clear(&self) {
        drop(self.sni_callback.take());
        drop(self.message_callback.take());
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the reference of ours; connections have their own.
        unsafe { SSL_CTX_free(self.context) };
    }
}

methods! {
    static METHODS = [
        method::keywords(c"_wrap_socket", wrap_socket, c"_wrap_socket($self, /, sock, server_side, server_hostname=None, *,\n             owner=None, session=None)\n--\n\n"),
        method::keywords(c"_wrap_bio", wrap_bio, c"_wrap_bio($self, /, incoming, outgoing, server_side,\n          server_hostname=None, *, owner=None, session=None)\n--\n\n"),
        method::o(c"set_ciphers", set_ciphers, c"set_ciphers($self, cipherlist, /)\n--\n\n"),
        method::noargs(c"get_ciphers", get_ciphers, c"get_ciphers($self, /)\n--\n\n"),
        method::o(c"_set_alpn_protocols", set_alpn_protocols, c"_set_alpn_protocols($self, protos, /)\n--\n\n"),
        method::o(c"_set_npn_protocols", |_: &Context, _: &Object| -> Result<()> { Err(err::not_implemented_error("The NPN extension requires OpenSSL 1.0.1 or later.")) }, c"_set_npn_protocols($self, protos, /)\n--\n\n"),
        method::keywords(c"load_cert_chain", load_cert_chain, c"load_cert_chain($self, /, certfile, keyfile=None, password=None)\n--\n\n"),
        method::o(c"load_dh_params", load_dh_params, c"load_dh_params($self, path, /)\n--\n\n"),
        method::keywords(c"load_verify_locations", load_verify_locations, c"load_verify_locations($self, /, cafile=None, capath=None, cadata=None)\n--\n\n"),
        method::noargs(c"session_stats", session_stats, c"session_stats($self, /)\n--\n\n"),
        method::noargs(c"set_default_verify_paths", set_default_verify_paths, c"set_default_verify_paths($self, /)\n--\n\n"),
        method::o(c"set_ecdh_curve", set_ecdh_curve, c"set_ecdh_curve($self, name, /)\n--\n\n"),
        method::noargs(c"cert_store_stats", cert_store_stats, c"cert_store_stats($self, /)\n--\n\nHow many certificates of each kind are loaded, as a dict of 'x509', 'x509_ca', 'crl'."),
        method::keywords(c"get_ca_certs", get_ca_certs, c"get_ca_certs($self, /, binary_form=False)\n--\n\nThe loaded certificates of authorities, as dicts or as bytes."),
    ];
}
getsets! {
    static GETSETS = [
        method::getset(c"check_hostname", |this: &Context| -> Result<bool> { Ok(this.check_hostname.get()) }, set_check_hostname, c""),
        method::getset(c"_host_flags", |this: &Context| -> Result<u32> { Ok(this.hostflags.get()) }, set_host_flags, c""),
        method::getset(c"minimum_version", |this: &Context| version(this, control::GET_MIN_VERSION), |this: &Context, value: Option<&Object>| set_version(this, value, control::SET_MIN_VERSION), c""),
        method::getset(c"maximum_version", |this: &Context| version(this, control::GET_MAX_VERSION), |this: &Context, value: Option<&Object>| set_version(this, value, control::SET_MAX_VERSION), c""),
        method::getset(c"num_tickets", |this: &Context| -> Result<usize> { Ok(this.tickets()) }, set_num_tickets, c"Control the number of TLSv1.3 session tickets"),
        method::getset(c"sni_callback", |this: &Context| -> Result<Obj> { Ok(this.sni_callback.get_or_none()) }, set_sni_callback, c"Set a callback that will be called when a server name is provided by the SSL/TLS client in the SNI extension.\n\nIf the argument is None then the callback is disabled. The method is called\nwith the SSLSocket, the server name as a string, and the SSLContext object.\nSee RFC 6066 for details of the SNI extension."),
        method::getset(c"_msg_callback", debug::message_callback, debug::set_message_callback, c""),
        method::getset(c"keylog_filename", debug::key_log_name, debug::set_key_log, c""),
        method::getset(c"options", |this: &Context| -> Result<u64> { Ok(this.options()) }, set_options, c""),
        method::getter(c"protocol", |this: &Context| -> Result<c_int> { Ok(this.protocol) }, c""),
        method::getset(c"verify_flags", |this: &Context| -> Result<u64> { Ok(this.verify_flags()) }, set_verify_flags, c""),
        method::getset(c"verify_mode", |this: &Context| -> Result<c_int> { Ok(this.verify_mode()) }, set_verify_mode, c""),
        method::getset(c"post_handshake_auth", |this: &Context| -> Result<bool> { Ok(this.post_handshake_auth.get()) }, set_post_handshake_auth, c""),
    ];
}

fn new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if kw.is_some_and(|kw| dict::len(kw) > 0) {
        return Err(err::type_error("_SSLContext() takes no keyword arguments"));
    }
    let args = tuple::items(args);
    krait_object::args::check_positional("_SSLContext", args.len(), 1, 1)?;
    let protocol = crate::support::int(args[0])?;
    // SAFETY: a new context.
    unsafe {
        let method = match protocol {
            PROTOCOL_TLS => TLS_method(),
            PROTOCOL_TLS1 => TLSv1_method(),
            PROTOCOL_TLS1_1 => TLSv1_1_method(),
            PROTOCOL_TLS1_2 => TLSv1_2_method(),
            PROTOCOL_TLS_CLIENT => TLS_client_method(),
            PROTOCOL_TLS_SERVER => TLS_server_method(),
            _ => return Err(err::value_error("invalid or unsupported protocol version")),
        };
        let context = SSL_CTX_new(method);
        if context.is_null() {
            return Err(error::other("failed to allocate SSL context"));
        }
        let this = payload::new(class, |head| Context {
            head,
            context,
            protocol,
            check_hostname: Cell::new(false),
            hostflags: Cell::new(4),
            post_handshake_auth: Cell::new(false),
            sni_callback: ObjCell::empty(),
            message_callback: ObjCell::empty(),
            key_log: RefCell::default(),
            protocols: RefCell::default(),
            weakrefs: core::ptr::null_mut(),
        })?;
        security::relax(context);
        if protocol == PROTOCOL_TLS_CLIENT {
            this.check_hostname.set(true);
            SSL_CTX_set_verify(context, 3, core::ptr::null());
        }
        SSL_CTX_set_options(
            context,
            OP_ALL | OP_NO_SSLV2_AND_3 | OP_SERVER_PREFERENCE | OP_IGNORE_UNEXPECTED_EOF,
        );
        // Buffers that are not in use are given back.
        this.control(control::MODE, 0x10, core::ptr::null_mut());
        let ciphers = crate::support::c_string(DEFAULT_CIPHERS.as_bytes());
        if SSL_CTX_set_cipher_list(context, ciphers.as_ptr().cast()) == 0 {
            return Err(error::other("No cipher can be selected."));
        }
        let name = b"Python";
        SSL_CTX_set_session_id_context(context, name.as_ptr(), name.len() as c_uint);
        let parameters = SSL_CTX_get0_param(context);
        X509_VERIFY_PARAM_set_flags(parameters, TRUSTED_FIRST);
        X509_VERIFY_PARAM_set_hostflags(parameters, this.hostflags.get());
        SSL_CTX_set_post_handshake_auth(context, 0);
        Ok(this.upcast())
    }
}

impl Context {
    pub fn raw(&self) -> *mut SSL_CTX {
        self.context
    }

    pub fn checks_hostname(&self) -> bool {
        self.check_hostname.get()
    }

    pub fn wants_post_handshake_auth(&self) -> bool {
        self.post_handshake_auth.get()
    }

    fn control(&self, command: c_int, number: c_long, pointer: *mut c_void) -> c_long {
        // SAFETY: a live context; the pointer is what the command wants.
        unsafe { SSL_CTX_ctrl(self.context, command, number, pointer) }
    }

    fn options(&self) -> u64 {
        // SAFETY: a live context.
        unsafe { SSL_CTX_get_options(self.context) & !OP_IGNORE_UNEXPECTED_EOF }
    }

    fn tickets(&self) -> usize {
        // SAFETY: a live context.
        unsafe { SSL_CTX_get_num_tickets(self.context) }
    }

    fn verify_flags(&self) -> u64 {
        // SAFETY: a live context.
        unsafe { X509_VERIFY_PARAM_get_flags(SSL_CTX_get0_param(self.context)) }
    }

    fn verify_mode(&self) -> c_int {
        // SAFETY: a live context.
        match unsafe { SSL_CTX_get_verify_mode(self.context) } & 3 {
            0 => 0,
            1 => 1,
            _ => 2,
        }
    }
}

// ---- settings ----

fn given<'a>(value: Option<&'a Object>) -> Result<&'a Object> {
    value.ok_or_else(|| err::type_error("cannot delete attribute"))
}

fn set_check_hostname(this: &Context, value: Option<&Object>) -> Result<()> {
    let check = object::is_true(given(value)?)?;
    if check && this.verify_mode() == 0 {
        set_mode(this, 2);
    }
    this.check_hostname.set(check);
    Ok(())
}

fn set_host_flags(this: &Context, value: Option<&Object>) -> Result<()> {
    let flags = crate::support::parse_int(given(value)?)? as c_uint;
    this.hostflags.set(flags);
    // SAFETY: a live context.
    unsafe { X509_VERIFY_PARAM_set_hostflags(SSL_CTX_get0_param(this.context), flags) };
    Ok(())
}

/// The bounds that stand for "as low" and "as high as possible".
const LOWEST: i64 = -2;
const HIGHEST: i64 = -1;

fn version(this: &Context, command: c_int) -> Result<i64> {
    Ok(match this.control(command, 0, core::ptr::null_mut()) {
        0 if command == control::GET_MIN_VERSION => LOWEST,
        0 => HIGHEST,
        number => number,
    })
}

fn set_version(this: &Context, value: Option<&Object>, command: c_int) -> Result<()> {
    let wanted = i64::from(crate::support::parse_int(given(value)?)?);
    if (PROTOCOL_TLS1..=PROTOCOL_TLS1_2).contains(&this.protocol) {
        return Err(err::value_error(
            "The context's protocol doesn't support modification of highest and lowest version.",
        ));
    }
    let is_minimum = command == control::SET_MIN_VERSION;
    let number = match wanted {
        LOWEST => {
            if is_minimum {
                0
            } else {
                0x301
            }
        }
        HIGHEST => {
            if is_minimum {
                0x304
            } else {
                0
            }
        }
        0x300..=0x304 => wanted,
        _ => {
            return Err(err::value_error(format_args!("Unsupported TLS/SSL version 0x{wanted:x}")));
        }
    };
    if this.control(command, number, core::ptr::null_mut()) == 0 {
        return Err(err::value_error(format_args!("Unsupported protocol version 0x{wanted:x}")));
    }
    Ok(())
}

fn set_num_tickets(this: &Context, value: Option<&Object>) -> Result<()> {
    let count = long::as_long(given(value)?)?;
    if count < 0 {
        return Err(err::value_error("value must be non-negative"));
    }
    if this.protocol != PROTOCOL_TLS_SERVER {
        return Err(err::value_error("SSLContext is not a server context."));
    }
    // SAFETY: a live context.
    if unsafe { SSL_CTX_set_num_tickets(this.context, count as usize) } != 1 {
        return Err(err::value_error("failed to set num tickets."));
    }
    Ok(())
}

fn set_options(this: &Context, value: Option<&Object>) -> Result<()> {
    let new = long::as_long(given(value)?)? as u64;
    let old = this.options();
    // SAFETY: a live context.
    unsafe {
        SSL_CTX_clear_options(this.context, old & !new);
        SSL_CTX_set_options(this.context, new & !old);
    }
    Ok(())
}

fn set_verify_flags(this: &Context, value: Option<&Object>) -> Result<()> {
    let new = long::as_long(given(value)?)? as u64;
    let old = this.verify_flags();
    // SAFETY: a live context.
    unsafe {
        let parameters = SSL_CTX_get0_param(this.context);
        let cleared = X509_VERIFY_PARAM_clear_flags(parameters, old & !new);
        if cleared == 0 || X509_VERIFY_PARAM_set_flags(parameters, new & !old) == 0 {
            return Err(error::last());
        }
    }
    Ok(())
}

fn set_mode(this: &Context, mode: c_int) {
    let flags = [0, 1, 3][mode as usize];
    // SAFETY: a live context.
    unsafe { SSL_CTX_set_verify(this.context, flags, core::ptr::null()) };
}

fn set_verify_mode(this: &Context, value: Option<&Object>) -> Result<()> {
    let mode = crate::support::parse_int(given(value)?)?;
    if !(0..=2).contains(&mode) {
        return Err(err::value_error("invalid value for verify_mode"));
    }
    if mode == 0 && this.check_hostname.get() {
        return Err(err::value_error("Cannot set verify_mode to CERT_NONE when check_hostname is enabled."));
    }
    set_mode(this, mode);
    Ok(())
}

fn set_post_handshake_auth(this: &Context, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else { return Err(err::attribute_error("cannot delete attribute")) };
    this.post_handshake_auth.set(object::is_true(value)?);
    Ok(())
}

fn text_of(name: &str, value: &Object) -> Result<Vec<u8>> {
    Ok(crate::support::c_string(krait_object::args::text(name, "argument", value)?.as_bytes()))
}

fn set_ciphers(this: &Context, list: &Object) -> Result<()> {
    let list = text_of("set_ciphers", list)?;
    // SAFETY: a live context and a C string.
    if unsafe { SSL_CTX_set_cipher_list(this.context, list.as_ptr().cast()) } == 0 {
        // SAFETY: no precondition.
        unsafe { ERR_clear_error() };
        return Err(error::other("No cipher can be selected."));
    }
    Ok(())
}

fn get_ciphers(this: &Context) -> Result<Obj> {
    // SAFETY: a connection for as long as its list is read.
    unsafe {
        let ssl = SSL_new(this.context);
        if ssl.is_null() {
            return Err(error::last());
        }
        let ciphers = SSL_get_ciphers(ssl);
        let count = if ciphers.is_null() { 0 } else { OPENSSL_sk_num(ciphers) };
        let found: Result<Vec<Obj>> =
            (0..count).map(|i| cipher_dict(OPENSSL_sk_value(ciphers, i).cast())).collect();
        SSL_free(ssl);
        Ok(list::from_vec(found?)?.upcast())
    }
}

fn set_ecdh_curve(this: &Context, name: &Object) -> Result<()> {
    let path = crate::support::fs_bytes(name)?;
    let curve = crate::support::c_string(bytes::as_slice(&path));
    // SAFETY: a C string.
    if unsafe { OBJ_sn2nid(curve.as_ptr().cast()) } == 0 {
        let shown = object::repr(name)?;
        return Err(err::value_error(format_args!(
            "unknown elliptic curve name {}",
            unicode::display(&shown)
        )));
    }
    if this.control(control::SET_GROUPS_LIST, 0, curve.as_ptr().cast_mut().cast()) == 0 {
        return Err(error::last());
    }
    Ok(())
}

fn set_alpn_protocols(this: &Context, protocols: &Object) -> Result<()> {
    let content = Buffer::simple(protocols)?.as_slice().to_vec();
    // SAFETY: a live context; OpenSSL copies the list, and the callback gets the context, which outlives its connections.
    unsafe {
        if SSL_CTX_set_alpn_protos(this.context, content.as_ptr(), content.len() as c_uint) != 0 {
            return Err(err::no_memory());
        }
        this.protocols.replace(content);
        let select: unsafe extern "C" fn(
            *mut SSL,
            *mut *mut c_uchar,
            *mut c_uchar,
            *const c_uchar,
            c_uint,
            *mut c_void,
        ) -> c_int = select_protocol;
        SSL_CTX_set_alpn_select_cb(
            this.context,
            select as *const c_void,
            core::ptr::from_ref(this).cast_mut().cast(),
        );
    }
    Ok(())
}

/// Chooses among the protocols that a client offers.
unsafe extern "C" fn select_protocol(
    _ssl: *mut SSL,
    out: *mut *mut c_uchar,
    length: *mut c_uchar,
    offered: *const c_uchar,
    offered_length: c_uint,
    context: *mut c_void,
) -> c_int {
    const NO_ACKNOWLEDGEMENT: c_int = 3;
    // SAFETY: OpenSSL's own arguments, and the context that the callback was set for.
    unsafe {
        let own = (*context.cast::<Context>()).protocols.borrow();
        let chosen =
            SSL_select_next_proto(out, length, own.as_ptr(), own.len() as c_uint, offered, offered_length);
        if chosen == 1 { 0 } else { NO_ACKNOWLEDGEMENT }
    }
}

// ---- certificates ----

/// What the password callback gets.
struct Password {
    callable: Option<Obj>,
    fixed: Option<Vec<u8>>,
    failed: bool,
}

const LONGEST: usize = c_int::MAX as usize;

/// A password's bytes.
fn password_bytes(given: &Object, message: &str) -> Result<Vec<u8>> {
    let content = if unicode::check(given) {
        unicode::as_utf8(given)?.as_bytes().to_vec()
    } else if bytes::check(given) || given.downcast::<bytearray::ByteArray>().is_some() {
        Buffer::simple(given)?.as_slice().to_vec()
    } else {
        return Err(err::type_error(message));
    };
    if content.len() > LONGEST {
        return Err(err::value_error(format_args!("password cannot be longer than {LONGEST} bytes")));
    }
    Ok(content)
}

unsafe extern "C" fn give_password(
    room: *mut c_char,
    size: c_int,
    _writing: c_int,
    data: *mut c_void,
) -> c_int {
    let gil = gil_state::ensure();
    let length = slot::guard(-1, || {
        // SAFETY: set for the time of the call.
        let password = unsafe { &mut *data.cast::<Password>() };
        if password.failed {
            // OpenSSL asks for each thing that it reads; the exception is there already.
            return -1;
        }
        let find = || -> Result<c_int> {
            let content = match (&password.callable, &password.fixed) {
                (Some(callable), _) => {
                    password_bytes(&*call::call0(callable)?, "password callback must return a string")?
                }
                (None, Some(fixed)) => fixed.clone(),
                (None, None) => Vec::new(),
            };
            if content.len() > size as usize {
                return Err(err::value_error(format_args!("password cannot be longer than {size} bytes")));
            }
            // SAFETY: the room has that size.
            unsafe { core::ptr::copy_nonoverlapping(content.as_ptr(), room.cast(), content.len()) };
            Ok(content.len() as c_int)
        };
        let found = find();
        password.failed |= found.is_err();
        found.unwrap_or(-1)
    });
    gil_state::release(gil);
    length
}

fn load_cert_chain(this: &Context, args: Args<'_>) -> Result<()> {
    let [cert, key, password] =
        const { Signature::new("load_cert_chain", ["certfile", "keyfile", "password"]).required(1) }
            .bind(args)?;
    let path = |given: &Object, message: &str| -> Result<Vec<u8>> {
        match crate::support::fs_bytes(given) {
            Ok(path) => Ok(crate::support::c_string(bytes::as_slice(&path))),
            Err(_) if err::matches(krait_object::types::exceptions::TypeError()) => {
                err::clear();
                Err(err::type_error(message))
            }
            Err(raised) => Err(raised),
        }
    };
    let cert = path(cert.unwrap_or(none::none()), "certfile should be a valid filesystem path")?;
    let key = match crate::support::not_none(key) {
        Some(key) => path(key, "keyfile should be a valid filesystem path")?,
        None => cert.clone(),
    };
    let mut secret = Password { callable: None, fixed: None, failed: false };
    if let Some(password) = crate::support::not_none(password) {
        if object::is_callable(password) {
            secret.callable = Some(password.owned());
        } else {
            secret.fixed = Some(password_bytes(password, "password should be a string or callable")?);
        }
    }
    let asks = secret.callable.is_some() || secret.fixed.is_some();
    // SAFETY: a live context and C strings; the callback is taken away before its data dies.
    unsafe {
        if asks {
            SSL_CTX_set_default_passwd_cb(this.context, Some(give_password));
            SSL_CTX_set_default_passwd_cb_userdata(this.context, (&raw mut secret).cast());
        }
        let load = |body: &dyn Fn() -> c_int| {
            ERR_clear_error();
            *libc::__errno_location() = 0;
            state::allow_threads(|| (body() == 1, err::last_errno()))
        };
        let mut outcome = load(&|| SSL_CTX_use_certificate_chain_file(this.context, cert.as_ptr().cast()));
        if outcome.0 {
            outcome = load(&|| SSL_CTX_use_PrivateKey_file(this.context, key.as_ptr().cast(), 1));
        }
        if outcome.0 {
            outcome = load(&|| SSL_CTX_check_private_key(this.context));
        }
        if asks {
            SSL_CTX_set_default_passwd_cb(this.context, None);
            SSL_CTX_set_default_passwd_cb_userdata(this.context, core::ptr::null_mut());
        }
        match outcome {
            _ if secret.failed => {
                ERR_clear_error();
                Err(krait_object::Raised::assume())
            }
            (true, _) => Ok(()),
            // The system's errors have a reason of their own.
            (false, errno) if errno != 0 && ERR_peek_last_error() & 0xff == 2 => {
                ERR_clear_error();
                Err(crate::support::os_error(errno))
            }
            _ => Err(error::last()),
        }
    }
}

fn load_dh_params(this: &Context, path: &Object) -> Result<()> {
    let name = crate::support::fs_bytes(path)?;
    let c_name = crate::support::c_string(bytes::as_slice(&name));
    // SAFETY: a live context and C strings; what is made here is freed here.
    unsafe {
        let bio = BIO_new_file(c_name.as_ptr().cast(), c"r".as_ptr());
        if bio.is_null() {
            let errno = err::last_errno();
            ERR_clear_error();
            return Err(err::from_errno(errno, Some(path), None));
        }
        let parameters = PEM_read_bio_DHparams(bio, core::ptr::null_mut(), None, core::ptr::null_mut());
        BIO_free(bio);
        if parameters.is_null() {
            return Err(error::last());
        }
        let set = this.control(control::SET_TMP_DH, 0, parameters.cast());
        DH_free(parameters);
        if set == 0 { Err(error::last()) } else { Ok(()) }
    }
}

/// Adds the certificates in a piece of memory, PEM or DER; returns how many.
unsafe fn add_certificates(this: &Context, content: &[u8], is_pem: bool) -> Result<usize> {
    const ALREADY_THERE: c_ulong = 101;
    const LIBRARY_X509: c_ulong = 11;
    const LIBRARY_PEM: c_ulong = 9;
    const NO_START_LINE: c_ulong = 108;
    const LIBRARY_ASN1: c_ulong = 13;
    const HEADER_TOO_LONG: c_ulong = 123;
    const NOT_ENOUGH_DATA: c_ulong = 142;
    if content.is_empty() {
        return Err(err::value_error("Empty certificate data"));
    }
    // SAFETY: a live context; what is made here is freed here.
    unsafe {
        let bio = BIO_new_mem_buf(content.as_ptr().cast(), content.len() as c_int);
        if bio.is_null() {
            return Err(error::other("Can't allocate buffer"));
        }
        let store = SSL_CTX_get_cert_store(this.context);
        let mut loaded = 0;
        let outcome = loop {
            let certificate = if is_pem {
                PEM_read_bio_X509(bio, core::ptr::null_mut(), None, core::ptr::null_mut())
            } else {
                d2i_X509_bio(bio, core::ptr::null_mut())
            };
            let code = ERR_peek_last_error();
            let (library, reason) = (code >> 23, code & 0x7f_ffff);
            if certificate.is_null() {
                let at_end = if is_pem {
                    library == LIBRARY_PEM && reason == NO_START_LINE
                } else {
                    library == LIBRARY_ASN1 && (reason == HEADER_TOO_LONG || reason == NOT_ENOUGH_DATA)
                };
                if loaded == 0 {
                    let message = if is_pem {
                        "no start line: cadata does not contain a certificate"
                    } else {
                        "not enough data: cadata does not contain a certificate"
                    };
                    break if at_end || library == 0 {
                        Err(error::other(message))
                    } else {
                        Err(error::last())
                    };
                }
                break if at_end || library == 0 { Ok(loaded) } else { Err(error::last()) };
            }
            let added = X509_STORE_add_cert(store, certificate);
            X509_free(certificate);
            if added == 0 {
                let code = ERR_peek_last_error();
                if code >> 23 != LIBRARY_X509 || code & 0x7f_ffff != ALREADY_THERE {
                    break Err(error::last());
                }
                ERR_clear_error();
            }
            loaded += 1;
        };
        BIO_free(bio);
        ERR_clear_error();
        outcome
    }
}

fn load_verify_locations(this: &Context, args: Args<'_>) -> Result<()> {
    let [file, folder, data] =
        const { Signature::new("load_verify_locations", ["cafile", "capath", "cadata"]).required(0) }
            .bind(args)?;
    let (file, folder, data) =
        (crate::support::not_none(file), crate::support::not_none(folder), crate::support::not_none(data));
    if file.is_none() && folder.is_none() && data.is_none() {
        return Err(err::type_error("cafile, capath and cadata cannot be all omitted"));
    }
    let path = |given: Option<&Object>, message: &str| -> Result<Option<Vec<u8>>> {
        let Some(given) = given else { return Ok(None) };
        match crate::support::fs_bytes(given) {
            Ok(path) => Ok(Some(crate::support::c_string(bytes::as_slice(&path)))),
            Err(_) if err::matches(krait_object::types::exceptions::TypeError()) => {
                err::clear();
                Err(err::type_error(message))
            }
            Err(raised) => Err(raised),
        }
    };
    let file = path(file, "cafile should be a valid filesystem path")?;
    let folder = path(folder, "capath should be a valid filesystem path")?;
    if let Some(data) = data {
        // SAFETY: a live context.
        unsafe {
            if unicode::check(data) {
                let Ok(ascii) = unicode::as_ascii_string(data, None) else {
                    if err::matches(krait_object::types::exceptions::UnicodeEncodeError()) {
                        err::clear();
                        return Err(err::type_error(
                            "cadata should be an ASCII string or a bytes-like object",
                        ));
                    }
                    return Err(krait_object::Raised::assume());
                };
                add_certificates(this, bytes::as_slice(&ascii), true)?;
            } else {
                let Ok(content) = Buffer::simple(data) else {
                    err::clear();
                    return Err(err::type_error("cadata should be an ASCII string or a bytes-like object"));
                };
                add_certificates(this, content.as_slice(), false)?;
            }
        }
    }
    if file.is_none() && folder.is_none() {
        return Ok(());
    }
    let place = |path: &Option<Vec<u8>>| {
        path.as_ref().map_or(core::ptr::null(), |path| path.as_ptr().cast::<c_char>())
    };
    // SAFETY: a live context, C strings or NULL.
    unsafe {
        let (file, folder, context) = (place(&file), place(&folder), this.context);
        *libc::__errno_location() = 0;
        let (done, errno) = state::allow_threads(|| {
            (SSL_CTX_load_verify_locations(context, file, folder) == 1, err::last_errno())
        });
        match (done, errno) {
            (true, _) => Ok(()),
            (false, 0) => Err(error::last()),
            (false, errno) => {
                ERR_clear_error();
                Err(crate::support::os_error(errno))
            }
        }
    }
}

fn set_default_verify_paths(this: &Context) -> Result<()> {
    let context = this.context;
    // SAFETY: a live context.
    if state::allow_threads(|| unsafe { SSL_CTX_set_default_verify_paths(context) }) == 0 {
        return Err(error::last());
    }
    Ok(())
}

fn session_stats(this: &Context) -> Result<Obj> {
    const NAMES: [(&str, c_int); 11] = [
        ("number", 20),
        ("connect", 21),
        ("connect_good", 22),
        ("connect_renegotiate", 23),
        ("accept", 24),
        ("accept_good", 25),
        ("accept_renegotiate", 26),
        ("hits", 27),
        ("misses", 29),
        ("timeouts", 30),
        ("cache_full", 31),
    ];
    let stats = dict::new()?;
    for (name, command) in NAMES {
        dict::set_str(&stats, name, &*long::from_i64(this.control(command, 0, core::ptr::null_mut()))?)?;
    }
    Ok(stats)
}

/// The certificates of the store.
unsafe fn stored(this: &Context) -> Vec<(c_int, *mut X509)> {
    // SAFETY: a live context, whose store lives as long.
    unsafe {
        let objects = X509_STORE_get0_objects(SSL_CTX_get_cert_store(this.context));
        (0..OPENSSL_sk_num(objects))
            .map(|i| {
                let object = OPENSSL_sk_value(objects, i).cast::<X509_OBJECT>();
                (X509_OBJECT_get_type(object), X509_OBJECT_get0_X509(object))
            })
            .collect()
    }
}

fn cert_store_stats(this: &Context) -> Result<Obj> {
    let (mut all, mut authorities, mut lists) = (0, 0, 0);
    // SAFETY: a live context.
    unsafe {
        for (kind, certificate) in stored(this) {
            match kind {
                1 => {
                    all += 1;
                    authorities += i64::from(X509_check_ca(certificate) != 0);
                }
                2 => lists += 1,
                _ => {}
            }
        }
    }
    let stats = dict::new()?;
    for (name, count) in [("x509", all), ("crl", lists), ("x509_ca", authorities)] {
        dict::set_str(&stats, name, &*long::from_i64(count)?)?;
    }
    Ok(stats)
}

fn get_ca_certs(this: &Context, args: Args<'_>) -> Result<Obj> {
    let [binary] = const { Signature::new("get_ca_certs", ["binary_form"]).required(0) }.bind(args)?;
    let binary = crate::support::flag_or(binary, false)?;
    let found = list::new()?;
    // SAFETY: a live context.
    unsafe {
        for (kind, certificate) in stored(this) {
            if kind == 1 && X509_check_ca(certificate) != 0 {
                found.push(if binary {
                    certificate::encode(certificate)?
                } else {
                    certificate::decode(certificate)?
                })?;
            }
        }
    }
    Ok(found.upcast())
}

// ---- connections ----

fn hostname(given: Option<&Object>) -> Result<Option<String>> {
    let Some(given) = crate::support::not_none(given) else { return Ok(None) };
    let encoded = if unicode::check(given) {
        unicode::encode(given, Some("idna"), None)?
    } else if bytes::check(given) || given.downcast::<bytearray::ByteArray>().is_some() {
        bytes::from_slice(Buffer::simple(given)?.as_slice())?
    } else {
        return Err(krait_object::args::bad_argument(
            "_wrap_socket",
            "argument 3",
            "encoded string or None",
            given,
        ));
    };
    Ok(Some(String::from_utf8_lossy(bytes::as_slice(&encoded)).into_owned()))
}

fn wrap_socket(this: &Context, args: Args<'_>) -> Result<Obj> {
    let [sock, server_side, name, owner, session] = const {
        Signature::new("_wrap_socket", ["sock", "server_side", "server_hostname", "owner", "session"])
            .required(2)
            .keyword_only_from(3)
    }
    .bind(args)?;
    let server_side = crate::support::int_or(server_side, 0)? != 0;
    let name = hostname(name)?;
    let made = socket::new(
        this,
        server_side,
        name,
        owner,
        session,
        socket::Ends::Socket(sock.unwrap_or(none::none())),
    )?;
    Ok(made.upcast())
}

fn wrap_bio(this: &Context, args: Args<'_>) -> Result<Obj> {
    let [incoming, outgoing, server_side, name, owner, session] = const {
        Signature::new(
            "_wrap_bio",
            ["incoming", "outgoing", "server_side", "server_hostname", "owner", "session"],
        )
        .required(3)
        .keyword_only_from(4)
    }
    .bind(args)?;
    let bio = |given: Option<&'_ Object>, which: &str| {
        let given = given.unwrap_or(none::none());
        match given.downcast::<MemoryBio>() {
            Some(bio) => Ok(bio.owned()),
            None => Err(krait_object::args::bad_argument("_wrap_bio", which, "_ssl.MemoryBIO", given)),
        }
    };
    let incoming = bio(incoming, "argument 'incoming'")?;
    let outgoing = bio(outgoing, "argument 'outgoing'")?;
    let server_side = crate::support::int_or(server_side, 0)? != 0;
    let name = hostname(name)?;
    let made =
        socket::new(this, server_side, name, owner, session, socket::Ends::Memory(&incoming, &outgoing))?;
    Ok(made.upcast())
}

// ---- the server's name ----

fn set_sni_callback(this: &Context, value: Option<&Object>) -> Result<()> {
    if this.protocol == PROTOCOL_TLS_CLIENT {
        return Err(err::value_error("sni_callback cannot be set on TLS_CLIENT context"));
    }
    let callback = crate::support::not_none(value);
    if callback.is_some_and(|callback| !object::is_callable(callback)) {
        return Err(err::type_error("not a callable object"));
    }
    this.sni_callback.set_opt(callback.map(Layout::owned));
    let function: unsafe extern "C" fn(*mut SSL, *mut c_int, *mut c_void) -> c_int = name_callback;
    let function = if callback.is_some() { function as *const c_void } else { core::ptr::null() };
    // SAFETY: a live context, which the callback gets; it outlives its connections.
    unsafe { SSL_CTX_callback_ctrl(this.context, control::SERVERNAME_CALLBACK, function) };
    this.control(control::SERVERNAME_ARGUMENT, 0, core::ptr::from_ref(this).cast_mut().cast());
    Ok(())
}

const ALERT_FATAL: c_int = 2;
const ALERT_INTERNAL_ERROR: c_int = 80;
const ALERT_HANDSHAKE_FAILURE: c_int = 40;

unsafe extern "C" fn name_callback(ssl: *mut SSL, alert: *mut c_int, context: *mut c_void) -> c_int {
    let gil = gil_state::ensure();
    let result = slot::guard(ALERT_FATAL, || {
        // SAFETY: OpenSSL's own arguments; the connection's data is the Python object.
        unsafe {
            let this = &*context.cast::<Context>();
            let Some(callback) = this.sni_callback.get() else { return 0 };
            let data = SSL_get_ex_data(ssl, 0).cast::<PyObject>();
            let connection = Object::from_ptr_opt(data).and_then(|object| object.downcast::<Connection>());
            let Some(owner) = connection.and_then(Connection::owner_or_self) else {
                *alert = ALERT_INTERNAL_ERROR;
                return ALERT_FATAL;
            };
            let ask = || -> Result<Obj> {
                let name = match text(SSL_get_servername(ssl, 0)) {
                    Some(name) => unicode::from_str(&name)?,
                    None => none::none().owned(),
                };
                call::call(&callback, &[&owner, &name, this.object()])
            };
            match ask() {
                Err(_) => {
                    err::write_unraisable(Some(&callback));
                    *alert = ALERT_HANDSHAKE_FAILURE;
                    ALERT_FATAL
                }
                Ok(answer) if answer.is_none() => 0,
                Ok(answer) => {
                    *alert = long::as_i32(&answer).unwrap_or_else(|_| {
                        err::write_unraisable(Some(&answer));
                        ALERT_INTERNAL_ERROR
                    });
                    ALERT_FATAL
                }
            }
        }
    });
    gil_state::release(gil);
    result
}
