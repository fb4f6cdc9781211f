//! Integer and string macros and enumerators of the 3.9 headers, under their C names and grouped by header.
//! Opcodes, tokens, grammar symbols and AST kinds live with their owners (`core/code`, `core/syntax`).

use crate::*;

// ceval.h

pub const FVC_ASCII: c_int = 3;
pub const FVC_MASK: c_int = 3;
pub const FVC_NONE: c_int = 0;
pub const FVC_REPR: c_int = 2;
pub const FVC_STR: c_int = 1;
pub const FVS_HAVE_SPEC: c_int = 4;
pub const FVS_MASK: c_int = 4;

// compile.h

pub const FUTURE_ABSOLUTE_IMPORT: &CStr = c"absolute_import";
pub const FUTURE_ANNOTATIONS: &CStr = c"annotations";
pub const FUTURE_BARRY_AS_BDFL: &CStr = c"barry_as_FLUFL";
pub const FUTURE_DIVISION: &CStr = c"division";
pub const FUTURE_GENERATORS: &CStr = c"generators";
pub const FUTURE_GENERATOR_STOP: &CStr = c"generator_stop";
pub const FUTURE_NESTED_SCOPES: &CStr = c"nested_scopes";
pub const FUTURE_PRINT_FUNCTION: &CStr = c"print_function";
pub const FUTURE_UNICODE_LITERALS: &CStr = c"unicode_literals";
pub const FUTURE_WITH_STATEMENT: &CStr = c"with_statement";
pub const PY_INVALID_STACK_EFFECT: c_int = 2147483647;
pub const PyCF_ALLOW_TOP_LEVEL_AWAIT: c_int = 0x2000;
pub const PyCF_COMPILE_MASK: c_int = 0x3600;
pub const PyCF_DONT_IMPLY_DEDENT: c_int = 0x200;
pub const PyCF_IGNORE_COOKIE: c_int = 0x800;
pub const PyCF_MASK: c_int = 0x1fe0000;
pub const PyCF_MASK_OBSOLETE: c_int = 0x10;
pub const PyCF_ONLY_AST: c_int = 0x400;
pub const PyCF_SOURCE_IS_UTF8: c_int = 0x100;
pub const PyCF_TYPE_COMMENTS: c_int = 0x1000;
pub const Py_eval_input: c_int = 258;
pub const Py_file_input: c_int = 257;
pub const Py_fstring_input: c_int = 800;
pub const Py_func_type_input: c_int = 345;
pub const Py_single_input: c_int = 256;

// cpython/abstract.h

pub const PY_ITERSEARCH_CONTAINS: c_int = 3;
pub const PY_ITERSEARCH_COUNT: c_int = 1;
pub const PY_ITERSEARCH_INDEX: c_int = 2;
pub const PY_VECTORCALL_ARGUMENTS_OFFSET: usize = 0x8000000000000000;
pub const _PY_FASTCALL_SMALL_STACK: c_int = 5;

// cpython/code.h

pub const CO_ASYNC_GENERATOR: c_int = 0x200;
pub const CO_CELL_NOT_AN_ARG: c_int = -1;
pub const CO_COROUTINE: c_int = 0x80;
pub const CO_FUTURE_ABSOLUTE_IMPORT: c_int = 0x40000;
pub const CO_FUTURE_ANNOTATIONS: c_int = 0x1000000;
pub const CO_FUTURE_BARRY_AS_BDFL: c_int = 0x400000;
pub const CO_FUTURE_DIVISION: c_int = 0x20000;
pub const CO_FUTURE_GENERATOR_STOP: c_int = 0x800000;
pub const CO_FUTURE_PRINT_FUNCTION: c_int = 0x100000;
pub const CO_FUTURE_UNICODE_LITERALS: c_int = 0x200000;
pub const CO_FUTURE_WITH_STATEMENT: c_int = 0x80000;
pub const CO_GENERATOR: c_int = 0x20;
pub const CO_ITERABLE_COROUTINE: c_int = 0x100;
pub const CO_MAXBLOCKS: usize = 0x14;
pub const CO_NESTED: c_int = 0x10;
pub const CO_NEWLOCALS: c_int = 0x2;
pub const CO_NOFREE: c_int = 0x40;
pub const CO_OPTIMIZED: c_int = 0x1;
pub const CO_VARARGS: c_int = 0x4;
pub const CO_VARKEYWORDS: c_int = 0x8;

