//! The result classes of `posix`: struct sequences.

use krait_object::args::Signature;
use krait_object::types::structseq::{self, Description, HeapClass, UNNAMED};
use krait_object::types::typeobject::Type;
use krait_object::types::{float, long, module, none};
use krait_object::{Layout, Obj, Object, Result, err, intern, slot};

macro_rules! classes {
    ($($(#[$meta:meta])* $cell:ident: $module:literal . $name:literal, visible $visible:expr, $doc:literal, [$($field:expr),* $(,)?];)*) => {
        $($(#[$meta])* pub static $cell: HeapClass = HeapClass::new(Description {
            name: match core::ffi::CStr::from_bytes_with_nul(concat!($module, ".", $name, "\0").as_bytes()) {
                Ok(name) => name,
                Err(_) => panic!(),
            },
            doc: $doc,
            fields: &[$($field),*],
            visible: $visible,
        });)*

        /// Makes the classes and adds them to the module.
        pub fn add_to(this: &Object) -> Result<()> {
            $(module::add(this, $name, $cell.make()?.object())?;)*
            // SAFETY: classes that were just made.
            unsafe {
                (*STAT_RESULT.class().as_raw()).tp_new = slot::new(stat_result_new);
                (*SCHED_PARAM.class().as_raw()).tp_new = slot::new(sched_param_new);
            }
            Ok(())
        }
    };
}

classes! {
    /// `os.stat_result`
    STAT_RESULT: "os"."stat_result", visible 10,
        c"stat_result: what stat, fstat and lstat give.\n\nA tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nwhose items, and others, are also attributes st_mode, st_ino, st_dev and so on.\n\nAttributes that the system has beyond these are there too.", [
        (c"st_mode", c"protection bits"), (c"st_ino", c"inode"), (c"st_dev", c"device"),
        (c"st_nlink", c"number of hard links"), (c"st_uid", c"user ID of owner"), (c"st_gid", c"group ID of owner"),
        (c"st_size", c"total size, in bytes"), (UNNAMED, c"integer time of last access"),
        (UNNAMED, c"integer time of last modification"), (UNNAMED, c"integer time of last change"),
        (c"st_atime", c"time of last access"), (c"st_mtime", c"time of last modification"),
        (c"st_ctime", c"time of last change"), (c"st_atime_ns", c"time of last access in nanoseconds"),
        (c"st_mtime_ns", c"time of last modification in nanoseconds"),
        (c"st_ctime_ns", c"time of last change in nanoseconds"), (c"st_blksize", c"blocksize for filesystem I/O"),
        (c"st_blocks", c"number of blocks allocated"), (c"st_rdev", c"device type (if inode device)"),
    ];
    /// `os.statvfs_result`
    STATVFS_RESULT: "os"."statvfs_result", visible 10,
        c"statvfs_result: what statvfs and fstatvfs give.\n\nA tuple of\n  (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, flag, namemax),\nwhose items are also attributes f_bsize, f_frsize and so on.", [
        (c"f_bsize", c""), (c"f_frsize", c""), (c"f_blocks", c""), (c"f_bfree", c""), (c"f_bavail", c""),
        (c"f_files", c""), (c"f_ffree", c""), (c"f_favail", c""), (c"f_flag", c""), (c"f_namemax", c""),
        (c"f_fsid", c""),
    ];
    /// `posix.sched_param`
    SCHED_PARAM: "posix"."sched_param", visible 1,
        c"sched_param(sched_priority)\n--\n\nParameters of a scheduling policy; there is one.\n\n  sched_priority\n    The priority.", [
        (c"sched_priority", c"the scheduling priority"),
    ];
    /// `os.terminal_size`
    TERMINAL_SIZE: "os"."terminal_size", visible 2, c"The size of a terminal window: a tuple of (columns, lines)", [
        (c"columns", c"width of the terminal window in characters"),
        (c"lines", c"height of the terminal window in characters"),
    ];
    /// `posix.times_result`
    TIMES_RESULT: "posix"."times_result", visible 5,
        c"times_result: what os.times() gives.\n\nA tuple of (user, system, children_user, children_system, elapsed), whose items are also\nattributes.", [
        (c"user", c"user time"), (c"system", c"system time"), (c"children_user", c"user time of children"),
        (c"children_system", c"system time of children"),
        (c"elapsed", c"elapsed time since an arbitrary point in the past"),
    ];
    /// `posix.uname_result`
    UNAME_RESULT: "posix"."uname_result", visible 5,
        c"uname_result: what os.uname() gives.\n\nA tuple of (sysname, nodename, release, version, machine), whose items are also attributes.", [
        (c"sysname", c"operating system name"),
        (c"nodename", c"name of machine on network (implementation-defined)"),
        (c"release", c"operating system release"), (c"version", c"operating system version"),
        (c"machine", c"hardware identifier"),
    ];
    /// `posix.waitid_result`
    WAITID_RESULT: "posix"."waitid_result", visible 5,
        c"waitid_result: what waitid gives.\n\nA tuple of (si_pid, si_uid, si_signo, si_status, si_code), whose items are also attributes.", [
        (c"si_pid", c""), (c"si_uid", c""), (c"si_signo", c""), (c"si_status", c""), (c"si_code", c""),
    ];
}

/// `stat_result(...)`: times that are not given as floats are taken from the integers.
fn stat_result_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let result = structseq::construct(class, args, kw)?;
    for index in 7..10 {
        // SAFETY: the class has these fields; the whole ones are always filled.
        let whole = unsafe { Object::from_ptr_opt(structseq::get_item(&result, index)) };
        // SAFETY: as above.
        let fraction = unsafe { Object::from_ptr_opt(structseq::get_item(&result, index + 3)) };
        if fraction.is_none_or(Object::is_none)
            && let Some(whole) = whole
        {
            let old = structseq::get_item(&result, index + 3);
            structseq::set_item(&result, index + 3, whole.owned());
            // SAFETY: the reference that the place held.
            unsafe { krait_object::refcount::xdecref(old) };
        }
    }
    Ok(result)
}

