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

try: OrderedDict
except NameError:
    from collections import OrderedDict
O=OrderedDict

for k,v in O.__dict__.items():
    if hasattr(v,'__text_signature__') and v.__text_signature__ and not k.startswith('__'): print(k, v.__text_signature__)
print(O.__text_signature__, O.__doc__, type(O().keys()), type(O().keys()).__mro__, type(iter(O())))
for c in (type(O().keys()),type(O().items()),type(O().values()),type(iter(O()))): print(c, sorted(c.__dict__))
t(lambda:O(1))
t(lambda:O([1]))
t(lambda:O([(1,2,3)]))
t(lambda:O([(1,)]))
t(lambda:O(1,2))
t(lambda:O({1:2},a=3))
t(lambda:O().popitem())
t(lambda:O().pop(1))
t(lambda:O().pop(1,2))
t(lambda:O().pop())
t(lambda:O().pop(1,2,3))
t(lambda:O().move_to_end(1))
t(lambda:O(a=1).__reduce__()[:3])
t(lambda:list(O(a=1).__reduce__()[4]))
t(lambda:O(a=1))
t(lambda:O())
t(lambda:O().setdefault(1))
t(lambda:O.fromkeys([1,2],3))
t(lambda:O.fromkeys())
t(lambda:O().update(1,2))
t(lambda:O().update([1]))
t(lambda: O().update(1))
t(lambda:O().__sizeof__())
t(lambda:O(a=1).__sizeof__())
t(lambda: O(a=1)==O(a=1))
t(lambda: O(a=1,b=2)==O(b=2,a=1))
t(lambda: O(a=1,b=2)==dict(b=2,a=1))
t(lambda: O(a=1)<O())
t(lambda: O(a=1)|{'b':2})
t(lambda: {'b':2}|O(a=1))
t(lambda: type({'b':2}|O(a=1)))
t(lambda:O()|1)
def it1():
    o=O(a=1,b=2)
    for k in o: o['c'+k]=1
def it2():
    o=O(a=1,b=2)
    for k in o: o.move_to_end(k)
def it3():
    o=O(a=1,b=2)
    for k in o: del o[k]
def it4():
    o=O(a=1,b=2)
    for k in o: o[k]=5
def it5():
    o=O(a=1,b=2); i=iter(o); next(i); o.clear(); return next(i)
def it6():
    o=O(a=1,b=2); i=iter(o); next(i); del o['b']; o['d']=1; return next(i)
for f in (it1,it2,it3,it4,it5,it6): t(f)
o=O(a=1,b=2,c=3)
o.move_to_end('a')
print(o)
o.move_to_end('c',last=False)
print(o)
print(list(reversed(o)), list(reversed(o.items())), list(reversed(o.values())))
print(o.popitem(last=False), o.popitem(), o)
i=iter(O(a=1,b=2))
next(i)
t(lambda: i.__reduce__())
t(lambda: iter(O(a=1).items()).__reduce__())
t(lambda: reversed(O(a=1)).__reduce__())
class S(O): 
    def __setitem__(s,k,v): print('set',k); O.__setitem__(s,k,v)
    def __missing__(s,k): print('missing',k); return 5
s=S(a=1); s.update(b=2); t(lambda:s['q']); t(lambda:s.pop('zz')); t(lambda: s.setdefault('w',2)); print(s, s.copy()); s.x=1; t(lambda:s.__reduce__()[:3]); print(s.copy().__dict__)
t(lambda: O().__dict__)
o=O()
o.x=1
t(lambda:o.__dict__)
t(lambda:repr(O(self=1)))
t(lambda: O(((1,2),),iterable=1))
o=O()
o[1]=o
t(lambda:o)
t(lambda:o.keys())
t(lambda: O(a=1).keys()&{'a'})
t(lambda: iter(O(a=1)).__length_hint__())
dict.__setitem__(o,5,6)
t(lambda:len(o))
t(lambda:list(o))
t(lambda:o.items())
o=O(a=1,b=2)
dict.__delitem__(o,'a')
t(lambda:list(o))
t(lambda:list(o.items()))
t(lambda:o)
t(lambda:o.popitem(last=False))
t(lambda: o.move_to_end('a'))
o=O(a=1,b=2)
t(lambda: o.__eq__(5))
t(lambda: hash(o))
class_=O.__class_getitem__
t(lambda: O[int,str])
t(lambda:O(a=1).__contains__('a'))
t(lambda: O.update())
t(lambda: O.update(1))
t(lambda: O.__init__())
t(lambda:O(**{'a':1}))
t(lambda: O().__ior__([(1,2)]))
t(lambda: O().__or__([(1,2)]))
t(lambda: O().__ror__({}))
t(lambda:S().__or__({1:2}))
t(lambda: O({1:2}).copy().__class__)
