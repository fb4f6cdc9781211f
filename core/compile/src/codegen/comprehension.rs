//! Comprehensions: each is a function that is called with the outermost iterator.

use super::*;

#[derive(Clone, Copy)]
enum Output<'a> {
    List(&'a Expr<'a>),
    Set(&'a Expr<'a>),
    Dict(&'a Expr<'a>, &'a Expr<'a>),
    Generator(&'a Expr<'a>),
}

impl<'a> Generator<'a, '_> {
    #[inline(never)]
    pub fn comprehension(&mut self, expr: &'a Expr<'a>) -> Result {
        let (name, generators, result) = match expr.kind {
            ExprKind::ListComp { elt, generators } => ("<listcomp>", generators, Output::List(elt)),
            ExprKind::SetComp { elt, generators } => ("<setcomp>", generators, Output::Set(elt)),
            ExprKind::DictComp { key, value, generators } => {
                ("<dictcomp>", generators, Output::Dict(key, value))
            }
            ExprKind::GeneratorExp { elt, generators } => ("<genexpr>", generators, Output::Generator(elt)),
            _ => return Ok(()),
        };
        let Some(first) = generators.first() else { return Ok(()) };
        // An await makes it one; that it must not be there is reported where it stands.
        let in_async_function = self.table.block(self.unit.block).coroutine;
        let top_level_await = self.top_level_await();
        self.enter(UnitKind::Comprehension, name, expr, expr.span.lineno)?;
        let is_generator = matches!(result, Output::Generator(_));
        let is_async = self.table.block(self.unit.block).coroutine;
        if is_async && !in_async_function && !is_generator && !top_level_await {
            return self.error("asynchronous comprehension outside of an asynchronous function");
        }
        match result {
            Output::List(_) => self.op_arg(Opcode::BUILD_LIST, 0),
            Output::Set(_) => self.op_arg(Opcode::BUILD_SET, 0),
            Output::Dict(..) => self.op_arg(Opcode::BUILD_MAP, 0),
            Output::Generator(_) => {}
        }
        self.unit.arg_count = 1;
        self.loops(generators, 0, 0, result)?;
        if !is_generator {
            self.op(Opcode::RETURN_VALUE);
        }
        let qualname = self.unit.qualname;
        let code = self.leave(true);
        if top_level_await && is_async {
            self.table.block_mut(self.unit.block).coroutine = true;
        }
        self.closure(code, 0, qualname)?;
        self.expr(first.iter)?;
        self.op(if first.is_async != 0 { Opcode::GET_AITER } else { Opcode::GET_ITER });
        self.op_arg(Opcode::CALL_FUNCTION, 1);
        if is_async && !is_generator {
            self.await_top();
        }
        Ok(())
    }

    /// The loops from the one at `index` inwards; `depth` iterators lie above the result.
    fn loops(
        &mut self,
        generators: &'a [&'a Comprehension<'a>],
        index: usize,
        depth: u32,
        result: Output<'a>,
    ) -> Result {
        let Some(&generator) = generators.get(index) else { return self.add_to_result(depth, result) };
        if generator.is_async != 0 {
            return self.async_loop(generator, generators, index, depth, result);
        }
        let (start, next, done) = (self.label(), self.label(), self.label());
        let mut depth = depth;
        // `for y in [f(x)]` binds y without a loop.
        let single = if index == 0 { None } else { single_item(generator.iter) };
        if index == 0 {
            self.op_arg(Opcode::LOAD_FAST, 0);
        } else if let Some(item) = single {
            self.expr(item)?;
        } else {
            self.expr(generator.iter)?;
            self.op(Opcode::GET_ITER);
        }
        if single.is_none() {
            depth += 1;
            self.place(start);
            self.jump(Opcode::FOR_ITER, done);
        }
        self.expr(generator.target)?;
        for test in generator.ifs {
            self.jump_if(test, next, false)?;
        }
        self.loops(generators, index + 1, depth, result)?;
        self.place(next);
        if single.is_none() {
            self.jump(Opcode::JUMP_ABSOLUTE, start);
            self.place(done);
        }
        Ok(())
    }

    fn async_loop(
        &mut self,
        generator: &'a Comprehension<'a>,
        generators: &'a [&'a Comprehension<'a>],
        index: usize,
        depth: u32,
        result: Output<'a>,
    ) -> Result {
        let (start, next, except) = (self.label(), self.label(), self.label());
        if index == 0 {
            self.op_arg(Opcode::LOAD_FAST, 0);
        } else {
            self.expr(generator.iter)?;
            self.op(Opcode::GET_AITER);
        }
        self.place(start);
        self.async_next(except);
        self.expr(generator.target)?;
        for test in generator.ifs {
            self.jump_if(test, next, false)?;
        }
        self.loops(generators, index + 1, depth + 1, result)?;
        self.place(next);
        self.jump(Opcode::JUMP_ABSOLUTE, start);
        self.place(except);
        self.op(Opcode::END_ASYNC_FOR);
        Ok(())
    }

    fn add_to_result(&mut self, depth: u32, result: Output<'a>) -> Result {
        match result {
            Output::Generator(elt) => {
                self.expr(elt)?;
                self.op(Opcode::YIELD_VALUE);
                self.op(Opcode::POP_TOP);
            }
            Output::List(elt) => {
                self.expr(elt)?;
                self.op_arg(Opcode::LIST_APPEND, depth + 1);
            }
            Output::Set(elt) => {
                self.expr(elt)?;
                self.op_arg(Opcode::SET_ADD, depth + 1);
            }
            Output::Dict(key, value) => {
                self.expr(key)?;
                self.expr(value)?;
                self.op_arg(Opcode::MAP_ADD, depth + 1);
            }
        }
        Ok(())
    }
}

fn single_item<'a>(iter: &'a Expr<'a>) -> Option<&'a Expr<'a>> {
    match iter.kind {
        ExprKind::List { elts: [item], .. } | ExprKind::Tuple { elts: [item], .. } => {
            (!matches!(item.kind, ExprKind::Starred { .. })).then_some(item)
        }
        _ => None,
    }
}
