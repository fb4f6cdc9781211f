//! What can be measured on samples.

/// The samples at which the signal turns round. Neither the first nor the last is one.
struct Turns<I> {
    samples: I,
    last: Option<i32>,
    rising: Option<bool>,
}

impl<I: Iterator<Item = i32>> Iterator for Turns<I> {
    type Item = i32;

    fn next(&mut self) -> Option<i32> {
        for sample in self.samples.by_ref() {
            let Some(last) = self.last.replace(sample) else { continue };
            if sample == last {
                continue;
            }
            let rising = sample > last;
            if self.rising.replace(rising) == Some(!rising) {
                return Some(last);
            }
        }
        None
    }
}

/// The distances from each turn of the signal to the next.
fn swings(samples: impl Iterator<Item = i32>) -> impl Iterator<Item = u32> {
    let mut turns = Turns { samples, last: None, rising: None };
    let mut last = turns.next();
    turns.filter_map(move |turn| last.replace(turn).map(|last| turn.abs_diff(last)))
}

pub fn largest_swing(samples: impl Iterator<Item = i32>) -> u32 {
    swings(samples).max().unwrap_or(0)
}

pub fn average_swing(samples: impl Iterator<Item = i32>) -> u32 {
    let (count, sum) =
        swings(samples).fold((0, 0.0), |(count, sum), swing| (count + 1, sum + f64::from(swing)));
    if count == 0 { 0 } else { (sum / f64::from(count)) as u32 }
}

pub fn largest(samples: impl Iterator<Item = i32>) -> u32 {
    samples.map(i32::unsigned_abs).max().unwrap_or(0)
}

/// The least and the largest sample; without any, what no sample is below or above.
pub fn extremes(samples: impl Iterator<Item = i32>) -> (i32, i32) {
    samples.fold((i32::MAX, i32::MIN), |(min, max), sample| (min.min(sample), max.max(sample)))
}

/// The mean, rounded down.
pub fn average(samples: impl Iterator<Item = i32>) -> i32 {
    let (count, sum) = samples.fold((0u64, 0.0), |(count, sum), sample| (count + 1, sum + f64::from(sample)));
    if count == 0 { 0 } else { (sum / count as f64).floor() as i32 }
}

/// The root of the mean square.
pub fn power(samples: impl Iterator<Item = i32>) -> u32 {
    let (count, sum) = samples
        .fold((0u64, 0.0), |(count, sum), sample| (count + 1, sum + f64::from(sample) * f64::from(sample)));
    if count == 0 { 0 } else { (sum / count as f64).sqrt() as u32 }
}

/// How often the sign changes; -1 without samples.
pub fn crossings(samples: impl Iterator<Item = i32>) -> isize {
    let mut last = None;
    samples.filter(|sample| last.replace(*sample < 0) != Some(*sample < 0)).count() as isize - 1
}

/// The sum of the products of two rows of samples of two bytes.
pub fn product(a: &[i16], b: &[i16]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + f64::from(*a) * f64::from(*b))
}

/// By what the second row has to be multiplied to be nearest to the first.
pub fn factor(row: &[i16], reference: &[i16]) -> f64 {
    product(row, reference) / product(reference, reference)
}

/// The sums of squares of all windows of that length, from the first on.
fn energies(row: &[i16], length: usize) -> impl Iterator<Item = f64> {
    let square = |place: usize| f64::from(row[place]) * f64::from(row[place]);
    let first = product(&row[..length], &row[..length]);
    let later = (0..row.len() - length).scan(first, move |energy, start| {
        *energy += square(start + length) - square(start);
        Some(*energy)
    });
    core::iter::once(first).chain(later)
}

/// The first window of that length with the largest energy. The row is at least as long.
pub fn loudest(row: &[i16], length: usize) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (start, energy) in energies(row, length).enumerate() {
        if energy > best.1 {
            best = (start, energy);
        }
    }
    best.0
}

/// The first window of the row that, multiplied by the best factor, is nearest to the reference, which is no longer than
/// the row; and the factor.
pub fn best_fit(row: &[i16], reference: &[i16]) -> (usize, f64) {
    let own = product(reference, reference);
    let mut best = (0, f64::INFINITY);
    for (start, energy) in energies(row, reference.len()).enumerate() {
        let common = product(&row[start..start + reference.len()], reference);
        let distance = (own * energy - common * common) / energy;
        if start == 0 || distance < best.1 {
            best = (start, distance);
        }
    }
    let start = best.0;
    (start, factor(&row[start..start + reference.len()], reference))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swings_between_turns() {
        let samples = [1, 3, 3, 0, 5, 5, -5, 7];
        assert_eq!(swings(samples.into_iter()).collect::<Vec<_>>(), [3, 5, 10]);
        assert_eq!(average_swing(samples.into_iter()), 6);
        assert_eq!(largest_swing([1, 2, 1].into_iter()), 0);
    }

    #[test]
    fn windows() {
        assert_eq!(loudest(&[1, 0, -9, 9, 2], 2), 2);
        assert_eq!(best_fit(&[5, 1, 2, 4, 9], &[2, 4, 8]), (1, 0.5));
        assert_eq!(crossings([0, 1, -1, -1, 0].into_iter()), 2);
    }
}
