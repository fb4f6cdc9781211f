"""cython_build.py SOURCES FOLDER INCLUDE: compiles Cython's tests/run, each file to an extension module in FOLDER.

A module that is there is kept; one that cannot be compiled has its complaint in FOLDER/bad. With PYTHONPATH leading to the
same Cython. `tcc` compiles C where it is installed, which takes a twentieth of gcc's time."""

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import warnings

from Cython.Compiler import Main, Options

# Cython 0.29 has the options of a compilation elsewhere.
SETTINGS = Options if hasattr(Options, "CompilationOptions") else Main

# What needs other packages, other options or another Python; cpp_stl_any drops a reference that is not its own.
LEFT_OUT_TAGS = {"numpy", "pythran", "openmp", "ipython", "jedi"}
LEFT_OUT_NAMES = re.compile("openmp|pythran|numpy|ipython|T561_py2$|py2only|non_future_division|^time_pxd$|^cpp_stl_any$")


def header(path):
    """The settings in the comments that a test begins with: `# tag: a, b`, `# distutils: language = c++`."""
    settings = {}
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in map(str.strip, file):
            if line and not line.startswith("#"):
                break
            found = re.match(r"#\s*distutils\s*:\s*(\w+)\s*=(.*)", line) or re.match(r"#\s*(\w+)\s*:(.*)", line)
            if found:
                words = found[2].replace(",", " ").split()
                settings.setdefault(found[1].lower(), []).extend(words)
    return settings


def translate(path, name, output, tests, is_cpp, tags):
    """The complaint, or the empty string."""
    said = io.StringIO()
    Options.error_on_unknown_names = "allow_unknown_names" not in tags
    options = SETTINGS.CompilationOptions(
        SETTINGS.default_options,
        include_path=[tests + "/run", tests + "/testsupport"],
        output_file=output,
        cplus=is_cpp,
        language_level=2,
        evaluate_tree_assertions=True,
    )
    try:
        with contextlib.redirect_stderr(said):
            failed = Main.compile(path, options=options, full_module_name=name).num_errors
    except Exception as error:
        return said.getvalue() + repr(error)
    return said.getvalue() if failed else ""


def compilers(settings, tags):
    """Commands to be tried in turn."""
    extra = settings.get("extra_compile_args", [])
    if "cpp" in tags or "c++" in settings.get("language", []):
        standard = next((number for number in ("20", "17", "11") if "cpp" + number in tags), "14")
        return [["g++", "-O0", "-std=c++" + standard, *extra]]
    gcc = ["gcc", "-O0", "-fno-strict-aliasing", *extra]
    return [["tcc"], gcc] if shutil.which("tcc") else [gcc]


def build(path, name, tests, folder, include):
    """The complaint, or the empty string."""
    settings = header(path)
    tags = settings.get("tag", [])
    if LEFT_OUT_TAGS.intersection(tags) or settings.get("mode", ["run"])[0] in ("error", "compile"):
        return "left out"
    commands = compilers(settings, tags)
    is_cpp = commands[0][0] == "g++"
    source = f"{folder}/{name}.{'cpp' if is_cpp else 'c'}"
    complaint = translate(path, name, source, tests, is_cpp, tags)
    module = f"{folder}/{name}.cpython-39-x86_64-linux-gnu.so"
    for command in [] if complaint else commands:
        flags = ["-w", "-shared", "-fPIC", "-I", include, "-I", tests + "/run", "-I", folder]
        ended = subprocess.run([*command, *flags, source, "-o", module, "-lm"], capture_output=True, text=True)
        complaint = ended.stderr or "failed" if ended.returncode else ""
        if not complaint:
            break
    if os.path.exists(source):
        os.unlink(source)
    return complaint


def main(sources, folder, include):
    warnings.simplefilter("ignore")
    tests = os.path.abspath(sources) + "/tests"
    os.makedirs(folder + "/bad", exist_ok=True)
    files = {os.path.splitext(file)[0]: file for file in sorted(os.listdir(tests + "/run")) if file.endswith((".py", ".pyx"))}
    for name, file in files.items():
        module, bad = f"{folder}/{name}.cpython-39-x86_64-linux-gnu.so", f"{folder}/bad/{name}"
        if LEFT_OUT_NAMES.search(name) or os.path.exists(module) or os.path.exists(bad):
            continue
        complaint = build(f"{tests}/run/{file}", name, tests, folder, include)
        if complaint:
            with open(bad, "w") as output:
                output.write(complaint)


main(*sys.argv[1:])
