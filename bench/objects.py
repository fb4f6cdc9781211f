"""Attribute access, properties, slots, inheritance, exceptions, generators, string building."""


class Shape:
    sides = 0

    def __init__(self, size):
        self.size = size

    @property
    def double(self):
        return self.size * 2

    def area(self):
        raise NotImplementedError


class Square(Shape):
    sides = 4

    def area(self):
        return self.size * self.size


class Point:
    __slots__ = "x", "y"

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y


def produce(count):
    for i in range(count):
        yield i


def main():
    total, point, step = 0, Point(0, 0), Point(1, 2)
    for i in range(60000):
        square = Square(i)
        total += square.area() + square.double + square.sides
        point = point + step
    for i in produce(150000):
        try:
            if i % 5 == 0:
                raise ValueError(i)
            total += i
        except ValueError as error:
            total -= error.args[0]
    text = "".join(f"{i}:{i * i};" for i in range(60000))
    return total, point == step, len(text.split(";")), text.count("9")


for _ in range(5):
    main()
