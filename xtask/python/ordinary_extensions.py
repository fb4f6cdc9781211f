"""What `cargo xtask order` watches beside an ordinary program: what extension modules ordinarily ask of the C API."""
import _cffi_backend
import greenlet
import markupsafe
import msgpack
import numpy
import orjson
import regex
import yaml

DOCUMENT = """
name: [a, 'b', 3, 4.5, null, true]
nested: {x: 1, y: {z: [1, 2, 3]}}
text: |
  several
  lines
"""


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


def expect(exception, function, *args):
    try:
        function(*args)
    except exception:
        return
    raise AssertionError(function)


def packed():
    value = {"numbers": list(range(300)), "text": ["é" * i for i in range(20)], "float": 1.5, "bytes": b"x" * 50}
    assert msgpack.unpackb(msgpack.packb(value)) == value
    packer = msgpack.Packer(default=lambda point: [point.x, point.y])
    assert msgpack.unpackb(packer.pack([Point(1, 2.5)])) == [[1, 2.5]]
    unpacker = msgpack.Unpacker()
    unpacker.feed(msgpack.packb([1, 2]) * 20)
    assert sum(len(item) for item in unpacker) == 40
    expect(TypeError, msgpack.packb, Point(1, 2))
    expect(ValueError, msgpack.unpackb, b"\xc1")


def documents():
    value = yaml.load(DOCUMENT, yaml.CSafeLoader)
    assert yaml.load(yaml.dump(value, Dumper=yaml.CSafeDumper), yaml.CSafeLoader) == value
    expect(yaml.YAMLError, yaml.load, "[1, 2", yaml.CSafeLoader)
    assert orjson.loads(orjson.dumps(value)) == value
    expect(orjson.JSONDecodeError, orjson.loads, "{")


def texts():
    assert markupsafe.escape("<a & b>") + markupsafe.Markup("<br>") == "&lt;a &amp; b&gt;<br>"
    pattern = regex.compile(r"(?P<key>\w+)=(?P<value>\d+)")
    found = [match.groupdict() for match in pattern.finditer("a=1 b=22 c=333")]
    assert found[2] == {"key": "c", "value": "333"}
    assert pattern.sub(lambda match: match["value"], "a=1 b=2") == "1 2"


def switches():
    def child(value):
        while True:
            value = parent.switch(value + 1)

    parent = greenlet.getcurrent()
    other = greenlet.greenlet(child)
    assert [other.switch(i) for i in range(20)] == list(range(1, 21))


def arrays():
    a = numpy.arange(24.0).reshape(4, 6)
    assert (a @ a.T).shape == (4, 4) and a.sum(axis=0).tolist()[0] == 36.0
    a[1:3, ::2] = 0
    assert [float(x) for x in a[0]] == list(range(6)) and a.mean() > 0
    records = numpy.array([(1, "x"), (2, "y")], dtype=[("n", "i4"), ("s", "U4")])
    assert records[records["n"] > 1]["s"].tolist() == ["y"]
    expect(ValueError, a.reshape, 5, 5)
    expect(IndexError, lambda: a[10])
    assert numpy.fromiter((i * i for i in range(10)), dtype=int)[9] == 81
    assert numpy.array([Point(1, 2), None], dtype=object)[0].y == 2


def foreign():
    char = _cffi_backend.new_primitive_type("char")
    text = _cffi_backend.newp(_cffi_backend.new_array_type(_cffi_backend.new_pointer_type(char), None), b"text")
    assert _cffi_backend.string(text) == b"text" and len(text) == 5


for _ in range(3):
    packed()
    documents()
    texts()
    switches()
    arrays()
    foreign()