// cpython/fileutils.h

pub const _PY_READ_MAX: Py_ssize_t = 9223372036854775807;
pub const _PY_WRITE_MAX: Py_ssize_t = 9223372036854775807;
pub const _Py_ERROR_BACKSLASHREPLACE: c_int = 5;
pub const _Py_ERROR_IGNORE: c_int = 4;
pub const _Py_ERROR_OTHER: c_int = 8;
pub const _Py_ERROR_REPLACE: c_int = 3;
pub const _Py_ERROR_STRICT: c_int = 1;
pub const _Py_ERROR_SURROGATEESCAPE: c_int = 2;
pub const _Py_ERROR_SURROGATEPASS: c_int = 6;
pub const _Py_ERROR_UNKNOWN: c_int = 0;
pub const _Py_ERROR_XMLCHARREFREPLACE: c_int = 7;

// cpython/initconfig.h

pub const _PyStatus_TYPE_ERROR: c_int = 1;
pub const _PyStatus_TYPE_EXIT: c_int = 2;
pub const _PyStatus_TYPE_OK: c_int = 0;

// cpython/object.h

pub const PyBUF_ANY_CONTIGUOUS: c_int = 0x98;
pub const PyBUF_CONTIG: c_int = 0x9;
pub const PyBUF_CONTIG_RO: c_int = 0x8;
pub const PyBUF_C_CONTIGUOUS: c_int = 0x38;
pub const PyBUF_FORMAT: c_int = 0x4;
pub const PyBUF_FULL: c_int = 0x11d;
pub const PyBUF_FULL_RO: c_int = 0x11c;
pub const PyBUF_F_CONTIGUOUS: c_int = 0x58;
pub const PyBUF_INDIRECT: c_int = 0x118;
pub const PyBUF_MAX_NDIM: usize = 0x40;
pub const PyBUF_ND: c_int = 0x8;
pub const PyBUF_READ: c_int = 0x100;
pub const PyBUF_RECORDS: c_int = 0x1d;
pub const PyBUF_RECORDS_RO: c_int = 0x1c;
pub const PyBUF_SIMPLE: c_int = 0x0;
pub const PyBUF_STRIDED: c_int = 0x19;
pub const PyBUF_STRIDED_RO: c_int = 0x18;
pub const PyBUF_STRIDES: c_int = 0x18;
pub const PyBUF_WRITABLE: c_int = 0x1;
pub const PyBUF_WRITE: c_int = 0x200;
pub const PyBUF_WRITEABLE: c_int = 0x1;
pub const PyTrash_UNWIND_LEVEL: c_int = 50;

// cpython/pymem.h

pub const PYMEM_ALLOCATOR_DEBUG: c_int = 2;
pub const PYMEM_ALLOCATOR_DEFAULT: c_int = 1;
pub const PYMEM_ALLOCATOR_MALLOC: c_int = 3;
pub const PYMEM_ALLOCATOR_MALLOC_DEBUG: c_int = 4;
pub const PYMEM_ALLOCATOR_NOT_SET: c_int = 0;
pub const PYMEM_ALLOCATOR_PYMALLOC: c_int = 5;
pub const PYMEM_ALLOCATOR_PYMALLOC_DEBUG: c_int = 6;
pub const PYMEM_DOMAIN_MEM: c_int = 1;
pub const PYMEM_DOMAIN_OBJ: c_int = 2;
pub const PYMEM_DOMAIN_RAW: c_int = 0;

// cpython/pystate.h

