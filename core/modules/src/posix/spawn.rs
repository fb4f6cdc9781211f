//! Starting programs: `exec*`, `posix_spawn`.

use super::path::{FD, Path, TEXT};
use super::sched;
use crate::support::{audit, int};
use core::ffi::{c_char, c_int, c_short};
use core::mem::MaybeUninit;
use krait_object::args::{Args, Signature, check_positional};
use krait_object::protocol::{mapping, object, sequence};
use krait_object::types::{bytes, list, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err};

/// Strings for `exec`: the objects that keep them, and their pointers with a NULL at the end.
pub struct Strings {
    kept: Vec<Obj>,
    pointers: Vec<*mut c_char>,
}

impl Strings {
    fn new() -> Strings {
        Strings { kept: Vec::new(), pointers: vec![core::ptr::null_mut()] }
    }

    /// Adds a bytes object.
    fn push(&mut self, text: Obj) {
        // The content of a bytes object is followed by a NUL.
        let pointer = bytes::as_slice(&text).as_ptr().cast_mut().cast();
        self.pointers.insert(self.pointers.len() - 1, pointer);
        self.kept.push(text);
    }

    fn as_ptr(&self) -> *const *const c_char {
        self.pointers.as_ptr().cast()
    }

    fn first_is_empty(&self) -> bool {
        self.kept.first().is_some_and(|text| bytes::as_slice(text).is_empty())
    }
}

/// Arguments from a tuple or list of paths.
fn arguments(given: &Object) -> Result<Strings> {
    let mut strings = Strings::new();
    for index in 0..object::len(given)? {
        let item = sequence::get_item(given, index as isize)?;
        strings.push(unicode::fs_converter(&item)?);
    }
    Ok(strings)
}

fn is_sequence(given: &Object) -> bool {
    tuple::check(given) || list::check(given)
}

/// An environment from a mapping.
pub fn environment(given: &Object) -> Result<Strings> {
    let (keys, values) = (mapping::keys(given)?, mapping::values(given)?);
    if !list::check(&keys) || !list::check(&values) {
        return Err(err::type_error("env.keys() or env.values() is not a list"));
    }
    let mut strings = Strings::new();
    for index in 0..object::len(&keys)? {
        let key = unicode::fs_converter(&*sequence::get_item(&keys, index as isize)?)?;
        let value = unicode::fs_converter(&*sequence::get_item(&values, index as isize)?)?;
        let (key, value) = (bytes::as_slice(&key), bytes::as_slice(&value));
        // A name may begin with '=' on some systems.
        if key.is_empty() || key[1..].contains(&b'=') {
            return Err(err::value_error("illegal environment variable name"));
        }
        strings.push(bytes::from_slice(&[key, b"=", value].concat())?);
    }
    Ok(strings)
}

pub fn execv(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("execv", args.len(), 2, 2)?;
    let path = Path::new("execv", "path", Some(args[0]), TEXT)?;
    if !is_sequence(args[1]) {
        return Err(err::type_error("execv() arg 2 must be a tuple or list"));
    }
    if object::len(args[1])? < 1 {
        return Err(err::value_error("execv() arg 2 must not be empty"));
    }
    let argv = arguments(args[1])?;
    if argv.first_is_empty() {
        return Err(err::value_error("execv() arg 2 first element cannot be empty"));
    }
    audit("os.exec", [path.for_audit(), args[1].owned(), none::none().owned()])?;
    // SAFETY: C strings that are kept.
    unsafe { libc::execv(path.as_ptr(), argv.as_ptr()) };
    Err(err::from_last_errno())
}

pub fn execve(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path, argv, env] = const { Signature::new("execve", ["path", "argv", "env"]) }.bind(args)?;
    let path = Path::new("execve", "path", path, FD)?;
    let (given, env) = (argv.unwrap_or(none::none()), env.unwrap_or(none::none()));
    if !is_sequence(given) {
        return Err(err::type_error("execve: argv must be a tuple or list"));
    }
    if object::len(given)? < 1 {
        return Err(err::value_error("execve: argv must not be empty"));
    }
    if !mapping::check(env) {
        return Err(err::type_error("execve: environment must be a mapping object"));
    }
    let argv = arguments(given)?;
    if argv.first_is_empty() {
        return Err(err::value_error("execve: argv first element cannot be empty"));
    }
    let envp = environment(env)?;
    audit("os.exec", [path.for_audit(), given.owned(), env.owned()])?;
    // SAFETY: C strings that are kept.
    unsafe {
        if path.fd > -1 {
            libc::fexecve(path.fd, argv.as_ptr(), envp.as_ptr());
        } else {
            libc::execve(path.as_ptr(), argv.as_ptr(), envp.as_ptr());
        }
    }
    Err(path.error(err::last_errno()))
}

