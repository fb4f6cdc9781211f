/* pycapsule.h: pointers of C code as objects. */
#ifndef Py_CAPSULE_H
#define Py_CAPSULE_H
#ifdef __cplusplus
extern "C" {
#endif
typedef void (*PyCapsule_Destructor)(PyObject *);
/* [prototypes pycapsule.h] */
PyAPI_FUNC(void *) PyCapsule_GetContext(PyObject *o);
PyAPI_FUNC(PyCapsule_Destructor) PyCapsule_GetDestructor(PyObject *o);
PyAPI_FUNC(const char *) PyCapsule_GetName(PyObject *o);
PyAPI_FUNC(void *) PyCapsule_GetPointer(PyObject *o, const char *name);
PyAPI_FUNC(void *) PyCapsule_Import(const char *name, int no_block);
PyAPI_FUNC(int) PyCapsule_IsValid(PyObject *o, const char *name);
PyAPI_FUNC(PyObject *) PyCapsule_New(void *pointer, const char *name, PyCapsule_Destructor destructor);
PyAPI_FUNC(int) PyCapsule_SetContext(PyObject *o, void *context);
PyAPI_FUNC(int) PyCapsule_SetDestructor(PyObject *o, PyCapsule_Destructor destructor);
PyAPI_FUNC(int) PyCapsule_SetName(PyObject *o, const char *name);
PyAPI_FUNC(int) PyCapsule_SetPointer(PyObject *o, void *pointer);
PyAPI_DATA(PyTypeObject) PyCapsule_Type;
/* [end] */
#define PyCapsule_CheckExact(op) Py_IS_TYPE(op, &PyCapsule_Type)
#ifdef __cplusplus
}
#endif
#endif
