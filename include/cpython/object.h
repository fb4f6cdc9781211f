#ifndef Py_CPYTHON_OBJECT_H
#error "this header file must not be included directly"
#endif
#ifdef __cplusplus
extern "C" {
#endif

/* A name that is made into an interned string at its first use. */
typedef struct _Py_Identifier {
    struct _Py_Identifier *next;
    const char *string;
    PyObject *object;
} _Py_Identifier;
#define _Py_static_string_init(value) { NULL, value, NULL }
#define _Py_static_string(varname, value) static _Py_Identifier varname = _Py_static_string_init(value)
#define _Py_IDENTIFIER(varname) _Py_static_string(PyId_##varname, #varname)

/* What `getbuffer` fills in. */
/* [struct Py_buffer bufferinfo] */
struct bufferinfo {
    void *buf;
    PyObject *obj;
    Py_ssize_t len;
    Py_ssize_t itemsize;
    int readonly;
    int ndim;
    char *format;
    Py_ssize_t *shape;
    Py_ssize_t *strides;
    Py_ssize_t *suboffsets;
    void *internal;
};
/* [end] */
typedef struct bufferinfo Py_buffer;
typedef int (*getbufferproc)(PyObject *, Py_buffer *, int);
typedef void (*releasebufferproc)(PyObject *, Py_buffer *);
typedef PyObject *(*vectorcallfunc)(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwnames);

/* [constants cpython/object.h] */
#ifndef Py_LIMITED_API
#define PyBUF_ANY_CONTIGUOUS 152
#define PyBUF_CONTIG 9
#define PyBUF_CONTIG_RO 8
#define PyBUF_C_CONTIGUOUS 56
#define PyBUF_FORMAT 4
#define PyBUF_FULL 285
#define PyBUF_FULL_RO 284
#define PyBUF_F_CONTIGUOUS 88
#define PyBUF_INDIRECT 280
#define PyBUF_MAX_NDIM 64
#define PyBUF_ND 8
#define PyBUF_READ 256
#define PyBUF_RECORDS 29
#define PyBUF_RECORDS_RO 28
#define PyBUF_SIMPLE 0
#define PyBUF_STRIDED 25
#define PyBUF_STRIDED_RO 24
#define PyBUF_STRIDES 24
#define PyBUF_WRITABLE 1
#define PyBUF_WRITE 512
#define PyBUF_WRITEABLE 1
#define PyTrash_UNWIND_LEVEL 50
#endif
/* [end] */

/* [struct PyNumberMethods] */
typedef struct {
    binaryfunc nb_add;
    binaryfunc nb_subtract;
    binaryfunc nb_multiply;
    binaryfunc nb_remainder;
    binaryfunc nb_divmod;
    ternaryfunc nb_power;
    unaryfunc nb_negative;
    unaryfunc nb_positive;
    unaryfunc nb_absolute;
    inquiry nb_bool;
    unaryfunc nb_invert;
    binaryfunc nb_lshift;
    binaryfunc nb_rshift;
    binaryfunc nb_and;
    binaryfunc nb_xor;
    binaryfunc nb_or;
    unaryfunc nb_int;
    void *nb_reserved;
    unaryfunc nb_float;
    binaryfunc nb_inplace_add;
    binaryfunc nb_inplace_subtract;
    binaryfunc nb_inplace_multiply;
    binaryfunc nb_inplace_remainder;
    ternaryfunc nb_inplace_power;
    binaryfunc nb_inplace_lshift;
    binaryfunc nb_inplace_rshift;
    binaryfunc nb_inplace_and;
    binaryfunc nb_inplace_xor;
    binaryfunc nb_inplace_or;
    binaryfunc nb_floor_divide;
    binaryfunc nb_true_divide;
    binaryfunc nb_inplace_floor_divide;
    binaryfunc nb_inplace_true_divide;
    unaryfunc nb_index;
    binaryfunc nb_matrix_multiply;
    binaryfunc nb_inplace_matrix_multiply;
} PyNumberMethods;
/* [end] */
/* [struct PySequenceMethods] */
typedef struct {
    lenfunc sq_length;
    binaryfunc sq_concat;
    ssizeargfunc sq_repeat;
    ssizeargfunc sq_item;
    void *was_sq_slice;
    ssizeobjargproc sq_ass_item;
    void *was_sq_ass_slice;
    objobjproc sq_contains;
    binaryfunc sq_inplace_concat;
    ssizeargfunc sq_inplace_repeat;
} PySequenceMethods;
/* [end] */
/* [struct PyMappingMethods] */
typedef struct {
    lenfunc mp_length;
    binaryfunc mp_subscript;
    objobjargproc mp_ass_subscript;
} PyMappingMethods;
/* [end] */
/* [struct PyAsyncMethods] */
typedef struct {
    unaryfunc am_await;
    unaryfunc am_aiter;
    unaryfunc am_anext;
} PyAsyncMethods;
/* [end] */
/* [struct PyBufferProcs] */
typedef struct {
    getbufferproc bf_getbuffer;
    releasebufferproc bf_releasebuffer;
} PyBufferProcs;
/* [end] */

/* [struct PyTypeObject _typeobject] */
struct _typeobject {
    PyVarObject ob_base;
    const char *tp_name;
    Py_ssize_t tp_basicsize;
    Py_ssize_t tp_itemsize;
    destructor tp_dealloc;
    Py_ssize_t tp_vectorcall_offset;
    getattrfunc tp_getattr;
    setattrfunc tp_setattr;
    PyAsyncMethods *tp_as_async;
    reprfunc tp_repr;
    PyNumberMethods *tp_as_number;
    PySequenceMethods *tp_as_sequence;
    PyMappingMethods *tp_as_mapping;
    hashfunc tp_hash;
    ternaryfunc tp_call;
    reprfunc tp_str;
    getattrofunc tp_getattro;
    setattrofunc tp_setattro;
    PyBufferProcs *tp_as_buffer;
    long unsigned int tp_flags;
    const char *tp_doc;
    traverseproc tp_traverse;
    inquiry tp_clear;
    richcmpfunc tp_richcompare;
    Py_ssize_t tp_weaklistoffset;
    getiterfunc tp_iter;
    iternextfunc tp_iternext;
    struct PyMethodDef *tp_methods;
    struct PyMemberDef *tp_members;
    struct PyGetSetDef *tp_getset;
    struct _typeobject *tp_base;
    PyObject *tp_dict;
    descrgetfunc tp_descr_get;
    descrsetfunc tp_descr_set;
    Py_ssize_t tp_dictoffset;
    initproc tp_init;
    allocfunc tp_alloc;
    newfunc tp_new;
    freefunc tp_free;
    inquiry tp_is_gc;
    PyObject *tp_bases;
    PyObject *tp_mro;
    PyObject *tp_cache;
    PyObject *tp_subclasses;
    PyObject *tp_weaklist;
    destructor tp_del;
    unsigned int tp_version_tag;
    destructor tp_finalize;
    vectorcallfunc tp_vectorcall;
};
/* [end] */
/* [struct PyHeapTypeObject _heaptypeobject] */
struct _heaptypeobject {
    PyTypeObject ht_type;
    PyAsyncMethods as_async;
    PyNumberMethods as_number;
    PyMappingMethods as_mapping;
    PySequenceMethods as_sequence;
    PyBufferProcs as_buffer;
    PyObject *ht_name;
    PyObject *ht_slots;
    PyObject *ht_qualname;
    struct _dictkeysobject *ht_cached_keys;
    PyObject *ht_module;
};
/* [end] */
typedef struct _heaptypeobject PyHeapTypeObject;
#define PyHeapType_GET_MEMBERS(etype) \
    ((PyMemberDef *)(((char *)(etype)) + Py_TYPE(etype)->tp_basicsize))

/* [prototypes cpython/object.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(void) PyObject_CallFinalizer(PyObject *self);
PyAPI_FUNC(int) PyObject_CallFinalizerFromDealloc(PyObject *self);
PyAPI_FUNC(int) PyObject_Print(PyObject *op, FILE *fp, int flags);
PyAPI_FUNC(void) _PyDebugAllocatorStats(FILE *out, const char *block_name, int num_blocks, size_t sizeof_block);
PyAPI_DATA(PyTypeObject) _PyNone_Type;
PyAPI_DATA(PyTypeObject) _PyNotImplemented_Type;
PyAPI_FUNC(void) _PyObject_AssertFailed(PyObject *obj, const char *expr, const char *msg, const char *file, int line, const char *function);
PyAPI_FUNC(int) _PyObject_CheckConsistency(PyObject *op, int check_content);
PyAPI_FUNC(void) _PyObject_DebugTypeStats(FILE *out);
PyAPI_FUNC(void) _PyObject_Dump(PyObject *op);
PyAPI_FUNC(PyObject *) _PyObject_FunctionStr(PyObject *x);
PyAPI_FUNC(PyObject *) _PyObject_GenericGetAttrWithDict(PyObject *obj, PyObject *name, PyObject *dict, int suppress);
PyAPI_FUNC(int) _PyObject_GenericSetAttrWithDict(PyObject *obj, PyObject *name, PyObject *value, PyObject *dict);
PyAPI_FUNC(PyObject *) _PyObject_GetAttrId(PyObject *v, _Py_Identifier *name);
PyAPI_FUNC(PyObject **) _PyObject_GetDictPtr(PyObject *obj);
PyAPI_FUNC(int) _PyObject_GetMethod(PyObject *obj, PyObject *name, PyObject **method);
PyAPI_FUNC(int) _PyObject_HasAttrId(PyObject *v, _Py_Identifier *name);
PyAPI_FUNC(int) _PyObject_IsAbstract(PyObject *obj);
PyAPI_FUNC(int) _PyObject_IsFreed(PyObject *op);
PyAPI_FUNC(int) _PyObject_LookupAttr(PyObject *v, PyObject *name, PyObject **result);
PyAPI_FUNC(int) _PyObject_LookupAttrId(PyObject *v, _Py_Identifier *name, PyObject **result);
PyAPI_FUNC(PyObject *) _PyObject_LookupSpecial(PyObject *self, _Py_Identifier *attrid);
PyAPI_FUNC(PyObject *) _PyObject_NextNotImplemented(PyObject *self);
PyAPI_FUNC(int) _PyObject_SetAttrId(PyObject *v, _Py_Identifier *name, PyObject *w);
PyAPI_FUNC(int) _PyTraceMalloc_NewReference(PyObject *op);
PyAPI_FUNC(int) _PyTrash_begin(PyThreadState *tstate, PyObject *op);
PyAPI_FUNC(void) _PyTrash_deposit_object(PyObject *op);
PyAPI_FUNC(void) _PyTrash_destroy_chain(void);
PyAPI_FUNC(void) _PyTrash_end(PyThreadState *tstate);
PyAPI_FUNC(void) _PyTrash_thread_deposit_object(PyObject *op);
PyAPI_FUNC(void) _PyTrash_thread_destroy_chain(void);
PyAPI_FUNC(PyTypeObject *) _PyType_CalculateMetaclass(PyTypeObject *metatype, PyObject *bases);
PyAPI_FUNC(PyObject *) _PyType_GetDocFromInternalDoc(const char *name, const char *internal_doc);
PyAPI_FUNC(PyObject *) _PyType_GetTextSignatureFromInternalDoc(const char *name, const char *internal_doc);
PyAPI_FUNC(PyObject *) _PyType_Lookup(PyTypeObject *type, PyObject *name);
PyAPI_FUNC(PyObject *) _PyType_LookupId(PyTypeObject *type, struct _Py_Identifier *name);
PyAPI_FUNC(const char *) _PyType_Name(PyTypeObject *type);
PyAPI_FUNC(void) _Py_BreakPoint(void);
PyAPI_FUNC(void) _Py_NewReference(PyObject *op);
PyAPI_DATA(int) _Py_SwappedOp[6];
#endif
/* [end] */


#define Py_SETREF(op, op2) \
    do { PyObject *_py_old = _PyObject_CAST(op); (op) = (op2); Py_DECREF(_py_old); } while (0)
#define Py_XSETREF(op, op2) \
    do { PyObject *_py_old = _PyObject_CAST(op); (op) = (op2); Py_XDECREF(_py_old); } while (0)

#define PyType_SUPPORTS_WEAKREFS(t) ((t)->tp_weaklistoffset > 0)
#define _PyObject_ASSERT_FROM(obj, expr, msg, filename, lineno, func) \
    do { if (!(expr)) _PyObject_AssertFailed((PyObject *)(obj), #expr, (msg), (filename), (lineno), (func)); } while (0)
#ifdef NDEBUG
#define _PyObject_ASSERT_WITH_MSG(obj, expr, msg) ((void)0)
#else
#define _PyObject_ASSERT_WITH_MSG(obj, expr, msg) _PyObject_ASSERT_FROM(obj, expr, msg, __FILE__, __LINE__, __func__)
#endif
#define _PyObject_ASSERT(obj, expr) _PyObject_ASSERT_WITH_MSG(obj, expr, NULL)
#define _PyObject_ASSERT_FAILED_MSG(obj, msg) \
    _PyObject_AssertFailed((obj), NULL, (msg), __FILE__, __LINE__, __func__)

/* Deallocators of containers stand between these, so that long chains do not overflow the native stack. */
#define Py_TRASHCAN_BEGIN_CONDITION(op, cond) \
    do { PyThreadState *_tstate = NULL; \
         if (cond) { \
             _tstate = PyThreadState_GET(); \
             if (_PyTrash_begin(_tstate, _PyObject_CAST(op))) \
                 break; \
         }
#define Py_TRASHCAN_END \
         if (_tstate != NULL) \
             _PyTrash_end(_tstate); \
    } while (0);
#define Py_TRASHCAN_BEGIN(op, dealloc) \
    Py_TRASHCAN_BEGIN_CONDITION(op, Py_TYPE(op)->tp_dealloc == (destructor)(dealloc))
#define Py_TRASHCAN_SAFE_BEGIN(op) \
    do { Py_TRASHCAN_BEGIN_CONDITION(op, 1)
#define Py_TRASHCAN_SAFE_END(op) \
         Py_TRASHCAN_END } while (0);

#ifdef __cplusplus
}
#endif
