"""mmap: anonymous and file mappings, as buffer, slices, searching, resizing."""
import mmap
import re
import tempfile

with tempfile.TemporaryFile() as file:
    file.write(b"0123456789" * 1000)
    file.flush()
    with mmap.mmap(file.fileno(), 0) as view:
        print(len(view), view[5], view[8:13], view[::2500], view.find(b"901"), view.rfind(b"12"), view.find(b"nothing"))
        view[0:5] = b"krait"
        view[9] = ord("!")
        print(view.readline()[:12], view.tell(), view.seek(-4, 2), view.read(), view.size())
        view.move(20, 0, 10)
        print(view[18:32], re.findall(rb"k\w+t", view)[:2], bytes(memoryview(view)[20:25]), view.flush())
        lent = memoryview(view)
        try:
            view.close()
        except BufferError as error:
            print("BufferError", error)
        lent.release()
    file.seek(0)
    print(file.read(12), view.closed)
    with mmap.mmap(file.fileno(), 100, access=mmap.ACCESS_READ, offset=mmap.ALLOCATIONGRANULARITY) as view:
        for attempt in (lambda: view.__setitem__(0, 1), lambda: view[1000], lambda: view.write(b"x"), lambda: view.resize(5)):
            try:
                attempt()
            except Exception as error:
                print(type(error).__name__, error)
with mmap.mmap(-1, 8192) as anonymous:
    anonymous.write(b"abc")
    anonymous.write_byte(100)
    anonymous.resize(16384)
    anonymous.madvise(mmap.MADV_NORMAL)
    print(anonymous[:5], len(anonymous), list(anonymous[:2]), [b for b, _ in zip(anonymous, range(3))])
    print(repr(anonymous)[:16], b"bc" in anonymous[:10])
for wrong in ((-1, 0), (-1, -1), (9999, 10)):
    try:
        mmap.mmap(*wrong)
    except Exception as error:
        print(type(error).__name__, error)
