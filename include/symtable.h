/* symtable.h: symbol tables. */
#ifndef Py_SYMTABLE_H
#define Py_SYMTABLE_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
#include "compile.h"
typedef enum _block_type { FunctionBlock, ClassBlock, ModuleBlock } _Py_block_ty;
struct _symtable_entry;
struct symtable;
typedef struct _symtable_entry PySTEntryObject;
/* [constants symtable.h] */
#ifndef Py_LIMITED_API
#define CELL 5
#define DEF_ANNOT 256
#define DEF_BOUND 134
#define DEF_COMP_ITER 512
#define DEF_FREE 32
#define DEF_FREE_CLASS 64
#define DEF_GLOBAL 1
#define DEF_IMPORT 128
#define DEF_LOCAL 2
#define DEF_NONLOCAL 8
#define DEF_PARAM 4
#define FREE 4
#define GENERATOR 1
#define GENERATOR_EXPRESSION 2
#define GLOBAL_EXPLICIT 2
#define GLOBAL_IMPLICIT 3
#define LOCAL 1
#define SCOPE_MASK 15
#define SCOPE_OFFSET 11
#define USE 16
#endif
/* [end] */
#define PySTEntry_Check(op) Py_IS_TYPE(op, &PySTEntry_Type)
/* [prototypes symtable.h] */
#ifndef Py_LIMITED_API
PyAPI_DATA(PyTypeObject) PySTEntry_Type;
PyAPI_FUNC(int) PyST_GetScope(PySTEntryObject *ste, PyObject *name);
PyAPI_FUNC(struct symtable *) PySymtable_Build(mod_ty mod, const char *filename_str, PyFutureFeatures *future);
PyAPI_FUNC(struct symtable *) PySymtable_BuildObject(mod_ty mod, PyObject *filename, PyFutureFeatures *future);
PyAPI_FUNC(void) PySymtable_Free(struct symtable *st);
PyAPI_FUNC(PySTEntryObject *) PySymtable_Lookup(struct symtable *st, void *key);
#endif
/* [end] */
#endif
#ifdef __cplusplus
}
#endif
#endif
