//! `errno`: the system's error numbers.

use krait_object::types::{dict, long, module, unicode};
use krait_object::{Object, Result, native_module};

native_module! {
    /// `errno`
    init: PyInit_errno, name: c"errno",
    doc: c"Error numbers of the operating system.\n\nThe names are those of C; the dictionary errno.errorcode maps each number to\none name. For the message of an error number use os.strerror().",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [];
}

fn exec(this: &Object) -> Result<()> {
    let codes = dict::new()?;
    for (name, value) in NUMBERS {
        let name = unicode::intern_str(name)?;
        let value = long::from_i64(i64::from(*value))?;
        dict::set_item(module::dict(this), &name, &value)?;
        // Several names may share a number: the last one is kept.
        dict::set_item(&codes, &value, &name)?;
    }
    module::add(this, "errorcode", &codes)
}

macro_rules! numbers {
    ($($name:ident)*) => {
        static NUMBERS: &[(&str, i32)] = &[$((stringify!($name), libc::$name),)*];
    };
}
numbers! {
    EDEADLK EOPNOTSUPP EWOULDBLOCK E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EADV EAFNOSUPPORT EAGAIN EALREADY
    EBADE EBADF EBADFD EBADMSG EBADR EBADRQC EBADSLT EBFONT EBUSY ECANCELED ECHILD ECHRNG ECOMM ECONNABORTED
    ECONNREFUSED ECONNRESET EDEADLOCK EDESTADDRREQ EDOM EDOTDOT EDQUOT EEXIST EFAULT EFBIG EHOSTDOWN
    EHOSTUNREACH EIDRM EILSEQ EINPROGRESS EINTR EINVAL EIO EISCONN EISDIR EISNAM EKEYEXPIRED EKEYREJECTED
    EKEYREVOKED EL2HLT EL2NSYNC EL3HLT EL3RST ELIBACC ELIBBAD ELIBEXEC ELIBMAX ELIBSCN ELNRNG ELOOP
    EMEDIUMTYPE EMFILE EMLINK EMSGSIZE EMULTIHOP ENAMETOOLONG ENAVAIL ENETDOWN ENETRESET ENETUNREACH ENFILE
    ENOANO ENOBUFS ENOCSI ENODATA ENODEV ENOENT ENOEXEC ENOKEY ENOLCK ENOLINK ENOMEDIUM ENOMEM ENOMSG ENONET
    ENOPKG ENOPROTOOPT ENOSPC ENOSR ENOSTR ENOSYS ENOTBLK ENOTCONN ENOTDIR ENOTEMPTY ENOTNAM ENOTRECOVERABLE
    ENOTSOCK ENOTSUP ENOTTY ENOTUNIQ ENXIO EOVERFLOW EOWNERDEAD EPERM EPFNOSUPPORT EPIPE EPROTO
    EPROTONOSUPPORT EPROTOTYPE ERANGE EREMCHG EREMOTE EREMOTEIO ERESTART ERFKILL EROFS ESHUTDOWN
    ESOCKTNOSUPPORT ESPIPE ESRCH ESRMNT ESTALE ESTRPIPE ETIME ETIMEDOUT ETOOMANYREFS ETXTBSY EUCLEAN EUNATCH
    EUSERS EXDEV EXFULL
}
