//! Extension modules near the program. A processor predicts a jump worse when it leads out of the four gibibytes around it,
//! and the kernel puts shared libraries at the far end of the address space from a program with fixed addresses: calls of
//! a few nanoseconds, such as `PyLong_AsLong`, take a quarter longer so. While an extension module is opened, every gap
//! beyond the program's four gibibytes is therefore taken, so that the kernel finds room for it, and for the libraries
//! that it brings along, inside only. The shared library needs none of this: the kernel puts it beside the modules.

use core::ffi::c_void;
use std::fs::File;
use std::io::Read;
use std::ops::Range;

/// The size of what a near jump reaches, aligned: both ends have the upper half of their addresses in common.
const REACH: usize = 1 << 32;
const PAGE: usize = 4096;
/// As many pages as the kernel's choice among four gibibytes varies by: modules are not found at the same place each time.
const VARIED: usize = 1 << 18;

/// Gaps of the address space that stay taken until this is dropped.
pub struct Gaps(Vec<Range<usize>>);

impl Gaps {
    /// Takes the gaps, if the program is where that helps. None too where address space is limited, for then the library
    /// that is opened might want for it.
    pub fn take() -> Option<Self> {
        let here = (Self::take as fn() -> Option<Self>) as usize;
        if here >= REACH || limited() {
            return None;
        }
        let mut maps = Vec::with_capacity(1 << 14);
        File::open("/proc/self/maps").ok()?.read_to_end(&mut maps).ok()?;
        // The stack's address differs in every process.
        let varied = ((&raw const maps).addr() / PAGE % VARIED) * PAGE;
        // SAFETY: no argument but a number.
        let random = unsafe { libc::getauxval(libc::AT_RANDOM) } as usize;
        let gaps = gaps(&maps, REACH - varied, random)?;
        Some(Self(gaps.into_iter().filter(occupy).collect()))
    }
}

impl Drop for Gaps {
    fn drop(&mut self) {
        for gap in &self.0 {
            // SAFETY: mapped in `take`, by us alone, and nothing points there.
            unsafe { libc::munmap(gap.start as *mut c_void, gap.len()) };
        }
    }
}

fn limited() -> bool {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the kernel fills the variable.
    unsafe { libc::getrlimit(libc::RLIMIT_AS, &raw mut limit) != 0 || limit.rlim_cur != libc::RLIM_INFINITY }
}

/// The gaps between the mappings (in the form of `/proc/self/maps`) from address `from` on. The one below the stack stays
/// free: the kernel looks there last, and it is large, so whoever wants much while the library is opened still gets it.
/// `random` is what the kernel puts on the stack (`AT_RANDOM`). Elsewhere it is with valgrind, which has most of those
/// gaps to itself.
fn gaps(maps: &[u8], from: usize, random: usize) -> Option<Vec<Range<usize>>> {
    let mut gaps = Vec::new();
    let mut free = from;
    for line in maps.split(|byte| *byte == b'\n') {
        let (start, end) = bounds(line)?;
        if line.ends_with(b"[stack]") {
            return (start..end).contains(&random).then_some(gaps);
        }
        if start > free {
            gaps.push(free..start);
        }
        free = free.max(end);
    }
    None
}

/// Start and end of a mapping: `START-END ...`, in hexadecimal.
fn bounds(line: &[u8]) -> Option<(usize, usize)> {
    let text = core::str::from_utf8(line.split(|byte| *byte == b' ').next()?).ok()?;
    let (start, end) = text.split_once('-')?;
    Some((usize::from_str_radix(start, 16).ok()?, usize::from_str_radix(end, 16).ok()?))
}

/// Maps the gap, which costs no memory. False if another thread was faster, or the kernel does not want to.
fn occupy(gap: &Range<usize>) -> bool {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | libc::MAP_FIXED_NOREPLACE;
    let start = gap.start as *mut c_void;
    // SAFETY: replaces no mapping; a kernel that does not know the flag may choose another place, which is given back.
    unsafe {
        let mapped = libc::mmap(start, gap.len(), libc::PROT_NONE, flags, -1, 0);
        if mapped != libc::MAP_FAILED && mapped != start {
            libc::munmap(mapped, gap.len());
        }
        mapped == start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_from_the_address_on_but_not_below_the_stack() {
        let maps = b"00200000-00300000 r--p 00000000 fe:00 1    /bin/p\n\
                     100000000-100001000 rw-p 00000000 00:00 0 \n\
                     7f0000000000-7f0000002000 r-xp 00000000 fe:00 2    /lib/a.so\n\
                     7f0000003000-7f0000004000 r-xp 00000000 fe:00 2    /lib/b.so\n\
                     7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0    [stack]\n";
        let wanted =
            [0xf000_0000..0x1_0000_0000, 0x1_0000_1000..0x7f00_0000_0000, 0x7f00_0000_2000..0x7f00_0000_3000];
        assert_eq!(gaps(maps, 0xf000_0000, 0x7ffc_0001_0000).as_deref(), Some(&wanted[..]));
        assert_eq!(gaps(maps, 0xf000_0000, 0x1f_fe00_0000), None, "a stack of somebody else's");
        assert_eq!(gaps(b"", 0, 0), None);
        assert_eq!(gaps(b"00200000-00300000 r--p 00000000 fe:00 1    /bin/p\n", 0, 0x20_0000), None);
    }

    #[test]
    fn a_gap_is_taken_once_and_given_back() {
        let page = occupy_anywhere();
        let gap = page..page + PAGE;
        assert!(!occupy(&gap), "it is taken already");
        drop(Gaps(vec![gap.clone()]));
        assert!(occupy(&gap), "it was given back");
        drop(Gaps(vec![gap]));
    }

    fn occupy_anywhere() -> usize {
        // SAFETY: a new mapping.
        let mapped = unsafe {
            libc::mmap(
                core::ptr::null_mut(),
                PAGE,
                libc::PROT_NONE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        assert_ne!(mapped, libc::MAP_FAILED);
        mapped.addr()
    }
}
