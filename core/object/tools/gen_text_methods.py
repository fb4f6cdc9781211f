"""Cases for the tests of str, bytes and bytearray: calls with literal arguments, and what the reference makes of them.

Run with CPython 3.9 in core/object; writes src/types/testdata/text_methods.tsv.
"""
import itertools, random

random.seed(39)
TEXTS = ['', 'a', 'abc', 'aXbXc', 'a b  c ', ' \tab\n', 'Hello World', 'été ÀÉ', 'ǆ ǅß ﬁ', '中文中', '\u1234a\u1234', '😀b😀', '\U0001d400\u03a3',
         'ΑΣ ς', '1２٣', '½', 'x1_', '+12', '-é', 'line\r\nnext\x0bv\x1cw\u2028z', 'a\tb\té', "it's", 'q"\'', '\ud800x', '\xad\u200b', 'aaaa',
         '%s-%s', '{}', '\x00\x7f\x80']
BYTES = [b'', b'a', b'abc', b'aXbXc', b'a b  c ', b' \tab\n', b'Hello World', b'\xff\x00', b'+12', b'-9', b'l\r\nm\nn\rx', b'a\tb\tc', b"it's", b'q"\'', b'aaaa', b'a1']
out = []

def show(x):
    return ascii(x)

def case(recv, name, *args, **kw):
    before = show(recv)
    shown = show(args), show(kw)
    try:
        result = getattr(recv, name)(*args, **kw)
        if isinstance(recv, bytearray) and result is None:
            result = recv
        outcome = '= ' + show(result)
    except Exception as e:
        outcome = '! %s: %s' % (type(e).__name__, ascii(str(e))[1:-1])
    if '0x7f' in outcome or 'object at' in outcome:
        return
    out.append('\t'.join((before, name) + shown + (outcome,)))

NOARGS = 'capitalize casefold title lower upper swapcase isascii islower isupper istitle isspace isdecimal isdigit isnumeric isalpha isalnum isidentifier isprintable __len__ __repr__ __str__ __getnewargs__ __sizeof__ splitlines split rsplit strip lstrip rstrip expandtabs'.split()
for t in TEXTS:
    for n in NOARGS:
        case(t, n)
BNOARGS = [n for n in NOARGS if hasattr(bytes, n) and n not in ('__sizeof__', '__str__')]
for b in BYTES:
    for n in BNOARGS:
        case(b, n)
        if n != '__getnewargs__': case(bytearray(b), n)

PARTS = ['', 'a', 'b', 'X', 'bX', ' ', '\u1234', '中', '😀', 'é', 'aa', 'zz']
BPARTS = [b'', b'a', b'b', b'X', b'bX', b' ', b'aa', b'zz', bytearray(b'a')]
def rnd_index(): return random.choice([0, 1, 2, 3, 5, -1, -2, -9, 9, None])
for _ in range(300):
    t = random.choice(TEXTS); p = random.choice(PARTS); q = random.choice(PARTS)
    n = random.choice('find rfind index rindex count startswith endswith'.split())
    k = random.randrange(4)
    case(t, n, p, *[rnd_index() for _ in range(min(k, 2))])
    case(t, random.choice(['split', 'rsplit']), p or None, random.choice([-1, 0, 1, 2]))
    case(t, random.choice(['partition', 'rpartition', 'removeprefix', 'removesuffix', '__contains__', '__add__', 'strip', 'lstrip', 'rstrip']), p)
    case(t, 'replace', p, q, random.choice([-1, 0, 1, 2]))
    b = random.choice(BYTES); p = random.choice(BPARTS); q = random.choice(BPARTS)
    b = random.choice([bytes, bytearray])(b)
    case(b, n, random.choice([p, p, 97]) if n not in ('startswith', 'endswith') else p, *[rnd_index() for _ in range(min(k, 2))])
    case(b, random.choice(['split', 'rsplit']), p or None, random.choice([-1, 0, 1, 2]))
    case(b, random.choice(['partition', 'rpartition', 'removeprefix', 'removesuffix', '__contains__', '__add__', 'strip', 'lstrip', 'rstrip']), p)
    case(b, 'replace', p, q, random.choice([-1, 0, 1, 2]))
for t in TEXTS + BYTES:
    f = '*' if isinstance(t, str) else b'*'
    for n in ('center', 'ljust', 'rjust'):
        case(t, n, 7); case(t, n, random.randrange(12), f)
    case(t, 'zfill', 6); case(t, 'expandtabs', 3); case(t, 'splitlines', True); case(t, '__mul__', 3); case(t, '__mul__', -1)
    for k in (0, -1, 2, 40, slice(1, None), slice(None, None, 2), slice(None, None, -1), slice(3, 1), slice(-3, None)):
        case(t, '__getitem__', k)
for t in ('a', 'é', '\u1234', '😀'):
    case(t, 'center', 5, '\u1234'); case(t, 'rjust', 4, '😀'); case(t, 'ljust', 4, 'é')
