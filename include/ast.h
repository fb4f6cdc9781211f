/* ast.h: syntax trees. */
#ifndef Py_AST_H
#define Py_AST_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
#include "compile.h"
#include "node.h"
#include "asdl.h"
/* [prototypes ast.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(mod_ty) PyAST_FromNode(const node *n, PyCompilerFlags *flags, const char *filename_str, PyArena *arena);
PyAPI_FUNC(mod_ty) PyAST_FromNodeObject(const node *n, PyCompilerFlags *flags, PyObject *filename, PyArena *arena);
PyAPI_FUNC(int) PyAST_Validate(mod_ty mod);
PyAPI_FUNC(PyObject *) _PyAST_GetDocString(asdl_seq *body);
#endif
/* [end] */
#endif
#ifdef __cplusplus
}
#endif
#endif
