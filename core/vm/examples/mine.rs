//! Runs a Python source on the bare interpreter: no import system, no standard library, `print` to descriptor 1.
//! For work on the core types and the loop.

use krait_abi::PyConfig;
use krait_object::types::{cfunction, dict, unicode};
use krait_object::{Object, Result, method};

krait_object::methods! {
    static METHODS = [method::fastcall(c"print", print, c"")];
}

fn print(_this: &Object, args: &[&Object]) -> Result<()> {
    let mut line = Vec::new();
    for arg in args {
        line.push(unicode::display(&*krait_object::protocol::object::str(arg)?).to_string());
    }
    println!("{}", line.join(" "));
    Ok(())
}

fn main() {
    let path = std::env::args().nth(1).expect("a source file");
    let source = std::fs::read(&path).expect("readable");
    // SAFETY: a zeroed configuration with a hash seed is complete enough without the import system.
    unsafe {
        let mut config: PyConfig = core::mem::zeroed();
        config.use_hash_seed = 1;
        krait_vm::lifecycle::initialize(&config).expect("initialised");
        let main = dict::new().expect("dict");
        let this = krait_object::types::none::none();
        let print = cfunction::new((&raw mut METHODS).cast(), Some(this), None).expect("function");
        dict::set_str(&main, "print", &print).expect("set");
        {
            let (name, class) = ("OrderedDict", &raw mut krait_object::types::odict::PyODict_Type);
            dict::set_str(&main, name, Object::from_ptr(class.cast())).unwrap();
        }
        dict::set_str(&main, "float_info", &*krait_object::types::float::get_info().unwrap()).unwrap();
        dict::set_str(&main, "int_info", &*krait_object::types::long::get_info().unwrap()).unwrap();
        dict::set_str(&main, "__name__", &*unicode::from_str("__main__").expect("str")).expect("set");
        let mode = krait_vm::source::Mode::Exec;
        let result = krait_vm::lifecycle::run::run_source(&source, &path, mode, &main, &main, 0);
        if result.is_err() {
            let mut error = krait_object::err::fetch().expect("an exception");
            let value = error.normalize();
            let text = krait_object::protocol::object::repr(value).expect("repr");
            println!("raised {}", unicode::display(&text));
            let mut traceback = error.traceback.clone();
            while let Some(entry) = traceback {
                let Some((next, _frame, line)) = krait_vm::traceback::parts(&entry) else { break };
                println!("  at line {line}");
                traceback = next;
            }
            std::process::exit(1);
        }
    }
}
