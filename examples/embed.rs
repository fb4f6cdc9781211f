//! A Rust program with Python inside. It runs code, passes values both ways, gives Python a module and a class written in
//! Rust, calls Python from two threads of its own, handles an exception, and then does all of it again after shutting
//! the interpreter down.
//!
//!     PYTHONHOME=target/krait cargo run --example embed

use krait::{Config, Error, Interpreter, Python, Result};
use std::collections::HashMap;
use std::thread;

/// The struct behind `host.Account`.
struct Account {
    owner: String,
    balance: i64,
    postings: u32,
}

fn give_module(py: Python<'_>) -> Result<()> {
    let account = py
        .class::<Account>("host.Account")
        .doc("an account kept by the host")
        .constructor(|args| {
            let balance = args.keyword("balance")?.unwrap_or_default();
            Ok(Account { owner: args.get(0)?, balance, postings: 0 })
        })
        .method("post", |this, args| {
            let amount: i64 = args.get(0)?;
            if this.balance + amount < 0 {
                let message = format!("{} cannot pay {}", this.owner, -amount);
                return Err(Error::new(args.py(), "ValueError", &message));
            }
            this.balance += amount;
            this.postings += 1;
            Ok(this.balance)
        })
        .method("__repr__", |this, _| Ok(format!("<account of '{}': {}>", this.owner, this.balance)))
        .getter("owner", |this| this.owner.clone())
        .getter("balance", |this| this.balance)
        .getter("postings", |this| this.postings)
        .build()?;
    py.module("host")?
        .add("Account", account)?
        .add("LIMIT", 1000)?
        .function("apply", |args| {
            let function = args.value(0).ok_or_else(|| Error::new(args.py(), "TypeError", "apply what?"))?;
            let values: Vec<i64> = args.get(1)?;
            function.call((values,))?.extract::<i64>()
        })?
        .function("checksum", |args| {
            let bytes: Vec<u8> = args.get(0)?;
            Ok(bytes.iter().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte))))
        })?;
    Ok(())
}

const CODE: &str = "
import host
class Savings(host.Account):
    rate = 5
    def grow(self):
        self.post(self.balance * self.rate // 100)
        return self
a = Savings('Ada', balance=200).grow().grow()
b = host.Account('Bob')
print(a, b, a.postings, isinstance(a, host.Account), host.apply(max, (3, 9, 4)), host.checksum(b'krait'), host.LIMIT)
for wrong in (lambda: b.post(-5), lambda: host.Account(), lambda: b.post('x'), lambda: host.apply(len),
              lambda: setattr(a, 'owner', 'C'), lambda: host.Account.post(3, 4)):
    try:
        wrong()
    except Exception as error:
        print(type(error).__name__ + ':', error)
";

fn exchange_values(py: Python<'_>) -> Result<()> {
    let globals = py.dict()?;
    globals.set_item("values", vec![1.5, 2.5])?;
    globals.set_item("names", HashMap::from([("snäke", 1_u8)]))?;
    let back =
        py.eval_in("dict(n=len(values), total=sum(values), big=3 ** 50, pair=(names, None))", &globals)?;
    let total: f64 = back.item("total")?.extract()?;
    let (names, nothing): (HashMap<String, u8>, Option<i64>) = back.item("pair")?.extract()?;
    let too_big = back.item("big")?.extract::<i64>().expect_err("3 ** 50 does not fit");
    println!("back: {} {total} {names:?} {nothing:?} {}", back.item("n")?.extract::<usize>()?, too_big);
    Ok(())
}

fn catch_exception(py: Python<'_>) -> Result<()> {
    let source = "
def outer():
    try:
        {}['missing']
    except KeyError as error:
        raise RuntimeError('no luck', 42) from error
outer()";
    let error = py.run(source).expect_err("the code raises");
    let value = error.value(py).expect("the interpreter runs");
    let number: i64 = value.attr("args")?.item(1)?.extract()?;
    println!("caught {error}, number {number}, cause {:?}", value.attr("__cause__")?);
    println!("{} lines of traceback", error.traceback(py)?.lines().count());
    println!("{}", py.run("1 +").expect_err("half an expression"));
    Ok(())
}

fn call_from_threads(py: Python<'_>) -> Result<()> {
    py.run("visits = {}\ndef visit(name, i):\n    visits[name] = visits.get(name, 0) + 1\n    return sum(range(i))")?;
    let visit = py.eval("visit")?.global();
    let work = |name: &'static str| {
        (0..200).try_fold(0, |sum, i| {
            Python::attach(|py| {
                let visit = visit.get(py).expect("the interpreter runs");
                Ok::<i64, Error>(sum + visit.call((name, i))?.extract::<i64>()?)
            })
        })
    };
    let sums = py.detach(|| {
        thread::scope(|scope| {
            let threads = ["first", "second"].map(|name| scope.spawn(move || work(name)));
            threads.map(|thread| thread.join().expect("the thread ends well"))
        })
    });
    for sum in sums {
        println!("sum {}", sum?);
    }
    println!("{:?}", py.eval("sorted(visits.items())")?);
    Ok(())
}

fn main() {
    for round in 1..=2 {
        println!("round {round}");
        let interpreter = match Interpreter::start(&Config::new().arguments(["embed"])) {
            Ok(interpreter) => interpreter,
            Err(error) => {
                eprintln!("Python does not start: {error}");
                std::process::exit(1);
            }
        };
        let outcome = interpreter.with(|py| {
            give_module(py)?;
            py.run(CODE)?;
            exchange_values(py)?;
            catch_exception(py)?;
            call_from_threads(py)?;
            py.run(
                "import json, re; print(json.dumps({'round': [1, 2.5, None]}), re.sub('l+', 'L', 'hello'))",
            )?;
            py.run("assert 'leftover' not in globals(); leftover = 1; import sys; sys.stdout.flush()")
        });
        if let Err(error) = outcome {
            eprintln!(
                "{}",
                interpreter.with(|py| error.traceback(py)).unwrap_or_else(|error| error.to_string())
            );
            std::process::exit(1);
        }
    }
    println!("done");
}
