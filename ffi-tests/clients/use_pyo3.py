import gc, sys, weakref
import pyo3_client as c


def shown(function, *args, **kw):
    try:
        return function(*args, **kw)
    except BaseException as error:
        return type(error).__name__, str(error)


b = c.Base(3, name='n')
b.extra = 1
print(b, b.number, b.double, b + 4, shown(lambda: b + 's'), len(b), b['number'], shown(lambda: b['x']), b(1, 2, k=3), c.Base.make(), b.class_name(), b == c.Base(3), b < c.Base(4), hash(b))
print(shown(c.Base, 'x'), shown(c.Base, 1, 2), shown(setattr, b, 'name', 1), shown(setattr, b, 'number', 2**70), b.__dict__, weakref.ref(b)() is b)
d = c.Derived([1, 2])
print(d, d.more, d.number, isinstance(d, c.Base), c.Derived.__mro__)


class Sub(c.Base):
    def __new__(cls, *args): return super().__new__(cls, 7)
    def __len__(self): return super().__len__() + 1


print(Sub(1, 2), len(Sub()), Sub.class_name(), list(c.Counter()))
print(shown(c.arguments, 1, c=2.5), shown(c.arguments, 1, 2, 3, c=None, z=1), shown(c.arguments), shown(c.arguments, 1), shown(c.arguments, 1, 300, c=1), shown(c.arguments, 1, a=1, c=1))
print(shown(c.convert, 'té', b'ab', [1], {'k': 2}, -2**100, (True, 'x')), shown(c.convert, 1, b'', [], {}, 1, (1, 2)), shown(c.convert, '', b'', (1, 'x'), {}, 1, (True, 'x')), shown(c.convert, '\ud800', b'', [], {}, 1, (True, 'x')))
print([shown(c.fail, i) for i in range(4)], c.without_lock(1000), shown(c.call, lambda *a, **k: (a, k)), shown(c.call, lambda: 1), c.Mine.__mro__, c.Mine.__doc__)
k = c.Counter(); k.hold([k]); del k
print(gc.collect() > 0, c.arguments.__text_signature__)
