//! Reading directories: `scandir`, `DirEntry`.

use super::files::stat_raw;
use super::path::{ANY, Path};
use crate::support::audit;
use core::cell::{Cell, RefCell};
use core::ffi::{CStr, c_int, c_ulong};
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::ObjCell;
use krait_object::payload::{self, Head, Payload};
use krait_object::types::typeobject::Type;
use krait_object::types::{exceptions, genericalias, long, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, err, heap_type, method, payload_class, slot, state};

/// An open directory of the system.
pub struct Directory {
    stream: *mut libc::DIR,
    /// Whether the position belongs to a descriptor of the caller's, and is put back.
    shared: bool,
}

/// What the system tells of an entry.
pub struct RawEntry {
    /// The name.
    pub name: Vec<u8>,
    kind: u8,
    inode: u64,
}

impl Directory {
    /// Opens the directory of a path argument.
    pub fn open(path: &Path) -> Result<Directory> {
        let stream;
        if path.fd != -1 {
            // The stream owns its descriptor, so it gets a copy.
            let fd = crate::fileutils::dup(path.fd)?;
            // SAFETY: no precondition.
            stream = state::allow_threads(|| unsafe { libc::fdopendir(fd) });
            if stream.is_null() {
                let errno = err::last_errno();
                // SAFETY: the copy is ours.
                unsafe { libc::close(fd) };
                return Err(path.error(errno));
            }
        } else {
            let name = path.as_cstr();
            // SAFETY: a C string.
            let (opened, errno) =
                state::allow_threads(|| unsafe { (libc::opendir(name.as_ptr()), err::last_errno()) });
            if opened.is_null() {
                return Err(path.error(errno));
            }
            stream = opened;
        }
        Ok(Directory { stream, shared: path.fd != -1 })
    }

    /// The next entry but `.` and `..`; None at the end.
    pub fn next(&mut self, path: &Path) -> Result<Option<RawEntry>> {
        loop {
            // SAFETY: an open stream; the entry is used before the next call.
            let (entry, errno) = state::allow_threads(|| unsafe {
                *libc::__errno_location() = 0;
                let entry = libc::readdir64(self.stream);
                (entry, err::last_errno())
            });
            if entry.is_null() {
                return if errno == 0 { Ok(None) } else { Err(path.error(errno)) };
            }
            // SAFETY: the entry that was just read.
            unsafe {
                let name = CStr::from_ptr((*entry).d_name.as_ptr()).to_bytes();
                if name == b"." || name == b".." {
                    continue;
                }
                return Ok(Some(RawEntry {
                    name: name.to_vec(),
                    kind: (*entry).d_type,
                    inode: (*entry).d_ino,
                }));
            }
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let (stream, shared) = (self.stream, self.shared);
        // SAFETY: an open stream, closed once.
        let close = move || unsafe {
            if shared {
                libc::rewinddir(stream);
            }
            libc::closedir(stream);
        };
        if state::current().is_null() { close() } else { state::allow_threads(close) }
    }
}

// ---- the iterator -------------------------------------------------------------------------------------------------

/// The iterator that `scandir` gives.
#[repr(C)]
pub struct ScandirIterator {
    head: Head,
    path: Path,
    /// None once it is closed. Taken out while an entry is read without the GIL.
    directory: RefCell<Option<Directory>>,
}

heap_type! {
    /// `posix.ScandirIterator`
    pub static SCANDIR_ITERATOR = {
        tp_name: c"posix.ScandirIterator".as_ptr(),
        tp_basicsize: size_of::<ScandirIterator>() as Py_ssize_t,
        tp_dealloc: Some(scandir_dealloc),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_FINALIZE) as c_ulong,
        tp_iter: Some(krait_object::protocol::object::PyObject_SelfIter),
        tp_iternext: slot::iternext(scandir_next),
        tp_methods: (&raw mut SCANDIR_METHODS).cast(),
        tp_new: slot::new(no_new),
        tp_finalize: Some(scandir_finalize),
    };
}
payload_class!(ScandirIterator, heap SCANDIR_ITERATOR);
impl Payload for ScandirIterator {}

krait_object::methods! {
    static SCANDIR_METHODS = [
        method::noargs(c"__enter__", scandir_enter, c""),
        method::fastcall(c"__exit__", scandir_exit, c""),
        method::noargs(c"close", scandir_close, c""),
    ];
}

fn no_new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    Err(err::type_error(format_args!("cannot create '{:.100}' instances", class.short_name())))
}

/// `scandir(path=None)`
pub fn scandir(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [path] = const { Signature::new("scandir", ["path"]).required(0) }.bind(args)?;
    let path = Path::new("scandir", "path", path, ANY)?;
    audit("os.scandir", [path.for_audit()])?;
    let directory = Directory::open(&path)?;
    let iterator = payload::new(ScandirIterator::class(), |head| ScandirIterator {
        head,
        path,
        directory: RefCell::new(Some(directory)),
    })?;
    Ok(iterator.upcast())
}

