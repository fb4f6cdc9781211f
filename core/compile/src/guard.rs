//! Keeps deep trees from overflowing the native stack.

use crate::error::CompileError;

/// How deep the compiler may recurse.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The thread's recursion depth and limit (`sys.setrecursionlimit`). Each level of the tree counts as a
    /// third of a Python call.
    pub depth: u32,
    pub limit: u32,
    /// The lowest address that the native stack may reach, 0 if unknown.
    pub stack_floor: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { depth: 0, limit: 1000, stack_floor: 0 }
    }
}

/// Levels of a tree per Python call.
const SCALE: u32 = 3;

#[derive(Clone, Debug)]
pub(crate) struct Guard {
    depth: u32,
    limit: u32,
    stack_floor: usize,
}

impl Guard {
    pub fn new(limits: Limits) -> Guard {
        Guard {
            depth: limits.depth.saturating_mul(SCALE),
            limit: limits.limit.saturating_mul(SCALE),
            stack_floor: limits.stack_floor,
        }
    }

    /// For a pass that counts no levels, since it may make a deep tree shallow.
    pub fn of_stack(limits: Limits) -> Guard {
        Guard { depth: 0, limit: u32::MAX, stack_floor: limits.stack_floor }
    }

    #[inline]
    pub fn enter(&mut self) -> Result<(), CompileError> {
        let here = 0u8;
        self.depth += 1;
        if self.depth > self.limit || (&raw const here).addr() < self.stack_floor {
            return Err(CompileError::Recursion);
        }
        Ok(())
    }

    #[inline]
    pub fn leave(&mut self) {
        self.depth -= 1;
    }
}
