use krait_object::Layout;
use krait_object::*;
fn time<R>(name: &str, n: u32, mut f: impl FnMut() -> R) {
    let t = std::time::Instant::now();
    for _ in 0..n {
        std::hint::black_box(f());
    }
    println!("{name}: {:.1} ns", t.elapsed().as_nanos() as f64 / n as f64);
}
fn main() {
    unsafe {
        let mut config: krait_abi::PyConfig = core::mem::zeroed();
        config.use_hash_seed = 1;
        krait_vm::lifecycle::initialize(&config).expect("initialised");
        time("allow_threads", 1_000_000, || state::allow_threads(|| 1));
        time("ensure/release nested", 1_000_000, || {
            let s = gil_state::ensure();
            gil_state::release(s);
        });
        time("malloc/free 48", 5_000_000, || {
            let p = memory::object_malloc(48);
            memory::PyObject_Free(p);
        });
        time("malloc/free_own 48", 5_000_000, || {
            let p = memory::object_malloc(48);
            memory::object_free_own(p);
        });
        time("libc malloc/free 48", 5_000_000, || {
            let p = libc::malloc(48);
            std::hint::black_box(p);
            libc::free(p);
        });
        time("raw malloc/free 48", 5_000_000, || {
            let p = memory::raw_malloc(48);
            memory::raw_free(p);
        });
        gc::set_enabled(false);
        time("tuple of 5", 5_000_000, || {
            types::tuple::pack([
                types::none::none().owned(),
                types::none::none().owned(),
                types::none::none().owned(),
                types::none::none().owned(),
                types::none::none().owned(),
            ])
        });
        time("list", 5_000_000, || types::list::new());
        time("alloc float", 5_000_000, || types::float::from_f64(1.5));
        time("context var get", 1_000_000, {
            let v = types::context::new_var(&types::unicode::from_str("v").unwrap(), None).unwrap();
            types::context::set_var(&v, types::none::none()).unwrap();
            move || types::context::get_var(&v, None)
        });
        time("enter_recursive", 5_000_000, || state::enter_recursive_call(""));
        time("raise+clear", 1_000_000, || {
            let _ = err::type_error("abc");
            err::clear();
        });
        time("raise+normalize", 1_000_000, || {
            let _ = err::type_error("abc");
            err::fetch().unwrap().normalize();
        });
        time("ref create", 1_000_000, {
            let s = types::set::new(None).unwrap();
            move || types::weakref::new_ref(&s, None)
        });
        let mut v = Vec::new();
        for _ in 0..200000 {
            v.push(types::list::from_slice(&[types::none::none(), types::none::none()]).unwrap());
        }
        time("full collect of 200k lists", 20, || gc::collect_generation(2));
    }
}
