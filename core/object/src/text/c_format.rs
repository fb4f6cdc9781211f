//! The arguments of C's `printf`-like functions: `PyUnicode_FromFormat`, `PyBytes_FromFormat`, `PyErr_Format`.

/// Where the arguments come from: a `va_list`, or an array in tests.
///
/// # Safety
/// The implementor hands out what the caller of the C function has passed; readers ask for what the format says.
pub unsafe trait Arguments {
    /// The next integer or pointer argument. What is narrower than 64 bits has undefined upper bits.
    fn word(&mut self) -> u64;

    /// The next floating-point argument.
    fn double(&mut self) -> f64;
}

/// Arguments from a slice of words.
pub struct Words<'a>(pub &'a [u64]);

// SAFETY: as many words as the format asks for must be there; the test that writes both sees to it.
unsafe impl Arguments for Words<'_> {
    fn word(&mut self) -> u64 {
        let (first, rest) = self.0.split_first().expect("one word for each unit");
        self.0 = rest;
        *first
    }

    fn double(&mut self) -> f64 {
        f64::from_bits(self.word())
    }
}

/// How wide an integer argument is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Width {
    /// `int`
    Int,
    /// `long`, `long long`, `Py_ssize_t`
    Long,
}

impl Width {
    /// A signed argument in decimal.
    pub fn signed(self, word: u64) -> String {
        match self {
            Width::Int => (word as i32).to_string(),
            Width::Long => (word as i64).to_string(),
        }
    }

    /// An unsigned argument in decimal.
    pub fn unsigned(self, word: u64) -> String {
        match self {
            Width::Int => (word as u32).to_string(),
            Width::Long => word.to_string(),
        }
    }
}

/// A pointer as C's `%p` shows it, with `0x` in front in every case.
pub fn pointer(word: u64) -> String {
    if word == 0 { "0x(nil)".to_owned() } else { format!("{word:#x}") }
}

/// A decimal number at `at`, if there is one; `Some(None)` if it is too big for a `Py_ssize_t`.
pub fn number(format: &[u8], at: &mut usize) -> Option<Option<usize>> {
    let mut value = None;
    while let Some(digit @ b'0'..=b'9') = format.get(*at) {
        let next =
            value.unwrap_or(0usize).checked_mul(10).and_then(|v| v.checked_add(usize::from(digit - b'0')));
        match next.filter(|&v| v <= isize::MAX as usize) {
            Some(next) => value = Some(next),
            None => return Some(None),
        }
        *at += 1;
    }
    value.map(Some)
}