case('abc', 'center', 6, 'xy'); case('abc', 'center', 6, 1); case(b'abc', 'center', 6, b'xy'); case(b'abc', 'ljust', 'x')
for a, b in itertools.product(TEXTS[:14], repeat=2):
    for n in ('__eq__', '__lt__', '__ge__'):
        if random.random() < .3: case(a, n, b)
for a, b in itertools.product(BYTES[:8], repeat=2):
    for n in ('__eq__', '__lt__', '__ge__'):
        if random.random() < .3: case(a, n, b); case(bytearray(a), n, b)
case('a', '__eq__', 1); case(b'a', '__eq__', 'a'); case(b'a', '__lt__', 'a')
for items in ([], ['a'], ['a', 'é', '\u1234'], ['', ''], ('x', 'y'), 'abc', [1], ['a', b'b'], {'k': 1}):
    for s in ('', ',', '\u1234'):
        case(s, 'join', items)
for items in ([], [b'a'], [b'a', bytearray(b'b')], [b'', b''], [1], ['a'], b'ab'):
    for s in (b'', b', ', bytearray(b'-')):
        case(s, 'join', items)
case('a', 'join', 1)
for table in ({97: 'bcd'}, {97: None}, {97: 98}, {'a': 1}, {97: -1}, {97: 1.5}, {97: 0x110000}, {0x1234: 'x', 97: '\u1234'}, 'xyz', [], {97: 1 << 70}):
    for t in ('abca', 'a\u1234', ''):
        case(t, 'translate', table)
case('', 'maketrans', 'ab', 'cd', 'e'); case('', 'maketrans', {'a': 1, 2: 'x'}); case('', 'maketrans', {'ab': 1}); case('', 'maketrans', 'a', 'bc'); case('', 'maketrans', {1.5: 1}); case('', 'maketrans', [])
for table in (None, bytes(range(255, -1, -1)), b'x', 1):
    for d in (b'', b'a', 1):
        case(b'abca', 'translate', table, d)
case(b'abca', 'translate', None, delete=b'b'); case(b'a', 'maketrans', b'a', b'bc')
for e in ('utf-8', 'UTF8', 'latin-1', 'ascii', 'us_ascii', 'iso-8859-1', 'utf-16', 'utf_32'):
    for t in ('abc', 'é', '\u1234', '😀', '\ud800'):
        for h in ('strict', 'ignore', 'replace', 'backslashreplace', 'xmlcharrefreplace', 'surrogateescape', 'surrogatepass'):
            case(t, 'encode', e, h)
for e in ('utf-8', 'latin-1', 'ascii', 'utf-16', 'utf-32'):
    for b in (b'abc', b'\xc3\xa9', b'\xff', b'a\xe4\xb8', b'\xed\xa0\x80', b'\xff\xfea\x00', b'\x00\xd8a\x00', b'\xf0\x9f\x98\x80'):
        for h in ('strict', 'ignore', 'replace', 'backslashreplace', 'surrogateescape', 'surrogatepass'):
            case(b, 'decode', e, h)
case('a', 'encode', 1); case('a', 'encode', 'utf8', errors=1); case('a', 'encode', foo=1); case(b'a', 'decode', 'utf8', 'x', 'y')
for m in ['find', 'count', 'index', 'startswith', 'replace', 'join', 'split', 'center', 'zfill', 'expandtabs', 'splitlines', 'partition', 'strip', 'removeprefix', '__format__', 'isalpha', 'hex', 'decode', 'translate']:
    for recv in ('abc', b'abc', bytearray(b'abc')):
        if not hasattr(recv, m) or m == '__format__' and recv != 'abc': continue
        for a in ((), (1,), ('a', 'b', 'c', 'd'), ('a', 'b', 'c'), (None,), (1.5,), ('a', 1.5), (b'a',), (b'a', b'b', b'c')):
            case(recv, m, *a)
        case(recv, m, x=1)
FLAGS = ['', '-', '+', ' ', '#', '0', '+0', '-#', '#0', ' 0']
for _ in range(500):
    spec = '%' + random.choice(FLAGS) + random.choice(['', '', '5', '10', '1']) + random.choice(['', '', '.0', '.2', '.7', '.'])
    kind = random.choice('diouxXeEfFgGcrsa%')
    v = random.choice([0, 1, -1, 255, -255, 10**20, -10**20, 3.5, -2.5, 1e100, 1e-5, True, 'x', 'é\u1234', None, (1,), b'a'])
    case(spec + kind + '|', '__mod__', (v,))
    v2 = random.choice([0, 1, -1, 255, 10**20, 3.5, -2.5, 1e100, 65, b'x', bytearray(b'yz'), None, 'a'])
    kind = random.choice('diouxXeEfFgGcrsab%')
    case((spec + kind + '|').encode(), '__mod__', (v2,))