pub const PyTrace_CALL: c_int = 0;
pub const PyTrace_C_CALL: c_int = 4;
pub const PyTrace_C_EXCEPTION: c_int = 5;
pub const PyTrace_C_RETURN: c_int = 6;
pub const PyTrace_EXCEPTION: c_int = 1;
pub const PyTrace_LINE: c_int = 2;
pub const PyTrace_OPCODE: c_int = 7;
pub const PyTrace_RETURN: c_int = 3;

// cpython/unicodeobject.h

pub const PyUnicode_1BYTE_KIND: c_uint = 1;
pub const PyUnicode_2BYTE_KIND: c_uint = 2;
pub const PyUnicode_4BYTE_KIND: c_uint = 4;
pub const PyUnicode_WCHAR_KIND: c_uint = 0;
pub const SSTATE_INTERNED_IMMORTAL: c_uint = 2;
pub const SSTATE_INTERNED_MORTAL: c_uint = 1;
pub const SSTATE_NOT_INTERNED: c_uint = 0;

// datetime.h

pub const PyDateTime_CAPSULE_NAME: &CStr = c"datetime.datetime_CAPI";
pub const _PyDateTime_DATETIME_DATASIZE: usize = 10;
pub const _PyDateTime_DATE_DATASIZE: usize = 4;
pub const _PyDateTime_TIME_DATASIZE: usize = 6;

// descrobject.h

pub const PyWrapperFlag_KEYWORDS: c_int = 1;

// errcode.h

pub const E_BADSINGLE: c_int = 27;
pub const E_DECODE: c_int = 22;
pub const E_DEDENT: c_int = 21;
pub const E_DONE: c_int = 16;
pub const E_EOF: c_int = 11;
pub const E_EOFS: c_int = 23;
pub const E_EOLS: c_int = 24;
pub const E_ERROR: c_int = 17;
pub const E_INTR: c_int = 12;
pub const E_LINECONT: c_int = 25;
pub const E_NOMEM: c_int = 15;
pub const E_OK: c_int = 10;
pub const E_OVERFLOW: c_int = 19;
pub const E_SYNTAX: c_int = 14;
pub const E_TABSPACE: c_int = 18;
pub const E_TOKEN: c_int = 13;
pub const E_TOODEEP: c_int = 20;

// fileobject.h

pub const PY_STDIOTEXTMODE: &CStr = c"b";

// longintrepr.h

pub const PyLong_BASE: u32 = 1073741824;
pub const PyLong_MASK: u32 = 1073741823;
pub const PyLong_SHIFT: u32 = 30;
pub const _PyLong_DECIMAL_BASE: u32 = 1000000000;
pub const _PyLong_DECIMAL_SHIFT: u32 = 9;

// longobject.h

pub const _Py_PARSE_INTPTR: &CStr = c"l";
pub const _Py_PARSE_PID: &CStr = c"i";
pub const _Py_PARSE_UINTPTR: &CStr = c"k";

// marshal.h

pub const Py_MARSHAL_VERSION: c_int = 4;

// memoryobject.h

pub const _Py_MANAGED_BUFFER_FREE_FORMAT: c_int = 2;
pub const _Py_MANAGED_BUFFER_RELEASED: c_int = 1;
pub const _Py_MEMORYVIEW_C: c_int = 2;
pub const _Py_MEMORYVIEW_FORTRAN: c_int = 4;
pub const _Py_MEMORYVIEW_PIL: c_int = 16;
pub const _Py_MEMORYVIEW_RELEASED: c_int = 1;
pub const _Py_MEMORYVIEW_SCALAR: c_int = 8;

// methodobject.h

pub const METH_CLASS: c_int = 0x10;
pub const METH_COEXIST: c_int = 0x40;
pub const METH_FASTCALL: c_int = 0x80;
pub const METH_KEYWORDS: c_int = 0x2;
pub const METH_METHOD: c_int = 0x200;
pub const METH_NOARGS: c_int = 0x4;
pub const METH_O: c_int = 0x8;
pub const METH_STACKLESS: c_int = 0x0;
pub const METH_STATIC: c_int = 0x20;
pub const METH_VARARGS: c_int = 0x1;

// modsupport.h

