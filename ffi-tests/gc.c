/* objimpl.h, pymem.h: collected types, finalisers, resurrection, the trashcan, allocators. */
#include "harness.h"

#include <structmember.h>

typedef struct {
    PyObject_HEAD
    PyObject *other;
    PyObject *weakrefs;
    int number;
} Node;

static int visits, clears, finals, deallocs, resurrect;
static PyObject *kept;

static int node_traverse(PyObject *self, visitproc visit, void *arg)
{
    visits++;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((Node *)self)->other);
    return 0;
}

static int node_clear(PyObject *self)
{
    clears++;
    Py_CLEAR(((Node *)self)->other);
    return 0;
}

static void node_finalize(PyObject *self)
{
    PyObject *type, *error, *traceback;
    PyErr_Fetch(&type, &error, &traceback);
    finals++;
    if (resurrect) {
        resurrect = 0;
        Py_INCREF(self);
        kept = self;
    }
    PyErr_Restore(type, error, traceback);
}

static void node_dealloc(PyObject *self)
{
    if (PyObject_CallFinalizerFromDealloc(self) < 0) {
        return;
    }
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_TRASHCAN_BEGIN(self, node_dealloc)
    deallocs++;
    if (((Node *)self)->weakrefs != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    Py_CLEAR(((Node *)self)->other);
    type->tp_free(self);
    Py_DECREF(type);
    Py_TRASHCAN_END
}

static PyMemberDef NODE_MEMBERS[] = {{"__weaklistoffset__", T_PYSSIZET, offsetof(Node, weakrefs), READONLY, NULL}, {NULL, 0, 0, 0, NULL}};

static PyObject *node_type(void)
{
    PyType_Slot slots[] = {{Py_tp_traverse, (void *)node_traverse}, {Py_tp_clear, (void *)node_clear}, {Py_tp_finalize, (void *)node_finalize},
                           {Py_tp_dealloc, (void *)node_dealloc}, {Py_tp_new, (void *)PyType_GenericNew}, {Py_tp_members, NODE_MEMBERS}, {0, NULL}};
    PyType_Spec spec = {"ffi.Node", sizeof(Node), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE, slots};
    return PyType_FromSpec(&spec);
}

static void counts(const char *label)
{
    say("%s: visited %d cleared %d finalised %d deallocated %d", label, visits > 0, clears, finals, deallocs);
    visits = clears = finals = deallocs = 0;
}

SECTION(collected_types)
{
    statements("gc.enable()");
    PyGC_Collect();
    PyObject *type = node_type();
    Node *first = (Node *)PyObject_CallNoArgs(type), *second = (Node *)PyObject_CallNoArgs(type);
    say("tracked %d finalised %d", PyObject_GC_IsTracked((PyObject *)first), PyObject_GC_IsFinalized((PyObject *)first));
    first->other = (PyObject *)second;
    second->other = (PyObject *)first;
    PyObject *weak = PyWeakref_NewRef((PyObject *)first, NULL);
    show_number(PyGC_Collect(), "collected");
    counts("a cycle");
    show_number(PyWeakref_GET_OBJECT(weak) == Py_None, "weak reference cleared");
    Py_DECREF(weak);
    /* Resurrection by the finaliser, out of a cycle and out of a plain release. */
    first = (Node *)PyObject_CallNoArgs(type);
    first->other = (PyObject *)first;
    resurrect = 1;
    show_number(PyGC_Collect(), "collected");
    counts("resurrected");
    say("kept %d finalised %d", kept == (PyObject *)first, PyObject_GC_IsFinalized(kept));
    Py_CLEAR(first->other);
    Py_CLEAR(kept);
    counts("released");
    first = (Node *)PyObject_CallNoArgs(type);
    resurrect = 1;
    Py_DECREF(first);
    counts("resurrected at release");
    say("kept %d references %zd", kept == (PyObject *)first, Py_REFCNT(kept));
    Py_CLEAR(kept);
    counts("released");
    /* A long chain is freed without recursion. */
    PyObject *chain = NULL;
    for (int i = 0; i < 200000; i++) {
        Node *node = (Node *)PyObject_CallNoArgs(type);
        node->other = chain;
        chain = (PyObject *)node;
    }
    Py_DECREF(chain);
    counts("chain");
    PyObject *nested = PyTuple_New(0);
    for (int i = 0; i < 100000; i++) {
        PyObject *next = i % 3 == 0 ? PyTuple_Pack(1, nested) : i % 3 == 1 ? Py_BuildValue("[O]", nested) : Py_BuildValue("{iO}", 1, nested);
        Py_DECREF(nested);
        nested = next;
    }
    Py_DECREF(nested);
    say("nested containers freed");
    /* Subclasses in Python of a collected C type. */
    PyDict_SetItemString(names(), "Node", type);
    statements("class Sub(Node):\n    def __del__(self): log.append('del')\nlog = []\ns = Sub(); s.me = s\ndel s\nimport gc");
    show(value("gc.collect() >= 2, log"), "Python subclass");
    counts("subclass");
    show(value("gc.is_tracked(Node()), gc.get_referents(Node())[0] is Node, gc.is_finalized(Node())"), "gc module");
    show(value("[type(held).__name__ for held in gc.get_referents(held for held in ())]"), "held by a generator");
    counts("gc module");
    PyDict_DelItemString(names(), "Node");
    statements("del Sub; gc.collect()");
    Py_DECREF(type);
    PyGC_Collect();
    say("%d %d", PyObject_IS_GC(Py_None), PyObject_IS_GC((PyObject *)&PyLong_Type));
    show_number(_PyGC_CollectIfEnabled(), "CollectIfEnabled");
}

static void variable_dealloc(PyObject *self)
{
    say("  deallocated");
    Py_TYPE(self)->tp_free(self);
}

static PyTypeObject Plain_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "ffi.Plain", .tp_basicsize = sizeof(PyObject), .tp_flags = Py_TPFLAGS_DEFAULT, .tp_dealloc = variable_dealloc};
static PyTypeObject Variable_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "ffi.Variable", .tp_basicsize = sizeof(PyVarObject), .tp_itemsize = 8, .tp_flags = Py_TPFLAGS_DEFAULT,
                                     .tp_dealloc = variable_dealloc};

