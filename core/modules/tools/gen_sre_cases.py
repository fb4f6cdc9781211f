"""Writes regular-expression code arrays and their matches as the reference finds them:

    python3.9 core/modules/tools/gen_sre_cases.py [--fuzz SEED COUNT] >cases.tsv

A `pattern` row has the source, the number of groups and the code in base 36; the rows after it have a mode, the
region, the text and the spans found. Without arguments it makes the committed table.
"""
import random
import re
import signal
import sre_compile
import sre_parse
import sys
import warnings

warnings.simplefilter("ignore")

FIXED = r"""
abc|(?i)abc|a.c|(?s)a.c|a*b|a+?b|a??b|(a)(b)(c)|(a|ab)(c|bcd)(d*)|(?:a|b)*c|(?:(a)|b)*|(?:(a)|(b))*?c|(?:(a)*?b)*
(?P<x>a+)(?P=x)|(a)?(?(1)b|c)|(a)?(?(1)b)|(?=a)ab|(?!a)b|(?<=a)b|(?<!a)b|(?!(a)b)a|(?=(a+))a|(?<=(a))b|^a|a$|(?m)^a$|\ba\b|\Ba\B
[a-c]+|[^a-c]+|[\w-]+|\d+\.\d*|\s+|(?i)[a-z]+é|(?i)ß|(?i)ſ|(?ia)k+|(?i)K|(?i)(é)\1|(?a)\w+|[\u0100-\uffff]+|[^\u0400-\u04ff]|(?i)[\u0400-\u042f]+
(?:a{2,3}b?){2}|(?:ab?){1,2}?c|(?:){3}a|(?:a*)*b|(?:a*)+|(?:a|)*b|(a*)*|(a*)+?b|((a)|b)*\1|(?:(?:a|b)*c)*d|aab|abab|aaaa|ababac|x*|x*?$
\Aa\Z|(?m)$|(?:)|(a(b(c)?)?)+|((?:a|(b))+)c|([ab])*?\1c|(?:a(?=b)|b)*|(?:(?!b)[ab]|c)*|(?:(?<=a)b|a)+|(a)|b(?(1)c|d)|.*?,(.*)|(\w+)\s(\w+)
(?i)[\U00010400-\U0001044f]+|[\U0001f600-\U0001f64f]|(?i:a)B|(?-i:a)b|(?s:.)a|(?i)[^k]|(?:ab|a)(?:c|bcd)*?$|(a{0,2})(a{0,2}?)\2|.{2,4}?b|(?:.{2}|a)*|((?:c|x*))+?(?(1)b|)c|(?<!(a){2}?)\1|(?i)(?:k|\w+)b|^(a|b)*|(?:a+|b)+?c|[ab]*?c|(?m)^a.
""".replace("\n", "|").strip("|")


def split_patterns(text):
    # Alternation inside groups must stay together: cut at bars outside parentheses and brackets only.
    out, depth, start, i = [], 0, 0, 0
    while i < len(text):
        c = text[i]
        if c == "\\":
            i += 1
        elif c in "([":
            depth += 1
        elif c in ")]":
            depth -= 1
        elif c == "|" and depth == 0:
            out.append(text[start:i])
            start = i + 1
        i += 1
    return out + [text[start:]]


def some_pattern(depth=0):
    kind = random.randrange(16 if depth < 4 else 6)
    if kind < 3:
        return random.choice("aabbc") if random.random() < .9 else random.choice(["A", "é", "\u0416", "k", "\U00010400", " "])
    if kind == 3:
        return random.choice([".", r"\w", r"\d", r"\s", r"\W", r"\b", "^", "$", r"\B", r"\S"])
    if kind == 4:
        return random.choice(["[ab]", "[^a]", "[a-c]", "[^b-c]", r"[\wé]", "[ab\u0416]", "[\u0400-\u04ff]", r"[^\d]", "[A-C]", "[abk-n\u0101-\u0110\u0120]"])
    if kind == 5:
        return random.choice([r"\1", r"\2", "(?=a)", "(?!b)", "(?<=a)", "(?<!b)", "a", "b"])
    sub = lambda: some_pattern(depth + 1)
    if kind in (6, 7):
        return sub() + sub()
    if kind == 8:
        return "(?:%s|%s)" % (sub(), sub())
    if kind == 9:
        return "(%s)" % sub()
    if kind == 10:
        return "(%s|%s)" % (sub(), sub())
    if kind in (11, 12):
        inner = random.choice(["(?:%s)", "(%s)", "%s"]) % sub()
        return inner + random.choice(["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}", "{1,}?", "{2,3}?"])
    if kind == 13:
        return random.choice(["(?=%s)", "(?!%s)", "(?<=%s)", "(?<!%s)", "(?i:%s)"]) % sub()
    if kind == 14:
        return "(?(1)%s|%s)" % (sub(), sub())
    return sub() + sub() + sub()


def some_text():
    letters = random.choice(["ab", "abc", "aab", "abcABC", "ab \n", "abé\u0416\u0436kK\u212a", "ab\U00010400\U00010428", "a1_ b-"])
    return "".join(random.choice(letters) for _ in range(random.randrange(0, random.choice([4, 8, 14]))))


def base36(n):
    out = ""
    while n or not out:
        out = "0123456789abcdefghijklmnopqrstuvwxyz"[n % 36] + out
        n //= 36
    return out


def escaped(s):
    return s.encode("unicode_escape").decode()


def rows(pattern, flags, texts):
    try:
        compiled = re.compile(pattern, flags)
    except RuntimeError as e:
        # The reference's checker refuses a few patterns that its compiler produces.
        print(e, repr(pattern), file=sys.stderr)
        return
    except (re.error, OverflowError):
        return
    parsed = sre_parse.parse(pattern, flags)
    code = sre_compile._code(parsed, flags)
    out = []
    for text in texts:
        mode = random.choice(["match", "search", "search", "fullmatch"])
        start, end = 0, len(text)
        if random.random() < .15:
            start, end = random.randrange(0, len(text) + 2), random.randrange(0, len(text) + 2)
        signal.setitimer(signal.ITIMER_REAL, 1.0)
        try:
            m = getattr(compiled, mode)(text, start, end)
        except TimeoutError:
            continue
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if m is None:
            found = "none"
        else:
            spans = ["-" if s < 0 else "%d-%d" % (s, e) for s, e in m.regs[1:]]
            found = " ".join(["%d-%d" % m.span()] + spans + ["/%s" % (m.lastindex or "")])
        out.append("\t".join([mode, str(start), str(end), escaped(text), found]))
    if out:
        print("\t".join(["pattern", escaped(pattern), str(compiled.groups), " ".join(map(base36, code))]))
        print("\n".join(out))


def on_alarm(*args):
    raise TimeoutError


signal.signal(signal.SIGALRM, on_alarm)
FLAGS = [0, 0, 0, 0, re.I, re.S, re.M, re.A, re.I | re.A]
if "--fuzz" in sys.argv:
    random.seed(int(sys.argv[2]))
    for _ in range(int(sys.argv[3])):
        rows(some_pattern(), random.choice(FLAGS), [some_text() for _ in range(6)])
else:
    random.seed(3920)
    for pattern in split_patterns(FIXED):
        texts = [some_text() for _ in range(7)] + ["abcd", "aababac", "c", "aaaab", "xaxbab", "A\u212a\u017f k\xdf\xc9", "12.5 3. a_b", "\u0416\u0436a"]
        rows(pattern, 0, texts)
    for _ in range(420):
        rows(some_pattern(), random.choice(FLAGS), [some_text() for _ in range(3)])
