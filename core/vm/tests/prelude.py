# What every script of types/ begins with: a generator of its own and a printer of results or errors.

class Random:
    def __init__(self, seed):
        self.x = seed
    def next(self):
        self.x = (self.x * 6364136223846793005 + 1442695040888963407) & ((1 << 64) - 1)
        return self.x >> 33
    def randrange(self, a, b=None):
        if b is None:
            a, b = 0, a
        return a + self.next() % (b - a)
    def random(self):
        return self.next() / 2147483648.0
    def choice(self, items):
        return items[self.randrange(len(items))]

def t(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)
