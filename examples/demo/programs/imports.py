"""The import of every standard module, each group in a process of its own."""
import os
import pkgutil
import subprocess
import sys

LEFT_OUT = ("antigravity", "this", "test", "idlelib", "lib2to3.tests", "distutils.tests", "unittest.test", "ctypes.test", "sqlite3.test", "tkinter.test", "turtledemo")
CODE = """
import importlib, os, sys, warnings
stdlib = os.path.dirname(os.__file__)
warnings.simplefilter("ignore")
for name in sys.argv[1:]:
    try:
        module = importlib.import_module(name)
    except BaseException as error:
        print(name, type(error).__name__, str(error).replace(stdlib, "<lib>").splitlines()[:1])
    else:
        print(name, len([n for n in dir(module) if not n.startswith("__")]))
"""


def left_out(name):
    return name.split(".")[-1] == "__main__" or any(name == out or name.startswith(out + ".") for out in LEFT_OUT)


def names(path, prefix=""):
    for info in sorted(pkgutil.iter_modules(path, prefix), key=lambda info: info.name):
        if left_out(info.name):
            continue
        yield info.name
        if info.ispkg:
            yield from names([os.path.join(info.module_finder.path, info.name.split(".")[-1])], info.name + ".")


stdlib = os.path.dirname(os.__file__)
found = sorted({*sys.builtin_module_names, *names([stdlib, os.path.join(stdlib, "lib-dynload")])})
print(len(found))
for start in range(0, len(found), 40):
    done = subprocess.run([sys.executable, "-c", CODE, *found[start:start + 40]], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    print(done.stdout, end="")
    if done.returncode:
        print("process ended with", done.returncode)
