//! The archive: compressed code and sources of the standard library, read piece by piece.

use krait_object::types::{bool, bytes, list, module, none, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method};
use krait_vm::import::{self, archive, frozen};
use std::sync::OnceLock;

/// Where a compressed piece lies in the archive, and its size when unpacked.
#[derive(Clone, Copy)]
struct Piece {
    start: usize,
    end: usize,
    size: usize,
}

/// A file of the standard library.
struct Entry {
    /// Relative to the library's folder.
    path: &'static str,
    /// Marshalled code, for modules.
    code: Option<Piece>,
    data: Piece,
}

include!(concat!(env!("OUT_DIR"), "/archive.rs"));

static PIECES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/archive.bin"));
static IMPORTER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/archive_importer.code"));

krait_object::methods! {
    static METHODS = [
        method::o(c"find", find, c"Whether there is a file of that path."),
        method::o(c"code", code, c"The marshalled code of a module, or None."),
        method::o(c"data", data, c"The contents of a file, or None."),
        method::o(c"has_spare", has_spare, c"Whether there is a compiled module of that name."),
        method::o(c"fill_spare", fill_spare, c"Fills a compiled module."),
        method::o(c"names", names, c"The files and folders in a folder."),
    ];
}

/// Gives the function that fills a compiled module, by name.
pub type FindSpare = fn(&str) -> Option<fn(&Object) -> Result<()>>;

static FIND_SPARE: OnceLock<FindSpare> = OnceLock::new();

/// Makes the archive known to import, unless it is empty.
pub(crate) fn provide(find_spare: FindSpare) {
    let _ = FIND_SPARE.set(find_spare);
    if !ENTRIES.is_empty() {
        archive::provide(install);
    }
}

/// Runs the importer, which installs its path hook.
fn install(root: &str) -> Result<()> {
    let functions = module::new_str("krait archive")?;
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(&functions, (&raw mut METHODS).cast())? };
    let name = unicode::from_str("_krait_archive")?;
    let importer = import::add_module(&name)?;
    module::add(&importer, "archive", &functions)?;
    module::add(&importer, "root", &*unicode::from_str(root)?)?;
    let code = krait_vm::marshal::loads(IMPORTER)?;
    frozen::exec_code_in(&importer, &name, &code)
}

fn entry(path: &Object) -> Result<Option<&'static Entry>> {
    let path = unicode::as_utf8(path)?;
    Ok(ENTRIES.binary_search_by(|entry| entry.path.cmp(path)).ok().map(|index| &ENTRIES[index]))
}

fn unpack(piece: Option<Piece>) -> Result<Obj> {
    let Some(piece) = piece else { return Ok(none::none().owned()) };
    let packed = &PIECES[piece.start..piece.end];
    match miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(packed, piece.size) {
        Ok(content) => bytes::from_slice(&content),
        Err(_) => Err(err::system_error("the library's archive is damaged")),
    }
}

fn find(_module: &Object, path: &Object) -> Result<Obj> {
    Ok(bool::from_bool(entry(path)?.is_some()))
}

fn code(_module: &Object, path: &Object) -> Result<Obj> {
    unpack(entry(path)?.and_then(|entry| entry.code))
}

fn data(_module: &Object, path: &Object) -> Result<Obj> {
    unpack(entry(path)?.map(|entry| entry.data))
}

fn spare(name: &Object) -> Result<Option<fn(&Object) -> Result<()>>> {
    let name = unicode::as_utf8(name)?;
    Ok(FIND_SPARE.get().and_then(|find| find(name)))
}

fn has_spare(_module: &Object, name: &Object) -> Result<Obj> {
    Ok(bool::from_bool(spare(name)?.is_some()))
}

fn fill_spare(_module: &Object, new: &Object) -> Result<()> {
    let name = module::get_name_object(new)?;
    match spare(&name)? {
        Some(fill) => fill(new),
        None => Err(err::import_error(format_args!("no compiled module named {}", unicode::as_utf8(&name)?))),
    }
}

fn names(_module: &Object, folder: &Object) -> Result<Obj> {
    let mut prefix = unicode::as_utf8(folder)?.to_owned();
    if !prefix.is_empty() {
        prefix.push('/');
    }
    let start = ENTRIES.partition_point(|entry| entry.path < prefix.as_str());
    let mut found: Vec<&str> = ENTRIES[start..]
        .iter()
        .map_while(|entry| entry.path.strip_prefix(&prefix))
        .map(|rest| rest.split('/').next().unwrap_or(rest))
        .collect();
    found.sort_unstable();
    found.dedup();
    let found = found.into_iter().map(unicode::from_str).collect::<Result<Vec<_>>>()?;
    Ok(list::from_vec(found)?.upcast())
}
