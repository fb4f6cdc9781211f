//! `_crypt`: hashes of passwords. Each method is in a file of its own, but for two that the system's library has; the
//! beginning of the setting tells which is meant.

mod blowfish;
mod des;
mod md5;
mod nt;
mod sha1;
mod sha2;
mod system;
mod text;
mod yescrypt;

use krait_object::args::{check_positional, text as text_argument};
use krait_object::{Object, Result, err, method};

krait_object::methods! {
    static METHODS = [method::fastcall(c"crypt", crypt, c"crypt($module, word, salt, /)\n--\n\nThe hash of a password, which begins with the method and the salt that were asked for.\n\nAn earlier hash may be given as salt. A salt that means nothing gives a text that begins\nwith an asterisk and is no hash.")];
}

pub(super) fn fill(this: &Object) -> Result<()> {
    // SAFETY: a static table that ends with an empty entry.
    unsafe { krait_object::types::module::add_functions(this, (&raw mut METHODS).cast()) }
}

/// The hash of a password with a setting that is plain ASCII and begins as this method's do; none where the rest is wrong.
type Method = fn(&[u8], &str) -> Option<String>;

const METHODS_BY_PREFIX: &[(&str, Method)] = &[
    (yescrypt::PREFIX, yescrypt::hash),
    (yescrypt::SCRYPT_PREFIX, yescrypt::hash_scrypt),
    ("$2", blowfish::hash),
    (sha2::PREFIX_512, sha2::hash_512),
    (sha2::PREFIX_256, sha2::hash_256),
    (sha1::PREFIX, sha1::hash),
    (md5::PREFIX, md5::hash),
    (system::PREFIX_MD5, system::hash),
    (system::PREFIX_GOST, system::hash),
    (nt::PREFIX, nt::hash),
    ("_", des::bsdi),
    ("", des::traditional),
];

/// Passwords are shorter.
const PASSWORD_LIMIT: usize = 512;

/// Visible ASCII without what the lines of password files give a meaning.
fn is_setting(setting: &str) -> bool {
    setting.bytes().all(|byte| byte.is_ascii_graphic() && !b"!*:;\\".contains(&byte))
}

fn hash(password: &[u8], setting: &str) -> Option<String> {
    if password.len() >= PASSWORD_LIMIT || !is_setting(setting) {
        return None;
    }
    let (_, method) = METHODS_BY_PREFIX.iter().find(|(prefix, _)| setting.starts_with(prefix))?;
    method(password, setting)
}

fn crypt(_module: &Object, args: &[&Object]) -> Result<String> {
    check_positional("crypt", args.len(), 2, 2)?;
    let word = text_argument("crypt", "argument 1", args[0])?;
    let salt = text_argument("crypt", "argument 2", args[1])?;
    if word.contains('\0') || salt.contains('\0') {
        return Err(err::value_error("embedded null character"));
    }
    // A failure never looks like the setting, even when that is one.
    let failure = if salt.starts_with("*0") { "*1" } else { "*0" };
    Ok(hash(word.as_bytes(), salt).unwrap_or_else(|| failure.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn each_method() {
        for (setting, expected) in [
            ("ab", "abJnggxhB/yWI"),
            ("_J9..rasm", "_J9..rasmEedsvB6g8/6"),
            ("$1$abcdefghijkl", "$1$abcdefgh$G//4keteveJp0qb8z2DxG/"),
            ("$2b$04$abcdefghijklmnopqrstuv", "$2b$04$abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm"),
            ("$3$", "$3$$8846f7eaee8fb117ad06bdd830b7586c"),
            ("$5$rounds=1000$ab", "$5$rounds=1000$ab$1w1vy5uCLDQWfIMwmaMatnSGmBa34fZnvo3JO2w3CP1"),
            (
                "$6$rounds=1234$a$b$c",
                "$6$rounds=1234$a$2pXVf/SbjtjmoCkzuQ6FUq0enNdzk.BikmAixpdFIH..9UKNLrlUP4IKNVbnZQ/AhQlAbm8eTrTQg1YWmWTdB/",
            ),
            ("$sha1$4$abcdefgh", "$sha1$4$abcdefgh$kKOnUVteDM1vqMsHE.6Ei3j0BH3n"),
            ("$y$j75$abcdefghijkl", "$y$j75$abcdefghijkl$CvFdmAGwE7ZMGRzTOxzoxM0wRbkuJJARsbjLiyAMdT1"),
        ] {
            assert_eq!(hash(b"password", setting).as_deref(), Some(expected));
        }
    }

    #[test]
    fn bad_settings() {
        for setting in
            ["", "a", "a:", "$1", "$5$rounds=999$ab", "$2b$03$abcdefghijklmnopqrstuu", "_J9..ras", "$9$ab"]
        {
            assert_eq!(hash(b"password", setting), None, "{setting}");
        }
        assert_eq!(hash(&[b'x'; 512], "ab"), None);
    }
}
