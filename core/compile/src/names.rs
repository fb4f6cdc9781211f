//! Ordered sets of names with the position of each.

use ahash::RandomState;
use std::collections::HashMap;

/// Up to so many names are searched one by one.
const LINEAR: usize = 8;

/// Names in the order of their arrival.
#[derive(Clone, Debug, Default)]
pub struct NameTable<'a> {
    names: Vec<&'a str>,
    /// Empty while there are at most [`LINEAR`] names.
    index: HashMap<&'a str, usize, RandomState>,
}

impl<'a> NameTable<'a> {
    pub fn position(&self, name: &str) -> Option<usize> {
        if self.names.len() <= LINEAR {
            return self.names.iter().position(|other| *other == name);
        }
        self.index.get(name).copied()
    }

    /// The position of the name, which is appended if it is new.
    pub fn insert(&mut self, name: &'a str) -> usize {
        if let Some(position) = self.position(name) {
            return position;
        }
        let position = self.names.len();
        self.names.push(name);
        if position == LINEAR {
            self.index = self.names.iter().enumerate().map(|(i, name)| (*name, i)).collect();
        } else if position > LINEAR {
            self.index.insert(name, position);
        }
        position
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub fn as_slice(&self) -> &[&'a str] {
        &self.names
    }
}

impl<'a> FromIterator<&'a str> for NameTable<'a> {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        let mut table = NameTable::default();
        names.into_iter().for_each(|name| {
            table.insert(name);
        });
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_survive_growth() {
        let names: Vec<String> = (0..40).map(|i| format!("n{i}")).collect();
        let mut table = NameTable::default();
        for round in 0..2 {
            for (i, name) in names.iter().enumerate() {
                assert_eq!(table.insert(name), i, "round {round}");
            }
        }
        assert_eq!((table.len(), table.position("n39"), table.position("x")), (40, Some(39), None));
    }
}
