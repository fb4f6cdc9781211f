//! The grammar notation: its data types and its reader. The notation is described at the top of `python.gram`.

/// What an alternative consists of, each optionally bound to a variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub name: Option<String>,
    pub node: Node,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A token by the name of its kind.
    Token(String),
    Rule(String),
    Group(Vec<Alternative>),
    Optional(Box<Node>),
    /// Repetition with the least number of times, zero or one.
    Repeat(Box<Node>, usize),
    /// Elements with a separator between them, at least one.
    Gather(Box<Node>, Box<Node>),
    Lookahead(Box<Node>, bool),
    Cut,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    pub items: Vec<Item>,
    pub action: Option<String>,
}

#[derive(Debug)]
pub struct Rule {
    pub name: String,
    pub result: String,
    pub memo: bool,
    pub deep: bool,
    pub alternatives: Vec<Alternative>,
}

#[derive(Debug, Default)]
pub struct Grammar {
    /// Kinds of tokens: name, and text where it is fixed.
    pub tokens: Vec<(String, Option<String>)>,
    /// How many of `tokens` come before the keywords.
    pub keywords_from: usize,
    pub rules: Vec<Rule>,
}

impl Alternative {
    /// Alternatives that only serve to report an error; they are skipped in the first pass.
    pub fn is_diagnostic(&self) -> bool {
        matches!(self.items.first(), Some(Item { node: Node::Rule(name), .. }) if name.starts_with("invalid_"))
    }
}

impl Grammar {
    pub fn read(text: &str) -> Result<Grammar, String> {
        let mut grammar = Grammar::default();
        let blocks = blocks(text);
        for block in blocks.iter().filter(|b| b.starts_with('%')) {
            let mut words = block.split_whitespace();
            match words.next() {
                Some("%tokens") => grammar.tokens.extend(words.map(|w| (w.to_string(), None))),
                Some("%operators") => {
                    let words: Vec<_> = words.collect();
                    for pair in words.chunks(2) {
                        let [text, name] = pair else { return Err(format!("odd operator list {pair:?}")) };
                        grammar.tokens.push((name.to_string(), Some(text.trim_matches('\'').to_string())));
                    }
                }
                other => return Err(format!("unknown directive {other:?}")),
            }
        }
        grammar.keywords_from = grammar.tokens.len();
        for block in blocks.iter().filter(|b| !b.starts_with('%')) {
            let rule = Reader { text: block.as_bytes(), at: 0, tokens: &mut grammar.tokens }.rule();
            let rule = rule.map_err(|error| format!("{error} in: {block}"))?;
            grammar.rules.push(rule);
        }
        grammar.check()?;
        Ok(grammar)
    }

    fn check(&self) -> Result<(), String> {
        for rule in &self.rules {
            let mut unknown = None;
            for alternative in &rule.alternatives {
                alternative.items.iter().for_each(|item| self.check_node(&item.node, &mut unknown));
            }
            if let Some(name) = unknown {
                return Err(format!("{} refers to {name}, which is neither rule nor token", rule.name));
            }
        }
        Ok(())
    }

    fn check_node(&self, node: &Node, unknown: &mut Option<String>) {
        match node {
            Node::Token(name) if self.tokens.iter().all(|(n, _)| n != name) => *unknown = Some(name.clone()),
            Node::Rule(name) if self.rules.iter().all(|r| r.name != *name) => *unknown = Some(name.clone()),
            Node::Token(_) | Node::Rule(_) | Node::Cut => {}
            Node::Group(alternatives) => {
                let items = alternatives.iter().flat_map(|alternative| &alternative.items);
                items.for_each(|item| self.check_node(&item.node, unknown));
            }
            Node::Optional(node) | Node::Repeat(node, _) | Node::Lookahead(node, _) => {
                self.check_node(node, unknown)
            }
            Node::Gather(separator, node) => {
                self.check_node(separator, unknown);
                self.check_node(node, unknown);
            }
        }
    }
}

/// Logical blocks: a line at the margin with the indented lines after it; comment lines are dropped.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    for line in text.lines().filter(|l| !l.trim().is_empty() && !l.trim_start().starts_with('#')) {
        match blocks.last_mut() {
            Some(block) if line.starts_with(' ') => {
                block.push('\n');
                block.push_str(line);
            }
            _ => blocks.push(line.to_string()),
        }
    }
    blocks
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    tokens: &'t mut Vec<(String, Option<String>)>,
}

