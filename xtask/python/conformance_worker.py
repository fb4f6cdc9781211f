"""Runs one file of CPython's test suite and reports every method as it ends.

usage: conformance_worker.py FILE RESULTS

RESULTS is appended to, one event a line, so that nothing is lost when the process dies:
    start ID | pass ID | skip ID | fail ID MESSAGE | end passed|skipped|failed MESSAGE
(tabs between the words). Methods that have an outcome in RESULTS already are not run again.
"""

import os
import sys


def main():
    name, path = sys.argv[1:]
    done = finished_methods(path)
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)

    def report(*words):
        line = "\t".join(str(word).replace("\t", " ").replace("\n", " | ")[:300] for word in words)
        os.write(fd, (line + "\n").encode("utf-8", "backslashreplace"))

    import importlib
    import unittest
    from test import support

    support.verbose = 0
    support.use_resources = []
    support._run_suite = lambda suite: run_suite(suite, done, report, support, unittest)
    try:
        module = importlib.import_module("test." + name)
        if hasattr(module, "test_main"):
            module.test_main()
        else:
            loader = unittest.TestLoader()
            tests = loader.loadTestsFromModule(module)
            if loader.errors:
                raise Exception("errors while loading: " + loader.errors[0].strip().splitlines()[-1])
            support.run_unittest(tests)
    except unittest.SkipTest as error:
        report("end", "skipped", error)
    except support.TestFailed as error:
        report("end", "failed", str(error)[:200])
    except BaseException as error:
        report("end", "failed", "%s: %s" % (type(error).__name__, error))
        if isinstance(error, KeyboardInterrupt):
            raise
    else:
        report("end", "passed")


def ident(test):
    """test.id(), also for a case that uses the name for something of its own."""
    if callable(test.id):
        return test.id()
    return "%s.%s.%s" % (type(test).__module__, type(test).__qualname__, test._testMethodName)


def finished_methods(path):
    done = set()
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                words = line.rstrip("\n").split("\t")
                if words[0] in ("pass", "skip", "fail", "crash"):
                    done.add(words[1])
    except FileNotFoundError:
        pass
    return done


def run_suite(suite, done, report, support, unittest):
    class Result(unittest.TestResult):
        outcome = None

        def startTest(self, test):
            super().startTest(test)
            self.outcome = None
            report("start", ident(test))

        def stopTest(self, test):
            super().stopTest(test)
            report(*(self.outcome or ("pass", ident(test))))

        def note(self, test, kind, message):
            if isinstance(test, unittest.TestCase) or hasattr(test, "_dt_test"):
                if self.outcome is None or self.outcome[0] != "fail":
                    self.outcome = (kind, ident(test), message)
            else:
                # Set-up of a class or module: it stands for itself.
                report(kind, ident(test), message)

        def addError(self, test, err):
            super().addError(test, err)
            self.note(test, "fail", "%s: %s" % (err[0].__name__, err[1]))

        def addFailure(self, test, err):
            super().addFailure(test, err)
            self.note(test, "fail", "%s: %s" % (err[0].__name__, err[1]))

        def addSubTest(self, test, subtest, err):
            super().addSubTest(test, subtest, err)
            if err is not None:
                self.note(test, "fail", "%s: %s" % (err[0].__name__, err[1]))

        def addSkip(self, test, reason):
            super().addSkip(test, reason)
            # The recorded results count a skip without a reason as passed.
            self.note(test, "skip" if reason else "pass", reason)

        def addUnexpectedSuccess(self, test):
            super().addUnexpectedSuccess(test)
            self.note(test, "fail", "unexpected success")

    result = Result()
    without(suite, done, unittest).run(result)
    if not result.testsRun and not result.skipped and not done:
        raise support.TestDidNotRun
    if not result.wasSuccessful():
        problems = len(result.errors) + len(result.failures) + len(result.unexpectedSuccesses)
        raise support.TestFailed("%d of %d" % (problems, result.testsRun))


def without(suite, done, unittest):
    """The suite less the methods that have an outcome."""
    if not done:
        return suite
    if isinstance(suite, unittest.TestSuite):
        kept = (without(test, done, unittest) for test in suite)
        return type(suite)([test for test in kept if test is not None])
    return None if ident(suite) in done else suite


if __name__ == "__main__":
    # Under a name that is no file's, so that tests of tracing do not meet this code.
    with open(__file__, encoding="utf-8") as source:
        names = {"__name__": "conformance_worker"}
        exec(compile(source.read(), "<conformance worker>", "exec"), names)
    names["main"]()
