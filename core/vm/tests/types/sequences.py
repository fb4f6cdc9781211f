t(lambda: tuple(x=1))
t(lambda: tuple(1,2)); 
class T(tuple): pass
t(lambda: T(x=1))
t(lambda:T(1,2))
t(lambda: ()+1)
t(lambda: (1,).index(2,'a'))
t(lambda: (1,)['a'])
t(lambda: (1,)[1])
t(lambda: (1,).index())
t(lambda:(1,2,1).count(1))
t(lambda: T((1,2))+(3,))
t(lambda: type(T((1,2))*1))
t(lambda: T((1,2))[:])
t(lambda: type(T((1,2))[:]))
t(lambda: (1,2)<(1,3))
t(lambda: (1,[])==(1,[]))
t(lambda: hash((1,2,3)))
t(lambda: hash(()))
t(lambda: hash((1,[])))
t(lambda: (1,2,3).__getnewargs__())
t(lambda: ((1,),))
t(lambda: (1,2,3)[::-1])
t(lambda: (1,2,3)[True])
t(lambda: 2 in (1,2))
t(lambda: (1,2)*3)
t(lambda: (1,2)*-1)
t(lambda: 3*(1,))
t(lambda: tuple('abc'))
t(lambda: tuple(5))
t(lambda: tuple({1:2}))
t(lambda:(1,2).__contains__(2))
t(lambda: (1,2).__lt__(5))
t(lambda:(1,)*(1<<62))
t(lambda: T.__new__(T,[1]))
t(lambda: tuple.__new__(list))
t(lambda: T.__class_getitem__(int))
t(lambda: (1,2,3,4).index(3,1,3))
t(lambda:(1,2,3,4).index(3,-1))
it=iter((1,2,3))
next(it)
t(lambda: it.__reduce__())
it.__setstate__(0)
t(lambda:list(it))
t(lambda:it.__reduce__())
t(lambda: it.__length_hint__())
t(lambda: list(x=1))
t(lambda: list(1,2))
t(lambda: [].pop())
t(lambda: [1].pop(3))
t(lambda: [1].remove(3))
t(lambda: [1].index(3))
t(lambda: []+())
t(lambda: [1][3])
t(lambda: [1]['a'])
def f(code):
    l=[1,2,3,4,5]
    try: r=code(l); print(l, r, l.__sizeof__())
    except Exception as e: print(l, type(e).__name__, e)
def S(k,v):
    def g(l): l[k]=v
    return g
def D(k):
    def g(l): del l[k]
    return g
for k in ('a',3,9,-9,-1,slice(None,None,2),slice(1,3),slice(3,1),slice(None,None,-1),slice(None,None,-2),slice(None),slice(0,0),slice(9,9),slice(1,2,0),slice('a'),slice(None,None,100)):
    f(D(k)); f(lambda l:l[k])
    for v in (1,[],[7],[7,8],(7,8,9),'ab',range(5),None,{1:2}):
        f(S(k,v)); 
for i in (0,2,5,-1,100,-100): f(lambda l:l.insert(i,'x'))
f(lambda l:l.insert('a',1)); f(lambda l:l.insert(1)); f(lambda l:l.append()); f(lambda l:l.extend(5)); f(lambda l:l.extend('ab')); f(lambda l:l.extend(l)); f(lambda l:l.extend(x for x in l[:])); f(lambda l:l.__iadd__((1,2))); f(lambda l:l.__iadd__(5)); f(lambda l:l.__imul__(3)); f(lambda l:l.__imul__(0)); f(lambda l:l.__imul__('a')); f(lambda l:l*2); f(lambda l:l.reverse()); f(lambda l:l.copy()); f(lambda l:l.clear()); f(lambda l:l.pop(1)); f(lambda l:l.pop(-1)); f(lambda l:l.pop(1,2)); f(lambda l:l.remove(3)); f(lambda l:l.count(1)); f(lambda l:l.index(3,1)); f(lambda l:l.index(3,3)); f(lambda l:l.__setitem__(1,l)); f(lambda l:l<[1,2,4]); f(lambda l:l==[1,2,3,4,5]); f(lambda l:l!=5); f(lambda l:l<5); f(lambda l:l.__reversed__().__length_hint__()); f(lambda l:reversed(l).__reduce__()); f(lambda l:iter(l).__reduce__()); f(lambda l:list(reversed(l))); f(lambda l:3 in l); f(lambda l:9 in l); f(lambda l:l.__init__([7])); f(lambda l:l.__init__()); f(lambda l:hash(l)); f(lambda l:l.sort(key=None)); f(lambda l:l.sort(reverse=1)); f(lambda l:l.sort(key=lambda x:-x)); f(lambda l:l.sort(key=lambda x:x%2,reverse=True)); f(lambda l:l.sort(1)); f(lambda l:l.sort(foo=1)); f(lambda l:l.sort(reverse='a')); f(lambda l:l.sort(reverse=1.5)); f(lambda l:l.sort(key=5)); f(lambda l:l.sort(key=lambda x:l.append(x) or x)); f(lambda l:l.sort(key=lambda x:1/(x-3))); f(lambda l:[3,'a',1].sort()); f(lambda l:l[1:]+l[:1]); f(lambda l:l[::2])
def sortbad():
    l=[5,'a',3,1]
    try: l.sort()
    except TypeError as e: print(e, sorted(map(str,l)))
