/* The buffer protocol (abstract.h, memoryobject.h, picklebufobject.h): every combination of flags. */
#include "harness.h"

static const char *const SOURCES[] = {
    "b'bytes'", "bytearray(b'array')", "memoryview(b'abcdef')", "memoryview(b'abcdef')[::2]", "memoryview(b'abcdef')[::-1]", "memoryview(bytearray(b'abcdef'))[1:4]",
    "array.array('i', [1, 2, 3])", "memoryview(array.array('d', [1.5, 2.5]))", "memoryview(b'abcdef').cast('B', (2, 3))", "memoryview(bytearray(8)).cast('h')",
    "memoryview(b'')", "io.BytesIO(b'text').getbuffer()", "'text'", "None", "memoryview(b'abcdefgh').cast('B', (2, 2, 2))", "memoryview(b'x').cast('B', ())",
};

static void print_view(const Py_buffer *view)
{
    say("  len %zd item %zd read-only %d dimensions %d format %s", view->len, view->itemsize, view->readonly, view->ndim, view->format == NULL ? "NULL" : view->format);
    for (int i = 0; i < view->ndim; i++) {
        say("  %d: shape %zd stride %zd sub %zd", i, view->shape == NULL ? -99 : view->shape[i], view->strides == NULL ? -99 : view->strides[i],
            view->suboffsets == NULL ? -99 : view->suboffsets[i]);
    }
}

SECTION(buffer_flags)
{
    static const int flags[] = {
        PyBUF_SIMPLE, PyBUF_WRITABLE, PyBUF_FORMAT, PyBUF_ND, PyBUF_STRIDES, PyBUF_C_CONTIGUOUS, PyBUF_F_CONTIGUOUS, PyBUF_ANY_CONTIGUOUS, PyBUF_INDIRECT, PyBUF_CONTIG,
        PyBUF_CONTIG_RO, PyBUF_STRIDED, PyBUF_STRIDED_RO, PyBUF_RECORDS, PyBUF_RECORDS_RO, PyBUF_FULL, PyBUF_FULL_RO, PyBUF_FORMAT | PyBUF_WRITABLE, PyBUF_READ, PyBUF_WRITE,
    };
    for (int s = 0; s < LENGTH(SOURCES); s++) {
        for (int f = 0; f < LENGTH(flags); f++) {
            PyObject *source = value(SOURCES[s]);
            Py_buffer view;
            memset(&view, 0, sizeof view);
            Py_ssize_t before = Py_REFCNT(source);
            int status = PyObject_GetBuffer(source, &view, flags[f]);
            show_number(status, "%s flags %x", SOURCES[s], flags[f]);
            say("  object %d", view.obj == source);
            if (status == 0) {
                print_view(&view);
                PyBuffer_Release(&view);
                PyBuffer_Release(&view);
            }
            if (Py_REFCNT(source) != before && before < 50) {
                say("  references %+zd", Py_REFCNT(source) - before);
            }
            Py_DECREF(source);
        }
    }
}

