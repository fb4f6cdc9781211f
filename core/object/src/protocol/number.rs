//! `PyNumber_*` (skeleton; owner: types). `add`, `subtract`, ... and `inplace_add`, ... by the C names.
use crate::handle::{Obj, Object, Result};
macro_rules! binary { ($($name:ident),*) => {$(
    #[doc = concat!("`PyNumber_*` of `", stringify!($name), "`.")]
    pub fn $name(_a: &Object, _b: &Object) -> Result<Obj> { missing!() }
)*}; }
binary!(
    add,
    subtract,
    multiply,
    matrix_multiply,
    floor_divide,
    true_divide,
    remainder,
    divmod,
    lshift,
    rshift,
    and,
    xor,
    or,
    inplace_add,
    inplace_subtract,
    inplace_multiply,
    inplace_matrix_multiply,
    inplace_floor_divide,
    inplace_true_divide,
    inplace_remainder,
    inplace_lshift,
    inplace_rshift,
    inplace_and,
    inplace_xor,
    inplace_or
);
/// `PyNumber_Power`.
pub fn power(_a: &Object, _b: &Object, _c: &Object) -> Result<Obj> {
    missing!()
}
/// `PyNumber_InPlacePower`.
pub fn inplace_power(_a: &Object, _b: &Object, _c: &Object) -> Result<Obj> {
    missing!()
}
/// `PyNumber_Negative`.
pub fn negative(_a: &Object) -> Result<Obj> {
    missing!()
}
/// `PyNumber_Positive`.
pub fn positive(_a: &Object) -> Result<Obj> {
    missing!()
}
/// `PyNumber_Invert`.
pub fn invert(_a: &Object) -> Result<Obj> {
    missing!()
}
/// `PyNumber_Absolute`.
pub fn absolute(_a: &Object) -> Result<Obj> {
    missing!()
}
/// `PyNumber_Index`: always an exact or subclass int.
pub fn index(_a: &Object) -> Result<Obj> {
    missing!()
}
/// `PyIndex_Check`.
pub fn index_check(_a: &Object) -> bool {
    missing!()
}
/// `PyNumber_AsSsize_t`: on overflow raises `exception`, or clips when None.
pub fn as_ssize(_a: &Object, _exception: Option<&Object>) -> Result<isize> {
    missing!()
}
/// `PyNumber_Long`.
pub fn long(_a: &Object) -> Result<Obj> {
    missing!()
}
/// `PyNumber_Float`.
pub fn float(_a: &Object) -> Result<Obj> {
    missing!()
}
