"""The smaller compiled modules: compression, mappings, limits; queues, identifiers and hashes by what stands in for theirs."""
import bz2
import hashlib
import mmap
import queue
import resource
import uuid
import zlib

data = bytes(range(256)) * 100
for module in (bz2, zlib):
    print(module.__name__, module.decompress(module.compress(data)) == data)
print(bz2.BZ2Decompressor().needs_input)
with mmap.mmap(-1, 8192) as view:
    view[0:5] = b'krait'
    print(view.find(b'ait'), len(view), view.read(5))
print(resource.getrlimit(resource.RLIMIT_CORE)[0] >= -1, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 1000)
numbers = queue.SimpleQueue()
numbers.put(1)
print(numbers.get(), numbers.empty(), uuid.uuid1().version, uuid.uuid5(uuid.NAMESPACE_DNS, 'krait.org'))
print(hashlib.sha256(data).hexdigest()[:16], hashlib.new('sha512', b'x').block_size, hashlib.pbkdf2_hmac('sha1', b'p', b's', 10).hex())
