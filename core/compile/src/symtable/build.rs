//! First pass: collects definitions and uses.

use super::*;
use crate::mangle::mangle;
use krait_syntax::ast::*;

type Result<T = ()> = std::result::Result<T, CompileError>;

pub fn build<'a>(arena: &'a Arena, module: &'a Mod<'a>, guard: Guard) -> Result<SymbolTable<'a>> {
    let table = SymbolTable { blocks: Vec::new(), by_node: HashMap::default() };
    let mut builder = Builder { table, arena, stack: Vec::new(), class: None, guard };
    builder.enter(BlockKind::Module, "top", address(module), 0, 0);
    match *module {
        Mod::Module { body, .. } | Mod::Interactive { body } => builder.stmts(body)?,
        Mod::Expression { body } => builder.expr(body)?,
        Mod::FunctionType { .. } => {
            return Err(CompileError::System("this compiler does not handle FunctionTypes".into()));
        }
    }
    Ok(builder.table)
}

struct Builder<'a> {
    table: SymbolTable<'a>,
    arena: &'a Arena,
    /// The open blocks, the innermost last.
    stack: Vec<BlockId>,
    /// The innermost class, for mangling.
    class: Option<&'a str>,
    guard: Guard,
}

/// The two statements that say where a name lives.
#[derive(Clone, Copy)]
struct Declaration {
    word: &'static str,
    flag: u32,
}

const GLOBAL: Declaration = Declaration { word: "global", flag: DEF_GLOBAL };
const NONLOCAL: Declaration = Declaration { word: "nonlocal", flag: DEF_NONLOCAL };

impl<'a> Builder<'a> {
    fn enter(&mut self, kind: BlockKind, name: &'a str, node: usize, line: i32, column: i32) {
        let parent = self.stack.last().map(|&id| &self.table.blocks[id]);
        let block = Block {
            kind,
            name,
            node,
            line,
            column,
            nested: parent.is_some_and(|p| p.nested || p.kind == BlockKind::Function),
            comp_iterables: parent.map_or(0, |p| p.comp_iterables),
            symbols: NameTable::default(),
            flags: Vec::new(),
            varnames: Vec::new(),
            children: Vec::new(),
            generator: false,
            coroutine: false,
            varargs: false,
            varkeywords: false,
            returns_value: false,
            needs_class_closure: false,
            comprehension: false,
            free: false,
            child_free: false,
            in_comp_target: false,
            directives: Vec::new(),
        };
        let id = self.table.blocks.len();
        self.table.blocks.push(block);
        self.table.by_node.insert(node, id);
        if let Some(&parent) = self.stack.last() {
            self.table.blocks[parent].children.push(id);
        }
        self.stack.push(id);
    }

    fn exit(&mut self) {
        self.stack.pop();
    }

    fn current_id(&self) -> BlockId {
        self.stack.last().copied().unwrap_or(SymbolTable::TOP)
    }

