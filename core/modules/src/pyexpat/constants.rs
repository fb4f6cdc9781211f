//! The constants of the module, its two submodules, and the capsule for C code.

use crate::expat;
use crate::support;
use core::ffi::c_int;
use krait_abi::*;
use krait_object::types::{capsule, dict, list, long, module, tuple, unicode};
use krait_object::{Obj, Object, Result, err};

/// The names of expat's errors from 1 on.
const ERRORS: [&str; 37] = [
    "XML_ERROR_NO_MEMORY",
    "XML_ERROR_SYNTAX",
    "XML_ERROR_NO_ELEMENTS",
    "XML_ERROR_INVALID_TOKEN",
    "XML_ERROR_UNCLOSED_TOKEN",
    "XML_ERROR_PARTIAL_CHAR",
    "XML_ERROR_TAG_MISMATCH",
    "XML_ERROR_DUPLICATE_ATTRIBUTE",
    "XML_ERROR_JUNK_AFTER_DOC_ELEMENT",
    "XML_ERROR_PARAM_ENTITY_REF",
    "XML_ERROR_UNDEFINED_ENTITY",
    "XML_ERROR_RECURSIVE_ENTITY_REF",
    "XML_ERROR_ASYNC_ENTITY",
    "XML_ERROR_BAD_CHAR_REF",
    "XML_ERROR_BINARY_ENTITY_REF",
    "XML_ERROR_ATTRIBUTE_EXTERNAL_ENTITY_REF",
    "XML_ERROR_MISPLACED_XML_PI",
    "XML_ERROR_UNKNOWN_ENCODING",
    "XML_ERROR_INCORRECT_ENCODING",
    "XML_ERROR_UNCLOSED_CDATA_SECTION",
    "XML_ERROR_EXTERNAL_ENTITY_HANDLING",
    "XML_ERROR_NOT_STANDALONE",
    "XML_ERROR_UNEXPECTED_STATE",
    "XML_ERROR_ENTITY_DECLARED_IN_PE",
    "XML_ERROR_FEATURE_REQUIRES_XML_DTD",
    "XML_ERROR_CANT_CHANGE_FEATURE_ONCE_PARSING",
    "XML_ERROR_UNBOUND_PREFIX",
    "XML_ERROR_UNDECLARING_PREFIX",
    "XML_ERROR_INCOMPLETE_PE",
    "XML_ERROR_XML_DECL",
    "XML_ERROR_TEXT_DECL",
    "XML_ERROR_PUBLICID",
    "XML_ERROR_SUSPENDED",
    "XML_ERROR_NOT_SUSPENDED",
    "XML_ERROR_ABORTED",
    "XML_ERROR_FINISHED",
    "XML_ERROR_SUSPEND_PE",
];

/// Kinds and quantifiers of content models.
const MODEL: [(&str, i64); 10] = [
    ("XML_CTYPE_EMPTY", 1),
    ("XML_CTYPE_ANY", 2),
    ("XML_CTYPE_MIXED", 3),
    ("XML_CTYPE_NAME", 4),
    ("XML_CTYPE_CHOICE", 5),
    ("XML_CTYPE_SEQ", 6),
    ("XML_CQUANT_NONE", 0),
    ("XML_CQUANT_OPT", 1),
    ("XML_CQUANT_REP", 2),
    ("XML_CQUANT_PLUS", 3),
];

/// Adds everything to the module.
pub fn add(this: &Object) -> Result<()> {
    // SAFETY: static data of the library.
    let (version, info) = unsafe { (expat::text(expat::version()), expat::version_info()) };
    module::add(this, "EXPAT_VERSION", &*expat::to_str(version.unwrap_or_default())?)?;
    let parts = [info.major, info.minor, info.micro];
    let parts: Vec<Obj> =
        parts.iter().map(|part| long::from_i64(i64::from(*part))).collect::<Result<Vec<_>>>()?;
    module::add(this, "version_info", &*tuple::from_vec(parts)?)?;
    module::add_string_constant(this, "native_encoding", "UTF-8")?;
    module::add(this, "errors", &*errors()?)?;
    module::add(this, "model", &*model()?)?;
    module::add(this, "features", &*features()?)?;
    support::add_ints(
        this,
        &[
            ("XML_PARAM_ENTITY_PARSING_NEVER", 0),
            ("XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE", 1),
            ("XML_PARAM_ENTITY_PARSING_ALWAYS", 2),
        ],
    )?;
    let capi = Box::leak(Box::new(capi(info))) as *mut PyExpat_CAPI;
    module::add(this, "expat_CAPI", &*capsule::publish(capi.cast(), PyExpat_CAPSULE_NAME)?)
}

