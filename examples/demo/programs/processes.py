"""A pipeline of subprocesses, a thread pool, process pools by fork and by spawn, shared state between processes."""
import concurrent.futures
import multiprocessing
import os
import signal
import subprocess
import sys


def square(n):
    return n * n


def fail(n):
    raise ValueError(f"bad {n}")


def child(queue, value, lock, event):
    with lock:
        value.value += 5
    queue.put((multiprocessing.current_process().name, value.value))
    event.wait(10)


def main():
    first = subprocess.Popen(["printf", "b\\na\\nc\\na\\n"], stdout=subprocess.PIPE)
    second = subprocess.Popen(["sort", "-u"], stdin=first.stdout, stdout=subprocess.PIPE)
    third = subprocess.Popen([sys.executable, "-c", "import sys; print([l.strip().upper() for l in sys.stdin])"], stdin=second.stdout, stdout=subprocess.PIPE, text=True)
    first.stdout.close()
    second.stdout.close()
    print(third.communicate()[0].strip(), first.wait(), second.wait(), third.returncode)
    print(subprocess.run("echo out; echo err >&2; exit 7", shell=True, capture_output=True))
    try:
        subprocess.run(["sleep", "10"], timeout=0.05)
    except subprocess.TimeoutExpired as error:
        print(error.cmd, error.timeout <= 0.05)
    try:
        subprocess.check_output(["sh", "-c", "kill -TERM $$"])
    except subprocess.CalledProcessError as error:
        print(error, signal.Signals(-error.returncode).name)
    try:
        subprocess.run(["/no/such/program"])
    except FileNotFoundError as error:
        print(error)
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.write(writer, b"from the child")
        os._exit(9)
    print(os.waitstatus_to_exitcode(os.wait()[1]), os.read(reader, 100))

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        print(list(pool.map(square, range(10))), pool.submit(pow, 2, 100).result())
        future = pool.submit(fail, 3)
        print(repr(future.exception()), sorted(f.result() for f in concurrent.futures.as_completed([pool.submit(square, i) for i in range(4)])))
    for method in ("fork", "spawn"):
        context = multiprocessing.get_context(method)
        with context.Pool(3) as pool:
            print(method, pool.map(square, range(10)), pool.apply_async(square, (9,)).get(60), sum(pool.imap_unordered(square, range(100), 10)))
            try:
                pool.apply(fail, (1,))
            except ValueError as error:
                print(error, type(error.__cause__).__name__)
        queue, value, lock, event = context.Queue(), context.Value("i", 10), context.Lock(), context.Event()
        process = context.Process(target=child, args=(queue, value, lock, event), name="worker")
        process.start()
        print(queue.get(timeout=60), process.is_alive())
        event.set()
        process.join(60)
        print(process.exitcode, value.value)
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        print(list(pool.map(square, range(5))))


if __name__ == "__main__":
    main()
