# Generators that are closed, dropped and continued from native code.


def plain(log):
    for i in range(3):
        yield i
    log.append("end")


def guarded(log):
    try:
        yield 1
    except GeneratorExit:
        log.append("exit")
        raise
    finally:
        log.append("finally")


def outer(log):
    yield from guarded(log)
    log.append("not reached")


def stubborn(log):
    try:
        yield 1
    finally:
        yield 2


for make in (plain, guarded, outer, stubborn):
    log = []
    generator = make(log)
    print(make.__name__, generator.close(), list(generator), log)
    generator = make(log)
    print(next(generator), generator.gi_frame is not None)
    try:
        print(generator.close(), generator.gi_frame, generator.gi_running, list(generator), log)
    except RuntimeError as error:
        print("RuntimeError", error)
    generator = make(log)
    next(generator)
    if make is not stubborn:
        del generator
        print(log)

# A frame that somebody else has ends with its generator.
generator = plain([])
next(generator)
frame = generator.gi_frame
generator.close()
print(frame.f_lasti >= 0, frame.f_locals["i"], next(generator, "done"))


class Noisy:
    def __init__(self, log):
        self.log = log

    def __del__(self):
        self.log.append("dropped")


def holding(log):
    noisy = Noisy(log)
    yield noisy.log is log


log = []
print(any(holding(log)), log)
print(sum(x * x for x in range(10)), max(x % 7 for x in range(20)), tuple(plain(log)), log)

# Errors and results that pass through native code.


def returning():
    yield 1
    return 2


def raising():
    yield 1
    raise StopIteration(3)


generator = returning()
print(next(generator))
try:
    next(generator)
except StopIteration as stop:
    print("StopIteration", stop.value)
try:
    print(list(raising()))
except RuntimeError as error:
    print("RuntimeError", error, repr(error.__cause__))


def itself():
    yield next(me)


me = itself()
try:
    list(me)
except ValueError as error:
    print("ValueError", error)


def deep(n):
    return sum(deep(n - 1) for _ in range(1)) if n else 1


print(deep(5))
try:
    deep(100000)
except RecursionError as error:
    print("RecursionError")


async def adding(a, b=2, *, c=3):
    return a + b + c


async def awaiting():
    return [await adding(1), await adding(1, 1), await adding(1, c=0)]


try:
    awaiting().send(None)
except StopIteration as stop:
    print(stop.value)
