//! `find`, `findtext`, `findall`, `iterfind`: by tag alone here, by path in `xml.etree.ElementPath`.

use super::ELEMENT_PATH;
use super::element::Element;
use krait_object::args::{Args, Signature};
use krait_object::protocol::{call, object};
use krait_object::slot::CompareOp;
use krait_object::types::{bytes, list, none, unicode};
use krait_object::{Layout, Obj, Object, Result, err};

/// Whether a path is more than a tag: it has special characters outside of braces, or stands for any namespace.
pub fn is_path(path: &Object) -> bool {
    fn special(text: impl Iterator<Item = u32>) -> bool {
        let mut outside = true;
        for unit in text {
            match char::from_u32(unit) {
                Some('{') => outside = false,
                Some('}') => outside = true,
                Some('/' | '*' | '[' | '@' | '.') if outside => return true,
                _ => {}
            }
        }
        false
    }
    fn any_namespace(text: &[u8]) -> bool {
        text.len() >= 3 && (text.starts_with(b"{}") || text.starts_with(b"{*}"))
    }
    if unicode::check(path) {
        return match unicode::chars(path) {
            unicode::Chars::Latin1(text) => {
                any_namespace(text) || special(text.iter().map(|c| u32::from(*c)))
            }
            chars => {
                let start: [u8; 3] = core::array::from_fn(|at| {
                    if at < chars.len() { u8::try_from(chars.at(at)).unwrap_or(0) } else { 0 }
                });
                any_namespace(&start[..chars.len().min(3)]) || special(chars.iter())
            }
        };
    }
    if bytes::check(path) {
        let text = bytes::as_slice(path);
        return any_namespace(text) || special(text.iter().map(|byte| u32::from(*byte)));
    }
    true
}

fn element_path(function: &str, args: &[&Object]) -> Result<Obj> {
    let module = ELEMENT_PATH.required()?;
    call::call_method_str(&module, function, args)
}

/// The path and the namespaces.
fn bind<'a>(function: &'static str, args: Args<'a>) -> Result<(&'a Object, &'a Object)> {
    let [path, namespaces] = Signature::new(function, ["path", "namespaces"]).required(1).bind(args)?;
    Ok((path.ok_or_else(err::bad_argument)?, namespaces.unwrap_or(none::none())))
}

/// Each child with the tag, until `body` has enough. Comparing may run Python code, so that each child is looked at
/// anew.
fn each_match(
    this: &Element,
    tag: &Object,
    mut body: impl FnMut(Obj<Element>) -> Result<bool>,
) -> Result<()> {
    let mut index = 0;
    while let Some(child) = this.child(index) {
        if object::rich_compare_bool(&child.tag(), tag, CompareOp::Eq)? && body(child)? {
            return Ok(());
        }
        index += 1;
    }
    Ok(())
}

pub fn find(this: &Element, args: Args<'_>) -> Result<Option<Obj>> {
    let (path, namespaces) = bind("find", args)?;
    if is_path(path) || !namespaces.is_none() {
        return element_path("find", &[this.object(), path, namespaces]).map(Some);
    }
    let mut found = None;
    each_match(this, path, |child| {
        found = Some(child.upcast());
        Ok(true)
    })?;
    Ok(found)
}

pub fn findtext(this: &Element, args: Args<'_>) -> Result<Obj> {
    let [path, default, namespaces] =
        Signature::new("findtext", ["path", "default", "namespaces"]).required(1).bind(args)?;
    let path = path.ok_or_else(err::bad_argument)?;
    let (default, namespaces) = (default.unwrap_or(none::none()), namespaces.unwrap_or(none::none()));
    if is_path(path) || !namespaces.is_none() {
        return element_path("findtext", &[this.object(), path, default, namespaces]);
    }
    let mut found = None;
    each_match(this, path, |child| {
        let text = child.text.get()?;
        found = Some(if text.is_none() { unicode::empty()? } else { text });
        Ok(true)
    })?;
    Ok(found.unwrap_or_else(|| default.owned()))
}

pub fn findall(this: &Element, args: Args<'_>) -> Result<Obj> {
    let (path, namespaces) = bind("findall", args)?;
    if is_path(path) || !namespaces.is_none() {
        return element_path("findall", &[this.object(), path, namespaces]);
    }
    let found = list::new()?;
    each_match(this, path, |child| {
        found.push(child.upcast())?;
        Ok(false)
    })?;
    Ok(found.upcast())
}

pub fn iterfind(this: &Element, args: Args<'_>) -> Result<Obj> {
    let (path, namespaces) = bind("iterfind", args)?;
    element_path("iterfind", &[this.object(), path, namespaces])
}
