t(lambda: dict(1))
t(lambda: dict([1]))
t(lambda: dict([(1,2,3)]))
t(lambda: dict(1,2))
t(lambda:{}.pop(1))
t(lambda:{}.pop())
t(lambda: {}.popitem())
t(lambda:{}.get())
t(lambda:{}.setdefault())
t(lambda: {}[(1,)])
t(lambda: {}.update(1))
t(lambda: {}.update([(1,)]))
t(lambda:dict.fromkeys())
t(lambda: {}|1)
t(lambda: {[]:1})
t(lambda: {1:2}.keys()&1)
t(lambda: {1:2}.keys()-[1])
t(lambda: {1:2}.items()|[3])
t(lambda: {1:2}.keys()<{1,2})
t(lambda:{1:2}.items())
t(lambda:{1:2}.values())
t(lambda:{1:2}.keys().isdisjoint(3))
t(lambda: {1:[]}.items()-{1})
t(lambda: {1:[]}.items()|{1})
t(lambda:{}.update(1,2))
t(lambda:{}.update({},a=1))
t(lambda:dict(a=1,**{'b':2}))
class M:
    def keys(s): return [1,2]
    def __getitem__(s,k): return k*2
t(lambda: dict(M()))
t(lambda:{}.get(1,2,3))
t(lambda:{}.pop(1,2,3))
t(lambda:{}.fromkeys(1))
def f():
    d={1:2}
    for k in d: d[k+1]=1
t(f)
def f():
    d={1:2,2:3}
    for k in d: del d[k]; d[k+10]=1
t(f)
def f():
    d={1:2,2:3}
    for k in reversed(d): d[k+10]=1
t(f)
it=iter({1:2})
print(it.__length_hint__(), it.__reduce__())
print(iter({1:2}.items()).__reduce__(), reversed({1:2}).__reduce__())
t(lambda: {1:2}.keys() ^ [1,5])
t(lambda: [1]-{1:2}.keys())
t(lambda: {1:2}.items() & [(1,2)])
t(lambda: {} | {}.keys())
class D(dict):
    def __missing__(s,k): return ('missing',k)
class D2(dict): pass
t(lambda: D()[1])
t(lambda:D2()[1])
t(lambda:D().get(1))
t(lambda:D2({1:2}).copy().__class__)
t(lambda: D2(a=1))
t(lambda: type(D2(a=1)|{}))
t(lambda: D2.fromkeys([1,2]))
t(lambda: dict.fromkeys({3,1,2}))
t(lambda: dict.fromkeys({'a':1,'b':2},0))
t(lambda: {**{'a':1},**{'a':2}})
t(lambda: dict(**{'a':1},a=2))
t(lambda: dict({1:2},a=3))
t(lambda: {1:2}=={1:2.0})
t(lambda: {1:2}!={1:3})
t(lambda: {1:2}<{})
t(lambda: {1:{}}=={1:{}})
t(lambda: hash({}))
t(lambda:{1:2}.__contains__([]))
t(lambda: 1 in {1:2}); d={}
d['d']=d
t(lambda:d)
t(lambda: d.values())
t(lambda: d.items())
t(lambda: {}.__sizeof__())
t(lambda: {1:1}.__reversed__()and 1)
t(lambda: list(reversed({1:2,3:4}.values())))
t(lambda: list(reversed({1:2,3:4}.items())))
t(lambda: {}.items()=={}.items())
t(lambda: {1:2}.keys()=={1})
t(lambda: {1:2}.keys()>=[1])
t(lambda:{1:2}.keys()|{3:4}.keys())
t(lambda: {1:2,3:4}.keys()&{3:5}.keys())
t(lambda: {1:2,3:4}.items()&{3:4}.items())
t(lambda: {1:2}.values()=={1:2}.values())
t(lambda: {1:2}.values()&{1})
t(lambda: len({1:2}.items()))
t(lambda: (1,2) in {1:2}.items())
t(lambda: (1,3) in {1:2}.items())
t(lambda: 5 in {1:2}.items())
t(lambda: dict[int,str])
t(lambda: {1:2}.__ior__([(3,4)]))
t(lambda: {1:2}.__or__([(3,4)]))
t(lambda: {}.setdefault(1))
t(lambda: {}.setdefault(1,2))
t(lambda: {1:5}.setdefault(1,2))
t(lambda: {1:2}.popitem())
t(lambda:{}.clear())
t(lambda: dict(zip('abc',[1,2,3])))
t(lambda: dict([['a',1],('b',2),'cd']))
t(lambda: dict([[]]))
t(lambda: {}.__init__(5))
t(lambda: {1:1,1.0:2,True:3})
t(lambda: {(1,2):3}[1,2])
t(lambda: {'a':1}.update(b=2))
t(lambda: dict(x) if (x:={'self':1,'iterable':2}) else 0)
t(lambda: {}.update(**{'self':1}))
t(lambda: {1:2}.__delitem__(5))
t(lambda: dict.__getitem__({},1))
t(lambda: dict.__getitem__([],1))
t(lambda: dict.update())
t(lambda: dict.get({},1))
t(lambda: {1:2}.keys().__repr__())
r=Random(11)
class K:
    def __init__(s,x): s.x=x
    def __hash__(s): return s.x%5
    def __eq__(s,o): return isinstance(o,K) and s.x==o.x
    def __repr__(s): return 'K%d'%s.x
def key():
    k=r.randrange(6)
    n=r.randrange(40)
    return n if k==0 else str(n) if k<3 else K(n) if k==3 else float(n) if k==4 else (n,str(n))
for q in range(40):
    d={}; out=[]; only=r.randrange(3)
    for i in range(r.randrange(120)):
        k=key() if only else str(r.randrange(60)); o=r.randrange(12)
        if o<6: d[k]=i
        elif o==6: out.append(d.pop(k,None))
        elif o==7 and d: out.append(d.popitem())
        elif o==8: out.append(d.setdefault(k,i))
        elif o==9: d.update({k:i,key():i})
        elif o==10: out.append((k in d, d.get(k)))
        elif r.randrange(5)==0: d=d.copy()
        elif r.randrange(5)==0: d=dict(d)
        elif r.randrange(8)==0: d|={key():1}
        else:
            if k in d: del d[k]
    print(out, d, list(reversed(d)), d.__sizeof__(), len(d))
# instances
class A:
    def __init__(s,n):
        for i in range(n): setattr(s,'a%d'%i,i)
class B: pass
x=B(); x.p=1; x.q=2; y=B(); y.q=1; y.p=2; z=B(); z.p=9; print(x.__dict__,y.__dict__,z.__dict__, [v.__dict__.__sizeof__() for v in (x,y,z)])
x.__dict__={'n':1}; print(x.n, x.__dict__); 
try: del x.zz
except AttributeError as e: print(e)
# evil
class Ev:
    def __init__(s,d): s.d=d
    def __hash__(s): return 1
    def __eq__(s,o): s.d.clear(); return False
d={}; e=Ev(d)
d[1]=1
t(lambda: d.get(e))
print(d)
d[1]=2
d[e]=5
print(len(d))
class Cl:
    def __del__(s): DD['x']=1; DD.pop('y',None)
DD={'y':2}; DD['k']=Cl(); DD['k']=3; print(DD); DD['k']=Cl(); DD.clear(); print(DD)
