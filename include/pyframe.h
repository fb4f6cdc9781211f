/* pyframe.h: frames. */
#ifndef Py_PYFRAME_H
#define Py_PYFRAME_H
#ifdef __cplusplus
extern "C" {
#endif
/* [prototypes pyframe.h] */
PyAPI_FUNC(PyCodeObject *) PyFrame_GetCode(PyFrameObject *frame);
PyAPI_FUNC(int) PyFrame_GetLineNumber(PyFrameObject *f);
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
