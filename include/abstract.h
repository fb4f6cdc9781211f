/* abstract.h: objects by what they can do: attributes, calls, numbers, sequences, mappings. */
#ifndef Py_ABSTRACTOBJECT_H
#define Py_ABSTRACTOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
#ifdef PY_SSIZE_T_CLEAN
#define PyObject_CallFunction _PyObject_CallFunction_SizeT
#define PyObject_CallMethod _PyObject_CallMethod_SizeT
#endif
/* [prototypes abstract.h] */
PyAPI_FUNC(int) PyIndex_Check(PyObject *obj);
PyAPI_FUNC(int) PyIter_Check(PyObject *obj);
PyAPI_FUNC(PyObject *) PyIter_Next(PyObject *iter);
PyAPI_FUNC(int) PyMapping_Check(PyObject *o);
PyAPI_FUNC(PyObject *) PyMapping_GetItemString(PyObject *o, const char *key);
PyAPI_FUNC(int) PyMapping_HasKey(PyObject *o, PyObject *key);
PyAPI_FUNC(int) PyMapping_HasKeyString(PyObject *o, const char *key);
PyAPI_FUNC(PyObject *) PyMapping_Items(PyObject *o);
PyAPI_FUNC(PyObject *) PyMapping_Keys(PyObject *o);
PyAPI_FUNC(Py_ssize_t) PyMapping_Length(PyObject *o);
PyAPI_FUNC(int) PyMapping_SetItemString(PyObject *o, const char *key, PyObject *value);
PyAPI_FUNC(Py_ssize_t) PyMapping_Size(PyObject *o);
PyAPI_FUNC(PyObject *) PyMapping_Values(PyObject *o);
PyAPI_FUNC(PyObject *) PyNumber_Absolute(PyObject *o);
PyAPI_FUNC(PyObject *) PyNumber_Add(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_And(PyObject *v, PyObject *w);
PyAPI_FUNC(Py_ssize_t) PyNumber_AsSsize_t(PyObject *item, PyObject *err);
PyAPI_FUNC(int) PyNumber_Check(PyObject *o);
PyAPI_FUNC(PyObject *) PyNumber_Divmod(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_Float(PyObject *o);
PyAPI_FUNC(PyObject *) PyNumber_FloorDivide(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceAdd(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceAnd(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceFloorDivide(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceLshift(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceMultiply(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceOr(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlacePower(PyObject *v, PyObject *w, PyObject *z);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceRemainder(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceRshift(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceSubtract(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceTrueDivide(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceXor(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_Index(PyObject *item);
PyAPI_FUNC(PyObject *) PyNumber_Invert(PyObject *o);
PyAPI_FUNC(PyObject *) PyNumber_Long(PyObject *o);
PyAPI_FUNC(PyObject *) PyNumber_Lshift(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_Multiply(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_Negative(PyObject *o);
PyAPI_FUNC(PyObject *) PyNumber_Or(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_Positive(PyObject *o);
PyAPI_FUNC(PyObject *) PyNumber_Power(PyObject *v, PyObject *w, PyObject *z);
PyAPI_FUNC(PyObject *) PyNumber_Remainder(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_Rshift(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_Subtract(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_ToBase(PyObject *n, int base);
PyAPI_FUNC(PyObject *) PyNumber_TrueDivide(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_Xor(PyObject *v, PyObject *w);
PyAPI_FUNC(int) PyObject_AsCharBuffer(PyObject *obj, const char **buffer, Py_ssize_t *buffer_len);
PyAPI_FUNC(int) PyObject_AsReadBuffer(PyObject *obj, const void **buffer, Py_ssize_t *buffer_len);
PyAPI_FUNC(int) PyObject_AsWriteBuffer(PyObject *obj, void **buffer, Py_ssize_t *buffer_len);
PyAPI_FUNC(PyObject *) PyObject_Call(PyObject *callable, PyObject *args, PyObject *kwargs);
PyAPI_FUNC(PyObject *) PyObject_CallFunction(PyObject *callable, const char *format, ...);
PyAPI_FUNC(PyObject *) PyObject_CallFunctionObjArgs(PyObject *callable, ...);
PyAPI_FUNC(PyObject *) PyObject_CallMethod(PyObject *obj, const char *name, const char *format, ...);
PyAPI_FUNC(PyObject *) PyObject_CallMethodObjArgs(PyObject *obj, PyObject *name, ...);
PyAPI_FUNC(PyObject *) PyObject_CallObject(PyObject *callable, PyObject *args);
PyAPI_FUNC(int) PyObject_CheckReadBuffer(PyObject *obj);
PyAPI_FUNC(int) PyObject_DelItem(PyObject *o, PyObject *key);
PyAPI_FUNC(int) PyObject_DelItemString(PyObject *o, const char *key);
PyAPI_FUNC(PyObject *) PyObject_Format(PyObject *obj, PyObject *format_spec);
PyAPI_FUNC(PyObject *) PyObject_GetItem(PyObject *o, PyObject *key);
PyAPI_FUNC(PyObject *) PyObject_GetIter(PyObject *o);
PyAPI_FUNC(int) PyObject_IsInstance(PyObject *inst, PyObject *cls);
PyAPI_FUNC(int) PyObject_IsSubclass(PyObject *derived, PyObject *cls);
PyAPI_FUNC(Py_ssize_t) PyObject_Length(PyObject *o);
PyAPI_FUNC(int) PyObject_SetItem(PyObject *o, PyObject *key, PyObject *value);
PyAPI_FUNC(Py_ssize_t) PyObject_Size(PyObject *o);
PyAPI_FUNC(PyObject *) PyObject_Type(PyObject *o);
PyAPI_FUNC(int) PySequence_Check(PyObject *s);
PyAPI_FUNC(PyObject *) PySequence_Concat(PyObject *s, PyObject *o);
PyAPI_FUNC(int) PySequence_Contains(PyObject *seq, PyObject *ob);
PyAPI_FUNC(Py_ssize_t) PySequence_Count(PyObject *s, PyObject *o);
PyAPI_FUNC(int) PySequence_DelItem(PyObject *s, Py_ssize_t i);
PyAPI_FUNC(int) PySequence_DelSlice(PyObject *s, Py_ssize_t i1, Py_ssize_t i2);
PyAPI_FUNC(PyObject *) PySequence_Fast(PyObject *v, const char *m);
PyAPI_FUNC(PyObject *) PySequence_GetItem(PyObject *s, Py_ssize_t i);
PyAPI_FUNC(PyObject *) PySequence_GetSlice(PyObject *s, Py_ssize_t i1, Py_ssize_t i2);
PyAPI_FUNC(int) PySequence_In(PyObject *w, PyObject *v);
PyAPI_FUNC(PyObject *) PySequence_InPlaceConcat(PyObject *s, PyObject *o);
PyAPI_FUNC(PyObject *) PySequence_InPlaceRepeat(PyObject *o, Py_ssize_t count);
PyAPI_FUNC(Py_ssize_t) PySequence_Index(PyObject *s, PyObject *o);
PyAPI_FUNC(Py_ssize_t) PySequence_Length(PyObject *s);
PyAPI_FUNC(PyObject *) PySequence_List(PyObject *v);
PyAPI_FUNC(PyObject *) PySequence_Repeat(PyObject *o, Py_ssize_t count);
PyAPI_FUNC(int) PySequence_SetItem(PyObject *s, Py_ssize_t i, PyObject *o);
PyAPI_FUNC(int) PySequence_SetSlice(PyObject *s, Py_ssize_t i1, Py_ssize_t i2, PyObject *o);
PyAPI_FUNC(Py_ssize_t) PySequence_Size(PyObject *s);
PyAPI_FUNC(PyObject *) PySequence_Tuple(PyObject *v);
PyAPI_FUNC(PyObject *) _PyObject_CallFunction_SizeT(PyObject *callable, const char *format, ...);
PyAPI_FUNC(PyObject *) _PyObject_CallMethod_SizeT(PyObject *obj, const char *name, const char *format, ...);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03050000
PyAPI_FUNC(PyObject *) PyNumber_InPlaceMatrixMultiply(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_MatrixMultiply(PyObject *v, PyObject *w);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03090000
PyAPI_FUNC(PyObject *) PyObject_CallNoArgs(PyObject *func);
#endif
/* [end] */
#define PyObject_Length PyObject_Size
#define PySequence_Length PySequence_Size
#define PySequence_In PySequence_Contains
#define PyMapping_Length PyMapping_Size
#define PyObject_DelAttrString(O, A) PyObject_SetAttrString((O), (A), NULL)
#define PyObject_DelAttr(O, A) PyObject_SetAttr((O), (A), NULL)
#define PySequence_Fast_GET_SIZE(o) (PyList_Check(o) ? PyList_GET_SIZE(o) : PyTuple_GET_SIZE(o))
#define PySequence_Fast_GET_ITEM(o, i) (PyList_Check(o) ? PyList_GET_ITEM(o, i) : PyTuple_GET_ITEM(o, i))
#define PySequence_Fast_ITEMS(sf) \
    (PyList_Check(sf) ? ((PyListObject *)(sf))->ob_item : ((PyTupleObject *)(sf))->ob_item)
#define PyMapping_DelItemString(O, K) PyObject_DelItemString((O), (K))
#define PyMapping_DelItem(O, K) PyObject_DelItem((O), (K))
#ifndef Py_LIMITED_API
#define Py_CPYTHON_ABSTRACTOBJECT_H
#include "cpython/abstract.h"
#undef Py_CPYTHON_ABSTRACTOBJECT_H
#endif
#ifdef __cplusplus
}
#endif
#endif
