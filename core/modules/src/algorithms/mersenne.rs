//! The Mersenne Twister MT19937 as `random.Random` uses it.

const N: usize = 624;
const M: usize = 397;

/// Generator state: the words, and how many of them are used up.
#[derive(Clone)]
pub struct Mersenne {
    words: [u32; N],
    index: usize,
}

impl Mersenne {
    /// Seeded with one number.
    fn with_number(seed: u32) -> Mersenne {
        let mut words = [seed; N];
        for i in 1..N {
            let previous = words[i - 1];
            words[i] = (previous ^ (previous >> 30)).wrapping_mul(1_812_433_253).wrapping_add(i as u32);
        }
        Mersenne { words, index: N }
    }

    /// Seeded with the 32-bit digits of a non-negative integer, least significant first. No digits
    /// mean zero.
    pub fn new(key: &[u32]) -> Mersenne {
        let key = if key.is_empty() { &[0] } else { key };
        let mut state = Mersenne::with_number(19_650_218);
        let words = &mut state.words;
        let mix = |words: &[u32; N], i: usize, factor: u32| {
            let previous = words[i - 1];
            words[i] ^ (previous ^ (previous >> 30)).wrapping_mul(factor)
        };
        // Position 0 is never mixed itself: going round, it takes the last word.
        let advance = |words: &mut [u32; N], i: usize| {
            if i + 1 < N {
                return i + 1;
            }
            words[0] = words[N - 1];
            1
        };
        let mut i = 1;
        for j in 0..N.max(key.len()) {
            let j = j % key.len();
            words[i] = mix(words, i, 1_664_525).wrapping_add(key[j]).wrapping_add(j as u32);
            i = advance(words, i);
        }
        for _ in 1..N {
            words[i] = mix(words, i, 1_566_083_941).wrapping_sub(i as u32);
            i = advance(words, i);
        }
        words[0] = 0x8000_0000;
        state
    }

    fn refill(&mut self) {
        for i in 0..N {
            let y = (self.words[i] & 0x8000_0000) | (self.words[(i + 1) % N] & 0x7fff_ffff);
            let twist = if y & 1 == 1 { 0x9908_b0df } else { 0 };
            self.words[i] = self.words[(i + M) % N] ^ (y >> 1) ^ twist;
        }
        self.index = 0;
    }

    /// The next 32 bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        if self.index >= N {
            self.refill();
        }
        let mut y = self.words[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// `random()`: a multiple of 2**-53 in [0, 1).
    #[inline]
    pub fn next_f64(&mut self) -> f64 {
        let (high, low) = (self.next_u32() >> 5, self.next_u32() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// `getrandbits(k)` for k up to 64.
    pub fn bits_u64(&mut self, k: u32) -> u64 {
        match k {
            0 => 0,
            1..=32 => u64::from(self.next_u32() >> (32 - k)),
            _ => {
                let low = u64::from(self.next_u32());
                low | u64::from(self.next_u32() >> (64 - k)) << 32
            }
        }
    }

    /// `getrandbits` for any number of bits: 32-bit digits, least significant first.
    pub fn bits(&mut self, digits: &mut [u32], mut k: u64) {
        for digit in digits {
            let word = self.next_u32();
            *digit = if k < 32 { word >> (32 - k) } else { word };
            k = k.saturating_sub(32);
        }
    }

    /// The 624 words and the index, as `getstate` lists them.
    pub fn state(&self) -> [u32; N + 1] {
        let mut state = [0; N + 1];
        state[..N].copy_from_slice(&self.words);
        state[N] = self.index as u32;
        state
    }

    /// From such a list; none if the index is too large.
    pub fn from_state(state: &[u32; N + 1]) -> Option<Mersenne> {
        let index = state[N] as usize;
        let words = state[..N].try_into().expect("as many words");
        (index <= N).then_some(Mersenne { words, index })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2**20000 + 3.
    const LONG_KEY: &[u32] = &{
        let mut key = [0; 626];
        key[0] = 3;
        key[625] = 1;
        key
    };

    #[test]
    fn streams() {
        // seed; three random(), getrandbits(40), getrandbits(7), the 700th getrandbits(32) after them.
        type Row = (&'static [u32], [f64; 3], u64, u64, u32);
        let rows: &[Row] = &[
            (&[], [0.8444218515250481, 0.7579544029403025, 0.420571580830845], 1061968961082, 65, 2618944820),
            (
                &[1],
                [0.13436424411240122, 0.8474337369372327, 0.763774618976614],
                129944532028,
                63,
                3610858555,
            ),
            (
                &[12345],
                [0.41661987254534116, 0.010169169457068361, 0.8252065092537432],
                937585518914,
                47,
                1938850963,
            ),
            (
                &[0, 1],
                [0.11299430095636409, 0.41782886486292836, 0.0166763664992291],
                964699997961,
                103,
                1415135040,
            ),
            (
                &[5, 0, 64],
                [0.46679953776226335, 0.4748702691919824, 0.3684083919879382],
                10040952803,
                74,
                2775597583,
            ),
            (
                &[7],
                [0.32383276483316237, 0.15084917392450192, 0.6509344730398537],
                902254243635,
                68,
                286141622,
            ),
            (
                LONG_KEY,
                [0.637561172827894, 0.6855582842237892, 0.9862192590979819],
                887606739580,
                121,
                3687410275,
            ),
        ];
        for &(key, floats, wide, narrow, later) in rows {
            let mut mt = Mersenne::new(key);
            assert_eq!(floats.map(|_| mt.next_f64()), floats);
            assert_eq!((mt.bits_u64(40), mt.bits_u64(7)), (wide, narrow));
            let mut copy = Mersenne::from_state(&mt.state()).unwrap();
            let last = (0..700).map(|_| mt.next_u32()).last();
            assert_eq!(last, Some(later));
            assert_eq!((0..700).map(|_| copy.bits_u64(32)).last(), Some(later.into()));
        }
        let mut state = Mersenne::new(&[]).state();
        state[N] = 625;
        assert!(Mersenne::from_state(&state).is_none());
        let (mut a, mut b) = (Mersenne::new(&[5]), Mersenne::new(&[5]));
        let mut digits = [0; 2];
        a.bits(&mut digits, 40);
        assert_eq!(u64::from(digits[0]) | u64::from(digits[1]) << 32, b.bits_u64(40));
    }
}
