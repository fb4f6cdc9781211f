//! The list that a repetition collects: short ones stay on the stack, the result goes to the arena.

use crate::Arena;

const INLINE: usize = 4;

pub(super) enum Items<T> {
    Few([Option<T>; INLINE], usize),
    Many(Vec<T>),
}

impl<T: Copy> Items<T> {
    #[inline]
    pub fn new() -> Self {
        Items::Few([None; INLINE], 0)
    }

    #[inline]
    pub fn push(&mut self, item: T) {
        match self {
            Items::Few(items, length) if *length < INLINE => {
                items[*length] = Some(item);
                *length += 1;
            }
            Items::Few(items, _) => {
                let mut all = Vec::with_capacity(4 * INLINE);
                all.extend(items.iter().flatten());
                all.push(item);
                *self = Items::Many(all);
            }
            Items::Many(items) => items.push(item),
        }
    }

    pub fn is_empty(&self) -> bool {
        matches!(self, Items::Few(_, 0))
    }

    #[inline]
    pub fn finish(self, arena: &Arena) -> &[T] {
        match self {
            Items::Few([Some(a), None, ..], _) => std::slice::from_ref(arena.alloc(a)),
            Items::Few([Some(a), Some(b), None, _], _) => arena.alloc([a, b]),
            Items::Few([Some(a), Some(b), Some(c), None], _) => arena.alloc([a, b, c]),
            Items::Few([Some(a), Some(b), Some(c), Some(d)], _) => arena.alloc([a, b, c, d]),
            Items::Few(..) => &[],
            Items::Many(items) => arena.alloc_slice(&items),
        }
    }
}
