"""_ctypes: functions of libc, structures, arrays, callbacks, pointers, and the interpreter's own API."""
import ctypes
import ctypes.util
from ctypes import CFUNCTYPE, POINTER, Structure, Union, byref, c_char_p, c_double, c_int, c_int16, c_size_t, c_uint8, c_void_p, py_object, pythonapi, sizeof

libc = ctypes.CDLL(None)
libc.strlen.argtypes, libc.strlen.restype = [c_char_p], c_size_t
print(libc.strlen(b"krait"), libc.abs(-5), libc.toupper(ord("q")))
libm = ctypes.CDLL("libm.so.6")
libm.pow.argtypes, libm.pow.restype = [c_double, c_double], c_double
print(libm.pow(2, 0.5))


class Point(Structure):
    _fields_ = [("x", c_int), ("y", c_int)]


class Mixed(Structure):
    _pack_ = 2
    _fields_ = [("flag", c_uint8, 3), ("rest", c_uint8, 5), ("value", c_double), ("points", Point * 2)]


class Either(Union):
    _fields_ = [("whole", ctypes.c_uint32), ("halves", c_int16 * 2)]


mixed = Mixed(5, 17, 2.5, (Point(1, 2), Point(y=4)))
print(sizeof(Point), sizeof(Mixed), Mixed.value, mixed.flag, mixed.rest, [(p.x, p.y) for p in mixed.points], bytes(mixed).hex())
either = Either(whole=0x00020001)
print(list(either.halves), Point.from_buffer_copy(b"\1\0\0\0\2\0\0\0").y, Point.x)

Compare = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))
numbers = (c_int * 6)(5, 3, 9, -1, 7, 0)
libc.qsort(numbers, len(numbers), sizeof(c_int), Compare(lambda a, b: a[0] - b[0]))
print(list(numbers), numbers[1:3], type(numbers).__name__)
pointer = ctypes.pointer(numbers)
pointer.contents[0] = 100
print(numbers[0], ctypes.cast(pointer, POINTER(c_int))[5], bool(POINTER(c_int)()))
text = ctypes.create_string_buffer(b"abc", 8)
libc.memset(text, ord("z"), 2)
print(text.value, text.raw, ctypes.string_at(text, 2), ctypes.c_wchar_p("wïde").value)

pythonapi.PyList_Append.argtypes = [py_object, py_object]
target = []
print(pythonapi.PyList_Append(target, "through the C API"), target)
pythonapi.PyUnicode_FromFormat.restype = py_object
print(pythonapi.PyUnicode_FromFormat(b"%d %s %R", 7, b"text", py_object([1])))
pythonapi.PyLong_FromString.restype = py_object
try:
    pythonapi.PyLong_FromString(b"xyz", None, 10)
except ValueError as error:
    print(error)
for code in ("libc.strlen(5)", "c_int('x')", "Point(1, 2, 3)", "libc.no_such_function", "numbers[9]", "Point().z", "ctypes.CDLL('nowhere.so')"):
    try:
        print(eval(code))
    except Exception as error:
        print(type(error).__name__, error)
libc.atoi.errcheck = lambda result, function, arguments: result * 10
print(libc.atoi(b"42"), ctypes.c_int(2 ** 31).value, ctypes.c_uint8(-1), c_void_p(None).value)
ctypes.set_errno(0)
ctypes.CDLL(None, use_errno=True).close(-1)
print(ctypes.get_errno(), ctypes.addressof(mixed) == ctypes.addressof(mixed), ctypes.alignment(Mixed))
print(isinstance(memoryview(numbers), memoryview), memoryview(numbers).format, memoryview(numbers).shape)

# A slice of a memory view begins where its start says, even when it is empty.
buffer = bytearray(20)
base = ctypes.addressof(c_uint8.from_buffer(buffer))
print([ctypes.addressof((c_uint8 * 0).from_buffer(memoryview(buffer)[s])) - base for s in (slice(5, 5), slice(5, 2), slice(30, None))])
