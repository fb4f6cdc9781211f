//! Iteration (skeleton; owner: types).
use crate::handle::{Obj, Object, Result};
/// `PyObject_GetIter`.
pub fn get_iter(_object: &Object) -> Result<Obj> {
    missing!()
}
/// `PyIter_Next`.
pub fn next(_iterator: &Object) -> Result<Option<Obj>> {
    missing!()
}
/// `PyIter_Check`.
pub fn check(_object: &Object) -> bool {
    missing!()
}
/// Calls `body` for each item of an iterable.
pub fn for_each(iterable: &Object, mut body: impl FnMut(Obj) -> Result<()>) -> Result<()> {
    let iterator = get_iter(iterable)?;
    while let Some(item) = next(&iterator)? {
        body(item)?;
    }
    Ok(())
}
