"""Prints the hashes that `unicode/mod.rs` compares with; run with CPython 3.9:

    python3.9 core/object/tools/unicode_hashes.py >core/object/src/unicode/hashes.tsv
"""
import ctypes
import struct

API = ctypes.pythonapi


def predicate(f):
    f.argtypes = [ctypes.c_uint32]
    f.restype = ctypes.c_int
    return lambda c: int(bool(f(c)))


def simple(f):
    f.argtypes, f.restype = [ctypes.c_uint32], ctypes.c_uint32
    return f


def digit(f):
    f.argtypes, f.restype = [ctypes.c_uint32], ctypes.c_int
    return lambda c: f(c) & 255


def numeric(f):
    f.argtypes, f.restype = [ctypes.c_uint32], ctypes.c_double
    return lambda c: struct.unpack("<Q", struct.pack("<d", f(c)))[0]


def full(f):
    f.argtypes, f.restype = [ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint32)], ctypes.c_int
    buf = (ctypes.c_uint32 * 3)()

    def call(c):
        v = 0
        for i in range(f(c, buf)):
            v = v << 21 | buf[i]
        return v
    return call


KINDS = [
    (predicate, "IsAlpha IsDecimalDigit IsDigit IsNumeric IsLowercase IsUppercase IsTitlecase IsWhitespace "
                "IsPrintable IsLinebreak IsXidStart IsXidContinue IsCased IsCaseIgnorable"),
    (simple, "ToLowercase ToUppercase ToTitlecase"),
    (digit, "ToDecimalDigit ToDigit"),
    (numeric, "ToNumeric"),
    (full, "ToLowerFull ToUpperFull ToTitleFull ToFoldedFull"),
]
for make, names in KINDS:
    for name in names.split():
        f = make(getattr(API, "_PyUnicode_" + name))
        h = 0xcbf29ce484222325
        for c in range(0x110000):
            h = (h ^ f(c)) * 0x100000001b3 & 0xffffffffffffffff
        print("%s\t%016x" % (name, h))
