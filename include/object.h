/* object.h: objects and types. Every object begins with a reference count and a pointer to its type. */
#ifndef Py_OBJECT_H
#define Py_OBJECT_H
#include "pymem.h"
#include "pytypedefs.h"
#ifdef __cplusplus
extern "C" {
#endif

#define _PyObject_HEAD_EXTRA
#define _PyObject_EXTRA_INIT
#define PyObject_HEAD PyObject ob_base;
#define PyObject_HEAD_INIT(type) { _PyObject_EXTRA_INIT 1, type },
#define PyVarObject_HEAD_INIT(type, size) { PyObject_HEAD_INIT(type) size },
#define PyObject_VAR_HEAD PyVarObject ob_base;
#define Py_INVALID_SIZE (Py_ssize_t)-1

struct _object {
    _PyObject_HEAD_EXTRA
    Py_ssize_t ob_refcnt;
    PyTypeObject *ob_type;
};
/* [struct PyVarObject] */
typedef struct {
    PyObject ob_base;
    Py_ssize_t ob_size;
} PyVarObject;
/* [end] */

#define _PyObject_CAST(op) ((PyObject *)(op))
#define _PyObject_CAST_CONST(op) ((const PyObject *)(op))
#define _PyVarObject_CAST(op) ((PyVarObject *)(op))
#define Py_REFCNT(ob) (_PyObject_CAST(ob)->ob_refcnt)
#define Py_TYPE(ob) (_PyObject_CAST(ob)->ob_type)
#define Py_SIZE(ob) (_PyVarObject_CAST(ob)->ob_size)

static inline int _Py_IS_TYPE(const PyObject *ob, const PyTypeObject *type) { return ob->ob_type == type; }
#define Py_IS_TYPE(ob, type) _Py_IS_TYPE(_PyObject_CAST_CONST(ob), type)
static inline void _Py_SET_REFCNT(PyObject *ob, Py_ssize_t refcnt) { ob->ob_refcnt = refcnt; }
#define Py_SET_REFCNT(ob, refcnt) _Py_SET_REFCNT(_PyObject_CAST(ob), refcnt)
static inline void _Py_SET_TYPE(PyObject *ob, PyTypeObject *type) { ob->ob_type = type; }
#define Py_SET_TYPE(ob, type) _Py_SET_TYPE(_PyObject_CAST(ob), type)
static inline void _Py_SET_SIZE(PyVarObject *ob, Py_ssize_t size) { ob->ob_size = size; }
#define Py_SET_SIZE(ob, size) _Py_SET_SIZE(_PyVarObject_CAST(ob), size)

/* The functions behind slots. */
typedef PyObject *(*unaryfunc)(PyObject *);
typedef PyObject *(*binaryfunc)(PyObject *, PyObject *);
typedef PyObject *(*ternaryfunc)(PyObject *, PyObject *, PyObject *);
typedef int (*inquiry)(PyObject *);
typedef Py_ssize_t (*lenfunc)(PyObject *);
typedef PyObject *(*ssizeargfunc)(PyObject *, Py_ssize_t);
typedef PyObject *(*ssizessizeargfunc)(PyObject *, Py_ssize_t, Py_ssize_t);
typedef int (*ssizeobjargproc)(PyObject *, Py_ssize_t, PyObject *);
typedef int (*ssizessizeobjargproc)(PyObject *, Py_ssize_t, Py_ssize_t, PyObject *);
typedef int (*objobjargproc)(PyObject *, PyObject *, PyObject *);
typedef int (*objobjproc)(PyObject *, PyObject *);
typedef int (*visitproc)(PyObject *, void *);
typedef int (*traverseproc)(PyObject *, visitproc, void *);
typedef void (*freefunc)(void *);
typedef void (*destructor)(PyObject *);
typedef PyObject *(*getattrfunc)(PyObject *, char *);
typedef PyObject *(*getattrofunc)(PyObject *, PyObject *);
typedef int (*setattrfunc)(PyObject *, char *, PyObject *);
typedef int (*setattrofunc)(PyObject *, PyObject *, PyObject *);
typedef PyObject *(*reprfunc)(PyObject *);
typedef Py_hash_t (*hashfunc)(PyObject *);
typedef PyObject *(*richcmpfunc)(PyObject *, PyObject *, int);
typedef PyObject *(*getiterfunc)(PyObject *);
typedef PyObject *(*iternextfunc)(PyObject *);
typedef PyObject *(*descrgetfunc)(PyObject *, PyObject *, PyObject *);
typedef int (*descrsetfunc)(PyObject *, PyObject *, PyObject *);
typedef int (*initproc)(PyObject *, PyObject *, PyObject *);
typedef PyObject *(*newfunc)(PyTypeObject *, PyObject *, PyObject *);
typedef PyObject *(*allocfunc)(PyTypeObject *, Py_ssize_t);

/* [struct PyType_Slot] */
typedef struct {
    int slot;
    void *pfunc;
} PyType_Slot;
/* [end] */
/* [struct PyType_Spec] */
typedef struct {
    const char *name;
    int basicsize;
    int itemsize;
    unsigned int flags;
    PyType_Slot *slots;
} PyType_Spec;
/* [end] */

/* [constants object.h] */
#define Py_EQ 2
#define Py_GE 5
#define Py_GT 4
#define Py_LE 1
#define Py_LT 0
#define Py_NE 3
#define Py_PRINT_RAW 1
#define Py_TPFLAGS_BASETYPE 1024
#define Py_TPFLAGS_BASE_EXC_SUBCLASS 1073741824
#define Py_TPFLAGS_BYTES_SUBCLASS 134217728
#define Py_TPFLAGS_DEFAULT 262144
#define Py_TPFLAGS_DICT_SUBCLASS 536870912
#define Py_TPFLAGS_HAVE_FINALIZE 1
#define Py_TPFLAGS_HAVE_GC 16384
#define Py_TPFLAGS_HAVE_STACKLESS_EXTENSION 0
#define Py_TPFLAGS_HAVE_VERSION_TAG 262144
#define Py_TPFLAGS_HEAPTYPE 512
#define Py_TPFLAGS_IS_ABSTRACT 1048576
#define Py_TPFLAGS_LIST_SUBCLASS 33554432
#define Py_TPFLAGS_LONG_SUBCLASS 16777216
#define Py_TPFLAGS_METHOD_DESCRIPTOR 131072
#define Py_TPFLAGS_READY 4096
#define Py_TPFLAGS_READYING 8192
#define Py_TPFLAGS_TUPLE_SUBCLASS 67108864
#define Py_TPFLAGS_TYPE_SUBCLASS 2147483648U
#define Py_TPFLAGS_UNICODE_SUBCLASS 268435456
#define Py_TPFLAGS_VALID_VERSION_TAG 524288
#ifndef Py_LIMITED_API
#define Py_TPFLAGS_HAVE_VECTORCALL 2048
#define _Py_TPFLAGS_HAVE_VECTORCALL 2048
#endif
/* [end] */

/* [prototypes object.h] */
PyAPI_DATA(PyTypeObject) PyBaseObject_Type;
PyAPI_FUNC(int) PyCallable_Check(PyObject *x);
PyAPI_FUNC(PyObject *) PyObject_ASCII(PyObject *v);
PyAPI_FUNC(PyObject *) PyObject_Bytes(PyObject *v);
PyAPI_FUNC(void) PyObject_ClearWeakRefs(PyObject *object);
PyAPI_FUNC(PyObject *) PyObject_Dir(PyObject *obj);
PyAPI_FUNC(PyObject *) PyObject_GenericGetAttr(PyObject *obj, PyObject *name);
PyAPI_FUNC(int) PyObject_GenericSetAttr(PyObject *obj, PyObject *name, PyObject *value);
PyAPI_FUNC(PyObject *) PyObject_GetAttr(PyObject *v, PyObject *name);
PyAPI_FUNC(PyObject *) PyObject_GetAttrString(PyObject *v, const char *name);
PyAPI_FUNC(int) PyObject_HasAttr(PyObject *v, PyObject *name);
PyAPI_FUNC(int) PyObject_HasAttrString(PyObject *v, const char *name);
PyAPI_FUNC(Py_hash_t) PyObject_Hash(PyObject *v);
PyAPI_FUNC(Py_hash_t) PyObject_HashNotImplemented(PyObject *v);
PyAPI_FUNC(int) PyObject_IsTrue(PyObject *v);
PyAPI_FUNC(int) PyObject_Not(PyObject *v);
PyAPI_FUNC(PyObject *) PyObject_Repr(PyObject *v);
PyAPI_FUNC(PyObject *) PyObject_RichCompare(PyObject *v, PyObject *w, int op);
PyAPI_FUNC(int) PyObject_RichCompareBool(PyObject *v, PyObject *w, int op);
PyAPI_FUNC(PyObject *) PyObject_SelfIter(PyObject *obj);
PyAPI_FUNC(int) PyObject_SetAttr(PyObject *v, PyObject *name, PyObject *value);
PyAPI_FUNC(int) PyObject_SetAttrString(PyObject *v, const char *name, PyObject *w);
PyAPI_FUNC(PyObject *) PyObject_Str(PyObject *v);
PyAPI_DATA(PyTypeObject) PySuper_Type;
PyAPI_FUNC(unsigned int) PyType_ClearCache(void);
PyAPI_FUNC(PyObject *) PyType_FromSpec(PyType_Spec *spec);
PyAPI_FUNC(PyObject *) PyType_GenericAlloc(PyTypeObject *type, Py_ssize_t nitems);
PyAPI_FUNC(PyObject *) PyType_GenericNew(PyTypeObject *type, PyObject *args, PyObject *kwds);
PyAPI_FUNC(long unsigned int) PyType_GetFlags(PyTypeObject *type);
PyAPI_FUNC(int) PyType_IsSubtype(PyTypeObject *a, PyTypeObject *b);
PyAPI_FUNC(void) PyType_Modified(PyTypeObject *type);
PyAPI_FUNC(int) PyType_Ready(PyTypeObject *type);
PyAPI_DATA(PyTypeObject) PyType_Type;
PyAPI_FUNC(void) Py_DecRef(PyObject *o);
PyAPI_FUNC(void) Py_IncRef(PyObject *o);
PyAPI_FUNC(int) Py_ReprEnter(PyObject *obj);
PyAPI_FUNC(void) Py_ReprLeave(PyObject *obj);
PyAPI_FUNC(void) _Py_Dealloc(PyObject *op);
PyAPI_DATA(PyObject) _Py_NoneStruct;
PyAPI_DATA(PyObject) _Py_NotImplementedStruct;
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03030000
PyAPI_FUNC(int) PyObject_GenericSetDict(PyObject *obj, PyObject *value, void *context);
PyAPI_FUNC(PyObject *) PyType_FromSpecWithBases(PyType_Spec *spec, PyObject *bases);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03040000
PyAPI_FUNC(void *) PyType_GetSlot(PyTypeObject *type, int slot);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03090000
PyAPI_FUNC(PyObject *) PyType_FromModuleAndSpec(PyObject *module, PyType_Spec *spec, PyObject *bases);
PyAPI_FUNC(PyObject *) PyType_GetModule(PyTypeObject *type);
PyAPI_FUNC(void *) PyType_GetModuleState(PyTypeObject *type);
#endif
/* [end] */

static inline int _PyObject_TypeCheck(PyObject *ob, PyTypeObject *type)
{
    return Py_IS_TYPE(ob, type) || PyType_IsSubtype(Py_TYPE(ob), type);
}
#define PyObject_TypeCheck(ob, type) _PyObject_TypeCheck(_PyObject_CAST(ob), type)
#define PyType_FastSubclass(type, flag) PyType_HasFeature(type, flag)

/* Reference counts. */
static inline void _Py_INCREF(PyObject *op) { op->ob_refcnt++; }
#define Py_INCREF(op) _Py_INCREF(_PyObject_CAST(op))
static inline void _Py_DECREF(PyObject *op)
{
    if (--op->ob_refcnt == 0)
        _Py_Dealloc(op);
}
#define Py_DECREF(op) _Py_DECREF(_PyObject_CAST(op))
static inline void _Py_XINCREF(PyObject *op)
{
    if (op != NULL)
        Py_INCREF(op);
}
#define Py_XINCREF(op) _Py_XINCREF(_PyObject_CAST(op))
static inline void _Py_XDECREF(PyObject *op)
{
    if (op != NULL)
        Py_DECREF(op);
}
#define Py_XDECREF(op) _Py_XDECREF(_PyObject_CAST(op))
/* Sets a variable to NULL before its object may die. */
#define Py_CLEAR(op) \
    do { PyObject *_py_old = _PyObject_CAST(op); \
         if (_py_old != NULL) { (op) = NULL; Py_DECREF(_py_old); } } while (0)

#define Py_None (&_Py_NoneStruct)
#define Py_RETURN_NONE return Py_INCREF(Py_None), Py_None
#define Py_NotImplemented (&_Py_NotImplementedStruct)
#define Py_RETURN_NOTIMPLEMENTED return Py_INCREF(Py_NotImplemented), Py_NotImplemented
#define Py_RETURN_RICHCOMPARE(left, right, op) \
    do { switch (op) { \
         case Py_EQ: if ((left) == (right)) Py_RETURN_TRUE; Py_RETURN_FALSE; \
         case Py_NE: if ((left) != (right)) Py_RETURN_TRUE; Py_RETURN_FALSE; \
         case Py_LT: if ((left) < (right)) Py_RETURN_TRUE; Py_RETURN_FALSE; \
         case Py_GT: if ((left) > (right)) Py_RETURN_TRUE; Py_RETURN_FALSE; \
         case Py_LE: if ((left) <= (right)) Py_RETURN_TRUE; Py_RETURN_FALSE; \
         case Py_GE: if ((left) >= (right)) Py_RETURN_TRUE; Py_RETURN_FALSE; \
         default: Py_UNREACHABLE(); } } while (0)

#ifndef Py_LIMITED_API
#define Py_CPYTHON_OBJECT_H
#include "cpython/object.h"
#undef Py_CPYTHON_OBJECT_H
#endif

static inline int PyType_HasFeature(PyTypeObject *type, unsigned long feature)
{
#ifdef Py_LIMITED_API
    return (PyType_GetFlags(type) & feature) != 0;
#else
    return (type->tp_flags & feature) != 0;
#endif
}
static inline int _PyType_Check(PyObject *op)
{
    return PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_TYPE_SUBCLASS);
}
#define PyType_Check(op) _PyType_Check(_PyObject_CAST(op))
static inline int _PyType_CheckExact(PyObject *op) { return Py_IS_TYPE(op, &PyType_Type); }
#define PyType_CheckExact(op) _PyType_CheckExact(_PyObject_CAST(op))

#ifdef __cplusplus
}
#endif
#endif
