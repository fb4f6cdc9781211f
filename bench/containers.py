"""Lists, dicts, sets, tuples: building, indexing, iterating, sorting, comprehensions."""


def sieve(limit):
    flags = [True] * limit
    for i in range(2, int(limit ** 0.5) + 1):
        if flags[i]:
            flags[i * i::i] = [False] * len(flags[i * i::i])
    return [i for i in range(2, limit) if flags[i]]


def words(count):
    seen = {}
    for i in range(count):
        key = "k%d" % (i * 7919 % 2003)
        seen[key] = seen.get(key, 0) + 1
    return sorted(seen.items(), key=lambda item: (-item[1], item[0]))[:10]


def matrix(size):
    a = [[i * j % 7 for j in range(size)] for i in range(size)]
    b = [list(row) for row in zip(*a)]
    return [[sum(x * y for x, y in zip(row, column)) for column in b] for row in a]


def pairs(count):
    unique = {(i % 101, i % 37) for i in range(count)}
    return len(unique), max(unique), {b: a for a, b in unique}


for _ in range(4):
    sieve(300000), words(150000), matrix(70), pairs(150000)