pub const PYTHON_ABI_STRING: &CStr = c"3";
pub const PYTHON_ABI_VERSION: c_int = 3;
pub const PYTHON_API_STRING: &CStr = c"1013";
pub const PYTHON_API_VERSION: c_int = 1013;
pub const Py_CLEANUP_SUPPORTED: c_int = 131072;

// moduleobject.h

pub const Py_mod_create: c_int = 1;
pub const Py_mod_exec: c_int = 2;
pub const _Py_mod_LAST_SLOT: c_int = 2;

// object.h

pub const Py_EQ: c_int = 2;
pub const Py_GE: c_int = 5;
pub const Py_GT: c_int = 4;
pub const Py_INVALID_SIZE: c_int = -1;
pub const Py_LE: c_int = 1;
pub const Py_LT: c_int = 0;
pub const Py_NE: c_int = 3;
pub const Py_PRINT_RAW: c_int = 1;
pub const Py_TPFLAGS_BASETYPE: c_ulong = 0x400;
pub const Py_TPFLAGS_BASE_EXC_SUBCLASS: c_ulong = 0x40000000;
pub const Py_TPFLAGS_BYTES_SUBCLASS: c_ulong = 0x8000000;
pub const Py_TPFLAGS_DEFAULT: c_ulong = 0x40000;
pub const Py_TPFLAGS_DICT_SUBCLASS: c_ulong = 0x20000000;
pub const Py_TPFLAGS_HAVE_FINALIZE: c_ulong = 0x1;
pub const Py_TPFLAGS_HAVE_GC: c_ulong = 0x4000;
pub const Py_TPFLAGS_HAVE_STACKLESS_EXTENSION: c_ulong = 0x0;
pub const Py_TPFLAGS_HAVE_VECTORCALL: c_ulong = 0x800;
pub const Py_TPFLAGS_HAVE_VERSION_TAG: c_ulong = 0x40000;
pub const Py_TPFLAGS_HEAPTYPE: c_ulong = 0x200;
pub const Py_TPFLAGS_IS_ABSTRACT: c_ulong = 0x100000;
pub const Py_TPFLAGS_LIST_SUBCLASS: c_ulong = 0x2000000;
pub const Py_TPFLAGS_LONG_SUBCLASS: c_ulong = 0x1000000;
pub const Py_TPFLAGS_METHOD_DESCRIPTOR: c_ulong = 0x20000;
pub const Py_TPFLAGS_READY: c_ulong = 0x1000;
pub const Py_TPFLAGS_READYING: c_ulong = 0x2000;
pub const Py_TPFLAGS_TUPLE_SUBCLASS: c_ulong = 0x4000000;
pub const Py_TPFLAGS_TYPE_SUBCLASS: c_ulong = 0x80000000;
pub const Py_TPFLAGS_UNICODE_SUBCLASS: c_ulong = 0x10000000;
pub const Py_TPFLAGS_VALID_VERSION_TAG: c_ulong = 0x80000;
pub const _Py_TPFLAGS_HAVE_VECTORCALL: c_ulong = 2048;

// parsetok.h

pub const PyPARSE_ASYNC_HACKS: c_int = 128;
pub const PyPARSE_BARRY_AS_BDFL: c_int = 32;
pub const PyPARSE_DONT_IMPLY_DEDENT: c_int = 2;
pub const PyPARSE_IGNORE_COOKIE: c_int = 16;
pub const PyPARSE_TYPE_COMMENTS: c_int = 64;

// patchlevel.h

pub const PY_MAJOR_VERSION: c_int = 3;
pub const PY_MICRO_VERSION: c_int = 2;
pub const PY_MINOR_VERSION: c_int = 9;
pub const PY_RELEASE_LEVEL: c_int = 15;
pub const PY_RELEASE_LEVEL_ALPHA: c_int = 10;
pub const PY_RELEASE_LEVEL_BETA: c_int = 11;
pub const PY_RELEASE_LEVEL_FINAL: c_int = 15;
pub const PY_RELEASE_LEVEL_GAMMA: c_int = 12;
pub const PY_RELEASE_SERIAL: c_int = 0;
pub const PY_VERSION: &CStr = c"3.9.2";
pub const PY_VERSION_HEX: u32 = 0x30902f0;

