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

use crate::support::Kept;
use builder::TreeBuilder;
use element::Element;
use krait_object::protocol::object;
use krait_object::types::exceptions;
use krait_object::types::tuple;
use krait_object::types::{module, none};
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

static PARSE_ERROR: Kept = Kept("_elementtree.ParseError");
static DEEPCOPY: Kept = Kept("_elementtree.deepcopy");
static ELEMENT_PATH: Kept = Kept("_elementtree.ElementPath");
static COMMENT_FACTORY: Kept = Kept("_elementtree.comment_factory");
static PI_FACTORY: Kept = Kept("_elementtree.pi_factory");

fn exec(this: &Object) -> Result<()> {
    for class in [Element::class(), iter::ElementIterator::class(), TreeBuilder::class(), XmlParser::class()]
    {
        class.ready()?;
    }
    let import = hooks::get().import;
    DEEPCOPY.get_or_make(|| object::get_attr_str(&*import("copy")?, "deepcopy"))?;
    ELEMENT_PATH.get_or_make(|| import("xml.etree.ElementPath"))?;
    drop(import("pyexpat")?);
    let error = PARSE_ERROR.get_or_make(|| {
        err::new_exception("xml.etree.ElementTree.ParseError", Some(exceptions::SyntaxError()), None)
    })?;
    module::add(this, "ParseError", &error)?;
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
    let current = |kept: &Kept| kept.get().unwrap_or_else(|| none::none().owned());
    let old = tuple::pack([current(&COMMENT_FACTORY), current(&PI_FACTORY)])?;
    COMMENT_FACTORY.set(comment)?;
    PI_FACTORY.set(pi)?;
    Ok(old)
}

/// The `TypeError` of positional-only functions for a wrong number of arguments.
#[cold]
fn wrong_count(function: &str, wanted: usize, given: usize) -> krait_object::Raised {
    let plural = if wanted == 1 { "" } else { "s" };
    err::type_error(format_args!("{function} expected {wanted} argument{plural}, got {given}"))
}
