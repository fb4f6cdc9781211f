"""The reference side of codedump.rs: the same dump, made by CPython 3.9.

    python3.9 codedump.py [-O LEVEL] [-m MODE] [-f FLAGS] FILE     dump the code objects of FILE
    python3.9 codedump.py --tree [-m MODE] FILE                    write its AST, marshalled, for codedump --tree
    python3.9 codedump.py --symbols FILE                           dump the symbol table of FILE
    python3.9 codedump.py --cases FILE                             dump each snippet of FILE

Snippets begin with a line `### OPTIONS`.

Warnings come first; an error is one line.
"""

import ast
import marshal
import struct
import sys
import warnings


def bits(x):
    return struct.pack(">d", x).hex()


def const(value, codes):
    kind = type(value)
    if value is None or value is True or value is False or value is ...:
        return repr(value)
    if kind is int:
        return "int %d" % value
    if kind is float:
        return "float " + bits(value)
    if kind is complex:
        return "complex %s %s" % (bits(value.real), bits(value.imag))
    if kind is str:
        return "str " + ascii(value)
    if kind is bytes:
        return "bytes " + value.hex()
    if kind is tuple:
        return "(" + ", ".join(const(item, codes) for item in value) + ")"
    if kind is frozenset:
        return "{" + ", ".join(sorted(const(item, codes) for item in value)) + "}"
    codes.append(value)
    return "code " + ascii(value.co_name)


def names(values):
    return " ".join(ascii(value) for value in values)


def dump(code, out, depth=0):
    codes = []
    pad = "  " * depth
    put = lambda text: out.append(pad + text)
    put("code %s" % ascii(code.co_name))
    put(" counts %d %d %d nlocals %d stack %d flags %#x line %d" % (
        code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_nlocals,
        code.co_stacksize, code.co_flags, code.co_firstlineno))
    for field in "names", "varnames", "freevars", "cellvars":
        put(" %s %s" % (field, names(getattr(code, "co_" + field))))
    for i, value in enumerate(code.co_consts):
        put(" const %d %s" % (i, const(value, codes)))
    put(" lnotab " + code.co_lnotab.hex())
    put(" code " + code.co_code.hex())
    for inner in codes:
        dump(inner, out, depth + 1)


def tree(node):
    if isinstance(node, ast.AST):
        place = tuple(getattr(node, name, None) for name in
                      ("lineno", "col_offset", "end_lineno", "end_col_offset"))
        fields = []
        for name in node._fields:
            value = getattr(node, name, None)
            fields.append((value,) if isinstance(node, ast.Constant) and name == "value" else tree(value))
        return (type(node).__name__,) + place + tuple(fields)
    if isinstance(node, list):
        return tuple(tree(item) for item in node)
    return node


def symbols(source, filename, mode="exec"):
    import _symtable

    def block(table, depth):
        out.append("%s%d %s line %d nested %d varnames %s symbols %s" % (
            "  " * depth, table.type, ascii(table.name), table.lineno, table.nested, names(table.varnames),
            " ".join("%s:%#x" % (ascii(name), flags) for name, flags in sorted(table.symbols.items()))))
        for child in table.children:
            block(child, depth + 1)

    out = []
    try:
        block(_symtable.symtable(source, filename, mode), 0)
    except SyntaxError as error:
        return "SyntaxError %s line %s offset %s" % (ascii(error.msg), error.lineno, error.offset)
    return "\n".join(out)


def cases(path):
    with open(path, encoding="utf-8", newline="") as file:
        for case in ("\n" + file.read()).split("\n###")[1:]:
            options, _, source = case.partition("\n")
            options = options.split()
            value = lambda name, default: options[options.index(name) + 1] if name in options else default
            print("\n".join("### " + line for line in (" ".join(options) + "\n" + source).split("\n")))
            print(text(source.encode(), "case", value("-m", "exec"), int(value("-f", "0"), 0), int(value("-O", "0"))))


def main(args):
    level, mode, flags, as_tree = 0, "exec", 0, False
    while args[0].startswith("-"):
        option = args.pop(0)
        if option == "--tree":
            as_tree = True
        elif option == "--symbols":
            with open(args[0], "rb") as file:
                return print(symbols(file.read(), args[0], mode))
        elif option == "--cases":
            return cases(args[0])
        elif option == "-O":
            level = int(args.pop(0))
        elif option == "-m":
            mode = args.pop(0)
        else:
            flags = int(args.pop(0), 0)
    with open(args[0], "rb") as file:
        source = file.read()
    if as_tree:
        parsed = compile(source, args[0], mode, ast.PyCF_ONLY_AST | flags, True, level)
        sys.stdout.buffer.write(marshal.dumps(tree(parsed)))
        return
    print(text(source, args[0], mode, flags, level))


def text(source, filename, mode="exec", flags=0, level=0):
    """Warnings, then the code objects or the error."""
    out = []
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            code = compile(source, filename, mode, flags, True, level)
        except SyntaxError as error:
            out.append("%s %s" % (type(error).__name__, ascii(error.msg)))
            if error.lineno is not None:
                out[-1] += " line %s offset %s" % (error.lineno, error.offset)
        except (RecursionError, ValueError, MemoryError) as error:
            out.append("%s %s" % (type(error).__name__, ascii(str(error))))
        else:
            dump(code, out)
    shown = [w for w in seen if w.category is SyntaxWarning]
    return "\n".join(["warning %d %s" % (w.lineno, ascii(str(w.message))) for w in shown] + out)


if __name__ == "__main__":
    sys.setrecursionlimit(20000)
    main(sys.argv[1:])