static int no_traverse(PyObject *self, visitproc visit, void *arg)
{
    (void)self;
    (void)visit;
    (void)arg;
    return 0;
}

static void collected_dealloc(PyObject *self)
{
    say("  collected deallocated");
    PyObject_GC_UnTrack(self);
    PyObject_GC_Del(self);
}

static PyTypeObject Collected_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "ffi.Collected", .tp_basicsize = sizeof(PyVarObject), .tp_itemsize = 8,
                                      .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, .tp_dealloc = collected_dealloc, .tp_traverse = no_traverse};

SECTION(object_allocation)
{
    show_number(PyType_Ready(&Plain_Type) | PyType_Ready(&Variable_Type) | PyType_Ready(&Collected_Type), "Ready");
    PyObject *plain = PyObject_New(PyObject, &Plain_Type);
    say("%zd %d", Py_REFCNT(plain), Py_TYPE(plain) == &Plain_Type);
    Py_DECREF(plain);
    PyVarObject *variable = PyObject_NewVar(PyVarObject, &Variable_Type, 5);
    say("%zd %zd", Py_REFCNT(variable), Py_SIZE(variable));
    Py_DECREF(variable);
    variable = PyObject_GC_NewVar(PyVarObject, &Collected_Type, 3);
    say("tracked %d size %zd", PyObject_GC_IsTracked((PyObject *)variable), Py_SIZE(variable));
    variable = PyObject_GC_Resize(PyVarObject, variable, 30);
    say("size %zd", Py_SIZE(variable));
    PyObject_GC_Track(variable);
    say("tracked %d", PyObject_GC_IsTracked((PyObject *)variable));
    Py_DECREF(variable);
    plain = PyObject_Malloc(sizeof(PyObject));
    PyObject_Init(plain, &Plain_Type);
    say("%zd", Py_REFCNT(plain));
    Py_DECREF(plain);
    variable = PyObject_Calloc(1, sizeof(PyVarObject) + 16);
    PyObject_InitVar(variable, &Variable_Type, 2);
    say("%zd %zd", Py_REFCNT(variable), Py_SIZE(variable));
    Py_DECREF(variable);
    show(PyObject_Init(NULL, &Plain_Type), "Init(NULL)");
    show((PyObject *)PyObject_InitVar(NULL, &Plain_Type, 1), "InitVar(NULL)");
    show((PyObject *)_PyObject_NewVar(&Variable_Type, PY_SSIZE_T_MAX / 16), "NewVar of too much");
    show((PyObject *)_PyObject_GC_NewVar(&Collected_Type, PY_SSIZE_T_MAX / 16), "GC_NewVar of too much");
    PyErr_Clear();
    for (int domain = 0; domain < 3; domain++) {
        void *(*allocate)(size_t) = domain == 0 ? PyMem_RawMalloc : domain == 1 ? PyMem_Malloc : PyObject_Malloc;
        void *(*zeroed)(size_t, size_t) = domain == 0 ? PyMem_RawCalloc : domain == 1 ? PyMem_Calloc : PyObject_Calloc;
        void *(*again)(void *, size_t) = domain == 0 ? PyMem_RawRealloc : domain == 1 ? PyMem_Realloc : PyObject_Realloc;
        void (*release)(void *) = domain == 0 ? PyMem_RawFree : domain == 1 ? PyMem_Free : PyObject_Free;
        static const size_t sizes[] = {0, 1, 16, 512, 513, 5000, 1 << 20};
        for (int s = 0; s < LENGTH(sizes); s++) {
            char *block = allocate(sizes[s]);
            say("%d %zu: %d aligned %d", domain, sizes[s], block != NULL, (int)((size_t)block % 16));
            memset(block, 7, sizes[s]);
            block = again(block, sizes[s] + 700);
            int same = 1;
            for (size_t i = 0; i < sizes[s]; i++) {
                same &= block[i] == 7;
            }
            say("kept %d", same);
            release(block);
            block = zeroed(sizes[s], 3);
            int zero = 1;
            for (size_t i = 0; i < sizes[s] * 3; i++) {
                zero &= block[i] == 0;
            }
            say("zero %d", zero);
            release(block);
        }
        release(again(NULL, 10));
        release(NULL);
        say("%d %d", allocate((size_t)PY_SSIZE_T_MAX + 1) == NULL, zeroed((size_t)1 << 62, 8) == NULL);
    }
    char *copy = _PyMem_Strdup("copied");
    wchar_t *wide = _PyMem_RawWcsdup(L"wide");
    char *raw = _PyMem_RawStrdup("raw");
    say("%s %ls %s", copy, wide, raw);
    PyMem_Free(copy);
    PyMem_RawFree(wide);
    PyMem_RawFree(raw);
    say("%s", _PyMem_GetCurrentAllocatorName());
    say("%d", _Py_GetAllocatedBlocks() > 1000);
}

