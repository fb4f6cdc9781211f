//! The compiler of the grammar.

#[path = "../grammar/analysis.rs"]
mod analysis;
#[path = "../grammar/emit.rs"]
mod emit;
#[path = "../grammar/model.rs"]
mod model;

use analysis::Facts;
use model::Grammar;

const TOKENS: &str =
    "%tokens ENDMARKER NAME\n%operators\n    '+' PLUS '(' LPAR ')' RPAR '<' LESS '<=' LESSEQUAL\n";

fn compile(rules: &str) -> Result<String, String> {
    let grammar = Grammar::read(&format!("{TOKENS}{rules}"))?;
    let facts = Facts::of(&grammar)?;
    Ok(emit::emit(&grammar, &facts))
}

#[test]
fn what_is_wrong_with_a_grammar_is_reported() {
    for (rules, error) in [
        ("a -> Expr\n    | b\n", "a refers to b, which is neither rule nor token"),
        ("a -> Expr\n    | OTHER\n", "a refers to OTHER, which is neither rule nor token"),
        ("a -> Expr\n    | NAME?b\n    | '-'\n", "unknown operator \"-\""),
        ("a -> Expr\n    | (NAME\n", "expected )"),
        ("a -> Expr\n    | NAME.NAME\n", "expected + after the element of a list with separators"),
        ("a Expr\n    | NAME\n", "expected -> after the rule's name"),
        ("a -> Expr\n    | b NAME\nb -> Expr\n    | NAME? a\n", "a is left-recursive through another rule"),
        ("a -> Expr\n    | (a NAME)\n", "a is left-recursive through another rule"),
        ("%nonsense x\n", "unknown directive Some(\"%nonsense\")"),
    ] {
        let found = compile(rules).expect_err(rules);
        assert!(found.starts_with(error), "{rules}: {found}");
    }
}

#[test]
fn first_sets() {
    let rules = "a -> Expr\n    | b? '+' | &'(' c\nb -> Expr\n    | NAME* 'if'?\nc -> Expr\n    | ','?NAME\n";
    let grammar = Grammar::read(&format!("{TOKENS}{}", rules.replace("','?", "'<'? ")));
    let grammar = grammar.expect("a grammar");
    let facts = Facts::of(&grammar).expect("facts");
    let set = |names: &[&str]| {
        let index = |name: &&str| grammar.tokens.iter().position(|(n, _)| n == name).expect("a token");
        names.iter().fold(0u128, |set, name| set | 1 << index(name))
    };
    assert_eq!(facts.first["a"], set(&["NAME", "KW_IF", "PLUS", "LESS"]));
    assert_eq!(facts.first["c"], set(&["LESS", "NAME"]));
    assert_eq!((facts.nullable["a"], facts.nullable["b"], facts.nullable["c"]), (false, true, false));
}

#[test]
fn rules_become_methods() {
    let text = compile(
        "sum -> Expr @memo\n    | a=sum '+' b=atom => self.add(@, a, b)\n    | atom\n\
         atom -> Expr\n    | a=NAME '(' ')' => self.call(a)\n    | a=NAME 'if' => a\n    | a=NAME\n",
    )
    .expect("a parser");
    for (part, count) in [
        ("pub(super) fn rule_sum(&mut self) -> Parsed<&'a Expr<'a>>", 1),
        ("self.recall(0)", 1),
        ("let a = value;", 1),
        ("self.add(self.span(start), a, b)", 1),
        // Three alternatives share their beginning.
        ("self.name()?", 1),
        ("b\"if\" => TokenKind::KwIf", 1),
        // The longer operator is tried first.
        ("[b'<', b'=', _] => (TokenKind::Lessequal, 2),\n        [b'+', _, _]", 1),
    ] {
        assert_eq!(text.matches(part).count(), count, "{part} in {text}");
    }
}
