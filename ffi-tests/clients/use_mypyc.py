import mypyc_client_module as m


def shown(function, *args, **kw):
    try:
        return function(*args, **kw)
    except BaseException as error:
        return type(error).__name__, str(error), type(error.__cause__).__name__


s = m.Square(3.0)
print(m.__file__.endswith('.so'), s, s.area(), s.double.area(), s.sides, m.Square.unit().size, shown(m.Shape('x').area), shown(setattr, s, 'size', 'no'), shown(m.Square))
print(m.fibonacci(100), m.count(['a', 'b', 'a']), list(m.pairs(3)), m.first([5]), m.first([]), shown(m.first, [], strict=True), m.log, shown(m.first, 5), shown(m.count, [1]))
print(m.closure(2)(3), m.big(5), m.big(100), shown(m.fibonacci, 'x'), m.Square.__mro__, m.first.__name__, shown(lambda: s.missing))


class Sub(m.Shape):
    def area(self): return 7.5


print(shown(Sub, 'sub'), shown(m.fibonacci), m.__doc__)
