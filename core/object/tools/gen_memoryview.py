"""Cases for the tests of memoryview: views of literals, cast and sliced, and what the reference makes of calls.

Run with CPython 3.9 in core/object; writes src/types/testdata/memoryview.tsv.
"""
import random

random.seed(5)
out = []

def show(x):
    if isinstance(x, memoryview):
        try:
            return 'view(%s, %s, %s, %s, %s)' % (ascii(x.tolist()), ascii(x.format), x.shape, x.strides, x.readonly)
        except Exception as e:
            return 'view(%s)' % type(e).__name__
    return ascii(x)

def case(base, casts, key, name, *args):
    view = memoryview(eval(base))
    for c in casts:
        view = view.cast(*c)
    if key is not None:
        view = view[key]
    try:
        result = getattr(view, name)
        if callable(result):
            result = result(*args)
        outcome = '= ' + show(result)
        if name.startswith('__set') and result is None:
            outcome = '= ' + show(view.obj)
    except Exception as e:
        outcome = '! %s: %s' % (type(e).__name__, ascii(str(e))[1:-1])
    if '0x7f' not in outcome:
        out.append('\t'.join((base, ascii(list(casts)), ascii(key), name, ascii(args), outcome)))

VIEWS = [("b'abcdef'", [], None), ("bytearray(b'abcdefghijkl')", [], None), ("bytearray(b'abcdefghijkl')", [('B', [3, 4])], None),
         ("bytearray(b'abcdefghijkl')", [('i',)], None), ("bytearray(b'abcdefghijkl')", [('h', (2, 3))], None) if 0 else ("bytearray(b'abcdefghijkl')", [('h',), ('B',)], None),
         ("bytearray(b'12345678')", [('d', [])], None), ("b'abcdef'", [('c',)], None), ("b'abcdef'", [('b',)], None), ("b'\\xff\\x00\\x01'", [('?',)], None),
         ("b'abcdef'", [], slice(None, None, 2)), ("bytearray(b'abcdef')", [], slice(None, None, -1)), ("b'abcdef'", [], slice(2, 2)), ("b''", [], None),
         ("bytearray(b'abcdefghijkl')", [('B', [3, 4])], slice(1, 3)), ("bytearray(b'abcdefghijkl')", [('H',)], slice(4, 0, -2)), ("bytearray(b'abcdefgh')", [('q',)], None), ("bytearray(b'abcdefgh')", [('N',)], None),
         ("bytearray(b'abcdefgh')", [('f',)], None), ("bytearray(b'abcdefghijklmnopqrstuvwx')", [('B', [2, 3, 4])], None)]
for v in VIEWS:
    for name in 'obj nbytes readonly itemsize format ndim shape strides suboffsets c_contiguous f_contiguous contiguous'.split():
        case(*v, name)
    for name in ('tobytes', 'tolist', 'hex', 'toreadonly', '__len__', '__hash__', 'release'):
        if name != '__hash__' : case(*v, name)
    for o in ('C', 'F', 'A', None, 'X', 1): case(*v, 'tobytes', o)
    for k in (0, -1, 1, 9, (), (0, 0), (1, 2), (-1, -1), (5, 0), (0,), (0, 'a'), 'a', 1.5, None, slice(0, 2), slice(None, None, -1), (slice(0, 1), slice(0, 1)), (slice(0, 1), 0), (0, 1, 2)):
        case(*v, '__getitem__', k)
        case(*v, '__setitem__', k, random.choice([65, 300, -1, 'x', b'xy', b'z', 1.5]))
        case(*v, '__delitem__', k)
    for f in ('B', 'b', 'c', 'h', 'H', 'i', 'I', 'l', 'L', 'q', 'Q', 'n', 'N', 'f', 'd', '?', 'P', '@i', 'x', 'ii', '', 1, 'é', '<i'):
        case(*v, 'cast', f)
    for s in ([6], [2, 3], [3, 2], (12,), [2, -1], [2, 'a'], [1] * 65, 1, [], [1 << 62, 4], [4, 3]):
        case(*v, 'cast', 'B', s)
    for o in (b'abcdef', bytearray(b'abcdefghijkl'), b'', 'abc', 1):
        case(*v, '__eq__', o); case(*v, '__ne__', o); case(*v, '__lt__', o)
for f in 'bBhHiIlLqQnNfd?cP':
    for x in (0, 1, -1, 127, 128, 255, 256, 32768, 65536, 1 << 31, 1 << 32, 1 << 63, 1 << 64, -(1 << 63), 'a', b'a', b'ab', 1.5, 1e300, None):
        case("bytearray(b'12345678')", [(f,)], None, '__setitem__', 0, x)
seen = dict.fromkeys(out)
with open('src/types/testdata/memoryview.tsv', 'w') as f:
    f.write('\n'.join(seen) + '\n')
print(len(seen), 'cases')
