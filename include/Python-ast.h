/* Python-ast.h: syntax trees are opaque in this library: see ast.h. */
#ifndef Py_PYTHON_AST_H
#define Py_PYTHON_AST_H
#ifdef __cplusplus
extern "C" {
#endif
#include "ast.h"
#ifdef __cplusplus
}
#endif
#endif
