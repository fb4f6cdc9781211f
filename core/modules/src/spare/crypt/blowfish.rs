//! `$2a$`, `$2b$`, `$2x$`, `$2y$`: bcrypt, on the key schedule of Blowfish.

use ::blowfish::Blowfish;

/// The digits are those of other hashes, in another order; the highest bits come first.
const DIGITS: &[u8; 64] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// `$2b$04$` and 22 digits of salt.
const SETTING_LENGTH: usize = 29;
const PREFIX_LENGTH: usize = 7;
const PLAIN: &[u8; 24] = b"OrpheanBeholderScryDoubt";
/// The bytes of the 18 words to which the password is repeated.
const KEY_LENGTH: usize = 72;

fn digit(character: u8) -> Option<u32> {
    DIGITS.iter().position(|digit| *digit == character).map(|value| value as u32)
}

/// 16 bytes in 22 digits; the lowest bits of the last are for nothing.
fn salt(digits: &[u8]) -> Option<[u8; 16]> {
    let value = digits[..21].iter().try_fold(0, |value, c| Some(value << 6 | u128::from(digit(*c)?)))?;
    Some((value << 2 | u128::from(digit(digits[21])? >> 4)).to_be_bytes())
}

fn push_digits(out: &mut String, bytes: &[u8]) {
    for group in bytes.chunks(3) {
        let value =
            (0..3).fold(0, |value, place| value << 8 | u32::from(group.get(place).copied().unwrap_or(0)));
        out.extend((0..=group.len()).map(|place| DIGITS[(value >> (18 - 6 * place) & 63) as usize] as char));
    }
}

/// The password with its NUL, again and again.
fn repeated(password: &[u8]) -> [u8; KEY_LENGTH] {
    let mut all = password.iter().copied().chain([0]).cycle();
    core::array::from_fn(|_| all.next().unwrap_or(0))
}

/// The words as an early implementation made them: bytes above 127 were negative and wiped out those before them.
fn with_signs(key: &[u8; KEY_LENGTH]) -> [u8; KEY_LENGTH] {
    let mut out = *key;
    for word in out.chunks_exact_mut(4) {
        if let Some(last) = word.iter().rposition(|byte| *byte >= 0x80) {
            word[..last].fill(0xff);
        }
    }
    out
}

/// The key of the first round and that of all later ones.
fn keys(variant: u8, password: &[u8]) -> ([u8; KEY_LENGTH], [u8; KEY_LENGTH]) {
    let key = repeated(password);
    let signed = with_signs(&key);
    if variant == b'x' {
        return (signed, signed);
    }
    let mut first = key;
    // Passwords that the early implementation could have confused with others get hashes of their own under `$2a$`.
    let negative = key.chunks_exact(4).any(|word| word[1..].iter().any(|byte| *byte >= 0x80));
    if variant == b'a' && signed == key && negative {
        first[1] ^= 1;
    }
    (first, key)
}

pub fn hash(password: &[u8], setting: &str) -> Option<String> {
    let [b'$', b'2', variant @ (b'a' | b'b' | b'x' | b'y'), b'$', tens, ones, b'$', digits @ ..] =
        setting.as_bytes()
    else {
        return None;
    };
    if !tens.is_ascii_digit() || !ones.is_ascii_digit() || setting.len() < SETTING_LENGTH {
        return None;
    }
    let cost = (tens - b'0') * 10 + (ones - b'0');
    if !(4..=31).contains(&cost) {
        return None;
    }
    let salt = salt(digits)?;
    let (first, key) = keys(*variant, password);
    let mut state = Blowfish::bc_init_state();
    state.salted_expand_key(&salt, &first);
    for _ in 0..1u32 << cost {
        state.bc_expand_key(&key);
        state.bc_expand_key(&salt);
    }
    let mut digest = Vec::with_capacity(PLAIN.len());
    for block in PLAIN.chunks_exact(8) {
        let half = |at: usize| u32::from_be_bytes([block[at], block[at + 1], block[at + 2], block[at + 3]]);
        let encrypted = (0..64).fold([half(0), half(4)], |block, _| state.bc_encrypt(block));
        encrypted.iter().for_each(|word| digest.extend(word.to_be_bytes()));
    }
    let mut out = setting[..PREFIX_LENGTH].to_owned();
    push_digits(&mut out, &salt);
    // The last byte is left out, as ever.
    push_digits(&mut out, &digest[..23]);
    Some(out)
}
