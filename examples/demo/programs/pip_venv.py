"""pip from its wheel; venv without pip, and the Python in it."""
import os
import re
import subprocess
import sys

site = os.path.join(os.environ["KRAIT_WHEELS"], "site")


def run(*command, **environment):
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    text = re.sub(r"from \S+", "from <somewhere>", done.stdout + done.stderr).replace(os.getcwd(), "<here>")
    text = re.sub(r"File \"/[^\"]*/lib/python3.9/", "File \"<lib>/", text)
    print(done.returncode, text.strip())


run(sys.executable, "-m", "pip", "--version", PYTHONPATH=site)
run(sys.executable, "-m", "pip", "--isolated", "list", "--path", site, "--disable-pip-version-check", PYTHONPATH=site)
run(sys.executable, "-m", "pip", "--isolated", "list", "--path", site, "--format=json", "--disable-pip-version-check", PYTHONPATH=site)
run(sys.executable, "-m", "pip", "--isolated", "show", "numpy", "--disable-pip-version-check", PYTHONPATH=site)
run(sys.executable, "-m", "pip", "nonsense", PYTHONPATH=site)
environment = {name: value for name, value in os.environ.items() if name != "PYTHONHOME"}
done = subprocess.run([sys.executable, "-m", "venv", "--without-pip", "inner"], env=environment, capture_output=True, text=True)
print(done.returncode, done.stderr)
print(sorted(name for name in os.listdir("inner")), sorted(os.listdir("inner/bin")))
print([line.split(" = ")[0] for line in open("inner/pyvenv.cfg")], open("inner/pyvenv.cfg").read().splitlines()[1:])
code = "import sys, os; print(sys.prefix != sys.base_prefix, os.path.basename(sys.prefix), [os.path.relpath(p, sys.prefix) for p in sys.path if p.startswith(sys.prefix)])"
done = subprocess.run(["inner/bin/python", "-c", code], env=environment, capture_output=True, text=True)
print(done.returncode, done.stdout, done.stderr)
