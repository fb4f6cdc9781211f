"""_decimal: arithmetic, contexts, formatting, interplay with int and float."""
import _decimal
import decimal
import fractions
import pickle
from decimal import Context, Decimal, ROUND_DOWN, ROUND_HALF_EVEN, getcontext, localcontext

assert decimal.Decimal is _decimal.Decimal
getcontext().prec = 50
print(Decimal(2).sqrt(), Decimal(1) / 7, (Decimal(10) ** 30 + 1).ln())


def pi():
    with localcontext() as context:
        context.prec += 2
        last, t, s, n, na, d, da = 0, Decimal(3), 3, 1, 0, 0, 24
        while s != last:
            last = s
            n, na, d, da = n + na, na + 8, d + da, da + 32
            t = (t * n) / d
            s += t
    return +s


print(pi())
money = [Decimal("19.99"), Decimal("0.01"), Decimal("5.005")]
print(sum(money), [m.quantize(Decimal("0.01"), ROUND_HALF_EVEN) for m in money], [m.quantize(Decimal("1"), ROUND_DOWN) for m in money])
print(Decimal(0.1), Decimal(3.5) == 3.5, Decimal(2) < 2.5, hash(Decimal("7")) == hash(7), hash(Decimal("0.5")) == hash(0.5))
print(f"{Decimal('1234567.891'):,.2f} {Decimal('0.00001'):e} {Decimal('-3.14'):+010.1f} {Decimal('12'):>8} {Decimal('0.25'):%}")
print(Decimal("1E+5").as_tuple(), Decimal("-12.30").normalize(), Decimal(1101).logical_and(Decimal(1011)))
print(divmod(Decimal(17), 5), Decimal(17) // -5, Decimal(17) % -5, pow(Decimal(3), 200, 1000007))
for code in ("Decimal(1) / 0", "Decimal('x')", "Decimal(-1).sqrt()", "Decimal('sNaN') + 1", "Decimal(1) + 1.0", "int(Decimal('Inf'))",
             "Context(prec=0)", "Context(rounding='up')", "Decimal('1').quantize(Decimal('1e-99'))"):
    try:
        print(eval(code))
    except Exception as error:
        print(type(error).__name__, error)
context = Context(prec=3, traps=[], Emax=9, Emin=-9)
print(context.divide(1, 3), context.multiply(Decimal("9e9"), 10), context.divide(0, 0), sorted(f.__name__ for f, on in context.flags.items() if on))
print(context, Decimal("NaN"), Decimal("-Infinity").is_infinite())
print(pickle.loads(pickle.dumps(Decimal("1.50"))), fractions.Fraction(Decimal("0.75")), Decimal("0.75").as_integer_ratio(), round(Decimal("2.675"), 2))
print(max(Decimal(1), Decimal("NaN"), key=lambda d: d.is_nan()), sorted([Decimal(3), Decimal("-0.1"), 2, 1.5]), int(Decimal("1e20")))


class Euro(Decimal):
    def __str__(self):
        return "€" + super().__str__()


print(Euro("5.00"), type(Euro(1) + 1).__name__, Euro("2").__reduce__()[1])
