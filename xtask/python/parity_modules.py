"""What the built-in modules look like from outside, as text to compare between two interpreters.

usage: parity_modules.py [NAME...]

Dumps the modules of sys.builtin_module_names, or those named, and every type that can be reached from them or from
`object` and that was not made by a class statement. Each line is `PATH <tab> PROPERTY <tab> VALUE`: the attributes of
modules; of types what `type` tells, every entry of their `__dict__`, and which slots are filled; of functions and
descriptors also what C code sees in their tables (read with ctypes), and how they turn away wrong arguments.
"""

import contextvars
import csv
import ctypes
import datetime
import functools
import importlib
import inspect
import io
import itertools
import operator
import os
import re
import select
import struct
import sys
import types
import unicodedata
import weakref
import zlib
from xml.etree import ElementTree

import _blake2
import _codecs
import _collections
import _md5
import _pickle
import _sha1
import _sha256
import _sha3
import _sha512
import _socket
import _string
import _xxsubinterpreters
import array
import pyexpat
import xxsubtype

# The slots of PyTypeObject that are functions or tables, with the offsets that the ABI fixes.
# Left out are those that say how instances are allocated, traversed and freed.
SLOTS = {
    64: "getattr", 72: "setattr", 88: "repr", 120: "hash", 128: "call", 136: "str", 144: "getattro", 152: "setattro",
    200: "richcompare", 216: "iter", 224: "iternext", 272: "descr_get", 280: "descr_set", 296: "init", 312: "new",
    376: "del", 392: "finalize",
}
TABLES = {
    80: ("async", "await aiter anext"),
    96: ("number", "add subtract multiply remainder divmod power negative positive absolute bool invert lshift rshift "
         "and xor or int reserved float inplace_add inplace_subtract inplace_multiply inplace_remainder inplace_power "
         "inplace_lshift inplace_rshift inplace_and inplace_xor inplace_or floor_divide true_divide "
         "inplace_floor_divide inplace_true_divide index matrix_multiply inplace_matrix_multiply"),
    104: ("sequence", "length concat repeat item was_slice ass_item was_ass_slice contains inplace_concat "
          "inplace_repeat"),
    112: ("mapping", "length subscript ass_subscript"),
    160: ("buffer", "get release"),
}
# Exported functions whose addresses binaries compare with slots.
KNOWN_FUNCTIONS = (
    "PyObject_GenericGetAttr", "PyObject_GenericSetAttr", "PyObject_SelfIter", "PyObject_HashNotImplemented",
    "_PyObject_NextNotImplemented", "_Py_HashPointer",
)
SURPLUS = tuple(object() for _ in range(20))
VALID_VERSION_TAG = 1 << 19  # Comes and goes with the method cache.
HEAPTYPE = 1 << 9

