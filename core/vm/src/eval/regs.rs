//! The interpreter's registers: where the running frame's instruction, stack and variables are.
//!
//! `Regs` lives in local variables; handlers are inlined where they are used, so that its fields become machine
//! registers. It must never be passed by reference to a function that is not inlined.

use crate::decode::{Cache, Decoded, Instr};
use core::cell::Cell;
use krait_abi::{PyCodeObject, PyFrameObject, PyObject, PyThreadState};
use krait_object::refcount::{decref, incref};
use krait_object::{Obj, Object, Raised};

/// What the loop does after a handler.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Flow {
    /// The next instruction.
    Next,
    /// The next instruction; tracing is on now.
    Traced,
    /// The exception that is set is handled or leaves the frame.
    Error,
    /// The frame in `Home::callee` starts; the caller continues behind its call when it returns.
    Call,
    /// The frame returns the value on top of the stack.
    Return,
    /// The generator frame yields the value on top of the stack.
    Yield,
}

/// The registers that handlers change, and the place of the others.
pub struct Regs {
    /// The next instruction.
    pub pc: *const Cell<Instr>,
    /// The next free stack slot.
    pub sp: *mut *mut PyObject,
    /// Local variables, then cells.
    pub fast: *mut *mut PyObject,
    /// What changes with the frame only.
    pub home: *mut Home,
}

/// What stays the same while a frame runs; one for each activation of the loop, on its native stack. It also keeps the
/// registers between threaded code and the loop around it.
pub struct Home {
    /// The running thread.
    pub tstate: *mut PyThreadState,
    /// The running frame.
    pub frame: *mut PyFrameObject,
    /// The first instruction.
    pub base: *const Cell<Instr>,
    /// The decoded code.
    pub decoded: *const Decoded,
    /// The constants.
    pub consts: *const *mut PyObject,
    /// The frame that the activation was entered with.
    pub entry: *mut PyFrameObject,
    /// A frame to start, for [`Flow::Call`].
    pub callee: *mut PyFrameObject,
    /// `Regs::pc` where threaded code was left.
    pub pc: *const Cell<Instr>,
    /// `Regs::sp` where threaded code was left.
    pub sp: *mut *mut PyObject,
}

impl Home {
    /// For an activation that begins with `entry`, whose code is `decoded` (null: to be decoded yet).
    #[inline(always)]
    pub unsafe fn new(
        tstate: *mut PyThreadState,
        entry: *mut PyFrameObject,
        decoded: *const Decoded,
    ) -> Home {
        // SAFETY: a live thread state, frame and code.
        let (base, consts) = unsafe {
            decoded.as_ref().map_or((core::ptr::null(), core::ptr::null()), |decoded| {
                (decoded.instrs.as_ptr(), decoded.consts)
            })
        };
        Home {
            tstate,
            frame: entry,
            base,
            decoded,
            consts,
            entry,
            callee: core::ptr::null_mut(),
            pc: base,
            sp: core::ptr::null_mut(),
        }
    }

    /// Where threaded code was left. The two were stored one by one just now; a processor that was made to load them as
    /// one value would have to wait until both stores have reached the cache. Hence the volatile reads.
    #[inline(always)]
    pub unsafe fn position(home: *const Home) -> (*const Cell<Instr>, *mut *mut PyObject) {
        // SAFETY: home outlives the activation.
        unsafe { ((&raw const (*home).pc).read_volatile(), (&raw const (*home).sp).read_volatile()) }
    }
}

impl Regs {
    /// The running thread.
    #[inline(always)]
    pub unsafe fn tstate(&self) -> *mut PyThreadState {
        // SAFETY: home lives as long as the activation.
        unsafe { (*self.home).tstate }
    }

    /// The running frame.
    #[inline(always)]
    pub unsafe fn frame(&self) -> *mut PyFrameObject {
        // SAFETY: `fast` points to the frame's variables.
        unsafe { self.fast.cast::<u8>().sub(core::mem::offset_of!(PyFrameObject, f_localsplus)).cast() }
    }

