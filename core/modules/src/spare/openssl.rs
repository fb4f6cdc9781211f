//! OpenSSL's functions. Its two libraries lie compressed in this one, for most programs never want them; the first
//! import of `_ssl` or `_hashlib` unpacks them into memory and has the loader load them from there, so that the names inside belong to
//! nobody else.

#![allow(
    non_snake_case,
    non_camel_case_types,
    dead_code,
    reason = "OpenSSL's names; the first function is only called by the table"
)]

use core::ffi::{CStr, c_char, c_int, c_long, c_uchar, c_uint, c_ulong, c_void};
use std::ffi::CString;
use std::sync::OnceLock;

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/openssl.so.z"));

macro_rules! opaque {
    ($($name:ident),*) => {$(#[repr(C)] pub struct $name([u8; 0]);)*};
}
opaque!(
    SSL,
    SSL_CTX,
    SSL_METHOD,
    SSL_SESSION,
    SSL_CIPHER,
    BIO,
    X509,
    X509_NAME,
    X509_NAME_ENTRY,
    X509_STORE,
    X509_OBJECT,
    X509_VERIFY_PARAM,
    ASN1_OBJECT,
    ASN1_STRING,
    GENERAL_NAME,
    STACK,
    DH,
    EVP_MD,
    EVP_MD_CTX,
    HMAC_CTX
);

/// A listed digest: (itself, its name, another name that it stands for, data). Where it only is another name, the digest is
/// NULL.
pub type DigestCallback = unsafe extern "C" fn(*const EVP_MD, *const c_char, *const c_char, *mut c_void);

/// Tells of a message: (whether it is sent, version, kind of content, content, its length, connection, data).
pub type MessageCallback =
    unsafe extern "C" fn(c_int, c_int, c_int, *const c_void, usize, *mut SSL, *mut c_void);

/// Tells a key as a line of text.
pub type KeyCallback = unsafe extern "C" fn(*const SSL, *const c_char);

/// Judges what a connection may use: (connection, context, operation, bits of security, number, object, data).
pub type SecurityCallback =
    unsafe extern "C" fn(*const SSL, *const SSL_CTX, c_int, c_int, c_int, *mut c_void, *mut c_void) -> c_int;

/// A password for a private key: (room, its size, whether it is for writing, data).
pub type PasswordCallback = Option<unsafe extern "C" fn(*mut c_char, c_int, c_int, *mut c_void) -> c_int>;

macro_rules! functions {
    ($(fn $name:ident($($arg:ident: $type:ty),*) $(-> $ret:ty)?;)*) => {
        struct Api {
            $($name: unsafe extern "C" fn($($type),*) $(-> $ret)?,)*
        }

        impl Api {
            /// Looks all functions up.
            fn find(handle: *mut c_void) -> Result<Api, String> {
                let look_up = |name: &str| -> Result<*mut c_void, String> {
                    let name = CString::new(name).map_err(|e| e.to_string())?;
                    // SAFETY: an open library and a C string.
                    let address = unsafe { libc::dlsym(handle, name.as_ptr()) };
                    if address.is_null() { Err(loader_error()) } else { Ok(address) }
                };
                // SAFETY: the functions have these signatures in the library that was packed.
                unsafe {
                    Ok(Api { $($name: core::mem::transmute::<*mut c_void, unsafe extern "C" fn($($type),*) $(-> $ret)?>(look_up(stringify!($name))?),)* })
                }
            }
        }

        $(
            /// OpenSSL's function of this name.
            pub unsafe fn $name($($arg: $type),*) $(-> $ret)? {
                // SAFETY: the caller's promise.
                unsafe { (api().$name)($($arg),*) }
            }
        )*
    };
}

functions! {
    fn OPENSSL_init_ssl(options: u64, settings: *const c_void) -> c_int;
    fn OpenSSL_version(kind: c_int) -> *const c_char;
    fn OpenSSL_version_num() -> c_ulong;
    fn ERR_peek_last_error() -> c_ulong;
    fn ERR_clear_error();
    fn ERR_reason_error_string(code: c_ulong) -> *const c_char;
    fn ERR_lib_error_string(code: c_ulong) -> *const c_char;
    fn EVP_MD_do_all(callback: DigestCallback, data: *mut c_void);
    fn EVP_MD_fetch(context: *mut c_void, name: *const c_char, properties: *const c_char) -> *mut EVP_MD;
    fn EVP_MD_meth_dup(digest: *const EVP_MD) -> *mut EVP_MD;
    fn EVP_MD_meth_set_app_datasize(digest: *mut EVP_MD, size: c_int) -> c_int;
    fn EVP_MD_get_type(digest: *const EVP_MD) -> c_int;
    fn EVP_MD_get0_provider(digest: *const EVP_MD) -> *const c_void;
    fn EVP_MD_get_size(digest: *const EVP_MD) -> c_int;
    fn EVP_MD_get_block_size(digest: *const EVP_MD) -> c_int;
    fn EVP_MD_get_flags(digest: *const EVP_MD) -> c_ulong;
    fn EVP_MD_CTX_new() -> *mut EVP_MD_CTX;
    fn EVP_MD_CTX_free(context: *mut EVP_MD_CTX);
    fn EVP_MD_CTX_copy(to: *mut EVP_MD_CTX, from: *const EVP_MD_CTX) -> c_int;
    fn EVP_MD_CTX_get0_md(context: *const EVP_MD_CTX) -> *const EVP_MD;
    fn EVP_MD_CTX_set_flags(context: *mut EVP_MD_CTX, flags: c_int);
    fn EVP_DigestInit_ex(context: *mut EVP_MD_CTX, digest: *const EVP_MD, engine: *mut c_void) -> c_int;
    fn EVP_DigestUpdate(context: *mut EVP_MD_CTX, data: *const c_void, length: usize) -> c_int;
    fn EVP_DigestFinal(context: *mut EVP_MD_CTX, out: *mut c_uchar, length: *mut c_uint) -> c_int;
    fn EVP_DigestFinalXOF(context: *mut EVP_MD_CTX, out: *mut c_uchar, length: usize) -> c_int;
    fn EVP_PBE_scrypt(password: *const c_char, password_length: usize, salt: *const c_uchar, salt_length: usize, n: u64, r: u64, p: u64, most_memory: u64, key: *mut c_uchar, key_length: usize) -> c_int;
    fn EVP_default_properties_is_fips_enabled(context: *mut c_void) -> c_int;
    fn HMAC_CTX_new() -> *mut HMAC_CTX;
    fn HMAC_CTX_free(context: *mut HMAC_CTX);
    fn HMAC_CTX_copy(to: *mut HMAC_CTX, from: *mut HMAC_CTX) -> c_int;
    fn HMAC_CTX_get_md(context: *const HMAC_CTX) -> *const EVP_MD;
    fn HMAC_Init_ex(context: *mut HMAC_CTX, key: *const c_void, length: c_int, digest: *const EVP_MD, engine: *mut c_void) -> c_int;
    fn HMAC_Update(context: *mut HMAC_CTX, data: *const c_uchar, length: usize) -> c_int;
    fn HMAC_Final(context: *mut HMAC_CTX, out: *mut c_uchar, length: *mut c_uint) -> c_int;
    fn PKCS5_PBKDF2_HMAC(password: *const c_char, password_length: c_int, salt: *const c_uchar, salt_length: c_int, rounds: c_int, digest: *const EVP_MD, key_length: c_int, key: *mut c_uchar) -> c_int;
    fn OBJ_NAME_get(name: *const c_char, kind: c_int) -> *const c_char;
    fn RAND_bytes(out: *mut c_uchar, count: c_int) -> c_int;
    fn RAND_status() -> c_int;
    fn RAND_add(data: *const c_void, count: c_int, entropy: f64);
    fn OBJ_txt2obj(text: *const c_char, no_name: c_int) -> *mut ASN1_OBJECT;
    fn OBJ_nid2obj(nid: c_int) -> *mut ASN1_OBJECT;
    fn OBJ_obj2nid(object: *const ASN1_OBJECT) -> c_int;
    fn OBJ_nid2sn(nid: c_int) -> *const c_char;
    fn OBJ_nid2ln(nid: c_int) -> *const c_char;
    fn OBJ_sn2nid(name: *const c_char) -> c_int;
    fn OBJ_obj2txt(out: *mut c_char, room: c_int, object: *const ASN1_OBJECT, no_name: c_int) -> c_int;
    fn ASN1_OBJECT_free(object: *mut ASN1_OBJECT);
    fn ASN1_STRING_to_UTF8(out: *mut *mut c_uchar, text: *const ASN1_STRING) -> c_int;
    fn ASN1_STRING_get0_data(text: *const ASN1_STRING) -> *const c_uchar;
    fn ASN1_STRING_length(text: *const ASN1_STRING) -> c_int;
    fn ASN1_TIME_print(out: *mut BIO, time: *const ASN1_STRING) -> c_int;
    fn i2a_ASN1_INTEGER(out: *mut BIO, number: *const ASN1_STRING) -> c_int;
    fn CRYPTO_free(memory: *mut c_void, file: *const c_char, line: c_int);
    fn OPENSSL_sk_num(stack: *const STACK) -> c_int;
    fn OPENSSL_sk_value(stack: *const STACK, index: c_int) -> *mut c_void;
    fn GENERAL_NAME_get0_value(name: *const GENERAL_NAME, kind: *mut c_int) -> *mut c_void;
    fn GENERAL_NAME_print(out: *mut BIO, name: *mut GENERAL_NAME) -> c_int;
    fn GENERAL_NAMES_free(names: *mut STACK);
    fn CRL_DIST_POINTS_free(points: *mut STACK);
    fn AUTHORITY_INFO_ACCESS_free(infos: *mut STACK);
    fn BIO_new(method: *const c_void) -> *mut BIO;
    fn BIO_s_mem() -> *const c_void;
    fn BIO_new_mem_buf(data: *const c_void, length: c_int) -> *mut BIO;
    fn BIO_new_file(name: *const c_char, mode: *const c_char) -> *mut BIO;
    fn BIO_free(bio: *mut BIO) -> c_int;
    fn BIO_up_ref(bio: *mut BIO) -> c_int;
    fn BIO_read(bio: *mut BIO, out: *mut c_void, room: c_int) -> c_int;
    fn BIO_write(bio: *mut BIO, data: *const c_void, length: c_int) -> c_int;
    fn BIO_ctrl(bio: *mut BIO, command: c_int, number: c_long, pointer: *mut c_void) -> c_long;
    fn BIO_set_flags(bio: *mut BIO, flags: c_int);
    fn BIO_clear_flags(bio: *mut BIO, flags: c_int);
    fn X509_free(certificate: *mut X509);
    fn X509_get_subject_name(certificate: *const X509) -> *mut X509_NAME;
    fn X509_get_issuer_name(certificate: *const X509) -> *mut X509_NAME;
    fn X509_NAME_entry_count(name: *const X509_NAME) -> c_int;
    fn X509_NAME_get_entry(name: *const X509_NAME, index: c_int) -> *mut X509_NAME_ENTRY;
    fn X509_NAME_ENTRY_set(entry: *const X509_NAME_ENTRY) -> c_int;
    fn X509_NAME_ENTRY_get_object(entry: *const X509_NAME_ENTRY) -> *mut ASN1_OBJECT;
    fn X509_NAME_ENTRY_get_data(entry: *const X509_NAME_ENTRY) -> *mut ASN1_STRING;
    fn X509_get_version(certificate: *const X509) -> c_long;
    fn X509_get_serialNumber(certificate: *mut X509) -> *mut ASN1_STRING;
    fn X509_get0_notBefore(certificate: *const X509) -> *const ASN1_STRING;
    fn X509_get0_notAfter(certificate: *const X509) -> *const ASN1_STRING;
    fn X509_get_ext_d2i(certificate: *const X509, nid: c_int, critical: *mut c_int, index: *mut c_int) -> *mut c_void;
    fn X509_check_ca(certificate: *mut X509) -> c_int;
    fn i2d_X509(certificate: *const X509, out: *mut *mut c_uchar) -> c_int;
    fn d2i_X509_bio(bio: *mut BIO, certificate: *mut *mut X509) -> *mut X509;
    fn PEM_read_bio_X509(bio: *mut BIO, out: *mut *mut X509, callback: PasswordCallback, data: *mut c_void) -> *mut X509;
    fn PEM_read_bio_DHparams(bio: *mut BIO, out: *mut *mut DH, callback: PasswordCallback, data: *mut c_void) -> *mut DH;
    fn DH_free(parameters: *mut DH);
    fn X509_verify_cert_error_string(code: c_long) -> *const c_char;
    fn X509_get_default_cert_file_env() -> *const c_char;
    fn X509_get_default_cert_file() -> *const c_char;
    fn X509_get_default_cert_dir_env() -> *const c_char;
    fn X509_get_default_cert_dir() -> *const c_char;
    fn X509_STORE_add_cert(store: *mut X509_STORE, certificate: *mut X509) -> c_int;
    fn X509_STORE_get0_objects(store: *const X509_STORE) -> *mut STACK;
    fn X509_OBJECT_get_type(object: *const X509_OBJECT) -> c_int;
    fn X509_OBJECT_get0_X509(object: *const X509_OBJECT) -> *mut X509;
    fn X509_VERIFY_PARAM_set_hostflags(parameters: *mut X509_VERIFY_PARAM, flags: c_uint);
    fn X509_VERIFY_PARAM_set1_host(parameters: *mut X509_VERIFY_PARAM, name: *const c_char, length: usize) -> c_int;
    fn X509_VERIFY_PARAM_set1_ip_asc(parameters: *mut X509_VERIFY_PARAM, address: *const c_char) -> c_int;
    fn X509_VERIFY_PARAM_get_flags(parameters: *const X509_VERIFY_PARAM) -> c_ulong;
    fn X509_VERIFY_PARAM_set_flags(parameters: *mut X509_VERIFY_PARAM, flags: c_ulong) -> c_int;
    fn X509_VERIFY_PARAM_clear_flags(parameters: *mut X509_VERIFY_PARAM, flags: c_ulong) -> c_int;
    fn TLS_method() -> *const SSL_METHOD;
    fn TLSv1_method() -> *const SSL_METHOD;
    fn TLSv1_1_method() -> *const SSL_METHOD;
    fn TLSv1_2_method() -> *const SSL_METHOD;
    fn TLS_client_method() -> *const SSL_METHOD;
    fn TLS_server_method() -> *const SSL_METHOD;
    fn SSL_CTX_new(method: *const SSL_METHOD) -> *mut SSL_CTX;
    fn SSL_CTX_free(context: *mut SSL_CTX);
    fn SSL_CTX_ctrl(context: *mut SSL_CTX, command: c_int, number: c_long, pointer: *mut c_void) -> c_long;
    fn SSL_CTX_callback_ctrl(context: *mut SSL_CTX, command: c_int, function: *const c_void) -> c_long;
    fn SSL_CTX_set_msg_callback(context: *mut SSL_CTX, callback: Option<MessageCallback>);
    fn SSL_CTX_set_keylog_callback(context: *mut SSL_CTX, callback: Option<KeyCallback>);
    fn SSL_CTX_set_security_callback(context: *mut SSL_CTX, callback: SecurityCallback);
    fn SSL_CTX_get_security_callback(context: *const SSL_CTX) -> SecurityCallback;
    fn SSL_CTX_get_security_level(context: *const SSL_CTX) -> c_int;
    fn SSL_get_security_level(ssl: *const SSL) -> c_int;
    fn SSL_CTX_get_options(context: *const SSL_CTX) -> u64;
    fn SSL_CTX_set_options(context: *mut SSL_CTX, options: u64) -> u64;
    fn SSL_CTX_clear_options(context: *mut SSL_CTX, options: u64) -> u64;
    fn SSL_CTX_set_cipher_list(context: *mut SSL_CTX, list: *const c_char) -> c_int;
    fn SSL_CTX_set_verify(context: *mut SSL_CTX, mode: c_int, callback: *const c_void);
    fn SSL_CTX_get_verify_mode(context: *const SSL_CTX) -> c_int;
    fn SSL_CTX_get0_param(context: *mut SSL_CTX) -> *mut X509_VERIFY_PARAM;
    fn SSL_CTX_get_cert_store(context: *const SSL_CTX) -> *mut X509_STORE;
    fn SSL_CTX_set_default_verify_paths(context: *mut SSL_CTX) -> c_int;
    fn SSL_CTX_load_verify_locations(context: *mut SSL_CTX, file: *const c_char, folder: *const c_char) -> c_int;
    fn SSL_CTX_use_certificate_chain_file(context: *mut SSL_CTX, file: *const c_char) -> c_int;
    fn SSL_CTX_use_PrivateKey_file(context: *mut SSL_CTX, file: *const c_char, kind: c_int) -> c_int;
    fn SSL_CTX_check_private_key(context: *const SSL_CTX) -> c_int;
    fn SSL_CTX_set_default_passwd_cb(context: *mut SSL_CTX, callback: PasswordCallback);
    fn SSL_CTX_set_default_passwd_cb_userdata(context: *mut SSL_CTX, data: *mut c_void);
    fn SSL_CTX_set_session_id_context(context: *mut SSL_CTX, id: *const c_uchar, length: c_uint) -> c_int;
    fn SSL_CTX_set_alpn_protos(context: *mut SSL_CTX, protocols: *const c_uchar, length: c_uint) -> c_int;
    fn SSL_CTX_set_alpn_select_cb(context: *mut SSL_CTX, callback: *const c_void, data: *mut c_void);
    fn SSL_CTX_set_post_handshake_auth(context: *mut SSL_CTX, on: c_int);
    fn SSL_CTX_set_num_tickets(context: *mut SSL_CTX, count: usize) -> c_int;
    fn SSL_CTX_get_num_tickets(context: *const SSL_CTX) -> usize;
    fn SSL_select_next_proto(out: *mut *mut c_uchar, out_length: *mut c_uchar, server: *const c_uchar, server_length: c_uint, client: *const c_uchar, client_length: c_uint) -> c_int;
    fn SSL_new(context: *mut SSL_CTX) -> *mut SSL;
    fn SSL_free(ssl: *mut SSL);
    fn SSL_set_SSL_CTX(ssl: *mut SSL, context: *mut SSL_CTX) -> *mut SSL_CTX;
    fn SSL_ctrl(ssl: *mut SSL, command: c_int, number: c_long, pointer: *mut c_void) -> c_long;
    fn SSL_set_ex_data(ssl: *mut SSL, index: c_int, data: *mut c_void) -> c_int;
    fn SSL_get_ex_data(ssl: *const SSL, index: c_int) -> *mut c_void;
    fn SSL_set_fd(ssl: *mut SSL, fd: c_int) -> c_int;
    fn SSL_set_bio(ssl: *mut SSL, input: *mut BIO, output: *mut BIO);
    fn SSL_get_rbio(ssl: *const SSL) -> *mut BIO;
    fn SSL_get_wbio(ssl: *const SSL) -> *mut BIO;
    fn SSL_get0_param(ssl: *mut SSL) -> *mut X509_VERIFY_PARAM;
    fn SSL_get_verify_mode(ssl: *const SSL) -> c_int;
    fn SSL_set_verify(ssl: *mut SSL, mode: c_int, callback: *const c_void);
    fn SSL_set_post_handshake_auth(ssl: *mut SSL, on: c_int);
    fn SSL_verify_client_post_handshake(ssl: *mut SSL) -> c_int;
    fn SSL_set_connect_state(ssl: *mut SSL);
    fn SSL_set_accept_state(ssl: *mut SSL);
    fn SSL_do_handshake(ssl: *mut SSL) -> c_int;
    fn SSL_is_init_finished(ssl: *const SSL) -> c_int;
    fn SSL_read(ssl: *mut SSL, out: *mut c_void, room: c_int) -> c_int;
    fn SSL_write(ssl: *mut SSL, data: *const c_void, length: c_int) -> c_int;
    fn SSL_pending(ssl: *const SSL) -> c_int;
    fn SSL_shutdown(ssl: *mut SSL) -> c_int;
    fn SSL_get_shutdown(ssl: *const SSL) -> c_int;
    fn SSL_set_read_ahead(ssl: *mut SSL, on: c_int);
    fn SSL_get_error(ssl: *const SSL, result: c_int) -> c_int;
    fn SSL_get_verify_result(ssl: *const SSL) -> c_long;
    fn SSL_get1_peer_certificate(ssl: *const SSL) -> *mut X509;
    fn SSL_get_current_cipher(ssl: *const SSL) -> *const SSL_CIPHER;
    fn SSL_get_ciphers(ssl: *const SSL) -> *mut STACK;
    fn SSL_get_version(ssl: *const SSL) -> *const c_char;
    fn SSL_get_finished(ssl: *const SSL, out: *mut c_void, room: usize) -> usize;
    fn SSL_get_peer_finished(ssl: *const SSL, out: *mut c_void, room: usize) -> usize;
    fn SSL_get0_alpn_selected(ssl: *const SSL, out: *mut *const c_uchar, length: *mut c_uint);
    fn SSL_get_servername(ssl: *const SSL, kind: c_int) -> *const c_char;
    fn SSL_get1_session(ssl: *mut SSL) -> *mut SSL_SESSION;
    fn SSL_set_session(ssl: *mut SSL, session: *mut SSL_SESSION) -> c_int;
    fn SSL_session_reused(ssl: *const SSL) -> c_int;
    fn SSL_SESSION_free(session: *mut SSL_SESSION);
    fn SSL_SESSION_dup(session: *const SSL_SESSION) -> *mut SSL_SESSION;
    fn SSL_SESSION_get_id(session: *const SSL_SESSION, length: *mut c_uint) -> *const c_uchar;
    fn SSL_SESSION_get_time(session: *const SSL_SESSION) -> c_long;
    fn SSL_SESSION_get_timeout(session: *const SSL_SESSION) -> c_long;
    fn SSL_SESSION_get_ticket_lifetime_hint(session: *const SSL_SESSION) -> c_ulong;
    fn SSL_SESSION_has_ticket(session: *const SSL_SESSION) -> c_int;
    fn SSL_CIPHER_get_name(cipher: *const SSL_CIPHER) -> *const c_char;
    fn SSL_CIPHER_get_version(cipher: *const SSL_CIPHER) -> *const c_char;
    fn SSL_CIPHER_get_bits(cipher: *const SSL_CIPHER, algorithm: *mut c_int) -> c_int;
    fn SSL_CIPHER_get_id(cipher: *const SSL_CIPHER) -> u32;
    fn SSL_CIPHER_description(cipher: *const SSL_CIPHER, out: *mut c_char, room: c_int) -> *mut c_char;
    fn SSL_CIPHER_is_aead(cipher: *const SSL_CIPHER) -> c_int;
    fn SSL_CIPHER_get_cipher_nid(cipher: *const SSL_CIPHER) -> c_int;
    fn SSL_CIPHER_get_digest_nid(cipher: *const SSL_CIPHER) -> c_int;
    fn SSL_CIPHER_get_kx_nid(cipher: *const SSL_CIPHER) -> c_int;
    fn SSL_CIPHER_get_auth_nid(cipher: *const SSL_CIPHER) -> c_int;
}

static API: OnceLock<Result<Api, String>> = OnceLock::new();

fn api() -> &'static Api {
    match API.get() {
        Some(Ok(api)) => api,
        // The module cannot be imported without them.
        _ => unreachable!("OpenSSL is loaded before anything else of the module runs"),
    }
}

/// Loads the libraries; says why if that cannot be done.
fn load() -> Result<(), &'static str> {
    let loaded = API.get_or_init(|| {
        let api = Api::find(open()?)?;
        // SAFETY: the first call of the library.
        unsafe { (api.OPENSSL_init_ssl)(0, core::ptr::null()) };
        Ok(api)
    });
    loaded.as_ref().map(|_| ()).map_err(String::as_str)
}

