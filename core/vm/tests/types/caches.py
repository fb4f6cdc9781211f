# Attributes through inline caches: what the cache was filled with changes under it.


class Point:
    def __init__(self, x):
        self.x = x

    @property
    def double(self):
        return self.x * 2

    def method(self):
        return "method", self.x


def read(point):
    return point.double, point.method, point.x


def seen(point):
    double, method, x = read(point)
    return double, method() if callable(method) else method, x


points = [Point(i) for i in range(3)]
for point in points:
    print(*seen(point))

# A property is a data descriptor, a function is not.
points[1].__dict__["double"] = "shadow"
points[1].__dict__["method"] = "own"
for point in points:
    print(*seen(point))

# The same property object gets another getter.
Point.__dict__["double"].__init__(lambda self: ("other", self.x))
print(*seen(points[2]))
Point.__dict__["double"].__init__(None)
try:
    read(points[2])
except AttributeError as error:
    print("AttributeError", error)


def numbers(self):
    yield self.x
    yield self.x + 1


Point.double = property(numbers)
print(list(points[2].double))
Point.double = property(len)
try:
    read(points[2])
except TypeError as error:
    print("TypeError", error)


def failing(self):
    raise KeyError(self.x)


Point.double = property(failing)
for point in points[::2]:
    try:
        read(point)
    except KeyError as error:
        print("KeyError", error, error.__traceback__.tb_next.tb_next.tb_frame.f_code.co_name)
Point.method = 5
Point.double = 6
for point in points:
    print(*seen(point))


# A class that makes instances without or with __init__, and one whose __init__ returns something.
class Bare:
    pass


class Wrong:
    def __init__(self, value):
        return value


for value in (None, 0, None):
    try:
        print(type(Wrong(value)).__name__, type(Bare()).__name__)
    except TypeError as error:
        print("TypeError", error)


# Fields and computed attributes of built-in classes, which a subclass hides and shows again.
class Failure(Exception):
    pass


def arguments(failure):
    return failure.args


def rename(target, name):
    target.__name__ = name


failure = Failure(1, 2)
for hidden in (7, property(lambda self: "computed"), None):
    shown = []
    for value in range(3):
        failure.args = (value,)
        shown.append(arguments(failure))
    if hidden is not None:
        Failure.args = hidden
        shown.append(arguments(failure))
        del Failure.args
    print(*shown, arguments(failure))
for target, name in ((arguments, "one"), (Failure, "Two"), (arguments, 3), (arguments, "four"), (len, "five")):
    try:
        rename(target, name)
        rename(target, name)
        print(target.__name__)
    except (AttributeError, TypeError) as error:
        print(type(error).__name__, error)


class Foreign:
    name = type(arguments).__dict__["__name__"]


for _ in range(3):
    try:
        print(Foreign().name)
    except TypeError as error:
        print("TypeError", error)


def reset(part):
    part.start = 2


for _ in range(3):
    try:
        reset(slice(1))
    except AttributeError as error:
        print("AttributeError", error)
