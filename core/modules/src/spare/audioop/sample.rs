//! Samples: signed numbers of 1 to 4 bytes in the machine's byte order, one after the other.

/// How many bytes a sample has: 1 to 4.
#[derive(Clone, Copy)]
pub struct Width(usize);

impl Width {
    /// None for sizes that samples do not have.
    pub fn new(bytes: i32) -> Option<Width> {
        (1..=4).contains(&bytes).then_some(Width(bytes as usize))
    }

    pub fn bytes(self) -> usize {
        self.0
    }

    /// The bits that a sample of four bytes has beyond this one.
    fn spare_bits(self) -> u32 {
        32 - 8 * self.0 as u32
    }

    pub fn max(self) -> i32 {
        i32::MAX >> self.spare_bits()
    }

    pub fn min(self) -> i32 {
        i32::MIN >> self.spare_bits()
    }

    /// The sample that has exactly these bytes.
    pub fn read(self, bytes: &[u8]) -> i32 {
        self.read_wide(bytes) >> self.spare_bits()
    }

    /// The sample as one of four bytes, with the same loudness.
    pub fn read_wide(self, bytes: &[u8]) -> i32 {
        let mut wide = [0; 4];
        wide[4 - self.0..].copy_from_slice(bytes);
        i32::from_le_bytes(wide)
    }

    /// Appends a sample; what does not fit is cut off.
    pub fn write(self, out: &mut Vec<u8>, sample: i32) {
        out.extend_from_slice(&sample.to_le_bytes()[..self.0]);
    }

    /// Appends a sample of four bytes, with the same loudness.
    pub fn write_wide(self, out: &mut Vec<u8>, sample: i32) {
        out.extend_from_slice(&sample.to_le_bytes()[4 - self.0..]);
    }

    /// The nearest sample that is not above a number. NaN gives the lowest bits of the lowest number of four bytes.
    pub fn clip(self, value: f64) -> i32 {
        let (min, max) = (f64::from(self.min()), f64::from(self.max()));
        if value.is_nan() { i32::MIN } else { value.floor().clamp(min, max) as i32 }
    }

    pub fn samples(self, data: &[u8]) -> impl DoubleEndedIterator<Item = i32> + Clone {
        data.chunks_exact(self.0).map(move |bytes| self.read(bytes))
    }

    pub fn wide_samples(self, data: &[u8]) -> impl Iterator<Item = i32> {
        data.chunks_exact(self.0).map(move |bytes| self.read_wide(bytes))
    }

    /// New samples made from each of the old ones.
    pub fn map(self, data: &[u8], change: impl Fn(i32) -> i32) -> Vec<u8> {
        let mut out = Vec::with_capacity(data.len());
        self.samples(data).for_each(|sample| self.write(&mut out, change(sample)));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::Width;

    #[test]
    fn samples_keep_their_sign_and_loudness() {
        for (bytes, data, sample, wide) in [
            (1, &[0x80][..], -128, i32::MIN),
            (2, &[0xfe, 0xff], -2, -0x2_0000),
            (3, &[1, 2, 0x7f], 0x7f_0201, 0x7f02_0100),
            (4, &[1, 2, 3, 4], 0x0403_0201, 0x0403_0201),
        ] {
            let width = Width::new(bytes).unwrap();
            assert_eq!((width.read(data), width.read_wide(data)), (sample, wide));
            let (mut same, mut from_wide) = (Vec::new(), Vec::new());
            width.write(&mut same, sample);
            width.write_wide(&mut from_wide, wide);
            assert_eq!((&*same, &*from_wide), (data, data));
        }
        assert!(Width::new(0).is_none() && Width::new(5).is_none());
    }

    #[test]
    fn clipping() {
        let width = Width::new(2).unwrap();
        for (value, sample) in [(1e9, 32767), (-1e9, -32768), (-1.5, -2), (1.5, 1), (f64::NAN, i32::MIN)] {
            assert_eq!(width.clip(value), sample, "{value}");
        }
    }
}
