"""Calls of Python functions: positional, keyword, default, star, closure, method, recursion."""


def add(a, b):
    return a + b


def defaults(a, b=2, *, c=3):
    return a + b + c


def star(*args, **kwargs):
    return len(args) + len(kwargs)


def adder(n):
    def inner(x):
        return x + n
    return inner


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


class Counter:
    def __init__(self):
        self.n = 0

    def step(self, by):
        self.n += by
        return self


def main():
    inner, counter, total = adder(5), Counter(), 0
    for i in range(150000):
        total = add(total, i) & 0xFFFF
        total += defaults(i, c=1) + inner(i)
        counter.step(1).step(2)
    for i in range(50000):
        total += star(i, i, x=i)
    return total, counter.n, fib(23)


for _ in range(5):
    main()
