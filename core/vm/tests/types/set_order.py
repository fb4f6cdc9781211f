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

r=Random(5)
for q in range(40):
    s=set(); out=[]
    for i in range(r.randrange(1,120)):
        k=r.randrange(0,200)*r.choice([1,8,64])
        op=r.random()
        if op<.6: s.add(k)
        elif op<.85: s.discard(k)
        elif op<.9 and s: out.append(s.pop())
        elif op<.95: s|=set(range(k,k+r.randrange(20)))
        elif op<.97: s-=set(range(k,k+r.randrange(20)))
        elif op<.98: s&=set(range(0,200))
        elif op<.99: s^=set(range(k,k+5))
        else: s=s.copy()
    out.extend(s); print(out, s.__sizeof__())
