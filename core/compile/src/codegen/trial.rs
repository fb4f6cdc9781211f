//! `try` and `with`.

use super::*;

impl<'a> Generator<'a, '_> {
    pub fn try_(
        &mut self,
        body: &'a [&'a Stmt<'a>],
        handlers: &'a [&'a ExceptHandler<'a>],
        orelse: &'a [&'a Stmt<'a>],
        finalbody: &'a [&'a Stmt<'a>],
    ) -> Result {
        if finalbody.is_empty() {
            return self.try_except(body, handlers, orelse);
        }
        let (start, end, exit) = (self.label(), self.label(), self.label());
        self.jump(Opcode::SETUP_FINALLY, end);
        self.place(start);
        self.push_frame(FrameKind::FinallyTry(finalbody), start, end)?;
        if handlers.is_empty() {
            self.stmts(body)?;
        } else {
            self.try_except(body, handlers, orelse)?;
        }
        self.op(Opcode::POP_BLOCK);
        self.pop_frame();
        self.stmts(finalbody)?;
        self.jump(Opcode::JUMP_FORWARD, exit);
        self.place(end);
        self.push_frame(FrameKind::FinallyEnd, end, end)?;
        self.stmts(finalbody)?;
        self.op(Opcode::RERAISE);
        self.pop_frame();
        self.place(exit);
        Ok(())
    }

    fn try_except(
        &mut self,
        body: &'a [&'a Stmt<'a>],
        handlers: &'a [&'a ExceptHandler<'a>],
        orelse: &'a [&'a Stmt<'a>],
    ) -> Result {
        let (start, mut except) = (self.label(), self.label());
        let (otherwise, end) = (self.label(), self.label());
        self.jump(Opcode::SETUP_FINALLY, except);
        self.place(start);
        self.push_frame(FrameKind::Except, start, start)?;
        self.stmts(body)?;
        self.op(Opcode::POP_BLOCK);
        self.pop_frame();
        self.jump(Opcode::JUMP_FORWARD, otherwise);
        self.place(except);
        self.push_frame(FrameKind::Handling, start, start)?;
        for (i, handler) in handlers.iter().enumerate() {
            let ExceptHandlerKind::ExceptHandler { r#type, name, body } = handler.kind;
            if r#type.is_none() && i + 1 < handlers.len() {
                return self.error("default 'except:' must be last");
            }
            self.unit.line = handler.span.lineno;
            self.unit.column = handler.span.col_offset;
            except = self.label();
            if let Some(class) = r#type {
                self.op(Opcode::DUP_TOP);
                self.expr(class)?;
                self.jump(Opcode::JUMP_IF_NOT_EXC_MATCH, except);
            }
            self.op(Opcode::POP_TOP);
            match name {
                Some(name) => self.named_handler(name, body, end)?,
                None => self.handler(body, end)?,
            }
            self.place(except);
        }
        self.pop_frame();
        self.op(Opcode::RERAISE);
        self.place(otherwise);
        self.stmts(orelse)?;
        self.place(end);
        Ok(())
    }

    fn handler(&mut self, body: &'a [&'a Stmt<'a>], end: Label) -> Result {
        self.op(Opcode::POP_TOP);
        self.op(Opcode::POP_TOP);
        let start = self.label_here();
        self.push_frame(FrameKind::Handler(None), start, start)?;
        self.stmts(body)?;
        self.pop_frame();
        self.op(Opcode::POP_EXCEPT);
        self.jump(Opcode::JUMP_FORWARD, end);
        Ok(())
    }

    /// The name is unbound however the body is left.
    fn named_handler(&mut self, name: &'a str, body: &'a [&'a Stmt<'a>], end: Label) -> Result {
        let cleanup = self.label();
        self.store_name(name)?;
        self.op(Opcode::POP_TOP);
        self.jump(Opcode::SETUP_FINALLY, cleanup);
        let start = self.label_here();
        self.push_frame(FrameKind::Handler(Some(name)), start, start)?;
        self.stmts(body)?;
        self.pop_frame();
        self.op(Opcode::POP_BLOCK);
        self.op(Opcode::POP_EXCEPT);
        self.unbind(name)?;
        self.jump(Opcode::JUMP_FORWARD, end);
        self.place(cleanup);
        self.unbind(name)?;
        self.op(Opcode::RERAISE);
        Ok(())
    }

    pub fn with(&mut self, items: &'a [&'a WithItem<'a>], body: &'a [&'a Stmt<'a>]) -> Result {
        let Some((item, rest)) = items.split_first() else { return self.stmts(body) };
        let (start, handler, exit) = (self.label(), self.label(), self.label());
        self.expr(item.context_expr)?;
        self.jump(Opcode::SETUP_WITH, handler);
        self.place(start);
        self.push_frame(FrameKind::With, start, handler)?;
        self.bind_item(item)?;
        self.with(rest, body)?;
        self.op(Opcode::POP_BLOCK);
        self.pop_frame();
        self.call_exit();
        self.op(Opcode::POP_TOP);
        self.jump(Opcode::JUMP_FORWARD, exit);
        self.place(handler);
        self.op(Opcode::WITH_EXCEPT_START);
        self.finish_with_except();
        self.place(exit);
        Ok(())
    }

    pub fn async_with(&mut self, items: &'a [&'a WithItem<'a>], body: &'a [&'a Stmt<'a>]) -> Result {
        let Some((item, rest)) = items.split_first() else { return self.stmts(body) };
        self.check_async("'async with' outside async function")?;
        let (start, handler, exit) = (self.label(), self.label(), self.label());
        self.expr(item.context_expr)?;
        self.op(Opcode::BEFORE_ASYNC_WITH);
        self.await_top();
        self.jump(Opcode::SETUP_ASYNC_WITH, handler);
        self.place(start);
        self.push_frame(FrameKind::AsyncWith, start, handler)?;
        self.bind_item(item)?;
        self.async_with(rest, body)?;
        self.op(Opcode::POP_BLOCK);
        self.pop_frame();
        self.call_exit();
        self.await_top();
        self.op(Opcode::POP_TOP);
        self.jump(Opcode::JUMP_ABSOLUTE, exit);
        self.place(handler);
        self.op(Opcode::WITH_EXCEPT_START);
        self.await_top();
        self.finish_with_except();
        self.place(exit);
        Ok(())
    }

    fn bind_item(&mut self, item: &'a WithItem<'a>) -> Result {
        match item.optional_vars {
            Some(target) => self.expr(target),
            None => {
                self.op(Opcode::POP_TOP);
                Ok(())
            }
        }
    }

    /// `__exit__(None, None, None)`, the method being on the stack.
    pub fn call_exit(&mut self) {
        self.load_none();
        self.op(Opcode::DUP_TOP);
        self.op(Opcode::DUP_TOP);
        self.op_arg(Opcode::CALL_FUNCTION, 3);
    }

    /// The answer of `__exit__` is on the stack: swallow the exception or raise it again.
    fn finish_with_except(&mut self) {
        let swallow = self.label();
        self.jump(Opcode::POP_JUMP_IF_TRUE, swallow);
        self.op(Opcode::RERAISE);
        self.place(swallow);
        for _ in 0..3 {
            self.op(Opcode::POP_TOP);
        }
        self.op(Opcode::POP_EXCEPT);
        self.op(Opcode::POP_TOP);
    }
}
