//! Deep trees give an error, whatever the size of the native stack.

use krait_compile::{CompileError, Limits, Options, compile};
use krait_syntax::{Arena, NoHost, parse};

/// Compiles on a thread with so many bytes of stack.
fn compile_on(stack: usize, source: &str) -> Result<(), CompileError> {
    let arena = Arena::new();
    let how = krait_syntax::Options { stack: 200 << 20, ..Default::default() };
    let module = parse(&arena, source.as_bytes(), &how, &mut NoHost).expect("valid source");
    std::thread::scope(|scope| {
        let work = || {
            let here = 0u8;
            let stack_floor = (&raw const here).addr() - stack + (64 << 10);
            let options =
                Options { limits: Limits { stack_floor, ..Limits::default() }, ..Options::default() };
            compile(&module, &"file".into(), options, &mut |_, _| Ok(())).map(drop)
        };
        let thread = std::thread::Builder::new().stack_size(stack).spawn_scoped(scope, work);
        thread.expect("a thread").join().expect("no panic")
    })
}

fn deep(first: &str, repeated: &str, times: usize) -> String {
    first.to_owned() + &repeated.repeat(times)
}

#[test]
fn three_levels_per_unit_of_the_recursion_limit() {
    let work = || {
        for repeated in [".b", "()", "[0]", "*a", ".b()"] {
            assert_eq!(compile_on(64 << 20, &deep("a", repeated, 1400)), Ok(()), "{repeated}");
            let too_deep = compile_on(64 << 20, &deep("a", repeated, 3100));
            assert_eq!(too_deep, Err(CompileError::Recursion), "{repeated}");
        }
        let folded = "not ".repeat(4000) + "1";
        assert_eq!(compile_on(512 << 20, &folded), Ok(()));
    };
    // The parser needs room as well.
    std::thread::Builder::new().stack_size(256 << 20).spawn(work).unwrap().join().unwrap();
}

#[test]
fn a_small_stack_is_not_overflowed() {
    let work = || {
        for repeated in [".b", "()", "[0]", "*a", " if b else c", " < (b)"] {
            let result = compile_on(200 << 10, &deep("a", repeated, 2500));
            assert!(matches!(result, Ok(()) | Err(CompileError::Recursion)), "{repeated}");
        }
        assert_eq!(compile_on(200 << 10, &deep("a", "()", 2500)), Err(CompileError::Recursion));
    };
    std::thread::Builder::new().stack_size(256 << 20).spawn(work).unwrap().join().unwrap();
}
