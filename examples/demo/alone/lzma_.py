"""lzma: containers, raw filters of all kinds, pieces, files, damage."""
import io
import lzma

data = b''.join(b'line %d of the text\n' % (i % 97) for i in range(3000))
for options in ({}, {'format': lzma.FORMAT_ALONE}, {'check': lzma.CHECK_SHA256, 'preset': 1}, {'preset': 9 | lzma.PRESET_EXTREME}):
    packed = lzma.compress(data, **options)
    print(packed[:6].hex(), len(packed) < 1000, lzma.decompress(packed) == data)
for name in ('DELTA', 'X86', 'POWERPC', 'IA64', 'ARM', 'ARMTHUMB', 'SPARC'):
    filters = [{'id': getattr(lzma, 'FILTER_' + name)}, {'id': lzma.FILTER_LZMA2, 'preset': 6}]
    raw = lzma.compress(data, lzma.FORMAT_RAW, filters=filters)
    print(name, lzma.decompress(raw, lzma.FORMAT_RAW, filters=filters) == data)
packed = lzma.compress(data)
decompressor, out = lzma.LZMADecompressor(), b''
for start in range(0, len(packed), 50):
    out += decompressor.decompress(packed[start:start + 50], 4096)
while not decompressor.eof:
    out += decompressor.decompress(b'', 100000)
print(out == data, decompressor.check, decompressor.unused_data)
with lzma.open(io.BytesIO(packed + lzma.compress(b'second\n')), 'rt') as file:
    lines = file.readlines()
print(len(lines), lines[-1], lines[100])
damaged = bytearray(packed)
damaged[40] ^= 255
for wrong in (bytes(damaged), b'nonsense', packed[:50]):
    try:
        print(len(lzma.decompress(wrong)))
    except (lzma.LZMAError, EOFError) as error:
        print(type(error).__name__, error)
for attempt in (lambda: lzma.LZMACompressor(check=99), lambda: lzma.compress('text'), lambda: lzma.decompress(b'', lzma.FORMAT_RAW)):
    try:
        print(attempt())
    except (TypeError, ValueError, lzma.LZMAError) as error:
        print(type(error).__name__, error)
