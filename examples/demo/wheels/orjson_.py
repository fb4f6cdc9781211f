"""orjson: a Rust extension that reads object layouts directly."""
import collections
import dataclasses
import datetime
import enum
import uuid

import orjson

data = {"text": "snäke \U0001f40d \"q\" \\ \n\x01", "numbers": [0, -1, 2 ** 53, -2 ** 63, 2 ** 64 - 1, 1.5, 1e300, 0.1, 5e-324], "none": None, "flags": [True, False],
        "deep": [[[[{}]]], [], ""], "é": "latin1 é", "ж": "кириллица", "long": "a" * 1000}
packed = orjson.dumps(data)
print(len(packed), packed[:120], orjson.loads(packed) == data)
print(orjson.dumps({"b": 1, "a": [1, {"c": 2}]}, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE).decode())


@dataclasses.dataclass
class Beast:
    name: str
    legs: int = 4
    tags: list = dataclasses.field(default_factory=list)
    _private: int = 0


@dataclasses.dataclass
class Slotted:
    __slots__ = ("a", "b")
    a: int
    b: "Beast"


class Colour(enum.Enum):
    RED = "red"
    NUMBER = 7


class Name(str):
    pass


Pair = collections.namedtuple("Pair", "a b")
print(orjson.dumps([Beast("dog"), Slotted(1, Beast("ant", 6, ["x"])), Colour.RED, Colour.NUMBER, uuid.UUID(int=5), (1, "t"), Name("sub"), list(Pair(1, 2))]))
zone = datetime.timezone(datetime.timedelta(hours=2))
print(orjson.dumps([datetime.datetime(2021, 5, 6, 7, 8, 9, 12), datetime.datetime(2021, 5, 6, tzinfo=zone), datetime.date(1, 2, 3), datetime.time(4, 5, 6, 7)]))
print(orjson.dumps(datetime.datetime(2021, 5, 6), option=orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z), orjson.dumps({1: 2, None: 3, True: 4, 1.5: 5, Colour.RED: 6}, option=orjson.OPT_NON_STR_KEYS))
print(orjson.dumps([{1, 2}, 1 + 2j], default=lambda o: sorted(o) if isinstance(o, set) else [o.real, o.imag]), orjson.dumps(orjson.Fragment(b'{"raw":1}')))
for text in (b'{"a": [1, 2.0, -0.0, 1e5, "\\u00e4\\ud83d\\udc0d"], "b": {}}', bytearray(b"[null,true]"), memoryview(b'"m"'), "12345678901234567890123", '"ä"', " 1 "):
    print(repr(orjson.loads(text)))
keys = [orjson.loads(b'{"shared": 1}') for _ in range(2)]
print([*keys[0]][0] == [*keys[1]][0], orjson.loads(b'{"a":1,"a":2}'))
loop = []
loop.append(loop)
for code in ("orjson.loads(b'{\"a\" 1}')", "orjson.loads('[1,')", "orjson.loads('')", "orjson.loads(b'\\xff')", "orjson.loads(5)", "orjson.loads('NaN')", "orjson.dumps(object())", "orjson.dumps(2 ** 64)",
             "orjson.dumps({1: 2})", "orjson.dumps('\\ud800')", "orjson.dumps(loop)", "orjson.dumps([1j], default=lambda o: o)", "orjson.dumps(1, option=-1)", "orjson.dumps()"):
    try:
        print(eval(code))
    except Exception as error:
        print(type(error).__name__, str(error)[:110], isinstance(error, ValueError))
print(hash(Name("key")) == hash(orjson.loads(b'"key"')), sum(len(orjson.dumps({"i": i, "s": str(i)})) for i in range(5000)))
