/* compile.h: compiling. */
#ifndef Py_COMPILE_H
#define Py_COMPILE_H
#ifdef __cplusplus
extern "C" {
#endif
/* [constants compile.h] */
#define Py_eval_input 258
#define Py_file_input 257
#define Py_fstring_input 800
#define Py_func_type_input 345
#define Py_single_input 256
#ifndef Py_LIMITED_API
#define FUTURE_ABSOLUTE_IMPORT "absolute_import"
#define FUTURE_ANNOTATIONS "annotations"
#define FUTURE_BARRY_AS_BDFL "barry_as_FLUFL"
#define FUTURE_DIVISION "division"
#define FUTURE_GENERATORS "generators"
#define FUTURE_GENERATOR_STOP "generator_stop"
#define FUTURE_NESTED_SCOPES "nested_scopes"
#define FUTURE_PRINT_FUNCTION "print_function"
#define FUTURE_UNICODE_LITERALS "unicode_literals"
#define FUTURE_WITH_STATEMENT "with_statement"
#define PY_INVALID_STACK_EFFECT 2147483647
#define PyCF_ALLOW_TOP_LEVEL_AWAIT 8192
#define PyCF_COMPILE_MASK 13824
#define PyCF_DONT_IMPLY_DEDENT 512
#define PyCF_IGNORE_COOKIE 2048
#define PyCF_MASK 33423360
#define PyCF_MASK_OBSOLETE 16
#define PyCF_ONLY_AST 1024
#define PyCF_SOURCE_IS_UTF8 256
#define PyCF_TYPE_COMMENTS 4096
#endif
/* [end] */
#ifndef Py_LIMITED_API
/* [struct PyCompilerFlags] */
typedef struct {
    int cf_flags;
    int cf_feature_version;
} PyCompilerFlags;
/* [end] */
#define _PyCompilerFlags_INIT {.cf_flags = 0, .cf_feature_version = PY_MINOR_VERSION}
/* [struct PyFutureFeatures] */
typedef struct {
    int ff_features;
    int ff_lineno;
} PyFutureFeatures;
/* [end] */
/* [struct _PyASTOptimizeState] */
typedef struct {
    int optimize;
    int ff_features;
} _PyASTOptimizeState;
/* [end] */
#define PyAST_Compile(mod, s, f, ar) PyAST_CompileEx(mod, s, f, -1, ar)
/* [prototypes compile.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(PyCodeObject *) PyAST_CompileEx(mod_ty mod, const char *filename_str, PyCompilerFlags *flags, int optimize, PyArena *arena);
PyAPI_FUNC(PyCodeObject *) PyAST_CompileObject(mod_ty mod, PyObject *filename, PyCompilerFlags *flags, int optimize, PyArena *arena);
PyAPI_FUNC(int) PyCompile_OpcodeStackEffect(int opcode, int oparg);
PyAPI_FUNC(int) PyCompile_OpcodeStackEffectWithJump(int opcode, int oparg, int jump);
PyAPI_FUNC(PyFutureFeatures *) PyFuture_FromAST(mod_ty mod, const char *filename_str);
PyAPI_FUNC(PyFutureFeatures *) PyFuture_FromASTObject(mod_ty mod, PyObject *filename);
PyAPI_FUNC(PyCodeObject *) PyNode_Compile(struct _node *n, const char *filename);
PyAPI_FUNC(int) _PyAST_Optimize(mod_ty mod, PyArena *arena, _PyASTOptimizeState *state);
PyAPI_FUNC(PyObject *) _Py_Mangle(PyObject *privateobj, PyObject *ident);
#endif
/* [end] */
#endif
#ifdef __cplusplus
}
#endif
#endif
