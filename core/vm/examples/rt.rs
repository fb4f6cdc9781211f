//! Runs a Python source on the bare interpreter: no import system, no standard library, `print` to descriptor 1.
//! For work on the core types and the loop.

use krait_abi::PyConfig;
use krait_object::types::{cfunction, dict, unicode};
use krait_object::{Object, Result, method};

krait_object::methods! {
    static METHODS = [method::fastcall(c"print", print, c""), method::noargs(c"collect", collect, c""), method::o(c"is_tracked", is_tracked, c""), method::o(c"setlimit", setlimit, c""), method::noargs(c"exc_info", exc_info, c""), method::fastcall(c"proxy", proxy, c"")];
}

fn print(_this: &Object, args: &[&Object]) -> Result<()> {
    let mut line = Vec::new();
    for arg in args {
        line.push(unicode::display(&*krait_object::protocol::object::str(arg)?).to_string());
    }
    println!("{}", line.join(" "));
    Ok(())
}

fn collect(_this: &Object) -> Result<isize> {
    krait_object::gc::collect_generation(2)
}
fn is_tracked(_this: &Object, o: &Object) -> Result<bool> {
    Ok(krait_object::gc::object_is_tracked(o))
}
fn setlimit(_this: &Object, o: &Object) -> Result<()> {
    krait_object::state::set_recursion_limit(krait_object::types::long::as_i32(o)?);
    Ok(())
}
fn exc_info(_this: &Object) -> Result<krait_object::Obj> {
    let [a, b, c] = krait_object::err::get_exc_info();
    let n = || {
        use krait_object::Layout;
        krait_object::types::none::none().owned()
    };
    krait_object::types::tuple::pack([a.unwrap_or_else(n), b.unwrap_or_else(n), c.unwrap_or_else(n)])
}
fn proxy(_this: &Object, a: &[&Object]) -> Result<krait_object::Obj> {
    krait_object::types::weakref::new_proxy(a[0], a.get(1).copied())
}
fn main() {
    if std::env::var("KM").is_ok() {
        krait_object::memory::setup_allocators(3);
    }
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
        dict::set_str(&main, "__name__", &*unicode::from_str("__main__").expect("str")).expect("set");
        for (i, n) in ["collect", "is_tracked", "setlimit", "exc_info", "proxy"].into_iter().enumerate() {
            let f = cfunction::new(
                (&raw mut METHODS).cast::<krait_abi::PyMethodDef>().add(i + 1),
                Some(this),
                None,
            )
            .expect("function");
            dict::set_str(&main, n, &f).expect("set");
        }
        use krait_object::types::*;
        for (n, t) in [
            ("ref", &raw mut weakref::_PyWeakref_RefType),
            ("Context", &raw mut context::PyContext_Type),
            ("ContextVar", &raw mut context::PyContextVar_Type),
            ("Token", &raw mut context::PyContextToken_Type),
            ("SimpleNamespace", &raw mut namespace::_PyNamespace_Type),
            ("hamt", &raw mut hamt::_PyHamt_Type),
        ] {
            dict::set_str(&main, n, Object::from_ptr(t.cast())).expect("set");
        }
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
