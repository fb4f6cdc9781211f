"""Writes the tables of the CJK codecs, as this interpreter's own codecs convert: `cjk_tables.py FILE`.

The file holds for each codec a line with its name, its base ('-' for none) and a size, and then so many bytes of zlib data:
numbers in groups of seven bits, the last one of each without the high bit, signed ones with their sign in the lowest bit.

- what codes of the base are missing: their number, then the distances between them
- runs of codes that mean one character, unless the base says the same: the number of runs; for each its distance from the end
  of the one before, its length, and the distances between its characters
- codes that mean two characters: their number, and for each the code and the characters
- bytes that begin nothing: their number, and the bytes
- characters that don't become the (greatest) code that means them: their number, and for each its distance from the one before
  and its code plus one, or 0 if there is none
- runs of four-byte codes of GB 18030, counted from 81308130: their number, and for each its distance from the end of the one
  before, its length, and its first character's distance from that of the one before
"""

import codecs
import sys
import zlib

CODECS = [
    ('gb2312', None), ('gbk', 'gb2312'), ('gb18030', 'gbk'),
    ('big5', None), ('cp950', 'big5'), ('big5hkscs', 'big5'),
    ('shift_jis', None), ('cp932', 'shift_jis'), ('shift_jis_2004', 'shift_jis'), ('shift_jisx0213', 'shift_jis_2004'),
    ('euc_jp', None), ('euc_jis_2004', 'euc_jp'), ('euc_jisx0213', 'euc_jis_2004'),
    ('euc_kr', None), ('cp949', 'euc_kr'), ('johab', None),
]
FOUR_BYTE_CODES = 39420


class Numbers(bytearray):
    def number(self, n):
        while n > 0x7f:
            self.append(n & 0x7f | 0x80)
            n >>= 7
        self.append(n)

    def signed(self, n):
        self.number(-n << 1 | 1 if n < 0 else n << 1)


def decode(decoder, code):
    """The text of a code, or what is wrong with it."""
    try:
        return decoder(code)[0], None
    except UnicodeDecodeError as error:
        return None, error.reason.split()[0]


def read(name):
    """What the codec makes of codes (one character, two, and bytes that begin nothing) and of characters."""
    decoder, encoder = codecs.getdecoder(name), codecs.getencoder(name)
    one, two, wrong, leads = {}, {}, [], []

    def note(code):
        text, problem = decode(decoder, code)
        if text is not None and len(text) == 1:
            one[int.from_bytes(code, 'big')] = ord(text)
        elif text is not None:
            two[int.from_bytes(code, 'big')] = tuple(map(ord, text))
        return problem

    for byte in range(256):
        problem = note(bytes([byte]))
        if problem == 'illegal':
            wrong.append(byte)
        elif problem:
            leads.append(byte)
    for lead in leads:
        for trail in range(256):
            if note(bytes([lead, trail])) == 'incomplete' and lead == 0x8f:
                for last in range(256):
                    note(bytes([lead, trail, last]))
    become = {}
    for c in range(0x110000):
        try:
            code = encoder(chr(c))[0]
        except UnicodeEncodeError:
            continue
        if len(code) < 4:
            become[c] = int.from_bytes(code, 'big')
    return one, two, wrong, become


def four_byte_runs():
    decoder = codecs.getdecoder('gb18030')
    runs = []
    for n in range(FOUR_BYTE_CODES):
        code = bytes([0x81 + n // 12600, 0x30 + n // 1260 % 10, 0x81 + n // 10 % 126, 0x30 + n % 10])
        text, _ = decode(decoder, code)
        if text is None:
            continue
        if runs and runs[-1][0] + runs[-1][1] == n and runs[-1][2] + runs[-1][1] == ord(text):
            runs[-1][1] += 1
        else:
            runs.append([n, 1, ord(text)])
    return runs


def write(name, table, base):
    one, two, wrong, become = table
    known = base[0] if base else {}
    out = Numbers()
    missing = sorted(known.keys() - one.keys())
    out.number(len(missing))
    last = 0
    for code in missing:
        out.number(code - last)
        last = code
    runs = []
    for code in sorted(code for code, c in one.items() if known.get(code) != c):
        if runs and runs[-1][0] + len(runs[-1][1]) == code:
            runs[-1][1].append(one[code])
        else:
            runs.append((code, [one[code]]))
    out.number(len(runs))
    end = last = 0
    for start, characters in runs:
        out.number(start - end)
        out.number(len(characters))
        for c in characters:
            out.signed(c - last)
            last = c
        end = start + len(characters)
    out.number(len(two))
    for code, characters in sorted(two.items()):
        for n in (code, *characters):
            out.number(n)
    out.number(len(wrong))
    out.extend(wrong)
    inverse = {c: code for code, c in sorted(one.items())}
    others = sorted(c for c in inverse.keys() | become.keys() if inverse.get(c) != become.get(c))
    out.number(len(others))
    last = 0
    for c in others:
        out.number(c - last)
        out.number(become.get(c, -1) + 1)
        last = c
    four = four_byte_runs() if name == 'gb18030' else []
    out.number(len(four))
    end = last = 0
    for start, length, first in four:
        out.number(start - end)
        out.number(length)
        out.signed(first - last)
        end, last = start + length, first
    return zlib.compress(bytes(out), 9)


def main(path):
    tables = {}
    with open(path, 'wb') as file:
        for name, base in CODECS:
            tables[name] = read(name)
            data = write(name, tables[name], tables.get(base))
            file.write(f'{name} {base or "-"} {len(data)}\n'.encode() + data)


main(*sys.argv[1:])
