"""Writes the tables of expected results in core/object/src/text/testdata; run with CPython 3.9 from
the repository root:

    python3.9 core/object/tools/gen_text_cases.py
"""
import codecs
import ctypes
import os
import random
import struct
import warnings

warnings.simplefilter("ignore")
random.seed(39)
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src", "text", "testdata")


def write(name, rows):
    with open(os.path.join(ROOT, name), "w", encoding="ascii", newline="\n") as f:
        for row in rows:
            f.write("\t".join(map(str, row)) + "\n")


def bits(x):
    return "%016x" % struct.unpack("<Q", struct.pack("<d", x))[0]


def some_double():
    kind = random.randrange(7)
    if kind == 0:
        return struct.unpack("<d", struct.pack("<Q", random.getrandbits(64)))[0]
    if kind == 1:
        return random.randrange(-10 ** random.randrange(1, 20), 10 ** random.randrange(1, 20)) / 10 ** random.randrange(0, 12)
    if kind == 2:
        return random.randrange(-2000, 2000) / 2 ** random.randrange(0, 12)
    if kind == 3:
        return random.choice([0.0, -0.0, 1.0, float("inf"), float("-inf"), float("nan"), 5e-324, 2.2250738585072014e-308,
                              1.7976931348623157e308, 1e16, 1e17, 9999999999999998.0, 1e-4, 1e-5, 0.00012345, 0.5, 1.5, 2.5,
                              9.5, 99.5, 999999.5, 9.999999e22, 123456789.0])
    if kind == 6:
        # Often exactly half-way between two shortest texts.
        return float(random.getrandbits(random.choice([50, 53]))) * 2.0 ** random.randrange(-12, 40)
    if kind == 4:
        return random.uniform(-1000, 1000)
    return random.choice([-1, 1]) * 10.0 ** random.randrange(-30, 30) * random.randrange(1, 100)


def format_cases():
    f = ctypes.pythonapi.PyOS_double_to_string
    f.argtypes = [ctypes.c_double, ctypes.c_char, ctypes.c_int, ctypes.c_int, ctypes.POINTER(ctypes.c_int)]
    f.restype = ctypes.c_char_p
    for _ in range(3000):
        x = some_double()
        code = random.choice("refgEFG")
        precision = 0 if code == "r" else random.choice([0, 1, 2, 3, 6, 10, 12, 15, 17, 20, random.randrange(0, 60)])
        flags = random.randrange(8)
        kind = ctypes.c_int()
        text = f(x, code.encode(), precision, flags, kind).decode()
        yield bits(x), code, precision, flags, text, kind.value


def parse_cases():
    f = ctypes.pythonapi.PyOS_string_to_double
    f.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_char_p), ctypes.py_object]
    f.restype = ctypes.c_double
    texts = ["1", "1.", ".5", ".", "", "+", "-", "-.5e3x", "1e", "1e+", "1e5", "1E-5z", "inf", "INFINITY", "infinit", "-nan",
             "nan5", "0x10", "1_0", " 1", "1e400", "-1e400", "1e-400", "1e99999999999999999999", "0e99999999999999999999",
             "1e-99999999999999999999", "in", "2.2250738585072011e-308", "9007199254740993", "9007199254740993.0000000001",
             "." + "0" * 400 + "1e401", "1" * 400 + "e-400", "1..2", "1.e5", ".e5", "+-1", "5e-324", "2.4703282292062327e-324",
             "2.4703282292062328e-324", "1.7976931348623158e308", "1.7976931348623159e308"]
    for _ in range(300):
        texts.append("".join(random.choice("0123456789") for _ in range(random.randrange(1, 25))) + random.choice(["", "."])
                     + "".join(random.choice("0123456789") for _ in range(random.randrange(1, 25)))
                     + random.choice(["", "e%d" % random.randrange(-340, 310), "e+1x"]))
    for text in texts:
        data = text.encode()
        for n in range(len(data), -1, -1):
            try:
                float(data[:n]) if data[:n].strip() == data[:n] and b"_" not in data[:n] else 1 / 0
            except (ValueError, ZeroDivisionError):
                continue
            value, used = float(data[:n]), n
            break
        else:
            value, used = None, 0
        yield text, "" if value is None else bits(abs(value) if value != value else value), used


