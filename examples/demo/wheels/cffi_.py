"""cffi in ABI mode: libc, structures, callbacks, buffers, handles."""
import gc

import _cffi_backend
from cffi import FFI

ffi = FFI()
ffi.cdef("""
    size_t strlen(const char *);
    int abs(int);
    double atof(const char *);
    int snprintf(char *, size_t, const char *, ...);
    void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
    long long llabs(long long);
    typedef struct { int x, y; } point;
    struct shape { char kind; point corners[3]; double *weights; union { int i; float f; } u; unsigned a:3, b:5; struct shape *next; };
    enum colour { RED, GREEN = 5, BLUE };
    typedef int (*visitor)(point *, void *);
""")
libc = ffi.dlopen(None)
print(libc.strlen(b"krait"), libc.abs(-3), libc.atof(b"2.5"), libc.llabs(-2 ** 40), ffi.sizeof("struct shape"), ffi.alignof("point"), ffi.offsetof("struct shape", "corners", 1, "y"))
buffer = ffi.new("char[]", 40)
print(libc.snprintf(buffer, 40, b"%d %s %.2f", ffi.cast("int", 7), ffi.new("char[]", b"x"), ffi.cast("double", 1.5)), ffi.string(buffer), ffi.buffer(buffer)[:5])
shape = ffi.new("struct shape *", {"kind": b"t", "corners": [(1, 2), {"x": 3}], "a": 5, "b": 9})
shape.next = shape
shape.u.f = 1.0
print(shape.kind, shape.corners[1].x, shape.next.a, shape.b, hex(shape.u.i), shape.weights == ffi.NULL, bool(shape.next), ffi.typeof(shape), ffi.typeof("struct shape").fields[1][0])
numbers = ffi.new("int[]", [5, 2, 9, 1])


@ffi.callback("int(const void *, const void *)")
def compare(a, b):
    return ffi.cast("int *", a)[0] - ffi.cast("int *", b)[0]


libc.qsort(numbers, 4, ffi.sizeof("int"), compare)
print(list(numbers), numbers + 1 == ffi.addressof(numbers, 1), (numbers + 3)[0], len(numbers), ffi.unpack(numbers, 3), list(numbers[1:3]))
visited = []
visit = ffi.callback("visitor", lambda p, data: visited.append((p.x, ffi.from_handle(data))) or 11, error=-1)
handle = ffi.new_handle({"own": "object"})
print(visit(ffi.new("point *", (4, 5)), handle), visited, ffi.cast("visitor", visit)(ffi.new("point *"), handle))
print(ffi.cast("enum colour", 5), ffi.string(ffi.cast("enum colour", 6)), int(ffi.cast("uint8_t", -1)), float(ffi.cast("float", 0.5)), ffi.typeof("enum colour").elements)
source = bytearray(b"hello")
view = ffi.from_buffer(source)
view[0] = b"J"
print(source, ffi.memmove(view, b"xy", 2), source, ffi.string(ffi.new("wchar_t[]", "wïde")))
freed = []
thing = ffi.gc(ffi.new("int *"), lambda _: freed.append("freed"))
del thing
gc.collect()
print(freed, ffi.getctype("int *", "[3]"), ffi.NULL, ffi.errno)
for code in ("libc.strlen(5)", "ffi.new('int[2]', [1, 2, 3])", "numbers[7]", "ffi.new('int *', 'x')", "ffi.new('uint8_t *', 300)", "shape.nothing", "ffi.cdef('int broken(')", "ffi.new('void *')",
             "libc.no_such_function", "ffi.typeof('struct unknown').fields", "ffi.from_handle(ffi.NULL)", "ffi.dlopen('nowhere.so')", "ffi.NULL[0]"):
    try:
        print(eval(code))
    except Exception as error:
        print(type(error).__name__, str(error).splitlines()[0][:120])
print(_cffi_backend.__version__)