for f, a in [('%(a)s %(b)5d', {'a': 1, 'b': 2}), ('%(a', {'a': 1}), ('%s', ()), ('%s %s', (1,)), ('%s', (1, 2)), ('', 1), ('', {}), ('%%', ()), ('%*d', (5, 3)), ('%-*d|', (5, 3)), ('%*d|', (-5, 3)), ('%.*f', (2, 3.14159)), ('%.*f', (-2, 2.5)), ('%*d', ('a', 1)), ('%z', 1), ('%', 1), ('%5', 1), ('%(a)s', 1), ('%d', 'x'), ('%x', 3.5), ('%f', 'x'), ('%c', 'ab'), ('%c', -1), ('%c', 0x110000), ('%ld %hd %Li', (1, 2, 3)), ('%é', 1), ('%\u1234s', 1), ('%99999999999999999999d', 1), ('%.99999999999999999999d', 1), ('\u1234%s😀', ('é',))]:
    case(f, '__mod__', a)
for f, a, k in [('{}', (1,), {}), ('{0}{1}{0}', (1, 'é'), {}), ('{a}{b!r:>5}', (), {'a': 1, 'b': 'x'}), ('{:>{w}}', ('a',), {'w': 5}), ('{!s:^7}|', ('ab',), {}), ('{{}}', (), {}), ('{', (), {}), ('}', (), {}), ('{0', (1,), {}), ('{0!}', (1,), {}), ('{0!x}', (1,), {}), ('{0!rs}', (1,), {}), ('{0:{', (1,), {}), ('{a.b}', (), {'a': 1}), ('{0[0]}', ([5],), {}), ('{0[x]}', ({'x': 7},), {}), ('{0[0][1]}', ([[1, 2]],), {}), ('{0[', (1,), {}), ('{0[]}', (1,), {}), ('{0.}', (1,), {}), ('{0[1]x}', ([1, 2],), {}), ('{}{0}', (1,), {}), ('{0}{}', (1,), {}), ('{5}', (1,), {}), ('{x}', (), {}), ('{:{:{}}}', (1, 2, 3), {}), ('{:d}', ('a',), {}), ('{:5.2}|', ('abc',), {}), ('{:é<5}', ('a',), {}), ('{:=5}', ('a',), {}), ('{:+}', ('a',), {}), ('{:,}', (1234567,), {}), ('{:_x}', (123456789,), {}), ('{:e}', (1.5,), {}), ('{:.3f}{:>8}', (2.0, True), {}), ('a{b', (), {'b': 1}), ('{99999999999999999999}', (), {}), ('{0.real}', (3,), {}), ('{!a}', ('é',), {}), ('\u1234{}', ('x',), {}), ('{a!', (), {'a': 1}), ('{a!r', (), {'a': 1}), ('{a:', (), {'a': 1}), ('{a:}}', (), {'a': 1}), ('{a{b}', (), {'a': 1})]:
    case(f, 'format', *a, **k)
case('{a}{b}', 'format_map', {'a': 1, 'b': 2}); case('{}', 'format_map', {'a': 1}); case('{a}', 'format_map', {})
for s in ['', '5', '>5', '^6', '*<6', '.2', '10.1', '05', 's', 'd', '+', '#', '=5', ',', '😀^7', '99999999999999999999', '5x', ' 5']:
    case('abc', '__format__', s); case('é\u1234', '__format__', s)
for b in (b'abcde', bytearray(b'\x00\xff'), b''):
    for a in ((), (':',), ('-', 2), ('-', -2), (b'.', 3), ('--',), ('é',), ('\u1234',), (1,), (':', 0)):
        case(b, 'hex', *a)
for t in ('ab cd', '', ' a b', 'abc', 'zz', 'a\u1234', 'ab\ncd '):
    case(b'', 'fromhex', t); case(bytearray(), 'fromhex', t)
for n, *a in [('append', 65), ('append', 256), ('append', 'x'), ('extend', b'xy'), ('extend', [1, 2]), ('extend', 'x'), ('extend', 1), ('extend', [256]), ('insert', 1, 65), ('insert', -9, 65), ('insert', 99, 65), ('insert', 'x', 1), ('pop',), ('pop', 0), ('pop', 9), ('remove', 98), ('remove', 120), ('reverse',), ('clear',), ('copy',), ('__delitem__', 0), ('__delitem__', 9), ('__delitem__', slice(0, 2)), ('__delitem__', slice(None, None, 2)), ('__delitem__', slice(None, None, -2)), ('__setitem__', 0, 65), ('__setitem__', 0, 256), ('__setitem__', 9, 1), ('__setitem__', slice(1, 2), b'XYZ'), ('__setitem__', slice(1, 4), b''), ('__setitem__', slice(0, 3), [1, 2]), ('__setitem__', slice(None, None, 2), b'12'), ('__setitem__', slice(None, None, 2), b'123'), ('__setitem__', slice(0, 1), 5), ('__setitem__', slice(0, 1), 'a'), ('__iadd__', b'q'), ('__iadd__', 'q'), ('__imul__', 2), ('__imul__', 0), ('__reduce__',), ('__reduce_ex__', 3), ('__alloc__',), ('__setitem__', 'x', 1), ('__getitem__', 'x')]:
    for b in (b'abcde', b'', b'ab'):
        case(bytearray(b), n, *a)
seen = dict.fromkeys(out)
with open('src/types/testdata/text_methods.tsv', 'w') as f:
    f.write('\n'.join(seen) + '\n')
print(len(seen), 'cases')
