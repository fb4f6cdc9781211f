/* internal/pegen_interface.h: syntax trees of text and files. */
#ifndef Py_INTERNAL_PEGEN_INTERFACE_H
#define Py_INTERNAL_PEGEN_INTERFACE_H
#ifndef Py_BUILD_CORE
#error "Py_BUILD_CORE must be defined to include this header"
#endif
#include "Python-ast.h"
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes internal/pegen_interface.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(mod_ty) PyPegen_ASTFromFileObject(FILE *fp, PyObject *filename_ob, int mode, const char *enc, const char *ps1, const char *ps2, PyCompilerFlags *flags, int *errcode, PyArena *arena);
PyAPI_FUNC(mod_ty) PyPegen_ASTFromFilename(const char *filename, int mode, PyCompilerFlags *flags, PyArena *arena);
PyAPI_FUNC(mod_ty) PyPegen_ASTFromString(const char *str, const char *filename, int mode, PyCompilerFlags *flags, PyArena *arena);
PyAPI_FUNC(mod_ty) PyPegen_ASTFromStringObject(const char *str, PyObject *filename, int mode, PyCompilerFlags *flags, PyArena *arena);
#endif
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
