//! `$y$` and `$7$`: yescrypt and scrypt, which take much memory.

use super::text;
use ::yescrypt::{Mode, Params};

pub const PREFIX: &str = "$y$";
pub const SCRYPT_PREFIX: &str = "$7$";
const MOST_SALT: usize = 64;

/// Takes a number of one to six digits off, of which the first tells how many there are; the smallest is `least`.
fn take_number(digits: &mut &[u8], least: u32) -> Option<u32> {
    let (mut start, mut end, mut more, mut value) = (0, 47, 0, least);
    let first = take_digit(digits)?;
    while first > end {
        value = value.checked_add((end + 1 - start) << (6 * more))?;
        start = end + 1;
        end = start + (62 - end) / 2;
        more += 1;
    }
    value = value.checked_add((first - start) << (6 * more))?;
    for place in (0..more).rev() {
        value = value.checked_add(take_digit(digits)? << (6 * place))?;
    }
    Some(value)
}

fn take_digit(digits: &mut &[u8]) -> Option<u32> {
    let (first, rest) = digits.split_first()?;
    *digits = rest;
    text::digit(*first)
}

/// The parameters: flavour, logarithm of N, r, and then bits for which of p and t follow.
fn parameters(mut digits: &[u8]) -> Option<Params> {
    let mode = Mode::try_from(take_number(&mut digits, 0)?).ok()?;
    let log_n = take_number(&mut digits, 1)?;
    let r = take_number(&mut digits, 1)?;
    let (mut p, mut t) = (1, 0);
    if !digits.is_empty() {
        let given = take_number(&mut digits, 1)?;
        if given & 1 != 0 {
            p = take_number(&mut digits, 2)?;
        }
        if given & 2 != 0 {
            t = take_number(&mut digits, 1)?;
        }
        if given > 3 || !digits.is_empty() {
            return None;
        }
    }
    Params::new_with_all_params(mode, 1u64.checked_shl(log_n)?, r, p, t, 0).ok()
}

/// The setting, `$` and the hash.
fn finish(password: &[u8], setting: &str, salt: &[u8], parameters: &Params) -> Option<String> {
    let mut key = [0; 32];
    ::yescrypt::yescrypt(password, salt, parameters, &mut key).ok()?;
    let mut out = format!("{setting}$");
    text::push_bytes(&mut out, &key);
    Some(out)
}

pub fn hash(password: &[u8], setting: &str) -> Option<String> {
    let (shown, rest) = setting[PREFIX.len()..].split_once('$')?;
    let digits = text::field(rest, usize::MAX);
    let salt = text::bytes(digits.as_bytes()).filter(|salt| salt.len() <= MOST_SALT)?;
    let setting = &setting[..PREFIX.len() + shown.len() + 1 + digits.len()];
    finish(password, setting, &salt, &parameters(shown.as_bytes())?)
}

/// The logarithm of N in one digit, r and p in five each; the salt is taken as it stands.
pub fn hash_scrypt(password: &[u8], setting: &str) -> Option<String> {
    const SALT_START: usize = 14;
    let digits = setting.as_bytes().get(SCRYPT_PREFIX.len()..SALT_START)?;
    let log_n = text::digit(digits[0]).filter(|log_n| *log_n > 1)?;
    let (r, p) = (text::number(&digits[1..6])?, text::number(&digits[6..])?);
    let salt = text::field(&setting[SALT_START..], usize::MAX);
    let parameters = Params::new(Mode::Classic, 1u64.checked_shl(log_n)?, r, p).ok()?;
    finish(password, &setting[..SALT_START + salt.len()], salt.as_bytes(), &parameters)
}
