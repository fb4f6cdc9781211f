//! Facts about a grammar: which rules match nothing, what they can begin with, which are left-recursive.

use crate::model::{Alternative, Grammar, Node};
use std::collections::HashMap;

/// A set of token kinds.
pub type Kinds = u128;

pub struct Facts {
    pub nullable: HashMap<String, bool>,
    pub first: HashMap<String, Kinds>,
    kinds: HashMap<String, u32>,
}

impl Facts {
    /// Computes the facts; indirect left recursion is an error.
    pub fn of(grammar: &Grammar) -> Result<Facts, String> {
        if grammar.tokens.len() > 128 {
            return Err("more token kinds than a set can hold".into());
        }
        let kinds = (0u32..).zip(&grammar.tokens).map(|(i, (name, _))| (name.clone(), i)).collect();
        let mut facts = Facts { nullable: HashMap::new(), first: HashMap::new(), kinds };
        loop {
            let mut changed = false;
            for rule in &grammar.rules {
                let nullable = rule.alternatives.iter().any(|a| facts.sequence_nullable(a));
                changed |= facts.nullable.insert(rule.name.clone(), nullable).unwrap_or(false) != nullable;
                let first = rule.alternatives.iter().fold(0, |set, a| set | facts.sequence_first(a));
                changed |= facts.first.insert(rule.name.clone(), first).unwrap_or(0) != first;
            }
            if !changed {
                break;
            }
        }
        facts.refuse_indirect_left_recursion(grammar)?;
        Ok(facts)
    }

    /// What an alternative can begin with.
    pub fn sequence_first(&self, alternative: &Alternative) -> Kinds {
        let mut set = 0;
        for item in &alternative.items {
            set |= self.node_first(&item.node);
            if !self.node_nullable(&item.node) {
                break;
            }
        }
        set
    }

    pub fn sequence_nullable(&self, alternative: &Alternative) -> bool {
        alternative.items.iter().all(|item| self.node_nullable(&item.node))
    }

    pub fn node_nullable(&self, node: &Node) -> bool {
        match node {
            Node::Token(_) => false,
            Node::Rule(name) => self.nullable.get(name).copied().unwrap_or(false),
            Node::Group(alternatives) => alternatives.iter().any(|a| self.sequence_nullable(a)),
            Node::Optional(_) | Node::Repeat(_, 0) | Node::Lookahead(..) | Node::Cut => true,
            Node::Repeat(node, _) | Node::Gather(_, node) => self.node_nullable(node),
        }
    }

    pub fn node_first(&self, node: &Node) -> Kinds {
        match node {
            Node::Token(name) => 1 << self.kinds[name],
            Node::Rule(name) => self.first.get(name).copied().unwrap_or(0),
            Node::Group(alternatives) => alternatives.iter().fold(0, |set, a| set | self.sequence_first(a)),
            Node::Optional(node) | Node::Repeat(node, _) | Node::Gather(_, node) => self.node_first(node),
            Node::Lookahead(..) | Node::Cut => 0,
        }
    }

    /// Direct left recursion becomes a loop; anything else would recurse for ever.
    fn refuse_indirect_left_recursion(&self, grammar: &Grammar) -> Result<(), String> {
        let mut reaches: HashMap<&str, Vec<String>> = HashMap::new();
        for rule in &grammar.rules {
            let mut left = Vec::new();
            for alternative in &rule.alternatives {
                if !is_left_recursive(&rule.name, alternative) {
                    self.leftmost_rules(alternative, &mut left);
                }
            }
            reaches.insert(&rule.name, left);
        }
        for rule in &grammar.rules {
            let mut seen: Vec<&str> = Vec::new();
            let mut todo: Vec<&str> = reaches[rule.name.as_str()].iter().map(String::as_str).collect();
            while let Some(name) = todo.pop() {
                if name == rule.name {
                    return Err(format!("{} is left-recursive through another rule", rule.name));
                }
                if !seen.contains(&name) {
                    seen.push(name);
                    todo.extend(reaches[name].iter().map(String::as_str));
                }
            }
        }
        Ok(())
    }

    fn leftmost_rules(&self, alternative: &Alternative, out: &mut Vec<String>) {
        for item in &alternative.items {
            self.leftmost_of_node(&item.node, out);
            if !self.node_nullable(&item.node) {
                break;
            }
        }
    }

    fn leftmost_of_node(&self, node: &Node, out: &mut Vec<String>) {
        match node {
            Node::Rule(name) => out.push(name.clone()),
            Node::Group(alternatives) => alternatives.iter().for_each(|a| self.leftmost_rules(a, out)),
            Node::Optional(node)
            | Node::Repeat(node, _)
            | Node::Gather(_, node)
            | Node::Lookahead(node, _) => {
                self.leftmost_of_node(node, out);
            }
            Node::Token(_) | Node::Cut => {}
        }
    }
}

/// Whether the alternative begins with its own rule.
pub fn is_left_recursive(rule: &str, alternative: &Alternative) -> bool {
    matches!(alternative.items.first().map(|item| &item.node), Some(Node::Rule(name)) if name == rule)
}
