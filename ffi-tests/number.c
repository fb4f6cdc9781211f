/* abstract.h: the number protocol, every function with every (pair of) sample. */
#include "harness.h"

static PyObject *power(PyObject *v, PyObject *w)
{
    return PyNumber_Power(v, w, Py_None);
}

static PyObject *power_in_place(PyObject *v, PyObject *w)
{
    return PyNumber_InPlacePower(v, w, Py_None);
}

static PyObject *power_modulo(PyObject *v, PyObject *w)
{
    PyObject *modulus = PyLong_FromLong(13);
    PyObject *result = PyNumber_Power(v, w, modulus);
    Py_DECREF(modulus);
    return result;
}

/* A left operand of 2**70 or a right operand of 2**70 makes some operations endless. */
static int is_huge(PyObject *w)
{
    return PyLong_Check(w) && _PyLong_NumBits(w) > 40;
}

static PyObject *careful_power(PyObject *v, PyObject *w)
{
    return is_huge(w) ? PyUnicode_FromString("left out") : power(v, w);
}

static PyObject *careful_power_in_place(PyObject *v, PyObject *w)
{
    return is_huge(w) ? PyUnicode_FromString("left out") : power_in_place(v, w);
}

static PyObject *left_shift(PyObject *v, PyObject *w)
{
    return is_huge(w) ? PyUnicode_FromString("left out") : PyNumber_Lshift(v, w);
}

static PyObject *left_shift_in_place(PyObject *v, PyObject *w)
{
    return is_huge(w) ? PyUnicode_FromString("left out") : PyNumber_InPlaceLshift(v, w);
}

SECTION(number_unary)
{
    static const ObjectOfObject objects[] = {
        NULLABLE(PyNumber_Negative), NULLABLE(PyNumber_Positive), NULLABLE(PyNumber_Absolute),
        NULLABLE(PyNumber_Invert),   NULLABLE(PyNumber_Long),     NULLABLE(PyNumber_Float),
        NULLABLE(PyNumber_Index),
    };
    apply_object_of_object(objects, LENGTH(objects));
    static const IntOfObject ints[] = {NULLABLE(PyNumber_Check), PLAIN(PyIndex_Check)};
    apply_int_of_object(ints, LENGTH(ints));
    for (int i = 0; i < SAMPLE_COUNT; i++) {
        PyObject *v = value(SAMPLES[i]);
        show_number(PyNumber_AsSsize_t(v, NULL), "AsSsize_t(%s, NULL)", SAMPLES[i]);
        show_number(PyNumber_AsSsize_t(v, PyExc_IndexError), "AsSsize_t(%s, IndexError)", SAMPLES[i]);
        static const int bases[] = {2, 8, 10, 16, 3, 37};
        for (int b = 0; b < LENGTH(bases); b++) {
            show(PyNumber_ToBase(v, bases[b]), "ToBase(%s, %d)", SAMPLES[i], bases[b]);
        }
        Py_DECREF(v);
    }
}

SECTION(number_binary)
{
    static const ObjectOfTwo table[] = {
        PLAIN(PyNumber_Add),         PLAIN(PyNumber_Subtract),       PLAIN(PyNumber_Multiply),
        PLAIN(PyNumber_TrueDivide),  PLAIN(PyNumber_FloorDivide),    PLAIN(PyNumber_Remainder),
        PLAIN(PyNumber_Divmod),      PLAIN(PyNumber_MatrixMultiply), PLAIN(PyNumber_And),
        PLAIN(PyNumber_Or),          PLAIN(PyNumber_Xor),            PLAIN(PyNumber_Rshift),
        PLAIN(left_shift),           PLAIN(careful_power),           PLAIN(power_modulo),
    };
    apply_object_of_two(table, LENGTH(table));
}

SECTION(number_in_place)
{
    static const ObjectOfTwo table[] = {
        PLAIN(PyNumber_InPlaceAdd),         PLAIN(PyNumber_InPlaceSubtract),
        PLAIN(PyNumber_InPlaceMultiply),    PLAIN(PyNumber_InPlaceTrueDivide),
        PLAIN(PyNumber_InPlaceFloorDivide), PLAIN(PyNumber_InPlaceRemainder),
        PLAIN(PyNumber_InPlaceMatrixMultiply), PLAIN(PyNumber_InPlaceAnd),
        PLAIN(PyNumber_InPlaceOr),          PLAIN(PyNumber_InPlaceXor),
        PLAIN(PyNumber_InPlaceRshift),      PLAIN(left_shift_in_place),
        PLAIN(careful_power_in_place),
    };
    apply_object_of_two(table, LENGTH(table));
}
