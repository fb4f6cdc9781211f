//! `$1$`: a thousand rounds of MD5.

use super::text;
use md5::{Digest, Md5};

pub const PREFIX: &str = "$1$";
const ROUNDS: usize = 1000;
const MOST_SALT: usize = 8;

pub fn hash(password: &[u8], setting: &str) -> Option<String> {
    let salt = text::field(&setting[PREFIX.len()..], MOST_SALT);
    let alternate = Md5::new().chain_update(password).chain_update(salt).chain_update(password).finalize();
    let mut first = Md5::new().chain_update(password).chain_update(PREFIX).chain_update(salt);
    for start in (0..password.len()).step_by(16) {
        first.update(&alternate[..(password.len() - start).min(16)]);
    }
    // One byte for each bit of the length: NUL where it is set, else the first of the password.
    let mut length = password.len();
    while length != 0 {
        first.update(if length & 1 == 1 { &[0] } else { &password[..1] });
        length >>= 1;
    }
    let mut digest = first.finalize();
    for round in 0..ROUNDS {
        let (before, after) = if round % 2 == 1 { (password, &digest[..]) } else { (&digest[..], password) };
        let mut next = Md5::new().chain_update(before);
        if round % 3 != 0 {
            next.update(salt);
        }
        if round % 7 != 0 {
            next.update(password);
        }
        digest = next.chain_update(after).finalize();
    }
    let mut out = format!("{PREFIX}{salt}$");
    for place in 0..5 {
        let last = if place == 4 { 5 } else { place + 12 };
        text::push_three(&mut out, [digest[place], digest[place + 6], digest[last]]);
    }
    text::push_number(&mut out, digest[11].into(), 2);
    Some(out)
}
