//! Rust text for a grammar: the token kinds and one method per rule.
//!
//! A rule becomes `fn rule(&mut self) -> Parsed<T>`: `Ok(Some(value))` with the mark behind what it matched, `Ok(None)`
//! with the mark where it was, or `Err` when the parse is over. Consecutive alternatives that begin alike share the
//! common beginning, alternatives whose first token cannot be there are not tried, direct left recursion is a loop; none
//! of this changes which tokens are fetched or which alternative wins.

use crate::analysis::{Facts, is_left_recursive};
use crate::model::{Alternative, Grammar, Item, Node, Rule};
use std::fmt::Write;

struct Emitter<'g> {
    facts: &'g Facts,
    out: String,
    /// Numbers labels and temporaries.
    next: usize,
}

/// Where an alternative goes.
#[derive(Clone, Copy)]
struct Place {
    /// Number of the enclosing group's label and of the temporary with the group's starting mark.
    group: usize,
    /// Number of the temporary with the mark to go back to when an alternative fails.
    restore: usize,
    /// Set when the alternatives extend the value of a left-recursive rule.
    growing: bool,
    /// Set in rules that only report errors.
    never: bool,
}

pub fn emit(grammar: &Grammar, facts: &Facts) -> String {
    let mut emitter = Emitter { facts, out: String::new(), next: 0 };
    emitter.out.push_str("// Generated from python.gram.\n\n");
    emitter.token_kinds(grammar);
    emitter.out.push_str("impl<'a> Parser<'a, '_> {\n");
    for (id, rule) in grammar.rules.iter().enumerate() {
        emitter.rule(id, rule);
    }
    emitter.out.push_str("}\n");
    emitter.out
}

/// The Rust type of a result: capitalised words of the grammar are types with the tree's lifetime.
fn rust_type(result: &str) -> String {
    if let Some(inner) = result.strip_prefix('[').and_then(|r| r.strip_suffix(']')) {
        return format!("&'a [{}]", rust_type(inner));
    }
    match result {
        "Never" => "Infallible".into(),
        "()" | "usize" | "Operator" | "CmpOperator" => result.into(),
        "str" | "Wtf8" => format!("&'a {result}"),
        "Mod" | "CallArguments" | "Parameter" | "StarEtc" | "KeywordOrStarred" | "Comparison"
        | "KeyValue" => {
            format!("{result}<'a>")
        }
        _ => format!("&'a {result}<'a>"),
    }
}

fn camel(name: &str) -> String {
    let words = name.split('_').map(|w| w[..1].to_uppercase() + &w[1..].to_lowercase());
    words.collect()
}

