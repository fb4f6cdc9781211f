"""cython_run.py FOLDER: runs the doctests and unit tests of every extension module in FOLDER and prints how each ended.

Each module has a process of its own, so that a crash costs no other test. What the tests print themselves goes nowhere;
the words of failures go to the standard error."""

import array
import asyncio
import collections
import dataclasses
import doctest
import os
import signal
import sys
import traceback
import typing
import unittest

SECONDS = 120


class Result(unittest.TestResult):
    """Prints a line for each test as it ends, so that a crash leaves what came before."""

    def __init__(self, out, details):
        super().__init__()
        self.out, self.details = out, details

    def note(self, way, test, error=None):
        if error:
            self.details.write(f"== {way} {test.id()}\n{self._exc_info_to_string(error, test)}\n")
            self.details.flush()
        self.out.write(f"{way} {test.id()}\n")
        self.out.flush()

    def addSuccess(self, test):
        self.note("PASSED", test)

    def addFailure(self, test, error):
        self.note("FAILED", test, error)

    def addError(self, test, error):
        self.note("ERROR", test, error)

    def addSkip(self, test, reason):
        self.note("SKIPPED", test)

    def addExpectedFailure(self, test, error):
        self.note("XFAIL", test)

    def addUnexpectedSuccess(self, test):
        self.note("XPASS", test)


def run(name, out, details):
    try:
        module = __import__(name)
    except unittest.SkipTest:
        out.write(f"SKIPPED {name}\n")
        return
    except Exception as error:
        traceback.print_exc(file=details)
        out.write(f"ERROR {name}: {type(error).__name__}: {error}\n")
        return
    suite = unittest.TestSuite()
    try:
        suite.addTests(doctest.DocTestSuite(module))
    except ValueError:
        pass  # It has none.
    suite.addTests(unittest.defaultTestLoader.loadTestsFromModule(module))
    suite.run(Result(out, details))


def main(folder):
    sys.path.insert(0, folder)
    out, details = os.fdopen(os.dup(1), "w"), os.fdopen(os.dup(2), "w")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    for name in sorted(file.split(".")[0] for file in os.listdir(folder) if file.endswith(".so")):
        child = os.fork()
        if child == 0:
            signal.alarm(SECONDS)
            try:
                run(name, out, details)
            except BaseException as error:
                out.write(f"ERROR {name}: {error!r}\n")
            out.flush()
            details.flush()
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        if status:
            out.write(f"CRASHED {name}: {status}\n")
            out.flush()


main(sys.argv[1])
