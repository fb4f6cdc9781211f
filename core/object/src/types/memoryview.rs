//! `memoryview` (skeleton; owner: text).
use crate::handle::{Obj, Object, Result};
/// `PyMemoryView_FromObject`.
pub fn from_object(_object: &Object) -> Result<Obj> {
    missing!()
}
