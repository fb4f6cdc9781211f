/* parsetok.h: the former parser. */
#ifndef Py_PARSETOK_H
#define Py_PARSETOK_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
#include "grammar.h"
#include "node.h"
/* [struct perrdetail] */
typedef struct {
    int error;
    PyObject *filename;
    int lineno;
    int offset;
    char *text;
    int token;
    int expected;
} perrdetail;
/* [end] */
/* [constants parsetok.h] */
#ifndef Py_LIMITED_API
#define PyPARSE_ASYNC_HACKS 128
#define PyPARSE_BARRY_AS_BDFL 32
#define PyPARSE_DONT_IMPLY_DEDENT 2
#define PyPARSE_IGNORE_COOKIE 16
#define PyPARSE_TYPE_COMMENTS 64
#endif
/* [end] */
/* [prototypes parsetok.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(void) PyParser_ClearError(perrdetail *err);
PyAPI_FUNC(node *) PyParser_ParseFile(FILE *fp, const char *filename, grammar *g, int start, const char *ps1, const char *ps2, perrdetail *err_ret);
PyAPI_FUNC(node *) PyParser_ParseFileFlags(FILE *fp, const char *filename, const char *enc, grammar *g, int start, const char *ps1, const char *ps2, perrdetail *err_ret, int flags);
PyAPI_FUNC(node *) PyParser_ParseFileFlagsEx(FILE *fp, const char *filename, const char *enc, grammar *g, int start, const char *ps1, const char *ps2, perrdetail *err_ret, int *flags);
PyAPI_FUNC(node *) PyParser_ParseFileObject(FILE *fp, PyObject *filename, const char *enc, grammar *g, int start, const char *ps1, const char *ps2, perrdetail *err_ret, int *flags);
PyAPI_FUNC(node *) PyParser_ParseString(const char *s, grammar *g, int start, perrdetail *err_ret);
PyAPI_FUNC(node *) PyParser_ParseStringFlags(const char *s, grammar *g, int start, perrdetail *err_ret, int flags);
PyAPI_FUNC(node *) PyParser_ParseStringFlagsFilename(const char *s, const char *filename, grammar *g, int start, perrdetail *err_ret, int flags);
PyAPI_FUNC(node *) PyParser_ParseStringFlagsFilenameEx(const char *s, const char *filename_str, grammar *g, int start, perrdetail *err_ret, int *flags);
PyAPI_FUNC(node *) PyParser_ParseStringObject(const char *s, PyObject *filename, grammar *g, int start, perrdetail *err_ret, int *flags);
PyAPI_FUNC(void) PyParser_SetError(perrdetail *err);
#endif
/* [end] */
#endif
#ifdef __cplusplus
}
#endif
#endif