/// Text of OpenSSL's.
pub fn text(text: *const c_char) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: OpenSSL's strings are C strings.
    Some(unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}

/// [`load`] for a module: `ImportError` if it cannot be done.
pub fn require() -> krait_object::Result<()> {
    load().map_err(|reason| {
        krait_object::err::import_error(format_args!(
            "the OpenSSL inside the library cannot be loaded: {reason}"
        ))
    })
}

fn loader_error() -> String {
    // SAFETY: NULL or a C string.
    unsafe {
        let message = libc::dlerror();
        if message.is_null() {
            "unknown error".to_owned()
        } else {
            CStr::from_ptr(message).to_string_lossy().into_owned()
        }
    }
}

/// Unpacks the libraries into memory, or where no file system shows that, into a file that is gone once it is loaded.
fn open() -> Result<*mut c_void, String> {
    let mut content = Vec::new();
    let mut stream =
        crate::algorithms::zlib::Stream::inflate(15).map_err(|status| format!("zlib error {status}"))?;
    stream
        .decompress(PACKED, &mut content, None, crate::algorithms::zlib::Z_FINISH, None)
        .map_err(|status| format!("zlib error {status}"))?;
    // SAFETY: a C string.
    let memory = unsafe { libc::memfd_create(c"openssl".as_ptr(), libc::MFD_CLOEXEC) };
    let shown = format!("/proc/self/fd/{memory}");
    let mut reason = String::new();
    if memory >= 0 {
        if std::fs::exists(&shown).unwrap_or(false) && std::fs::write(&shown, &content).is_ok() {
            match load_file(&shown) {
                Ok(handle) => return Ok(handle),
                Err(message) => reason = message,
            }
        }
        // SAFETY: a descriptor of ours, which the loader has not kept.
        unsafe { libc::close(memory) };
    }
    let folders = [
        std::env::temp_dir(),
        "/var/tmp".into(),
        "/dev/shm".into(),
        std::env::current_dir().unwrap_or_default(),
    ];
    for folder in folders {
        let path = folder.join(format!("krait-openssl-{}.so", std::process::id()));
        let mut options = std::fs::File::options();
        options.write(true).create_new(true);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let Ok(mut file) = options.open(&path) else { continue };
        let written = std::io::Write::write_all(&mut file, &content);
        let loaded = written.map_err(|e| e.to_string()).and_then(|()| load_file(&path.to_string_lossy()));
        let _ = std::fs::remove_file(&path);
        match loaded {
            Ok(handle) => return Ok(handle),
            Err(message) => reason = message,
        }
    }
    Err(if reason.is_empty() {
        "there is neither /proc nor a folder to unpack it in".to_owned()
    } else {
        reason
    })
}

fn load_file(path: &str) -> Result<*mut c_void, String> {
    let path = CString::new(path).map_err(|e| e.to_string())?;
    // SAFETY: a C string; the library is ours.
    let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
    if handle.is_null() { Err(loader_error()) } else { Ok(handle) }
}
