import functools, subprocess, sys
import exceptions_client as c

thrower = c.Thrower()


def nested(depth):
    return c.throwing('nested') if depth == 0 else nested(depth - 1)


def generator():
    yield 1
    c.throwing('generator')


class Manager:
    def __enter__(self): return self
    def __exit__(self, *error): print('exit', error)
    def __del__(self): print('del')


def block():
    with Manager():
        try:
            c.throwing('block')
        finally:
            print('the block ends')


class Python:
    def __init__(self): c.throwing('__init__')
    def __getitem__(self, key): return c.throwing('__getitem__')
    @property
    def attribute(self): return c.throwing('property')


python = object.__new__(Python)
# Each way leads through other frames of the library: none of them stops the exception.
WAYS = [
    lambda: c.throwing('function'),
    functools.partial(c.throwing, 'partial'),
    lambda: nested(20),
    lambda: list(generator()),
    lambda: [x for x in generator()],
    lambda: sorted([3, 1, 2], key=lambda x: c.throwing('key')),
    lambda: list(map(c.throwing, ['map'])),
    lambda: block(),
    lambda: Python(),
    lambda: python[1],
    lambda: python.attribute,
    lambda: repr([thrower]),
    lambda: f'{thrower!r}',
    lambda: 1 + thrower,
    lambda: sum([1, thrower]),
    lambda: {thrower: 1},
    lambda: next(thrower),
    lambda: [x for x in thrower],
    lambda: thrower(),
    lambda: thrower.name,
    lambda: getattr(thrower, 'name', None),
    lambda: exec('c.throwing("exec")', globals()),
    lambda: __import__('thrown_in_import'),
    lambda: (print(c.catching(lambda: c.throwing('inner'))), c.throwing('outer')),
    lambda: 'nothing thrown',
]


def after(way):
    """A called function goes on behind the C++ frame, and so does its caller."""
    text = c.catching(way)
    return [text, *(x * x for x in range(3))]


class Importer:
    find_spec = staticmethod(lambda name, *_: c.throwing('import') if name == 'thrown_in_import' else None)


if sys.argv[1:]:
    nested(2)
sys.meta_path.insert(0, Importer)
for number, way in enumerate(WAYS):
    print(number, c.catching(way), after(way), flush=True)
try:
    after(WAYS[2]), 1 / 0
except ZeroDivisionError as error:
    print(error, error.__traceback__.tb_next)
ended = subprocess.run([sys.executable, __file__, 'uncaught'], stderr=subprocess.PIPE, text=True)
print(ended.returncode, ended.stderr)
