//! `$3$`: MD4 of the password, whose bytes are taken for characters of two bytes. Without salt.

use super::text;
use md4::{Digest, Md4};

pub const PREFIX: &str = "$3$";

pub fn hash(password: &[u8], _setting: &str) -> Option<String> {
    let wide: Vec<u8> = password.iter().flat_map(|byte| [*byte, 0]).collect();
    let mut out = format!("{PREFIX}$");
    text::push_hex(&mut out, &Md4::digest(wide));
    Some(out)
}
