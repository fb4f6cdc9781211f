//! The heap of Rust code.

use super::reserve;
use core::alloc::{GlobalAlloc, Layout};
use core::ffi::c_void;
use libmimalloc_sys as mi;

/// The heap of Rust code, for a library that makes it its global allocator: mimalloc, whatever the domains use.
pub struct RustHeap;

/// Up to this mimalloc aligns every block.
const ALIGNED: usize = 16;

impl RustHeap {
    /// Asks once more with the reserve given back: most of Rust's requests end the process when they fail.
    #[inline]
    fn insist(request: impl Fn() -> *mut c_void) -> *mut u8 {
        let block = request();
        if block.is_null() && reserve::release() {
            return request().cast();
        }
        block.cast()
    }
}

// SAFETY: mimalloc keeps the contract of an allocator.
unsafe impl GlobalAlloc for RustHeap {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the layout's size and alignment are valid. Blocks smaller than 16 bytes are aligned to their size only.
        Self::insist(|| unsafe {
            if layout.align() <= ALIGNED && layout.align() <= layout.size() {
                mi::mi_malloc(layout.size())
            } else {
                mi::mi_malloc_aligned(layout.size(), layout.align())
            }
        })
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        Self::insist(|| unsafe {
            if layout.align() <= ALIGNED && layout.align() <= layout.size() {
                mi::mi_zalloc(layout.size())
            } else {
                mi::mi_zalloc_aligned(layout.size(), layout.align())
            }
        })
    }

    #[inline]
    unsafe fn dealloc(&self, ptr: *mut u8, _layout: Layout) {
        // SAFETY: a block of this heap.
        unsafe { mi::mi_free(ptr.cast()) }
    }

    #[inline]
    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: a block of this heap, which a failed request leaves as it is.
        Self::insist(|| unsafe {
            if layout.align() <= ALIGNED && layout.align() <= size {
                mi::mi_realloc(ptr.cast(), size)
            } else {
                mi::mi_realloc_aligned(ptr.cast(), size, layout.align())
            }
        })
    }
}
