//! The hashes on DES: the traditional one, its form for long passwords, and BSDi's with its choice of rounds. Salts swap
//! bits inside the cipher, so that ordinary DES devices are of no use for guessing.

use super::text;

// ---- the cipher (FIPS 46-3), whose bits are numbered from the highest, 1 ----

#[rustfmt::skip]
const BOXES: [[u8; 64]; 8] = [
    [14, 4, 13, 1, 2, 15, 11, 8, 3, 10, 6, 12, 5, 9, 0, 7, 0, 15, 7, 4, 14, 2, 13, 1, 10, 6, 12, 11, 9, 5, 3, 8,
     4, 1, 14, 8, 13, 6, 2, 11, 15, 12, 9, 7, 3, 10, 5, 0, 15, 12, 8, 2, 4, 9, 1, 7, 5, 11, 3, 14, 10, 0, 6, 13],
    [15, 1, 8, 14, 6, 11, 3, 4, 9, 7, 2, 13, 12, 0, 5, 10, 3, 13, 4, 7, 15, 2, 8, 14, 12, 0, 1, 10, 6, 9, 11, 5,
     0, 14, 7, 11, 10, 4, 13, 1, 5, 8, 12, 6, 9, 3, 2, 15, 13, 8, 10, 1, 3, 15, 4, 2, 11, 6, 7, 12, 0, 5, 14, 9],
    [10, 0, 9, 14, 6, 3, 15, 5, 1, 13, 12, 7, 11, 4, 2, 8, 13, 7, 0, 9, 3, 4, 6, 10, 2, 8, 5, 14, 12, 11, 15, 1,
     13, 6, 4, 9, 8, 15, 3, 0, 11, 1, 2, 12, 5, 10, 14, 7, 1, 10, 13, 0, 6, 9, 8, 7, 4, 15, 14, 3, 11, 5, 2, 12],
    [7, 13, 14, 3, 0, 6, 9, 10, 1, 2, 8, 5, 11, 12, 4, 15, 13, 8, 11, 5, 6, 15, 0, 3, 4, 7, 2, 12, 1, 10, 14, 9,
     10, 6, 9, 0, 12, 11, 7, 13, 15, 1, 3, 14, 5, 2, 8, 4, 3, 15, 0, 6, 10, 1, 13, 8, 9, 4, 5, 11, 12, 7, 2, 14],
    [2, 12, 4, 1, 7, 10, 11, 6, 8, 5, 3, 15, 13, 0, 14, 9, 14, 11, 2, 12, 4, 7, 13, 1, 5, 0, 15, 10, 3, 9, 8, 6,
     4, 2, 1, 11, 10, 13, 7, 8, 15, 9, 12, 5, 6, 3, 0, 14, 11, 8, 12, 7, 1, 14, 2, 13, 6, 15, 0, 9, 10, 4, 5, 3],
    [12, 1, 10, 15, 9, 2, 6, 8, 0, 13, 3, 4, 14, 7, 5, 11, 10, 15, 4, 2, 7, 12, 9, 5, 6, 1, 13, 14, 0, 11, 3, 8,
     9, 14, 15, 5, 2, 8, 12, 3, 7, 0, 4, 10, 1, 13, 11, 6, 4, 3, 2, 12, 9, 5, 15, 10, 11, 14, 1, 7, 6, 0, 8, 13],
    [4, 11, 2, 14, 15, 0, 8, 13, 3, 12, 9, 7, 5, 10, 6, 1, 13, 0, 11, 7, 4, 9, 1, 10, 14, 3, 5, 12, 2, 15, 8, 6,
     1, 4, 11, 13, 12, 3, 7, 14, 10, 15, 6, 8, 0, 5, 9, 2, 6, 11, 13, 8, 1, 4, 10, 7, 9, 5, 0, 15, 14, 2, 3, 12],
    [13, 2, 8, 4, 6, 15, 11, 1, 10, 9, 3, 14, 5, 0, 12, 7, 1, 15, 13, 8, 10, 3, 7, 4, 12, 5, 6, 11, 0, 14, 9, 2,
     7, 11, 4, 1, 9, 12, 14, 2, 0, 6, 10, 13, 15, 3, 5, 8, 2, 1, 14, 7, 4, 10, 8, 13, 15, 12, 9, 0, 3, 5, 6, 11],
];
#[rustfmt::skip]
const SPREAD: [u8; 32] = [
    16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
];
#[rustfmt::skip]
const KEY_CHOICE: [u8; 56] = [
    57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
    63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
];
#[rustfmt::skip]
const ROUND_CHOICE: [u8; 48] = [
    14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2,
    41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];
const ROTATIONS: [u32; 16] = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];
#[rustfmt::skip]
const INITIAL: [u8; 64] = [
    58, 50, 42, 34, 26, 18, 10, 2, 60, 52, 44, 36, 28, 20, 12, 4, 62, 54, 46, 38, 30, 22, 14, 6, 64, 56, 48, 40, 32, 24, 16, 8,
    57, 49, 41, 33, 25, 17, 9, 1, 59, 51, 43, 35, 27, 19, 11, 3, 61, 53, 45, 37, 29, 21, 13, 5, 63, 55, 47, 39, 31, 23, 15, 7,
];
const FINAL: [u8; 64] = inverse(&INITIAL);

const fn inverse(choice: &[u8; 64]) -> [u8; 64] {
    let mut out = [0; 64];
    let mut place = 0;
    while place < 64 {
        out[choice[place] as usize - 1] = place as u8 + 1;
        place += 1;
    }
    out
}

