/* asdl.h: sequences of syntax trees. */
#ifndef Py_ASDL_H
#define Py_ASDL_H
#ifdef __cplusplus
extern "C" {
#endif
typedef struct {
    Py_ssize_t size;
    void *elements[1];
} asdl_seq;
typedef struct {
    Py_ssize_t size;
    int elements[1];
} asdl_int_seq;
#define asdl_seq_GET(S, I) (S)->elements[(I)]
#define asdl_seq_LEN(S) ((S) == NULL ? 0 : (S)->size)
#define asdl_seq_SET(S, I, V) ((S)->elements[I] = (V))
typedef PyObject *identifier;
typedef PyObject *string;
typedef PyObject *object;
typedef PyObject *constant;
/* [prototypes asdl.h] */
/* [end] */
#ifdef __cplusplus
}
#endif
#endif
