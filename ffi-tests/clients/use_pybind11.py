import array, copy, gc, pickle
import pybind11_client as c


def shown(function, *args, **kw):
    try:
        return function(*args, **kw)
    except BaseException as error:
        return type(error).__mro__[:2], str(error)[:300], type(error.__cause__).__name__


class Cat(c.Animal):
    def __init__(self): super().__init__('cat')
    def sound(self): return 'meow'


class Silent(c.Animal):
    def __init__(self): pass


a = c.Animal(name='a')
a.anything = 1
print(a, a.sound(), c.call_sound(c.Dog('d')), c.call_sound(Cat()), type(c.make()).__name__, c.make().name, a.__dict__, shown(Silent), shown(c.Animal), shown(c.Animal, 5))
v = c.Vec(1, y=2)
print((v + c.Vec(1, 1)).x, (v * 2.5).y, v == c.Vec(1, 2), c.Vec.unit().x, shown(setattr, v, 'y', 1), pickle.loads(pickle.dumps(v)) == v, copy.deepcopy(v) == v, shown(lambda: v + 1))
m = c.Matrix(2, 3); m[1, 2] = 5
print(memoryview(m).tolist(), memoryview(m).format, shown(m.__setitem__, (9, 9), 1))
print(c.Colour.Red, int(c.Green), c.Colour(2), c.Red < c.Green, c.Colour.__members__, shown(c.Colour, 9), repr(c.Red), hash(c.Red))
print([shown(c.fail, i) for i in range(7)])
print([shown(c.overload, x) for x in (1, 1.5, 's', [1], None, True, (1,), {}, ['x'], 2**70)])
print(shown(c.stl, {'a': [1]}, {2}, None, 'v'), shown(c.stl, {1: []}, (), 1, 2), c.text('é', '€😀', '😀'), shown(c.text, '\ud800', '', 'a'), shown(c.text, '', '', 'ab'))
print(c.callback(lambda i: i + 1, 5), shown(c.callback, lambda i: 1 / 0, 5), shown(c.callback, lambda i: 'x', 5), c.returned()(4), c.complex(1 + 2j))
print(c.keywords(1, 2, k=3), c.only(1, 2, c=3), c.only(1, b=2), shown(c.only, a=1, b=2), shown(c.only, 1, 2, 3), c.objects([1], {}), c.threads(lambda: None), c.capsule().__class__)
print(c.iterate(range(4)), shown(c.iterate, 5), c.buffer(array.array('i', [1, 2])), c.buffer(b'xy'), shown(c.buffer, 'x'), c.constant, c.__doc__)
d = c.Map(); d['a'] = 1.5
print(d, list(d), 'a' in d, shown(lambda: d['b']), len(d), c.Vec.__init__.__doc__, c.overload.__doc__)


class Counted:
    count = 1


class Multiple(c.Animal, Counted):
    def __init__(self): c.Animal.__init__(self, 'm')


x = Multiple(); x.me = x
print(x.count, x.name, c.call_sound(x), shown(type, 'Both', (c.Animal, dict), {})); del x
print(gc.collect() > 0)
