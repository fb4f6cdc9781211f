"""resource: limits and usage."""
import os
import resource

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], resource.prlimit(os.getpid(), resource.RLIMIT_NOFILE)[0])
opened = []
try:
    while True:
        opened.append(os.open("/dev/null", os.O_RDONLY))
except OSError as error:
    print(error.errno, error.strerror, len(opened) < 64)
for fd in opened:
    os.close(fd)
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
before = resource.getrusage(resource.RUSAGE_SELF)
sum(i * i for i in range(200000))
after = resource.getrusage(resource.RUSAGE_SELF)
print(after.ru_utime >= before.ru_utime, after.ru_maxrss > 1000, type(after).__name__, len(after), after.n_fields)
print(resource.getpagesize(), resource.RLIM_INFINITY, resource.getrusage(resource.RUSAGE_CHILDREN).ru_nswap)
for attempt in (lambda: resource.getrlimit(999), lambda: resource.setrlimit(resource.RLIMIT_CORE, (5, 1)), lambda: resource.setrlimit(resource.RLIMIT_CORE, 5),
                lambda: resource.getrusage(77), lambda: resource.setrlimit(resource.RLIMIT_CORE, ("a", "b"))):
    try:
        attempt()
    except Exception as error:
        print(type(error).__name__, error)