fn scandir_next(this: &ScandirIterator) -> Result<Option<Obj>> {
    let Some(mut directory) = this.directory.borrow_mut().take() else { return Ok(None) };
    match directory.next(&this.path)? {
        Some(entry) => {
            *this.directory.borrow_mut() = Some(directory);
            DirEntry::new(&this.path, &entry).map(Some)
        }
        // Dropping closes it.
        None => Ok(None),
    }
}

fn close(this: &ScandirIterator) {
    let directory = this.directory.borrow_mut().take();
    drop(directory);
}

fn scandir_close(this: &ScandirIterator) -> Result<()> {
    close(this);
    Ok(())
}

fn scandir_enter(this: &ScandirIterator) -> Result<Obj> {
    Ok(this.object().owned())
}

fn scandir_exit(this: &ScandirIterator, _args: &[&Object]) -> Result<()> {
    close(this);
    Ok(())
}

/// Warns about an iterator that nobody has closed, and closes it.
unsafe extern "C" fn scandir_finalize(object: *mut PyObject) {
    krait_object::slot::guard((), || {
        // SAFETY: an instance of the class.
        let this = unsafe { Object::from_ptr(object).cast_unchecked::<ScandirIterator>() };
        if this.directory.borrow().is_none() {
            return;
        }
        let saved = err::fetch();
        let warned = krait_object::protocol::object::repr(this.object()).and_then(|text| {
            let text = unicode::to_string_lossy(&text);
            warn_resource(this.object(), &format!("unclosed scandir iterator {text}"))
        });
        if warned.is_err() {
            // The warning is an error: it is shown, as nobody can catch it here.
            if err::matches(exceptions::Warning()) {
                err::write_unraisable(Some(this.object()));
            } else {
                err::clear();
            }
        }
        close(this);
        if let Some(saved) = saved {
            let _ = err::restore(saved);
        }
    });
}

/// `PyErr_ResourceWarning`.
fn warn_resource(source: &Object, message: &str) -> Result<()> {
    let message = krait_object::types::unicode::from_str(message)?;
    krait_vm::warnings::warn_about(exceptions::ResourceWarning(), &message, 1, Some(source))
}

unsafe extern "C" fn scandir_dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone; the finaliser may bring the object back.
    unsafe {
        if krait_object::protocol::object::call_finalizer_from_dealloc(object) {
            return;
        }
        if let Some(dealloc) = payload::dealloc::<ScandirIterator>() {
            dealloc(object);
        }
    }
}

// ---- entries ------------------------------------------------------------------------------------------------------

/// `os.DirEntry`
#[repr(C)]
pub struct DirEntry {
    head: Head,
    name: ObjCell,
    path: ObjCell,
    stat: ObjCell,
    lstat: ObjCell,
    kind: Cell<u8>,
    inode: Cell<u64>,
    dir_fd: Cell<c_int>,
}

heap_type! {
    /// `os.DirEntry`
    pub static DIR_ENTRY = {
        tp_name: c"posix.DirEntry".as_ptr(),
        tp_basicsize: size_of::<DirEntry>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<DirEntry>(),
        tp_repr: slot::unary(repr),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_new: slot::new(no_new),
    };
}
payload_class!(DirEntry, heap DIR_ENTRY);
impl Payload for DirEntry {}

krait_object::methods! {
    static METHODS = [
        method::keywords(c"is_dir", is_dir, c"is_dir($self, /, *, follow_symlinks=True)\n--\n\nWhether the entry is a directory. What the system has told already is used again."),
        method::keywords(c"is_file", is_file, c"is_file($self, /, *, follow_symlinks=True)\n--\n\nWhether the entry is a regular file. What the system has told already is used again."),
        method::keywords(c"is_symlink", is_symlink, c"is_symlink($self, /)\n--\n\nWhether the entry is a symbolic link. What the system has told already is used again."),
        method::keywords(c"stat", stat, c"stat($self, /, *, follow_symlinks=True)\n--\n\nThe stat_result of the entry. What the system has told already is used again."),
        method::noargs(c"inode", inode, c"inode($self, /)\n--\n\nThe inode of the entry. What the system has told already is used again."),
        method::noargs(c"__fspath__", fspath, c"__fspath__($self, /)\n--\n\nThe path of the entry."),
        method::with_flags(method::o(c"__class_getitem__", class_getitem, c"An alias for os.DirEntry with a type argument"), METH_CLASS as c_int),
    ];
}

krait_object::members! {
    static MEMBERS = [
        method::member(c"name", T_OBJECT_EX as c_int, offset_of!(DirEntry, name), READONLY as c_int, c"the entry's base filename, relative to scandir() \"path\" argument"),
        method::member(c"path", T_OBJECT_EX as c_int, offset_of!(DirEntry, path), READONLY as c_int, c"the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)"),
    ];
}

