import gc, weakref
import nanobind_client as c


def shown(function, *args, **kw):
    try:
        return function(*args, **kw)
    except BaseException as error:
        return type(error).__name__, str(error)[:300]


class Sub(c.Counter):
    def next(self): return 7


x = c.Counter(n=5)
x.attribute = 'a'
print(x, x.next(), x.n, x + 4, shown(lambda: x + 's'), x.double, c.Counter.make(9), c.call(x), c.call(Sub(1)), x.__dict__, shown(c.Counter, 'x'), shown(setattr, x, 'n', 'no'))
print(c.Size.Small, c.Size(10), shown(c.Size, 3), c.Size.Large == c.Size.Large, [shown(c.fail, i) for i in range(3)])
print([shown(c.overload, v) for v in (1, 1.5, 's', None, [])], c.stl({'a': [1, 2]}, None), shown(c.stl, 5, None), c.callback(lambda i: i * 2), shown(c.callback, lambda i: 1 / 0))
print(c.keywords(1, 2, k=3), c.sum([1, 2]), shown(c.sum, ['x']), c.text('t'), c.__doc__, type(c.Counter).__name__, type(c.overload).__name__, c.overload.__doc__)
s = Sub(2); s.held = s; ref = weakref.ref(s); del s
gc.collect()
print(ref() is None)
