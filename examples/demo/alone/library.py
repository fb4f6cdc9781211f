"""What a program needs of the standard library when nothing but the shared library is on disk."""
import asyncio
import collections
import dataclasses
import datetime
import decimal
import functools
import hashlib
import importlib.util
import inspect
import io
import json
import logging
import pkgutil
import re
import statistics
import sys
import threading
import unittest


@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: float = 0.5


async def pipeline(numbers):
    queue = asyncio.Queue()

    async def produce():
        for number in numbers:
            await queue.put(number)
            await asyncio.sleep(0)
        await queue.put(None)

    async def consume():
        total = 0
        while (number := await queue.get()) is not None:
            total += number
        return total

    return (await asyncio.gather(produce(), consume()))[1]


class Cases(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(sum([1, 2, 3]), 6)

    def test_raises(self):
        with self.assertRaises(ZeroDivisionError):
            1 / 0


print(json.dumps({'text': 'sn\xe4ke', 'numbers': [1, 2.5, None]}, sort_keys=True), json.loads('[1, {"a": "\\u00e9"}]'))
print(re.sub(r'(?P<first>\w+) (\w+)', r'\2 \g<first>', 'hello world'), sorted(map(len, re.split(r'\W+', 'a bb, ccc'))))
print(asyncio.run(pipeline(range(100))))
print(Point(1), Point(1) < Point(1, 2.0), dataclasses.asdict(Point(3)))
print(decimal.Decimal('1.10') + decimal.Decimal('2.20'), statistics.mean([1, 2, 4]), datetime.date(2021, 2, 19).isoformat())
print(hashlib.sha256(b'krait').hexdigest()[:16], collections.Counter('abracadabra').most_common(2))
print(inspect.getsource(functools.reduce if False else json.dumps).splitlines()[0])
print(inspect.signature(logging.Logger.log), json.__name__, importlib.util.find_spec('no_such_module'))
print({'json', 'asyncio', 'this', 'string'} <= {module.name for module in pkgutil.iter_modules()})
threads = [threading.Thread(target=lambda: None) for _ in range(3)]
[thread.start() for thread in threads]
print([thread.join() for thread in threads])
result = unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(Cases))
print(result.testsRun, result.wasSuccessful(), sys.version_info[:3])
try:
    json.loads('{')
except json.JSONDecodeError as error:
    print(error)