impl DirEntry {
    fn new(directory: &Path, entry: &RawEntry) -> Result<Obj> {
        let name = directory.name(&entry.name)?;
        let (path, dir_fd) = if directory.fd != -1 {
            (name.clone(), directory.fd)
        } else {
            let base = directory.as_bytes().unwrap_or(b".");
            let mut full = Vec::with_capacity(base.len() + 1 + entry.name.len());
            full.extend_from_slice(base);
            if !base.is_empty() && !base.ends_with(b"/") {
                full.push(b'/');
            }
            full.extend_from_slice(&entry.name);
            (directory.name(&full)?, libc::AT_FDCWD)
        };
        let new = payload::new(DirEntry::class(), |head| DirEntry {
            head,
            name: ObjCell::new(name),
            path: ObjCell::new(path),
            stat: ObjCell::empty(),
            lstat: ObjCell::empty(),
            kind: Cell::new(entry.kind),
            inode: Cell::new(entry.inode),
            dir_fd: Cell::new(dir_fd),
        })?;
        Ok(new.upcast())
    }

    fn fetch(&self, follow: bool) -> Result<Obj> {
        let path = Path::new("DirEntry", "path", self.path.get().as_deref(), super::path::TEXT)?;
        match stat_raw(&path, self.dir_fd.get(), follow) {
            Ok(st) => super::results::stat_result(&st),
            Err(errno) => Err(path.error(errno)),
        }
    }

    fn get_lstat(&self) -> Result<Obj> {
        if let Some(known) = self.lstat.get() {
            return Ok(known);
        }
        let fetched = self.fetch(false)?;
        self.lstat.set(fetched.clone());
        Ok(fetched)
    }

    fn get_stat(&self, follow: bool) -> Result<Obj> {
        if !follow {
            return self.get_lstat();
        }
        if let Some(known) = self.stat.get() {
            return Ok(known);
        }
        let fetched = if self.test_symlink()? { self.fetch(true)? } else { self.get_lstat()? };
        self.stat.set(fetched.clone());
        Ok(fetched)
    }

    fn test_symlink(&self) -> Result<bool> {
        match self.kind.get() {
            libc::DT_UNKNOWN => self.test_mode(false, libc::S_IFLNK),
            kind => Ok(kind == libc::DT_LNK),
        }
    }

    /// Whether the entry is of a type; what does not exist any more is of none.
    fn test_mode(&self, follow: bool, wanted: libc::mode_t) -> Result<bool> {
        let kind = self.kind.get();
        if kind != libc::DT_UNKNOWN && !(follow && kind == libc::DT_LNK) {
            return Ok(match wanted {
                libc::S_IFDIR => kind == libc::DT_DIR,
                libc::S_IFLNK => kind == libc::DT_LNK,
                _ => kind == libc::DT_REG,
            });
        }
        let status = match self.get_stat(follow) {
            Ok(status) => status,
            Err(_) if err::matches(exceptions::FileNotFoundError()) => {
                err::clear();
                return Ok(false);
            }
            Err(raised) => return Err(raised),
        };
        let mode = krait_object::protocol::object::get_attr(&status, krait_object::intern!("st_mode"))?;
        Ok(long::as_i64(&mode)? as libc::mode_t & libc::S_IFMT == wanted)
    }
}

fn follow_argument(args: Args<'_>, signature: &Signature<1>) -> Result<bool> {
    let [follow] = signature.bind(args)?;
    super::path::flag(follow, true)
}

fn is_dir(this: &DirEntry, args: Args<'_>) -> Result<bool> {
    static SIGNATURE: Signature<1> =
        Signature::new("is_dir", ["follow_symlinks"]).required(0).keyword_only_from(0);
    this.test_mode(follow_argument(args, &SIGNATURE)?, libc::S_IFDIR)
}

fn is_file(this: &DirEntry, args: Args<'_>) -> Result<bool> {
    static SIGNATURE: Signature<1> =
        Signature::new("is_file", ["follow_symlinks"]).required(0).keyword_only_from(0);
    this.test_mode(follow_argument(args, &SIGNATURE)?, libc::S_IFREG)
}

fn is_symlink(this: &DirEntry, args: Args<'_>) -> Result<bool> {
    Signature::new("is_symlink", []).bind(args)?;
    this.test_symlink()
}

fn stat(this: &DirEntry, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<1> =
        Signature::new("stat", ["follow_symlinks"]).required(0).keyword_only_from(0);
    this.get_stat(follow_argument(args, &SIGNATURE)?)
}

fn inode(this: &DirEntry) -> Result<u64> {
    Ok(this.inode.get())
}

fn fspath(this: &DirEntry) -> Result<Obj> {
    Ok(this.path.get_or_none())
}

fn repr(this: &DirEntry) -> Result<Obj> {
    let name = krait_object::protocol::object::repr(&this.name.get_or_none())?;
    unicode::from_str(&format!("<DirEntry {}>", unicode::to_string_lossy(&name)))
}

fn class_getitem(class: &Object, item: &Object) -> Result<Obj> {
    genericalias::new(class, item)
}
