//! `Pattern.sub` and `Pattern.subn`.

use super::found;
use super::pattern::{Mode, Pattern, attempt, with_state};
use super::text::Text;
use krait_object::args::{Args, Signature};
use krait_object::protocol::{call, object};
use krait_object::types::{bytes, list, long, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, hooks, intern, with_chars};

/// What takes the place of a match.
enum Filter {
    /// The same text for every match.
    Constant(Obj),
    /// What a function makes of the match.
    Function(Obj),
}

pub(super) fn sub(this: &Pattern, args: Args<'_>) -> Result<Obj> {
    substitute(this, "sub", args).map(|(text, _)| text)
}

pub(super) fn subn(this: &Pattern, args: Args<'_>) -> Result<Obj> {
    let (text, count) = substitute(this, "subn", args)?;
    tuple::pack([text, long::from_i64(count as i64)?])
}

/// Whether a template is nothing but text: it has no backslash.
fn is_literal(template: &Object) -> bool {
    match Text::of(template) {
        Ok(text) => with_chars!(text.units(), |units| !units.contains(&b'\\'.into())),
        Err(_) => {
            err::clear();
            false
        }
    }
}

fn filter(this: &Pattern, replacement: &Object) -> Result<Filter> {
    if object::is_callable(replacement) {
        return Ok(Filter::Function(replacement.owned()));
    }
    if is_literal(replacement) {
        return Ok(Filter::Constant(replacement.owned()));
    }
    // The template compiler gives a function, or text without references.
    let re = (hooks::get().import)("re")?;
    let compiled = call::call_method(&re, intern!("_subx"), &[this.object(), replacement])?;
    Ok(if object::is_callable(&compiled) { Filter::Function(compiled) } else { Filter::Constant(compiled) })
}

fn substitute(this: &Pattern, function: &'static str, args: Args<'_>) -> Result<(Obj, isize)> {
    let signature: Signature<3> = Signature::new(function, ["repl", "string", "count"]).required(2);
    let [replacement, string, most] = signature.bind(args)?;
    let (Some(replacement), Some(string)) = (replacement, string) else {
        return Err(err::bad_internal_call());
    };
    let most = most.map_or(Ok(0), krait_object::args::ssize)?;
    let filter = filter(this, replacement)?;
    let text = Text::for_pattern(string, this.is_bytes)?;
    let mut parts: Vec<Obj> = Vec::new();
    let mut count = 0;
    with_chars!(text.units(), |units| with_state(this, units, 0, isize::MAX, |state| {
        let from = state.start;
        let mut done = 0;
        while most == 0 || count < most {
            state.reset();
            state.ptr = state.start;
            if !attempt(state, Mode::Search)? {
                break;
            }
            if done < state.start {
                parts.push(text.slice(done, state.start)?);
            }
            let part = match &filter {
                Filter::Constant(part) => part.clone(),
                Filter::Function(function) => {
                    let found = found::new(this, state, &text, from, state.end())?;
                    call::call1(function, found.object())?
                }
            };
            if !part.is_none() {
                parts.push(part);
            }
            done = state.ptr;
            count += 1;
            state.must_advance = state.ptr == state.start;
            state.start = state.ptr;
        }
        if done < state.end() {
            parts.push(text.slice(done, state.end())?);
        }
        Ok(())
    }))?;
    let joiner = text.slice(0, 0)?;
    if parts.is_empty() {
        return Ok((joiner, count));
    }
    let joined = if text.is_bytes() {
        bytes::join(&joiner, list::from_vec(parts)?.object())?
    } else {
        let parts: Vec<&Object> = parts.iter().map(|part| &**part).collect();
        unicode::join(&joiner, &parts)?
    };
    Ok((joined, count))
}
