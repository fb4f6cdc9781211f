"""What `cargo xtask order` watches: a little of everything that programs ordinarily do."""
import argparse
import asyncio
import collections
import contextlib
import copy
import csv
import dataclasses
import datetime
import decimal
import enum
import functools
import hashlib
import inspect
import io
import itertools
import json
import logging
import math
import operator
import os
import pathlib
import pickle
import random
import re
import struct
import tempfile
import textwrap
import threading
import traceback
import urllib.parse
import weakref
import xml.etree.ElementTree as ElementTree


@dataclasses.dataclass
class Point:
    x: int
    y: float = 1.0
    tags: list = dataclasses.field(default_factory=list)


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Sequence:
    __slots__ = ("first", "__weakref__")

    def __init__(self, first=1):
        self.first = first

    @property
    def doubled(self):
        return self.first * 2

    @classmethod
    def make(cls, *args, **kwargs):
        return cls(*args, **kwargs)

    @staticmethod
    def nothing():
        return None

    def __eq__(self, other):
        return self.first == other.first

    def __hash__(self):
        return hash(self.first)

    def __getitem__(self, index):
        return index

    def __len__(self):
        return 3

    def __iter__(self):
        return iter([1, 2])

    def __add__(self, other):
        return self


def generator(n):
    for i in range(n):
        yield i


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def data():
    return {f"k{i}": [i, str(i), i * 1.5, None, True, {"a": i}] for i in range(50)}


def text():
    assert json.loads(json.dumps(data(), sort_keys=True, indent=1)) == data()
    re.sub(r"(\w+)\s(\d+)", r"\2 \1", "abc 12 def 34" * 5)
    re.findall("[a-z]+", json.dumps(data()))
    "{:>10} {!r} {:.3f}".format("a", Point(1), 3.14159)
    f"{5:05d} {3.5:g} {'x':<4}" + "%s %r %d %5.2f" % ("a", b"b", 3, 2.5)
    "".join(map(str, range(30)))
    " a,b,c ".strip().upper().replace("A", "y").encode().decode().split(",")
    "abc".find("c"), "ab" * 3, b"abc".hex(), bytearray(b"abc").extend(b"x")
    memoryview(b"abc")[1:].tobytes()
    textwrap.fill("a b c d " * 10, 20)
    urllib.parse.urlparse("http://a/b?c")
    next(csv.reader(["a,b"]))
    io.StringIO("abc").read(), io.BytesIO(b"abc").read()


def containers():
    values = list(range(100))
    values[10:20], values[::2], values[2:4]
    values.sort(key=lambda value: -value)
    values.pop(), values.insert(0, 1), values.remove(5), values.index(7), values.reverse()
    del values[3]
    values[2:4] = [1]
    first, second, *rest = values
    collections.Counter("hello world")
    collections.defaultdict(list)[1].append(2)
    collections.OrderedDict(a=1)
    collections.deque(range(10)).rotate(2)
    collections.namedtuple("Pair", "a b")(1, 2)._replace(a=3)
    set(range(10)) | {3, 4}, frozenset("ab"), {1, 2} & {2}
    tuple(zip([1], [2])), list(enumerate("ab")), any([0, 1]), sum([1, 2.5]), max(1, 2), min([3, 4])
    functools.reduce(operator.add, [1, 2]), functools.lru_cache(None)(fib)(5)
    list(itertools.chain([1], [2])), list(itertools.product("ab", repeat=2)), list(itertools.groupby("aab"))
    copy.deepcopy(data()), pickle.loads(pickle.dumps(data())), pickle.loads(pickle.dumps(Point(1)))
    struct.pack("<IhQ", 1, 2, 3), struct.unpack(">II", b"\0" * 8)
    repr(data()), sorted(data()), list(data().items())


def numbers():
    decimal.Decimal("1.1") * 3, math.sqrt(2), math.factorial(20)
    10**40 // 7, pow(3, 100, 7), divmod(10**20, 3), 5 << 70, ~5, 3 ^ 5, -7 // 2, 7 % 3, 2**0.5
    float("1.5"), int("123456789012345678901"), complex(1, 2) * 2, round(2.567, 2), abs(-3), bin(5), ord("a"), chr(98)
    random.seed(1)
    random.random(), random.shuffle(list(range(10))), random.randint(1, 9)
    datetime.datetime.now().isoformat(), datetime.date(2020, 1, 1) + datetime.timedelta(3)
    hashlib.md5(b"x").hexdigest()
    count = 0
    while count < 100:
        count += 1


def objects():
    one = Sequence.make(first=2)
    one.doubled, Sequence.nothing(), one == Sequence(), hash(one), one[0], len(one), list(one), one + one
    isinstance(one, Sequence), getattr(one, "missing", None), setattr(one, "first", 2), vars(Point(1)), dir(one)
    weakref.ref(one), Colour(1), Colour.BLUE.name, inspect.signature(fib)
    fib(10), list(generator(10))
    for failing in (lambda: {}["x"], lambda: int("x"), lambda: 1 / 0):
        try:
            failing()
        except (KeyError, ValueError, ZeroDivisionError):
            traceback.format_exc()
    with contextlib.suppress(ZeroDivisionError):
        1 / 0
    source = "x = [i for i in range(3) if i]\ny = {k: v for k, v in zip('ab', x)}\n(lambda *a, **k: (a, k))(1, b=2)\n"
    exec(compile(source, "program", "exec"), {})


async def coroutine():
    await asyncio.sleep(0)
    return 1


def system():
    with tempfile.TemporaryFile("w+") as file:
        file.write("hello\nworld\n")
        file.seek(0)
        file.readlines()
    pathlib.Path("/").joinpath("a").exists(), os.listdir("/"), os.path.join("a", "b")
    ElementTree.tostring(ElementTree.fromstring('<a><b x="1">t</b></a>'))
    thread = threading.Thread(target=fib, args=(5,))
    thread.start()
    thread.join()
    asyncio.run(coroutine())
    logging.getLogger("program").debug("a")
    argparse.ArgumentParser().parse_args([])
    print("done")


# Twice, for what only runs once things are warm.
for _ in range(2):
    for part in (text, containers, numbers, objects, system):
        part()
