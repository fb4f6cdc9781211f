/* pyarena.h: memory that is freed at once. */
#ifndef Py_PYARENA_H
#define Py_PYARENA_H
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
/* [prototypes pyarena.h] */
#ifndef Py_LIMITED_API
PyAPI_FUNC(int) PyArena_AddPyObject(PyArena *arena, PyObject *obj);
PyAPI_FUNC(void) PyArena_Free(PyArena *arena);
PyAPI_FUNC(void *) PyArena_Malloc(PyArena *arena, size_t size);
PyAPI_FUNC(PyArena *) PyArena_New(void);
#endif
/* [end] */
#endif
#ifdef __cplusplus
}
#endif
#endif
