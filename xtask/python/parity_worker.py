"""What one interpreter makes of source files, as text: `cargo xtask parity` runs this on the reference and on Krait and
compares.

usage: parity_worker.py ast|code|errors|tokens|pyc [FOLDER]     (the names of the files on standard input, one a line)

For each file a line `== FILE` and then:
  ast     the tree as ast.dump(tree, include_attributes=True) writes it, but with strings as ascii() writes them; without
          and with type comments
  code    every field of every code object for optimize=0, 1 and 2, and the symbol table; the first code object, or
          None for a file that has none, is marshalled into a file in FOLDER
  pyc     the code objects of those files, which the other side wrote
  errors  the error of compiling, or `ok`; in front, the warnings
  tokens  what `tokenize` makes of the file, and what the tokenizer inside makes of it, through the `parser` module

An error is `!! TYPE|message|line|offset|ascii(text)` wherever it occurs.
"""

import ast
import hashlib
import io
import marshal
import os
import sys
import tokenize
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../core/compile/examples"))
warnings.simplefilter("ignore")
import codedump
import parser

NAME = "<file>"


def node(value):
    if isinstance(value, ast.AST):
        fields = [(name, getattr(value, name)) for name in value._fields if hasattr(value, name)]
        fields += [(name, getattr(value, name)) for name in value._attributes if hasattr(value, name)]
        # As ast.dump does, leave out an optional field that is None.
        cls = type(value)
        shown = [(name, field) for name, field in fields if not (field is None and getattr(cls, name, ...) is None)]
        return "%s(%s)" % (cls.__name__, ", ".join("%s=%s" % (name, node(field)) for name, field in shown))
    if isinstance(value, list):
        return "[%s]" % ", ".join(map(node, value))
    return ascii(value)


def complaint(error):
    parts = [type(error).__name__]
    if isinstance(error, SyntaxError):
        parts += [ascii(error.msg), error.lineno, error.offset, ascii(error.text)]
    else:
        parts.append(ascii(str(error)))
    return "!! " + "|".join(map(str, parts))


def attempt(action, *args):
    """The result of an action that gives text, or the error."""
    try:
        return action(*args)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError, tokenize.TokenError, parser.ParserError) as error:
        return complaint(error)


def tree(data, flags):
    return node(compile(data, NAME, "exec", ast.PyCF_ONLY_AST | flags, True))


def trees(path, data):
    yield attempt(tree, data, 0)
    yield attempt(tree, data, ast.PyCF_TYPE_COMMENTS)


def dumped(code):
    out = []
    codedump.dump(code, out)
    return "\n".join(out)


def compiled(data, level):
    return dumped(compile(data, NAME, "exec", 0, True, level))


def pyc(folder, path):
    return os.path.join(folder, hashlib.sha1(path.encode()).hexdigest() + ".pyc")


def code(path, data, folder):
    for level in 0, 1, 2:
        yield attempt(compiled, data, level)
    yield attempt(codedump.symbols, data, NAME)
    with open(pyc(folder, path), "wb") as file:
        try:
            marshal.dump(compile(data, NAME, "exec", 0, True, 0), file)
        except (SyntaxError, ValueError):
            marshal.dump(None, file)


def reread(path, data, folder):
    with open(pyc(folder, path), "rb") as file:
        made = marshal.load(file)
    yield dumped(made) if made else "none"


def errors(path, data):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            compile(data, NAME, "exec", 0, True)
            result = "ok"
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
            result = complaint(error)
    for warning in seen:
        yield "%s %s %d" % (warning.category.__name__, ascii(str(warning.message)), warning.lineno)
    yield result


def terminals(item):
    """The leaves of a syntax tree of the `parser` module: type, text, line, column."""
    pending = [item]
    while pending:
        item = pending.pop()
        if isinstance(item[1], str):
            yield "%d %s %s" % (item[0], ascii(item[1]), item[2:])
        else:
            pending.extend(reversed([part for part in item[1:] if isinstance(part, tuple)]))


def inside(data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = parser.suite(tokenize_decode(data))
    return "\n".join(terminals(parsed.totuple(line_info=True, col_info=True)))


def tokenize_decode(data):
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return io.TextIOWrapper(io.BytesIO(data), encoding).read()


def tokens(path, data):
    try:
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            yield "%d %d %s %s %s %s" % (token.type, token.exact_type, ascii(token.string), token.start, token.end, ascii(token.line))
    except (SyntaxError, ValueError, tokenize.TokenError) as error:
        yield complaint(error)
    yield attempt(inside, data)


def main():
    sys.setrecursionlimit(20000)
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    what, *folder = sys.argv[1:]
    describe = {"ast": trees, "code": code, "pyc": reread, "errors": errors, "tokens": tokens}[what]
    for path in sys.stdin.read().splitlines():
        with open(path, "rb") as file:
            data = file.read()
        print("==", path)
        for part in describe(path, data, *folder):
            print(part)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
