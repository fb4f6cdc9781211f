"""_queue: SimpleQueue between threads."""
import _queue
import queue
import threading
import time

assert queue.SimpleQueue is _queue.SimpleQueue
jobs, results = queue.SimpleQueue(), queue.SimpleQueue()


def worker():
    while (job := jobs.get()) is not None:
        results.put(job * job)


threads = [threading.Thread(target=worker) for _ in range(4)]
for thread in threads:
    thread.start()
for i in range(500):
    jobs.put(i)
for _ in threads:
    jobs.put(None)
for thread in threads:
    thread.join()
print(results.qsize(), sum(results.get_nowait() for _ in range(500)), results.empty())
for call in (lambda: results.get_nowait(), lambda: results.get(timeout=0.01), lambda: results.get(timeout=-1), lambda: results.get(False)):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error, isinstance(error, queue.Empty))
later = queue.SimpleQueue()
threading.Timer(0.02, later.put, ["late"]).start()
start = time.monotonic()
print(later.get(timeout=5), time.monotonic() - start < 5)
print(queue.SimpleQueue[int], later.put_nowait(1), later.get())
