//! The conversion of sampling rates by straight lines between samples, with a simple low-pass filter before.

use super::sample::Width;

/// Where a conversion stands.
pub struct State {
    /// How far the next sample to be written is from the last one read, in units that are as long as the other rate's
    /// samples; below zero more has to be read.
    pub distance: i32,
    /// For each channel the last two samples read, as four bytes.
    pub channels: Vec<(i32, i32)>,
}

/// What is asked for. All but `width` and the weights are positive.
pub struct Conversion {
    pub width: Width,
    pub from: i32,
    pub to: i32,
    /// The weights of a sample and of the one before it in the filter.
    pub weights: (i32, i32),
}

impl Conversion {
    /// Converts whole frames (a sample for each channel), appending to `out`.
    pub fn run(&self, frames: &[u8], state: &mut State, out: &mut Vec<u8>) {
        self.write_due(state, out);
        let (own, before) = (f64::from(self.weights.0), f64::from(self.weights.1));
        for frame in frames.chunks_exact(self.width.bytes() * state.channels.len()) {
            for (sample, (last, now)) in self.width.wide_samples(frame).zip(&mut state.channels) {
                *last = *now;
                *now = ((own * f64::from(sample) + before * f64::from(*last)) / (own + before)) as i32;
            }
            state.distance = state.distance.wrapping_add(self.to);
            self.write_due(state, out);
        }
    }

    /// Writes the frames that are not beyond the last one read.
    fn write_due(&self, state: &mut State, out: &mut Vec<u8>) {
        while state.distance >= 0 {
            let (distance, whole) = (f64::from(state.distance), f64::from(self.to));
            for (last, now) in &state.channels {
                let sample = (f64::from(*last) * distance + f64::from(*now) * (whole - distance)) / whole;
                self.width.write_wide(out, sample as i32);
            }
            state.distance -= self.from;
        }
    }
}
