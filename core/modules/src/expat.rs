//! The expat library: its functions, under the names that the build script has given them, and what both users of it
//! (`pyexpat`, `_elementtree`) share.

use core::ffi::{c_char, c_int, c_long, c_uchar, c_void};
use krait_abi::*;
use krait_object::types::unicode;
use krait_object::{Obj, Result, err, memory};

/// `XML_STATUS_ERROR`
pub const STATUS_ERROR: c_int = 0;
/// `XML_STATUS_OK`
pub const STATUS_OK: c_int = 1;

/// A node of an element's content model.
#[repr(C)]
pub struct Content {
    pub kind: c_int,
    pub quantifier: c_int,
    pub name: *mut c_char,
    pub count: core::ffi::c_uint,
    pub children: *mut Content,
}

/// A version of the library.
#[repr(C)]
pub struct Version {
    pub major: c_int,
    pub minor: c_int,
    pub micro: c_int,
}

/// A compile-time option of the library; the list ends with feature 0.
#[repr(C)]
pub struct Feature {
    pub feature: c_int,
    pub name: *const c_char,
    pub value: c_long,
}

type Text = *const c_char;
type User = *mut c_void;
pub type OnSkippedEntity = Option<unsafe extern "C" fn(User, Text, c_int)>;
pub type OnUnparsedEntity = Option<unsafe extern "C" fn(User, Text, Text, Text, Text, Text)>;
pub type OnNotation = Option<unsafe extern "C" fn(User, Text, Text, Text, Text)>;
pub type OnNothing = Option<unsafe extern "C" fn(User)>;
pub type OnNotStandalone = Option<unsafe extern "C" fn(User) -> c_int>;
pub type OnExternalEntity = Option<unsafe extern "C" fn(XML_Parser, Text, Text, Text, Text) -> c_int>;
pub type OnEntity =
    Option<unsafe extern "C" fn(User, Text, c_int, *const c_char, c_int, Text, Text, Text, Text)>;
pub type OnXmlDeclaration = Option<unsafe extern "C" fn(User, Text, Text, c_int)>;
pub type OnElementDeclaration = Option<unsafe extern "C" fn(User, Text, *mut Content)>;
pub type OnAttlist = Option<unsafe extern "C" fn(User, Text, Text, Text, Text, c_int)>;

