//! `complex` (skeleton; owner: numbers).
use crate::handle::{Obj, Object, Result};
/// `PyComplex_FromDoubles`.
pub fn from_parts(_real: f64, _imag: f64) -> Result<Obj> {
    missing!()
}
/// `PyComplex_AsCComplex`: real and imaginary part.
pub fn as_parts(_object: &Object) -> Result<(f64, f64)> {
    missing!()
}
