"""Prints the hashes that `unicodedata_db/mod.rs` compares with; run with CPython 3.9:

    python3.9 core/object/tools/unicodedata_hashes.py >core/modules/src/unicodedata_db/hashes.tsv
"""
import struct
import unicodedata


def default(name):
    return lambda db, s: str(getattr(db, name)(s, ""))


def plain(name):
    return lambda db, s: str(getattr(db, name)(s))


def numeric(db, s):
    v = db.numeric(s, None)
    return "" if v is None else str(struct.unpack("<Q", struct.pack("<d", v))[0])


def form(name):
    return lambda db, s: "".join("%x " % ord(c) for c in db.normalize(name, s))


FUNCTIONS = [(n, plain(n)) for n in ("category", "bidirectional", "combining", "mirrored", "east_asian_width")]
FUNCTIONS += [(n, default(n)) for n in ("decimal", "digit")]
FUNCTIONS += [("numeric", numeric), ("decomposition", plain("decomposition")), ("name", default("name"))]
FUNCTIONS += [(n, form(n)) for n in ("NFC", "NFD", "NFKC", "NFKD")]

for version, db in (("current", unicodedata), ("old", unicodedata.ucd_3_2_0)):
    for name, f in FUNCTIONS:
        h = 0xcbf29ce484222325
        for c in range(0x110000):
            for b in f(db, chr(c)).encode() + b";":
                h = (h ^ b) * 0x100000001b3 & 0xffffffffffffffff
        print("%s\t%s\t%016x" % (version, name, h))