# Instances of types that cannot be called without arguments, or that are made ready only when something needs them.
EVOCATIONS = """
iter([]), reversed([]), iter({}), iter({}.keys()), iter({}.values()), iter({}.items()), reversed({}), iter(set()),
iter(()), iter(''), iter(b''), iter(bytearray()), iter(range(1)), iter(range(2**70)), iter(memoryview(b'a')),
iter(lambda: 0, 0), enumerate([]), zip(), map(len, []), filter(None, []), slice(0), (0 for _ in ()), type.__dict__,
type.__or__ if hasattr(type, '__or__') else None, list[int], object().__str__, [].append, property(), ''.__class__,
type.__call__, type.mro, type.__dict__['__module__'], type.__dict__['__flags__'], dict.__dict__['fromkeys'],
"".join, sys.flags, sys.version_info, sys.thread_info, sys.float_info, sys.hash_info, sys.int_info, sys.implementation,
compile('0', '', 'eval'), sys._getframe(), types.SimpleNamespace(), type((lambda x: lambda: x)(0).__closure__[0]),
iter(array.array("b")), functools.cmp_to_key(len), _string.formatter_parser(""),
_string.formatter_field_name_split("")[1], (lambda: (yield))(), asynchronous().asend(0), asynchronous().athrow(0),
_xxsubinterpreters.get_current(), array.array("b"), _collections.deque(), contextvars.ContextVar("v"),
contextvars.copy_context(), csv.reader([]), csv.writer(io.StringIO()), csv.get_dialect("excel"),
datetime.date(1, 1, 1), datetime.datetime(1, 1, 1), datetime.time(), datetime.timedelta(), datetime.timezone.utc,
datetime.date(1, 1, 1).isocalendar(), functools.partial(len), functools.lru_cache(len), functools.lru_cache()(len),
_md5.md5(), _sha1.sha1(), _sha256.sha256(), _sha512.sha512(), _sha3.sha3_224(), _sha3.shake_128(),
_blake2.blake2b(), _blake2.blake2s(), io.BufferedReader(io.BytesIO()), io.BufferedWriter(io.BytesIO()),
io.BufferedRandom(io.BytesIO()), io.BufferedRWPair(io.BytesIO(), io.BytesIO()), io.TextIOWrapper(io.BytesIO()),
io.FileIO(0, closefd=False), io.IncrementalNewlineDecoder(None, True), io.StringIO(), io.BytesIO(),
itertools.accumulate([]), itertools.combinations([], 1), itertools.combinations_with_replacement([], 1),
itertools.compress([], []), itertools.cycle([]), itertools.dropwhile(len, []), itertools.filterfalse(len, []),
itertools.groupby([]), itertools.islice([], 1), itertools.permutations([]), itertools.repeat(1), itertools.starmap(len, []),
itertools.takewhile(len, []), itertools.tee([])[0], memoryview(b"a"), operator.itemgetter(1), operator.attrgetter("a"),
operator.methodcaller("a"), os.scandir("/"), _pickle.Pickler(io.BytesIO()), _pickle.Unpickler(io.BytesIO()),
pyexpat.ParserCreate(), range(1), re.compile("a"), re.match("a", "a"), re.compile("a").scanner("a"), select.poll(),
struct.Struct("i"), struct.iter_unpack("b", b"a"), super(int, 1), types.GenericAlias(list, int), types.MappingProxyType({}), weakref.ref(len), weakref.proxy(type),
zlib.compressobj(), zlib.decompressobj(), xxsubtype.spamlist(), xxsubtype.spamdict(), unicodedata.ucd_3_2_0,
staticmethod(len), classmethod(len), property(len), (lambda: 0), (lambda: 0).__code__, coroutine(), asynchronous(),
OSError(), StopIteration(), SyntaxError(), UnicodeDecodeError("a", b"", 0, 0, ""), UnicodeEncodeError("a", "", 0, 0, ""),
UnicodeTranslateError("", 0, 0, ""), ElementTree.Element("a"), ElementTree.TreeBuilder(), ElementTree.XMLParser(),
_codecs.charmap_build("".join(map(chr, range(256)))),
"""


async def asynchronous():
    yield


@types.coroutine
def coroutine():
    yield


known = {}
for name in KNOWN_FUNCTIONS:
    known[ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value] = name


def word(address):
    return ctypes.c_void_p.from_address(address).value or 0


def number(address):
    return ctypes.c_int.from_address(address).value


def convention(function, offset):
    """How C code calls a function; whether arguments come in a tuple or an array is nobody's business."""
    flags = number(word(id(function) + offset) + 16)
    names = {1 | 128: "arguments", 2: "keywords", 4: "no arguments", 8: "one argument", 16: "class", 32: "static",
             64: "coexist"}
    return " ".join(name for bits, name in names.items() if flags & bits)


def one_line(text):
    text = text.encode("ascii", "backslashreplace").decode()
    text = re.sub(r"0x[0-9a-f]{6,}", "0x..", text)
    return text.replace("\t", r"\t").replace("\n", r"\n")


def name_of(cls):
    module = type.__dict__["__module__"].__get__(cls)
    return "%s.%s" % (module, type.__dict__["__qualname__"].__get__(cls))