fn sched_param_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let [priority] = const { Signature::new("sched_param", ["sched_priority"]) }.bind_tuple(args, kw)?;
    structseq::from_items(class, [Ok(priority.unwrap_or(none::none()).owned())])
}

fn int(value: impl Into<i64>) -> Result<Obj> {
    long::from_i64(value.into())
}

/// `os.stat_result` from the system's struct.
pub fn stat_result(st: &libc::stat) -> Result<Obj> {
    let times =
        [(st.st_atime, st.st_atime_nsec), (st.st_mtime, st.st_mtime_nsec), (st.st_ctime, st.st_ctime_nsec)];
    let total = |(seconds, nanos): (i64, i64)| {
        let total = i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
        long::from_u128(total < 0, total.unsigned_abs())
    };
    let mut items: Vec<Result<Obj>> = Vec::with_capacity(19);
    items.push(int(st.st_mode));
    items.push(long::from_u64(st.st_ino));
    items.push(int(st.st_dev as i64));
    items.push(int(st.st_nlink as i64));
    items.push(super::path::from_id(st.st_uid));
    items.push(super::path::from_id(st.st_gid));
    items.push(int(st.st_size));
    items.extend(times.map(|(seconds, _)| int(seconds)));
    items.extend(times.map(|(seconds, nanos)| float::from_f64(seconds as f64 + 1e-9 * nanos as f64)));
    items.extend(times.map(total));
    items.push(int(st.st_blksize as i64));
    items.push(int(st.st_blocks));
    items.push(int(st.st_rdev as i64));
    structseq::from_items(STAT_RESULT.class(), items)
}

/// `os.statvfs_result` from the system's struct.
pub fn statvfs_result(st: &libc::statvfs) -> Result<Obj> {
    structseq::from_items(
        STATVFS_RESULT.class(),
        [
            st.f_bsize,
            st.f_frsize,
            st.f_blocks,
            st.f_bfree,
            st.f_bavail,
            st.f_files,
            st.f_ffree,
            st.f_favail,
            st.f_flag,
            st.f_namemax,
            st.f_fsid,
        ]
        .map(|value| long::from_u64(value as u64)),
    )
}

/// The resource usage of a child, as the module `resource` shows it.
pub fn rusage(usage: &libc::rusage) -> Result<Obj> {
    let resource = (krait_object::hooks::get().import)("resource")?;
    let class = krait_object::protocol::object::get_attr(&resource, intern!("struct_rusage"))?;
    let Some(class) = class.downcast::<Type>() else {
        return Err(err::system_error("resource.struct_rusage is no class"));
    };
    crate::support::resource_usage(class, usage)
}