/// A module of its own in `sys.modules`.
fn submodule(name: &str, doc: &str) -> Result<Obj> {
    let new = krait_vm::import::add_module(&*unicode::from_str(name)?)?;
    module::set_doc_string(&new, doc)?;
    Ok(new)
}

fn errors() -> Result<Obj> {
    let this = submodule("pyexpat.errors", "Constants used to describe error conditions.")?;
    let (codes, messages) = (dict::new()?, dict::new()?);
    for (index, name) in ERRORS.iter().enumerate() {
        let code = index as c_int + 1;
        // An older library has no words for newer errors.
        let Some(text) = expat::error_text(code) else { continue };
        let (text, code) = (unicode::from_str(text)?, long::from_i64(i64::from(code))?);
        module::add(&this, name, &text)?;
        dict::set_item(&codes, &text, &code)?;
        dict::set_item(&messages, &code, &text)?;
    }
    module::add(&this, "codes", &codes)?;
    module::add(&this, "messages", &messages)?;
    Ok(this)
}

fn model() -> Result<Obj> {
    let this = submodule("pyexpat.model", "Constants used to interpret content model information.")?;
    support::add_ints(&this, &MODEL)?;
    Ok(this)
}

/// `(name, value)` of each compile-time option.
fn features() -> Result<Obj> {
    let mut all = Vec::new();
    // SAFETY: a static list that ends with feature 0.
    unsafe {
        let mut feature = expat::features();
        if feature.is_null() {
            return Err(err::no_memory());
        }
        while (*feature).feature != 0 {
            let name = expat::to_str(expat::text((*feature).name).unwrap_or_default())?;
            all.push(tuple::pack([name, long::from_i64((*feature).value)?])?);
            feature = feature.add(1);
        }
    }
    Ok(list::from_vec(all)?.upcast())
}

/// The functions that C code gets.
fn capi(version: expat::Version) -> PyExpat_CAPI {
    PyExpat_CAPI {
        magic: PyExpat_CAPI_MAGIC.as_ptr().cast_mut(),
        size: size_of::<PyExpat_CAPI>() as c_int,
        MAJOR_VERSION: version.major,
        MINOR_VERSION: version.minor,
        MICRO_VERSION: version.micro,
        ErrorString: Some(expat::error_string),
        GetErrorCode: Some(expat::get_error_code),
        GetErrorColumnNumber: Some(expat::get_column_number),
        GetErrorLineNumber: Some(expat::get_line_number),
        Parse: Some(expat::parse),
        ParserCreate_MM: Some(expat::parser_create),
        ParserFree: Some(expat::parser_free),
        SetCharacterDataHandler: Some(expat::on_character_data),
        SetCommentHandler: Some(expat::on_comment),
        SetDefaultHandlerExpand: Some(expat::on_default_expand),
        SetElementHandler: Some(expat::set_element_handler),
        SetNamespaceDeclHandler: Some(expat::set_namespace_handler),
        SetProcessingInstructionHandler: Some(expat::on_processing_instruction),
        SetUnknownEncodingHandler: Some(expat::on_unknown_encoding),
        SetUserData: Some(expat::set_user_data),
        SetStartDoctypeDeclHandler: Some(expat::on_start_doctype),
        SetEncoding: Some(expat::set_encoding),
        DefaultUnknownEncodingHandler: Some(expat::unknown_encoding),
        SetHashSalt: Some(expat::set_hash_salt),
    }
}
