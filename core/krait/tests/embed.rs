//! The embedding API in a running interpreter. One test, since a process has one interpreter at a time.

use krait::{Config, Error, Interpreter, Python, Result};
use std::collections::HashMap;

fn conversions(py: Python<'_>) -> Result<()> {
    assert_eq!(py.value(-5_i64)?.extract::<i64>()?, -5);
    assert_eq!(py.value(u64::MAX)?.extract::<u64>()?, u64::MAX);
    assert_eq!(py.value("snäke")?.extract::<String>()?, "snäke");
    assert_eq!(py.value(vec![1_u8, 2])?.extract::<Vec<u8>>()?, [1, 2]);
    assert_eq!(
        py.value((1_i32, "two", None::<bool>))?.extract::<(i32, String, Option<bool>)>()?,
        (1, "two".into(), None)
    );
    let map = HashMap::from([("a".to_owned(), 1_i64), ("b".to_owned(), 2)]);
    assert_eq!(py.value(map.clone())?.extract::<HashMap<String, i64>>()?, map);
    assert_eq!(py.value(&b"ab"[..])?.repr()?, "b'ab'");
    let wrong = [
        ("'text'", "TypeError"),
        ("2 ** 70", "OverflowError"),
        ("-1", "OverflowError"),
        ("1.5", "TypeError"),
        ("None", "TypeError"),
    ];
    for (source, class) in wrong {
        let error = py.eval(source)?.extract::<u32>().expect_err(source);
        assert!(error.is(py, class), "{source}: {error}");
    }
    Ok(())
}

fn errors(py: Python<'_>) -> Result<()> {
    let error = py.eval("{}['key']").expect_err("raises");
    assert_eq!(error.to_string(), "KeyError: 'key'");
    assert!(error.is(py, "LookupError") && !error.is(py, "ValueError"));
    assert!(error.traceback(py)?.starts_with("Traceback (most recent call last):\n"));
    let raiser =
        py.function("raiser", |args| -> Result<()> { Err(Error::new(args.py(), "OSError", "no disk")) })?;
    let globals = py.dict()?;
    globals.set_item("raiser", raiser)?;
    py.run_in("try:\n    raiser()\nexcept OSError as error:\n    caught = str(error)", &globals)?;
    assert_eq!(globals.item("caught")?.extract::<String>()?, "no disk");
    assert_eq!(
        Error::new(py, "NoSuchClass", "").to_string(),
        "AttributeError: module 'builtins' has no attribute 'NoSuchClass'"
    );
    Ok(())
}

fn classes(py: Python<'_>) -> Result<()> {
    let counter = py
        .class::<Vec<i64>>("host.Counter")
        .constructor(|args| Ok(args.value(0).map_or(Ok(Vec::new()), |given| given.extract())?))
        .method("add", |this, args| {
            this.push(args.get(0)?);
            Ok(())
        })
        .method("again", |_, args| {
            let me = args.value(0).ok_or_else(|| Error::new(args.py(), "TypeError", "again(me)"))?;
            Ok(me.call_method("add", (1,))?.global())
        })
        .method("__len__", |this, _| Ok(this.len()))
        .build()?;
    let globals = py.dict()?;
    globals.set_item("Counter", &counter)?;
    py.run_in("class Sub(Counter): pass\nc = Sub([1, 2]); c.add(3); n = len(c)", &globals)?;
    assert_eq!(globals.item("n")?.extract::<usize>()?, 3);
    globals.item("c")?.with(|content: &mut Vec<i64>| assert_eq!(content, &[1, 2, 3]))?;
    let instance = counter.instantiate(vec![7_i64])?;
    assert_eq!(instance.len()?, 1);
    let busy = instance.call_method("again", (&instance,)).expect_err("the struct is borrowed already");
    assert!(busy.is(py, "RuntimeError"), "{busy}");
    assert!(py.eval("1")?.with(|_: &mut Vec<i64>| ()).is_err());
    Ok(())
}

fn threads(py: Python<'_>) -> Result<()> {
    let list = py.eval("[]")?;
    let shared = list.global();
    py.detach(|| {
        std::thread::scope(|scope| {
            for number in 0..4_i64 {
                let shared = &shared;
                scope.spawn(move || {
                    Python::attach(|py| {
                        shared.get(py).map(|list| list.call_method("append", (number,)).map(drop))
                    })
                });
            }
        });
    });
    let mut numbers: Vec<i64> = list.extract()?;
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 1, 2, 3]);
    Ok(())
}

#[test]
fn rounds_of_everything() {
    let mut kept = None;
    for _ in 0..3 {
        let interpreter = Interpreter::start(&Config::new().arguments(["test"])).expect("Python starts");
        assert!(Interpreter::start(&Config::new()).is_err(), "one at a time");
        for part in [conversions, errors, classes, threads] {
            interpreter.with(part).expect("the part raises nothing");
        }
        let stale = kept
            .replace(interpreter.with(|py| py.value("kept").map(|value| value.global())).expect("a value"));
        interpreter.with(|py| {
            assert!(stale.is_none_or(|stale| stale.get(py).is_none()), "it belongs to another round")
        });
    }
}
