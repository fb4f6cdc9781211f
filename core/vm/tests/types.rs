//! The built-in types, seen from Python: each `types/NAME.py` prints what `types/NAME.txt` has, which is what the
//! reference printed (with `PYTHONHASHSEED=0` and warnings off). `prelude.py` goes before each. To renew a file:
//! `cat prelude.py types/NAME.py | PYTHONHASHSEED=0 python3.9 -W ignore - > types/NAME.txt`.

use krait_abi::PyConfig;
use krait_object::types::{cfunction, dict, none, odict, unicode};
use krait_object::{Object, Result, err, method};
use std::fmt::Write;
use std::sync::Mutex;

static PRINTED: Mutex<String> = Mutex::new(String::new());

krait_object::methods! {
    static METHODS = [method::fastcall(c"print", print, c"")];
}

fn print(_this: &Object, args: &[&Object]) -> Result<()> {
    let mut line = String::new();
    for (i, arg) in args.iter().enumerate() {
        if i > 0 {
            line.push(' ');
        }
        let text = krait_object::protocol::object::str(arg)?;
        let _ = write!(line, "{}", unicode::display(&text));
    }
    line.push('\n');
    PRINTED.lock().unwrap().push_str(&line);
    Ok(())
}

/// What a script prints, and the exception that ended it.
fn run(path: &str, source: &[u8]) -> String {
    PRINTED.lock().unwrap().clear();
    let namespace = dict::new().expect("memory");
    let this = none::none();
    // SAFETY: a static table and a static type.
    let (print, ordered) = unsafe {
        (
            cfunction::new((&raw mut METHODS).cast(), Some(this), None).expect("memory"),
            Object::from_ptr((&raw mut odict::PyODict_Type).cast()),
        )
    };
    dict::set_str(&namespace, "print", &print).expect("memory");
    dict::set_str(&namespace, "OrderedDict", ordered).expect("memory");
    dict::set_str(&namespace, "__name__", &unicode::from_str("__main__").expect("memory")).expect("memory");
    let mode = krait_vm::source::Mode::Exec;
    let result = krait_vm::lifecycle::run::run_source(source, path, mode, &namespace, &namespace, 0);
    if result.is_err() {
        let mut error = err::fetch().expect("an exception");
        let text = krait_object::protocol::object::repr(error.normalize()).expect("repr");
        let _ = writeln!(PRINTED.lock().unwrap(), "raised {}", unicode::display(&text));
    }
    PRINTED.lock().unwrap().clone()
}

#[test]
fn scripts_print_what_the_reference_printed() {
    // SAFETY: a zeroed configuration with a hash seed is complete enough without the import system.
    unsafe {
        let mut config: PyConfig = core::mem::zeroed();
        config.use_hash_seed = 1;
        krait_vm::lifecycle::initialize(&config).expect("initialised");
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/types");
    let prelude = include_str!("prelude.py");
    let mut scripts: Vec<_> = std::fs::read_dir(folder)
        .expect("the scripts")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    scripts.sort();
    assert!(!scripts.is_empty());
    let mut failed = Vec::new();
    for script in scripts {
        let name = script.display().to_string();
        let expected =
            std::fs::read_to_string(script.with_extension("txt")).expect("what the reference printed");
        let source = prelude.to_owned() + &std::fs::read_to_string(&script).expect("the script");
        let found = run(&name, source.as_bytes());
        let difference = expected.lines().zip(found.lines()).position(|(a, b)| a != b);
        let at = difference.unwrap_or_else(|| expected.lines().count().min(found.lines().count()));
        if expected != found {
            failed.push(format!(
                "{name}, line {} of the output:\n  reference {:?}\n  here      {:?}",
                at + 1,
                expected.lines().nth(at),
                found.lines().nth(at)
            ));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
