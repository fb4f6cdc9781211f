//! `_elementtree`: the elements, tree builder and parser of `xml.etree.ElementTree`.

mod builder;
mod children;
mod convert;
mod element;
mod find;
mod iter;
mod methods;
mod parser;
mod sequence;
mod text;

use builder::TreeBuilder;
use element::Element;
use krait_object::cell::ObjCell;
use krait_object::protocol::object;
use krait_object::types::exceptions;
use krait_object::types::module;
use krait_object::types::tuple;
use krait_object::{Class, Layout, Obj, Object, Result, err, hooks, method, native_module};
use parser::XmlParser;

native_module! {
    /// `_elementtree`
    init: PyInit__elementtree, name: c"_elementtree", doc: crate::support::NoDoc, methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::varargs_keywords(c"SubElement", element::sub_element, c""),
        method::fastcall(c"_set_factories", set_factories, krait_object::doc!("_set_factories($module, comment_factory, pi_factory, /)", "Changes what makes comments and processing instructions.\n\nFor internal use; the result is the two factories from before.")),
    ];
}

/// References that the module keeps; handled with the GIL held.
struct Kept(ObjCell);
// SAFETY: touched with the GIL held only.
unsafe impl Sync for Kept {}

static PARSE_ERROR: Kept = Kept(ObjCell::empty());
static DEEPCOPY: Kept = Kept(ObjCell::empty());
static ELEMENT_PATH: Kept = Kept(ObjCell::empty());
static COMMENT_FACTORY: Kept = Kept(ObjCell::empty());
static PI_FACTORY: Kept = Kept(ObjCell::empty());

fn exec(this: &Object) -> Result<()> {
    for class in [Element::class(), iter::ElementIterator::class(), TreeBuilder::class(), XmlParser::class()]
    {
        class.ready()?;
    }
    let import = hooks::get().import;
    DEEPCOPY.0.set(object::get_attr_str(&*import("copy")?, "deepcopy")?);
    ELEMENT_PATH.0.set(import("xml.etree.ElementPath")?);
    drop(import("pyexpat")?);
    let error =
        err::new_exception("xml.etree.ElementTree.ParseError", Some(exceptions::SyntaxError()), None)?;
    module::add(this, "ParseError", &error)?;
    PARSE_ERROR.0.set(error);
    module::add(this, "Element", Element::class().object())?;
    module::add(this, "TreeBuilder", TreeBuilder::class().object())?;
    module::add(this, "XMLParser", XmlParser::class().object())
}

fn set_factories(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let &[comment, pi] = args else { return Err(wrong_count("_set_factories", 2, args.len())) };
    for (factory, what) in [(comment, "Comment"), (pi, "PI")] {
        if !factory.is_none() && !object::is_callable(factory) {
            return Err(err::type_error(format_args!(
                "{what} factory must be callable, not {:.100}",
                factory.class_of().name()
            )));
        }
    }
    let old = tuple::pack([COMMENT_FACTORY.0.get_or_none(), PI_FACTORY.0.get_or_none()])?;
    for (factory, kept) in [(comment, &COMMENT_FACTORY), (pi, &PI_FACTORY)] {
        kept.0.set_opt((!factory.is_none()).then(|| factory.owned()));
    }
    Ok(old)
}

/// The `TypeError` of positional-only functions for a wrong number of arguments.
#[cold]
fn wrong_count(function: &str, wanted: usize, given: usize) -> krait_object::Raised {
    let plural = if wanted == 1 { "" } else { "s" };
    err::type_error(format_args!("{function} expected {wanted} argument{plural}, got {given}"))
}