def hex_cases():
    texts = ["", " ", "0x", "1", "-0x1.8p1", " 0x1p-1074 ", "0x1p-1075", "0x1.8p-1075", "0x3p-1076", "0x1p1023", "0x1p1024",
             "0x1.fffffffffffff7p1023", "0x1.fffffffffffff8p1023", "0x.8", "0x8.", "0x.", "p1", "0x1p", "0x1p+", "nan", "-INF",
             "infinity", "infx", "0x1.00000000000008p0", "0x1.000000000000080001p0", "0x1.00000000000018p0", "0xg", "1p5 1",
             "0x0p99999999999999999999999", "0x1p99999999999999999999999", "0x1p-99999999999999999999999", "abc.def",
             "0x1.fffffffffffffp-1023", "0x0.fffffffffffff8p-1022", "0x0.fffffffffffff7p-1022", "0x000000000000000000001p-5",
             "0x0.00000000000000000000000001p5", "1" * 40 + "p-100", "++1", "0x-1"]
    for _ in range(400):
        x = some_double()
        texts.append(x.hex())
        texts.append("0x" + "".join(random.choice("0123456789abcdefF08") for _ in range(random.randrange(1, 22))) + "."
                     + "".join(random.choice("0123456789abcdef08") for _ in range(random.randrange(0, 22)))
                     + "p%d" % random.choice([random.randrange(-1150, 1050), random.randrange(-1130, -1000)]))
    for text in texts:
        try:
            x = float.fromhex(text)
            yield text, bits(abs(x) if x != x else x), x.hex()
        except (ValueError, OverflowError) as e:
            yield text, "error", e


def round_cases():
    for _ in range(1500):
        x, n = some_double(), random.choice([0, 1, 2, 3, 5, -1, -2, -3, 10, 15, 22, random.randrange(-320, 330)])
        if x == x:
            try:
                yield bits(x), n, bits(round(x, n))
            except OverflowError:
                yield bits(x), n, "overflow"


def escaped(s):
    return s.encode("unicode_escape").decode() or "\\"[:0]


def specs():
    kinds = ["", "d", "n", "x", "X", "b", "o", "c", "e", "E", "f", "F", "g", "G", "%", "s", "r", "z", "\u20ac"]
    yield from [",_", "_,", ",,", "__", ".", "1.", ".1,", "9" * 30, ".9999999999999999999999", "dd", "<<<", "\x00<5", ",\x01",
                "\u0663", ".\u0663f", "+-5", "0=5", ".99999999999f", "*^010,d"]
    for _ in range(900):
        yield "".join([
            random.choice(["", "", "", "<", ">", "^", "=", "*<", "0>", "\U0001f600^", "x=", "0="]),
            random.choice(["", "", "", "+", "-", " "]), random.choice(["", "", "#"]), random.choice(["", "", "0"]),
            random.choice(["", "", "1", "5", "12", "25"]), random.choice(["", "", "", ",", "_"]),
            random.choice(["", "", "", ".0", ".1", ".3", ".12", ".20"]), random.choice(kinds)])


def spec_cases():
    for spec in specs():
        values = [random.choice([0, 1, -1, 65, 12345678, -1234, 10 ** 18, random.randrange(-10 ** 12, 10 ** 12)]),
                  some_double(), complex(some_double(), some_double()), random.choice(["", "ab", "\u20acuro zone", "x" * 15])]
        if random.random() < .3:
            values[2] = complex(0.0, values[2].imag)
        for v in values:
            if not spec:
                continue
            text = {int: str, float: bits, complex: lambda c: bits(c.real) + bits(c.imag), str: escaped}[type(v)](v)
            try:
                result = "ok", escaped(format(v, spec))
            except (ValueError, OverflowError) as e:
                result = type(e).__name__, escaped(str(e))
            yield (type(v).__name__, text, escaped(spec)) + result


