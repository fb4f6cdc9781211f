//! Generators' and coroutines' instructions.

use super::generators;
use super::regs::{Flow, Regs, handlers};
use krait_object::{Obj, Raised, Result, err};

handlers! {
    fn yield_value(r, _instr) {
        r.save_position();
        if (*r.code()).co_flags & krait_abi::CO_ASYNC_GENERATOR != 0 {
            let value = r.pop_obj();
            match crate::generator::wrap_async_value(value) {
                Ok(wrapped) => r.push_obj(wrapped),
                Err(_) => return Flow::Error,
            }
        } else if let Some(flow) = generators::give(r) {
            return flow;
        }
        Flow::Yield
    }

    /// Sends the top to the iterator below. While that yields, the frame yields its values and comes back here.
    fn yield_from(r, _instr) {
        r.save_position();
        if generators::enter(r, *r.slot(2), *r.slot(1)) {
            return Flow::Next;
        }
        let value = r.pop_obj();
        let receiver = r.peek(1);
        let result = crate::generator::send_to(receiver, &value);
        drop(value);
        delegated(r, result)
    }

    fn get_awaitable(r, _instr) {
        r.save_position();
        let op_before = |steps: usize| {
            let at = r.pc.wrapping_sub(steps + 1);
            if at >= r.base() { crate::decode::plain_op((*at).get().op) } else { 0 }
        };
        let mut before = op_before(1);
        if before == krait_code::Opcode::CALL_FUNCTION as u8 && op_before(2) != krait_code::Opcode::DUP_TOP as u8 {
            // A call of the program's own, not that of `__aexit__(None, None, None)`.
            before = 0;
        }
        let result = crate::generator::get_awaitable(r.peek(1), before);
        r.finish_unary(result)
    }

    fn get_aiter(r, _instr) {
        r.save_position();
        let result = crate::generator::get_aiter(r.peek(1));
        r.finish_unary(result)
    }

    fn get_anext(r, _instr) {
        r.save_position();
        let result = crate::generator::get_anext(r.peek(1));
        r.finish_push(result)
    }

    fn print_expr(r, _instr) {
        r.save_position();
        let value = r.pop_obj();
        let result = crate::sys::display(&value);
        drop(value);
        r.finish(result)
    }
}

/// What the iterator below has done for `YIELD_FROM`: yielded (`Ok`), returned (`Err`) or raised.
#[inline(always)]
pub(super) unsafe fn delegated(r: &mut Regs, mut result: Result<core::result::Result<Obj, Obj>>) -> Flow {
    // SAFETY: the receiver is on top of the stack.
    unsafe {
        if (*r.tstate()).c_tracefunc.is_some()
            && let Ok(Err(returned)) = &result
        {
            super::trace::implied_stop(r.tstate(), r.frame(), Some(returned));
            if err::occurred().is_some() {
                result = Err(Raised::assume());
            }
        }
        match result {
            Ok(Ok(yielded)) => {
                r.push_obj(yielded);
                // The instruction is to be executed again with the next value.
                (*r.frame()).f_lasti -= 2;
                Flow::Yield
            }
            Ok(Err(returned)) => {
                r.replace_top(returned);
                Flow::Next
            }
            Err(_) => Flow::Error,
        }
    }
}
