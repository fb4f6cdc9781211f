//! A line and the place in it where editing happens.

/// Text in the locale's encoding. The point is always between characters.
#[derive(Clone, Default)]
pub struct Line {
    pub text: Vec<u8>,
    pub point: usize,
}

/// How many bytes the first character has: one that is not well-formed has one.
fn first_length(text: &[u8]) -> usize {
    match text.first() {
        None => 0,
        Some(0..0x80) => 1,
        Some(_) => first_char(text).map_or(1, char::len_utf8),
    }
}

/// The first character, unless the bytes are not well-formed. Encodings of one byte that are not ASCII count as such.
pub fn first_char(text: &[u8]) -> Option<char> {
    let start = &text[..text.len().min(4)];
    let valid = match core::str::from_utf8(start) {
        Ok(valid) => valid,
        Err(error) => core::str::from_utf8(&start[..error.valid_up_to()]).unwrap_or(""),
    };
    valid.chars().next()
}

/// The characters as parts of the text.
pub fn characters(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    core::iter::from_fn(move || {
        let (first, others) = rest.split_at(first_length(rest));
        rest = others;
        (!first.is_empty()).then_some(first)
    })
}

fn is_word(character: &[u8]) -> bool {
    first_char(character).is_some_and(char::is_alphanumeric)
}

fn is_space(character: &[u8]) -> bool {
    character.len() == 1 && character[0].is_ascii_whitespace()
}

impl Line {
    /// The end of the character behind a place.
    pub fn after(&self, place: usize) -> usize {
        place + first_length(&self.text[place..])
    }

    /// The start of the character in front of a place.
    pub fn before(&self, place: usize) -> usize {
        // A character has up to four bytes; the nearest start from which one reaches the place is its own.
        (place.saturating_sub(4)..place)
            .find(|start| start + first_length(&self.text[*start..]) == place && !self.is_inside(*start))
            .unwrap_or_else(|| place.saturating_sub(1))
    }

    /// Whether a place is behind the first byte of a well-formed character.
    fn is_inside(&self, place: usize) -> bool {
        (place.saturating_sub(3)..place).any(|start| start + first_length(&self.text[start..]) > place)
    }

    /// The place so many characters on.
    pub fn forward(&self, count: usize) -> usize {
        (0..count).fold(self.point, |place, _| self.after(place))
    }

    pub fn backward(&self, count: usize) -> usize {
        (0..count).fold(self.point, |place, _| self.before(place))
    }

    fn skip_forward(&self, mut place: usize, while_: impl Fn(&[u8]) -> bool) -> usize {
        while place < self.text.len() && while_(&self.text[place..self.after(place)]) {
            place = self.after(place);
        }
        place
    }

    fn skip_backward(&self, mut place: usize, while_: impl Fn(&[u8]) -> bool) -> usize {
        while place > 0 && while_(&self.text[self.before(place)..place]) {
            place = self.before(place);
        }
        place
    }

    /// The end of the word at or behind a place.
    pub fn word_end(&self, place: usize) -> usize {
        self.skip_forward(self.skip_forward(place, |c| !is_word(c)), is_word)
    }

    /// The start of the word at or in front of a place.
    pub fn word_start(&self, place: usize) -> usize {
        self.skip_backward(self.skip_backward(place, |c| !is_word(c)), is_word)
    }

    /// As [`Line::word_start`], where words are what spaces separate.
    pub fn spaced_word_start(&self, place: usize) -> usize {
        self.skip_backward(self.skip_backward(place, is_space), |c| !is_space(c))
    }

    /// The spaces round the point.
    pub fn spaces(&self) -> (usize, usize) {
        (self.skip_backward(self.point, is_space), self.skip_forward(self.point, is_space))
    }

    pub fn insert(&mut self, text: &[u8]) {
        self.text.splice(self.point..self.point, text.iter().copied());
        self.point += text.len();
    }

    /// Puts other text in the place of a part, and the point behind it.
    pub fn replace(&mut self, start: usize, end: usize, text: &[u8]) {
        self.text.splice(start..end, text.iter().copied());
        self.point = start + text.len();
    }

    /// Takes a part out; the point is where it was.
    pub fn cut(&mut self, start: usize, end: usize) -> Vec<u8> {
        self.point = start;
        self.text.drain(start..end).collect()
    }

    /// Other text, with the point at its end.
    pub fn set(&mut self, text: &[u8]) {
        self.text = text.to_vec();
        self.point = text.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_several_bytes() {
        let mut line = Line::default();
        line.insert("aé漢\u{1f40d}".as_bytes());
        line.insert(b"\xff");
        let mut places = vec![line.point];
        while line.point > 0 {
            line.point = line.backward(1);
            places.push(line.point);
        }
        assert_eq!(places, [11, 10, 6, 3, 1, 0]);
        assert_eq!(line.forward(3), 6);
        assert_eq!(characters(&line.text).count(), 5);
    }

    #[test]
    fn words() {
        let mut line = Line::default();
        line.insert("one  two.three ".as_bytes());
        assert_eq!((line.word_start(15), line.spaced_word_start(15)), (9, 5));
        assert_eq!((line.word_end(0), line.word_end(3)), (3, 8));
        assert_eq!(line.cut(5, 8), b"two");
        assert_eq!((line.spaces(), line.point), ((3, 5), 5));
    }
}
