//! Import (skeleton; owner: lifecycle).
use krait_object::{Obj, Object, Result};
/// `PyImport_ImportModuleLevelObject`.
pub fn import_module_level(_name: &Object, _globals: Option<&Object>, _from: Option<&Object>, _level: i32) -> Result<Obj> { panic!("not landed yet") }
/// `PyImport_GetModule`: from `sys.modules`.
pub fn get_module(_name: &Object) -> Result<Option<Obj>> { panic!("not landed yet") }
/// Whether a module is still being initialised (`__spec__._initializing`).
pub fn is_initializing(_module: &Object) -> bool { panic!("not landed yet") }
