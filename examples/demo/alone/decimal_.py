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