// pyctype.h

pub const PY_CTF_ALNUM: c_int = 7;
pub const PY_CTF_ALPHA: c_int = 3;
pub const PY_CTF_DIGIT: c_int = 4;
pub const PY_CTF_LOWER: c_int = 1;
pub const PY_CTF_SPACE: c_int = 8;
pub const PY_CTF_UPPER: c_int = 2;
pub const PY_CTF_XDIGIT: c_int = 16;

// pyexpat.h

pub const PyExpat_CAPI_MAGIC: &CStr = c"pyexpat.expat_CAPI 1.1";
pub const PyExpat_CAPSULE_NAME: &CStr = c"pyexpat.expat_CAPI";

// pyhash.h

pub const Py_HASH_ALGORITHM: c_int = 1;
pub const Py_HASH_CUTOFF: c_int = 0;
pub const Py_HASH_EXTERNAL: c_int = 0;
pub const Py_HASH_FNV: c_int = 2;
pub const Py_HASH_SIPHASH24: c_int = 1;
pub const _PyHASH_BITS: u32 = 61;
pub const _PyHASH_IMAG: Py_uhash_t = 1000003;
pub const _PyHASH_INF: Py_hash_t = 314159;
pub const _PyHASH_MODULUS: Py_uhash_t = 2305843009213693951;
pub const _PyHASH_MULTIPLIER: Py_uhash_t = 1000003;
pub const _PyHASH_NAN: Py_hash_t = 0;

// pyport.h

pub const HAVE_LONG_LONG: c_int = 1;
pub const HAVE_PY_SET_53BIT_PRECISION: c_int = 1;
pub const PYLONG_BITS_IN_DIGIT: c_int = 30;
pub const PY_BIG_ENDIAN: c_int = 0;
pub const PY_DWORD_MAX: u32 = 4294967295;
pub const PY_LITTLE_ENDIAN: c_int = 1;
pub const PY_LLONG_MAX: i64 = 9223372036854775807;
pub const PY_LLONG_MIN: i64 = -9223372036854775808;
pub const PY_SIZE_MAX: usize = 18446744073709551615;
pub const PY_SSIZE_T_MAX: Py_ssize_t = 9223372036854775807;
pub const PY_SSIZE_T_MIN: Py_ssize_t = -9223372036854775808;
pub const PY_ULLONG_MAX: u64 = 18446744073709551615;
pub const SIZEOF_PY_HASH_T: c_int = 8;
pub const SIZEOF_PY_UHASH_T: c_int = 8;

// pystate.h

pub const MAX_CO_EXTRA_USERS: usize = 255;
pub const PyGILState_LOCKED: c_int = 0;
pub const PyGILState_UNLOCKED: c_int = 1;

// pystrtod.h

pub const Py_DTSF_ADD_DOT_0: c_int = 2;
pub const Py_DTSF_ALT: c_int = 4;
pub const Py_DTSF_SIGN: c_int = 1;
pub const Py_DTST_FINITE: c_int = 0;
pub const Py_DTST_INFINITE: c_int = 1;
pub const Py_DTST_NAN: c_int = 2;

// pythonrun.h

pub const PYOS_STACK_MARGIN: c_int = 2048;

// pythread.h

pub const NOWAIT_LOCK: c_int = 0;
pub const PYTHREAD_INVALID_THREAD_ID: u64 = 18446744073709551615;
pub const PY_LOCK_ACQUIRED: c_int = 1;
pub const PY_LOCK_FAILURE: c_int = 0;
pub const PY_LOCK_INTR: c_int = 2;
pub const PY_TIMEOUT_MAX: i64 = 9223372036854775;
pub const WAIT_LOCK: c_int = 1;

// pytime.h

