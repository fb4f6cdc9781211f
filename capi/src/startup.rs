//! What happens when the library is loaded, before any host code runs: the tables of built-in and frozen modules are put
//! in place, so that a host which patches `PyImport_Inittab` or `PyImport_FrozenModules` finds them complete.

/// Installs the tables.
extern "C" fn install() {
    krait_modules::install_table();
    // SAFETY: nothing runs yet.
    unsafe { krait_stdlib::install(krait_modules::spare::find) };
}

#[used]
#[unsafe(link_section = ".init_array")]
static AT_LOAD: extern "C" fn() = install;
