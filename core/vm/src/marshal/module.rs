//! The `marshal` module.

use super::{Reader, Source, VERSION};
use krait_object::args::check_positional;
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::{call, number};
use krait_object::types::{bytearray, bytes, exceptions, long, module};
use krait_object::{Obj, Object, Result, err, intern, method, native_module};

native_module! {
    /// `marshal`
    init: PyMarshal_Init, name: c"marshal",
    doc: c"Reads and writes Python values in a binary format that is specific to Python,\nbut independent of the machine. Its purpose is the code of .pyc files.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::fastcall(c"dump", dump, c"dump($module, value, file, version=version, /)\n--\n\nWrites a value to a binary file."),
        method::o(c"load", load, c"load($module, file, /)\n--\n\nReads one value from a binary file."),
        method::fastcall(c"dumps", dumps, c"dumps($module, value, version=version, /)\n--\n\nThe bytes that dump would write."),
        method::o(c"loads", loads, c"loads($module, bytes, /)\n--\n\nReads one value from bytes; what follows is ignored."),
    ];
}

fn exec(this: &Object) -> Result<()> {
    module::add(this, "version", &*long::from_i64(i64::from(VERSION))?)
}

fn version(args: &[&Object], index: usize) -> Result<i32> {
    args.get(index).map_or(Ok(VERSION), |version| long::as_i32(version))
}

fn dump(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("dump", args.len(), 2, 3)?;
    let data = super::dumps(args[0], version(args, 2)?)?;
    call::call_method(args[1], intern!("write"), &[&data])
}

fn dumps(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("dumps", args.len(), 1, 2)?;
    super::dumps(args[0], version(args, 1)?)
}

fn loads(_module: &Object, data: &Object) -> Result<Obj> {
    let buffer = Buffer::simple(data)?;
    super::loads(buffer.as_slice())
}

/// A Python file object as a source.
struct File<'a> {
    file: &'a Object,
    taken: Obj,
}

impl Source for File<'_> {
    fn take(&mut self, count: usize) -> Result<&[u8]> {
        let space = bytearray::zeroed(count)?;
        let given = call::call_method(self.file, intern!("readinto"), &[&space])?;
        let given = number::as_ssize(&given, Some(exceptions::OverflowError()))?;
        // SAFETY: copied before anything else runs.
        let data = unsafe { bytearray::as_slice(&space) };
        if given < count as isize || data.len() < count {
            return Err(err::eof_error("EOF read where not expected"));
        }
        if given > count as isize {
            return Err(err::value_error(format_args!(
                "read() returned too much data: {count} bytes requested, {given} returned"
            )));
        }
        self.taken = bytes::from_slice(&data[..count])?;
        Ok(bytes::as_slice(&self.taken))
    }
}

fn load(_module: &Object, file: &Object) -> Result<Obj> {
    let nothing = long::from_i64(0)?;
    let probe = call::call_method(file, intern!("read"), &[&nothing])?;
    if !bytes::check(&probe) {
        return Err(err::type_error(format_args!(
            "file.read() returned not bytes but {}",
            probe.class_of().name()
        )));
    }
    Reader::new(File { file, taken: probe }).read()
}