SECTION(buffer_copies)
{
    for (int s = 0; s < LENGTH(SOURCES); s++) {
        PyObject *source = value(SOURCES[s]);
        show_number(PyObject_CheckBuffer(source), "CheckBuffer(%s)", SOURCES[s]);
        const char *text = NULL;
        const void *bytes = NULL;
        void *memory = NULL;
        Py_ssize_t length = -1;
        show_number(PyObject_AsCharBuffer(source, &text, &length), "AsCharBuffer");
        say("%zd", length);
        show_number(PyObject_CheckReadBuffer(source), "CheckReadBuffer");
        show_number(PyObject_AsReadBuffer(source, &bytes, &length), "AsReadBuffer");
        show_number(PyObject_AsWriteBuffer(source, &memory, &length), "AsWriteBuffer");
        static const char orders[] = {'C', 'F', 'A'};
        Py_buffer view;
        if (PyObject_GetBuffer(source, &view, PyBUF_FULL_RO) == 0) {
            for (int o = 0; o < LENGTH(orders); o++) {
                show_number(PyBuffer_IsContiguous(&view, orders[o]), "IsContiguous(%c)", orders[o]);
                char room[64] = {0};
                show_number(PyBuffer_ToContiguous(room, &view, view.len, orders[o]), "ToContiguous(%c)", orders[o]);
                show(PyBytes_FromStringAndSize(room, view.len), "copied");
                show_number(PyBuffer_ToContiguous(room, &view, view.len + 1, orders[o]), "ToContiguous of another length");
                show(PyMemoryView_GetContiguous(source, PyBUF_READ, orders[o]), "GetContiguous(%c)", orders[o]);
                PyObject *contiguous = PyMemoryView_GetContiguous(source, PyBUF_WRITE, orders[o]);
                show_error("GetContiguous to write");
                Py_XDECREF(contiguous);
            }
            if (!view.readonly && view.ndim == 1) {
                show_number(PyBuffer_FromContiguous(&view, "ZYXWVUTSRQPONMLKJIHG", view.len < 20 ? view.len : 20, 'C'), "FromContiguous");
                show_borrowed(source, "filled");
            }
            if (view.ndim > 0 && view.len > 0) {
                Py_ssize_t at[3] = {0, 0, 0};
                say("first %d", *(char *)PyBuffer_GetPointer(&view, at));
                at[view.ndim - 1] = 1;
                say("second %d", *(char *)PyBuffer_GetPointer(&view, at));
            }
            PyBuffer_Release(&view);
        }
        PyErr_Clear();
        PyObject *memoryview = PyMemoryView_FromObject(source);
        show_borrowed(memoryview, "memoryview");
        if (memoryview != NULL) {
            say("%d %d", PyMemoryView_Check(memoryview), PyMemoryView_GET_BASE(memoryview) != NULL);
            print_view(PyMemoryView_GET_BUFFER(memoryview));
            show(PyObject_CallMethod(memoryview, "tobytes", NULL), "tobytes");
            show(PyObject_CallMethod(memoryview, "tolist", NULL), "tolist");
            show(PyObject_CallMethod(memoryview, "hex", NULL), "hex");
            Py_DECREF(memoryview);
        }
        PyObject *target = value("bytearray(6)");
        show_number(PyObject_CopyData(target, source), "CopyData");
        show_borrowed(target, "target");
        Py_DECREF(target);
        PyErr_Clear();
        PyObject *pickled = PyPickleBuffer_FromObject(source);
        show_borrowed(pickled, "pickle buffer");
        if (pickled != NULL) {
            const Py_buffer *held = PyPickleBuffer_GetBuffer(pickled);
            print_view(held);
            show_number(PyPickleBuffer_Release(pickled), "Release");
            say("%d", PyPickleBuffer_GetBuffer(pickled) == NULL);
            show_error("GetBuffer");
            Py_DECREF(pickled);
        }
        Py_DECREF(source);
    }
    char memory[] = "memory";
    PyObject *view = PyMemoryView_FromMemory(memory, 6, PyBUF_WRITE);
    PyObject *zero = PyLong_FromLong(0), *letter = PyLong_FromLong('M');
    show_number(PyObject_SetItem(view, zero, letter), "SetItem");
    say("%s", memory);
    show(PyObject_GetAttrString(view, "readonly"), "readonly");
    Py_DECREF(view);
    view = PyMemoryView_FromMemory(memory, 6, PyBUF_READ);
    show_number(PyObject_SetItem(view, zero, letter), "SetItem");
    Py_DECREF(view);
    Py_DECREF(letter);
    Py_DECREF(zero);
    Py_buffer info;
    static const int flags[] = {PyBUF_SIMPLE, PyBUF_WRITABLE, PyBUF_FULL, PyBUF_ND, PyBUF_FORMAT};
    for (int f = 0; f < LENGTH(flags); f++) {
        for (int readonly = 0; readonly < 2; readonly++) {
            memset(&info, 0, sizeof info);
            int status = PyBuffer_FillInfo(&info, NULL, memory, 6, readonly, flags[f]);
            show_number(status, "FillInfo(%d, %x)", readonly, flags[f]);
            if (status == 0) {
                print_view(&info);
                show(PyMemoryView_FromBuffer(&info), "FromBuffer");
                PyBuffer_Release(&info);
            }
        }
    }
    show_number(PyBuffer_FillInfo(NULL, NULL, memory, 6, 0, 0), "FillInfo(NULL)");
    memset(&info, 0, sizeof info);
    show(PyMemoryView_FromBuffer(&info), "FromBuffer of nothing");
    Py_ssize_t shape[3] = {2, 3, 4}, strides[3];
    PyBuffer_FillContiguousStrides(3, shape, strides, 8, 'C');
    say("%zd %zd %zd", strides[0], strides[1], strides[2]);
    PyBuffer_FillContiguousStrides(3, shape, strides, 8, 'F');
    say("%zd %zd %zd", strides[0], strides[1], strides[2]);
    static const char *const formats[] = {"i", "d", "3s", "iq", "@h", "<hhl", "", "zz", "?"};
    for (int f = 0; f < LENGTH(formats); f++) {
        show_number(PyBuffer_SizeFromFormat(formats[f]), "SizeFromFormat(%s)", formats[f]);
    }
    Py_ssize_t index[2] = {0, 2}, bounds[2] = {2, 3};
    _Py_add_one_to_index_C(2, index, bounds);
    say("%zd %zd", index[0], index[1]);
    index[0] = 1, index[1] = 0;
    _Py_add_one_to_index_F(2, index, bounds);
    say("%zd %zd", index[0], index[1]);
}