/// The chosen bits of a number that has so many.
const fn choose(value: u64, width: u32, choice: &[u8]) -> u64 {
    let (mut out, mut place) = (0, 0);
    while place < choice.len() {
        out = out << 1 | value >> (width - choice[place] as u32) & 1;
        place += 1;
    }
    out
}

/// What each box gives for six bits, with its bits where they end up.
static SPREAD_BOXES: [[u32; 64]; 8] = spread_boxes();

const fn spread_boxes() -> [[u32; 64]; 8] {
    let mut out = [[0; 64]; 8];
    let mut number = 0;
    while number < 8 {
        let mut input = 0;
        while input < 64 {
            // The outer two bits choose the row.
            let (row, column) = ((input >> 4 & 2) | (input & 1), input >> 1 & 15);
            let found = (BOXES[number][row * 16 + column] as u64) << (28 - 4 * number);
            out[number][input] = choose(found, 32, &SPREAD) as u32;
            input += 1;
        }
        number += 1;
    }
    out
}

/// The keys of the rounds, each of twice 24 bits.
struct Schedule([(u32, u32); 16]);

impl Schedule {
    fn new(key: u64) -> Schedule {
        const HALF: u64 = (1 << 28) - 1;
        let chosen = choose(key, 64, &KEY_CHOICE);
        let (mut left, mut right) = (chosen >> 28, chosen & HALF);
        Schedule(ROTATIONS.map(|by| {
            left = (left << by | left >> (28 - by)) & HALF;
            right = (right << by | right >> (28 - by)) & HALF;
            let both = choose(left << 28 | right, 56, &ROUND_CHOICE);
            ((both >> 24) as u32, both as u32 & 0xff_ffff)
        }))
    }

    /// Encrypts a block `count` times with a salt of 24 bits.
    fn encrypt(&self, block: u64, salt: u32, count: u32) -> u64 {
        let start = choose(block, 64, &INITIAL);
        let (mut left, mut right) = ((start >> 32) as u32, start as u32);
        for _ in 0..count {
            for key in &self.0 {
                (left, right) = (right, left ^ mix(right, *key, salt));
            }
            (left, right) = (right, left);
        }
        choose(u64::from(left) << 32 | u64::from(right), 64, &FINAL)
    }
}

/// The function of a round: each group of four bits and its neighbours, salted and with the key, through a box.
fn mix(half: u32, key: (u32, u32), salt: u32) -> u32 {
    // Group by group six bits: the last of the group before, the group's four, the first of the next.
    let group = |number: u32| half.rotate_left(4 * number + 5) & 63;
    let four = |first: u32| (first..first + 4).fold(0, |all, number| all << 6 | group(number));
    let (mut high, mut low) = (four(0), four(4));
    let swapped = (high ^ low) & salt;
    high ^= swapped ^ key.0;
    low ^= swapped ^ key.1;
    (0..4usize).fold(0, |out, place| {
        let shift = 18 - 6 * place;
        out | SPREAD_BOXES[place][(high >> shift & 63) as usize]
            | SPREAD_BOXES[place + 4][(low >> shift & 63) as usize]
    })
}

// ---- hashes ----

/// How many rounds the traditional hash has.
const ROUNDS: u32 = 25;
/// How many pieces of eight characters of a long password count.
const MOST_PIECES: usize = 16;

/// Up to eight characters of seven bits each, as a key.
fn key(password: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    for (byte, character) in bytes.iter_mut().zip(password) {
        *byte = character << 1;
    }
    u64::from_be_bytes(bytes)
}

/// The bits of a salt, whose lowest comes first in the cipher's halves.
fn salt_bits(salt: u32) -> u32 {
    salt.reverse_bits() >> 8
}

fn push_piece(out: &mut String, piece: &[u8], salt: u32) {
    text::push_block(out, Schedule::new(key(piece)).encrypt(0, salt_bits(salt), ROUNDS));
}

/// Two characters of salt and eleven of hash. A setting that is longer than that is one for long passwords: pieces of
/// eight characters are hashed one by one, the next salted with the first two characters of the hash before.
pub fn traditional(password: &[u8], setting: &str) -> Option<String> {
    let salt = text::number(setting.as_bytes().get(..2)?)?;
    let mut out = setting[..2].to_owned();
    push_piece(&mut out, password, salt);
    if setting.len() > 13 {
        for piece in password.chunks(8).take(MOST_PIECES).skip(1) {
            let before = out.len() - 11;
            let salt = text::number(&out.as_bytes()[before..before + 2])?;
            push_piece(&mut out, piece, salt);
        }
    }
    Some(out)
}

/// `_`, four characters for the number of rounds, four of salt; the whole password counts.
pub fn bsdi(password: &[u8], setting: &str) -> Option<String> {
    let digits = setting.as_bytes().get(1..9)?;
    let (count, salt) = (text::number(&digits[..4])?, text::number(&digits[4..])?);
    let mut pieces = password.chunks(8).map(key);
    let first = pieces.next().unwrap_or(0);
    let folded = pieces.fold(first, |folded, piece| Schedule::new(folded).encrypt(folded, 0, 1) ^ piece);
    let mut out = setting[..9].to_owned();
    text::push_block(&mut out, Schedule::new(folded).encrypt(0, salt_bits(salt), count.max(1)));
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cipher_is_des() {
        let schedule = Schedule::new(0x1334_5779_9BBC_DFF1);
        assert_eq!(schedule.encrypt(0x0123_4567_89AB_CDEF, 0, 1), 0x85E8_1354_0F0A_B405);
    }
}
