"""msgpack's Cython packer and unpacker."""
import datetime
import io

import msgpack
from msgpack import _cmsgpack

assert msgpack.Packer is _cmsgpack.Packer
data = [None, True, -1, 127, 128, -33, 2 ** 32, -2 ** 63, 2 ** 64 - 1, 1.5, "text ä", b"\x00\xff", [1, [2]], {"a": {"b": [1.25]}, 3: "x"}, (4, 5), "x" * 300, b"y" * 70000]
packed = msgpack.packb(data)
print(len(packed), packed[:40].hex(), msgpack.unpackb(packed, strict_map_key=False) == [list(x) if isinstance(x, tuple) else x for x in data])
print(msgpack.packb({"a": 1, "b": [1, 2]}).hex(), msgpack.packb(1.5, use_single_float=True).hex(), msgpack.unpackb(b"\x93\x01\x02\x03", use_list=False))


def default(value):
    if isinstance(value, complex):
        return {"re": value.real, "im": value.imag}
    if isinstance(value, range):
        return msgpack.ExtType(5, bytes(value))
    raise TypeError(f"what is {value!r}?")


packed = msgpack.packb([1 + 2j, range(4)], default=default)
print(msgpack.unpackb(packed, object_hook=lambda d: complex(d["re"], d["im"]), ext_hook=lambda code, data: (code, list(data))))
moment = datetime.datetime(2021, 5, 6, 7, 8, 9, 123456, tzinfo=datetime.timezone.utc)
print(msgpack.packb(moment, datetime=True).hex(), msgpack.unpackb(msgpack.packb(moment, datetime=True), timestamp=3) == moment)
unpacker = msgpack.Unpacker()
stream = b"".join(msgpack.packb({"n": i}) for i in range(100))
got = []
for i in range(0, len(stream), 7):
    unpacker.feed(stream[i:i + 7])
    got.extend(item["n"] for item in unpacker)
print(sum(got), unpacker.tell())
reader = msgpack.Unpacker(io.BytesIO(msgpack.packb([1, {"a": 2}, "skip", 3])), raw=False)
print(reader.read_array_header(), reader.unpack(), reader.read_map_header(), reader.unpack(), reader.unpack(), reader.skip(), reader.unpack())
packer = msgpack.Packer(autoreset=False)
packer.pack_array_header(2)
packer.pack("x")
packer.pack_map_pairs([("k", 1)])
print(packer.bytes().hex(), msgpack.unpackb(packer.getbuffer()))
for code in ("msgpack.packb(2 ** 64)", "msgpack.packb(object)", "msgpack.packb([1j], default=default2)", "msgpack.unpackb(b'')", "msgpack.unpackb(b'\\xc1')", "msgpack.unpackb(b'\\x01\\x02')",
             "msgpack.unpackb(msgpack.packb({1: 2}))", "msgpack.unpackb(b'\\xdd\\xff\\xff\\xff\\xff')", "msgpack.unpackb(b'\\xa2\\xff\\xfe')", "msgpack.packb(loop)", "msgpack.unpackb('text')"):
    loop = []
    loop.append(loop)
    try:
        print(eval(code, {**globals(), "default2": lambda x: x.nothing}))
    except Exception as error:
        print(type(error).__name__, str(error)[:100])