/* An exporter of our own, which counts and can refuse. */
typedef struct {
    PyObject_HEAD
    int exports;
    char data[8];
    Py_ssize_t shape[2], strides[2];
} Exporter;

static int export_buffer(PyObject *self, Py_buffer *view, int flags)
{
    Exporter *exporter = (Exporter *)self;
    say("  get %x", flags);
    if (exporter->exports == 2) {
        PyErr_SetString(PyExc_BufferError, "no more exports");
        view->obj = NULL;
        return -1;
    }
    exporter->exports++;
    exporter->shape[0] = 2, exporter->shape[1] = 4, exporter->strides[0] = 4, exporter->strides[1] = 1;
    *view = (Py_buffer){.buf = exporter->data, .obj = self, .len = 8, .itemsize = 1, .ndim = 2, .format = "B", .shape = exporter->shape, .strides = exporter->strides};
    Py_INCREF(self);
    return 0;
}

static void release_buffer(PyObject *self, Py_buffer *view)
{
    ((Exporter *)self)->exports--;
    say("  release %d %d", ((Exporter *)self)->exports, view->obj == self);
}

SECTION(buffer_exporter)
{
    PyType_Slot slots[] = {{Py_bf_getbuffer, (void *)export_buffer}, {Py_bf_releasebuffer, (void *)release_buffer}, {Py_tp_new, (void *)PyType_GenericNew}, {0, NULL}};
    PyType_Spec spec = {"ffi.Exporter", sizeof(Exporter), 0, Py_TPFLAGS_DEFAULT, slots};
    PyObject *type = PyType_FromSpec(&spec);
    PyObject *exporter = PyObject_CallNoArgs(type);
    memcpy(((Exporter *)exporter)->data, "exported", 8);
    PyDict_SetItemString(names(), "e", exporter);
    static const char *const expressions[] = {"bytes(e)", "memoryview(e).tolist()", "memoryview(e)[1, 2]", "memoryview(e)[1]", "bytearray(e)", "[memoryview(e), memoryview(e), memoryview(e)]",
                                              "b''.join([e, e])", "io.BytesIO().write(e)", "int(e)", "float(e)", "b'x' + e", "memoryview(e).tobytes('F')", "memoryview(e).cast('B')",
                                              "memoryview(e) == memoryview(b'exported').cast('B', (2, 4))", "array.array('B', e)", "e.__class__", "str(e, 'ascii')", "memoryview(e).release()",
                                              "hash(memoryview(e))", "memoryview(memoryview(e))"};
    for (int i = 0; i < LENGTH(expressions); i++) {
        show(PyRun_String(expressions[i], Py_eval_input, names(), names()), "%s", expressions[i]);
    }
    PyDict_DelItemString(names(), "e");
    show_number(((Exporter *)exporter)->exports, "exports");
    Py_DECREF(exporter);
    Py_DECREF(type);
}
