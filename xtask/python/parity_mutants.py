"""Writes small broken programs: statements of the standard library with one or two tokens changed or the end cut off.

usage: parity_mutants.py STDLIB TARGET COUNT SEED

The same arguments give the same files, TARGET/00000.py and so on. Some mutants are correct; that is as good.
"""

import ast
import glob
import io
import os
import random
import sys
import tokenize

EXTRA = ["(", ")", "[", "]", "{", "}", ":", ",", "=", "==", ":=", "->", "*", "**", "@", ".", "...", ";", "~", "!", "$", "?", "'", '"', "f'{", "0x", "1_", "0777",
         "if", "else", "elif", "for", "while", "in", "not", "is", "lambda", "def", "class", "return", "yield", "await", "async", "import", "from", "as", "global",
         "nonlocal", "del", "pass", "break", "continue", "try", "except", "finally", "with", "raise", "assert", "None", "True", "print", "x", "1", "1.5j", "b''", "\\",
         "\n", "    ", "\t", "é", "\N{SNOWMAN}", "__debug__", "*a", "**b", "a=1", "lambda x, x: 0", "x: int"]


def statements(path):
    with open(path, "rb") as file:
        data = file.read()
    try:
        text = data.decode("utf-8")
        tree = ast.parse(text)
    except (UnicodeDecodeError, SyntaxError):
        return
    lines = text.splitlines(keepends=True)
    for statement in ast.walk(tree):
        if isinstance(statement, ast.stmt) and statement.end_lineno - statement.lineno < 12 and statement.col_offset % 4 == 0:
            part = lines[statement.lineno - 1:statement.end_lineno]
            if all(line[:statement.col_offset].isspace() or not statement.col_offset or not line.strip() for line in part):
                yield "".join(line[statement.col_offset:] for line in part)


def mutate(source, chance):
    try:
        pieces = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, IndentationError):
        return source
    places = [token for token in pieces if token.string.strip()]
    if not places:
        return source
    token = chance.choice(places)
    lines = source.splitlines(keepends=True)
    if token.start[0] != token.end[0] or token.start[0] > len(lines):
        return source
    line, start, end = lines[token.start[0] - 1], token.start[1], token.end[1]
    other = chance.choice(EXTRA) if chance.random() < 0.6 else chance.choice(places).string
    new = chance.choice(["", other, token.string + " " + other, other + " " + token.string, token.string * 2, token.string[:-1]])
    lines[token.start[0] - 1] = line[:start] + new + line[end:]
    return "".join(lines)


def main():
    stdlib, target, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    chance = random.Random(seed)
    files = sorted(glob.glob(os.path.join(stdlib, "*.py")) + glob.glob(os.path.join(stdlib, "test", "test_[a-h]*.py")))
    # A link may lead out of the tree that was unpacked.
    files = [path for path in files if os.path.exists(path)]
    pool = []
    for path in chance.sample(files, min(len(files), 150)):
        pool.extend(statements(path))
    for number in range(count):
        source = mutate(chance.choice(pool), chance)
        if chance.random() < 0.3:
            source = mutate(source, chance)
        if chance.random() < 0.1:
            source = source[:chance.randrange(len(source) + 1)]
        with open(os.path.join(target, "%05d.py" % number), "w", encoding="utf-8", newline="") as file:
            file.write(source)


if __name__ == "__main__":
    main()