    /// The first instruction.
    #[inline(always)]
    pub unsafe fn base(&self) -> *const Cell<Instr> {
        // SAFETY: as for `tstate`.
        unsafe { (*self.home).base }
    }

    /// The decoded code.
    #[inline(always)]
    pub unsafe fn decoded(&self) -> *const Decoded {
        // SAFETY: as for `tstate`.
        unsafe { (*self.home).decoded }
    }
}

/// Stack and operand access. All of it relies on the verification in `decode`: indices and depths are in range.
impl Regs {
    /// Pushes an owned reference.
    #[inline(always)]
    pub unsafe fn push(&mut self, object: *mut PyObject) {
        // SAFETY: the verified depth leaves room.
        unsafe {
            *self.sp = object;
            self.sp = self.sp.add(1);
        }
    }

    /// Pushes an owned reference.
    #[inline(always)]
    pub unsafe fn push_obj(&mut self, object: Obj) {
        // SAFETY: the verified depth leaves room.
        unsafe { self.push(object.into_ptr()) }
    }

    /// Pops an owned reference.
    #[inline(always)]
    pub unsafe fn pop(&mut self) -> *mut PyObject {
        // SAFETY: the verified depth has an operand here.
        unsafe {
            self.sp = self.sp.sub(1);
            *self.sp
        }
    }

    /// Pops an owned, non-null reference.
    #[inline(always)]
    pub unsafe fn pop_obj(&mut self) -> Obj {
        // SAFETY: as for `pop`; the slot's reference moves.
        unsafe { Obj::from_owned_ptr(self.pop()) }
    }

    /// The slot `depth` from the top (1 is the top).
    #[inline(always)]
    pub unsafe fn slot(&self, depth: usize) -> *mut *mut PyObject {
        // SAFETY: the verified depth has that many operands.
        unsafe { self.sp.sub(depth) }
    }

    /// The object `depth` from the top (1 is the top), borrowed from the stack.
    #[inline(always)]
    pub unsafe fn peek<'a>(&self, depth: usize) -> &'a Object {
        // SAFETY: the slot holds a live object.
        unsafe { Object::from_ptr(*self.sp.sub(depth)) }
    }

    /// Replaces the top, dropping the old one afterwards.
    #[inline(always)]
    pub unsafe fn replace_top(&mut self, object: Obj) {
        // SAFETY: the slot holds an owned reference that is given up here.
        unsafe {
            let old = core::mem::replace(&mut *self.sp.sub(1), object.into_ptr());
            decref(old);
        }
    }

    /// Pops the two topmost values and pushes the result of a binary operation.
    #[inline(always)]
    pub unsafe fn finish_binary(&mut self, result: Result<Obj, Raised>) -> Flow {
        // SAFETY: two owned operands are on the stack.
        unsafe {
            let right = self.pop();
            let left = *self.sp.sub(1);
            match result {
                Ok(value) => {
                    *self.sp.sub(1) = value.into_ptr();
                    decref(left);
                    decref(right);
                    Flow::Next
                }
                Err(_) => {
                    self.sp = self.sp.sub(1);
                    decref(left);
                    decref(right);
                    Flow::Error
                }
            }
        }
    }

    /// Replaces the top by a result.
    #[inline(always)]
    pub unsafe fn finish_unary(&mut self, result: Result<Obj, Raised>) -> Flow {
        match result {
            // SAFETY: the operand is on the stack.
            Ok(value) => unsafe {
                self.replace_top(value);
                Flow::Next
            },
            Err(_) => Flow::Error,
        }
    }

    /// Pushes a result.
    #[inline(always)]
    pub unsafe fn finish_push(&mut self, result: Result<Obj, Raised>) -> Flow {
        match result {
            // SAFETY: the verified depth leaves room.
            Ok(value) => unsafe {
                self.push_obj(value);
                Flow::Next
            },
            Err(_) => Flow::Error,
        }
    }

    /// Continues or fails.
    #[inline(always)]
    pub fn finish(&mut self, result: Result<(), Raised>) -> Flow {
        match result {
            Ok(()) => Flow::Next,
            Err(_) => Flow::Error,
        }
    }