def attempt(function, *args):
    try:
        return function(*args)
    except BaseException as error:
        return "!%s: %s" % (type(error).__name__, error)


def documented(thing):
    return "doc" if attempt(getattr, thing, "__doc__") is not None else "no doc"


def signature(thing):
    text = attempt(getattr, thing, "__text_signature__")
    return "%r %s" % (text, attempt(lambda: str(inspect.signature(thing))))


def owner(thing):
    if isinstance(thing, types.ModuleType):
        return "module " + thing.__name__
    return "type " + name_of(thing) if isinstance(thing, type) else "a " + name_of(type(thing))


def refusal(function, *first):
    """How a function turns away a keyword that it cannot know, and more arguments than it can want."""
    if "breakpoint" in function.__name__:
        return "not called"  # It takes any.
    keyword = attempt(lambda: summary(function(*first, no_such_keyword=1)))
    return "%s, %s" % (keyword, attempt(lambda: summary(function(*first, *SURPLUS))))


def summary(value):
    return "gives %s" % (value if is_plain(value) else name_of(type(value)))


def function(thing):
    parts = [type(thing).__name__, thing.__name__, thing.__qualname__, str(thing.__module__)]
    parts += ["of " + owner(thing.__self__), signature(thing), documented(thing)]
    parts += ["reduces to %r" % (attempt(thing.__reduce__),)]
    parts.append("refuses: %s" % (refusal(thing),))
    return parts


def descriptor(thing):
    parts = [type(thing).__name__, thing.__name__, thing.__qualname__, "of " + name_of(thing.__objclass__)]
    table = word(id(thing) + 40)
    if isinstance(thing, (types.MethodDescriptorType, types.ClassMethodDescriptorType)):
        parts += [convention(thing, 40), signature(thing), documented(thing)]
    elif isinstance(thing, types.MemberDescriptorType):
        parts += ["kind %d, flags %d" % (number(table + 8), number(table + 24))]
        parts += [documented(thing)]
    elif isinstance(thing, types.GetSetDescriptorType):
        parts += ["readable" * bool(word(table + 8)), "writable" * bool(word(table + 16)), documented(thing)]
    else:
        parts += [signature(thing)]
    return parts


DESCRIPTORS = (
    types.MethodDescriptorType, types.ClassMethodDescriptorType, types.MemberDescriptorType,
    types.GetSetDescriptorType, types.WrapperDescriptorType,
)


def is_plain(value):
    if isinstance(value, (tuple, list, frozenset)) and type(value).__module__ in ("builtins", "sys", "time"):
        return all(map(is_plain, value))
    if type(value) is dict:
        return all(map(is_plain, value)) and all(map(is_plain, value.values()))
    return value is None or type(value) in (bool, int, float, complex, str, bytes, type(Ellipsis))


def shown(value):
    """One attribute of a module or type, in a line."""
    if isinstance(value, type):
        return "type %s" % name_of(value)
    if isinstance(value, types.BuiltinFunctionType):
        return "; ".join(function(value))
    if isinstance(value, DESCRIPTORS):
        return "; ".join(descriptor(value))
    if isinstance(value, (staticmethod, classmethod)):
        return "%s; %s" % (type(value).__name__, shown(value.__func__))
    if isinstance(value, types.ModuleType):
        return "module %s" % value.__name__
    if isinstance(value, types.FunctionType):
        return "Python function %s.%s%s" % (value.__module__, value.__qualname__, inspect.signature(value))
    if is_plain(value):
        if type(value) is dict:
            value = sorted(value.items(), key=repr)
        elif type(value) is frozenset:
            value = sorted(value, key=repr)
        return "%s %r" % (name_of(type(value)), value)
    return "a %s" % name_of(type(value))


def slots(cls):
    def filled(name, address):
        value = word(address)
        if not value:
            return None
        return name + "=" + known[value] if value in known else name

    found = [filled(name, id(cls) + offset) for offset, name in SLOTS.items()]
    for offset, (table, names) in TABLES.items():
        base = word(id(cls) + offset)
        if base:
            found.append("(%s)" % table)
            found += [filled(name, base + 8 * index) for index, name in enumerate(names.split())]
    return " ".join(filter(None, found))


