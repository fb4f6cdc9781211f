"""decimal: arithmetic, contexts, signals."""
import decimal
from decimal import Decimal

print(Decimal('1.10') + Decimal('2.20'), Decimal(2).sqrt(), Decimal(1) / 7, Decimal('1e400') * 10, round(Decimal('2.675'), 2))
with decimal.localcontext() as context:
    context.prec, context.rounding = 5, decimal.ROUND_CEILING
    print(Decimal(1) / 3, Decimal('123456.7') + 0, bool(context.flags[decimal.Inexact]))
print(Decimal('-12.50').as_tuple(), format(Decimal('1234567.891'), ',.2f'), Decimal('0.1') == 0.1, hash(Decimal(5)) == hash(5))
for attempt in (lambda: Decimal(1) / 0, lambda: Decimal('x'), lambda: Decimal(-1).ln()):
    try:
        attempt()
    except decimal.DecimalException as error:
        print(type(error).__name__)
context = decimal.Context(prec=40, traps=[])
print(context.ln(10), context.power(2, Decimal('0.5')), context.create_decimal('x'), context.divmod(7, 2), len(str(Decimal(3) ** 500)))
print(decimal.getcontext().copy(), Decimal('NaN').is_qnan(), Decimal('1e-999').logb(), Decimal('0.25').as_integer_ratio(), Decimal.from_float(0.1))
