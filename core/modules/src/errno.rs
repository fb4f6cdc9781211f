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
    ENODEV ENOCSI EHOSTUNREACH ENOMSG EUCLEAN EL2NSYNC EL2HLT ENODATA ENOTBLK ENOSYS EPIPE EINVAL EOVERFLOW
    EADV EINTR EUSERS ENOTEMPTY ENOBUFS EPROTO EREMOTE ENAVAIL ECHILD ELOOP EXDEV E2BIG ESRCH EMSGSIZE
    EAFNOSUPPORT EBADR EHOSTDOWN EPFNOSUPPORT ENOPROTOOPT EBUSY EWOULDBLOCK EBADFD EDOTDOT EISCONN ENOANO
    ESHUTDOWN ECHRNG ELIBBAD ENONET EBADE EBADF EMULTIHOP EIO EUNATCH EPROTOTYPE ENOSPC ENOEXEC EALREADY
    ENETDOWN ENOTNAM EACCES ELNRNG EILSEQ ENOTDIR ENOTUNIQ EPERM EDOM EXFULL ECONNREFUSED EISDIR
    EPROTONOSUPPORT EROFS EADDRNOTAVAIL EIDRM ECOMM ESRMNT EREMOTEIO EL3RST EBADMSG ENFILE ELIBMAX ESPIPE
    ENOLINK ENETRESET ETIMEDOUT ENOENT EEXIST EDQUOT ENOSTR EBADSLT EBADRQC ELIBACC EFAULT EFBIG EDEADLK
    ENOTCONN EDESTADDRREQ ELIBSCN ENOLCK EISNAM ECONNABORTED ENETUNREACH ESTALE ENOSR ENOMEM ENOTSOCK
    ESTRPIPE EMLINK ERANGE ELIBEXEC EL3HLT ECONNRESET EADDRINUSE EOPNOTSUPP EREMCHG EAGAIN ENAMETOOLONG
    ENOTTY ERESTART ESOCKTNOSUPPORT ETIME EBFONT EDEADLOCK ETOOMANYREFS EMFILE ETXTBSY EINPROGRESS ENXIO
    ENOPKG ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD
    ENOTRECOVERABLE ERFKILL ENOTSUP
}