def told(cls, name):
    return type.__dict__[name].__get__(cls)


def dump_type(cls, instance):
    path = name_of(cls)
    cls.__doc__  # Looking for an attribute makes a type ready.
    address = id(cls)

    def line(prop, value):
        print(path, prop, one_line(str(value)), sep="\t")

    line("tp_name", ctypes.string_at(word(address + 24)).decode())
    line("class", name_of(type(cls)))
    line("flags", "%#x" % (told(cls, "__flags__") & ~VALID_VERSION_TAG))
    line("size", "%d + n * %d" % (told(cls, "__basicsize__"), told(cls, "__itemsize__")))
    line("dictionary", bool(told(cls, "__dictoffset__")))
    line("weak references", bool(told(cls, "__weakrefoffset__")))
    line("vectorcall", bool(word(address + 56)))
    line("bases", [name_of(base) for base in cls.__bases__])
    line("base", name_of(cls.__base__) if cls.__base__ else None)
    line("mro", [name_of(base) for base in cls.__mro__])
    line("signature", signature(cls))
    line("doc", documented(cls))
    line("slots", slots(cls))
    entries = dict(cls.__dict__)
    entries.pop("__doc__", None)
    for name, value in entries.items():
        line("dict[%s]" % name, shown(value))
        if isinstance(value, types.MethodDescriptorType) and instance is not None:
            line("refusal[%s]" % name, refusal(value, instance))
        elif isinstance(value, types.ClassMethodDescriptorType):
            line("refusal[%s]" % name, refusal(value, cls))


def dump_module(module):
    path = module.__spec__.name
    for name, value in list(vars(module).items()):
        if name != "__doc__":
            print(path + "." + name, "value", one_line(shown(value)), sep="\t")
            if isinstance(value, types.BuiltinFunctionType):
                print(path + "." + name, "convention", convention(value, 16), sep="\t")
    spec = module.__spec__
    print(path, "spec", owner(spec.loader), spec.origin, spec.has_location, spec.cached, sep="\t")
    print(path, "doc", documented(module), sep="\t")


def reachable(roots):
    """All types that are subclasses of `object`, or attributes of modules and types, made in C."""
    found = {}
    waiting = list(roots)
    while waiting:
        cls = waiting.pop()
        if id(cls) in found:
            continue
        found[id(cls)] = cls
        waiting.append(type(cls))
        waiting += cls.__mro__
        waiting += type.__subclasses__(cls)
        waiting += [value for value in cls.__dict__.values() if isinstance(value, type)]
    return list(found.values())


def made_by_class_statement(cls):
    if not told(cls, "__flags__") & HEAPTYPE:
        return False
    module = sys.modules.get(told(cls, "__module__"))
    return module is None or module.__name__ not in (*sys.builtin_module_names, "types") or "__slots__" in cls.__dict__


def instance_of(cls, evoked):
    """An instance to call methods on, if one is easily had."""
    for instance in evoked:
        if type(instance) is cls:
            return instance
    # A socket would tell its number.
    instance = None if cls in (type, object, _socket.socket) else attempt(cls)
    return instance if type(instance) is cls else None


def main():
    names = sys.argv[1:] or [*sys.builtin_module_names, "types"]
    modules = [importlib.import_module(name) for name in names]
    evoked = eval("(%s)" % EVOCATIONS)
    roots = [object, *map(type, evoked)]
    for module in modules:
        if module is not types:
            dump_module(module)
        roots += [value for value in vars(module).values() if isinstance(value, type)]
    every = [cls for cls in reachable(roots) if not made_by_class_statement(cls)]
    for cls in sorted(every, key=name_of):
        if len(sys.argv) == 1 or told(cls, "__module__") in names:
            dump_type(cls, instance_of(cls, evoked))


main()
