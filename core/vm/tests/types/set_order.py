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
