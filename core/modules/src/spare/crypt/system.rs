//! `$md5$` and `$gy$`, which only other systems still set: by the system's libcrypt where there is one.

use core::ffi::{CStr, c_char, c_int, c_void};
use std::ffi::CString;
use std::sync::OnceLock;

pub const PREFIX_MD5: &str = "$md5";
pub const PREFIX_GOST: &str = "$gy$";

/// `crypt_rn`: phrase, setting, room for work and its size; NULL for failure.
type Crypt = unsafe extern "C" fn(*const c_char, *const c_char, *mut c_void, c_int) -> *mut c_char;

/// `sizeof (struct crypt_data)`
const ROOM: usize = 32_768;

fn function() -> Option<Crypt> {
    static FUNCTION: OnceLock<Option<Crypt>> = OnceLock::new();
    // SAFETY: a library without side effects when it is loaded, which stays; its function has this prototype.
    *FUNCTION.get_or_init(|| unsafe {
        let handle = libc::dlopen(c"libcrypt.so.1".as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL);
        if handle.is_null() {
            return None;
        }
        let found = libc::dlsym(handle, c"crypt_rn".as_ptr());
        core::mem::transmute::<*mut c_void, Option<Crypt>>(found)
    })
}

pub fn hash(password: &[u8], setting: &str) -> Option<String> {
    let function = function()?;
    let (password, setting) = (CString::new(password).ok()?, CString::new(setting).ok()?);
    let mut room = vec![0u64; ROOM / 8];
    // SAFETY: C strings, and room that is zeroed and aligned; the result is a C string in it.
    let hash = unsafe {
        let hash = function(password.as_ptr(), setting.as_ptr(), room.as_mut_ptr().cast(), ROOM as c_int);
        if hash.is_null() {
            return None;
        }
        CStr::from_ptr(hash).to_str().ok()?
    };
    Some(hash.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_there_is_a_library() {
        for (setting, expected) in [
            ("$md5$abcdefgh", Some("$md5$abcdefgh$iBVxUQAxL9gcg5D6Ac.qv/")),
            ("$gy$j9T$abcdefgh", Some("$gy$j9T$abcdefgh$.GwBoGpO1hljbC.UGBPrJEXsOk0bsIPZHaK7VIVMDN/")),
            ("$md5x", None),
        ] {
            let expected = expected.filter(|_| function().is_some());
            assert_eq!(hash(b"password", setting).as_deref(), expected);
        }
    }
}