pub const _PyTime_MAX: i64 = 9223372036854775807;
pub const _PyTime_MIN: i64 = -9223372036854775808;
pub const _PyTime_ROUND_CEILING: c_int = 1;
pub const _PyTime_ROUND_FLOOR: c_int = 0;
pub const _PyTime_ROUND_HALF_EVEN: c_int = 2;
pub const _PyTime_ROUND_TIMEOUT: c_int = 3;
pub const _PyTime_ROUND_UP: c_int = 3;

// setobject.h

pub const PySet_MINSIZE: usize = 8;

// structmember.h

pub const PY_WRITE_RESTRICTED: c_int = 4;
pub const READONLY: c_int = 1;
pub const READ_RESTRICTED: c_int = 2;
pub const RESTRICTED: c_int = 6;
pub const T_BOOL: c_int = 14;
pub const T_BYTE: c_int = 8;
pub const T_CHAR: c_int = 7;
pub const T_DOUBLE: c_int = 4;
pub const T_FLOAT: c_int = 3;
pub const T_INT: c_int = 1;
pub const T_LONG: c_int = 2;
pub const T_LONGLONG: c_int = 17;
pub const T_NONE: c_int = 20;
pub const T_OBJECT: c_int = 6;
pub const T_OBJECT_EX: c_int = 16;
pub const T_PYSSIZET: c_int = 19;
pub const T_SHORT: c_int = 0;
pub const T_STRING: c_int = 5;
pub const T_STRING_INPLACE: c_int = 13;
pub const T_UBYTE: c_int = 9;
pub const T_UINT: c_int = 11;
pub const T_ULONG: c_int = 12;
pub const T_ULONGLONG: c_int = 18;
pub const T_USHORT: c_int = 10;

// typeslots.h

pub const Py_am_aiter: c_int = 78;
pub const Py_am_anext: c_int = 79;
pub const Py_am_await: c_int = 77;
pub const Py_bf_getbuffer: c_int = 1;
pub const Py_bf_releasebuffer: c_int = 2;
pub const Py_mp_ass_subscript: c_int = 3;
pub const Py_mp_length: c_int = 4;
pub const Py_mp_subscript: c_int = 5;
pub const Py_nb_absolute: c_int = 6;
pub const Py_nb_add: c_int = 7;
pub const Py_nb_and: c_int = 8;
pub const Py_nb_bool: c_int = 9;
pub const Py_nb_divmod: c_int = 10;
pub const Py_nb_float: c_int = 11;
pub const Py_nb_floor_divide: c_int = 12;
pub const Py_nb_index: c_int = 13;
pub const Py_nb_inplace_add: c_int = 14;
pub const Py_nb_inplace_and: c_int = 15;
pub const Py_nb_inplace_floor_divide: c_int = 16;
pub const Py_nb_inplace_lshift: c_int = 17;
pub const Py_nb_inplace_matrix_multiply: c_int = 76;
pub const Py_nb_inplace_multiply: c_int = 18;
pub const Py_nb_inplace_or: c_int = 19;
pub const Py_nb_inplace_power: c_int = 20;
pub const Py_nb_inplace_remainder: c_int = 21;
pub const Py_nb_inplace_rshift: c_int = 22;
pub const Py_nb_inplace_subtract: c_int = 23;
pub const Py_nb_inplace_true_divide: c_int = 24;
pub const Py_nb_inplace_xor: c_int = 25;
pub const Py_nb_int: c_int = 26;
pub const Py_nb_invert: c_int = 27;
pub const Py_nb_lshift: c_int = 28;
pub const Py_nb_matrix_multiply: c_int = 75;
pub const Py_nb_multiply: c_int = 29;
pub const Py_nb_negative: c_int = 30;
pub const Py_nb_or: c_int = 31;
pub const Py_nb_positive: c_int = 32;
pub const Py_nb_power: c_int = 33;
pub const Py_nb_remainder: c_int = 34;
pub const Py_nb_rshift: c_int = 35;
pub const Py_nb_subtract: c_int = 36;
pub const Py_nb_true_divide: c_int = 37;
pub const Py_nb_xor: c_int = 38;
pub const Py_sq_ass_item: c_int = 39;
pub const Py_sq_concat: c_int = 40;
pub const Py_sq_contains: c_int = 41;
pub const Py_sq_inplace_concat: c_int = 42;
pub const Py_sq_inplace_repeat: c_int = 43;
pub const Py_sq_item: c_int = 44;
pub const Py_sq_length: c_int = 45;
pub const Py_sq_repeat: c_int = 46;
pub const Py_tp_alloc: c_int = 47;
pub const Py_tp_base: c_int = 48;
pub const Py_tp_bases: c_int = 49;
pub const Py_tp_call: c_int = 50;
pub const Py_tp_clear: c_int = 51;
pub const Py_tp_dealloc: c_int = 52;
pub const Py_tp_del: c_int = 53;
pub const Py_tp_descr_get: c_int = 54;
pub const Py_tp_descr_set: c_int = 55;
pub const Py_tp_doc: c_int = 56;
pub const Py_tp_finalize: c_int = 80;
pub const Py_tp_free: c_int = 74;
pub const Py_tp_getattr: c_int = 57;
pub const Py_tp_getattro: c_int = 58;
pub const Py_tp_getset: c_int = 73;
pub const Py_tp_hash: c_int = 59;
pub const Py_tp_init: c_int = 60;
pub const Py_tp_is_gc: c_int = 61;
pub const Py_tp_iter: c_int = 62;
pub const Py_tp_iternext: c_int = 63;
pub const Py_tp_members: c_int = 72;
pub const Py_tp_methods: c_int = 64;
pub const Py_tp_new: c_int = 65;
pub const Py_tp_repr: c_int = 66;
pub const Py_tp_richcompare: c_int = 67;
pub const Py_tp_setattr: c_int = 68;
pub const Py_tp_setattro: c_int = 69;
pub const Py_tp_str: c_int = 70;
pub const Py_tp_traverse: c_int = 71;

