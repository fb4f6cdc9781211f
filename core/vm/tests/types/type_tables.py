try: OrderedDict
except NameError:
    from collections import OrderedDict
o=OrderedDict()
ts=[tuple,list,dict,set,frozenset,int,bool,float,complex,range,slice,enumerate,reversed,OrderedDict,type(iter(())),type(iter([])),type(reversed([])),type(iter({})),type(iter({}.values())),type(iter({}.items())),type(reversed({})),type(reversed({}.values())),type(reversed({}.items())),type({}.keys()),type({}.values()),type({}.items()),type(iter(set())),type(iter(range(1))),type(iter(range(10**30))),type(iter(int,1)),type(o.keys()),type(o.items()),type(o.values()),type(iter(o))]
class Seq:
    def __getitem__(s,i): raise IndexError
ts.append(type(iter(Seq())))
for t in ts:
    print(t, t.__base__, t.__basicsize__, t.__itemsize__, hex(t.__flags__ & ~0x80000), t.__dictoffset__, t.__weakrefoffset__)
    print(list(t.__dict__))
    for k,v in t.__dict__.items(): print('  ',k, type(v), getattr(v,'__text_signature__',None))