sortbad()
r=Random(3)
for n in (0,1,2,3,10,50,64,65,200,1000):
    for k in range(8):
        if k==0: l=[r.randrange(1000) for i in range(n)]
        if k==1: l=[r.randrange(4) for i in range(n)]
        if k==2: l=[r.random() for i in range(n)]
        if k==3: l=[str(r.randrange(100)) for i in range(n)]
        if k==4: l=[(r.randrange(3),r.randrange(100)) for i in range(n)]
        if k==5: l=[r.choice([1,2.5,True,10**20,-1e30]) for i in range(n)]
        if k==6: l=[bytes([r.randrange(5),r.randrange(200)]) for i in range(n)]
        if k==7: l=[r.choice(['a','\u1234','zz\U00010000','']) for i in range(n)]
        a=sorted(l); b=sorted(l,reverse=True); c=sorted(enumerate(l),key=lambda t:t[1]); d=sorted(enumerate(l),key=lambda t:t[1],reverse=True)
        print(hash(tuple(a)),hash(tuple(b)),hash(tuple(c)),hash(tuple(d)), a[:3],b[:3])
class C:
    def __init__(s,x): s.x=x
    def __lt__(s,o): return s.x<o.x
    def __repr__(s): return 'C%r'%s.x
l=[C(r.randrange(20)) for i in range(100)]
print(sorted(l))
print(sorted(l,reverse=True))
print(sorted(l,key=lambda c:c.x)==sorted(l))
class Bad:
    def __init__(s,x): s.x=x
    def __lt__(s,o):
        if s.x==7: raise ValueError('seven')
        return s.x<o.x
l=[Bad(i*7919%50) for i in range(50)]; m=list(l)
t(lambda: l.sort())
print(len(l), set(map(id,l))==set(map(id,m)))
class Mod:
    def __lt__(s,o): ll.append(1); return False
ll=[Mod(),Mod(),Mod()]
t(lambda: ll.sort())
print(len(ll))
# mutation during comparison
class Evil:
    def __eq__(s,o): E.clear(); return False
    __hash__=None
E=[Evil(),Evil(),Evil()]
t(lambda: E.index(5)); E=[Evil(),Evil()]
t(lambda: E.count(5)); E=[Evil(),Evil()]
t(lambda: E==[1,2]); E=[Evil(),1]
t(lambda:E.remove(1)); E=[Evil(),2]
t(lambda: 2 in E)
# ranges
def rr(): return r.choice([0,1,-1,2,5,10,-7,100,2**31,2**63-1,-2**63,2**63,10**20,-10**20])
for i in range(60):
    a,b,c=rr(),rr(),rr() or 1
    try: x=range(a,b,c)
    except Exception as e: print(e); continue
    y=[]
    for v in x:
        y.append(v)
        if len(y)>4: break
    z=[]
    for v in reversed(x):
        z.append(v)
        if len(z)>4: break
    k=rr()
    print(x,y,z,x==range(a,b,c),bool(x),k in x, x.count(k))
    t(lambda:len(x)); t(lambda:x[k]); t(lambda:x[-1]); t(lambda:x[rr():rr():rr() or None]); t(lambda:x.index(k)); t(lambda:iter(x).__reduce__()); t(lambda:reversed(x).__reduce__()); t(lambda:iter(x).__length_hint__()); t(lambda:slice(rr(),rr(),rr() or None).indices(abs(rr())))
