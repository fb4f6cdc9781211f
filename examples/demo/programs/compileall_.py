"""-m compileall of the whole standard library; then every code object, field by field, as one digest per package."""
import compileall
import hashlib
import importlib.util
import marshal
import os
import subprocess
import sys
import tempfile
import types

stdlib = os.path.dirname(os.__file__)
target = tempfile.mkdtemp()
done = subprocess.run(
    [sys.executable, "-X", "pycache_prefix=" + target, "-m", "compileall", "-q", "-f", "-s", stdlib, "-p", "/lib", "--invalidation-mode", "unchecked-hash", stdlib],
    capture_output=True, text=True)
print(done.returncode, sorted(line.replace(stdlib, "") for line in (done.stdout + done.stderr).splitlines() if line.startswith("***")))


def flat(value, add):
    """Feeds everything that a constant or code object consists of."""
    if isinstance(value, types.CodeType):
        add("code")
        for name in ("co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_nlocals", "co_stacksize", "co_flags", "co_code", "co_consts",
                     "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_filename", "co_name", "co_firstlineno", "co_lnotab"):
            flat(getattr(value, name), add)
    elif isinstance(value, (tuple, frozenset)):
        add(type(value).__name__ + str(len(value)))
        for item in sorted(value, key=repr) if isinstance(value, frozenset) else value:
            flat(item, add)
    else:
        add(type(value).__name__ + ascii(value))


digests, count = {}, 0
for folder, folders, files in os.walk(target):
    folders.sort()
    for file in sorted(files):
        path = os.path.join(folder, file)
        with open(path, "rb") as stream:
            data = stream.read()
        if data[:4] != importlib.util.MAGIC_NUMBER:
            print("bad magic", file)
        where = os.path.relpath(path, target + stdlib)
        package = where.split(os.sep)[0].split(".")[0]
        digest = digests.setdefault(package, hashlib.sha256())
        digest.update(where.encode())
        flat(marshal.loads(data[16:]), lambda text: digest.update(text.encode()))
        count += 1
print(count)
for package, digest in sorted(digests.items()):
    print(package, digest.hexdigest()[:16])