// ucnhash.h

pub const PyUnicodeData_CAPSULE_NAME: &CStr = c"unicodedata.ucnhash_CAPI";

// unicodeobject.h

pub const Py_UNICODE_REPLACEMENT_CHARACTER: Py_UCS4 = 65533;
pub const Py_UNICODE_SIZE: c_int = 4;

// internal/pycore_gc.h

pub const NUM_GENERATIONS: usize = 3;
pub const _PyGC_PREV_MASK: usize = 0xfffffffffffffffc;
pub const _PyGC_PREV_MASK_COLLECTING: usize = 0x2;
pub const _PyGC_PREV_MASK_FINALIZED: usize = 0x1;
pub const _PyGC_PREV_SHIFT: usize = 2;

// internal/pycore_hamt.h

pub const _Py_HAMT_MAX_TREE_DEPTH: usize = 7;

// internal/pycore_initconfig.h

pub const _PyConfig_INIT_COMPAT: c_int = 1;
pub const _PyConfig_INIT_ISOLATED: c_int = 3;
pub const _PyConfig_INIT_PYTHON: c_int = 2;

// internal/pycore_interp.h

pub const NPENDINGCALLS: usize = 32;
pub const _PY_NSMALLNEGINTS: usize = 5;
pub const _PY_NSMALLPOSINTS: usize = 257;

// internal/pycore_long.h

pub const _PY_LONG_DEFAULT_MAX_STR_DIGITS: c_int = 4300;
pub const _PY_LONG_MAX_STR_DIGITS_THRESHOLD: c_int = 640;

// internal/pycore_pymem.h

pub const PYMEM_CLEANBYTE: u8 = 205;
pub const PYMEM_DEADBYTE: u8 = 221;
pub const PYMEM_FORBIDDENBYTE: u8 = 253;
pub const TRACEMALLOC_FINALIZED: c_int = 2;
pub const TRACEMALLOC_INITIALIZED: c_int = 1;
pub const TRACEMALLOC_NOT_INITIALIZED: c_int = 0;

// internal/pycore_runtime.h

pub const NEXITFUNCS: usize = 32;
