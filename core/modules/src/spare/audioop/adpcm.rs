//! Intel/DVI ADPCM: each sample in four bits, which tell how far it is from the one before in steps that grow and shrink.

/// The sizes of steps, each about 1.1 times the one before.
#[rustfmt::skip]
const STEPS: [i32; 89] = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107,
    118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963,
    1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894,
    6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794,
    32767,
];

/// How the place among the steps moves after a difference of so many quarter steps.
const MOVES: [i32; 8] = [-1, -1, -1, -1, 2, 4, 6, 8];

/// What both sides know: the sample that was said last (of two bytes) and the place of the step.
#[derive(Clone, Copy, Default)]
pub struct State {
    last: i32,
    place: i32,
}

impl State {
    /// None for what no sample and no step is.
    pub fn new(last: i32, place: i32) -> Option<State> {
        let known = i16::try_from(last).is_ok() && (0..STEPS.len() as i32).contains(&place);
        known.then_some(State { last, place })
    }

    pub fn parts(self) -> (i32, i32) {
        (self.last, self.place)
    }

    fn step(self) -> i32 {
        STEPS[self.place as usize]
    }

    /// Moves by what a code says: the sign in bit 3, then the step, its half and its quarter; an eighth comes always.
    fn follow(&mut self, code: u8) {
        let step = self.step();
        let mut distance = step >> 3;
        for (bit, part) in [(4, step), (2, step >> 1), (1, step >> 2)] {
            if code & bit != 0 {
                distance += part;
            }
        }
        let next = if code & 8 == 0 { self.last + distance } else { self.last - distance };
        self.last = next.clamp(i32::from(i16::MIN), i32::from(i16::MAX));
        self.place = (self.place + MOVES[usize::from(code & 7)]).clamp(0, STEPS.len() as i32 - 1);
    }

    /// The code that gets nearest to a sample of two bytes.
    pub fn encode(&mut self, sample: i32) -> u8 {
        let (sign, mut rest) =
            if sample < self.last { (8, self.last - sample) } else { (0, sample - self.last) };
        let mut code = sign;
        let step = self.step();
        for (bit, part) in [(4, step), (2, step >> 1), (1, step >> 2)] {
            if rest >= part {
                code |= bit;
                rest -= part;
            }
        }
        self.follow(code);
        code
    }

    /// The sample of two bytes that a code stands for.
    pub fn decode(&mut self, code: u8) -> i32 {
        self.follow(code);
        self.last
    }
}
