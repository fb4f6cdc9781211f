//! `signal.struct_siginfo`

use crate::support::ready_structseq;
use krait_abi::PyTypeObject;
use krait_object::types::typeobject::Type;
use krait_object::types::{long, module, structseq};
use krait_object::{Layout, Obj, Object, Result};

static mut STRUCT_SIGINFO: PyTypeObject = krait_object::payload::EMPTY_TYPE;

static FIELDS: structseq::Description = structseq::Description {
    name: c"signal.struct_siginfo",
    doc: c"struct_siginfo: what sigwaitinfo and sigtimedwait tell of a signal.\n\nThe fields can be reached by index and by name.",
    fields: &[
        (c"si_signo", c"signal number"),
        (c"si_code", c"signal code"),
        (c"si_errno", c"errno associated with this signal"),
        (c"si_pid", c"sending process ID"),
        (c"si_uid", c"real user ID of sending process"),
        (c"si_status", c"exit value or signal"),
        (c"si_band", c"band event for SIGPOLL"),
    ],
    visible: 7,
};

/// Makes the class and adds it to the module.
pub fn add_to(this: &Object) -> Result<()> {
    // SAFETY: a static type.
    module::add(
        this,
        "struct_siginfo",
        unsafe { ready_structseq(&raw mut STRUCT_SIGINFO, &FIELDS)? }.object(),
    )
}

/// What the system tells of a signal.
pub fn from_native(info: &libc::siginfo_t) -> Result<Obj> {
    // SAFETY: the fields overlay one union, all members of which are plain integers; a static type.
    unsafe {
        let class = Type::from_raw(&raw mut STRUCT_SIGINFO);
        let int = |value: i64| long::from_i64(value);
        structseq::from_items(
            class,
            [
                int(i64::from(info.si_signo)),
                int(i64::from(info.si_code)),
                int(i64::from(info.si_errno)),
                int(i64::from(info.si_pid())),
                long::from_u64(u64::from(info.si_uid())),
                int(i64::from(info.si_status())),
                int(band(info)),
            ],
        )
    }
}

/// `si_band`: the first word of the union.
fn band(info: &libc::siginfo_t) -> i64 {
    // SAFETY: the union begins at offset 16 on 64-bit systems and holds a long there.
    unsafe { core::ptr::from_ref(info).cast::<u8>().add(16).cast::<i64>().read_unaligned() }
}
