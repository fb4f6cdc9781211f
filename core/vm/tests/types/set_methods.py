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

class S(set): pass
class F(frozenset): pass
a=S([1,2]); b=F([1,2])
print(type(a.copy()), type(a|{3}), type(a&{1}), type(a-{1}), type(a^{1}), type(a.union([1])), type(a.difference([1])), type(a.intersection([1])), type(a.symmetric_difference([1])))
print(type(b.copy()), type(b|{3}), type(b&{1}), type(b-{1}), type(b^{1}), type(b.union([1])), type({1}|b), type(frozenset([1])|{2}))
print(frozenset() is frozenset(), frozenset([]) is frozenset(), frozenset('').copy() is frozenset())
t(lambda:set(1))
t(lambda:set(a=1))
t(lambda:S(a=1))
t(lambda:F(a=1))
t(lambda:set(1,2))
t(lambda:{1}.remove(2))
t(lambda: {1}.remove({3}))
t(lambda:set().pop())
t(lambda: frozenset(a=1))
t(lambda: {1}<1)
t(lambda:{1}|[1])
t(lambda: {1}.union(1))
t(lambda: {1}.issubset([1,2]))
t(lambda:{1}.issuperset(1))
t(lambda:{1}.isdisjoint(1))
t(lambda:[] in {1})
t(lambda: {frozenset([1])}.__contains__({1}))
t(lambda: {1}.__reduce__())
t(lambda: S([1]).__reduce__())
t(lambda: set([1]).__sizeof__())
t(lambda: set(range(100)).__sizeof__())
t(lambda: hash({1}))
t(lambda: S())
t(lambda:S([1]))
t(lambda:F([1]))
t(lambda:frozenset())
t(lambda: frozenset([1]))
t(lambda: iter({1}).__reduce__())
t(lambda:iter({1}).__length_hint__())
t(lambda: {1}.add())
t(lambda:{1}.update(1))
t(lambda: set().discard([]))
t(lambda: set().add([]))
t(lambda:set().__init__(1,2))
t(lambda:set.__init__(set(),a=1))
t(lambda:frozenset(1,2))
def f():
    s={1}
    for x in s: s.add(x+1)
t(f)
t(lambda: set().__init__())
s={1,2}
s.__init__([5])
print(s)
for v in ([1],[1,2,3],[],['a'],[1.5,(1,2)],[None],range(100)): 
    if v!=['a'] and v!=[None]: print(hash(frozenset(v)))
