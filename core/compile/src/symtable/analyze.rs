//! Second pass: decides where each name lives.
//!
//! A block gets three sets from the block around it: names bound in enclosing functions, names declared global
//! there, and an accumulator for the names that remain free below. Each child works on copies, so that what it
//! declares doesn't reach its siblings.

use super::*;
use std::collections::HashSet;

type Names<'a> = HashSet<&'a str, RandomState>;

pub fn analyze(table: &mut SymbolTable<'_>) -> Result<(), CompileError> {
    let (mut free, mut global) = (Names::default(), Names::default());
    block(table, SymbolTable::TOP, None, &mut free, &mut global)
}

fn block<'a>(
    table: &mut SymbolTable<'a>,
    id: BlockId,
    mut bound: Option<&mut Names<'a>>,
    free: &mut Names<'a>,
    global: &mut Names<'a>,
) -> Result<(), CompileError> {
    let (mut local, mut new_free) = (Names::default(), Names::default());
    let (mut new_bound, mut new_global) = (Names::default(), Names::default());
    let kind = table.blocks[id].kind;
    // A class body's own names don't exist for the functions in it.
    if kind == BlockKind::Class {
        new_global.extend(global.iter());
        new_bound.extend(bound.iter().flat_map(|bound| bound.iter()));
    }
    let mut scopes = Vec::with_capacity(table.blocks[id].flags.len());
    for i in 0..table.blocks[id].flags.len() {
        let sets = Sets { bound: bound.as_deref_mut(), local: &mut local, free, global };
        scopes.push(name(&mut table.blocks[id], i, sets)?);
    }
    if kind == BlockKind::Class {
        new_bound.insert("__class__");
    } else {
        if kind == BlockKind::Function {
            new_bound.extend(local.iter());
        }
        new_bound.extend(bound.iter().flat_map(|bound| bound.iter()));
        new_global.extend(global.iter());
    }
    for child in 0..table.blocks[id].children.len() {
        let child = table.blocks[id].children[child];
        let (mut child_bound, mut child_global) = (new_bound.clone(), new_global.clone());
        block(table, child, Some(&mut child_bound), &mut new_free, &mut child_global)?;
        let child = &table.blocks[child];
        if child.free || child.child_free {
            table.blocks[id].child_free = true;
        }
    }
    let this = &mut table.blocks[id];
    match kind {
        BlockKind::Function => cells(this, &mut scopes, &mut new_free),
        BlockKind::Class => this.needs_class_closure |= new_free.remove("__class__"),
        BlockKind::Module => {}
    }
    record(this, &scopes, bound.as_deref(), &new_free);
    free.extend(new_free);
    Ok(())
}

struct Sets<'s, 'a> {
    /// Absent at module level.
    bound: Option<&'s mut Names<'a>>,
    local: &'s mut Names<'a>,
    free: &'s mut Names<'a>,
    global: &'s mut Names<'a>,
}

fn name<'a>(block: &mut Block<'a>, index: usize, sets: Sets<'_, 'a>) -> Result<Scope, CompileError> {
    let (name, flags) = (block.symbols.as_slice()[index], block.flags[index]);
    if flags & DEF_GLOBAL != 0 {
        if flags & DEF_NONLOCAL != 0 {
            return at_directive(block, name, format!("name '{name}' is nonlocal and global"));
        }
        sets.global.insert(name);
        if let Some(bound) = sets.bound {
            bound.remove(name);
        }
        return Ok(Scope::GlobalExplicit);
    }
    if flags & DEF_NONLOCAL != 0 {
        return match sets.bound {
            None => at_directive(block, name, "nonlocal declaration not allowed at module level".into()),
            Some(bound) if !bound.contains(name) => {
                at_directive(block, name, format!("no binding for nonlocal '{name}' found"))
            }
            Some(_) => {
                block.free = true;
                sets.free.insert(name);
                Ok(Scope::Free)
            }
        };
    }
    if flags & DEF_BOUND != 0 {
        sets.local.insert(name);
        sets.global.remove(name);
        return Ok(Scope::Local);
    }
    if sets.bound.is_some_and(|bound| bound.contains(name)) {
        block.free = true;
        sets.free.insert(name);
        return Ok(Scope::Free);
    }
    if !sets.global.contains(name) && block.nested {
        block.free = true;
    }
    Ok(Scope::GlobalImplicit)
}

fn at_directive(block: &Block<'_>, name: &str, message: String) -> Result<Scope, CompileError> {
    let found = block.directives.iter().find(|directive| directive.name == name);
    let (line, column) = found.map_or((block.line, block.column), |found| (found.line, found.column));
    CompileError::syntax(message, line, column)
}

/// Locals that functions inside use become cells and are no longer free for the outside.
fn cells<'a>(block: &Block<'a>, scopes: &mut [Scope], free: &mut Names<'a>) {
    if free.is_empty() {
        return;
    }
    for (name, scope) in block.symbols.as_slice().iter().zip(scopes) {
        if *scope == Scope::Local && free.remove(name) {
            *scope = Scope::Cell;
        }
    }
}

/// Writes the scopes into the symbols and adds the names that pass through this block.
fn record<'a>(block: &mut Block<'a>, scopes: &[Scope], bound: Option<&Names<'a>>, free: &Names<'a>) {
    for (flags, scope) in block.flags.iter_mut().zip(scopes) {
        *flags |= (*scope as u32) << SCOPE_OFFSET;
    }
    let mut passing: Vec<&str> = free.iter().copied().collect();
    passing.sort_unstable();
    for name in passing {
        match block.symbols.position(name) {
            Some(i) => {
                if block.kind == BlockKind::Class && block.flags[i] & (DEF_BOUND | DEF_GLOBAL) != 0 {
                    block.flags[i] |= DEF_FREE_CLASS;
                }
            }
            None if bound.is_some_and(|bound| !bound.contains(name)) => {}
            None => {
                block.symbols.insert(name);
                block.flags.push((Scope::Free as u32) << SCOPE_OFFSET);
            }
        }
    }
}