def decode_cases():
    sets = {
        "utf_8": [b"a", b"\x80", b"\xc3", b"\xa9", b"\xe2\x82\xac", b"\xe2", b"\x82", b"\xed\xa0\x80", b"\xed", b"\xa0", b"\xf0\x90\x80\x80",
                  b"\xf4", b"\x90", b"\xf0", b"\xff", b"\xc0", b"\xe0", b"bcdefghijkl"],
        "utf_16_le": [b"a\0", b"\x00\xd8", b"\x00\xdc", b"a", b"\xac\x20", b"\xff\xfe"],
        "utf_16_be": [b"\0a", b"\xd8\x00", b"\xdc\x00", b"a", b"\xac\x20", b"\xff\xfe"],
        "utf_16": [b"a\0", b"\x00\xd8", b"\x00\xdc", b"a", b"\xac\x20", b"\xff\xfe", b"\xfe\xff"],
        "utf_32_le": [b"a\0\0\0", b"\0\xd8\0\0", b"\0\0\x11\0", b"a", b"\0\0\1\0"],
        "utf_32_be": [b"\0\0\0a", b"\0\0\xd8\0", b"\0\x11\0\0", b"a", b"\0\1\0\0"],
        "utf_32": [b"a\0\0\0", b"\0\xd8\0\0", b"\0\0\x11\0", b"a", b"\xff\xfe\0\0", b"\0\0\xfe\xff"],
        "utf_7": [b"+", b"-", b"A", b"G", b"E", b"AGE", b"2ADcAA", b"2AA", b"!", b"\xff", b"x", b"/", b"~", b"+AGE-", b"B"],
        "ascii": [b"a", b"\x80", b"abcdefghi", b"\xff"],
        "unicode_escape": [b"\\", b"x", b"u", b"U", b"N{", b"}", b"LATIN SMALL LETTER A", b"1", b"0001", b"\n", b"z", b"n", b"\xff", b"'"],
        "raw_unicode_escape": [b"\\", b"u", b"U", b"1", b"0001", b"20ac", b"\xff", b"z"],
    }
    for codec, pieces in sets.items():
        decode = getattr(codecs, codec + "_decode")
        for _ in range(250):
            data = b"".join(random.choice(pieces) for _ in range(random.randrange(0, 8)))
            handler = random.choice(["strict", "strict", "replace", "ignore", "backslashreplace", "surrogateescape", "surrogatepass"])
            final = random.choice([True, True, False])
            args = [data, handler]
            if codec.startswith("utf"):
                args.append(final)
            try:
                text, used = decode(*args)
                yield codec, handler, int(final), data.hex(), "ok", escaped(text), used
            except UnicodeDecodeError as e:
                yield codec, handler, int(final), data.hex(), e.encoding, escaped(e.reason), "%d-%d" % (e.start, e.end)


def encode_cases():
    pieces = ["a", "+", "-", "\\", "~", "\n", "\x00", "\x7f", "\x80", "\xff", "\u20ac", "\ud800", "\udc80", "\udfff", "\U0010ffff",
              " !", "Zz/9", "\ufffe"]
    for codec in ("utf_8 utf_16 utf_16_le utf_16_be utf_32 utf_32_le utf_32_be utf_7 ascii latin_1 unicode_escape "
                  "raw_unicode_escape").split():
        encode = getattr(codecs, codec + "_encode")
        for _ in range(150):
            text = "".join(random.choice(pieces) for _ in range(random.randrange(0, 8)))
            handler = random.choice(["strict", "strict", "replace", "ignore", "backslashreplace", "xmlcharrefreplace", "surrogateescape",
                                     "surrogatepass"])
            try:
                yield codec, handler, escaped(text), "ok", encode(text, handler)[0].hex(), ""
            except UnicodeEncodeError as e:
                yield codec, handler, escaped(text), e.encoding, escaped(e.reason), "%d-%d" % (e.start, e.end)


def repr_cases():
    pieces = ["a", "'", '"', "\\", "\n", "\r", "\t", "\x00", "\x7f", "\x80", "\xa0", "\xad", "\xe9", "\u0378", "\u20ac", "\ud800", "\u2028",
              "\U0001f600", "\U000e0001", "\U0010ffff"]
    for _ in range(300):
        text = "".join(random.choice(pieces) for _ in range(random.randrange(0, 6)))
        data = text.encode("latin-1", "ignore")
        yield escaped(text), escaped(repr(text)), ascii(text), data.hex(), repr(data)


write("format_spec.tsv", spec_cases())
write("decode.tsv", decode_cases())
write("encode.tsv", encode_cases())
write("repr.tsv", repr_cases())
write("float_format.tsv", format_cases())
write("float_parse.tsv", parse_cases())
write("float_hex.tsv", hex_cases())
write("float_round.tsv", round_cases())
