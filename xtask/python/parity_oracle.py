"""What the reference makes of source files, as text to compare with what our own crates make of them.

usage: parity_oracle.py ast|code|errors|tokens FILE...

For each file a line `=== FILE` and then:
  ast     the tree as ast.dump(tree, include_attributes=True) writes it, but with strings as ascii() writes them
  tokens  one line each: exact type, ascii(text), start and end as line:column; comments and blank lines left out
  code    every code object, outer before inner (see `code`)
  errors  `ok`, or the error
Where the file does not compile, the output is the one line `!! TYPE|message|line|offset` (with `|ascii(text)` for ast).
"""

import ast
import io
import sys
import tokenize
import warnings


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


def constant(value):
    if isinstance(value, tuple):
        return "(%s)" % ", ".join(map(constant, value))
    if isinstance(value, frozenset):
        return "frozenset(%s)" % ", ".join(sorted(map(constant, value)))
    if isinstance(value, float):
        return "float " + value.hex()
    if isinstance(value, complex):
        return "complex %s %s" % (value.real.hex(), value.imag.hex())
    if hasattr(value, "co_code"):
        return "code " + ascii(value.co_name)
    return ascii(value)


def code(c, out):
    """`code NAME`, then indented: counts, flags, line; names; byte code; line table; constants. Inner code follows."""
    out.append("code " + ascii(c.co_name))
    out.append("  args %d %d %d locals %d stack %d flags %#x line %d" % (
        c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_nlocals, c.co_stacksize, c.co_flags, c.co_firstlineno))
    for name in ("names", "varnames", "freevars", "cellvars"):
        out.append("  %s %s" % (name, " ".join(map(ascii, getattr(c, "co_" + name)))))
    out.append("  code " + c.co_code.hex())
    out.append("  lnotab " + c.co_lnotab.hex())
    for value in c.co_consts:
        out.append("  const " + constant(value))
    for value in c.co_consts:
        if hasattr(value, "co_code"):
            code(value, out)


def tokens(data):
    skipped = (tokenize.COMMENT, tokenize.NL, tokenize.ENCODING)
    for token in tokenize.tokenize(io.BytesIO(data).readline):
        if token.type not in skipped:
            yield "%s %s %d:%d %d:%d" % (tokenize.tok_name[token.exact_type], ascii(token.string), *token.start, *token.end)


def describe(what, path):
    with open(path, "rb") as file:
        data = file.read()
    try:
        if what == "ast":
            return node(compile(data, path, "exec", ast.PyCF_ONLY_AST, True))
        if what == "tokens":
            return "\n".join(tokens(data))
        compiled = compile(data, path, "exec", 0, True)
        if what == "errors":
            return "ok"
        out = []
        code(compiled, out)
        return "\n".join(out)
    except SyntaxError as error:
        parts = [type(error).__name__, error.msg, error.lineno, error.offset]
        if what == "ast":
            parts.append(ascii(error.text))
        return "!! " + "|".join(map(str, parts)).replace("\n", "\\n")
    except (ValueError, RecursionError, MemoryError, OverflowError, tokenize.TokenError) as error:
        return "!! %s|%s" % (type(error).__name__, error)


def main():
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(5000)
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    what, *paths = sys.argv[1:]
    for path in paths:
        print("===", path)
        print(describe(what, path))


if __name__ == "__main__":
    main()
