"""A module written by SWIG: proxies, directors, containers, exceptions, overloads, globals."""
import gc
import re
import sys
import weakref

import swig_client as s


def show(*values):
    print(re.sub("0x[0-9a-f]+", "...", " ".join(map(str, values))))


def attempt(call, *arguments):
    try:
        show(call.__name__, arguments, "->", call(*arguments))
    except Exception as error:
        show(call.__name__, arguments, "raises", type(error).__name__, str(error).strip().splitlines()[0])


class Circle(s.Shape):
    def area(self):
        return 3

    def name(self):
        return "circle"


class Broken(s.Shape):
    def area(self):
        raise KeyError("no area")


square = s.Square(3)
print(square, square.side, s.Shape.area(square), isinstance(square, s.Shape), square + s.Square(4))
square.side = 5
print(s.describe(square), s.describe(Circle()), Circle().area())
attempt(s.describe, Broken())
attempt(s.describe, None)
attempt(s.describe, 5)
attempt(s.total, [1, 2.5, 3])
attempt(s.total, s.Doubles([1.0, 2.0]))
attempt(s.total, ["x"])
attempt(s.lengths, ("a", "bcd"))
attempt(s.divide, 7, 2)
attempt(s.divide, 7, 0)
attempt(s.divide, 7)
attempt(s.divide, 2**40, 1)
for argument in (1, "one", 1.5, None):
    attempt(s.overloaded, argument)
attempt(s.wide, 2**63 - 1)
attempt(s.wide, 2**63)
attempt(s.apply, s.TWICE, 21)
attempt(s.Square, "side")
print(s.shared(2.0), s.describe(s.shared(2.0)), s.RED, s.GREEN)
s.cvar.counter += 1
print(s.cvar.counter)

values = s.Doubles(range(5))
values.append(9)
del values[0:2]
print(list(values), values[-1], list(values[1:3]), len(values), 9.0 in values, list(reversed(values)))
attempt(values.__getitem__, 50)
found = s.lengths(["x", "yy"])
print(sorted(found.items()), found["yy"], "x" in found, dict(found))

print(s.divide.__doc__)
print([name for name in dir(s.Square) if not name.startswith("_")], s.Square.__mro__[1].__name__)
watched = Circle()
gone = weakref.ref(watched)
before = sys.getrefcount(Circle)
del watched
gc.collect()
print(gone() is None, before - sys.getrefcount(Circle))
try:
    square.missing = 1
    print(square.missing, square.__dict__.keys() - {"this"})
except AttributeError as error:
    print(error)
print(repr(square.this).split(" at ")[0], square.thisown, int(square.this) != 0)