    /// Drops the topmost `count` values, nulls included.
    #[inline(always)]
    pub unsafe fn drop_values(&mut self, count: usize) {
        for _ in 0..count {
            // SAFETY: the verified depth has that many operands.
            unsafe {
                let value = self.pop();
                if !value.is_null() {
                    decref(value);
                }
            }
        }
    }

    /// A local variable's slot.
    #[inline(always)]
    pub unsafe fn local(&self, index: u32) -> *mut *mut PyObject {
        // SAFETY: the index is verified.
        unsafe { self.fast.add(index as usize) }
    }

    /// A constant, borrowed.
    #[inline(always)]
    pub unsafe fn constant(&self, index: u32) -> *mut PyObject {
        // SAFETY: the index is verified.
        unsafe { *(*self.home).consts.add(index as usize) }
    }

    /// The running code object.
    #[inline(always)]
    pub unsafe fn code(&self) -> *mut PyCodeObject {
        // SAFETY: the frame owns its code.
        unsafe { (*self.frame()).f_code }
    }

    /// A name of `co_names`, borrowed.
    #[inline(always)]
    pub unsafe fn name<'a>(&self, index: u32) -> &'a Object {
        // SAFETY: the index is verified, names are live while the code is.
        unsafe {
            let names = (*self.code()).co_names.cast::<krait_abi::PyTupleObject>();
            let items = (&raw const (*names).ob_item).cast::<*mut PyObject>();
            Object::from_ptr(*items.add(index as usize))
        }
    }

    /// The cell of a cell or free variable, borrowed.
    #[inline(always)]
    pub unsafe fn cell(&self, index: u32) -> *mut krait_abi::PyCellObject {
        // SAFETY: the index is verified; the slots behind the locals hold cells.
        unsafe { (*self.fast.add((*self.code()).co_nlocals as usize + index as usize)).cast() }
    }

    /// An inline cache.
    #[inline(always)]
    pub unsafe fn cache<'a>(&self, instr: Instr) -> &'a Cell<Cache> {
        // SAFETY: decode numbered the caches.
        unsafe {
            let decoded = &*self.decoded();
            decoded.caches.get_unchecked(usize::from(instr.cache))
        }
    }

    /// Jumps to an instruction.
    #[inline(always)]
    pub unsafe fn jump(&mut self, target: u32) {
        // SAFETY: the target is verified.
        unsafe { self.pc = self.base().add(target as usize) }
    }

    /// Drops a reference or NULL. What dies may run Python code, which sees the position of the running instruction.
    #[inline(always)]
    pub unsafe fn release(&self, object: *mut PyObject) {
        // SAFETY: the caller owns the reference.
        unsafe {
            if object.is_null() {
                return;
            }
            if (*object).ob_refcnt == 1 {
                self.save_position();
            }
            decref(object);
        }
    }

    /// Writes `f_lasti`: the position of the running instruction. Before anything that can run other code or raise.
    #[inline(always)]
    pub unsafe fn save_position(&self) {
        // SAFETY: pc is behind base in the same array.
        unsafe { (*self.frame()).f_lasti = self.pc.offset_from(self.base()) as i32 * 2 - 2 }
    }
}

/// Increments the count of a raw reference and returns it.
#[inline(always)]
pub unsafe fn new_ref(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller has a live object.
    unsafe { incref(object) };
    object
}

/// Defines instruction handlers: inlined into the loop, with the registers and the instruction.
macro_rules! handlers {
    ($($(#[$meta:meta])* fn $name:ident($r:ident, $instr:ident) $body:block)*) => {$(
        $(#[$meta])*
        #[inline(always)]
        pub(in crate::eval) unsafe fn $name($r: &mut crate::eval::regs::Regs, $instr: crate::decode::Instr)
            -> crate::eval::regs::Flow
        {
            let _ = &$instr;
            // SAFETY: the loop's registers describe the running frame, and `decode` has verified that the instruction's
            // operand and the stack depth are in range.
            #[allow(unused_unsafe, reason = "the macro wraps bodies of both kinds")]
            unsafe { $body }
        }
    )*};
}
pub(in crate::eval) use handlers;