impl Reader<'_> {
    fn peek(&mut self) -> u8 {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn starts_with(&mut self, text: &str) -> bool {
        self.peek();
        self.text[self.at.min(self.text.len())..].starts_with(text.as_bytes())
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn word(&mut self) -> String {
        self.peek();
        let start = self.at;
        while self.text.get(self.at).is_some_and(|&b| b.is_ascii_alphanumeric() || b == b'_') {
            self.at += 1;
        }
        String::from_utf8_lossy(&self.text[start..self.at]).into_owned()
    }

    /// `name -> Type @flag... | alternative | ...`
    fn rule(mut self) -> Result<Rule, String> {
        let name = self.word();
        if !self.eat("->") {
            return Err("expected -> after the rule's name".into());
        }
        self.peek();
        let line_end =
            self.text[self.at..].iter().position(|&b| b == b'\n').unwrap_or(self.text.len() - self.at);
        let header = String::from_utf8_lossy(&self.text[self.at..self.at + line_end]).into_owned();
        self.at += line_end;
        let (result, flags) = header.split_once('@').unwrap_or((&header, ""));
        if !self.eat("|") {
            return Err("expected | before the first alternative".into());
        }
        let alternatives = self.alternatives()?;
        if self.peek() != 0 {
            return Err(format!("unexpected {:?}", self.text[self.at] as char));
        }
        let (memo, deep) = (flags.contains("memo"), flags.contains("deep"));
        Ok(Rule { name, result: result.trim().into(), memo, deep, alternatives })
    }

    fn alternatives(&mut self) -> Result<Vec<Alternative>, String> {
        let mut alternatives = Vec::new();
        loop {
            let mut items = Vec::new();
            while !matches!(self.peek(), 0 | b'|' | b')') && !self.starts_with("=>") {
                items.push(self.item()?);
            }
            let action = if self.eat("=>") { Some(self.action()) } else { None };
            alternatives.push(Alternative { items, action });
            if !self.eat("|") {
                return Ok(alternatives);
            }
        }
    }

    /// Rust text up to a `|` or `)` outside of brackets and quotes.
    fn action(&mut self) -> String {
        let start = self.at;
        let mut depth = 0;
        let mut quoted = false;
        while let Some(&b) = self.text.get(self.at) {
            match b {
                b'\\' if quoted => self.at += 1,
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' if depth > 0 => depth -= 1,
                b')' | b'|' if depth == 0 => break,
                _ => {}
            }
            self.at += 1;
        }
        String::from_utf8_lossy(&self.text[start..self.at]).trim().to_string()
    }

    fn item(&mut self) -> Result<Item, String> {
        let start = self.at;
        let name = self.word();
        if !name.is_empty() && self.peek() == b'=' && !self.starts_with("=>") {
            self.at += 1;
            return Ok(Item { name: Some(name), node: self.node()? });
        }
        self.at = start;
        Ok(Item { name: None, node: self.node()? })
    }

    fn node(&mut self) -> Result<Node, String> {
        if self.eat("~") {
            return Ok(Node::Cut);
        }
        if self.eat("&") {
            return Ok(Node::Lookahead(Box::new(self.atom()?), true));
        }
        if self.eat("!") {
            return Ok(Node::Lookahead(Box::new(self.atom()?), false));
        }
        let atom = Box::new(self.atom()?);
        match self.text.get(self.at) {
            Some(b'?') => {
                self.at += 1;
                Ok(Node::Optional(atom))
            }
            Some(b'*') => {
                self.at += 1;
                Ok(Node::Repeat(atom, 0))
            }
            Some(b'+') => {
                self.at += 1;
                Ok(Node::Repeat(atom, 1))
            }
            Some(b'.') => {
                self.at += 1;
                let element = Box::new(self.atom()?);
                if self.text.get(self.at) != Some(&b'+') {
                    return Err("expected + after the element of a list with separators".into());
                }
                self.at += 1;
                Ok(Node::Gather(atom, element))
            }
            _ => Ok(*atom),
        }
    }

    fn atom(&mut self) -> Result<Node, String> {
        match self.peek() {
            b'(' => {
                self.at += 1;
                let alternatives = self.alternatives()?;
                if !self.eat(")") {
                    return Err("expected )".into());
                }
                Ok(Node::Group(alternatives))
            }
            b'\'' => {
                let start = self.at + 1;
                let len =
                    self.text[start..].iter().position(|&b| b == b'\'').ok_or("unterminated literal")?;
                self.at = start + len + 1;
                let literal = String::from_utf8_lossy(&self.text[start..start + len]).into_owned();
                Ok(Node::Token(self.token(literal)?))
            }
            _ => {
                let word = self.word();
                match word.chars().next() {
                    None => Err(format!("unexpected {:?}", self.peek() as char)),
                    Some(first) if first.is_uppercase() => Ok(Node::Token(word)),
                    Some(_) => Ok(Node::Rule(word)),
                }
            }
        }
    }

    /// The kind of a literal; a new word becomes a keyword.
    fn token(&mut self, literal: String) -> Result<String, String> {
        if let Some((name, _)) = self.tokens.iter().find(|(_, text)| text.as_deref() == Some(&literal)) {
            return Ok(name.clone());
        }
        if !literal.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_') {
            return Err(format!("unknown operator {literal:?}"));
        }
        let name = format!("KW_{}", literal.trim_matches('_').to_uppercase());
        self.tokens.push((name.clone(), Some(literal)));
        Ok(name)
    }
}
