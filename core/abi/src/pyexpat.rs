//! `pyexpat.h`: the table behind the capsule `pyexpat.expat_CAPI`, and the Expat callback types it names.

use crate::*;

pub type XML_Char = c_char;
pub type XML_Parser = *mut c_void;
pub type XML_Size = c_ulong;
pub type XML_StartElementHandler =
    Option<unsafe extern "C" fn(*mut c_void, *const XML_Char, *mut *const XML_Char)>;
pub type XML_EndElementHandler = Option<unsafe extern "C" fn(*mut c_void, *const XML_Char)>;
pub type XML_CharacterDataHandler = Option<unsafe extern "C" fn(*mut c_void, *const XML_Char, c_int)>;
pub type XML_DefaultHandler = Option<unsafe extern "C" fn(*mut c_void, *const XML_Char, c_int)>;
pub type XML_CommentHandler = Option<unsafe extern "C" fn(*mut c_void, *const XML_Char)>;
pub type XML_ProcessingInstructionHandler =
    Option<unsafe extern "C" fn(*mut c_void, *const XML_Char, *const XML_Char)>;
pub type XML_StartNamespaceDeclHandler =
    Option<unsafe extern "C" fn(*mut c_void, *const XML_Char, *const XML_Char)>;
pub type XML_EndNamespaceDeclHandler = Option<unsafe extern "C" fn(*mut c_void, *const XML_Char)>;
pub type XML_StartDoctypeDeclHandler =
    Option<unsafe extern "C" fn(*mut c_void, *const XML_Char, *const XML_Char, *const XML_Char, c_int)>;
pub type XML_UnknownEncodingHandler =
    Option<unsafe extern "C" fn(*mut c_void, *const XML_Char, *mut XML_Encoding) -> c_int>;

/// What an unknown-encoding handler fills in for Expat.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct XML_Encoding {
    pub map: [c_int; 256],
    pub data: *mut c_void,
    pub convert: Option<unsafe extern "C" fn(*mut c_void, *const c_char) -> c_int>,
    pub release: Option<unsafe extern "C" fn(*mut c_void)>,
}

/// The allocator that Expat is to use.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct XML_Memory_Handling_Suite {
    pub malloc_fcn: Option<unsafe extern "C" fn(usize) -> *mut c_void>,
    pub realloc_fcn: Option<unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void>,
    pub free_fcn: Option<unsafe extern "C" fn(*mut c_void)>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyExpat_CAPI {
    pub magic: *mut c_char,
    pub size: c_int,
    pub MAJOR_VERSION: c_int,
    pub MINOR_VERSION: c_int,
    pub MICRO_VERSION: c_int,
    pub ErrorString: Option<unsafe extern "C" fn(c_int) -> *const c_char>,
    pub GetErrorCode: Option<unsafe extern "C" fn(XML_Parser) -> c_int>,
    pub GetErrorColumnNumber: Option<unsafe extern "C" fn(XML_Parser) -> XML_Size>,
    pub GetErrorLineNumber: Option<unsafe extern "C" fn(XML_Parser) -> XML_Size>,
    pub Parse: Option<unsafe extern "C" fn(XML_Parser, *const c_char, c_int, c_int) -> c_int>,
    pub ParserCreate_MM: Option<
        unsafe extern "C" fn(
            *const XML_Char,
            *const XML_Memory_Handling_Suite,
            *const XML_Char,
        ) -> XML_Parser,
    >,
    pub ParserFree: Option<unsafe extern "C" fn(XML_Parser)>,
    pub SetCharacterDataHandler: Option<unsafe extern "C" fn(XML_Parser, XML_CharacterDataHandler)>,
    pub SetCommentHandler: Option<unsafe extern "C" fn(XML_Parser, XML_CommentHandler)>,
    pub SetDefaultHandlerExpand: Option<unsafe extern "C" fn(XML_Parser, XML_DefaultHandler)>,
    pub SetElementHandler:
        Option<unsafe extern "C" fn(XML_Parser, XML_StartElementHandler, XML_EndElementHandler)>,
    pub SetNamespaceDeclHandler:
        Option<unsafe extern "C" fn(XML_Parser, XML_StartNamespaceDeclHandler, XML_EndNamespaceDeclHandler)>,
    pub SetProcessingInstructionHandler:
        Option<unsafe extern "C" fn(XML_Parser, XML_ProcessingInstructionHandler)>,
    pub SetUnknownEncodingHandler:
        Option<unsafe extern "C" fn(XML_Parser, XML_UnknownEncodingHandler, *mut c_void)>,
    pub SetUserData: Option<unsafe extern "C" fn(XML_Parser, *mut c_void)>,
    pub SetStartDoctypeDeclHandler: Option<unsafe extern "C" fn(XML_Parser, XML_StartDoctypeDeclHandler)>,
    pub SetEncoding: Option<unsafe extern "C" fn(XML_Parser, *const XML_Char) -> c_int>,
    pub DefaultUnknownEncodingHandler: XML_UnknownEncodingHandler,
    pub SetHashSalt: Option<unsafe extern "C" fn(XML_Parser, c_ulong) -> c_int>,
}
assert_layout!(PyExpat_CAPI, 176, {
    magic: 0, size: 8, MAJOR_VERSION: 12, MINOR_VERSION: 16, MICRO_VERSION: 20, ErrorString: 24, GetErrorCode: 32,
    GetErrorColumnNumber: 40, GetErrorLineNumber: 48, Parse: 56, ParserCreate_MM: 64, ParserFree: 72,
    SetCharacterDataHandler: 80, SetCommentHandler: 88, SetDefaultHandlerExpand: 96, SetElementHandler: 104,
    SetNamespaceDeclHandler: 112, SetProcessingInstructionHandler: 120, SetUnknownEncodingHandler: 128,
    SetUserData: 136, SetStartDoctypeDeclHandler: 144, SetEncoding: 152, DefaultUnknownEncodingHandler: 160,
    SetHashSalt: 168,
});
