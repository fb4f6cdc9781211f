"""greenlet: stack switching in C."""
import contextvars
import gc
import sys
import threading
import weakref

import greenlet

log = []


def ping(n):
    for i in range(n):
        log.append(f"ping {i}")
        log.append(other.switch(i))
    return "ping done"


def pong(x):
    while True:
        log.append(f"pong {x}")
        x = first.switch(x * 10)


first, other = greenlet.greenlet(ping), greenlet.greenlet(pong)
print(first.switch(3), log, first.dead, other.dead, bool(other))


def generator_like(function):
    def inner(*args):
        parent = greenlet.getcurrent()
        worker = greenlet.greenlet(lambda: function(parent.switch, *args))
        worker.switch()
        return worker
    return inner


def walk(tree, found):
    if isinstance(tree, list):
        for part in tree:
            walk(part, found)
    else:
        found(tree)


def flat(tree):
    parent = greenlet.getcurrent()
    worker = greenlet.greenlet(lambda: walk(tree, parent.switch))
    while True:
        value = worker.switch()
        if worker.dead:
            return
        yield value


print(list(flat([1, [2, [3, [4]], 5], [[[6]]]])))


def failing():
    try:
        greenlet.getcurrent().parent.switch("waiting")
    finally:
        log.append("cleaned up")
    raise AssertionError


worker = greenlet.greenlet(failing)
print(worker.switch())
try:
    worker.throw(ValueError("thrown in"))
except ValueError as error:
    print(error, log[-1], worker.dead)
try:
    greenlet.greenlet(lambda: 1 / 0).switch()
except ZeroDivisionError as error:
    print(error, error.__traceback__.tb_next.tb_frame.f_code.co_name)
try:
    raise KeyError("outer")
except KeyError:
    def inner():
        before = sys.exc_info()[0]
        try:
            raise IndexError
        except IndexError:
            greenlet.getcurrent().parent.switch(before)
    aside = greenlet.greenlet(inner)
    print(aside.switch(), sys.exc_info()[0])
    aside.switch()

killed = greenlet.greenlet(failing)
killed.switch()
reference = weakref.ref(killed)
del killed, worker
gc.collect()
print(reference(), log[-1], log.count("cleaned up"))
variable = contextvars.ContextVar("variable", default="default")
separate = greenlet.greenlet(lambda: variable.set("inside") and variable.get())
print(separate.switch(), variable.get(), separate.gr_frame)


def deep(n):
    return n if n == 0 else 1 + deep(n - 1) if n % 50 else 1 + greenlet.greenlet(deep).switch(n - 1)


print(deep(400), greenlet.getcurrent().parent, greenlet.getcurrent().dead)
events = []
greenlet.settrace(lambda event, args: events.append(event))
greenlet.greenlet(lambda: None).switch()
greenlet.settrace(None)
print(events)
results = []


def in_thread(name):
    g = greenlet.greenlet(lambda: greenlet.getcurrent().parent.switch(name) or name + "!")
    results.append((g.switch(), g.switch()))


threads = [threading.Thread(target=in_thread, args=(name,)) for name in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(results))
for code in ("greenlet.greenlet(5).switch()", "setattr(first, 'parent', 5)", "first.switch()", "greenlet.greenlet(parent=7)", "first.throw(5)"):
    try:
        print(eval(code))
    except BaseException as error:
        print(type(error).__name__, error)


class Own(greenlet.greenlet):
    def run(self, *args, **kwargs):
        return args, kwargs, self.x


own = Own()
own.x = 1
print(own.switch(1, a=2), issubclass(greenlet.GreenletExit, BaseException), sum(greenlet.greenlet(lambda i=i: i).switch() for i in range(5000)))
