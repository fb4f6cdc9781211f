r=Random(7)
def big():
    n=r.choice([1,2,3,10,29,30,31,59,60,61,62,63,64,65,90,128,200,500])
    x=0
    for i in range(n//31+1): x=(x<<31)|r.next()
    x>>=r.randrange(40)
    x&=(1<<n)-1
    return x if r.randrange(2) else -x
def fl():
    k=r.randrange(12)
    if k==0: return r.choice([0.0,-0.0,1.0,-1.0,0.5,1.5,2.5,float('inf'),float('-inf'),float('nan'),1e308,-1e308,5e-324,2.0**53,2.0**63,-2.0**63,1e22,1e16,0.1])
    if k<4: return r.random()*10**r.randrange(-20,20)
    if k<8: return float(r.randrange(-1000,1000))/r.choice([1,2,4,8,10,3])
    return float(r.randrange(1<<31))*2.0**r.randrange(-1000,900)*(1 if k&1 else -1)
def f(x): 
    try: return repr(x())
    except Exception as e: return type(e).__name__+' '+str(e)
for i in range(25):
    a,b=big(),big()
    print(a+b,a-b,a*b,a&b,a|b,a^b,-a,~a,abs(a),a<b,a<=b,a==b,a!=b,a>b,a>=b,hash(a))
    print(f(lambda:a//b),f(lambda:a%b),f(lambda:divmod(a,b)),f(lambda:a/b),f(lambda:float(a)))
    s=r.randrange(100)
    print(a<<s,a>>s,a.bit_length(),hex(a),oct(b),bin(a),'%d|%x|%X|%o|%20d|%+d|%-20d|'%(a,a,a,a,a,a,a))
    print(f(lambda:round(a,-r.randrange(30))), f(lambda:pow(a,r.randrange(20))), f(lambda:len(str(pow(a,3))))+f(lambda:pow(a,b if abs(b)<1<<70 else 5,r.randrange(1,10**6))),f(lambda:pow(a%1000003,-1,1000003)),f(lambda:pow(a,abs(b)%1000,big())))
    print(format(a,'d'),format(a,',d'),format(a,'_x'),format(a,'#b'),format(a,'+030d'),format(a,'^40'),f(lambda:format(a,'e')),f(lambda:format(a,'.3f')),f(lambda:format(a,'c')),format(a,'n'),f(lambda: format(a,'=+#40_X')))
    n=a.bit_length()//8+1
    print(a.to_bytes(n,'big',signed=True),int.from_bytes(a.to_bytes(n+3,'little',signed=True),'little',signed=True)==a, f(lambda:a.to_bytes(3,'big')), f(lambda:a.to_bytes(n,'little')))
    print(int(str(a))==a, int(hex(a),16)==a, int(hex(a),0)==a, f(lambda:int(str(abs(a)),r.choice([3,7,11,13,36]))), a.as_integer_ratio(), a.__sizeof__(), a.numerator, a.denominator, a.real, a.imag)
    x,y=fl(),fl()
    print(repr(x),repr(y),x+y,x-y,x*y,f(lambda:x/y),f(lambda:x//y),f(lambda:x%y),f(lambda:divmod(x,y)),-x,abs(x),x<y,x<=y,x==y,x!=y,x>y,x>=y,hash(x))
    print(f(lambda:x**y),f(lambda:x**r.randrange(-5,5)),f(lambda:int(x)),f(lambda:round(x)),f(lambda:round(x,r.randrange(-5,20))),x<a,x<=a,x==a,a<x,a==x,f(lambda:x.as_integer_ratio()),x.hex(),f(lambda:float.fromhex(x.hex())),x.is_integer(),f(lambda:x.__floor__()),f(lambda:x.__ceil__()),f(lambda:x+a),f(lambda:a*x))
    print(format(x,'.3f'),format(x,'e'),format(x,'g'),format(x,'%'),format(x,'10.2e'),format(x,',.2f'),format(x,'+.0f'),format(x,'#.3g'),format(x,'n'),format(x,'015.3'),'%r %s %f %e %g %.10g %5.1f'%(x,x,x,x,x,x,x), f(lambda: float(repr(x))==x))
    c,d=complex(fl(),fl()),complex(fl(),r.choice([0.0,1.0,fl()]))
    print(repr(c),c+d,c-d,c*d,f(lambda:c/d),-c,f(lambda:abs(c)),c==d,c!=d,hash(c),c.conjugate(),f(lambda:c**r.randrange(-4,5)),bool(c),c+1,2*c,c==c.real,f(lambda:c==a))
    print(format(c,'.2f'),format(c,'e'),f(lambda:complex(repr(c))==c),f(lambda:format(c,'+,.3g')),f(lambda:format(c,'>60')))
