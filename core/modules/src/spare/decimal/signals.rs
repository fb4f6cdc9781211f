//! Signals and conditions: bits of a context's status, and exceptions.

use super::mpd::*;
use super::shared::{self, Slot};
use krait_object::types::list;
use krait_object::{Layout, Obj, Object, Raised, Result, err};

/// The signals in the order of the dicts of a context: name and bits.
pub const SIGNALS: [(&str, u32); 9] = [
    ("InvalidOperation", IEEE_INVALID),
    ("FloatOperation", FLOAT_OPERATION),
    ("DivisionByZero", DIVISION_BY_ZERO),
    ("Overflow", OVERFLOW),
    ("Underflow", UNDERFLOW),
    ("Subnormal", SUBNORMAL),
    ("Inexact", INEXACT),
    ("Rounded", ROUNDED),
    ("Clamped", CLAMPED),
];

/// What the signal InvalidOperation has as its reasons.
pub const CONDITIONS: [(&str, u32); 5] = [
    ("InvalidOperation", INVALID_OPERATION),
    ("ConversionSyntax", CONVERSION_SYNTAX),
    ("DivisionImpossible", DIVISION_IMPOSSIBLE),
    ("DivisionUndefined", DIVISION_UNDEFINED),
    ("InvalidContext", INVALID_CONTEXT),
];

/// The bits that stand for themselves, in the order of the bits, with the name of their signal.
const BITS: [(&str, u32); 10] = [
    ("Clamped", CLAMPED),
    // The first of the conditions; the others come between the next.
    ("InvalidOperation", IEEE_INVALID & 0x3),
    ("DivisionByZero", DIVISION_BY_ZERO),
    ("InvalidOperation", IEEE_INVALID & !0x3),
    ("Inexact", INEXACT),
    ("FloatOperation", FLOAT_OPERATION),
    ("Overflow", OVERFLOW),
    ("Rounded", ROUNDED),
    ("Subnormal", SUBNORMAL),
    ("Underflow", UNDERFLOW),
];

/// The names of signals as `repr()` of a context shows them.
pub fn shown(flags: u32) -> String {
    let mut names: Vec<&str> = Vec::new();
    for (name, bits) in BITS {
        if flags & bits != 0 && !names.contains(&name) {
            names.push(name);
        }
    }
    format!("[{}]", names.join(", "))
}

/// The class of a signal.
pub fn class(index: usize) -> Result<&'static Object> {
    shared::get(Slot::Signals, index)
}

/// The bits of a signal's class.
pub fn flag_of(class: &Object) -> Result<u32> {
    for (index, (_, bits)) in SIGNALS.iter().enumerate() {
        if core::ptr::eq(self::class(index)?, class) {
            return Ok(*bits);
        }
    }
    Err(err::set(
        krait_object::types::exceptions::KeyError(),
        "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]",
    ))
}

/// The classes of signals, as a list.
pub fn signals_of(flags: u32) -> Result<Obj> {
    let found = list::new()?;
    for (index, (_, bits)) in SIGNALS.iter().enumerate() {
        if flags & bits != 0 {
            found.push(class(index)?.owned())?;
        }
    }
    Ok(found.upcast())
}

/// The classes of conditions and signals, as a list.
fn reasons_of(flags: u32) -> Result<Obj> {
    let found = list::new()?;
    for (index, (_, bits)) in CONDITIONS.iter().enumerate() {
        if flags & bits != 0 {
            found.push(shared::get(Slot::Conditions, index)?.owned())?;
        }
    }
    for (index, (_, bits)) in SIGNALS.iter().enumerate().skip(1) {
        if flags & bits != 0 {
            found.push(class(index)?.owned())?;
        }
    }
    Ok(found.upcast())
}

/// The exception for conditions that are trapped.
#[cold]
pub fn trapped(flags: u32) -> Raised {
    let build = || -> Result<(&'static Object, Obj)> {
        let index = SIGNALS.iter().position(|(_, bits)| flags & bits != 0).unwrap_or(0);
        Ok((class(index)?, reasons_of(flags)?))
    };
    match build() {
        Ok((class, reasons)) => err::set_object(class, &reasons),
        Err(raised) => raised,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_are_shown_in_the_order_of_bits() {
        for (flags, expected) in [
            (0, "[]"),
            (IEEE_INVALID | DIVISION_BY_ZERO, "[InvalidOperation, DivisionByZero]"),
            (IEEE_INVALID | DIVISION_BY_ZERO | CLAMPED, "[Clamped, InvalidOperation, DivisionByZero]"),
            (INVALID_OPERATION | DIVISION_BY_ZERO | CLAMPED, "[Clamped, DivisionByZero, InvalidOperation]"),
            (UNDERFLOW | INEXACT | ROUNDED, "[Inexact, Rounded, Underflow]"),
        ] {
            assert_eq!(shown(flags), expected, "{flags:#x}");
        }
    }
}
