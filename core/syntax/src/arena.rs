//! A bump allocator that owns one syntax tree.
//!
//! Invariants: only types without drop glue are stored (asserted at compile time), chunks never move and are freed
//! together with the arena, so a reference handed out is valid for as long as the arena is borrowed.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cell::{Cell, RefCell};
use std::mem::{align_of, needs_drop, size_of};
use std::ptr::{self, NonNull};

const FIRST_CHUNK: usize = 4 << 10;
const LARGEST_CHUNK: usize = 1 << 20;
const CHUNK_ALIGN: usize = 16;

/// Owner of everything one tree consists of.
pub struct Arena {
    next: Cell<usize>,
    end: Cell<usize>,
    chunks: RefCell<Vec<Chunk>>,
    source: Option<&'static Source>,
    ran_out: Cell<bool>,
}

/// Where chunks come from instead of Rust's allocator. Chunks are aligned to 16 bytes.
pub struct Source {
    /// Memory of that many bytes, or null.
    pub allocate: fn(usize) -> *mut u8,
    /// Takes back what `allocate` gave.
    ///
    /// # Safety
    /// Memory of `allocate` that is not used again.
    pub release: unsafe fn(*mut u8),
}

struct Chunk {
    memory: NonNull<u8>,
    layout: Layout,
    /// What the chunk goes back to; else Rust's allocator.
    source: Option<&'static Source>,
}

impl Default for Arena {
    fn default() -> Self {
        Self::new()
    }
}

impl Arena {
    /// An empty arena; it allocates its first chunk when the first value comes.
    pub const fn new() -> Self {
        Arena {
            next: Cell::new(0),
            end: Cell::new(0),
            chunks: RefCell::new(Vec::new()),
            source: None,
            ran_out: Cell::new(false),
        }
    }

    /// An arena with chunks of `source`; none when that has no memory for the first.
    pub fn from_source(source: &'static Source) -> Option<Arena> {
        let mut arena = Arena::new();
        arena.source = Some(source);
        arena.reserve_in_new_chunk(0, 1);
        (!arena.ran_out()).then_some(arena)
    }

    /// Whether the source has failed. The arena still served everything, with memory from elsewhere.
    pub fn ran_out(&self) -> bool {
        self.ran_out.get()
    }

    /// Moves `value` into the arena.
    #[inline]
    pub fn alloc<T: Copy>(&self, value: T) -> &T {
        let place = self.reserve(size_of::<T>(), align_of::<T>()).cast::<T>();
        // SAFETY: `reserve` returns unshared, aligned memory of this size that lives as long as `self`.
        unsafe {
            place.write(value);
            &*place
        }
    }

    /// Copies a slice into the arena.
    #[inline]
    pub fn alloc_slice<T: Copy>(&self, values: &[T]) -> &[T] {
        const { assert!(!needs_drop::<T>()) };
        if values.is_empty() {
            return &[];
        }
        let place = self.reserve(size_of_val(values), align_of::<T>()).cast::<T>();
        // SAFETY: as in `alloc`; the source is a live slice and cannot overlap with fresh memory.
        unsafe {
            ptr::copy_nonoverlapping(values.as_ptr(), place, values.len());
            std::slice::from_raw_parts(place, values.len())
        }
    }

    /// Copies a string into the arena.
    pub fn alloc_str(&self, text: &str) -> &str {
        let bytes = self.alloc_slice(text.as_bytes());
        // SAFETY: a copy of valid UTF-8.
        unsafe { std::str::from_utf8_unchecked(bytes) }
    }

    #[inline]
    fn reserve(&self, size: usize, align: usize) -> *mut u8 {
        let start = (self.next.get() + align - 1) & !(align - 1);
        match start.checked_add(size) {
            Some(end) if end <= self.end.get() => {
                self.next.set(end);
                ptr::with_exposed_provenance_mut(start)
            }
            _ => self.reserve_in_new_chunk(size, align),
        }
    }

    #[cold]
    fn reserve_in_new_chunk(&self, size: usize, align: usize) -> *mut u8 {
        assert!(align <= CHUNK_ALIGN);
        let mut chunks = self.chunks.borrow_mut();
        let usual = (FIRST_CHUNK << chunks.len().min(8)).min(LARGEST_CHUNK);
        let layout = Layout::from_size_align(usual.max(size.max(1)), CHUNK_ALIGN).expect("arena chunk size");
        let chunk = self.chunk_of_source(layout).unwrap_or_else(|| {
            // SAFETY: the layout's size is not zero.
            let memory = unsafe { alloc(layout) };
            let Some(memory) = NonNull::new(memory) else { handle_alloc_error(layout) };
            Chunk { memory, layout, source: None }
        });
        let memory = chunk.memory.as_ptr();
        chunks.push(chunk);
        let start = memory.expose_provenance();
        self.next.set(start + size);
        self.end.set(start + layout.size());
        memory
    }

    fn chunk_of_source(&self, layout: Layout) -> Option<Chunk> {
        let source = self.source?;
        let memory = NonNull::new((source.allocate)(layout.size()));
        self.ran_out.set(self.ran_out.get() || memory.is_none());
        Some(Chunk { memory: memory?, layout, source: Some(source) })
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        for Chunk { memory, layout, source } in self.chunks.get_mut().drain(..) {
            // SAFETY: allocated by this source, or with this layout; `drop` has exclusive access.
            unsafe {
                match source {
                    Some(source) => (source.release)(memory.as_ptr()),
                    None => dealloc(memory.as_ptr(), layout),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_source_may_run_out() {
        static LEFT: AtomicUsize = AtomicUsize::new(2);
        static SCARCE: Source = Source {
            allocate: |size| {
                if LEFT.load(Ordering::Relaxed) == 0 {
                    return ptr::null_mut();
                }
                LEFT.fetch_sub(1, Ordering::Relaxed);
                Box::leak(vec![0u128; size.div_ceil(16)].into_boxed_slice()).as_mut_ptr().cast()
            },
            release: |_| {
                LEFT.fetch_add(1, Ordering::Relaxed);
            },
        };
        let arena = Arena::from_source(&SCARCE).expect("there is memory");
        arena.alloc_slice(&[1u8; FIRST_CHUNK + 1]);
        assert!(!arena.ran_out());
        assert_eq!(arena.alloc_slice(&[3u8; LARGEST_CHUNK])[LARGEST_CHUNK - 1], 3);
        assert!(arena.ran_out() && Arena::from_source(&SCARCE).is_none());
        drop(arena);
        assert_eq!(LEFT.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn values_keep_their_place() {
        let arena = Arena::new();
        let small: Vec<&u64> = (0..10_000).map(|n| arena.alloc(n)).collect();
        let large = arena.alloc_slice(&vec![7u8; 3 << 20]);
        let text = arena.alloc_str("krait");
        assert!(small.iter().enumerate().all(|(n, v)| **v == n as u64));
        assert!(large.len() == 3 << 20 && large.iter().all(|&b| b == 7));
        assert_eq!(text, "krait");
        assert_eq!(arena.alloc_slice::<u32>(&[]), &[] as &[u32]);
    }
}
