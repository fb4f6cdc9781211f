"""_bz2: one shot, streaming, files, damage."""
import bz2
import io

data = b"".join(b"%d squared is %d; " % (i, i * i) for i in range(4000))
for level in (1, 5, 9):
    packed = bz2.compress(data, level)
    print(len(packed), packed[:10].hex(), bz2.decompress(packed) == data)
compressor = bz2.BZ2Compressor()
packed = b"".join([compressor.compress(data[:999]), compressor.compress(data[999:]), compressor.flush()])
decompressor = bz2.BZ2Decompressor()
out = decompressor.decompress(packed + b"tail", max_length=100)
print(out, decompressor.needs_input, decompressor.eof)
while not decompressor.eof:
    out += decompressor.decompress(b"", 5000)
print(out == data, decompressor.unused_data)
stream = io.BytesIO()
with bz2.open(stream, "wt", encoding="utf-8") as file:
    file.write("grüße\n" * 100)
stream.seek(0)
with bz2.BZ2File(stream) as file:
    print(file.readline(), file.peek(3)[:3], file.seek(-7, 2), file.read().decode())
for wrong in (b"BZh9nonsense", packed[:30], packed[:60] + b"\xff" + packed[61:]):
    try:
        print(len(bz2.decompress(wrong)))
    except (OSError, ValueError) as error:
        print(type(error).__name__, error)
for code in ("bz2.compress(data, 11)", "bz2.compress('x')", "compressor.compress(b'')", "decompressor.decompress(b'')"):
    try:
        print(eval(code))
    except Exception as error:
        print(type(error).__name__, error)