    fn current(&mut self) -> &mut Block<'a> {
        let id = self.current_id();
        &mut self.table.blocks[id]
    }

    fn mangle(&self, name: &'a str) -> &'a str {
        mangle(self.arena, self.class, name)
    }

    fn lookup(&self, name: &'a str) -> u32 {
        self.table.blocks[self.current_id()].flags_of(self.mangle(name))
    }

    fn define(&mut self, name: &'a str, flag: u32) -> Result {
        self.define_in(self.current_id(), name, flag)
    }

    fn define_in(&mut self, id: BlockId, name: &'a str, flag: u32) -> Result {
        let mangled = self.mangle(name);
        let block = &mut self.table.blocks[id];
        let (line, column) = (block.line, block.column);
        let mut flags = block.flags_of(mangled);
        if flag & flags & DEF_PARAM != 0 {
            return CompileError::syntax(
                format!("duplicate argument '{name}' in function definition"),
                line,
                column,
            );
        }
        flags |= flag;
        if block.in_comp_target {
            if flags & (DEF_GLOBAL | DEF_NONLOCAL) != 0 {
                return CompileError::syntax(
                    format!("comprehension inner loop cannot rebind assignment expression target '{name}'"),
                    line,
                    column,
                );
            }
            flags |= DEF_COMP_ITER;
        }
        set(block, mangled, flags);
        if flag & DEF_PARAM != 0 {
            block.varnames.push(mangled);
        } else if flag & DEF_GLOBAL != 0 {
            let top = &mut self.table.blocks[SymbolTable::TOP];
            let flags = flag | top.flags_of(mangled);
            set(top, mangled, flags);
        }
        Ok(())
    }

    fn note_directive(&mut self, name: &'a str, span: Span) {
        let name = self.mangle(name);
        self.current().directives.push(Directive { name, line: span.lineno, column: span.col_offset });
    }

    fn stmts(&mut self, stmts: &'a [&'a Stmt<'a>]) -> Result {
        stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn exprs(&mut self, exprs: &'a [&'a Expr<'a>]) -> Result {
        exprs.iter().try_for_each(|expr| self.expr(expr))
    }

    fn opt_exprs(&mut self, exprs: &'a [Option<&'a Expr<'a>>]) -> Result {
        exprs.iter().flatten().try_for_each(|expr| self.expr(expr))
    }

    fn opt(&mut self, expr: Option<&'a Expr<'a>>) -> Result {
        expr.map_or(Ok(()), |expr| self.expr(expr))
    }

    fn stmt(&mut self, stmt: &'a Stmt<'a>) -> Result {
        self.guard.enter()?;
        self.stmt_kind(stmt)?;
        self.guard.leave();
        Ok(())
    }

    fn stmt_kind(&mut self, stmt: &'a Stmt<'a>) -> Result {
        use StmtKind::*;
        match stmt.kind {
            FunctionDef { .. } | AsyncFunctionDef { .. } => self.function(stmt),
            ClassDef { .. } => self.class(stmt),
            Return { value } => match value {
                Some(value) => {
                    self.expr(value)?;
                    self.current().returns_value = true;
                    Ok(())
                }
                None => Ok(()),
            },
            Delete { targets } => self.exprs(targets),
            Assign { targets, value, .. } => {
                self.exprs(targets)?;
                self.expr(value)
            }
            AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)
            }
            AnnAssign { .. } => self.annotated_assignment(stmt),
            For { target, iter, body, orelse, .. } | AsyncFor { target, iter, body, orelse, .. } => {
                self.expr(target)?;
                self.expr(iter)?;
                self.stmts(body)?;
                self.stmts(orelse)
            }
            While { test, body, orelse } | If { test, body, orelse } => {
                self.expr(test)?;
                self.stmts(body)?;
                self.stmts(orelse)
            }
            With { items, body, .. } | AsyncWith { items, body, .. } => {
                for item in items {
                    self.expr(item.context_expr)?;
                    self.opt(item.optional_vars)?;
                }
                self.stmts(body)
            }
            Raise { exc, cause } => {
                self.opt(exc)?;
                self.opt(cause)
            }
            Try { body, handlers, orelse, finalbody } => {
                self.stmts(body)?;
                self.stmts(orelse)?;
                handlers.iter().try_for_each(|handler| self.handler(handler))?;
                self.stmts(finalbody)
            }
            Assert { test, msg } => {
                self.expr(test)?;
                self.opt(msg)
            }
            Import { names } | ImportFrom { names, .. } => {
                names.iter().try_for_each(|alias| self.alias(alias))
            }
            Global { names } => names.iter().try_for_each(|name| self.declare(name, GLOBAL, stmt.span)),
            Nonlocal { names } => names.iter().try_for_each(|name| self.declare(name, NONLOCAL, stmt.span)),
            Expr { value } => self.expr(value),
            Pass {} | Break {} | Continue {} => Ok(()),
        }
    }

    #[inline(never)]
    fn function(&mut self, stmt: &'a Stmt<'a>) -> Result {
        let (StmtKind::FunctionDef { name, args, body, decorator_list, returns, .. }
        | StmtKind::AsyncFunctionDef { name, args, body, decorator_list, returns, .. }) = stmt.kind
        else {
            return Ok(());
        };
        self.define(name, DEF_LOCAL)?;
        self.exprs(args.defaults)?;
        self.opt_exprs(args.kw_defaults)?;
        self.annotations(args, returns)?;
        self.exprs(decorator_list)?;
        let Span { lineno, col_offset, .. } = stmt.span;
        self.enter(BlockKind::Function, name, address(stmt), lineno, col_offset);
        self.current().coroutine = matches!(stmt.kind, StmtKind::AsyncFunctionDef { .. });
        self.parameters(args)?;
        self.stmts(body)?;
        self.exit();
        Ok(())
    }

    fn class(&mut self, stmt: &'a Stmt<'a>) -> Result {
        let StmtKind::ClassDef { name, bases, keywords, body, decorator_list } = stmt.kind else {
            return Ok(());
        };
        self.define(name, DEF_LOCAL)?;
        self.exprs(bases)?;
        keywords.iter().try_for_each(|keyword| self.expr(keyword.value))?;
        self.exprs(decorator_list)?;
        let Span { lineno, col_offset, .. } = stmt.span;
        self.enter(BlockKind::Class, name, address(stmt), lineno, col_offset);
        let outer = self.class.replace(name);
        self.stmts(body)?;
        self.class = outer;
        self.exit();
        Ok(())
    }

    #[inline(never)]
    fn annotated_assignment(&mut self, stmt: &'a Stmt<'a>) -> Result {
        let StmtKind::AnnAssign { target, annotation, value, simple } = stmt.kind else { return Ok(()) };
        if let ExprKind::Name { id, .. } = target.kind {
            let flags = self.lookup(id);
            let word = if flags & DEF_GLOBAL != 0 { "global" } else { "nonlocal" };
            if flags & (DEF_GLOBAL | DEF_NONLOCAL) != 0
                && self.current_id() != SymbolTable::TOP
                && simple != 0
            {
                let Span { lineno, col_offset, .. } = stmt.span;
                return CompileError::syntax(
                    format!("annotated name '{id}' can't be {word}"),
                    lineno,
                    col_offset,
                );
            }
            if simple != 0 {
                self.define(id, DEF_ANNOT | DEF_LOCAL)?;
            } else if value.is_some() {
                self.define(id, DEF_LOCAL)?;
            }
        } else {
            self.expr(target)?;
        }
        self.expr(annotation)?;
        self.opt(value)
    }

    fn declare(&mut self, name: &'a str, declaration: Declaration, span: Span) -> Result {
        let Declaration { word, flag } = declaration;
        let flags = self.lookup(name);
        if flags & (DEF_PARAM | DEF_LOCAL | USE | DEF_ANNOT) != 0 {
            let message = if flags & DEF_PARAM != 0 {
                format!("name '{name}' is parameter and {word}")
            } else if flags & USE != 0 {
                format!("name '{name}' is used prior to {word} declaration")
            } else if flags & DEF_ANNOT != 0 {
                format!("annotated name '{name}' can't be {word}")
            } else {
                format!("name '{name}' is assigned to before {word} declaration")
            };
            return CompileError::syntax(message, span.lineno, span.col_offset);
        }
        self.define(name, flag)?;
        self.note_directive(name, span);
        Ok(())
    }

    fn handler(&mut self, handler: &'a ExceptHandler<'a>) -> Result {
        let ExceptHandlerKind::ExceptHandler { r#type, name, body } = handler.kind;
        self.opt(r#type)?;
        if let Some(name) = name {
            self.define(name, DEF_LOCAL)?;
        }
        self.stmts(body)
    }

    fn alias(&mut self, alias: &'a Alias<'a>) -> Result {
        let name = alias.asname.unwrap_or(alias.name);
        let name = name.split_once('.').map_or(name, |(first, _)| first);
        if name != "*" {
            return self.define(name, DEF_IMPORT);
        }
        let block = self.current();
        if block.kind != BlockKind::Module {
            return CompileError::syntax("import * only allowed at module level", block.line, block.column);
        }
        Ok(())
    }

    fn annotations(&mut self, args: &'a Arguments<'a>, returns: Option<&'a Expr<'a>>) -> Result {
        let singles = [args.vararg, args.kwarg];
        let all = args.posonlyargs.iter().chain(args.args).copied();
        let all = all.chain(singles.into_iter().flatten()).chain(args.kwonlyargs.iter().copied());
        for arg in all {
            self.opt(arg.annotation)?;
        }
        self.opt(returns)
    }

    fn parameters(&mut self, args: &'a Arguments<'a>) -> Result {
        for arg in args.posonlyargs.iter().chain(args.args).chain(args.kwonlyargs) {
            self.define(arg.arg, DEF_PARAM)?;
        }
        if let Some(arg) = args.vararg {
            self.define(arg.arg, DEF_PARAM)?;
            self.current().varargs = true;
        }
        if let Some(arg) = args.kwarg {
            self.define(arg.arg, DEF_PARAM)?;
            self.current().varkeywords = true;
        }
        Ok(())
    }

    fn expr(&mut self, expr: &'a Expr<'a>) -> Result {
        self.guard.enter()?;
        self.expr_kind(expr)?;
        self.guard.leave();
        Ok(())
    }

    fn expr_kind(&mut self, expr: &'a Expr<'a>) -> Result {
        use ExprKind::*;
        match expr.kind {
            NamedExpr { .. } => self.named_expr(expr),
            BoolOp { values, .. } | JoinedStr { values } => self.exprs(values),
            BinOp { left, right, .. } => {
                self.expr(left)?;
                self.expr(right)
            }
            UnaryOp { operand, .. } => self.expr(operand),
            Lambda { args, body } => {
                self.exprs(args.defaults)?;
                self.opt_exprs(args.kw_defaults)?;
                let Span { lineno, col_offset, .. } = expr.span;
                self.enter(BlockKind::Function, "lambda", address(expr), lineno, col_offset);
                self.parameters(args)?;
                self.expr(body)?;
                self.exit();
                Ok(())
            }
            IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)
            }
            Dict { keys, values } => {
                self.opt_exprs(keys)?;
                self.exprs(values)
            }
            Set { elts } | List { elts, .. } | Tuple { elts, .. } => self.exprs(elts),
            ListComp { .. } | SetComp { .. } | DictComp { .. } | GeneratorExp { .. } => {
                self.comprehension(expr)
            }
            Yield { value } => {
                self.opt(value)?;
                self.current().generator = true;
                Ok(())
            }
            YieldFrom { value } => {
                self.expr(value)?;
                self.current().generator = true;
                Ok(())
            }
            Await { value } => {
                self.expr(value)?;
                self.current().coroutine = true;
                Ok(())
            }
            Compare { left, comparators, .. } => {
                self.expr(left)?;
                self.exprs(comparators)
            }
            Call { func, args, keywords } => {
                self.expr(func)?;
                self.exprs(args)?;
                keywords.iter().try_for_each(|keyword| self.expr(keyword.value))
            }
            FormattedValue { value, format_spec, .. } => {
                self.expr(value)?;
                self.opt(format_spec)
            }
            Constant { .. } => Ok(()),
            Attribute { value, .. } | Starred { value, .. } => self.expr(value),
            Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)
            }
            Name { id, ctx } => self.name(id, ctx),
            Slice { lower, upper, step } => {
                self.opt(lower)?;
                self.opt(upper)?;
                self.opt(step)
            }
        }
    }

    fn name(&mut self, id: &'a str, ctx: ExprContext) -> Result {
        if ctx != ExprContext::Load {
            return self.define(id, DEF_LOCAL);
        }
        self.define(id, USE)?;
        // super() without arguments finds the class through this cell.
        if id == "super" && self.current().kind == BlockKind::Function {
            self.define("__class__", USE)?;
        }
        Ok(())
    }

    #[inline(never)]
    fn named_expr(&mut self, expr: &'a Expr<'a>) -> Result {
        let ExprKind::NamedExpr { target, value } = expr.kind else { return Ok(()) };
        let block = self.current();
        if block.comp_iterables > 0 {
            return raw_column(
                "assignment expression cannot be used in a comprehension iterable expression".into(),
                expr.span,
            );
        }
        if block.comprehension {
            self.bind_outside_comprehension(target)?;
        }
        self.expr(value)?;
        self.expr(target)
    }

    /// The target of `:=` inside comprehensions belongs to the block around all of them.
    fn bind_outside_comprehension(&mut self, target: &'a Expr<'a>) -> Result {
        let ExprKind::Name { id, .. } = target.kind else { return Ok(()) };
        for i in (0..self.stack.len()).rev() {
            let outer = self.stack[i];
            let block = &self.table.blocks[outer];
            // CPython looks for the name as it is written, so private names slip through.
            let flags = block.flags_of(id);
            if block.comprehension {
                if flags & DEF_COMP_ITER != 0 {
                    return raw_column(
                        format!(
                            "assignment expression cannot rebind comprehension iteration variable '{id}'"
                        ),
                        target.span,
                    );
                }
                continue;
            }
            let (here, there) = match block.kind {
                BlockKind::Function if flags & DEF_GLOBAL != 0 => (DEF_GLOBAL, DEF_LOCAL),
                BlockKind::Function => (DEF_NONLOCAL, DEF_LOCAL),
                BlockKind::Module => (DEF_GLOBAL, DEF_GLOBAL),
                BlockKind::Class => {
                    return raw_column(
                        "assignment expression within a comprehension cannot be used in a class body".into(),
                        target.span,
                    );
                }
            };
            self.define(id, here)?;
            self.note_directive(id, target.span);
            return self.define_in(outer, id, there);
        }
        Ok(())
    }

    #[inline(never)]
    fn comprehension(&mut self, expr: &'a Expr<'a>) -> Result {
        let (name, what, generators, value, elt) = match expr.kind {
            ExprKind::ListComp { elt, generators } => {
                ("listcomp", "list comprehension", generators, None, elt)
            }
            ExprKind::SetComp { elt, generators } => ("setcomp", "set comprehension", generators, None, elt),
            ExprKind::DictComp { key, value, generators } => {
                ("dictcomp", "dict comprehension", generators, Some(value), key)
            }
            ExprKind::GeneratorExp { elt, generators } => {
                ("genexpr", "generator expression", generators, None, elt)
            }
            _ => return Ok(()),
        };
        let Some((first, rest)) = generators.split_first() else {
            return Err(CompileError::System("comprehension with no generators".into()));
        };
        // The outermost iterable is evaluated in the block around.
        self.current().comp_iterables += 1;
        self.expr(first.iter)?;
        self.current().comp_iterables -= 1;
        let Span { lineno, col_offset, .. } = expr.span;
        self.enter(BlockKind::Function, name, address(expr), lineno, col_offset);
        self.current().coroutine = first.is_async != 0;
        self.current().comprehension = true;
        self.define(".0", DEF_PARAM)?;
        self.comprehension_target(first.target)?;
        self.exprs(first.ifs)?;
        for generator in rest {
            self.comprehension_target(generator.target)?;
            self.current().comp_iterables += 1;
            self.expr(generator.iter)?;
            self.current().comp_iterables -= 1;
            self.exprs(generator.ifs)?;
            self.current().coroutine |= generator.is_async != 0;
        }
        self.opt(value)?;
        self.expr(elt)?;
        if self.current().generator {
            return CompileError::syntax(format!("'yield' inside {what}"), lineno, col_offset);
        }
        self.current().generator = matches!(expr.kind, ExprKind::GeneratorExp { .. });
        self.exit();
        Ok(())
    }

    fn comprehension_target(&mut self, target: &'a Expr<'a>) -> Result {
        self.current().in_comp_target = true;
        self.expr(target)?;
        self.current().in_comp_target = false;
        Ok(())
    }
}

fn set<'a>(block: &mut Block<'a>, name: &'a str, flags: u32) {
    let position = block.symbols.insert(name);
    if position == block.flags.len() {
        block.flags.push(flags);
    } else {
        block.flags[position] = flags;
    }
}

/// The errors about named expressions give the column counted from 0, as CPython does.
fn raw_column(message: String, span: Span) -> Result {
    Err(CompileError::at(message, span.lineno, span.col_offset, true))
}
