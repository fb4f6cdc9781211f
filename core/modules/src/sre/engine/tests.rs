//! Programs and spans from the reference (`core/modules/tools/gen_sre_cases.py`).

use super::*;
use krait_object::text::Unit;
use krait_object::text::search::widen;

fn unescape(s: &str) -> Vec<u32> {
    use krait_object::text::codec::{escape, handlers::Named};
    let mut out: Vec<u32> = Vec::new();
    escape::decode(s.as_bytes(), |_: &[u8]| unreachable!("never written"), &mut Named::Strict, &mut out)
        .unwrap();
    out
}

fn spans<U: Unit>(program: &Program, text: &[U], mode: &str, start: isize, end: isize) -> String {
    let mut state = State::new(program, text, start, end, Scratch::default(), None);
    let found = match mode {
        "match" => state.match_here(false),
        "fullmatch" => state.match_here(true),
        _ => state.search(),
    };
    match found {
        Err(e) => format!("{e:?}"),
        Ok(false) => "none".into(),
        Ok(true) => {
            let mut out = format!("{}-{}", state.start, state.ptr);
            for group in 1..=program.groups() {
                match state.group(group) {
                    Some((start, end)) => out += &format!(" {start}-{end}"),
                    None => out += " -",
                }
            }
            out + &state.last_index().map_or(" /".into(), |i| format!(" /{i}"))
        }
    }
}

/// Checks the rows of a table; returns how many there were.
fn check_table(table: &str) -> usize {
    let mut program = None;
    let (mut rows, mut wrong) = (0, Vec::new());
    for line in table.lines() {
        let f: Vec<&str> = line.split('\t').collect();
        if let ["pattern", source, groups, code] = f[..] {
            let code: Vec<u32> = code.split(' ').map(|w| u32::from_str_radix(w, 36).unwrap()).collect();
            program = Some((source, Program::compile(&code, groups.parse().unwrap()).expect(source)));
            continue;
        }
        let (source, program) = program.as_ref().unwrap();
        let [mode, start, end, text, expected] = f[..] else { panic!("{line}") };
        let (start, end) = (start.parse().unwrap(), end.parse().unwrap());
        let text = unescape(text);
        let mut check = |width: u32, found: String| {
            if found != expected {
                wrong.push(format!("{source} on {line}: {found} ({width} bits)"));
            }
        };
        check(32, spans(program, &text, mode, start, end));
        if text.iter().all(|&c| c < 0x10000) {
            check(16, spans::<u16>(program, &widen(&text), mode, start, end));
        }
        if text.iter().all(|&c| c < 0x100) {
            check(8, spans::<u8>(program, &widen(&text), mode, start, end));
        }
        rows += 1;
    }
    let few = &wrong[..wrong.len().min(20)];
    assert!(wrong.is_empty(), "{} of {rows} rows:\n{}", wrong.len(), few.join("\n"));
    rows
}

#[test]
fn against_the_reference() {
    assert!(check_table(include_str!("cases.tsv")) > 1000);
}

/// A larger table that `gen_sre_cases.py --fuzz` wrote, if the environment names one.
#[test]
fn against_a_fuzz_table() {
    let path = std::env::var("KRAIT_SRE_CASES").ok();
    let rows = path.map(|p| check_table(&std::fs::read_to_string(p).expect("the named table")));
    assert_ne!(rows, Some(0), "an empty table");
}

#[test]
fn malformed_code() {
    let good: &[&[u32]] = &[&[1], &[0, 1], &[17, 97, 1]];
    for code in good {
        assert!(Program::compile(code, 0).is_ok(), "{code:?}");
    }
    let bad: &[&[u32]] = &[
        &[],
        &[0],
        &[16, 97],
        &[16, 97, 1],
        &[18, 0, 1],
        &[14, 5, 0, 0, 0, 1],
        &[14, 0, 1],
        &[16, 0, 1],
        &[16, 2, 1],
        &[8, 1],
        &[41, 1],
        &[6, 12, 1],
        &[9, 18, 1],
        &[12, 0, 1],
        &[24, 4, 0, 1, 1],
        &[25, 5, 0, 1, 18, 1, 1],
        &[25, 6, 2, 1, 17, 97, 1, 1],
        &[4, 4, 0, 17, 97, 1],
        &[7, 4, 17, 97, 16, 1],
        &[15, 1, 0, 0, 0, 1],
        &[15, 7, 1, 2, 2, 2, 0, 97, 98, 1],
        &[17],
        &[17, 1],
        &[13, 0, 2, 1],
        &[u32::MAX, 1],
        &[16, u32::MAX, 1],
    ];
    for code in bad {
        assert!(Program::compile(code, 0).is_err(), "{code:?}");
    }
    // A stray end of a repeat is found when it runs.
    let program = Program::compile(&[19, 1], 0).unwrap();
    let mut state = State::new(&program, b"a", 0, 1, Scratch::default(), None);
    assert_eq!(state.match_here(false), Err(MatchError::State));
}

#[test]
fn random_code_is_refused_or_contained() {
    let mut seed = 1u32;
    let mut random = |n: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % n
    };
    let mut accepted = 0;
    for _ in 0..200_000 {
        let mut code: Vec<u32> =
            (0..random(14)).map(|_| if random(2) == 0 { random(41) } else { random(8) }).collect();
        code.push(1);
        if let Ok(program) = Program::compile(&code, 2) {
            accepted += 1;
            let mut steps = 0;
            let mut stop = || {
                steps += 1;
                steps > 2
            };
            let mut state = State::new(&program, b"\x02\x03\x11a", 0, 4, Scratch::default(), Some(&mut stop));
            let _ = state.search();
        }
    }
    assert!(accepted > 1000, "{accepted}");
}

#[test]
fn long_runs_are_interrupted() {
    // (?:aa|b)*c, as the reference compiles it.
    let code = [24, 17, 0, u32::MAX, 7, 7, 17, 97, 17, 97, 16, 7, 5, 17, 98, 16, 2, 0, 19, 17, 99, 1];
    let program = Program::compile(&code, 0).unwrap();
    let text = vec![b'a'; 100_000];
    let mut calls = 0;
    let mut stop = || {
        calls += 1;
        calls == 3
    };
    let mut state = State::new(&program, &text, 0, 100_000, Scratch::default(), Some(&mut stop));
    assert_eq!(state.match_here(false), Err(MatchError::Interrupted));
    assert_eq!(calls, 3);
}
