"""What the reference makes of source files, as text to compare with what our own crates make of them.

usage: parity_oracle.py ast|code|errors FILE...

For each file a line `== FILE` and then:
  ast     the tree as ast.dump(tree, include_attributes=True) writes it, but with strings as ascii() writes them; for a
          file that does not compile, `!! TYPE|message|line|offset|ascii(text)`
  code    what core/compile/examples/codedump.py prints: every code object, or the error in one line
  errors  the same with `ok` in place of code objects
"""

import ast
import os
import re
import sys
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


def as_parsed(message):
    """Undoes what the exception's own constructor makes of an error in what looks like Python 2."""
    return "invalid syntax" if message.startswith("Missing parentheses in call to ") else message


def tree(data, path):
    try:
        return node(compile(data, path, "exec", ast.PyCF_ONLY_AST, True))
    except SyntaxError as error:
        parts = [type(error).__name__, as_parsed(error.msg)]
        if error.lineno is not None:
            parts += [error.lineno, error.offset, ascii(error.text)]
        return "!! " + "|".join(map(str, parts)).replace("\n", "\\n")
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return "!! %s|%s" % (type(error).__name__, error)


def describe(what, path, codedump):
    with open(path, "rb") as file:
        data = file.read()
    if what == "ast":
        return tree(data, "<file>")
    text = re.sub(r"^SyntaxError .Missing parentheses in call to .*. line", "SyntaxError 'invalid syntax' line", codedump.text(data, "<file>"))
    return "ok" if what == "errors" and text.startswith("code ") else text


def main():
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(20000)
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    what, *paths = sys.argv[1:]
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../core/compile/examples"))
    codedump = None
    if what != "ast":
        import codedump
    for path in paths:
        print("==", path)
        print(describe(what, path, codedump))


if __name__ == "__main__":
    main()
