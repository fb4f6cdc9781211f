//! `import` and `from ... import`.

use super::*;

impl<'a> Generator<'a, '_> {
    pub fn import(&mut self, names: &'a [&'a Alias<'a>]) -> Result {
        for alias in names {
            self.load_const(Constant::Int(0));
            self.load_none();
            self.op_name(Opcode::IMPORT_NAME, alias.name);
            match alias.asname {
                Some(asname) => self.import_as(alias.name, asname)?,
                None => self.store_name(alias.name.split('.').next().unwrap_or(alias.name))?,
            }
        }
        Ok(())
    }

    /// `import a.b.c as x` goes down from `a`, attribute by attribute.
    fn import_as(&mut self, name: &'a str, asname: &'a str) -> Result {
        let mut parts = name.split('.').skip(1).peekable();
        if parts.peek().is_none() {
            return self.store_name(asname);
        }
        while let Some(part) = parts.next() {
            self.op_raw_name(Opcode::IMPORT_FROM, part);
            if parts.peek().is_some() {
                self.op(Opcode::ROT_TWO);
                self.op(Opcode::POP_TOP);
            }
        }
        self.store_name(asname)?;
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    pub fn import_from(
        &mut self,
        stmt: &'a Stmt<'a>,
        module: Option<&'a str>,
        names: &'a [&'a Alias<'a>],
        level: i32,
    ) -> Result {
        self.load_const(Constant::Int(level as i64));
        if stmt.span.lineno > self.future_line && module == Some("__future__") {
            return self.error(crate::future::LATE);
        }
        let list: Vec<&str> = names.iter().map(|alias| alias.name).collect();
        self.load_names(&list);
        self.op_name(Opcode::IMPORT_NAME, module.unwrap_or(""));
        for (i, alias) in names.iter().enumerate() {
            if i == 0 && alias.name == "*" {
                self.op(Opcode::IMPORT_STAR);
                return Ok(());
            }
            self.op_name(Opcode::IMPORT_FROM, alias.name);
            self.store_name(alias.asname.unwrap_or(alias.name))?;
        }
        self.op(Opcode::POP_TOP);
        Ok(())
    }
}
