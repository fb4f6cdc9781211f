//! `sys.thread_info` (`PyThread_GetInfo`).

use crate::handle::{Layout, Obj, Result};
use crate::payload::EMPTY_TYPE;
use crate::thread;
use crate::types::structseq::{self, Description};
use crate::types::typeobject::Type;
use crate::types::{none, unicode};
use core::ffi::c_ulong;
use krait_abi::{Py_TPFLAGS_READY, PyTypeObject};

static mut THREAD_INFO: PyTypeObject = EMPTY_TYPE;

const DESCRIPTION: Description = Description {
    name: c"sys.thread_info",
    doc: c"How threads are implemented here.",
    fields: &[
        (c"name", c"name of the thread implementation"),
        (c"lock", c"name of the lock implementation"),
        (c"version", c"name and version of the thread library"),
    ],
    visible: 3,
};

/// `PyThread_GetInfo`.
pub fn get_info() -> Result<Obj> {
    // SAFETY: a static type of this file, made a struct sequence once.
    let class = unsafe {
        let class = &raw mut THREAD_INFO;
        if (*class).tp_flags & Py_TPFLAGS_READY as c_ulong == 0 {
            DESCRIPTION.init(class)?;
        }
        Type::from_raw(class)
    };
    let version = match thread::library_version() {
        Some(text) => unicode::from_str(&text)?,
        None => none::none().owned(),
    };
    structseq::from_items(class, [unicode::from_str("pthread"), unicode::from_str("semaphore"), Ok(version)])
}
