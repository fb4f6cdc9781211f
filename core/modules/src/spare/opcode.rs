//! `_opcode`: what byte code instructions do to the stack.

use krait_object::args::{Args, Signature};
use krait_object::types::module;
use krait_object::{Object, Result, err, method};

krait_object::methods! {
    static METHODS = [
        method::keywords(c"stack_effect", stack_effect, c"stack_effect($module, opcode, oparg=None, /, *, jump=None)\n--\n\nBy how much an instruction makes the stack grow; where that depends on whether it jumps,\njump says so, and without it the greater number counts."),
    ];
}

pub(super) fn fill(this: &Object) -> Result<()> {
    module::set_doc_string(this, "Support for the opcode module.")?;
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(this, (&raw mut METHODS).cast()) }
}

/// The first instruction that has an argument.
const HAVE_ARGUMENT: i32 = 90;

fn stack_effect(_module: &Object, args: Args<'_>) -> Result<i32> {
    const NAMES: [&str; 3] = ["", "", "jump"];
    let [opcode, oparg, jump] =
        const { Signature::new("stack_effect", NAMES).required(1).keyword_only_from(2).positional_only(2) }
            .bind(args)?;
    let opcode = crate::support::int(opcode.unwrap_or(krait_object::types::none::none()))?;
    let oparg = match (crate::support::not_none(oparg), opcode >= HAVE_ARGUMENT) {
        (Some(oparg), true) => crate::support::long(oparg)? as i32,
        (Some(_), false) => {
            return Err(err::value_error(
                "stack_effect: opcode does not permit oparg but oparg was specified",
            ));
        }
        (None, true) => {
            return Err(err::value_error("stack_effect: opcode requires oparg but oparg was not specified"));
        }
        (None, false) => 0,
    };
    let jump = match crate::support::not_none(jump) {
        None => None,
        Some(jump) => match krait_object::types::bool::value(jump) {
            Some(jump) => Some(jump),
            None => return Err(err::value_error("stack_effect: jump must be False, True or None")),
        },
    };
    let Some(op) = u8::try_from(opcode).ok().and_then(krait_vm::opcode_from_byte) else {
        return Err(err::value_error("invalid opcode or oparg"));
    };
    Ok(match jump {
        Some(jump) => op.stack_effect(oparg as u32, jump),
        None => op.max_stack_effect(oparg as u32),
    })
}
