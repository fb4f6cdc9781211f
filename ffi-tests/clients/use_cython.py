import array, asyncio, gc, inspect, pickle, sys, weakref
import cython_client as c


def shown(function, *args, **kw):
    try:
        return function(*args, **kw)
    except BaseException as error:
        return type(error).__name__, str(error), type(error.__cause__).__name__


v = c.Vector(3, 4, tag='t')
print(v, v.length(), v + c.Vector(1, 1), v == c.Vector(3, 4), hash(v) == hash((3.0, 4.0)), list(v), v[1], shown(lambda: v[5]), len(v), 4 in v, v.point, v.tag)
print(shown(setattr, v, 'tag', 1), shown(setattr, v, 'x', 'no'), shown(lambda: v + 1), c.Vector.origin(), c.Vector.make(1, y=2), shown(c.Vector, 1, 2, 3, 4))
v.extra = [v]
ref = weakref.ref(v)
del v
gc.collect()
print(ref() is None)
w = c.Vector3(1, 2); w.z = 2
print(w.length(), c.Vector.length(w), c.Vector3.__mro__[:3])


class Sub(c.Vector):
    def length(self): return super().length() * 10


print(Sub(3, 4).length(), repr(Sub(1, 2)))
for i in range(6): c.Pooled(i)
print(c.freed)
b = c.Buffered()
print(bytes(b), memoryview(b).tolist(), shown(c.total, b))
print(c.fibonacci(50), c.total(array.array('d', [1.5, 2.5])), shown(c.total, array.array('i', [1])), shown(c.total, b'x'))
m = memoryview(bytearray(range(6))).cast('B', (2, 3))
print(c.scale(m, 3)[1, 2], m.tolist(), c.scale(m, 2).shape)
g = c.generator(3)
print(next(g), g.send(5), g.send(6), shown(g.send, 7), inspect.isgenerator(g), g.__name__)
async def awaited(): await asyncio.sleep(0); return 41
print(asyncio.run(c.coroutine(awaited())), inspect.iscoroutinefunction(c.coroutine))
f = c.closure(10)
print(f(1), f(2, k=1), shown(f), shown(f, 1, 2), f.__name__, f.__qualname__)
print(c.arguments(1, c=3), c.arguments(1, 2, 3, 4, c=5, e=6), shown(c.arguments), shown(c.arguments, 1), shown(c.arguments, 1, a=2, c=3))
print([shown(c.errors, i) for i in range(3)])
print(c.texts('a1é€😀', b'xyz'), shown(c.texts, b'', ''), shown(c.checked, -1), c.checked(5))
print(c.containers(5), c.integers(255, -5, 2**64 - 1, -3))
for args in ((256, 0, 0, 0), (0, 40000, 0, 0), (0, 0, -1, 0), (0, 0, 0, 2**70), ('x', 0, 0, 0), (1.5, 0, 0, 0)):
    print(shown(c.integers, *args))
print(c.fused(1.5), c.without_lock(1000), c.__doc__, c.arguments.__doc__, c.Vector.__module__, inspect.signature(c.arguments))
print(sys.getrefcount(c.Vector) > 2, type(c.fibonacci).__name__, c.fibonacci.__module__)
