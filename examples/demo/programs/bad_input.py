"""Bad input: damaged byte code, wrong extensions, syntax errors, endless recursion, no memory, no standard library."""
import importlib.util
import os
import re
import resource
import shutil
import subprocess
import sys
import sysconfig


def run(*args, memory=None, text="", **environment):
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (memory << 20, memory << 20))

    env = {**os.environ, **environment}
    done = subprocess.run([sys.executable, *args], input=text, capture_output=True, text=True, env=env, preexec_fn=limit if memory else None)
    output = re.sub(r"0x[0-9a-f]+", "0x...", done.stdout + done.stderr)
    output = re.sub(r'File "/[^"]*/lib/python3.9/', 'File "<lib>/', output).replace(os.getcwd(), "<here>").replace(sys.executable, "<python>")
    print("->", done.returncode, "\n".join(line[:200] for line in output.strip().splitlines()[-12:]))


def attempt(code):
    try:
        result = eval(code) if "\n" not in code else exec(code, {})
        print(code[:60].splitlines()[0], "gives", str(result)[:60])
    except BaseException as error:
        # What exactly was going on when the limit was reached is nobody's business.
        text = str(error)[:150 if not isinstance(error, RecursionError) else 32].replace(os.getcwd(), "<here>")
        print(code[:60].splitlines()[0], "raises", type(error).__name__, re.sub(r"0x[0-9a-f]+", "0x...", text))


sys.path.insert(0, os.getcwd())
magic = importlib.util.MAGIC_NUMBER
good = b"\xe3" + b"\0" * 3
for name, data in {
    "short": magic, "wrong_magic": b"\0\0\r\n" + b"\0" * 12, "other_magic": b"\x42\r\r\n" + b"\0" * 12, "empty_code": magic + b"\0" * 12,
    "not_code": magic + b"\0" * 12 + b"N", "cut": magic + b"\0" * 12 + good, "unknown": magic + b"\0" * 12 + b"\x7f", "flags": magic + b"\xff\0\0\0" + b"\0" * 8,
    "huge": magic + b"\0" * 12 + b"(\xff\xff\x7f\0", "ref": magic + b"\0" * 12 + b"r\xff\0\0\0", "deep": magic + b"\0" * 12 + b"(\1\0\0\0" * 5000 + b"N",
}.items():
    with open(name + ".pyc", "wb") as file:
        file.write(data)
    attempt(f"__import__({name!r})")

suffix = sysconfig.get_config_var("EXT_SUFFIX")
with open("text" + suffix, "w") as file:
    file.write("this is no library")
with open("nothing" + suffix, "w"):
    pass
shutil.copy(__import__("_json").__file__, "misnamed" + suffix)
shutil.copy(__import__("_json").__file__, "other.cpython-38-x86_64-linux-gnu.so")
for name in ("text", "nothing", "misnamed", "other"):
    attempt(f"__import__({name!r})")
os.mkdir("package")
with open("package/__init__.py", "w") as file:
    file.write("from . import missing")
with open("circular.py", "w") as file:
    file.write("from circular import name")
with open("broken.py", "w") as file:
    file.write("def f():\n  return 1\n return 2\n")
with open("latin.py", "wb") as file:
    file.write(b"x = '\xe4'\n")
with open("coded.py", "wb") as file:
    file.write(b"# coding: nonsense\n")
with open("null.py", "wb") as file:
    file.write(b"x = 1\0\n")
for name in ("package", "circular", "broken", "latin", "coded", "null", "no.parent", "sys.nothing", ".relative", ""):
    attempt(f"__import__({name!r})")

for code in (
    "def f(): return f()\nf()", "class A:\n  def __getattr__(self, n): return self.x\nA().y", "class A:\n  def __repr__(self): return repr(self)\nrepr(A())",
    "class A:\n  def __eq__(self, o): return self == o\nA() == A()", "a = []\nfor i in range(100000): a = [a]\nrepr(a)", "a = {}\na[0] = a\na == {0: {0: a}}",
    "compile('(' * 300 + ')' * 300, '', 'eval')", "len(compile('-' * 900 + '1', '', 'eval').co_code)", "compile('a' + '.b' * 100000, '', 'eval')", "len(compile('x = ' + '[' * 99 + ']' * 99, '', 'exec').co_code)",
    "import json\njson.loads('[' * 100000)", "import pickle\na = []\nfor i in range(5000): a = [a]\npickle.dumps(a)", "import re\nre.compile('(' * 5000 + ')' * 5000)",
    "import functools\nf = int\nfor i in range(200000): f = functools.partial(f)\nf()", "import ast\nast.literal_eval('+' * 5000 + '1')", "import marshal\nmarshal.loads(b'(\\1\\0\\0\\0' * 10000 + b'N')",
    "import copy\na = []\nfor i in range(2000): a = [a]\ncopy.deepcopy(a)", "class M(type):\n  def __instancecheck__(c, o): return isinstance(o, c)\nclass A(metaclass=M): pass\nisinstance(1, A)",
    "import sys\nsys.setrecursionlimit(50)\ntry:\n  def f(): f()\n  f()\nfinally: sys.setrecursionlimit(1000)", "isinstance(1, eval('(' * 50 + 'int,' + '),' * 49 + ')'))",
):
    attempt(code)
for code in ("'x' * 2 ** 62", "bytearray(2 ** 62)", "[0] * 2 ** 60", "1 << 2 ** 62", "b'ab' * 2 ** 62", "' '.join(['x' * 2 ** 20] * 2 ** 43)", "tuple(range(2 ** 62))[0]", "'%*d' % (2 ** 63, 1)", "f'{1:{2 ** 63}}'", "bytes(2 ** 63)",
             "range(2 ** 70)[2 ** 69]", "len(range(2 ** 70))", "'a'.ljust(2 ** 62)", "int('9' * 10 ** 6, 36) > 0", "__import__('itertools').repeat('x', 2 ** 63)"):
    attempt(code)
run("-c", "a = []\nwhile True: a.append('x' * 100000 + str(len(a)))", memory=300)
run("-c", "a = {}\nwhile True: a[len(a)] = [None] * 100", memory=300)
run("-c", "import sys\ndef f(n): return n and f(n - 1)\nsys.setrecursionlimit(20000)\nprint(f(15000))")
run("-c", "raise SystemExit([1])")
run("-c", "import os; os.close(1); print('lost')")
run("-c", "class A:\n  def __del__(self): raise ValueError('in del')\na = A()\ndel a\nprint('goes on')")
run("-c", "import threading\nt = threading.Thread(target=lambda: 1/0)\nt.start(); t.join(); print('goes on')")
run("-c", "import atexit\natexit.register(lambda: 1/0)\nprint('end')")
run("-c", "import sys\nsys.excepthook = 5\n1/0")
run("-c", "import sys\nsys.stdout = None\nprint('x')\n1/0")
run("-c", "import os\nos.abort()")
run("-c", "import signal, os\nos.kill(os.getpid(), signal.SIGINT)")
run("-c", "print(1", PYTHONWARNINGS="error")
run("-E", "-s", "-c", "print('ok')", PYTHONHOME="/nowhere/at/all")
run("-c", "print('ok')", PYTHONIOENCODING="nonsense")
run("-c", "print('ok')", PYTHONHASHSEED="nonsense")
run("-W", "nonsense::", "-c", "print('ok')")
run("-c", "print('\udcff')")
run("broken.py")
run("latin.py")
run("not_code.pyc")
run("package")
run("-m", "package")
