//! What happens when the library is loaded, before any host code runs: the tables of built-in and frozen modules are put
//! in place, so that a host which patches `PyImport_Inittab` or `PyImport_FrozenModules` finds them complete; and the
//! table of relocations, which nobody reads again, gives back its memory.

use core::ffi::{c_int, c_void};
use core::ptr::null_mut;
use krait_vm::import::inittab;

/// Installs the tables.
extern "C" fn install() {
    // A program with the library inside that loads an extension module which wants the shared library as well has two
    // copies, of which the first serves the module too: it has installed its tables.
    if inittab::is_empty() {
        krait_modules::install_table();
        // SAFETY: nothing runs yet.
        unsafe { krait_stdlib::install(krait_modules::spare::find) };
    }
    // SAFETY: the visitor gets what the loader knows of each object.
    unsafe { libc::dl_iterate_phdr(Some(forget_relocations), null_mut()) };
}

#[used]
#[unsafe(link_section = ".init_array")]
static AT_LOAD: extern "C" fn() = install;

/// Tags of entries of the dynamic section.
const DT_NULL: u64 = 0;
const DT_RELA: u64 = 7;
const DT_RELASZ: u64 = 8;

/// Unmaps the pages of the relocation table of the object that this function is in, and ends the search there. The
/// pages belong to the file and come back should anybody look.
unsafe extern "C" fn forget_relocations(info: *mut libc::dl_phdr_info, _: usize, _: *mut c_void) -> c_int {
    // SAFETY: the loader's description of a loaded object; advice about pages that cannot be written loses nothing.
    unsafe {
        let base = (*info).dlpi_addr;
        let headers = core::slice::from_raw_parts((*info).dlpi_phdr, usize::from((*info).dlpi_phnum));
        let within = |header: &libc::Elf64_Phdr, address: u64| {
            header.p_type == libc::PT_LOAD
                && (base + header.p_vaddr..base + header.p_vaddr + header.p_filesz).contains(&address)
        };
        if !headers.iter().any(|header| within(header, forget_relocations as *const () as u64)) {
            return 0;
        }
        let Some(dynamic) = headers.iter().find(|header| header.p_type == libc::PT_DYNAMIC) else { return 1 };
        let (mut start, mut size) = (0, 0);
        let mut entry = (base + dynamic.p_vaddr) as *const [u64; 2];
        while (*entry)[0] != DT_NULL {
            match *entry {
                // glibc has turned the offset into an address, other loaders have not.
                [DT_RELA, place] => start = if place < base { base + place } else { place },
                [DT_RELASZ, bytes] => size = bytes,
                _ => {}
            }
            entry = entry.add(1);
        }
        let page = libc::sysconf(libc::_SC_PAGESIZE) as u64;
        let (first, end) = (start.next_multiple_of(page), (start + size) / page * page);
        let read_only =
            |header: &&libc::Elf64_Phdr| within(header, start) && header.p_flags & libc::PF_W == 0;
        if first < end && headers.iter().any(|header| read_only(&header)) {
            libc::madvise(first as *mut c_void, (end - first) as usize, libc::MADV_DONTNEED);
        }
        1
    }
}
