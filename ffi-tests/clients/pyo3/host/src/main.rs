//! An embedding program with unmodified PyO3, which initialises the interpreter by itself.

use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict};

fn main() -> PyResult<()> {
    Python::with_gil(|py| {
        let version: String = py.import_bound("sys")?.getattr("version")?.extract()?;
        println!("{}", &version[..4]);
        let locals = [("json", py.import_bound("json")?)].into_py_dict_bound(py);
        let text: String = py.eval_bound("json.dumps({'a': [1, 2.5, None]})", None, Some(&locals))?.extract()?;
        println!("{text}");
        let module = PyModule::from_code_bound(py, "def f(*a, **k): return sum(a), sorted(k)\nclass E(Exception): pass\ndef g(): raise E('e')", "m.py", "m")?;
        let kwargs = PyDict::new_bound(py);
        kwargs.set_item("z", 1)?;
        println!("{}", module.getattr("f")?.call((1, 2), Some(&kwargs))?);
        let error = module.getattr("g")?.call0().unwrap_err();
        println!("{error} {}", error.get_type_bound(py).qualname()?);
        Ok::<(), PyErr>(())
    })?;
    let threads: Vec<_> = (0..3)
        .map(|i| std::thread::spawn(move || Python::with_gil(|py| py.eval_bound(&format!("{i} ** 3"), None, None).unwrap().extract::<i32>().unwrap())))
        .collect();
    let results: Vec<i32> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    println!("{results:?}");
    Ok(())
}
