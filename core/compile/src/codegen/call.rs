//! Calls.

use super::expression::Display;
use super::*;

impl<'a> Generator<'a, '_> {
    #[inline(never)]
    pub fn call(
        &mut self,
        func: &'a Expr<'a>,
        args: &'a [&'a Expr<'a>],
        keywords: &'a [&'a Keyword<'a>],
    ) -> Result {
        if let ExprKind::Attribute { value, attr, ctx: ExprContext::Load } = func.kind
            && keywords.is_empty()
            && !args.iter().any(|arg| matches!(arg.kind, ExprKind::Starred { .. }))
        {
            self.expr(value)?;
            self.op_name(Opcode::LOAD_METHOD, attr);
            self.exprs(args)?;
            self.op_arg(Opcode::CALL_METHOD, args.len() as u32);
            return Ok(());
        }
        self.check_called(func)?;
        self.expr(func)?;
        self.call_arguments(0, args, keywords)
    }

    fn check_keywords(&mut self, keywords: &[&'a Keyword<'a>]) -> Result {
        for (i, keyword) in keywords.iter().enumerate() {
            let Some(name) = keyword.arg else { continue };
            self.check_name(name, ExprContext::Store)?;
            if let Some(other) = keywords[i + 1..].iter().find(|other| other.arg == Some(name)) {
                self.unit.column = other.span.col_offset;
                return self.error(format!("keyword argument repeated: {name}"));
            }
        }
        Ok(())
    }

    /// Pushes the arguments and calls; the callable and `pushed` arguments are on the stack.
    pub fn call_arguments(
        &mut self,
        pushed: u32,
        args: &'a [&'a Expr<'a>],
        keywords: &'a [&'a Keyword<'a>],
    ) -> Result {
        self.check_keywords(keywords)?;
        let starred = args.iter().any(|arg| matches!(arg.kind, ExprKind::Starred { .. }));
        if starred || keywords.iter().any(|keyword| keyword.arg.is_none()) {
            return self.call_unpacking(pushed, args, keywords);
        }
        self.exprs(args)?;
        let count = pushed + args.len() as u32;
        if keywords.is_empty() {
            self.op_arg(Opcode::CALL_FUNCTION, count);
            return Ok(());
        }
        let names = self.keyword_values(keywords)?;
        self.load_names(&names);
        self.op_arg(Opcode::CALL_FUNCTION_KW, count + keywords.len() as u32);
        Ok(())
    }

    fn keyword_values(&mut self, keywords: &'a [&'a Keyword<'a>]) -> Result<Vec<&'a str>> {
        keywords.iter().try_for_each(|keyword| self.expr(keyword.value))?;
        Ok(keywords.iter().filter_map(|keyword| keyword.arg).collect())
    }

    /// With `*` or `**`: the arguments become a tuple and a dictionary.
    fn call_unpacking(
        &mut self,
        pushed: u32,
        args: &'a [&'a Expr<'a>],
        keywords: &'a [&'a Keyword<'a>],
    ) -> Result {
        match args {
            [Expr { kind: ExprKind::Starred { value, .. }, .. }] if pushed == 0 => self.expr(value)?,
            _ => self.display(args, Display::Tuple, pushed)?,
        }
        let (mut have_dict, mut pending) = (false, 0);
        for (i, keyword) in keywords.iter().enumerate() {
            if keyword.arg.is_some() {
                pending += 1;
                continue;
            }
            if pending > 0 {
                self.keyword_pairs(&keywords[i - pending..i])?;
                self.merge_keywords(have_dict);
                have_dict = true;
                pending = 0;
            }
            if !have_dict {
                self.op_arg(Opcode::BUILD_MAP, 0);
                have_dict = true;
            }
            self.expr(keyword.value)?;
            self.op_arg(Opcode::DICT_MERGE, 1);
        }
        if pending > 0 {
            self.keyword_pairs(&keywords[keywords.len() - pending..])?;
            self.merge_keywords(have_dict);
        }
        self.op_arg(Opcode::CALL_FUNCTION_EX, !keywords.is_empty() as u32);
        Ok(())
    }

    fn merge_keywords(&mut self, have_dict: bool) {
        if have_dict {
            self.op_arg(Opcode::DICT_MERGE, 1);
        }
    }

    fn keyword_pairs(&mut self, keywords: &'a [&'a Keyword<'a>]) -> Result {
        let count = keywords.len() as u32;
        if count > 1 {
            let names = self.keyword_values(keywords)?;
            self.load_names(&names);
            self.op_arg(Opcode::BUILD_CONST_KEY_MAP, count);
            return Ok(());
        }
        for keyword in keywords {
            self.load_const(self.name_const(keyword.arg.unwrap_or_default()));
            self.expr(keyword.value)?;
        }
        self.op_arg(Opcode::BUILD_MAP, count);
        Ok(())
    }
}