// ---- posix_spawn --------------------------------------------------------------------------------------------------

/// Attributes of the new process.
struct Attributes(Box<MaybeUninit<libc::posix_spawnattr_t>>);

/// `POSIX_SPAWN_SETSID` of the C library.
const SETSID: c_int = 0x80;

fn status(result: c_int) -> Result<()> {
    if result == 0 { Ok(()) } else { Err(crate::support::os_error(result)) }
}

impl Attributes {
    fn new() -> Result<Attributes> {
        let mut attributes = Box::new(MaybeUninit::uninit());
        // SAFETY: a valid place.
        status(unsafe { libc::posix_spawnattr_init(attributes.as_mut_ptr()) })?;
        Ok(Attributes(attributes))
    }

    fn as_mut_ptr(&mut self) -> *mut libc::posix_spawnattr_t {
        self.0.as_mut_ptr()
    }

    /// Sets what the keyword arguments ask for.
    fn set(&mut self, function: &str, options: &Options<'_>) -> Result<()> {
        let mut flags = 0;
        let raw = self.as_mut_ptr();
        // SAFETY: initialised attributes and valid arguments.
        unsafe {
            if let Some(group) = options.setpgroup {
                status(libc::posix_spawnattr_setpgroup(raw, int(group)?))?;
                flags |= libc::POSIX_SPAWN_SETPGROUP;
            }
            if options.resetids {
                flags |= libc::POSIX_SPAWN_RESETIDS;
            }
            if options.setsid {
                flags |= SETSID;
            }
            if let Some(mask) = options.setsigmask {
                status(libc::posix_spawnattr_setsigmask(raw, &crate::signal::sigset_converter(mask)?))?;
                flags |= libc::POSIX_SPAWN_SETSIGMASK;
            }
            if let Some(signals) = options.setsigdef {
                status(libc::posix_spawnattr_setsigdefault(raw, &crate::signal::sigset_converter(signals)?))?;
                flags |= libc::POSIX_SPAWN_SETSIGDEF;
            }
            if let Some(scheduler) = options.scheduler {
                flags |= Self::set_scheduler(raw, function, scheduler)?;
            }
            status(libc::posix_spawnattr_setflags(raw, flags as c_short))
        }
    }

    /// # Safety
    /// Initialised attributes.
    unsafe fn set_scheduler(
        raw: *mut libc::posix_spawnattr_t,
        _function: &str,
        scheduler: &Object,
    ) -> Result<c_int> {
        if !tuple::check(scheduler) {
            return Err(err::system_error("new style getargs format but argument is not a tuple"));
        }
        let [policy, parameters] = tuple::items(scheduler) else {
            return Err(err::type_error("A scheduler tuple must have two elements"));
        };
        let mut flags = libc::POSIX_SPAWN_SETSCHEDPARAM;
        // SAFETY: the caller's promise.
        unsafe {
            if !policy.is_none() {
                status(libc::posix_spawnattr_setschedpolicy(raw, int(policy)?))?;
                flags = libc::POSIX_SPAWN_SETSCHEDULER;
            }
            let parameters = sched::parameters(parameters)?;
            status(libc::posix_spawnattr_setschedparam(raw, &parameters))?;
        }
        Ok(flags)
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: initialised by `new`.
        unsafe { libc::posix_spawnattr_destroy(self.as_mut_ptr()) };
    }
}

/// What the new process does to its descriptors.
struct FileActions {
    raw: Box<MaybeUninit<libc::posix_spawn_file_actions_t>>,
    /// Older C libraries keep the pointers to the names only.
    _names: Vec<Obj>,
}

impl FileActions {
    fn new(given: &Object) -> Result<FileActions> {
        let items = sequence::fast(given, "file_actions must be a sequence or None")?;
        let mut raw = Box::new(MaybeUninit::uninit());
        // SAFETY: a valid place.
        status(unsafe { libc::posix_spawn_file_actions_init(raw.as_mut_ptr()) })?;
        let mut actions = FileActions { raw, _names: Vec::new() };
        for index in 0..object::len(&items)? {
            let action = sequence::get_item(&items, index as isize)?;
            actions.add(&action)?;
        }
        Ok(actions)
    }