macro_rules! expat {
    ($(fn $name:ident = $symbol:literal ($($arg:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        unsafe extern "C" {
            $(#[link_name = $symbol] pub fn $name($($arg: $type),*) $(-> $result)?;)*
        }
    };
}

expat! {
    fn parser_create = "krait_XML_ParserCreate_MM"(encoding: Text, memory: *const XML_Memory_Handling_Suite, separator: Text) -> XML_Parser;
    fn parser_free = "krait_XML_ParserFree"(parser: XML_Parser);
    fn external_entity_parser_create = "krait_XML_ExternalEntityParserCreate"(parser: XML_Parser, context: Text, encoding: Text) -> XML_Parser;
    fn parse = "krait_XML_Parse"(parser: XML_Parser, data: *const c_char, size: c_int, last: c_int) -> c_int;
    fn get_buffer = "krait_XML_GetBuffer"(parser: XML_Parser, size: c_int) -> *mut c_void;
    fn parse_buffer = "krait_XML_ParseBuffer"(parser: XML_Parser, size: c_int, last: c_int) -> c_int;
    fn stop_parser = "krait_XML_StopParser"(parser: XML_Parser, resumable: c_uchar) -> c_int;
    fn set_user_data = "krait_XML_SetUserData"(parser: XML_Parser, data: User);
    fn set_hash_salt = "krait_XML_SetHashSalt"(parser: XML_Parser, salt: core::ffi::c_ulong) -> c_int;
    fn set_encoding = "krait_XML_SetEncoding"(parser: XML_Parser, encoding: Text) -> c_int;
    fn set_base = "krait_XML_SetBase"(parser: XML_Parser, base: Text) -> c_int;
    fn get_base = "krait_XML_GetBase"(parser: XML_Parser) -> Text;
    fn get_input_context = "krait_XML_GetInputContext"(parser: XML_Parser, offset: *mut c_int, size: *mut c_int) -> *const c_char;
    fn set_param_entity_parsing = "krait_XML_SetParamEntityParsing"(parser: XML_Parser, how: c_int) -> c_int;
    fn use_foreign_dtd = "krait_XML_UseForeignDTD"(parser: XML_Parser, flag: c_uchar) -> c_int;
    fn set_return_ns_triplet = "krait_XML_SetReturnNSTriplet"(parser: XML_Parser, flag: c_int);
    fn get_specified_attribute_count = "krait_XML_GetSpecifiedAttributeCount"(parser: XML_Parser) -> c_int;
    fn free_content_model = "krait_XML_FreeContentModel"(parser: XML_Parser, model: *mut Content);
    fn get_error_code = "krait_XML_GetErrorCode"(parser: XML_Parser) -> c_int;
    fn get_line_number = "krait_XML_GetCurrentLineNumber"(parser: XML_Parser) -> XML_Size;
    fn get_column_number = "krait_XML_GetCurrentColumnNumber"(parser: XML_Parser) -> XML_Size;
    fn get_byte_index = "krait_XML_GetCurrentByteIndex"(parser: XML_Parser) -> c_long;
    fn error_string = "krait_XML_ErrorString"(code: c_int) -> Text;
    fn version = "krait_XML_ExpatVersion"() -> Text;
    fn version_info = "krait_XML_ExpatVersionInfo"() -> Version;
    fn features = "krait_XML_GetFeatureList"() -> *const Feature;
    fn set_element_handler = "krait_XML_SetElementHandler"(parser: XML_Parser, start: XML_StartElementHandler, end: XML_EndElementHandler);
    fn on_start_element = "krait_XML_SetStartElementHandler"(parser: XML_Parser, handler: XML_StartElementHandler);
    fn on_end_element = "krait_XML_SetEndElementHandler"(parser: XML_Parser, handler: XML_EndElementHandler);
    fn on_processing_instruction = "krait_XML_SetProcessingInstructionHandler"(parser: XML_Parser, handler: XML_ProcessingInstructionHandler);
    fn on_character_data = "krait_XML_SetCharacterDataHandler"(parser: XML_Parser, handler: XML_CharacterDataHandler);
    fn on_unparsed_entity = "krait_XML_SetUnparsedEntityDeclHandler"(parser: XML_Parser, handler: OnUnparsedEntity);
    fn on_notation = "krait_XML_SetNotationDeclHandler"(parser: XML_Parser, handler: OnNotation);
    fn set_namespace_handler = "krait_XML_SetNamespaceDeclHandler"(parser: XML_Parser, start: XML_StartNamespaceDeclHandler, end: XML_EndNamespaceDeclHandler);
    fn on_start_namespace = "krait_XML_SetStartNamespaceDeclHandler"(parser: XML_Parser, handler: XML_StartNamespaceDeclHandler);
    fn on_end_namespace = "krait_XML_SetEndNamespaceDeclHandler"(parser: XML_Parser, handler: XML_EndNamespaceDeclHandler);
    fn on_comment = "krait_XML_SetCommentHandler"(parser: XML_Parser, handler: XML_CommentHandler);
    fn on_start_cdata = "krait_XML_SetStartCdataSectionHandler"(parser: XML_Parser, handler: OnNothing);
    fn on_end_cdata = "krait_XML_SetEndCdataSectionHandler"(parser: XML_Parser, handler: OnNothing);
    fn on_default = "krait_XML_SetDefaultHandler"(parser: XML_Parser, handler: XML_DefaultHandler);
    fn on_default_expand = "krait_XML_SetDefaultHandlerExpand"(parser: XML_Parser, handler: XML_DefaultHandler);
    fn on_not_standalone = "krait_XML_SetNotStandaloneHandler"(parser: XML_Parser, handler: OnNotStandalone);
    fn on_external_entity = "krait_XML_SetExternalEntityRefHandler"(parser: XML_Parser, handler: OnExternalEntity);
    fn on_start_doctype = "krait_XML_SetStartDoctypeDeclHandler"(parser: XML_Parser, handler: XML_StartDoctypeDeclHandler);
    fn on_end_doctype = "krait_XML_SetEndDoctypeDeclHandler"(parser: XML_Parser, handler: OnNothing);
    fn on_entity = "krait_XML_SetEntityDeclHandler"(parser: XML_Parser, handler: OnEntity);
    fn on_xml_declaration = "krait_XML_SetXmlDeclHandler"(parser: XML_Parser, handler: OnXmlDeclaration);
    fn on_element_declaration = "krait_XML_SetElementDeclHandler"(parser: XML_Parser, handler: OnElementDeclaration);
    fn on_attlist = "krait_XML_SetAttlistDeclHandler"(parser: XML_Parser, handler: OnAttlist);
    fn on_skipped_entity = "krait_XML_SetSkippedEntityHandler"(parser: XML_Parser, handler: OnSkippedEntity);
    fn on_unknown_encoding = "krait_XML_SetUnknownEncodingHandler"(parser: XML_Parser, handler: XML_UnknownEncodingHandler, data: User);
}

unsafe extern "C" fn allocate(size: usize) -> *mut c_void {
    memory::object_malloc(size)
}
unsafe extern "C" fn reallocate(block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: a block of `allocate`.
    unsafe { memory::object_realloc(block, size) }
}
unsafe extern "C" fn release(block: *mut c_void) {
    // SAFETY: a block of `allocate`.
    unsafe { memory::object_free(block) }
}

/// Expat's memory is the object domain's.
pub static MEMORY: XML_Memory_Handling_Suite = XML_Memory_Handling_Suite {
    malloc_fcn: Some(allocate),
    realloc_fcn: Some(reallocate),
    free_fcn: Some(release),
};

/// An expat parser; freed when dropped.
pub struct Native(pub XML_Parser);

impl Native {
    /// A new parser with our memory, hash salt and codecs; None without memory.
    pub fn new(encoding: Option<&core::ffi::CStr>, separator: Option<&core::ffi::CStr>) -> Option<Native> {
        let pointer = |text: Option<&core::ffi::CStr>| text.map_or(core::ptr::null(), |text| text.as_ptr());
        // SAFETY: texts with NUL at the end or NULL; the handler fits.
        unsafe {
            let parser = parser_create(pointer(encoding), &MEMORY, pointer(separator));
            if parser.is_null() {
                return None;
            }
            set_hash_salt(parser, unicode::_Py_HashSecret.expat.hashsalt as core::ffi::c_ulong);
            on_unknown_encoding(parser, Some(unknown_encoding), core::ptr::null_mut());
            Some(Native(parser))
        }
    }
}

impl Drop for Native {
    fn drop(&mut self) {
        // SAFETY: nobody else has the parser.
        unsafe { parser_free(self.0) };
    }
}

/// The bytes of a C text; None for NULL.
///
/// # Safety
/// NULL, or text that stays until the result is gone.
#[inline]
pub unsafe fn text<'a>(text: *const c_char) -> Option<&'a [u8]> {
    if text.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    Some(unsafe { core::ffi::CStr::from_ptr(text) }.to_bytes())
}

/// A string from expat's UTF-8.
#[inline]
pub fn to_str(text: &[u8]) -> Result<Obj> {
    if text.is_ascii() {
        return unicode::from_ascii(text);
    }
    unicode::decode_utf8(text, Some("strict"))
}

/// The words for an error code; None for a code that has none.
pub fn error_text(code: c_int) -> Option<&'static str> {
    // SAFETY: static text or NULL.
    unsafe { text(error_string(code)) }.and_then(|text| core::str::from_utf8(text).ok())
}

/// Tells expat what the 256 bytes of an encoding mean; Python's codec knows
/// (`PyExpat_CAPI.DefaultUnknownEncodingHandler`).
pub unsafe extern "C" fn unknown_encoding(
    _data: *mut c_void,
    name: *const c_char,
    info: *mut XML_Encoding,
) -> c_int {
    krait_object::slot::guard(STATUS_ERROR, || {
        if err::occurred().is_some() {
            return STATUS_ERROR;
        }
        // SAFETY: expat's text and struct.
        let map = unsafe { text(name) }
            .ok_or_else(err::bad_argument)
            .and_then(|name| encoding_map(&String::from_utf8_lossy(name)));
        match map {
            Ok(map) => {
                // SAFETY: expat's struct.
                unsafe {
                    *info = XML_Encoding { map, data: core::ptr::null_mut(), convert: None, release: None }
                };
                STATUS_OK
            }
            Err(_) => STATUS_ERROR,
        }
    })
}

/// The character of each byte, -1 for those that are none.
fn encoding_map(name: &str) -> Result<[c_int; 256]> {
    let all: [u8; 256] = core::array::from_fn(|byte| byte as u8);
    let decoded = unicode::decode(&all, Some(name), Some("replace"))?;
    if unicode::len(&decoded) != 256 {
        return Err(err::value_error("multi-byte encodings are not supported"));
    }
    Ok(core::array::from_fn(|byte| match unicode::char_at(&decoded, byte) {
        0xfffd => -1,
        c => c as c_int,
    }))
}
