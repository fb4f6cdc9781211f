//! `_stat`: file modes as numbers and as text.

use krait_object::types::long;
use krait_object::{Object, Result, err, method, native_module};

native_module! {
    /// `_stat`
    init: PyInit__stat, name: c"_stat",
    doc: c"Constants and tests for the st_mode field of os.stat_result.\n\nS_IF...: file types; S_I...: permission bits; ST_...: indices of the tuple;\nUF_... and SF_...: file flags; S_IS...(mode): tests of the file type;\nfilemode(mode): the form that ls -l shows.",
    methods: METHODS, exec: exec,
}

macro_rules! test_method {
    ($name:literal, $kind:expr) => {
        method::o(
            $name,
            |_module: &Object, mode: &Object| -> Result<bool> { Ok(mode_of(mode)? & S_IFMT == $kind) },
            c"Whether the mode is of this file type.",
        )
    };
}

krait_object::methods! {
    static METHODS = [
        test_method!(c"S_ISDIR", 0o040000), test_method!(c"S_ISCHR", 0o020000), test_method!(c"S_ISBLK", 0o060000),
        test_method!(c"S_ISREG", 0o100000), test_method!(c"S_ISFIFO", 0o010000), test_method!(c"S_ISLNK", 0o120000),
        test_method!(c"S_ISSOCK", 0o140000),
        method::o(c"S_ISDOOR", no_such_type, c"Whether the mode is that of a door; never on this system."),
        method::o(c"S_ISPORT", no_such_type, c"Whether the mode is that of an event port; never on this system."),
        method::o(c"S_ISWHT", no_such_type, c"Whether the mode is that of a whiteout; never on this system."),
        method::o(c"S_IMODE", permissions, c"The part of the mode that os.chmod() can set."),
        method::o(c"S_IFMT", file_type, c"The part of the mode that tells the file type."),
        method::o(c"filemode", filemode, c"The mode in the form '-rwxrwxrwx'."),
    ];
}

const S_IFMT: u32 = 0o170000;

#[rustfmt::skip]
static CONSTANTS: &[(&str, i64)] = &[
    ("S_IFDIR", 0o040000), ("S_IFCHR", 0o020000), ("S_IFBLK", 0o060000), ("S_IFREG", 0o100000),
    ("S_IFIFO", 0o010000), ("S_IFLNK", 0o120000), ("S_IFSOCK", 0o140000), ("S_IFDOOR", 0), ("S_IFPORT", 0),
    ("S_IFWHT", 0), ("S_ISUID", 0o4000), ("S_ISGID", 0o2000), ("S_ISVTX", 0o1000), ("S_ENFMT", 0o2000),
    ("S_IREAD", 0o400), ("S_IWRITE", 0o200), ("S_IEXEC", 0o100), ("S_IRWXU", 0o700), ("S_IRUSR", 0o400),
    ("S_IWUSR", 0o200), ("S_IXUSR", 0o100), ("S_IRWXG", 0o070), ("S_IRGRP", 0o040), ("S_IWGRP", 0o020),
    ("S_IXGRP", 0o010), ("S_IRWXO", 0o007), ("S_IROTH", 0o004), ("S_IWOTH", 0o002), ("S_IXOTH", 0o001),
    ("UF_NODUMP", 0x1), ("UF_IMMUTABLE", 0x2), ("UF_APPEND", 0x4), ("UF_OPAQUE", 0x8), ("UF_NOUNLINK", 0x10),
    ("UF_COMPRESSED", 0x20), ("UF_HIDDEN", 0x8000), ("SF_ARCHIVED", 0x10000), ("SF_IMMUTABLE", 0x20000),
    ("SF_APPEND", 0x40000), ("SF_NOUNLINK", 0x100000), ("SF_SNAPSHOT", 0x200000),
    ("ST_MODE", 0), ("ST_INO", 1), ("ST_DEV", 2), ("ST_NLINK", 3), ("ST_UID", 4), ("ST_GID", 5), ("ST_SIZE", 6),
    ("ST_ATIME", 7), ("ST_MTIME", 8), ("ST_CTIME", 9),
];

fn exec(this: &Object) -> Result<()> {
    crate::support::add_ints(this, CONSTANTS)
}

fn mode_of(mode: &Object) -> Result<u32> {
    let value = long::as_unsigned_long(mode)?;
    u32::try_from(value).map_err(|_| err::overflow_error("mode out of range"))
}

fn no_such_type(_module: &Object, mode: &Object) -> Result<bool> {
    mode_of(mode)?;
    Ok(false)
}

fn permissions(_module: &Object, mode: &Object) -> Result<u32> {
    Ok(mode_of(mode)? & 0o7777)
}

fn file_type(_module: &Object, mode: &Object) -> Result<u32> {
    Ok(mode_of(mode)? & S_IFMT)
}

fn filemode(_module: &Object, mode: &Object) -> Result<String> {
    Ok(mode_text(mode_of(mode)?))
}

/// A mode as `ls -l` shows it.
fn mode_text(mode: u32) -> String {
    let kind = match mode & S_IFMT {
        0o100000 => '-',
        0o040000 => 'd',
        0o120000 => 'l',
        0o060000 => 'b',
        0o020000 => 'c',
        0o010000 => 'p',
        0o140000 => 's',
        _ => '?',
    };
    let mut text = String::with_capacity(10);
    text.push(kind);
    for (shift, special, (with, without)) in
        [(6, 0o4000, ('s', 'S')), (3, 0o2000, ('s', 'S')), (0, 0o1000, ('t', 'T'))]
    {
        let bits = mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (true, true) => with,
            (true, false) => without,
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn modes_as_text() {
        for (mode, text) in [
            (0o100644, "-rw-r--r--"),
            (0o041777, "drwxrwxrwt"),
            (0o041776, "drwxrwxrwT"),
            (0o104755, "-rwsr-xr-x"),
            (0o106655, "-rwSr-sr-x"),
            (0o120777, "lrwxrwxrwx"),
            (0, "?---------"),
        ] {
            assert_eq!(super::mode_text(mode), text);
        }
    }
}
