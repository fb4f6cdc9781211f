//! What a pickler writes: a buffer, divided into frames from protocol 4 on.
//!
//! A frame's head is reserved with its first instruction and filled in when it is complete; frames end between objects
//! only. Large blocks of bytes stand between frames.

use super::opcodes::{FRAME, FRAME_HEAD, FRAME_LEAST, FRAME_TARGET};
use krait_object::protocol::call;
use krait_object::types::bytes;
use krait_object::{Obj, Object, Result};

/// The buffer and where it goes.
pub struct Output {
    buffer: Vec<u8>,
    /// The file's method; without it everything stays in the buffer.
    write: Option<Obj>,
    framing: bool,
    /// Where the head of the current frame is.
    frame: Option<usize>,
}

impl Output {
    /// An empty buffer.
    pub fn new(write: Option<Obj>) -> Output {
        Output { buffer: Vec::with_capacity(512), write, framing: false, frame: None }
    }

    /// From now on there are frames.
    pub fn start_framing(&mut self) {
        self.framing = true;
    }

    /// Reserves the head of a frame where one begins.
    #[inline(always)]
    fn open(&mut self) {
        if self.framing && self.frame.is_none() {
            self.frame = Some(self.buffer.len());
            self.buffer.extend_from_slice(&[0; FRAME_HEAD]);
        }
    }

    /// Writes an instruction or part of one.
    #[inline]
    pub fn write(&mut self, bytes: &[u8]) {
        self.open();
        self.buffer.extend_from_slice(bytes);
    }

    /// Writes an instruction without arguments.
    #[inline]
    pub fn op(&mut self, code: u8) {
        self.open();
        self.buffer.push(code);
    }

    /// Completes the frame.
    pub fn commit(&mut self) {
        let Some(start) = self.frame.take() else { return };
        let length = self.buffer.len() - start - FRAME_HEAD;
        if length >= FRAME_LEAST {
            self.buffer[start] = FRAME;
            self.buffer[start + 1..start + FRAME_HEAD].copy_from_slice(&(length as u64).to_le_bytes());
        } else {
            self.buffer.drain(start..start + FRAME_HEAD);
        }
    }

    /// Between two objects: the frame ends here if it is large enough.
    #[inline]
    pub fn boundary(&mut self) -> Result<()> {
        match self.frame {
            Some(start) if self.buffer.len() - start - FRAME_HEAD >= FRAME_TARGET => self.end_frame(),
            _ => Ok(()),
        }
    }

    #[cold]
    fn end_frame(&mut self) -> Result<()> {
        self.commit();
        self.flush()
    }

    /// Writes an instruction with its data. Large data goes to the file directly, as `object` if that is what it is.
    pub fn write_data(&mut self, head: &[u8], data: &[u8], object: Option<&Object>) -> Result<()> {
        if data.len() < FRAME_TARGET {
            self.write(head);
            self.buffer.extend_from_slice(data);
            return Ok(());
        }
        self.commit();
        self.buffer.extend_from_slice(head);
        let Some(write) = self.write.clone() else {
            self.buffer.extend_from_slice(data);
            return Ok(());
        };
        self.flush()?;
        let copy;
        let object = match object {
            Some(object) => object,
            None => {
                copy = bytes::from_slice(data)?;
                &copy
            }
        };
        call::call1(&write, object).map(drop)
    }

    /// Sends the buffer to the file, if there is one.
    pub fn flush(&mut self) -> Result<()> {
        let Some(write) = self.write.clone() else { return Ok(()) };
        let contents = bytes::from_slice(&self.buffer)?;
        self.buffer.clear();
        call::call1(&write, &contents).map(drop)
    }

    /// The end of the stream.
    pub fn finish(&mut self) {
        self.commit();
        self.framing = false;
    }

    /// The contents of the buffer.
    pub fn to_bytes(&self) -> Result<Obj> {
        bytes::from_slice(&self.buffer)
    }
}
