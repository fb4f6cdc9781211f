//! `find`, `findtext`, `findall`, `iterfind`: by tag alone here, by path in `xml.etree.ElementPath`.

use super::ELEMENT_PATH;
use super::element::Element;
use krait_object::args::{Args, Signature};
use krait_object::protocol::{call, object};
use krait_object::slot::CompareOp;
use krait_object::types::{bytes, list, none, unicode};
use krait_object::{Layout, Obj, Object, Result, err};

/// Whether a path is more than a tag.
pub fn is_path(path: &Object) -> bool {
    fn special(text: impl Iterator<Item = u32> + Clone) -> bool {
        let first: Vec<u32> = text.clone().take(3).collect();
        let c = |c: char| c as u32;
        if first.len() == 3 && first[0] == c('{') && (first[1] == c('}') || first[1..] == [c('*'), c('}')]) {
            return true;
        }
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
    if unicode::check(path) {
        let chars = unicode::chars(path);
        return special((0..chars.len()).map(|index| chars.at(index)));
    }
    if bytes::check(path) {
        return special(bytes::as_slice(path).iter().map(|byte| u32::from(*byte)));
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
