//! Snippets against what CPython 3.9 makes of them.
//!
//! `cases.expected` is the output of `python3.9 examples/codedump.py --cases tests/cases.txt`; add a case to
//! `cases.txt` and make it anew.

#[path = "../examples/codedump.rs"]
#[allow(dead_code, reason = "only the dump of cases is used")]
mod codedump;

/// The cases of a dump: header lines and result.
fn cases(dump: &str) -> Vec<(String, String)> {
    let mut cases: Vec<(String, String)> = Vec::new();
    let mut in_head = false;
    for line in dump.lines() {
        let head = line.starts_with("###");
        if head && !in_head {
            cases.push(Default::default());
        }
        in_head = head;
        let case = cases.last_mut().expect("a dump begins with a header");
        let part = if head { &mut case.0 } else { &mut case.1 };
        part.push_str(line);
        part.push('\n');
    }
    cases
}

#[test]
fn code_objects_are_those_of_the_reference() {
    let ours = codedump::each_case(include_str!("cases.txt"));
    let (ours, expected) = (cases(&ours), cases(include_str!("cases.expected")));
    assert_eq!(ours.len(), expected.len());
    let wrong: Vec<_> = ours.iter().zip(&expected).filter(|(ours, expected)| ours != expected).collect();
    for ((head, ours), (_, expected)) in wrong.iter().take(5) {
        eprintln!("{head}--- expected\n{expected}--- got\n{ours}");
    }
    assert!(wrong.is_empty(), "{} of {} cases differ", wrong.len(), expected.len());
}
