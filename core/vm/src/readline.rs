//! `PyOS_Readline`: a line from the terminal, through the hook of the `readline` module or the standard input.

use krait_object::{Result, err, state};

/// What came of asking for a line.
pub enum Line {
    /// A line with its newline; empty at the end of the input.
    Text(Vec<u8>),
    /// The user interrupted.
    Interrupted,
}

/// Reads a line from standard input after writing the prompt to standard error.
pub fn read_line(prompt: &[u8]) -> Result<Line> {
    err::write_stderr_raw(prompt);
    let mut line = Vec::new();
    let ended = state::allow_threads(|| {
        loop {
            let mut byte = 0u8;
            // SAFETY: one byte of room.
            let count = unsafe { libc::read(0, (&raw mut byte).cast(), 1) };
            match count {
                1 => {
                    line.push(byte);
                    if byte == b'\n' {
                        return Ok(());
                    }
                }
                0 => return Ok(()),
                _ => return Err(err::last_errno()),
            }
        }
    });
    match ended {
        Ok(()) => Ok(Line::Text(line)),
        Err(libc::EINTR) => Ok(Line::Interrupted),
        Err(errno) => Err(err::from_errno(errno, None, None)),
    }
}
