//! `cargo xtask COMMAND`: everything that the project does beside compiling. Each command sets up what it needs
//! (the reference CPython, wheels, a release build) and can be repeated.
//!
//! A command returns `Err(text)` for what the user must hear; the process then ends with status 1.

mod api;
mod bench;
mod build;
mod build_systems;
mod cases;
mod chroot;
mod clients;
mod conformance;
mod demo;
mod ffi;
mod headers;
mod install;
mod order;
mod parity;
mod parity_modules;
mod paths;
mod process;
mod reference;
mod suites;
mod test;
mod tidy;
mod tutorial;
mod wheels;

use std::process::ExitCode;

/// The error of every command is a message for the user.
pub type Outcome<T = ()> = Result<T, String>;

const USAGE: &str = "usage: cargo xtask COMMAND

  setup                     fetch the reference CPython 3.9 and the wheels, verify both
  build                     release build, laid out as target/krait/{lib,bin}
  test                      format, lints, unit tests, C tests, hosts, programs, conformance gate
  test ffi [SECTION...]     the C tests only: either header set on either library
  test chroot [NAME...]     programs in an empty root that holds the library, libc and the loader alone
  demo                      hosts, lib-dynload modules and wheels on Krait and on the reference
  clients [NAME...]         Cython, pybind11, PyO3 and others, built from source against include/
  clients --suites [NAME...]  their own test suites: cffi, pybind11, nanobind, Cython 0.29 and 3 (takes hours)
  conformance [FILE...]     CPython's test suite; --jobs N, --timeout S, --fresh, --reference, --write,
                            --report (only write docs/conformance.md from the results that are there)
  parity WHAT [PATH...]     compare with the reference; WHAT: ast, code, errors, tokens;
                            --projects, --count N and --seed N (of mutated sources);
                            `parity modules [NAME...]` compares built-in modules and types
  tutorial                  do docs/change-the-grammar.md on a copy of the project
  bench [NAME...]           paired timing of bench/*.py against the reference
  headers [--check]         write the generated regions of include/
  install --prefix P        library, headers, program and build descriptions under a prefix
  order                     write capi/order.ld, the order of functions in the library (wants valgrind)
  api                       write capi/api.tsv, the manifest of the C API
  tidy                      layers, sizes of files and functions, forbidden words
  reference [ARG...]        run the reference interpreter
  python [ARG...]           run the built python3.9";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let args: Vec<String> = args.collect();
    let outcome = match command.as_str() {
        "setup" => setup(),
        "build" => build::build().map(drop),
        "test" if args.first().is_some_and(|word| word == "chroot") => chroot::chroot(&args[1..]),
        "test" => test::test(&args),
        "demo" => demo::demo(&args),
        "conformance" => conformance::conformance(&args),
        "clients" if args.first().is_some_and(|word| word == "--suites") => suites::suites(&args[1..]),
        "clients" => clients::clients(&args),
        "parity" => parity::parity(&args),
        "api" => api::api(),
        "order" => order::order(),
        "bench" => bench::bench(&args),
        "tidy" => tidy::tidy(),
        "tutorial" => tutorial::tutorial(),
        "reference" => {
            reference::obtain().and_then(|reference| process::become_command(reference.python(&args)))
        }
        "python" => build::build().and_then(|krait| process::become_command(krait.python(&args))),
        "headers" => headers::headers(&args),
        "install" => install::install(&args),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn setup() -> Outcome {
    reference::obtain_libmpdec();
    let reference = reference::obtain()?;
    let wheels = wheels::obtain(&reference)?;
    println!("reference: {}", reference.version()?);
    println!("wheels:    {}", wheels.display());
    Ok(())
}
