//! Searches for one byte, by the C library: the loader has chosen the vectors that suit the processor already, where the
//! finders of `memchr` would ask it at their first use, which takes long on virtual machines.

/// Position of the first such byte.
#[inline]
pub fn find(byte: u8, text: &[u8]) -> Option<usize> {
    // SAFETY: so many bytes are read at most.
    let found = unsafe { libc::memchr(text.as_ptr().cast(), byte.into(), text.len()) };
    (!found.is_null()).then(|| found.addr() - text.as_ptr().addr())
}

/// Position of the last such byte.
#[inline]
pub fn rfind(byte: u8, text: &[u8]) -> Option<usize> {
    // SAFETY: so many bytes are read at most.
    let found = unsafe { libc::memrchr(text.as_ptr().cast(), byte.into(), text.len()) };
    (!found.is_null()).then(|| found.addr() - text.as_ptr().addr())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_and_last() {
        for (text, expected) in [("", None), ("b", None), ("a", Some((0, 0))), ("bacab", Some((1, 3)))] {
            let text = text.as_bytes();
            assert_eq!(find(b'a', text).zip(rfind(b'a', text)), expected);
        }
    }
}
