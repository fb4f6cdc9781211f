//! Branches, loops, and how `return`, `break` and `continue` leave what surrounds them.

use super::*;

/// As many blocks as a frame has room for.
const MAX_FRAMES: usize = 20;

impl<'a> Generator<'a, '_> {
    pub fn push_frame(&mut self, kind: FrameKind<'a>, start: Label, exit: Label) -> Result {
        if self.unit.frames.len() >= MAX_FRAMES {
            return self.error("too many statically nested blocks");
        }
        self.unit.frames.push(Frame { kind, start, exit });
        Ok(())
    }

    pub fn pop_frame(&mut self) {
        self.unit.frames.pop();
    }

    /// Checks code that is never run.
    fn unreachable(&mut self, stmts: &'a [&'a Stmt<'a>]) -> Result {
        self.silent += 1;
        self.stmts(stmts)?;
        self.silent -= 1;
        Ok(())
    }

    pub fn if_(
        &mut self,
        test: &'a Expr<'a>,
        body: &'a [&'a Stmt<'a>],
        orelse: &'a [&'a Stmt<'a>],
    ) -> Result {
        let end = self.label();
        match constant_truth(test) {
            Some(true) => {
                self.stmts(body)?;
                self.unreachable(orelse)?;
            }
            Some(false) => {
                self.unreachable(body)?;
                self.stmts(orelse)?;
            }
            None => {
                let next = if orelse.is_empty() { end } else { self.label() };
                self.jump_if(test, next, false)?;
                self.stmts(body)?;
                if !orelse.is_empty() {
                    self.jump(Opcode::JUMP_FORWARD, end);
                    self.place(next);
                    self.stmts(orelse)?;
                }
            }
        }
        self.place(end);
        Ok(())
    }

    pub fn while_(
        &mut self,
        test: &'a Expr<'a>,
        body: &'a [&'a Stmt<'a>],
        orelse: &'a [&'a Stmt<'a>],
    ) -> Result {
        let constant = constant_truth(test);
        if constant == Some(false) {
            let nowhere = self.label();
            self.push_frame(FrameKind::While, nowhere, nowhere)?;
            self.unreachable(body)?;
            self.pop_frame();
            return self.stmts(orelse);
        }
        let (end, done) = (self.label(), self.label());
        let start = self.label_here();
        self.push_frame(FrameKind::While, start, end)?;
        if constant.is_none() {
            self.jump_if(test, done, false)?;
        }
        self.stmts(body)?;
        self.jump(Opcode::JUMP_ABSOLUTE, start);
        if constant.is_none() {
            self.place(done);
        }
        self.pop_frame();
        self.stmts(orelse)?;
        self.place(end);
        Ok(())
    }

    pub fn for_(
        &mut self,
        target: &'a Expr<'a>,
        iter: &'a Expr<'a>,
        body: &'a [&'a Stmt<'a>],
        orelse: &'a [&'a Stmt<'a>],
    ) -> Result {
        let (start, done, end) = (self.label(), self.label(), self.label());
        self.push_frame(FrameKind::For, start, end)?;
        self.expr(iter)?;
        self.op(Opcode::GET_ITER);
        self.place(start);
        self.jump(Opcode::FOR_ITER, done);
        self.expr(target)?;
        self.stmts(body)?;
        self.jump(Opcode::JUMP_ABSOLUTE, start);
        self.place(done);
        self.pop_frame();
        self.stmts(orelse)?;
        self.place(end);
        Ok(())
    }

    pub fn async_for(
        &mut self,
        target: &'a Expr<'a>,
        iter: &'a Expr<'a>,
        body: &'a [&'a Stmt<'a>],
        orelse: &'a [&'a Stmt<'a>],
    ) -> Result {
        self.check_async("'async for' outside async function")?;
        let (start, except, end) = (self.label(), self.label(), self.label());
        self.expr(iter)?;
        self.op(Opcode::GET_AITER);
        self.place(start);
        self.push_frame(FrameKind::For, start, end)?;
        self.async_next(except);
        self.expr(target)?;
        self.stmts(body)?;
        self.jump(Opcode::JUMP_ABSOLUTE, start);
        self.pop_frame();
        self.place(except);
        self.op(Opcode::END_ASYNC_FOR);
        self.stmts(orelse)?;
        self.place(end);
        Ok(())
    }

    /// Awaits the next item of the asynchronous iterator on the stack; its end goes to `except`.
    pub fn async_next(&mut self, except: Label) {
        self.jump(Opcode::SETUP_FINALLY, except);
        self.op(Opcode::GET_ANEXT);
        self.load_none();
        self.op(Opcode::YIELD_FROM);
        self.op(Opcode::POP_BLOCK);
    }

    pub fn await_top(&mut self) {
        self.op(Opcode::GET_AWAITABLE);
        self.load_none();
        self.op(Opcode::YIELD_FROM);
    }

    pub fn check_async(&mut self, message: &str) -> Result {
        if self.top_level_await() {
            self.table.block_mut(self.unit.block).coroutine = true;
        } else if self.unit.kind != UnitKind::AsyncFunction {
            return self.error(message);
        }
        Ok(())
    }

    pub fn return_(&mut self, value: Option<&'a Expr<'a>>) -> Result {
        if !self.in_function_block() {
            return self.error("'return' outside function");
        }
        let block = self.table.block(self.unit.block);
        if value.is_some() && block.coroutine && block.generator {
            return self.error("'return' with value in async generator");
        }
        let constant = value.is_none_or(|value| matches!(value.kind, ExprKind::Constant { .. }));
        if let (Some(value), false) = (value, constant) {
            self.expr(value)?;
        }
        self.unwind(!constant, false)?;
        match value {
            None => self.load_none(),
            Some(value) if constant => self.expr(value)?,
            Some(_) => {}
        }
        self.op(Opcode::RETURN_VALUE);
        Ok(())
    }

    pub fn break_(&mut self) -> Result {
        let Some(frame) = self.unwind(false, true)? else {
            return self.error("'break' outside loop");
        };
        self.unwind_frame(frame, false)?;
        self.jump(Opcode::JUMP_ABSOLUTE, frame.exit);
        Ok(())
    }

    pub fn continue_(&mut self) -> Result {
        let Some(frame) = self.unwind(false, true)? else {
            return self.error("'continue' not properly in loop");
        };
        self.jump(Opcode::JUMP_ABSOLUTE, frame.start);
        Ok(())
    }

    /// Leaves all frames, or those inside the innermost loop, which is returned. `preserve`: a value lies on the
    /// stack and must stay.
    fn unwind(&mut self, preserve: bool, to_loop: bool) -> Result<Option<Frame<'a>>> {
        let Some(&frame) = self.unit.frames.last() else { return Ok(None) };
        if to_loop && matches!(frame.kind, FrameKind::While | FrameKind::For) {
            return Ok(Some(frame));
        }
        // What is emitted for a frame runs outside it.
        self.unit.frames.pop();
        self.unwind_frame(frame, preserve)?;
        let found = self.unwind(preserve, to_loop)?;
        self.unit.frames.push(frame);
        Ok(found)
    }

    fn unwind_frame(&mut self, frame: Frame<'a>, preserve: bool) -> Result {
        match frame.kind {
            FrameKind::While | FrameKind::Handling => {}
            FrameKind::For | FrameKind::PopValue => {
                if preserve {
                    self.op(Opcode::ROT_TWO);
                }
                self.op(Opcode::POP_TOP);
            }
            FrameKind::Except => self.op(Opcode::POP_BLOCK),
            FrameKind::FinallyTry(body) => {
                self.op(Opcode::POP_BLOCK);
                if preserve {
                    self.push_frame(FrameKind::PopValue, frame.start, frame.exit)?;
                }
                let line = self.unit.line;
                self.stmts(body)?;
                self.unit.line = line;
                if preserve {
                    self.pop_frame();
                }
            }
            FrameKind::FinallyEnd => {
                if preserve {
                    self.op(Opcode::ROT_FOUR);
                }
                for _ in 0..3 {
                    self.op(Opcode::POP_TOP);
                }
                if preserve {
                    self.op(Opcode::ROT_FOUR);
                }
                self.op(Opcode::POP_EXCEPT);
            }
            FrameKind::With | FrameKind::AsyncWith => {
                self.op(Opcode::POP_BLOCK);
                if preserve {
                    self.op(Opcode::ROT_TWO);
                }
                self.call_exit();
                if matches!(frame.kind, FrameKind::AsyncWith) {
                    self.await_top();
                }
                self.op(Opcode::POP_TOP);
            }
            FrameKind::Handler(name) => {
                if name.is_some() {
                    self.op(Opcode::POP_BLOCK);
                }
                if preserve {
                    self.op(Opcode::ROT_FOUR);
                }
                self.op(Opcode::POP_EXCEPT);
                if let Some(name) = name {
                    self.unbind(name)?;
                }
            }
        }
        Ok(())
    }

    /// `name = None; del name`.
    pub fn unbind(&mut self, name: &'a str) -> Result {
        self.load_none();
        self.store_name(name)?;
        self.delete_name(name)
    }

    /// Jumps to `target` if the truth of `test` is `when`.
    pub fn jump_if(&mut self, test: &'a Expr<'a>, target: Label, when: bool) -> Result {
        self.guard.enter()?;
        match test.kind {
            ExprKind::UnaryOp { op: UnaryOperator::Not, operand } => self.jump_if(operand, target, !when)?,
            ExprKind::BoolOp { op, values } => self.jump_if_bool(op, values, target, when)?,
            ExprKind::IfExp { test, body, orelse } => {
                let (end, other) = (self.label(), self.label());
                self.jump_if(test, other, false)?;
                self.jump_if(body, target, when)?;
                self.jump(Opcode::JUMP_FORWARD, end);
                self.place(other);
                self.jump_if(orelse, target, when)?;
                self.place(end);
            }
            ExprKind::Compare { left, ops, comparators } if ops.len() > 1 => {
                self.check_compare(left, ops, comparators)?;
                self.jump_if_chain(left, ops, comparators, target, when)?;
            }
            _ => {
                // The level counts once.
                self.guard.leave();
                self.expr(test)?;
                self.jump(pop_jump(when), target);
                return Ok(());
            }
        }
        self.guard.leave();
        Ok(())
    }

    #[inline(never)]
    fn jump_if_bool(
        &mut self,
        op: BoolOperator,
        values: &'a [&'a Expr<'a>],
        target: Label,
        when: bool,
    ) -> Result {
        let Some((last, first)) = values.split_last() else { return Ok(()) };
        // The truth of an operand that decides the whole.
        let deciding = op == BoolOperator::Or;
        let shortcut = if deciding == when { target } else { self.label() };
        for value in first {
            self.jump_if(value, shortcut, deciding)?;
        }
        self.jump_if(last, target, when)?;
        if shortcut != target {
            self.place(shortcut);
        }
        Ok(())
    }

    #[inline(never)]
    fn jump_if_chain(
        &mut self,
        left: &'a Expr<'a>,
        ops: &'a [CmpOperator],
        comparators: &'a [&'a Expr<'a>],
        target: Label,
        when: bool,
    ) -> Result {
        let cleanup = self.label();
        self.expr(left)?;
        let last = ops.len() - 1;
        for (&op, comparator) in ops.iter().zip(comparators).take(last) {
            self.expr(comparator)?;
            self.op(Opcode::DUP_TOP);
            self.op(Opcode::ROT_THREE);
            self.compare_op(op);
            self.jump(Opcode::POP_JUMP_IF_FALSE, cleanup);
        }
        self.expr(comparators[last])?;
        self.compare_op(ops[last]);
        self.jump(pop_jump(when), target);
        let end = self.label();
        self.jump(Opcode::JUMP_FORWARD, end);
        self.place(cleanup);
        self.op(Opcode::POP_TOP);
        if !when {
            self.jump(Opcode::JUMP_FORWARD, target);
        }
        self.place(end);
        Ok(())
    }
}

fn pop_jump(when: bool) -> Opcode {
    if when { Opcode::POP_JUMP_IF_TRUE } else { Opcode::POP_JUMP_IF_FALSE }
}

fn constant_truth(test: &Expr<'_>) -> Option<bool> {
    match &test.kind {
        ExprKind::Constant { value, .. } => Some(crate::optimize::truth(value)),
        _ => None,
    }
}