impl Emitter<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn fresh(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    fn token_kinds(&mut self, grammar: &Grammar) {
        self.line("/// The kinds of tokens.");
        self.line("#[derive(Clone, Copy, Debug, PartialEq, Eq)]\n#[repr(u8)]\npub enum TokenKind {");
        for (name, text) in &grammar.tokens {
            if let Some(text) = text {
                let _ = writeln!(self.out, "    /// `{text}`");
            }
            let _ = writeln!(self.out, "    {},", camel(name));
        }
        self.line("}\n\n/// The keyword that the word is.");
        self.line("pub fn keyword(word: &[u8]) -> Option<TokenKind> {\n    Some(match word {");
        for (name, text) in &grammar.tokens[grammar.keywords_from..] {
            let text = text.as_deref().unwrap_or_default();
            let _ = writeln!(self.out, "        b\"{text}\" => TokenKind::{},", camel(name));
        }
        self.line(
            "        _ => return None,\n    })\n}\n\n/// The longest operator at the beginning of the bytes.",
        );
        self.line("pub fn operator(bytes: [u8; 3]) -> Option<(TokenKind, usize)> {\n    Some(match bytes {");
        let mut operators: Vec<_> =
            grammar.tokens[..grammar.keywords_from].iter().filter(|t| t.1.is_some()).collect();
        operators.sort_by_key(|(_, text)| std::cmp::Reverse(text.as_ref().map_or(0, String::len)));
        for (name, text) in operators {
            let text = text.as_deref().unwrap_or_default();
            let mut pattern: Vec<_> = text.chars().map(|c| format!("b'{c}'")).collect();
            pattern.resize(3, "_".into());
            let pattern = pattern.join(", ");
            let _ =
                writeln!(self.out, "        [{pattern}] => (TokenKind::{}, {}),", camel(name), text.len());
        }
        self.line("        _ => return None,\n    })\n}\n");
    }

    fn rule(&mut self, id: usize, rule: &Rule) {
        let (name, result) = (&rule.name, rust_type(&rule.result));
        if rule.memo {
            let _ = writeln!(self.out, "pub(super) fn rule_{name}(&mut self) -> Parsed<{result}> {{");
            let _ = writeln!(self.out, "if let Some(known) = self.recall({id}) {{ return Ok(known); }}");
            let _ = writeln!(self.out, "let start = self.mark;\nlet value = self.{name}_unremembered()?;");
            let _ = writeln!(self.out, "self.remember({id}, start, value);\nOk(value)\n}}\n");
            let _ = writeln!(self.out, "fn {name}_unremembered(&mut self) -> Parsed<{result}> {{");
        } else {
            let _ = writeln!(self.out, "pub(super) fn rule_{name}(&mut self) -> Parsed<{result}> {{");
        }
        self.line("let start = self.mark;");
        if rule.deep {
            self.line("self.check_depth()?;");
        }
        let (recursive, base): (Vec<_>, Vec<_>) =
            rule.alternatives.iter().map(with_action).partition(|a| is_left_recursive(name, a));
        if recursive.is_empty() {
            let value = self.group(&base, "start", rule.result == "Never");
            let _ = writeln!(self.out, "let value: Option<{result}> = {value};\nOk(value)\n}}\n");
            return;
        }
        let value = self.group(&base, "start", false);
        let _ = writeln!(self.out, "let value: Option<{result}> = {value};");
        self.line("let Some(mut value) = value else { return Ok(None) };\nloop {");
        self.growing_alternatives(&recursive);
        let _ = writeln!(self.out, "value = grown;\n}}\n}}\n");
    }

    /// The loop body of a left-recursive rule: `value` is what has been matched so far.
    fn growing_alternatives(&mut self, recursive: &[Alternative]) {
        let group = self.fresh();
        let _ = writeln!(self.out, "let m{group} = self.mark;\nlet grown = 'g{group}: {{");
        let mut rest = recursive;
        while let Some(first) = rest.first() {
            let name = first.items[0].name.clone();
            let same = rest.iter().take_while(|a| a.items[0].name == name).count();
            if let Some(name) = name {
                let _ = writeln!(self.out, "let {name} = value;");
            }
            let tails: Vec<_> = rest[..same].iter().map(without_first).collect();
            self.alternatives(&tails, Place { group, restore: group, growing: true, never: false });
            rest = &rest[same..];
        }
        self.line("return Ok(Some(value));\n};");
    }

    /// Emits a group and answers the name of the temporary that holds its value, an `Option`.
    fn group(&mut self, alternatives: &[Alternative], mark: &str, never: bool) -> String {
        let group = self.fresh();
        let _ = writeln!(self.out, "let m{group} = {mark};\nlet v{group} = 'g{group}: {{");
        self.alternatives(alternatives, Place { group, restore: group, growing: false, never });
        self.line("None\n};");
        format!("v{group}")
    }

    /// Tries the alternatives in order; each leaves the group with a value or falls through with the mark restored.
    fn alternatives(&mut self, alternatives: &[Alternative], place: Place) {
        let mut rest = alternatives;
        while let Some(first) = rest.first() {
            let shared = shared_beginning(rest);
            if shared > 1 {
                self.factored(&rest[..shared], place);
            } else {
                self.alternative(first, place);
            }
            rest = &rest[shared..];
        }
    }

    /// Alternatives with the same first item: match it once.
    fn factored(&mut self, alternatives: &[Alternative], place: Place) {
        let label = self.fresh();
        let first = &alternatives[0].items[0];
        let _ = writeln!(self.out, "'a{label}: {{");
        self.skip_unless_possible(std::slice::from_ref(first), label);
        self.item(first, label, place, false);
        let _ = writeln!(self.out, "let m{label} = self.mark;");
        let tails: Vec<_> = alternatives.iter().map(without_first).collect();
        self.alternatives(&tails, Place { restore: label, ..place });
        let _ = writeln!(self.out, "}}\nself.mark = m{};", place.restore);
    }

    fn alternative(&mut self, alternative: &Alternative, place: Place) {
        let label = self.fresh();
        let diagnostic = alternative.is_diagnostic();
        if diagnostic {
            self.line("if self.diagnosing {");
        }
        let _ = writeln!(self.out, "'a{label}: {{");
        self.skip_unless_possible(&alternative.items, label);
        self.items(&alternative.items, label, place);
        self.succeed(alternative, place);
        let _ = writeln!(self.out, "}}\nself.mark = m{};", place.restore);
        if diagnostic {
            self.line("}");
        }
    }

    /// Matches the items in order. What fails behind a cut fails for the whole group.
    fn items(&mut self, items: &[Item], label: usize, place: Place) {
        let mut behind_cut = false;
        for item in items {
            match item.node {
                Node::Cut => behind_cut = true,
                _ => self.item(item, label, place, behind_cut),
            }
        }
    }

    fn succeed(&mut self, alternative: &Alternative, place: Place) {
        let value = alternative.action.as_deref().unwrap_or("()").replace('@', "self.span(start)");
        let group = place.group;
        let _ = match (place.never, place.growing) {
            (true, _) => writeln!(self.out, "let _ = {value}?;\nself.mark = start;\nreturn Ok(None);"),
            (_, true) => writeln!(self.out, "break 'g{group} {value};"),
            _ => writeln!(self.out, "break 'g{group} Some({value});"),
        };
    }

    /// Jumps over the alternative if the current token cannot begin it.
    fn skip_unless_possible(&mut self, items: &[Item], label: usize) {
        let alternative = Alternative { items: items.to_vec(), action: None };
        let plain_token = matches!(items.first().map(|i| &i.node), Some(Node::Token(_)));
        if !plain_token && !self.facts.sequence_nullable(&alternative) {
            let set = self.facts.sequence_first(&alternative);
            let _ = writeln!(self.out, "if !self.at_any({set:#x})? {{ break 'a{label}; }}");
        }
    }

    /// Matches one item or leaves the alternative (behind a cut: the group).
    fn item(&mut self, item: &Item, label: usize, place: Place, behind_cut: bool) {
        let value = self.node(&item.node);
        let fail = match (behind_cut, place.growing) {
            (false, _) => format!("break 'a{label}"),
            (true, false) => format!("self.mark = m{0}; break 'g{0} None", place.group),
            (true, true) => format!("self.mark = m{}; return Ok(Some(value))", place.group),
        };
        let name = item.name.as_deref().unwrap_or("_");
        let _ = writeln!(self.out, "let Some({name}) = {value} else {{ {fail} }};");
    }

    /// Emits what comes before the value and answers an expression of type `Option`.
    fn node(&mut self, node: &Node) -> String {
        match node {
            Node::Token(name) => match name.as_str() {
                "NAME" => "self.name()?".into(),
                "NUMBER" => "self.number()?".into(),
                "TYPE_COMMENT" => "self.type_comment()?".into(),
                _ => format!("self.expect(TokenKind::{})?", camel(name)),
            },
            Node::Rule(name) => format!("self.rule_{name}()?"),
            Node::Group(alternatives) => {
                let complete: Vec<_> = alternatives.iter().map(with_action).collect();
                self.group(&complete, "self.mark", false)
            }
            Node::Optional(inner) => {
                let value = self.guarded(inner);
                format!("Some({value})")
            }
            Node::Repeat(inner, least) => self.repeat(inner, *least),
            Node::Gather(separator, element) => self.gather(separator, element),
            Node::Lookahead(inner, positive) => {
                let n = self.fresh();
                let _ = writeln!(self.out, "let m{n} = self.mark;");
                let value = self.node(inner);
                let _ = writeln!(self.out, "let l{n} = {value}.is_some();\nself.mark = m{n};");
                if *positive { format!("l{n}.then_some(())") } else { format!("(!l{n}).then_some(())") }
            }
            Node::Cut => unreachable!("cuts are dealt with by their alternative"),
        }
    }

    /// An optional part, which is only tried when the next token can begin it.
    fn guarded(&mut self, inner: &Node) -> String {
        if matches!(inner, Node::Token(_)) || self.facts.node_nullable(inner) {
            return self.node(inner);
        }
        let n = self.fresh();
        let set = self.facts.node_first(inner);
        let _ = writeln!(self.out, "let o{n} = if self.at_any({set:#x})? {{");
        let value = self.node(inner);
        let _ = writeln!(self.out, "{value}\n}} else {{ None }};");
        format!("o{n}")
    }

    fn repeat(&mut self, inner: &Node, least: usize) -> String {
        let n = self.fresh();
        let _ = writeln!(self.out, "let mut s{n} = Items::new();\nloop {{");
        let value = self.guarded(inner);
        let _ = writeln!(self.out, "let Some(item) = {value} else {{ break }};\ns{n}.push(item);\n}}");
        match least {
            0 => format!("Some(s{n}.finish(self.arena))"),
            _ => format!("(!s{n}.is_empty()).then(|| s{n}.finish(self.arena))"),
        }
    }

    fn gather(&mut self, separator: &Node, element: &Node) -> String {
        let n = self.fresh();
        let _ = writeln!(self.out, "let mut s{n} = Items::new();\nlet mut m{n} = self.mark;\nloop {{");
        let value = self.node(element);
        let _ = writeln!(
            self.out,
            "let Some(item) = {value} else {{ self.mark = m{n}; break }};\ns{n}.push(item);"
        );
        let _ = writeln!(self.out, "m{n} = self.mark;");
        let value = self.node(separator);
        let _ = writeln!(self.out, "if {value}.is_none() {{ break }}\n}}");
        format!("(!s{n}.is_empty()).then(|| s{n}.finish(self.arena))")
    }
}

fn without_first(alternative: &Alternative) -> Alternative {
    Alternative { items: alternative.items[1..].to_vec(), action: alternative.action.clone() }
}

/// How many of the first alternatives begin with the same item.
fn shared_beginning(alternatives: &[Alternative]) -> usize {
    let Some(first) = alternatives[0].items.first() else { return 1 };
    if alternatives[0].is_diagnostic() || first.node == Node::Cut {
        return 1;
    }
    alternatives.iter().take_while(|a| a.items.first() == Some(first)).count()
}

/// The alternative with the action that it has without being written: the value of the only item, or of the only bound
/// one. A rule that only reports errors has no value.
fn with_action(alternative: &Alternative) -> Alternative {
    let mut alternative = alternative.clone();
    if alternative.action.is_some() {
        return alternative;
    }
    if let [item] = alternative.items.as_mut_slice()
        && item.name.is_none()
    {
        item.name = Some("only".into());
    }
    let names: Vec<_> = alternative.items.iter().filter_map(|item| item.name.as_deref()).collect();
    alternative.action = Some(match names.as_slice() {
        ["only"] if alternative.is_diagnostic() => "match only {}".into(),
        [name] => name.to_string(),
        _ => "()".into(),
    });
    alternative
}
