//! `$5$` and `$6$`: as many rounds of SHA-256 or SHA-512 as the setting says.

use super::text;
use ::sha2::digest::{Digest, Output};
use ::sha2::{Sha256, Sha512};

pub const PREFIX_256: &str = "$5$";
pub const PREFIX_512: &str = "$6$";
const ROUNDS_KEY: &str = "rounds=";
const DEFAULT_ROUNDS: u32 = 5000;
const MOST_ROUNDS: u32 = 999_999_999;
const MOST_SALT: usize = 16;

/// The number of rounds if the setting, without its prefix, says one, and what follows it.
fn rounds(setting: &str) -> Option<(Option<u32>, &str)> {
    let Some(rest) = setting.strip_prefix(ROUNDS_KEY) else { return Some((None, setting)) };
    let (digits, rest) = rest.split_once('$')?;
    if digits.starts_with('0') || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let rounds = digits.parse().ok().filter(|rounds| (1000..=MOST_ROUNDS).contains(rounds))?;
    Some((Some(rounds), rest))
}

/// So many bytes of a digest that is repeated.
fn repeat(digest: &[u8], length: usize) -> Vec<u8> {
    digest.iter().copied().cycle().take(length).collect()
}

fn digest<D: Digest>(password: &[u8], salt: &[u8], rounds: u32) -> Output<D> {
    let alternate = D::new().chain_update(password).chain_update(salt).chain_update(password).finalize();
    let mut first = D::new().chain_update(password).chain_update(salt);
    first.update(repeat(&alternate, password.len()));
    let mut length = password.len();
    while length != 0 {
        first.update(if length & 1 == 1 { &alternate[..] } else { password });
        length >>= 1;
    }
    let mut digest = first.finalize();
    // What stands for the password and the salt in the rounds.
    let mut many = D::new();
    password.iter().for_each(|_| many.update(password));
    let password = repeat(&many.finalize(), password.len());
    let mut many = D::new();
    (0..16 + u32::from(digest[0])).for_each(|_| many.update(salt));
    let salt = repeat(&many.finalize(), salt.len());
    for round in 0..rounds {
        let (before, after) =
            if round % 2 == 1 { (&password[..], &digest[..]) } else { (&digest[..], &password[..]) };
        let mut next = D::new().chain_update(before);
        if round % 3 != 0 {
            next.update(&salt);
        }
        if round % 7 != 0 {
            next.update(&password);
        }
        digest = next.chain_update(after).finalize();
    }
    digest
}

/// The prefix with rounds and salt as the hash repeats them, and the digest.
fn parts<D: Digest>(password: &[u8], setting: &str, prefix: &str) -> Option<(String, Output<D>)> {
    let (rounds, rest) = rounds(&setting[prefix.len()..])?;
    let salt = text::field(rest, MOST_SALT);
    let shown = rounds.map_or(String::new(), |rounds| format!("{ROUNDS_KEY}{rounds}$"));
    let digest = digest::<D>(password, salt.as_bytes(), rounds.unwrap_or(DEFAULT_ROUNDS));
    Some((format!("{prefix}{shown}{salt}$"), digest))
}

pub fn hash_256(password: &[u8], setting: &str) -> Option<String> {
    let (mut out, digest) = parts::<Sha256>(password, setting, PREFIX_256)?;
    let mut places = [0, 10, 20];
    for _ in 0..10 {
        text::push_three(&mut out, places.map(|place| digest[place]));
        let [a, b, c] = places;
        places = [c + 1, a + 1, b + 1];
    }
    text::push_number(&mut out, u32::from_be_bytes([0, 0, digest[31], digest[30]]), 3);
    Some(out)
}

pub fn hash_512(password: &[u8], setting: &str) -> Option<String> {
    let (mut out, digest) = parts::<Sha512>(password, setting, PREFIX_512)?;
    let mut places = [0, 21, 42];
    for _ in 0..21 {
        text::push_three(&mut out, places.map(|place| digest[place]));
        let [a, b, c] = places;
        places = [b + 1, c + 1, a + 1];
    }
    text::push_number(&mut out, digest[63].into(), 2);
    Some(out)
}
