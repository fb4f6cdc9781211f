//! An extension module with unmodified PyO3: classes, inheritance, conversions, exceptions, buffers, iterators.

use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use std::collections::HashMap;

pyo3::create_exception!(pyo3_client, Mine, pyo3::exceptions::PyLookupError, "An exception.");

#[pyclass(subclass, weakref, dict)]
struct Base {
    #[pyo3(get, set)]
    number: i64,
    #[pyo3(get)]
    name: String,
}

#[pymethods]
impl Base {
    #[new]
    #[pyo3(signature = (number = 1, *, name = "base".to_string()))]
    fn new(number: i64, name: String) -> Self {
        Base { number, name }
    }
    fn __repr__(&self) -> String {
        format!("Base({}, {:?})", self.number, self.name)
    }
    fn __add__(&self, other: &Bound<'_, PyAny>) -> PyResult<i64> {
        Ok(self.number + other.extract::<i64>()?)
    }
    fn __len__(&self) -> usize {
        3
    }
    fn __getitem__(&self, key: &str) -> PyResult<i64> {
        if key == "number" { Ok(self.number) } else { Err(PyKeyError::new_err(key.to_string())) }
    }
    #[pyo3(signature = (*args, **kwargs))]
    fn __call__(&self, args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<String> {
        Ok(format!("{} {}", args.repr()?, kwargs.map_or(0, |k| k.len())))
    }
    #[getter]
    fn double(&self) -> i64 {
        self.number * 2
    }
    #[staticmethod]
    fn make() -> Self {
        Base { number: 99, name: "made".into() }
    }
    #[classmethod]
    fn class_name(cls: &Bound<'_, pyo3::types::PyType>) -> PyResult<String> {
        Ok(cls.qualname()?.to_string())
    }
    fn __richcmp__(&self, other: &Base, op: pyo3::basic::CompareOp) -> bool {
        op.matches(self.number.cmp(&other.number))
    }
    fn __hash__(&self) -> u64 {
        self.number as u64
    }
}

#[pyclass(extends = Base)]
struct Derived {
    #[pyo3(get)]
    more: Vec<u8>,
}

#[pymethods]
impl Derived {
    #[new]
    fn new(more: Vec<u8>) -> (Self, Base) {
        (Derived { more }, Base { number: 5, name: "derived".into() })
    }
}

#[pyclass]
struct Counter {
    at: usize,
    held: Option<PyObject>,
}

#[pymethods]
impl Counter {
    #[new]
    fn new() -> Self {
        Counter { at: 0, held: None }
    }
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }
    fn __next__(&mut self) -> Option<usize> {
        self.at += 1;
        (self.at < 4).then_some(self.at)
    }
    fn hold(&mut self, object: PyObject) {
        self.held = Some(object);
    }
    fn __traverse__(&self, visit: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
        if let Some(held) = &self.held {
            visit.call(held)?;
        }
        Ok(())
    }
    fn __clear__(&mut self) {
        self.held = None;
    }
}

#[pyfunction]
#[pyo3(signature = (a, b = 2, *args, c, **kw))]
fn arguments(a: i32, b: u8, args: &Bound<'_, PyTuple>, c: Option<f64>, kw: Option<&Bound<'_, PyDict>>) -> PyResult<String> {
    Ok(format!("{a} {b} {} {c:?} {:?}", args.repr()?, kw.map(|kw| kw.repr().unwrap().to_string())))
}

#[pyfunction]
fn convert(text: &str, bytes: &[u8], list: Vec<i32>, map: HashMap<String, i64>, big: i128, pair: (bool, char)) -> String {
    let mut map: Vec<_> = map.into_iter().collect();
    map.sort();
    format!("{text} {bytes:?} {list:?} {map:?} {big} {pair:?}")
}

#[pyfunction]
fn fail(kind: u8) -> PyResult<()> {
    match kind {
        0 => Err(Mine::new_err("mine")),
        1 => Err(PyValueError::new_err(("two", 2))),
        2 => panic!("panicked"),
        _ => Err(std::io::Error::from_raw_os_error(2).into()),
    }
}

#[pyfunction]
fn without_lock(py: Python<'_>, n: u64) -> u64 {
    py.allow_threads(|| (0..n).sum())
}

#[pyfunction]
fn call(py: Python<'_>, f: PyObject) -> PyResult<PyObject> {
    let list = PyList::new_bound(py, [1, 2, 3]);
    let kwargs = PyDict::new_bound(py);
    kwargs.set_item("k", list)?;
    f.call_bound(py, (1, "two"), Some(&kwargs))
}

#[pymodule]
fn pyo3_client(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Base>()?;
    m.add_class::<Derived>()?;
    m.add_class::<Counter>()?;
    m.add("Mine", m.py().get_type_bound::<Mine>())?;
    m.add_function(wrap_pyfunction!(arguments, m)?)?;
    m.add_function(wrap_pyfunction!(convert, m)?)?;
    m.add_function(wrap_pyfunction!(fail, m)?)?;
    m.add_function(wrap_pyfunction!(without_lock, m)?)?;
    m.add_function(wrap_pyfunction!(call, m)?)?;
    Ok(())
}
