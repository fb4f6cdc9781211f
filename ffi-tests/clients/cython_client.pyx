# cython: language_level=3, binding=True
"""What Cython makes of most of the language, compiled from source against the headers under test."""
from libc.math cimport sqrt
from cpython.list cimport PyList_GET_SIZE
cimport cython


cdef struct Point:
    double x
    double y


cdef class Vector:
    cdef public double x, y
    cdef readonly object tag
    cdef dict __dict__
    cdef object __weakref__

    def __cinit__(self, double x=0, double y=0, tag=None):
        self.x, self.y, self.tag = x, y, tag

    def __add__(Vector self, Vector other):
        return Vector(self.x + other.x, self.y + other.y)

    def __eq__(self, other):
        return isinstance(other, Vector) and self.x == other.x and self.y == other.y

    def __hash__(self):
        return hash((self.x, self.y))

    def __repr__(self):
        return f'Vector({self.x}, {self.y})'

    def __getitem__(self, int at):
        if at == 0:
            return self.x
        if at == 1:
            return self.y
        raise IndexError(at)

    def __len__(self):
        return 2

    def __iter__(self):
        yield self.x
        yield self.y

    def __contains__(self, value):
        return value == self.x or value == self.y

    cpdef double length(self):
        return sqrt(self.x * self.x + self.y * self.y)

    @property
    def point(self):
        cdef Point p
        p.x, p.y = self.x, self.y
        return p

    @staticmethod
    def origin():
        return Vector()

    @classmethod
    def make(cls, *args, **kw):
        return cls(*args, **kw)


cdef class Vector3(Vector):
    cdef public double z

    cpdef double length(self):
        return sqrt(self.x * self.x + self.y * self.y + self.z * self.z)


@cython.freelist(4)
cdef class Pooled:
    cdef int number

    def __cinit__(self, int number):
        self.number = number

    def __dealloc__(self):
        freed.append(self.number)


freed = []


cdef class Buffered:
    cdef char data[8]
    cdef Py_ssize_t shape[1], strides[1]

    def __cinit__(self):
        for i in range(8):
            self.data[i] = 65 + i

    def __getbuffer__(self, Py_buffer *view, int flags):
        self.shape[0], self.strides[0] = 8, 1
        view.buf, view.obj, view.len, view.itemsize, view.readonly = self.data, self, 8, 1, 0
        view.format, view.ndim, view.shape, view.strides = 'B', 1, self.shape, self.strides
        view.suboffsets, view.internal = NULL, NULL

    def __releasebuffer__(self, Py_buffer *view):
        freed.append('buffer')


def fibonacci(int n):
    cdef long a = 0, b = 1
    cdef int i
    for i in range(n):
        a, b = b, a + b
    return a


def total(double[:] values):
    cdef double result = 0
    cdef Py_ssize_t i
    for i in range(values.shape[0]):
        result += values[i]
    return result


def scale(unsigned char[:, ::1] values, int factor):
    cdef Py_ssize_t i, j
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            values[i, j] = <unsigned char>(values[i, j] * factor)
    return values


def generator(n):
    total = 0
    for i in range(n):
        got = yield i
        total += got or 0
    return total


async def coroutine(awaited):
    return (await awaited) + 1


def closure(n):
    def inner(m, *, k=3):
        nonlocal n
        n += m
        return n * k
    return inner


def arguments(a, b=2, *args, c, d=4, **kw):
    return a, b, args, c, d, sorted(kw.items())


def errors(kind):
    try:
        if kind == 0:
            raise ValueError('zero')
        if kind == 1:
            return 1 // (kind - 1)
        with Manager() as m:
            raise KeyError(m)
    except ValueError as error:
        return 'value', str(error)
    except ZeroDivisionError as error:
        raise RuntimeError('from') from error
    finally:
        freed.append(kind)


class Manager:
    def __enter__(self):
        return 'managed'

    def __exit__(self, kind, error, traceback):
        return kind is KeyError


def texts(str text, bytes data):
    cdef Py_UCS4 c
    return [c for c in text if c.isalpha()], [b for b in data], f'{text!r:>10}|{data[0]:04x}', text.encode('utf-8').decode('ascii', 'replace')


cdef int failing(int n) except -1:
    if n < 0:
        raise OverflowError(n)
    return n


def checked(n):
    return failing(n)


def containers(n):
    cdef list l = [i * i for i in range(n)]
    cdef dict d = {i: str(i) for i in l}
    cdef set s = {i % 3 for i in l}
    cdef tuple t = tuple(l)
    l.append(PyList_GET_SIZE(l))
    l.sort(reverse=True)
    return l, d, s, t[1:-1], [k for k, v in d.items() if v], sum(x for x in t), max(t), any(t), sorted(d)


def integers(unsigned char a, short b, unsigned long long c, Py_ssize_t d):
    return a, b, c, d


def fused(cython.floating x):
    return x * 2


def without_lock(int n):
    cdef long result = 0
    cdef int i
    with nogil:
        for i in range(n):
            result += i
    return result
