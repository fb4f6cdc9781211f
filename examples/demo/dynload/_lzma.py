"""_lzma: one shot, streaming, raw filters, files, damage."""
import io
import lzma

data = b"".join(b"line %d of the text\n" % (i % 97) for i in range(5000))
for options in ({}, {"format": lzma.FORMAT_ALONE}, {"check": lzma.CHECK_CRC32, "preset": 1}, {"preset": 9 | lzma.PRESET_EXTREME}):
    packed = lzma.compress(data, **options)
    print(len(packed), packed[:6].hex(), lzma.decompress(packed) == data)
filters = [{"id": lzma.FILTER_DELTA, "dist": 4}, {"id": lzma.FILTER_LZMA2, "preset": 6}]
raw = lzma.compress(data, lzma.FORMAT_RAW, filters=filters)
print(len(raw), lzma.decompress(raw, lzma.FORMAT_RAW, filters=filters) == data)
compressor, pieces = lzma.LZMACompressor(), []
for i in range(0, len(data), 1000):
    pieces.append(compressor.compress(data[i:i + 1000]))
pieces.append(compressor.flush())
decompressor, out = lzma.LZMADecompressor(), b""
for byte in range(0, len(b"".join(pieces)), 50):
    out += decompressor.decompress(b"".join(pieces)[byte:byte + 50], 4096)
while not decompressor.eof:
    out += decompressor.decompress(b"", 100000)
print(out == data, decompressor.check, decompressor.unused_data)
with lzma.open(io.BytesIO(lzma.compress(data) + lzma.compress(b"second\n")), "rt") as file:
    lines = file.readlines()
print(len(lines), lines[-1], lines[100])
packed = bytearray(lzma.compress(data))
packed[40] ^= 255
for wrong in (bytes(packed), b"nonsense", lzma.compress(data)[:50]):
    try:
        print(len(lzma.decompress(wrong)))
    except (lzma.LZMAError, EOFError) as error:
        print(type(error).__name__, error)
for code in ("lzma.LZMACompressor(check=99)", "lzma.compress('text')", "lzma.decompress(b'', lzma.FORMAT_RAW)", "lzma.LZMADecompressor(memlimit=-1)"):
    try:
        print(eval(code))
    except Exception as error:
        print(type(error).__name__, error)