/* Hooks on all domains. */
typedef struct {
    PyMemAllocatorEx below;
    long mallocs, callocs, reallocs, frees;
} Hook;

static Hook hooks[3];

static void *hook_malloc(void *context, size_t size)
{
    Hook *hook = context;
    hook->mallocs++;
    return hook->below.malloc(hook->below.ctx, size);
}

static void *hook_calloc(void *context, size_t count, size_t size)
{
    Hook *hook = context;
    hook->callocs++;
    return hook->below.calloc(hook->below.ctx, count, size);
}

static void *hook_realloc(void *context, void *block, size_t size)
{
    Hook *hook = context;
    hook->reallocs++;
    return hook->below.realloc(hook->below.ctx, block, size);
}

static void hook_free(void *context, void *block)
{
    Hook *hook = context;
    hook->frees++;
    hook->below.free(hook->below.ctx, block);
}

SECTION(allocator_hooks)
{
    static const PyMemAllocatorDomain domains[] = {PYMEM_DOMAIN_RAW, PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ};
    for (int d = 0; d < 3; d++) {
        PyMem_GetAllocator(domains[d], &hooks[d].below);
        PyMemAllocatorEx hooked = {&hooks[d], hook_malloc, hook_calloc, hook_realloc, hook_free};
        PyMem_SetAllocator(domains[d], &hooked);
    }
    PyMem_RawFree(PyMem_RawRealloc(PyMem_RawMalloc(5), 10));
    PyMem_RawFree(PyMem_RawCalloc(5, 1));
    say("raw %ld %ld %ld %ld", hooks[0].mallocs, hooks[0].callocs, hooks[0].reallocs, hooks[0].frees);
    PyMem_Free(PyMem_Realloc(PyMem_Malloc(5), 10));
    PyMem_Free(PyMem_Calloc(5, 1));
    say("mem %ld %ld %ld %ld", hooks[1].mallocs, hooks[1].callocs, hooks[1].reallocs, hooks[1].frees);
    PyObject_Free(PyObject_Realloc(PyObject_Malloc(5), 10));
    PyObject_Free(PyObject_Calloc(5, 1));
    say("object %ld %ld %ld %ld", hooks[2].mallocs, hooks[2].callocs, hooks[2].reallocs, hooks[2].frees);
    long before = hooks[2].mallocs;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, 100);
    say("bytes %ld", hooks[2].mallocs - before);
    before = hooks[2].frees;
    Py_DECREF(bytes);
    say("freed %ld", hooks[2].frees - before);
    before = hooks[2].mallocs;
    PyObject *text = PyUnicode_New(100, 127);
    say("text %ld", hooks[2].mallocs - before);
    Py_DECREF(text);
    long lists = hooks[1].mallocs + hooks[1].callocs + hooks[1].reallocs;
    PyObject *list = PyList_New(1000);
    say("list items %ld", hooks[1].mallocs + hooks[1].callocs + hooks[1].reallocs - lists);
    before = hooks[1].frees;
    Py_DECREF(list);
    say("freed %ld", hooks[1].frees - before);
    say("%d", hooks[2].mallocs > 0);
    for (int d = 0; d < 3; d++) {
        PyMem_SetAllocator(domains[d], &hooks[d].below);
    }
    PyMemAllocatorEx read;
    PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &read);
    say("restored %d", read.malloc == hooks[2].below.malloc);
    PyObjectArenaAllocator arenas;
    PyObject_GetArenaAllocator(&arenas);
    PyObject_SetArenaAllocator(&arenas);
    say("arenas %d %d", arenas.alloc != NULL, arenas.free != NULL);
}
