//! `$sha1$`: as many rounds of HMAC-SHA-1, keyed by the password, as the setting says.

use super::text;
use ::sha1::Sha1;
use hmac::{Hmac, KeyInit, Mac};

pub const PREFIX: &str = "$sha1$";

pub fn hash(password: &[u8], setting: &str) -> Option<String> {
    let (digits, rest) = setting[PREFIX.len()..].split_once('$')?;
    let rounds: u32 = digits.parse().ok()?;
    let salt = text::field(rest, usize::MAX);
    if salt.is_empty() {
        return None;
    }
    let start = format!("{salt}{PREFIX}{rounds}");
    let keyed = Hmac::<Sha1>::new_from_slice(password).ok()?;
    let mut digest = keyed.clone().chain_update(start).finalize().into_bytes();
    for _ in 1..rounds {
        digest = keyed.clone().chain_update(digest).finalize().into_bytes();
    }
    let mut out = format!("{PREFIX}{rounds}${salt}$");
    // The first byte comes once more to fill the last group.
    for group in 0..7 {
        text::push_three(
            &mut out,
            [3 * group, 3 * group + 1, (3 * group + 2) % 20].map(|place| digest[place]),
        );
    }
    Some(out)
}
