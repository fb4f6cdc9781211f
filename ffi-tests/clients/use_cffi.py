from _cffi_client import ffi, lib


def shown(function, *args):
    try:
        return function(*args)
    except BaseException as error:
        return type(error).__name__, str(error)


print(lib.sum([1, 2, 3], 3), ffi.string(lib.greet(b'you')), lib.LIMIT, lib.counter, lib.SECOND)
lib.counter = 9
r = lib.make(4, 2.5)
print(lib.counter, r.a, r.b, ffi.string(r.name), ffi.sizeof(r), ffi.typeof(r), ffi.offsetof('record', 'a'))


@ffi.callback('double(double)')
def double(x): return x + 0.5


@ffi.def_extern()
def from_python(n, handle): return n * ffi.from_handle(handle)[0]


held = ffi.new_handle([6])
print(lib.apply(double, 1.5), lib.call_python(7, held))
data = bytearray(5)
lib.fill(ffi.from_buffer(data), 5)
print(data, ffi.buffer(ffi.new('int[2]', [1, 2]))[:], shown(lib.sum, 'x', 1), shown(lib.sum, [1], 2**40), shown(lib.greet, 5), shown(getattr, lib, 'missing'))
p = ffi.new('record *', {'a': 3, 'b': 1.25})
p.name = b'field'
print(p.a, p.b, ffi.string(p.name), ffi.cast('int', 3.7), ffi.NULL == ffi.cast('void *', 0), p[0].b, dir(lib)[:4], repr(ffi.new('char[]', b'abc')))
gone = []
q = ffi.gc(ffi.new('int *', 5), lambda c: gone.append(c[0]))
del q
print(gone)
