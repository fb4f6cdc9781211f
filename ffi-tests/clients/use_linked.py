"""What comes after an extension module that wants the shared library: built-in modules, threads, everything that the
module offers. The program has the library inside already, so that two copies of it are loaded."""
import os
import runpy
import threading

import tally

import array
import datetime
import gc
import itertools

found = []
threads = [threading.Thread(target=lambda: found.append(tally.Tally(array.array("q", [1, 2])))) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print([list(t) for t in found], datetime.timedelta(days=2), list(itertools.islice(itertools.count(3), 2)), gc.isenabled())
examples = os.path.join(os.path.dirname(__file__), "..", "..", "examples")
runpy.run_path(os.path.join(examples, "extension", "use_tally.py"))