    fn add(&mut self, action: &Object) -> Result<()> {
        if !tuple::check(action) || tuple::items(action).is_empty() {
            return Err(err::type_error("Each file_actions element must be a non-empty tuple"));
        }
        let parts = tuple::items(action);
        let raw = self.raw.as_mut_ptr();
        match krait_object::types::long::as_i64(parts[0])? {
            0 => {
                let [_, fd, path, flags, mode] = parts else {
                    return Err(err::type_error("A open file_action tuple must have 5 elements"));
                };
                let fd = int(fd)?;
                let path = unicode::fs_converter(path)?;
                let flags = int(flags)?;
                let mode = krait_object::types::long::as_unsigned_long_mask(mode)?;
                let name = bytes::as_slice(&path).as_ptr().cast();
                // SAFETY: initialised actions, and a C string that is kept.
                status(unsafe {
                    libc::posix_spawn_file_actions_addopen(raw, fd, name, flags, mode as libc::mode_t)
                })?;
                self._names.push(path);
            }
            1 => {
                let [_, fd] = parts else {
                    return Err(err::type_error("A close file_action tuple must have 2 elements"));
                };
                // SAFETY: initialised actions.
                status(unsafe { libc::posix_spawn_file_actions_addclose(raw, int(fd)?) })?;
            }
            2 => {
                let [_, fd, to] = parts else {
                    return Err(err::type_error("A dup2 file_action tuple must have 3 elements"));
                };
                // SAFETY: initialised actions.
                status(unsafe { libc::posix_spawn_file_actions_adddup2(raw, int(fd)?, int(to)?) })?;
            }
            _ => return Err(err::type_error("Unknown file_actions identifier")),
        }
        Ok(())
    }
}

impl Drop for FileActions {
    fn drop(&mut self) {
        // SAFETY: initialised by `new`.
        unsafe { libc::posix_spawn_file_actions_destroy(self.raw.as_mut_ptr()) };
    }
}

/// The keyword arguments but `file_actions`.
struct Options<'a> {
    setpgroup: Option<&'a Object>,
    resetids: bool,
    setsid: bool,
    setsigmask: Option<&'a Object>,
    setsigdef: Option<&'a Object>,
    scheduler: Option<&'a Object>,
}

fn spawn(function: &'static str, signature: &Signature<10>, args: Args<'_>, search: bool) -> Result<c_int> {
    let [path, argv, env, actions, setpgroup, resetids, setsid, setsigmask, setsigdef, scheduler] =
        signature.bind(args)?;
    let path = Path::new(function, "path", path, TEXT)?;
    let (given, env) = (argv.unwrap_or(none::none()), env.unwrap_or(none::none()));
    let options = Options {
        setpgroup,
        resetids: int_flag(resetids)?,
        setsid: int_flag(setsid)?,
        setsigmask,
        setsigdef,
        scheduler: crate::support::not_none(scheduler),
    };
    if !is_sequence(given) {
        return Err(err::type_error(format_args!("{function}: argv must be a tuple or list")));
    }
    if object::len(given)? < 1 {
        return Err(err::value_error(format_args!("{function}: argv must not be empty")));
    }
    if !mapping::check(env) {
        return Err(err::type_error(format_args!("{function}: environment must be a mapping object")));
    }
    let argv = arguments(given)?;
    if argv.first_is_empty() {
        return Err(err::value_error(format_args!("{function}: argv first element cannot be empty")));
    }
    let envp = environment(env)?;
    let mut actions = crate::support::not_none(actions).map(FileActions::new).transpose()?;
    let mut attributes = Attributes::new()?;
    attributes.set(function, &options)?;
    audit("os.posix_spawn", [path.for_audit(), given.owned(), env.owned()])?;
    let actions_ptr = actions.as_mut().map_or(core::ptr::null(), |actions| actions.raw.as_ptr());
    let mut pid = 0;
    // SAFETY: C strings that are kept, initialised attributes and actions.
    let result = unsafe {
        let start = if search { libc::posix_spawnp } else { libc::posix_spawn };
        start(
            &mut pid,
            path.as_ptr(),
            actions_ptr,
            attributes.as_mut_ptr(),
            argv.pointers.as_ptr(),
            envp.pointers.as_ptr(),
        )
    };
    if result != 0 {
        return Err(path.error(result));
    }
    Ok(pid)
}

fn int_flag(given: Option<&Object>) -> Result<bool> {
    given.map_or(Ok(false), |given| Ok(int(given)? != 0))
}

const PARAMETERS: [&str; 10] =
    ["", "", "", "file_actions", "setpgroup", "resetids", "setsid", "setsigmask", "setsigdef", "scheduler"];

pub fn posix_spawn(_module: &Object, args: Args<'_>) -> Result<c_int> {
    static SIGNATURE: Signature<10> =
        Signature::new("posix_spawn", PARAMETERS).required(3).positional_only(3).keyword_only_from(3);
    spawn("posix_spawn", &SIGNATURE, args, false)
}

pub fn posix_spawnp(_module: &Object, args: Args<'_>) -> Result<c_int> {
    static SIGNATURE: Signature<10> =
        Signature::new("posix_spawnp", PARAMETERS).required(3).positional_only(3).keyword_only_from(3);
    spawn("posix_spawnp", &SIGNATURE, args, true)
}
