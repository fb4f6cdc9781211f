"""What distributions keep in lib-dynload: each module is there in native code, and works."""
import importlib

NAMES = '''_asyncio _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _json _lsprof _multibytecodec
_multiprocessing _opcode _posixshmem _queue _uuid _zoneinfo'''
for name in NAMES.split():
    module = importlib.import_module(name)
    print(name, sorted(key for key in vars(module) if not key.startswith('_')))

import asyncio
import json
import opcode
import os
import queue
import uuid
from json import decoder, encoder, scanner

print(json.loads('{"a": [1, 2.5, "\\u00e9"], "b": null}'), json.dumps({'c': (True, 'é', 1e100)}))
print(scanner.make_scanner is scanner.c_make_scanner, encoder.c_make_encoder, decoder.scanstring is decoder.c_scanstring)
print(asyncio.Future, asyncio.Task, queue.SimpleQueue, opcode.stack_effect(opcode.opmap['FOR_ITER'], 0, jump=True))
waiting = queue.SimpleQueue()
waiting.put('item')
print(waiting.get(), waiting.empty(), uuid.uuid1().version)

import _lsprof


def outer():
    return [inner(n) for n in range(3)]


def inner(n):
    return n and inner(n - 1)


profiler = _lsprof.Profiler()
profiler.enable()
outer()
profiler.disable()
for entry in sorted(profiler.getstats(), key=lambda entry: getattr(entry.code, 'co_name', '')):
    if not isinstance(entry.code, str):
        print(entry.code.co_name, entry.callcount, entry.reccallcount, [call.callcount for call in entry.calls])

TEXT = {
    'gb2312': '简体中文', 'gbk': '繁體中文', 'gb18030': '中文\U0001f40d', 'hz': '汉字 and ASCII', 'big5': '繁體中文',
    'cp950': '繁體中文', 'big5hkscs': '香港嘅', 'shift_jis': '日本語ｶﾅ', 'cp932': '①日本語', 'euc_jp': '日本語丂',
    'shift_jis_2004': '𠂉か゚', 'euc_jis_2004': '𠂉か゚', 'euc_kr': '한국어 똠방각하', 'cp949': '똠방각하', 'johab': '한국어',
    'iso2022_jp': '日本語 text', 'iso2022_jp_2': '日本語한국어', 'iso2022_jp_2004': '𠂉か', 'iso2022_kr': '한국어 text',
}
for encoding, text in TEXT.items():
    code = text.encode(encoding)
    print(encoding, code, code.decode(encoding) == text, 'é\u1234'.encode(encoding, 'backslashreplace'))
try:
    b'ab\x81'.decode('shift_jis')
except UnicodeDecodeError as error:
    print(error)

from multiprocessing import shared_memory
memory = shared_memory.SharedMemory(create=True, size=16) if os.path.isdir('/dev/shm') else None
if memory:
    memory.buf[:5] = b'krait'
    same = shared_memory.SharedMemory(memory.name)
    assert bytes(same.buf[:5]) == b'krait'
    same.close()
    memory.close()
    memory.unlink()
print('done')
