//! What the life cycle of the interpreter asks of the object layer: making its types usable, and giving back what
//! they hold, so that the interpreter can be started again.

use crate::handle::Result;
use crate::types::{bytes, context, exceptions, registry, typeobject, unicode};
use crate::{gc, names};

/// Makes the built-in types and exceptions usable. A thread state is current; may be called again after [`fini_types`].
pub fn init_types() -> Result<()> {
    registry::init_builtin_types()?;
    exceptions::init()?;
    context::init()
}

/// Drops what the collector holds for Python code: `gc.garbage` and `gc.callbacks`.
pub fn fini_collector() {
    gc::fini();
}

/// Gives back what the types keep for reuse: preallocated exceptions, free lists, cached names and shared values. No
/// Python code runs after this; the thread state is still current. The static types themselves stay ready.
pub fn fini_types() {
    exceptions::fini();
    typeobject::fini_heap_types();
    typeobject::clear_cache();
    names::clear();
    unicode::clear_identifiers();
    gc::clear_free_lists();
    unicode::clear_singletons();
    bytes::clear_singletons();
    gc::clear_free_lists();
}
