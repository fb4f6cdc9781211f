"""-m this, json.tool, timeit, unittest, calendar, ast, tokenize, dis: the stdlib's own programs."""
import re
import subprocess
import sys


def run(*args, text="", hide=None):
    done = subprocess.run([sys.executable, *args], input=text, capture_output=True, text=True)
    out, err = done.stdout, done.stderr
    if hide:
        out, err = re.sub(hide, "<hidden>", out), re.sub(hide, "<hidden>", err)
    print("$", " ".join(args), "->", done.returncode)
    print(out + err, end="")


run("-m", "this")
run("-m", "json.tool", text='{"b": [1, 2.50, null], "a": "\\u00e4"}')
run("-m", "json.tool", "--sort-keys", "--no-ensure-ascii", "--compact", text='{"b": [1, 2.50, null], "a": "\\u00e4"}')
run("-m", "json.tool", text="{bad}")
run("-m", "timeit", "-n", "100", "-r", "2", "-s", "x = 1", "x + 1", hide=r"[\d.e-]+ [num]?sec")
run("-m", "unittest", "-v", "test.test_textwrap", hide=r"in [\d.]+s")
run("-m", "unittest", "test.test_bisect", "test.test_nothing_of_that_name", hide=r"in [\d.]+s|/\S*/lib/")
run("-m", "calendar", "2021", "5")
run("-m", "ast", text="x: int = (yield a) if b else [*c, {**d}]\n")
run("-m", "tokenize", text="def f(a, *, b=1):\n    return f'{a!r:>{b}}'  # end\n")
run("-m", "dis", text="async def f():\n    async with a as b:\n        return [x async for x in b if x]\n", hide=r"at 0x[0-9a-f]+")
run("-m", "base64", "-e", text="krait")
run("-m", "textwrap")
run("-c", "import sys; print(sys.argv, sys.flags.optimize); sys.exit('bye')", "a", "b")
run("-OO", "-W", "error", "-X", "utf8", "-c", "import sys, warnings; print(__debug__, sys.flags.utf8_mode, sys.warnoptions, f.__doc__ if 0 else None); warnings.warn('w')")
run("-", "arg", text="import sys\nprint(sys.argv, __name__)\nraise SystemExit(3)\n")
run("-i", "-q", text="x = 6 * 7\nx\nfor i in range(2):\n    print(i)\n\n1/0\n'after'\n")
run("-m", "no_such_module", hide=r"/\S*/python3.9")
run("no_such_file.py", hide=r"/\S*/python3.9")
run("--nonsense", hide=r"/\S*/python3.9")
run("-V")
