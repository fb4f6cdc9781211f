//! The pages that every start touches, brought in with three calls: one by one, each would cost a page fault, and on virtual
//! machines those are most of what starting costs. Where the kernel does not know how (before 5.14), nothing happens.

use core::ffi::c_void;

/// The page size that the linker counts on.
const PAGE: usize = 4096;

/// The code that start-up runs (`order.ld`), what the linker has filled in, and all variables.
pub fn bring_in() {
    // SAFETY: the kernel passes the address of the program's own headers, and how many there are.
    let headers = unsafe {
        let first = libc::getauxval(libc::AT_PHDR) as *const libc::Elf64_Phdr;
        core::slice::from_raw_parts(first, libc::getauxval(libc::AT_PHNUM) as usize)
    };
    // The program is no PIE: addresses in it are those that the linker gave.
    let range =
        |header: &libc::Elf64_Phdr| (header.p_vaddr as usize, (header.p_vaddr + header.p_memsz) as usize);
    let constant = headers.iter().find(|header| header.p_type == libc::PT_GNU_RELRO).map(range);
    if let Some((start, end)) = constant {
        populate(start, end, libc::MADV_POPULATE_READ);
    }
    for header in headers.iter().filter(|header| header.p_type == libc::PT_LOAD) {
        let (start, end) = range(header);
        if header.p_flags & libc::PF_W != 0 && constant.is_none_or(|(from, _)| from != start) {
            populate(start, end, libc::MADV_POPULATE_WRITE);
        }
    }
    #[cfg(ordered)]
    populate(
        (&raw const krait_startup).addr(),
        (&raw const krait_startup_end).addr(),
        libc::MADV_POPULATE_READ,
    );
}

#[cfg(ordered)]
unsafe extern "C" {
    /// Where `order.ld` puts the functions that start-up runs.
    static krait_startup: u8;
    static krait_startup_end: u8;
}

fn populate(start: usize, end: usize, advice: i32) {
    let start = start / PAGE * PAGE;
    // SAFETY: pages of the program itself; that they are there changes nothing in them.
    unsafe { libc::madvise(start as *mut c_void, end - start, advice) };
}
