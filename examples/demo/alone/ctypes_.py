"""ctypes: functions of libc, structures, callbacks, the interpreter's own API."""
import ctypes
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_double, c_int, c_size_t, c_uint8, py_object, pythonapi

libc = ctypes.CDLL(None)
libc.strlen.argtypes, libc.strlen.restype = [c_char_p], c_size_t
print(libc.strlen(b'krait'), libc.abs(-5))


class Point(Structure):
    _fields_ = [('x', c_int), ('y', c_double), ('bits', c_uint8, 3)]


point = Point(1, 2.5, 6)
print(ctypes.sizeof(Point), point.x, point.y, point.bits, Point.y, bytes(point)[:4])
numbers = (c_int * 6)(5, 3, 9, -1, 7, 0)
Compare = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))
libc.qsort(numbers, len(numbers), ctypes.sizeof(c_int), Compare(lambda a, b: a[0] - b[0]))
print(list(numbers), ctypes.pointer(numbers).contents[2])
pythonapi.PyUnicode_FromFormat.restype = py_object
print(pythonapi.PyUnicode_FromFormat(b'%d %s', 7, b'text'))
for code in ('libc.strlen(5)', "c_int('x')", 'libc.no_such_function'):
    try:
        print(eval(code))
    except Exception as error:
        print(type(error).__name__, str(error).rpartition(': ')[2])
